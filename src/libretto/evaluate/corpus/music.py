"""Musicality read from finished scores: strong beats on chord tones, notes in the scale, rhythms that come back.

Chords are read from their written symbols, beats from the score's clock. Definitions (ours):

* strong beats: the first of every bar, and its middle in bars of four beats (the fourth of five). The melody note
  struck there is the longest that begins within 45 ms, the upper one of two; notes shorter than an eighth of a beat
  are graces and never count.
* in scale: a pitch class of the key of the moment in the mode on the sheet, or a tone of the chord that sounds. The
  blues mode counts with the mixolydian notes its chords live on.
* bar-rhythm repetition: the share of bars with a melody in which every onset comes again, within an eighth of a beat,
  in another bar of the piece.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np

from libretto.corpus.composing.styles import families
from libretto.corpus.composing.theory import MODES, QUALITIES, parse_key

from ...corpus.score import Harmony, Note, Score
from ...errors import CorpusError
from .clips import corpus_wishes
from .report import Bar, Report, Row

CHORD_TONES, IN_SCALE, REPEATED = 90.0, 93.0, (60.0, 90.0)  # per cent
CHROMATIC = ("jazz",)  # families whose melodies lean on notes outside the key: shown, not held to the scale
_STRONG = {"4/4": (0, 2), "12/8": (0, 2), "5/4": (0, 3)}  # beats of a bar; (0,) elsewhere
_NEAR = 0.045  # seconds from a strong beat
_GRACE = 0.125  # of a beat
_SAME = 0.125  # of a beat, between onsets of equal rhythms
_LETTERS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@cache
def chord_classes(symbol: str) -> frozenset[int]:
    """Pitch classes 0..11 of a written chord such as ``Am7`` or ``F#/C#``."""
    name = symbol.split("/")[0]
    length = 2 if name[1:2] in ("#", "b") else 1
    quality = {"": "maj", "m": "min"}.get(name[length:], name[length:])
    if quality not in QUALITIES:
        raise CorpusError(f"chord {symbol!r} is not known: expected a root and one of {', '.join(QUALITIES)}")
    root = parse_key(name[:length])
    return frozenset((root + interval) % 12 for interval in QUALITIES[quality])


def scale_classes(tonic: int, mode: str) -> frozenset[int]:
    """Pitch classes 0..11 of a key, its tonic 0..11."""
    if mode not in MODES:
        raise CorpusError(f"mode {mode!r} is not known: expected one of {', '.join(MODES)}")
    degrees = MODES[mode] if mode != "blues" else (*MODES[mode], *MODES["mixolydian"])
    return frozenset((tonic + degree) % 12 for degree in degrees)


@dataclass
class Counts:
    """Sums over pieces, so that pieces can be added up."""

    strong: int = 0
    on_chord: int = 0
    notes: int = 0
    in_scale: int = 0
    bars: int = 0
    repeated: int = 0
    pieces: int = 0
    with_melody: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def shares(self) -> tuple[float, float, float]:
        """Per cent: strong beats on chord tones, notes in scale, bars whose rhythm returns; NaN where there are none."""
        pairs = ((self.on_chord, self.strong), (self.in_scale, self.notes), (self.repeated, self.bars))
        chord, scale, again = (100 * part / whole if whole else float("nan") for part, whole in pairs)
        return chord, scale, again


def strong_beats(score: Score) -> list[float]:
    """Times in seconds of the strong beats."""
    wanted = _STRONG.get(score.sheet.metre, (0,))
    places: dict[int, int] = defaultdict(int)
    strong = []
    for beat in score.beats:
        bar = bisect_right(score.downbeats, beat + 1e-3)
        if bar and places[bar] in wanted:  # of the bar a window cuts nobody knows the beat
            strong.append(beat)
        places[bar] += 1
    return strong


def _beat_seconds(score: Score) -> float:
    return float(np.median(np.diff(score.beats))) if len(score.beats) > 1 else 60.0 / score.sheet.bpm


def _chord_at(score: Score, time: float) -> frozenset[int]:
    """Pitch classes of the chord that sounds then."""
    return chord_classes(_harmony_at(score, time).symbol)


def _scale_at(score: Score, time: float) -> frozenset[int]:
    """Pitch classes of the key the music is in then: a modulation moves it."""
    return scale_classes(_harmony_at(score, time).tonic, score.sheet.mode)


def _harmony_at(score: Score, time: float) -> Harmony:
    index = bisect_right([harmony.start for harmony in score.harmony], time + 0.02) - 1
    return score.harmony[max(index, 0)]


def _struck(notes: Sequence[Note], time: float) -> Note | None:
    """The melody note of a strong beat, None where none begins."""
    near = [note for note in notes if abs(note.start - time) <= _NEAR]
    return max(near, key=lambda note: (round(note.duration, 2), note.pitch)) if near else None


def rhythms(notes: Sequence[Note], score: Score) -> list[np.ndarray]:
    """Onsets of every bar that has any: beats from the bar's start, ascending; chords count once."""
    beat = _beat_seconds(score)
    starts = np.array([note.start for note in notes])
    found = []
    for index, begin in enumerate(score.downbeats):
        end = score.downbeats[index + 1] if index + 1 < len(score.downbeats) else np.inf
        inside = np.sort(starts[(starts >= begin - _SAME * beat) & (starts < end - _SAME * beat)])
        if len(inside):
            onsets = (inside - begin) / beat
            found.append(onsets[np.concatenate([[True], np.diff(onsets) > _SAME])])
    return found


def _returns(bars: Sequence[np.ndarray]) -> int:
    """How many bars have another with the same onsets."""
    alike = [
        any(
            i != j and len(one) == len(other) and np.abs(one - other).max() <= _SAME for j, other in enumerate(bars)
        )
        for i, one in enumerate(bars)
    ]
    return sum(alike)


def count(score: Score) -> Counts:
    """The figures of one piece."""
    beat = _beat_seconds(score)
    lines = [part.notes for part in score.parts if part.role == "melody" and part.notes and not part.drums]
    lines = [[note for note in notes if note.duration >= _GRACE * beat] for notes in lines]
    lines = [notes for notes in lines if notes]
    counts = Counts(pieces=1, with_melody=int(bool(lines)))
    strong = strong_beats(score)
    for notes in lines:
        struck = [(time, note) for time in strong if (note := _struck(notes, time)) is not None]
        counts.strong += len(struck)
        counts.on_chord += sum(note.pitch % 12 in _chord_at(score, time) for time, note in struck)
        counts.notes += len(notes)
        counts.in_scale += sum(
            note.pitch % 12 in _scale_at(score, note.start) | _chord_at(score, note.start) for note in notes
        )
    if lines:
        bars = rhythms(max(lines, key=len), score)
        counts.bars, counts.repeated = len(bars), _returns(bars)
    return counts


def evaluate(
    *, clips: int = 500, seconds: float = 20.0, seed: int = 0, styles: Sequence[str] | None = None, **_: Any
) -> Report:
    """Musicality of ``clips`` items of the corpus, by style; nothing is rendered."""
    by_style: dict[str, Counts] = {}
    for wish in corpus_wishes(clips, seconds=seconds, seed=seed, styles=styles):
        by_style[wish.style] = by_style.get(wish.style, Counts()) + count(wish.compose())
    rows: list[Row] = []
    family = families()
    for style, counts in sorted(by_style.items()):
        on_chord, in_scale, again = counts.shares()
        tonal = family[style] not in CHROMATIC and style != "blues"
        rows.append({
            "style": style, "clips": counts.pieces, "with melody": counts.with_melody, "strong on chord %": on_chord,
            "in scale %": in_scale, "rhythm returns %": again, "tonal": "yes" if tonal else "no",
        })  # fmt: skip
    everything = sum(by_style.values(), Counts())
    tonal_counts = sum((by_style[str(row["style"])] for row in rows if row["tonal"] == "yes"), Counts())
    overall = everything.shares()
    bars = [
        Bar("strong-beat melody notes on chord tones, %", overall[0], CHORD_TONES),
        Bar("melody notes in scale, tonal styles, %", tonal_counts.shares()[1], IN_SCALE),
        Bar("melody bars whose rhythm returns, %", overall[2], *REPEATED),
    ]
    settings = {"clips": clips, "seconds": seconds, "seed": seed, "styles": len(by_style)}
    return Report("Musicality, from scores", settings, bars, {"By style": rows})
