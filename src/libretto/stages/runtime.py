"""Writing tokens with a trained stage: a state goes in, tokens and the next state come out. No torch."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..config import StageSpec
from ..engine.onnx import OnnxSteps
from ..errors import RequestError, WeightsError
from ..sampling import sample, uniforms
from .crops import guided
from .layout import StageInputs, StageLayout, Tokens, join
from .patience import patience_name, wear
from .vectors import CONTINUED, StageVectors

_LOOK_BACK = 64  # frames beyond its patience for which a token grows more tired


def graph_name(spec: StageSpec) -> str:
    """The stage's file in a weights folder."""
    return f"stage_{spec.name}.onnx"


def codes_name(name: str) -> str:
    """The stage's code vectors [K, V, W] in ``tables.safetensors``."""
    return f"stage_{name}.codes"


class Steps(Protocol):
    """An engine: ONNX Runtime (``engine.onnx``) or torch (``engine.torch``)."""

    def open(self, batch: int, capacity: int) -> Any: ...
    def copy(self, cache: Any) -> Any: ...
    def run(self, cache: Any, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, position: int) -> np.ndarray: ...


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn; see ``sampling.sample``. ``guidance`` 1 is off (classifier-free, 2207.12598)."""

    temperature: float
    top_k: int = 0
    top_p: float = 1.0
    guidance: float = 1.0


@dataclass
class _Window:
    """The engine's memory of the steps since ``first``; shared by the states of one line of advances."""

    cache: Any
    step: int  # steps of the sequence it has seen
    position: int = 0  # steps in the cache, context included


@dataclass
class StageState:
    """Where a stage stands. A value: ``advance`` returns a new one and the old one stays usable.

    tokens [B, K, T] hold what is written, blank elsewhere; ``frames`` frames are complete, ``step`` steps are done.
    """

    prefix: Tokens
    aligned: Tokens  # everything told so far, at the conditions' own rates
    seed: int
    takes: tuple[int, ...]
    sampling: Sampling
    tokens: np.ndarray
    frames: int = 0
    step: int = 0
    first: int = 0  # first frame of the window
    given: int = 0  # frames of the prompt, which stay as they are
    single: bool = True
    window: _Window | None = field(default=None, repr=False)

    def copy(self) -> StageState:
        """The same state without the engine's memory, which is rebuilt at the next advance; safe to pickle."""
        fresh = copy.copy(self)
        fresh.window = None
        return fresh


class StageRuntime:
    """One stage of a weights folder.

    ``advance`` by pieces writes the tokens of one long advance, provided that added conditions are given ``lead``
    target frames ahead of the frames asked for (at the end of a piece there are none: the last frame holds). Under
    ``alignment="prefix"`` all conditions of a window must be given before its first step.
    """

    def __init__(
        self, spec: StageSpec, path: Path | str, tables: dict[str, np.ndarray], *, threads: int | None = None,
        engine: Steps | None = None,
    ) -> None:
        """``path`` is the weights folder or the graph itself; ``engine`` replaces ONNX Runtime.

        Raises:
            WeightsError: a file or table is missing, damaged or does not fit ``spec``.
        """
        self.spec = spec
        self.layout = StageLayout(spec, vectors_of(spec, tables))
        if engine is None:
            path = Path(path)
            engine = OnnxSteps(path / graph_name(spec) if path.is_dir() else path, spec.transformer, threads=threads)
        self._engine = engine
        self._pattern = self.layout.pattern
        self._capacity = self.layout.context_length + self._pattern.steps(spec.crop_frames)
        self._patience = tables.get(patience_name(spec.name))
        if self._patience is not None and self._patience.shape != (spec.target.levels,):
            raise WeightsError(f"table {patience_name(spec.name)} is {self._patience.shape}, expected ({spec.target.levels},)")

    @property
    def frame_rate(self) -> int:
        return self.spec.target.frame_rate

    @property
    def levels(self) -> int:
        return self.spec.target.levels

    @property
    def lead(self) -> int:
        """Target frames of added conditions to give beyond the frames asked for."""
        return self.layout.lead

    def start(
        self, prefix_tokens: Tokens | None = None, *, seed: int, take: int | Sequence[int] = 0,
        temperature: float | None = None, top_k: int | None = None, top_p: float = 1.0, guidance: float | None = None,
    ) -> StageState:
        """The state before the first frame.

        Args:
            prefix_tokens: {"style": [levels]} (or [B, levels], one row a take); a missing one is left blank.
            take: one take, or several to be written side by side; each comes out as it would alone.
            temperature, top_k, guidance: the specification's where None.
        """
        takes = (take,) if isinstance(take, (int, np.integer)) else tuple(int(number) for number in take)
        if not takes:
            raise RequestError("no takes asked for; give at least one")
        prefix = self.layout.blank_prefix(len(takes))
        for name, tokens in (prefix_tokens or {}).items():
            if name not in prefix:
                raise RequestError(f"stage {self.spec.name} has no condition {name!r}; valid: {', '.join(prefix) or 'none'}")
            prefix[name] = told_rows(name, tokens, prefix[name].shape[1:], batch=len(takes))
        spec = self.spec
        sampling = Sampling(
            spec.temperature if temperature is None else temperature, spec.top_k if top_k is None else top_k, top_p,
            spec.guidance if guidance is None else guidance,
        )
        empty = {token.name: np.zeros((len(takes), token.levels, 0), np.int64) for token in spec.aligned}
        tokens = np.full((len(takes), self.levels, 0), spec.target.blank)
        return StageState(prefix, empty, seed, takes, sampling, tokens, single=isinstance(take, (int, np.integer)))

    def prompt(self, state: StageState, tokens: np.ndarray, aligned: Tokens | None = None) -> StageState:
        """``state`` (at its start) as if it had written ``tokens`` [K, T] (or [B, K, T]): a continuation goes on."""
        if state.step:
            raise RequestError(f"a prompt comes first, but {state.frames} frames are written; start a new state")
        given = told_rows("prompt", tokens, (self.levels, None), batch=len(state.takes))
        if given.shape[2] and (given.min() < 0 or given.max() >= self.spec.target.codebook_size):
            raise RequestError(f"prompt tokens lie outside 0..{self.spec.target.codebook_size - 1}; encode the audio again")
        state = self._told(state, aligned or {})
        frames = given.shape[2]
        state.tokens, state.frames, state.given = given, frames, frames
        state.step = self._pattern.first_step(frames)
        state.first = self._slid(0, frames)
        return state

    def advance(
        self, state: StageState, aligned: Tokens | None = None, frames: int = 0
    ) -> tuple[np.ndarray, StageState]:
        """Write the next ``frames`` frames.

        Args:
            aligned: further tokens of the aligned conditions, {name: [levels, T']} (or [B, levels, T'], or [T'] for
                one level), at their own rates; they are appended to what was told before.

        Returns:
            tokens int64 [K, frames] ([B, K, frames] when several takes were started) and the next state.
        """
        if frames < 0:
            raise RequestError(f"frames is {frames}, expected 0 or more")
        state = self._told(state, aligned or {})
        for token in self.spec.aligned:
            if frames and not state.aligned[token.name].shape[2]:
                raise RequestError(f"stage {self.spec.name} needs {token.name} tokens; give them to advance")
        goal = state.frames + frames
        last = self._pattern.steps(goal) if frames else state.step
        self._grow(state, last)
        if state.window is None or state.window.step != state.step:
            state.window = None
        conditions = self._conditions(state)
        while state.step < last:
            frame = int(self._pattern.frame(state.step))
            if self._pattern.first_step(frame) == state.step and frame - state.first >= self.spec.crop_frames:
                state.first, state.window = self._slid(state.first, frame), None
            self._write(state, self._logits(state, conditions))
        written = state.tokens[:, :, state.frames : goal].copy()
        state.frames = goal
        return (written[0] if state.single else written), state

    def score(self, inputs: StageInputs) -> np.ndarray:
        """Logits float32 [B, S, K, V] of whole sequences of known tokens (teacher forcing), at most a crop long."""
        batch, steps = inputs.ids.shape[:2]
        if steps > self._capacity:
            raise RequestError(f"{steps} steps do not fit the crop's {self._capacity}; score shorter pieces")
        cache = self._engine.open(batch, steps)
        return self._engine.run(cache, inputs.ids, inputs.guess, inputs.known, position=0)

    def _told(self, state: StageState, aligned: Tokens) -> StageState:
        """A copy of ``state`` that knows ``aligned`` too; the engine's memory goes with it."""
        state = copy.copy(state)
        state.aligned = dict(state.aligned)
        for name, tokens in aligned.items():
            if name not in state.aligned:
                valid = ", ".join(state.aligned) or "none"
                raise RequestError(f"stage {self.spec.name} has no aligned condition {name!r}; valid: {valid}")
            before = state.aligned[name]
            array = np.asarray(tokens)
            if array.ndim == 1:
                array = array[None]
            state.aligned[name] = np.concatenate(
                [before, told_rows(name, array, (before.shape[1], None), batch=len(state.takes))], axis=2
            )
        return state

    def _grow(self, state: StageState, steps: int) -> None:
        """Room for every token that ``steps`` steps touch; the tokens become this state's own."""
        frames = int(self._pattern.frame(max(steps - 1, 0))) + 1
        blank = np.full((*state.tokens.shape[:2], max(0, frames - state.tokens.shape[2])), self.spec.target.blank)
        state.tokens = np.concatenate([state.tokens, blank], axis=2)

    def _slid(self, first: int, frame: int) -> int:
        """The window's first frame once ``frame`` is to be written: half a crop is kept (MusicLM: 15 s + 15 s)."""
        grid = max([self.spec.target.frame_rate // token.frame_rate for token in self.spec.aligned], default=1)
        half = max(grid, self.spec.crop_frames // 2 // grid * grid)
        while frame - first >= self.spec.crop_frames:
            first += half
        return first

    def _conditions(self, state: StageState) -> Tokens:
        """Aligned conditions at the target's rate for every frame there is room for, rows doubled for guidance."""
        frames = state.tokens.shape[2] + self.layout.lead
        plain = {
            token.name: self.layout.stretch(token, state.aligned[token.name], frames)
            for token in self.spec.aligned if state.aligned[token.name].shape[2]
        }
        return self.doubled(state, plain)

    def doubled(self, state: StageState, conditions: Tokens) -> Tokens:
        """With guidance: the rows again with the guided conditions blank."""
        if state.sampling.guidance == 1.0:
            return conditions
        blanks = {token.name: token.blank for token in guided(self.spec)}
        return {
            name: np.concatenate([values, np.full_like(values, blanks[name]) if name in blanks else values])
            for name, values in conditions.items()
        }

    def _logits(self, state: StageState, conditions: Tokens) -> np.ndarray:
        """Logits [B, K, V] of the next step, guided."""
        first = state.first
        local = state.step - self._pattern.first_step(first)
        stop = first + int(self._pattern.frame(local)) + 1
        rows = 1 if state.sampling.guidance == 1.0 else 2
        tokens = np.tile(state.tokens[:, :, first:stop], (rows, 1, 1))
        told = {name: values[:, :, first : stop + self.layout.lead] for name, values in conditions.items()}
        prefix = self.doubled(state, state.prefix)
        if state.window is None:
            inputs = self.layout.sequence(tokens, prefix, told, start=0, stop=local + 1)
            context = self._context(state)
            if context.shape[1]:
                inputs = join(context, inputs)
            state.window = _Window(self._engine.open(len(tokens), self._capacity), 0)
            position = 0
        else:
            frame = int(self._pattern.frame(local))
            inputs = self.layout.sequence(
                tokens, prefix, told, start=local, stop=local + 1, window=max(0, frame - self.levels - 1)
            )
            position = state.window.position
        logits = self._engine.run(state.window.cache, inputs.ids, inputs.guess, inputs.known, position=position)[:, -1]
        state.window.position = position + inputs.ids.shape[1]
        if rows == 1:
            return logits
        told_logits, blank_logits = np.split(logits, 2)
        return blank_logits + state.sampling.guidance * (told_logits - blank_logits)

    def _context(self, state: StageState) -> np.ndarray:
        """The ids before the window's sequence: int64 [B, P, J]."""
        told = {}
        for token in self.layout.flattened:
            first = state.first * token.frame_rate // self.spec.target.frame_rate
            wanted = self.layout.condition_frames(token, self.spec.crop_frames)
            told[token.name] = state.aligned[token.name][:, :, first : first + wanted]
        if not state.prefix and not told:
            return np.zeros((0, 0, self.layout.slots), np.int64)
        return self.layout.context(self.doubled(state, state.prefix), self.doubled(state, told))

    def _write(self, state: StageState, logits: np.ndarray) -> None:
        """Draw the tokens of the next step and note them."""
        chosen = state.sampling
        levels, frames = self._pattern.written(state.step, state.tokens.shape[2])
        levels, frames = levels[frames >= state.given], frames[frames >= state.given]
        logits = self._tired(state, logits, levels, frames)
        draws = np.stack([
            uniforms(state.seed, take, self.spec.name, state.step, self.levels)[levels] for take in state.takes
        ])
        state.tokens[:, levels, frames] = sample(
            logits[:, levels], draws, temperature=chosen.temperature, top_k=chosen.top_k, top_p=chosen.top_p
        )
        state.step += 1
        assert state.window is not None  # _logits has just used it
        state.window.step = state.step


    def _tired(self, state: StageState, logits: np.ndarray, levels: np.ndarray, frames: np.ndarray) -> np.ndarray:
        """Logits [B, K, V] less what tokens that have outlasted their level's patience lose."""
        if self._patience is None:
            return logits
        logits = logits.copy()
        rows = np.arange(len(logits))
        for level, frame in zip(levels, frames, strict=True):
            limit = int(self._patience[level])
            past = state.tokens[:, level, max(0, frame - limit - _LOOK_BACK) : frame]
            if past.shape[1] > limit:
                logits[rows, level, past[:, -1]] -= wear(past, limit)
        return logits


def told_rows(name: str, tokens: np.ndarray, shape: tuple[int | None, ...], *, batch: int) -> np.ndarray:
    """``tokens`` as int64 [B, *shape], repeated over the batch when they come for one take."""
    array = np.asarray(tokens).astype(np.int64)
    if array.ndim == len(shape):
        array = np.repeat(array[None], batch, axis=0)
    fits = array.ndim == len(shape) + 1 and len(array) == batch
    if not fits or any(want is not None and got != want for got, want in zip(array.shape[1:], shape, strict=True)):
        wanted = ", ".join("any" if want is None else str(want) for want in shape)
        raise RequestError(f"{name} tokens are {list(np.shape(tokens))}, expected [{wanted}] or [{batch}, {wanted}]")
    return array


def vectors_of(spec: StageSpec, tables: dict[str, np.ndarray]) -> StageVectors:
    """The stage's geometry from the exported tables."""
    base = CONTINUED.get(spec.name)
    wanted = {spec.name: spec.target} | {token.name: token for token in spec.aligned if token.name == base}
    found = {}
    for name, token in wanted.items():
        array = tables.get(codes_name(name))
        expected = (token.levels, token.codebook_size, spec.token_width)
        if array is None or array.shape != expected:
            got = "missing" if array is None else f"{array.shape}"
            raise WeightsError(f"table {codes_name(name)} is {got}, expected {expected}; export the weights again")
        found[name] = np.asarray(array, np.float32)
    return StageVectors(found.pop(spec.name), found)
