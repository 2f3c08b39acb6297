"""Prompts in a person's own words and opposite words: the data is clean, and the figures follow an embedding that is known."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from libretto.corpus.composing.styles import list_styles
from libretto.corpus.language.wording.styles import STYLES as NAMES
from libretto.evaluate import opposites, style_ranks
from libretto.evaluate.free_prompts import FREE_PROMPTS, read

# Short forms of a style's name that the name itself does not hold letter by letter.
TRIVIAL = {
    "adventure game": ("adventur", "gaming"), "afrobeat": ("afro", "beat"), "ambient": ("ambien",), "bebop": ("bop",),
    "bossa nova": ("bossa",), "breakbeat": ("break", "beat"), "chiptune": ("chip", "tune"), "choral": ("chora", "chorus"),
    "classical piano": ("classic",), "downtempo": ("down", "tempo"), "drum and bass": ("dnb",), "dubstep": ("dub", "step"),
    "gypsy jazz": ("gipsy",), "lo-fi hip hop": ("lofi",), "meditation": ("meditat",), "minimalism": ("minimal",),
    "orchestral": ("orchestra",), "orchestral cinematic": ("orchestra", "cinema"), "romantic piano": ("romantic", "romance"),
    "synthwave": ("synth", "wave"),
}


def giveaways(style: str, prompt: str) -> list[str]:
    """What in a prompt names a style: pieces of its own name, names our captions have for it, or another style's whole name."""
    text = " ".join(re.findall(r"[a-z0-9&']+", prompt.lower()))
    padded = f" {text} "
    pieces = [piece for piece in re.findall(r"[a-z]+", style.lower()) if piece != "and"]
    found = [piece for piece in pieces if (piece in text if len(piece) > 3 else f" {piece} " in padded)]
    found += [piece for piece in TRIVIAL.get(style, ()) if re.search(rf"\b{piece}", text)]
    called = [name.partition("~")[0] for kind in NAMES.get(style, ()) for name in kind]
    for name in (*called, *list_styles()):
        if f" {' '.join(re.findall(r'[a-z0-9&]+', name.lower()))} " in padded:
            found.append(name)
    return found


def test_every_style_has_four_prompts_all_distinct() -> None:
    assert set(FREE_PROMPTS) == set(list_styles())
    assert min(len(prompts) for prompts in FREE_PROMPTS.values()) >= 4
    every = [prompt.lower() for prompts in FREE_PROMPTS.values() for prompt in prompts]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("style", list_styles())
def test_no_prompt_names_a_style(style: str) -> None:
    assert {prompt: found for prompt in FREE_PROMPTS[style] if (found := giveaways(style, prompt))} == {}


def test_giveaways_are_seen() -> None:
    assert giveaways("house", "warehouse party") and giveaways("lo-fi hip hop", "a hip beat") and giveaways("waltz", "for a march")
    assert giveaways("minimalism", "minimal patterns") and "cathedral choir music" in giveaways("choral", "Cathedral choir music")
    assert not giveaways("lo-fi hip hop", "slow fire with a whip")


def test_prompts_are_read_and_bad_lines_refused() -> None:
    assert read("\na:\n one, two\n three\nb:\n four\n") == {"a": ("one, two", "three"), "b": ("four",)}
    for bad in ("a:\n one\na:\n two", " one", "a:\none"):
        with pytest.raises(ValueError, match="neither"):
            read(bad)


def clip(**sheet: Any) -> SimpleNamespace:
    return SimpleNamespace(sheet=sheet)


def unit(*values: float) -> np.ndarray:
    return np.array(values) / np.linalg.norm(values)


def test_ranks_count_styles_and_tell_who_is_left_out() -> None:
    clips = [clip(style="a", family="x"), clip(style="a", family="x"), clip(style="b", family="x"), clip(style="c", family="y"),
             clip(style="unprompted"), clip()]
    audio = np.stack([unit(1, 0.2, 0), unit(1, -0.2, 0), unit(0, 1, 0), unit(0, 0, 1), unit(1, 1, 1), unit(1, 1, 1)])
    words = {"one": unit(1, 0.5, 0), "two": unit(0.5, 1, 0), "three": unit(0.9, 0.5, 0.2), "four": unit(0.1, 0, 1)}
    prompts = {"a": ("one", "two"), "b": ("three",), "c": ("four",), "unheard": ("five",)}
    assert np.allclose(style_ranks.style_points(clips, audio)["a"], [1, 0, 0])
    report = style_ranks.style_ranks(SimpleNamespace(embed_text=words.__getitem__), clips, audio, prompts=prompts)
    assert report["top_1"] == 0.5 and report["top_5"] == 1.0 and report["median_rank"] == 1.5
    assert (report["prompts"], report["styles"]) == (4, 3) and report["chance_1"] == pytest.approx(1 / 3, abs=1e-4)
    assert report["chance_5"] == 1.0 and report["styles_without_clips"] == 1 and report["styles_without_prompts"] == 1
    assert report["worst"][0] == {"style": "b", "top_5": 1.0, "mean_rank": 2.0, "taken_for": ["a"]}
    assert report["families"] == {"x": {"prompts": 3, "own": 1.0, "taken_for": {}}, "y": {"prompts": 1, "own": 1.0, "taken_for": {}}}


def test_a_collapse_ranks_last_and_one_style_is_no_choice() -> None:
    clips, audio = [clip(style=name) for name in "abcdefg"], np.ones((7, 2)) / np.sqrt(2)
    model = SimpleNamespace(embed_text=lambda text: unit(1, 0))
    report = style_ranks.style_ranks(model, clips, audio, prompts=dict.fromkeys("abcdefg", ("x",)))
    assert report["top_5"] == 0.0 and report["median_rank"] == 7 and report["chance_5"] == pytest.approx(5 / 7, abs=1e-4)
    assert style_ranks.style_ranks(model, clips[:1], audio[:1], prompts={"a": ("x",)}) == {}


def test_wordings_have_two_different_sides() -> None:
    assert opposites.pair("a [slow|fast] piece, [no|] drums") == ("a slow piece, no drums", "a fast piece, drums")
    assert {"tempo", "mode", "mood", "drums"} <= {opposite.kind for opposite in opposites.OPPOSITES}
    for opposite in opposites.OPPOSITES:
        pairs = [opposites.pair(wording) for wording in (*opposite.bare, *opposite.sentences)]
        assert len(set(pairs)) == len(pairs) >= 5 and opposite.sentences
        assert all(first != second and not set("[|]") & set(first + second) for first, second in pairs)


def test_share_counts_pairs_ties_by_half_and_groups() -> None:
    scores, labels = np.array([0.0, 1.0, 1.0, 2.0]), np.array([0, 0, 1, 1])
    assert opposites.share(scores, labels) == (0.875, 4)
    assert opposites.share(scores, labels, ["x", "y", "y", "x"]) == (0.75, 2)
    assert opposites.share(scores, labels, ["x", "x", "", ""])[1] == opposites.share(scores, labels, [""] * 4)[1] == 0


class Hearing:
    """Knows fast words from slow ones on one axis, and in sentences gets them the wrong way round."""

    fast = re.compile(r"fast|1[5-7]\d|presto|hurried|racing|breakneck|quick")

    def embed_text(self, text: str) -> np.ndarray:
        sentence = any(word in text for word in ("piano", "guitar", "dance", "strings", "melody", "instrumental"))
        return unit(1, (1 if self.fast.search(text) else -1) * (-1 if sentence else 1))


def test_opposites_are_summed_up_by_kind() -> None:
    clips = [clip(style=style, bpm=bpm) for style, bpm in (("a", 60), ("a", 150), ("b", 80), ("c", 160), ("c", 100))]
    audio = np.stack([unit(1, -1), unit(1, 1), unit(1, -0.5), unit(1, 0.5), unit(1, 9)])
    assert opposites.single(Hearing(), clips, audio) == {"tempo": 1.0}
    report = opposites.opposites(Hearing(), clips, audio)
    tempo = report["kinds"]["tempo"]
    assert list(report["kinds"]) == ["tempo"] and tempo["clips"] == [[2, 2]] and tempo["pairs_within_style"] == 1
    assert tempo["bare"] == 1.0 and tempo["sentences"] == 0.0 and tempo["worst"]["share"] == 0.0
    assert tempo["share"] == tempo["within_style"] == tempo["wordings_met"] == pytest.approx(8 / 14, abs=1e-4)
    assert report["asked"]["share"] == report["all"]["share"] == tempo["share"]
    json.dumps(report, allow_nan=False)
    assert opposites.opposites(Hearing(), clips[:1], audio[:1]) == {"kinds": {}} and opposites.single(Hearing(), [], audio) == {}


def test_without_pairs_of_one_style_the_figure_is_none() -> None:
    clips, audio = [clip(style="a", bpm=60), clip(style="b", bpm=150)], np.stack([unit(1, -1), unit(1, 1)])
    report = opposites.opposites(Hearing(), clips, audio)
    assert report["kinds"]["tempo"]["within_style"] is None and report["asked"]["within_style"] is None
