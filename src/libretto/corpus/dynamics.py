"""Loudness and what changes it: compressor, saturation, limiter, over stereo float32 [2, N]."""

from __future__ import annotations

import numpy as np

from libretto.corpus.equaliser import Band, equalise
from libretto.errors import require

njit = require("numba", extra="corpus").njit


@njit(cache=True, nogil=True, fastmath=True)
def _follow(samples, gains, threshold, slope, attack, release):
    level = 0.0
    for i in range(samples.shape[1]):
        peak = max(abs(samples[0, i]), abs(samples[1, i]))
        blend = attack if peak > level else release
        level = blend * level + (1.0 - blend) * peak
        gains[i] = 1.0 if level <= threshold else (level / threshold) ** slope


def compress(
    samples: np.ndarray, *, threshold: float, ratio: float, attack: float, release: float, sample_rate: int
) -> np.ndarray:
    """Feed-forward peak compressor, both channels linked; threshold linear, times in seconds."""
    gains = np.empty(samples.shape[-1], np.float32)
    rise, fall = np.exp(-1 / (attack * sample_rate)), np.exp(-1 / (release * sample_rate))
    _follow(samples, gains, threshold, 1 / ratio - 1, rise, fall)
    return samples * gains


def saturate(samples: np.ndarray, *, drive: float) -> np.ndarray:
    """tanh with unit gain for small signals."""
    return (np.tanh(samples * np.float32(drive)) / np.float32(drive)).astype(np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _limit(samples, knee, ceiling, result):
    room = ceiling - knee
    for channel in range(samples.shape[0]):
        for i in range(samples.shape[1]):
            value = samples[channel, i]
            size = abs(value)
            if size > knee:
                size = knee + room * np.tanh((size - knee) / room)
                value = size if value > 0 else -size
            result[channel, i] = value


def limit(samples: np.ndarray, *, knee: float, ceiling: float) -> np.ndarray:
    """Soft limiter: linear up to ``knee``, never above ``ceiling``."""
    result = np.empty_like(samples)
    _limit(samples, knee, ceiling, result)
    return result


def loudness(samples: np.ndarray, *, sample_rate: int) -> float:
    """Integrated loudness in LUFS of [2, N]: `libretto.loudness` by recursive filters."""
    bands = [Band("high_shelf", 1499.0, 4.0, 0.7072), Band("high_pass", 38.135, 0.0, 0.5003)]
    power = (equalise(samples, bands, sample_rate=sample_rate) ** 2).sum(0)
    hop = sample_rate // 10
    if power.size < 4 * hop:
        power = np.pad(power, (0, 4 * hop - power.size))
    tenths = power[: power.size // hop * hop].reshape(-1, hop).mean(1, dtype=np.float64)
    blocks = np.convolve(tenths, np.full(4, 0.25), "valid")
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if loud.size == 0:
        return -np.inf
    loud = loud[loud > 0.1 * loud.mean()]
    return float(10 * np.log10(loud.mean()) - 0.6)  # -0.691, and the standard's high-pass passes 0.09 dB more
