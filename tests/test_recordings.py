"""Recordings: looked over, freed of copies, levelled, cut, split by work, and accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from libretto.audio import Waveform
from libretto.corpus.recording import decode
from libretto.corpus.recording.recordings import MEMORY, Recordings, cut, slices
from libretto.corpus.recording.splits import Groups, split_works
from libretto.corpus.recording.survey import examine, survey
from libretto.corpus.shards.build import build
from libretto.corpus.shards.dataset import Dataset
from libretto.corpus.sources.source import SAMPLE_RATE
from libretto.errors import CorpusError


def tune(seed: int, seconds: float, rate: int = SAMPLE_RATE, *, level: float = 0.05) -> np.ndarray:
    """Five notes a second at random pitches: float32 [N]."""
    rng = np.random.default_rng(seed)
    pitches = np.repeat(rng.integers(0, 30, round(5 * seconds) + 1), round(0.2 * rate))[: round(seconds * rate)]
    phase = np.cumsum(2 * np.pi * 220 * 2 ** (pitches / 12) / rate)
    return (level * sum(np.sin(part * phase) / part for part in range(1, 5))).astype(np.float32)


def write(
    path: Path, seed: int, *, seconds: float = 3.0, silence: float = 0.0, rate: int = 44_100, level: float = 0.05
) -> Path:
    sound = np.pad(tune(seed, seconds, rate, level=level), round(silence * rate))
    path.parent.mkdir(parents=True, exist_ok=True)
    Waveform(np.stack([sound] * 2), rate).save(path)
    return path


def facts(folder: Path) -> dict:
    return json.loads((folder / "recordings.json").read_text(encoding="utf-8"))


def fates(folder: Path) -> dict[str, str]:
    return {row["file"]: row["fate"] for row in facts(folder)["items"]}


def test_a_folder_becomes_clips(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "a.wav", 1, seconds=5.2, silence=1.0)
    (folder / "a.txt").write_text("a low tune\na steady tune\n")
    write(folder / "b.flac", 2, seconds=3.2)
    write(folder / "c.ogg", 3, seconds=0.7)
    report = build(tmp_path / "out", hours=1, seconds=2.0, workers=0, source=Recordings(folder), valid=0.34, test=0.0)
    data = Dataset.open(tmp_path / "out")
    clips = {name: [clip for clip in data.clips if clip.sheet["file"] == name] for name in ("a.wav", "b.flac", "c.ogg")}
    assert [len(found) for found in clips.values()] == [3, 2, 1] and report.clips == 6 and not report.skipped
    assert [clip.samples for clip in clips["a.wav"]][:2] == [2 * SAMPLE_RATE] * 2
    assert [clip.sheet["start"] for clip in clips["a.wav"]] == pytest.approx([1.0, 3.0, 5.0], abs=0.03)
    assert set(clips["a.wav"][0].captions) == {"a low tune", "a steady tune"} and not clips["c.ogg"][0].captions
    assert all(len({clip.split for clip in found}) == 1 for found in clips.values())
    assert len(data.split("valid")) > 0
    loudness = Waveform(data.audio(data.clips.index(clips["a.wav"][0])), SAMPLE_RATE).loudness()
    assert loudness == pytest.approx(-14.0, abs=0.5)
    told = facts(tmp_path / "out")
    assert told["clips"] == 6 and told["fates"] == {"used": 3} and told["captioned_clips"] == 3
    row = next(row for row in told["items"] if row["file"] == "a.wav")
    assert row["silence"] == pytest.approx(2.0, abs=0.06) and row["clips"] == 3
    assert row["loudness_before"] < -20 and row["loudness_after"] == pytest.approx(-14, abs=0.1)
    summary = (tmp_path / "out" / "recordings.md").read_text(encoding="utf-8")
    assert "3 files" in summary and "6 clips" in summary and "Refused" not in summary


def test_copies_are_left_out_whatever_became_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    original = write(folder / "a.flac", 1, seconds=8.0)
    (folder / "same.flac").write_bytes(original.read_bytes())
    audio = Waveform.load(original)
    quiet = Waveform(audio.samples[:, 9_000:] * 0.3, audio.sample_rate)
    quiet.save(folder / "coded.ogg")
    quiet.resample(22_050).save(folder / "coded.mp3")
    Waveform(audio.samples[:, 44_100 : 5 * 44_100], 44_100).save(folder / "part.wav")
    (folder / "coded.txt").write_text("a tune")
    (folder / "part.txt").write_text("the middle of a tune")
    write(folder / "other.wav", 2, seconds=8.0)
    source = Recordings(folder)
    build(tmp_path / "out", hours=1, seconds=4.0, workers=0, source=source)
    copies = {copy.file: copy for copy in source.copies}
    used = {name for name, fate in fates(tmp_path / "out").items() if fate == "used"}
    assert used == {"coded.mp3", "other.wav"} or used == {"coded.ogg", "other.wav"}  # with captions, and the longest
    kept = next(name for name in used if name.startswith("coded"))
    assert {copy.of for copy in copies.values()} == {kept}
    assert copies["same.flac"].kind == "exact" and copies["a.flac"].kind == "near" and copies["a.flac"].distance < 0.15
    assert copies["part.wav"].shift == pytest.approx(1 - 9_000 / 44_100, abs=0.05)
    clip = next(clip for clip in Dataset.open(tmp_path / "out").clips if clip.sheet["file"] == kept)
    assert clip.captions == ["a tune"]  # not those of the part
    assert "the sound of coded" in (tmp_path / "out" / "recordings.md").read_text(encoding="utf-8")
    assert len(Recordings(folder, near=0.0).items) == 0
    everything = Recordings(folder, near=0.0)
    everything.prepare()
    assert {copy.kind for copy in everything.copies} == {"exact"}


def test_a_manifest_chooses_files_captions_works_and_splits(tmp_path: Path) -> None:
    for number in range(4):
        write(tmp_path / f"{number}.wav", number)
    manifest = tmp_path / "manifest.jsonl"
    rows = [
        {"file": "0.wav", "caption": "nought", "work": "first", "split": "test"},
        {"file": "1.wav", "captions": ["one", "eins"], "work": "first"},
        {"file": "2.wav", "split": "train", "licence": "CC0-1.0"},
        {"file": "3.wav", "licence": "CC-BY-NC-4.0"},
    ]
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = Recordings(manifest, seed=3)
    build(tmp_path / "out", hours=1, seconds=2.0, workers=0, source=source)
    clips = Dataset.open(tmp_path / "out").clips
    assert {(clip.sheet["file"], clip.split) for clip in clips} == {
        ("0.wav", "test"), ("1.wav", "test"), ("2.wav", "train"),
    }
    assert {text for clip in clips for text in clip.captions} == {"nought", "one", "eins"}
    assert fates(tmp_path / "out")["3.wav"] == "barred"
    assert "3.wav: licence CC-BY-NC-4.0" in (tmp_path / "out" / "recordings.md").read_text(encoding="utf-8")
    assert len(Recordings(manifest, licences=["CC.*"]).files) == 4
    for wrong, message in (
        (json.dumps({"file": "0.wav", "licence": "GPL-3.0"}), "GPL-3.0"),
        ("[1, 2]\n", "no manifest"),
        (json.dumps({"file": "0.wav", "split": "dev"}), "dev"),
        ("".join(json.dumps({**row, "work": "w", "split": row.get("split", "valid")}) + "\n" for row in rows), "one split"),
    ):
        manifest.write_text(wrong)
        with pytest.raises(CorpusError, match=message):
            Recordings(tmp_path, manifest=manifest).splits(valid=0.1, test=0.1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="no recording"):
        Recordings(tmp_path / "empty")
    with pytest.raises(CorpusError, match="no folder"):
        Recordings(tmp_path / "nowhere")


def test_folders_are_works(tmp_path: Path) -> None:
    for number in range(12):
        write(tmp_path / "in" / f"album {number // 3}" / f"{number}.wav", number, seconds=1.0)
    build(tmp_path / "out", hours=1, seconds=1.0, workers=0, source=Recordings(tmp_path / "in"), valid=0.25, test=0.25)
    sides: dict[str, set[str]] = {}
    for clip in Dataset.open(tmp_path / "out").clips:
        sides.setdefault(clip.sheet["file"].split("/")[0], set()).add(clip.split)
    assert all(len(found) == 1 for found in sides.values()) and len(sides) == 4
    assert {side for found in sides.values() for side in found} == {"train", "valid", "test"}


def test_whatever_a_folder_holds_is_told_and_nothing_crashes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder / "good.wav", 1)
    (folder / "text.mp3").write_bytes(b"no audio at all" * 50)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "cut.wav").write_bytes((folder / "good.wav").read_bytes()[:300_000])
    (folder / "header.wav").write_bytes((folder / "good.wav").read_bytes()[:44])
    (folder / "gone.wav").symlink_to(tmp_path / "nowhere.wav")
    sound = tune(5, 3.0, level=0.2)
    for name, samples, rate in (
        ("silent.wav", np.zeros(50_000), 24_000),
        ("slow.wav", tune(6, 3.0, 4_000), 4_000),
        ("low.wav", tune(7, 3.0, 11_025), 11_025),
        ("odd.wav", tune(8, 3.0, 37_123), 37_123),
        ("offset.wav", tune(9, 3.0) + 0.2, 24_000),
        ("six.wav", np.stack([tune(10 + c, 3.0) for c in range(6)], axis=1), 24_000),
        ("against.wav", np.stack([tune(20, 3.0), -tune(20, 3.0)], axis=1), 24_000),
        ("square.wav", np.clip(40 * sound, -1, 1), 24_000),
        ("hot.wav", np.where(np.arange(len(sound)) % 6_000 < 6, 1.0, sound), 24_000),
        ("blip.wav", np.pad(tune(21, 0.1), 40_000), 24_000),
        ("faint.wav", tune(22, 3.0) * 2e-2, 24_000),
    ):
        soundfile.write(folder / name, samples, rate, subtype="FLOAT")
    broken = tune(23, 3.0)
    broken[100] = np.nan
    soundfile.write(folder / "nan.wav", broken, 24_000, subtype="FLOAT")
    report = build(tmp_path / "out", hours=1, seconds=2.0, workers=0, source=Recordings(folder))
    assert not report.skipped
    told = {row["file"]: row for row in facts(tmp_path / "out")["items"]}
    reasons = {
        "text.mp3": "not readable", "empty.wav": "empty", "header.wav": "no samples", "silent.wav": "silent",
        "slow.wav": "4000 Hz", "square.wav": "clipped", "blip.wav": "s of sound", "nan.wav": "not finite",
        "gone.wav": "cannot be read",
    }
    assert {name for name, row in told.items() if row["fate"] == "refused"} == set(reasons)
    for name, reason in reasons.items():
        assert reason in told[name]["reason"], name
    notes = {
        "low.wav": "narrow band", "offset.wav": "DC offset 0.200", "six.wav": "6 channels", "against.wav": "cancel",
        "hot.wav": "clipped", "faint.wav": "faint", "cut.wav": "cut short",
    }
    for name, note in notes.items():
        assert told[name]["fate"] in ("used", "copy") and note in "; ".join(told[name]["notes"]), name
    assert "notes" not in told["good.wav"] and "notes" not in told["odd.wav"]
    data = Dataset.open(tmp_path / "out")
    for index, clip in enumerate(data.clips):
        audio = data.audio(index)
        assert abs(float(audio.mean())) < 1e-2 and 0.01 < np.abs(audio).max() <= 1.0, clip.sheet["file"]
    assert "nan.wav" in (tmp_path / "out" / "recordings.md").read_text(encoding="utf-8")


def test_only_useless_files_are_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mp3").write_bytes(b"nothing" * 100)
    with pytest.raises(CorpusError, match=r"a\.mp3: not readable"):
        build(tmp_path / "out", hours=1, seconds=2.0, workers=0, source=Recordings(tmp_path / "in"))


def test_a_survey_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    names = [write(folder / f"{number}.wav", number, seconds=1.0).name for number in range(4)]
    memory = tmp_path / MEMORY
    whole = survey(folder, names, lufs=-14, memory=memory)
    lines = memory.read_text().split("\n")
    memory.write_text("\n".join(lines[:3]) + "\n" + lines[3][:100])  # killed while the third was written
    looked = []

    def look(folder: Path, name: str, *, lufs: float) -> object:
        looked.append(name)
        return examine(folder, name, lufs=lufs)

    monkeypatch.setattr("libretto.corpus.recording.survey.examine", look)
    again = survey(folder, names, lufs=-14, memory=memory)
    assert looked == names[2:] and again == whole
    assert [found.words.tolist() for found in again] == [found.words.tolist() for found in whole]
    looked.clear()
    write(folder / "1.wav", 9, seconds=1.5)
    assert survey(folder, names, lufs=-14, memory=memory)[1].seconds == pytest.approx(1.5) and looked == ["1.wav"]
    looked.clear()
    survey(folder, names, lufs=-20, memory=memory)
    assert looked == names


def test_a_build_is_the_same_with_workers_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for number in range(5):
        write(folder / f"{number}.wav", number, seconds=2.0)
    build(tmp_path / "a", hours=1, seconds=1.0, workers=0, source=Recordings(folder))
    build(tmp_path / "b", hours=3 / 3600, seconds=1.0, workers=0, source=Recordings(folder))
    assert len(Dataset.open(tmp_path / "b")) < 10 and "no clip" in fates(tmp_path / "b").values()
    build(tmp_path / "b", hours=1, seconds=1.0, workers=2, source=Recordings(folder))
    for name in ("index.jsonl", "audio-00000.i16", "recordings.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_long_file_is_read_in_spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "SPAN", 2)
    folder = tmp_path / "in"
    write(folder / "long.flac", 1, seconds=7.0)
    short = tune(1, 7.0, 44_100)[3 * 44_100 : 6 * 44_100]
    Waveform(short, 44_100).save(folder / "part.wav")
    source = Recordings(folder)
    source.prepare()
    assert sorted(source.items) == [("long.flac", number) for number in range(4)]
    assert [(copy.file, copy.of) for copy in source.copies] == [("part.wav", "long.flac")]
    assert source.copies[0].shift == pytest.approx(3.0, abs=0.05)
    spans = list(decode.spans(folder / "long.flac"))
    assert [span.seconds for span in spans] == pytest.approx([2, 2, 2, 1])
    assert np.array_equal(spans[2].samples, decode.span(folder / "long.flac", 2).samples)
    starts = sorted(piece.sheet["start"] for item in range(4) for piece in source.make(item, seconds=1.0, captions=1))
    assert starts == pytest.approx([0, 1, 2, 3, 4, 5, 6])
    assert len({source.split(item, valid=0.3, test=0.3) for item in range(4)}) == 1


def test_cutting_leaves_silence_out() -> None:
    sound, quiet = np.full(SAMPLE_RATE, 0.1, np.float32), np.zeros(SAMPLE_RATE, np.float32)
    clips = cut(np.concatenate([quiet, sound, quiet, sound, quiet, quiet, quiet, sound]), 10 * SAMPLE_RATE)
    assert [(start, len(clip)) for start, clip in clips] == [(SAMPLE_RATE, 3 * SAMPLE_RATE), (7 * SAMPLE_RATE, SAMPLE_RATE)]
    assert cut(quiet, SAMPLE_RATE) == []
    assert [len(clip) for clip in slices(np.ones(250), 100)] == [100, 100, 50]
    assert [len(clip) for clip in slices(np.ones(249), 100)] == [100, 100]
    assert [len(clip) for clip in slices(np.ones(20), 100)] == [20]


def test_works_are_split_by_their_length() -> None:
    sizes = {f"work {number}": 1.0 + number % 3 for number in range(200)}
    sides = split_works(sizes, seed=1, valid=0.1, test=0.05)
    held = {side: sum(sizes[work] for work, where in sides.items() if where == side) for side in ("valid", "test")}
    assert held["valid"] == pytest.approx(0.1 * sum(sizes.values()), rel=0.1)
    assert held["test"] == pytest.approx(0.05 * sum(sizes.values()), rel=0.2)
    assert sides == split_works(dict(reversed(sizes.items())), seed=1, valid=0.1, test=0.05)
    assert sides != split_works(sizes, seed=2, valid=0.1, test=0.05)
    assert sorted(split_works({"a": 1, "b": 1, "c": 1}, seed=0, valid=0.03, test=0.03).values()) == ["test", "train", "valid"]
    giant = split_works({"giant": 1000.0, **sizes}, seed=0, valid=0.03, test=0.03)
    assert giant["giant"] == "train"
    assert split_works(sizes, seed=0, valid=0.1, test=0.1, stated={"work 7": "test"})["work 7"] == "test"
    assert split_works({}, seed=0, valid=0.1, test=0.1) == {}


def test_groups_join() -> None:
    groups = Groups()
    groups.join("c", "b")
    groups.join("d", "c")
    groups.join("b", "b")
    assert [groups.find(name) for name in "abcd"] == ["a", "b", "b", "b"]


def test_resampled_recordings_keep_their_pitch(tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", soxr.resample(tone, 44_100, 48_000), 48_000)
    samples = decode.span(tmp_path / "a.wav", 0).samples
    assert len(samples) == SAMPLE_RATE
    assert np.argmax(np.abs(np.fft.rfft(samples))) == 440
