"""The usual tempo of a style, from the tokens of training clips."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from libretto import tempo_prior
from libretto.config import preset
from libretto.controls import PACES, bar_of, bpm_of, steady_clock
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
    tables = {"codec.codebooks": rng.standard_normal((4, 32, 8)).astype(np.float32),
              "semantic.centroids": rng.standard_normal((32, 16)).astype(np.float32), "mulan.codebooks": books}
    slow, fast = np.array([1, 2, 3]), np.array([9, 8, 7])
    writer = TokenWriter(tmp_path, TINY, tables=tables)
    blank = {"key": np.full((2, 100), 12), "tune": np.full((2, 100), 13)}
    for number in range(34):
        style, bpm, beats = (slow, rng.uniform(60, 80), 3) if number % 2 else (fast, rng.uniform(150, 170), 4)
        clock = np.full((3, 100), PACES) if number == 0 else steady_clock(bpm, beats, frames=100, rate=25)
        tokens = rng.integers(0, 32, 100), rng.integers(0, 32, (4, 200))
        split = "train" if number < 32 else "test"
        writer.add(ClipTokens(str(number), split, *tokens, style[None], style[None], {"clock": clock, **blank}))
    writer.close(complete=True)
    fitted = tempo_prior.fit(TokenStore.open(tmp_path)) | {"mulan.codebooks": books}
    drawn = [[tempo_prior.usual(fitted, style, seed=seed) for seed in range(20)] for style in (slow, fast)]
    assert {found.beats for found in drawn[0]} == {3} and {found.beats for found in drawn[1]} == {4}
    assert all(58 < found.bpm < 83 for found in drawn[0]) and all(145 < found.bpm < 175 for found in drawn[1])
    assert len({found.bpm for found in drawn[0]}) > 5 and drawn[0][3] == tempo_prior.usual(fitted, slow, seed=3)
    assert tempo_prior.usual(fitted, np.full(3, TINY.mulan.tokens.blank), seed=0) is None  # nothing is said
    assert tempo_prior.usual({"mulan.codebooks": books}, slow, seed=0) is None


def test_only_weights_with_a_clock_have_a_prior(tmp_path):
    pytest.importorskip("torch")
    from libretto.export import usual_tempi

    assert usual_tempi(tmp_path, dataclasses.replace(TINY, controls=("key",))) == {}
