"""When things happen in a clip: beats, keys, chords and the tune, kept in its sheet as ``timeline`` and read back from there.

    {"beats": [seconds...], "downbeats": [seconds...], "keys": [[start, tonic 0..11, mode]...],
     "chords": [[start, root 0..11, quality]...], "tune": [[start, stop, MIDI pitch]...], "tuned": true}

Only what a listener can hear is told: no key and no chords where nothing has a pitch, no tune that cannot be made out. Chords are
those of a composer who knows them; "chords" is missing in datasets of older versions. What a tune is
among the notes of one player (``one_voice``) is ours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from libretto.controls import MODES, Timeline
from libretto.corpus.composing.theory import QUALITIES, parse_key
from libretto.corpus.score import Note, Part, Score, Sheet
from libretto.corpus.sound.instruments import INSTRUMENTS
from libretto.errors import CorpusError

KEY = "timeline"  # of a clip's sheet
TOGETHER = 0.035  # seconds within which notes begin together
COVERED = 0.5  # share of a lower note's length over which a higher one must go on to hide it
ALONE = 0.9  # share of a player's notes from which they are one voice
NEAR_SECONDS, FAR_BELOW = 1.5, 12  # semitones under the upper quarter of the notes around: not the tune
LEAPS = 0.1  # share of leaps over an octave from which nobody can say what the tune is
LEAST_SECONDS = 0.03  # a note of the tune cut shorter than this is left out


def timeline_of(score: Score, sheet: Sheet) -> dict[str, Any]:
    """What ``score`` says about time, ready for JSON; ``sheet`` is the rendered one, which names what is audible."""
    tune, tuned = _tune(score, sheet)
    return {
        "beats": _rounded(score.beats),
        "downbeats": _rounded(score.downbeats),
        "keys": [[round(start, 3), tonic, mode] for start, tonic, mode in _keys(score, sheet)],
        "chords": _chords(score, sheet),
        "tune": [[round(start, 3), round(stop, 3), pitch] for start, stop, pitch in tune],
        "tuned": tuned,
    }


def _rounded(times: Sequence[float]) -> list[float]:
    return [round(float(time), 3) for time in times]


def _keys(score: Score, sheet: Sheet) -> list[tuple[float, int, str]]:
    """(start, tonic, mode) where the key changes: of the chords where they are known, else the sheet's own."""
    if sheet.mode not in MODES or not sheet.key or not sheet.instruments:
        return []
    heard = [(harmony.start, harmony.tonic) for harmony in score.harmony] or [(0.0, parse_key(sheet.key))]
    return [
        (start, tonic, sheet.mode)
        for index, (start, tonic) in enumerate(heard)
        if index == 0 or tonic != heard[index - 1][1]
    ]


def _chords(score: Score, sheet: Sheet) -> list[tuple[float, int, str]]:
    """(start, root, quality) of every chord, where something with a pitch is heard."""
    if not sheet.instruments:
        return []
    return [(round(h.start, 3), (h.tonic + h.chord.root) % 12, h.chord.quality) for h in score.harmony]


def _tune(score: Score, sheet: Sheet) -> tuple[list[tuple[float, float, int]], bool]:
    """The notes (start, stop, pitch) of the part with the tune, and whether they are known.

    Where a composer, who knows the harmony, wrote none there is none. Where a score's own tune rests, others may have it.
    """
    part = _leading([part for part in score.parts if part.role == "melody" and part.notes], score.sheet.lead)
    if part is None:
        return [], bool(score.harmony) or not sheet.instruments
    if INSTRUMENTS[part.instrument].name not in sheet.instruments:
        return [], False
    tune = one_voice(part.notes, seconds=score.seconds)
    alone = score.harmony or len(tune) > ALONE * len(part.notes)
    if not alone:
        tune = above(tune)
        leaps = sum(abs(after[2] - before[2]) > 12 for before, after in pairwise(tune))
        if leaps > LEAPS * len(tune):
            return [], False
    return tune, True


def _leading(parts: list[Part], lead: str) -> Part | None:
    """The part that the sheet names as lead, the busiest where that leaves several or none."""
    named = [part for part in parts if INSTRUMENTS[part.instrument].name == lead]
    return max(named or parts, key=lambda part: len(part.notes), default=None)


def one_voice(notes: Sequence[Note], *, seconds: float) -> list[tuple[float, float, int]]:
    """(start, stop, pitch) of the tune among ``notes``, one at a time, within 0..``seconds``.

    Of notes that begin together the highest is heard. A later note takes over unless it lies under a higher one that goes
    on over half of it or more.
    """
    ordered = sorted((note for note in notes if note.start < seconds), key=lambda note: note.start)
    voice: list[tuple[float, float, int]] = []
    place = 0
    while place < len(ordered):
        first = ordered[place].start
        group = [note for note in ordered[place:] if note.start - first <= TOGETHER]
        place += len(group)
        note = max(group, key=lambda member: (member.pitch, member.duration))
        stop = min(note.start + note.duration, seconds)
        if voice and voice[-1][1] > note.start:
            start, until, pitch = voice[-1]
            if pitch > note.pitch and until - note.start >= COVERED * note.duration:
                continue
            voice[-1] = (start, note.start, pitch)
        voice.append((max(0.0, note.start), stop, note.pitch))
    return [(start, stop, pitch) for start, stop, pitch in voice if stop - start >= LEAST_SECONDS]


def above(voice: list[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    """``voice`` without what sounds in its rests far below it, as a pianist's left hand does."""
    starts, pitches = np.array([start for start, _, _ in voice]), np.array([pitch for _, _, pitch in voice])
    kept = []
    for index, note in enumerate(voice):
        near = pitches[np.abs(starts - starts[index]) <= NEAR_SECONDS]
        if note[2] > np.percentile(near, 75) - FAR_BELOW:
            kept.append(note)
    return kept


def read_timeline(sheet: dict[str, Any]) -> Timeline:
    """The timeline of a stored sheet; one that says nothing where there is none (recordings, datasets of older versions).

    Raises:
        CorpusError: it is malformed.
    """
    told = sheet.get(KEY)
    if told is None:
        return Timeline()
    fields = {"beats", "downbeats", "keys", "chords", "tune", "tuned"}
    if not isinstance(told, dict) or {*told, "chords"} != fields:
        got = f"fields {', '.join(sorted(map(str, told))) or 'none'}" if isinstance(told, dict) else repr(told)
        raise _malformed("timeline", got, f"an object of {', '.join(sorted(fields))}")
    if not isinstance(told["tuned"], bool):
        raise _malformed("tuned", repr(told["tuned"]), "true or false")
    keys = [
        (float(start), int(tonic), mode)
        for start, tonic, mode in _rows(told, "keys", "[start, tonic 0..11, mode]", lambda row: _is_key(*row))
    ]
    tune = [
        (float(start), float(stop), float(pitch))
        for start, stop, pitch in _rows(told, "tune", "[start, stop after it, MIDI pitch 0..127]", lambda row: _is_note(*row))
    ]
    chords = [
        (float(start), int(root), quality)
        for start, root, quality in _rows(told, "chords", "[start, root 0..11, quality]", lambda row: _is_chord(*row))
    ]
    return Timeline(_times(told, "beats"), _times(told, "downbeats"), keys, tune, told["tuned"], chords)


def _malformed(field: str, got: str, expected: str) -> CorpusError:
    return CorpusError(f"the {field} of a clip's timeline is {got[:120]}, expected {expected}; build the dataset again")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_key(start: object, tonic: object, mode: object) -> bool:
    return _is_number(start) and isinstance(tonic, int) and tonic in range(12) and mode in MODES


def _is_chord(start: object, root: object, quality: object) -> bool:
    return _is_number(start) and isinstance(root, int) and root in range(12) and quality in QUALITIES


def _is_note(start: Any, stop: Any, pitch: Any) -> bool:
    return all(map(_is_number, (start, stop, pitch))) and start < stop and 0 <= pitch <= 127


def _times(told: dict[str, Any], field: str) -> list[float]:
    """A list of ascending numbers."""
    times = told[field]
    if not isinstance(times, list) or not all(map(_is_number, times)) or sorted(times) != times:
        raise _malformed(field, repr(times), "ascending numbers, in seconds")
    return [float(time) for time in times]


def _rows(told: dict[str, Any], field: str, expected: str, holds: Any) -> list[Any]:
    rows = told.get(field, [])
    if not isinstance(rows, list):
        raise _malformed(field, repr(rows), f"a list of {expected}")
    for row in rows:
        if not isinstance(row, list | tuple) or len(row) != 3 or not holds(row):
            raise _malformed(field, f"{row!r} among others", expected)
    return rows
