"""The log-mel front end of VGGish in numpy, by its published parameters (Hershey 1609.09430; AudioSet's vggish_params)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

SAMPLE_RATE = 16_000
WINDOW, HOP, N_FFT = 400, 160, 512  # 25 ms, 10 ms
BANDS, LOWEST, HIGHEST = 64, 125.0, 7500.0  # Hz
OFFSET = 0.01  # added to the amplitudes before the logarithm
FRAMES = 96  # of an example, 0.96 s, side by side


def hertz_to_mel(hertz: np.ndarray | float) -> np.ndarray:
    """The mel scale of HTK, in natural logarithms."""
    return 1127.0 * np.log1p(np.asarray(hertz, dtype=np.float64) / 700.0)


@lru_cache(maxsize=1)
def filters() -> np.ndarray:
    """Triangles with straight sides on the mel scale, 1 at their peak: float64 [N_FFT // 2 + 1, BANDS]; nothing hears 0 Hz."""
    bins = hertz_to_mel(np.arange(N_FFT // 2 + 1) * (SAMPLE_RATE / N_FFT))[:, None]
    edges = np.linspace(hertz_to_mel(LOWEST), hertz_to_mel(HIGHEST), BANDS + 2)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    weights = np.maximum(0.0, np.minimum((bins - lower) / (centre - lower), (upper - bins) / (upper - centre)))
    weights[0] = 0.0
    return weights


def log_mel(samples: np.ndarray) -> np.ndarray:
    """Samples [N] at 16 kHz, N >= 400, to natural logarithms [T, BANDS], T = 1 + (N - 400) // 160; nothing is padded."""
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, dtype=np.float64), WINDOW)[::HOP]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    return np.log(np.abs(np.fft.rfft(frames * window, N_FFT)) @ filters() + OFFSET)


def examples(samples: np.ndarray) -> np.ndarray:
    """Samples [N] to examples float32 [W, FRAMES, BANDS], side by side; a rest shorter than one is left out.

    Audio shorter than one example is repeated to one.
    """
    least = (FRAMES - 1) * HOP + WINDOW
    samples = np.tile(samples, -(-least // len(samples)))[:least] if len(samples) < least else samples
    mel = log_mel(samples)
    count = len(mel) // FRAMES
    return mel[: count * FRAMES].reshape(count, FRAMES, BANDS).astype(np.float32)
