"""Optimal transport between histograms with an entropy term (Sinkhorn distances, 1306.0895), in the log domain, many at once."""

from __future__ import annotations

import numpy as np

from ..errors import RequestError

REGULARISATION, ITERATIONS, TOLERANCE = 0.02, 500, 1e-4
_CHECKED = 10  # iterations between two looks at the sums


def transport_cost(
    first: np.ndarray, second: np.ndarray, cost: np.ndarray, *, regularisation: float = REGULARISATION,
    iterations: int = ITERATIONS, tolerance: float = TOLERANCE,
) -> np.ndarray:
    """What it costs to carry histograms onto others: the sum of plan times ``cost``, entropy not counted.

    The plan is never cheaper than the best one, and nearer to it the smaller ``regularisation``.

    Args:
        first: [..., N] masses, not negative, each row summing to 1; a mass of 0 takes no part.
        second: [..., M].
        cost: [..., N, M].
        regularisation: of the entropy, in the unit of the costs.
        iterations: at most so many; the plan's sums are then those of ``second``, and within ``tolerance`` those of ``first``.

    Returns:
        float64 [...].

    Raises:
        RequestError: shapes do not fit, or ``regularisation`` is not above 0.
    """
    first, second, cost = (np.asarray(array, dtype=np.float64) for array in (first, second, cost))
    if cost.shape[-2:] != (first.shape[-1], second.shape[-1]) or not regularisation > 0 or iterations < 1:
        got = f"histograms {list(first.shape)}, {list(second.shape)}, costs {list(cost.shape)}, regularisation {regularisation}"
        raise RequestError(f"{got}: expected [..., N], [..., M], [..., N, M] and more than 0")
    with np.errstate(divide="ignore"):
        a, b = np.log(first), np.log(second)
    kernel = -cost / regularisation
    u, v = np.zeros_like(a), np.zeros_like(b)
    for number in range(1, iterations + 1):
        u = _shift(a, kernel + v[..., None, :], axis=-1)
        v = _shift(b, kernel + u[..., :, None], axis=-2)
        if number % _CHECKED and number < iterations:
            continue
        plan = np.exp(kernel + u[..., :, None] + v[..., None, :])
        if np.abs(plan.sum(axis=-1) - first).sum(axis=-1).max(initial=0.0) <= tolerance:
            break
    return (plan * cost).sum(axis=(-2, -1))


def _shift(mass: np.ndarray, scores: np.ndarray, *, axis: int) -> np.ndarray:
    """The potential that gives every row (or column) of exp(scores) its mass; -inf where the mass is 0."""
    top = scores.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        sums = np.log(np.exp(scores - top).sum(axis=axis)) + np.squeeze(top, axis=axis)
    return np.where(np.isfinite(mass), mass - sums, -np.inf)
