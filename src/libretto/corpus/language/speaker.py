"""What can be said of a sheet: the phrases of every attribute, each said once, and none where it is unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from libretto.corpus.language import wording
from libretto.corpus.language.facts import Facts, surely_alone, surely_instrumental
from libretto.corpus.language.writer import Writer
from libretto.corpus.score import Sheet

# fmt: off
_REMARKS = frozenset(  # a phrase that begins so follows what it speaks of
    ["with", "without", "in", "at", "on", "from", "over", "using", "played", "built", "up", "down", "way", "taken", "moving", "racing",
        "reminiscent", "like", "straight", "as", "that", "the", "getting", "gradually", "trailing", "dying", "ebbing", "fading", "based",
        "neither", "not", "to", "really", "showing", "suitable", "easy", "hard", "technically", "four-to"]
)
_ADVERBS = frozenset(["very", "slowly", "extremely", "fairly", "rather", "moderately", "really", "super", "softly", "quietly", "loudly",
    "smoothly", "thinly", "richly", "thickly", "deeply", "highly", "purely", "fully", "low", "high", "medium", "mid"])
_NOT_AFTER_IS = frozenset(["with", "without", "using", "over", "that", "for", "as", "moving", "taken"])
_PLAIN = ("slow", "very slow", "medium", "moderate", "fast", "very fast")
_SCREEN = re.compile(  # where one hears music that has a soundtrack
    r"(?:in|over the credits of) (an? .*"
    r"(?:film|movie|drama|thriller|comedy|game|trailer|western|blockbuster|documentary|montage|animation))"
)
_PLURAL_LIKE = ("bass", "brass", "glass")
_MASS = ("brass", "pizzicato", "percussion", "brushwork", "whistling", "drumming", "programming", "tremolo", "end", "808")
_TIMES = {"use": 2, "where": 2}  # what may be said more than once, in other words
_SAME = {"name": "style", "mass": "style", "thing": "style"}  # three ways to say one thing
_NOUNS = ("piece", "track", "tune", "song", "number", "composition", "instrumental", "music piece", "cut", "clip", "theme", "recording")
# fmt: on


class Speaker:
    """One caption's choices. ``said`` holds what has been spoken of, so that nothing is said twice."""

    def __init__(self, sheet: Sheet, rng: np.random.Generator, writer: Writer | None = None) -> None:
        self.sheet = sheet
        self.facts = Facts(sheet)
        self.rng = rng
        self.writer = writer or Writer.draw(rng)
        self.said: tuple[str, ...] = ()
        self.plural = False  # of the player named last

    # how a grammar sees a speaker

    def mark(self) -> tuple[str, ...]:
        return self.said

    def back_to(self, mark: tuple[str, ...]) -> None:
        self.said = mark

    def order(self, place: str, count: int) -> Sequence[int]:
        if count == 1:
            return (0,)
        luck = -np.log(self.rng.random(count) + 1e-12)
        return sorted(range(count), key=lambda index: luck[index] / self.writer.weight(place, index))

    def skips(self, place: str) -> bool:
        return bool(self.rng.random() > self.writer.detail)

    def phrase(self, name: str) -> str:
        """``attribute``, ``attribute.kind`` (adj, remark, no, is) or ``verb:be`` (agreeing with the player named last)."""
        if name.startswith("verb:"):
            return _verb(name[5:], self.plural)
        attribute, _, kind = name.partition(".")
        if kind in ("silent", "known"):
            return self.granted(attribute, kind)
        special = getattr(self, f"tell_{attribute}", None)
        if special is not None:
            return str(special(kind))
        return self.say(_SAME.get(attribute, attribute), self.facts.phrases(attribute), kind, times=_TIMES.get(attribute, 1))

    def say(self, attribute: str, words: Sequence[str], kind: str = "", *, times: int = 1) -> str:
        """One of the words that are of a kind and not yet said; an attribute is spoken of ``times`` times."""
        if sum(entry == attribute for entry in self.said) >= times:
            return ""
        left = [word for word in words if is_kind(word, kind) and f"={word}" not in self.said]
        chosen = self.pick(left)
        if chosen:
            self.said = (*self.said, attribute, f"={chosen}")
        return chosen

    def granted(self, attribute: str, kind: str) -> str:
        """A blank where an attribute is true, for a grammar with words of its own; ``silent`` counts it as said."""
        if kind == "known":
            return " " if self.facts.phrases(attribute) else ""
        return " " if self.say(attribute, self.facts.phrases(attribute)) else ""

    def pick(self, options: Sequence[str]) -> str:
        return options[int(self.rng.integers(len(options)))] if options else ""

    # attributes with a way of their own

    def tell_mood(self, kind: str) -> str:
        name = self.sheet.mood
        return self.say("mood", wording.MOODS.get(name, (name,)) if name else (), kind, times=6)

    def tell_noun(self, kind: str) -> str:
        """What this writer calls a piece of music."""
        nouns = [noun for noun in _NOUNS if noun != "instrumental" or surely_instrumental(self.sheet)]
        order = self.order("noun", len(nouns))
        return nouns[order[0]]

    def tell_section(self, kind: str) -> str:
        """``first``, ``second`` or ``last`` of the sections heard, where there are as many."""
        sections = [name for name in self.sheet.sections if name]
        place = {"first": 0, "second": 1, "last": len(sections) - 1}[kind]
        if len(sections) < 2 or place >= len(sections) or (kind == "last" and place < 2):
            return ""
        words = wording.SECTIONS.get(sections[place], (f"the {sections[place]}",))
        return self.say(f"section {kind}", self.facts.true(words))

    def tell_drums(self, kind: str) -> str:
        """The kit; ``bare`` without an article."""
        chosen = self.say("drums", self.facts.phrases("drums"))
        return self._article(chosen, kind) if chosen else ""

    def _left(self) -> list[str]:
        names = dict.fromkeys(name for name in self.sheet.instruments if name)
        return [name for name in names if f"~{name}" not in self.said]

    def _call(self, name: str, kind: str = "") -> str:
        """One instrument, now said, with what it sounds like by nature now and then."""
        words = wording.INSTRUMENTS.get(name, (name,))
        word = self.pick(self.facts.true(words))
        self.said = (*self.said, f"~{name}")
        if kind != "plain" and self.rng.random() < 0.85 * self.writer.detail:
            timbre = self.pick(next((table for key, table in wording.TIMBRES.items() if key in name), ()))
            if timbre and not _stems(timbre) & _stems(word) and f"={timbre}" not in self.said:
                self.said = (*self.said, f"={timbre}")
                word = f"{timbre} {word}"
        return self._article(word, kind)

    def _article(self, word: str, kind: str) -> str:
        self.plural = is_plural(word)
        if kind in ("bare", "plain") or self.plural or _head(word) in _MASS:
            return f"the {word}" if kind == "the" else word
        return f"the {word}" if kind == "the" else f"@ {word}"

    def tell_one(self, kind: str) -> str:
        """An instrument with a mood before it: "a wistful reedy clarinet", "wistful vibes"."""
        word = self.tell_lead("bare") if kind == "lead" else self.tell_player("bare")
        mood = self.tell_mood("adj") if word else ""
        return ("" if self.plural or _head(word) in _MASS else "@ ") + f"{mood} {word}" if mood else ""

    def tell_player(self, kind: str) -> str:
        """One instrument not yet named; the louder ones come first more often."""
        names = self._left()
        if not names:
            return ""
        weights = 0.6 ** np.arange(len(names))
        return self._call(names[int(self.rng.choice(len(names), p=weights / weights.sum()))], kind)

    def tell_players(self, kind: str) -> str:
        """Two to four instruments not yet named (one where there is but one)."""
        wanted = min(len(self._left()), 1 + int(self.rng.integers(1, 4)))
        found: list[str] = []
        for _ in range(wanted):
            word = self.tell_player("bare" if kind == "bare" or not self.writer.articles else kind)
            if word.removeprefix("@ ") not in [other.removeprefix("@ ") for other in found]:
                found.append(word)
        self.plural = len(found) > 1 or self.plural
        return self.writer.listed(found)

    def tell_lead(self, kind: str) -> str:
        """The instrument that has the tune."""
        name = self.sheet.lead
        return self._call(name, kind) if name and f"~{name}" not in self.said else ""

    def tell_low(self, kind: str) -> str:
        """A bass instrument not yet named."""
        names = [name for name in self._left() if ("bass" in name and "bassoon" not in name) or name == "tuba"]
        return self._call(names[0], kind) if names else ""

    def tell_held(self, kind: str) -> str:
        """A pad or choir not yet named."""
        names = [name for name in self._left() if "pad" in name.split() or "choir" in name]
        return self._call(names[0], kind) if names else ""

    def tell_line(self, kind: str) -> str:
        """What the instrument named last plays, where its kind tells."""
        last = next((entry[1:] for entry in reversed(self.said) if entry.startswith("~")), "")
        return self.pick(next((words for key, words in wording.LINES.items() if key in last), ()))

    def tell_there(self, what: str) -> str:
        """"There is a flute", "there are no drums": what there is, or is not."""
        denial = what in ("drumless", "instrumental", "bassless", "absent", "alone")
        words = self.phrase(f"{what}.no" if denial else what)
        if not words:
            return ""
        first = words.split()[1] if denial else words.split(",")[0].split(" and ")[0]
        many = not words.startswith(("@", "the ")) and is_plural(first)
        return f"there {'are' if many else 'is'} {words}"

    def tell_soundtrack(self, kind: str) -> str:
        """"The soundtrack of a space film", where the style is used so."""
        scenes = [found[1] for where in self.facts.phrases("where") if (found := _SCREEN.fullmatch(where))]
        return self.say("where", [f"the soundtrack of {scene}" for scene in scenes])

    def tell_solo(self, kind: str) -> str:
        """The only instrument, where nothing else plays."""
        names = self._left()
        return self._call(names[0], kind) if names and surely_alone(self.sheet) else ""


def is_kind(word: str, kind: str) -> bool:
    """Whether a phrase can stand where a grammar wants it.

    ``adj`` before a noun, ``remark`` after it, ``no`` after "with" or "there is", ``is`` after "it is".
    """
    first = word.split()[0].lower()
    denies = first in ("no", "zero")
    if kind == "no":
        return denies
    if kind == "plain":
        return word in _PLAIN
    if kind == "adj":
        return not denies and (" " not in word or (first in _ADVERBS and len(word.split()) == 2 and not word.endswith("ly")))
    if kind == "remark":
        return first in _REMARKS and " " in word
    if kind == "is":
        return not denies and first not in _NOT_AFTER_IS
    return True


def _stems(words: str) -> set[str]:
    return {part[:4] for part in re.split(r"[\s-]", words.lower())}


def _head(words: str) -> str:
    """The noun that a noun phrase is about."""
    return re.split(r" (?:with|in|of|on|played|playing) ", words)[0].split()[-1].lower()


def is_plural(words: str) -> bool:
    """Whether a noun phrase takes "are"."""
    return _head(words).endswith("s") and not _head(words).endswith(_PLURAL_LIKE)


def _verb(verb: str, plural: bool) -> str:
    forms = {"is": ("is", "are"), "has": ("has", "have"), "do": ("does", "do"), "can": ("can", "can"), "carry": ("carries", "carry"),
        "accompany": ("accompanies", "accompany")}
    return forms.get(verb, (f"{verb}s", verb))[plural]
