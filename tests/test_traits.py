"""Traits (mood, lead, drums): what words ask for, and how a performance is told of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from libretto import Libretto
from libretto.controls import LEADS, MOODS, TRAITS, trait
from libretto.corpus.composing.moods import FAMILIES, family_name
from libretto.corpus.labels import INSTRUMENT_CLASSES
from libretto.corpus.shards.dataset import Dataset, DatasetWriter
from libretto.course import Turn, course_of
from libretto.mulan import traits
from libretto.mulan.runtime import TRAIT_TABLES
from libretto.mulan.tokenizer import SPECIAL, Tokenizer
from libretto.performance import Performance
from libretto.request import Request
from libretto.ways import morph

SAD, HAPPY = MOODS.index("sad"), MOODS.index("happy")
VOCABULARY = [*SPECIAL, "gloomy", "merry", "wild", "piano", "drums", "a", "not", "without", ",", "and", "slow", "fast"]


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer(VOCABULARY, length=32)


def told(model, course, frames: int, *, name: str = "mood") -> list[int]:
    token = next(token for token in model.config.control_tokens if token.name == name)
    return course.control(token, 0, frames)[0].tolist()


def test_traits_are_those_of_the_corpus():
    assert tuple(FAMILIES) == MOODS and set(LEADS) == set(INSTRUMENT_CLASSES)
    assert family_name("lonely") == "sad" and family_name("unheard of", "epic") == "epic" and family_name("") == ""
    assert trait("mood", "happy", frames=3).tolist() == [[HAPPY] * 3] and trait("mood", "", frames=2).tolist() == [[len(MOODS)] * 2]
    assert [trait("drums", value, frames=1).item() for value in ("no", "yes", "")] == [0, 1, 2]


def test_words_are_learned_and_negated_ones_do_not_count(tokenizer):
    rng = np.random.default_rng(0)
    texts, asked = [], []
    for _ in range(600):
        number, other = rng.permutation(3)[:2]
        word, away = (("gloomy", "merry", "wild")[place] for place in (number, other))
        texts.append((f"a {word} piano", f"{word}, not {away}, fast", "slow piano and drums")[rng.integers(3)])
        asked.append(number)
    rows = [traits.pieces(tokenizer, text) for text in texts]
    table = traits.fit(rows, np.array(asked), vocabulary=len(tokenizer), classes=3)
    assert table.shape == (len(VOCABULARY) + 1, 3) and table.dtype == np.float32

    def said(text: str) -> int | None:
        return traits.said(table, traits.pieces(tokenizer, text), sure=0.5)

    assert [said(f"{word} drums") for word in ("gloomy", "merry", "wild", "slow")] == [0, 1, 2, None]
    hidden = [len(VOCABULARY) + VOCABULARY.index(word) for word in ("gloomy", "piano", "a")]
    assert traits.pieces(tokenizer, "not a gloomy piano, merry").tolist() == [VOCABULARY.index("merry"), *hidden]
    assert said("without gloomy drums, merry piano") == 1
    assert traits.pieces(tokenizer, "merry, drumless").tolist() == [VOCABULARY.index("merry"), len(VOCABULARY) + VOCABULARY.index("drums")]
    assert np.array_equal(table, traits.fit(rows, np.array(asked), vocabulary=len(tokenizer), classes=3))


def test_each_prompt_of_a_story_has_its_mood(model):
    blank = len(MOODS)
    story = Request("sad piano", seconds=4.0, at=[(1.0, "fast drums"), (2.0, "happy bass")])
    assert told(model, course_of(model, story), 100) == [SAD] * 25 + [blank] * 25 + [HAPPY] * 50
    assert told(model, course_of(model, Request("not sad, happy", seconds=4.0)), 2) == [HAPPY] * 2
    journey = morph.course(model, morph.Morph(begin="sad piano", end="happy drums", seconds=8.0))
    half = told(model, journey, 200)
    assert half[:80] == [SAD] * 80 and half[-80:] == [HAPPY] * 80


def test_each_trait_turns_by_itself(model):
    course = course_of(model, Request("slow piano", seconds=4.0))
    style = course.turns[0].style
    turns = (Turn(0.0, style, traits={"lead": 3}), Turn(1.0, style, traits={"lead": 3, "drums": 1}), Turn(2.0, style, traits={"drums": 0}))
    turned = dataclasses.replace(course, turns=turns)
    assert told(model, turned, 75, name="lead") == [3] * 50 + [len(LEADS)] * 25
    assert told(model, turned, 75, name="drums") == [2] * 25 + [1] * 25 + [0] * 25
    assert told(model, turned, 75) == [len(MOODS)] * 75


def test_a_mood_changes_the_music_and_a_stream_turns_to_another(model):
    request = Request("sad piano", seconds=6.0, seed=1, temperature=3.0)
    course = course_of(model, request)
    silent = dataclasses.replace(course, turns=(dataclasses.replace(course.turns[0], traits={}),))

    def semantic(course) -> np.ndarray:
        performance = Performance(model, request, course=course)
        list(performance)
        return performance.tokens["semantic"]

    assert not np.array_equal(semantic(course), semantic(silent))
    stream = model.stream("slow piano", seconds=12.0, seed=1, temperature=3.0, chunk_seconds=0.5)
    heard = [next(stream).samples]
    stream.steer("happy drums")
    whole = np.concatenate([*heard, *(chunk.samples for chunk in stream)], axis=1)
    assert model.perform(stream.request).audio.samples.tobytes() == whole.tobytes()  # also with what was told ahead


def test_a_corpus_teaches_the_words_of_its_traits(tmp_path):
    from libretto.mulan.export import trait_tables

    kept = {"style": "house", "family": "electronic", "bpm": 120.0, "key": "C", "mode": "major", "metre": "4/4",
            "timeline": {"tune": [[0.0, 0.1, 60.0]]}}
    clips = [("lonely", "desolate flute without drums", "flute", ""), ("sunny", "radiant drums", "piano", "live drums"),
             ("", "plain piano without drums", "piano", ""), ("", "plain flute", "flute", "live drums")]
    with DatasetWriter(tmp_path / "data", sample_rate=24_000) as writer:
        for item, (mood, caption, lead, drums) in enumerate(clips * 8):
            sheet = {**kept, "mood": mood, "mood_family": family_name(mood), "lead": lead, "instruments": [lead], "drums": drums}
            writer.add(np.full(2_400, 0.1, np.float32), id=str(item), split="train", captions=[caption] * 30, item=item, sheet=sheet)
    words = {word for _, caption, _, _ in clips for word in caption.split()}
    tokenizer = Tokenizer([*SPECIAL, *sorted(words)], length=16)
    tables = trait_tables(tokenizer, Dataset.open(tmp_path / "data"))
    size = len(tokenizer)
    assert {name: table.shape for name, table in tables.items()} == {
        "mulan.moods": (size + 1, len(MOODS)), "mulan.leads": (size + 1, len(LEADS)), "mulan.drums": (2 * size + 1, 2)}

    def said(name: str, text: str) -> str | None:
        table = tables[TRAIT_TABLES[name]].astype(np.float32)
        place = traits.said(table, traits.pieces(tokenizer, text), sure=traits.SURE[name])
        return None if place is None else TRAITS[name][place]

    assert [said("mood", word) for word in ("desolate", "radiant")] == ["sad", "happy"]
    assert [said("lead", f"plain {word}") for word in ("flute", "piano")] == ["flute", "keyboard"]
    assert [said("drums", text) for text in ("radiant drums", "piano without drums", "drums without piano")] == ["yes", "no", "yes"]
    assert all(np.array_equal(table, trait_tables(tokenizer, Dataset.open(tmp_path / "data"))[name]) for name, table in tables.items())


def test_what_is_told_is_counted_beside_what_is_named(tmp_path):
    from libretto.evaluate.traits import traits as measured

    sheet = {"style": "house", "family": "electronic", "bpm": 120.0, "key": "C", "mode": "major", "metre": "4/4", "mood": "sunny",
             "mood_family": "happy", "lead": "", "drums": "live drums"}
    with DatasetWriter(tmp_path / "data", sample_rate=24_000) as writer:
        for item in range(40):
            writer.add(np.full(2_400, 0.1, np.float32), id=str(item), split="train", captions=["x"], item=item, sheet=sheet)
        writer.add(np.full(2_400, 0.1, np.float32), id="recorded", split="train", captions=["x"], item=40, sheet={})

    class Words:
        def traits(self, prompt: str) -> dict[str, int]:
            told = {"drums": 1} if any(word in prompt.lower() for word in ("drum", "kit", "beat", "percussion")) else {}
            return told | {"mood": MOODS.index("sad"), "lead": 0}

    report = measured(Words(), Dataset.open(tmp_path / "data").clips, sample_rate=24_000)
    assert report["drums"] == {"named": 40, "told": 1.0, "right": 1.0, "unnamed": 0, "told_unnamed": 0.0}
    assert report["mood"]["named"] + report["mood"]["unnamed"] == 40 and report["mood"]["right"] == 0.0 < report["mood"]["named"]
    assert report["lead"] == {"named": 0, "told": 0.0, "right": 0.0, "unnamed": 40, "told_unnamed": 1.0}
