"""What may be said of music from the notes that are really played: key, register, touch, loudness, skill, mood.

Everything here hears notes, not metadata, and keeps silent where they do not decide. The bounds are ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from libretto.corpus.score import Note, Part
from libretto.corpus.sound.instruments import INSTRUMENTS

_TONICS = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
# Probe-tone profiles of Krumhansl and Kessler (1982).
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_CHURCH = {  # mode -> (named instead of, degree that makes it, degree it replaces)
    "mixolydian": ("major", 10, 11), "lydian": ("major", 6, 5), "dorian": ("minor", 9, 8), "phrygian": ("minor", 1, 2),
}  # fmt: skip
_HELD = ("strings", "voice", "brass", "reeds", "flutes", "organ", "pad")  # sound as long as they are played
_MOOD_NAMES = {
    "sad": ("sad", "melancholic", "wistful", "sombre"),
    "dark": ("dark", "ominous", "moody"),
    "calm": ("calm", "peaceful", "gentle", "relaxed"),
    "playful": ("playful", "bouncy", "cheeky"),
    "happy": ("cheerful", "joyful", "lively", "happy"),
    "epic": ("heroic", "triumphant", "stately"),
    "fierce": ("intense", "aggressive"),
}


def key(notes: Sequence[Note], written: str) -> tuple[str, str]:
    """(tonic, mode) that may be said of ``notes``: the written key ("Ab major") where the notes agree, else what the
    notes alone show clearly (correlation with Krumhansl's profiles), else ("", "")."""
    weights = np.zeros(12)
    for note in notes:
        weights[note.pitch % 12] += min(note.duration, 2.0)
    if np.count_nonzero(weights) < 4 or np.ptp(weights) < 1e-9:
        return "", ""
    scores = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), weights)[0, 1])
        for mode, profile in (("major", _MAJOR), ("minor", _MINOR))
        for tonic in range(12)
    }
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = ranked[0]
    stated = _parse(written)
    if stated is not None and stated[1:] in ranked[:2] and scores[stated[1:]] > 0.5:
        return stated[0], _mode(weights, stated[1], stated[2])
    if stated is None and scores[best] > 0.75 and scores[best] - scores[ranked[1]] > 0.06:
        return _TONICS[best[0]], _mode(weights, *best)
    return "", ""


def _mode(weights: np.ndarray, tonic: int, mode: str) -> str:
    """Major or minor, or the church mode whose own degree is heard and the usual one hardly."""
    heard = np.roll(weights, -tonic) / weights.sum()
    for church, (like, own, usual) in _CHURCH.items():
        if mode == like and heard[own] > 0.04 and heard[usual] < 0.1 * heard[own]:
            if church == "dorian" and heard[11] > heard[10]:  # the melodic minor rises through the same sixth
                continue
            return church
    return mode


def _parse(text: str) -> tuple[str, int, str] | None:
    """ "Ab major" -> ("A flat", 8, "major")."""
    words = text.split()
    if len(words) != 2 or words[1] not in ("major", "minor") or words[0][0].upper() not in "CDEFGAB":
        return None
    letter, sign = words[0][0].upper(), words[0][1:]
    shift = {"": 0, "#": 1, "b": -1, "-": -1}.get(sign)
    if shift is None:
        return None
    tonic = (dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))[letter] + shift) % 12
    return letter + {0: "", 1: " sharp", -1: " flat"}[shift], tonic, words[1]


def _pitched(parts: Sequence[Part]) -> list[Note]:
    return [note for part in parts if not part.drums for note in part.notes]


def register(parts: Sequence[Part]) -> str:
    """ "low", "high" or "": where the sounding time lies."""
    notes = _pitched(parts)
    if not notes:
        return ""
    middle = float(np.average([note.pitch for note in notes], weights=[note.duration for note in notes]))
    return "low" if middle < 50 else "high" if middle > 74 else ""


def dynamics(parts: Sequence[Part], *, seconds: float) -> str:
    """ "growing", "fading", "soft", "loud" or "": by the velocities of all notes."""
    notes = [note for part in parts for note in part.notes]
    first = [note.velocity for note in notes if note.start < seconds / 4]
    last = [note.velocity for note in notes if note.start >= seconds * 3 / 4]
    if len(first) > 3 and len(last) > 3 and abs(np.mean(last) - np.mean(first)) > 15:
        return "growing" if np.mean(last) > np.mean(first) else "fading"
    level = float(np.mean([note.velocity for note in notes])) if notes else 75.0
    return "soft" if level < 58 else "loud" if level > 92 else ""


def articulation(part: Part) -> str:
    """ "staccato", "legato" or "" of a melody: how much of the time up to the next onset a note sounds."""
    onsets = sorted({round(note.start, 3) for note in part.notes})
    if len(onsets) < 8 or part.drums:
        return ""
    ends: dict[float, float] = {}
    for note in part.notes:
        start = round(note.start, 3)
        ends[start] = max(ends.get(start, 0.0), note.start + note.duration)
    gaps = np.diff(onsets)
    shares = [(ends[onset] - onset) / gap for onset, gap in zip(onsets, gaps, strict=False) if 0.08 < gap < 1.5]
    if len(shares) < 6:
        return ""
    held = INSTRUMENTS[part.instrument].family in _HELD
    middle = float(np.median(shares))
    return "staccato" if middle < 0.55 else "legato" if middle > 0.99 and held else ""


def onset_rate(parts: Sequence[Part], *, seconds: float) -> float:
    """Moments a second at which something begins."""
    return len({round(note.start / 0.05) for part in parts for note in part.notes}) / seconds


def skill(parts: Sequence[Part], *, seconds: float) -> str:
    """ "beginner", "advanced" or "": what one player needs for it; "" where several play."""
    if len({part.instrument for part in parts}) != 1 or parts[0].drums:
        return ""
    notes = sorted(_pitched(parts), key=lambda note: note.start)
    if len(notes) < 8:
        return ""
    rate = onset_rate(parts, seconds=seconds)
    leap = float(np.mean(np.abs(np.diff([note.pitch for note in notes]))))
    together = len(notes) / max(1.0, rate * seconds)
    if rate > 8 or (rate > 6 and leap > 5) or (rate > 5 and together > 2.2):
        return "advanced"
    spread = max(note.pitch for note in notes) - min(note.pitch for note in notes)
    return "beginner" if rate < 2.6 and together < 2.1 and spread <= 29 else ""


def mood(
    parts: Sequence[Part], mode: str, touch: str, loudness: str, place: str, rng: np.random.Generator, *, seconds: float
) -> str:
    """The mood that mode, pace, touch and loudness leave no doubt about (the cues of Juslin and Laukka 2004), or ""."""
    minor, major = mode in ("minor", "dorian", "phrygian"), mode in ("major", "lydian", "mixolydian")
    rate = onset_rate([part for part in parts if not part.drums], seconds=seconds)
    family = ""
    if minor and rate < 2.6 and loudness != "loud":
        family = "dark" if place == "low" else "sad"
    elif minor and rate > 5 and loudness == "loud":
        family = "fierce"
    elif major and rate < 2.6 and loudness not in ("loud", "growing") and touch != "staccato":
        family = "calm"
    elif major and rate > 3.5 and touch == "staccato":
        family = "playful"
    elif major and loudness == "loud" and rate < 4:
        family = "epic"
    elif major and rate > 5.5 and loudness != "soft":
        family = "happy"
    names = _MOOD_NAMES.get(family, ("",))
    return names[int(rng.integers(len(names)))]
