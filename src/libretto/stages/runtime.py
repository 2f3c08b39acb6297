"""Writing tokens with a trained stage: a state goes in, tokens and the next state come out. No torch."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..config import StageSpec
from ..engine.onnx import OnnxSteps
from ..errors import RequestError, WeightsError
from .layout import StageInputs, StageLayout, Tokens
from .patience import look_back, patience_name
from .vectors import CODEC_CODEBOOKS, CONTINUED, StageVectors, acoustic_vectors
from .writer import Steps, Window, Writer, doubled, grid, slid


def graph_name(spec: StageSpec) -> str:
    """The stage's file in a weights folder."""
    return f"stage_{spec.name}.onnx"


def codes_name(name: str) -> str:
    """The stage's code vectors [K, V, W] in ``tables.safetensors``."""
    return f"stage_{name}.codes"


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn; see ``sampling.sample``. ``guidance`` 1 is off (classifier-free, 2207.12598)."""

    temperature: float
    top_k: int = 0
    top_p: float = 1.0
    guidance: float = 1.0


@dataclass
class StageState:
    """Where a stage stands. A value: ``advance`` returns a new one and the old one stays usable.

    tokens [B, K, T] hold what is written from frame ``origin`` on, blank elsewhere; ``frames`` frames are complete,
    ``step`` steps are done. What no later step looks at is dropped, so a state does not grow with the music.
    """

    prefix: Tokens
    aligned: Tokens  # told so far, from frame ``origin`` on, at the conditions' own rates
    seed: int
    takes: tuple[int, ...]
    sampling: Sampling
    tokens: np.ndarray
    frames: int = 0
    step: int = 0
    origin: int = 0
    first: int = 0  # first frame of the window
    given: int = 0  # frames of the prompt, which stay as they are
    kept: np.ndarray | None = None  # int64 [K, T] from frame 0 on: tokens to write as they are, -1 where they are drawn
    against: Tokens = field(default_factory=dict)  # what guidance leads away from; nothing is said where it is missing
    single: bool = True
    window: Window | None = field(default=None, repr=False)

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
        provider: str = "cpu", engine: Steps | None = None,
    ) -> None:
        """``path`` is the weights folder or the graph itself; ``engine`` replaces ONNX Runtime.

        Raises:
            WeightsError: a file or table is missing, damaged or does not fit ``spec``.
        """
        self.spec = spec
        self.layout = StageLayout(spec, vectors_of(spec, tables))
        if engine is None:
            path = Path(path)
            engine = OnnxSteps(path / graph_name(spec) if path.is_dir() else path, spec.transformer, threads=threads, provider=provider)
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
        against: Tokens | None = None,
    ) -> StageState:
        """The state before the first frame.

        Args:
            prefix_tokens: {"style": [levels]} (or [B, levels], one row a take); a missing one is left blank.
            take: one take, or several to be written side by side; each comes out as it would alone.
            temperature, top_k, guidance: the specification's where None.
            against: prefix tokens that guidance leads away from (a negative prompt), instead of from blank ones.
        """
        takes = (take,) if isinstance(take, (int, np.integer)) else tuple(int(number) for number in take)
        if not takes:
            raise RequestError("no takes asked for; give at least one")
        prefix = self._prefix(prefix_tokens or {}, batch=len(takes))
        spec = self.spec
        sampling = Sampling(
            spec.temperature if temperature is None else temperature, spec.top_k if top_k is None else top_k, top_p,
            spec.guidance if guidance is None else guidance,
        )
        empty = {token.name: np.zeros((len(takes), token.levels, 0), np.int64) for token in spec.aligned}
        tokens = np.full((len(takes), self.levels, 0), spec.target.blank)
        away = {} if against is None else self._prefix(against, batch=len(takes))
        single = isinstance(take, (int, np.integer))
        return StageState(prefix, empty, seed, takes, sampling, tokens, against=away, single=single)

    def _prefix(self, told: Tokens, *, batch: int) -> Tokens:
        """Prefix conditions of ``batch`` rows, blank where nothing is told."""
        prefix = self.layout.blank_prefix(batch)
        for name, tokens in told.items():
            if name not in prefix:
                raise RequestError(f"stage {self.spec.name} has no condition {name!r}; valid: {', '.join(prefix) or 'none'}")
            prefix[name] = told_rows(name, tokens, prefix[name].shape[1:], batch=batch)
        return prefix

    def turn(self, state: StageState, prefix_tokens: Tokens, *, against: Tokens | None = None) -> StageState:
        """``state`` with other prefix conditions from its next step on, and led away from ``against`` (see ``start``); what is written is
        read anew under them."""
        state = state.copy()
        state.prefix = self._prefix(prefix_tokens, batch=len(state.takes))
        state.against = {} if against is None else self._prefix(against, batch=len(state.takes))
        return state

    def keep(self, state: StageState, tokens: np.ndarray) -> StageState:
        """``state`` that will write ``tokens`` [K, T], counted from frame 0, wherever they are not -1."""
        kept = told_rows("kept", tokens, (self.levels, None), batch=1)[0]
        if kept.size and (kept.min() < -1 or kept.max() >= self.spec.target.codebook_size):
            raise RequestError(f"kept tokens lie outside -1..{self.spec.target.codebook_size - 1}; encode the audio again")
        state = copy.copy(state)
        state.kept = kept
        return state

    def prompt(self, state: StageState, tokens: np.ndarray, aligned: Tokens | None = None) -> StageState:
        """``state`` (at its start) as if it had written ``tokens`` [K, T] (or [B, K, T]): a continuation goes on."""
        given = self._prompted(state, tokens)
        state = self._told(state, aligned or {})
        frames = given.shape[2]
        state.tokens, state.frames, state.given = given, frames, frames
        state.step = self._pattern.first_step(frames)
        state.first = slid(self.spec, 0, frames)
        return state

    def _prompted(self, state: StageState, tokens: np.ndarray) -> np.ndarray:
        """What a prompt gives: int64 [B, K, T]."""
        if state.step or state.frames:
            raise RequestError(f"a prompt comes first, but {state.frames} frames are written; start a new state")
        given = told_rows("prompt", tokens, (self.levels, None), batch=len(state.takes))
        if given.shape[2] and (given.min() < 0 or given.max() >= self.spec.target.codebook_size):
            raise RequestError(f"prompt tokens lie outside 0..{self.spec.target.codebook_size - 1}; encode the audio again")
        return given

    def advance(
        self, state: StageState, aligned: Tokens | None = None, frames: int = 0
    ) -> tuple[np.ndarray, StageState]:
        """Write the next ``frames`` frames.

        Args:
            aligned: further tokens of the aligned conditions, {name: [levels, T']} (or [B, levels, T'], or [T'] for
                one level), at their own rates; they are appended to what was told before. Controls may be left out.

        Returns:
            tokens int64 [K, frames] ([B, K, frames] when several takes were started) and the next state.
        """
        if frames < 0:
            raise RequestError(f"frames is {frames}, expected 0 or more")
        state = self._unsaid(self._told(state, aligned or {}), frames)
        for token in self.spec.aligned:
            if frames and not state.aligned[token.name].shape[2]:
                raise RequestError(f"stage {self.spec.name} needs {token.name} tokens; give them to advance")
        goal = state.frames + frames
        last = self._pattern.steps(goal) if frames else state.step
        self._grow(state, last)
        if state.window is None or state.window.step != state.step:
            state.window = None
        if state.step < last:
            self._write(state, last)
        written = state.tokens[:, :, state.frames - state.origin : goal - state.origin].copy()
        state.frames = goal
        self._trim(state)
        return (written[0] if state.single else written), state

    def _write(self, state: StageState, last: int) -> None:
        """Write the steps of ``state`` up to ``last``; see ``writer``."""
        Writer(self._engine, self.layout, state, last, capacity=self._capacity, patience=self._patience).write()

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

    def _unsaid(self, state: StageState, frames: int) -> StageState:
        """``state`` (this advance's own) with controls blank for those of the next ``frames`` that none was told for."""
        for token in self.spec.controls:
            wanted = self.layout.condition_frames(token, state.frames + frames - state.origin)
            told = state.aligned[token.name]
            rest = np.full((*told.shape[:2], max(0, wanted - told.shape[2])), token.blank)
            state.aligned[token.name] = np.concatenate([told, rest], axis=2)
        return state

    def doubled(self, state: StageState, conditions: Tokens) -> Tokens:
        """With guidance: the rows again, with what it leads away from as the guided conditions."""
        return conditions if state.sampling.guidance == 1.0 else doubled(self.spec, conditions, state.against)

    def _grow(self, state: StageState, steps: int) -> None:
        """Room for every token that ``steps`` steps touch; the tokens become this state's own."""
        frames = int(self._pattern.frame(max(steps - 1, 0))) + 1 - state.origin
        blank = np.full((*state.tokens.shape[:2], max(0, frames - state.tokens.shape[2])), self.spec.target.blank)
        state.tokens = np.concatenate([state.tokens, blank], axis=2)

    def _trim(self, state: StageState) -> None:
        """Drop what lies before the window, the levels' delay and what tokens tire of."""
        needed = self.levels + 1 + (0 if self._patience is None else look_back(self._patience))
        origin = max(state.origin, min(state.first, state.frames - needed) // grid(self.spec) * grid(self.spec))
        gone, state.origin = origin - state.origin, origin
        if gone:
            state.tokens = state.tokens[:, :, gone:].copy()
            for token in self.spec.aligned:
                first = gone * token.frame_rate // self.spec.target.frame_rate
                state.aligned[token.name] = state.aligned[token.name][:, :, first:].copy()


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
        if array is None:
            array = derived_codes(name, tables, levels=token.levels, width=spec.token_width)
        expected = (token.levels, token.codebook_size, spec.token_width)
        if array is None or array.shape != expected:
            got = "missing" if array is None else f"{array.shape}"
            raise WeightsError(f"table {codes_name(name)} is {got}, expected {expected}; export the weights again")
        found[name] = np.asarray(array, np.float32)
    return StageVectors(found.pop(spec.name), found)


def derived_codes(name: str, tables: dict[str, np.ndarray], *, levels: int, width: int) -> np.ndarray | None:
    """The code vectors [K, V, W] of coarse or fine tokens as the codec's own codebooks give them, where they do."""
    books = tables.get(CODEC_CODEBOOKS)
    whole = None if books is None or name not in ("coarse", "fine") else acoustic_vectors(books, width=width)
    if whole is None:
        return None
    return whole[:levels] if name == "coarse" else whole[-levels:]
