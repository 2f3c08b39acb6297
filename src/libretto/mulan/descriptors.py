"""What a window of ten seconds does as a whole: its pulse and its pitch classes, in numpy (ours).

A tower that averages over time hears neither tempo nor key well; both are easy to read from an autocorrelation of the
onsets and from a chroma of long windows. Training and inference compute them with this one file, so they cannot differ.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..config import MelSpec

CHROMA_HOP = 10  # mel frames per chroma frame
_REGISTERS = ((40.0, 250.0), (250.0, 2_000.0))  # hertz: bass, and what lies above it
_WINDOW_SECONDS = 0.34  # 3 Hz a bin: semitones part from about 60 Hz
_GROUPS = 4  # of mel bands, whose onsets are followed apart: kick, body, snare, hats
_LAGS = 64
_LAG_SECONDS = (0.2, 2.0)  # 300 to 30 beats per minute
# Krumhansl & Kessler 1982, probe-tone ratings
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

COUNT = (_GROUPS + 1) * _LAGS + _GROUPS + 1 + 24 + 24 + 12 + 12


def chroma(samples: np.ndarray, spec: MelSpec) -> np.ndarray:
    """Pitch classes over time: float [N] -> float32 [N // hop // CHROMA_HOP, 24], bass then treble, loudest 1, from C."""
    hop = spec.hop * CHROMA_HOP
    window = 1 << int(np.ceil(np.log2(_WINDOW_SECONDS * spec.sample_rate)))
    frames = len(samples) // hop
    padded = np.pad(np.asarray(samples, dtype=np.float32), window // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:frames]
    amplitudes = np.abs(np.fft.rfft(windows * np.hanning(window).astype(np.float32), axis=-1)).astype(np.float32)
    classes = np.sqrt(amplitudes) @ _pitch_classes(spec.sample_rate, window)
    return classes / (classes.max(axis=-1, keepdims=True) + 1e-3)


@lru_cache(maxsize=4)
def _pitch_classes(sample_rate: int, window: int) -> np.ndarray:
    """Which bins sound as which pitch class: float32 [window // 2 + 1, 24]."""
    hertz = np.arange(1, window // 2 + 1) * (sample_rate / window)
    semitones = 12 * np.log2(hertz / 261.6256)
    distance = (semitones[:, None] - np.arange(12) + 6) % 12 - 6
    near = np.exp(-0.5 * (distance / 0.35) ** 2)
    parts = []
    for low, high in _REGISTERS:
        part = near * ((hertz >= low) & (hertz < high))[:, None]
        parts.append(part / (part.sum(axis=0, keepdims=True) + 1e-9))
    return np.concatenate([np.zeros((1, 24)), np.concatenate(parts, axis=1)]).astype(np.float32)


def describe(mel: np.ndarray, pitches: np.ndarray, spec: MelSpec) -> np.ndarray:
    """Descriptors of windows.

    Args:
        mel: log10 mel amplitudes [B, T, bands].
        pitches: ``chroma`` of the same windows [B, T // CHROMA_HOP, 24].

    Returns:
        float32 [B, COUNT], of the order of 1.
    """
    return np.concatenate([_pulse(mel, spec), _harmony(pitches)], axis=1).astype(np.float32)


def _pulse(mel: np.ndarray, spec: MelSpec) -> np.ndarray:
    """Autocorrelation of the onsets on logarithmic lags, how many onsets, how much the level moves."""
    rise = np.maximum(np.diff(mel.astype(np.float32), axis=1), 0)
    groups = [part.mean(axis=2) for part in np.array_split(rise, _GROUPS, axis=2)]
    onsets = np.stack([*groups, rise.mean(axis=2)], axis=1)  # [B, groups + 1, T - 1]
    amount = onsets.mean(axis=2)
    onsets = onsets - amount[..., None]
    length = 1 << int(np.ceil(np.log2(2 * onsets.shape[2])))
    power = np.abs(np.fft.rfft(onsets, length, axis=2)) ** 2
    correlation = np.fft.irfft(power, axis=2)[..., : length // 2]
    correlation = correlation / (correlation[..., :1] + 1e-6)
    first, last = (seconds * spec.frame_rate for seconds in _LAG_SECONDS)
    lags = np.minimum(np.geomspace(first, last, _LAGS), correlation.shape[2] - 2)
    whole = lags.astype(int)
    part = (lags - whole).astype(np.float32)
    tempo = correlation[..., whole] * (1 - part) + correlation[..., whole + 1] * part
    level = mel.mean(axis=2).std(axis=1, keepdims=True)
    return np.concatenate([2 * tempo.reshape(len(mel), -1), 10 * amount[:, :_GROUPS], level], axis=1)


def _harmony(pitches: np.ndarray) -> np.ndarray:
    """Mean chroma, its correlation with the 24 keys, and the chroma as seen from the likeliest tonic and bass."""
    mean = pitches.astype(np.float32).mean(axis=1)
    bass, treble = _standardise(mean[:, :12]), _standardise(mean[:, 12:])
    turns = (np.arange(12)[None, :] - np.arange(12)[:, None]) % 12
    profiles = np.concatenate([_standardise(np.array(profile)[None])[0][turns] for profile in (_MAJOR, _MINOR)])
    keys = (bass + 2 * treble) @ profiles.T / 36  # [B, 24], rows of C major, ..., C minor, ...
    tonic, root = keys.argmax(axis=1) % 12, bass.argmax(axis=1)
    order = np.arange(12)[None, :]
    from_tonic = np.take_along_axis(treble, (order + tonic[:, None]) % 12, axis=1)
    from_root = np.take_along_axis(treble, (order + root[:, None]) % 12, axis=1)
    return np.concatenate([bass, treble, keys, from_tonic, from_root], axis=1)


def _standardise(values: np.ndarray) -> np.ndarray:
    """Rows of mean 0 and deviation 1 (all 0 where nothing sounds)."""
    centred = values - values.mean(axis=1, keepdims=True)
    return centred / (centred.std(axis=1, keepdims=True) + 1e-4)


def looped(values: np.ndarray, length: int) -> np.ndarray:
    """The first ``length`` rows of ``values`` [T, ...], repeated when there are too few."""
    if len(values) >= length:
        return values[:length]
    return values[np.arange(length) % max(1, len(values))]
