"""Key from sound alone: which pitch classes ring, told apart from their overtones, against profiles of keys.

Peaks of a long spectrum after percussion has been taken out (what is steady in time beside what is steady in
frequency: Fitzgerald 2010), the clip's tuning taken out, semitones explained as notes with overtones (non-negative
factors of a fixed dictionary, as in Mauch and Dixon 2010). Tonic and third: weights of the square roots of pitch classes,
fitted to 1,151 clips of our own composer and synthesis (logistic regression, the same weights for every tonic; ours,
figures in docs/evaluation.md). The mode with that third: correlation with Sha'ath's profiles of major and minor
(KeyFinder, 2011); the other modes have the profile of the nearer of the two with the degree that tells them apart
exchanged for its neighbour (ours).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .corpus.composing.theory import KEYS, MODES

# How often each degree is heard in a key, tonic first.
_MAJOR = (6.6, 2.0, 3.5, 2.3, 4.6, 4.0, 2.5, 5.2, 2.4, 3.7, 2.3, 3.4)
_MINOR = (6.5, 2.7, 3.5, 5.4, 2.6, 3.5, 2.5, 5.2, 4.0, 2.7, 4.3, 3.2)
# mode -> the profile it begins with, and the two degrees that change places
_BENT = {
    "mixolydian": (_MAJOR, 10, 11), "lydian": (_MAJOR, 5, 6), "dorian": (_MINOR, 8, 9), "phrygian": (_MINOR, 1, 2),
}  # fmt: skip
# What a degree's square root of a share of the whole speaks for its tonic, with a large third and with a small one; and for either third.
_WEIGHTS = np.array((
    (12.9, -8.0, 1.2, -9.4, 7.9, 0.5, -6.1, 9.7, -8.2, -1.7, -4.3, 0.6),
    (13.5, -8.1, 2.3, 6.7, -7.4, -1.6, -9.7, 11.7, -3.3, -7.3, -0.3, -2.9),
))  # fmt: skip
_THIRDS = np.array((-0.03, 0.03))
_WINDOW, _HOP = 8192, 2048  # samples
_LOW, _HIGH = 55.0, 2000.0  # Hz of peaks that count
_LOWEST, _SEMITONES = 28, 76  # MIDI number of the first semitone; how many
_OVERTONES, _DECAY, _ROUNDS = 8, 0.5, 25  # of a note in the dictionary; each beside the one below; steps of fitting
_COMPRESSION = 0.7  # exponent of amplitudes


def _profiles() -> dict[str, np.ndarray]:
    found = {"major": np.array(_MAJOR), "minor": np.array(_MINOR)}
    for mode, (base, one, other) in _BENT.items():
        found[mode] = np.array(base)
        found[mode][[one, other]] = found[mode][[other, one]]
    return found


PROFILES = _profiles()


@dataclass(frozen=True)
class Key:
    """``tonic`` 0..11, ``mode`` one of PROFILES."""

    tonic: int
    mode: str

    def __str__(self) -> str:
        return f"{KEYS[self.tonic]} {self.mode}"


def harmonic_spectrum(samples: np.ndarray, *, sample_rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Amplitudes with percussion taken out: samples [N] -> ([T, bins], Hz [bins]), bins up to 2.2 kHz."""
    padded = np.pad(samples, _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    hertz = np.fft.rfftfreq(_WINDOW, 1 / sample_rate)
    kept = hertz < 1.1 * _HIGH
    level = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1))[:, kept]
    steady = _medians(level.T, 7).T
    sharp = _medians(level, 31)
    return level * steady**2 / (steady**2 + sharp**2 + 1e-12), hertz[kept]


def _medians(values: np.ndarray, width: int) -> np.ndarray:
    """The median of ``width`` (odd) neighbours along the last axis [..., N], the ends repeated."""
    half, result = width // 2, np.empty_like(values)
    for row, padded in enumerate(np.pad(values, ((0, 0), (half, half)), mode="edge")):
        around = np.lib.stride_tricks.sliding_window_view(padded, width)
        result[row] = np.partition(around, half, axis=-1)[:, half]
    return result


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


def tuning(samples: np.ndarray, *, sample_rate: int) -> float:
    """How far samples [N] lie off semitones over A = 440 Hz, -0.5 to 0.5; 0 for silence."""
    _, frequency, amplitude = peaks(*harmonic_spectrum(samples, sample_rate=sample_rate))
    return _off(_pitch(frequency), amplitude) if len(frequency) else 0.0


def _pitch(frequency: np.ndarray) -> np.ndarray:
    return 12 * np.log2(frequency / 440.0) + 69


def _off(pitch: np.ndarray, amplitude: np.ndarray) -> float:
    return float(np.angle((np.sqrt(amplitude) * np.exp(2j * np.pi * pitch)).sum()) / (2 * np.pi))


def semitones(samples: np.ndarray, *, sample_rate: int) -> np.ndarray:
    """Loudest peak of every semitone, in the clip's own tuning: samples [N] -> [T, 76], 1 at most."""
    level, hertz = harmonic_spectrum(samples, sample_rate=sample_rate)
    frame, frequency, amplitude = peaks(level, hertz)
    result = np.zeros((len(level), _SEMITONES))
    if len(frame):
        pitch = _pitch(frequency)
        pitch = pitch - _off(pitch, amplitude)
        nearest = np.rint(pitch).astype(int)
        inside = (nearest >= _LOWEST) & (nearest < _LOWEST + _SEMITONES)
        share = amplitude * np.exp(-0.5 * ((pitch - nearest) / 0.3) ** 2) / level.max()
        np.maximum.at(result, (frame[inside], nearest[inside] - _LOWEST), share[inside])
    return result


def notes(spectrum: np.ndarray) -> np.ndarray:
    """How strongly each note sounds once overtones are explained by the notes below: [T, 76] -> [T, 76]."""
    dictionary = np.zeros((_SEMITONES, _SEMITONES))
    for overtone in range(1, _OVERTONES + 1):
        step = round(12 * np.log2(overtone))
        place = np.arange(_SEMITONES - step)
        dictionary[place, place + step] += _DECAY ** (overtone - 1)
    squares, wanted = dictionary @ dictionary.T, spectrum @ dictionary.T
    found = np.maximum(spectrum, 1e-6)
    for _ in range(_ROUNDS):  # multiplicative updates of Lee and Seung (2001)
        found = found * wanted / (found @ squares + 1e-9)
    return found


def chroma(samples: np.ndarray, *, sample_rate: int) -> np.ndarray:
    """How much each pitch class rings: samples [N] -> [12], C first, summing to 1 (0 for silence)."""
    sounding = notes(semitones(samples, sample_rate=sample_rate) ** _COMPRESSION)
    each = sounding.sum(1, keepdims=True)
    heard = each[:, 0] > 0.01 * each.max(initial=0.0)
    if not heard.any() or each.max() < 1e-3:
        return np.zeros(12)
    whole = (sounding[heard] / each[heard]).sum(0)  # every moment counts the same
    result = np.bincount((np.arange(_SEMITONES) + _LOWEST) % 12, weights=whole, minlength=12)
    return result / result.sum()


def key_of(chroma: np.ndarray, *, modes: tuple[str, ...] = tuple(PROFILES)) -> Key | None:
    """The likeliest key of chroma [12] in one of ``modes``, None for silence."""
    if chroma.std() < 1e-12:
        return None
    likely = _likely(chroma)
    thirds = sorted({int(is_minor(mode)) for mode in modes})
    tonic, third = np.unravel_index(int(likely[:, thirds].argmax()), (12, len(thirds)))
    fitting = [mode for mode in modes if is_minor(mode) == bool(thirds[third])]
    return Key(int(tonic), max(fitting, key=lambda mode: np.corrcoef(chroma, np.roll(PROFILES[mode], tonic))[0, 1]))


def surety(chroma: np.ndarray, tonic: int, mode: str) -> float:
    """By how many nats chroma [12], summing to 1, speak for tonic and third more than for any other; negative where another is likelier."""
    likely = _likely(chroma)
    own = float(likely[tonic, int(is_minor(mode))])
    likely[tonic, int(is_minor(mode))] = -np.inf
    return own - float(likely.max())


def _likely(chroma: np.ndarray) -> np.ndarray:
    """What chroma [12] say for every tonic with a large and a small third: [tonics, 2]."""
    degrees = np.sqrt(np.stack([np.roll(chroma, -tonic) for tonic in range(12)]))
    found: np.ndarray = degrees @ _WEIGHTS.T + _THIRDS
    return found


def is_minor(mode: str) -> bool:
    """Whether the third over the tonic is small; the blues has both and counts as major."""
    return 3 in MODES[mode] and mode != "blues"


def right(measured: Key, tonic: int, mode: str) -> bool:
    """Tonic and third as stated."""
    return measured.tonic == tonic and is_minor(measured.mode) == is_minor(mode)


def relative(measured: Key, tonic: int, mode: str) -> bool:
    """Another tonic over the same notes, as A minor has those of C major and of D dorian."""
    kept = {"harmonic minor": "minor", "blues": "mixolydian"}.get(mode, mode)
    stated = {(tonic + degree) % 12 for degree in MODES[kept]}
    scale = {(measured.tonic + degree) % 12 for degree in MODES[measured.mode]}
    return scale == stated and not right(measured, tonic, mode)
