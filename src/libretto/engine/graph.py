"""Step graphs for ONNX Runtime, built node by node (export only: needs the onnx package).

Attention is com.microsoft GroupQueryAttention, whose past and present share one buffer; 8-bit and 4-bit matrices are
MatMulNBits, which computes in int8, or for many rows DynamicQuantizeMatMul. Other constants are stored as float16 and
cast once, when the session is made.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Precision = Literal["float32", "int8", "int4"]

_DOMAIN = "com.microsoft"
_BITS = {"int8": 8, "int4": 4}
_BLOCK = {"int8": 64, "int4": 32}  # weights that share a scale
_OPSET, _IR = 18, 9


class GraphBuilder:
    """Collects nodes, constants, inputs and outputs; every method returns the name of what it made."""

    def __init__(self, *, precision: Precision) -> None:
        self.precision = precision
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._count = 0

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"

    def input(self, name: str, kind: int, shape: list[Any]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, kind: int, shape: list[Any]) -> str:
        self._outputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def node(self, kind: str, inputs: list[str], *, output: str | None = None, domain: str = "", **attributes: Any) -> str:
        """A node with one output."""
        return self.nodes(kind, inputs, [output or self._name(kind)], domain=domain, **attributes)[0]

    def nodes(self, kind: str, inputs: list[str], outputs: list[str], *, domain: str = "", **attributes: Any) -> list[str]:
        """A node with several outputs; an empty name leaves one out."""
        self._nodes.append(helper.make_node(kind, inputs, outputs, name=self._name("node"), domain=domain, **attributes))
        return outputs

    def constant(self, values: np.ndarray, *, exact: bool = False) -> str:
        """A constant; large floats stay float32 only when ``exact`` or under precision "float32"."""
        name = self._name("constant")
        if not exact and values.dtype == np.float32 and values.size > 64 and self.precision != "float32":
            self._constants.append(numpy_helper.from_array(values.astype(np.float16), name))
            return self.node("Cast", [name], to=TensorProto.FLOAT)
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray | None = None) -> str:
        """``x @ weight.T + bias`` with weight [out, in], as torch keeps it, in the builder's precision."""
        if self.precision == "float32":
            y = self.node("MatMul", [x, self.constant(np.ascontiguousarray(weight.T))])
        else:
            bits, block = _BITS[self.precision], _BLOCK[self.precision]
            packed, scales = quantize_blocks(weight, bits=bits, block=block)
            names = [self._name("packed"), self._name("scales")]
            for name, values in zip(names, (packed, scales), strict=True):
                self._constants.append(numpy_helper.from_array(values, name))
            y = self.node("MatMulNBits", [x, *names], domain=_DOMAIN, K=weight.shape[1], N=weight.shape[0], bits=bits,
                          block_size=block, accuracy_level=4)
        return y if bias is None else self.node("Add", [y, self.constant(bias)])

    def linear_of_many(self, x: str, weight: np.ndarray, bias: np.ndarray | None = None) -> str:
        """``linear`` for hundreds of rows at once: under "int8" the rows are rounded to 8 bits too (one scale for all).

        2.4 times faster than MatMulNBits at 250 rows (docs/parallel.md). Weights keep 7 bits, so that sums of products
        fit into 16 on processors without VNNI.
        """
        if self.precision != "int8":
            return self.linear(x, weight, bias)
        scales = np.maximum(np.abs(weight).max(axis=1), 1e-12).astype(np.float32) / 63
        codes = np.rint(weight / scales[:, None]).astype(np.int8)
        inputs = [x, self.constant(np.ascontiguousarray(codes.T)), self.constant(scales, exact=True)]
        if bias is not None:
            inputs += ["", self.constant(bias, exact=True)]
        return self.node("DynamicQuantizeMatMul", inputs, domain=_DOMAIN)

    def norm(self, x: str, weight: np.ndarray, *, epsilon: float) -> str:
        return self.node("SimplifiedLayerNormalization", [x, self.constant(weight)], axis=-1, epsilon=epsilon)

    def model(self) -> onnx.ModelProto:
        """The finished, checked model."""
        graph = helper.make_graph(self._nodes, "step", self._inputs, self._outputs, self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_DOMAIN, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR, producer_name="libretto")


def quantize_blocks(weight: np.ndarray, *, bits: int, block: int) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric blockwise weights as MatMulNBits reads them.

    Args:
        weight: float32 [out, in].

    Returns:
        packed uint8 [out, blocks, block * bits // 8] around the middle 2^(bits - 1), and float32 scales [out, blocks].
    """
    rows, columns = weight.shape
    blocks = -(-columns // block)
    padded = np.pad(weight.astype(np.float32), ((0, 0), (0, blocks * block - columns))).reshape(rows, blocks, block)
    middle = 2 ** (bits - 1)
    scales = np.abs(padded).max(axis=-1) / (middle - 1)
    codes = np.rint(padded / np.maximum(scales, 1e-12)[..., None]) + middle
    codes = np.clip(codes, 0, 2 * middle - 1).astype(np.uint8)
    if bits == 4:
        codes = codes[..., ::2] | codes[..., 1::2] << 4
    return codes, scales.astype(np.float32)
