"""What is true of a clip, as far as a judge is asked: style, mood family, lead, drums, instruments heard.

Read from the sheet that a dataset keeps of a composed clip. Leads and instruments fall into the families of NSynth
(Engel et al. 2017), which sound alike whatever font plays them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from libretto.corpus.composing.moods import family_name
from libretto.corpus.language.facts import surely_without_drums
from libretto.corpus.score import sheet_of
from libretto.corpus.sound.instruments import INSTRUMENTS

LEADS = 0.25  # of a clip: who plays the tune for less has played no lead in it
NOBODY = -1  # label of a clip that says nothing of a head
TASKS = ("style", "mood", "lead", "drums")  # one answer each; instruments may be several

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
    lead = _by_name().get(sheet.lead, "") if sounding >= LEADS * seconds else ""
    drums = "yes" if sheet.drums else "no" if surely_without_drums(sheet) else ""
    heard = tuple(sorted({_by_name()[name] for name in sheet.instruments if name in _by_name()}))
    mood = family_name(sheet.mood, sheet.mood_family)
    return Labels(sheet.style, mood, lead, drums, heard)


def classes(labels: Sequence[Labels], task: str, *, least: int = 1) -> list[str]:
    """The names a task tells apart: those with at least ``least`` clips."""
    counts = Counter(getattr(label, task) for label in labels)
    return sorted(name for name, count in counts.items() if name and count >= least)


def targets(labels: Sequence[Labels], task: str, names: Sequence[str]) -> np.ndarray:
    """int64 [clips]: the place of each clip's label in ``names``, NOBODY where it has none there."""
    place = {name: index for index, name in enumerate(names)}
    return np.array([place.get(getattr(label, task), NOBODY) for label in labels], np.int64)


def present(labels: Sequence[Labels], names: Sequence[str]) -> np.ndarray:
    """bool [clips, names]: which instruments sound in each clip."""
    return np.array([[name in label.instruments for name in names] for label in labels], bool).reshape(len(labels), len(names))
