"""Captions are true, varied and short enough to be prompts."""

from __future__ import annotations

import re

import numpy as np
import pytest

from libretto.corpus import wording
from libretto.corpus.captions import captions
from libretto.corpus.score import Sheet


def sheet(**changes: object) -> Sheet:
    values: dict[str, object] = {
        "style": "lo-fi hip hop", "family": "band", "bpm": 78.4, "key": "F sharp", "mode": "minor", "metre": "4/4",
        "mood": "nostalgic", "intensity": 0.5, "density": 0.5, "drums": "dusty lo-fi drums",
        "instruments": ["electric piano", "upright bass", "jazz guitar"],
    }  # fmt: skip
    return Sheet(**{**values, **changes})  # type: ignore[arg-type]


def many(of: Sheet, count: int = 400) -> list[str]:
    return [text for seed in range(count // 8) for text in captions(of, np.random.default_rng(seed), 8)]


def says(texts: list[str], *words: str) -> int:
    return sum(any(word in text.lower() for word in words) for text in texts)


def test_drums_are_denied_only_where_none_play() -> None:
    with_drums, without = many(sheet()), many(sheet(drums="", style="ambient"))
    assert says(with_drums, *wording.NO_DRUMS, "no drums") == 0
    assert says(without, *wording.NO_DRUMS) > 20
    assert says(without, "dusty", "drum machine", "over drums") == 0
    hidden = many(sheet(drums="", instruments=["strings", "timpani"], style="baroque"))
    assert says(hidden, *wording.NO_DRUMS) == 0


def test_numbers_and_keys_are_those_of_the_sheet() -> None:
    texts = many(sheet())
    found = {
        int(number) for text in texts for number in re.findall(r"(\d+) ?(?:bpm|beats per)", text.lower())
    }
    assert found == {78, 80}  # 80 is said with "around"
    assert all("around 80" in text.lower() for text in texts if "80" in text)
    assert says(texts, "major") == 0 and says(texts, "in f# minor", "in f sharp minor") > 5
    assert says(texts, "fast") == 0 and says(texts, "slow", "unhurried") > 20
    assert says(texts, "waltz", "3/4") == 0


def test_captions_differ_and_suit_prompts() -> None:
    texts = many(sheet(), 800)
    assert len({text.lower() for text in texts}) > 500
    assert len(set(captions(sheet(), np.random.default_rng(1), 12))) == 12
    lengths = [len(text.split()) for text in texts]
    assert min(lengths) >= 3 and np.percentile(lengths, 25) <= 8 and max(lengths) <= 60
    names = ("lo-fi", "lofi", "chillhop", "chill beat")
    assert 0.15 < 1 - says(texts, *names) / len(texts) < 0.6
    assert (
        sum(text == text.lower() for text in texts) > 100 and sum(text[0].isupper() for text in texts) > 100
    )


def test_captions_are_deterministic() -> None:
    assert captions(sheet(), np.random.default_rng(3), 6) == captions(sheet(), np.random.default_rng(3), 6)


def test_unknown_attributes_are_not_spoken_of() -> None:
    bare = sheet(
        style="",
        mood="",
        key="",
        mode="",
        metre="",
        bpm=0.0,
        intensity=-1.0,
        density=-1.0,
        instruments=[],
        drums="",
    )
    assert captions(bare, np.random.default_rng(0), 4) == []
    only = sheet(
        style="",
        mood="",
        key="",
        mode="",
        metre="",
        bpm=0.0,
        intensity=-1.0,
        density=-1.0,
        instruments=["oboe", "harp"],
        drums="",
    )
    texts = many(only, 80)
    assert len(texts) == 80 and all(
        "oboe" in text.lower()
        or "harp" in text.lower()
        or "drum" in text.lower()
        or "percussion" in text.lower()
        or "beat" in text.lower()
        or "no " in text.lower()
        or "without" in text.lower()
        for text in texts
    )
    assert says(texts, "bpm", "minor", "major", "slow", "fast") == 0
    assert says(many(sheet(mood="zorky")), "zorky") > 50


def test_voices_are_denied_only_where_none_sing() -> None:
    assert says(many(sheet(instruments=["choir", "strings"])), *wording.INSTRUMENTAL) == 0
    assert says(many(sheet()), *wording.INSTRUMENTAL) > 10


@pytest.mark.parametrize("style", sorted(wording.STYLES))
def test_every_style_has_enough_words(style: str) -> None:
    assert len(set(wording.STYLES[style])) >= 5 and len(wording.USES[style]) >= 4
    assert len(captions(sheet(style=style), np.random.default_rng(0), 6)) == 6


def test_every_style_and_mood_of_the_composer_has_wordings() -> None:
    from libretto.corpus.styles import STYLES

    assert set(STYLES) <= set(wording.STYLES) and set(STYLES) <= set(wording.USES)
    assert {mood for style in STYLES.values() for mood in style.moods} <= set(wording.MOODS)
    assert {era for style in STYLES.values() for era in style.eras} <= set(wording.ERAS)
