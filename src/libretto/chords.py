"""Chords as tokens, as progressions over bars, and as people write them. Ours but for the symbols."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .corpus.composing.theory import QUALITIES, parse_key
from .errors import RequestError, did_you_mean
from .key import Rings, surety

THIRDS = (None, 3, 4)  # semitones over the root
COLOURS = ("", "sixth", "minor seventh", "major seventh", "diminished", "augmented", "sus2", "sus4")  # the token's second level
BLANK = 12 * len(THIRDS)
_SYMBOL = re.compile(r"([A-Ga-g])([#b♯♭]?)(.*)")
_SPELT = {"": "maj", "M": "maj", "m": "min", "-": "min", "-7": "m7", "min7": "m7", "M7": "maj7", "Maj7": "maj7", "j7": "maj7", "maj": "maj",
          "min": "min", "°": "dim", "o": "dim", "°7": "dim7", "o7": "dim7", "ø": "m7b5", "+": "aug", "sus": "sus4", "min6": "m6", "11": "9",
          "m13": "m11", "7sus": "7sus4", "2": "add9"}  # fmt: skip
_LIMIT = 1_000  # symbols
_HEARD = (1.0, 0.8, 0.6, 0.5)  # how much a chord's root, third, fifth and seventh say of the key; ours
_OTHERS = 0.02  # of the whole, what every pitch class says besides; ours
_REGISTERS = (0.15, 0.16, 0.28, 0.41)  # of what rings in clips of the corpus, as in ``key.Rings``
DWELLING = 0.5  # share of a progression on its tonic from which its key is heard


def chord_token(root: int, intervals: Sequence[int]) -> tuple[int, int]:
    """Both levels of a chord on ``root`` with tones so many semitones above it; tensions beyond the seventh are left out."""
    third = next((index for index, size in enumerate(THIRDS) if size in intervals), 0)
    if 7 not in intervals and (6 in intervals or 8 in intervals):
        colour = "diminished" if 6 in intervals else "augmented"
    elif not third and (2 in intervals or 5 in intervals):
        colour = "sus2" if 2 in intervals else "sus4"
    else:
        colour = next((name for size, name in ((9, "sixth"), (10, "minor seventh"), (11, "major seventh")) if size in intervals), "")
    return root % 12 * len(THIRDS) + third, COLOURS.index(colour)


def tones(root_and_third: int, colour: int) -> tuple[int, ...]:
    """Pitch classes 0..11 of a chord token, the root first."""
    root, third = divmod(root_and_third, len(THIRDS))
    name = COLOURS[colour]
    fifth = {"diminished": 6, "augmented": 8}.get(name, 7)
    more = {"sixth": 9, "minor seventh": 10, "major seventh": 11, "sus2": 2, "sus4": 5}.get(name)
    return tuple((root + size) % 12 for size in (0, THIRDS[third], fifth, more) if size is not None)


def _struck(chord: Sequence[int]) -> np.ndarray:
    """How much each pitch class says of a chord token: [12]."""
    found = np.zeros(12)
    for tone, weight in zip(tones(*chord), _HEARD):
        found[tone] += weight
    return found


def chord(chords: Sequence[tuple[float, int, str]], *, frames: int, rate: int) -> np.ndarray:
    """Chord tokens int64 [2, frames] of (start, root 0..11, quality of ``theory.QUALITIES``); the first holds from the beginning on.

    Blank without any.
    """
    told = np.full((2, frames), BLANK)
    for place, (start, root, quality) in enumerate(chords):
        told[:, max(0, round(start * rate)) if place else 0 :] = np.array(chord_token(root, QUALITIES[quality]))[:, None]
    return told


def moved(chords: np.ndarray, semitones: int) -> np.ndarray:
    """Chord tokens int64 [2, T] so many semitones higher; blank ones stay blank."""
    turned = (chords[0] + semitones * len(THIRDS)) % BLANK
    return np.stack([np.where(chords[0] == BLANK, BLANK, turned), chords[1]])


@dataclass(frozen=True)
class Progression:
    """Chords that come round: ``chords`` int64 [2, 2 * bars], half bar by half bar, over a tonic of C.

    ``mode`` is one of ``controls.MODES``, "" where it is not known.
    """

    mode: str
    chords: np.ndarray

    @property
    def bars(self) -> int:
        return self.chords.shape[1] // 2

    @property
    def at_home(self) -> float:
        """Share of the half bars that stand on the tonic."""
        return float((self.chords[0] // len(THIRDS) == 0).mean())

    @property
    def begins_at_home(self) -> bool:
        return int(self.chords[0, 0]) // len(THIRDS) == 0

    @property
    def clarity(self) -> float:
        """How surely it is heard in its mode over C (``key.surety``), played with its roots in the bass and a little of all other notes."""
        played = np.array([_struck(chord) for chord in self.chords.T.tolist()])  # [half bars, 12]
        bass = np.eye(12)[self.chords[0] // len(THIRDS)]
        low, high = (rows.sum(axis=0) / rows.sum() for rows in (bass, played))
        registers = np.stack([low, (low + high) / 2, high, high])
        begin = played[0] / played[0].sum()
        registers, begin, end = ((rows + _OTHERS) / (1 + 12 * _OTHERS) for rows in (registers, begin, high))
        return surety(Rings(registers * np.array(_REGISTERS)[:, None], begin, end), 0, self.mode)

    def homeward(self) -> Progression:
        """The progression with its tonic in every second bar from the first on, unless it dwells there anyway: so its key is heard."""
        if self.at_home >= DWELLING:
            return self
        dark = "min" in self.mode or self.mode in ("dorian", "phrygian")
        chords = self.chords.copy()
        chords[:, np.arange(chords.shape[1]) // 2 % 2 == 0] = np.array(chord_token(0, QUALITIES["min" if dark else "maj"]))[:, None]
        return Progression(self.mode, chords)

    def track(self, *, tonic: int, bar_seconds: float, start: float, frames: int, rate: int) -> np.ndarray:
        """Chord tokens int64 [2, frames] whose first bar begins at ``start`` seconds."""
        half = np.floor(((np.arange(frames) + 0.5) / rate - start) / (bar_seconds / 2) + 1e-9).astype(np.int64)
        return moved(self.chords[:, half % self.chords.shape[1]], tonic)


def written(text: str) -> Progression:
    """``Am F C G``, a bar each; between bar lines one or two share it: ``| Dm7 G7 | Cmaj7 |``. A bass after a slash is left out.

    Raises:
        RequestError: that is no progression.
    """
    if not isinstance(text, str) or not text.replace("|", " ").strip():
        raise RequestError(f"chords are {text!r}, expected a bar each, such as 'Am F C G', or with bar lines '| Dm7 G7 | Cmaj7 |'")
    groups = [part.split() for part in text.split("|") if part.strip()] if "|" in text else [[symbol] for symbol in text.split()]
    if sum(map(len, groups)) > _LIMIT:
        raise RequestError(f"there are {sum(map(len, groups)):,} chords, expected at most {_LIMIT:,}")
    halves: list[tuple[int, int]] = []
    for group in groups:
        if len(group) > 2:
            raise RequestError(f"the bar '{' '.join(group)}' has {len(group)} chords, expected one or two")
        halves += [_read(symbol) for symbol in (group[0], group[-1])]
    return Progression("", np.array(halves, np.int64).T)


def _read(symbol: str) -> tuple[int, int]:
    match = _SYMBOL.fullmatch(symbol.split("/")[0] if not symbol.startswith("/") else "")
    if match is None:
        raise RequestError(f"{symbol!r} is no chord, expected a root and a quality such as C, F#m, Bb7, Cmaj7 or Gsus4")
    quality = _SPELT.get(match[3], match[3])
    if quality not in QUALITIES:
        raise RequestError(f"{symbol!r} has an unknown quality; {did_you_mean(match[3], sorted({*QUALITIES, *filter(None, _SPELT)}))}")
    return chord_token(parse_key(match[1] + match[2]), QUALITIES[quality])
