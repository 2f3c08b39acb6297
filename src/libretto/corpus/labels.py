"""What a clip is called after: style, mood family, lead, drums, instruments heard; what a model is told of it and a judge asked.

Read from the sheet that a dataset keeps of a composed clip. Leads and instruments fall into the families of NSynth
(Engel et al. 2017), which sound alike whatever font plays them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from libretto.controls import TRAITS
from libretto.corpus.composing.moods import family_name
from libretto.corpus.language.facts import surely_without_drums
from libretto.corpus.score import sheet_of
from libretto.corpus.sound.instruments import INSTRUMENTS

LEAD_SHARE = 0.25  # of a clip: who plays the tune for less has played no lead in it

_APART = {"harpsichord": "keyboard", "harp": "guitar", "pizzicato": "guitar"}  # plucked, though of another family here
_FAMILY = {
    "keys": "keyboard", "mallets": "mallet", "organ": "organ", "guitar": "guitar", "bass": "bass", "strings": "string",
    "voice": "voice", "brass": "brass", "reeds": "reed", "flutes": "flute", "lead": "synth", "pad": "synth", "fx": "synth",
}  # fmt: skip
INSTRUMENT_CLASSES = tuple(sorted(set(_FAMILY.values())))


@dataclass(frozen=True)
class Labels:
    """Of one clip; "" and () where nothing is known."""

    style: str
    mood: str
    lead: str
    drums: str = ""  # yes, no
    instruments: tuple[str, ...] = ()

    @property
    def traits(self) -> dict[str, str]:
        """What ``controls.TRAITS`` tells of it, "" where nothing is known."""
        return {name: getattr(self, name) for name in TRAITS}


def lead_class(instrument: str) -> str:
    """The class of an entry of INSTRUMENTS as a lead."""
    return _APART.get(instrument) or _FAMILY[INSTRUMENTS[instrument].family]


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Spoken name -> class."""
    return {instrument.name: lead_class(entry) for entry, instrument in INSTRUMENTS.items() if instrument.family in _FAMILY}


def labels_of(kept: Mapping[str, Any], seconds: float) -> Labels:
    """What the kept sheet of a clip of ``seconds`` says; a clip without a sheet says nothing."""
    sheet = sheet_of(kept)
    tune = (kept.get("timeline") or {}).get("tune") or []
    sounding = sum(min(stop, seconds) - start for start, stop, _ in tune if start < seconds)
    lead = _by_name().get(sheet.lead, "") if sounding >= LEAD_SHARE * seconds else ""
    drums = "yes" if sheet.drums else "no" if surely_without_drums(sheet) else ""
    heard = tuple(sorted({_by_name()[name] for name in sheet.instruments if name in _by_name()}))
    mood = family_name(sheet.mood, sheet.mood_family)
    return Labels(sheet.style, mood, lead, drums, heard)

