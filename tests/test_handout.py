"""What a composed clip brings along: stems that add up, notes that read back, a sheet that makes it again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

mido = pytest.importorskip("mido")
pytest.importorskip("numba")

from libretto.cli import main  # noqa: E402
from libretto.corpus.composing.compose import compose  # noqa: E402
from libretto.corpus.composing.excerpt import excerpt  # noqa: E402
from libretto.corpus.composing.handout import stem_gain  # noqa: E402
from libretto.corpus.composing.midi_writer import (  # noqa: E402
    FAMILIES,
    TICKS_PER_QUARTER,
    key_signature,
    one_voice_a_key,
    program,
    save_midi,
)
from libretto.corpus.composing.theory import Chord  # noqa: E402
from libretto.corpus.playing.midi import read  # noqa: E402
from libretto.corpus.score import Harmony, Note, Part, Score, Sheet, Stretch  # noqa: E402
from libretto.corpus.sound.instruments import INSTRUMENTS  # noqa: E402
from libretto.corpus.sound.mixer import Mixer  # noqa: E402
from libretto.corpus.sound.render import SENDS, render  # noqa: E402
from libretto.errors import CorpusError  # noqa: E402


def sheet(**changes: object) -> Sheet:
    values = {"style": "test", "family": "band", "bpm": 120.0, "key": "D", "mode": "dorian", "metre": "4/4", "mood": "calm",
              "intensity": 0.5, "density": 0.5, "instruments": [], "drums": ""}
    return Sheet(**{**values, **changes})


def score(parts: list[Part], **changes: object) -> Score:
    beats = [0.5 * number for number in range(16)]
    harmony = [Harmony(0.0, Chord(0, "m7"), 2), Harmony(2.0, Chord(5, "7"), 2), Harmony(4.0, Chord(0, "m7"), 4)]
    sections = [Stretch(0.0, 2.0, "intro"), Stretch(2.0, 8.0, "verse")]
    return Score(1, 8.0, parts, sheet(**changes), beats=beats, downbeats=beats[::4], harmony=harmony, sections=sections)


def wheels(path: Path, track: int) -> list[tuple[int, int]]:
    """(tick, bend) of one track."""
    tick, found = 0, []
    for message in mido.MidiFile(path).tracks[track]:
        tick += message.time
        if message.type == "pitchwheel":
            found.append((tick, message.pitch))
    return found


@pytest.mark.parametrize("style", ["ambient", "house", "rock", "jazz swing", "waltz", "blues"])
def test_midi_reads_back(tmp_path: Path, style: str) -> None:
    """Within a tick, whatever the tempo does (ambient and jazz breathe, blues is in 12/8)."""
    piece = compose(style, seed=5, seconds=20.0)
    save_midi(piece, tmp_path / "a.mid")
    midi = read(tmp_path / "a.mid")
    assert len(midi.lines) == len(piece.parts)
    assert midi.metres[0] == piece.sheet.metre
    assert midi.bpm(0) == pytest.approx(piece.sheet.bpm, rel=0.1)
    tick = float(midi.quarter_seconds.max()) / TICKS_PER_QUARTER
    for part, line in zip(piece.parts, midi.lines):
        assert (line.drums, line.program) == (part.drums, program(part))
        wanted = sorted((note.start, note.pitch, note.velocity, note.start + note.duration) for note in part.notes)
        starts = midi.seconds(np.array([note.start for note in line.notes]))
        got = {(round(float(start) / tick), note.pitch) for start, note in zip(starts, line.notes)}
        for start, pitch, _, _ in wanted:
            assert any((round(start / tick) + off, pitch) in got for off in (-1, 0, 1)), (part.role, start, pitch)
        lasting = [
            end
            for start, pitch, _, end in wanted
            if not any(start < other < end + 2 * tick and pitch == key for other, key, _, _ in wanted)
        ]
        ends = midi.seconds(np.array([note.end for note in line.notes]))
        for end in lasting:
            assert np.abs(ends - end).min() < 1.01 * tick, (part.role, end)
        if len({(round(start / tick), pitch) for start, pitch, _, _ in wanted}) == len(wanted):
            assert len(line.notes) == len(wanted)
            assert sorted(note.velocity for note in line.notes) == sorted(velocity for _, _, velocity, _ in wanted)
    beats = midi.seconds(np.array(midi.bars))
    for at in piece.downbeats:
        assert np.abs(beats - at).min() < 0.004, "bar lines stand where the music's are"


def test_a_window_keeps_its_times(tmp_path: Path) -> None:
    """Music cut between two beats."""
    song = excerpt(compose("jazz ballad", seed=3, seconds=90.0), 31.37, 10.0)
    assert song.beats[0] > 0
    save_midi(song, tmp_path / "a.mid")
    midi = read(tmp_path / "a.mid")
    wanted = sorted(note.start for part in song.parts for note in part.notes)
    got = np.concatenate([midi.seconds(np.array([note.start for note in line.notes])) for line in midi.lines])
    np.testing.assert_allclose(np.sort(got), wanted, atol=float(midi.quarter_seconds.max()) / TICKS_PER_QUARTER)


def test_midi_says_what_the_score_says(tmp_path: Path) -> None:
    parts = [
        Part("melody", "violin", [Note(1.0, 0.5, 69, 90), Note(2.0, 0.5, 71, 80)], pan=0.5),
        Part("drums", "909", [Note(0.0, 0.1, 36, 100)], drums=True),
    ]
    save_midi(score(parts), tmp_path / "a.mid")
    save_midi(score(parts), tmp_path / "b.mid")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()
    file = mido.MidiFile(tmp_path / "a.mid")
    assert file.type == 1 and [track.name for track in file.tracks] == ["test", "melody: violin", "drums: punchy 909 drum machine"]
    meta = [message for message in file.tracks[0] if message.is_meta]
    assert [message.tempo for message in meta if message.type == "set_tempo"] == [500_000]
    assert [message.key for message in meta if message.type == "key_signature"] == ["Dm", "Em"]
    assert [message.text for message in meta if message.type == "text"] == ["Dm7", "G7", "Em7"]
    assert [message.text for message in meta if message.type == "marker"] == ["intro", "verse"]
    notes = [message for message in file.tracks[1] if message.type == "note_on"]
    assert [(note.channel, note.note, note.velocity) for note in notes] == [(0, 69, 90), (0, 71, 80)]
    assert notes[0].time == 2 * TICKS_PER_QUARTER
    assert {message.channel for message in file.tracks[2] if not message.is_meta} == {9}
    assert [message.program for message in file.tracks[1] if message.type == "program_change"] == [40]


def test_slides_bend(tmp_path: Path) -> None:
    notes = [Note(0.0, 1.0, 60, 90, slide=-3.0), Note(1.0, 0.06, 62, 90, slide=2.0), Note(1.08, 0.5, 64, 90), Note(2.0, 1.0, 65, 90)]
    save_midi(score([Part("melody", "violin", notes)]), tmp_path / "a.mid")
    bends = wheels(tmp_path / "a.mid", 1)
    second, third = 2 * TICKS_PER_QUARTER, round(2.16 * TICKS_PER_QUARTER)
    first = [(tick, value) for tick, value in bends if tick < second]
    assert first[0] == (0, -8192) and first[-1] == (round(0.2 * TICKS_PER_QUARTER), 0), "three semitones are the range"
    assert [value for _, value in first] == sorted(value for _, value in first)
    assert (second, round(2 / 3 * 8192)) in bends
    assert bends[-1] == (third, 0) and all(tick <= third for tick, _ in bends), "a plain note begins unbent"
    ranges = [message.value for message in mido.MidiFile(tmp_path / "a.mid").tracks[1] if message.is_cc(6)]
    assert ranges == [3]


def test_one_voice_a_key() -> None:
    first, nested, twin = Note(0.0, 4.0, 60, 50), Note(1.0, 1.0, 60, 60), Note(1.0, 2.0, 60, 70)
    kept = one_voice_a_key([(0, 400, first), (100, 200, nested), (100, 300, twin), (100, 150, Note(1.0, 0.5, 61, 1))])
    got = [(start, end, note.pitch, note.velocity) for start, end, note in kept]
    assert got == [(0, 100, 60, 50), (100, 300, 60, 70), (100, 150, 61, 1)]


def test_channels_and_keys(tmp_path: Path) -> None:
    names = list(INSTRUMENTS)
    notes = [Note(0.0, 1.0, 60, 90)]
    save_midi(score([Part("chords", "piano", notes) for _ in range(20)]), tmp_path / "a.mid")
    assert len(read(tmp_path / "a.mid").lines) == 20
    with pytest.raises(CorpusError, match="15 channels"):
        save_midi(score([Part("chords", name, notes) for name in names[:20]]), tmp_path / "b.mid")
    assert not (tmp_path / "b.mid").exists()
    assert [key_signature("C sharp", "minor"), key_signature("B flat", "mixolydian"), key_signature("", "major")] == ["C#m", "Bb", ""]
    assert all(item.program is not None or item.family in FAMILIES for item in INSTRUMENTS.values())


def test_stems_add_up_to_the_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    """To what enters the master bus: with the bus out of the way they are the mix."""
    piece = compose("house", seed=2, seconds=4.0)
    mastered = render(piece, stems=True, fonts=[])
    monkeypatch.setattr(Mixer, "_colour", lambda self, total: total)
    monkeypatch.setattr(Mixer, "_finish", lambda self, total, target: total)
    plain = render(piece, stems=True, fonts=[])
    assert set(plain.stems) == {part.role for part in piece.parts} | {SENDS}
    np.testing.assert_allclose(sum(plain.stems.values()), plain.audio.samples, atol=1e-6)
    assert all(np.array_equal(mastered.stems[role], stem) for role, stem in plain.stems.items())
    assert not render(piece, fonts=[]).stems
    mix, gain = mastered.audio.samples, stem_gain(mastered.audio.samples, mastered.stems)
    total = gain * sum(mastered.stems.values())
    assert (total**2).mean() == pytest.approx((mix**2).mean(), rel=1e-3)
    loud = {role: 9 * stem for role, stem in mastered.stems.items()}
    assert stem_gain(mix, loud) == pytest.approx(gain / 9)
    assert stem_gain(90 * mix, loud) * max(np.abs(stem).max() for stem in loud.values()) == pytest.approx(0.98)


def test_the_command_writes_it_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIBRETTO_SOUNDFONTS", raising=False)
    arguments = ["compose", "--seconds", "2.5", "--seed", "6", "--takes", "2", "--bpm", "120", "--stems", "--midi", "--sheet"]
    assert main([*arguments, "-o", "x.wav"]) == 0
    printed = capsys.readouterr().out
    for take in (1, 2):
        mix, rate = soundfile.read(f"x-{take}.wav", dtype="float64")
        stems = {path.stem: soundfile.read(path, dtype="float64")[0] for path in Path(f"x-{take}-stems").glob("*.wav")}
        facts = json.loads(Path(f"x-{take}.json").read_text())
        assert facts["compose"]["seed"] == 5 + take and facts["compose"]["style"] in printed
        again = compose(**facts["compose"])
        assert again.beats == facts["beats"] and again.seconds == 2.5
        rendered = render(again, sample_rate=rate, stems=True)
        np.testing.assert_allclose(rendered.audio.samples.T, mix, atol=1.5 / 32_768)
        gain = stem_gain(rendered.audio.samples, rendered.stems)
        assert set(stems) == set(rendered.stems)
        for role, stem in rendered.stems.items():
            np.testing.assert_allclose(stems[role], gain * stem.T, atol=1.5 / 32_768)
        assert [part["role"] for part in facts["parts"]] == [part.role for part in again.parts]
        assert len(facts["captions"]) == 6 and facts["chords"][0]["start"] == 0
        assert len(read(Path(f"x-{take}.mid")).lines) == len(again.parts)
    assert json.loads(Path("x-1.json").read_text())["compose"] != json.loads(Path("x-2.json").read_text())["compose"]
    assert main(["compose", "--style", "house", "--bars", "2", "--bpm", "120", "--sheet", "-o", "y.wav"]) == 0
    facts = json.loads(Path("y.json").read_text())
    assert facts["seconds"] == 4.0 and facts["downbeats"] == [0.0, 2.0]
