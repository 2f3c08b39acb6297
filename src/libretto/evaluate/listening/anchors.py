"""Low-pass anchors after ITU-R BS.1534-3 (section 5.1): cut-off 3.5 kHz (low) and 7 kHz (mid-range).

The mask for 3.5 kHz: ripple of at most 0.1 dB up to it, at least 25 dB less at 4 kHz, 50 dB less at 4.5 kHz. The filter, ours, is a
linear-phase Kaiser window that reaches 60 dB at 8/7 of the cut-off, so it keeps the mask, and that of 7 kHz in proportion.
"""

from __future__ import annotations

import numpy as np

from ...audio import Waveform
from ...errors import AudioError

LOW, MIDDLE = 3_500.0, 7_000.0  # Hz
_DECIBELS = 60.0
_STOP = 8 / 7  # of the cut-off


def taps(cutoff: float, sample_rate: int) -> np.ndarray:
    """The filter [2 * delay + 1] of gain 1.

    Raises:
        AudioError: the cut-off leaves no room below half the rate.
    """
    if not 50 <= cutoff <= sample_rate / 2 / _STOP:
        raise AudioError(f"an anchor of {cutoff:g} Hz does not fit {sample_rate} Hz, expected 50 to {sample_rate / 2 / _STOP:.0f} Hz")
    width = 2 * np.pi * cutoff * (_STOP - 1) / sample_rate
    delay = int(np.ceil((_DECIBELS - 7.95) / (2.285 * width) / 2))
    centre = cutoff * (1 + _STOP) / 2
    place = np.arange(-delay, delay + 1)
    beta = 0.1102 * (_DECIBELS - 8.7)
    filters = np.sinc(2 * centre / sample_rate * place) * np.kaiser(2 * delay + 1, beta)
    return filters / filters.sum()


def anchor(audio: Waveform, cutoff: float) -> Waveform:
    """``audio`` without what lies above ``cutoff`` Hz, in time with it."""
    filters = taps(cutoff, audio.sample_rate)
    size = 1 << int(np.ceil(np.log2(audio.samples.shape[1] + len(filters))))
    spectrum = np.fft.rfft(audio.samples.astype(np.float64), size, axis=1) * np.fft.rfft(filters, size)
    delay = len(filters) // 2
    samples = np.fft.irfft(spectrum, size, axis=1)[:, delay : delay + audio.samples.shape[1]]
    return Waveform(samples.astype(np.float32), audio.sample_rate)
