"""A TokenLM read back from its exported graph, for torch: the engine on CUDA, and stages that learn on from a shipped one.

Graphs keep no parameter names, so they are read by structure: operators in the order in which ``export`` and
``parallel_export`` lay them. Matrices of few bits come back as the numbers they stand for. Needs torch and onnx.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from ..config import StageSpec
from ..errors import WeightsError
from .model import TokenLM
from .vectors import StageVectors

_LINEAR = ("MatMulNBits", "DynamicQuantizeMatMul", "MatMul")


def read_model(path: Path | str, spec: StageSpec, vectors: StageVectors) -> TokenLM:
    """The model that ``path`` (``stage_<name>.onnx``) was made from, in evaluation mode on the CPU.

    Raises:
        WeightsError: the graph is missing, or is not one of ``spec``.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"{path} does not exist; export or install the weights again")
    model = TokenLM(spec, vectors)
    try:
        state = _state(onnx.load(path).graph, spec)
        model.load_state_dict({name: torch.from_numpy(np.array(array, np.float32)) for name, array in state.items()})
    except (RuntimeError, StopIteration, ValueError, KeyError, IndexError) as error:
        line = " ".join(str(error).split())[:200] or "it ends too early"
        raise WeightsError(f"{path} is no graph of stage {spec.name} in pattern {spec.pattern!r} ({line}); export it again") from error
    return model.eval()


def _state(graph: onnx.GraphProto, spec: StageSpec) -> dict[str, np.ndarray]:
    """The parameters and buffers of TokenLM."""
    constants = _constants(graph)
    levels, width = spec.target.levels, spec.token_width

    def of(*kinds: str) -> Iterator[onnx.NodeProto]:
        return (node for node in graph.node if node.op_type in kinds)

    def table(kinds: str, dimensions: int) -> Iterator[np.ndarray]:
        """Floating constants of so many dimensions that nodes of a kind read, in order."""
        names = (name for node in of(kinds) for name in node.input if name in constants)
        return (constants[name] for name in names if constants[name].ndim == dimensions and constants[name].dtype.kind == "f")

    matrices = (_matrix(node, constants) for node in of(*_LINEAR) if node.input[1] in constants)
    norms, biases = table("SimplifiedLayerNormalization", 1), _biases(graph, constants)
    state = {"rows": next(table("Gather", 2)), "spread": next(table("Div", 4)).reshape(-1)}
    state["inlet.weight"], state["inlet.bias"] = next(matrices), next(biases)
    for layer in range(spec.transformer.layers):
        block = f"transformer.blocks.{layer}"
        for role in ("qkv", "out", "up", "down"):
            state[f"{block}.{role}.weight"] = next(matrices)
        for role in ("norm1", "norm2"):
            state[f"{block}.{role}.weight"] = next(norms)
    state["transformer.norm.weight"] = next(norms)
    if spec.transformer.positions == "t5":
        state["transformer.relative"] = list(table("Gather", 2))[1]
    joined = next(node for node in of("Concat") if node.input[0] in constants)
    state["table"], state["codes"] = (constants[name].transpose(0, 2, 1) for name in joined.input[:2])
    if spec.pattern == "parallel":
        blocks = table("Gather", 3)
        flat = list(table("Gather", 2))[-3:]  # biases of sharpness and query, and of the head
        for role, bias in (("sharpness", flat[0]), ("query", flat[1])):
            state[f"{role}.weight"] = next(blocks).transpose(0, 2, 1).reshape(levels * width, -1)
            state[f"{role}.bias"] = bias.reshape(-1)
        state["start"], state["bias"] = next(table("Gather", 1)), flat[2]
    else:
        for role in ("query", "sharpness"):
            state[f"{role}.weight"], state[f"{role}.bias"] = next(matrices), next(biases)
        state["start"], state["bias"] = next(table("Mul", 4)).reshape(-1), next(table("Add", 3))[:, 0]
    return state


def _constants(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """All constants by name, those stored as float16 under the name of their cast."""
    found = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    return found | {node.output[0]: found[node.input[0]] for node in graph.node if node.op_type == "Cast" and node.input[0] in found}


def _biases(graph: onnx.GraphProto, constants: dict[str, np.ndarray]) -> Iterator[np.ndarray]:
    for node in graph.node:
        name = node.input[-1]
        added = node.op_type == "Add" or (node.op_type == "DynamicQuantizeMatMul" and len(node.input) == 5)
        if added and name in constants and constants[name].ndim == 1:
            yield constants[name]


def _matrix(node: onnx.NodeProto, constants: dict[str, np.ndarray]) -> np.ndarray:
    """The matrix [out, in] of a node of ``GraphBuilder.linear`` or ``linear_of_many``."""
    weight = constants[node.input[1]]
    if node.op_type == "MatMul":
        return weight.T
    scales = constants[node.input[2]]
    if node.op_type == "DynamicQuantizeMatMul":
        return weight.T.astype(np.float32) * scales[:, None]
    fields = {field.name: field.i for field in node.attribute}
    if fields["bits"] == 4:
        weight = np.stack([weight & 15, weight >> 4], axis=-1).reshape(*weight.shape[:-1], -1)
    values = (weight.astype(np.float32) - 2 ** (fields["bits"] - 1)) * scales.reshape(*weight.shape[:2], 1)
    return values.reshape(len(weight), -1)[:, : fields["K"]]
