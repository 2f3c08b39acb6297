"""Captions are true, varied and short enough to be prompts."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from libretto.corpus.composing.moods import MOODS
from libretto.corpus.language import wording
from libretto.corpus.language.captions import FORMS, GRAMMAR, caption, captions
from libretto.corpus.language.facts import Facts
from libretto.corpus.language.grammar import Grammar
from libretto.corpus.language.speaker import Speaker
from libretto.corpus.language.writer import AMERICAN, Writer
from libretto.corpus.score import Sheet
from libretto.corpus.sound.instruments import KITS

KEYS = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
MODES = ("major", "minor", "dorian", "mixolydian", "blues", "lydian", "phrygian", "harmonic minor")
NAMES = sorted(wording.INSTRUMENTS)


def sheet(**changes: object) -> Sheet:
    values: dict[str, object] = {
        "style": "lo-fi hip hop", "family": "band", "bpm": 78.4, "key": "F sharp", "mode": "minor", "metre": "4/4",
        "mood": "nostalgic", "intensity": 0.5, "density": 0.5, "drums": "dusty lo-fi drums",
        "instruments": ["electric piano", "upright bass", "jazz guitar"],
    }  # fmt: skip
    return Sheet(**{**values, **changes})  # type: ignore[arg-type]


def drawn(rng: np.random.Generator) -> Sheet:
    """A sheet with every field drawn apart from the others, half of the optional ones left out."""

    def one(items: object) -> str:
        choices = list(items)  # type: ignore[call-overload]
        return choices[int(rng.integers(len(choices)))]

    def maybe(value: str, share: float = 0.5) -> str:
        return value if rng.random() < share else ""

    count = int(rng.integers(1, 6))
    instruments = [NAMES[index] for index in rng.choice(len(NAMES), count, replace=False)]
    drums = maybe(one(kit.name for kit in KITS.values()), 0.6)
    mood = one(MOODS)
    return Sheet(
        style=one([*wording.STYLES, *wording.SCORE_STYLES]), family="band", bpm=float(rng.uniform(45, 190)), key=one(KEYS),
            mode=one(MODES),
        metre=one(["4/4", "4/4", *wording.METRES]), mood=mood, intensity=float(rng.uniform(-0.2, 1)), density=float(rng.uniform(-0.2, 1)),
        instruments=instruments, drums=drums, swing=float(one([0.5, 0.5, 0.62])), composer=maybe("Ada Quill", 0.1),
            era=maybe(one(wording.ERAS)),
        mood_family=MOODS[mood].family.name, lead=maybe(instruments[0], 0.7), articulation=maybe(one(wording.ARTICULATION)),
        dynamics=maybe(one(wording.DYNAMICS)), register=maybe(one(wording.REGISTER)),
        sections=[one(wording.SECTIONS) for _ in range(int(rng.integers(0, 4)))],
        happenings=[one(wording.HAPPENINGS)] if rng.random() < 0.4 else [], place=maybe(one(wording.PLACES), 0.4),
        extra={"room": "a hum in the room"} if rng.random() < 0.2 else {}, skill=one(wording.SKILLS) if count == 1 and not drums else "",
            rubato=bool(rng.random() < 0.2),
    )  # fmt: skip


def many(of: Sheet, count: int = 400) -> list[str]:
    return [text for seed in range(count // 8) for text in captions(of, np.random.default_rng(seed), 8)]


def says(texts: list[str], *words: str) -> int:
    return sum(any(word in text.lower() for word in words) for text in texts)


# A caption is parsed into the phrases of all tables, the longest first; each phrase must have a meaning that the sheet bears out.

Meaning = tuple[str, str]


def plain(text: str) -> str:
    """One spelling for all: American, "synth", "and"; signs as blanks."""
    text = re.sub(r"synth(?:esizer|esiser|etizer)\b", "synth", text.lower().replace("&", "and"))
    text = re.sub(r"synth(?:esizer|esiser|etizer)s\b", "synths", text)
    for british, american in AMERICAN.items():
        text = re.sub(rf"\b{british}\b", american, text)
    for short, long in (("'s ", " is "), ("n't ", " not "), ("'d ", " would "), ("'ll ", " will ")):
        text = text.replace(short, long)
    text = re.sub(r"[,.;:!?|+]", " . ", text)
    return " ".join(re.sub(r"[^a-z0-9.#♯♭/é'ñ-]+", " ", text).split())


@lru_cache(maxsize=1)
def lexicon() -> dict[str, set[Meaning]]:
    """Every phrase of every table -> all it may mean."""
    found: dict[str, set[Meaning]] = {}

    def add(phrase: str, attribute: str, value: str) -> None:
        words, _, condition = phrase.partition("~")
        found.setdefault(plain(words), set()).add((attribute, f"{value}~{condition}" if condition else value))

    single = {
        "mood": wording.MOODS, "dynamics": wording.DYNAMICS, "articulation": wording.ARTICULATION, "register": wording.REGISTER,
        "metre": wording.METRES, "section": wording.SECTIONS, "happening": wording.HAPPENINGS, "place": wording.PLACES,
        "instrument": wording.INSTRUMENTS, "kit": wording.DRUMS, "feeling": wording.FEELINGS, "urge": wording.URGES,
    }  # fmt: skip
    double = {"style": {**wording.STYLES, **wording.SCORE_STYLES}, "use": wording.USES, "era": wording.ERAS, "skill": wording.SKILLS}
    for attribute, table in single.items():
        for value, phrases in table.items():
            for phrase in phrases:
                add(phrase, attribute, value)
    for attribute, pairs in double.items():
        for value, (first, second) in pairs.items():
            for phrase in first + second:
                if not re.fullmatch(r"a \w+", phrase):  # "a rave" is part of much else
                    add(phrase, attribute, value)
                if attribute == "use" and re.match("in an? ", phrase):
                    add(f"the soundtrack of {phrase[3:]}", attribute, value)
                if phrase == "over the credits of a thriller":
                    add("the soundtrack of a thriller", attribute, value)
    for value, phrases in wording.SECTIONS.items():
        for phrase in phrases:
            add(f"there is {phrase}", "section", value)
    for number, (adjectives, remarks) in enumerate(wording.TEMPI):
        for phrase in adjectives + remarks:
            add(phrase, "tempo", str(number))
    for number, phrases in enumerate(wording.DENSITY):
        for phrase in phrases:
            add(phrase, "density", str(number))
    flags = {
        "no drums": wording.NO_DRUMS, "no voice": wording.INSTRUMENTAL, "no bass": wording.NO_BASS, "alone": wording.ALONE,
        "swing": wording.SWING, "rubato": wording.RUBATO, "minor": wording.MINOR, "major": wording.MAJOR, "blues": wording.BLUES_SCALE,
    }  # fmt: skip
    for flag, phrases in flags.items():
        for phrase in phrases:
            add(phrase, "flag", flag)
    for word in wording.ABSENT:
        for no in ("no", "without"):
            add(f"{no} {word}", "absent", word)
    for kit in KITS.values():
        for phrase in wording.plain_drums(kit.name):
            add(phrase, "kit", kit.name)
    for phrase in ("drums", "percussion", "hand drums", "hand percussion", "beat", "drum beat", "drummer", "groove", "drumming"):
        add(phrase, "kit", "*")
    for phrase in ("any percussion", "no drums", "no percussion"):
        add(phrase, "flag", "no drums")
    for phrase in ("no voices", "no vocals"):
        add(phrase, "flag", "no voice")
    for phrase in ("samba percussion", "samba drums"):
        add(phrase, "kit", "samba percussion")
    add("blues scale", "flag", "blues")
    add("no other instruments", "flag", "alone")
    for name in NAMES:
        add(name, "instrument", name)
        if "bass" in name or name == "tuba":
            for phrase in ("bass part", "bass line", "bassline"):
                add(phrase, "instrument", name)
    return found


def bears_out(of: Sheet, meaning: Meaning) -> bool:
    """Worked out from the sheet alone, not by the code that speaks."""
    attribute, value = meaning
    value, _, condition = value.partition("~")
    names = " ".join(of.instruments)
    if condition and not (
        {"drums": bool(of.drums), "no drums": not of.drums, "swing": of.swing > 0.55}.get(condition, condition == of.era or condition in
            names)
    ):
        return False
    tempo = sum(of.bpm >= bound for bound in (66, 84, 118, 146))
    loud = of.dynamics or ("soft" if 0 <= of.intensity < 0.35 else "loud" if of.intensity > 0.8 else "")
    drummy = bool(of.drums) or any(word in names for word in ("drum", "percussion", "timpani"))
    known = {
        "mood": of.mood == value, "dynamics": loud == value, "articulation": of.articulation == value, "register": of.register == value,
        "metre": of.metre == value, "section": value in of.sections, "happening": value in of.happenings, "place": of.place == value,
        "instrument": value in of.instruments, "kit": of.drums == value or (value == "*" and bool(of.drums)), "feeling": of.mood_family ==
        value, "urge": of.mood_family == value,
        "style": of.style == value, "use": of.style == value, "era": of.era == value, "skill": of.skill == value,
        "tempo": str(tempo) == value, "density": of.density >= 0 and str(sum(of.density >= bound for bound in (0.3, 0.75))) == value,
        "absent": value.rstrip("s") not in names if value not in ("brass", "strings") else value not in names,
        "flag": {
            "no drums": not drummy, "no voice": not re.search(r"\b(choir|voice)\b", names), "no bass": "bass" not in
            names.replace("bassoon", "bass"),
            "alone": len(of.instruments) == 1 and not of.drums, "swing": of.swing > 0.55, "rubato": of.rubato,
            "minor": of.mode in ("minor", "dorian", "phrygian", "harmonic minor"), "major": of.mode in ("major", "mixolydian", "lydian"),
            "blues": of.mode == "blues",
        }.get(value, False),
    }  # fmt: skip
    return bool(known[attribute])


# Words of the tables that also say something harmless in the frames of sentences, or in timbres of instruments.
HARMLESS = {
    "deep", "low", "open", "easy", "fun", "strong", "still", "full-bodied", "moving", "building", "growing", "ease", "energy",
    "rest", "distance", "motion", "release", "play", "drive", "scale", "love", "piano keys", "singing", "simple", "clear",
    "rhythmic", "kind", "a solo", "a drop", "celebration", "full of wonder", "full of suspense", "choir music", "organ music",
    "koto music", "harpsichord music", "a break", "let us",
    "hip",
    "hide", "move", "jump", "sigh", "rich", "current", "student", "sober", "odd", "space", "comfort", "fire", "wonder",
}  # fmt: skip


def untrue(text: str, of: Sheet) -> list[str]:
    """Phrases in ``text`` that nothing in the sheet bears out."""
    words = plain(text).split()
    wrong, at = [], 0
    while at < len(words):
        for length in range(min(12, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            meanings = lexicon().get(phrase)
            if meanings or phrase in HARMLESS:
                if phrase not in HARMLESS and not any(bears_out(of, meaning) for meaning in meanings or ()):
                    wrong.append(phrase)
                at += length - 1
                break
        at += 1
    return wrong


def test_nothing_is_said_that_the_sheet_does_not_bear_out() -> None:
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(250):
        of = drawn(rng)
        for form, _sentences in FORMS:
            text = caption(of, rng, form, typo=0)
            assert not untrue(text, of), (untrue(text, of), text, of)
            found += bool(text)
    assert found > 2000


def test_the_parser_of_the_truth_test_finds_lies() -> None:
    of = sheet(sections=["verse", "chorus"], mood_family="dreamy")
    true = "This is a slow, nostalgic lo-fi beat in a minor key with an upright bass, a Rhodes and lo-fi drums"
    assert not untrue(true, of)
    for lie in ("fast", "cheerful", "techno", "in a major key", "banjo", "no drums", "in 3/4", "1950s", "staccato", "at a rave",
        "a bridge", "Brazilian",
                "thunderous", "high-pitched", "no bass", "rubato", "virtuoso", "unaccompanied"):  # fmt: skip
        assert untrue(f"{true}, {lie}", of), lie


def test_numbers_and_keys_are_those_of_the_sheet() -> None:
    rng = np.random.default_rng(1)
    modes = "minor|major|min|maj|dorian|mixolydian|lydian|phrygian|harmonic minor|m"
    keys = re.compile(rf"\b([A-G])[ -]?(sharp|flat|#|b|♯|♭)?[ -]?({modes})\b")
    signs = {"": "", "#": "sharp", "♯": "sharp", "b": "flat", "♭": "flat", "sharp": "sharp", "flat": "flat"}
    numbers = keyed = 0
    for _ in range(250):
        of = drawn(rng)
        for form, _sentences in FORMS:
            text = caption(of, rng, form, typo=0)
            for about, number in re.findall(r"(around|about|roughly)? ?(\d+) ?(?:bpm|beats (?:per|a) minute)", text, re.IGNORECASE):
                assert abs(int(number) - of.bpm) <= (2.5 if about else 0.5), (text, of.bpm)
                numbers += 1
            for tonic, sign, mode in keys.findall(text):
                assert tonic == of.key[0] and signs[sign] == of.key[2:], (text, of.key)
                assert mode in of.mode or (mode == "m" and "minor" in of.mode), (text, of.mode)
                keyed += 1
    assert numbers > 60 and keyed > 60


def test_what_is_denied_is_absent() -> None:
    with_drums, without = many(sheet()), many(sheet(drums="", style="ambient"))
    assert says(with_drums, *wording.NO_DRUMS) == 0
    assert says(without, *wording.NO_DRUMS) > 20
    assert says(without, "dusty", "drum machine", "over drums") == 0
    assert says(many(sheet(drums="", instruments=["strings", "timpani"], style="baroque")), *wording.NO_DRUMS) == 0
    assert says(many(sheet(instruments=["choir", "strings"])), *wording.INSTRUMENTAL) == 0
    assert says(many(sheet()), *wording.INSTRUMENTAL) > 10
    assert says(many(sheet()), *wording.NO_BASS) == 0
    assert says(many(sheet(instruments=["flute", "harp"], drums="")), *wording.NO_BASS) > 5
    assert says(many(sheet()), "no guitar", "without guitar") == 0 and says(many(sheet()), "no saxophone", "without saxophone") > 3


def test_what_is_too_quiet_to_name_is_neither_named_nor_denied() -> None:
    def said(faint: str, *words: str) -> int:
        return says(many(sheet(drums="", style="ambient", instruments=["flute"], faint=[faint] if faint else [])), *words)

    for faint, words in {
        "live drums": wording.NO_DRUMS, "sub bass": wording.NO_BASS, "choir": wording.INSTRUMENTAL,
        "jazz guitar": ("no guitar", "without guitar", *wording.ALONE),
    }.items():  # fmt: skip
        assert said(faint, *words) == 0 and said("", *words) > 5, faint
        assert said(faint, faint) == 0


def test_captions_differ_and_suit_prompts() -> None:
    texts = many(sheet(), 800)
    assert len({text.lower() for text in texts}) > 750
    assert len(set(captions(sheet(), np.random.default_rng(1), 12))) == 12
    lengths = [len(text.split()) for text in texts]
    assert min(lengths) >= 3 and np.percentile(lengths, 30) <= 8 and np.percentile(lengths, 80) >= 18 and max(lengths) <= 85
    sentences = [len(re.findall(r"[.?!](?: |$)", text)) for text in texts]
    assert sum(count >= 4 for count in sentences) > 10
    names = ("lo-fi", "lofi", "chillhop", "lo fi")
    assert 0.15 < 1 - says(texts, *names) / len(texts) < 0.6
    assert sum(text == text.lower() for text in texts) > 100 and sum(text[0].isupper() for text in texts) > 100


def test_captions_are_deterministic() -> None:
    assert captions(sheet(), np.random.default_rng(3), 6) == captions(sheet(), np.random.default_rng(3), 6)


def test_unknown_attributes_are_not_spoken_of() -> None:
    bare = sheet(style="", mood="", key="", mode="", metre="", bpm=0.0, intensity=-1.0, density=-1.0, instruments=[], drums="")
    assert captions(bare, np.random.default_rng(0), 4) == []
    only = replace(bare, instruments=["oboe", "harp"])
    texts = many(only, 80)
    assert len(texts) == 80 and says(texts, "bpm", "minor", "major", "slow", "fast", "mood") == 0
    rng = np.random.default_rng(4)
    careful = [caption(only, rng, form, typo=0) for _ in range(20) for form, _sentences in FORMS]
    assert not [(text, lies) for text in careful if (lies := untrue(text, only))]
    assert says(many(sheet(mood="zorky")), "zorky") > 50
    assert says(many(sheet(style="nose flute music")), "nose flute music") > 50
    assert says(many(sheet(instruments=["nose flute"], lead="nose flute")), "nose flute") > 50


@pytest.mark.parametrize("style", sorted(wording.STYLES))
def test_every_style_has_enough_words(style: str) -> None:
    for names, things in (wording.STYLES[style], wording.USES[style]):
        assert len(set(names + things)) >= 8 and names and things
    assert len(captions(sheet(style=style, drums=""), np.random.default_rng(0), 6)) == 6


def test_the_styles_of_scores_are_named_in_other_words_too() -> None:
    for style, (names, things) in wording.SCORE_STYLES.items():
        texts = many(sheet(style=style, drums=""), 80)
        assert len(names) + len(things) >= 6 and says(texts, *(plain(word.split("~")[0]) for word in names + things)) > 15, style


def test_every_value_has_eight_paraphrases() -> None:
    for table in (wording.MOODS, wording.DYNAMICS, wording.ARTICULATION, wording.REGISTER, wording.METRES, wording.SECTIONS,
        wording.HAPPENINGS,
                  wording.FEELINGS, wording.URGES):  # fmt: skip
        for value, words in table.items():
            assert len(set(words)) >= 8, value
    for pairs in (*wording.ERAS.values(), *wording.SKILLS.values(), *wording.TEMPI):
        assert len(set(sum(pairs, ()))) >= 8
    assert all(len(words) >= 8 for words in (wording.NO_DRUMS, wording.INSTRUMENTAL, wording.NO_BASS, wording.ALONE, wording.SWING,
        wording.RUBATO))
    facts = Facts(sheet(bpm=101.7, place="Cuba", skill="beginner"))
    for attribute in ("bpm", "key", "mode", "place", "skill", "tempo", "instrumental", "metre"):
        assert len(set(facts.phrases(attribute))) >= 8, attribute


def test_a_mood_is_never_called_by_the_name_of_another_family() -> None:
    for name, words in wording.MOODS.items():
        for word in words:
            if name in MOODS and word in MOODS:
                assert MOODS[word].family == MOODS[name].family, (name, word)


def test_every_style_mood_and_instrument_of_the_composer_has_wordings() -> None:
    from libretto.corpus.composing.styles import STYLES

    assert set(STYLES) <= set(wording.STYLES) and set(STYLES) <= set(wording.USES)
    assert set(MOODS) <= set(wording.MOODS)
    assert {era for style in STYLES.values() for era in style.eras} <= set(wording.ERAS)
    assert {mood.family.name for mood in MOODS.values()} <= set(wording.FEELINGS) & set(wording.URGES)


def test_every_name_in_the_grammar_can_be_said() -> None:
    """A misspelt rule or attribute would only be noticed when it comes up."""
    rng = np.random.default_rng(2)
    speakers = [Speaker(drawn(rng), rng) for _ in range(40)]
    for name in GRAMMAR.rules:
        assert any(GRAMMAR.say(name, Speaker(speaker.sheet, rng)) for speaker in speakers for _ in range(25)), name


def test_grammar_tries_other_ways_and_forgets_what_failed() -> None:
    rules = {"top": ["{one} {gone}", "{one} alone"], "one": ["(tense|uneasy|anxious)"], "gone": ["{happening}"]}
    speaker = Speaker(sheet(happenings=[]), np.random.default_rng(0))
    assert str(Grammar(rules).say("top", speaker)).endswith(" alone")
    assert Grammar({"top": ["[{mood}, ]{gone}"], "gone": ["{happening}"]}).say("top", speaker) is None and not speaker.said
    for wrong in ("{open", "(a|b", "a)"):
        with pytest.raises(ValueError):
            Grammar({"top": [wrong]})


def test_writers_keep_their_habits_and_misspell_rarely() -> None:
    writer = replace(Writer.draw(np.random.default_rng(0)), american=True, synth="synthesizer", typo=1.0, contracts=0.0, ampersand=0.0)
    assert [writer.weight("here", index) for index in range(3)] == [writer.weight("here", index) for index in range(3)]
    slipped = writer.spell("a sombre synth melody in waltz metre at 120 bpm", np.random.default_rng(1))
    assert slipped != "a somber synthesizer melody in waltz meter at 120 bpm" and "120 bpm" in slipped
    assert replace(writer, typo=0.0).spell("a sombre synth", np.random.default_rng(1)) == "a somber synthesizer"
    rng = np.random.default_rng(3)
    known = set(re.findall(r"[a-z]+", " ".join(caption(sheet(), rng, form, typo=0).lower() for _ in range(400) for form, _s in FORMS)))
    texts = [caption(sheet(), rng, form).lower() for _ in range(60) for form, _s in FORMS]
    slips = sum(any(word not in known for word in re.findall(r"[a-z]{5,}", text)) for text in texts)
    assert 0 < slips < 0.1 * len(texts)
