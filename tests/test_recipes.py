"""The whole road at the tiny preset: music in code, every part trained a few steps, tokens, stages, weights, music."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("numba")

from libretto import Libretto  # noqa: E402
from libretto.cli import main, parser  # noqa: E402
from libretto.corpus.shards.build import build  # noqa: E402
from libretto.errors import TrainingError, WeightsError  # noqa: E402
from libretto.export import export_parts, export_weights, load_stage, read_tables  # noqa: E402
from libretto.train import run as runner  # noqa: E402
from libretto.train.checkpoint import read_config  # noqa: E402
from libretto.train.run import Schedule, check_device, train_part  # noqa: E402
from libretto.train.tokenize import TokenStore  # noqa: E402
from libretto.weights import open_weights  # noqa: E402

CLIPS = 12
RECIPES = Path(__file__).parent.parent / "recipes"
STAND_IN = """#!{python}
import json, os, pathlib, shlex, sys
words = sys.argv[1:]
with open(os.environ["CALLS"], "a") as calls:
    calls.write(shlex.join(words) + "\\n")
if words[0] == "train":
    name = "-".join(words[1:3]) if words[1] == "stage" else words[1]
    folder = pathlib.Path(words[words.index("--runs") + 1], name, "checkpoint")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(dict(step=30)))
sys.exit(words[:2] == ["train", os.environ.get("BROKEN")])
"""
SETTINGS = {
    "codec-tokens": {"batch": 4, "crop_seconds": 1.0, "pool_seconds": 40.0},
    "codec": {"batch": 4, "adversarial_from": 2},
    "semantic": {"batch": 2, "crop_seconds": 2.0},
    "mulan": {"batch": 4},
    "stage": {"batch_seconds": 8.0, "held_out": 4},
}


def part(road, name, stage=None, *, steps=3, runs=None, **more):
    settings = {**SETTINGS.get(name, {}), **more.pop("settings", {})}
    return train_part(name, stage=stage, preset_name="tiny", data=road.data, runs=runs or road.runs, steps=steps, device="cpu",
                      settings=settings, **more)


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """Dataset, runs and exported weights."""
    home = tmp_path_factory.mktemp("road")
    road = SimpleNamespace(data=home / "data", runs=home / "runs", weights=home / "weights")
    build(road.data, hours=CLIPS * 6 / 3600, seconds=6.0, seed=3, styles=["house", "classical piano", "ambient"], fonts=[], workers=0,
          valid=0.2, test=0.1)
    for name in ("codec-tokens", "codec", "semantic", "mulan", "tokens"):
        part(road, name)
    for stage in ("semantic", "coarse", "fine"):
        part(road, "stage", stage)
    road.weights.mkdir()
    (road.weights / "CARD.md").write_text("a card\n")
    export_weights(road.runs, road.weights, preset_name="tiny")
    return road


@pytest.fixture
def copied(road, tmp_path):
    """The runs again, to be changed."""
    shutil.copytree(road.runs, tmp_path / "runs")
    return tmp_path / "runs"


def test_from_a_corpus_to_music(road):
    model = Libretto.load(road.weights)
    take = model.generate("calm ambient pads", seconds=2.3, seed=7)
    assert take.audio.samples.shape == (1, round(2.3 * 24_000)) and np.isfinite(take.audio.samples).all()
    again = Libretto.load(road.weights).generate("calm ambient pads", seconds=2.3, seed=7)
    other = model.generate("calm ambient pads", seconds=2.3, seed=7, take=1)
    assert again.audio.samples.tobytes() == take.audio.samples.tobytes()
    assert not np.array_equal(other.acoustic, take.acoustic)
    assert (road.weights / "CARD.md").read_text() == "a card\n"
    assert "sources.json" not in json.loads((road.weights / "manifest.json").read_text())["files"]


def test_the_weights_tokenize_as_the_stages_learned(road):
    model, store = Libretto.load(road.weights), TokenStore.open(road.runs / "tokens")
    from libretto.corpus.shards.dataset import Dataset

    dataset = Dataset.open(road.data)
    samples = dataset.audio(5)
    assert np.array_equal(model.codec.encode(samples), store.acoustic(5))
    assert np.array_equal(model.semantic.tokenize(samples), store.semantic(5))
    assert np.array_equal(model.mulan.tokenize_text(dataset.clips[5].captions[0]), store.style_text(5)[0])
    tables = open_weights(road.weights).tables
    assert all(np.array_equal(tables[name], value) for name, value in store.tables.items())


def test_tokens_are_the_same_for_any_number_of_workers_and_may_come_by_and_by(road, tmp_path):
    shutil.copytree(road.runs / "parts", tmp_path / "parts")
    part(road, "tokens", runs=tmp_path, threads=3, settings={"hours": 4 * 6 / 3600})
    assert len(TokenStore.open(tmp_path / "tokens")) == 4
    part(road, "tokens", runs=tmp_path, threads=2)
    assert len(TokenStore.open(tmp_path / "tokens")) == CLIPS
    for file in (road.runs / "tokens").iterdir():
        assert (tmp_path / "tokens" / file.name).read_bytes() == file.read_bytes()


def test_a_stage_goes_on_where_it_stopped_and_refuses_another_config(road, tmp_path, monkeypatch):
    shutil.copytree(road.runs / "tokens", tmp_path / "tokens")
    monkeypatch.setitem(runner.SCHEDULES, "stage-fine", Schedule(4, 0, 0.0, 0))
    part(road, "stage", "fine", steps=2, runs=tmp_path)
    out = part(road, "stage", "fine", steps=4, runs=tmp_path)
    shutil.copytree(out, tmp_path / "stopped")
    shutil.rmtree(out)
    part(road, "stage", "fine", steps=4, runs=tmp_path)
    for name in ("stage.safetensors", "config.json"):
        assert (out / "checkpoint" / name).read_bytes() == (tmp_path / "stopped" / "checkpoint" / name).read_bytes()
    assert "device" not in json.dumps(read_config(out))
    with pytest.raises(TrainingError, match="learning_rate"):
        part(road, "stage", "fine", runs=tmp_path, settings={"learning_rate": 1e-4})
    with pytest.raises(TrainingError, match="no setting 'brass'"):
        part(road, "stage", "fine", runs=tmp_path, settings={"brass": 1})


def test_what_is_missing_is_named_with_the_command_that_makes_it(road, tmp_path):
    for name, stage, before in (("codec", None, "codec-tokens"), ("tokens", None, "codec-tokens"), ("stage", "coarse", "tokens")):
        with pytest.raises(TrainingError, match=f"libretto train {before} --data"):
            part(road, name, stage, runs=tmp_path / "empty")
    with pytest.raises(TrainingError, match="libretto train codec --data"):
        export_weights(tmp_path / "empty", tmp_path / "weights", preset_name="tiny")
    assert not (tmp_path / "weights").exists()
    with pytest.raises(TrainingError, match="unknown part 'stages'; did you mean 'stage'"):
        part(road, "stages")
    with pytest.raises(TrainingError, match="expected stage and one of"):
        part(road, "mulan", "coarse")


def test_a_part_stopped_by_a_signal_does_not_count_as_done(road, tmp_path, monkeypatch):
    shutil.copytree(road.runs / "mulan", tmp_path / "mulan")
    monkeypatch.setattr(runner, "train", lambda recipe, **_: None)
    part(road, "mulan", runs=tmp_path)
    for more in ({}, {"minutes": 1.0}):
        with pytest.raises(KeyboardInterrupt, match="step 3 of 4"):
            part(road, "mulan", steps=4, runs=tmp_path, **more)
    part(road, "mulan", steps=4, runs=tmp_path, minutes=0.0)


def test_devices(road, monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    for name, words in (("cuda", "is not there"), ("cuda:1", "is not there"), ("gpu", "expected cpu, cuda")):
        with pytest.raises(TrainingError, match=words):
            check_device(name)
    command = ["train", "mulan", "--preset", "tiny", "--data", str(road.data), "--runs", str(road.runs), "--steps", "3"]
    assert main([*command, "--device", "cuda"]) == 2 and "--device cpu" in capsys.readouterr().err
    assert main([*command, "--device", "cpu", "--set", "batch=4"]) == 0 and "mulan: done" in capsys.readouterr().out


def test_runs_that_do_not_belong_together_are_not_exported(road, copied, tmp_path):
    with pytest.raises(TrainingError, match="preset 'tiny', not 'small'"):
        export_weights(copied, tmp_path / "weights", preset_name="small")
    with (copied / "semantic" / "tokens.safetensors").open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(TrainingError, match="semantic changed since"):
        part(road, "tokens", runs=copied)
    shutil.copytree(road.runs / "semantic", copied / "semantic", dirs_exist_ok=True)
    tables = read_tables(copied / "parts")
    tables["codec.codebooks"] = tables["codec.codebooks"][:, ::-1]
    with pytest.raises(TrainingError, match="trained on other codebooks"):
        load_stage(copied / "stage-fine", Libretto.load(road.weights).config, "fine", tables)
    shutil.copyfile(road.weights / "tables.safetensors", copied / "tokens" / "tables.safetensors")
    store = read_tables(copied / "tokens")
    from libretto.export import write_tables

    write_tables(copied / "tokens", {**store, "mulan.codebooks": store["mulan.codebooks"] + 1})
    with pytest.raises(WeightsError, match=r"another mulan\.codebooks"):
        export_weights(copied, tmp_path / "weights", preset_name="tiny")
    assert not (tmp_path / "weights").exists()


def test_parts_are_fitted_once(road, copied):
    before = (copied / "parts" / "tables.safetensors").stat().st_mtime_ns
    config = Libretto.load(road.weights).config
    assert export_parts(copied, copied / "parts", config=config, data=None) == copied / "parts"
    assert (copied / "parts" / "tables.safetensors").stat().st_mtime_ns == before
    shutil.rmtree(copied / "parts")
    with pytest.raises(TrainingError, match="libretto train tokens"):
        export_parts(copied, copied / "parts", config=config, data=None)


def recipe_calls(name, folder, *, broken=""):
    """The commands that a recipe gives, in order, when a stand-in for ``libretto`` notes them; and its exit code."""
    (folder / "bin").mkdir(exist_ok=True)
    stand_in, calls = folder / "bin" / "libretto", folder / "calls"
    stand_in.write_text(STAND_IN.format(python=sys.executable))
    stand_in.chmod(0o755)
    calls.unlink(missing_ok=True)
    environment = {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "CALLS": str(calls), "BROKEN": broken}
    done = subprocess.run(["bash", RECIPES / name, folder / "runs"], env=environment, capture_output=True, text=True, timeout=120)
    assert broken or not done.stderr, done.stderr
    return [shlex.split(line) for line in calls.read_text().splitlines()], done.returncode


@pytest.mark.skipif(shutil.which("bash") is None, reason="the recipes are bash")
@pytest.mark.parametrize("name", ["tiny_cpu.sh", "small_cpu.sh", "small_1gpu.sh"])
def test_recipe_scripts(name, tmp_path):
    calls, code = recipe_calls(name, tmp_path)
    assert code == 0
    for call in calls:
        parser().parse_args(call)
    order = ["-".join(call[1:3]) if call[1] == "stage" else call[1] if call[0] == "train" else call[0] for call in calls]
    for later, before in (("codec", "codec-tokens"), ("tokens", "codec-tokens"), ("tokens", "semantic"), ("tokens", "mulan"),
                          ("stage-coarse", "tokens"), ("export", "stage-semantic"), ("export", "stage-fine"), ("export", "codec")):
        assert max(at for at, what in enumerate(order) if what == before) < order.index(later), (later, before, order)
    again, _ = recipe_calls(name, tmp_path)
    assert not any(call[0] in ("train", "corpus") for call in again)


@pytest.mark.skipif(shutil.which("bash") is None, reason="the recipes are bash")
def test_the_recipe_onto_the_bundled_model(tmp_path):
    calls, code = recipe_calls("onto_bundled.sh", tmp_path)
    assert code == 0
    for call in calls:
        parser().parse_args(call)
    order = [" ".join(call[:3]) if call[0] == "train" else call[0] for call in calls]
    assert order[0] == "corpus" and order[1].startswith("train mulan") and order[2] == "train tokens --weights"
    assert sorted(order[3:5]) == ["train stage coarse", "train stage semantic"] and order[5] == "train stage fine"
    assert order[6] == "export" and "--weights" in calls[6] and all("start=bundled" in calls[place] for place in (1, 3, 4, 5))
    again, _ = recipe_calls("onto_bundled.sh", tmp_path)
    assert not any(call[0] in ("train", "corpus") for call in again)


@pytest.mark.skipif(shutil.which("bash") is None, reason="the recipes are bash")
def test_a_recipe_ends_where_a_step_fails(tmp_path):
    calls, code = recipe_calls("small_cpu.sh", tmp_path, broken="semantic")
    assert code != 0 and not any(call[1] in ("mulan", "tokens") for call in calls)
    assert not (tmp_path / "runs" / ".done" / "semantic").exists()


def test_a_tiny_folder_for_other_tests(tiny_weights: Path):
    take = Libretto.load(tiny_weights).generate("slow sad piano", seconds=1.0, seed=1)
    assert take.audio.samples.shape == (1, 24_000) and take.audio.peak > 0
