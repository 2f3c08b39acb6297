"""What a caption claims, read back from its words: tempo, key, instruments, no drums.

The reader knows the vocabulary of ``corpus.wording`` (what may be said of what), not how captions are put together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from libretto.corpus.composing.theory import MODES, parse_key
from libretto.corpus.language import wording
from libretto.corpus.sound.instruments import INSTRUMENTS

_TEMPO = re.compile(r"(?<![\d.])(\d{2,3})\s*(?:bpm|beats (?:per|a) minute)|\b(?:bpm|tempo) (\d{2,3})\b")
_MODES = "|".join(sorted((*MODES, "aeolian", "maj", "min"), key=len, reverse=True))
_KEY = re.compile(rf"\b([a-g])(?:[\s-]?(sharp|flat|#|b|♯|♭))?[\s-](?:natural\s)?({_MODES})(?![\w-])( (?:key|mode|scale|tonality))?")
_SIGNS = {"sharp": "#", "flat": "b", "♯": "#", "♭": "b"}
_SPELT = {"aeolian": "minor", "maj": "major", "min": "minor"}
_ROUNDED = 2.5  # beats per minute by which a spoken tempo may be rounded


@dataclass(frozen=True)
class Claims:
    """``instruments``: every instrument named, and the spoken names of the sheet's language it may mean."""

    bpm: tuple[float, ...] = ()
    keys: tuple[tuple[int, str], ...] = ()  # tonic 0..11, mode
    instruments: dict[str, frozenset[str]] = field(default_factory=dict)
    no_drums: bool = False


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """Every wording of an instrument, and of styles and uses (which name none): the instruments it may mean."""
    meant: dict[str, set[str]] = {}
    for pair in (*wording.STYLES.values(), *wording.USES.values()):
        for word in (*pair[0], *pair[1]):
            meant.setdefault(_bare(word), set())
    happening = {instrument.name for instrument in INSTRUMENTS.values() if instrument.family == "fx"}  # a riser is no player
    for name in ({instrument.name for instrument in INSTRUMENTS.values()} | set(wording.INSTRUMENTS)) - happening:
        for word in (name, *wording.INSTRUMENTS.get(name, ())):
            meant.setdefault(_bare(word), set()).add(name)
    return {word: frozenset(names) for word, names in meant.items()}


def _bare(wording: str) -> str:
    """Without the condition under which it is used."""
    return wording.partition("~")[0].lower()


@cache
def _phrases() -> re.Pattern[str]:
    """The wordings, longest first: "jazz guitar" is no jazz and no guitar; "no guitar" names none."""
    ordered = sorted(_meanings(), key=lambda word: (-len(word), word))
    negation = r"(?:no|without|witout|not|neither|nor) (?:an? |any )?"
    return re.compile(rf"(?<![\w-])({negation})?({'|'.join(map(re.escape, ordered))})(?:e?s)?(?![\w-])")


@cache
def _no_drums() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w-]){re.escape(word.lower())}(?![\w-])" for word in wording.NO_DRUMS))


def read(caption: str) -> Claims:
    """The claims of one caption."""
    text = caption.lower()
    keys = []
    for letter, accidental, mode, noun in _KEY.findall(text):
        if letter == "a" and not accidental and noun:
            continue  # "in a minor key" names no tonic
        keys.append((parse_key(letter + _SIGNS.get(accidental, accidental)), _SPELT.get(mode, mode)))
    tempi = tuple(float(before or after) for before, after in _TEMPO.findall(text))
    named = [phrase for negated, phrase in _phrases().findall(text) if not negated]
    instruments = {phrase: meant for phrase in named if (meant := _meanings()[phrase])}
    return Claims(tempi, tuple(keys), instruments, bool(_no_drums().search(text)))


def foreign(claims: Claims, instruments: Sequence[str], drums: str) -> list[str]:
    """Instruments named that are none of the sheet's. A kind is true of its members: "guitar" of every guitar."""
    sounding = (*instruments, drums)
    return [
        phrase for phrase, meant in claims.instruments.items()
        if not meant & set(instruments) and not any(_kind(phrase) in name for name in sounding)
    ]  # fmt: skip


def _kind(phrase: str) -> str:
    """What is found in the names of all that are of a kind: "taiko" for "taikos" and "taiko drums"."""
    word = phrase.removesuffix(" drums")
    return word if word.endswith("ss") else word.removesuffix("s")


def tempo_holds(claims: Claims, bpm: float) -> bool:
    """Every tempo spoken is the sheet's, rounded."""
    return all(abs(said - bpm) <= _ROUNDED for said in claims.bpm)


def key_holds(claims: Claims, key: str, mode: str) -> bool:
    """Every key spoken is the sheet's; "minor" may stand for every mode with a small third, "major" for the others."""
    tonic, third = parse_key(key), "minor" if 3 in MODES[mode] else "major"
    return all(said == tonic and spoken in (mode, third) for said, spoken in claims.keys)
