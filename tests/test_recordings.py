"""Recordings: decoded, levelled, cut, with the captions found beside them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from libretto.audio import Waveform
from libretto.corpus.build import build
from libretto.corpus.dataset import Dataset
from libretto.corpus.recordings import Recordings, slices, trim
from libretto.corpus.source import SAMPLE_RATE
from libretto.errors import CorpusError


def write_tone(
    path: Path,
    *,
    seconds: float = 3.0,
    hertz: float = 440.0,
    silence: float = 0.0,
    rate: int = 44_100,
    level: float = 0.05,
) -> Path:
    time = np.arange(round(seconds * rate)) / rate
    tone = level * np.sin(2 * np.pi * hertz * time)
    quiet = np.zeros(round(silence * rate))
    path.parent.mkdir(parents=True, exist_ok=True)
    Waveform(np.stack([np.concatenate([quiet, tone, quiet])] * 2).astype(np.float32), rate).save(path)
    return path


def test_a_folder_becomes_clips(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_tone(folder / "a.wav", seconds=5.2, silence=1.0)
    (folder / "a.txt").write_text("a low tone\na steady sine\n")
    write_tone(folder / "deep" / "b.flac", seconds=3.2, hertz=660)
    write_tone(folder / "c.ogg", seconds=0.7, hertz=880)
    (folder / "copy.wav").write_bytes((folder / "a.wav").read_bytes())
    report = build(
        tmp_path / "out", hours=1, seconds=2.0, workers=0, source=Recordings(folder), valid=0.34, test=0.0
    )
    data = Dataset.open(tmp_path / "out")
    by_file = {
        name: [clip for clip in data.clips if clip.sheet["file"] == name]
        for name in ("a.wav", "deep/b.flac", "c.ogg", "copy.wav")
    }
    assert [len(clips) for clips in by_file.values()] == [3, 2, 1, 0]
    assert report.clips == 6 and not report.skipped
    assert [clip.samples for clip in by_file["a.wav"]][:2] == [2 * SAMPLE_RATE] * 2
    assert (
        set(by_file["a.wav"][0].captions) == {"a low tone", "a steady sine"}
        and not by_file["c.ogg"][0].captions
    )
    assert all(len({clip.split for clip in clips}) == 1 for clips in by_file.values() if clips)
    first = data.clips.index(by_file["a.wav"][0])
    loudness = Waveform(data.audio(first), SAMPLE_RATE).loudness()
    assert loudness == pytest.approx(-14.0, abs=0.5)
    peak = np.argmax(np.abs(np.fft.rfft(data.audio(first)))) * SAMPLE_RATE / (2 * SAMPLE_RATE)
    assert peak == pytest.approx(440, abs=2)


def test_a_manifest_chooses_files_and_captions(tmp_path: Path) -> None:
    write_tone(tmp_path / "a.wav")
    write_tone(tmp_path / "b.wav", hertz=500)
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(json.dumps({"file": "b.wav", "caption": "five hundred hertz"}) + "\n")
    source = Recordings(tmp_path, manifest=manifest)
    assert source.files == [("b.wav", ["five hundred hertz"])]
    manifest.write_text(json.dumps({"file": "gone.wav", "captions": ["x"]}) + "\n")
    with pytest.raises(CorpusError, match=r"gone\.wav"):
        Recordings(tmp_path, manifest=manifest)
    manifest.write_text("[1, 2]\n")
    with pytest.raises(CorpusError, match="no manifest"):
        Recordings(tmp_path, manifest=manifest)
    with pytest.raises(CorpusError, match="no recording"):
        (tmp_path / "empty").mkdir()
        Recordings(tmp_path / "empty")


def test_a_broken_file_is_skipped_and_told(tmp_path: Path) -> None:
    write_tone(tmp_path / "in" / "a.wav")
    (tmp_path / "in" / "b.mp3").write_bytes(b"no audio at all" * 50)
    report = build(tmp_path / "out", hours=1, seconds=2.0, workers=0, source=Recordings(tmp_path / "in"))
    assert report.clips == 2 and len(report.skipped) == 1 and "b.mp3" in report.skipped[0]


def test_trim_and_slices() -> None:
    tone = np.ones(SAMPLE_RATE, np.float32) * 0.1
    quiet = np.zeros(SAMPLE_RATE, np.float32)
    assert len(trim(np.concatenate([quiet, tone, quiet, tone, quiet]))) == 3 * SAMPLE_RATE
    assert len(trim(quiet)) == 0
    assert [len(clip) for clip in slices(np.ones(250), 100)] == [100, 100, 50]
    assert [len(clip) for clip in slices(np.ones(249), 100)] == [100, 100]
    assert [len(clip) for clip in slices(np.ones(20), 100)] == [20]
