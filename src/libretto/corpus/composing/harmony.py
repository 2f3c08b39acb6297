"""Which mode and progression a piece gets, and how chords are voiced so that voices move little."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from libretto.corpus.composing.moods import Mood
from libretto.corpus.composing.plan import Metre, Section
from libretto.corpus.composing.styles.style import Style
from libretto.corpus.composing.theory import BRIGHTNESS, MODES, QUALITIES, Chord, progression
from libretto.errors import CorpusError, did_you_mean

# For a mode asked for that the style does not bring itself.
GENERAL: dict[str, tuple[str, ...]] = {
    "major": ("I V vi IV", "I vi IV V", "IV I V vi", "I IV vi V"),
    "lydian": ("I II I II", "Imaj7 II Imaj7 vii", "I II vi II"),
    "mixolydian": ("I bVII IV I", "I IV bVII IV", "I v bVII IV"),
    "minor": ("i bVI bIII bVII", "i iv bVI bVII", "i bVII bVI bVII"),
    "harmonic minor": ("i iv V i", "i bVI iv V7", "i V7 i V7"),
    "dorian": ("i IV i IV", "im7 IV7 im7 IV7", "i bIII IV i"),
    "phrygian": ("i bII i bII", "i bII bvii i", "i bII bIII bII"),
    "blues": ("I7 IV7 I7 V7", "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7"),
}


HOMING = 3.0  # how strongly progressions that dwell on the tonic are preferred (ours)
SETTLED = 0.7  # chance that a vamp of two chords gives three bars of four to the tonic


def choose_mode(style: Style, mood: Mood, rng: np.random.Generator) -> str:
    """One of the style's modes, the likelier the nearer its brightness is to the mood's valence."""
    modes = list(style.progressions)
    distance = np.array([BRIGHTNESS[mode] - mood.valence for mode in modes])
    weight = np.exp(-(distance**2) / 0.12)
    return modes[int(rng.choice(len(modes), p=weight / weight.sum()))]


def progressions_for(style: Style, mode: str) -> tuple[str, ...]:
    """The style's progressions of that mode, general ones when the style has none. CorpusError for an unknown mode."""
    if mode not in MODES:
        raise CorpusError(f"mode {mode!r} is not known; {did_you_mean(mode, list(MODES))}")
    return style.progressions.get(mode) or GENERAL[mode]


def lay_out(
    style: Style, mode: str, form: Sequence[Section], metre: Metre, rng: np.random.Generator, *, ends: bool = False,
    stretch: float = 1.0,
) -> list[tuple[float, Chord]]:
    """Chords over the bars, as (quarter, chord).

    A letter of the form has its own progression, which starts anew with each section; chords last ``stretch`` times as long
    as the style has them. Sections close with a cadence in styles that have one, a piece that ``ends`` on the tonic.
    """
    rows = progressions_for(style, mode)
    bars_per_chord = stretch * style.bars_per_chord[int(rng.integers(len(style.bars_per_chord)))]
    order = _drawn(rows, rng)
    first = progression(order[0])
    twelve = len(first) >= 12  # a twelve-bar form goes round as a whole, whatever the sections
    if twelve:
        bars_per_chord = 1
    letters = sorted({section.letter for section in form})
    chosen = {
        letter: _settled(progression(order[0 if twelve else index % len(order)]), rng)
        for index, letter in enumerate(letters)
    }
    closing = [] if twelve else [c for c in map(progression, style.cadences) if _belongs(c, mode)]
    spans: list[tuple[float, Chord]] = []
    last_bar = form[-1].end - 1
    for place, section in enumerate(form):
        chords, origin = chosen[section.letter], 0 if twelve else section.start
        for bar in range(section.start, section.end):
            if bar == last_bar and ends:
                parts: Sequence[Chord] = (_tonic(mode, first),)
            elif bar == section.end - 1 and section.bars >= 4 and place < len(form) - 1 and closing and rng.random() < 0.7:
                parts = closing[int(rng.integers(len(closing)))]
            else:
                parts = _chords_of_bar(chords, bar - origin, bars_per_chord)
            for part, chord in enumerate(parts):
                start = (bar + part / len(parts)) * metre.quarters
                if not spans or spans[-1][1] != chord or (bar == section.start and part == 0):
                    spans.append((start, chord))
    return spans


def _drawn(rows: Sequence[str], rng: np.random.Generator) -> list[str]:
    """The rows in an order drawn at random; those that dwell on the tonic and begin on it tend to come first."""
    pull = [HOMING * _at_home(progression(row)) for row in rows]
    return [rows[index] for index in np.argsort([-p - rng.gumbel() for p in pull])]


def _at_home(chords: Sequence[Chord]) -> float:
    """How clearly a progression says where home is, 0..1."""
    return (2 * sum(chord.root == 0 for chord in chords) / len(chords) + (chords[0].root == 0)) / 3


def _settled(chords: tuple[Chord, ...], rng: np.random.Generator) -> tuple[Chord, ...]:
    """A vamp of two chords may stay longer on the tonic: two alternating chords alone leave the key in doubt."""
    if len(set(chords)) != 2 or len(chords) not in (2, 4) or rng.random() > SETTLED:
        return chords
    home = next((chord for chord in chords if chord.root == 0), None)
    if home is None:
        return chords
    other = next(chord for chord in chords if chord != home)
    return (home, home, home, other) if chords[0] == home else (other, home, home, home)


def _chords_of_bar(chords: Sequence[Chord], bar: int, bars_per_chord: float) -> list[Chord]:
    """The chords that sound in a bar counted from the start of the progression."""
    per_bar = max(1, round(1 / bars_per_chord))
    first = int(bar / bars_per_chord)
    return [chords[(first + part) % len(chords)] for part in range(per_bar)]


def _tonic(mode: str, chords: Sequence[Chord]) -> Chord:
    """The tonic chord as the progression has it, else the plain one of the mode."""
    plain = Chord(0, "min" if 3 in MODES[mode] and 4 not in MODES[mode] else "maj")
    return next((chord for chord in chords if chord.root == 0), plain)


def _belongs(cadence: Sequence[Chord], mode: str) -> bool:
    """Whether a cadence is heard in the mode: the dominant anywhere, other chords only on the scale's own tones."""
    return all(chord.root == 7 or set(chord.tones) <= set(MODES[mode]) for chord in cadence)


@lru_cache(maxsize=4096)
def _stacks(root: int, quality: str, low: int, high: int, voices: int) -> tuple[tuple[int, ...], ...]:
    """Close voicings of the chord (``root`` an absolute pitch class) that fit low..high."""
    intervals = list(QUALITIES[quality])
    if len(intervals) > voices:  # the bass has the root; the fifth goes next
        intervals = [i for i in intervals if i % 12 not in (0, 7)] + [i for i in intervals if i % 12 == 7]
        intervals = intervals[:voices]
        if len(intervals) < min(3, voices):
            intervals.append(0)
    classes = [(root + interval) % 12 for interval in intervals]
    found = set()
    for base in range(low, low + 13):
        pitches, floor = [], base
        for pitch_class in sorted(classes, key=lambda c: (c - base) % 12):
            pitch = floor + (pitch_class - floor) % 12
            pitches.append(pitch)
            floor = pitch + 1
        if pitches[-1] <= high:
            found.add(tuple(pitches))
    return tuple(sorted(found)) or (tuple(low + (c - low) % 12 for c in sorted(classes)),)


def voice(
    chord: Chord, tonic: int, *, low: int, high: int, voices: int = 4, previous: tuple[int, ...] | None = None
) -> tuple[int, ...]:
    """The voicing inside low..high whose voices move least from the previous one."""
    stacks = _stacks((tonic + chord.root) % 12, chord.quality, low, high, voices)

    def cost(stack: tuple[int, ...]) -> float:
        if not previous:
            return abs(sum(stack) / len(stack) - (low + high) / 2)
        moves = sum(min(abs(pitch - other) for other in previous) for pitch in stack)
        drift = abs(sum(stack) / len(stack) - (low + high) / 2)
        return moves + 0.5 * abs(stack[-1] - previous[-1]) + 0.5 * abs(stack[0] - previous[0]) + 0.1 * drift

    return min(stacks, key=cost)
