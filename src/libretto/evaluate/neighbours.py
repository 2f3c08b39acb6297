"""Nearest neighbours between two sets of embeddings: is the variety of the reference reached, and is any of it copied?

Density and coverage are those of 2002.09797 (k = 5, its default); the ratios are ours.
"""

from __future__ import annotations

import numpy as np

from ..errors import RequestError
from .frechet import checked
from .kernel_distance import squared_distances

NEIGHBOURS = 5


def neighbour_figures(reference: np.ndarray, generated: np.ndarray, *, neighbours: int = NEIGHBOURS) -> dict[str, float]:
    """Figures of ``generated`` [M, D] beside ``reference`` [N, D], one embedding a clip.

    Returns:
        coverage: the share of reference clips with a generated clip in their ball, whose radius is the distance to the
        ``neighbours``-th nearest other reference clip; density: how many balls hold a generated clip, over ``neighbours``;
        nearest_ratio: the mean distance of a generated clip to its nearest reference clip over that of a reference clip
        to its nearest other (far below 1: copies; above 1: away from the corpus); diversity_ratio: the mean distance to the
        nearest other clip within the generated set over that within the reference, both cut to one size (below 1: the model
        repeats itself).

    Raises:
        RequestError: the reference has too few clips.
    """
    reference, generated = checked(reference, generated)
    if len(reference) <= neighbours:
        raise RequestError(f"the reference has {len(reference)} clips, expected more than {neighbours} for nearest neighbours")
    ordered = nearest(reference, reference, count=neighbours + 1, skip_own=True)
    radii = ordered[:, neighbours - 1]
    inside = np.concatenate([block <= radii[start : start + len(block), None] ** 2
                             for start, block in squared_distances(reference, generated)])  # [N, M]
    size = min(len(reference), len(generated))
    within = [float(nearest(part, part, count=2, skip_own=True)[:, 0].mean()) for part in (_cut(reference, size), _cut(generated, size))]
    return {
        "coverage": float(inside.any(axis=1).mean()),
        "density": float(inside.sum(axis=0).mean() / neighbours),
        "nearest_ratio": _over(float(nearest(generated, reference, count=1)[:, 0].mean()), float(ordered[:, 0].mean())),
        "diversity_ratio": _over(within[1], within[0]),
    }


def nearest(rows: np.ndarray, columns: np.ndarray, *, count: int, skip_own: bool = False) -> np.ndarray:
    """Distances of rows [N, D] to their ``count`` nearest columns, in order: [N, count].

    With ``skip_own`` rows and columns are one set and a sample is not its own neighbour: [N, count - 1].
    """
    found = []
    for start, block in squared_distances(rows, columns):
        if skip_own:
            block[np.arange(len(block)), start + np.arange(len(block))] = -1.0
        part = np.sort(np.partition(block, min(count, block.shape[1]) - 1, axis=1)[:, :count], axis=1)
        found.append(np.sqrt(part[:, 1:] if skip_own else part))
    return np.concatenate(found)


def _cut(samples: np.ndarray, size: int) -> np.ndarray:
    """``size`` samples, evenly over all."""
    return samples[np.arange(size) * len(samples) // size]


def _over(value: float, base: float) -> float:
    return value / base if base > 0 else float("inf")
