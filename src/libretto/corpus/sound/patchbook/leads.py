"""Synthetic leads, plucks and stabs."""

from __future__ import annotations

from libretto.corpus.sound.oscillators import PULSE, SINE, Shape
from libretto.corpus.sound.patch import Modulated, Patch, Subtractive, Wavetable

_VIBRATO = {"vibrato_rate": 5.3, "vibrato_cents": 9.0, "vibrato_delay": 0.3}
_PULSE = {"attack": 0.001, "decay": 0.3, "sustain": 0.6, "release": 0.03, "cutoff": 10500.0}

PATCHES: dict[str, Patch] = {
    "supersaw": Subtractive(
        Shape(0.008, 0.6, 0.75, 0.25, cutoff=2600.0, tracking=1.0, sweep=3500.0, sweep_decay=0.5, resonance=0.8),
        0.5, detune=(-19, -11, -4, 0, 5, 12, 20), spread=0.9,
    ),
    "lead_saw": Subtractive(
        Shape(
            0.012, 0.4, 0.8, 0.18, cutoff=2200.0, tracking=1.0, sweep=2600.0, sweep_decay=0.4, resonance=1.3,
            glide_cents=-40.0, **_VIBRATO,
        ),
        0.6, detune=(-7, 7), spread=0.3, mono=True, glide=0.035,
    ),
    "wavetable_lead": Wavetable(
        Shape(0.006, 0.5, 0.8, 0.15, cutoff=7500.0, tracking=1.0, **_VIBRATO),
        0.6, detune=(-8, 7), spread=0.5, mono=True, glide=0.03, family="vocal", travel=-0.8, seconds=0.35,
    ),
    "square_lead": Subtractive(Shape(**_PULSE, **_VIBRATO), 0.5, 0.5, wave=PULSE, mono=True),
    "pulse_lead": Subtractive(Shape(pulse_width=0.25, **_PULSE, **_VIBRATO), 0.5, 0.5, wave=PULSE, mono=True),
    "thin_pulse": Subtractive(Shape(pulse_width=0.125, **_PULSE), 0.5, 0.5, wave=PULSE),
    "theremin": Modulated(
        Shape(0.09, 1.0, 0.95, 0.2, vibrato_rate=5.8, vibrato_cents=38.0, vibrato_delay=0.05, glide_cents=-60.0,
              glide_seconds=0.06),
        0.8, accent=0.2, mono=True, glide=0.09, operators=((1.0, 0.35, 60.0), (2.0, 0.12, 60.0)),
    ),
    "pluck": Subtractive(
        Shape(0.002, 0.2, 0.04, 0.16, cutoff=600.0, tracking=1.0, sweep=4800.0, sweep_decay=0.1, resonance=1.6),
        0.7, detune=(-5, 6), spread=0.4,
    ),
    "fm_stab": Modulated(
        Shape(0.001, 0.14, 0.2, 0.1), 0.7, accent=0.8,
        operators=((2.0, 2.4, 0.09), (5.03, 1.0, 0.06), (1.0, 0.8, 0.3)),
    ),
    "synth_brass": Subtractive(
        Shape(
            0.03, 0.6, 0.75, 0.14, cutoff=450.0, tracking=1.0, sweep=3600.0, sweep_attack=0.07, sweep_decay=0.5,
            resonance=1.0, glide_cents=-30.0,
        ),
        0.6, accent=0.8, detune=(-12, -4, 5, 11), spread=0.6, chorus=0.3,
    ),
    "orchestra_hit": Subtractive(
        Shape(0.004, 0.35, 0.1, 0.25, cutoff=5200.0, tracking=1.0, sweep=2500.0, sweep_decay=0.12, noise=0.12),
        0.6, detune=(-1210, -1194, -9, 0, 11, 1195, 1912), spread=0.7,
    ),
    "whistle": Subtractive(
        Shape(
            0.05, 1.0, 0.95, 0.09, cutoff=3500.0, tracking=1.0, vibrato_rate=5.5, vibrato_cents=22.0,
            vibrato_delay=0.15, noise=0.035, glide_cents=-90.0, glide_seconds=0.045,
        ),
        0.9, wave=SINE, accent=0.2, mono=True, glide=0.06,
    ),
}  # fmt: skip
