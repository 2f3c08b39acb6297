"""Captions from a sheet: three words to three sentences, as people ask for music and as they describe it.

True by construction: a caption draws only from the sheet of what was really played and names each attribute in
one of many wordings; attributes are left out at random so that short prompts are learned too. An unknown
attribute (empty text, no instruments, a negative number) is never spoken of. The grammar is ours; the attributes
follow the aspects of MusicCaps (2301.11325 section 4.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from . import wording
from .score import Sheet

_BEAT_WORDS = ("beat", "beats")
_DRUM_WORDS = ("drum", "percussion", "timpani", "cymbal", "conga", "bongo", "tambourine", "snare", "taiko", "hi-hat", "shaker")
_VOICE_WORDS = ("voice", "voices", "choir", "vocal", "vocals", "singer", "soprano", "alto", "tenor", "baritone", "chorus")
_COMPLETE_ENDINGS = ("music", "beat", "soundtrack", "score", "soundscape", "song", "jam", "groove", "tune", "lullaby", "waltz", "quartet",
                     "anthem", "instrumental", "textures", "strings", "solo", "ballad", "dance", "electronic", "blues", "style")


class _Speaker:
    """One caption's choices. Each method gives a wording of one attribute, or "" when it is unknown."""

    def __init__(self, sheet: Sheet, rng: np.random.Generator) -> None:
        self.sheet = sheet
        self.rng = rng

    def pick(self, options: Sequence[str]) -> str:
        return options[int(self.rng.integers(len(options)))] if options else ""

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def style(self) -> str:
        name = self.sheet.style
        words = wording.STYLES.get(name, [name] if name else [])
        if not self.sheet.drums:
            words = [word for word in words if word.split()[-1] not in _BEAT_WORDS]
        return words[0] if words and self.chance(0.3) else self.pick(words)

    def mood(self) -> str:
        name = self.sheet.mood
        return self.pick(wording.MOODS.get(name, [name])) if name else ""

    def moods(self) -> str:
        """One or two wordings of the mood."""
        first, second = self.mood(), self.mood()
        return f"{first} and {second}" if first and second != first and self.chance(0.3) else first

    def tempo(self) -> str:
        return _banded(self, wording.TEMPI, self.sheet.bpm) if self.sheet.bpm > 0 else ""

    def bpm(self) -> str:
        bpm = round(self.sheet.bpm)
        if bpm <= 0:
            return ""
        near = 5 * round(self.sheet.bpm / 5)
        return self.pick([f"{bpm} bpm", f"{bpm} BPM", f"{bpm}bpm", f"at {bpm} bpm", f"{bpm} beats per minute",
                          f"around {near} bpm", f"a tempo of {bpm} bpm"])

    def key(self) -> str:
        key, mode = self.sheet.key, self.sheet.mode
        options = []
        if mode in wording.MINOR_MODES:
            options += ["in a minor key", "minor key", "in minor"]
        if mode in wording.MAJOR_MODES:
            options += ["in a major key", "major key", "in major"]
        if key and mode:
            short = key.replace(" sharp", "#").replace(" flat", "b")
            options += [f"in {key} {mode}", f"in {short} {mode}", f"in the key of {key} {mode}", f"{short} {mode}"]
            if mode in ("minor", "harmonic minor"):
                options.append(f"in {short}m")
        if mode and mode not in ("major", "minor"):
            options.append(f"in the {mode} mode")
        return self.pick(options)

    def instrument_list(self, count: int) -> list[str]:
        """Up to ``count`` different instruments; the louder ones are named more often."""
        names = list(dict.fromkeys(name for name in self.sheet.instruments if name))
        if not names:
            return []
        weights = 0.6 ** np.arange(len(names))
        chosen = self.rng.choice(len(names), size=min(count, len(names)), replace=False, p=weights / weights.sum())
        words = (self.pick(wording.INSTRUMENTS.get(names[index], [names[index]])) for index in chosen)
        return list(dict.fromkeys(words))

    def instruments(self, count: int) -> str:
        return _listed(self.instrument_list(count))

    def drums(self) -> str:
        """The kit, or the words for no drums where none play."""
        return self.pick([self.sheet.drums, self.sheet.drums, _plain_drums(self.sheet.drums)]) if self.sheet.drums else self.no_drums()

    def no_drums(self) -> str:
        return self.pick(wording.NO_DRUMS) if _surely_without_drums(self.sheet) else ""

    def solo(self) -> str:
        names = set(self.sheet.instruments)
        if len(names) != 1 or not _surely_without_drums(self.sheet):
            return ""
        name = self.instruments(1)
        return self.pick([f"solo {name}", f"{name} solo", f"{name} only", f"just {name}", f"{name} alone"])

    def instrumental(self) -> str:
        return self.pick(wording.INSTRUMENTAL) if _surely_instrumental(self.sheet) else ""

    def density(self) -> str:
        return _banded(self, wording.DENSITY, self.sheet.density) if self.sheet.density >= 0 else ""

    def dynamics(self) -> str:
        return _banded(self, wording.DYNAMICS, self.sheet.intensity) if self.sheet.intensity >= 0 else ""

    def metre(self) -> str:
        if self.sheet.metre in ("3/4", "3/8"):
            return self.pick([f"in {self.sheet.metre}", "in waltz time", "in triple metre", f"{self.sheet.metre} time"])
        if self.sheet.metre not in ("", "4/4"):
            return self.pick([f"in {self.sheet.metre}", f"{self.sheet.metre} time"])
        return "common time" if self.sheet.metre and self.chance(0.1) else ""

    def swing(self) -> str:
        return self.pick(["swinging", "with a swing feel", "swung rhythm", "shuffled"]) if self.sheet.swing >= 0.58 else ""

    def era(self) -> str:
        name = self.sheet.era
        return self.pick(wording.ERAS.get(name, [name])) if name else ""

    def composer(self) -> str:
        return self.pick([f"by {self.sheet.composer}", f"in the style of {self.sheet.composer}", f"like {self.sheet.composer}"]
                         ) if self.sheet.composer else ""

    def use(self) -> str:
        return self.pick(wording.USES.get(self.sheet.style, []))

    def extra(self) -> str:
        return self.pick([value for key, value in sorted(self.sheet.extra.items()) if value and not key.startswith("_")])


def _banded(speaker: _Speaker, table: list[tuple[float, list[str]]], value: float) -> str:
    return speaker.pick(next(words for bound, words in table if value < bound))


def _plain_drums(drums: str) -> str:
    return "percussion" if "percussion" in drums else "drum machine" if "machine" in drums else "drums"


def _has(names: Sequence[str], words: Sequence[str]) -> bool:
    return any(word in name.lower().replace("-", " ").split() or (len(word) > 5 and word in name.lower())
               for name in names for word in words)


def _surely_without_drums(sheet: Sheet) -> bool:
    return not sheet.drums and bool(sheet.instruments) and not _has(sheet.instruments, _DRUM_WORDS)


def _surely_instrumental(sheet: Sheet) -> bool:
    return bool(sheet.instruments) and not any(
        word in _VOICE_WORDS for name in sheet.instruments if "sax" not in name for word in name.lower().split())


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


_AN = ("8", "18", "11", "rpg", "rnb", "r&b", "nes")  # begin with a vowel when spoken
_NOT_AN = ("eu", "uni", "one", "uk")


def _article(words: str) -> str:
    """``words`` after "a" or "an"."""
    lower = words.lower()
    vowel = lower[:1] in "aeiou" and not lower.startswith(_NOT_AN)
    return f"an {words}" if vowel or lower.startswith(_AN) else f"a {words}"


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _named(speaker: _Speaker, *before: str, style: bool = True) -> str:
    """A noun phrase: words, style and a noun where the style's own name lacks one."""
    name = speaker.style() if style else ""
    if name and name.split()[-1] in _COMPLETE_ENDINGS:
        return _joined(*before, name)
    nouns = [noun for noun in wording.NOUNS if noun not in ("instrumental", "song") or (noun == "instrumental" and speaker.instrumental())]
    return _joined(*before, name, speaker.pick(nouns))


def _countable(phrase: str) -> str:
    """With an article, unless the noun is a mass noun."""
    uncountable = phrase.split()[-1] in ("music", "textures", "strings", "electronic", "blues", "style", "dance")
    return phrase if uncountable else _article(phrase)


def _tags(speaker: _Speaker) -> str:
    """A list of tags, as in a search box."""
    tags = [speaker.mood(), speaker.tempo(), speaker.drums(), speaker.bpm(), speaker.key(), speaker.instrumental(), speaker.density(),
            speaker.dynamics(), speaker.era(), speaker.extra(), *speaker.instrument_list(3)]
    tags = [tag for tag in dict.fromkeys(tags) if tag]
    count = min(len(tags), int(speaker.rng.integers(2, 7)))
    kept = [tags[index] for index in speaker.rng.permutation(len(tags))[:count]]
    if speaker.sheet.style and speaker.chance(0.8):
        kept.insert(int(speaker.rng.integers(2)) if kept else 0, speaker.style())
    return ", ".join(dict.fromkeys(kept))


def _short(speaker: _Speaker) -> str:
    """Three to eight words: what most people type."""
    forms = [
        lambda: _joined(speaker.mood(), speaker.style(), _after("with", speaker.instruments(1))),
        lambda: _joined(speaker.tempo(), speaker.mood(), speaker.style()),
        lambda: _joined(speaker.style(), _after("with", speaker.instruments(2))),
        lambda: _joined(speaker.mood(), speaker.style(), speaker.use()),
        lambda: _joined(speaker.mood(), speaker.instruments(1), speaker.pick(["music", "melody", "tune", "piece"])),
        lambda: _joined(speaker.style(), speaker.bpm()),
        lambda: _joined(speaker.mood(), speaker.style(), speaker.key()),
        lambda: _joined(speaker.mood(), speaker.style(), _after("with", speaker.drums())),
        lambda: _joined(speaker.era(), speaker.style(), _after("with", speaker.instruments(1))),
        lambda: _joined(speaker.solo(), speaker.mood() and f", {speaker.mood()}", speaker.tempo() and f"and {speaker.tempo()}"),
        lambda: _joined(speaker.style(), speaker.composer()),
    ]
    return forms[int(speaker.rng.integers(len(forms)))]().replace(" ,", ",")


def _after(word: str, phrase: str) -> str:
    """``word phrase``; "with no drums" and the like read well, "with without drums" does not."""
    if not phrase:
        return ""
    return phrase if phrase.startswith(("without", "with ", "drumless")) else f"{word} {phrase}"


def _sentence(speaker: _Speaker, *, style: bool = True) -> str:
    """One sentence with about half of the attributes."""
    before = [speaker.moods() if speaker.chance(0.8) else "", "", ""]
    tempo = speaker.tempo() if speaker.chance(0.5) else ""
    if tempo:
        before.insert(int(speaker.rng.integers(2)), tempo.replace(" tempo", "-tempo"))
    if speaker.chance(0.25):
        before.insert(0, speaker.density().replace("with lots of space", "spacious").replace("full of notes", "busy"))
    words = [word for word in before if word]
    head = _countable(_named(speaker, ", ".join(words), style=style))
    body = speaker.instruments(int(speaker.rng.integers(1, 5)))
    clauses = [_joined(speaker.pick(["with", "featuring", "with", "built on", "played by"]), body) if body else ""]
    if speaker.chance(0.5):
        clauses.append(_joined("over" if speaker.sheet.drums else "", speaker.drums()))
    for clause, share in ((speaker.bpm, 0.3), (speaker.key, 0.35), (speaker.metre, 0.4), (speaker.swing, 0.3), (speaker.composer, 0.6),
                          (speaker.extra, 0.3)):
        if speaker.chance(share):
            clauses.append(clause())
    if style and speaker.chance(0.25):
        clauses.append(speaker.use())
    return _joined(head, ", ".join(clause for clause in clauses if clause)).replace(" , ", ", ")


def _unnamed(speaker: _Speaker) -> str:
    """A sentence that never says the style: mood, instruments and tempo."""
    return _sentence(speaker, style=False)


def _request(speaker: _Speaker) -> str:
    """As one asks a person for it."""
    wish = speaker.pick(["make", "make me", "I want", "please play", "create", "generate", "I need", "give me", "write", "something like"])
    thing = _countable(_named(speaker, speaker.mood(), speaker.tempo().replace(" tempo", "-tempo") if speaker.chance(0.4) else "",
                              style=speaker.chance(0.8)))
    return _joined(wish, thing, _after("with", speaker.instruments(int(speaker.rng.integers(1, 4)))) if speaker.chance(0.7) else "",
                   speaker.use() if speaker.chance(0.6) else "")


def _description(speaker: _Speaker) -> str:
    """Two or three sentences in the manner of a listener's notes."""
    opening = speaker.pick(["This is", "This is", "We hear", "Here is", "You hear"])
    before = speaker.mood() if speaker.chance(0.5) else ""
    sentences = [_joined(opening, _countable(_named(speaker, before, style=speaker.chance(0.8))), speaker.key() if speaker.chance(0.25) else "")]
    names = speaker.instrument_list(4)
    options: list[str] = []
    if len(names) == 1:
        options.append(speaker.pick([f"The main instrument is {names[0]}", f"There is {names[0]} playing", f"It is played on {names[0]}"]))
    elif names:
        options.append(speaker.pick([f"It features {_listed(names)}", f"The instruments are {_listed(names)}", f"There is {_listed(names)}",
                                     f"{_listed(names)} can be heard"]))
    drums = speaker.drums()
    if speaker.sheet.drums:
        options.append(speaker.pick([f"The rhythm is played by {drums}", f"The rhythmic background consists of {drums}", f"{drums} keep the time"
                                     if drums.endswith("s") else f"The beat comes from {drums}"]))
    elif drums:
        options.append(speaker.pick(["There are no drums", "There is no percussion in this piece", "No drums are playing"]))
    options += [template.format(word) for template, word in (
        ("The tempo is {}", speaker.tempo().replace(" tempo", "")), ("It sounds {}", speaker.moods()), ("The mood is {}", speaker.mood()),
        ("The atmosphere is {}", speaker.moods()), ("It is at {}", _bare_bpm(speaker.bpm())), ("It could be used {}", speaker.use()),
        ("The playing is {}", speaker.dynamics()), ("It has the feel of the {}", speaker.era()), ("It is {}", speaker.composer()),
        ("There is {}", speaker.extra())) if word]
    order = [0, *(1 + speaker.rng.permutation(len(options) - 1))] if options and names else list(speaker.rng.permutation(len(options)))
    for index in order[: int(speaker.rng.integers(1, 3))]:
        sentences.append(options[index])
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _bare_bpm(words: str) -> str:
    return words.removeprefix("at ")


_FORMS: list[Callable[[_Speaker], str]] = [_tags, _short, _sentence, _unnamed, _request, _description, _short, _sentence, _unnamed]


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
        text = _finish(_FORMS[order.pop()](_Speaker(sheet, rng)), rng)
        if len(text.split()) >= 3 and _says_something(text) and text.lower() not in {other.lower() for other in found}:
            found.append(text)
    return found + [found[index % len(found)] for index in range(count - len(found))] if found else []


def _says_something(text: str) -> bool:
    """Not a bare frame such as "make me a tune"."""
    frame = {"make", "me", "i", "want", "need", "please", "play", "create", "generate", "give", "write", "something", "like", "this", "is",
             "the", "a", "an", "we", "you", "hear", "here", "there", *wording.NOUNS}
    return any(word.strip(".,").lower() not in frame for word in text.split())
