"""From a written score to a performance: which bars, who leads, how loud, how free. Ours unless a paper is named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .midi import Line, Midi, TickNote
from .score import Note

_TONICS = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
# Probe-tone profiles of Krumhansl and Kessler (1982).
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_LEVELS = {"melody": 84, "counter": 72, "chords": 68, "bass": 74, "drums": 86}  # velocity


@dataclass(frozen=True)
class Window:
    """The music that is played: from tick ``ticks`` up to ``end``, ``repeat`` ticks long where it is played again."""

    ticks: int
    end: int
    repeat: int = 0


def cut(midi: Midi, rng: np.random.Generator, *, seconds: float) -> Window:
    """A random bar from which ``seconds`` of the file's own time are there and half of its bars have notes."""
    bars, times = midi.bars, midi.seconds(np.array(midi.bars))
    onsets = np.unique([note.start for line in midi.lines for note in line.notes])
    first = int(np.searchsorted(bars, onsets[0], side="right")) - 1
    if times[-1] - times[first] <= seconds:
        return Window(bars[first], bars[-1], bars[-1] - bars[first])
    busy = np.histogram(onsets, bars)[0] > 0
    good = []
    for bar in range(first, len(bars) - 1):
        last = int(np.searchsorted(times, times[bar] + seconds))
        if times[-1] < times[bar] + seconds:
            break
        if busy[bar] and busy[bar:last].mean() >= 0.5:
            good.append(bar)
    bar = int(rng.choice(good)) if good else first
    return Window(bars[bar], bars[-1])


def roles(midi: Midi) -> list[str]:
    """A role for every line: the highest sings, the lowest is the bass where it is low, the others fill."""
    pitches = {
        index: float(np.mean([note.pitch for note in line.notes]))
        for index, line in enumerate(midi.lines)
        if not line.drums
    }
    found = ["drums" if line.drums else "chords" for line in midi.lines]
    if not pitches:
        return found
    low, high = min(pitches, key=lambda index: pitches[index]), max(pitches, key=lambda index: pitches[index])
    if len(pitches) > 1 and pitches[low] < 52:
        found[low] = "bass"
    found[high] = "melody"
    return found


class Performance:
    """Plays the lines of one window. All lines share its tempo curve; each has its own small deviations."""

    def __init__(
        self, midi: Midi, window: Window, rng: np.random.Generator, *, pace: float, steady: bool
    ) -> None:
        self.midi, self.window, self.rng, self.pace = midi, window, rng, pace
        self.expressive = midi.quantised
        bar = max(
            0.5, float(np.median(np.diff(midi.seconds(np.array(midi.bars))))) if len(midi.bars) > 2 else 2.0
        )
        self._phrase = bar * float(rng.choice([2, 4]))
        depth = 0.0 if steady or not self.expressive else float(rng.uniform(0.005, 0.035))
        self._breath = depth * self._phrase / (2 * np.pi)  # local tempo varies by the share ``depth``
        self._phase, self._tilt = rng.uniform(0, 2 * np.pi, 2)
        self._origin = float(midi.seconds(window.ticks))
        self._zero = self._warp(0.0)

    def _warp(self, time: np.ndarray | float) -> np.ndarray:
        return np.asarray(time) + self._breath * np.sin(
            2 * np.pi * np.asarray(time) / self._phrase + self._phase
        )

    def time(self, ticks: np.ndarray) -> np.ndarray:
        """Ticks [...] to seconds [...] from the window's start."""
        return (self._warp(self.midi.seconds(ticks) - self._origin) - self._zero) / self.pace

    def bars(self) -> list[float]:
        """The bar lines of the window, in seconds."""
        return [
            float(time)
            for time in self.time(np.array([tick for tick in self.midi.bars if tick >= self.window.ticks]))
        ]

    def notes(self, line: Line, role: str) -> list[Note]:
        """The line's notes in the window, its repeats included. Notes held over from before are not struck again."""
        chosen = [note for note in line.notes if self.window.ticks <= note.start < self.window.end]
        if not chosen:
            return []
        starts = self.time(np.array([note.start for note in chosen]))
        ends = self.time(np.array([note.end for note in chosen]))
        velocities = self._velocities(chosen, starts, role)
        if self.expressive:
            ends = starts + (ends - starts) * self.rng.uniform(0.88, 0.99)
            starts = starts + self.rng.normal(0.0, 0.004 if role == "drums" else 0.008, len(starts))
        length = float(self.time(np.array(self.window.end))) if self.window.repeat else 0.0
        copies = 1 + int(np.ceil(120.0 / length)) if length > 0.25 else 1
        return [
            Note(
                max(0.0, float(start) + copy * length),
                max(0.03, float(end - start)),
                note.pitch,
                int(velocity),
            )
            for copy in range(copies)
            for note, start, end, velocity in zip(chosen, starts, ends, velocities, strict=True)
        ]

    def _velocities(self, notes: list[TickNote], starts: np.ndarray, role: str) -> np.ndarray:
        """int [notes] in 1..127: as performed, or level + phrase arc + metre + chance."""
        written = np.array([note.velocity for note in notes], np.float64)
        if not self.expressive:
            return np.clip(written, 1, 127).astype(int)
        ticks = np.array([note.start for note in notes])
        bars = np.array(self.midi.bars)
        into = ticks - bars[np.searchsorted(bars, ticks, side="right") - 1]
        quarter = self.midi.ticks_per_quarter
        accent = np.where(into < quarter / 24, 7.0, np.where(into % quarter < quarter / 24, 2.0, -4.0))
        arc = 8 * np.sin(2 * np.pi * starts / self._phrase + self._tilt) + 4 * np.sin(
            np.pi * starts / self._phrase
        )
        shaped = (
            _LEVELS.get(role, 70)
            + 0.4 * (written - written.mean())
            + accent
            + (0.4 if role == "drums" else 1.0) * arc
        )
        return np.clip(np.rint(shaped + self.rng.normal(0, 3, len(notes))), 20, 120).astype(int)


def key(notes: list[Note], written: str) -> tuple[str, str]:
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
        return stated[0], stated[2]
    if stated is None and scores[best] > 0.75 and scores[best] - scores[ranked[1]] > 0.06:
        return _TONICS[best[0]], best[1]
    return "", ""


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
