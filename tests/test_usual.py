"""The usual tempo and chords of a style, as training clips near it have them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from libretto import usual
from libretto.chords import written
from libretto.config import preset
from libretto.controls import MOODS, PACES, TRAITS, bar_of, bpm_of, key, steady_clock, trait
from libretto.train.tokenize import ClipTokens, TokenStore, TokenWriter

TINY = preset("tiny")


def test_clocks_tell_their_tempo_and_bar():
    for bpm, beats in ((60.0, 3), (128.0, 4), (93.0, 2), (200.0, 7)):
        clock = steady_clock(bpm, beats, frames=200, rate=25)
        assert bpm_of(clock) == pytest.approx(bpm, rel=0.03) and bar_of(clock) == beats
    blank = np.full((3, 50), PACES)
    assert bpm_of(blank) is None and bar_of(blank) is None


def test_styles_keep_the_tempi_of_their_clips(tmp_path):
    rng = np.random.default_rng(0)
    books = rng.standard_normal((3, 16, 16)).astype(np.float32)
    books /= np.linalg.norm(books, axis=2, keepdims=True) * np.array([1, 10, 100])[:, None, None]  # as residuals are
    tables = {"codec.codebooks": rng.standard_normal((4, 32, 8)).astype(np.float32),
              "semantic.centroids": rng.standard_normal((32, 16)).astype(np.float32), "mulan.codebooks": books}
    slow, fast = np.array([1, 2, 3]), np.array([9, 8, 7])
    writer = TokenWriter(tmp_path, TINY, tables=tables)
    for number in range(34):
        style, bpm, beats = (slow, rng.uniform(60, 80), 3) if number % 2 else (fast, rng.uniform(150, 170), 4)
        clock = np.full((3, 250), PACES) if number == 0 else steady_clock(bpm, beats, frames=250, rate=25)
        tonic, text = number % 12, ("Am G", "Am D", "Am F")[number % 3] if number % 2 else ("C F", "F C G C")[number % 4 // 2]
        mode = "minor" if number % 2 else "major"
        root = (tonic - 9) % 12 if number % 2 else tonic
        track = written(text).track(tonic=root, bar_seconds=beats * 60 / bpm, start=0.0, frames=250, rate=25)
        controls = {"clock": clock, "key": key([(0.0, tonic, mode)], frames=250, rate=25), "chord": track, "tune": np.full((2, 250), 13),
                    **{name: trait(name, "", frames=250) for name in TRAITS},
                    "mood": trait("mood", "sad" if number % 4 < 2 else "happy", frames=250)}
        tokens = rng.integers(0, 32, 250), rng.integers(0, 32, (4, 500))
        split = "train" if number < 32 else "test"
        writer.add(ClipTokens(str(number), split, *tokens, style[None], style[None], controls))
    writer.close(complete=True)
    fitted = usual.fit(TokenStore.open(tmp_path)) | {"mulan.codebooks": books}
    drawn = [[usual.usual_time(fitted, style, seed=seed) for seed in range(20)] for style in (slow, fast)]
    assert {found.beats for found in drawn[0]} == {3} and {found.beats for found in drawn[1]} == {4}
    assert all(58 < found.bpm < 83 for found in drawn[0]) and all(145 < found.bpm < 175 for found in drawn[1])
    assert len({found.bpm for found in drawn[0]}) > 3 and drawn[0][3] == usual.usual_time(fitted, slow, seed=3)
    for name in ("sad", "happy"):
        own = [60 < found.bpm < 80 and found.bpm in np.round(fitted[usual.TEMPI][fitted[usual.MOODS_OF] == MOODS.index(name)], 1)
               for found in (usual.usual_time(fitted, slow, seed=seed, mood=MOODS.index(name)) for seed in range(9))]
        assert all(own), name
    assert usual.usual_time(fitted, np.full(3, TINY.mulan.tokens.blank), seed=0) is None  # nothing is said
    assert usual.usual_time({"mulan.codebooks": books}, slow, seed=0) is None
    chords = [[usual.usual_chords(fitted, style, mode=None, seed=seed) for seed in range(20)] for style in (slow, fast)]
    assert {each.mode for each in chords[0]} == {"minor"} and {each.mode for each in chords[1]} == {"major"}
    roots = [{tuple(np.unique(each.chords[0] // 3).tolist()) for each in some} for some in chords]
    assert roots == [{(0, 10), (0, 5), (0, 8)}, {(0, 5), (0, 5, 7)}]  # i bVII, i IV, i bVI; I IV, IV I V I, whatever the clips' keys
    assert all(each.begins_at_home and each.bars in (1, 2, 4) for some in chords for each in some)
    major = usual.usual_chords(fitted, slow, mode="lydian", seed=0)  # the slow style has none: of the other, as bright
    assert major.mode == "lydian" and set((major.chords[0] // 3).tolist()) <= {0, 5, 7}
    assert usual.usual_chords(fitted, np.full(3, TINY.mulan.tokens.blank), mode=None, seed=0) is None


def test_only_weights_with_a_clock_have_a_prior(tmp_path):
    pytest.importorskip("torch")
    from libretto.export import usual_tables

    assert usual_tables(tmp_path, dataclasses.replace(TINY, controls=("key",))) == {}
