"""Playing chords: held, struck, strummed, broken. The idioms of single styles are in idioms.py."""

from __future__ import annotations

from libretto.corpus.composing import idioms
from libretto.corpus.composing.hand import Hand, fold
from libretto.corpus.composing.plan import LOUDNESS, Event, Plan, rooms
from libretto.corpus.composing.styles.style import Layer

VIENNESE = 0.06  # quarters by which the second beat of a waltz comes early


def block(hand: Hand, bars: list[int]) -> list[Event]:
    """The whole chord at each stroke."""
    events, width = [], hand.plan.metre.quarters
    for bar in bars:
        for offset, length, symbol in hand.strokes(bar):
            at = bar * width + offset
            for pitch in hand.voicing(at):
                events.append(Event(at, length * 0.95, pitch, 0.8 * LOUDNESS.get(symbol, 0.9)))
    return events


def sustain(hand: Hand, bars: list[int]) -> list[Event]:
    """The chord held while it lasts."""
    events, width = [], hand.plan.metre.quarters
    open_until, held = -1.0, None
    for bar in bars:
        at, end = bar * width, (bar + 1) * width
        while at < end - 1e-6:
            change = min(end, hand.plan.next_chord(at)[0])
            chord = hand.plan.chord_at(at)
            if held == chord and abs(open_until - at) < 1e-6:
                count = len(hand.previous or ())
                events[-count:] = [
                    event._replace(duration=event.duration + change - at) for event in events[-count:]
                ]
            else:
                events += [Event(at, change - at, pitch, 0.72) for pitch in hand.voicing(at)]
            held, open_until, at = chord, change, change
    return events


def strum(hand: Hand, bars: list[int]) -> list[Event]:
    """Guitar strokes: the beat takes all strings and the root, the upstroke the top ones."""
    events, width = [], hand.plan.metre.quarters
    for bar in bars:
        for offset, length, symbol in hand.strokes(bar):
            at = bar * width + offset
            pitches = hand.voicing(at)
            if offset % hand.plan.metre.beat == 0:
                pitches = tuple(sorted({hand.root(at), *pitches}))
            else:
                pitches = pitches[-3:]
            dead = symbol == "g"  # the left hand lifts: a scratch in rhythm
            held = min(length, 0.25) if dead else length * 0.95
            loud = 0.82 * LOUDNESS.get(symbol, 0.9)
            events += [Event(at, held, pitch, loud, muted=dead) for pitch in pitches]
    return events


def power(hand: Hand, bars: list[int]) -> list[Event]:
    """Root, fifth and octave; palm-muted ``o`` strokes are short and only the two low strings."""
    events, width = [], hand.plan.metre.quarters
    low = max(hand.bottom, hand.layer.low or 40)
    for bar in bars:
        found = hand.strokes(bar)
        for (offset, length, symbol), room in zip(found, rooms(found, width)):
            at = bar * width + offset
            root, chord = hand.root(at, low), hand.plan.chord_at(at)
            pitches = (root, root + chord.fifth) if symbol != "x" else (root, root + chord.fifth, root + 12)
            held = max(length, min(room, 0.5)) * 0.95 if symbol == "x" else min(length, 0.3)
            loud = LOUDNESS.get(symbol, 0.9)
            events += [Event(at, held, pitch, loud, muted=symbol != "x") for pitch in pitches]
    return events


def broken(hand: Hand, bars: list[int]) -> list[Event]:
    """One chord tone per stroke, in an order that repeats."""
    events, width = [], hand.plan.metre.quarters
    ring = 0.8 + 0.8 * hand.plan.mood.legato
    for bar in bars:
        for index, (offset, length, symbol) in enumerate(hand.strokes(bar)):
            at = bar * width + offset
            pitches = hand.voicing(at)
            reach = hand.order[index % len(hand.order)]
            pitch = pitches[reach % len(pitches)] + 12 * (reach // len(pitches))
            events.append(Event(at, length * ring, fold(pitch, hand.top), 0.75 * LOUDNESS.get(symbol, 0.9)))
    return events


def arpeggio(hand: Hand, bars: list[int]) -> list[Event]:
    """A sequencer: chord tones over two octaves, short and even, accents on the beat."""
    events, width = [], hand.plan.metre.quarters
    for bar in bars:
        for offset, length, symbol in hand.strokes(bar):
            at = bar * width + offset
            pitches = hand.voicing(at)
            tones = (*pitches, pitches[0] + 12, pitches[1] + 12)
            reach = hand.order[round(offset * 4) % len(hand.order)] + (
                2 if offset >= width / 2 and hand.plan.density > 0.6 else 0
            )
            loud = (0.85 if offset % hand.plan.metre.beat == 0 else 0.72) * LOUDNESS.get(symbol, 0.9)
            events.append(Event(at, length * 0.85, fold(tones[reach % len(tones)], hand.top), loud))
    return events


def pick(hand: Hand, bars: list[int]) -> list[Event]:
    """Finger picking: the thumb alternates root and fifth on the beats, the fingers fill in above."""
    events, width = [], hand.plan.metre.quarters
    for bar in bars:
        for index, (offset, length, symbol) in enumerate(hand.strokes(bar)):
            at = bar * width + offset
            pitches, root = hand.voicing(at), hand.root(at)
            beat = offset / hand.plan.metre.beat
            if beat % 1 == 0:
                pitch = root if beat % 2 == 0 else root + hand.plan.chord_at(at).fifth
            else:
                pitch = pitches[hand.order[index % len(hand.order)] % len(pitches)]
            events.append(Event(at, min(1.5, length * 2), pitch, 0.78 * LOUDNESS.get(symbol, 0.9)))
    return events


def alberti(hand: Hand, bars: list[int]) -> list[Event]:
    """The classical left hand: low, high, middle, high; in three, bass note and two chords; rising in six-eight."""
    events, width = [], hand.plan.metre.quarters
    compound = hand.plan.metre.beat == 1.5
    order = (0, 1, 2) if compound else (0, 2, 1, 2)
    for bar in bars:
        at = bar * width
        if width == 3 and not compound:
            events.append(Event(at, 0.95, hand.root(at, max(hand.low - 12, 36)), 0.72))
            for beat in (1, 2):
                events += [Event(at + beat, 0.7, pitch, 0.5) for pitch in hand.voicing(at + beat)[:3]]
            continue
        rate = 4 if hand.plan.density > 0.6 and hand.plan.bpm < 100 and not compound else 2
        for index in range(int(width * rate)):
            pitches = hand.voicing(at + index / rate)
            pitch = pitches[order[index % len(order)] % len(pitches)]
            events.append(Event(at + index / rate, 1.1 / rate, pitch, 0.66 if index % rate == 0 else 0.54))
    return events


def stride(hand: Hand, bars: list[int]) -> list[Event]:
    """Oom-pah: a bass note on strong beats (root, then fifth), chords between; in six-eight the chord is the third eighth."""
    events, width = [], hand.plan.metre.quarters
    compound = hand.plan.metre.beat == 1.5
    for bar in bars:
        for beat in range(round(width / hand.plan.metre.beat) * (2 if compound else 1)):
            at = bar * width + (1.5 * (beat // 2) + beat % 2 if compound else beat)
            strong = beat == 0 if width == 3 and not compound else beat % 2 == 0
            if strong:
                turn = beat or (width <= 3 and bar % 2)
                fifth = hand.plan.chord_at(at).fifth if turn else 0
                root = hand.root(at, max(hand.low - 17, hand.bottom))
                events.append(Event(at, 0.9, root + fifth, 0.76))
            else:
                early = VIENNESE if width == 3 and beat == 1 and not compound and hand.plan.style.rubato else 0.0
                events += [Event(at - early, 0.6, pitch, 0.55) for pitch in hand.voicing(at)[-3:]]
    return events


def shuffle(hand: Hand, bars: list[int]) -> list[Event]:
    """The blues guitar: root with fifth, root with sixth, two strokes to the beat, long and short where it is of three."""
    events, width = [], hand.plan.metre.quarters
    beat = hand.plan.metre.beat
    for bar in bars:
        for half in range(round(2 * width / beat)):
            at = bar * width + half // 2 * beat + half % 2 * (0.5 if beat == 1 else 1.0)
            root = hand.root(at, 45)
            upper = root + (7 if (half // 2) % 2 == 0 else 9)
            loud = 0.82 if half % 2 == 0 else 0.64
            events += [Event(at, 0.42, pitch, loud) for pitch in (root, upper)]
    return events


def sparse(hand: Hand, bars: list[int]) -> list[Event]:
    """Single chord tones falling here and there, left to ring."""
    events, width = [], hand.plan.metre.quarters
    for bar in bars:
        slots = list(range(int(width * 2)))
        count = 1 + int(2.5 * hand.plan.density)
        chosen = sorted(hand.plan.rng.choice(slots, size=count, replace=False))
        if bar == bars[0]:
            chosen[0] = 0
        for slot in chosen:
            at = bar * width + slot / 2
            pitch = hand.plan.choose(hand.voicing(at)) + hand.plan.choose((0, 12))
            events.append(Event(at, 2.5, pitch if pitch <= hand.top else pitch - 12, 0.66))
    return events


def inner(hand: Hand, bars: list[int]) -> list[Event]:
    """A single inner voice of a string ensemble, moving by step between chord tones."""
    events, width = [], hand.plan.metre.quarters
    for bar in bars:
        for index, (offset, length, symbol) in enumerate(hand.strokes(bar)):
            at = bar * width + offset
            pitches = hand.voicing(at)
            events.append(
                Event(
                    at,
                    length * 0.97,
                    pitches[(1 + index % 2) % len(pitches)],
                    0.72 * LOUDNESS.get(symbol, 0.9),
                )
            )
    return events


MANNERS = {
    "block": block, "sustain": sustain, "strum": strum, "power": power, "broken": broken, "arpeggio": arpeggio,
    "pick": pick, "alberti": alberti, "stride": stride, "shuffle": shuffle, "sparse": sparse, "inner": inner,
    **idioms.MANNERS,
}  # fmt: skip
STRUMMED = {"strum": 0.018, "block": 0.004, "power": 0.004, "pick": 0.0, "pompe": 0.006, "skank": 0.007}  # seconds from string to string
RINGING = ("sustain", "sparse", "inner", *idioms.RINGING)  # lengths are theirs to choose, whatever the mood
_VOICES = {"inner": 3, "alberti": 3, "stride": 3, "strum": 4, **idioms.VOICES}


def play(layer: Layer, instrument: str, plan: Plan, bars: list[int]) -> list[Event]:
    """The part over the bars in which it plays."""
    voices = _VOICES.get(layer.manner, 3 if layer.role == "arpeggio" else 4)
    events = MANNERS[layer.manner](Hand(layer, instrument, plan, voices), bars)
    if layer.manner in RINGING:
        return events
    short = min(1.0, 0.55 + 0.6 * plan.mood.legato)
    return [event._replace(duration=max(0.1, event.duration * short)) for event in events]
