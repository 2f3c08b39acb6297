"""What a whole part gains from the mood and the form after its notes are written: modulation, octaves, repeated strokes."""

from __future__ import annotations

from libretto.corpus.composing.plan import Event, Plan
from libretto.corpus.sound.instruments import INSTRUMENTS

REPEATED = ("chords", "pad")  # roles whose held notes a fierce mood breaks into strokes
STROKE = 0.5  # quarters
FIRST_BEAT = 1e-3


def shape(events: list[Event], role: str, instrument: str, plan: Plan) -> list[Event]:
    """The part as it is played in this piece, its pitches brought back into the instrument's range."""
    if role in REPEATED and plan.tremolo:
        events = repeated(events)
    if role == "melody" and plan.octaves:
        high = INSTRUMENTS[instrument].high
        events = events + [
            event._replace(pitch=event.pitch + 12, velocity=event.velocity * 0.8)
            for event in events
            if event.pitch + 12 <= high
        ]
    if plan.shifts:
        events = [event._replace(pitch=event.pitch + plan.shift_at(event.start)) for event in events]
    if plan.ends:
        events = rest_at_the_end(events, plan)
    return in_range(events, instrument)


def repeated(events: list[Event]) -> list[Event]:
    """Held notes as a row of short strokes, every other one lighter."""
    broken: list[Event] = []
    for event in events:
        if event.duration < 2 * STROKE:
            broken.append(event)
            continue
        for index in range(int(event.duration / STROKE)):
            loud = event.velocity * (1.0 if index % 2 == 0 else 0.85)
            broken.append(event._replace(start=event.start + index * STROKE, duration=0.6 * STROKE, velocity=loud))
    return broken


def rest_at_the_end(events: list[Event], plan: Plan) -> list[Event]:
    """In the last bar only what starts it is played, and it is held to the end."""
    last = (plan.bars - 1) * plan.metre.quarters
    return [
        event._replace(duration=plan.quarters - event.start) if event.start >= last - FIRST_BEAT else event
        for event in events
        if event.start <= last + FIRST_BEAT
    ]


def in_range(events: list[Event], instrument: str) -> list[Event]:
    """Notes outside the instrument's range moved by octaves."""
    spec = INSTRUMENTS[instrument]
    moved = []
    for event in events:
        pitch = event.pitch
        while pitch < spec.low:
            pitch += 12
        while pitch > spec.high:
            pitch -= 12
        moved.append(event if pitch == event.pitch else event._replace(pitch=pitch))
    return moved
