"""Versions of one tune, as pairs to learn from: arranged, played by another instrument, hummed, sung, whistled.

MusicLM (2301.11325 section 4.5) had covers and hums of the same songs; ours are made by the composer. The key stays,
tempo and ornaments vary. How a version is drawn is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from libretto.corpus.composing.compose import compose
from libretto.corpus.composing.styles import STYLES
from libretto.corpus.sound.instruments import INSTRUMENTS
from libretto.corpus.sound.render import play, render
from libretto.corpus.sound.singing import MANNERS, sing, top_line
from libretto.corpus.sound.soundfont import find_fonts

from ..corpus.score import Note, Part, Score

KINDS = ("arranged", "band", "solo", "sung", "hummed")
SOLOISTS = tuple(name for name, spec in INSTRUMENTS.items() if spec.family not in ("bass", "pad", "fx") and spec.high >= 72)
LEAST_NOTES = 10
COVERED = 0.55  # of the time in which the tune must sound
LEFT_OUT = 0.3  # chance that a part of the accompaniment is missing from the band
FASTEST = 0.07  # share by which the tempo of a version differs at most


@dataclass(frozen=True)
class Version:
    """Mono samples float32 [N]; second t of the tune sounds at ``t / pace``."""

    kind: str
    samples: np.ndarray
    pace: float = 1.0


def find_tune(seed: int, *, seconds: float) -> tuple[Score, Part]:
    """A piece that has a tune worth singing, and the part that plays it; the same for the same seed."""
    styles = list(STYLES)
    for attempt in range(50):
        rng = np.random.default_rng([seed, attempt, 21])
        score = compose(styles[int(rng.integers(len(styles)))], seed=int(rng.integers(2**31)), seconds=seconds)
        for part in score.parts:
            line = top_line(part.notes)
            sounding = sum(note.duration for note in line)
            if part.role == "melody" and len(line) >= LEAST_NOTES and sounding > COVERED * seconds:
                return score, part
    raise AssertionError("no style has tunes")  # pragma: no cover


def versions(
    seed: int, *, seconds: float, sample_rate: int, fonts: Sequence[Path] | None = None, kinds: Sequence[str] = KINDS
) -> list[Version]:
    """The tune of ``seed`` in each of ``kinds``, ``seconds`` long or a little less where it is played faster."""
    score, part = find_tune(seed, seconds=seconds)
    found = find_fonts(fonts)
    made: list[Version] = []
    for kind in kinds:
        rng = np.random.default_rng([seed, KINDS.index(kind), 22])
        if kind in ("arranged", "band"):
            chosen = score if kind == "arranged" else _another_band(score, part, rng)
            samples = render(chosen, sample_rate=sample_rate, fonts=found).audio.mono().samples[0]
            made.append(Version(kind, samples))
            continue
        pace = float(rng.uniform(1 - FASTEST, 1 + FASTEST))
        notes, count = _retold(part.notes, rng, pace=pace), round(seconds / pace * sample_rate)
        if kind == "solo":
            name = SOLOISTS[int(rng.integers(len(SOLOISTS)))]
            alone = Part("melody", name, _within(notes, name))
            samples = play(alone, count, rng, fonts=found, sample_rate=sample_rate).mean(axis=0)
        else:
            manner = "hum" if kind == "hummed" else list(MANNERS)[int(rng.integers(len(MANNERS)))]
            samples = sing(notes, count, rng, manner=manner, sample_rate=sample_rate)
        made.append(Version(kind, samples.astype(np.float32), pace))
    return made


def _another_band(score: Score, tune: Part, rng: np.random.Generator) -> Score:
    """The piece with another lead and without some of the others."""
    name = SOLOISTS[int(rng.integers(len(SOLOISTS)))]
    parts = [replace(tune, instrument=name, notes=_within(tune.notes, name), gain_db=tune.gain_db + float(rng.uniform(0, 3)))]
    parts += [part for part in score.parts if part is not tune and rng.random() >= LEFT_OUT]
    return replace(score, parts=parts, seed=int(rng.integers(2**31)))


def _within(notes: Sequence[Note], name: str) -> list[Note]:
    """The notes moved by whole octaves, all alike, to where the instrument can play them; single notes follow where it cannot."""
    spec = INSTRUMENTS[name]
    mean = float(np.mean([note.pitch for note in notes]))
    octaves = 12 * round(((spec.low + spec.high) / 2 - mean) / 12)
    moved = []
    for note in notes:
        pitch = note.pitch + octaves
        while pitch < spec.low:
            pitch += 12
        while pitch > spec.high:
            pitch -= 12
        moved.append(replace(note, pitch=pitch))
    return moved


def _retold(notes: Sequence[Note], rng: np.random.Generator, *, pace: float) -> list[Note]:
    """The tune from memory: another tempo, loose timing, a few grace notes, a few notes forgotten."""
    told: list[Note] = []
    for note in top_line(notes):
        if rng.random() < 0.03 and note.duration < 0.4:
            continue
        start = max(0.0, note.start / pace + float(rng.normal(0, 0.015)))
        length = max(0.06, note.duration / pace * float(rng.uniform(0.85, 1.05)))
        if rng.random() < 0.05 and length > 0.3:
            told.append(Note(start, 0.07, note.pitch + int(rng.choice([-2, -1, 1, 2])), note.velocity))
            start, length = start + 0.07, length - 0.07
        velocity = int(np.clip(note.velocity + rng.normal(0, 6), 20, 120))
        told.append(Note(start, length, note.pitch, velocity))
    return told
