"""The table of built-in synth patches: what each is made of. `patches` varies and plays them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from libretto.corpus.effects import Band
from libretto.corpus.oscillators import PULSE, SAW, SINE, STEPPED, TRIANGLE, Shape


@dataclass(frozen=True)
class Patch:
    """What every recipe shares. ``level`` evens loudness out; ``touch`` is the exponent of the velocity."""

    shape: Shape
    level: float = 1.0
    touch: float = 1.2
    drive: float = 0.0
    bands: tuple[Band, ...] = ()
    chorus: float = 0.0
    accent: float = 0.5  # how much velocity opens the filter or the modulation, 0..1
    mono: bool = False  # a new note ends the one before


@dataclass(frozen=True)
class Subtractive(Patch):
    """Detuned oscillators through a low-pass filter."""

    wave: int = SAW
    detune: tuple[float, ...] = (0.0,)  # cents
    spread: float = 0.0


@dataclass(frozen=True)
class Modulated(Patch):
    """Phase modulation; ``operators`` are (ratio, index, seconds)."""

    operators: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class Additive(Patch):
    """Partials; ``partials(frequency, velocity 0..1)`` gives ratios, levels, decays."""

    partials: Callable[[float, float], tuple[np.ndarray, np.ndarray, np.ndarray]] | None = None
    spread: float = 0.0


@dataclass(frozen=True)
class Plucked(Patch):
    """A Karplus-Strong string."""

    brightness: float = 0.6
    position: float = 0.2
    sustain: float = 4.0


def _piano(frequency: float, velocity: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stiff strings, two per note: inharmonic partials, a node at the hammer, bass ringing longer."""
    number = np.arange(1, 1 + int(np.clip(9000 / frequency, 3, 22)), dtype=np.float64)
    stiffness = 1.2e-4 * (frequency / 262) ** 1.3
    stretched = number * np.sqrt((1 + stiffness * number**2) / (1 + stiffness))
    levels = np.abs(np.sin(np.pi * number * 0.121)) / number ** (2.3 - 1.2 * velocity)
    seconds = 1.9 * (262 / frequency) ** 0.55 / (1 + 0.22 * (number - 1))
    ratios = np.concatenate([stretched * 1.0003, stretched * 0.9997])
    levels = np.concatenate([levels, 0.8 * levels]) / levels.sum()
    return ratios, levels, np.concatenate([seconds, 0.35 * seconds])


def _organ(frequency: float, velocity: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Drawbars 8', 4', 2 2/3', 2', 1 3/5' and a short percussion on the third harmonic."""
    ratios = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 3.0])
    levels = np.array([1.0, 0.7, 0.45, 0.3, 0.12, 0.15, 0.12, 0.5 * velocity])
    return ratios, levels * 0.4, np.array([60.0] * 7 + [0.12])


_LEAD_VIBRATO = {"vibrato_rate": 5.3, "vibrato_cents": 9.0, "vibrato_delay": 0.3}
_PULSE = {"attack": 0.001, "decay": 0.3, "sustain": 0.6, "release": 0.03, "cutoff": 10500.0}

PATCHES: dict[str, Patch] = {
    # basses
    "saw_bass": Subtractive(
        Shape(0.004, 0.3, 0.6, 0.07, 260.0, 1.0, 1700.0, 0.0, 0.14, 1.3), 0.8, detune=(-6, 6), mono=True
    ),
    "sub_bass": Subtractive(Shape(0.008, 0.8, 0.85, 0.08, 3000.0), 1.0, drive=0.9, wave=SINE, mono=True),
    "reese_bass": Subtractive(
        Shape(0.01, 1.0, 0.9, 0.1, 520.0, 1.0, 500.0, 0.0, 0.8, 1.1, 0.15, 0.45),
        0.8,
        drive=1.2,
        detune=(-18, 0, 17),
        spread=0.3,
        mono=True,
    ),
    "bass_808": Subtractive(
        Shape(0.002, 1.1, 0.15, 0.12, 2500.0, glide_cents=1500.0, glide_seconds=0.018),
        1.0,
        drive=1.7,
        wave=SINE,
        mono=True,
    ),
    "triangle_bass": Subtractive(Shape(0.001, 1.0, 0.95, 0.02, 10500.0), 0.8, 0.4, wave=STEPPED, mono=True),
    "acid": Subtractive(
        Shape(0.002, 0.25, 0.45, 0.05, 300.0, 1.0, 2300.0, 0.0, 0.11, 5.5, 0.07, 0.5),
        0.6,
        drive=1.3,
        accent=0.9,
        mono=True,
    ),
    # pads
    "warm_pad": Subtractive(
        Shape(0.4, 2.0, 0.8, 0.9, 800.0, 0.8, 700.0, 0.5, 1.5, 0.8, 0.09, 0.3),
        0.5,
        detune=(-11, -4, 5, 12),
        spread=0.8,
        chorus=0.4,
    ),
    "dark_pad": Subtractive(
        Shape(0.6, 2.0, 0.8, 1.1, 380.0, 0.7, 300.0, 0.8, 2.0, 0.9, 0.06, 0.35),
        0.6,
        detune=(-14, 0, 13),
        spread=0.8,
        chorus=0.3,
    ),
    "glass_pad": Modulated(
        Shape(0.35, 3.0, 0.75, 1.0),
        0.5,
        chorus=0.8,
        operators=((3.0, 0.5, 3.0), (7.0, 0.22, 1.6), (1.003, 0.35, 9.0)),
    ),
    "choir_pad": Subtractive(
        Shape(0.25, 2.0, 0.9, 0.6, 4500.0, vibrato_rate=5.0, vibrato_cents=14.0, vibrato_delay=0.2),
        0.6,
        detune=(-9, 0, 8),
        spread=0.7,
        chorus=0.5,
        bands=(
            Band("peak", 750, 9, 2.5),
            Band("peak", 1150, 7, 3.0),
            Band("peak", 2800, 4, 3.0),
            Band("low_pass", 3600),
        ),
    ),
    "string_pad": Subtractive(
        Shape(0.18, 2.0, 0.9, 0.5, 2600.0, 1.5, 800.0, 0.3, 1.5, 0.7, 0.11, 0.15),
        0.5,
        detune=(-10, -3, 4, 11),
        spread=0.9,
        chorus=0.6,
        bands=(Band("peak", 350, -2, 1.0),),
    ),
    # leads
    "supersaw": Subtractive(
        Shape(0.008, 0.6, 0.75, 0.25, 2600.0, 1.0, 3500.0, 0.0, 0.5, 0.8),
        0.5,
        detune=(-19, -11, -4, 0, 5, 12, 20),
        spread=0.9,
    ),
    "lead_saw": Subtractive(
        Shape(0.012, 0.4, 0.8, 0.18, 2200.0, 1.0, 2600.0, 0.0, 0.4, 1.3, glide_cents=-40.0, **_LEAD_VIBRATO),
        0.6,
        detune=(-7, 7),
        spread=0.3,
        mono=True,
    ),
    "square_lead": Subtractive(Shape(**_PULSE, **_LEAD_VIBRATO), 0.5, 0.5, wave=PULSE, mono=True),
    "pulse_lead": Subtractive(
        Shape(pulse_width=0.25, **_PULSE, **_LEAD_VIBRATO), 0.5, 0.5, wave=PULSE, mono=True
    ),
    "thin_pulse": Subtractive(Shape(pulse_width=0.125, **_PULSE), 0.5, 0.5, wave=PULSE),
    "pluck": Subtractive(
        Shape(0.002, 0.2, 0.04, 0.16, 600.0, 1.0, 4800.0, 0.0, 0.1, 1.6), 0.7, detune=(-5, 6), spread=0.4
    ),
    "bell": Modulated(Shape(0.001, 0.8, 0.0, 0.9), 0.6, operators=((3.5, 1.6, 0.35), (7.1, 0.35, 0.08))),
    "fm_stab": Modulated(
        Shape(0.001, 0.14, 0.2, 0.1),
        0.7,
        accent=0.8,
        operators=((2.0, 2.4, 0.09), (5.03, 1.0, 0.06), (1.0, 0.8, 0.3)),
    ),
    # keys and mallets
    "organ": Additive(Shape(0.004, release=0.06), 0.7, 0.6, chorus=0.5, partials=_organ),
    "electric_piano": Modulated(
        Shape(0.002, 1.3, 0.05, 0.18),
        0.7,
        chorus=0.4,
        accent=0.9,
        operators=((1.0, 1.1, 0.6), (14.0, 0.28, 0.05), (2.0, 0.25, 0.3)),
    ),
    "piano": Additive(Shape(0.002, release=0.22), 1.0, partials=_piano, spread=0.5),
    "mallet": Modulated(Shape(0.001, 0.35, 0.0, 0.3), 0.8, operators=((4.0, 0.7, 0.04), (9.2, 0.4, 0.012))),
    # strings
    "plucked_string": Plucked(
        Shape(release=0.12), 1.0, bands=(Band("peak", 220, 2, 1.0), Band("peak", 2500, 2, 1.0))
    ),
    "distorted_guitar": Plucked(
        Shape(release=0.06),
        1.0,
        drive=14.0,
        brightness=0.75,
        position=0.13,
        sustain=9.0,
        bands=(
            Band("high_pass", 75),
            Band("peak", 500, -3, 1.0),
            Band("peak", 2300, 4, 1.2),
            Band("low_pass", 4600, 0, 1.0),
            Band("low_pass", 5200),
        ),
    ),
    "bowed": Subtractive(
        Shape(
            0.07,
            1.0,
            0.85,
            0.14,
            2400.0,
            2.0,
            700.0,
            0.1,
            0.4,
            0.7,
            vibrato_rate=5.6,
            vibrato_cents=16.0,
            vibrato_delay=0.15,
            noise=0.02,
            glide_cents=-18.0,
        ),
        0.6,
        detune=(-3, 3),
        spread=0.2,
        bands=(Band("peak", 290, 3, 2.0), Band("peak", 1100, -3, 1.5), Band("peak", 2600, 4, 2.0)),
    ),
    # winds
    "brass": Subtractive(
        Shape(
            0.035,
            0.6,
            0.8,
            0.1,
            350.0,
            1.4,
            2600.0,
            0.06,
            0.5,
            0.8,
            vibrato_cents=7.0,
            vibrato_delay=0.4,
            glide_cents=-35.0,
            glide_seconds=0.03,
        ),
        0.7,
        detune=(-5, 5),
        spread=0.2,
        accent=0.9,
        bands=(Band("peak", 1400, 3, 1.2),),
    ),
    "reed": Subtractive(
        Shape(
            0.03,
            0.8,
            0.85,
            0.09,
            1300.0,
            1.6,
            700.0,
            0.04,
            0.6,
            0.9,
            vibrato_cents=11.0,
            vibrato_delay=0.3,
            pulse_width=0.32,
            noise=0.03,
            glide_cents=-25.0,
            glide_seconds=0.03,
        ),
        0.6,
        wave=PULSE,
        bands=(Band("peak", 900, 3, 1.5), Band("peak", 2700, 2, 2.0)),
    ),
    "flute": Subtractive(
        Shape(
            0.05,
            1.0,
            0.9,
            0.1,
            400.0,
            1.6,
            500.0,
            0.05,
            0.4,
            0.7,
            vibrato_rate=4.9,
            vibrato_cents=12.0,
            vibrato_delay=0.25,
            noise=0.06,
            glide_cents=-15.0,
            glide_seconds=0.03,
        ),
        0.9,
        wave=TRIANGLE,
        accent=0.3,
    ),
}
