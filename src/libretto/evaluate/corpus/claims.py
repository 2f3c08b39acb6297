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
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS

_TEMPO = re.compile(r"(?<![\d.])(\d{2,3})\s*(?:bpm|beats (?:per|a) minute)|\b(?:bpm|tempo) (\d{2,3})\b")
_MODES = "|".join(sorted((*MODES, "aeolian", "maj", "min"), key=len, reverse=True))
_TONIC = r"([a-g])(?:[\s-]?(sharp|flat|#|b|♯|♭))?"
_KEY = re.compile(rf"\b{_TONIC}[\s-](?:natural\s)?({_MODES})(?![\w-])(?: (key|mode|scale|tonality)\b)?")
_NO_MORE = rf"(?![\w#♯♭-]|\s(?:sharp|flat|clarinet|(?:natural\s)?(?:{_MODES}))\b)"
_KEY_ALONE = re.compile(rf"\b(?:key of|mode on|bluesy) {_TONIC}{_NO_MORE}")  # no mode after it
_AT_A_TONIC = re.compile(r"\b(?:in|on|of|the) $")  # before "A blues" where it is no article
_AT_AN_END = re.compile(r"\s*(?:$|[.,;:|!?])")
_SIGNS = {"sharp": "#", "flat": "b", "♯": "#", "♭": "b"}
_SPELT = {"aeolian": "minor", "maj": "major", "min": "minor"}
_SPELLINGS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in ((r"\bsynth(?:es|et)i[sz]er(s?)\b", r"synth\1"), (r"\banalogue\b", "analog"), (r" & ", " and "))
)
_SLIPPING = 5  # letters from which on a word may be misspelt
_ROUNDED = 2.5  # beats per minute by which a spoken tempo may be rounded
_TOO_COMMON = frozenset(["beat"])  # is said of time, too
_ANY_KIT = ("drums", "percussion", "drum beat")


@dataclass(frozen=True)
class Claims:
    """``instruments``: every instrument and drum kit named, and the spoken names of the sheet's language it may mean."""

    bpm: tuple[float, ...] = ()
    keys: tuple[tuple[int, str], ...] = ()  # tonic 0..11, mode ("" where only the tonic is named)
    instruments: dict[str, frozenset[str]] = field(default_factory=dict)
    no_drums: bool = False


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """Every wording of an instrument or kit, and of what names none though it holds such a word ("whistle along",
    "drum and bass", "bass line"): the instruments and kits it may mean."""
    meant: dict[str, set[str]] = {}
    pairs = (*wording.STYLES.values(), *wording.USES.values())
    others = (*wording.URGES.values(), *wording.REGISTER.values(), *wording.LINES.values(), ("bass part",))
    for words in (*(part for pair in pairs for part in pair), *others):
        for word in words:
            meant.setdefault(_bare(word), set())
    happening = {instrument.name for instrument in INSTRUMENTS.values() if instrument.family == "fx"}  # a riser is no player
    for name in ({instrument.name for instrument in INSTRUMENTS.values()} | set(wording.INSTRUMENTS)) - happening:
        for word in (name, *wording.INSTRUMENTS.get(name, ())):
            meant.setdefault(_bare(word), set()).add(name)
    for name in _kits():
        for word in {name, *wording.DRUMS.get(name, ()), *wording.plain_drums(name)} - _TOO_COMMON:
            meant.setdefault(_bare(word), set()).add(name)
    for word in _ANY_KIT:
        meant.setdefault(word, set()).update(_kits())
    return {word: frozenset(names) for word, names in meant.items()}


@cache
def _kits() -> frozenset[str]:
    """Spoken names of all drum kits."""
    return frozenset(kit.name for kit in KITS.values())


def _bare(wording: str) -> str:
    """Without the condition under which it is used, spelt in one way."""
    return _spelt(wording.partition("~")[0].lower())


@cache
def _slips() -> dict[str, str]:
    """Misspelt words of wordings of what plays -> the words: two inner letters swapped, one lost or one doubled."""
    words = {word for phrase in _meanings() for word in phrase.split()}
    playing = sorted({"tonality", *(word for phrase, meant in _meanings().items() if meant for word in phrase.split())})
    slips: dict[str, str] = {}
    for word in playing:
        for at in range(1, len(word) - 2) if len(word) >= _SLIPPING else ():  # the last letter stays: "harmonic" is no harmonica
            one, two, head, rest = word[at], word[at + 1], word[:at], word[at + 2 :]
            wrong = {head + two + one + rest, head + one + rest, head + one + one + two + rest}
            slips.update((slip, word) for slip in wrong - words)
    return slips


def _unslipped(text: str) -> str:
    """Misspelt instruments put right, so that a slip hides none and leaves no other: "piccloo flute", "bnajo"."""
    return re.sub(r"[a-z]{4,}", lambda found: _slips().get(found[0], found[0]), text)


def _spelt(text: str) -> str:
    """Words that writers spell differently, spelt alike."""
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text


@cache
def _phrases() -> re.Pattern[str]:
    """At a word: the longest wording there, perhaps denied. What is found may overlap."""
    ordered = sorted(_meanings(), key=lambda word: (-len(word), word))
    negation = r"(?:no|zero|without|witout|not|neither|nor|does(?:n't| not) have) (?:an? |any )?"
    return re.compile(rf"(?<![\w-])(?=({negation})?({'|'.join(map(re.escape, ordered))})(e?s)?(?![\w-]))")


@dataclass(frozen=True)
class _Phrase:
    """A wording found at ``start`` up to ``end``."""

    start: int
    end: int
    word: str
    denied: bool

    @property
    def names(self) -> bool:
        """Whether it says that something plays."""
        return not self.denied and bool(_meanings()[self.word])


def _read_phrases(text: str) -> list[_Phrase]:
    """The longest wordings: "jazz guitar" is no jazz and no guitar, "no guitar" names none, "juke joint blues harp" has a harmonica."""
    found = []
    for match in _phrases().finditer(text):
        end = max(match.end(2), match.end(3))
        word = match[2]
        if match[3] and word.removesuffix(" lead") in _meanings():
            word = word.removesuffix(" lead")  # "a synth leads"
        found.append(_Phrase(match.start(), end, word, bool(match[1])))
    kept: list[_Phrase] = []
    reach = 0
    for phrase in found:
        if phrase.end <= reach or (kept and kept[-1].end > phrase.start and (kept[-1].names or kept[-1].denied)):
            continue
        kept.append(phrase)
        reach = phrase.end
    return kept


@cache
def _no_drums() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w-]){re.escape(word.lower())}(?![\w-])" for word in wording.NO_DRUMS))


def read(caption: str) -> Claims:
    """The claims of one caption."""
    text = _unslipped(_spelt(caption.lower()))
    keys = [(_tonic(found), _SPELT.get(found[3], found[3])) for found in _KEY.finditer(text) if not _is_article(found)]
    keys += [(_tonic(found), "") for found in _KEY_ALONE.finditer(text)]
    named = [phrase for phrase in _read_phrases(text) if phrase.names]
    instruments = {phrase.word: _meanings()[phrase.word] for phrase in named}
    rest = list(text)
    for phrase in named:
        rest[phrase.start : phrase.end] = "," * (phrase.end - phrase.start)  # "at a fast tempo 808 drums" is no tempo of 808
    tempi = tuple(float(before or after) for before, after in _TEMPO.findall("".join(rest)))
    return Claims(tempi, tuple(keys), instruments, bool(_no_drums().search(text)))


def _tonic(found: re.Match[str]) -> int:
    """Pitch class of a match that begins with a letter and perhaps an accidental."""
    return parse_key(found[1] + _SIGNS.get(found[2] or "", found[2] or ""))


def _is_article(found: re.Match[str]) -> bool:
    """Whether the "a" before a mode is none of a key: "in a minor key", "a blues tune", but "the A blues scale", "in A blues"."""
    if found[1] != "a" or found[2]:
        return False
    before, mode, noun = found.string[: found.start()], found[3], found[4]
    if mode == "blues":
        return noun != "scale" and not (_AT_A_TONIC.search(before) and _AT_AN_END.match(found.string, found.end()))
    return mode in ("minor", "major") and bool(noun) and not before.endswith("the ")


def foreign(claims: Claims, instruments: Sequence[str], drums: str) -> list[str]:
    """Instruments and kits named that are none of the sheet's. A kind is true of its members: "guitar" of every guitar."""
    there = {*instruments, drums}
    return [
        phrase for phrase, meant in claims.instruments.items()
        if not meant & there and not any(_kind(phrase) in name for name in _compared(phrase, meant, instruments, drums))
    ]  # fmt: skip


def _compared(phrase: str, meant: frozenset[str], instruments: Sequence[str], drums: str) -> Sequence[str]:
    """Where a kind is looked for: "jazz drums" among kits only, "drums" among all that can be drums."""
    return (drums,) if " " in phrase and meant <= _kits() else (*instruments, drums)


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
    return all(said == tonic and spoken in (mode, third, "") for said, spoken in claims.keys)
