"""Scores: MIDI in, a played window and true words out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from libretto.cli import main
from libretto.corpus.playing import casting, perform
from libretto.corpus.playing.midi import Line, read
from libretto.corpus.playing.scores import Scores, arrange
from libretto.corpus.shards.build import build
from libretto.corpus.shards.dataset import Dataset
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS
from libretto.corpus.sources import licences
from libretto.errors import CorpusError
from midi_files import C_MAJOR, mido, write_midi


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
    windows = [perform.cut(midi, np.random.default_rng(seed), seconds=8.0) for seed in range(30)]
    assert all(window.ticks in midi.bars and not window.repeat for window in windows)
    assert len({window.ticks for window in windows}) > 5 and any(window.ending for window in windows)
    score = arrange(midi, {"key": "C major"}, np.random.default_rng(0), seconds=8.0, faithful=True)
    melody = next(part for part in score.parts if part.role == "melody")
    assert melody.instrument == "clarinet" and {part.role for part in score.parts} == {"melody", "bass"}
    assert len({note.velocity for note in melody.notes}) > 5
    assert all(0 <= note.start < 8 and note.duration > 0 for note in melody.notes)
    assert score.sheet.lead == "clarinet" and not score.sheet.drums and (score.sheet.key, score.sheet.mode) == ("C", "major")


def test_a_performed_file_keeps_its_timing_and_touch(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    file = mido.MidiFile(ticks_per_beat=480)
    track, at = mido.MidiTrack(), 0
    for index in range(40):
        start = index * 240 + int(rng.integers(0, 37))
        track += [mido.Message("note_on", note=60 + index % 5, velocity=int(rng.integers(40, 100)), time=start - at)]
        track += [mido.Message("note_off", note=60 + index % 5, time=150)]
        at = start + 150
    file.tracks.append(track)
    file.save(tmp_path / "a.mid")
    midi = read(tmp_path / "a.mid")
    assert not midi.quantised
    score = arrange(midi, {}, np.random.default_rng(3), seconds=60.0, faithful=True)
    written = midi.lines[0].notes
    played = score.parts[0].notes[: len(written)]
    assert [note.velocity for note in played] == [note.velocity for note in written]
    assert [note.start for note in played] == pytest.approx(midi.seconds(np.array([note.start for note in written])))


def test_short_music_is_repeated(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=2, drums=True))
    score = arrange(midi, {}, np.random.default_rng(0), seconds=12.0)
    assert max(note.start for part in score.parts for note in part.notes) > 11.0
    assert score.sheet.drums and any(part.drums for part in score.parts)
    assert np.diff(score.downbeats) == pytest.approx(2.4 / 1.0, rel=0.1)


def test_lines_are_given_to_other_players_within_their_range(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=8))
    seen = set()
    for seed in range(120):
        rng = np.random.default_rng(seed)
        window = perform.cut(midi, rng, seconds=8.0)
        cast = casting.cast(midi, {"genre": "chamber", "instruments_known": True}, window, rng)
        seen.add(cast.ensemble)
        assert len(cast.lines) == len(cast.instruments)
        if cast.ensemble:
            assert set(cast.instruments) <= set(casting.ENSEMBLES[cast.ensemble].seats)
            for line, name in zip(cast.lines, cast.instruments, strict=True):
                pitches = {note.pitch for note in line.notes}
                assert INSTRUMENTS[name].low <= min(pitches) and max(pitches) <= INSTRUMENTS[name].high
            classes = [{note.pitch % 12 for note in line.notes} for line in cast.lines]
            assert set().union(*classes) == {pitch % 12 for pitch in C_MAJOR}
        else:
            assert cast.instruments == ["clarinet", "contrabass"]
    assert "" in seen and len(seen) > 12
    row = {"genre": "art song", "instruments_known": True, "form": "lied"}
    names = {tuple(casting.cast(midi, row, window, np.random.default_rng(seed), faithful=True).instruments) for seed in range(9)}
    assert names == {("clarinet", "contrabass")}  # nobody sings here


def test_an_arrangement_is_called_one(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=8))
    row = {"genre": "organ", "instruments_known": True, "composer_years": "1685-1750"}
    words = {one.words: (one.style, set(one.seats)) for one in casting.ENSEMBLES.values()}
    dated = {one.words: one.dated for one in casting.ENSEMBLES.values()}
    arranged = 0
    for seed in range(60):
        score = arrange(midi, row, np.random.default_rng(seed), seconds=8.0)
        players = {part.instrument for part in score.parts}
        said = score.sheet.extra.get("arrangement", "").replace("an old tune", "a classical piece")
        if said:
            arranged += 1
            style, seats = words[said]
            assert players <= seats and score.sheet.style == style
            assert score.sheet.era == ("baroque" if dated[said] else "")
        else:
            assert players == {"clarinet", "contrabass"} and score.sheet.style == "classical chamber music"  # no organ plays
    assert 10 < arranged < 40


def test_only_free_licences_enter_unless_others_are_named(tmp_path: Path) -> None:
    free = ("CC0-1.0", "PD", "Public Domain", "CC-BY-4.0", "CC BY 3.0", "CC-BY-2.5", "BSD-3-Clause", "MIT", "", None, "unstated")
    bound = ("CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC BY-NC-SA 3.0", "CC-BY-ND-4.0", "GPL-3.0", "LGPL-2.1", "AGPL-3.0", "all rights reserved")
    assert all(licences.allowed(name) for name in free) and not any(licences.allowed(name) for name in bound)
    rows = []
    for number, licence in enumerate(("CC0-1.0", "GPL-3.0", "CC-BY-SA-4.0", "CC-BY-4.0")):
        write_midi(tmp_path / f"{number}.mid", bars=2)
        rows.append({"path": f"{number}.mid", "licence": licence, "set": f"set {number}"})
    write_midi(tmp_path / "stray.mid", bars=2)
    (tmp_path / "index.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = Scores(tmp_path, fonts=[])
    assert [row["path"] for row in source.files] == ["0.mid", "3.mid"]
    assert source.left_out == {"licence GPL-3.0": 1, "licence CC-BY-SA-4.0": 1, "not in the index": 1}
    assert len(Scores(tmp_path, fonts=[], licences=["GPL-.*"]).files) == 1
    assert [row["path"] for row in Scores(tmp_path, fonts=[], without=["set 3"]).files] == ["0.mid"]
    with pytest.raises(CorpusError, match="licence GPL"):
        Scores(tmp_path, fonts=[], licences=["CC-BY-NC"])


def test_the_command_line_chooses_scores(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    rows = []
    for number, licence in enumerate(("CC0-1.0", "CC-BY-NC-4.0", "PD")):
        write_midi(tmp_path / "in" / f"{number}.mid", bars=2)
        rows.append({"path": f"{number}.mid", "licence": licence, "set": f"set {number}"})
    (tmp_path / "in" / "index.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    call = ["corpus", "build", str(tmp_path / "out"), "--scores", str(tmp_path / "in"), "--seconds", "2", "--workers", "0"]
    assert main([*call, "--licences", "CC.*", "--without", "set 0", "--faithful"]) == 0
    clips = Dataset.open(tmp_path / "out").clips
    assert {clip.sheet["file"] for clip in clips} == {"1.mid"} and not any(clip.sheet["extra"] for clip in clips)


def test_long_files_come_more_often_and_works_stay_together(tmp_path: Path) -> None:
    rows = []
    for number in range(12):
        write_midi(tmp_path / f"{number}.mid", bars=2)
        rows.append({"path": f"{number}.mid", "seconds": 400.0 if number == 0 else 30.0, "work": f"work {number // 2}"})
    (tmp_path / "index.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = Scores(tmp_path, fonts=[], passes=2)
    items = [source.row(item)[0]["path"] for item in range(source.count() or 0)]
    assert len(items) == 2 * (4 + 11) and items.count("0.mid") == 8 and items.count("5.mid") == 2
    sides: dict[str, set[str]] = {}
    for item in range(source.count() or 0):
        sides.setdefault(source.row(item)[0]["work"], set()).add(source.split(item, valid=0.2, test=0.2))
    assert all(len(found) == 1 for found in sides.values())
    assert {side for found in sides.values() for side in found} == {"train", "valid", "test"}


def test_a_bare_folder_builds(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    write_midi(tmp_path / "scores" / "deep" / "a.mid", bars=4)
    (tmp_path / "scores" / "broken.mid").write_bytes(b"MThd nonsense")
    report = build(tmp_path / "data", hours=1, seconds=2.0, workers=0, source=Scores(tmp_path / "scores", fonts=[], passes=2))
    assert report.clips == 2 and len(report.skipped) == 2 and "broken.mid" in report.skipped[0]
    facts = json.loads((tmp_path / "data" / "scores.json").read_text())
    assert (facts["files"], facts["used"], facts["clips"]) == (2, 1, 2)


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
                "instruments_known": True,
                "key": "C major",
                "tempo_text": "Maestoso",
                "split": "valid" if number == 0 else "train",
                "composer_years": "1868-1917",
                "licence": "CC-BY-4.0",
                "attribution": "by nobody in particular",
            }
        )
    index = tmp_path / "index.jsonl"
    index.write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = Scores(tmp_path / "scores", index=index, fonts=[], passes=1, faithful=True)
    report = build(tmp_path / "data", hours=1, seconds=3.0, workers=0, source=source)
    assert report.clips == 3 and not report.skipped
    data = Dataset.open(tmp_path / "data")
    assert len(data.split("valid")) == 1
    for clip in data.clips:
        assert clip.sheet["mood"] == "stately" and clip.sheet["mood_family"] == "epic"
        assert clip.sheet["era"] == "romantic" and clip.sheet["composer"] == "Scott Joplin"
        assert clip.samples == 72_000 and len(clip.captions) == 6
    texts = " ".join(text.lower() for clip in data.clips for text in clip.captions)
    assert "waltz" in texts and ("clarinet" in texts or "bass" in texts)
    assert "by nobody in particular" in (tmp_path / "data" / "scores.md").read_text(encoding="utf-8")


def test_every_player_is_one_that_the_renderer_knows() -> None:
    for name, ensemble in casting.ENSEMBLES.items():
        assert set(ensemble.seats) <= set(INSTRUMENTS), name
        assert all(INSTRUMENTS[seat].high - INSTRUMENTS[seat].low >= 12 for seat in ensemble.seats), name  # folding ends
    midi_voices = [casting._faithful(Line(program, False, []), "") for program in range(128)]
    assert set(midi_voices) <= set(INSTRUMENTS)
    assert {kit for kits in casting._KITS.values() for kit in kits} <= set(KITS)
    assert {name for names in casting._FREE.values() for name in names} | set(casting._SINGERS) <= set(INSTRUMENTS)
