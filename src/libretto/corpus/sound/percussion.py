"""Hand percussion made in code: skins, bars, scrapes, shakes and whistles, a one-shot each.

A skin sounds at the modes of a circular membrane, 1, 1.59, 2.14, 2.30, 2.65 (Fletcher and Rossing, "The physics of
musical instruments", 1998, chapter 18); the rest of the figures are ours. Every maker takes ``rng``, ``rate`` and
``tune`` (about 1: the size of this specimen) and returns float64 [N].
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from libretto.corpus.sound.oscillators import filtered

LOW, BAND, HIGH = range(3)
MEMBRANE = ((1.0, 1.0, 1.0), (1.59, 0.5, 0.6), (2.14, 0.35, 0.45), (2.3, 0.2, 0.4), (2.65, 0.2, 0.35))
Maker = Callable[[np.random.Generator, float, float], np.ndarray]


def _time(seconds: float, rate: float) -> np.ndarray:
    return np.arange(int(seconds * rate)) / rate


def _passed(samples: np.ndarray, hertz: float, resonance: float, rate: float, mode: int) -> np.ndarray:
    return filtered(samples, np.full(len(samples), float(hertz)), float(resonance), float(rate), mode)


def skin(
    rng: np.random.Generator, rate: float, tune: float, *, hertz: float, ring: float, bend: float = 0.1,
    slap: float = 0.3, slap_hertz: float = 1800.0, buzz: float = 0.0, drive: float = 1.0, modes: float = 1.0,
) -> np.ndarray:  # fmt: skip
    """A struck skin: ``ring`` seconds to 1/e, pitch falling by ``bend``, ``slap`` of the hand, ``buzz`` of snares."""
    ring *= rng.uniform(0.8, 1.25)
    t = _time(min(2.2, 5 * ring + 0.08), rate)
    turns = np.cumsum(tune * hertz * (1 + bend * np.exp(-t / 0.03))) / rate
    body = sum(
        (level if number == 0 else modes * level * rng.uniform(0.6, 1.3))
        * np.sin(2 * np.pi * ratio * turns) * np.exp(-t / (ring * share))
        for number, (ratio, level, share) in enumerate(MEMBRANE)
    )  # fmt: skip
    noise = rng.standard_normal(len(t))
    made = 0.7 * body + slap * 1.6 * _passed(noise, slap_hertz, 0.9, rate, BAND) * np.exp(-t / 0.012)
    if buzz:
        made += buzz * _passed(noise, 2500.0, 0.7, rate, HIGH) * np.exp(-t / rng.uniform(0.06, 0.14))
    return np.tanh(drive * made) * np.clip(t / 0.0006, 0, 1)


def bar(
    rng: np.random.Generator, rate: float, tune: float, *, hertz: float, ring: float,
    ratios: tuple[float, ...] = (1.0, 1.48), knock: float = 0.1,
) -> np.ndarray:  # fmt: skip
    """Struck wood or metal: a few partials and a knock."""
    t = _time(min(2.4, 6 * ring), rate)
    made = sum(
        rng.uniform(0.7, 1.0) / (1 + 0.5 * number) * np.sin(2 * np.pi * hertz * tune * ratio * t)
        * np.exp(-t * (1 + 0.6 * number) / ring)
        for number, ratio in enumerate(ratios) if hertz * tune * ratio < 0.45 * rate
    )  # fmt: skip
    made = made + knock * rng.standard_normal(len(t)) * np.exp(-t / 0.004)
    return 0.7 * made * np.clip(t / 0.0005, 0, 1)


def shaken(
    rng: np.random.Generator, rate: float, tune: float, *, hertz: float, ring: float, rise: float = 0.008,
    resonance: float = 1.5, jingles: float = 0.0,
) -> np.ndarray:  # fmt: skip
    """Beads or seeds, and the little plates of a tambourine."""
    t = _time(rise + 5 * ring, rate)
    made = 1.7 * _passed(rng.standard_normal(len(t)), hertz * tune, resonance, rate, BAND)
    if jingles:
        plates = rng.uniform(4200, 9000, 7)
        made = (1 - jingles) * made + jingles * 0.5 * sum(
            np.sin(2 * np.pi * f * t + rng.uniform(0, 6)) * np.exp(-t / rng.uniform(0.6 * ring, 2 * ring)) for f in plates
        )
    return made * np.clip(t / rise, 0, 1) * np.exp(-np.maximum(t - rise, 0) / ring)


def scraped(rng: np.random.Generator, rate: float, tune: float, *, seconds: float, teeth: int) -> np.ndarray:
    """A guiro: a row of clicks through a gourd, faster towards the end."""
    seconds *= rng.uniform(0.85, 1.2)
    t = _time(seconds + 0.03, rate)
    clicks = np.zeros(len(t))
    places = (np.linspace(0, 1, teeth) ** 0.8 * seconds * rate).astype(int)
    clicks[np.minimum(places + rng.integers(0, 12, teeth), len(t) - 1)] = rng.uniform(0.6, 1.0, teeth)
    grain = np.exp(-_time(0.006, rate) / 0.0018) * rng.standard_normal(len(_time(0.006, rate)))
    made = np.convolve(clicks, grain)[: len(t)]
    made = _passed(made, tune * 2600.0, 2.0, rate, BAND) + 0.5 * _passed(made, tune * 5200.0, 2.5, rate, BAND)
    return 2.2 * made * np.clip(t / (0.3 * seconds), 0.3, 1)


def rattled(rng: np.random.Generator, rate: float, tune: float) -> np.ndarray:
    """A vibraslap: loose teeth against a box, dying away."""
    t = _time(1.1, rate)
    pulse = np.maximum(np.sin(2 * np.pi * rng.uniform(21, 27) * t), 0) ** 8
    return 2.0 * _passed(rng.standard_normal(len(t)) * pulse, tune * 2300.0, 4.0, rate, BAND) * np.exp(-t / 0.35)


def whistled(rng: np.random.Generator, rate: float, tune: float, *, seconds: float) -> np.ndarray:
    """An apito: a pea trills in the whistle."""
    t = _time(seconds, rate)
    trill = np.sin(2 * np.pi * rng.uniform(26, 36) * t)
    turns = np.cumsum(tune * rng.uniform(2150, 2500) * (1 + 0.025 * trill)) / rate
    air = 0.25 * _passed(rng.standard_normal(len(t)), 2400.0, 3.0, rate, BAND)
    return (np.sin(2 * np.pi * turns) * (0.75 + 0.25 * trill) + air) * np.clip(t / 0.012, 0, 1) * np.clip((seconds - t) / 0.03, 0, 1)


def rubbed(rng: np.random.Generator, rate: float, tune: float, *, low: float, high: float, seconds: float) -> np.ndarray:
    """A cuica: the stick rubbed inside the drum, its pitch squeezed up or let down."""
    t = _time(seconds, rate)
    turns = np.cumsum(tune * (low + (high - low) * np.clip(t / (0.6 * seconds), 0, 1))) / rate
    voice = sum(np.sin(2 * np.pi * k * turns) / k**1.4 for k in range(1, 5))
    return 0.7 * voice * (1 + 0.2 * rng.standard_normal(len(t))) * np.clip(t / 0.02, 0, 1) * np.clip((seconds - t) / 0.05, 0, 1)


def cymbals(rng: np.random.Generator, rate: float, tune: float, *, ring: float, hertz: float = 2600.0) -> np.ndarray:
    """A pair of plates or a gong: many partials under noise."""
    t = _time(min(2.8, 4 * ring), rate)
    plate = sum(np.sin(2 * np.pi * f * t + rng.uniform(0, 6)) for f in rng.uniform(0.15, 3.0, 24) * hertz * tune) / 7
    wash = _passed(rng.standard_normal(len(t)), hertz, 0.7, rate, HIGH)
    return (0.6 * plate + 0.7 * wash * np.clip(t / 0.006, 0, 1)) * np.exp(-t / ring)


# By General MIDI drum number: what hands play, in any kit.
HAND: dict[int, Maker] = {
    54: partial(shaken, hertz=6500.0, ring=0.06, rise=0.004, jingles=0.6),
    56: partial(bar, hertz=560.0, ring=0.09),
    58: rattled,
    60: partial(skin, hertz=420.0, ring=0.07, slap=0.35, slap_hertz=2600.0),
    61: partial(skin, hertz=300.0, ring=0.09, slap=0.3),
    62: partial(skin, hertz=330.0, ring=0.035, slap=0.7, slap_hertz=2400.0),
    63: partial(skin, hertz=285.0, ring=0.16, slap=0.2),
    64: partial(skin, hertz=200.0, ring=0.19, slap=0.2, slap_hertz=1300.0),
    65: partial(skin, hertz=390.0, ring=0.14, slap=0.5, slap_hertz=3200.0, bend=0.03, modes=1.6),
    66: partial(skin, hertz=290.0, ring=0.17, slap=0.45, slap_hertz=2800.0, bend=0.03, modes=1.6),
    67: partial(bar, hertz=1250.0, ring=0.16, ratios=(1.0, 1.51, 2.76)),
    68: partial(bar, hertz=880.0, ring=0.18, ratios=(1.0, 1.51, 2.76)),
    69: partial(shaken, hertz=6200.0, ring=0.02, rise=0.018, resonance=1.1),
    70: partial(shaken, hertz=5600.0, ring=0.022, rise=0.006, resonance=1.2),
    71: partial(whistled, seconds=0.12),
    72: partial(whistled, seconds=0.4),
    73: partial(scraped, seconds=0.1, teeth=14),
    74: partial(scraped, seconds=0.34, teeth=38),
    75: partial(bar, hertz=2450.0, ring=0.028, ratios=(1.0, 2.9), knock=0.15),
    76: partial(bar, hertz=900.0, ring=0.03, ratios=(1.0, 2.3), knock=0.12),
    77: partial(bar, hertz=640.0, ring=0.035, ratios=(1.0, 2.3), knock=0.12),
    78: partial(rubbed, low=520.0, high=620.0, seconds=0.12),
    79: partial(rubbed, low=300.0, high=520.0, seconds=0.3),
    80: partial(bar, hertz=4100.0, ring=0.05, ratios=(1.0, 1.46, 2.1), knock=0.02),
    81: partial(bar, hertz=4100.0, ring=0.45, ratios=(1.0, 1.46, 2.1), knock=0.02),
    82: partial(shaken, hertz=5200.0, ring=0.03, rise=0.02),
    83: partial(shaken, hertz=7000.0, ring=0.09, jingles=0.9),
    85: partial(bar, hertz=1900.0, ring=0.012, ratios=(1.0, 1.7), knock=0.5),
    86: partial(skin, hertz=72.0, ring=0.09, slap=0.25, slap_hertz=500.0, bend=0.15, drive=1.2),
    87: partial(skin, hertz=64.0, ring=0.34, slap=0.15, slap_hertz=400.0, bend=0.12, drive=1.2),
}
_CAIXA = partial(skin, hertz=330.0, ring=0.05, slap=0.6, slap_hertz=3000.0, buzz=0.8)
_TIMBALE_SHELL = partial(bar, hertz=1650.0, ring=0.022, ratios=(1.0, 1.37, 2.2), knock=0.5)

# What a kit of percussion has in the place of kick, snare, hi-hat, toms and cymbals.
KITS: dict[str, dict[int, Maker]] = {
    "latin": {
        37: partial(bar, hertz=1500.0, ring=0.02, knock=0.5), 51: _TIMBALE_SHELL,
        53: partial(bar, hertz=720.0, ring=0.14, ratios=(1.0, 1.48, 2.4)), 45: HAND[66], 48: HAND[65],
    },
    "samba": {
        36: HAND[87], 38: _CAIXA, 37: partial(bar, hertz=1900.0, ring=0.015, knock=0.6),
        42: partial(shaken, hertz=7000.0, ring=0.025, rise=0.003, jingles=0.5),
        44: partial(shaken, hertz=6500.0, ring=0.02, rise=0.003, jingles=0.4),
        46: partial(shaken, hertz=7000.0, ring=0.09, rise=0.003, jingles=0.6),
        41: HAND[87], 43: HAND[86], 45: partial(skin, hertz=150.0, ring=0.16, slap=0.3), 48: HAND[61],
    },
    "afro": {
        36: partial(skin, hertz=68.0, ring=0.3, slap=0.2, slap_hertz=700.0, drive=1.3),
        38: partial(skin, hertz=390.0, ring=0.05, slap=0.8, slap_hertz=3000.0, modes=1.4),
        37: partial(skin, hertz=260.0, ring=0.11, slap=0.3),
        42: partial(shaken, hertz=5200.0, ring=0.025, rise=0.012), 44: partial(shaken, hertz=4600.0, ring=0.02, rise=0.02),
        46: partial(shaken, hertz=5200.0, ring=0.08, rise=0.02),
        41: partial(skin, hertz=78.0, ring=0.25, drive=1.2), 43: partial(skin, hertz=98.0, ring=0.22),
        45: partial(skin, hertz=190.0, ring=0.16), 47: partial(skin, hertz=240.0, ring=0.14),
        48: partial(skin, hertz=300.0, ring=0.12), 50: partial(skin, hertz=360.0, ring=0.1),
        51: partial(bar, hertz=980.0, ring=0.16, ratios=(1.0, 1.53, 2.6)),
    },
    "cajon": {
        36: partial(skin, hertz=82.0, ring=0.085, slap=0.45, slap_hertz=600.0, bend=0.25, drive=1.3, modes=0.6),
        38: partial(skin, hertz=235.0, ring=0.04, slap=0.9, slap_hertz=2600.0, buzz=0.45, modes=1.3),
        37: partial(skin, hertz=420.0, ring=0.02, slap=0.7, slap_hertz=3200.0, buzz=0.15),
        42: partial(shaken, hertz=6000.0, ring=0.02, rise=0.008), 46: partial(shaken, hertz=6500.0, ring=0.07, jingles=0.5),
        41: partial(skin, hertz=95.0, ring=0.12, slap=0.4, slap_hertz=700.0), 43: HAND[64], 45: HAND[63], 48: HAND[60],
    },
    "marching": {
        36: partial(skin, hertz=58.0, ring=0.28, slap=0.35, slap_hertz=500.0, bend=0.12, drive=1.3),
        38: partial(skin, hertz=310.0, ring=0.045, slap=0.8, slap_hertz=3400.0, buzz=1.0, bend=0.03),
        37: partial(bar, hertz=2100.0, ring=0.012, knock=0.9),
        41: partial(skin, hertz=130.0, ring=0.15, slap=0.4), 43: partial(skin, hertz=165.0, ring=0.14, slap=0.4),
        45: partial(skin, hertz=205.0, ring=0.12, slap=0.45), 47: partial(skin, hertz=250.0, ring=0.11, slap=0.45),
        48: partial(skin, hertz=300.0, ring=0.1, slap=0.5), 50: partial(skin, hertz=360.0, ring=0.09, slap=0.5),
        49: partial(cymbals, ring=0.6), 42: partial(bar, hertz=2300.0, ring=0.01, knock=0.8),
    },
    "taiko": {
        36: partial(skin, hertz=56.0, ring=0.5, slap=0.35, slap_hertz=420.0, bend=0.3, drive=1.6),
        38: partial(skin, hertz=120.0, ring=0.24, slap=0.5, slap_hertz=1200.0, bend=0.15, drive=1.3),
        37: partial(bar, hertz=1300.0, ring=0.02, ratios=(1.0, 1.6, 2.4), knock=0.7),
        42: partial(bar, hertz=1600.0, ring=0.016, knock=0.8), 44: partial(bar, hertz=1250.0, ring=0.018, knock=0.7),
        46: partial(skin, hertz=430.0, ring=0.09, slap=0.6, slap_hertz=3000.0),
        41: partial(skin, hertz=66.0, ring=0.42, slap=0.35, slap_hertz=500.0, bend=0.25, drive=1.5),
        43: partial(skin, hertz=84.0, ring=0.36, slap=0.4, slap_hertz=700.0, bend=0.2, drive=1.4),
        45: partial(skin, hertz=108.0, ring=0.3, slap=0.45, drive=1.3), 47: partial(skin, hertz=140.0, ring=0.24, slap=0.5),
        48: partial(skin, hertz=180.0, ring=0.2, slap=0.5), 50: partial(skin, hertz=230.0, ring=0.16, slap=0.6),
        49: partial(cymbals, ring=1.0, hertz=1500.0), 51: partial(bar, hertz=2100.0, ring=0.3, ratios=(1.0, 1.47, 2.09)),
    },
}  # fmt: skip
