"""What the listener is given: log-mel patches of clips and the labels of style, mood family and lead instrument.

A patch holds 64 mel bands, 50 frames a second, one byte a value. Leads are told apart by what a listener can
name: instruments of one way of sounding are one class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...config import MelSpec
from ...corpus.instruments import INSTRUMENTS
from ...corpus.moods import MOODS
from ...corpus.score import Score, Sheet
from ...features import log_mel
from .clips import SAMPLE_RATE, Wish, make, measured

MEL = MelSpec(sample_rate=SAMPLE_RATE, window=1024, hop=SAMPLE_RATE // 50, bands=64, floor=1e-5)
STEP = 5.0 / 255  # log10 amplitude between neighbouring values of a patch
HEADS = ("style", "mood", "lead")
NOBODY = -1  # label of a clip that says nothing of a head

# Instruments whose sound is told from the rest of their family's.
_APART = {
    "electric_piano": "electric piano", "fm_piano": "electric piano", "clavinet": "electric piano",
    "harp": "plucked strings", "pizzicato": "plucked strings", "harpsichord": "plucked strings", "guzheng": "plucked strings",
    "distorted_guitar": "distorted guitar", "overdriven_guitar": "distorted guitar", "pluck": "plucked synth",
    "alto_sax": "saxophone", "tenor_sax": "saxophone",
}  # fmt: skip
_FAMILY = {
    "keys": "piano", "mallets": "bells and mallets", "organ": "organ", "guitar": "plucked strings", "bass": "bass",
    "strings": "bowed strings", "voice": "voice", "brass": "brass", "reeds": "reeds", "flutes": "flutes",
    "lead": "synth lead", "pad": "pad", "fx": "pad",
}  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """Of one clip; "" where there is none."""

    style: str
    mood: str
    lead: str


@dataclass(frozen=True)
class Heard:
    """Patches uint8 [clips, T, bands] and their labels."""

    patches: np.ndarray
    labels: list[Labels]


def patch(samples: np.ndarray) -> np.ndarray:
    """Samples [N] at 24 kHz -> uint8 [T, 64]: 0 is the floor of the log-mel, 255 full scale."""
    return np.rint((np.clip(log_mel(samples, MEL), -5.0, 0.0) + 5.0) / STEP).astype(np.uint8)


def lead_class(instrument: str) -> str:
    """The class of an entry of INSTRUMENTS as a lead."""
    return _APART.get(instrument) or _FAMILY.get(INSTRUMENTS[instrument].family, INSTRUMENTS[instrument].family)


def lead_of(score: Score, sheet: Sheet) -> str:
    """The class of the instrument with the tune, "" without one that can be heard.

    The sheet's own word counts; a sheet that does not say has the first melody part on it.
    """
    parts = [part for part in score.parts if not part.drums and part.role == "melody"]
    named = sheet.lead or next((INSTRUMENTS[p.instrument].name for p in parts if INSTRUMENTS[p.instrument].name in sheet.instruments), "")
    for part in sorted((p for p in score.parts if not p.drums), key=lambda p: p.role != "melody"):
        if named and INSTRUMENTS[part.instrument].name == named:
            return lead_class(part.instrument)
    return ""


def of_wish(wish: Wish, fonts: Sequence[Path] | None) -> tuple[np.ndarray, Labels]:
    """Compose and render one piece for the listener."""
    made = make(wish, fonts=fonts)
    sheet = made.rendered.sheet
    return patch(made.mono), Labels(wish.style, MOODS[sheet.mood].family.name, lead_of(made.score, sheet))


def gather(asked: Sequence[Wish], *, fonts: Sequence[Path] | None, workers: int) -> Heard:
    """Patches and labels of every piece, in order."""
    found = list(measured(asked, of_wish, fonts=fonts, workers=workers))
    return Heard(np.stack([patch for patch, _ in found]), [labels for _, labels in found])


def classes(labels: Sequence[Labels], head: str, *, least: int = 1) -> list[str]:
    """The names a head tells apart: those with at least ``least`` clips."""
    counts = Counter(getattr(label, head) for label in labels)
    return sorted(name for name, count in counts.items() if name and count >= least)


def targets(labels: Sequence[Labels], head: str, names: Sequence[str]) -> np.ndarray:
    """int64 [clips]: the place of each clip's label in ``names``, NOBODY where it has none there."""
    place = {name: index for index, name in enumerate(names)}
    return np.array([place.get(getattr(label, head), NOBODY) for label in labels], np.int64)
