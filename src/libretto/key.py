"""Key from sound alone: which pitch classes ring, told apart from their overtones, against profiles of keys.

Peaks of a long spectrum after percussion has been taken out (what is steady in time beside what is steady in
frequency: Fitzgerald 2010), the clip's tuning taken out, semitones explained as notes with overtones (non-negative
factors of a fixed dictionary, as in Mauch and Dixon 2010). Tonic and third: weights of the square roots of pitch classes
in four registers and at both ends, fitted to 5,266 clips of our own composer, 2,335 of them through the codec (logistic
regression, the same weights for every tonic; ours, figures in docs/evaluation.md). The mode with that third: correlation
with Sha'ath's profiles of major and minor (KeyFinder, 2011); the other modes have the profile of the nearer of the two
with the degree that tells them apart exchanged for its neighbour (ours).
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
# What the square root of a degree's share speaks for its tonic, with a large third and with a small one: [2, 6, 12], rows as in ``Rings``.
_WEIGHTS = np.array((
    (
        (5.0, -1.4, -1.1, 0.1, 0.4, 0.8, 0.4, 0.5, -1.0, 1.8, -1.0, -0.8),
        (4.7, -0.6, -1.2, -3.4, -0.7, 1.5, -2.0, 3.0, -2.4, -2.8, 1.4, -2.6),
        (5.5, -4.4, 1.3, -4.9, 6.3, 1.2, -4.4, 5.3, -5.1, -0.5, -1.6, 3.9),
        (6.5, -4.5, 2.3, -5.2, 5.8, 2.4, -2.8, 6.0, -3.5, 1.6, -4.7, 2.2),
        (3.1, -2.7, 1.5, -2.0, 2.1, -1.0, -2.0, 2.2, -2.2, -0.6, -0.1, 0.0),
        (2.0, -2.2, 1.4, -2.4, 1.5, 1.0, -1.4, 2.3, -2.5, 1.0, -1.3, 1.2),
    ), (
        (5.2, -1.5, -0.7, -2.3, -1.0, 0.3, -0.7, 2.1, -1.1, -1.6, -2.7, 0.1),
        (3.9, 1.7, -0.6, 3.6, -2.8, 0.6, -1.3, 4.9, 0.8, -3.1, -0.8, -1.6),
        (4.9, -6.5, 1.5, 6.1, -4.9, -0.2, -6.5, 7.6, -0.0, -4.0, -0.2, -0.2),
        (3.6, -6.8, 2.7, 2.8, -5.3, -0.1, -2.5, 5.9, -3.5, -3.8, 0.2, 0.5),
        (3.8, -1.3, 1.2, 1.8, -0.9, -0.0, -2.2, 2.7, -2.1, -0.8, 0.9, -1.4),
        (2.0, -1.4, 1.3, 1.1, -1.9, 0.2, -1.9, 1.6, -0.4, -0.5, 1.0, -1.7),
    ),
))  # fmt: skip
_THIRDS = np.array((-1.05, 1.05))
_REGISTERS = (48, 60, 72)  # MIDI numbers at which the next one begins
_ENDS = 0.15  # of the time
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


@dataclass(frozen=True)
class Rings:
    """How much each pitch class rings, C first: ``registers`` [4, 12] from low to high, which sum to 1 (0 for silence), and ``begin`` and
    ``end`` [12] of the first and last seventh of the time, each summing to 1 (0 for silence)."""

    registers: np.ndarray
    begin: np.ndarray
    end: np.ndarray

    @property
    def whole(self) -> np.ndarray:
        """Of all registers together: [12]."""
        found: np.ndarray = self.registers.sum(axis=0)
        return found


def rings(samples: np.ndarray, *, sample_rate: int) -> Rings:
    """What rings in samples [N]."""
    sounding = notes(semitones(samples, sample_rate=sample_rate) ** _COMPRESSION)
    each = sounding.sum(1, keepdims=True)
    heard = each[:, 0] > 0.01 * each.max(initial=0.0)
    if not heard.any() or each.max() < 1e-3:
        return Rings(np.zeros((len(_REGISTERS) + 1, 12)), np.zeros(12), np.zeros(12))
    shares = np.where(heard[:, None], sounding / np.maximum(each, 1e-9), 0.0)  # every moment counts the same
    pitch, edge = np.arange(_SEMITONES) + _LOWEST, max(1, round(_ENDS * len(shares)))

    def folded(rows: np.ndarray, inside: np.ndarray | None = None) -> np.ndarray:
        kept = rows.sum(0) if inside is None else np.where(inside, rows.sum(0), 0.0)
        return np.bincount(pitch % 12, weights=kept, minlength=12) / max(float(rows.sum()), 1e-9)

    register = np.searchsorted(_REGISTERS, pitch, side="right")
    registers = np.stack([folded(shares, register == number) for number in range(len(_REGISTERS) + 1)])
    return Rings(registers, folded(shares[:edge]), folded(shares[-edge:]))


def chroma(samples: np.ndarray, *, sample_rate: int) -> np.ndarray:
    """How much each pitch class rings: samples [N] -> [12], C first, summing to 1 (0 for silence)."""
    return rings(samples, sample_rate=sample_rate).whole


def key_of(heard: Rings, *, modes: tuple[str, ...] = tuple(PROFILES)) -> Key | None:
    """The likeliest key in one of ``modes``, None for silence."""
    whole = heard.whole
    if whole.std() < 1e-12:
        return None
    likely = _likely(heard)
    thirds = sorted({int(is_minor(mode)) for mode in modes})
    tonic, third = np.unravel_index(int(likely[:, thirds].argmax()), (12, len(thirds)))
    fitting = [mode for mode in modes if is_minor(mode) == bool(thirds[third])]
    return Key(int(tonic), max(fitting, key=lambda mode: np.corrcoef(whole, np.roll(PROFILES[mode], tonic))[0, 1]))


def surety(heard: Rings, tonic: int, mode: str) -> float:
    """By how many nats tonic and third are likelier than any other; negative where another is likelier."""
    likely = _likely(heard)
    own = float(likely[tonic, int(is_minor(mode))])
    likely[tonic, int(is_minor(mode))] = -np.inf
    return own - float(likely.max())


def _likely(heard: Rings) -> np.ndarray:
    """What speaks for every tonic with a large and a small third: [tonics, 2]."""
    rows = np.sqrt(np.concatenate([heard.registers, heard.begin[None], heard.end[None]]))
    degrees = np.stack([np.roll(rows, -tonic, axis=1) for tonic in range(12)])  # [tonics, 6, 12]
    found: np.ndarray = np.einsum("trd,krd->tk", degrees, _WEIGHTS) + _THIRDS
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
