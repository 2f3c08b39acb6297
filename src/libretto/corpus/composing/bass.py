"""Bass playing: rows of degrees, walking lines in four and in two, drones, and the bass that doubles a riff."""

from __future__ import annotations

from libretto.corpus.composing.plan import LOUDNESS, Event, Plan, fitting, nearest, onsets, rooms
from libretto.corpus.composing.styles.style import Layer
from libretto.corpus.sound.instruments import INSTRUMENTS


def _root(plan: Plan, quarter: float, low: int) -> int:
    """The chord's root in the octave above ``low``."""
    return low + (plan.tonic + plan.chord_at(quarter).root - low) % 12


def _approach(plan: Plan, quarter: float, low: int) -> int:
    """A semitone or a scale step below or above the next root."""
    _, chord = plan.next_chord(quarter)
    target = low + (plan.tonic + chord.root - low) % 12
    step = plan.choose((-1, -1, 1, -2))
    return max(low - 2, target + step)


def _pitch(plan: Plan, quarter: float, symbol: str, low: int) -> int:
    chord, root = plan.chord_at(quarter), _root(plan, quarter, low)
    if symbol == "a":
        return _approach(plan, quarter, low)
    if symbol == "n":
        width = plan.metre.quarters
        return _root(plan, min((quarter // width + 1) * width, plan.quarters - 0.25), low)
    degrees = {"3": chord.third, "5": chord.fifth, "6": 9, "7": min(12, chord.seventh), "8": 12}
    if symbol == "v":  # the fifth below, where the instrument has it
        below = root + chord.fifth - 12
        return below if below >= low - 5 else root + chord.fifth
    return root + degrees.get(symbol, 0)


def rows(layer: Layer, plan: Plan, bars: list[int], low: int) -> list[Event]:
    """The layer's row, with a second one for the other sections and a turn into each new phrase.

    Beside the degrees: ``v`` the fifth below, ``n`` the root of the next bar's chord (the tumbao's anticipation),
    ``s`` the root slid into from below, ``g`` a dead note.
    """
    steps, width = plan.metre.steps, plan.metre.quarters
    choices = fitting(layer.rows, steps)
    main, other = plan.row(choices), plan.row(choices)
    short = 0.55 + 0.5 * plan.mood.legato
    events = []
    for bar in bars:
        row = main if plan.sections[bar] == "A" else other
        found = onsets(row, steps, bar)
        for (offset, length, symbol), room in zip(found, rooms(found, width)):
            at = bar * width + offset
            if symbol == "x" and offset > width - 0.6 and bar in plan.fills and plan.chance(0.5):
                symbol = "a"
            length = max(length, min(room, 0.5))  # a rest after a short note is phrasing, not silence
            duration = 0.12 if symbol == "g" else length * min(1.0, short + 0.25 * (length > 0.5))
            loud = LOUDNESS.get(symbol, 0.88) * (1.0 if offset % 1 == 0 else 0.93)
            slide = -2.0 if symbol == "s" else 0.0
            events.append(Event(at, duration, _pitch(plan, at, symbol, low), loud, slide, muted=symbol == "g"))
    return events


def walk(layer: Layer, plan: Plan, bars: list[int], low: int) -> list[Event]:
    """A note to the beat: root, chord and scale tones on the way, an approach note before the chord changes."""
    events: list[Event] = []
    width, pulse, previous = plan.metre.quarters, plan.metre.beat, None
    for bar in bars:
        for beat in range(round(width / pulse)):
            at = bar * width + beat * pulse
            start, following = plan.next_chord(at)
            if at == 0 or plan.chord_at(at - 0.5) != plan.chord_at(at) or (beat == 0 and plan.chance(0.7)):
                pitch = _root(plan, at, low)
            elif start - at <= pulse:
                target = nearest((plan.tonic + following.root) % 12, previous or low + 7, low, low + 16)
                pitch = target + plan.choose((-1, 1, -1, 2))
            else:
                classes = plan.tones_at(at) if beat % 2 == 0 else plan.scale_at(at)
                around = (previous or low + 7) + plan.choose((-3, -2, 2, 3, 4))
                pitch = nearest(plan.choose(classes), around, low, low + 19)
            pitch = max(low - 1, min(low + 19, pitch))
            events.append(Event(at, 0.92 * pulse, pitch, 0.9 if beat % 2 else 0.82))
            if plan.chance(0.12 * plan.density) and beat % 2:
                events.append(Event(at + (0.5 if pulse == 1 else 1.0), 0.3, pitch, 0.5))
            previous = pitch
    return events


def drone(layer: Layer, plan: Plan, bars: list[int], low: int) -> list[Event]:
    """The root, held while the chord lasts (and through the bar, so that parts may enter and leave)."""
    events: list[Event] = []
    width = plan.metre.quarters
    for bar in bars:
        at, end = bar * width, (bar + 1) * width
        while at < end - 1e-6:
            change = min(end, plan.next_chord(at)[0])
            pitch = _root(plan, at, low)
            last = events[-1] if events else None
            if (
                last
                and last.pitch == pitch
                and abs(last.start + last.duration - at) < 1e-6
                and last.duration < 8 * width
            ):
                events[-1] = last._replace(duration=change - last.start)
            else:
                events.append(Event(at, change - at, pitch, 0.85))
            at = change
    return events


def two(layer: Layer, plan: Plan, bars: list[int], low: int) -> list[Event]:
    """Two-feel: root and fifth in half notes, a walk of quarters into every fourth bar's end."""
    events: list[Event] = []
    width = plan.metre.quarters
    for bar in bars:
        if bar % 4 == 3 and plan.chance(0.7):
            events += walk(layer, plan, [bar], low)
            continue
        length = width if width == 3 else 2 * plan.metre.beat
        for half in range(max(1, round(width / length))):
            at = bar * width + length * half
            pitch = _root(plan, at, low)
            if half and plan.chord_at(at) == plan.chord_at(at - 1):
                pitch = _pitch(plan, at, plan.choose("5v58"), low)
            events.append(Event(at, 0.92 * min(length, width - length * half), pitch, 0.9 - 0.06 * half))
    return events


MANNERS = {"rows": rows, "walk": walk, "two": two, "drone": drone}


def play(layer: Layer, instrument: str, plan: Plan, bars: list[int]) -> list[Event]:
    """The bass part over the bars in which it plays."""
    spec = INSTRUMENTS[instrument]
    low = max(spec.low, layer.low if layer.low is not None else 28)
    return MANNERS[layer.manner](layer, plan, bars, low)


def double(events: list[Event], instrument: str) -> list[Event]:
    """The lowest note of each stroke of another part, in the bass register."""
    spec = INSTRUMENTS[instrument]
    lowest: dict[float, Event] = {}
    for event in events:
        kept = lowest.get(event.start)
        if kept is None or event.pitch < kept.pitch:
            lowest[event.start] = event
    return [
        event._replace(
            pitch=nearest(event.pitch % 12, min(event.pitch - 12, 40), spec.low, spec.high),
            velocity=event.velocity,
        )
        for event in lowest.values()
    ]
