"""Sets of clips set against one another: reading, levels, halves, and the command."""

from __future__ import annotations

import json

import numpy as np
import pytest

from conftest import tones
from libretto import Libretto, Waveform
from libretto.corpus.shards.dataset import DatasetWriter
from libretto.errors import AudioError, CorpusError, RequestError
from libretto.evaluate.clip_sets import LUFS, ClipSet, evenly, levelled


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Twelve clips of 1.5 s of six pieces, and a short one."""
    folder = tmp_path_factory.mktemp("held")
    with DatasetWriter(folder, sample_rate=24_000) as writer:
        for number in range(12):
            clip = tones(1.5, seed=number)
            writer.add(clip, id=str(number), split="test" if number < 8 else "valid", captions=["piano"], item=number // 2)
        writer.add(tones(0.5), id="short", split="test", captions=["piano"], item=9)
    return folder


@pytest.fixture(scope="module")
def takes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("takes")
    for number in range(6):
        Waveform(tones(2.0, seed=100 + number), 24_000).save(folder / f"{number}.wav")
    Waveform(tones(0.5, seed=0), 24_000).save(folder / "short.wav")
    (folder / "notes.txt").write_text("no sound")
    return folder


class TestSets:
    def test_a_dataset_and_a_folder(self, dataset, takes):
        held = ClipSet.open(dataset, seconds=1.5)
        assert len(held) == 12 and held.too_short == 1 and len(ClipSet.open(dataset, seconds=1.0, split="test", limit=5)) == 5
        assert np.allclose(next(iter(held)).samples[0], tones(1.5, seed=0), atol=1e-4)
        made = ClipSet.open(takes, seconds=1.0)
        assert len(made) == 6 and made.too_short == 1 and {clip.seconds for clip in made} == {1.0}

    def test_halves_part_no_piece(self, dataset):
        first, second = ClipSet.open(dataset, seconds=1.0).halves()
        groups = [{clip.group for clip in half.clips} for half in (first, second)]
        assert not groups[0] & groups[1] and len(first) + len(second) == 12 and len(second) == 6

    def test_levels(self):
        loud, silent = levelled(Waveform(tones(3.0), 24_000))
        assert loud.loudness() == pytest.approx(LUFS, abs=0.1) and not silent
        assert levelled(Waveform(np.zeros(24_000, np.float32), 24_000))[1]

    def test_evenly(self):
        assert evenly([1, 2, 3, 4], 2) == [1, 3] and evenly([1, 2], None) == [1, 2] and evenly([1], 3) == [1]

    def test_refused(self, dataset, takes, tmp_path):
        with pytest.raises(CorpusError, match="holds 0 clips of split 'train'"):
            ClipSet.open(dataset, seconds=1.0, split="train")
        with pytest.raises(CorpusError, match=r"0 sound files .* of 60 s or more, expected at least 2; 7 are there"):
            ClipSet.open(takes, seconds=60.0)
        (tmp_path / "broken.wav").write_bytes(b"RIFF")
        with pytest.raises(AudioError, match="not readable audio"):
            ClipSet.open(tmp_path, seconds=1.0)
        with pytest.raises(CorpusError, match="expected at least 4 pieces"):
            ClipSet.open(dataset, seconds=1.0, limit=2).halves()


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


class Half:
    """A classifier of two classes that hears how loud the first half of a clip is."""

    def classes(self, audio):
        share = float(np.square(audio.samples[0][: audio.samples.shape[1] // 2]).sum() / np.square(audio.samples).sum())
        return np.array([share, 1 - share])


class TestFigures:
    def test_a_set_against_itself(self, model, dataset):
        from libretto.evaluate.distance import evaluate

        report = evaluate(model, generated=dataset, reference=dataset, seconds=1.0, judge=Half())
        assert report["fad"] == pytest.approx(0, abs=1e-6) and report["kad"] < 0
        assert report["neighbours"]["coverage"] == 1 and report["neighbours"]["nearest_ratio"] == pytest.approx(0, abs=1e-3)
        assert report["kld_of_mean_classes"] == pytest.approx(0, abs=1e-9)
        assert report["reference"]["windows"] == report["generated"]["windows"] == 12
        with pytest.raises(RequestError, match="seconds is 0"):
            evaluate(model, generated=dataset, reference=dataset, seconds=0)

    def test_silence_is_counted(self, model, dataset, tmp_path):
        from libretto.evaluate.distance import evaluate

        for number in range(2):
            Waveform(np.zeros(24_000, np.float32), 24_000).save(tmp_path / f"{number}.wav")
        assert evaluate(model, generated=tmp_path, reference=dataset, seconds=1.0)["generated"]["silent"] == 2

    def test_the_command(self, dataset, takes, tiny_weights, tmp_path, capsys):
        from libretto import __version__
        from libretto.cli import main

        output = tmp_path / "r.json"
        command = ["evaluate", "distance", "--generated", str(takes), "--reference", str(dataset), "--split", "test", "--seconds", "1",
                   "--limit", "7", "--codec", "--weights", str(tiny_weights), "-o", str(output)]
        assert main(command) == 0
        report = json.loads(capsys.readouterr().out)
        assert report == json.loads(output.read_text())
        assert report["libretto"] == __version__ and report["embedder"].startswith("ours") and report["lufs"] == LUFS
        assert report["reference"]["clips"] == 7 and report["generated"]["clips"] == 6 and report["generated"]["sample_rates"] == [24_000]
        assert report["fad"] > 0 and set(report["neighbours"]) == {"coverage", "density", "nearest_ratio", "diversity_ratio"}
        codec = report["codec"]
        assert codec["clips_each"] == 3 and codec["reference_clips"] == 4
        assert codec["fad_ratio"] == pytest.approx(codec["fad_generated"] / codec["fad_resynthesised"])
        assert codec["passed"] == (codec["fad_ratio"] <= codec["bar"])

    def test_the_command_refuses(self, dataset, takes, tiny_weights, capsys):
        from libretto.cli import main

        both = ["--reference", str(dataset), "--weights", str(tiny_weights)]
        assert main(["evaluate", "distance", "--generated", "none", *both]) == 2
        assert "--generated none is no folder; expected a folder of sound files" in capsys.readouterr().err
        assert main(["evaluate", "distance", "--generated", str(takes), *both, "--embedder", "clap"]) == 2
        assert "embedder clap needs weights" in capsys.readouterr().err
