"""Timelines: what a clip is known to do in time, from composed pieces, their windows and scores, and back from a sheet."""

from __future__ import annotations

import dataclasses
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from libretto import controls
from libretto.controls import MODES, REST, Timeline
from libretto.corpus.composing import theory
from libretto.corpus.composing.compose import compose
from libretto.corpus.composing.excerpt import excerpt
from libretto.corpus.playing import perform
from libretto.corpus.playing.midi import Midi, read
from libretto.corpus.playing.scores import Scores, arrange
from libretto.corpus.score import Note, Part, Score
from libretto.corpus.sources.composed import Composed
from libretto.corpus.timeline import one_voice, read_timeline, timeline_of
from libretto.errors import CorpusError
from libretto.tempo import RATE, onset_strength
from midi_files import write_midi


def told(score: Score, **changes: object) -> Timeline:
    """The timeline through JSON and back."""
    sheet = dataclasses.replace(score.sheet, **changes)  # type: ignore[arg-type]
    return read_timeline({"timeline": json.loads(json.dumps(timeline_of(score, sheet)))})


def melody(score: Score) -> Part:
    return next(part for part in score.parts if part.role == "melody")


def note(start: float, duration: float, pitch: int) -> Note:
    return Note(start, duration, pitch, 80)


def test_modes_are_the_composer_s() -> None:
    assert set(theory.MODES) == set(MODES), "what the composer plays in can be told, and the other way round"


@pytest.mark.parametrize("style", ["house", "waltz", "gospel", "romantic piano", "jazz swing"])
def test_beats_are_felt_ones_and_bars_are_whole(style: str) -> None:
    score = compose(style, seed=3, seconds=20)
    line = told(score)
    assert 60 / np.median(np.diff(line.beats)) == pytest.approx(score.sheet.bpm, rel=0.06)
    assert set(line.downbeats) <= set(line.beats)
    count, unit = map(int, score.sheet.metre.split("/"))
    beats = count // 3 if unit == 8 else count
    tokens = controls.tokens_of(line, frames=500, rate=25)["clock"]
    first = beats * (beats - 1) // 2
    assert set(tokens[0]) <= {*range(first, first + beats), controls.PACES} and (tokens[0] < controls.PACES).mean() > 0.9


def test_a_window_has_the_song_s_beats_even_where_it_slows_down() -> None:
    song = next(
        score for seed in range(60)
        if (score := compose("romantic piano", seed=seed, seconds=70)).sheet.happenings[-1:] == ["slows down at the end"]
        and melody(score).notes[-1].start > 60
    )  # fmt: skip
    start = song.seconds - 20.0
    line, whole = told(excerpt(song, start, 20.0)), told(song)
    assert line.beats == pytest.approx([beat - start for beat in whole.beats if beat >= start], abs=0.0011)
    assert line.tune[-1] == pytest.approx((whole.tune[-1][0] - start, whole.tune[-1][1] - start, whole.tune[-1][2]), abs=0.0011)
    clock = controls.tokens_of(line, frames=500, rate=25)["clock"]
    slow, usual = (clock[2, int((line.beats[place] + line.beats[place + 1]) / 2 * 25)] for place in (-2, len(line.beats) // 2))
    assert slow < usual - 2, "the pace falls"


def test_the_tune_is_the_melody_and_rests_where_it_does() -> None:
    score = compose("folk", seed=1, seconds=20)
    line, part = told(score), melody(score)
    assert line.tuned and {pitch for _, _, pitch in line.tune} <= {note.pitch for note in part.notes}
    assert all(before[1] <= after[0] for before, after in pairwise(line.tune)), "one voice"
    sounding = np.zeros(500, bool)
    for struck in part.notes:
        sounding[int(struck.start * 25) : int((struck.start + struck.duration) * 25) + 1] = True
    tune = controls.tokens_of(line, frames=500, rate=25)["tune"][0]
    assert (~sounding).any() and (tune[~sounding] == REST).all() and (tune[sounding] != REST).mean() > 0.8


def test_a_tune_that_cannot_be_heard_is_unknown_and_none_is_silence() -> None:
    score = compose("folk", seed=1, seconds=20)
    name = score.sheet.lead
    muffled = told(score, instruments=[other for other in score.sheet.instruments if other != name], lead="")
    assert not muffled.tuned and not muffled.tune and muffled.beats and muffled.keys
    without = dataclasses.replace(score, parts=[part for part in score.parts if part.role != "melody"])
    assert told(without).tuned and not told(without).tune
    untold = dataclasses.replace(without, harmony=[])
    assert not told(untold).tuned, "a score whose tune rests may have given it to another player"
    drums = dataclasses.replace(without, parts=[part for part in score.parts if part.drums], harmony=[])
    assert told(drums, instruments=[], key="", mode="").tuned


def test_the_key_changes_with_the_harmony_and_is_told_only_of_pitches() -> None:
    song = compose("country", seed=0, seconds=90)
    assert "key change" in song.sheet.happenings
    keys = told(song).keys
    assert len(keys) == 2 and keys[0][0] == 0.0 and keys[0][1] != keys[1][1] and {mode for *_, mode in keys} == {song.sheet.mode}
    change = next(stretch.start for stretch in song.happenings if stretch.name == "key change")
    assert keys[1][0] == pytest.approx(change, abs=0.01)
    assert not told(song, instruments=[]).keys and not told(song, mode="locrian").keys


def test_of_notes_that_begin_together_the_highest_is_the_tune() -> None:
    thirds = [note(0.0, 0.5, 60), note(0.01, 0.5, 64), note(0.5, 0.5, 62), note(0.51, 0.5, 65)]
    assert one_voice(thirds, seconds=2.0) == [(0.01, 0.51, 64), (0.51, 1.01, 65)]
    held = [note(0.0, 1.0, 72), *(note(0.25 * step, 0.2, 48) for step in range(4))]
    assert one_voice(held, seconds=2.0) == [(0.0, 1.0, 72)], "an accompaniment under a held note"
    joined = [note(0.0, 0.6, 72), note(0.5, 0.5, 67), note(1.0, 5.0, 69)]
    assert one_voice(joined, seconds=2.0) == [(0.0, 0.5, 72), (0.5, 1.0, 67), (1.0, 2.0, 69)], "legato, cut at the end"


def test_beats_of_scores_follow_the_performance(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=8, metre=(6, 8), bpm=90))
    end = perform.Window(midi.bars[1], midi.bars[-1], ending=True)
    manner = perform.Manner(pace=1.1, breath=0.08, ritardando=0.5, length=1.0)
    performance = perform.Performance(midi, end, manner, np.random.default_rng(0), seconds=20.0)
    beats, notes = performance.beats(), performance.notes(midi.lines[0], "chords")
    assert beats[:-1] == pytest.approx([note.start for note in notes[::3]]), "every third eighth, as it is played"
    assert set(np.round(performance.bars(), 6)) <= set(np.round(beats, 6)) and len(beats) == 2 * len(performance.bars()) - 1
    assert beats[-1] - beats[-2] > 1.5 * (beats[1] - beats[0])


def test_beats_of_repeated_broken_and_odd_bars(tmp_path: Path) -> None:
    midi = read(write_midi(tmp_path / "a.mid", bars=4, metre=(3, 4), bpm=120))

    def beats(midi: Midi, window: perform.Window) -> list[float]:
        return perform.Performance(midi, window, perform.Manner(), np.random.default_rng(0), seconds=12.0).beats()

    assert beats(midi, perform.Window(0, midi.bars[-1], repeat=midi.bars[-1])) == pytest.approx(0.5 * np.arange(24))
    broken = dataclasses.replace(midi, bars=[0, 1440, 2160, 3600], metres=["3/4"] * 3)  # the second bar lacks its second half
    assert beats(broken, perform.Window(0, 3600)) == pytest.approx([0, 0.5, 1, 1.5, 2, 2.25, 2.75, 3.25, 3.75])
    odd = dataclasses.replace(midi, bars=[0, 1200, 2400], metres=["5/8"] * 2)
    assert beats(odd, perform.Window(0, 2400)) == [], "its beats are not even, so no clock is claimed"


def test_a_pianist_s_left_hand_is_not_the_tune_and_leaps_are_none(tmp_path: Path) -> None:
    score = arrange(read(write_midi(tmp_path / "a.mid")), {"path": "a.mid"}, np.random.default_rng(0), seconds=8.0)
    tune = [note(0.5 * step, 0.4, 72 + step % 5) for step in range(16)]
    bass = [note(0.5 * step + 0.25, 0.4, 36 + step % 3) for step in range(16)]
    hands = dataclasses.replace(score, parts=[Part("melody", "piano", sorted(tune + bass, key=lambda note: note.start))])
    line = told(hands, instruments=["piano"])
    assert line.tuned and len(line.tune) == 32, "two voices that take turns may be one that leaps"
    chords = [dataclasses.replace(struck, pitch=struck.pitch - 5) for struck in tune]
    hands.parts[0].notes[:] = sorted(tune + bass + chords, key=lambda note: note.start)
    line = told(hands, instruments=["piano"])
    assert line.tuned and [pitch for _, _, pitch in line.tune] == [note.pitch for note in tune]
    leaping = [note(0.5 * step, 0.4, (60, 62, 60, 76)[step % 4]) for step in range(16)]
    hands.parts[0].notes[:] = [dataclasses.replace(struck, pitch=struck.pitch - low) for struck in leaping for low in (0, 5)]
    assert not told(hands, instruments=["piano"]).tuned


def test_sheets_of_both_sources_bring_their_timeline(tmp_path: Path) -> None:
    write_midi(tmp_path / "scores" / "a.mid", bars=16, drums=True)
    for source in (Composed(styles=["house"], fonts=[]), Scores(tmp_path / "scores", fonts=[])):
        piece = source.make(0, seconds=6.0, captions=1)[0]
        line = read_timeline(json.loads(json.dumps(piece.sheet)))
        strength = onset_strength(piece.samples.reshape(len(piece.samples), -1)[:, 0], sample_rate=24_000).sum(0)
        near = np.convolve(strength, np.ones(5) / 5, "same")
        at = [int(beat * RATE) for beat in line.beats if 0.1 < beat < 5.9]
        assert len(at) > 5 and near[at].mean() > 1.5 * near.mean(), "beats are where something begins"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chords": [[0.0, 9, "m8"]]}, "chords of a clip's timeline is .*quality"),
        ({"beats": [0.0, 2.0, 1.0]}, "beats of a clip's timeline is .*ascending"),
        ({"downbeats": ["0.0"]}, "downbeats"),
        ({"keys": [[0.0, 12, "major"]]}, "tonic 0..11"),
        ({"keys": [[0.0, 0, "locrian"]]}, "locrian"),
        ({"keys": [[0.0, 0]]}, "keys"),
        ({"tune": [[1.0, 1.0, 60]]}, "stop after it"),
        ({"tune": [[1.0, float("nan"), 60]]}, "tune"),
        ({"tuned": 1}, "true or false"),
        ({"tempo": 120}, "tempo"),
    ],
)
def test_a_malformed_timeline_is_refused(change: dict[str, object], message: str) -> None:
    old = {"beats": [0.0, 0.5], "downbeats": [0.0], "keys": [[0.0, 9, "minor"]], "tune": [[0.1, 0.4, 69]], "tuned": True}
    assert read_timeline({"timeline": old}) == Timeline([0.0, 0.5], [0.0], [(0.0, 9, "minor")], [(0.1, 0.4, 69.0)], True, [])
    good = {**old, "chords": [[0.0, 9, "m7"]]}
    assert read_timeline({"timeline": good}).chords == [(0.0, 9, "m7")]
    assert read_timeline({"file": "a.wav"}) == Timeline()
    with pytest.raises(CorpusError, match=message):
        read_timeline({"timeline": {**good, **change}})
    with pytest.raises(CorpusError, match="object"):
        read_timeline({"timeline": [0.0]})
