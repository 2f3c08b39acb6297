"""Worn media: wow, flutter, crackle, hiss."""

from __future__ import annotations

import numpy as np

from libretto.corpus.equaliser import Band, equalise
from libretto.errors import require

njit = require("numba", extra="corpus").njit


def tape(
    samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int, noise: float = 1.0
) -> np.ndarray:
    """Wow, flutter, crackle, hiss and a dull top, as from a worn record or cassette."""
    result = np.empty_like(samples)
    wow, flutter = rng.uniform(0.3, 0.8), rng.uniform(5.0, 7.5)
    depth = rng.uniform(0.0007, 0.0018) * sample_rate
    _warp(samples, result, sample_rate, wow, depth, flutter, 0.00012 * sample_rate)
    count = samples.shape[-1]
    dust = np.zeros((2, count), np.float32)
    clicks = rng.integers(0, max(count, 1), rng.poisson(rng.uniform(2, 9) * count / sample_rate))
    dust[:, clicks] = (rng.standard_normal(len(clicks)) * rng.uniform(0.02, 0.06)).astype(np.float32)
    dust += rng.standard_normal((2, count), dtype=np.float32) * np.float32(rng.uniform(0.0004, 0.0012))
    dust = equalise(dust, [Band("high_pass", 500.0), Band("low_pass", 5500.0)], sample_rate=sample_rate)
    bands = [Band("low_pass", rng.uniform(4500, 7500)), Band("high_pass", rng.uniform(45, 90))]
    return equalise(result, bands, sample_rate=sample_rate) + dust * np.float32(noise)


@njit(cache=True, nogil=True, fastmath=True)
def _warp(samples, result, rate, wow, depth, flutter, ripple):
    count = samples.shape[1]
    for i in range(count):
        time = 6.28318531 * i / rate
        place = i - depth - ripple + depth * np.sin(wow * time) + ripple * np.sin(flutter * time)
        whole = int(np.floor(place))
        part = place - whole
        for channel in range(samples.shape[0]):
            value = 0.0
            if 0 <= whole < count - 1:
                value = samples[channel, whole] * (1.0 - part) + samples[channel, whole + 1] * part
            result[channel, i] = value
