"""Datasets at scale: killed builds, reports, stereo, tar files and clusters."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from libretto.cli import main
from libretto.corpus.score import Sheet
from libretto.corpus.shards.build import build
from libretto.corpus.shards.dataset import Dataset, DatasetWriter
from libretto.corpus.shards.report import survey
from libretto.corpus.shards.tar import export_tar
from libretto.corpus.shards.workers import make
from libretto.corpus.sources.source import SAMPLE_RATE, Piece, fit
from libretto.errors import CorpusError
from test_dataset import Tones, contents

HERE = Path(__file__).parent


class Stereo(Tones):
    """The tones left, their opposite at half the level right."""

    channels = 2

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        return [
            Piece(piece.id, np.stack([piece.samples, -0.5 * piece.samples]), piece.captions, piece.sheet)
            for piece in super().make(item, seconds=seconds, captions=captions)
        ]


class Slow(Tones):
    """Tones that take their time, so that a build can be killed in the middle."""

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        time.sleep(0.02)
        return super().make(item, seconds=seconds, captions=captions)


@pytest.fixture
def tones(tmp_path: Path) -> Dataset:
    build(tmp_path / "tones", hours=12 / 3600, seconds=1.0, workers=0, source=Tones(), valid=0.1, test=0.1)
    return Dataset.open(tmp_path / "tones")


# killed


@pytest.mark.parametrize("workers", [0, 2])
def test_kill_9_in_the_middle_leaves_no_trace(tmp_path: Path, workers: int) -> None:
    """The process dies for real, wherever it is; the next one ends with the bytes of a build that was left alone."""
    call = f"build({str(tmp_path / 'a')!r}, hours=60 / 3600, seconds=1.0, workers={workers}, source=Slow(pieces=2))"
    paths = [str(HERE), *filter(None, sys.path)]
    code = f"import sys; sys.path[:0] = {paths!r}\nfrom test_shards import Slow, build\n{call}"
    journal = tmp_path / "a" / "journal.jsonl"
    for lines in (6, 30):
        running = subprocess.Popen([sys.executable, "-c", code])
        deadline = time.monotonic() + 60
        while running.poll() is None and time.monotonic() < deadline:
            if journal.exists() and journal.read_bytes().count(b"\n") > lines:
                break
            time.sleep(0.005)
        assert running.poll() is None, "it was still at work"
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        assert journal.exists() and not (tmp_path / "a" / "index.jsonl").exists()
    source = Slow(pieces=2)
    report = build(tmp_path / "a", hours=60 / 3600, seconds=1.0, workers=0, source=source)
    assert 0 < report.run.made < 60 == report.clips
    build(tmp_path / "b", hours=60 / 3600, seconds=1.0, workers=0, source=Tones(pieces=2))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["audio-00000.i16", "index.jsonl", "report.json"]


def test_audio_that_never_reached_the_disk_is_made_again(tmp_path: Path) -> None:
    """A machine that dies may keep a line of the journal and lose the audio, or keep audio of shards no line speaks of."""
    settings = {"sample_rate": 100, "shard_bytes": 500}
    with pytest.raises(KeyError), DatasetWriter(tmp_path, **settings) as writer:
        for item in range(4):
            writer.add(np.full(100, item, np.int16), id=str(item), split="train", captions=[], item=item)
        raise KeyError
    os.truncate(tmp_path / "audio-00001.i16", 250)
    (tmp_path / "audio-00007.i16").write_bytes(b"stale")
    with DatasetWriter(tmp_path, **settings) as writer:
        assert (writer.last_item, writer.samples) == (1, 200), "items 3 (lost) and 2 (perhaps unfinished) come again"
        for item in range(2, 4):
            writer.add(np.full(100, item, np.int16), id=str(item), split="train", captions=[], item=item)
    data = Dataset.open(tmp_path)
    assert [int(data.frames(index)[0, 0]) for index in range(4)] == [0, 1, 2, 3]
    assert not (tmp_path / "audio-00007.i16").exists()


def test_readers_see_a_build_that_runs(tmp_path: Path) -> None:
    with DatasetWriter(tmp_path, sample_rate=100) as writer:
        writer.add(np.ones(10, np.int16), id="a", split="train", captions=[])
        with pytest.raises(CorpusError, match="no index"):
            Dataset.open(tmp_path)
        writer.flush()
        writer.add(np.ones(10, np.int16), id="b", split="train", captions=[])
        assert [clip.id for clip in Dataset.open(tmp_path).clips] == ["a"]
    assert [clip.id for clip in Dataset.open(tmp_path).clips] == ["a", "b"]


# reports


def test_the_report_is_measured_from_the_files(tmp_path: Path) -> None:
    rate, loud = 1000, np.tile(np.array([16384, -16384], np.int16), 1000)
    half = np.concatenate([loud[:1000], np.zeros(1000, np.int16)])
    high = np.concatenate([loud[:1990], np.full(10, 32767, np.int16)])
    with DatasetWriter(tmp_path, sample_rate=rate) as writer:
        for number, samples in enumerate((loud, half, high, loud + np.int16(164))):
            sheet = {"style": "house" if number else "rock", "mood": "" if number == 3 else "calm"}
            writer.add(samples, id=str(number), split="train", captions=["a", "b"], sheet=sheet, item=number)
    found = survey(Dataset.open(tmp_path))
    assert (found.clips, found.captions, found.sample_rate) == (4, 8, rate)
    assert found.styles == {"house": 3, "rock": 1} and found.moods == {"calm": 3}
    assert found.peak == pytest.approx(1.0, abs=1e-4) and found.full_scale == 10
    assert found.silence == pytest.approx(0.125) and found.quiet == 1
    assert found.offset == pytest.approx(max(164, 10 * 32767 / 2000) / 32768, rel=1e-3)


@pytest.mark.parametrize(("hushed", "kept"), [(0.1, 1), (0.2, 0)])
def test_clips_with_too_much_silence_are_left_out(hushed: float, kept: int) -> None:
    class Pausing(Tones):
        def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
            (piece,) = super().make(item, seconds=seconds, captions=captions)
            piece.samples[: round(hushed * len(piece.samples))] = 0.0
            return [piece]

    made = make(Pausing(pieces=1), 0, 2.0, 1)
    assert (len(made.clips), made.silent, made.error) == (kept, 1 - kept, "")


def test_the_report_is_kept_and_remembers_its_runs(tmp_path: Path) -> None:
    source = Tones(pieces=1, bad=(1,), silent=(2,))
    for clips in (3, 6, 6):
        build(tmp_path / "a", hours=clips / 3600, seconds=1.0, workers=0, source=source)
    facts = json.loads((tmp_path / "a" / "report.json").read_text())
    assert facts["folder"]["clips"] == 6 and facts["folder"]["splits"]["train"] >= 4
    assert [(run["first_item"], run["made"], run["silent"], run["finished"]) for run in facts["runs"]] == [
        (0, 3, 1, True), (5, 3, 0, True),
    ], "a call with nothing to do leaves no run"  # fmt: skip
    assert "broken item" in facts["runs"][0]["skipped"][0] and facts["runs"][0]["rate"] > 0
    assert facts["settings"]["source"] == "tones" and "numpy" in facts["made_with"]
    (tmp_path / "a" / "report.json").write_text("torn {")
    build(tmp_path / "a", hours=7 / 3600, seconds=1.0, workers=0, source=source)
    assert json.loads((tmp_path / "a" / "report.json").read_text())["runs"][0]["first_item"] == 8


# the format


def test_the_format_is_as_its_page_says(tmp_path: Path) -> None:
    """The reader printed in docs/dataset.md, which knows nothing of libretto, reads what is written."""
    page = HERE.parent / "docs" / "dataset.md"
    if not page.is_file():
        pytest.skip("the documents are not beside the tests")
    text = page.read_text(encoding="utf-8")
    space: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], space)
    for name, source in (("one", Tones(pieces=2)), ("two", Stereo())):
        build(tmp_path / name, hours=4 / 3600, seconds=1.0, workers=0, source=source)
        data, read = Dataset.open(tmp_path / name), list(space["read"](tmp_path / name))
        assert len(read) == 4
        for index, (clip, frames) in enumerate(read):
            assert set(clip) == set(asdict(data.clips[index])) and all(f"`{key}`" in text for key in clip)
            assert np.array_equal(frames * 32768, data.frames(index))
    assert all(f"`{field.name}`" in text for field in fields(Sheet)), "every field of the sheet is explained"
    assert all(f"`{key}`" in text for key in json.loads((tmp_path / "two" / "index.jsonl").read_text().split("\n")[0]))


# stereo


def test_stereo(tmp_path: Path) -> None:
    build(tmp_path / "one", hours=3 / 3600, seconds=1.0, workers=0, source=Tones())
    build(tmp_path / "two", hours=3 / 3600, seconds=1.0, workers=2, source=Stereo())
    one, two = Dataset.open(tmp_path / "one"), Dataset.open(tmp_path / "two")
    assert (one.channels, two.channels) == (1, 2) and two.seconds == 3
    for index in range(3):
        left = one.frames(index)[:, 0]
        assert np.array_equal(two.frames(index)[:, 0], left)
        np.testing.assert_allclose(two.frames(index)[:, 1], -0.5 * left, atol=1)
        np.testing.assert_allclose(two.audio(index, 7, 90), 0.25 * one.audio(index, 7, 90), atol=1e-4)
    assert two.audio(2).shape == (SAMPLE_RATE,)
    assert b"channels" not in (tmp_path / "one" / "index.jsonl").read_bytes().split(b"\n")[0], "mono folders are as ever"
    raw = np.fromfile(tmp_path / "two" / "audio-00000.i16", "<i2")
    assert np.array_equal(raw[::2][:SAMPLE_RATE], two.frames(0)[:, 0]), "interleaved"
    with pytest.raises(CorpusError, match="channels = 2, now 1"):
        build(tmp_path / "two", hours=4 / 3600, seconds=1.0, workers=0, source=Tones())
    with pytest.raises(CorpusError, match=r"expected \[1, N\]"), DatasetWriter(tmp_path / "c", sample_rate=10) as writer:
        writer.add(np.zeros((2, 5), np.float32), id="a", split="train", captions=[])
    assert fit(np.ones((2, 3)), 5).tolist() == [[1, 1, 1, 0, 0]] * 2 and fit(np.ones((2, 3)), 2).shape == (2, 2)


def test_composed_stereo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("numba")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIBRETTO_SOUNDFONTS", raising=False)
    arguments = ["--hours", str(2 / 3600), "--seconds", "1", "--styles", "house", "--workers", "0"]
    assert main(["corpus", "build", "mono", *arguments]) == main(["corpus", "build", "wide", *arguments, "--stereo"]) == 0
    mono, wide = Dataset.open("mono"), Dataset.open("wide")
    assert wide.channels == 2 and not np.array_equal(wide.frames(0)[:, 0], wide.frames(0)[:, 1])
    np.testing.assert_allclose(wide.audio(1), mono.audio(1), atol=1.5 / 32768)
    assert main(["corpus", "build", "x", "--recordings", ".", "--stereo"]) == 2
    capsys.readouterr()
    assert main(["corpus", "report", "wide"]) == 0
    assert capsys.readouterr().out.startswith("wide: 2 clips")


# tar files


def test_tar_files_hold_the_dataset(tmp_path: Path, tones: Dataset) -> None:
    done = export_tar(tones, tmp_path / "tar", clips=4)
    assert done.clips == {"train": 9, "valid": 2, "test": 1} and done.shards == {"train": 3, "valid": 1, "test": 1}
    names = sorted(path.name for path in (tmp_path / "tar").iterdir())
    assert names == ["test-000000.tar", "train-000000.tar", "train-000001.tar", "train-000002.tar", "valid-000000.tar"]
    train = tones.split("train")
    read: list[str] = []
    for path in sorted((tmp_path / "tar").glob("train-*.tar")):
        with tarfile.open(path) as tar:
            members = tar.getmembers()
            assert all((m.mtime, m.uid, m.gid, m.uname, m.mode) == (0, 0, 0, "", 0o644) for m in members)
            for audio, facts in zip(members[::2], members[1::2], strict=True):
                assert audio.name.split(".") == [f"{len(read):06d}", "flac"] and facts.name == f"{len(read):06d}.json"
                clip, index = json.load(tar.extractfile(facts)), train[len(read)]
                samples, rate = soundfile.read(io.BytesIO(tar.extractfile(audio).read()), dtype="int16")
                assert np.array_equal(samples, tones.frames(index)[:, 0]) and rate == clip["sample_rate"] == SAMPLE_RATE
                assert clip["id"] == tones.clips[index].id and clip["captions"] == tones.clips[index].captions
                assert clip["sheet"] == tones.clips[index].sheet and clip["seconds"] == 1.0 and "shard" not in clip
                read.append(clip["id"])
    assert len(read) == 9
    export_tar(tones, tmp_path / "again", clips=4)
    assert all((tmp_path / "tar" / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    with pytest.raises(CorpusError, match="not an empty folder"):
        export_tar(tones, tmp_path / "tar")
    with pytest.raises(CorpusError, match="expected at least 1"):
        export_tar(tones, tmp_path / "none", clips=0)
    assert not (tmp_path / "none").exists()


def test_the_export_command(tmp_path: Path, tones: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "export", str(tones.folder), "--tar", str(tmp_path / "t"), "--clips", "5", "--split", "train"]) == 0
    assert "train, 9 clips in 2 tar files" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "t").iterdir()) == ["train-000000.tar", "train-000001.tar"]


# clusters


def test_a_cluster_makes_the_same_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers of a local Ray cluster, killed items and all, and a build that goes on where this machine stopped."""
    pytest.importorskip("ray.data", reason="Ray is not installed: pip install 'libretto[ray]'")
    pytest.importorskip("numba")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), *filter(None, sys.path)]))  # workers are processes of their own
    import ray

    from libretto.corpus.sources.composed import Composed

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    try:
        tones = {"hours": 40 / 3600, "seconds": 1.0, "source": Tones(pieces=2, bad=(3,), silent=(4, 30))}
        build(tmp_path / "a", workers=0, **tones)
        report = build(tmp_path / "b", workers=2, ray="auto", **tones)
        assert contents(tmp_path / "a") == contents(tmp_path / "b")
        assert (report.run.made, report.run.silent, len(report.skipped)) == (40, 2, 1) and report.run.ray == "auto"
        music = {"seconds": 2.0, "captions_per_clip": 2, "source": Composed(3, ["ambient", "house"], [])}
        build(tmp_path / "c", hours=12 / 3600, workers=0, **music)
        build(tmp_path / "d", hours=6 / 3600, workers=0, **music)
        build(tmp_path / "d", hours=12 / 3600, ray="auto", **music)
        assert contents(tmp_path / "c") == contents(tmp_path / "d")
        assert ray.is_initialized(), "a cluster that was there before is left alone"
        monkeypatch.setattr("libretto.corpus.shards.cluster.versions", lambda: {"numpy": "0.1"})  # here, not on the workers
        with pytest.raises(CorpusError, match="make them the same"):
            build(tmp_path / "e", ray="auto", **tones)
    finally:
        ray.shutdown()


def test_a_missing_cluster_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["corpus", "build", str(tmp_path / "d"), "--hours", "1", "--ray"]) == 2
    assert "pip install 'libretto[ray]'" in capsys.readouterr().err and not (tmp_path / "d").exists()
