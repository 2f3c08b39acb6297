"""Effects that announce or mark a section: risers, falls, impacts, reversed cymbals."""

from __future__ import annotations

import numpy as np

from libretto.corpus.sound.oscillators import filtered

LOW, BAND, HIGH = range(3)


def sweep(kind: str, seconds: float, frequency: float, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """float32 [2, M] of one effect: rise and reverse end after ``seconds``, fall and impact ring on."""
    made = {"rise": _rise, "fall": _fall, "impact": _impact, "reverse": _reverse}[kind](
        max(seconds, 0.1), frequency, rng, float(sample_rate)
    )
    edge = min(made.shape[-1] // 4, sample_rate // 100)
    made[:, -edge:] *= np.linspace(1, 0, edge)
    made[:, :edge] *= np.linspace(0, 1, edge) if kind != "impact" else 1.0
    return (made / (np.abs(made).max() + 1e-9)).astype(np.float32)


def _noise(rng: np.random.Generator, cutoffs: np.ndarray, resonance: float, rate: float, mode: int) -> np.ndarray:
    """[2, N] noise, different on both sides, through a moving filter."""
    sides = rng.standard_normal((2, cutoffs.size)) + 0.7 * rng.standard_normal(cutoffs.size)
    return np.stack([filtered(side, cutoffs, resonance, rate, mode) for side in sides])


def _tone(frequencies: np.ndarray, rng: np.random.Generator, rate: float) -> np.ndarray:
    """[2, N] two detuned triangles following a path."""
    apart = rng.uniform(1.004, 1.012)
    turns = np.cumsum(frequencies) / rate
    return np.stack([2 * np.abs(2 * (turn % 1) - 1) - 1 for turn in (turns, turns * apart)])


def _path(count: int, low: float, high: float, bend: float) -> np.ndarray:
    return low * (high / low) ** (np.linspace(0, 1, count) ** bend)


def _rise(seconds: float, frequency: float, rng: np.random.Generator, rate: float) -> np.ndarray:
    count = int(seconds * rate)
    t = np.linspace(0, 1, count)
    cutoffs = _path(count, rng.uniform(150, 400), rng.uniform(5000, 9500), rng.uniform(0.8, 1.6))
    made = _noise(rng, cutoffs, rng.uniform(1.0, 3.5), rate, BAND) * t ** rng.uniform(1.2, 2.2)
    if rng.random() < 0.5:
        tone = _tone(_path(count, frequency, frequency * rng.choice([2.0, 4.0]), 1.3), rng, rate)
        made += rng.uniform(0.15, 0.4) * tone * t**1.5
    if rng.random() < 0.35:
        made *= 1 - 0.6 * (0.5 + 0.5 * np.sin(2 * np.pi * np.cumsum(_path(count, 2.0, 14.0, 1.0)) / rate))
    return made


def _fall(seconds: float, frequency: float, rng: np.random.Generator, rate: float) -> np.ndarray:
    count = int(seconds * rate)
    t = np.linspace(0, 1, count)
    cutoffs = _path(count, rng.uniform(150, 350), rng.uniform(5000, 9500), rng.uniform(0.8, 1.4))[::-1].copy()
    made = _noise(rng, cutoffs, rng.uniform(0.9, 2.5), rate, BAND) * (1 - t) ** rng.uniform(1.0, 1.8)
    if rng.random() < 0.4:
        made += 0.25 * _tone(_path(count, frequency / 4, 2 * frequency, 1.0)[::-1], rng, rate) * (1 - t) ** 1.3
    return made


def _impact(seconds: float, frequency: float, rng: np.random.Generator, rate: float) -> np.ndarray:
    count = int(max(seconds, 2.2) * rate)
    t = np.arange(count) / rate
    base = rng.uniform(34, 52)
    boom = np.sin(2 * np.pi * np.cumsum(base * (1 + rng.uniform(1.0, 2.2) * np.exp(-t / 0.06))) / rate)
    boom = np.tanh(2.0 * boom * np.exp(-t / rng.uniform(0.5, 0.9)))
    tail = _noise(rng, 90 + rng.uniform(1500, 4500) * np.exp(-t / 0.25), 0.8, rate, LOW)
    crack = _noise(rng, np.full(count, rng.uniform(1200, 2600)), 0.7, rate, BAND) * np.exp(-t / 0.03)
    return 1.3 * boom + 0.5 * tail * np.exp(-t / rng.uniform(0.5, 1.0)) + 0.5 * crack


def _reverse(seconds: float, frequency: float, rng: np.random.Generator, rate: float) -> np.ndarray:
    count = int(seconds * rate)
    back = np.arange(count)[::-1] / rate
    ring = seconds * rng.uniform(0.22, 0.38)
    made = _noise(rng, 2200 + 3500 * np.exp(-back / ring), 0.7, rate, HIGH)
    plate = sum(np.sin(2 * np.pi * f * back + rng.uniform(0, 6)) for f in rng.uniform(380, 5200, 14)) / 7
    return (made + 0.5 * plate) * np.exp(-back / ring)
