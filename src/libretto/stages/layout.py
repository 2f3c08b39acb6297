"""From tokens to what one decoding step of a stage is told. numpy only: training, ONNX and torch engines share it.

Of pattern "parallel" the slots, rows and conditions are here, its steps in ``masked``.

A step is ``slots`` ids into one table of rows (id 0: nothing there) and, for every level it writes, the residual guess.

Residual guess (ours): with code vectors c_k and A_k(t) = (latent of the coarse tokens of frame t) + the sum over
j <= k of c_j[token_j(t)], the guess for level k of frame t is A_k(t - 1) - A_{k-1}(t): what the frame before would
add to what is already said of this frame. It is the copy of the frame before, told in the codec's own geometry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..config import StageSpec
from ..errors import RequestError
from ..tokens import Pattern, TokenSpec
from .vectors import CONTINUED, StageVectors

Tokens = dict[str, np.ndarray]


@dataclass(frozen=True)
class StageInputs:
    """What S steps are told: ids int64 [B, S, J], guess float32 [B, S, K, W], known float32 [B, S, K] (0 or 1)."""

    ids: np.ndarray
    guess: np.ndarray
    known: np.ndarray

    def slice(self, start: int, stop: int) -> StageInputs:
        return StageInputs(self.ids[:, start:stop], self.guess[:, start:stop], self.known[:, start:stop])


class StageLayout:
    """Slots, rows and steps of one stage.

    Slots, in order: the K target tokens written one step before (under pattern "parallel" those of the frame itself);
    under ``alignment="added"`` every level of every aligned condition at the step's frame and at ``lookahead`` frames
    after it, and every level of the prefix conditions at every step (ours: a style is heard sooner than through
    attention alone); one slot for the context (prefix and, under ``alignment="prefix"``, flattened aligned conditions),
    which has steps of its own before the sequence.
    """

    def __init__(self, spec: StageSpec, vectors: StageVectors) -> None:
        self.spec, self.vectors = spec, vectors
        self.pattern = Pattern(spec.pattern, spec.target.levels)
        self.added = spec.aligned if spec.alignment == "added" else ()
        self.flattened = spec.aligned if spec.alignment == "prefix" else ()
        self.everywhere = spec.prefix if spec.alignment == "added" else ()
        self.lookahead = 1 if self.added else 0
        self._rows: dict[str, int] = {}
        self.rows = 1
        for token in (spec.target, *spec.prefix, *spec.aligned):
            self._rows[token.name] = self.rows
            self.rows += token.levels * token.vocabulary
        self.slots = len(self.slot_families())
        self._codes = np.pad(vectors.target, ((0, 0), (0, 1), (0, 0)))  # the blank adds nothing
        base = CONTINUED.get(spec.name)
        self.base_name = base if base in vectors.conditions else None
        if self.base_name is not None:
            self._base_codes = np.pad(vectors.conditions[self.base_name], ((0, 0), (0, 1), (0, 0)))

    @property
    def context_length(self) -> int:
        """Steps before a sequence of a whole crop."""
        flat = sum(token.levels * self.condition_frames(token, self.spec.crop_frames) for token in self.flattened)
        return sum(token.levels for token in self.spec.prefix) + flat

    @property
    def lead(self) -> int:
        """Target frames of added conditions that are read beyond the frames a chunk completes."""
        ahead = int(self.pattern.frame(self.pattern.lag)) if self.pattern.name == "delay" else 0
        return ahead + self.lookahead if self.added else 0

    def row_ranges(self) -> dict[str, tuple[int, int]]:
        """The first row of every kind of token in the table, and how many it has."""
        tokens = (self.spec.target, *self.spec.prefix, *self.spec.aligned)
        return {token.name: (self._rows[token.name], token.levels * token.vocabulary) for token in tokens}

    def start_rows(self) -> np.ndarray:
        """The vector every row of the table starts from: float32 [rows, W], scaled to unit mean square."""
        table = np.zeros((self.rows, self.spec.token_width), np.float32)
        for token in (self.spec.target, *self.spec.prefix, *self.spec.aligned):
            known = self.vectors.target if token is self.spec.target else self.vectors.conditions[token.name]
            for level in range(token.levels):
                start = self._rows[token.name] + level * token.vocabulary
                whole = token in self.spec.prefix  # its levels add up, so they keep one scale
                scale = max(float(np.sqrt(np.mean(np.square(known[0 if whole else level])))), 1e-6)
                table[start : start + token.codebook_size] = known[level] / scale
        return table

    def slot_families(self) -> list[str]:
        """The token name every slot holds; the context slot is "context"."""
        names = [self.spec.target.name] * self.spec.target.levels
        for _ in range(1 + self.lookahead):
            names += [token.name for token in self.added for _ in range(token.levels)]
        names += [token.name for token in self.everywhere for _ in range(token.levels)]
        return [*names, "context"]

    def _ids(self, token: TokenSpec, values: np.ndarray, axis: int) -> np.ndarray:
        """Row ids of ``values``, whose levels lie along ``axis``."""
        shape = [1] * values.ndim
        shape[axis] = token.levels
        offsets = self._rows[token.name] + np.arange(token.levels) * token.vocabulary
        return values.astype(np.int64) + offsets.reshape(shape)

    def target_ids(self, tokens: np.ndarray) -> np.ndarray:
        """Row ids of target tokens [..., K]."""
        return self._ids(self.spec.target, tokens, tokens.ndim - 1)

    def blank_prefix(self, batch: int) -> Tokens:
        """Prefix conditions that say nothing: {name: [B, levels]}."""
        return {token.name: np.full((batch, token.levels), token.blank) for token in self.spec.prefix}

    def blank_aligned(self, batch: int, frames: int) -> Tokens:
        """Aligned conditions that say nothing, for ``frames`` target frames: {name: [B, levels, T']}."""
        return {
            token.name: np.full((batch, token.levels, self.condition_frames(token, frames)), token.blank)
            for token in self.spec.aligned
        }

    def condition_frames(self, token: TokenSpec, frames: int) -> int:
        """Frames of the aligned condition ``token`` that lie under ``frames`` target frames."""
        return -(-frames * token.frame_rate // self.spec.target.frame_rate)

    def stretch(self, token: TokenSpec, values: np.ndarray, frames: int) -> np.ndarray:
        """Condition [B, levels, T'] at the target's rate: [B, levels, frames]; past its end the last frame holds."""
        if values.shape[-1] == 0:
            raise RequestError(f"condition {token.name} has no frames; give at least one")
        ratio = self.spec.target.frame_rate // token.frame_rate
        return values[..., np.minimum(np.arange(frames) // ratio, values.shape[-1] - 1)]

    def context(self, prefix: Tokens, aligned: Tokens) -> np.ndarray:
        """Ids of the steps before the sequence: int64 [B, P, J]."""
        parts = [self._ids(token, prefix[token.name], 1) for token in self.spec.prefix]
        for token in self.flattened:  # frame by frame, level by level, as MusicLM concatenates them
            ids = self._ids(token, aligned[token.name], 1)
            parts.append(ids.transpose(0, 2, 1).reshape(len(ids), -1))
        if not parts:
            return np.zeros((len(next(iter(aligned.values()))), 0, self.slots), np.int64)
        flat = np.concatenate(parts, axis=1)
        ids = np.zeros((*flat.shape, self.slots), np.int64)
        ids[..., -1] = flat
        return ids

    def partial_latents(self, tokens: np.ndarray, aligned: Tokens) -> np.ndarray:
        """A_{-1}..A_{K-1} of every frame: [B, K, T] tokens to float32 [B, K + 1, T, W]."""
        batch, levels, frames = tokens.shape
        latents = np.zeros((batch, levels + 1, frames, self.spec.token_width), np.float32)
        if self.base_name is not None:
            base = aligned[self.base_name][..., :frames]
            drawn = self._base_codes[np.arange(base.shape[1])[:, None], base]
            latents[:, 0, : base.shape[-1]] = drawn.sum(axis=1)
        latents[:, 1:] = self._codes[np.arange(levels)[:, None], tokens]
        return np.cumsum(latents, axis=1, out=latents)

    def guesses(self, tokens: np.ndarray, aligned: Tokens) -> np.ndarray:
        """The residual guesses of frames 1..T - 1: [B, K, T] tokens to float32 [B, K, T - 1, W]."""
        even = {token.name: self.stretch(token, aligned[token.name], tokens.shape[2]) for token in self.spec.aligned}
        latents = self.partial_latents(tokens, even)
        return latents[:, 1:, :-1] - latents[:, :-1, 1:]

    def sequence(
        self, tokens: np.ndarray, prefix: Tokens, aligned: Tokens, *, start: int, stop: int, window: int = 0
    ) -> StageInputs:
        """Steps ``start`` to ``stop`` of a sequence whose earlier tokens stand in ``tokens`` [B, K, T].

        Args:
            prefix: {name: [B, levels]}.
            aligned: the conditions at the target's rate, {name: [B, levels, at least T + lookahead]}.
            window: first frame to look at; tokens of frames long written need not be summed again.
        """
        batch, levels, frames = tokens.shape
        latents = self.partial_latents(tokens[:, :, window:], {n: v[..., window:] for n, v in aligned.items()})
        steps, level = np.arange(start, stop), np.arange(levels)
        at, where = self._frames_of(steps - 1)
        inside = where & (at >= 0) & (at < frames)
        own = np.where(inside, tokens[:, level, np.clip(at, 0, frames - 1)], self.spec.target.blank)
        at, where = self._frames_of(steps)
        inside = where & (at >= 1) & (at < frames)
        now = np.clip(at - window, 1, max(1, frames - window - 1)) if frames - window > 1 else np.zeros_like(at)
        guess = latents[:, level + 1, now - 1] - latents[:, level, now]
        guess *= inside[..., None]
        ids = np.zeros((batch, len(steps), self.slots), np.int64)
        ids[..., :levels] = self.target_ids(own)
        ids[..., levels:-1] = self.added_ids(prefix, aligned, steps)
        return StageInputs(ids, guess, np.repeat(inside.astype(np.float32)[None], batch, axis=0))

    def _frames_of(self, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The frame of every level written at ``steps``, and whether the step writes that level at all: [S, K] each."""
        level = np.arange(self.pattern.levels)[None, :]
        if self.pattern.name == "flat":
            return np.repeat(steps[:, None] // self.pattern.levels, level.size, 1), steps[:, None] % level.size == level
        return steps[:, None] - level, np.ones((len(steps), level.size), bool)

    def added_ids(self, prefix: Tokens, aligned: Tokens, steps: np.ndarray) -> np.ndarray:
        """Ids of the added conditions at ``steps``: int64 [B, S, slots of them]."""
        parts = []
        for ahead in range(1 + self.lookahead):
            for token in self.added:
                values = aligned[token.name]
                at = np.minimum(self.pattern.frame(steps) + ahead, values.shape[-1] - 1)
                parts.append(self._ids(token, values[..., at], 1).transpose(0, 2, 1))
        for token in self.everywhere:
            ids = self._ids(token, prefix[token.name], 1)[:, None]
            parts.append(np.broadcast_to(ids, (len(ids), len(steps), token.levels)))
        return np.concatenate(parts, axis=2) if parts else np.zeros((1, len(steps), 0), np.int64)

    def whole(self, tokens: np.ndarray, prefix: Tokens, aligned: Tokens) -> tuple[StageInputs, int]:
        """Context and all steps of ``tokens`` [B, K, T], with conditions at their own rates; also the context's length."""
        frames = tokens.shape[2]
        before = self.context(prefix, aligned) if self.spec.prefix or self.flattened else None
        ahead = frames + self.lead
        even = {token.name: self.stretch(token, aligned[token.name], ahead) for token in self.spec.aligned}
        steps = self.sequence(tokens, prefix, even, start=0, stop=self.pattern.steps(frames))
        if before is None:
            return steps, 0
        return join(before, steps), before.shape[1]


def join(context: np.ndarray, steps: StageInputs) -> StageInputs:
    """The context's ids [B, P, J], which have no guess, before ``steps``."""
    batch, length = context.shape[:2]
    _, _, levels, width = steps.guess.shape
    return StageInputs(
        np.concatenate([context, steps.ids], axis=1),
        np.concatenate([np.zeros((batch, length, levels, width), np.float32), steps.guess], axis=1),
        np.concatenate([np.zeros((batch, length, levels), np.float32), steps.known], axis=1),
    )
