"""Writing tokens in pattern "parallel": blocks of frames, level by level, the surest tokens first. No torch.

SoundStorm (2305.09636) on a fixed grid of blocks: each is written in a few passes, given the crop before it. A piece
does not depend on how it is asked for, because blocks begin where the grid says, conditions are read as far as the
block's end (``lead``), and every number drawn belongs to (seed, take, stage, block, level, pass, frame).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..config import StageSpec
from ..engine.onnx_passes import OnnxPasses
from ..errors import RequestError
from ..sampling import sample, uniforms
from .blocks import BlockRuntime
from .layout import StageInputs, StageLayout, join
from .masked import left_hidden, masked_inputs
from .runtime import StageState, graph_name, vectors_of

_PASSES = 1024  # numbers of steps set aside for a level of a block


class Passes(Protocol):
    """An engine: ONNX Runtime (``engine.onnx_passes``) or torch (``engine.torch``)."""

    def open(self, batch: int) -> Any: ...
    def read(self, past: Any, ids: np.ndarray, guess: np.ndarray, known: np.ndarray) -> Any: ...
    def run(self, past: Any, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, level: int) -> np.ndarray: ...


class ParallelRuntime(BlockRuntime):
    """A stage of pattern "parallel", with the verbs of ``StageRuntime``."""

    def __init__(
        self, spec: StageSpec, path: Path | str, tables: dict[str, np.ndarray], *, threads: int | None = None,
        provider: str = "cpu", engine: Passes | None = None, iterations: tuple[int, ...] | None = None,
        choice_temperature: float | None = None,
    ) -> None:
        """As ``StageRuntime``.

        Args:
            iterations: passes of each level; ``spec.passes`` when None.
            choice_temperature: of the noise in which tokens are kept; the specification's when None.
        """
        self.spec = spec
        self.layout = StageLayout(spec, vectors_of(spec, tables))
        self.iterations = spec.passes if iterations is None else iterations
        self.choice_temperature = spec.choice_temperature if choice_temperature is None else choice_temperature
        if len(self.iterations) != spec.target.levels or not all(0 < count <= _PASSES for count in self.iterations):
            raise RequestError(f"iterations are {self.iterations}, expected {spec.target.levels} numbers from 1 to {_PASSES}, one a level")
        if engine is None:
            path = Path(path)
            engine = OnnxPasses(path / graph_name(spec) if path.is_dir() else path, spec.transformer, threads=threads, provider=provider)
        self.engine: Passes = engine

    def score(self, inputs: StageInputs) -> np.ndarray:
        raise RequestError(f"stage {self.spec.name} fills tokens in and has no next step to score; see evaluate.stages")

    def _written(self, state: StageState) -> np.ndarray:
        start = state.origin + state.tokens.shape[2]
        cell = start // self.block
        stop = (cell + 1) * self.block
        first = self._first(stop)
        window = np.concatenate([
            state.tokens[:, :, first - state.origin :], np.full((*state.tokens.shape[:2], stop - start), self.spec.target.blank),
        ], axis=2)
        block = _Block(self, state, window, known=start - first, first=first)
        for level, passes in enumerate(self.iterations):
            block.fill(level, passes, step=(cell * self.levels + level) * _PASSES, offset=start - cell * self.block)
        return block.tokens[:, :, start - first :]


class _Block:
    """A block being written: its window of tokens, known frames first, and what the engine has read of them."""

    def __init__(self, runtime: ParallelRuntime, state: StageState, tokens: np.ndarray, *, known: int, first: int) -> None:
        self.runtime, self.state, self.tokens, self.known, self.first = runtime, state, tokens, known, first
        layout, spec = runtime.layout, runtime.spec
        self.conditions = runtime.doubled(state, runtime._conditions(state, first, tokens.shape[2] + layout.lead))
        self.prefix = runtime.doubled(state, state.prefix)
        self.past = runtime.engine.open(len(self._rows()))
        before = self._inputs(0, known)
        if spec.prefix:
            before = join(layout.context(self.prefix, {}), before)
        if before.ids.shape[1]:
            self.past = runtime.engine.read(self.past, before.ids, before.guess, before.known)

    def _rows(self) -> np.ndarray:
        """The tokens, twice where guidance asks both ways."""
        return np.tile(self.tokens, (1 if self.state.sampling.guidance == 1.0 else 2, 1, 1))

    def _inputs(self, start: int, stop: int) -> StageInputs:
        return masked_inputs(self.runtime.layout, self._rows()[:, :, :stop], self.prefix, self.conditions, start=start)

    def fill(self, level: int, passes: int, *, step: int, offset: int) -> None:
        """Write one level of the block; ``offset`` frames of its cell were there before."""
        chosen, runtime = self.state.sampling, self.runtime
        target = self.tokens[:, level, self.known :]
        kept = self._kept(level)
        np.copyto(target, kept, where=kept >= 0)
        hidden = np.repeat((kept < 0)[None], len(self.tokens), axis=0)
        count = int(hidden[0].sum())
        if count == 0:
            return
        for done in range(passes):
            draws = np.stack([
                uniforms(self.state.seed, take, runtime.spec.name, step + done, 2 * runtime.block).reshape(2, -1)[:, offset:]
                for take in self.state.takes
            ])  # [B, 2, N]
            logits = self._logits(level)
            drawn = sample(logits, draws[:, 0], temperature=chosen.temperature, top_k=chosen.top_k, top_p=chosen.top_p)
            target[hidden] = drawn[hidden]
            left = left_hidden(done + 1, passes, count)
            if left:
                noise = runtime.choice_temperature * (1 - (done + 1) / passes)
                sure = np.where(hidden, log_probability(logits, drawn) + noise * _gumbel(draws[:, 1]), np.inf)
                hidden = _lowest(sure, left)
                target[hidden] = runtime.spec.target.blank

    def _kept(self, level: int) -> np.ndarray:
        """Tokens of the block's frames [N] that are written as they are, -1 for the others."""
        start, stop = self.first + self.known, self.first + self.tokens.shape[2]
        kept = np.full(stop - start, -1)
        if self.state.kept is not None:
            given = self.state.kept[level, start:stop]
            kept[: len(given)] = given
        return kept

    def _logits(self, level: int) -> np.ndarray:
        """Guided logits [B, N, V] of the block's frames."""
        inputs = self._inputs(self.known, self.tokens.shape[2])
        logits = self.runtime.engine.run(self.past, inputs.ids, inputs.guess, inputs.known, level=level)
        guidance = self.state.sampling.guidance
        if guidance == 1.0:
            return logits
        told, blank = np.split(logits, 2)
        return blank + guidance * (told - blank)


def log_probability(logits: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Of tokens [...] under logits [..., V]: float64 [...]."""
    scaled = logits.astype(np.float64)
    scaled -= scaled.max(axis=-1, keepdims=True)
    return np.take_along_axis(scaled, tokens[..., None], axis=-1)[..., 0] - np.log(np.exp(scaled).sum(axis=-1))


def _gumbel(draws: np.ndarray) -> np.ndarray:
    """Gumbel noise of numbers in [0, 1)."""
    return -np.log(-np.log(np.clip(draws, 1e-12, 1 - 1e-12)))


def _lowest(values: np.ndarray, count: int) -> np.ndarray:
    """Where the ``count`` lowest of each row of [B, N] are: bool [B, N]."""
    chosen = np.argsort(values, axis=1, kind="stable")[:, :count]
    found = np.zeros(values.shape, bool)
    np.put_along_axis(found, chosen, True, axis=1)
    return found
