"""What single steps are told, carried on from step to step instead of gathered anew. numpy only.

``StageLayout.sequence`` says what a step is told; what is made here is equal to it, bit by bit, at a tenth of the cost.
With L_k = A_k of the frame that level k wrote last (the partial latents of ``stages.layout``), the next step's guess is
L_k - L_{k-1}, where L_{-1} is the condition's latent of the frame to come; and writing tokens w makes L_{k-1} + c_k[w_k].
"""

from __future__ import annotations

import numpy as np

from .layout import StageInputs, StageLayout, Tokens


class StepFeed:
    """Inputs of the steps from ``start`` to ``stop`` of a delay pattern: ``inputs`` before each step, ``wrote`` after it.

    Args:
        tokens: int64 [B, K, T], all that is written before ``start``.
        prefix, conditions: as ``StageLayout.sequence`` takes them, of R >= B rows (guidance repeats the takes).
        first: first frame of the window; tokens before it are unseen.
    """

    def __init__(
        self, layout: StageLayout, tokens: np.ndarray, prefix: Tokens, conditions: Tokens, *, first: int, start: int, stop: int
    ) -> None:
        batch, levels = tokens.shape[:2]
        rows = next((len(values) for group in (prefix, conditions) for values in group.values()), batch)
        self._repeats = (rows // batch, 1)
        self._level = np.arange(levels)
        self._first, self._start = first, start
        window = self._window = max(first, start - levels - 1)  # earlier tokens are in the cache alone
        seen = np.tile(tokens[:, :, window:stop], (rows // batch, 1, 1))
        told = {name: values[..., window:] for name, values in conditions.items()}
        steps = layout.sequence(seen, prefix, told, start=start - window, stop=stop - window)
        frames = start - 1 - self._level
        self._blank = layout.spec.target.blank
        last = np.where(frames >= first, seen[:, self._level, np.maximum(frames - window, 0)], self._blank)
        self._offsets = steps.ids[0, 0, :levels] - last[0]  # of every level's rows in the table
        self._ids = steps.ids
        self._ids[:, 0, :levels] = last + self._offsets
        latents = layout.partial_latents(seen, told)
        self._base = latents[:, 0]
        self._latents = latents[:, self._level + 1, np.maximum(frames - window, 0)]
        self._lower = np.zeros_like(self._latents)
        self._codes = layout.vectors.target
        self._guess = np.zeros_like(self._latents)
        self._known = np.zeros((rows, 1, levels), np.float32)

    def inputs(self, step: int) -> StageInputs:
        """What ``step`` is told: ids [R, 1, J], guess [R, 1, K, W], known [R, 1, K]; valid until the next call."""
        lower = self._lower
        lower[:, 0] = self._base[:, step - self._window]
        lower[:, 1:] = self._latents[:, :-1]
        np.subtract(self._latents, lower, out=self._guess)
        known = step - self._level > self._first
        if not known.all():
            self._guess *= known[:, None]
        self._known[:] = known
        at = step - self._start
        return StageInputs(self._ids[:, at : at + 1], self._guess[:, None], self._known)

    def wrote(self, step: int, tokens: np.ndarray) -> None:
        """Note that ``step`` wrote ``tokens`` int64 [B, K]; those of frames before the window do not count."""
        tokens = np.tile(tokens, self._repeats)
        code = np.minimum(tokens, self._blank - 1)  # a blank's frame is outside the window: nothing is guessed from it
        np.add(self._lower, self._codes[self._level, code], out=self._latents)
        at = step + 1 - self._start
        if at < self._ids.shape[1]:
            seen = np.where(step - self._level >= self._first, tokens, self._blank)
            self._ids[:, at, : len(self._level)] = seen + self._offsets
