"""Acoustic fingerprints: is this the same sound as that? Robust to encoding, gain, resampling and a shifted start.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (2002): every 40 ms a word of 32 bits, one for
each pair of neighbouring bands, set where the difference of their energies has grown. Two fingerprints are as far
apart as the share of bits in which they differ at their best alignment: 0 for copies, about 0.45 for different music.
The rates, bands and figures are ours: pitch and tempo must agree, this is no measure of likeness between versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from libretto.corpus.sources.source import SAMPLE_RATE
from libretto.errors import CorpusError

BITS = 32
RATE = 25  # words a second
DUPLICATE = 0.30  # nearer than this is one recording: copies were found below 0.24, different music from 0.35 on
SHORTEST = 12  # words that must overlap; shorter sounds have no near-duplicates

_AUDIO_RATE = 6_000
_WINDOW, _HOP, _LAG = 2048, _AUDIO_RATE // RATE, 4  # samples, samples, words
_LOW, _HIGH = 200.0, 2_700.0  # Hz
_SILENCE = 1e-6  # of the mean energy of a frame: below, nothing is heard
_OVERLAP = 0.5  # of the shorter fingerprint must lie on the other
_BLOCK = 4096  # frames transformed at once: bounds the memory of a long recording


@lru_cache(maxsize=1)
def _bands() -> np.ndarray:
    """The first bin of each of the 33 bands, and the end: int [34]."""
    edges = np.geomspace(_LOW, _HIGH, BITS + 2) * _WINDOW / _AUDIO_RATE
    return np.rint(edges).astype(np.intp)


def fingerprint(samples: np.ndarray, sample_rate: int = SAMPLE_RATE) -> np.ndarray:
    """uint32 [T] of samples float [N], ``RATE`` words a second. The word 0 stands where nothing is heard."""
    import soxr

    samples = np.asarray(samples, np.float32)
    if samples.ndim != 1 or not np.isfinite(samples).all():
        raise CorpusError(f"a fingerprint needs finite samples [N], got shape {list(samples.shape)}; mix to mono")
    if sample_rate != _AUDIO_RATE and len(samples):
        samples = soxr.resample(samples, sample_rate, _AUDIO_RATE, quality="LQ")
    if len(samples) < _HOP * (_LAG + 1):
        return np.zeros(0, np.uint32)
    padded = np.pad(samples, _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    window = np.hanning(_WINDOW).astype(np.float32)
    energies = np.concatenate(
        [_band_energies(frames[start : start + _BLOCK] * window) for start in range(0, len(frames), _BLOCK)]
    )
    slopes = energies[:, :-1] - energies[:, 1:]
    grown = slopes[_LAG:] > slopes[:-_LAG]
    words = np.packbits(grown, axis=1, bitorder="little").view(np.uint32)[:, 0]
    loudness = energies.sum(axis=1)
    heard = np.maximum(loudness[_LAG:], loudness[:-_LAG]) > _SILENCE * loudness.mean()
    return np.where(heard, words, 0).astype(np.uint32)


def _band_energies(frames: np.ndarray) -> np.ndarray:
    """float64 [T, 33] of windowed frames [T, _WINDOW]."""
    spectrum = np.fft.rfft(frames)
    power = spectrum.real.astype(np.float64) ** 2 + spectrum.imag.astype(np.float64) ** 2
    edges = _bands()
    return np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """0 (the same) to about 0.5 (unrelated): the share of differing bits at the best alignment.

    At least half of the shorter fingerprint must lie on the other. Frames silent in both count for nothing,
    frames silent in one as half wrong. 0.5 where too little is heard to tell.
    """
    return _best(first, second)[0]


def _best(first: np.ndarray, second: np.ndarray) -> tuple[float, int]:
    """(distance, offset): word t of ``first`` lies on word t + offset of ``second``. All alignments, by FFT."""
    shorter = min(len(first), len(second))
    needed = max(SHORTEST, int(np.ceil(_OVERLAP * shorter)))
    if shorter < needed:
        return 0.5, 0
    offsets = np.arange(needed - len(first), len(second) - needed + 1)
    size = 1 << int(np.ceil(np.log2(len(first) + len(second))))
    one, two = _planes(first), _planes(second)
    spectra = np.conj(np.fft.rfft(one, size, axis=0)), np.fft.rfft(two, size, axis=0)
    agreed = np.fft.irfft((spectra[0][:, :BITS] * spectra[1][:, :BITS]).sum(axis=1), size)
    heard, there = BITS, BITS + 1  # the last two planes
    counted = sum(
        sign * np.fft.irfft(spectra[0][:, left] * spectra[1][:, right], size)
        for sign, left, right in ((1, heard, there), (1, there, heard), (-1, heard, heard))
    )
    counts = np.rint(counted)[offsets]
    shares = np.where(counts >= SHORTEST, 0.5 - np.rint(agreed[offsets]) / (2 * BITS * np.maximum(counts, 1)), 0.5)
    place = int(np.argmin(shares))
    return float(shares[place]), int(offsets[place])


def _planes(words: np.ndarray) -> np.ndarray:
    """float64 [T, 34]: bits as -1 and 1 (0 where nothing is heard), whether it is heard, and ones."""
    heard = (words != 0).astype(np.float64)[:, None]
    bits = np.unpackbits(words.view(np.uint8).reshape(-1, 4), axis=1, bitorder="little").astype(np.float64)
    return np.concatenate([(2 * bits - 1) * heard, heard, np.ones_like(heard)], axis=1)


@dataclass(frozen=True)
class Pair:
    """Two fingerprints, ``first`` < ``second``: word t of the first lies on word t + offset of the second."""

    first: int
    second: int
    distance: float
    offset: int


class Index:
    """Finds near pairs among many fingerprints without comparing all with all.

    Words are looked up by 24 of their bits, in four tables that each leave out another eight, so a pair is met where
    any word agrees but for one byte; two such meetings at one alignment make a candidate, which is then compared bit
    by bit. Memory: about 40 bytes a word, 1 GB for 100,000 clips of 10 s.
    """

    _TABLES = 4
    _COMMON = 200  # meetings looked at for one word: the earliest, so that many copies of one sound lead to the first
    _HOPELESS = 0.1  # beyond what is looked for: such an alignment is not worth a better one nearby

    def __init__(self, prints: Sequence[np.ndarray]) -> None:
        self.prints = [np.asarray(words, np.uint32) for words in prints]
        lengths = np.array([len(words) for words in self.prints], np.int64)
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        words = np.concatenate([np.zeros(0, np.uint32), *self.prints])
        self._heard = np.flatnonzero(words).astype(np.int64)
        self._tables: list[tuple[np.ndarray, np.ndarray]] = []
        for table in range(self._TABLES):
            keys = _key(words[self._heard], table)
            order = np.argsort(keys, kind="stable").astype(np.int32)
            self._tables.append((keys[order], order))

    def pairs(self, closer_than: float = DUPLICATE) -> list[Pair]:
        """All pairs nearer than ``closer_than``, nearest first; what is found of pairs beyond 0.3 thins out."""
        found = [pair for second in range(len(self.prints)) for pair in self._before(second, closer_than)]
        return sorted(found, key=lambda pair: (pair.distance, pair.first, pair.second))

    def near(self, words: np.ndarray, closer_than: float = DUPLICATE) -> list[tuple[int, float]]:
        """(index, distance) of the fingerprints nearer to ``words`` than ``closer_than``, nearest first."""
        words = np.asarray(words, np.uint32)
        found = [(first, gap) for first, gap, _ in self._compare(words, len(self.prints), closer_than)]
        return sorted(found, key=lambda item: (item[1], item[0]))

    def _before(self, second: int, closer_than: float) -> list[Pair]:
        """Pairs of ``second`` with fingerprints of a smaller number."""
        compared = self._compare(self.prints[second], second, closer_than)
        return [Pair(first, second, gap, offset) for first, gap, offset in compared]

    def _compare(self, words: np.ndarray, limit: int, closer_than: float) -> list[tuple[int, float, int]]:
        """(number, distance, offset) for the fingerprints below ``limit`` that ``words`` meets."""
        found = []
        for first, offset in self._candidates(words, limit):
            gap, best = _aligned(self.prints[first], words, offset), offset
            if gap > closer_than + self._HOPELESS:
                continue
            for nudged in (offset - 1, offset + 1, offset - 2, offset + 2):
                gap, best = min((gap, best), (_aligned(self.prints[first], words, nudged), nudged))
            if gap < closer_than:
                found.append((first, gap, best))
        return found

    def _candidates(self, words: np.ndarray, limit: int) -> list[tuple[int, int]]:
        """(number, offset): for each fingerprint below ``limit`` met twice at one alignment, its best one."""
        places = np.flatnonzero(words)
        metwords, metplaces = [], []
        for table, (keys, order) in enumerate(self._tables):
            wanted = _key(words[places], table)
            low, high = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
            counts = np.minimum(high - low, self._COMMON)
            if not counts.any():
                continue
            within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            metwords.append(self._heard[order[np.repeat(low, counts) + within]])
            metplaces.append(np.repeat(places, counts))
        if not metwords:
            return []
        there, here = np.concatenate(metwords), np.concatenate(metplaces)
        below = there < self._starts[limit]
        there, here = there[below], here[below]
        owner = np.searchsorted(self._starts, there, side="right") - 1
        span = int(self._starts[-1]) + len(words) + 1
        offset = here - (there - self._starts[owner])
        votes, counts = np.unique(owner * 2 * span + offset + span, return_counts=True)
        votes, counts = votes[counts >= 2], counts[counts >= 2]
        order = np.lexsort((votes, -counts))
        numbers, first = np.unique(votes[order] // (2 * span), return_index=True)
        return [(int(n), int(votes[order][i] % (2 * span) - span)) for n, i in zip(numbers, first, strict=True)]


def _key(words: np.ndarray, table: int) -> np.ndarray:
    """24 of 32 bits: without the ``table``-th byte. uint32 like ``words``."""
    return words & ~np.uint32(0xFF << (8 * table))


def _aligned(first: np.ndarray, second: np.ndarray, offset: int) -> float:
    """The distance at one alignment; 0.5 where too little overlaps or is heard."""
    start, end = max(0, -offset), min(len(first), len(second) - offset)
    needed = max(SHORTEST, int(np.ceil(_OVERLAP * min(len(first), len(second)))))
    if end - start < needed:
        return 0.5
    one, two = first[start:end], second[start + offset : end + offset]
    both, either = (one != 0) & (two != 0), (one != 0) | (two != 0)
    if either.sum() < SHORTEST:
        return 0.5
    differing = int(_popcounts()[(one ^ two)[both].view(np.uint16)].sum())
    return (differing + BITS / 2 * int(either.sum() - both.sum())) / (BITS * int(either.sum()))


@lru_cache(maxsize=1)
def _popcounts() -> np.ndarray:
    """Set bits of every 16-bit number: uint8 [65536]."""
    return np.unpackbits(np.arange(65536, dtype=np.uint16).view(np.uint8).reshape(-1, 2), axis=1).sum(axis=1, dtype=np.uint8)
