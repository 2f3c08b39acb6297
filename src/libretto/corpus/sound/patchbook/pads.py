"""Pads: slow attacks, many voices, slow movement."""

from __future__ import annotations

from libretto.corpus.sound.equaliser import Band
from libretto.corpus.sound.oscillators import Shape
from libretto.corpus.sound.patch import Modulated, Patch, Subtractive, Wavetable

PATCHES: dict[str, Patch] = {
    "warm_pad": Subtractive(
        Shape(
            0.4, 2.0, 0.8, 0.9, cutoff=800.0, tracking=0.8, sweep=700.0, sweep_attack=0.5, sweep_decay=1.5,
            resonance=0.8, motion_rate=0.09, motion_depth=0.3,
        ),
        0.5, detune=(-11, -4, 5, 12), spread=0.8, chorus=0.4,
    ),
    "dark_pad": Subtractive(
        Shape(
            0.6, 2.0, 0.8, 1.1, cutoff=380.0, tracking=0.7, sweep=300.0, sweep_attack=0.8, sweep_decay=2.0,
            resonance=0.9, motion_rate=0.06, motion_depth=0.35,
        ),
        0.6, detune=(-14, 0, 13), spread=0.8, chorus=0.3,
    ),
    "glass_pad": Modulated(
        Shape(0.35, 3.0, 0.75, 1.0), 0.5, chorus=0.8,
        operators=((3.0, 0.5, 3.0), (7.0, 0.22, 1.6), (1.003, 0.35, 9.0)),
    ),
    "string_pad": Subtractive(
        Shape(
            0.18, 2.0, 0.9, 0.5, cutoff=2600.0, tracking=1.5, sweep=800.0, sweep_attack=0.3, sweep_decay=1.5,
            motion_rate=0.11, motion_depth=0.15,
        ),
        0.5, detune=(-10, -3, 4, 11), spread=0.9, chorus=0.6, bands=(Band("peak", 350, -2, 1.0),),
    ),
    "sweep_pad": Subtractive(
        Shape(
            0.3, 2.0, 0.85, 0.9, cutoff=420.0, tracking=0.6, sweep=4200.0, sweep_attack=2.2, sweep_decay=2.4,
            resonance=2.2, motion_rate=0.12, motion_depth=0.35,
        ),
        0.5, detune=(-12, -3, 4, 11), spread=0.9, chorus=0.6,
    ),
    "wavetable_pad": Wavetable(
        Shape(0.45, 2.0, 0.85, 1.0, cutoff=3800.0, tracking=0.8, motion_rate=0.1, motion_depth=0.3),
        0.5, detune=(-9, 8), spread=0.9, chorus=0.4, family="drawn", travel=0.8, seconds=3.5,
    ),
}  # fmt: skip
