"""The desk's settings: how each role stands in a mix, and what styles and families want of a mix."""

from __future__ import annotations

from dataclasses import dataclass

from libretto.corpus.score import Sheet
from libretto.corpus.sound.equaliser import Band


@dataclass(frozen=True)
class Role:
    """How a role stands in the mix: level in dB, sends 0..1, tone, and how far others push it down.

    ``ducking`` is for the kick (0..1 of the style's sidechain), ``yielding`` for the tune (dB).
    """

    level_db: float
    reverb: float
    delay: float
    chorus: float
    ducking: float
    yielding: float
    bands: tuple[Band, ...]


ROLES: dict[str, Role] = {
    "drums": Role(-0.5, 0.3, 0.0, 0.0, 0.0, 0.0, (Band("high_pass", 26),)),
    "bass": Role(-1.5, 0.03, 0.0, 0.0, 1.0, 0.0, (Band("high_pass", 28), Band("peak", 700, 1.5, 0.8))),
    "chords": Role(-3.5, 0.8, 0.5, 0.5, 1.0, 2.0, (Band("high_pass", 95), Band("peak", 300, -1.5, 0.8))),
    "pad": Role(-6.0, 1.2, 0.2, 0.6, 1.0, 2.5, (Band("high_pass", 140), Band("peak", 2500, -2, 0.8))),
    "arpeggio": Role(-5.5, 1.0, 0.8, 0.3, 0.8, 2.0, (Band("high_pass", 160),)),
    "melody": Role(0.5, 1.0, 0.8, 0.3, 0.4, 0.0, (Band("high_pass", 120), Band("peak", 2600, 1.5, 0.8))),
    "counter": Role(-4.0, 1.1, 0.6, 0.3, 0.6, 1.5, (Band("high_pass", 120),)),
    "effect": Role(-5.0, 1.2, 0.3, 0.0, 0.2, 0.0, (Band("high_pass", 30),)),
}
# By style or, where the style has no entry, by family: drums beside the rest, and loudness in LUFS.
DRUMS_DB = {
    "electronic": 1.0, "metal": 1.5, "rock": 1.0, "punk": 1.0, "band": 0.5, "hip hop": 1.0, "jazz": -5.0,
    "classical": -4.0, "ambient": -5.0, "folk": -4.0, "country": -1.0, "latin": 0.0, "bossa nova": -3.5,
    "world": -2.0, "african": 0.5, "samba": 1.5, "march": 0.5, "big band": -2.0,
}  # fmt: skip
LOUDNESS = {
    "electronic": -13.0, "metal": -12.5, "punk": -12.5, "classical": -17.5, "ambient": -17.0, "jazz": -16.0,
    "bossa nova": -16.0, "folk": -16.0, "country": -14.5, "big band": -14.5, "gypsy jazz": -15.0, "march": -15.0, "horror": -17.0,
}  # fmt: skip
ACOUSTIC = ("classical", "jazz", "folk", "tango")
# The kinds of room engineers put a family in, the commoner ones named more often.
ROOM_KINDS: dict[str, tuple[str, ...]] = {
    "classical": ("hall", "hall", "hall", "chamber", "cathedral"),
    "jazz": ("room", "room", "chamber", "plate", "hall"),
    "band": ("plate", "plate", "room", "chamber", "hall", "spring"),
    "blues": ("spring", "room", "plate"), "surf": ("spring", "spring", "plate"), "reggae": ("spring", "spring", "plate"),
    "dub": ("spring",), "choral": ("cathedral", "cathedral", "hall"), "baroque": ("chamber", "hall", "cathedral"),
    "gospel": ("hall", "chamber", "plate"), "folk": ("room", "chamber", "plate"),
    "latin": ("plate", "room", "chamber", "hall"), "electronic": ("plate", "hall", "hall", "chamber"),
    "ambient": ("hall", "hall", "cathedral", "plate"), "screen": ("hall", "hall", "cathedral"),
    "game": ("hall", "plate", "chamber"),
}  # fmt: skip
ANYWHERE = ("hall", "plate", "room", "chamber")


def by_style(table: dict[str, float], sheet: Sheet, default: float) -> float:
    """The table's entry for the style, else for its family."""
    return table.get(sheet.style, table.get(sheet.family, default))


def room_kinds(sheet: Sheet) -> tuple[str, ...]:
    """The rooms to draw from: by style, else by family."""
    return ROOM_KINDS.get(sheet.style) or ROOM_KINDS.get(sheet.family) or ANYWHERE
