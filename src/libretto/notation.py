"""Tempo, key and metre as people write them, in fields of a request and in the words of a prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .controls import MODES, MOST_BEATS
from .corpus.composing.theory import KEYS, parse_key
from .errors import RequestError

_SPELT = {"": "major", "m": "minor", "min": "minor", "maj": "major", "aeolian": "minor", "ionian": "major", "natural minor": "minor"}
_MODE = "|".join(sorted((*MODES, *filter(None, _SPELT)), key=len, reverse=True))
_SIGN = r"[\s-]?(?:sharp|flat)\b|[#b♯♭]"
_KEY = re.compile(rf"([a-g])({_SIGN})?[\s-]*({_MODE})?", re.IGNORECASE)
_METRE = re.compile(r"(\d{1,2})\s*/\s*(2|4|8|16)")

_SAID_BPM = re.compile(r"(?<![\d.])(\d{2,3}(?:\.\d+)?)[\s-]*(?:bpm\b|beats (?:per|a) minute)", re.IGNORECASE)
_SAID_METRE = re.compile(r"(?<![\d/])(\d{1,2}/(?:2|4|8|16))(?![\d/])")
_WALTZ = re.compile(r"\bwaltz(?:es)?\b", re.IGNORECASE)
# "in A minor", "key of F sharp major"; "in a minor key", "in a major way" name no tonic
_SAID_KEY = re.compile(
    rf"(?<!not )\b(?:in|in the key of|key of|key:?) ([A-Ga-g])({_SIGN})?[\s-]+((?i:{_MODE}))\b(?!-)(?! (?:key|mode|scale|tonality|chord))"
)
_AFTER_ARTICLE = re.compile(r"\s*(?:$|[,.;:!?)]|(?:and|at|with|by|on|for|in) )", re.IGNORECASE)
_SLOWEST, _FASTEST = 30.0, 300.0  # beats a minute that can be asked for


@dataclass(frozen=True)
class Said:
    """What a sentence settles; None where it does not say."""

    bpm: float | None = None
    key: str | None = None
    metre: str | None = None


def key_and_mode(name: str) -> tuple[int, str]:
    """``A minor``, ``Am``, ``F sharp major``, ``Bb dorian``, ``C`` -> tonic 0..11 and one of ``controls.MODES``.

    Raises:
        RequestError: that is no key.
    """
    match = _KEY.fullmatch(name.strip()) if isinstance(name, str) else None
    if match is None or (match[3] == "M" and not match[3].islower()):
        return _major_symbol(name)
    mode = (match[3] or "").lower()
    return _tonic(match[1], match[2]), _SPELT.get(mode, mode)


def _major_symbol(name: object) -> tuple[int, str]:
    """``CM`` is C major; what else came here is no key."""
    if isinstance(name, str) and name.strip().endswith("M") and (match := _KEY.fullmatch(name.strip()[:-1])) and not match[3]:
        return _tonic(match[1], match[2]), "major"
    raise RequestError(f"key is {name!r}, expected a tonic and a mode such as 'A minor', 'F sharp major', 'Bb dorian' or 'Em'")


def _tonic(letter: str, sign: str | None) -> int:
    sign = (sign or "").strip(" -").lower()
    return parse_key(letter + {"sharp": "#", "flat": "b"}.get(sign, sign))


def key_name(tonic: int, mode: str) -> str:
    """The one spelling that requests keep: ``B flat dorian``."""
    return f"{KEYS[tonic % 12]} {mode}"


def beats_of(metre: str) -> int:
    """Felt beats of a bar: ``4/4`` -> 4, ``6/8`` -> 2 (dotted quarters), ``5/4`` -> 5.

    Raises:
        RequestError: that is no metre, or one of more beats than the clock tells apart.
    """
    match = _METRE.fullmatch(metre.strip()) if isinstance(metre, str) else None
    if match is None or int(match[1]) < 1:
        raise RequestError(f"metre is {metre!r}, expected one such as '4/4', '3/4', '6/8', '12/8' or '5/4'")
    count, unit = int(match[1]), int(match[2])
    beats = count // 3 if unit >= 8 and count > 3 and count % 3 == 0 else count
    if beats > MOST_BEATS:
        raise RequestError(f"metre {metre} has {beats} beats in the bar, expected at most {MOST_BEATS}")
    return beats


def metre_name(metre: str) -> str:
    """The one spelling that requests keep."""
    beats_of(metre)
    return re.sub(r"\s", "", metre)


def said(prompt: str) -> Said:
    """What the words settle for certain. The first tempo, key and metre count."""
    bpm = next((float(text) for text in _SAID_BPM.findall(prompt) if _SLOWEST <= float(text) <= _FASTEST), None)
    return Said(bpm, _said_key(prompt), _said_metre(prompt))


def _said_key(prompt: str) -> str | None:
    for match in _SAID_KEY.finditer(prompt):
        article = match[1] == "a" and not match[2]
        if not article or _AFTER_ARTICLE.match(prompt, match.end()):
            mode = match[3].lower()
            return key_name(_tonic(match[1], match[2]), _SPELT.get(mode, mode))
    return None


def _said_metre(prompt: str) -> str | None:
    for text in _SAID_METRE.findall(prompt):
        try:
            return metre_name(text)
        except RequestError:  # "24/8" of something else
            continue
    return "3/4" if _WALTZ.search(prompt) else None
