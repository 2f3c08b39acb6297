"""What tells our captions from people's: the measures themselves."""

from __future__ import annotations

import numpy as np
import pytest

from libretto.errors import CorpusError
from libretto.evaluate.captions import about_music, distinct, framed, matched, separation

WORDS = ["soft", "loud", "slow", "fast", "piano", "flute", "harp", "drums", "bass", "choir", "bells", "organ", "horn", "lute"]


def drawn(count: int, seed: int, ending: str = "") -> list[str]:
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, int(rng.integers(8, 14)))) + ending for _ in range(count)]


def test_distinct_runs_are_counted_once_and_do_not_cross_texts() -> None:
    assert distinct(["a b c d e", "A b, c d"], 4) == 2
    assert distinct(["a b", "c d"], 4) == 0 and distinct(["a b c", "b c a"], 2) == 3


def test_captions_about_more_than_music_are_known() -> None:
    assert about_music("A slow flute tune. There are no voices in this song.")
    for text in ("A male voice sings", "The low quality recording features a harp", "People talk over a piano", "A choir hums"):
        assert not about_music(text)


def test_pairs_have_the_same_length() -> None:
    first, second = matched(drawn(200, 0), drawn(60, 1), 50, np.random.default_rng(0))
    assert [len(text.split()) for text in first] == [len(text.split()) for text in second] and len(set(first)) > 45
    with pytest.raises(CorpusError, match="expected 50"):
        matched(drawn(5, 0), drawn(60, 1), 50, np.random.default_rng(0))
    assert len(matched(drawn(5, 0), drawn(60, 1), 50, np.random.default_rng(0), fewer=True)[0]) == 5


def test_the_classifier_finds_what_is_there_and_nothing_else() -> None:
    alike = separation(drawn(150, 0), drawn(150, 1), rng=np.random.default_rng(0))
    assert 0.35 < alike.auc < 0.65 and 0.35 < alike.accuracy < 0.65
    apart = separation(drawn(150, 0, " indeed so"), drawn(150, 1, " then again"), rng=np.random.default_rng(0))
    assert apart.auc > 0.99 and apart.accuracy > 0.97
    assert "indeed" in dict(apart.tells["ours"]) and "again" in dict(apart.tells["theirs"])


def test_frames_keep_only_usual_words() -> None:
    ours, theirs = framed(["the rare zither hums"], ["the lute", "the lute hums", "the drum"], common=2)
    assert ours == ["the x x x"] and theirs == ["the lute", "the lute x", "the x"]
