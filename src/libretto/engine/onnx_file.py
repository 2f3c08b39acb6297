"""The constants and nodes of an ONNX file, read without the onnx package: just enough of protobuf's wire format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import WeightsError

_MODEL_GRAPH, _GRAPH_NODE, _GRAPH_CONSTANT = 7, 1, 5
_NODE_INPUT, _NODE_OUTPUT, _NODE_KIND, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_NUMBER = 1, 2
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_NAME, _TENSOR_RAW = 1, 2, 8, 9
_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16}


@dataclass(frozen=True)
class Node:
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    numbers: dict[str, float]  # its attributes of type float


@dataclass(frozen=True)
class OnnxFile:
    """``nodes`` in order, ``constants`` by name."""

    nodes: list[Node]
    constants: dict[str, np.ndarray]

    @classmethod
    def read(cls, path: Path | str) -> OnnxFile:
        """
        Raises:
            WeightsError: the file is missing or no ONNX graph.
        """
        try:
            data = memoryview(Path(path).read_bytes())
            graph = next(value for field, value in _fields(data) if field == _MODEL_GRAPH)
            nodes, constants = [], {}
            for field, value in _fields(graph):
                if field == _GRAPH_NODE:
                    nodes.append(_node(value))
                elif field == _GRAPH_CONSTANT:
                    name, array = _constant(value)
                    constants[name] = array
        except (OSError, StopIteration, IndexError, KeyError, ValueError, TypeError) as error:
            raise WeightsError(f"{path} cannot be read as an ONNX graph ({error!r}); export or install the weights again") from error
        return cls(nodes, constants)


def _fields(data: memoryview) -> Iterator[tuple[int, Any]]:
    """Numbers and values of a message's fields: whole numbers, or the bytes of strings, messages and packed rows."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + size > len(data):
            raise ValueError("it ends too soon")
        yield key >> 3, data[at : at + size]
        at += size


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return value, at
        shift += 7


def _node(data: memoryview) -> Node:
    found: dict[int, list[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _NODE_KIND: []}
    numbers: dict[str, float] = {}
    for field, value in _fields(data):
        if field in found:
            found[field].append(str(value, "utf-8"))
        elif field == _NODE_ATTRIBUTE:
            parts = dict(_fields(value))
            if _ATTRIBUTE_NUMBER in parts:
                name = str(parts[_ATTRIBUTE_NAME], "utf-8")
                numbers[name] = float(np.frombuffer(parts[_ATTRIBUTE_NUMBER], np.float32)[0])
    return Node(found[_NODE_KIND][0], tuple(found[_NODE_INPUT]), tuple(found[_NODE_OUTPUT]), numbers)


def _constant(data: memoryview) -> tuple[str, np.ndarray]:
    dims: list[int] = []
    kind, name, raw = 0, "", memoryview(b"")
    for field, value in _fields(data):
        if field == _TENSOR_DIMS:
            dims += [value] if isinstance(value, int) else _packed(value)
        elif field == _TENSOR_TYPE:
            kind = int(value)
        elif field == _TENSOR_NAME:
            name = str(value, "utf-8")
        elif field == _TENSOR_RAW:
            raw = value
    return name, np.frombuffer(raw, _TYPES[kind]).reshape(dims)


def _packed(data: memoryview) -> list[int]:
    values, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        values.append(value)
    return values
