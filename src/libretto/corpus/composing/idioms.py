"""Ways of playing that belong to one tradition: montuno, la pompe, marcato, skank, gospel, phasing, soli, chorale and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from libretto.corpus.composing.hand import Hand, fold
from libretto.corpus.composing.harmony import voice
from libretto.corpus.composing.plan import LOUDNESS, Event, nearest

AHEAD = 0.5  # quarters before a bar line within which a stroke already belongs to the next chord


def _strokes(hand: Hand, bars: list[int]) -> Iterator[tuple[float, float, str, int]]:
    """(quarter, length, symbol, index in the bar) of every stroke."""
    width = hand.plan.metre.quarters
    for bar in bars:
        for index, (offset, length, symbol) in enumerate(hand.strokes(bar)):
            yield bar * width + offset, length, symbol, index


def _heard(hand: Hand, at: float) -> float:
    """When the chord that a stroke means begins: strokes just before the bar line anticipate the next one."""
    width = hand.plan.metre.quarters
    left = width - at % width
    return at + left if left <= AHEAD and at + left < hand.plan.quarters else at


def comp(hand: Hand, bars: list[int]) -> list[Event]:
    """The jazz pianist: another rhythm in most bars, chords without root, the last off-beat ahead of the change."""
    events, (main, other) = [], (hand.main, hand.other)
    for bar in bars:
        hand.main, hand.other = (main, other) if hand.plan.chance(0.5) else (other, main)
        for at, length, symbol, _ in _strokes(hand, [bar]):
            pitches = hand.voicing(_heard(hand, at))
            events += [Event(at, length * 0.95, pitch, 0.8 * LOUDNESS.get(symbol, 0.9)) for pitch in pitches]
    return events


def montuno(hand: Hand, bars: list[int]) -> list[Event]:
    """The salsa pianist: octaves and inner thirds in turn, off the beat, every bar line anticipated."""
    events = []
    for at, length, symbol, index in _strokes(hand, bars):
        pitches = hand.voicing(_heard(hand, at))
        if index % 2 == 0:
            top = pitches[-1 - hand.order[index // 2 % len(hand.order)] % 2]
            chosen: tuple[int, ...] = (top - 12, top, fold(top + 12, hand.top))
        else:
            chosen = (pitches[0], pitches[len(pitches) // 2])
        loud = 0.85 * LOUDNESS.get(symbol, 0.9)
        events += [Event(at, min(length, 0.45), pitch, loud) for pitch in sorted(set(chosen))]
    return events


def pompe(hand: Hand, bars: list[int]) -> list[Event]:
    """The gypsy rhythm guitar: a full chord on every beat, two and four clipped and accented, a light upstroke before one and three."""
    events = []
    for bar in bars:
        for beat in range(round(hand.plan.metre.quarters / hand.plan.metre.beat)):
            at = bar * hand.plan.metre.quarters + beat * hand.plan.metre.beat
            pitches = sorted({hand.root(at), *hand.voicing(at)})
            clipped = beat % 2 == 1 or (hand.plan.metre.quarters == 3 and beat > 0)
            held, loud = (0.24, 0.92) if clipped else (0.42, 0.7)
            events += [Event(at, held, pitch, loud) for pitch in pitches]
            if not clipped and at and hand.plan.chance(0.7):
                events += [Event(at - 0.2, 0.12, pitch, 0.38, muted=True) for pitch in pitches[-3:]]
    return events


def marcato(hand: Hand, bars: list[int]) -> list[Event]:
    """The tango piano: dry chords, the left hand's octave under the accents."""
    events = []
    for at, length, symbol, _ in _strokes(hand, bars):
        loud = 0.95 * LOUDNESS.get(symbol, 0.9)
        events += [Event(at, min(length, 0.4) * 0.8, pitch, loud) for pitch in hand.voicing(at)]
        if symbol == "x":
            root = hand.root(at, hand.bottom + 12)
            events += [Event(at, 0.36, pitch, loud) for pitch in (root - 12, root) if pitch >= hand.bottom]
    return events


def skank(hand: Hand, bars: list[int]) -> list[Event]:
    """Chords cut off at once; ghost strokes are dead strings."""
    events = []
    for at, _, symbol, _ in _strokes(hand, bars):
        dead = symbol == "g"
        loud = 0.9 * LOUDNESS.get(symbol, 0.9)
        events += [Event(at, 0.1 if dead else 0.22, p, loud, muted=dead) for p in hand.voicing(at)]
    return events


def gospel(hand: Hand, bars: list[int]) -> list[Event]:
    """The church pianist: chords over left-hand octaves, crushed notes into them, and a run up at the end of each phrase."""
    events, width = [], hand.plan.metre.quarters
    for at, length, symbol, index in _strokes(hand, bars):
        pitches, loud = hand.voicing(at), 0.84 * LOUDNESS.get(symbol, 0.9)
        events += [Event(at, length * 0.95, pitch, loud) for pitch in pitches]
        if index == 0 or symbol == "x":
            root = hand.root(at, 36)
            events += [Event(at, length * 0.9, pitch, loud) for pitch in (root, root + 12)]
        if at and hand.plan.chance(0.2):
            events.append(Event(at - 0.1, 0.1, pitches[-1] - 1, 0.6 * loud))
    for bar in bars:
        if bar % 4 == 3 and hand.plan.chance(0.75):
            end, rate = (bar + 1) * width, 6 if hand.plan.metre.beat == 1.5 or hand.plan.style.swing > 0.5 else 4
            scale = set(hand.plan.scale_at(end - 1, pentatonic=True))
            ladder = [p for p in range(hand.low + 6, min(hand.low + 34, hand.top)) if p % 12 in scale]
            events += [Event(end - (rate - i) / rate, 0.3, p, 0.6 + 0.04 * i) for i, p in enumerate(ladder[:rate])]
    return events


def ostinato(hand: Hand, bars: list[int]) -> list[Event]:
    """One figure of single notes that never changes but bends to the chord: afrobeat, cumbia and funk guitars; ``g`` is damped."""
    plan, width = hand.plan, hand.plan.metre.quarters
    figure = [int(step) for step in plan.rng.integers(-2, 5, 16)]
    events = []
    for at, length, symbol, index in _strokes(hand, bars):
        around = (hand.low + hand.high) // 2
        root = nearest(plan.tones_at(at)[0], around, hand.low, hand.high)
        scale = set(plan.scale_at(at, pentatonic=True) if at % width else plan.tones_at(at))
        ladder = [p for p in range(root - 9, root + 17) if p % 12 in scale] or [root]
        start = min(range(len(ladder)), key=lambda i: abs(ladder[i] - root))
        place = start + figure[(index + 8 * (round(at / width) % 2)) % 16]
        pitch = ladder[max(0, min(len(ladder) - 1, place))]
        dead = symbol == "g"
        events.append(Event(at, min(length, 0.4), pitch, 0.85 * LOUDNESS.get(symbol, 0.9), muted=dead))
    return events


def phase(hand: Hand, bars: list[int]) -> list[Event]:
    """Steve Reich's way: a short cell in even notes whose length is not the bar's, so that its accents wander through the metre."""
    plan, width = hand.plan, hand.plan.metre.quarters
    length = plan.choose((5, 6, 7, 8, 10, 12))
    cell = [int(step) for step in plan.rng.integers(0, 6, length)]
    silent = int(plan.rng.integers(1, length)) if length > 5 and plan.chance(0.7) else -1
    speed = plan.bpm * plan.metre.beat  # quarters a minute
    unit = 0.25 if speed < 125 or (speed < 152 and plan.chance(0.6)) else 0.5
    events = []
    for bar in bars:
        for step in range(int(width / unit)):
            at = bar * width + step * unit
            place = round(at / unit) % length
            if place == silent:
                continue
            pitches = hand.voicing(at)
            tones = (*pitches, *(pitch + 12 for pitch in pitches))
            events.append(Event(at, unit * 0.95, fold(tones[cell[place] % len(tones)], hand.top), 0.82 if place == 0 else 0.62))
    return events


def soli(hand: Hand, bars: list[int]) -> list[Event]:
    """A section of saxophones as one player: a line that moves by step, the chord's other notes close below it."""
    plan, width = hand.plan, hand.plan.metre.quarters
    steps = [int(step) for step in plan.rng.choice((-2, -1, -1, 1, 1, 2), 16)]
    top, events = (hand.low + hand.high) / 2 + 5, []
    for at, length, symbol, index in _strokes(hand, bars):
        target = _heard(hand, at)
        scale, tones = set(plan.scale_at(target)), set(plan.tones_at(target))
        wanted = tones if length >= 1 or at % (width / 2) == 0 else scale
        reach = top + 1.7 * steps[index % 16] if index else (top + hand.low + hand.high) / 3 + 2
        choices = [p for p in range(hand.low + 7, hand.high + 1) if p % 12 in wanted]
        top = min(choices, key=lambda p: abs(p - reach))
        below = [p for p in range(int(top) - 1, int(top) - 13, -1) if p % 12 in tones and p >= hand.bottom]
        loud = 0.86 * LOUDNESS.get(symbol, 0.9)
        held = length * (0.6 if length <= 0.5 and at % 1 == 0 else 0.92)
        events += [Event(at, held, pitch, loud) for pitch in (int(top), *below[:3])]
    return events


def shout(hand: Hand, bars: list[int]) -> list[Event]:
    """Brass as one: the chord with its top note doubled above, short notes stabbed, long ones scooped up from below."""
    events = []
    for at, length, symbol, _ in _strokes(hand, bars):
        pitches = hand.voicing(_heard(hand, at))
        chosen = sorted({*pitches, fold(pitches[-1] + 12, hand.top)})
        slide = -1.0 if length >= 1 and hand.plan.chance(0.6) else 0.0
        loud = 0.98 * LOUDNESS.get(symbol, 0.9)
        events += [Event(at, length * 0.9 if length >= 1 else 0.22, p, loud, slide) for p in chosen]
    return events


def chorale(hand: Hand, bars: list[int]) -> list[Event]:
    """Four voices, each in its own range: the bass has the root or the third, the upper three move as little as they can."""
    plan, width = hand.plan, hand.plan.metre.quarters
    upper: tuple[int, ...] | None = None
    low, events = 48, []
    for at, length, symbol, _ in _strokes(hand, bars):
        chord = plan.chord_at(at)
        classes = [(plan.tonic + chord.root) % 12, (plan.tonic + chord.root + chord.third) % 12]
        low = nearest(classes[1] if at % width and plan.chance(0.35) else classes[0], low, 41, 59)
        upper = voice(chord, plan.tonic, low=55, high=77, voices=3, previous=upper)
        loud = 0.76 * LOUDNESS.get(symbol, 0.9)
        events += [Event(at, length, pitch, loud) for pitch in sorted({low, *upper})]
    return events


def cluster(hand: Hand, bars: list[int]) -> list[Event]:
    """Strings a semitone apart, held; now and then they slide in or begin with a stab. What horror scores are made of."""
    plan, width = hand.plan, hand.plan.metre.quarters
    events = []
    for bar in bars:
        at = bar * width
        if plan.chance(0.12 + 0.3 * plan.intensity):
            base = plan.choose(hand.voicing(at))
            events += [Event(at, 0.3, base + i, 0.95) for i in (0, 1, 6, 7)]
        if bar % 2 and bar != bars[0]:
            continue
        base = plan.choose(hand.voicing(at))
        long = min(2 * width, plan.quarters - at)
        slide = plan.choose((0.0, 0.0, 2.0, -3.0))
        count = 2 + int(plan.chance(0.7)) + int(plan.chance(0.4))
        events += [Event(at, long, min(base + i, hand.top), 0.62, slide, 14.0) for i in range(count)]
    return events


def ratchet(hand: Hand, bars: list[int]) -> list[Event]:
    """The glitch: a chord tone that stutters, faster and softer, inside the length of one stroke."""
    plan, events = hand.plan, []
    for at, length, symbol, index in _strokes(hand, bars):
        pitches = hand.voicing(at)
        pitch = pitches[hand.order[index % len(hand.order)] % len(pitches)] + 12 * (symbol == "o")
        count = plan.choose((1, 1, 2, 3, 4, 6)) if length >= 0.5 or symbol == "r" else 1
        each = min(length, 0.75) / count
        events += [
            Event(at + i * each, each * 0.8, fold(pitch, hand.top), LOUDNESS.get(symbol, 0.9) * (0.9 - 0.1 * i))
            for i in range(count)
        ]
    return events


def steel(hand: Hand, bars: list[int]) -> list[Event]:
    """The pedal steel: two strings bent into the chord from below or above, left to sing."""
    events = []
    for at, length, symbol, _ in _strokes(hand, bars):
        pitches = hand.voicing(_heard(hand, at))
        slide = hand.plan.choose((-2.0, -2.0, -1.0, 2.0, 0.0))
        loud = 0.8 * LOUDNESS.get(symbol, 0.9)
        events += [
            Event(at, length, pitches[-2], loud, slide, 20.0),
            Event(at, length, pitches[-1], loud, 0.0, 20.0),
        ]
    return events


def nocturne(hand: Hand, bars: list[int]) -> list[Event]:
    """Chopin's left hand: from the low root through fifth and octave to the tenth and back, pedal down."""
    events = []
    for at, length, symbol, index in _strokes(hand, bars):
        chord, root = hand.plan.chord_at(at), hand.root(at, max(33, hand.bottom))
        reach = (0, chord.fifth, 12, 12 + chord.third, 12 + chord.fifth, 12 + chord.third, 12, chord.fifth)
        loud = (0.72 if index == 0 else 0.52) * LOUDNESS.get(symbol, 0.9)
        events.append(Event(at, max(1.6, 3 * length), fold(root + reach[index % 8], hand.top), loud))
    return events


MANNERS: dict[str, Callable[[Hand, list[int]], list[Event]]] = {
    "comp": comp, "montuno": montuno, "pompe": pompe, "marcato": marcato, "skank": skank, "gospel": gospel,
    "ostinato": ostinato, "phase": phase, "soli": soli, "shout": shout, "chorale": chorale, "cluster": cluster,
    "ratchet": ratchet, "steel": steel, "nocturne": nocturne,
}  # fmt: skip
RINGING = ("chorale", "cluster", "nocturne", "steel", "pompe")
VOICES = {"chorale": 3, "cluster": 3, "steel": 3, "phase": 3, "skank": 3, "comp": 4, "montuno": 3}
