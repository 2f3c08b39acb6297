"""The Fréchet distance without the bias of few samples: FAD-infinity (2311.01616, after FID-infinity 1911.07023).

The distance falls with the number of samples as a line in 1 / N, so a line through several N is read at 1 / N = 0. As in
the paper 25 sizes from 500 on are evenly spaced. Ours: subsets are drawn without replacement, because drawn with replacement
(as its toolkit does) the line ends at the distance of the samples at hand, bias included; and of fewer than 1,000
samples the smallest subset is half. Only the bias of the set that is judged is taken out, not the reference's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .frechet import checked, frechet_gaussians, gaussian

SIZES, SMALLEST = 25, 500


@dataclass(frozen=True)
class Extrapolation:
    """``value`` at infinitely many samples, the ``slope`` of the line in 1 / N, and how well it fits (``r2``)."""

    value: float
    slope: float
    r2: float


def frechet_infinity(reference: np.ndarray, other: np.ndarray, *, sizes: int = SIZES, seed: int = 0) -> Extrapolation:
    """The squared Fréchet distance of ``other`` [M, D] to ``reference`` [N, D], extrapolated to infinite M; it may be negative."""
    reference, other = checked(reference, other)
    rng, known = np.random.default_rng(seed), gaussian(reference)
    smallest = max(2, min(SMALLEST, len(other) // 2))
    counts = np.unique(np.linspace(smallest, len(other), sizes).astype(int))
    distances = [frechet_gaussians(*known, *gaussian(other[rng.permutation(len(other))[:count]])) for count in counts]
    return line_in_inverse(counts, np.array(distances))


def line_in_inverse(counts: np.ndarray, values: np.ndarray) -> Extrapolation:
    """The least-squares line of ``values`` over 1 / ``counts``; the mean where there is one count only."""
    if len(counts) < 2:
        return Extrapolation(float(np.mean(values)), 0.0, 0.0)
    inverse = 1.0 / counts
    slope, value = np.polyfit(inverse, values, 1)
    rest, spread = ((values - slope * inverse - value) ** 2).sum(), ((values - values.mean()) ** 2).sum()
    return Extrapolation(float(value), float(slope), float(1 - rest / spread) if spread > 0 else 1.0)
