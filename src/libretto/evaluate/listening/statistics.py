"""Bootstrap intervals, the binomial test, and its correction for several comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

DRAWS = 10_000


def bootstrap(groups: Sequence[Sequence[float]], *, draws: int = DRAWS, seed: int = 0) -> tuple[float, float]:
    """The 95 % percentile interval of the mean of all values (Efron 1979).

    Args:
        groups: the values of each listener. Listeners are drawn, not values, since those of one listener go together; with a single
            listener values are drawn.
    """
    told = [list(group) for group in groups if len(group)]
    if len(told) == 1:
        told = [[value] for value in told[0]]
    sums, counts = np.array([sum(group) for group in told], dtype=float), np.array([len(group) for group in told])
    chosen = np.random.default_rng(seed).integers(len(told), size=(draws, len(told)))
    means = sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def binomial(wins: int, losses: int) -> float:
    """Two-sided exact p of so many wins where both outcomes are equally likely; 1 without any."""
    count = wins + losses
    tail = sum(comb(count, k) for k in range(min(wins, losses) + 1))
    return min(1.0, 2 * tail / 2**count)


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for there being several (Holm 1979)."""
    corrected, reached = [0.0] * len(values), 0.0
    for rank, at in enumerate(sorted(range(len(values)), key=lambda at: values[at])):
        reached = max(reached, min(1.0, (len(values) - rank) * values[at]))
        corrected[at] = reached
    return corrected
