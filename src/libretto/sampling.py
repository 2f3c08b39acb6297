"""Drawing tokens. numpy only, in float64: a take does not depend on batch size, device or engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import RequestError

_STREAMS = {"semantic": 1, "coarse": 2, "fine": 3}
_SHIFT = np.uint64(11)


def uniforms(seed: int, take: int, stage: str, step: int, count: int) -> np.ndarray:
    """``count`` numbers in [0, 1) that follow from the arguments alone (Philox counters): float64 [count]."""
    return Uniforms(seed, take, stage).draw(step, count)


class Uniforms:
    """``uniforms`` of one take and stage: the generator is made once and set to every step's counter."""

    def __init__(self, seed: int, take: int, stage: str) -> None:
        if seed < 0 or take < 0:
            raise RequestError(f"seed {seed}, take {take}: expected 0 or more")
        key = np.array([seed & (2**64 - 1), take << 8 | _STREAMS[stage]], np.uint64)
        self._generator = np.random.Philox(key=key)
        self._state: Any = self._generator.state  # its buffer is empty: the next number is made from the counter

    def draw(self, step: int, count: int) -> np.ndarray:
        """The numbers of ``step``: float64 [count]."""
        if step < 0:
            raise RequestError(f"step {step}: expected 0 or more")
        self._state["state"]["counter"][:] = (0, step, 0, 0)
        self._generator.state = self._state
        return (self._generator.random_raw(count) >> _SHIFT).astype(np.float64) * 2.0**-53


def sample(
    logits: np.ndarray, draws: np.ndarray, *, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0
) -> np.ndarray:
    """One token for every row by inverse distribution function.

    Args:
        logits: [..., V].
        draws: numbers in [0, 1) [...].
        temperature: divides the logits; 0 takes the most likely token.
        top_k: keep this many most likely tokens (and those equal to the last of them); 0 keeps all.
        top_p: keep the most likely tokens that together reach this share; 1 keeps all.

    Returns:
        int64 [...].
    """
    if temperature < 0 or top_k < 0 or not 0 < top_p <= 1:
        raise RequestError(f"temperature {temperature}, top_k {top_k}, top_p {top_p}: expected at least 0, at least 0, "
                           "more than 0 and at most 1")
    if temperature == 0:
        return logits.argmax(axis=-1)
    scaled = np.divide(logits, temperature, dtype=np.float64)
    if 0 < top_k < scaled.shape[-1]:
        least = np.partition(scaled, -top_k, axis=-1)[..., -top_k, None]
        scaled = np.where(scaled >= least, scaled, -np.inf)
    scaled -= scaled.max(axis=-1, keepdims=True)
    weights = np.exp(scaled, out=scaled)
    if top_p < 1:
        weights = _nucleus(weights, top_p)
    cumulated = weights.cumsum(axis=-1)
    beyond = cumulated > draws[..., None] * cumulated[..., -1:]
    return np.where(beyond[..., -1], beyond.argmax(axis=-1), logits.shape[-1] - 1)


def _nucleus(weights: np.ndarray, share: float) -> np.ndarray:
    """Zero all but the largest weights that together reach ``share`` of the sum (nucleus, 1904.09751)."""
    order = np.argsort(-weights, axis=-1, kind="stable")
    ranked = np.take_along_axis(weights, order, axis=-1)
    before = ranked.cumsum(axis=-1) - ranked
    ranked = np.where(before < share * ranked.sum(axis=-1, keepdims=True), ranked, 0.0)
    kept = np.zeros_like(weights)
    np.put_along_axis(kept, order, ranked, axis=-1)
    return kept
