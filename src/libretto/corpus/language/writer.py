"""Who writes a caption: a person with habits of wording, length, spelling and care."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

_WRITERS = 60  # people; each keeps to the same habits in every caption
_HABIT = 0.7  # how strong habits are: 0 none, 1 the favourite way is about ten times as likely as the middle one
# fmt: off
AMERICAN = {
    "metre": "meter", "sombre": "somber", "colour": "color", "grey": "gray", "mesmerising": "mesmerizing", "programme": "program",
    "humour": "humor", "neighbourhood": "neighborhood", "good-humoured": "good-humored", "flavoured": "flavored", "cosy": "cozy",
    "analogue": "analog", "theatre": "theater", "favourite": "favorite", "centres": "centers", "smouldering": "smoldering",
    "cosiness": "coziness", "advert": "ad", "quavers": "eighth notes", "minims": "half notes", "travelling": "traveling",
}
_SYNTH = {"synth": ("synth", "synthesizer", "synthesiser", "synthetizer")}
_CONTRACTED = (
    ("it is ", "it's "), ("there is ", "there's "), ("that is ", "that's "), ("you will ", "you'll "), ("i would ", "i'd "),
    ("does not ", "doesn't "), ("do not ", "don't "), ("is not ", "isn't "), ("here is ", "here's "), ("are not ", "aren't "),
)
# fmt: on
_KEEP = re.compile(r"\b(?:bpm|[a-g](?:b|#)?m?|\d\S*|[a-g] (?:sharp|flat))\b", re.IGNORECASE)  # not to be misspelt


@dataclass(frozen=True)
class Writer:
    """One writer. ``person`` seeds the habits of wording; the rest are shares of the time, 0..1."""

    person: int
    length: float  # how much there is to say
    detail: float  # how often an optional part is said
    lower: float  # writes in small letters
    stop: float  # ends with a full stop
    contracts: float
    american: bool
    synth: str  # how "synth" is written
    articles: bool  # "a piano and a cello" rather than "piano and cello"
    oxford: bool
    ampersand: float
    typo: float

    @classmethod
    def draw(cls, rng: np.random.Generator, typo: float = 0.03) -> Writer:
        """Somebody of the crowd; ``typo`` is how often a careless one slips in a caption."""
        person = int(rng.integers(_WRITERS))
        own = np.random.default_rng([7, person])
        share = own.random(12)
        return cls(
            person=person,
            length=float(share[0]),
            detail=0.25 + 0.5 * float(share[1]),
            lower=float(share[2] ** 3),
            stop=float(1 - share[3] ** 4),
            contracts=float(share[4] ** 2),
            american=bool(share[5] < 0.6),
            synth=_SYNTH["synth"][int(4 * share[6] ** 3)],
            articles=bool(share[7] < 0.55),
            oxford=bool(share[8] < 0.35),
            ampersand=0.3 * float(share[9] > 0.8),
            typo=typo * float(share[10] > 0.5) * 2,
        )

    def weight(self, place: str, index: int) -> float:
        """How fond this writer is of way ``index`` at a spot of the grammar; 1 is middling."""
        return _fondness(self.person, place, index)

    def listed(self, words: list[str]) -> str:
        """"a, b and c" as this writer does it."""
        if len(words) < 3 or not self.oxford:
            return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
        return f"{', '.join(words[:-1])}, and {words[-1]}"

    def spell(self, text: str, rng: np.random.Generator) -> str:
        """British or American, contracted or not, and now and then a slip."""
        if self.american:
            for british, american in AMERICAN.items():
                if british in text:
                    text = re.sub(rf"\b{british}\b", american, text)
        if self.synth != "synth" and "synth" in text:
            text = re.sub(r"\bsynth\b", self.synth, text)
            text = re.sub(r"\bsynths\b", f"{self.synth}s", text)
        if rng.random() < self.contracts:
            for long, short in _CONTRACTED:
                text = re.sub(rf"\b{long}", short, text)
        if self.ampersand and rng.random() < self.ampersand:
            text = text.replace(" and ", " & ", 1)
        return _slip(text, rng) if rng.random() < self.typo else text

    def close(self, text: str, rng: np.random.Generator, *, sentence: bool) -> str:
        """Capital letters and the full stop, as this writer leaves them."""
        text = re.sub(r"(^|[.!?] )([a-z])", lambda found: found[1] + found[2].upper(), text)
        if sentence and text[-1] not in ".!?" and rng.random() < self.stop:
            text += "."
        if rng.random() < self.lower * (1.0 if sentence else 1.5) + (0.0 if sentence else 0.4):
            text = text.lower()
        return text


@lru_cache(maxsize=200_000)
def _fondness(person: int, place: str, index: int) -> float:
    share = (zlib.crc32(f"{person}/{index}/{place}".encode()) + 0.5) / 2**32
    return float((share / (1 - share)) ** _HABIT)


def _slip(text: str, rng: np.random.Generator) -> str:
    """One word of five letters or more with two neighbouring letters swapped, one lost or one doubled."""
    spots = [found.span() for found in re.finditer(r"[a-z]{5,}", text) if not _KEEP.fullmatch(found[0])]
    if not spots:
        return text
    start, end = spots[int(rng.integers(len(spots)))]
    at = int(rng.integers(start + 1, end - 2))
    change = (text[at + 1] + text[at], text[at], text[at] * 2 + text[at + 1])[int(rng.integers(3))]
    return text[:at] + change + text[at + 2 :]
