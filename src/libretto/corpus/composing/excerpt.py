"""A window of a score as a score of its own, described by what is heard in it."""

from __future__ import annotations

from dataclasses import replace

from libretto.corpus.composing.describe import describe
from libretto.corpus.score import Harmony, Note, Score, Stretch
from libretto.errors import CorpusError

LEAST_REST = 0.25  # seconds a note begun before the window must still sound to be kept


def excerpt(score: Score, start: float, seconds: float) -> Score:
    """``seconds`` of the score from ``start`` on. Notes already sounding begin again at 0; parts without notes go.

    Raises CorpusError where the window does not lie in the score.
    """
    if start < 0 or seconds <= 0 or start + seconds > score.seconds + 1e-6:
        raise CorpusError(
            f"a window of {seconds:g} s from {start:g} s on, expected one inside the score's {score.seconds:g} s"
        )
    end = start + seconds
    parts = [replace(part, notes=_notes(part.notes, start, end, drums=part.drums)) for part in score.parts]
    cut = replace(
        score,
        seconds=seconds,
        parts=[part for part in parts if part.notes],
        beats=[round(beat - start, 4) for beat in score.beats if start <= beat < end],
        downbeats=[round(beat - start, 4) for beat in score.downbeats if start <= beat < end],
        harmony=_harmony(score.harmony, start, end),
        sections=_stretches(score.sections, start, end),
        happenings=_stretches(score.happenings, start, end),
    )
    return replace(cut, sheet=describe(cut))


def _notes(notes: list[Note], start: float, end: float, *, drums: bool) -> list[Note]:
    kept = []
    for note in notes:
        if start <= note.start < end - 0.03:
            length = min(note.duration, end - note.start)
            kept.append(replace(note, start=round(note.start - start, 4), duration=round(length, 4)))
        elif not drums and note.start < start and note.start + note.duration > start + LEAST_REST:
            length = min(note.start + note.duration, end) - start
            kept.append(replace(note, start=0.0, duration=round(length, 4)))
    return kept


def _harmony(harmony: list[Harmony], start: float, end: float) -> list[Harmony]:
    before = [h for h in harmony if h.start <= start][-1:]
    inside = [h for h in harmony if start < h.start < end]
    return [replace(h, start=round(max(0.0, h.start - start), 4)) for h in before + inside]


def _stretches(stretches: list[Stretch], start: float, end: float) -> list[Stretch]:
    return [
        Stretch(round(max(s.start, start) - start, 4), round(min(s.end, end) - start, 4), s.name)
        for s in stretches
        if s.start < end and s.end > start
    ]
