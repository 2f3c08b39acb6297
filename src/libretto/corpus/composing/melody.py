"""Melodies: a motif of rhythm and steps, repeated and varied in phrases, its strong notes on chord tones."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from libretto.corpus.composing.plan import Event, Onset, Plan, fitting, onsets
from libretto.corpus.composing.styles.style import Layer
from libretto.corpus.sound.instruments import INSTRUMENTS


@dataclass(frozen=True)
class Manner:
    """``steps``: how likely a move of 0, 1, 2, 3 or more scale steps is; ``rest``: chance that a phrase ends early."""

    steps: tuple[float, ...] = (0.12, 0.5, 0.22, 0.1, 0.06)
    held: float = 0.92  # share of the written length that sounds
    rest: float = 0.2
    harmony: float = 0.0  # chance that the line is doubled a third below
    span: int = 12  # semitones either side of the centre
    ghost: float = 0.0  # chance of a grace note from a step below
    lean: float = 0.0  # chance that a held strong note is entered from the scale step above, an appoggiatura
    bend: float = 0.0  # chance that a long note is reached from below, on instruments that can slide


MANNERS = {
    "singing": Manner(held=0.98, lean=0.12),
    "hook": Manner((0.22, 0.42, 0.2, 0.1, 0.06), held=0.82, rest=0.1, bend=0.06),
    "riff": Manner((0.2, 0.45, 0.2, 0.1, 0.05), held=0.85, rest=0.15, harmony=0.25, bend=0.2),
    "lazy": Manner(held=0.95, rest=0.45, ghost=0.08, lean=0.1, bend=0.15),
    "sparse": Manner((0.1, 0.3, 0.3, 0.15, 0.15), held=1.1, rest=0.4),
    "epic": Manner((0.1, 0.4, 0.2, 0.15, 0.15), held=0.98, harmony=0.35, lean=0.1),
    "fast": Manner((0.05, 0.75, 0.12, 0.05, 0.03), held=0.9, rest=0.05, span=14),
    "blues": Manner((0.15, 0.5, 0.25, 0.07, 0.03), held=0.9, rest=0.5, ghost=0.25, span=10, bend=0.4),
    "jazz": Manner((0.05, 0.6, 0.18, 0.1, 0.07), held=0.88, rest=0.3, ghost=0.12, span=14, lean=0.08, bend=0.1),
    "bebop": Manner((0.03, 0.66, 0.16, 0.1, 0.05), held=0.9, rest=0.2, ghost=0.15, span=14),
    "picked": Manner((0.78, 0.16, 0.04, 0.01, 0.01), held=0.85, rest=0.05, bend=0.05),  # tremolo: most notes are struck again
    "fiddle": Manner((0.12, 0.52, 0.24, 0.08, 0.04), held=0.92, rest=0.1, ghost=0.3, bend=0.1),
    "classical": Manner((0.08, 0.56, 0.2, 0.1, 0.06), held=0.94, rest=0.1, ghost=0.05, lean=0.15),
}

SLIDING = ("guitar", "reeds", "brass", "lead", "strings", "voice")  # families of instruments that can bend a note
SINGING = (*SLIDING, "flutes")  # and those that swell with vibrato

# Which motif each bar of a phrase takes; a stroke means varied at its end.
PHRASES = (
    ("A", "A'", "B", "A"),
    ("A", "B", "A", "C"),
    ("A", "A", "B", "C"),
    ("A", "A'", "A", "B"),
    ("A", "B", "A'", "B"),
)


@dataclass(frozen=True)
class Motif:
    """A rhythm and the scale steps between its notes."""

    strokes: tuple[Onset, ...]
    steps: tuple[int, ...]


class Line:
    """One melodic voice: where it may move and where it stands."""

    def __init__(self, layer: Layer, instrument: str, plan: Plan) -> None:
        spec = INSTRUMENTS[instrument]
        self.plan, self.manner = plan, MANNERS[layer.manner]
        low = max(spec.low, layer.low if layer.low is not None else 55)
        high = min(spec.high, layer.high if layer.high is not None else 91)
        centre = 0.5 * (low + high) + plan.mood.register
        self.centre = min(max(centre, low + 5), high - 5)
        self.bends = self.manner.bend if spec.family in SLIDING else 0.0
        self.vibrato = plan.mood.family.vibrato if spec.family in SINGING else 0.0
        self.low = max(low, int(self.centre - self.manner.span))
        self.high = min(high, int(self.centre + self.manner.span))
        self.pentatonic = plan.chance(plan.style.pentatonic)
        self.pitch = self.centre
        self._ladders: dict[tuple[int, ...], list[int]] = {}

    def ladder(self, quarter: float) -> list[int]:
        """The pitches of the scale then, ascending."""
        return self._pitches(self.plan.scale_at(quarter, pentatonic=self.pentatonic))

    def _pitches(self, classes: tuple[int, ...]) -> list[int]:
        if classes not in self._ladders:
            members = set(classes)
            self._ladders[classes] = [p for p in range(self.low, self.high + 1) if p % 12 in members]
        return self._ladders[classes]

    def step(self, quarter: float, steps: int) -> int:
        """Move by scale steps, turning round at the ends of the range."""
        ladder = self.ladder(quarter)
        here = min(bisect_left(ladder, self.pitch), len(ladder) - 1)
        there = here + steps
        if not 0 <= there < len(ladder):
            there = here - steps
        return ladder[max(0, min(len(ladder) - 1, there))]

    def to_chord(self, quarter: float, pitch: float) -> int:
        """The chord tone nearest to a pitch, the key's tonic and fifth a little nearer than they are."""
        tones = self._pitches(self.plan.tones_at(quarter))
        tonic = self.plan.tonic

        def distance(candidate: int) -> tuple[float, float]:
            pull = {0: 1.2, 7: 0.6}.get((candidate - tonic) % 12, 0.0)
            return abs(candidate - pitch) - pull, abs(candidate - self.centre)

        return min(tones, key=distance)


def _motif(line: Line, rows: list[str], bar_steps: int) -> Motif:
    """A new motif: a rhythm from the style's cells and a contour that tends back to where it began."""
    plan = line.plan
    strokes = onsets(plan.row(rows), bar_steps)
    sizes = plan.rng.choice(5, size=len(strokes), p=line.manner.steps)
    steps, height = [], 0
    for size in sizes:
        upward = plan.chance(0.5 - 0.12 * height + 0.08 * plan.mood.valence)
        steps.append(int(size) if upward else -int(size))
        height += steps[-1]
    return Motif(strokes, tuple(steps))


def _strong(plan: Plan, offset: float, length: float) -> bool:
    """Whether a note should be a chord tone: first beat, middle of the bar, and anything held."""
    return offset == 0 or (offset == 2 and plan.metre.quarters == 4) or length >= 1


def play(layer: Layer, instrument: str, plan: Plan, bars: list[int]) -> list[Event]:
    """The melody over the bars in which it plays, in phrases of four bars counted from the start of each section.

    A letter of the form keeps its motifs for the whole piece, so that they return; a solo invents new ones as it goes.
    """
    line = Line(layer, instrument, plan)
    rows = fitting(layer.rows, plan.metre.steps)
    first = {name: _motif(line, rows, plan.metre.steps) for name in "ABCD"}
    second = {"A": first["B"], "B": first["C"], "C": first["D"]}  # another section grows out of the first
    third = {name: _motif(line, rows, plan.metre.steps) for name in "ABC"}
    material = {"A": first, "B": second, "C": third}
    phrase = plan.choose(PHRASES)
    doubled = plan.chance(max(line.manner.harmony * plan.density, plan.mood.family.thirds))
    events: list[Event] = []
    for bar in bars:
        section = plan.section_at(bar)
        place = (bar - section.start) % 4
        if section.kind == "solo" and place == 0:
            material["solo"] = {name: _motif(line, rows, plan.metre.steps) for name in "ABC"}
        name = phrase[place]
        motif = material["solo" if section.kind == "solo" and "solo" in material else section.letter][name[0]]
        closes = place == 3 or bar == section.end - 1
        events += _bar(line, motif, bar, varied=name.endswith("'"), closes=closes, doubled=doubled, opens=place == 0)
    return events


def _bar(
    line: Line, motif: Motif, bar: int, *, varied: bool, opens: bool, closes: bool, doubled: bool
) -> list[Event]:
    """One bar of the motif on the chord of the moment. ``opens``: a phrase begins; ``closes``: it comes to rest on a chord tone."""
    plan, manner = line.plan, line.manner
    width, events = plan.metre.quarters, []
    if opens:
        line.pitch = line.to_chord(bar * width, line.centre + plan.choose((-3, 0, 0, 4)))
    breathes = closes and plan.chance(manner.rest)
    for index, (offset, length, symbol) in enumerate(motif.strokes):
        at = bar * width + offset
        last = index == len(motif.strokes) - 1
        if breathes and offset >= width / 2 and index > 0:
            break
        move = motif.steps[index]
        if varied and index >= len(motif.strokes) - 2:
            move = -move or 1
        pitch: int = line.step(at, move if index or not opens else 0)
        if _strong(plan, offset, length) or (closes and last):
            pitch = line.to_chord(at, pitch)
        line.pitch = pitch
        if closes and last and offset >= width / 2:
            length = width - offset  # the phrase rests on its last note
        arch = 0.06 * (1 - abs(2 * (offset / width) - 1))
        loud = (0.98 if offset == 0 else 0.9) + arch - (0.2 if symbol == "o" else 0.0)
        held = min(manner.held, 0.35 + 0.7 * plan.mood.legato) if manner.held <= 1 else manner.held
        if length >= 0.5 and plan.chance(manner.ghost + plan.mood.family.grace):
            grace = line.step(at, -1)
            events.append(Event(max(0.0, at - 0.1), 0.1, grace, 0.6))
        slide = -float(plan.choose((1, 1, 2))) if length >= 0.75 and plan.chance(line.bends) else 0.0
        vibrato = line.vibrato if length >= 0.75 else 0.0
        leans = not (closes and last) and length >= 1 and _strong(plan, offset, length) and plan.chance(manner.lean)
        if leans and (above := line.step(at, 1)) != pitch:
            events.append(Event(at, length / 2, above, loud))
            events.append(Event(at + length / 2, length / 2 * held, pitch, loud * 0.85, 0.0, vibrato))
        else:
            events.append(Event(at, length * held, pitch, loud, slide, vibrato))
        if doubled and length >= 0.5:
            events.append(Event(at, length * held, line.step(at, -2), loud * 0.8))
    return events
