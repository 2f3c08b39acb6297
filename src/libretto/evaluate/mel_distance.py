"""Spectral distances between two recordings, in numpy. ``codec.losses.MelLoss`` is the differentiable twin of the first.

Several resolutions of log-mel spectra, as in the loss of the Descript codec (2306.06546); scales, bands and the clamp at
1e-5 of full scale are ours. The factor of 2 makes it a logarithm of power: a distance of 0.1 is 1 dB.
"""

from __future__ import annotations

import numpy as np

from ..errors import AudioError
from ..features import hann, mel_filters

SCALES = ((2048, 160), (1024, 80), (512, 64), (256, 32), (128, 16))  # window, bands; the hop is a quarter of the window
FLOOR = 1e-5
_BLOCK = 4096  # frames transformed at once


def amplitudes(samples: np.ndarray, window: int) -> np.ndarray:
    """samples [N] -> float32 [T, window // 2 + 1], T = N // (window // 4); a full-scale sine has 1. Frames are centred."""
    hop, half = window // 4, window // 2
    padded = np.pad(np.asarray(samples, np.float32), half, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][: len(samples) // hop]
    blocks = [np.abs(np.fft.rfft(frames[start : start + _BLOCK] * hann(window))) for start in range(0, len(frames), _BLOCK)]
    return np.concatenate(blocks).astype(np.float32)


def mel_distance(made: np.ndarray, true: np.ndarray, *, sample_rate: int = 24_000) -> float:
    """Mean over five scales of 2 x mean |difference of log10 mel amplitudes|. Symmetric; 0 for equal signals.

    Args:
        made, true: samples [N] of one length.

    Raises:
        AudioError: they differ in shape, or are shorter than a window of 2048.
    """
    _check(made, true)
    distances = []
    for window, bands in SCALES:
        filters = mel_filters(sample_rate, window, bands).T
        levels = [np.log10(np.maximum(amplitudes(samples, window) @ filters, FLOOR)) for samples in (made, true)]
        distances.append(2 * np.abs(levels[0] - levels[1]).mean(dtype=np.float64))
    return float(np.mean(distances))


def stft_distance(made: np.ndarray, true: np.ndarray) -> float:
    """Mean over the same windows of the spectral convergence ||A - B|| / ||B|| of amplitudes (1910.11480), B of ``true``."""
    _check(made, true)
    distances = []
    for window, _ in SCALES:
        a, b = amplitudes(made, window), amplitudes(true, window)
        distances.append(float(np.linalg.norm(a - b) / max(float(np.linalg.norm(b)), 1e-8)))
    return float(np.mean(distances))


def si_sdr(made: np.ndarray, true: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio in dB (1811.02508). Says nothing about a codec that invents its phases."""
    _check(made, true)
    made, true = np.asarray(made, np.float64), np.asarray(true, np.float64)
    part = true * (made @ true) / max(float(true @ true), 1e-12)
    return float(10 * np.log10(max(float(part @ part), 1e-12) / max(float(np.square(made - part).sum()), 1e-12)))


def _check(made: np.ndarray, true: np.ndarray) -> None:
    longest = SCALES[0][0]
    if np.shape(made) != np.shape(true) or np.ndim(made) != 1 or len(made) < longest:
        raise AudioError(f"a distance between samples of shape {list(np.shape(made))} and {list(np.shape(true))}; expected two of "
                         f"one length, at least {longest} samples")
