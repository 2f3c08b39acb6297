"""Clips decoded from true tokens, and with their levels written again."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("torch")

from conftest import tones
from libretto import Libretto
from libretto.cli import main
from libretto.corpus.shards.dataset import DatasetWriter
from libretto.errors import CorpusError, RequestError
from libretto.evaluate.written import compared, evaluate, repetition, written


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with DatasetWriter(folder, sample_rate=24_000) as writer:
        for number in range(3):
            writer.add(tones(2.0, seed=number), id=str(number), split="test", captions=["slow piano"], item=number)
    return folder


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


def test_repetition_needs_every_level():
    assert repetition(np.array([[1, 1, 1, 2, 2], [3, 3, 4, 4, 4]])) == 0.5


def test_a_clip_beside_itself_and_beside_others(model):
    clip = tones(2.0, seed=0)
    same = compared(model, clip, clip)
    assert same["similarity"] == pytest.approx(1, abs=1e-5) and same["mel"] == 0 and same["spectrum_db"] == 0
    assert same["movement"] == 1 and same["level_db"] == 0
    softer = compared(model, 0.1 * clip, clip)
    assert softer["level_db"] == pytest.approx(-20) and 0 < softer["spectrum_db"] <= 20.001 and softer["mel"] > 0.5
    still = compared(model, np.sin(np.arange(len(clip)) * 0.2).astype(np.float32), clip)
    assert still["movement"] < 0.5


def test_roads_keep_what_they_are_given(model):
    clip = tones(2.0, seed=0)
    semantic, acoustic = model.semantic.tokenize(clip)[None], model.codec.encode(clip)
    roads = {road: written(model, clip, semantic, acoustic, road=road, seed=1) for road in ("codec", "fine", "coarse_and_fine")}
    assert np.array_equal(roads["codec"], acoustic) and roads["fine"].shape == roads["coarse_and_fine"].shape == acoustic.shape
    assert np.array_equal(roads["fine"][:2], acoustic[:2]) and not np.array_equal(roads["fine"][2:], acoustic[2:])
    assert not np.array_equal(roads["coarse_and_fine"][:2], acoustic[:2])
    again = written(model, clip, semantic, acoustic, road="fine", seed=2)
    assert not np.array_equal(again, roads["fine"])


def test_the_command(data, tiny_weights, capsys):
    command = ["evaluate", "written", "--data", str(data), "--weights", str(tiny_weights), "--seconds", "1.5", "--limit", "2"]
    assert main(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["clips"] == 2 and list(report["codec"]) == ["repetition", "similarity", "mel", "spectrum_db", "movement", "level_db"]
    assert report["codec"]["repetition"]["mean"] == report["fine"]["repetition"]["mean"] == report["repetition_of_true_tokens"]
    assert report["codec"]["mel"]["error"] > 0


def test_refused(data, model):
    with pytest.raises(CorpusError, match="0 clips of 5 s"):
        evaluate(model, data=data, seconds=5.0)
    with pytest.raises(RequestError, match="at least 1"):
        evaluate(model, data=data, seconds=0.5)
