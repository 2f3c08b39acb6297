"""Captions from a sheet: three words to three sentences, as people ask for music and as they describe it.

True by construction: a caption draws only from the sheet of what was really played and names each attribute in
one of many wordings; attributes are left out at random so that short prompts are learned too. An unknown
attribute (empty text, no instruments, a negative number) is never spoken of. The grammar is ours; the attributes
follow the aspects of MusicCaps (2301.11325 section 4.2).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import wording
from .score import Sheet
from .speaker import Speaker, listed

# fmt: off
_COMPLETE_ENDINGS = (  # a style's wording that ends so needs no noun
    "music", "beat", "soundtrack", "score", "soundscape", "song", "jam", "groove", "tune", "lullaby", "waltz", "quartet", "anthem",
    "instrumental", "textures", "strings", "solo", "ballad", "dance", "electronic", "blues", "style", "fill", "reel", "jig", "track",
)
_FRAME = {  # words that say nothing of the music
    "make", "me", "i", "want", "need", "please", "play", "create", "generate", "give", "write", "something", "like", "this", "is",
    "the", "a", "an", "we", "you", "hear", "here", "there", *wording.NOUNS,
}
# fmt: on
_AN = ("8", "18", "11", "rpg", "rnb", "r&b", "nes")  # begin with a vowel when spoken
_NOT_AN = ("eu", "uni", "one", "uk")


def _article(words: str) -> str:
    """``words`` after "a" or "an"."""
    lower = words.lower()
    vowel = lower[:1] in "aeiou" and not lower.startswith(_NOT_AN)
    return f"an {words}" if vowel or lower.startswith(_AN) else f"a {words}"


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _named(speaker: Speaker, *before: str, style: bool = True) -> str:
    """A noun phrase: words, style and a noun where the style's own name lacks one."""
    name = speaker.style() if style else ""
    if name and name.split()[-1] in _COMPLETE_ENDINGS:
        return _joined(*before, name)
    nouns = [
        noun
        for noun in wording.NOUNS
        if noun not in ("instrumental", "song") or (noun == "instrumental" and speaker.instrumental())
    ]
    return _joined(*before, name, speaker.pick(nouns))


def _countable(phrase: str) -> str:
    """With an article, unless the noun is a mass noun."""
    uncountable = phrase.split()[-1] in (
        "music",
        "textures",
        "strings",
        "electronic",
        "blues",
        "style",
        "dance",
    )
    return phrase if uncountable else _article(phrase)


def _tags(speaker: Speaker) -> str:
    """A list of tags, as in a search box."""
    tags = [
        speaker.mood(),
        speaker.tempo(),
        speaker.drums(),
        speaker.bpm(),
        speaker.key(),
        speaker.instrumental(),
        speaker.density(),
        speaker.dynamics(),
        speaker.era(),
        speaker.extra(),
        *speaker.instrument_list(3),
    ]
    tags = [tag for tag in dict.fromkeys(tags) if tag]
    count = min(len(tags), int(speaker.rng.integers(2, 7)))
    kept = [tags[index] for index in speaker.rng.permutation(len(tags))[:count]]
    if speaker.sheet.style and speaker.chance(0.8):
        kept.insert(int(speaker.rng.integers(2)) if kept else 0, speaker.style())
    return ", ".join(dict.fromkeys(kept))


def _short(speaker: Speaker) -> str:
    """Three to eight words: what most people type."""
    forms = [
        lambda: _joined(speaker.mood(), speaker.style(), _after("with", speaker.instruments(1))),
        lambda: _joined(speaker.tempo(), speaker.mood(), speaker.style()),
        lambda: _joined(speaker.style(), _after("with", speaker.instruments(2))),
        lambda: _joined(speaker.mood(), speaker.style(), speaker.use()),
        lambda: _joined(
            speaker.mood(), speaker.instruments(1), speaker.pick(["music", "melody", "tune", "piece"])
        ),
        lambda: _joined(speaker.style(), speaker.bpm()),
        lambda: _joined(speaker.mood(), speaker.style(), speaker.key()),
        lambda: _joined(speaker.mood(), speaker.style(), _after("with", speaker.drums())),
        lambda: _joined(speaker.era(), speaker.style(), _after("with", speaker.instruments(1))),
        lambda: _joined(
            speaker.solo(),
            speaker.mood() and f", {speaker.mood()}",
            speaker.tempo() and f"and {speaker.tempo()}",
        ),
        lambda: _joined(speaker.style(), speaker.composer()),
    ]
    return forms[int(speaker.rng.integers(len(forms)))]().replace(" ,", ",")


def _after(word: str, phrase: str) -> str:
    """``word phrase``; "with no drums" and the like read well, "with without drums" does not."""
    if not phrase:
        return ""
    return phrase if phrase.startswith(("without", "with ", "drumless")) else f"{word} {phrase}"


def _sentence(speaker: Speaker, *, style: bool = True) -> str:
    """One sentence with about half of the attributes."""
    before = [speaker.moods() if speaker.chance(0.8) else "", "", ""]
    tempo = speaker.tempo() if speaker.chance(0.5) else ""
    if tempo:
        before.insert(int(speaker.rng.integers(2)), tempo.replace(" tempo", "-tempo"))
    if speaker.chance(0.25):
        before.insert(
            0, speaker.density().replace("with lots of space", "spacious").replace("full of notes", "busy")
        )
    words = [word for word in before if word]
    head = _countable(_named(speaker, ", ".join(words), style=style))
    body = speaker.instruments(int(speaker.rng.integers(1, 5)))
    clauses = [
        _joined(speaker.pick(["with", "featuring", "with", "built on", "played by"]), body) if body else ""
    ]
    if speaker.chance(0.5):
        clauses.append(_joined("over" if speaker.sheet.drums else "", speaker.drums()))
    for clause, share in (
        (speaker.bpm, 0.3),
        (speaker.key, 0.35),
        (speaker.metre, 0.4),
        (speaker.swing, 0.3),
        (speaker.composer, 0.6),
        (speaker.extra, 0.3),
    ):
        if speaker.chance(share):
            clauses.append(clause())
    if style and speaker.chance(0.25):
        clauses.append(speaker.use())
    return _joined(head, ", ".join(clause for clause in clauses if clause)).replace(" , ", ", ")


def _unnamed(speaker: Speaker) -> str:
    """A sentence that never says the style: mood, instruments and tempo."""
    return _sentence(speaker, style=False)


def _request(speaker: Speaker) -> str:
    """As one asks a person for it."""
    wish = speaker.pick(
        [
            "make",
            "make me",
            "I want",
            "please play",
            "create",
            "generate",
            "I need",
            "give me",
            "write",
            "something like",
        ]
    )
    thing = _countable(
        _named(
            speaker,
            speaker.mood(),
            speaker.tempo().replace(" tempo", "-tempo") if speaker.chance(0.4) else "",
            style=speaker.chance(0.8),
        )
    )
    return _joined(
        wish,
        thing,
        _after("with", speaker.instruments(int(speaker.rng.integers(1, 4)))) if speaker.chance(0.7) else "",
        speaker.use() if speaker.chance(0.6) else "",
    )


def _description(speaker: Speaker) -> str:
    """Two or three sentences in the manner of a listener's notes."""
    opening = speaker.pick(["This is", "This is", "We hear", "Here is", "You hear"])
    before = speaker.mood() if speaker.chance(0.5) else ""
    sentences = [
        _joined(
            opening,
            _countable(_named(speaker, before, style=speaker.chance(0.8))),
            speaker.key() if speaker.chance(0.25) else "",
        )
    ]
    names = speaker.instrument_list(4)
    options: list[str] = []
    if len(names) == 1:
        options.append(
            speaker.pick(
                [
                    f"The main instrument is {names[0]}",
                    f"There is {names[0]} playing",
                    f"It is played on {names[0]}",
                ]
            )
        )
    elif names:
        options.append(
            speaker.pick(
                [
                    f"It features {listed(names)}",
                    f"The instruments are {listed(names)}",
                    f"You can hear {listed(names)}",
                    f"{listed(names)} can be heard",
                ]
            )
        )
    drums = speaker.drums()
    if speaker.sheet.drums:
        options.append(
            speaker.pick(
                [
                    f"The rhythm is played by {drums}",
                    f"The rhythmic background consists of {drums}",
                    f"{drums} keep the time" if drums.endswith("s") else f"The beat comes from {drums}",
                ]
            )
        )
    elif drums:
        options.append(
            speaker.pick(
                ["There are no drums", "There is no percussion in this piece", "No drums are playing"]
            )
        )
    options += [
        template.format(word)
        for template, word in (
            ("The tempo is {}", speaker.tempo().replace(" tempo", "")),
            ("It sounds {}", speaker.moods()),
            ("The mood is {}", speaker.mood()),
            ("The atmosphere is {}", speaker.moods()),
            ("It is at {}", _bare_bpm(speaker.bpm())),
            ("It could be used {}", speaker.use()),
            ("The playing is {}", speaker.dynamics()),
            ("The style is {}", speaker.era()),
            ("It is {}", speaker.composer()),
            ("There is {}", speaker.extra()),
        )
        if word
    ]
    order = (
        [0, *(1 + speaker.rng.permutation(len(options) - 1))]
        if options and names
        else list(speaker.rng.permutation(len(options)))
    )
    for index in order[: int(speaker.rng.integers(1, 3))]:
        sentences.append(options[index])
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _bare_bpm(words: str) -> str:
    return words.removeprefix("at ")


_FORMS: list[Callable[[Speaker], str]] = [
    _tags,
    _short,
    _sentence,
    _unnamed,
    _request,
    _description,
    _short,
    _sentence,
    _unnamed,
]


def _finish(text: str, rng: np.random.Generator) -> str:
    """Case and full stop as people leave them."""
    text = " ".join(text.split()).strip(" ,")
    if not text:
        return ""
    style = rng.random()
    if style < 0.45:
        return text.lower().rstrip(".") if style < 0.3 else text
    if style < 0.48:
        return text.upper()
    text = text[0].upper() + text[1:]
    return text if text.endswith(".") or rng.random() < 0.4 else text + "."


def captions(sheet: Sheet, rng: np.random.Generator, count: int) -> list[str]:
    """``count`` captions of ``sheet``, at least three words each, different where the sheet allows it.

    The forms go round in a shuffled order, so that a few captions already mix tags, short prompts, sentences that
    never say the style, requests and descriptions. A sheet without any known attribute gives an empty list.
    """
    found: list[str] = []
    order: list[int] = []
    for _ in range(40 * count):
        if len(found) == count:
            return found
        order = order or list(rng.permutation(len(_FORMS)))
        text = _finish(_FORMS[order.pop()](Speaker(sheet, rng)), rng)
        if (
            len(text.split()) >= 3
            and _says_something(text)
            and text.lower() not in {other.lower() for other in found}
        ):
            found.append(text)
    return found + [found[index % len(found)] for index in range(count - len(found))] if found else []


def _says_something(text: str) -> bool:
    """Not a bare frame such as "make me a tune"."""
    return any(word.strip(".,").lower() not in _FRAME for word in text.split())
