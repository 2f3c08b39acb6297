"""Stages trained on the tokens of a finished model take their place in it."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

pytest.importorskip("torch")

from conftest import tones
from libretto import Libretto, presets
from libretto.adopt import adopt_parts, export_onto, mixed, words_of_traits
from libretto.cli import main
from libretto.config import preset
from libretto.corpus.shards.dataset import DatasetWriter
from libretto.errors import TrainingError, WeightsError
from libretto.export import load_stage
from libretto.train import build
from libretto.train.tokenize import TokenStore
from libretto.weights import open_weights


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with DatasetWriter(folder, sample_rate=24_000) as writer:
        for number in range(8):
            split = "train" if number < 5 else "valid" if number < 7 else "test"
            writer.add(tones(4.5, seed=number), id=str(number), split=split, captions=["slow piano"], item=number,
                       sheet={"style": "house", "family": "electronic", "bpm": 120.0, "key": "C", "mode": "major", "metre": "4/4",
                              "drums": "live drums"})
    return folder


@pytest.fixture(scope="module")
def runs(data, tiny_weights, tmp_path_factory):
    """A coarse stage trained for two steps on the tiny model's own tokens, from the command line."""
    folder = tmp_path_factory.mktemp("runs")
    common = ["--data", str(data), "--runs", str(folder), "--preset", "tiny"]
    assert main(["train", "tokens", "--weights", str(tiny_weights), *common]) == 0
    assert main(["train", "tokens", *common, "--threads", "2", "--set", "workers=1"]) == 0  # once adopted, the parts are those of the runs
    assert main(["train", "stage", "coarse", *common, "--steps", "2", "--set", "batch_seconds=4.0"]) == 0
    return folder


def test_tokens_are_those_the_model_itself_makes(runs, data, tiny_weights):
    model, store = Libretto.load(tiny_weights), TokenStore.open(runs / "tokens")
    samples = tones(4.5, seed=0)
    assert np.array_equal(store.acoustic(0), model.codec.encode(samples))
    assert np.array_equal(store.semantic(0), model.semantic.tokenize(samples))
    assert np.array_equal(store.style_text(0)[0], model.mulan.tokenize_text("slow piano"))
    assert not list((runs / "parts").glob("stage_*"))


def test_the_trained_stage_is_replaced_and_nothing_else(runs, tiny_weights, tmp_path):
    assert main(["export", "--runs", str(runs), "--weights", str(tiny_weights), "--preset", "tiny", "-o", str(tmp_path / "new")]) == 0
    digests = [json.loads((folder / "manifest.json").read_text())["files"] for folder in (tiny_weights, tmp_path / "new")]
    changed = {name for name in digests[0] if digests[0][name] != digests[1][name]}
    assert changed == {"stage_coarse.onnx", "tables.safetensors"} and digests[0].keys() == digests[1].keys()
    old, new = (Libretto.load(folder).generate("slow piano", seconds=1.0, seed=1) for folder in (tiny_weights, tmp_path / "new"))
    assert np.array_equal(old.semantic, new.semantic) and not np.array_equal(old.acoustic, new.acoustic)
    assert open_weights(tmp_path / "new").tables["stage_coarse.patience"].shape == (2,)


def test_traits_that_stages_take_on_come_with_their_words(data, tiny_weights):
    asked = preset("tiny")
    base = dataclasses.replace(asked, controls=("clock", "mood"), coarse_controls=("clock",))
    told = words_of_traits(base, asked, tiny_weights / "vocabulary.txt", data)
    assert set(told) == {"mulan.drums"}  # nobody knows who leads in these clips
    assert words_of_traits(asked, asked, tiny_weights / "vocabulary.txt", data) == {}


def test_a_mulan_that_learned_on_comes_with_the_stages_that_hear_it(data, tiny_weights, tmp_path):
    common = ["--data", str(data), "--runs", str(tmp_path / "runs"), "--preset", "tiny"]
    assert main(["train", "mulan", *common, "--steps", "2", "--set", f"start={tiny_weights}", "batch=4"]) == 0
    assert main(["train", "tokens", "--weights", str(tiny_weights), *common]) == 0
    old, store = open_weights(tiny_weights), TokenStore.open(tmp_path / "runs" / "tokens")
    assert store.tables["mulan.codebooks"].shape == old.tables["mulan.codebooks"].shape
    assert not np.array_equal(store.tables["mulan.codebooks"], old.tables["mulan.codebooks"])
    export = ["export", "--runs", str(tmp_path / "runs"), "--weights", str(tiny_weights), "--preset", "tiny", "-o", str(tmp_path / "new")]
    assert main(["train", "stage", "coarse", *common, "--steps", "1", "--set", "batch_seconds=4.0", f"start={tiny_weights}"]) == 0
    assert main(export) == 2  # the semantic stage knows the old styles alone
    assert main(["train", "stage", "semantic", *common, "--steps", "1", "--set", "batch_seconds=4.0", f"start={tiny_weights}"]) == 0
    assert main(export) == 0
    model = Libretto.load(tmp_path / "new")
    assert np.array_equal(store.style_text(0)[0], model.mulan.tokenize_text("slow piano"))
    assert np.array_equal(store.semantic(0), model.semantic.tokenize(tones(4.5, seed=0)))
    assert model.generate("slow piano", seconds=1.0, seed=1).audio.seconds == 1.0


def test_a_text_tower_that_learned_alone_needs_no_stage(data, tiny_weights, tmp_path):
    """The styles of sounds stay bit for bit, so stages that hear them stay too; from the command line."""
    common = ["--data", str(data), "--runs", str(tmp_path / "runs"), "--preset", "tiny"]
    alone = ["--steps", "2", "--set", f"start={tiny_weights}", "batch=4", "fixed_audio=true", "text_rate=0.01"]
    assert main(["train", "mulan", *common, *alone]) == 0
    assert main(["train", "tokens", "--weights", str(tiny_weights), *common]) == 0
    export = ["export", "--runs", str(tmp_path / "runs"), "--weights", str(tiny_weights), "--preset", "tiny", "-o", str(tmp_path / "new")]
    assert main(export) == 0
    files = [json.loads((folder / "manifest.json").read_text())["files"] for folder in (tiny_weights, tmp_path / "new")]
    changed = {name for name in files[0] if files[0][name] != files[1][name]}
    assert {"mulan_text.onnx"} <= changed <= {"mulan_text.onnx", "vocabulary.txt", "tables.safetensors"}
    old, new = Libretto.load(tiny_weights), Libretto.load(tmp_path / "new")
    assert np.array_equal(old.mulan.codebooks, new.mulan.codebooks)
    assert not np.array_equal(old.embed("slow piano"), new.embed("slow piano"))
    assert new.generate("slow piano", seconds=1.0, seed=1).audio.seconds == 1.0
    with pytest.raises(TrainingError, match="start=bundled"):
        build("mulan", open_weights(tiny_weights).config, data=data, seed=0, fixed_audio=True)


def test_what_does_not_belong_together_is_refused(runs, tiny_weights, tmp_path, monkeypatch):
    weights = open_weights(tiny_weights)
    with pytest.raises(TrainingError, match="preset 'tiny'"):
        adopt_parts(weights, tmp_path / "parts", config=preset("small"))
    (tmp_path / "parts").mkdir()
    with pytest.raises(TrainingError, match="other tokenizers"):
        adopt_parts(weights, tmp_path / "parts", config=weights.config)
    with pytest.raises(TrainingError, match="no trained stage"):
        export_onto(weights, tmp_path, tmp_path / "out", preset_name="tiny")
    other = dataclasses.replace(weights, tables=weights.tables | {"codec.codebooks": weights.tables["codec.codebooks"] + 1})
    with pytest.raises(WeightsError, match="tokenize again"):
        export_onto(other, runs, tmp_path / "out", preset_name="tiny")
    parallel = dataclasses.replace(preset("tiny"), name="other", patterns={"coarse": "parallel"})
    monkeypatch.setitem(presets.PRESETS, "other", lambda: parallel)
    with pytest.raises(TrainingError, match="not of preset 'other'"):
        export_onto(weights, runs, tmp_path / "out", preset_name="other")
    assert not (tmp_path / "out").exists()


def test_a_mixed_family_keeps_what_was_not_trained():
    base = preset("tiny")
    patterns = {"coarse": "parallel", "fine": "parallel"}
    asked = dataclasses.replace(base, patterns=patterns, temperatures={**base.temperatures, "coarse": 0.5})
    config = mixed(base, asked, ["coarse"])
    assert [config.stage(name).pattern for name in ("semantic", "coarse", "fine")] == ["delay", "parallel", "delay"]
    assert config.temperatures["coarse"] == 0.5 and mixed(config, base, ["coarse"]).stage("coarse") == base.stage("coarse")
    with pytest.raises(WeightsError, match="alignment"):
        mixed(base, dataclasses.replace(base, alignment="prefix", controls=()), ["fine"])


def test_a_stage_learns_on_from_a_shipped_one(runs, tiny_weights, tmp_path):
    """In either pattern: the shapes are the same, only what is told differs."""
    weights = open_weights(tiny_weights)
    for pattern in ("delay", "parallel"):
        config = dataclasses.replace(weights.config, patterns={"coarse": pattern})
        recipe = build("stage", config, data=runs / "tokens", seed=0, stage="coarse", batch_seconds=4.0, start=str(tiny_weights))
        plain = build("stage", config, data=runs / "tokens", seed=0, stage="coarse", batch_seconds=4.0)
        query, reference = recipe.model.query.weight, plain.model.query.weight
        assert float(query.detach().std()) > 0.1 and not reference.any()  # untrained, it is zero; the tiny model's is not
        assert recipe.config != plain.config and np.isfinite(recipe.step(recipe.batch(0), 0, 1.0)["loss"])
    assert load_stage(runs / "stage-coarse", weights.config, "coarse", weights.tables)  # runs of before still load
    other = dataclasses.replace(config, transformers=dict.fromkeys(config.transformers, preset("small").transformers["coarse"]))
    with pytest.raises(TrainingError, match="in transformer"):
        build("stage", other, data=runs / "tokens", seed=0, stage="coarse", start=str(tiny_weights))
