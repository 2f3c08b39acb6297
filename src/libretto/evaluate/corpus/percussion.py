"""How much of a clip is struck: the share of its energy above 2 kHz that comes in bursts wide in frequency."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter

_WINDOW, _HOP, _LOW = 1024, 256, 2000.0  # samples, samples, Hz


def percussiveness(samples: np.ndarray, *, sample_rate: int) -> float:
    """0 (none) .. 1: samples [N]; percussive share of the energy, median filters of Fitzgerald (2010)."""
    padded = np.pad(samples, _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    kept = np.fft.rfftfreq(_WINDOW, 1 / sample_rate) >= _LOW
    level = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)[:, kept]).astype(np.float32)
    # coarse bands: a burst of noise stays even across them, partials do not
    steady = median_filter(level, (17, 1), mode="nearest")
    sharp = median_filter(level, (1, 33), mode="nearest")
    share = sharp**2 / (steady**2 + sharp**2 + 1e-12)
    whole = float((level**2).sum())
    return float((share * level**2).sum() / whole) if whole > 1e-9 else 0.0
