"""Key from sound alone: which pitch classes ring, folded from spectral peaks, against profiles of keys.

Peaks of a long spectrum after percussion has been taken out (what is steady in time beside what is steady in
frequency: Fitzgerald 2010), the clip's tuning taken out, every peak shared among the fundamentals it may belong to
(Gomez 2006), and correlation with the profiles of Albrecht and Shanahan (2013). Figures are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from ...corpus.theory import KEYS, MODES

# How often each degree is heard in a key, tonic first.
PROFILES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "albrecht": (
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
    ),
    "krumhansl": (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    "temperley": (
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
    "sha'ath": (
        (6.6, 2.0, 3.5, 2.3, 4.6, 4.0, 2.5, 5.2, 2.4, 3.7, 2.3, 3.4),
        (6.5, 2.7, 3.5, 5.4, 2.6, 3.5, 2.5, 5.2, 4.0, 2.7, 4.3, 3.2),
    ),
    "edm": (
        (0.16519551, 0.04749026, 0.08293076, 0.06687112, 0.09994645, 0.09274123, 0.05294487, 0.13159476,
         0.05218986, 0.07443653, 0.06940723, 0.0642515),
        (0.17235348, 0.05336489, 0.0761009, 0.10043649, 0.05621498, 0.08527853, 0.0497915, 0.13451001,
         0.07458916, 0.05003023, 0.09187879, 0.05545106),
    ),
}  # fmt: skip
_WINDOW, _HOP = 8192, 2048
_LOW, _HIGH = 55.0, 2000.0  # Hz of peaks that count
_HARMONICS = 4
_DECAY = 0.6  # share of a peak credited to each lower fundamental it may be a harmonic of


@dataclass(frozen=True)
class Key:
    """``tonic`` 0..11, ``minor`` as its third has it, ``confidence`` the correlation."""

    tonic: int
    minor: bool
    confidence: float = 0.0

    def __str__(self) -> str:
        return f"{KEYS[self.tonic]} {'minor' if self.minor else 'major'}"


def harmonic_spectrum(samples: np.ndarray, *, sample_rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Amplitudes with percussion taken out: samples [N] -> ([T, bins], Hz [bins]), bins up to 2.2 kHz."""
    padded = np.pad(samples, _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    hertz = np.fft.rfftfreq(_WINDOW, 1 / sample_rate)
    kept = hertz < 1.1 * _HIGH
    level = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1))[:, kept]
    steady = median_filter(level, (7, 1), mode="nearest")
    sharp = median_filter(level, (1, 31), mode="nearest")
    return level * steady**2 / (steady**2 + sharp**2 + 1e-12), hertz[kept]


def peaks(level: np.ndarray, hertz: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frame, frequency in Hz and amplitude of every local peak within 40 dB of its frame's loudest: three [P]."""
    inner = level[:, 1:-1]
    found = (inner > level[:, :-2]) & (inner >= level[:, 2:]) & (inner > 0.01 * level.max(1, keepdims=True))
    found &= (hertz[1:-1] >= _LOW) & (hertz[1:-1] <= _HIGH)
    frame, place = np.nonzero(found)
    logs = np.log(np.maximum(level, 1e-12))
    before, here, after = logs[frame, place], logs[frame, place + 1], logs[frame, place + 2]
    shift = 0.5 * (before - after) / np.minimum(before - 2 * here + after, -1e-9)
    frequency = (place + 1 + np.clip(shift, -0.5, 0.5)) * (hertz[1] - hertz[0])
    return frame, frequency, level[frame, place + 1]


def chroma(samples: np.ndarray, *, sample_rate: int) -> np.ndarray:
    """How much each pitch class rings: samples [N] -> [12], C first, summing to 1 (0 for silence)."""
    level, hertz = harmonic_spectrum(samples, sample_rate=sample_rate)
    frame, frequency, amplitude = peaks(level, hertz)
    if not len(frame):
        return np.zeros(12)
    loudest = level.max(1)
    weight = np.sqrt(amplitude / np.maximum(loudest[frame], 1e-9)) * np.sqrt(loudest[frame] / max(loudest.max(), 1e-9))
    pitch = 12 * np.log2(frequency / 440.0) + 69
    turned = (weight * np.exp(2j * np.pi * pitch)).sum()
    pitch = pitch - np.angle(turned) / (2 * np.pi)  # the tuning of the clip, -0.5 .. 0.5 semitones
    result = np.zeros(12)
    for harmonic in range(1, _HARMONICS + 1):
        place = pitch - 12 * np.log2(harmonic)
        nearest = np.rint(place)
        share = _DECAY ** (harmonic - 1) * np.exp(-0.5 * ((place - nearest) / 0.25) ** 2)
        np.add.at(result, nearest.astype(int) % 12, weight * share)
    return result / result.sum()


def key_of(chroma: np.ndarray, *, profile: str = "albrecht") -> Key:
    """The key whose profile correlates best with chroma [12]."""
    best = Key(0, False, -2.0)
    if chroma.std() < 1e-12:
        return Key(0, False, 0.0)
    for minor in (False, True):
        shape = np.array(PROFILES[profile][minor])
        for tonic in range(12):
            match = float(np.corrcoef(chroma, np.roll(shape, tonic))[0, 1])
            if match > best.confidence:
                best = Key(tonic, minor, match)
    return best


def key(samples: np.ndarray, *, sample_rate: int) -> Key:
    """The key of samples [N]."""
    return key_of(chroma(samples, sample_rate=sample_rate))


def is_minor(mode: str) -> bool:
    """Whether the third over the tonic is small."""
    return 3 in MODES[mode] and mode != "blues"


def right(measured: Key, tonic: int, mode: str) -> bool:
    """Tonic and third as stated."""
    return measured.tonic == tonic and measured.minor == is_minor(mode)


def relative(measured: Key, tonic: int, mode: str) -> bool:
    """Another tonic of the same notes: the major or minor key whose scale is the stated mode's."""
    stated = {(tonic + degree) % 12 for degree in MODES["minor" if mode == "harmonic minor" else mode]}
    scale = {(measured.tonic + degree) % 12 for degree in MODES["minor" if measured.minor else "major"]}
    return scale == stated and not right(measured, tonic, mode)
