"""Tempo, key, metre and melody from what a user writes to what the model is told, and to music that is made again from it."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import numpy as np
import pytest

from libretto import (
    Extend,
    Form,
    Inpaint,
    Libretto,
    Loop,
    Morph,
    Request,
    Vary,
    Waveform,
    record,
    residual,
    usual,
    weights,
)
from libretto.asked import Heard, controls_of, hear, in_words, unheard
from libretto.cli import main
from libretto.config import preset
from libretto.controls import MODES, REST, steady_clock
from libretto.course import Turn, course_of
from libretto.errors import AudioError, LibrettoError, RequestError
from libretto.notation import beats_of, key_and_mode, key_name, said
from libretto.tempo import beat_grid
from libretto.transcribe import tune_of
from libretto.ways.loop import cut_of
from libretto.ways.refine import open_draft, refined
from libretto.weights import WeightsFolder

RATE = 24_000
PROMPT = "slow sad piano"


class Deaf:
    """What ``asked`` reads of a model, here one without controls."""

    config = dataclasses.replace(preset("tiny"), controls=())
    weights = SimpleNamespace(tables={})


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


def clicks(bpm: float, *, first: float, seconds: float = 12.0, accent: int = 0) -> np.ndarray:
    """Short noises on a steady beat; of every ``accent`` the first is lower and louder."""
    rng, samples = np.random.default_rng(0), np.zeros(round(seconds * RATE), np.float32)
    for number, at in enumerate(np.arange(first, seconds - 0.1, 60 / bpm)):
        hit = 0.3 * rng.standard_normal(1_200) * np.exp(-np.arange(1_200) / 200)
        if accent and number % accent == 0:
            hit = hit + 0.6 * np.sin(2 * np.pi * 90 * np.arange(1_200) / RATE)
        samples[round(at * RATE) : round(at * RATE) + 1_200] += hit.astype(np.float32)
    return samples


def hummed(pitches: list[float], *, step: float = 0.5, off: float = 0.0) -> np.ndarray:
    """A voice with a wavering pitch that slides into each note; 0 is a rest."""
    time = np.arange(round(step * RATE)) / RATE
    parts, turned = [], 0.0
    for pitch in pitches:
        bent = pitch + off + 0.15 * np.sin(2 * np.pi * 5 * time) - 0.6 * np.exp(-time / 0.03)
        phase = turned + 2 * np.pi * np.cumsum(440 * 2 ** ((bent - 69) / 12)) / RATE
        turned = float(phase[-1])
        loud = 0.3 * np.minimum(1, time / 0.03) * np.minimum(1, (step - time) / 0.05) * (pitch > 0)
        parts.append(loud * sum(0.5**k * np.sin((k + 1) * phase) for k in range(5)))
    return np.concatenate(parts).astype(np.float32)


@pytest.mark.parametrize(("written", "expected"), [
    ("A minor", "A minor"), ("Am", "A minor"), ("F sharp major", "F sharp major"), ("f#", "F sharp major"), ("Bb dorian", "B flat dorian"),
    ("bb", "B flat major"),
    ("Bm", "B minor"), ("CM", "C major"), ("E-flat maj", "E flat major"), ("C# harmonic minor", "C sharp harmonic minor"),
])  # fmt: skip
def test_keys_are_read(written, expected):
    assert key_name(*key_and_mode(written)) == expected == Request(PROMPT, key=written).key
    assert key_and_mode(expected)[1] in MODES


def test_metres_have_felt_beats():
    assert [beats_of(metre) for metre in ("4/4", "3/4", "6/8", "9/8", "12/8", "5/4", "7/8", "3/8", "2/2")] == [4, 3, 2, 3, 4, 5, 7, 3, 2]


@pytest.mark.parametrize(("prompt", "bpm", "key", "metre"), [
    ("slow piano in A minor, 92 bpm", 92.0, "A minor", None), ("a sad song in a minor key", None, None, None),
    ("song in a minor", None, "A minor", None), ("in a major way", None, None, None), ("happy waltz", None, None, "3/4"),
    ("techno in the key of F sharp minor at 128.5 BPM", 128.5, "F sharp minor", None), ("6/8 jig in D dorian", None, "D dorian", "6/8"),
    ("house, open 24/7", None, None, None), ("a blues in E blues", None, "E blues", None), ("5 bpm, 999 bpm", None, None, None),
    ("not in C minor", None, None, None),
])  # fmt: skip
def test_words_that_settle_something(prompt, bpm, key, metre):
    found = said(prompt)
    assert (found.bpm, found.key, found.metre) == (bpm, key, metre)


@pytest.mark.parametrize(("fields", "words"), [
    ({"bpm": 10}, "bpm is 10, expected a number from 30 to 300"),
    ({"key": "H"}, "key is 'H', expected a tonic"), ({"key": 3}, "key is 3"),
    ({"metre": "4"}, "metre is '4', expected"), ({"metre": "16/4"}, "has 16 beats in the bar"),
    ({"melody": ""}, "melody is '', expected a file"),
    ({"bars": 4}, "no tempo is given; add bpm"), ({"bars": 0, "bpm": 90}, "bars is 0"), ({"bars": 999, "bpm": 30}, "expected 0.5 to 3600"),
    ({"steered": 1}, "steered is 1"),
])  # fmt: skip
def test_refused_in_one_line(fields, words):
    with pytest.raises(RequestError, match=words) as error:
        Request(PROMPT, **fields)
    assert "\n" not in str(error.value)


def test_bars_say_the_length():
    assert Request(PROMPT, bars=8, bpm=120).seconds == 16.0 and Request("waltz, 90 bpm", bars=4).seconds == 8.0
    assert Request(PROMPT, bars=2, bpm=60, metre="6/8").seconds == 4.0
    assert Loop("house, 128 bpm").bpm == 128.0 and Loop(PROMPT).seconds == 8.0 and Loop(PROMPT, metre="3/4").seconds == 6.0
    assert Form(PROMPT, form="A2 B1", metre="3/4", bpm=180).seconds == 3.0
    for refused in (lambda: Vary(source="a.wav", strength=0.5, bars=2, bpm=90), lambda: Inpaint(source="a.wav", stop=1.0, melody="b.wav"),
                    lambda: Loop(PROMPT, melody="b.wav")):  # fmt: skip
        with pytest.raises(RequestError, match="melody out"):
            refused()


def test_a_request_is_told_frame_by_frame(model):
    told = controls_of(model, Request("waltz, 90 bpm, in D minor", seconds=4.0), seconds=4.0)
    assert sorted(told) == ["clock", "key"]
    assert np.array_equal(told["clock"], steady_clock(90, 3, frames=100, rate=25)) and ([2, MODES.index("minor")] == told["key"].T).all()
    fields = controls_of(model, Request("waltz, 90 bpm", bpm=120, metre="4/4", seconds=4.0), seconds=4.0)
    assert np.array_equal(fields["clock"], steady_clock(120, 4, frames=100, rate=25))
    assert controls_of(model, Request(PROMPT, metre="3/4"), seconds=4.0) == {}


def test_a_story_changes_on_bar_lines(model):
    request = Request("calm, 120 bpm, in C major", seconds=12.0, at=[(3.0, "drums"), (6.5, "techno at 60 bpm in A minor")])
    told = controls_of(model, request, seconds=12.0)
    one, other = steady_clock(120, 4, frames=300, rate=25), steady_clock(60, 4, frames=300, rate=25, start=8.0)
    assert np.array_equal(told["clock"], np.where(np.arange(300) < 200, one, other))
    assert told["key"][0].tolist() == [0] * 200 + [9] * 100
    live = dataclasses.replace(request, steered=2)
    assert np.array_equal(controls_of(model, live, seconds=12.0)["clock"], one)


def test_what_was_heard_goes_on(model):
    heard = Heard(100.0, 0.25, (7, "major"))
    went = controls_of(model, Request(PROMPT), seconds=8.0, begin=4.0, heard=heard)
    assert np.array_equal(went["clock"], steady_clock(100, 4, frames=200, rate=25, start=0.25)) and (went["key"][0] == 7).all()
    other = controls_of(model, Request(PROMPT, bpm=150, key="A minor"), seconds=8.0, begin=4.0, heard=heard)
    assert np.array_equal(other["clock"][:, :100], went["clock"][:, :100]) and (other["key"][0] == np.repeat([7, 9], 100)).all()
    assert np.array_equal(other["clock"][:, 100:], steady_clock(150, 4, frames=200, rate=25, start=4.0)[:, 100:])


@pytest.mark.parametrize(("bpm", "first"), [(92.0, 0.31), (120.0, 0.07), (133.3, 0.2)])
def test_the_beat_of_clicks_is_found(model, bpm, first):
    samples = clicks(bpm, first=first, accent=4)
    grid = beat_grid(samples, RATE)
    assert grid.bpm == pytest.approx(bpm, rel=0.005) and grid.clarity > 0.5
    away = (grid.first - first) % (60 / bpm)
    assert min(away, 60 / bpm - away) < 0.025
    heard = hear(model, Request(PROMPT), Waveform(samples, RATE), start=1.0)
    off = (heard.bar - 1.0 - first) % (240 / bpm)
    assert heard.bpm == grid.bpm and min(off, 240 / bpm - off) < 0.05


def test_the_beat_of_composed_drums_is_found():
    pytest.importorskip("numba")
    from libretto.corpus.composing.compose import compose
    from libretto.corpus.sound.render import render

    score = compose("house", seed=3, seconds=10.0)
    grid = beat_grid(render(score, sample_rate=RATE).audio.mono().samples[0], RATE)
    assert grid.bpm == pytest.approx(score.sheet.bpm, rel=0.01)
    away = np.abs(grid.first - np.array(score.beats)).min()
    assert away < 0.04


def test_nothing_beats_in_noise_and_silence():
    noise = 0.1 * np.random.default_rng(1).standard_normal(8 * RATE).astype(np.float32)
    assert beat_grid(noise, RATE).clarity < 0.3 and beat_grid(0 * noise, RATE).clarity == 0 and beat_grid(noise[:RATE], RATE).clarity == 0


@pytest.mark.parametrize("off", [0.0, 0.42, -0.35])
def test_a_hum_is_written_whatever_its_tuning(off):
    wanted = [57, 59, 60, 0, 64, 62, 60, 57]
    notes, seconds = tune_of(Waveform(hummed(wanted, off=off), RATE))
    assert seconds == 4.0
    steps = []
    for place, pitch in enumerate(wanted):
        sounding = [note for start, stop, note in notes if start <= 0.5 * place + 0.25 < stop]
        assert bool(sounding) == bool(pitch), (place, notes)
        steps += [sounding[0] % 12] if pitch else []
    assert np.array_equal(np.diff(steps) % 12, np.diff([pitch % 12 for pitch in wanted if pitch]) % 12)
    assert off or steps == [pitch % 12 for pitch in wanted if pitch]


def test_a_tune_is_told_as_long_as_it_lasts(model, tmp_path):
    Waveform(hummed([69, 71, 72, 0]), RATE).save(tmp_path / "hum.wav")
    told = controls_of(model, Request(PROMPT, melody=tmp_path / "hum.wav"), seconds=6.0, begin=1.0)["tune"]
    assert told[:, :25].min() == told[:, 75:].min() == REST + 1
    assert [told[0, 25 + at] for at in (6, 19, 31, 44)] == [9, 11, 0, REST] and told[1, 25:75].sum() == 3
    Waveform(np.zeros(RATE, np.float32), RATE).save(tmp_path / "still.wav")
    with pytest.raises(RequestError, match="no tune is heard"):
        controls_of(model, Request(PROMPT, melody=tmp_path / "still.wav"), seconds=6.0)
    with pytest.raises(AudioError, match="not there"):
        controls_of(model, Request(PROMPT, melody="none.wav"), seconds=6.0)


def test_without_controls_it_is_said_in_words(model):
    request = Request(PROMPT, bpm=92, key="Am", metre="3/4")
    assert in_words(Deaf, request, PROMPT) == f"{PROMPT}, 92 bpm, in A minor, in 3/4 time"
    assert in_words(model, request, PROMPT) == PROMPT and in_words(Deaf, request, "") == ""
    assert in_words(Deaf, request, "waltz in A minor, 90 bpm") == "waltz in A minor, 90 bpm"
    line = unheard(Deaf, request)
    assert line is not None and line.startswith("bpm and key and metre asked for in words alone") and "\n" not in line
    assert unheard(Deaf, Request("92 bpm")) is None and controls_of(Deaf, request, seconds=1.0) == {}
    with pytest.raises(RequestError, match="weights with the control 'tune'"):
        controls_of(Deaf, Request(PROMPT, melody="hum.wav"), seconds=1.0)


def test_a_loop_begins_on_the_clock():
    samples = clicks(118.0, first=0.0, accent=4, seconds=16.0)
    cut = cut_of(Waveform(samples, RATE), Loop(PROMPT, bars=2, bpm=120.0), clocked=True)
    assert cut.begin == pytest.approx(2.0, abs=0.1) and cut.length == pytest.approx(8 * 60 / 118, abs=0.03)


def test_music_that_nobody_asked_a_tempo_of_has_a_usual_one(model, monkeypatch):
    books = model.weights.tables["mulan.codebooks"]
    style = course_of(model, Request(PROMPT)).turns[0].style
    assert course_of(model, Request(PROMPT)).controls == {}  # untrained weights know of none
    far = residual.tokenize(-usual.vectors(books, style[None]), books)[0]
    near = usual.NEAREST
    tables = {usual.STYLES: np.array([style] * near + [far] * near),
              usual.TEMPI: np.array([*range(60, 60 + near), *[200] * near], np.float32),
              usual.BEATS: np.array([3] * near + [4] * near)}
    told = WeightsFolder(model.weights.path, model.weights.config, {**model.weights.tables, **tables})
    monkeypatch.setattr(model, "weights", told)
    request = Request(PROMPT, seconds=6.0, at=[(4.5, "fast drums")], seed=1, temperature=3.0)
    found = usual.usual_time(tables | {"mulan.codebooks": books}, style, seed=1)
    assert 60 <= found.bpm <= 68 and found.beats == 3
    assert len({usual.usual_time(tables | {"mulan.codebooks": books}, style, seed=seed).bpm for seed in range(40)}) == near
    clock = steady_clock(found.bpm, 3, frames=150, rate=25)
    assert np.array_equal(course_of(model, request).controls["clock"], clock)  # the story keeps it
    whole = np.concatenate([chunk.samples for chunk in model.stream(request)], axis=1)
    assert whole.tobytes() == model.perform(request).audio.samples.tobytes()
    assert np.array_equal(controls_of(model, request, seconds=6.0, turns=[Turn(0.0, style)])["clock"], clock)
    metre = dataclasses.replace(request, metre="5/4")
    assert np.array_equal(course_of(model, metre).controls["clock"], steady_clock(found.bpm, 5, frames=150, rate=25))
    assert in_words(model, metre, PROMPT) == PROMPT and unheard(model, metre) is None
    doubled = controls_of(model, request, seconds=6.0, turns=[Turn(0.0, style), Turn(4.5, far)])["clock"]  # that goes at 200
    bar = 3 * 60 / found.bpm
    line = bar * np.ceil(4.5 / bar)
    assert np.array_equal(doubled[:, : int(25 * line)], clock[:, : int(25 * line)])
    twice = steady_clock(2 * found.bpm, 3, frames=150, rate=25, start=line)
    assert np.array_equal(doubled[:, round(25 * line) :], twice[:, round(25 * line) :])
    told = dataclasses.replace(request, bpm=found.bpm, metre="3/4")
    kept = controls_of(model, told, seconds=6.0, turns=[Turn(0.0, style), Turn(4.5, far)])
    assert np.array_equal(kept["clock"], clock)  # asked for
    ninety = course_of(model, dataclasses.replace(request, bpm=90))
    assert np.array_equal(ninety.controls["clock"], steady_clock(90, 4, frames=150, rate=25))
    assert "clock" not in controls_of(model, request, seconds=6.0)  # a sound's own time is not overruled


def test_a_story_refined_is_the_story_at_once(model, tmp_path):
    request = Request(PROMPT, seconds=5.0, at=[(4.2, "fast drums")], seed=4, temperature=3.0)
    model.perform(dataclasses.replace(request, draft=True)).save(tmp_path / "draft.npz")
    done = refined(model, open_draft(tmp_path / "draft.npz"))
    assert done.audio.samples.tobytes() == model.perform(request).audio.samples.tobytes()


def test_steering_is_told_again_as_it_was(model):
    request = Request("calm piano, 100 bpm", seconds=3.0, seed=2, temperature=3.0)
    stream = model.stream(request, chunk_seconds=0.5)
    first = next(stream)
    stream.steer("fast drums, 150 bpm, in A minor")
    rest = [chunk.samples for chunk in stream]
    assert stream.request.steered == 1
    assert np.concatenate([first.samples, *rest], axis=1).tobytes() == model.perform(stream.request).audio.samples.tobytes()


def test_it_changes_the_music_and_comes_back(model, tiny_weights, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "BUNDLED", tiny_weights)
    monkeypatch.chdir(tmp_path)
    Waveform(hummed([69, 71, 72, 69]), RATE).save("hum.wav")
    Waveform(clicks(110.0, first=0.2, seconds=4.0), RATE).save("beat.wav")
    plain = {"seconds": 2.0, "seed": 3, "temperature": 3.0}
    takes = [model.perform(Request(PROMPT, **plain, **more)).semantic for more in ({}, {"bpm": 92}, {"key": "Am"}, {"melody": "hum.wav"})]
    assert all(not np.array_equal(takes[0], other) for other in takes[1:])
    gap = {"source": "beat.wav", "start": 1.0, "stop": 2.5, "tries": 2}
    requests = [
        Request(PROMPT, bpm=92.5, key="Bb dorian", metre="6/8", bars=2), Request(PROMPT, melody="hum.wav", seconds=1.0, best_of=2),
        Extend(source="beat.wav", seconds=1.0, key="Em"), Vary(source="beat.wav", keep="acoustic"),
        Vary(source="beat.wav", strength=0.9, bpm=90),
        Inpaint(**gap), Morph(begin="calm", end="wild", bpm=100, bars=1), Loop(PROMPT, bars=1, bpm=200, metre="3/4", tries=1),
        Form(PROMPT, form="A1 B1 A1", bpm=240, key="C"),
    ]  # fmt: skip
    for number, request in enumerate(requests):
        take = model.perform(request)
        record.save(take, f"{number}.flac", model=model)
        found = record.read(f"{number}.flac")
        assert found.request == take.request and json.loads(record.to_json(found.request)).get("key") == take.request.key
        assert model.perform(found.request, take=found.take).audio.samples.tobytes() == take.audio.samples.tobytes(), request
    course = course_of(model, requests[0])
    assert course.controls["clock"].shape[1] == -(-round(requests[0].seconds * 25 * 1000) // 1000)


def test_from_the_command_line(tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(weights, "BUNDLED", tiny_weights)
    monkeypatch.chdir(tmp_path)
    Waveform(hummed([69, 71]), RATE).save("hum.wav")
    command = ["generate", PROMPT, "--bpm", "120", "--key", "Am", "--metre", "3/4", "--bars", "1", "--melody", "hum.wav", "--seed", "1"]
    assert main([*command, "-o", "a.flac"]) == 0 and main(["again", "a.flac", "-o", "b.flac"]) == 0
    assert np.array_equal(Waveform.load("a.flac").samples, Waveform.load("b.flac").samples)
    values = json.loads((tmp_path / "a.json").read_text())
    assert values["key"] == "A minor" and values["bpm"] == 120 and values["melody"] == "hum.wav" and list(values["files"]) == ["hum.wav"]
    assert Waveform.load("a.flac").seconds == 1.5
    capsys.readouterr()
    assert main(["generate", PROMPT, "--metre", "3/4", "--seconds", "0.2", "-o", "c.wav"]) == 0
    assert "libretto: metre asked for in words alone, which may not be kept: no tempo is given\n" in capsys.readouterr().err
    for arguments, words in ((["--key", "H"], "key is 'H'"), (["--metre", "x"], "metre is 'x'"), (["--melody", "none.wav"], "not there")):
        assert main(["generate", PROMPT, *arguments, "-o", "x.wav"]) == 2
        assert words in capsys.readouterr().err.splitlines()[-1]
    with pytest.raises(LibrettoError):
        record.from_values({"prompt": "x", "key": "H"}, where="here")
