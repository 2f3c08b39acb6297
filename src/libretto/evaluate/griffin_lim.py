"""What the same tokens give without a trained decoder: spectra read off the decoded log-mels, phases by iteration.

Griffin and Lim 1984, with the momentum of Perraudin et al. 2013. A decoder earns its place by beating it.
"""

from __future__ import annotations

import numpy as np

from ..codec.features import magnitude_map
from ..config import CodecSpec
from ..features import hann

_MOMENTUM = 0.99


def bin_amplitudes(features: np.ndarray, spec: CodecSpec) -> np.ndarray:
    """Stacked log-mels [T, F] -> amplitudes float32 [J, bins] of the short-time spectrum at ``spec.synthesis_hop``."""
    guess = features @ magnitude_map(spec)
    return np.exp(np.clip(guess, -16.0, 4.0)).reshape(-1, spec.synthesis_window // 2 + 1).astype(np.float32)


def griffin_lim(amplitude: np.ndarray, *, window: int, hop: int, iterations: int = 32, seed: int = 0) -> np.ndarray:
    """Amplitudes [J, window // 2 + 1], frame j centred on sample (j + 1/2) * hop -> samples float32 [J * hop]."""
    phase = np.random.default_rng(seed).random(amplitude.shape) * 2j * np.pi
    spectrum = amplitude * np.exp(phase)
    before = np.zeros_like(spectrum)
    samples = _inverse(spectrum, window, hop)
    for _ in range(iterations):
        found = _forward(samples, window, hop)
        faster = found + _MOMENTUM * (found - before)
        before = found
        samples = _inverse(amplitude * faster / np.maximum(np.abs(faster), 1e-12), window, hop)
    return samples.astype(np.float32)


def _forward(samples: np.ndarray, window: int, hop: int) -> np.ndarray:
    side = (window - hop) // 2
    padded = np.pad(samples, (side, window - hop - side))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.fft.rfft(frames * hann(window))


def _inverse(spectrum: np.ndarray, window: int, hop: int) -> np.ndarray:
    """The signal whose spectrum is nearest (least squares): overlap-add with the analysis window."""
    taper = hann(window).astype(np.float64)
    frames = np.fft.irfft(spectrum, n=window) * taper
    total = np.zeros(len(frames) * hop + window - hop)
    weight = np.zeros_like(total)
    for index, frame in enumerate(frames):
        total[index * hop : index * hop + window] += frame
        weight[index * hop : index * hop + window] += taper**2
    side = (window - hop) // 2
    return (total / np.maximum(weight, 1e-3 * weight.max()))[side : side + len(frames) * hop]
