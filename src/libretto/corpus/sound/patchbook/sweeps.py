"""Effects of dance and film music: risers, falls, impacts, reversed cymbals, and the big drum."""

from __future__ import annotations

from libretto.corpus.sound.equaliser import Band
from libretto.corpus.sound.oscillators import Shape
from libretto.corpus.sound.patch import Additive, Patch, Sweep, modes

PATCHES: dict[str, Patch] = {
    "riser": Sweep(Shape(), 0.8, kind="rise"),
    "sweep_down": Sweep(Shape(), 0.8, kind="fall"),
    "impact": Sweep(Shape(), 1.0, kind="impact"),
    "reverse_cymbal": Sweep(Shape(), 0.8, kind="reverse"),
    "taiko": Additive(
        Shape(0.001, release=0.9, glide_cents=180.0, glide_seconds=0.03), drive=1.2,
        partials=modes(
            (1.0, 1.59, 2.14, 2.3, 2.65, 3.16, 8.5), (1.0, 0.5, 0.35, 0.3, 0.25, 0.2, 0.5),
            (0.9, 0.4, 0.3, 0.25, 0.2, 0.15, 0.015),
        ),
        bands=(Band("low_shelf", 120, 4),),
    ),
}  # fmt: skip
