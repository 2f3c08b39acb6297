"""What a player does to a sampled instrument, in order: keys down, keys up, and the wheel moved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from libretto.corpus.score import Note

DRUM_CHANNEL = 9
BENDING = (1, 2, 3, 4, 5, 6, 7, 8)  # channels for notes that bend on their own, while plain ones are on channel 0
DRUM_SECONDS = 1.5  # a drum's key is held at least this long, or fonts cut their cymbals
ORCHESTRA_KIT = 48  # its keys 41 to 53 are timpani (Roland GS); what General MIDI puts there lies elsewhere
ORCHESTRA_KEYS = {42: 27, 44: 28, 46: 29, 49: 59, 51: 30, 52: 57}
SLIDE_SECONDS, SLIDE_STEP = 0.035, 0.008  # as in patches: nine tenths of the way after 0.08 s
VIBRATO_HERTZ, VIBRATO_DELAY, VIBRATO_STEP = 5.4, 0.2, 0.014
GRID = 1000  # gestures a second: what falls within a millisecond happens at once, which saves the player's time
RINGING = 0.35  # seconds a channel's note rings on, during which no other note should bend it


class Gesture(NamedTuple):
    """``kind`` is off, bend or on (the order at one instant); ``value`` a velocity, or semitones of bend."""

    at: int  # sample
    rank: int
    kind: str
    channel: int
    pitch: int
    value: float


def gestures(notes: Sequence[Note], *, drums: bool, orchestral: bool = False, sample_rate: int) -> list[Gesture]:
    """Everything in order of time."""
    found: list[Gesture] = []

    def sample(seconds: float) -> int:
        return round(max(seconds, 0.0) * GRID) * sample_rate // GRID

    free = dict.fromkeys(BENDING, -math.inf)
    for note in sorted(notes, key=lambda note: note.start):
        start = max(note.start, 0.0)
        held = max(note.duration, DRUM_SECONDS) if drums else max(note.duration, 0.03)
        pitch, velocity = min(max(int(note.pitch), 0), 127), min(max(int(note.velocity), 1), 127)
        channel = DRUM_CHANNEL if drums else 0
        if drums and orchestral:
            pitch = ORCHESTRA_KEYS.get(pitch, pitch)
        elif not drums and (note.slide or note.vibrato):
            channel = min(free, key=lambda other: free[other])
            free[channel] = note.start + held + RINGING
            for seconds, semitones in bends(note, held):
                found.append(Gesture(sample(start + seconds), 1, "bend", channel, pitch, semitones))
        found.append(Gesture(sample(start), 2, "on", channel, pitch, float(velocity)))
        found.append(Gesture(sample(start + held), 0, "off", channel, pitch, 0.0))
    return sorted(found)


def bends(note: Note, held: float) -> list[tuple[float, float]]:
    """(seconds after the onset, semitones) along a note's slide and vibrato, from its very start."""
    path = []
    steps = math.ceil(5 * SLIDE_SECONDS / SLIDE_STEP) if note.slide else 0
    for step in range(steps):
        seconds = step * SLIDE_STEP
        if seconds >= held:
            break
        path.append((seconds, note.slide * math.exp(-seconds / SLIDE_SECONDS)))
    settled = steps * SLIDE_STEP
    path.append((min(settled, held), 0.0))
    if note.vibrato:
        seconds = max(settled, VIBRATO_DELAY)
        while seconds < held:
            depth = min((seconds - VIBRATO_DELAY) / 0.3, 1.0) * note.vibrato / 100
            path.append((seconds, depth * math.sin(2 * math.pi * VIBRATO_HERTZ * (seconds - VIBRATO_DELAY))))
            seconds += VIBRATO_STEP
    return path
