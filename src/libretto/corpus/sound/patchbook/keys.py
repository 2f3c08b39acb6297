"""Keyboards and struck bodies: pianos, electric pianos, organs, mallets and bells.

Ratios of bars and plates follow Fletcher and Rossing, "The physics of musical instruments" (1998), chapter 19.
"""

from __future__ import annotations

import numpy as np

from libretto.corpus.sound.equaliser import Band
from libretto.corpus.sound.oscillators import PULSE, Shape
from libretto.corpus.sound.patch import Additive, Modulated, Patch, Plucked, Subtractive, drawbars, modes


def _strings(tuning: float, hardness: float):
    """Two stiff strings a note, ``tuning`` cents apart; a hard hammer leaves more treble."""
    apart = 2.0 ** (tuning / 2400)

    def partials(frequency: float, velocity: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        number = np.arange(1, 1 + int(np.clip(9000 / frequency, 3, 22)), dtype=np.float64)
        stiffness = 1.2e-4 * (frequency / 262) ** 1.3
        stretched = number * np.sqrt((1 + stiffness * number**2) / (1 + stiffness))
        levels = np.abs(np.sin(np.pi * number * 0.121)) / number ** (2.3 - hardness - 1.2 * velocity)
        seconds = 1.9 * (262 / frequency) ** 0.55 / (1 + 0.22 * (number - 1))
        ratios = np.concatenate([stretched * apart, stretched / apart])
        return ratios, np.concatenate([levels, 0.8 * levels]) / levels.sum(), np.concatenate([seconds, 0.35 * seconds])

    return partials


_FREE_REED = {"attack": 0.04, "decay": 0.8, "sustain": 0.9, "release": 0.08, "tracking": 2.0}

PATCHES: dict[str, Patch] = {
    # pianos
    "piano": Additive(Shape(0.002, release=0.22), partials=_strings(1.0, 0.0), spread=0.5),
    "honky_tonk": Additive(Shape(0.002, release=0.22), partials=_strings(22.0, 0.25), spread=0.4),
    "electric_piano": Modulated(
        Shape(0.002, 1.3, 0.05, 0.18), 0.7, chorus=0.4, accent=0.9,
        operators=((1.0, 1.1, 0.6), (14.0, 0.28, 0.05), (2.0, 0.25, 0.3)),
    ),
    "wurlitzer": Modulated(
        Shape(0.002, 0.8, 0.1, 0.12), 0.7, drive=0.9, accent=1.0,
        operators=((1.0, 1.7, 0.45), (3.0, 0.55, 0.18), (7.0, 0.25, 0.04)),
        bands=(Band("high_pass", 110), Band("peak", 900, 4, 0.9), Band("low_pass", 6000)),
    ),
    "harpsichord": Plucked(
        Shape(release=0.07), brightness=0.92, position=0.12, sustain=3.2, courses=((0.0, 1.0), (12.0, 0.55)),
        touch=0.3, accent=0.1, bands=(Band("high_pass", 140), Band("peak", 3200, 4, 0.8)),
    ),
    "clavinet": Plucked(
        Shape(release=0.03), brightness=0.85, position=0.3, sustain=1.6, drive=0.8,
        bands=(Band("high_pass", 120), Band("peak", 1500, 5, 1.0)),
    ),
    "dulcimer": Plucked(
        Shape(release=1.2), brightness=0.85, position=0.13, sustain=3.0,
        courses=((-0.04, 1.0), (0.05, 0.9)), bands=(Band("high_pass", 150), Band("peak", 2500, 4, 0.8)),
    ),
    # organs and harmonium
    "organ": Additive(
        Shape(0.004, release=0.06), 0.7, 0.6, chorus=0.5,
        partials=drawbars((0.0, 0.0, 1.0, 0.7, 0.45, 0.3, 0.12, 0.15, 0.12), 0.4),
    ),
    "drawbar_organ": Additive(
        Shape(0.004, release=0.05), 0.7, 0.5, drive=0.7,
        partials=drawbars((0.7, 0.6, 1.0, 0.5, 0.3, 0.25, 0.1, 0.1, 0.25), 0.35),
    ),
    "rock_organ": Additive(
        Shape(0.004, release=0.05), 0.7, 0.5, drive=3.5, chorus=0.6,
        partials=drawbars((0.8, 0.8, 1.0, 0.8, 0.3, 0.6, 0.2, 0.2, 0.5)),
    ),
    "pipe_organ": Additive(
        Shape(0.06, release=0.22), 0.6, 0.2, spread=0.6,
        partials=drawbars((0.5, 0.1, 1.0, 0.8, 0.35, 0.6, 0.15, 0.3, 0.4)),
        bands=(Band("peak", 1800, 2, 0.8),),
    ),
    "harmonium": Subtractive(
        Shape(cutoff=1500.0, pulse_width=0.2, noise=0.01, **_FREE_REED), 0.5, wave=PULSE, detune=(-4, 3),
        bands=(Band("peak", 700, 4, 1.2),),
    ),
    "accordion": Subtractive(
        Shape(cutoff=2600.0, pulse_width=0.3, **_FREE_REED), 0.5, wave=PULSE, detune=(-14, 0, 13), spread=0.3,
        bands=(Band("high_pass", 150), Band("peak", 1200, 4, 1.0), Band("peak", 2800, 3, 1.5)),
    ),
    "bandoneon": Subtractive(
        Shape(cutoff=1700.0, pulse_width=0.22, noise=0.012, **_FREE_REED), 0.5, wave=PULSE, detune=(0, 1200),
        bands=(Band("high_pass", 130), Band("peak", 800, 5, 1.3), Band("peak", 2100, 3, 2.0)),
    ),
    "harmonica": Subtractive(
        Shape(cutoff=2400.0, pulse_width=0.14, noise=0.04, glide_cents=-40.0, vibrato_cents=10.0, **_FREE_REED),
        0.5, wave=PULSE, bands=(Band("high_pass", 250), Band("peak", 1800, 6, 1.2), Band("peak", 900, -3, 2.0)),
    ),
    "melodica": Subtractive(
        Shape(cutoff=3400.0, pulse_width=0.4, noise=0.02, glide_cents=-25.0, **_FREE_REED), 0.5, wave=PULSE,
        bands=(Band("high_pass", 220), Band("peak", 1500, 5, 1.5), Band("peak", 3600, 4, 2.0)),
    ),
    # mallets and bells
    "mallet": Modulated(Shape(0.001, 0.35, 0.0, 0.3), 0.8, operators=((4.0, 0.7, 0.04), (9.2, 0.4, 0.012))),
    "marimba": Additive(
        Shape(0.001, release=0.5), partials=modes((1.0, 3.93, 9.24), (1.0, 0.28, 0.1), (0.5, 0.09, 0.03))
    ),
    "xylophone": Additive(
        Shape(0.001, release=0.3), partials=modes((1.0, 3.0, 6.1, 10.2), (1.0, 0.6, 0.3, 0.2), (0.24, 0.1, 0.05, 0.02))
    ),
    "balafon": Additive(
        Shape(0.001, release=0.4), drive=0.6,
        partials=modes((1.0, 1.02, 3.1, 5.8, 8.7), (1.0, 0.5, 0.5, 0.25, 0.2), (0.3, 0.22, 0.1, 0.06, 0.03)),
        bands=(Band("peak", 1400, 5, 2.0),),
    ),
    "vibraphone": Additive(
        Shape(0.001, release=0.7), spread=0.3, partials=modes((1.0, 4.0, 9.8), (1.0, 0.22, 0.08), (2.2, 0.5, 0.08))
    ),
    "kalimba": Additive(
        Shape(0.001, release=0.5), partials=modes((1.0, 5.4, 9.1, 14.0), (1.0, 0.12, 0.1, 0.06), (0.7, 0.1, 0.05, 0.02))
    ),
    "steel_drums": Additive(
        Shape(0.003, release=0.25),
        partials=modes((1.0, 2.0, 3.01, 4.02, 5.1), (1.0, 0.75, 0.4, 0.2, 0.12), (0.45, 0.5, 0.3, 0.2, 0.1)),
        bands=(Band("peak", 1300, 3, 1.0),),
    ),
    "glockenspiel": Additive(
        Shape(0.001, release=1.2), partials=modes((1.0, 2.76, 5.4), (1.0, 0.5, 0.3), (1.6, 0.6, 0.2)), spread=0.3
    ),
    "celesta": Additive(
        Shape(0.002, release=0.6), partials=modes((1.0, 2.0, 4.0, 6.2), (1.0, 0.25, 0.3, 0.08), (1.0, 0.6, 0.2, 0.06))
    ),
    "music_box": Additive(
        Shape(0.001, release=1.0),
        partials=modes((1.0, 2.0, 3.0, 6.3, 11.0), (1.0, 0.4, 0.25, 0.3, 0.12), (1.1, 0.7, 0.5, 0.2, 0.05)),
        bands=(Band("high_pass", 300),),
    ),
    "tubular_bells": Additive(
        Shape(0.002, release=2.0), spread=0.3,
        partials=modes((0.5, 1.0, 1.51, 2.02, 2.62, 3.3), (0.25, 1.0, 0.7, 0.7, 0.4, 0.2), (2.5, 2.2, 1.8, 1.2, 0.8, 0.4)),
    ),
    "timpani": Additive(
        Shape(0.002, release=0.6), drive=0.5,
        partials=modes((1.0, 1.5, 1.98, 2.44, 2.9), (1.0, 0.6, 0.4, 0.2, 0.15), (0.9, 0.7, 0.5, 0.3, 0.2)),
    ),
    "bell": Modulated(Shape(0.001, 0.8, 0.0, 0.9), 0.6, operators=((3.5, 1.6, 0.35), (7.1, 0.35, 0.08))),
    "fm_bell": Modulated(
        Shape(0.001, 1.4, 0.0, 1.2), 0.6, accent=0.7,
        operators=((1.414, 2.2, 0.7), (2.76, 0.8, 0.3), (5.4, 0.4, 0.1)),
    ),
}  # fmt: skip
