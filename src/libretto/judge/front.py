"""What the judge hears of a clip, in numpy: a constant-Q patch, its pulse, its modulation and timbre, its pitch classes.

* patch: amplitudes in semitones (Brown 1991), read from windows of four lengths so that low tones part and strokes stay
  short; one byte a value;
* pulse: autocorrelation of the onsets in eight octaves;
* shape: modulation spectra of the same octaves, and cepstra of the patch with their spread and movement (Davis and
  Mermelstein 1980, over constant Q instead of mels);
* chroma: pitch classes of what stands out of the patch.

Bands, lags and counts are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..errors import AudioError
from ..features import hann

SAMPLE_RATE = 24_000
BINS, LOWEST = 96, 41.2  # semitones, and Hz of the first: eight octaves from E1
HOP = 1536  # samples: 15.6 frames a second; the pulse is heard apart
STEP = 5.0 / 255  # log10 amplitude between neighbouring values of a patch; 0 is -100 dB
_WINDOWS = ((8192, 36), (4096, 54), (2048, 72), (1024, 96))  # samples, and the bin that a window ends before
OCTAVES = 8
_PITCHED = (17, 68)  # semitones of 110 to 2000 Hz
_FIRST_CLASS = 4  # of semitone 0, E
_QUICK = SAMPLE_RATE // 100  # samples between frames of the pulse
LAGS = np.geomspace(0.08, 3.0, 96)  # seconds
MODULATIONS = np.geomspace(0.4, 25.0, 16)  # Hz
CEPSTRA = 24
PULSE, SHAPE = OCTAVES * len(LAGS), OCTAVES * len(MODULATIONS) + 3 * CEPSTRA
LEAST_SECONDS = 2.0


@dataclass(frozen=True)
class Heard:
    """Of one clip: patch uint8 [T, 96], pulse float32 [768], shape float32 [200], chroma float32 [12]."""

    patch: np.ndarray
    pulse: np.ndarray
    shape: np.ndarray
    chroma: np.ndarray


def listen(samples: np.ndarray) -> Heard:
    """Samples [N] at 24 kHz as the judge hears them.

    Raises:
        AudioError: they are shorter than two seconds.
    """
    if samples.ndim != 1 or len(samples) < LEAST_SECONDS * SAMPLE_RATE:
        got = f"{samples.size / SAMPLE_RATE:.2f} s of shape {list(samples.shape)}"
        raise AudioError(f"the judge got {got}, expected mono samples [N] of at least {LEAST_SECONDS:g} s")
    samples = np.asarray(samples, np.float32)
    patch = constant_q(samples)
    pulse, modulation = _pulse(samples)
    shape = np.concatenate([modulation.ravel(), _cepstra(patch)])
    return Heard(patch, pulse.ravel().astype(np.float32), shape.astype(np.float32), _chroma(patch))


def constant_q(samples: np.ndarray) -> np.ndarray:
    """Log amplitudes in semitones: samples [N] -> uint8 [N // 1536, 96]."""
    frames = len(samples) // HOP
    found, first = [], 0
    for window, last in _WINDOWS:
        parts = 1 if window >= HOP else 2  # of a frame, so that no stroke falls between windows
        spectrum = _spectra(samples, window, HOP // parts, frames * parts).reshape(frames, parts, -1).mean(1)
        found.append(spectrum @ _semitones(window, first, last))
        first = last
    level = np.log10(np.maximum(np.concatenate(found, axis=1), 1e-5))
    return np.rint((np.minimum(level, 0.0) + 5.0) / STEP).astype(np.uint8)


def _spectra(samples: np.ndarray, window: int, hop: int, frames: int) -> np.ndarray:
    """Amplitudes float32 [frames, window // 2 + 1], frame t centred on sample (t + 1/2) * hop."""
    lead = window // 2 - hop // 2
    padded = np.pad(samples, (lead, window))
    views = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:frames]
    return np.abs(np.fft.rfft(views * hann(window), axis=1)).astype(np.float32)


@lru_cache(maxsize=8)
def _semitones(window: int, first: int, last: int) -> np.ndarray:
    """The share of each bin in semitones ``first`` to ``last``: float32 [window // 2 + 1, last - first], columns summing to 1."""
    hertz = np.maximum(np.fft.rfftfreq(window, 1 / SAMPLE_RATE), 1.0)
    place = 12 * np.log2(hertz / LOWEST)
    near = np.maximum(1 - np.abs(place[:, None] - np.arange(first, last)), 0.0)
    for column in np.flatnonzero(near.sum(0) == 0):
        near[np.abs(place - first - column).argmin(), column] = 1.0
    return (near / near.sum(0)).astype(np.float32)


@lru_cache(maxsize=1)
def _octaves() -> np.ndarray:
    """float32 [513, 8]: the bins of a window of 1024 that belong to each octave."""
    hertz = np.maximum(np.fft.rfftfreq(1024, 1 / SAMPLE_RATE), 1.0)
    place = np.clip(np.floor(np.log2(hertz / LOWEST)), 0, OCTAVES - 1)
    owned = place[:, None] == np.arange(OCTAVES)
    return (owned / np.maximum(owned.sum(0), 1)).astype(np.float32)


def _pulse(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Autocorrelation of onsets at LAGS [8, 96], 1 at lag 0, and log modulation spectra at MODULATIONS [8, 16]."""
    spectrum = _spectra(samples, 1024, _QUICK, len(samples) // _QUICK)
    level = np.log10(np.maximum(spectrum @ _octaves(), 1e-4)).astype(np.float64).T  # [8, T]
    rise = np.maximum(np.diff(level, axis=1), 0.0)
    rise -= rise.mean(1, keepdims=True)
    count = rise.shape[1]
    power = np.abs(np.fft.rfft(rise, n=2 * count, axis=1)) ** 2
    lags = np.fft.irfft(power, axis=1)[:, :count] / np.arange(count, 0, -1)
    at = LAGS * 100
    steady = np.maximum(lags[:, :1], 1e-5)
    pulse = np.stack([np.interp(at, np.arange(count), row, right=0.0) for row in lags / steady])
    swing = (level - level.mean(1, keepdims=True)) * np.hanning(level.shape[1])
    waves = np.exp(-2j * np.pi * np.outer(MODULATIONS, np.arange(level.shape[1]) / 100))
    strength = np.abs(swing @ waves.T) / level.shape[1]
    return pulse, np.log10(strength + 1e-3)


@lru_cache(maxsize=1)
def _cosines() -> np.ndarray:
    """float64 [96, 24]: the first cosines of the patch's frequency axis."""
    places = (np.arange(BINS) + 0.5) / BINS
    return np.cos(np.pi * np.outer(places, np.arange(CEPSTRA))) / np.sqrt(BINS)


def _cepstra(patch: np.ndarray) -> np.ndarray:
    """Mean, deviation and movement of the cepstra: [3 * 24]."""
    cepstra = (patch.astype(np.float64) * STEP) @ _cosines()
    return np.concatenate([cepstra.mean(0), cepstra.std(0), np.abs(np.diff(cepstra, axis=0)).mean(0)])


def _chroma(patch: np.ndarray) -> np.ndarray:
    """Pitch classes float32 [12], C first: semitones louder than those around, every moment counting the same."""
    loud = 10.0 ** (0.7 * (patch.astype(np.float64) * STEP - 5.0))
    around = np.stack([np.roll(loud, shift, axis=1) for shift in (-2, -1, 0, 1, 2)]).mean(0)
    low, high = _PITCHED
    sharp = np.maximum(loud - around, 0.0)[:, low:high]
    classes = np.zeros((len(patch), 12))
    np.add.at(classes.T, (np.arange(low, high) + _FIRST_CLASS) % 12, sharp.T)
    each = classes.sum(1, keepdims=True)
    return (classes / (each + 1e-6)).mean(0).astype(np.float32)
