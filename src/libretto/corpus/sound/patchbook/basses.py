"""Synthetic basses."""

from __future__ import annotations

from libretto.corpus.sound.oscillators import PULSE, SINE, STEPPED, Shape
from libretto.corpus.sound.patch import Modulated, Patch, Subtractive

PATCHES: dict[str, Patch] = {
    "saw_bass": Subtractive(
        Shape(0.004, 0.3, 0.6, 0.07, cutoff=260.0, tracking=1.0, sweep=1700.0, sweep_decay=0.14, resonance=1.3),
        0.8, detune=(-6, 6), mono=True, glide=0.02,
    ),
    "sub_bass": Subtractive(
        Shape(0.008, 0.8, 0.85, 0.08, cutoff=3000.0), drive=0.9, wave=SINE, mono=True, glide=0.03
    ),
    "reese_bass": Subtractive(
        Shape(
            0.01, 1.0, 0.9, 0.1, cutoff=520.0, tracking=1.0, sweep=500.0, sweep_decay=0.8, resonance=1.1,
            motion_rate=0.15, motion_depth=0.45,
        ),
        0.8, drive=1.2, detune=(-18, 0, 17), spread=0.3, mono=True, glide=0.05,
    ),
    "wobble_bass": Subtractive(
        Shape(
            0.006, 1.0, 0.95, 0.06, cutoff=1150.0, tracking=0.5, resonance=3.2, motion_depth=0.94,
            pulse_width=0.42,
        ),
        0.6, drive=2.4, wave=PULSE, detune=(-1200, -9, 8), spread=0.25, mono=True, glide=0.06,
        wobble=(1.0, 2.0, 2.0, 3.0, 4.0, 1.5),
    ),
    "fm_bass": Modulated(
        Shape(0.002, 0.5, 0.45, 0.07), 0.8, drive=0.8, accent=0.9, mono=True, glide=0.02,
        operators=((1.0, 2.6, 0.16), (2.0, 0.9, 0.07), (0.5, 0.5, 0.8)),
    ),
    "bass_808": Subtractive(
        Shape(0.002, 1.1, 0.15, 0.12, cutoff=2500.0, glide_cents=1500.0, glide_seconds=0.018),
        drive=1.7, wave=SINE, mono=True, glide=0.05,
    ),
    "triangle_bass": Subtractive(
        Shape(0.001, 1.0, 0.95, 0.02, cutoff=10500.0), 0.8, 0.4, wave=STEPPED, mono=True
    ),
    "acid": Subtractive(
        Shape(
            0.002, 0.25, 0.45, 0.05, cutoff=300.0, tracking=1.0, sweep=2300.0, sweep_decay=0.11, resonance=5.5,
            motion_rate=0.07, motion_depth=0.5,
        ),
        0.6, drive=1.3, accent=0.95, mono=True, glide=0.035,
    ),
}  # fmt: skip
