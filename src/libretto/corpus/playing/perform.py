"""From a written score to a performance: which bars, how free, how loud, how joined. Ours unless a paper is named.

What performers do to a score follows the rules that were measured on them: phrases slow down at their ends and are
louder in the middle (Todd 1992), higher notes are a little louder and the beat is marked (Friberg, Bresin and
Sundberg 2006), the tune comes a few hundredths of a second early and stands out of its chords (Goebl 2001), and a
piece ends like a runner who stops (Friberg and Sundberg 1999). A performed file keeps its own timing and touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from libretto.corpus.playing.midi import Line, Midi, TickNote
from libretto.corpus.score import Note

_LEVELS = {"melody": 84, "counter": 74, "chords": 68, "bass": 74, "drums": 86}  # velocity
_STEP = 0.05  # seconds of the score between two points of the tempo curve
_RITARDANDO_POWER = 3.0  # Friberg and Sundberg's q
_HATS = (42, 44, 46, 51, 53, 59, 54, 69, 70, 82)  # General MIDI: what keeps time


@dataclass(frozen=True)
class Window:
    """The music that is played: from tick ``ticks`` up to ``end``, ``repeat`` ticks long where it is played again."""

    ticks: int
    end: int
    repeat: int = 0
    ending: bool = False  # the end of the music is heard


@dataclass(frozen=True)
class Manner:
    """How a piece is played. The defaults play what is written."""

    pace: float = 1.0  # times the written tempo
    breath: float = 0.0  # share by which the tempo varies over a phrase
    phrase_bars: int = 4
    ritardando: float = 1.0  # the last tempo, as a share of the tempo
    level: float = 0.0  # velocity beside the usual
    swell: float = 0.0  # velocity gained from the first to the last note
    length: float = 0.94  # of its written length that a note sounds
    lead: float = 0.0  # seconds by which the tune comes early
    roll: float = 0.0  # chance that a held chord is rolled
    looseness: float = 0.0  # seconds of spread of an attack


def cut(midi: Midi, rng: np.random.Generator, *, seconds: float) -> Window:
    """``seconds`` of the file's own time from a bar line on: a random one, now and then the first, or so that the end
    of the music is heard. Half of the bars have notes. Shorter music is repeated."""
    bars, times = midi.bars, midi.seconds(np.array(midi.bars))
    onsets = np.unique([note.start for line in midi.lines for note in line.notes])
    first = int(np.searchsorted(bars, onsets[0], side="right")) - 1
    if times[-1] - times[first] <= seconds:
        return Window(bars[first], bars[-1], bars[-1] - bars[first])
    where = rng.random()
    if where < 0.15:
        return Window(bars[first], bars[-1])
    if where < 0.35:  # the end, with room for a ritardando and for what rings on
        start = int(np.searchsorted(times, times[-1] - 0.9 * seconds + 0.5))
        if first <= start < len(bars) - 2:
            return Window(bars[start], bars[-1], ending=True)
    busy = np.histogram(onsets, bars)[0] > 0
    last = np.searchsorted(times, times + seconds)
    counts = np.concatenate([[0], np.cumsum(busy)])
    good = [
        bar
        for bar in range(first, len(bars) - 1)
        if times[bar] + seconds <= times[-1]
        and busy[bar]
        and counts[min(last[bar], len(busy))] - counts[bar] >= 0.5 * (last[bar] - bar)
    ]
    return Window(bars[int(rng.choice(good)) if good else first], bars[-1])


def roles(lines: list[Line]) -> list[str]:
    """A role for every line: the highest sings, the lowest is the bass where it is low, the others fill."""
    pitches = {
        index: float(np.mean([note.pitch for note in line.notes])) for index, line in enumerate(lines) if not line.drums
    }
    found = ["drums" if line.drums else "chords" for line in lines]
    if not pitches:
        return found
    low, high = min(pitches, key=lambda index: pitches[index]), max(pitches, key=lambda index: pitches[index])
    if len(pitches) > 1 and pitches[low] < 52:
        found[low] = "bass"
    found[high] = "melody"
    return found


class Performance:
    """Plays the lines of one window in one manner, for ``seconds``. All lines share its tempo curve."""

    def __init__(
        self, midi: Midi, window: Window, manner: Manner, rng: np.random.Generator, *, seconds: float
    ) -> None:
        self.midi, self.window, self.manner, self.rng, self.seconds = midi, window, manner, rng, seconds
        self.written = midi.quantised
        self._origin = float(midi.seconds(window.ticks))
        self._length = float(midi.seconds(window.end)) - self._origin
        need = 2.0 * seconds * manner.pace + 1.0
        self._copies = int(np.ceil(need / max(self._length, 0.25))) if window.repeat else 1
        whole = min(need, self._length * self._copies) if window.repeat or window.ending else need
        self._score = np.arange(0.0, whole + _STEP, _STEP)
        bar_times = midi.seconds(np.array(midi.bars)) - self._origin
        phrases = bar_times[:: manner.phrase_bars]
        self._phrases = phrases if len(phrases) > 1 else np.array([0.0, max(self._length, 1.0)])
        speed = manner.pace * self._speed(self._score)
        between = (1 / speed[1:] + 1 / speed[:-1]) / 2 * _STEP
        self._played = np.concatenate([[0.0], np.cumsum(between)])

    def _within(self, times: np.ndarray) -> np.ndarray:
        """Where score seconds lie in their phrase: 0..1."""
        times = np.mod(times, self._length) if self.window.repeat else times
        place = np.clip(np.searchsorted(self._phrases, times, side="right") - 1, 0, len(self._phrases) - 2)
        start, end = self._phrases[place], self._phrases[place + 1]
        return np.clip((times - start) / np.maximum(end - start, 1e-3), 0.0, 1.0)

    def _speed(self, times: np.ndarray) -> np.ndarray:
        """The tempo at score seconds, 1 on average: a parabola over each phrase, a slow drift, the final ritardando."""
        manner = self.manner
        arc = 1 - 3 * (2 * self._within(times) - 1) ** 2
        drift = np.sin(2 * np.pi * times / self.rng.uniform(9, 17) + self.rng.uniform(0, 2 * np.pi))
        speed = 1 + manner.breath * (0.5 * arc + 0.3 * drift)
        if self.window.ending and manner.ritardando < 1:
            bars = self.midi.seconds(np.array(self.midi.bars[-3:])) - self._origin
            start = float(bars[0]) if bars[-1] - bars[0] < 5 else float(bars[-2])
            x = np.clip((times - start) / max(self._length - start, 0.1), 0.0, 1.0)
            speed *= (1 + (manner.ritardando**_RITARDANDO_POWER - 1) * x) ** (1 / _RITARDANDO_POWER)
        return speed

    def time(self, times: np.ndarray) -> np.ndarray:
        """Score seconds since the window's start [...] to seconds of the performance [...]."""
        beyond = np.maximum(times - self._score[-1], 0.0) / self.manner.pace
        return np.interp(times, self._score, self._played) + beyond

    def bars(self) -> list[float]:
        """The bar lines that are heard, in seconds."""
        return self._heard([tick for tick in self.midi.bars if self.window.ticks <= tick <= self.window.end])

    def beats(self) -> list[float]:
        """The felt beats (``Midi.felt_beat``) that are heard, in seconds, counted from every bar line; none where they do
        not fill the bars, as in 5/8."""
        midi, ticks = self.midi, [float(self.window.end)]
        for bar, (start, end) in enumerate(pairwise(midi.bars)):
            if self.window.ticks <= start < self.window.end and self.time(midi.seconds(start) - self._origin) < self.seconds:
                if midi.felt_beats(bar) % 1:
                    return []
                ticks += np.arange(start, end - 1, midi.felt_beat(bar) * midi.ticks_per_quarter).tolist()
        return self._heard(sorted(ticks))

    def _heard(self, ticks: Sequence[float]) -> list[float]:
        """When ``ticks`` of the window, the first and the last one included, are played before ``seconds``, repeats too."""
        lines = self.midi.seconds(np.array(ticks)) - self._origin
        lines = np.concatenate([lines[:-1] + copy * self._length for copy in range(self._copies)] + [lines[-1:]])
        return [float(time) for time in np.unique(self.time(lines)) if time < self.seconds]

    def slows_down(self) -> bool:
        """Whether a ritardando is heard at the end."""
        end = float(self.time(np.array(self._length)))
        return self.written and self.window.ending and self.manner.ritardando < 0.8 and end < self.seconds

    def notes(self, line: Line, role: str, *, chordal: bool = False) -> list[Note]:
        """The line's notes in the window, repeats included. ``chordal``: one hand holds chords and may roll them.

        Notes held over from before the window are not struck again.
        """
        chosen = [note for note in line.notes if self.window.ticks <= note.start < self.window.end]
        if not chosen:
            return []
        begin = self.midi.seconds(np.array([note.start for note in chosen])) - self._origin
        end = self.midi.seconds(np.array([note.end for note in chosen])) - self._origin
        played: list[Note] = []
        for copy in range(self._copies):
            shift = copy * self._length
            starts, ends = self.time(begin + shift), self.time(end + shift)
            if starts[0] > self.seconds:
                break
            velocities = self._velocities(chosen, begin + shift, starts, role)
            if self.written:
                starts, ends = self._touch(chosen, starts, ends, role, chordal)
            played += [
                Note(max(0.0, float(first)), max(0.03, float(last - first)), note.pitch, int(velocity))
                for note, first, last, velocity in zip(chosen, starts, ends, velocities, strict=True)
                if first < self.seconds - 0.02
            ]
        return played

    def _touch(
        self, notes: list[TickNote], starts: np.ndarray, ends: np.ndarray, role: str, chordal: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Attacks and releases as hands make them."""
        manner, rng = self.manner, self.rng
        if role == "drums":
            late = rng.uniform(0.0, 0.008) * np.array([note.pitch in (38, 40) for note in notes])  # the backbeat leans back
            return starts + late + rng.normal(0.0, 0.004, len(starts)), ends
        lengths = (ends - starts) * manner.length
        if manner.length > 1:  # joined, however long the note
            lengths = np.minimum(lengths, ends - starts + 0.06)
        lead = manner.lead if role == "melody" else 0.0
        starts = np.asarray(starts + rng.normal(0.0, manner.looseness, len(starts)) - lead)
        if chordal and manner.roll > 0:
            for group in _chords(notes):
                held = float(np.min(lengths[group]))
                if len(group) >= 3 and held > 0.5 and rng.random() < manner.roll:
                    order = sorted(group, key=lambda index: notes[index].pitch)
                    late = np.asarray(rng.uniform(0.02, 0.045) * np.arange(len(order)))
                    starts[order] += late
                    lengths[order] -= late
        return starts, starts + lengths

    def _velocities(self, notes: list[TickNote], score: np.ndarray, starts: np.ndarray, role: str) -> np.ndarray:
        """int [notes] in 1..127: as performed, or level + metre + phrase + height + chord + swell + chance."""
        velocity = np.array([note.velocity for note in notes], np.float64)
        if not self.written:
            return np.clip(velocity, 1, 127).astype(int)
        ticks, bars, quarter = np.array([note.start for note in notes]), np.array(self.midi.bars), self.midi.ticks_per_quarter
        into = ticks - bars[np.maximum(np.searchsorted(bars, ticks, side="right") - 1, 0)]
        slack = quarter / 24
        on_bar, on_beat, on_half = into < slack, into % quarter < slack, into % (quarter / 2) < slack
        pitches = np.array([note.pitch for note in notes])
        shaped = _LEVELS.get(role, 70) + 0.4 * (velocity - velocity.mean()) + self.rng.normal(0, 3, len(notes))
        if role == "drums":
            hats = np.isin(pitches, _HATS)
            shaped += np.where(hats, np.where(on_beat, 3.0, np.where(on_half, -10.0, -20.0)), np.where(on_bar, 4.0, 0.0))
            return np.clip(np.rint(shaped + 0.5 * self.manner.level), 20, 124).astype(int)
        arc = 1 - (np.clip(self._within(score), 0, 1) / 0.6 - 1) ** 2  # its height at three fifths of the phrase
        shaped += np.where(on_bar, 6.0, np.where(on_beat, 2.0, -3.0)) + 9 * (arc - 0.3)
        shaped += np.clip(0.4 * (pitches - pitches.mean()), -5, 5)
        for group in _chords(notes):
            if len(group) > 1:
                shaped[group] -= 5
                shaped[max(group, key=lambda index: notes[index].pitch)] += 9
        shaped += self.manner.level + self.manner.swell * (np.clip(starts / self.seconds, 0, 1) - 0.5)
        return np.clip(np.rint(shaped), 18, 124).astype(int)


def _chords(notes: list[TickNote]) -> list[list[int]]:
    """Indices of notes that begin together."""
    groups: dict[int, list[int]] = {}
    for index, note in enumerate(notes):
        groups.setdefault(note.start, []).append(index)
    return list(groups.values())
