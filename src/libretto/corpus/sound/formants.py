"""Sung vowels: five resonances over a whole part, gliding from vowel to vowel."""

from __future__ import annotations

import numpy as np

from libretto.errors import require

njit = require("numba", extra="corpus").njit

# Hertz, bandwidth and decibels of a tenor's formants (Csound reference manual, "Formant values").
VOWELS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "a": ((650, 80, 0), (1080, 90, -6), (2650, 120, -7), (2900, 130, -8), (3250, 140, -22)),
    "e": ((400, 70, 0), (1700, 80, -14), (2600, 100, -12), (3200, 120, -14), (3580, 120, -20)),
    "i": ((290, 40, 0), (1870, 90, -15), (2800, 100, -18), (3250, 120, -20), (3540, 120, -30)),
    "o": ((400, 70, 0), (800, 80, -10), (2600, 100, -12), (2800, 130, -12), (3000, 135, -26)),
    "u": ((350, 40, 0), (600, 60, -20), (2700, 100, -17), (2900, 120, -14), (3300, 120, -26)),
}
HOP = 256  # samples between two places of the formants
WIDER = 2.0  # a section's formants differ from singer to singer: bandwidths times this


@njit(cache=True, nogil=True, fastmath=True)
def _sing(samples, hertz, widths, gains, rate, hop, result):
    for k in range(hertz.shape[1]):
        a0 = b0 = a1 = b1 = 0.0
        for frame in range(hertz.shape[0]):
            first = frame * hop
            last = min(first + hop, samples.shape[1])
            centre = min(hertz[frame, k], 0.45 * rate)
            g = np.tan(3.14159265 * centre / rate)
            damping = widths[frame, k] / centre
            c1 = 1.0 / (1.0 + g * (g + damping))
            gain = gains[frame, k] * damping
            for i in range(first, last):
                v3 = samples[0, i] - b0
                v1 = c1 * (a0 + g * v3)
                v2 = b0 + g * v1
                a0 = 2.0 * v1 - a0
                b0 = 2.0 * v2 - b0
                result[0, i] += gain * v1
                v3 = samples[1, i] - b1
                v1 = c1 * (a1 + g * v3)
                v2 = b1 + g * v1
                a1 = 2.0 * v1 - a1
                b1 = 2.0 * v2 - b1
                result[1, i] += gain * v1


def sing(samples: np.ndarray, vowels: str, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """float32 [2, N] through the vowels, each held for some seconds; size of the throat and pace from ``rng``."""
    frames = -(-samples.shape[-1] // HOP)
    throat, pace = float(rng.uniform(0.92, 1.18)), float(rng.uniform(2.0, 5.0))
    table = np.array([VOWELS[vowel] for vowel in vowels], np.float64)  # [vowels, 5, 3]
    place = np.arange(frames) * HOP / sample_rate / pace % len(vowels)
    low = place.astype(int)
    part = np.clip((place - low - 0.6) / 0.4, 0, 1)[:, None, None]
    path = table[low] * (1 - part) + table[(low + 1) % len(vowels)] * part
    result = np.float32(0.05) * samples
    _sing(
        samples, path[..., 0] * throat, path[..., 1] * WIDER, 10 ** (path[..., 2] / 20), float(sample_rate), HOP, result
    )
    return result
