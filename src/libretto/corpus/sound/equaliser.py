"""Second-order filters over stereo float32 [2, N]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from libretto.errors import require

njit = require("numba", extra="corpus").njit


class Band(NamedTuple):
    """One second-order section: ``kind`` is high_pass, low_pass, peak, low_shelf or high_shelf."""

    kind: str
    hertz: float
    gain_db: float = 0.0
    width: float = 0.707  # Q


def section(band: Band, *, sample_rate: int) -> np.ndarray:
    """[5] coefficients b0 b1 b2 a1 a2 of a band (Bristow-Johnson, "Audio EQ cookbook")."""
    angle = 2 * np.pi * min(band.hertz, 0.45 * sample_rate) / sample_rate
    cosine, alpha, gain = np.cos(angle), np.sin(angle) / (2 * band.width), 10 ** (band.gain_db / 40)
    if band.kind == "high_pass":
        b, a = [(1 + cosine) / 2, -1 - cosine, (1 + cosine) / 2], [1 + alpha, -2 * cosine, 1 - alpha]
    elif band.kind == "low_pass":
        b, a = [(1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2], [1 + alpha, -2 * cosine, 1 - alpha]
    elif band.kind == "peak":
        b = [1 + alpha * gain, -2 * cosine, 1 - alpha * gain]
        a = [1 + alpha / gain, -2 * cosine, 1 - alpha / gain]
    else:
        sign = 1.0 if band.kind == "high_shelf" else -1.0
        root = 2 * np.sqrt(gain) * alpha
        plus, minus = (gain + 1) + sign * (gain - 1) * cosine, (gain + 1) - sign * (gain - 1) * cosine
        tilt_b, tilt_a = (gain - 1) + sign * (gain + 1) * cosine, (gain - 1) - sign * (gain + 1) * cosine
        b = [gain * (plus + root), -2 * sign * gain * tilt_b, gain * (plus - root)]
        a = [minus + root, 2 * sign * tilt_a, minus - root]
    return np.array([b[0], b[1], b[2], a[1], a[2]]) / a[0]


@njit(cache=True, nogil=True, fastmath=True)
def _section(samples, b0, b1, b2, a1, a2, result):
    """One section over both channels at once: two recursions in flight hide each other's latency."""
    s0 = s1 = t0 = t1 = 0.0
    for i in range(samples.shape[1]):
        left = samples[0, i] + 1e-15  # keeps silence away from denormal numbers
        right = samples[1, i] + 1e-15
        out_left = b0 * left + s0
        out_right = b0 * right + t0
        s0 = b1 * left - a1 * out_left + s1
        t0 = b1 * right - a1 * out_right + t1
        s1 = b2 * left - a2 * out_left
        t1 = b2 * right - a2 * out_right
        result[0, i] = out_left
        result[1, i] = out_right


@njit(cache=True, nogil=True, fastmath=True)
def _pair(samples, b0, b1, b2, a1, a2, d0, d1, d2, c1, c2, result):
    """Two sections in one pass: four recursions in flight."""
    s0 = s1 = t0 = t1 = u0 = u1 = v0 = v1 = 0.0
    for i in range(samples.shape[1]):
        left = samples[0, i] + 1e-15
        right = samples[1, i] + 1e-15
        mid_left = b0 * left + s0
        mid_right = b0 * right + t0
        s0 = b1 * left - a1 * mid_left + s1
        t0 = b1 * right - a1 * mid_right + t1
        s1 = b2 * left - a2 * mid_left
        t1 = b2 * right - a2 * mid_right
        mid_left += 1e-15
        mid_right += 1e-15
        out_left = d0 * mid_left + u0
        out_right = d0 * mid_right + v0
        u0 = d1 * mid_left - c1 * out_left + u1
        v0 = d1 * mid_right - c1 * out_right + v1
        u1 = d2 * mid_left - c2 * out_left
        v1 = d2 * mid_right - c2 * out_right
        result[0, i] = out_left
        result[1, i] = out_right


def equalise(samples: np.ndarray, bands: Sequence[Band], *, sample_rate: int) -> np.ndarray:
    """The bands in series over [2, N]."""
    if not bands:
        return samples
    result = np.empty_like(samples)
    source = samples
    sections = [section(band, sample_rate=sample_rate) for band in bands]
    for place in range(0, len(sections) - 1, 2):
        _pair(source, *sections[place], *sections[place + 1], result)
        source = result
    if len(sections) % 2:
        _section(source, *sections[-1], result)
    return result
