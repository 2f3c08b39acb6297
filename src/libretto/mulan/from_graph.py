"""Towers read back from their exported graphs, for a training that goes on from a shipped model. Needs torch and onnx.

Graphs keep the names of all parameters but the matrices, which stand before the addition of their bias. Few bits come back
as the numbers they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor

from ..errors import WeightsError
from .runtime import AUDIO, TEXT

_LEAD = "model."  # of the modules that ``export`` traces
_KINDS = (".weight", ".bias", ".mean", ".scale")
_PACKED = re.compile(r"\.(weight|bias)\.")  # how a parameter is stored in few bits


def read_state(folder: Path | str) -> dict[str, Tensor]:
    """The parameters and means of ``Mulan`` that the towers of a weights folder hold; the temperature is kept in its tables.

    Raises:
        WeightsError: a graph is missing or is no tower.
    """
    found: dict[str, Tensor] = {}
    for name in (TEXT, AUDIO):
        path = Path(folder) / name
        if not path.is_file():
            raise WeightsError(f"{path} does not exist; export or install the weights again")
        try:
            state = _state(path)
        except (StopIteration, ValueError, KeyError, IndexError) as error:
            raise WeightsError(f"{path} is no tower of MuLan ({error}); export it again") from error
        found |= {key: torch.from_numpy(value.astype(np.float32)) for key, value in state.items()}
    return found


def _state(path: Path) -> dict[str, np.ndarray]:
    model = onnx.load(path)
    graph = model.graph
    constants = {constant.name for constant in graph.initializer}
    for node in graph.node:  # what is computed from constants alone: unpacked matrices
        if node.input and all(name in constants for name in node.input if name):
            constants |= set(node.output)
    readers = {name: node for node in graph.node for name in node.input if name}
    named = {name: name for name in constants if name.startswith(_LEAD) and name.endswith(_KINDS) and not _PACKED.search(name)}
    turned = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants and node.input[1] not in named:
            bias = next(name for name in readers[node.output[0]].input if name.startswith(_LEAD) and name.endswith(".bias"))
            turned[node.input[1]] = bias.removesuffix("bias") + "weight"
    arrays = _evaluated(model, [*named, *turned])
    state = {key: arrays[name] for name, key in named.items()} | {key: arrays[name].T for name, key in turned.items()}
    return {key.removeprefix(_LEAD): value for key, value in state.items()}


def _evaluated(model: onnx.ModelProto, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The values that constants and what is computed from them alone have in ``model``, whose outputs they become."""
    kinds = {onnx.TensorProto.INT64: np.int64, onnx.TensorProto.FLOAT: np.float32}
    feeds = {}
    for value in model.graph.input:
        tensor = value.type.tensor_type
        feeds[value.name] = np.ones([max(2, axis.dim_value) for axis in tensor.shape.dim], kinds[tensor.elem_type])
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip(names, session.run(list(names), feeds), strict=True))
