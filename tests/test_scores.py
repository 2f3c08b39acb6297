"""Scores: MIDI in, a played window and true words out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from libretto.corpus import perform
from libretto.corpus.build import build
from libretto.corpus.dataset import Dataset
from libretto.corpus.midi import read
from libretto.corpus.score import Note
from libretto.corpus.scores import Scores, arrange
from libretto.errors import CorpusError

mido = pytest.importorskip("mido")
C_MAJOR = (60, 64, 67, 72, 71, 67, 65, 62)


def write_midi(
    path: Path, *, bars: int = 8, drums: bool = False, metre: tuple[int, int] = (4, 4), bpm: float = 100.0
) -> Path:
    """A clarinet scale over a double bass, and a kick on every quarter where asked."""
    file = mido.MidiFile(ticks_per_beat=480)
    head = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)),
            mido.MetaMessage("time_signature", numerator=metre[0], denominator=metre[1]),
        ]
    )
    file.tracks.append(head)
    eighths = bars * metre[0] * 8 // metre[1]
    for channel, program, pitches, length in ((0, 71, C_MAJOR, 240), (1, 43, (36, 43), 960)):
        track = mido.MidiTrack([mido.Message("program_change", channel=channel, program=program)])
        for index in range(eighths * 240 // length):
            pitch = pitches[index % len(pitches)]
            track += [
                mido.Message("note_on", channel=channel, note=pitch, velocity=80),
                mido.Message("note_off", channel=channel, note=pitch, time=length),
            ]
        file.tracks.append(track)
    if drums:
        track = mido.MidiTrack()
        for _ in range(eighths // 2):
            track += [
                mido.Message("note_on", channel=9, note=36, velocity=90),
                mido.Message("note_off", channel=9, note=36, time=480),
            ]
        file.tracks.append(track)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)
    return path


def test_midi_times_bars_and_metre(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=4, metre=(6, 8), bpm=90))
    assert midi.bars == [0, 1440, 2880, 4320, 5760] and midi.metres == ["6/8"] * 4
    assert float(midi.seconds(1440)) == pytest.approx(3 * 60 / 90)
    assert midi.bpm(0) == pytest.approx(60.0, abs=0.01)  # two dotted beats a bar
    assert midi.quantised
    assert [line.program for line in midi.lines] == [71, 43]
    assert len(midi.lines[0].notes) == 24


def test_tempo_changes_and_the_pedal_are_heard(tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=100)
    file.tracks.append(
        mido.MidiTrack(
            [
                mido.MetaMessage("set_tempo", tempo=500_000),
                mido.MetaMessage("set_tempo", tempo=1_000_000, time=200),
            ]
        )
    )
    file.tracks.append(
        mido.MidiTrack(
            [
                mido.Message("control_change", control=64, value=127),
                mido.Message("note_on", note=60, velocity=70),
                mido.Message("note_off", note=60, time=50),
                mido.Message("control_change", control=64, value=0, time=350),
            ]
        )
    )
    file.save(tmp_path / "a.mid")
    midi = read(tmp_path / "a.mid")
    assert midi.seconds(np.array([100, 200, 300])).tolist() == [0.5, 1.0, 2.0]
    assert midi.lines[0].notes[0].end == 400


def test_broken_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(b"MThd nonsense")
    with pytest.raises(CorpusError, match="not a readable MIDI"):
        read(tmp_path / "a.mid")
    (tmp_path / "b.mid").write_bytes(write_midi(tmp_path / "c.mid").read_bytes()[:60])
    with pytest.raises(CorpusError):
        read(tmp_path / "b.mid")
    with pytest.raises(CorpusError, match="no MIDI file"):
        (tmp_path / "empty").mkdir()
        Scores(tmp_path / "empty")


def test_a_window_starts_at_a_bar_and_is_played_with_expression(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=16))
    starts = set()
    for seed in range(8):
        window = perform.cut(midi, np.random.default_rng(seed), seconds=8.0)
        assert window.ticks in midi.bars and not window.repeat
        starts.add(window.ticks)
    assert len(starts) > 3
    score = arrange(midi, {"key": "C major"}, np.random.default_rng(0), seconds=8.0)
    melody = next(part for part in score.parts if part.role == "melody")
    assert melody.instrument == "clarinet" and {part.role for part in score.parts} == {"melody", "bass"}
    assert len({note.velocity for note in melody.notes}) > 5
    assert all(0 <= note.start < 8 and note.duration > 0 for note in melody.notes)
    gaps = np.diff([note.start for note in melody.notes])
    assert 0.001 < gaps.std() < 0.05  # breathes, but stays in time


def test_short_music_is_repeated(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=2, drums=True))
    score = arrange(midi, {}, np.random.default_rng(0), seconds=12.0)
    assert max(note.start for part in score.parts for note in part.notes) > 11.0
    assert score.sheet.drums and any(part.drums for part in score.parts)


def test_a_key_is_named_only_where_the_notes_show_it() -> None:
    scale = [Note(index * 0.5, 0.5, pitch, 80) for index, pitch in enumerate(C_MAJOR * 2)]
    assert perform.key(scale, "C major") == ("C", "major")
    assert perform.key(scale, "F# minor") == ("", "")
    flat = [Note(note.start, 0.5, note.pitch - 4, 80) for note in scale]
    assert perform.key(flat, "Ab major") == ("A flat", "major")
    assert perform.key([Note(0, 1, pitch, 80) for pitch in range(60, 72)], "") == ("", "")


def test_the_folder_builds_with_its_index(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    rows = []
    for number in range(3):
        write_midi(tmp_path / "scores" / f"{number}.mid", bars=6, drums=number == 2)
        rows.append(
            {
                "path": f"{number}.mid",
                "composer": "Scott Joplin",
                "genre": "jazz age",
                "form": "waltz",
                "key": "C major",
                "tempo_text": "Maestoso",
                "split": "valid" if number == 0 else "train",
                "composer_years": "1868-1917",
            }
        )
    index = tmp_path / "index.jsonl"
    index.write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = Scores(tmp_path / "scores", index=index, fonts=[], passes=1)
    report = build(tmp_path / "data", hours=1, seconds=3.0, workers=0, source=source)
    assert report.clips == 3 and not report.skipped
    data = Dataset.open(tmp_path / "data")
    assert len(data.split("valid")) == 1
    for clip in data.clips:
        assert (
            clip.sheet["mood"] == "majestic"
            and clip.sheet["era"] == "romantic"
            and clip.sheet["composer"] == "Scott Joplin"
        )
        assert clip.samples == 72_000 and len(clip.captions) == 6
    texts = " ".join(text.lower() for clip in data.clips for text in clip.captions)
    assert "waltz" in texts and ("clarinet" in texts or "bass" in texts)
