"""How much one stretch of semantic tokens would have to change to become another (MusicLM 2301.11325, "Training data memorization").

Stretches are compared by which tokens they hold how often, not in which order: histograms, carried onto one another at the
Euclidean distance of their centroids. Different tokens may sound alike, so equal music can be found where tokens differ. Costs
are in units of the mean distance between two centroids (ours; MusicLM's threshold of 0.85 is in its own space).
"""

from __future__ import annotations

import numpy as np

from .sinkhorn import transport_cost

_TOGETHER = 64  # pairs solved at once


class TokenTransport:
    """Costs between stretches of tokens whose centroids are float [V, E]."""

    def __init__(self, centroids: np.ndarray) -> None:
        points = np.asarray(centroids, dtype=np.float64)
        norms = (points**2).sum(axis=1)
        distances = np.sqrt(np.maximum(norms[:, None] + norms - 2 * points @ points.T, 0.0))
        np.fill_diagonal(distances, 0.0)
        scale = max(distances.sum() / (len(points) * max(1, len(points) - 1)), 1e-12)
        self.distances, self.points = distances / scale, points / scale

    def costs(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """The cost of each pair of stretches [B, T] and [B, T']: float64 [B]."""
        parts = []
        for start in range(0, len(first), _TOGETHER):
            a, b = (_histograms(tokens[start : start + _TOGETHER]) for tokens in (first, second))
            parts.append(transport_cost(a[1], b[1], self.distances[a[0][:, :, None], b[0][:, None, :]]))
        return np.concatenate(parts) if parts else np.zeros(0)

    def means(self, tokens: np.ndarray) -> np.ndarray:
        """The mean centroid of stretches [B, T]: float64 [B, E]. The distance of two means is never above the pair's cost."""
        parts = [self.points[tokens[start : start + _TOGETHER]].mean(axis=1) for start in range(0, len(tokens), _TOGETHER)]
        return np.concatenate(parts) if parts else np.zeros((0, self.points.shape[1]))

    def smallest(
        self, first: np.ndarray, second: np.ndarray, bounds: np.ndarray, *, count: int = 1, below: float = np.inf
    ) -> np.ndarray:
        """The ``count`` smallest costs among pairs [B, T] and [B, T'] that are under ``below``, in order: fewer where fewer are.

        ``bounds`` [B] are the distances of the pairs' ``means``. Pairs are looked at in their order, so only few are solved.
        """
        found = np.zeros(0)
        order = np.argsort(bounds, kind="stable")
        for start in range(0, len(order), _TOGETHER):
            limit = below if len(found) < count else min(below, found[-1])
            some = order[start : start + _TOGETHER]
            some = some[bounds[some] < limit]
            if not len(some):
                break
            costs = self.costs(first[some], second[some])
            found = np.sort(np.concatenate([found, costs[costs < below]]))[:count]
        return found


def entropy(tokens: np.ndarray) -> float:
    """Bits per token of the histogram of tokens [T]: how varied a stretch is."""
    share = np.bincount(tokens) / len(tokens)
    share = share[share > 0]
    return max(0.0, -float((share * np.log2(share)).sum()))


def _histograms(tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different tokens of rows [B, T] and their shares: [B, N] each, filled up with shares of 0."""
    found = [np.unique(row, return_counts=True) for row in tokens]
    size = max(len(ids) for ids, _ in found)
    ids, shares = np.zeros((len(found), size), np.int64), np.zeros((len(found), size))
    for row, (values, counts) in enumerate(found):
        ids[row, : len(values)], shares[row, : len(values)] = values, counts / counts.sum()
    return ids, shares
