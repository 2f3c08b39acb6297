"""Dataset folders and builds: what goes in comes out, kills and foreign folders are survived."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from libretto.corpus.shards.build import build
from libretto.corpus.shards.dataset import Dataset, DatasetWriter
from libretto.corpus.shards.report import summary
from libretto.corpus.sources.source import SAMPLE_RATE, Piece, interleaved_split
from libretto.errors import CorpusError


class Tones:
    """A source of sines: item i is ``pieces`` tones; items in ``bad`` fail, items in ``silent`` are silent."""

    name = "tones"

    def __init__(
        self,
        items: int | None = None,
        pieces: int = 1,
        bad: tuple[int, ...] = (),
        silent: tuple[int, ...] = (),
    ) -> None:
        self.items, self.pieces, self.bad, self.silent = items, pieces, bad, silent

    def settings(self) -> dict[str, Any]:
        return {"source": self.name, "pieces": self.pieces}

    def count(self) -> int | None:
        return self.items

    def split(self, item: int, *, valid: float, test: float) -> str:
        return interleaved_split(item, valid=valid, test=test)

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        if item in self.bad:
            raise ValueError("broken item")
        time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        level = 0.0 if item in self.silent else 0.5
        return [
            Piece(
                f"tone-{item}-{number}",
                (level * np.sin(2 * np.pi * (200 + 10 * item + number) * time)).astype(np.float32),
                ["a tone"] * captions,
                {"number": number},
            )
            for number in range(self.pieces)
        ]


def contents(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "index.jsonl").read_bytes(), b"".join(
        path.read_bytes() for path in sorted(folder.glob("audio-*.i16"))
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    audio = [rng.uniform(-1, 1, size).astype(np.float32) for size in (700, 900, 800)]
    with DatasetWriter(tmp_path, sample_rate=24_000, shard_bytes=4_000) as writer:
        for number, samples in enumerate(audio):
            writer.add(
                samples,
                id=f"clip-{number}",
                split=("train", "valid", "test")[number],
                captions=["é", "b"],
                sheet={"bpm": 90.0},
            )
    data = Dataset.open(tmp_path)
    assert [clip.shard for clip in data.clips] == [0, 0, 1]
    assert (
        data.split("valid") == [1]
        and data.clips[1].captions == ["é", "b"]
        and data.clips[1].sheet == {"bpm": 90.0}
    )
    for number, samples in enumerate(audio):
        assert data.audio(number).dtype == np.float32
        np.testing.assert_allclose(data.audio(number), samples, atol=1 / 32768)
        np.testing.assert_array_equal(data.audio(number, 100, 50), data.audio(number)[100:150])
    assert data.seconds == pytest.approx(2400 / 24_000)
    with pytest.raises(CorpusError, match="do not fit"):
        data.audio(0, 699, 2)
    with pytest.raises(CorpusError, match="unknown split"):
        data.split("dev")


def test_broken_and_foreign_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no index\.jsonl"):
        Dataset.open(tmp_path)
    build(tmp_path / "a", hours=4 / 3600, seconds=1.0, workers=0, source=Tones())
    os.truncate(tmp_path / "a" / "audio-00000.i16", 1000)
    with pytest.raises(CorpusError, match="has 1000 bytes"):
        Dataset.open(tmp_path / "a")
    (tmp_path / "a" / "index.jsonl").write_text('{"hello": 1}\n')
    with pytest.raises(CorpusError, match="no dataset index"):
        Dataset.open(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "diary.txt").write_text("dear")
    with pytest.raises(CorpusError, match="not empty"):
        build(tmp_path / "b", hours=0.001, seconds=1.0, source=Tones())
    with pytest.raises(CorpusError, match="NaN"), DatasetWriter(tmp_path / "c", sample_rate=24_000) as writer:
        writer.add(np.array([np.nan]), id="x", split="train", captions=[])


def test_workers_do_not_change_the_dataset(tmp_path: Path) -> None:
    reports = [
        build(
            tmp_path / str(workers),
            hours=12 / 3600,
            seconds=1.0,
            workers=workers,
            source=Tones(),
            valid=0.1,
            test=0.1,
        )
        for workers in (0, 1, 3)
    ]
    assert contents(tmp_path / "0") == contents(tmp_path / "1") == contents(tmp_path / "3")
    assert reports[0].clips == 12 and reports[0].survey.splits == {"train": 9, "valid": 2, "test": 1}
    assert reports[0].survey.peak == pytest.approx(0.5, abs=1e-3)
    assert "12 clips" in summary(reports[0])


class Killed(Exception):
    pass


def test_a_killed_build_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    def kill(done: float, wanted: float) -> None:
        if done > 4.5 / 3600:
            raise Killed

    source = Tones(pieces=2)
    with pytest.raises(Killed):
        build(tmp_path / "a", hours=12 / 3600, seconds=1.0, workers=0, source=source, progress=kill)
    journal = tmp_path / "a" / "journal.jsonl"
    assert journal.exists()
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text(
        "".join(lines[:-1]) + lines[-1][:20]
    )  # the kill tore the last line of a two-piece item
    with (tmp_path / "a" / "audio-00000.i16").open("ab") as file:
        file.write(b"torn audio")
    report = build(tmp_path / "a", hours=12 / 3600, seconds=1.0, workers=0, source=source)
    assert report.run.made < report.clips == 12 and report.run.first_item == 2
    assert not journal.exists()
    build(tmp_path / "b", hours=12 / 3600, seconds=1.0, workers=0, source=source)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_finished_folder_grows_but_keeps_its_settings(tmp_path: Path) -> None:
    build(tmp_path / "a", hours=3 / 3600, seconds=1.0, workers=0, source=Tones())
    build(tmp_path / "a", hours=6 / 3600, seconds=1.0, workers=0, source=Tones())
    build(tmp_path / "b", hours=6 / 3600, seconds=1.0, workers=0, source=Tones())
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    with pytest.raises(CorpusError, match=r"seconds = 1\.0, now 2\.0"):
        build(tmp_path / "a", hours=6 / 3600, seconds=2.0, workers=0, source=Tones())


def test_failing_and_silent_items_are_told(tmp_path: Path) -> None:
    report = build(
        tmp_path / "a", hours=1.0, seconds=0.5, workers=0, source=Tones(10, bad=(3,), silent=(4, 5))
    )
    assert (report.clips, report.run.silent, len(report.skipped)) == (7, 2, 1)
    assert "broken item" in summary(report)
    with pytest.raises(CorpusError, match="items failed"):
        build(tmp_path / "b", hours=1.0, seconds=0.5, workers=0, source=Tones(10, bad=tuple(range(10))))


def test_wrong_requests_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="expected hours"):
        build(tmp_path, hours=0, source=Tones())
    with pytest.raises(CorpusError, match="sum of at most 1"):
        build(tmp_path, hours=1, valid=0.6, test=0.5, source=Tones())


def test_composed_music_is_the_same_for_any_number_of_workers(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    settings = {
        "hours": 4 * 3 / 3600,
        "seconds": 3.0,
        "seed": 3,
        "styles": ["ambient", "house"],
        "fonts": [],
        "captions_per_clip": 4,
    }
    report = build(tmp_path / "one", workers=0, **settings)
    build(tmp_path / "two", workers=2, **settings)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    data = Dataset.open(tmp_path / "one")
    assert report.clips == 4 and not report.skipped
    assert sorted(clip.sheet["style"] for clip in data.clips) == ["ambient", "ambient", "house", "house"]
    assert all(clip.samples == 3 * SAMPLE_RATE and len(clip.captions) == 4 for clip in data.clips)
    assert len({data.audio(index).tobytes() for index in range(4)}) == 4
    with pytest.raises(CorpusError, match="did you mean 'house'"):
        build(tmp_path / "x", hours=1, styles=["hous"])
