"""Tempo from sound alone: how well a pulse of each tempo explains the onsets of a clip.

Onset strength in four bands, its autocorrelation sampled at multiples of the beat, and its spectrum at the beat and
its harmonics; a broad preference for tempi a foot would tap (log-normal around 115 beats a minute, after Moelants
2002). The combination and its figures are ours.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from .config import MelSpec
from .features import log_mel

RATE = 100  # onset frames a second
TEMPI = np.geomspace(40.0, 230.0, 500)  # candidates, beats per minute
_BANDS = 4
_CENTRE, _WIDTH = 115.0, 0.9  # of the preference: beats per minute, octaves
_MULTIPLES = np.arange(1, 9)


def onset_strength(samples: np.ndarray, *, sample_rate: int) -> np.ndarray:
    """How much louder each band has become: samples [N] -> float64 [4 bands, T] at RATE frames a second."""
    spec = MelSpec(sample_rate=sample_rate, window=1024, hop=sample_rate // RATE, bands=48, floor=1e-4)
    level = log_mel(samples, spec).astype(np.float64).T
    rise = np.maximum(level[:, 2:] - level[:, :-2], 0.0)  # over 20 ms
    bands = rise.reshape(_BANDS, -1, rise.shape[1]).mean(1)
    bands = np.pad(bands, ((0, 0), (1, 1)))
    around = np.stack([np.convolve(band, np.hanning(RATE), "same") / np.hanning(RATE).sum() for band in bands])
    return np.maximum(bands - around, 0.0)


def _autocorrelation(bands: np.ndarray) -> np.ndarray:
    """[bands, T] -> [T // 2 + 1], unbiased, summed over bands of equal weight; 1 at lag 0."""
    length = bands.shape[1]
    centred = bands - bands.mean(1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(centred, n=2 * length)) ** 2
    lags = np.fft.irfft(spectrum)[:, : length // 2 + 1] / (length - np.arange(length // 2 + 1))
    strong = lags[:, :1] > 1e-12
    lags = np.where(strong, lags / np.maximum(lags[:, :1], 1e-12), 0.0)
    return lags.mean(0)


def beat_autocorrelation(samples: np.ndarray, bpm: float, *, sample_rate: int, within: float = 0.03) -> float:
    """How much the onsets of samples [N] come again a beat of ``bpm`` later, up to 1: the best lag ``within`` that share of it."""
    lags = _autocorrelation(onset_strength(samples, sample_rate=sample_rate))
    lag = 60.0 * RATE / bpm
    at = np.linspace(lag * (1 - within), lag * (1 + within), 25)
    return float(np.interp(at, np.arange(len(lags)), lags, right=0.0).max())


def tempo_salience(samples: np.ndarray, *, sample_rate: int) -> np.ndarray:
    """How well each of TEMPI explains the onsets: samples [N] -> [500]."""
    bands = onset_strength(samples, sample_rate=sample_rate)
    lags = _autocorrelation(bands)
    period = 60.0 * RATE / TEMPI
    at = np.outer(period, _MULTIPLES)
    inside = at < len(lags) - 1
    comb = np.where(inside, np.interp(at, np.arange(len(lags)), lags), 0.0).sum(1) / np.maximum(inside.sum(1), 1)
    time = np.arange(bands.shape[1]) / RATE
    centred = bands / np.maximum(np.linalg.norm(bands, axis=1, keepdims=True), 1e-9)
    centred = (centred - centred.mean(1, keepdims=True)) * np.hanning(bands.shape[1])
    waves = np.exp(-2j * np.pi * np.outer(TEMPI / 60.0, time))
    pulse = sum(np.abs(centred @ (waves**harmonic).T).sum(0) * weight for harmonic, weight in ((1, 1.0), (2, 0.5)))
    preference = np.exp(-0.5 * (np.log2(TEMPI / _CENTRE) / _WIDTH) ** 2)
    return np.maximum(comb, 0.0) * pulse**0.5 * preference


def tempo(samples: np.ndarray, *, sample_rate: int) -> float:
    """Beats per minute of samples [N]; 0 where nothing pulses."""
    salience = tempo_salience(samples, sample_rate=sample_rate)
    best = int(salience.argmax())
    if salience[best] <= 0:
        return 0.0
    if not 0 < best < len(TEMPI) - 1:
        return float(TEMPI[best])
    before, here, after = salience[best - 1 : best + 2]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(TEMPI[best] * (TEMPI[1] / TEMPI[0]) ** shift)


def agrees(measured: float, stated: float, *, tolerance: float = 0.04) -> bool:
    """Within the tolerance of the stated tempo, its half or its double."""
    return any(abs(measured / (stated * factor) - 1) <= tolerance for factor in (0.5, 1.0, 2.0)) if stated > 0 else False


class Grid(NamedTuple):
    """A steady beat: one falls on ``first`` seconds, 0 or a little more. ``clarity``: how far onsets keep to it, 0 to 1."""

    bpm: float
    first: float
    clarity: float


def loudest_rises(samples: np.ndarray, *, sample_rate: int, most: float = 1.0) -> np.ndarray:
    """How much amplitude has risen over 20 ms, loud sounds counting most: samples [N] -> [T] at RATE, about 0 to 1, ``most`` at most.

    Decibels, as in ``onset_strength``, tell tempo better; amplitudes tell beats from off-beats: what is on a beat is louder.
    """
    spec = MelSpec(sample_rate=sample_rate, window=2048, hop=sample_rate // RATE, bands=64, floor=1e-4)
    level = 10.0 ** log_mel(samples, spec).astype(np.float64).T
    rise = np.pad(np.maximum(level[:, 2:] - level[:, :-2], 0.0).sum(axis=0), (1, 1))
    return np.minimum(rise / max(float(np.quantile(rise, 0.98)), 1e-6), most)


def beat_grid(samples: np.ndarray, sample_rate: int, *, bpm: float = 0.0) -> Grid:
    """The steady beat that the onsets of samples [N] keep to most nearly, around ``bpm`` or the tempo measured.

    Every pace within 4 % and every phase is tried: the strength of onsets on its beats beside that anywhere.
    """
    long_enough = len(samples) >= 2 * sample_rate
    bpm = bpm or (tempo(samples, sample_rate=sample_rate) if long_enough else 0.0)
    if bpm <= 0 or not long_enough:
        return Grid(0.0, 0.0, 0.0)
    strength = np.convolve(loudest_rises(samples, sample_rate=sample_rate), np.hanning(9)[1:-1] / np.hanning(9).sum(), "same")
    return max((_phase(strength, bpm * float(pace)) for pace in np.linspace(0.96, 1.04, 81)), key=lambda grid: grid.clarity)


def _phase(strength: np.ndarray, bpm: float) -> Grid:
    """The best phase of one pace, for onset strength [T]."""
    period = 60.0 * RATE / bpm
    begins = np.arange(0.0, period)  # frames
    beats = begins[:, None] + period * np.arange(max(1, int((len(strength) - period) / period)))
    on = np.interp(beats, np.arange(len(strength)), strength).mean(axis=1)
    best = int(on.argmax())
    contrast = (on[best] - on.mean()) / max(on[best] + on.mean(), 1e-9)
    return Grid(bpm, float(begins[best]) / RATE, float(contrast))


def bar_line(samples: np.ndarray, sample_rate: int, grid: Grid, *, beats: int) -> float:
    """Seconds of the first beat of ``grid`` that begins a bar of ``beats``: where the sound changes most from beat to beat."""
    period = 60.0 / grid.bpm
    spec = MelSpec(sample_rate=sample_rate, window=4096, hop=sample_rate // RATE, bands=96, floor=1e-3)
    level = log_mel(samples, spec).astype(np.float64)
    count = int((len(level) / RATE - grid.first) / period)
    if count <= beats:
        return grid.first
    edges = np.round((grid.first + period * np.arange(count + 1)) * RATE).astype(int)
    means = np.stack([level[start : max(stop, start + 1)].mean(axis=0) for start, stop in itertools.pairwise(edges)])
    change = np.abs(np.diff(means, axis=0)).mean(axis=1)
    rises = np.pad(loudest_rises(samples, sample_rate=sample_rate, most=np.inf), (0, RATE))
    strong = np.array([rises[max(0, edge - 3) : edge + 6].max() for edge in edges[1:-1]])
    news = change / max(change.mean(), 1e-9) + 0.5 * strong / max(strong.mean(), 1e-9)  # ours, measured on composed clips
    place = 1 + int(np.argmax([news[first::beats].mean() for first in range(beats)]))
    return grid.first + period * (place % beats)
