"""Single steps in one hand-written kernel: optional, for processors with AVX-512 VNNI where numba is installed.

The same weights and the same rounding of activations as ONNX Runtime, which still reads the steps that open a window:
both write into the same keys and values. Everything else that a step is lies here, in one call that holds no lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..config import TransformerSpec
from ..errors import RequestError, WeightsError, require
from .onnx import OnnxCache, OnnxSteps
from .onnx_file import Node, OnnxFile


@dataclass(frozen=True)
class _Weights:
    """What a step graph holds, in its own order."""

    matrices: list[tuple[np.ndarray, np.ndarray]]  # packed, scales: inlet, four for each layer, query, sharpness
    bits: int
    epsilon: float  # of the norms
    rows: np.ndarray  # float32 [rows, W]
    biases: list[np.ndarray]  # of inlet, query, sharpness
    norms: np.ndarray  # float32 [2 L + 1, D]
    rotary: tuple[np.ndarray, np.ndarray]  # cosines, sines [steps, D / 2]
    spread: np.ndarray  # [K]
    start: np.ndarray  # [K]
    table: np.ndarray  # float16 [K, W, V]
    codes: np.ndarray  # float16 [K, W, V]
    bias: np.ndarray  # float32 [K, V]


def read_weights(path: Path | str, spec: TransformerSpec) -> _Weights:
    """The constants of a step graph that ``stages.export`` wrote.

    Raises:
        WeightsError: it is another kind of graph, or not in 8 or 4 bits.
    """
    file = OnnxFile.read(path)
    known = dict(file.constants)
    made = {name: node for node in file.nodes for name in node.outputs}

    def value(name: str) -> np.ndarray:
        node = made.get(name)
        return known[node.inputs[0] if node is not None and node.kind == "Cast" else name]

    def of(kind: str) -> list[Node]:
        return [node for node in file.nodes if node.kind == kind]

    products = of("MatMulNBits")
    if len(products) != 4 * spec.layers + 3 or spec.positions != "rotary" or not spec.gated:
        raise WeightsError(f"{path} is no step graph in 8 or 4 bits with rotary positions and gates; use engine 'onnx'")
    added = [value(node.inputs[1]) for node in of("Add") if _is_constant(made, known, node.inputs[1])]
    biases, bias = [array for array in added if array.ndim == 1], next(array for array in added if array.ndim == 3)
    attention = of("GroupQueryAttention")[0]
    heads = next(node for node in of("Concat") if _is_constant(made, known, node.inputs[0]))
    start = next(value(node.inputs[1]) for node in of("Mul") if node.inputs[1] in known and known[node.inputs[1]].ndim == 4)
    packed = known[products[0].inputs[1]]
    norms = of("SimplifiedLayerNormalization")
    return _Weights(
        matrices=[(known[node.inputs[1]], known[node.inputs[2]]) for node in products],
        bits=4 if packed.shape[2] == 16 else 8,
        rows=value(of("Gather")[0].inputs[0]).astype(np.float32),
        biases=[array.astype(np.float32) for array in biases],
        epsilon=norms[0].numbers["epsilon"],
        norms=np.stack([value(node.inputs[1]) for node in norms]).astype(np.float32),
        rotary=(known[attention.inputs[7]], known[attention.inputs[8]]),
        spread=value(of("Div")[0].inputs[1]).astype(np.float32).reshape(-1),
        start=start.astype(np.float32).reshape(-1),
        table=value(heads.inputs[0]).astype(np.float16),
        codes=value(heads.inputs[1]).astype(np.float16),
        bias=bias.astype(np.float32)[:, 0],
    )


def _is_constant(made: dict[str, Node], known: dict[str, np.ndarray], name: str) -> bool:
    node = made.get(name)
    return name in known or (node is not None and node.kind == "Cast" and node.inputs[0] in known)


class KernelSteps(OnnxSteps):
    """``OnnxSteps`` whose single steps run in the kernel."""

    def __init__(self, path: Path | str, spec: TransformerSpec, *, threads: int | None = None, provider: str = "cpu") -> None:
        """
        Raises:
            MissingExtra: numba is not installed.
            RequestError: the processor lacks AVX-512 VNNI.
        """
        require("numba", extra="corpus")
        from . import kernel_step, vnni

        if not vnni.supported():
            raise RequestError("engine 'kernel' needs a processor with AVX-512 VNNI; use engine 'onnx'")
        super().__init__(path, spec, threads=threads, provider=provider)
        found = read_weights(path, spec)
        if found.bits not in vnni.BLOCK or any(len(matrix) % vnni.TILE for matrix, _ in found.matrices):
            raise WeightsError(f"{path} has matrices whose rows do not divide by {vnni.TILE}; use engine 'onnx'")
        self._step = kernel_step.step
        self._constants = (
            found.bits, np.float32(found.epsilon), *vnni.tiles(found.matrices, bits=found.bits), found.rows, *found.biases,
            found.norms, *found.rotary, found.spread, found.start, found.table.view(np.uint16), found.codes.view(np.uint16),
            found.bias,
        )
        self._inlet = found.matrices[0][0].shape[1] * vnni.BLOCK[found.bits]

    def _single(self, cache: OnnxCache, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, position: int) -> np.ndarray:
        if cache.single is None:
            cache.single = self._opened(ids, guess, cache.memory.shape[4])
        inputs, logits, scratch = cache.single
        for own, array in zip(inputs, (ids, guess, known), strict=True):
            own[...] = array[:, 0]
        self._step(*self._constants, *inputs, position, *cache.memory, logits, *scratch)
        return logits

    def _opened(self, ids: np.ndarray, guess: np.ndarray, capacity: int) -> tuple[list[np.ndarray], np.ndarray, list[np.ndarray]]:
        """Inputs ids [B, J], guess [B, K, W], known [B, K]; logits [B, 1, K, V]; and where a step keeps what it is at."""
        spec, batch = self.spec, len(ids)
        levels, width = guess.shape[2:]
        inputs: list[np.ndarray] = [np.zeros((batch, ids.shape[2]), np.int64), np.zeros((batch, levels, width), np.float32),
                  np.zeros((batch, levels), np.float32)]
        longest = max(self._inlet, spec.feedforward)
        widest = max(longest, 3 * spec.width, 2 * spec.feedforward, 2 * levels * width)
        floats = (spec.width, spec.width, widest, spec.width, spec.feedforward, capacity)
        scratch: list[np.ndarray] = [
            *(np.zeros(count, np.float32) for count in floats),
            np.zeros(longest, np.int8), np.zeros(longest // 32, np.float32), np.zeros(longest // 32, np.int32),
        ]
        return inputs, np.zeros((batch, 1, *self._logits), np.float32), scratch
