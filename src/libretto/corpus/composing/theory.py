"""Modes, chords in roman numerals, and the mode a progression really has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from libretto.errors import CorpusError, did_you_mean

KEYS = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")

# Semitones above the tonic.
MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}

# -1 dark .. 1 bright; what a mood's valence is compared with.
BRIGHTNESS = {
    "lydian": 0.7,
    "major": 0.8,
    "mixolydian": 0.45,
    "blues": 0.0,
    "dorian": -0.2,
    "minor": -0.55,
    "harmonic minor": -0.7,
    "phrygian": -0.9,
}

PENTATONIC = {"bright": (0, 2, 4, 7, 9), "dark": (0, 3, 5, 7, 10)}

# Semitones above the root.
QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "m11": (0, 3, 7, 10, 17),
    "13": (0, 4, 10, 14, 21),
    "7b9": (0, 4, 7, 10, 13),
    "m7b5": (0, 3, 6, 10),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
}

_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_ROMAN = re.compile(r"^([b#]?)([IViv]+)(.*)$")
_SYMBOLS = {"maj": "", "min": "m"}
_SHORT_KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class Chord:
    """A chord relative to the tonic: ``root`` in semitones 0..11, ``quality`` a key of QUALITIES."""

    root: int
    quality: str

    @property
    def intervals(self) -> tuple[int, ...]:
        """Semitones above the root."""
        return QUALITIES[self.quality]

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes above the tonic, root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def third(self) -> int:
        """Semitones from the root to the third (or what a suspended chord has for it)."""
        return next((i for i in self.intervals if i in (3, 4)), self.intervals[1])

    @property
    def fifth(self) -> int:
        """Semitones from the root to the fifth."""
        return next((i for i in self.intervals if i in (6, 7, 8)), 7)

    @property
    def seventh(self) -> int:
        """Semitones from the root to the seventh or sixth, the octave for a triad."""
        return next((i for i in self.intervals if i in (9, 10, 11)), 12)

    def symbol(self, tonic: int) -> str:
        """The written name, e.g. ``Am7``."""
        return _SHORT_KEYS[(tonic + self.root) % 12] + _SYMBOLS.get(self.quality, self.quality)


@cache
def roman(numeral: str) -> Chord:
    """``bVImaj7`` -> the chord. Capitals are major, small letters minor; degrees count from the major scale."""
    match = _ROMAN.match(numeral)
    if match is None or match.group(2).lower() not in _NUMERALS:
        raise CorpusError(f"{numeral!r} is no roman numeral: expected e.g. I, vi, bVII, V7, iim7b5")
    accidental, letters, quality = match.groups()
    root = MODES["major"][_NUMERALS.index(letters.lower())]
    root += {"": 0, "#": 1, "b": -1}[accidental]
    if quality == "":
        quality = "maj" if letters.isupper() else "min"
    elif letters.islower() and quality in ("7", "9", "6", "add9", "11"):
        quality = "m" + quality
    if quality not in QUALITIES:
        raise CorpusError(f"{numeral!r}: unknown chord quality; {did_you_mean(quality, list(QUALITIES))}")
    return Chord(root % 12, quality)


@cache
def progression(text: str) -> tuple[Chord, ...]:
    """Roman numerals separated by spaces."""
    return tuple(roman(numeral) for numeral in text.split())


def mode_of(chords: list[Chord] | tuple[Chord, ...]) -> str:
    """The mode of the chords really played, from the third over the tonic and the degrees that tell modes apart."""
    tones = {tone for chord in chords for tone in chord.tones}
    tonics = [chord for chord in chords if chord.root == 0 and {3, 4} & set(chord.intervals)]
    if tonics:
        dark = sum(3 in chord.intervals for chord in tonics) * 2 > len(tonics)
    else:
        dark = 3 in tones and 4 not in tones
    if not dark:
        if (
            tonics
            and all(c.quality in ("7", "9", "13") for c in tonics)
            and any(c.root == 5 and c.quality in ("7", "9", "13") for c in chords)
        ):
            return "blues"
        if 6 in tones and 5 not in tones:
            return "lydian"
        return "mixolydian" if 10 in tones and 11 not in tones else "major"
    if 1 in tones and 2 not in tones:
        return "phrygian"
    if 9 in tones and 8 not in tones:
        return "dorian"
    return "harmonic minor" if 11 in tones and 10 not in tones else "minor"


@cache
def chord_scale(mode: str, chord: Chord, pentatonic: bool = False) -> tuple[int, ...]:
    """Pitch classes above the tonic to play over a chord: the scale, bent so that the chord's tones belong to it.

    A foreign major third is a raised degree and replaces the one below; any other foreign tone replaces the one above.
    """
    scale = MODES[mode]
    if pentatonic:
        scale = PENTATONIC["bright" if 4 in scale else "dark"]
    tones = set(chord.tones)
    if mode == "blues":  # the blue third rubs against the major one; that is the point
        return tuple(sorted(tones.union(scale)))
    raised = (chord.root + 4) % 12
    replaced = {(tone + (-1 if tone == raised else 1)) % 12 for tone in tones - set(scale)}
    return tuple(sorted((set(scale) - replaced) | tones))


def parse_key(name: str) -> int:
    """``E flat``, ``Eb``, ``f#`` -> 0..11."""
    text = name.strip().lower().replace("♭", "b").replace("♯", "#")
    text = text.replace(" sharp", "#").replace(" flat", "b")
    letters = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
    if not text or text[0] not in letters or text[1:] not in ("", "#", "b"):
        raise CorpusError(f"key {name!r} is not known: expected a note name such as C, F sharp or E flat")
    return (letters[text[0]] + {"": 0, "#": 1, "b": -1}[text[1:]]) % 12
