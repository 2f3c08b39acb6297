"""One advance of a stage, step by step. Frames and steps count from the state's origin here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..config import StageSpec
from ..sampling import Uniforms, sample
from .crops import guided
from .feed import StepFeed
from .layout import StageInputs, StageLayout, Tokens, join
from .patience import Repeats

if TYPE_CHECKING:
    from .runtime import StageState


class Steps(Protocol):
    """An engine: ONNX Runtime (``engine.onnx``) or torch (``engine.torch``)."""

    def open(self, batch: int, capacity: int) -> Any: ...
    def copy(self, cache: Any) -> Any: ...
    def run(self, cache: Any, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, position: int) -> np.ndarray: ...


@dataclass
class Window:
    """The engine's memory of the steps since the window's first; shared by the states of one line of advances."""

    cache: Any
    step: int  # steps of the sequence it has seen
    position: int = 0  # steps in the cache, context included


def grid(spec: StageSpec) -> int:
    """Windows start on multiples of this many frames: whole frames of every condition."""
    return max([spec.target.frame_rate // token.frame_rate for token in spec.aligned], default=1)


def slid(spec: StageSpec, first: int, frame: int) -> int:
    """The window's first frame once ``frame`` is to be written: half a crop is kept (MusicLM: 15 s + 15 s)."""
    half = max(grid(spec), spec.crop_frames // 2 // grid(spec) * grid(spec))
    while frame - first >= spec.crop_frames:
        first += half
    return first


# Controls that guidance does not exaggerate; ours: with the clock contrasted, a beat is clearer than in real music, and with the mood the
# style suffers (docs/evaluation.md, docs/design.md).
UNCONTRASTED: dict[str, tuple[str, ...]] = {"coarse": ("clock", "mood")}


def doubled(spec: StageSpec, conditions: Tokens, against: Tokens) -> Tokens:
    """For guidance: the rows, and the rows again with the guided conditions as in ``against``, or else blank, and no control told but
    those of ``UNCONTRASTED``."""
    silent = (*guided(spec), *(token for token in spec.controls if token.name not in UNCONTRASTED.get(spec.name, ())))
    others = {token.name: np.full_like(conditions[token.name], token.blank) for token in silent if token.name in conditions}
    others |= {name: values for name, values in against.items() if name in others}
    return {name: np.concatenate([values, others.get(name, values)]) for name, values in conditions.items()}


class Writer:
    """Writes the steps of ``state`` up to ``last`` (of the whole sequence); there is room for their tokens."""

    def __init__(
        self, engine: Steps, layout: StageLayout, state: StageState, last: int, *, capacity: int, patience: np.ndarray | None
    ) -> None:
        self._engine, self._layout, self._capacity = engine, layout, capacity
        self._spec: StageSpec = layout.spec
        self._pattern = layout.pattern
        self._state = state
        self._moved = self._pattern.first_step(state.origin)  # steps before the origin
        self._last = last - self._moved
        self._given = state.given - state.origin
        self._guided = state.sampling.guidance != 1.0
        frames = state.tokens.shape[2] + layout.lead
        told = {
            token.name: layout.stretch(token, state.aligned[token.name], frames)
            for token in self._spec.aligned if state.aligned[token.name].shape[2]
        }
        self._prefix, self._conditions = self._doubled(state.prefix), self._doubled(told)
        self._level = np.arange(self._spec.target.levels)
        self._uniforms = [Uniforms(state.seed, take, self._spec.name) for take in state.takes]
        self._repeats = None
        if patience is not None:
            step, stride = state.step - self._moved, self._pattern.first_step(1)
            self._repeats = Repeats(patience, state.tokens, -((self._level - step) // stride))
        self._feed: StepFeed | None = None

    def write(self) -> None:
        """Write them; the state's tokens, step and window change."""
        state = self._state
        while state.step < self._moved + self._last:
            frame = int(self._pattern.frame(state.step))
            if self._pattern.first_step(frame) == state.step and frame - state.first >= self._spec.crop_frames:
                state.first, state.window, self._feed = slid(self._spec, state.first, frame), None, None
            step = state.step - self._moved
            self._draw(step, self._logits(step))
            state.step += 1
            state.window.step = state.step  # type: ignore[union-attr]  # _logits has just used it

    def _doubled(self, conditions: Tokens) -> Tokens:
        return doubled(self._spec, conditions, self._state.against) if self._guided else conditions

    def _logits(self, step: int) -> np.ndarray:
        """Logits [B, K, V] of ``step``, guided."""
        state = self._state
        if state.window is None:
            inputs = self._opening(step)
            state.window = Window(self._engine.open(len(inputs.ids), self._capacity), state.step)
        else:
            inputs = self._single(step)
        window = state.window
        logits = self._engine.run(window.cache, inputs.ids, inputs.guess, inputs.known, position=window.position)[:, -1]
        window.position += inputs.ids.shape[1]
        if not self._guided:
            return logits
        told, blank = np.split(logits, 2)
        return blank + state.sampling.guidance * (told - blank)

    def _opening(self, step: int) -> StageInputs:
        """The context and all steps of a window that opens at ``step`` or is taken up again there."""
        first = self._state.first - self._state.origin
        local = step - self._pattern.first_step(first)
        inputs = self._layout.sequence(*self._seen(first, local), start=0, stop=local + 1)
        context = self._context()
        return join(context, inputs) if context.shape[1] else inputs

    def _seen(self, first: int, local: int) -> tuple[np.ndarray, Tokens, Tokens]:
        """Tokens, prefix and conditions of the window from frame ``first``, as far as its step ``local`` looks."""
        stop = first + int(self._pattern.frame(local)) + 1
        tokens = np.tile(self._state.tokens[:, :, first:stop], (1 + self._guided, 1, 1))
        told = {name: values[:, :, first : stop + self._layout.lead] for name, values in self._conditions.items()}
        return tokens, self._prefix, told

    def _single(self, step: int) -> StageInputs:
        first = self._state.first - self._state.origin
        if self._pattern.name == "delay":
            if self._feed is None:
                self._feed = StepFeed(
                    self._layout, self._state.tokens, self._prefix, self._conditions, first=first, start=step, stop=self._last
                )
            return self._feed.inputs(step)
        local = step - self._pattern.first_step(first)
        window = max(0, int(self._pattern.frame(local)) - len(self._level) - 1)
        return self._layout.sequence(*self._seen(first, local), start=local, stop=local + 1, window=window)

    def _context(self) -> np.ndarray:
        """The ids before the window's sequence: int64 [B, P, J]."""
        state, told = self._state, {}
        for token in self._layout.flattened:
            first = (state.first - state.origin) * token.frame_rate // self._spec.target.frame_rate
            wanted = self._layout.condition_frames(token, self._spec.crop_frames)
            told[token.name] = state.aligned[token.name][:, :, first : first + wanted]
        if not state.prefix and not told:
            return np.zeros((0, 0, self._layout.slots), np.int64)
        return self._layout.context(self._prefix, self._doubled(told))

    def _draw(self, step: int, logits: np.ndarray) -> None:
        """Draw the tokens of ``step`` and note them."""
        state, chosen = self._state, self._state.sampling
        levels, frames = self._written(step)
        if self._repeats is not None:
            logits = self._repeats.worn(logits, levels)
        draws = np.array([uniforms.draw(state.step, len(self._level)) for uniforms in self._uniforms])
        if len(levels) < len(self._level):
            logits, draws = logits[:, levels], draws[:, levels]
        tokens = sample(logits, draws, temperature=chosen.temperature, top_k=chosen.top_k, top_p=chosen.top_p)
        if frames.min() < self._given:  # the prompt's frames stay as they are
            tokens = np.where(frames < self._given, state.tokens[:, levels, frames], tokens)
        if state.kept is not None:
            tokens = settled(state.kept, levels, frames + state.origin, otherwise=tokens)
        state.tokens[:, levels, frames] = tokens
        if self._repeats is not None:
            self._repeats.wrote(levels, tokens)
        if self._feed is not None:
            self._feed.wrote(step, state.tokens[:, self._level, step - self._level])

    def _written(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Levels and frames [n], [n] that ``step`` writes."""
        if self._pattern.name == "delay" and step >= self._pattern.lag:
            return self._level, step - self._level
        return self._pattern.written(step, self._state.tokens.shape[2])


def settled(kept: np.ndarray, levels: np.ndarray, frames: np.ndarray, *, otherwise: np.ndarray) -> np.ndarray:
    """Those of ``kept`` [K, T] at ``levels`` and ``frames`` [..., n] where it has any, ``otherwise`` [..., n] elsewhere."""
    known = (frames >= 0) & (frames < kept.shape[1])
    wanted = np.where(known, kept[levels, np.clip(frames, 0, kept.shape[1] - 1)], -1) if kept.shape[1] else -1
    return np.where(wanted >= 0, wanted, otherwise)
