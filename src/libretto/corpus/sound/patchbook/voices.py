"""Choirs: a section of detuned sources through the formants of sung vowels."""

from __future__ import annotations

from libretto.corpus.sound.oscillators import Shape
from libretto.corpus.sound.patch import Patch, Subtractive


def _choir(vowels: str, attack: float, *, cutoff: float = 6500.0, breath: float = 0.03, spread: float = 0.7) -> Subtractive:
    shape = Shape(
        attack, 2.0, 0.9, 0.45, cutoff=cutoff, vibrato_rate=5.0, vibrato_cents=14.0, vibrato_delay=0.2,
        noise=breath, glide_cents=-25.0, glide_seconds=0.06,
    )  # fmt: skip
    return Subtractive(shape, 0.6, detune=(-11, -4, 3, 10), spread=spread, chorus=0.4, vowels=vowels)


PATCHES: dict[str, Patch] = {
    "choir_aah": _choir("a", 0.16),
    "choir_ooh": _choir("u", 0.18, cutoff=1300.0, breath=0.015),
    "choir_pad": _choir("aoae", 0.3, breath=0.02, spread=0.9),
}
