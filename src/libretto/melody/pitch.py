"""The melody encoder's ear: amplitudes in quarter-tone bands, so that a tune is a shape whatever plays it. numpy only.

MusicLM (2301.11325) feeds log-mel frames; equal steps per semitone show the same interval as the same distance, which
a small encoder need not learn (ours).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..config import MelodySpec
from ..features import hann

_BLOCK = 1024  # frames transformed at once: bounds the memory of a long recording
_FLOOR_DB = -90.0  # below the loudest band of the sound, nothing is heard


@lru_cache(maxsize=4)
def filters(spec: MelodySpec) -> np.ndarray:
    """float32 [bins, window // 2 + 1], rows of sum 1: triangles a quarter tone wide, or a frequency step where that is wider."""
    hertz = np.arange(spec.window // 2 + 1) * (spec.sample_rate / spec.window)
    centres = spec.lowest_hertz * 2.0 ** (np.arange(spec.bins) / spec.bins_per_octave)
    width = np.maximum(centres * (2.0 ** (1 / spec.bins_per_octave) - 1), spec.sample_rate / spec.window)
    rows = np.maximum(0.0, 1 - np.abs(hertz - centres[:, None]) / width[:, None])
    rows = (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)
    rows.setflags(write=False)
    return rows


def hear(samples: np.ndarray, spec: MelodySpec) -> np.ndarray:
    """Decibels under the loudest band, in steps of half a decibel from the floor up: uint8 [T, bins], T = N // hop.

    Args:
        samples: mono float [N] at ``spec.sample_rate``; frame t is centred on sample t * hop.
    """
    samples = np.asarray(samples, np.float32)
    frames, half = len(samples) // spec.hop, spec.window // 2
    padded = np.pad(samples, (half, half))
    windows = np.lib.stride_tricks.sliding_window_view(padded, spec.window)[:: spec.hop][:frames]
    window, rows = hann(spec.window), filters(spec).T
    level = np.empty((frames, spec.bins), np.float32)
    for start in range(0, frames, _BLOCK):
        level[start : start + _BLOCK] = np.abs(np.fft.rfft(windows[start : start + _BLOCK] * window)).astype(np.float32) @ rows
    decibels = 20 * np.log10(np.maximum(level, 1e-7) / max(float(level.max(initial=0.0)), 1e-6))
    return np.clip((decibels - _FLOOR_DB) * 2, 0, 255).astype(np.uint8)


def scaled(heard: np.ndarray) -> np.ndarray:
    """What ``hear`` gives, as float32 of about unit size; every window [..., T, bins] to its own mean and spread."""
    values = heard.astype(np.float32) / 20.0
    values -= values.mean(axis=(-2, -1), keepdims=True)
    return values / np.maximum(values.std(axis=(-2, -1), keepdims=True), 1e-3)
