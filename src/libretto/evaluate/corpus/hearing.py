"""What the listener is given: log-mel patches of clips and the labels of style, mood family and lead instrument.

A clip is heard twice, one byte a value: a quick patch of 64 mel bands, 50 frames a second, for timbre and rhythm, and a
fine one of 384 bands over long windows, 3 frames a second, in which pitches can be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from libretto.corpus.composing.moods import MOODS
from libretto.corpus.sound.instruments import INSTRUMENTS

from ...config import MelSpec
from ...corpus.labels import LEAD_SHARE, Labels, lead_class
from ...corpus.score import Part, Score, Sheet
from ...features import log_mel
from .clips import SAMPLE_RATE, Wish, make, measured

MEL = MelSpec(sample_rate=SAMPLE_RATE, window=1024, hop=SAMPLE_RATE // 50, bands=64, floor=1e-5)
FINE = MelSpec(sample_rate=SAMPLE_RATE, window=8192, hop=SAMPLE_RATE // 3, bands=384, floor=1e-5)
STEP = 5.0 / 255  # log10 amplitude between neighbouring values of a patch
HEADS = ("style", "mood", "lead")


@dataclass(frozen=True)
class Heard:
    """Quick patches uint8 [clips, T, 64], fine ones uint8 [clips, t, 384], and their labels."""

    quick: np.ndarray
    fine: np.ndarray
    labels: list[Labels]


def patch(samples: np.ndarray, spec: MelSpec) -> np.ndarray:
    """Samples [N] at 24 kHz -> uint8 [T, bands]: 0 is the floor of the log-mel, 255 full scale."""
    return np.rint((np.clip(log_mel(samples, spec), -5.0, 0.0) + 5.0) / STEP).astype(np.uint8)


def lead_of(score: Score, sheet: Sheet) -> str:
    """The class of the instrument with the tune, "" without one that can be heard or that sounds for LEAD_SHARE of the clip.

    The sheet's own word counts; a sheet that does not say has the first melody part on it.
    """
    parts = sorted((part for part in score.parts if not part.drums), key=lambda part: part.role != "melody")
    named = sheet.lead or next(
        (name for part in parts if part.role == "melody" and (name := INSTRUMENTS[part.instrument].name) in sheet.instruments), ""
    )
    leading = [part for part in parts if INSTRUMENTS[part.instrument].name == named]
    if not leading or _sounds(leading, score.seconds) < LEAD_SHARE:
        return ""
    return lead_class(leading[0].instrument)


def _sounds(parts: Sequence[Part], seconds: float) -> float:
    """The share of the clip in which one of the parts holds a note."""
    held = np.zeros(max(1, round(100 * seconds)), bool)
    for note in (note for part in parts for note in part.notes):
        held[int(100 * note.start) : int(100 * (note.start + note.duration))] = True
    return float(held.mean())


def of_wish(wish: Wish, fonts: Sequence[Path] | None) -> tuple[np.ndarray, np.ndarray, Labels]:
    """Quick and fine patch of one piece, and its labels."""
    made = make(wish, fonts=fonts)
    sheet = made.rendered.sheet
    mono = made.mono
    return patch(mono, MEL), patch(mono, FINE), Labels(wish.style, MOODS[sheet.mood].family.name, lead_of(made.score, sheet))


def gather(asked: Sequence[Wish], *, fonts: Sequence[Path] | None, workers: int) -> Heard:
    """Patches and labels of every piece, in order."""
    found = list(measured(asked, of_wish, fonts=fonts, workers=workers))
    quick, fine, labels = zip(*found)
    return Heard(np.stack(quick), np.stack(fine), list(labels))
