"""Brass, reeds and flutes: what plays when no font is given.

Cylindrical reeds are square waves, conical ones narrow pulses; bells and bodies are resonances at fixed places.
"""

from __future__ import annotations

from libretto.corpus.sound.equaliser import Band
from libretto.corpus.sound.oscillators import PULSE, TRIANGLE, Shape
from libretto.corpus.sound.patch import Patch, Subtractive


def _brass(cutoff: float, sweep: float, *bands: Band, attack: float = 0.035, width: float = 0.0) -> Subtractive:
    shape = Shape(
        attack, 0.6, 0.8, 0.1, cutoff=cutoff, tracking=1.4, sweep=sweep, sweep_attack=2 * attack, sweep_decay=0.5,
        resonance=0.8, vibrato_cents=7.0, vibrato_delay=0.4, glide_cents=-35.0, glide_seconds=0.03,
        pulse_width=width or 0.5,
    )  # fmt: skip
    if width:
        return Subtractive(shape, 0.6, accent=0.9, wave=PULSE, bands=bands)
    return Subtractive(shape, 0.7, accent=0.9, detune=(-2, 2), spread=0.1, bands=bands)


def _reed(
    cutoff: float, width: float, *bands: Band, noise: float = 0.02, attack: float = 0.03, vibrato: float = 8.0
) -> Subtractive:
    shape = Shape(
        attack, 0.8, 0.85, 0.09, cutoff=cutoff, tracking=1.6, sweep=0.5 * cutoff, sweep_attack=0.04,
        sweep_decay=0.6, resonance=0.9, vibrato_cents=vibrato, vibrato_delay=0.3, pulse_width=width, noise=noise,
        glide_cents=-25.0, glide_seconds=0.03,
    )  # fmt: skip
    return Subtractive(shape, 0.6, wave=PULSE, bands=bands)


def _flute(cutoff: float, noise: float, vibrato: float, *bands: Band, tracking: float = 1.6) -> Subtractive:
    shape = Shape(
        0.05, 1.0, 0.9, 0.1, cutoff=cutoff, tracking=tracking, sweep=500.0, sweep_attack=0.05, sweep_decay=0.4,
        vibrato_rate=4.9, vibrato_cents=vibrato, vibrato_delay=0.25, noise=noise, glide_cents=-15.0,
        glide_seconds=0.03,
    )  # fmt: skip
    return Subtractive(shape, 0.9, wave=TRIANGLE, accent=0.3, bands=bands)


def _sax(centre: float) -> Subtractive:
    return _reed(
        1.5 * centre, 0.24, Band("peak", centre, 4, 1.5), Band("peak", 2.8 * centre, 4, 2.0), noise=0.045, vibrato=14.0
    )


PATCHES: dict[str, Patch] = {
    "brass": Subtractive(
        Shape(
            0.035, 0.6, 0.8, 0.1, cutoff=350.0, tracking=1.4, sweep=2600.0, sweep_attack=0.06, sweep_decay=0.5,
            resonance=0.8, vibrato_cents=7.0, vibrato_delay=0.4, glide_cents=-35.0, glide_seconds=0.03,
        ),
        0.7, detune=(-7, -2, 3, 8), spread=0.5, accent=0.9, bands=(Band("peak", 1400, 3, 1.2),),
    ),
    "trumpet": _brass(700.0, 3600.0, Band("peak", 1300, 4, 1.2), Band("peak", 2600, 2, 1.5), attack=0.025, width=0.1),
    "muted_trumpet": _brass(
        1200.0, 2600.0, Band("high_pass", 600), Band("peak", 1900, 8, 2.0), Band("peak", 3200, 4, 2.0), width=0.08
    ),
    "trombone": _brass(350.0, 1900.0, Band("peak", 520, 4, 1.2), Band("peak", 1500, 2, 1.5)),
    "french_horn": _brass(260.0, 800.0, Band("peak", 400, 4, 1.2), Band("high_shelf", 2000, -6), attack=0.06),
    "tuba": _brass(160.0, 550.0, Band("peak", 180, 3, 1.2), Band("high_shelf", 1500, -6), attack=0.05),
    "reed": _reed(1300.0, 0.32, Band("peak", 900, 3, 1.5), Band("peak", 2700, 2, 2.0), noise=0.03),
    "soprano_sax": _sax(1150.0),
    "alto_sax": _sax(850.0),
    "tenor_sax": _sax(600.0),
    "baritone_sax": _sax(420.0),
    "oboe": _reed(2600.0, 0.1, Band("high_pass", 350), Band("peak", 1150, 7, 2.5), Band("peak", 3000, 5, 2.5), noise=0.01),
    "english_horn": _reed(1900.0, 0.12, Band("peak", 900, 7, 2.5), Band("peak", 2200, 3, 2.5), noise=0.01),
    "bassoon": _reed(1100.0, 0.14, Band("peak", 480, 7, 2.0), Band("peak", 1200, 3, 2.0), noise=0.015),
    "clarinet": _reed(1500.0, 0.5, Band("peak", 1500, 2, 2.0), noise=0.012, vibrato=0.0),
    "bagpipe": _reed(
        3000.0, 0.12, Band("high_pass", 300), Band("peak", 1100, 4, 2.0), Band("peak", 2500, 6, 2.0), noise=0.01,
        attack=0.01, vibrato=0.0,
    ),
    "flute": _flute(400.0, 0.06, 12.0),
    "piccolo": _flute(900.0, 0.05, 8.0, Band("high_shelf", 3000, 3)),
    "recorder": _flute(500.0, 0.025, 3.0, tracking=2.2),
    "pan_flute": _flute(350.0, 0.16, 6.0, Band("peak", 2500, 4, 0.8), tracking=1.1),
    "ocarina": _flute(300.0, 0.03, 4.0, tracking=0.7),
}  # fmt: skip
