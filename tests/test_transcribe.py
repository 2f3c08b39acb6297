"""Tunes that are known come back as notes, alone and over a bass; what is silent or too short is not made up."""

from __future__ import annotations

import numpy as np
import pytest

from libretto import Waveform
from libretto.cli import main
from libretto.errors import AudioError
from libretto.transcribe import Note, Tune, save_midi, transcribe

RATE = 24_000
TUNE = [72, 74, 76, 76, 79, 77, 76, 74, 72, 72, 67, 71, 72]  # with notes struck again
STEP = 0.4  # seconds


def played(pitches: list[int], *, loud: float = 0.3, step: float = STEP) -> np.ndarray:
    """Decaying tones with six overtones, one every ``step`` seconds; 0 is a rest."""
    time = np.arange(round(step * RATE)) / RATE
    parts = []
    for pitch in pitches:
        hertz = 440 * 2 ** ((pitch - 69) / 12)
        tone = sum(0.6**k * np.sin(2 * np.pi * (k + 1) * hertz * time) for k in range(6))
        envelope = np.minimum(1, time / 0.01) * np.exp(-3 * time) * np.minimum(1, (step - time) / 0.02)
        parts.append((loud if pitch else 0) * envelope * tone)
    return np.concatenate(parts).astype(np.float32)


def heard(samples: np.ndarray, *, rate: int = RATE) -> Tune:
    return transcribe(Waveform(samples, RATE).resample(rate))


@pytest.mark.parametrize("rate", [24_000, 44_100])
def test_a_tune_alone(rate):
    tune = heard(played(TUNE), rate=rate)
    assert [note.pitch for note in tune.notes] == TUNE
    starts = np.array([note.start for note in tune.notes])
    assert np.abs(starts - STEP * np.arange(len(TUNE))).max() < 0.07
    assert all(0.1 < note.stop - note.start < 0.5 and 1 <= note.velocity <= 127 for note in tune.notes)
    assert tune.bpm in (pytest.approx(150, rel=0.02), pytest.approx(75, rel=0.02))


def test_a_tune_over_a_bass():
    bass = played([36, 36, 43, 43, 41, 41, 36], step=2 * STEP, loud=0.3)[: len(TUNE) * round(STEP * RATE)]
    tune = heard(played(TUNE) + bass)
    wanted = {(place, pitch) for place, pitch in enumerate(TUNE)}
    right = len(wanted & {(round(note.start / STEP), note.pitch) for note in tune.notes})
    assert right >= len(TUNE) - 3


def test_rests_are_rests():
    tune = heard(played([72, 0, 0, 76, 0, 72]))
    assert [note.pitch for note in tune.notes] == [72, 76, 72]
    assert tune.notes[1].start - tune.notes[0].stop > STEP
    assert transcribe(Waveform(np.zeros(RATE), RATE)).notes == ()
    with pytest.raises(AudioError, match=r"at least 0\.5 s"):
        transcribe(Waveform(np.zeros(100), RATE))


def test_midi_holds_the_notes(tmp_path):
    mido = pytest.importorskip("mido")
    tune = Tune((Note(0.0, 0.5, 60, 100), Note(0.5, 0.75, 60, 90), Note(1.0, 2.0, 67, 80)), 92.0, 2.0)
    save_midi(tune, tmp_path / "a.mid")
    at, found, open_notes = 0.0, [], {}
    for message in mido.MidiFile(tmp_path / "a.mid"):
        at += message.time
        if message.type == "note_on":
            open_notes[message.note] = (at, message.velocity)
        elif message.type == "note_off":
            start, velocity = open_notes.pop(message.note)
            found.append(Note(start, at, message.note, velocity))
    assert not open_notes and len(found) == 3
    for note, got in zip(tune.notes, found, strict=True):
        assert (got.pitch, got.velocity) == (note.pitch, note.velocity)
        assert got.start == pytest.approx(note.start, abs=2e-3) and got.stop == pytest.approx(note.stop, abs=2e-3)


def test_from_the_command_line(tmp_path, monkeypatch, capsys):
    pytest.importorskip("mido")
    monkeypatch.chdir(tmp_path)
    Waveform(played(TUNE), RATE).save("tune.wav")
    assert main(["transcribe", "tune.wav", "-o", "tune.mid"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("tune.mid: 13 notes in 5.2 s") and "C major" in printed and (tmp_path / "tune.mid").stat().st_size > 100
    for arguments, words in ((["tune.wav", "-o", "tune.xml"], "a tune is a .mid"), (["none.wav", "-o", "a.mid"], "is not there")):
        assert main(["transcribe", *arguments]) == 2 and words in capsys.readouterr().err
