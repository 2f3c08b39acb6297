"""Standard MIDI files: notes in ticks and in seconds, tempo, metre and bars."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from libretto.errors import CorpusError, require

DRUM_CHANNEL = 9  # the tenth
_SUSTAIN = 64
_MAX_BARS = 20_000


@dataclass(frozen=True)
class TickNote:
    """One note, times in ticks."""

    start: int
    end: int
    pitch: int
    velocity: int


@dataclass
class Line:
    """The notes of one track, channel and program."""

    program: int
    drums: bool
    notes: list[TickNote]


@dataclass
class Midi:
    """A file. ``bars`` are the ticks of the bar lines (the last one ends the music), ``metres`` one text a bar."""

    lines: list[Line]
    ticks_per_quarter: int
    tempo_ticks: np.ndarray  # int64 [changes], the first is 0
    tempo_seconds: np.ndarray  # float64 [changes], the time of each change
    quarter_seconds: np.ndarray  # float64 [changes], length of a quarter from there on
    bars: list[int]
    metres: list[str]

    def seconds(self, ticks: np.ndarray | float) -> np.ndarray:
        """Ticks [...] to seconds [...]."""
        ticks = np.asarray(ticks, dtype=np.float64)
        place = np.searchsorted(self.tempo_ticks, ticks, side="right") - 1
        since = (ticks - self.tempo_ticks[place]) / self.ticks_per_quarter
        return self.tempo_seconds[place] + since * self.quarter_seconds[place]

    def bpm(self, tick: float) -> float:
        """Felt beats per minute at ``tick``: dotted beats in 6/8 and its like, halves in 2/2."""
        quarter = 60.0 / float(
            self.quarter_seconds[np.searchsorted(self.tempo_ticks, tick, side="right") - 1]
        )
        return quarter / self.felt_beat(max(0, bisect_right(self.bars, tick) - 1))

    def felt_beat(self, bar: int) -> float:
        """Quarters of a felt beat in that bar: three of the metre's units in 6/8 and its like, else one, a quarter at least
        where eighths are counted."""
        count, unit = map(int, self.metres[min(bar, len(self.metres) - 1)].split("/"))
        beat = 4 / unit * (3 if count > 3 and count % 3 == 0 else 1)
        return beat if unit != 8 or beat > 1 else 1.0

    def felt_beats(self, bar: int) -> float:
        """How many of them that bar's metre holds."""
        count, unit = map(int, self.metres[min(bar, len(self.metres) - 1)].split("/"))
        return count * 4 / unit / self.felt_beat(bar)

    @property
    def quantised(self) -> bool:
        """Written, not performed: onsets lie on a grid of 48ths of a whole note, or all velocities are one."""
        notes = [note for line in self.lines for note in line.notes]
        grid = self.ticks_per_quarter / 12
        off = np.array([note.start for note in notes], np.float64) / grid
        fine = np.array([note.start for note in notes], np.float64) / (self.ticks_per_quarter / 8)
        on_grid = np.minimum(np.abs(off - np.rint(off)), np.abs(fine - np.rint(fine))) < 0.02
        return bool(on_grid.mean() > 0.9) or len({note.velocity for note in notes}) == 1


def read(path: Path) -> Midi:
    """Read a MIDI file. An unreadable or empty one is a CorpusError."""
    mido = require("mido", extra="corpus")
    try:
        file = mido.MidiFile(path, clip=True)
        lines = [line for track in file.tracks for line in _lines(track)]
        changes = [
            (tick, message) for track in file.tracks for tick, message in _timed(track) if message.is_meta
        ]
    except (OSError, EOFError, ValueError, KeyError, IndexError) as error:
        raise CorpusError(
            f"{path} is not a readable MIDI file ({error or type(error).__name__}); leave it out"
        ) from error
    if not lines or file.ticks_per_beat < 1:
        raise CorpusError(f"{path} holds no notes; leave it out")
    tempo = sorted({tick: message.tempo for tick, message in changes if message.type == "set_tempo"}.items())
    if not tempo or tempo[0][0] > 0:
        tempo.insert(0, (0, 500_000))
    ticks = np.array([tick for tick, _ in tempo], np.int64)
    quarters = np.array([max(value, 1) for _, value in tempo], np.float64) / 1e6
    elapsed = np.concatenate([[0.0], np.cumsum(np.diff(ticks) / file.ticks_per_beat * quarters[:-1])])
    signatures = sorted(
        {
            tick: (message.numerator, message.denominator)
            for tick, message in changes
            if message.type == "time_signature"
        }.items()
    )
    end = max(note.end for line in lines for note in line.notes)
    bars, metres = _bars(signatures, end, file.ticks_per_beat)
    return Midi(lines, file.ticks_per_beat, ticks, elapsed, quarters, bars, metres)


def _timed(track: Any) -> list[tuple[int, Any]]:
    """Messages with absolute ticks."""
    tick, timed = 0, []
    for message in track:
        tick += message.time
        timed.append((tick, message))
    return timed


def _lines(track: Any) -> list[Line]:
    """Notes by channel and program; a sustain pedal holds them."""
    lines: dict[tuple[int, int], Line] = {}
    programs: dict[int, int] = {}
    held: dict[
        tuple[int, int], list[tuple[int, int]]
    ] = {}  # (channel, pitch) -> (start, velocity) of sounding keys
    pedalled: dict[
        int, list[tuple[int, int, int]]
    ] = {}  # channel -> (start, pitch, velocity) the pedal holds
    pedals: set[int] = set()

    def close(channel: int, start: int, end: int, pitch: int, velocity: int) -> None:
        if end > start:
            program = programs.get(channel, 0)
            line = lines.setdefault((channel, program), Line(program, channel == DRUM_CHANNEL, []))
            line.notes.append(TickNote(start, end, pitch, velocity))

    def release(channel: int, tick: int) -> None:
        for start, pitch, velocity in pedalled.pop(channel, []):
            close(channel, start, tick, pitch, velocity)

    tick = 0
    for tick, message in _timed(track):
        if message.type == "program_change":
            programs[message.channel] = message.program
        elif message.type == "control_change" and message.control == _SUSTAIN:
            if message.value >= 64:
                pedals.add(message.channel)
            else:
                pedals.discard(message.channel)
                release(message.channel, tick)
        elif message.type == "note_on" and message.velocity > 0:
            held.setdefault((message.channel, message.note), []).append((tick, message.velocity))
        elif message.type in ("note_on", "note_off") and held.get((message.channel, message.note)):
            start, velocity = held[message.channel, message.note].pop(0)
            if message.channel in pedals:
                pedalled.setdefault(message.channel, []).append((start, message.note, velocity))
            else:
                close(message.channel, start, tick, message.note, velocity)
    for channel in list(pedalled):
        release(channel, tick)
    for line in lines.values():
        line.notes.sort(key=lambda note: (note.start, note.pitch))
    return list(lines.values())


def _bars(
    signatures: list[tuple[int, tuple[int, int]]], end: int, ticks_per_quarter: int
) -> tuple[list[int], list[str]]:
    """Bar lines up to the first one at or after ``end``, and the metre of every bar."""
    bars, metres, tick, count, unit = [0], [], 0, 4, 4
    pending = list(signatures)
    while tick < end and len(bars) < _MAX_BARS:
        while pending and pending[0][0] <= tick:
            count, unit = pending.pop(0)[1]
        step = max(1, round(ticks_per_quarter * 4 * max(count, 1) / unit))
        tick = min(tick + step, pending[0][0]) if pending else tick + step
        bars.append(tick)
        metres.append(f"{count}/{unit}")
    return bars, metres or [f"{count}/{unit}"]
