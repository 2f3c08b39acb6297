"""What all parts of one piece agree on (tempo, chords, sections, mood) and the language patterns are written in.

Patterns are rows of sixteenths: ``x`` strong, ``o`` medium, ``g`` ghost, ``-`` hold, ``.`` rest. Bass rows may also name
degrees (``3 5 7 8``) and ``a``, an approach to the next root; drum rows may hold ``r``, a roll. A row of twice the
bar's steps spans two bars.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from libretto.corpus.composing.moods import Mood
from libretto.corpus.composing.theory import Chord, chord_scale

if TYPE_CHECKING:
    from libretto.corpus.composing.styles.style import Style

Item = TypeVar("Item")


class Event(NamedTuple):
    """A note in score time: quarters from the start; ``velocity`` 0..1 before the piece's loudness is applied."""

    start: float
    duration: float
    pitch: int
    velocity: float
    slide: float = 0.0  # as in score.Note
    vibrato: float = 0.0
    muted: bool = False


class Onset(NamedTuple):
    """One stroke of a pattern: offset and length in quarters, and the symbol written."""

    offset: float
    length: float
    symbol: str


@dataclass(frozen=True)
class Metre:
    """``quarters`` per bar; ``beat`` the length in quarters of what a foot taps."""

    name: str
    quarters: float
    beat: float

    @property
    def steps(self) -> int:
        """Sixteenths per bar."""
        return int(self.quarters * 4)


METRES = {
    name: Metre(name, q, beat)
    for name, q, beat in (
        ("4/4", 4, 1), ("3/4", 3, 1), ("6/8", 3, 1.5), ("2/4", 2, 1), ("12/8", 6, 1.5), ("5/4", 5, 1),
    )
}

LOUDNESS = {"x": 1.0, "o": 0.78, "g": 0.45}


SECTIONS = ("intro", "verse", "chorus", "bridge", "solo", "build", "drop", "break", "outro")


@dataclass(frozen=True)
class Section:
    """A stretch of the form: ``kind`` of SECTIONS ("" in a short piece), ``letter`` its material, ``energy`` -1..1."""

    kind: str
    letter: str
    start: int  # bars
    bars: int
    energy: float

    @property
    def end(self) -> int:
        """The bar after its last."""
        return self.start + self.bars


@dataclass
class Plan:
    """The shared decisions of one piece."""

    style: Style
    rng: np.random.Generator
    bpm: float
    tonic: int
    mode: str
    mood: Mood
    metre: Metre
    bars: int
    density: float  # 0..1
    intensity: float  # 0..1
    chords: list[tuple[float, Chord]]  # (quarter, chord), ascending
    form: list[Section]
    fills: set[int] = field(default_factory=set)  # bars that end with a fill
    shifts: list[tuple[int, int]] = field(default_factory=list)  # (bar, semitones above the first key) from there on
    shape: str = ""  # of the loudness over a short piece: growing, fading
    ends: bool = False  # comes to rest in its last bar instead of being cut
    octaves: bool = False  # melodies are doubled an octave above
    tremolo: bool = False  # held chords are broken into strokes

    def __post_init__(self) -> None:
        self._starts = [start for start, _ in self.chords]
        self.sections = [section.letter for section in self.form for _ in range(section.bars)]

    def section_at(self, bar: int) -> Section:
        """The section a bar belongs to."""
        return next((section for section in self.form if bar < section.end), self.form[-1])

    def shift_at(self, quarter: float) -> int:
        """Semitones by which a modulation has lifted the music then."""
        bar = (quarter + 1e-6) / self.metre.quarters
        return next((semitones for start, semitones in reversed(self.shifts) if bar >= start), 0)

    def level_at(self, quarter: float) -> float:
        """How loud that point of the form is played, 1 on average."""
        place = quarter / self.quarters
        if self.shape:
            return 0.6 + 0.5 * (place if self.shape == "growing" else 1 - place)
        section = self.section_at(int((quarter + 1e-6) / self.metre.quarters))
        inside = (quarter / self.metre.quarters - section.start) / max(1, section.bars)
        ramp = {"build": 0.35 * (inside - 0.5), "outro": -0.25 * inside}.get(section.kind, 0.0)
        return 1.0 + 0.4 * section.energy + ramp

    @property
    def quarter_seconds(self) -> float:
        """Seconds per quarter; the tempo counts the metre's beats."""
        return 60.0 / self.bpm / self.metre.beat

    @property
    def quarters(self) -> float:
        """Length of the piece."""
        return self.bars * self.metre.quarters

    def chord_at(self, quarter: float) -> Chord:
        """The chord sounding then."""
        return self.chords[max(0, bisect_right(self._starts, quarter + 1e-6) - 1)][1]

    def next_chord(self, quarter: float) -> tuple[float, Chord]:
        """When the chord changes next (the end of the piece at the latest), and the chord that follows."""
        index = bisect_right(self._starts, quarter + 1e-6)
        return self.chords[index] if index < len(self.chords) else (self.quarters, self.chords[0][1])

    def scale_at(self, quarter: float, *, pentatonic: bool = False) -> tuple[int, ...]:
        """Pitch classes (absolute) to play over the chord then."""
        tones = chord_scale(self.mode, self.chord_at(quarter), pentatonic)
        return tuple((self.tonic + tone) % 12 for tone in tones)

    def tones_at(self, quarter: float) -> tuple[int, ...]:
        """Pitch classes (absolute) of the chord then, root first."""
        return tuple((self.tonic + tone) % 12 for tone in self.chord_at(quarter).tones)

    def choose(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[int(self.rng.integers(len(items)))]

    def row(self, rows: Sequence[str]) -> str:
        """One of the rows; a dense piece leans to the busiest of three draws, a thin one to the quietest."""
        drawn = sorted((self.choose(rows) for _ in range(3)), key=strokes)
        place = 3 * self.density + float(self.rng.uniform(-0.7, 0.7))
        return drawn[min(2, max(0, int(place)))]

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return bool(self.rng.random() < probability)


@lru_cache(maxsize=4096)
def onsets(row: str, steps: int, bar: int = 0) -> tuple[Onset, ...]:
    """The strokes of one bar of a pattern row. Short rows repeat; rows of two bars take turns."""
    start = (bar * steps) % len(row) if len(row) > steps else 0
    cells = (row + row)[start : start + steps] if len(row) >= steps else (row * steps)[:steps]
    found = []
    for step, symbol in enumerate(cells):
        if symbol in ".-":
            continue
        length = 1
        while step + length < len(cells) and cells[step + length] == "-":
            length += 1
        found.append(Onset(step / 4, length / 4, symbol))
    return tuple(found)


def strokes(row: str) -> int:
    """How many notes a row starts."""
    return sum(symbol not in ".-" for symbol in row)


def rooms(found: Sequence[Onset], width: float) -> list[float]:
    """Quarters from each stroke to the next, or to the bar's end."""
    ends = [stroke.offset for stroke in found[1:]] + [width]
    return [end - stroke.offset for stroke, end in zip(found, ends)]


def fitting(rows: Sequence[str], steps: int) -> list[str]:
    """Rows written for this bar length; where there are none, rows of other lengths adapted to it."""
    return [row for row in rows if len(row) % steps == 0] or [adapted(row, steps) for row in rows]


@lru_cache(maxsize=4096)
def adapted(row: str, steps: int) -> str:
    """A row of another metre in a bar of ``steps``: cut for three, swung for twelve eighths, a beat more for five (ours)."""
    bar = row[: 16 if len(row) % 16 == 0 else len(row)]
    if len(bar) == 16 and steps == 24:  # each beat of four becomes one of six: 0 2 4 5
        swung = []
        for at in range(0, 16, 4):
            a, b, c, d = bar[at], bar[at + 1], bar[at + 2], bar[at + 3]
            swung += [a, "-" if b == "-" else ".", b, "-" if c == "-" else ".", c, d]
        return "".join(swung)
    longer = bar + bar[:4] if len(bar) == 16 and steps == 20 else bar * (-(-steps // len(bar)))
    return longer[:steps]


def nearest(pitch_class: int, around: float, low: int, high: int) -> int:
    """The pitch of that class nearest to ``around`` and inside low..high."""
    pitch = int(around) + (pitch_class - int(around)) % 12
    if pitch - around > 6:
        pitch -= 12
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch
