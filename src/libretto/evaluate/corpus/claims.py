"""What a caption claims, read back from its words: tempo, key, instruments, no drums.

The reader knows the vocabulary of ``corpus.wording`` (what may be said of what), not how captions are put together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ...corpus import wording
from ...corpus.instruments import INSTRUMENTS
from ...corpus.theory import MODES, parse_key

_TEMPO = re.compile(r"(?<![\d.])(\d{2,3})\s*(?:bpm|beats per minute)")
_MODES = "|".join(sorted((*MODES, "aeolian"), key=len, reverse=True))
_KEY = re.compile(rf"\b([a-g])(?:\s?(sharp|flat|#|b))?\s(?:natural\s)?({_MODES})\b")
_ROUNDED = 2.5  # beats per minute by which a spoken tempo may be rounded


@dataclass(frozen=True)
class Claims:
    """``instruments``: for each instrument named, the spoken names of the sheet's language it may mean."""

    bpm: tuple[float, ...] = ()
    keys: tuple[tuple[int, str], ...] = ()  # tonic 0..11, mode
    instruments: tuple[frozenset[str], ...] = ()
    no_drums: bool = False


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """Every wording of an instrument, and of styles and uses (which name none): the instruments it may mean."""
    meant: dict[str, set[str]] = {}
    for words in (*wording.STYLES.values(), *wording.USES.values()):
        for word in words:
            meant.setdefault(word.lower(), set())
    for name in {instrument.name for instrument in INSTRUMENTS.values()} | set(wording.INSTRUMENTS):
        for word in (name, *wording.INSTRUMENTS.get(name, ())):
            meant.setdefault(word.lower(), set()).add(name)
    return {word: frozenset(names) for word, names in meant.items()}


@cache
def _phrases() -> re.Pattern[str]:
    """The wordings, longest first: "jazz guitar" is no jazz and no guitar, "string quartet" no string."""
    ordered = sorted(_meanings(), key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, ordered))})(?:e?s)?(?![\w-])")


@cache
def _no_drums() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w-]){re.escape(word.lower())}(?![\w-])" for word in wording.NO_DRUMS))


def read(caption: str) -> Claims:
    """The claims of one caption."""
    text = caption.lower()
    keys = []
    for letter, accidental, mode in _KEY.findall(text):
        if letter == "a" and not accidental and re.search(rf"\ba {mode} (?:key|mode)", text):
            continue  # "in a minor key" names no tonic
        keys.append((parse_key(letter + {"sharp": "#", "flat": "b"}.get(accidental, accidental)), mode.replace("aeolian", "minor")))
    instruments = tuple(meant for phrase in _phrases().findall(text) if (meant := _meanings()[phrase]))
    return Claims(
        tuple(float(number) for number in _TEMPO.findall(text)), tuple(keys), instruments, bool(_no_drums().search(text))
    )


def tempo_holds(claims: Claims, bpm: float) -> bool:
    """Every tempo spoken is the sheet's, rounded."""
    return all(abs(said - bpm) <= _ROUNDED for said in claims.bpm)


def key_holds(claims: Claims, key: str, mode: str) -> bool:
    """Every key spoken is the sheet's; "minor" may stand for every mode with a small third, "major" for the others."""
    tonic, third = parse_key(key), "minor" if 3 in MODES[mode] else "major"
    return all(said == tonic and spoken in (mode, third) for said, spoken in claims.keys)
