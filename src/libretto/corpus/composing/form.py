"""Form: the sections of a piece. Short pieces alternate phrases; long ones are songs with an intro and an ending (ours)."""

from __future__ import annotations

from typing import Any

import numpy as np

from libretto.corpus.composing.plan import Section

BLOCK = 4  # bars between changes of texture
SONG_BARS = 20  # a piece this long is a song when it lasts SONG_SECONDS
SONG_SECONDS = 45.0

# How much fuller a kind of section is than the piece as a whole, -1..1.
ENERGY = {
    "intro": -0.3, "verse": -0.05, "chorus": 0.15, "bridge": 0.0, "solo": 0.1, "build": 0.05, "drop": 0.25,
    "break": -0.35, "outro": -0.25, "": 0.0,
}  # fmt: skip

# Kind, material (a letter has its own chords, rhythms and motifs) and length in units of four bars or so.
SONGS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "pop": (("intro", "A", 1), ("verse", "A", 2), ("chorus", "B", 2), ("verse", "A", 2), ("chorus", "B", 2),
            ("bridge", "C", 1), ("chorus", "B", 2), ("outro", "A", 1)),
    "club": (("intro", "A", 2), ("build", "A", 1), ("drop", "B", 4), ("break", "C", 2), ("build", "C", 1),
             ("drop", "B", 4), ("outro", "A", 2)),
    "loop": (("intro", "A", 1), ("verse", "A", 4), ("chorus", "B", 2), ("verse", "A", 4), ("break", "C", 1),
             ("chorus", "B", 2), ("outro", "A", 1)),
    "jazz": (("intro", "A", 1), ("verse", "A", 2), ("verse", "A", 2), ("bridge", "B", 2), ("verse", "A", 2),
             ("solo", "A", 4), ("solo", "B", 2), ("verse", "A", 2)),
    "twelve": (("verse", "A", 3), ("verse", "A", 3), ("solo", "A", 3), ("solo", "A", 3), ("verse", "A", 3)),
    "strophic": (("intro", "A", 1), ("verse", "A", 2), ("verse", "A", 2), ("chorus", "B", 2), ("verse", "A", 2),
                 ("outro", "A", 1)),
    "ternary": (("verse", "A", 4), ("bridge", "C", 4), ("verse", "A", 3), ("outro", "A", 1)),
    "rondo": (("verse", "A", 2), ("chorus", "B", 2), ("verse", "A", 2), ("bridge", "C", 2), ("verse", "A", 2)),
    "arc": (("intro", "A", 2), ("verse", "A", 3), ("build", "B", 2), ("chorus", "B", 3), ("outro", "A", 2)),
    "dance": (("intro", "A", 1), ("verse", "A", 4), ("chorus", "B", 3), ("break", "C", 1), ("chorus", "B", 4),
              ("outro", "B", 1)),
    "march": (("intro", "A", 1), ("verse", "A", 4), ("verse", "A", 4), ("bridge", "C", 4), ("chorus", "B", 4)),
}  # fmt: skip
FIRST_TO_GO = ("bridge", "break", "solo", "verse", "chorus", "build", "intro", "outro", "drop")
FIRST_TO_GROW = ("chorus", "drop", "verse", "solo", "bridge")


def short(bars: int, rng: np.random.Generator) -> list[Section]:
    """Phrases of eight bars, of four in a clip: A A B A and the like."""
    size = 8 if bars > 24 else BLOCK
    letters = ("AABA", "AABB", "AAAB", "ABAB", "AABC")[int(rng.integers(5))]
    starts = range(0, bars, size)
    return [
        Section("", letters[index % 4], start, min(size, bars - start), 0.0)
        for index, start in enumerate(starts)
    ]


def song(name: str, bars: int) -> list[Section]:
    """The song form cut or stretched to exactly ``bars``: repeats go first and return first, the last section takes the rest."""
    pattern: list[list[Any]] = [list(section) for section in SONGS[name]]
    units = sum(int(length) for _, _, length in pattern)
    unit = next((size for size in (8, 4) if units * size <= bars * 1.3), 4)
    if name == "twelve":
        unit = 4
    total = units * unit
    while total > bars and len(pattern) > (1 if name == "twelve" else 2):
        index = _least_needed(pattern)
        total -= int(pattern.pop(index)[2]) * unit
    if len(pattern) < len(SONGS[name]):  # what was between two of a kind is gone: they are one now
        for index in range(len(pattern) - 1, 0, -1):
            if pattern[index][:2] == pattern[index - 1][:2]:
                pattern[index - 1][2] += pattern.pop(index)[2]
    while total > bars:
        pattern[0][2] = max(1, int(pattern[0][2]) - 1)
        unit, total = max(1, unit // 2), sum(int(row[2]) for row in pattern) * max(1, unit // 2)
    step = 3 if name == "twelve" else 1
    turn = 0
    while total + step * unit <= bars:
        growing = [index for kind in FIRST_TO_GROW for index, row in enumerate(pattern) if row[0] == kind]
        pattern[growing[turn % len(growing)] if growing else 0][2] += step
        total, turn = total + step * unit, turn + 1
    sections, start = [], 0
    for index, (kind, letter, length) in enumerate(pattern):
        size = int(length) * unit if index < len(pattern) - 1 else bars - start
        sections.append(Section(str(kind), str(letter), start, size, ENERGY[str(kind)]))
        start += size
    return sections


def _least_needed(pattern: list[list[Any]]) -> int:
    """One that only repeats its neighbour, else one heard before, else the first kind that a short song does without."""
    for index in range(1, len(pattern)):
        if pattern[index][:2] == pattern[index - 1][:2]:
            return index
    seen: dict[tuple[object, object], int] = {}
    repeats = []
    for index, (kind, letter, _) in enumerate(pattern):
        if (kind, letter) in seen:
            repeats.append(index)
        seen[kind, letter] = index
    kinds = [row[0] for row in pattern]
    if repeats:
        return min(repeats, key=lambda index: (FIRST_TO_GO.index(str(kinds[index])), -index))
    return min(range(len(pattern)), key=lambda index: FIRST_TO_GO.index(str(kinds[index])))
