"""Kernel audio distance: how far apart two sets of embeddings lie, with no Gaussian assumed and no bias (KAD, 2502.15602).

The unbiased squared maximum mean discrepancy (Gretton 2012, eq. 3) with a Gaussian kernel whose bandwidth is the median distance
between two embeddings of the reference; times 100, as the authors' toolkit (kadtk) prints it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..errors import RequestError
from .frechet import checked

SCALE = 100.0
_ROWS = 1024  # rows of distances held at once
_MEDIAN_SAMPLES = 4096  # the median is taken over pairs among at most so many, drawn once (ours)


def kernel_distance(reference: np.ndarray, other: np.ndarray, *, bandwidth: float | None = None) -> float:
    """KAD of ``other`` [M, D] to ``reference`` [N, D]: around 0 for sets of one distribution, below it as often as above.

    Args:
        bandwidth: of the kernel; ``median_distance`` of the reference when None.

    Raises:
        RequestError: more than half of the reference is one and the same embedding.
    """
    reference, other = checked(reference, other)
    width = median_distance(reference) if bandwidth is None else bandwidth
    if not width > 0:
        raise RequestError(f"the kernel's bandwidth is {width:g}, expected more than 0; most clips of the reference are one and the same")
    within = _mean_kernel(reference, reference, width, own=True) + _mean_kernel(other, other, width, own=True)
    return SCALE * (within - 2 * _mean_kernel(reference, other, width, own=False))


def median_distance(samples: np.ndarray) -> float:
    """The median Euclidean distance between two different rows of samples [N, D]."""
    if len(samples) > _MEDIAN_SAMPLES:
        samples = samples[np.random.default_rng(0).permutation(len(samples))[:_MEDIAN_SAMPLES]]
    parts = [np.sqrt(block[np.arange(len(samples)) > np.arange(start, start + len(block))[:, None]])
             for start, block in squared_distances(samples, samples)]
    return float(np.median(np.concatenate(parts)))


def squared_distances(rows: np.ndarray, columns: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Squared Euclidean distances of rows [N, D] to columns [M, D], block by block: the first row and float64 [n, M]."""
    norms = (columns**2).sum(axis=1)
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        yield start, np.maximum((some**2).sum(axis=1)[:, None] + norms - 2 * some @ columns.T, 0.0)


def _mean_kernel(rows: np.ndarray, columns: np.ndarray, width: float, *, own: bool) -> float:
    """The mean of the kernel over pairs; ``own`` leaves out a sample beside itself."""
    total = sum(float(np.exp(block / (-2 * width**2)).sum()) for _, block in squared_distances(rows, columns))
    if not own:
        return total / (len(rows) * len(columns))
    return (total - len(rows)) / (len(rows) * (len(rows) - 1))
