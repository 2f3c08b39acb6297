"""Loudness and what changes it: compressor, saturation, limiter, over stereo float32 [2, N]."""

from __future__ import annotations

import numpy as np

from libretto.corpus.sound.equaliser import Band, equalise
from libretto.errors import require

njit = require("numba", extra="corpus").njit


@njit(cache=True, nogil=True, fastmath=True)
def _compress(samples, result, threshold, slope, attack, release):
    level = 0.0
    gain = 1.0
    for i in range(samples.shape[1]):
        peak = max(abs(samples[0, i]), abs(samples[1, i]))
        blend = attack if peak > level else release
        level = blend * level + (1.0 - blend) * peak
        if i % 4 == 0:
            gain = 1.0 if level <= threshold else (level / threshold) ** slope
        result[0, i] = gain * samples[0, i]
        result[1, i] = gain * samples[1, i]


def compress(
    samples: np.ndarray, *, threshold: float, ratio: float, attack: float, release: float, sample_rate: int
) -> np.ndarray:
    """Feed-forward peak compressor, both channels linked; threshold linear, times in seconds."""
    result = np.empty_like(samples)
    rise, fall = np.exp(-1 / (attack * sample_rate)), np.exp(-1 / (release * sample_rate))
    _compress(samples, result, threshold, 1 / ratio - 1, rise, fall)
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _bend(value):
    """Odd, of unit slope at 0 and 1 from 3 on: a rational stand-in for tanh, within 0.024 of it."""
    x = min(max(value, -3.0), 3.0)
    return x * (27.0 + x * x) / (27.0 + 9.0 * x * x)


@njit(cache=True, nogil=True, fastmath=True)
def _saturate(samples, drive, result):
    for channel in range(samples.shape[0]):
        for i in range(samples.shape[1]):
            result[channel, i] = _bend(drive * samples[channel, i]) / drive


def saturate(samples: np.ndarray, *, drive: float) -> np.ndarray:
    """Soft clipping with unit gain for small signals, never above 1 / drive."""
    result = np.empty_like(samples)
    _saturate(samples, np.float32(drive), result)
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _limit(samples, knee, room, result):
    for channel in range(samples.shape[0]):
        for i in range(samples.shape[1]):
            value = samples[channel, i]
            inside = min(max(value, -knee), knee)
            result[channel, i] = inside + room * _bend((value - inside) / room)


def limit(samples: np.ndarray, *, knee: float, ceiling: float) -> np.ndarray:
    """Soft limiter: linear up to ``knee``, never above ``ceiling``."""
    result = np.empty_like(samples)
    _limit(samples, np.float32(knee), np.float32(ceiling - knee), result)
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _powers(samples, frame, low, high, lift, result):
    """Mean power per frame of the middle: above ``low``, with what is over ``high`` lifted."""
    slow = quick = 0.0
    for k in range(len(result)):
        total = 0.0
        for i in range(k * frame, (k + 1) * frame):
            value = 0.5 * (samples[0, i] + samples[1, i])
            slow += low * (value - slow)
            value -= slow
            quick += high * (value - quick)
            value += lift * (value - quick)
            total += value * value
        result[k] = total / frame


def level(samples: np.ndarray, *, sample_rate: int, heard: bool = False) -> float:
    """Root mean square of the middle of [2, N] over the 50 ms frames in which it sounds.

    ``heard``: weighted roughly as the ear (and BS.1770) does, less for the deep and more for the treble.
    """
    frame = min(sample_rate // 20, max(samples.shape[-1], 1))
    frames = np.zeros(samples.shape[-1] // frame)
    low, high = (1 - np.exp(-2 * np.pi * hertz / sample_rate) for hertz in (90.0, 1600.0))
    _powers(samples, frame, low if heard else 0.0, high, 0.6 if heard else 0.0, frames)
    sounding = frames[frames > 2e-3 * frames.max(initial=0.0)]
    return float(np.sqrt(sounding.mean())) if sounding.size else 0.0


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
