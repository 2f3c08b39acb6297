"""How much of a clip is struck: the share of its energy above 4 kHz that comes in bursts wide in frequency."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter

_WINDOW, _HOP, _LOW = 1024, 512, 4000.0  # samples, samples, Hz
_STEADY, _SHARP = 9, 17  # frames and bins over which medians are taken


def percussiveness(samples: np.ndarray, *, sample_rate: int) -> float:
    """0 (none) .. 1: samples [N]; percussive share of the energy, median filters of Fitzgerald (2010)."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, _WINDOW // 2), _WINDOW)[::_HOP]
    kept = np.fft.rfftfreq(_WINDOW, 1 / sample_rate) >= _LOW
    level = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1)[:, kept])
    steady = median_filter(level, (_STEADY, 1), mode="nearest")
    sharp = median_filter(level, (1, _SHARP), mode="nearest")
    share = sharp**2 / (steady**2 + sharp**2 + 1e-12)
    whole = float((level**2).sum())
    return float((share * level**2).sum() / whole) if whole > 1e-9 else 0.0
