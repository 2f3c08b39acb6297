"""Captions from a sheet: three words to four sentences, as people ask for music and as they describe it.

True by construction: a caption draws only from the sheet of what was really played and names each attribute in one of many
wordings; attributes are left out at random so that short prompts are learned too. An unknown attribute (empty text, no instruments,
a negative number) is never spoken of. The attributes follow the aspects of MusicCaps (2301.11325 section 4.2); words and grammar are
 ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from libretto.corpus.language.grammar import Grammar
from libretto.corpus.language.listeners import MANNERS
from libretto.corpus.language.listeners import RULES as MANNER_RULES
from libretto.corpus.language.prompts import PROMPTS, TAGS
from libretto.corpus.language.sentences import RULES, SENTENCES
from libretto.corpus.language.speaker import Speaker
from libretto.corpus.language.writer import Writer
from libretto.corpus.score import Sheet

GRAMMAR = Grammar({**RULES, **MANNER_RULES, **PROMPTS, **{f"tag {number}": [tag] for number, tag in enumerate(TAGS)}})
_LONGEST = 85  # words
_COMMON = {"sounds": 0.5, "hears": 1.4}  # how common a manner is beside the others
_MANNERED = 0.6  # share of the descriptions that keep to one manner
# fmt: off
_FRAME = frozenset(  # words that say nothing of the music
    ["make", "me", "i", "want", "need", "please", "play", "create", "generate", "give", "write", "something", "like", "this", "is", "the",
        "a", "an", "we", "you", "hear", "here", "there", "it", "has", "some", "bit", "of", "piece", "track", "music", "instrumental",
        "tune", "composition", "song", "number", "cut", "theme", "clip", "recording", "one", "looking", "for", "searching", "can",
        "could", "do", "what", "how", "about"]
)
_AN = ("8", "18", "11", "rpg", "rnb", "r&b", "nes", "fm", "lfo", "unin", "unim")  # begin with a vowel when spoken
_NOT_AN = ("eu", "uni", "one", "uk", "us ", "us-")
# fmt: on


def _article(found: re.Match[str]) -> str:
    """"a" or "an" before the word that follows."""
    word = found[1].lower()
    vowel = word[:1] in "aeiou" and not word.startswith(_NOT_AN)
    return f"{'an' if vowel or word.startswith(_AN) else 'a'} {found[1]}"


def _settle(text: str) -> str:
    """Articles chosen, spaces and commas in order."""
    text = re.sub(r"@ (\S+)", _article, " ".join(text.split()))
    text = re.sub(r"\s+([,.?;:])", r"\1", text)
    text = re.sub(r"\b(\w+) \1\b", r"\1", text)  # "music music"
    return text.strip(" ,")


def _tags(speaker: Speaker) -> str:
    """A list of tags, as in a search box."""
    wanted = 2 + int(speaker.rng.integers(6 + round(4 * speaker.writer.length)))
    found: list[str] = []
    order = list(speaker.order("tags", len(TAGS)))
    if speaker.rng.random() < 0.7:
        order.insert(int(speaker.rng.integers(3)), 0)
    for number in order:
        tag = GRAMMAR.say(f"tag {number}", speaker)
        if tag and tag.removeprefix("@ ") not in found:
            found.append(tag.removeprefix("@ "))
        if len(found) == wanted:
            break
    return (", ", ", ", ", ", ",", "; ", " | ", " ")[int(speaker.rng.integers(7)) if speaker.rng.random() < 0.3 else 0].join(found)


def _short(speaker: Speaker) -> str:
    return GRAMMAR.say("short", speaker) or ""


def _request(speaker: Speaker) -> str:
    return GRAMMAR.say("request", speaker) or ""


def _sentence(speaker: Speaker) -> str:
    """One sentence that says what the music is, or how it sounds without a word on its style."""
    return GRAMMAR.say("say_opener", speaker) or ""


def _remark(speaker: Speaker) -> str:
    """One or two sentences about anything."""
    return _notes(speaker, opener=False, count=1 + int(speaker.rng.random() < 0.35))


def _description(speaker: Speaker) -> str:
    """Two to four sentences in the manner of a listener's notes."""
    if speaker.rng.random() < _MANNERED:
        names, shares = list(MANNERS), np.array([_COMMON.get(name, 1.0) for name in MANNERS])
        return _mannered(speaker, names[int(speaker.rng.choice(len(names), p=shares / shares.sum()))])
    count = 2 + int(speaker.rng.binomial(2, 0.25 + 0.55 * speaker.writer.length))
    return _notes(speaker, opener=bool(speaker.rng.random() < 0.92), count=count)


def _mannered(speaker: Speaker, name: str) -> str:
    """A description in one of the manners, with some of its sentences left out."""
    count = len(MANNERS[name])
    wanted = min(count, 2 + int(speaker.rng.binomial(5, 0.3 + 0.6 * speaker.writer.length)))
    spared = {0, *(1 + speaker.rng.permutation(count - 1)[: wanted])}
    said = (GRAMMAR.say(f"{name} {number}", speaker) for number in range(count) if number in spared)
    return ". ".join(sentence.strip() for sentence in [text for text in said if text][: max(2, wanted)])


def _notes(speaker: Speaker, *, opener: bool, count: int) -> str:
    """``count`` sentences; an opener first, what it is good for last."""
    kinds = [SENTENCES[index] for index in speaker.order("notes", len(SENTENCES))]
    if opener:
        kinds = ["say_opener", *kinds]
    if "say_use" in kinds[:count]:
        kinds.remove("say_use")
        kinds.insert(count - 1, "say_use")
    found: list[str] = []
    for kind in kinds:
        said = GRAMMAR.say(kind, speaker)
        if said:
            found.append(said)
        if len(found) == count:
            break
    return ". ".join(found)


FORMS: tuple[tuple[Callable[[Speaker], str], bool], ...] = (  # and whether it is made of sentences
    (_tags, False), (_short, False), (_short, False), (_sentence, True), (_request, True), (_description, True), (_description, True),
        (_remark, True),
    (_short, False), (_description, True),
)  # fmt: skip


def caption(sheet: Sheet, rng: np.random.Generator, form: Callable[[Speaker], str] = _description, *, typo: float = 0.03) -> str:
    """One caption in one form, "" where the sheet says too little for it."""
    speaker = Speaker(sheet, rng, Writer.draw(rng, typo))
    text = _settle(form(speaker))
    if not text or len(text.split()) > _LONGEST:
        return ""
    text = speaker.writer.close(text, rng, sentence=form not in (_tags, _short))
    return speaker.writer.spell(text, rng)


def describe(sheet: Sheet, rng: np.random.Generator) -> str:
    """A caption of two to four sentences."""
    return caption(sheet, rng, _description)


def captions(sheet: Sheet, rng: np.random.Generator, count: int) -> list[str]:
    """``count`` captions of ``sheet``, at least three words each, different where the sheet allows it.

    The forms go round in a shuffled order, so that a few captions already mix tags, short prompts, requests, remarks that never say
    the style, and descriptions. A sheet without any known attribute gives an empty list.
    """
    found: list[str] = []
    seen: set[str] = set()
    order: list[int] = []
    for _ in range(40 * count):
        if len(found) == count:
            return found
        order = order or list(rng.permutation(len(FORMS)))
        form, _sentences = FORMS[order.pop()]
        text = caption(sheet, rng, form)
        if len(text.split()) >= 3 and _says_something(text) and text.lower() not in seen:
            found.append(text)
            seen.add(text.lower())
    return found + [found[index % len(found)] for index in range(count - len(found))] if found else []


def _says_something(text: str) -> bool:
    """Not a bare frame such as "make me a tune"."""
    return any(word.strip(".,?").lower() not in _FRAME for word in text.split())
