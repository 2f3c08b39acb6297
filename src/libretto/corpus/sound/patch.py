"""What a built-in synth patch is made of. `patchbook` holds the recipes, `patches` varies and plays them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from libretto.corpus.sound.equaliser import Band
from libretto.corpus.sound.oscillators import SAW, Shape

Partials = Callable[[float, float], tuple[np.ndarray, np.ndarray, np.ndarray]]


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
    glide: float = 0.0  # seconds to slide from a note that is still held, of mono patches
    wobble: tuple[float, ...] = ()  # filter movements per beat, one drawn for each half bar
    vowels: str = ""  # sung by the whole part, in turn: letters of formants.VOWELS


@dataclass(frozen=True)
class Subtractive(Patch):
    """Detuned oscillators through a low-pass filter."""

    wave: int = SAW
    detune: tuple[float, ...] = (0.0,)  # cents
    spread: float = 0.0


@dataclass(frozen=True)
class Wavetable(Patch):
    """Oscillators that move through single-cycle spectra; ``family`` names one of wavetables.FAMILIES."""

    family: str = "vocal"
    detune: tuple[float, ...] = (0.0,)
    spread: float = 0.0
    travel: float = 0.3  # how far through the table a note moves, -1..1
    seconds: float = 1.0  # to do so


@dataclass(frozen=True)
class Modulated(Patch):
    """Phase modulation; ``operators`` are (ratio, index, seconds)."""

    operators: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class Additive(Patch):
    """Partials; ``partials(frequency, velocity 0..1)`` gives ratios, levels, decays."""

    partials: Partials | None = None
    spread: float = 0.0


@dataclass(frozen=True)
class Plucked(Patch):
    """Karplus-Strong strings; ``courses`` are (semitones, level) of the strings a note sounds."""

    brightness: float = 0.6
    position: float = 0.2
    sustain: float = 4.0
    courses: tuple[tuple[float, float], ...] = ((0.0, 1.0),)


@dataclass(frozen=True)
class Sweep(Patch):
    """Noise and tone that move over the note's length; ``kind`` is rise, fall, impact or reverse."""

    kind: str = "rise"


def modes(ratios: tuple[float, ...], levels: tuple[float, ...], seconds: tuple[float, ...]) -> Partials:
    """A struck body: partials at fixed ratios; a hard stroke wakes the upper ones, high notes ring shorter."""
    ratio, level, ring = (np.array(row, np.float64) for row in (ratios, levels, seconds))

    def partials(frequency: float, velocity: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        soft = ratio ** (0.9 * (velocity - 0.8))
        return ratio, level * soft / level.sum(), ring * (440.0 / frequency) ** 0.4

    return partials


def drawbars(levels: tuple[float, ...], percussion: float = 0.0) -> Partials:
    """Sixteen foot to one foot, as on an organ with tone wheels; ``percussion``: a short third harmonic."""
    ratios = np.array([0.5, 1.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 3.0])
    bars = np.array([*levels, percussion], np.float64)

    def partials(frequency: float, velocity: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return ratios, 0.4 * bars, np.array([60.0] * 9 + [0.14])

    return partials
