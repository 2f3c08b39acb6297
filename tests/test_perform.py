"""Performances: what a manner does to written notes, and what is said of the notes that are played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from libretto.corpus.playing import listening, manners, perform
from libretto.corpus.playing.midi import read
from libretto.corpus.score import Note, Part
from midi_files import C_MAJOR, mido, write_midi


def play(midi, manner: perform.Manner, *, role: str = "melody", line: int = 0, window=None, chordal: bool = False):
    window = window or perform.Window(0, midi.bars[-1])
    performance = perform.Performance(midi, window, manner, np.random.default_rng(0), seconds=20.0)
    return performance, performance.notes(midi.lines[line], role, chordal=chordal)


def test_what_is_written_is_played_and_the_manner_changes_it(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=8, bpm=120))
    _, plain = play(midi, perform.Manner(length=1.0))
    assert [note.start for note in plain] == pytest.approx([index * 0.25 for index in range(64)])
    assert {round(note.duration, 3) for note in plain} == {0.25}
    on_bar = np.mean([note.velocity for note in plain[::8]])
    assert on_bar > np.mean([note.velocity for note in plain[1::2]]) + 5
    _, fast = play(midi, perform.Manner(pace=1.25))
    assert fast[-1].start == pytest.approx(plain[-1].start / 1.25)
    _, free = play(midi, perform.Manner(breath=0.1))
    gaps = np.diff([note.start for note in free])
    phrase = gaps[:32]  # four bars: slower at both ends than in the middle
    assert phrase[12:20].mean() < 0.97 * phrase[:4].mean() and phrase[12:20].mean() < 0.97 * phrase[-4:].mean()
    assert gaps.min() > 0.2 and gaps.max() < 0.32
    _, growing = play(midi, perform.Manner(swell=40))
    assert np.mean([note.velocity for note in growing[-8:]]) > np.mean([note.velocity for note in growing[:8]]) + 15
    _, short = play(midi, perform.Manner(length=0.4))
    _, joined = play(midi, perform.Manner(length=1.05))
    sounds = {"staccato": short, "legato": joined, "": play(midi, perform.Manner(length=0.8))[1]}
    for name, notes in sounds.items():
        assert listening.articulation(Part("melody", "clarinet", notes)) == name
    assert listening.articulation(Part("melody", "marimba", joined)) == ""  # its notes die away by themselves
    _, early = play(midi, perform.Manner(lead=0.02))
    assert early[8].start == pytest.approx(plain[8].start - 0.02)


def test_the_end_slows_down(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=8, bpm=120))
    end = perform.Window(midi.bars[2], midi.bars[-1], ending=True)
    performance, notes = play(midi, perform.Manner(ritardando=0.5), window=end)
    gaps = np.diff([note.start for note in notes])
    assert gaps[-1] > 1.6 * gaps[0] and performance.slows_down()
    performance, notes = play(midi, perform.Manner(ritardando=0.5), window=perform.Window(midi.bars[2], midi.bars[-1]))
    assert np.ptp(np.diff([note.start for note in notes])) < 1e-6 and not performance.slows_down()


def test_chords_are_voiced_and_rolled(tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=100)
    track = mido.MidiTrack()
    for _ in range(8):
        track += [mido.Message("note_on", note=pitch, velocity=70) for pitch in (48, 60, 64, 67)]
        track += [mido.Message("note_off", note=pitch, time=400 if pitch == 48 else 0) for pitch in (48, 60, 64, 67)]
    file.tracks.append(track)
    file.save(tmp_path / "a.mid")
    midi = read(tmp_path / "a.mid")
    _, chords = play(midi, perform.Manner(roll=1.0), role="chords", chordal=True)
    for first in range(0, len(chords), 4):
        group = chords[first : first + 4]
        starts = [note.start for note in group]
        assert starts == sorted(starts) and 0.05 < starts[-1] - starts[0] < 0.15
        assert group[-1].velocity == max(note.velocity for note in group)
        ends = [note.start + note.duration for note in group]
        assert max(ends) - min(ends) < 0.01
    _, plain = play(midi, perform.Manner(roll=1.0), role="chords")
    assert len({round(note.start, 6) for note in plain}) == 8


def test_manners_follow_the_tempo_text() -> None:
    def levels(text: str) -> float:
        return float(np.mean([manners.draw({"tempo_text": text}, np.random.default_rng(s), steady=False).level for s in range(60)]))

    assert levels("Maestoso") > levels("") + 4 and levels("dolce") < levels("") - 4
    steady = [manners.draw({"form": "nocturne"}, np.random.default_rng(seed), steady=True) for seed in range(20)]
    assert {(manner.breath, manner.ritardando, manner.lead) for manner in steady} == {(0.0, 1.0, 0.0)}


def test_a_key_is_named_only_where_the_notes_show_it() -> None:
    scale = [Note(index * 0.5, 0.5, pitch, 80) for index, pitch in enumerate(C_MAJOR * 2)]
    assert listening.key(scale, "C major") == ("C", "major")
    assert listening.key(scale, "F# minor") == ("", "")
    flat = [Note(note.start, 0.5, note.pitch - 4, 80) for note in scale]
    assert listening.key(flat, "Ab major") == ("A flat", "major")
    assert listening.key([Note(0, 1, pitch, 80) for pitch in range(60, 72)], "") == ("", "")
    dorian = [Note(index * 0.5, 1.0 if pitch in (62, 69) else 0.5, pitch, 80) for index, pitch in
              enumerate((62, 64, 65, 67, 69, 71, 72, 74, 69, 65, 62))]  # fmt: skip
    assert listening.key(dorian, "D minor") == ("D", "dorian")
    mixolydian = [Note(index * 0.5, 0.5, pitch, 80) for index, pitch in enumerate((67, 71, 74, 72, 69, 65, 67, 74, 71, 67, 65, 67))]
    assert listening.key(mixolydian, "G major") == ("G", "mixolydian")


def scale_of(*, rate: float, low: int, velocity: int = 75, instrument: str = "piano") -> list[Part]:
    """Ten seconds of one player."""
    notes = [Note(index / rate, 0.9 / rate, low + (index * 2) % 12, velocity) for index in range(int(rate * 10))]
    return [Part("melody", instrument, notes)]


def test_what_is_heard_is_said() -> None:
    rng = np.random.default_rng(0)
    assert listening.register(scale_of(rate=2, low=30)) == "low" and listening.register(scale_of(rate=2, low=80)) == "high"
    assert listening.dynamics(scale_of(rate=2, low=60, velocity=40), seconds=10) == "soft"
    assert listening.dynamics(scale_of(rate=2, low=60, velocity=110), seconds=10) == "loud"
    rising = [Part("melody", "piano", [Note(index / 2, 0.4, 60, 50 + 2 * index) for index in range(20)])]
    assert listening.dynamics(rising, seconds=10) == "growing"
    assert listening.skill(scale_of(rate=1.5, low=60), seconds=10) == "beginner"
    assert listening.skill(scale_of(rate=10, low=60), seconds=10) == "advanced"
    assert listening.skill(scale_of(rate=2, low=60) + scale_of(rate=2, low=60, instrument="cello"), seconds=10) == ""
    slow, quick = scale_of(rate=1.5, low=60), scale_of(rate=7, low=60)
    assert listening.mood(slow, "minor", "legato", "soft", "", rng, seconds=10) in ("sad", "melancholic", "wistful", "sombre")
    assert listening.mood(quick, "major", "", "", "", rng, seconds=10) in ("cheerful", "joyful", "lively", "happy")
    assert listening.mood(quick, "minor", "", "", "", rng, seconds=10) == ""
