"""The attributes of a sheet that follow from the notes: read off what is really played between 0 and ``seconds``.

Thresholds are ours, set so that a listener would agree.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from libretto.corpus.composing.theory import KEYS, mode_of
from libretto.corpus.score import Part, Score, Sheet, Stretch
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS

PROMINENCE = {"melody": 0, "chords": 1, "arpeggio": 2, "bass": 3, "counter": 4, "pad": 5, "drums": 6, "effect": 7}
HEARD_SECONDS = 0.3  # a chord shorter than this at the end says nothing of the mode
SECTION_SECONDS = 2.5  # a section must last this long to be named
WITHOUT_SECTIONS = ("classical", "ambient")  # families nobody hears verses in
STACCATO, LEGATO = 0.5, 0.93  # share of the time to the next note that a note sounds
SOFT, LOUD = 56.0, 100.0  # mean velocity
SWELL = 1.22  # loudness of the last third beside the first, to be told as growing
LOW, HIGH = 54.0, 77.0  # mean MIDI pitch of the tune
EASY, HARD = 2.2, 8.0  # onsets a second of a solo piece
SOLO_FAMILIES = ("keys", "guitar", "strings", "flutes", "reeds", "mallets", "organ")


def describe(score: Score) -> Sheet:
    """The score's sheet with everything that depends on its stretch of time written anew."""
    sheet, seconds = score.sheet, score.seconds
    parts = [part for part in score.parts if part.notes]
    pitched = [part for part in parts if not part.drums and part.role != "effect"]
    names = [
        INSTRUMENTS[part.instrument].name for part in sorted(pitched, key=lambda part: PROMINENCE[part.role])
    ]
    kit = next((part.instrument for part in parts if part.drums), "")
    tune = _tune(pitched)
    key, mode = _key(score)
    return replace(
        sheet,
        key=key or sheet.key,
        mode=mode or sheet.mode,
        instruments=list(dict.fromkeys(names)),
        drums=KITS[kit].name if kit else "",
        lead=INSTRUMENTS[tune.instrument].name if tune is not None and tune.role == "melody" else "",
        articulation=_articulation(tune),
        dynamics=_dynamics(parts, seconds),
        register=_register(tune),
        sections=[] if sheet.family in WITHOUT_SECTIONS else _heard(score.sections, seconds, SECTION_SECONDS),
        happenings=list(dict.fromkeys(_heard(score.happenings, seconds, 0.0))),
        skill="" if kit else _skill(pitched, seconds),
    )


def _key(score: Score) -> tuple[str, str]:
    """Tonic and mode of the chords heard, of the longest-lived key where it changes."""
    heard = [h for h in score.harmony if h.start < score.seconds - HEARD_SECONDS] or score.harmony[:1]
    if not heard:
        return "", ""
    ends = [h.start for h in heard[1:]] + [score.seconds]
    lasting: dict[int, float] = {}
    for harmony, end in zip(heard, ends):
        lasting[harmony.tonic] = lasting.get(harmony.tonic, 0.0) + end - harmony.start
    tonic = max(lasting, key=lambda pitch: lasting[pitch])
    return KEYS[tonic], mode_of([h.chord for h in heard if h.tonic == tonic])


def _tune(pitched: list[Part]) -> Part | None:
    """The part a listener follows: the busiest melody, else what is most prominent."""
    melodies = [part for part in pitched if part.role == "melody" and len(part.notes) >= 3]
    if melodies:
        return max(melodies, key=lambda part: len(part.notes))
    return min(pitched, key=lambda part: PROMINENCE[part.role], default=None)


def _articulation(part: Part | None) -> str:
    if part is None or len(part.notes) < 6:
        return ""
    ordered = sorted(part.notes, key=lambda note: note.start)
    shares = [a.duration / (b.start - a.start) for a, b in pairwise(ordered) if 0.08 < b.start - a.start < 2.0]
    if len(shares) < 5:
        return ""
    middle = float(np.median(shares))
    return "staccato" if middle < STACCATO else "legato" if middle > LEGATO else ""


def _dynamics(parts: list[Part], seconds: float) -> str:
    notes = [(note.start, note.velocity) for part in parts for note in part.notes if part.role != "effect"]
    if len(notes) < 6:
        return ""
    start, velocity = np.array(notes).T
    first, last = velocity[start < seconds / 3], velocity[start > 2 * seconds / 3]
    if len(first) > 2 and len(last) > 2:
        # the sum counts too: more players make a crescendo
        ratio = last.mean() / first.mean() * (last.sum() / first.sum()) ** 0.25
        if ratio > SWELL:
            return "growing"
        if ratio < 1 / SWELL:
            return "fading"
    return "soft" if velocity.mean() < SOFT else "loud" if velocity.mean() > LOUD else ""


def _register(part: Part | None) -> str:
    if part is None or part.role != "melody":
        return ""
    pitch = float(np.mean([note.pitch for note in part.notes]))
    return "low" if pitch < LOW else "high" if pitch > HIGH else ""


def _heard(stretches: list[Stretch], seconds: float, least: float) -> list[str]:
    """Names of what overlaps 0..seconds for long enough, neighbours of one name told once."""
    names = [
        s.name for s in stretches if s.name and s.start < seconds and min(s.end, seconds) - max(s.start, 0.0) >= least
    ]
    return [name for index, name in enumerate(names) if index == 0 or name != names[index - 1]]


def _skill(pitched: list[Part], seconds: float) -> str:
    """What it takes to play a piece for one instrument alone."""
    if len({part.instrument for part in pitched}) != 1 or seconds < 4:
        return ""
    if INSTRUMENTS[pitched[0].instrument].family not in SOLO_FAMILIES:
        return ""
    onsets = {round(note.start / 0.04) for part in pitched for note in part.notes}
    rate = len(onsets) / seconds
    return "beginner" if rate < EASY else "advanced" if rate > HARD else ""
