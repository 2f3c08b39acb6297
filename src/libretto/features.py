"""The log-mel front end in numpy, shared by every part at inference. Its torch twin is ``nn.features.LogMel``.

Conventions (ours): amplitudes, scaled so that a full-scale sine on a bin gives 1; every band is a weighted mean of
bins; log10 clamped at the floor; frame t is centred on sample t * hop; N samples give exactly N // hop frames.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .config import MelSpec
from .errors import AudioError, ConfigError

_BLOCK = 1024  # frames transformed at once: bounds the memory of a long recording
_LINEAR = 200.0 / 3.0  # Slaney's mel scale: linear below 1 kHz, 27 logarithmic steps per factor 6.4 above
_KNEE = 1000.0
_STEP = np.log(6.4) / 27.0


def hertz_to_mel(hertz: np.ndarray | float) -> np.ndarray:
    """Slaney's (Auditory Toolbox) mel scale."""
    hertz = np.asarray(hertz, dtype=np.float64)
    above = _KNEE / _LINEAR + np.log(np.maximum(hertz, _KNEE) / _KNEE) / _STEP
    return np.where(hertz < _KNEE, hertz / _LINEAR, above)


def mel_to_hertz(mel: np.ndarray | float) -> np.ndarray:
    """The inverse of ``hertz_to_mel``."""
    mel = np.asarray(mel, dtype=np.float64)
    above = _KNEE * np.exp(_STEP * (np.maximum(mel, _KNEE / _LINEAR) - _KNEE / _LINEAR))
    return np.where(mel < _KNEE / _LINEAR, mel * _LINEAR, above)


@lru_cache(maxsize=16)
def mel_filters(sample_rate: int, n_fft: int, bands: int) -> np.ndarray:
    """Triangular filters from 0 Hz to half the sample rate, each row summing to 1.

    Returns:
        float32 [bands, n_fft // 2 + 1], read-only. A band narrower than a bin takes the bin nearest to its centre.
    """
    if bands < 1 or n_fft < 2 or sample_rate < 1:
        raise ConfigError(f"mel filters of {bands} bands, n_fft {n_fft}, {sample_rate} Hz; expected at least 1, 2, 1")
    bins = np.arange(n_fft // 2 + 1) * (sample_rate / n_fft)
    edges = mel_to_hertz(np.linspace(0.0, hertz_to_mel(sample_rate / 2), bands + 2))
    lower, centre, upper = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    filters = np.maximum(0.0, np.minimum((bins - lower) / (centre - lower), (upper - bins) / (upper - centre)))
    for band in np.flatnonzero(filters.sum(axis=1) == 0):
        filters[band, np.argmin(np.abs(bins - edges[band + 1]))] = 1.0
    filters = (filters / filters.sum(axis=1, keepdims=True)).astype(np.float32)
    filters.setflags(write=False)
    return filters


@lru_cache(maxsize=16)
def hann(window: int) -> np.ndarray:
    """The periodic Hann window, divided by half its sum so that a full-scale sine on a bin has amplitude 1.

    Returns:
        float32 [window], read-only.
    """
    values = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    values = (values / (values.sum() / 2)).astype(np.float32)
    values.setflags(write=False)
    return values


def log_mel(samples: np.ndarray, spec: MelSpec) -> np.ndarray:
    """log10 mel amplitudes.

    Args:
        samples: float [..., N] at ``spec.sample_rate``. The ends are reflected; a signal shorter than half a window
            is first followed by silence.

    Returns:
        float32 [..., T, bands], T = N // hop.

    Raises:
        AudioError: there is no axis of samples.
    """
    samples = np.asarray(samples, dtype=np.float32)
    if samples.ndim == 0:
        raise AudioError("log_mel got a single number, expected samples [..., N]")
    frames = samples.shape[-1] // spec.hop
    half = spec.window // 2
    lead = [(0, 0)] * (samples.ndim - 1)
    if samples.shape[-1] <= half:
        samples = np.pad(samples, [*lead, (0, half + 1 - samples.shape[-1])])
    padded = np.pad(samples, [*lead, (half, half)], mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, spec.window, axis=-1)[..., :: spec.hop, :]
    window, filters = hann(spec.window), mel_filters(spec.sample_rate, spec.window, spec.bands).T
    result = np.empty((*samples.shape[:-1], frames, spec.bands), dtype=np.float32)
    for start in range(0, frames, _BLOCK):
        block = slice(start, min(start + _BLOCK, frames))
        amplitudes = np.abs(np.fft.rfft(windows[..., block, :] * window, axis=-1)).astype(np.float32)
        result[..., block, :] = np.log10(np.maximum(amplitudes @ filters, spec.floor))
    return result
