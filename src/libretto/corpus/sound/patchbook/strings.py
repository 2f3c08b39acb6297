"""Plucked and bowed strings. Bodies are broad resonances; figures are ours, tuned by ear and spectrogram."""

from __future__ import annotations

from libretto.corpus.sound.equaliser import Band
from libretto.corpus.sound.oscillators import Shape
from libretto.corpus.sound.patch import Patch, Plucked, Subtractive

# What a loudspeaker of a guitar amplifier passes.
_CABINET = (
    Band("high_pass", 75), Band("peak", 500, -3, 1.0), Band("peak", 2300, 4, 1.2), Band("low_pass", 4600),
    Band("low_pass", 5200),
)
_BOX = (Band("high_pass", 70), Band("peak", 110, 4, 1.5), Band("peak", 220, 3, 1.2))


def _bowed(cutoff: float, body: tuple[Band, ...], attack: float = 0.07, noise: float = 0.02) -> Subtractive:
    shape = Shape(
        attack, 1.0, 0.85, 0.14, cutoff=cutoff, tracking=2.0, sweep=0.3 * cutoff, sweep_attack=0.1,
        sweep_decay=0.4, vibrato_rate=5.6, vibrato_cents=16.0, vibrato_delay=0.15, noise=noise,
        glide_cents=-18.0,
    )  # fmt: skip
    return Subtractive(shape, 0.6, detune=(-3, 3), spread=0.2, bands=body)


PATCHES: dict[str, Patch] = {
    # acoustic
    "plucked_string": Plucked(
        Shape(release=0.12), bands=(Band("peak", 220, 2, 1.0), Band("peak", 2500, 2, 1.0))
    ),
    "nylon_guitar": Plucked(
        Shape(release=0.14), brightness=0.42, position=0.28, sustain=2.8, bands=(*_BOX, Band("high_shelf", 3000, -4))
    ),
    "steel_guitar": Plucked(
        Shape(release=0.16), brightness=0.8, position=0.16, sustain=5.0,
        bands=(*_BOX, Band("peak", 2800, 3, 0.9), Band("high_shelf", 5000, 3)),
    ),
    "twelve_string": Plucked(
        Shape(release=0.16), brightness=0.84, position=0.14, sustain=5.0,
        courses=((0.0, 1.0), (12.06, 0.8), (-0.05, 0.4)), bands=(*_BOX, Band("high_shelf", 4000, 4)), chorus=0.25,
    ),
    "gypsy_guitar": Plucked(
        Shape(release=0.06), brightness=0.9, position=0.09, sustain=1.6,
        bands=(Band("high_pass", 140), Band("peak", 750, 5, 1.4), Band("peak", 2600, 4, 1.2)),
    ),
    "ukulele": Plucked(
        Shape(release=0.08), brightness=0.45, position=0.3, sustain=1.3,
        bands=(Band("high_pass", 180), Band("peak", 420, 5, 1.5)),
    ),
    "cavaquinho": Plucked(
        Shape(release=0.06), brightness=0.88, position=0.14, sustain=1.2,
        bands=(Band("high_pass", 240), Band("peak", 900, 4, 1.5), Band("peak", 3400, 4, 1.0)),
    ),
    "tres": Plucked(
        Shape(release=0.1), brightness=0.82, position=0.12, sustain=2.2, courses=((0.0, 1.0), (12.05, 0.65)),
        bands=(Band("high_pass", 120), Band("peak", 500, 3, 1.2), Band("peak", 2600, 4, 1.0)),
    ),
    "mandolin": Plucked(
        Shape(release=0.06), brightness=0.88, position=0.11, sustain=1.5, courses=((-0.05, 1.0), (0.06, 0.95)),
        bands=(Band("high_pass", 200), Band("peak", 600, 3, 1.4), Band("peak", 3000, 4, 1.0)),
    ),
    "banjo": Plucked(
        Shape(release=0.05), brightness=0.95, position=0.07, sustain=0.9,
        bands=(Band("high_pass", 260), Band("peak", 850, 6, 1.8), Band("peak", 3200, 4, 1.2)),
    ),
    "koto": Plucked(
        Shape(release=0.5), brightness=0.78, position=0.08, sustain=3.0, accent=0.7,
        bands=(Band("high_pass", 120), Band("peak", 500, 3, 1.0), Band("peak", 2200, 3, 1.2)),
    ),
    "kora": Plucked(
        Shape(release=0.9), brightness=0.62, position=0.22, sustain=2.4,
        bands=(Band("high_pass", 110), Band("peak", 330, 4, 1.6), Band("peak", 1900, 3, 1.5)),
    ),
    "sitar": Plucked(
        Shape(release=0.5), brightness=0.97, position=0.05, sustain=4.0, drive=1.5,
        courses=((0.0, 1.0), (12.03, 0.3), (0.07, 0.5)), bands=(Band("high_pass", 160), Band("peak", 2600, 6, 1.0)),
    ),
    "harp": Plucked(
        Shape(release=1.4), brightness=0.5, position=0.4, sustain=3.5, bands=(Band("peak", 300, 2, 1.0),)
    ),
    "pizzicato": Plucked(
        Shape(release=0.1), brightness=0.4, position=0.3, sustain=0.6, courses=((-0.06, 1.0), (0.07, 0.9)),
        bands=(Band("peak", 350, 4, 1.2),),
    ),
    # electric
    "jazz_guitar": Plucked(
        Shape(release=0.12), brightness=0.35, position=0.33, sustain=3.0,
        bands=(Band("high_pass", 90), Band("peak", 350, 3, 1.0), Band("low_pass", 2600)),
    ),
    "clean_guitar": Plucked(
        Shape(release=0.1), brightness=0.72, position=0.2, sustain=4.5, drive=0.6, chorus=0.2,
        bands=(Band("high_pass", 95), Band("peak", 2400, 3, 1.0), Band("low_pass", 5600)),
    ),
    "surf_guitar": Plucked(
        Shape(release=0.08), brightness=0.86, position=0.11, sustain=3.0, drive=0.8,
        bands=(Band("high_pass", 120), Band("peak", 2800, 5, 0.9), Band("low_pass", 6200)),
    ),
    "slide_guitar": Plucked(
        Shape(release=0.25), brightness=0.7, position=0.16, sustain=7.0, drive=1.6, mono=True,
        bands=(Band("high_pass", 110), Band("peak", 1300, 4, 1.0), Band("low_pass", 4800)),
    ),
    "muted_guitar": Plucked(
        Shape(release=0.04), brightness=0.5, position=0.18, sustain=0.45,
        bands=(Band("high_pass", 110), Band("peak", 1500, 3, 1.0), Band("low_pass", 4500)),
    ),
    "overdriven_guitar": Plucked(
        Shape(release=0.07), drive=5.0, brightness=0.7, position=0.15, sustain=7.0, bands=_CABINET
    ),
    "distorted_guitar": Plucked(
        Shape(release=0.06), drive=14.0, brightness=0.75, position=0.13, sustain=9.0, bands=_CABINET
    ),
    # basses
    "upright_bass": Plucked(
        Shape(release=0.1), brightness=0.32, position=0.32, sustain=1.6, mono=True,
        bands=(Band("peak", 90, 3, 1.0), Band("peak", 750, 2, 1.0), Band("low_pass", 3000)),
    ),
    "electric_bass": Plucked(
        Shape(release=0.07), brightness=0.5, position=0.24, sustain=4.0, mono=True,
        bands=(Band("peak", 110, 2, 1.0), Band("peak", 800, 2, 1.0), Band("low_pass", 3600)),
    ),
    "picked_bass": Plucked(
        Shape(release=0.06), brightness=0.75, position=0.13, sustain=4.5, mono=True, drive=0.8,
        bands=(Band("peak", 1400, 4, 1.0), Band("low_pass", 5000)),
    ),
    "fretless_bass": Plucked(
        Shape(release=0.12), brightness=0.45, position=0.2, sustain=4.0, mono=True, glide=0.06, chorus=0.3,
        bands=(Band("peak", 550, 4, 1.5), Band("low_pass", 3000)),
    ),
    "slap_bass": Plucked(
        Shape(release=0.05), brightness=0.9, position=0.08, sustain=2.5, mono=True, accent=0.9,
        bands=(Band("peak", 90, 3, 1.0), Band("peak", 450, -4, 1.0), Band("peak", 3000, 5, 0.9)),
    ),
    # bowed
    "violin": _bowed(2600.0, (Band("peak", 290, 3, 2.0), Band("peak", 1100, -3, 1.5), Band("peak", 2800, 5, 2.0))),
    "viola": _bowed(2000.0, (Band("peak", 230, 3, 2.0), Band("peak", 900, 2, 2.0), Band("peak", 2200, 2, 2.0))),
    "cello": _bowed(1500.0, (Band("peak", 180, 4, 2.0), Band("peak", 420, 3, 2.0), Band("peak", 1600, 2, 2.0))),
    "contrabass": _bowed(900.0, (Band("peak", 100, 4, 1.5), Band("peak", 300, 2, 2.0)), attack=0.1),
    "fiddle": _bowed(
        3400.0, (Band("peak", 320, 3, 2.0), Band("peak", 1000, -2, 1.5), Band("peak", 3400, 6, 1.5)), 0.025, 0.035
    ),
    "bowed": _bowed(2400.0, (Band("peak", 290, 3, 2.0), Band("peak", 1100, -3, 1.5), Band("peak", 2600, 4, 2.0))),
}  # fmt: skip
