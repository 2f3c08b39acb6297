"""Torch modules as ONNX graphs whose constants take little room (export only: needs torch and onnx).

Whatever the storage, constants are cast back when the session loads, so the arithmetic is float32 and the same on every
machine (ours; dynamic quantisation also rounds what flows, and saturates on processors without VNNI).
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

_SMALLEST_HALF = 256  # values; smaller constants stay float32
_SMALLEST_MATRIX = 4096


def trace(module: nn.Module, example: tuple[Tensor, ...], *, inputs: Sequence[str], outputs: Sequence[str],
          shapes: tuple[Any, ...]) -> onnx.ModelProto:
    """The float32 graph of ``module`` in evaluation mode; ``shapes`` names the free axes of every input."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(module.eval(), example, input_names=list(inputs), output_names=list(outputs), dynamo=True,
                                    verbose=False, dynamic_shapes=shapes)
    return without_traces(program.model_proto)


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without the exporter's notes: source lines and paths of the machine it was made on."""
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del item.metadata_props[:]
        item.doc_string = ""
    return model


def store_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large float32 constants as float16: half the size."""
    casts = []
    for constant in model.graph.initializer:
        if constant.data_type != TensorProto.FLOAT or np.prod(constant.dims) < _SMALLEST_HALF:
            continue
        values = numpy_helper.to_array(constant).astype(np.float16)
        name = constant.name
        constant.CopyFrom(numpy_helper.from_array(values, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    return _with_first(model, casts)


def store_bytes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large float32 matrices as int8 times a scale for each row or column, whichever loses less: a quarter of the size."""
    nodes = []
    for constant in list(model.graph.initializer):
        if constant.data_type != TensorProto.FLOAT or len(constant.dims) != 2 or np.prod(constant.dims) < _SMALLEST_MATRIX:
            continue
        name, values = constant.name, numpy_helper.to_array(constant)
        coded = [_coded(values, axis) for axis in (0, 1)]
        whole, scale = min(coded, key=lambda pair: float(np.square(pair[0] * pair[1] - values).sum()))
        constant.CopyFrom(numpy_helper.from_array(whole, f"{name}.int8"))
        model.graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        nodes += [helper.make_node("Cast", [f"{name}.int8"], [f"{name}.float"], to=TensorProto.FLOAT),
                  helper.make_node("Mul", [f"{name}.float", f"{name}.scale"], [name])]
    return _with_first(model, nodes)


def store_nibbles(model: onnx.ModelProto, shapes: Collection[tuple[int, int]] | None = None, *, block: int = 32) -> onnx.ModelProto:
    """float32 matrices in 4 bits with a float16 scale for every ``block`` rows of a column: an eighth of the size.

    Plain operators unpack them, which ONNX Runtime folds when the session loads.

    Args:
        shapes: [in, out] of the matrices meant; all large ones when None. Rows that do not divide by ``block`` stay as
            they are.
    """
    nodes = []
    for constant in list(model.graph.initializer):
        shape = tuple(constant.dims)
        meant = len(shape) == 2 and np.prod(shape) >= _SMALLEST_MATRIX if shapes is None else shape in shapes
        if constant.data_type != TensorProto.FLOAT or not meant or shape[0] % block:
            continue
        name = constant.name
        codes, scale = _nibbles(numpy_helper.to_array(constant).reshape(-1, block, shape[1]))
        packed = codes[:, : block // 2] | codes[:, block // 2 :] << 4
        constant.CopyFrom(numpy_helper.from_array(packed, f"{name}.int4"))
        constants = {"scale": scale, "low": np.array(15, np.uint8), "shift": np.array(4, np.uint8),
                     "middle": np.array(8, np.float32), "shape": np.array(shape, np.int64)}
        model.graph.initializer.extend(numpy_helper.from_array(value, f"{name}.{key}") for key, value in constants.items())
        nodes += _unpacking(name)
    return _with_first(model, nodes)


def _nibbles(blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """uint8 codes around 8 [blocks, block, out] and float16 scales [blocks, 1, out]."""
    scale = nibble_scale(blocks)
    return (np.clip(np.rint(blocks / scale.astype(np.float32)), -8, 7) + 8).astype(np.uint8), scale


def on_nibbles(matrix: np.ndarray, *, block: int = 32) -> np.ndarray:
    """float32 [in, out] with the values that ``store_nibbles`` keeps of it; as it is where rows do not divide by ``block``."""
    if len(matrix) % block:
        return matrix
    codes, scale = _nibbles(matrix.astype(np.float32).reshape(-1, block, matrix.shape[1]))
    return ((codes.astype(np.float32) - 8) * scale.astype(np.float32)).reshape(matrix.shape)


def nibble_scale(blocks: np.ndarray) -> np.ndarray:
    """float16 [blocks, 1, out] for float32 [blocks, block, out]: of several scales near that of the largest value the one that loses
    least (ours), and those on which the values lie already."""
    largest = np.maximum(np.abs(blocks).max(axis=1, keepdims=True), 1e-6)
    best, chosen = np.full(largest.shape, np.inf), (largest / 7).astype(np.float16)
    for steps in (7.0, 7.4, 7.8, 8.2, 8.75, 9.3, 8.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0):
        scale = np.maximum(largest / steps, 1e-7).astype(np.float16)
        step = scale.astype(np.float32)
        error = np.square(np.clip(np.rint(blocks / step), -8, 7) * step - blocks).sum(axis=1, keepdims=True)
        chosen, best = np.where(error < best, scale, chosen), np.minimum(error, best)
    return chosen


def _unpacking(name: str) -> list[onnx.NodeProto]:
    """From ``name``.int4 [blocks, block / 2, out], two codes a byte, to the matrix ``name``."""
    def node(kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(kind, [f"{name}.{suffix}" for suffix in inputs], [f"{name}.{output}" if output else name], **attributes)

    return [
        node("BitwiseAnd", ["int4", "low"], "first"),
        node("BitShift", ["int4", "shift"], "second", direction="RIGHT"),
        node("Concat", ["first", "second"], "codes", axis=1),
        node("Cast", ["codes"], "floats", to=TensorProto.FLOAT),
        node("Sub", ["floats", "middle"], "centred"),
        node("Cast", ["scale"], "scales", to=TensorProto.FLOAT),
        node("Mul", ["centred", "scales"], "blocks"),
        node("Reshape", ["blocks", "shape"], ""),
    ]


def _with_first(model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto]) -> onnx.ModelProto:
    """The model with ``nodes`` before its own."""
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    del model.graph.value_info[:]
    return model


def _coded(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """int8 values, and float32 scales with one entry for each line along ``axis``."""
    scale = (np.abs(values).max(axis=axis, keepdims=True) / 127).astype(np.float32)
    scale[scale == 0] = 1
    return np.rint(values / scale).astype(np.int8), scale
