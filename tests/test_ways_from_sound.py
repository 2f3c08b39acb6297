"""Variations, fillings, journeys, loops and forms, on tiny weights."""

from __future__ import annotations

import numpy as np
import pytest

from conftest import tones
from libretto import Form, Inpaint, Libretto, Loop, Morph, Request, Vary, Waveform, record, weights
from libretto.cli import main
from libretto.course import course_of
from libretto.errors import LibrettoError, RequestError
from libretto.performance import limited
from libretto.tempo import tempo
from libretto.ways.form import parts
from libretto.ways.inpaint import FADE_SECONDS
from libretto.ways.loop import cut_of, turned
from libretto.ways.morph import between
from libretto.ways.source import encoded, open_source
from libretto.ways.vary import _depths, _redrawn

RATE = 24_000
PROMPT = "slow sad piano"


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """2.9 s and a bit of tones."""
    path = tmp_path_factory.mktemp("sound") / "tones.flac"
    Waveform(tones(3.0, seed=4)[:69_700], RATE).save(path)
    return path


@pytest.fixture(scope="module")
def heard(model, sound):
    """The source, its tokens, and what the codec makes of it."""
    source = open_source(model, sound)
    acoustic, _ = model.encode(source.levelled())
    semantic = encoded(model, source.levelled())["semantic"]
    assert semantic.shape == (1, 73)  # the last one ends in silence
    voice = model.decode(acoustic).samples[:, : len(source.samples)]
    return acoustic, semantic, limited(voice / np.float32(source.gain))


def clicks(count: int, *, bpm: float) -> np.ndarray:
    """Beats of short noise, the first of four louder and lower: something with a tempo, float32 [N]."""
    length = round(60 / bpm * RATE)
    time = np.arange(2_400) / RATE
    samples = 1e-3 * np.random.default_rng(0).standard_normal(count * length)
    for beat in range(count):
        hertz, loud = (200, 0.8) if beat % 4 == 0 else (900, 0.4)
        samples[beat * length : beat * length + 2_400] += loud * np.exp(-60 * time) * np.sin(2 * np.pi * hertz * time)
    return samples.astype(np.float32)


def test_no_strength_is_the_codec_and_all_of_it_keeps_nothing(model, sound, heard):
    acoustic, semantic, voice = heard
    still = model.perform(Vary(source=sound, strength=0.0))
    assert np.array_equal(still.acoustic, acoustic) and np.array_equal(still.semantic, semantic)
    assert still.audio.samples.tobytes() == voice.tobytes()
    new = model.perform(Vary(source=sound, strength=1.0, temperature=3.0))
    assert new.audio.samples.shape == voice.shape
    assert (new.acoustic == acoustic).mean() < 0.3


def test_what_is_redrawn_stays_redrawn(model, sound, heard):
    """More strength redraws a greater part, which holds the smaller one, from the finest level to the idea."""
    acoustic, semantic, _ = heard
    depth = _depths(model, 2.9, seed=1, take=0)
    stages = {"semantic": semantic, "coarse": acoustic[:2], "fine": acoustic[2:]}
    before = {name: np.zeros(tokens.shape, bool) for name, tokens in stages.items()}
    shares = []
    for strength in np.linspace(0, 1, 11):
        drawn = {name: _redrawn(model, name, tokens, depth, float(strength)) == -1 for name, tokens in stages.items()}
        assert all((drawn[name] | ~before[name]).all() for name in stages)
        assert (drawn["fine"][1:] | ~drawn["fine"][:-1]).all()  # a finer level at least as much
        assert drawn["fine"].mean() >= drawn["coarse"].mean() >= drawn["semantic"].mean()
        before = drawn
        shares.append(np.mean([part.mean() for part in drawn.values()]))
    assert shares[0] == 0 and shares[-1] == 1 and before["semantic"].mean() > 0 and len(set(shares)) > 8
    take = model.perform(Vary(source=sound, strength=0.5, seed=1, temperature=3.0))
    kept = {name: _redrawn(model, name, tokens, depth, 0.5) for name, tokens in stages.items()}
    for name, tokens in (("coarse", take.acoustic[:2]), ("fine", take.acoustic[2:]), ("semantic", take.semantic)):
        known = kept[name] >= 0
        assert np.array_equal(tokens[known], kept[name][known])


def test_idea_or_sound_is_kept(model, sound, heard, tmp_path):
    acoustic, semantic, voice = heard
    idea = model.perform(Vary(source=sound, keep="semantic", seed=3))
    assert np.array_equal(idea.semantic, semantic) and not np.array_equal(idea.acoustic, acoustic)
    other = model.perform(Vary(source=sound, keep="acoustic", seed=3, temperature=3.0))
    assert other.audio.samples.shape == voice.shape and not np.array_equal(other.semantic, semantic)
    assert other.semantic.shape == semantic.shape and other.acoustic.shape == acoustic.shape
    take = model.generate(PROMPT, seconds=1.37, seed=2)
    take.save(tmp_path / "take.npz")
    same = model.perform(Vary(source=tmp_path / "take.npz", strength=0.0))
    assert same.audio.samples.tobytes() == take.audio.samples.tobytes() and np.array_equal(same.style, take.style)
    again = model.perform(Vary(source=tmp_path / "take.npz", keep="semantic", seed=9))
    assert np.array_equal(again.semantic, take.semantic) and again.audio.samples.shape == take.audio.samples.shape
    short = model.perform(Vary(source=tmp_path / "take.npz", strength=0.2, seconds=0.7))
    assert short.audio.seconds == 0.7


@pytest.mark.parametrize(("start", "stop"), [(0.8, 1.9), (0.0, 0.5), (2.0, 69_700 / RATE)])
def test_a_filling_changes_its_gap_alone(model, sound, heard, start, stop):
    acoustic, semantic, voice = heard
    take = model.perform(Inpaint(source=sound, start=start, stop=stop, seed=2, temperature=2.0, tries=2))
    first, last = round(start * RATE), round(stop * RATE)
    samples = take.audio.samples
    assert samples.shape == voice.shape
    assert np.array_equal(samples[:, :first], voice[:, :first]) and np.array_equal(samples[:, last:], voice[:, last:])
    assert not np.array_equal(samples[:, first:last], voice[:, first:last])
    for tokens, source, rate in ((take.semantic, semantic, 25), (take.acoustic, acoustic, 50)):
        begin, end = int(start * 25) * rate // 25, -int(-stop * 25 // 1) * rate // 25
        assert np.array_equal(tokens[:, :begin], source[:, :begin]) and np.array_equal(tokens[:, end:], source[:, end:])
    steps = np.abs(np.diff(samples[0]))
    for edge in {first, last} - {0, samples.shape[1]}:
        assert steps[edge - 1 : edge + 1].max() <= np.quantile(steps, 0.999) + FADE_SECONDS


def test_the_filling_that_fits_best_is_taken(model, sound, monkeypatch):
    from libretto.ways import inpaint

    seen = []
    monkeypatch.setattr(inpaint, "_fittest", lambda model, fillings, last, course: seen.append((len(fillings), last)) or 1)
    request = Inpaint(source=sound, start=0.4, stop=1.0, tries=3, temperature=2.0)
    second = model.perform(request)
    monkeypatch.undo()
    assert seen == [(3, 25)] and second.take == 0
    chosen = model.perform(request)
    assert chosen.audio.samples.shape == second.audio.samples.shape


def test_fillings_are_judged_by_what_follows(model, sound):
    """Where one filling's end makes the kept tokens likelier, it is found whatever its place in the list."""
    from libretto.ways.inpaint import _fittest

    takes = [model.generate(PROMPT, seconds=2.0, seed=seed, temperature=5.0) for seed in range(3)]
    for take in takes:
        take.semantic[:, 30:] = takes[0].semantic[:, 30:]  # the same ending after different beginnings
    course = course_of(model, takes[0].request)
    found = _fittest(model, takes, 30, course)
    turned_round = _fittest(model, takes[::-1], 30, course)
    assert np.array_equal(takes[found].semantic, takes[::-1][turned_round].semantic)


def test_a_journey_begins_and_ends(model, sound):
    one, other = model.embed(PROMPT), model.embed("fast happy drums")
    assert np.allclose(between(one, other, 0.0), one, atol=1e-5) and np.allclose(between(one, other, 1.0), other, atol=1e-5)
    middle = between(one, other, 0.5)
    assert np.linalg.norm(middle) == pytest.approx(1.0, abs=1e-5) and middle @ one == pytest.approx(middle @ other, abs=1e-5)
    request = Morph(begin=PROMPT, end=str(sound), seconds=3.0, seed=1)
    take = model.perform(request)
    assert take.audio.seconds == 3.0 and np.array_equal(take.style, model.mulan.tokenize(one))
    stream = model.stream(request, chunk_seconds=0.4)
    with pytest.raises(RequestError, match="cannot be steered"):
        stream.steer("drums")
    assert np.concatenate([chunk.samples for chunk in stream], axis=1).tobytes() == take.audio.samples.tobytes()
    assert request.files() == (str(sound),)


@pytest.mark.parametrize("bpm", [117.3, 240.0])
def test_a_loop_is_as_long_as_its_bars(model, bpm):
    take = model.perform(Loop(PROMPT, bars=1, bpm=bpm, tries=2, seed=1))
    assert take.audio.samples.shape == (1, round(4 * 60 / bpm * RATE)) and take.audio.samples.std() > 0


@pytest.mark.parametrize("played", [116.0, 120.0, 126.0])
def test_a_loop_is_cut_where_the_music_returns(played):
    """Beats at another tempo than asked for: the cut holds whole bars of them and begins on a beat."""
    audio = Waveform(clicks(20, bpm=played), RATE)
    assert tempo(audio.samples[0], sample_rate=RATE) == pytest.approx(played, rel=0.02)
    cut = cut_of(audio, Loop(PROMPT, bars=2, bpm=120.0))
    beat = 60 / played
    assert cut.length == pytest.approx(8 * beat, abs=0.015) and cut.alike > 0.8
    away = (cut.begin + 0.02) % beat
    assert min(away, beat - away) < 0.045


def test_the_end_of_a_loop_leads_to_its_beginning(model):
    """The last samples fade into what comes before the first ones, which they meet without a step."""
    take = model.generate(PROMPT, seconds=3.0, seed=1)
    from libretto.ways.loop import Cut

    loop = turned(model, take.acoustic, Cut(0.5, 1.7, 1.0), 2 * RATE).samples[0]
    assert loop.shape == (2 * RATE,)
    around = np.concatenate([loop, loop])
    step = np.abs(np.diff(around))
    assert step[2 * RATE - 1] <= step.max() and step[2 * RATE - 1] < 6 * np.median(step) + 0.05


def test_another_pace_keeps_the_pitch(tiny_weights):
    """Spectra in their own time are the codec's own decoding; slower they last longer."""
    model = Libretto.load(tiny_weights, threads=1)
    tokens = model.generate(PROMPT, seconds=2.0, seed=3).acoustic
    plain = model.codec.decode(tokens)
    frames = len(plain) // 240
    same = model.codec.decode_warped(tokens, np.arange(frames, dtype=float))
    np.testing.assert_allclose(same, plain, atol=1e-5)
    slow = model.codec.decode_warped(tokens, np.arange(2 * frames) / 2)
    assert len(slow) == 2 * len(plain)
    levels = [np.abs(np.fft.rfft(part * np.hanning(len(part)), n=96_000)) for part in (plain, slow)]
    centres = [float((level * np.arange(len(level))).sum() / level.sum()) for level in levels]
    assert centres[1] == pytest.approx(centres[0], rel=0.15)  # at another pitch they were an octave apart


def test_parts_return_with_their_notes(model):
    take = model.perform(Form(PROMPT, form="A2 B1 A2", bpm=200.0, seed=1, temperature=3.0))
    bar = 4 * 60 / 200
    assert take.request.bars == 5 and take.audio.samples.shape[1] == round(5 * bar * RATE)
    first, second = take.semantic[0, :60], take.semantic[0, 90:150]
    assert np.array_equal(first, second) and not np.array_equal(first[:30], take.semantic[0, 60:90])
    assert not np.array_equal(take.acoustic[:, :120], take.acoustic[:, 180:300])  # played anew
    longer = model.perform(Form(PROMPT, form="A1 A2", bpm=200.0, seed=1, temperature=3.0)).semantic[0]
    assert np.array_equal(longer[:30], longer[30:60]) and not np.array_equal(longer[30:60], longer[60:90])
    assert parts("A8 B16") == [("A", 8), ("B", 16)]


def test_out_of_reach(model, sound, tmp_path):
    cases = [
        (lambda: Vary(source=sound), "a strength from 0 to 1"), (lambda: Vary(source=sound, strength=2.0), "strength is 2"),
        (lambda: Vary(source=sound, keep="melody"), "keep is 'melody'"),
        (lambda: Vary(source=sound, keep="semantic", strength=0.1), "either"),
        (lambda: Inpaint(source=sound, start=1.0, stop=0.5), "the gap goes from 1 to 0.5"),
        (lambda: model.perform(Inpaint(source=sound, start=1.0, stop=9.0)), "the gap ends at 9 s"),
        (lambda: model.stream(Inpaint(source=sound, start=1.0, stop=2.0)), "cannot be streamed"),
        (lambda: Morph(begin="a", end=""), "the prompt is empty"), (lambda: Morph(begin="a", end="b", prompt="c"), "two ends"),
        (lambda: Loop(PROMPT, bars=0), "bars is 0"), (lambda: Loop(PROMPT, bpm=3), "bpm is 3"),
        (lambda: Loop(PROMPT, bars=99), "at most 60 s"),
        (lambda: Form(PROMPT, form="8A"), "form is '8A'"), (lambda: Form(PROMPT, form=""), "form is ''"),
        (lambda: Form(PROMPT, form="A400 B400", bpm=30), "expected 0.5 to"),
        (lambda: Loop(PROMPT, at=[(1, "x")]), "leave at and melody out"),
        (lambda: Loop(bars=1), "the prompt is empty"),
    ]  # fmt: skip
    for ask, words in cases:
        with pytest.raises(LibrettoError, match=words):
            ask()
    (tmp_path / "t.npz").write_bytes(b"")
    with pytest.raises(RequestError, match="is no tokens file"):
        model.perform(Vary(source=tmp_path / "t.npz", strength=0.5))
    draft = model.perform(Request(PROMPT, seconds=0.5, draft=True))
    draft.save(tmp_path / "draft.npz")
    with pytest.raises(RequestError, match="refine a draft first"):
        model.perform(Vary(source=tmp_path / "draft.npz", strength=0.5))


def test_from_the_command_line_and_again(tiny_weights, tmp_path, monkeypatch, sound, capsys):
    monkeypatch.setattr(weights, "BUNDLED", tiny_weights)
    monkeypatch.chdir(tmp_path)
    commands = [
        ("vary", sound, "--strength", 0.4), ("vary", sound, PROMPT, "--keep", "semantic", "--seconds", 1),
        ("inpaint", sound, PROMPT, "--from", 0.5, "--to", 1.2, "--tries", 2), ("morph", PROMPT, "fast drums", "--seconds", 2),
        ("generate", PROMPT, "--loop", "--bars", 1, "--bpm", 180), ("generate", PROMPT, "--form", "A1 B1 A1", "--bpm", 240),
    ]  # fmt: skip
    for number, command in enumerate(commands):
        assert main([*map(str, command), "-o", f"{number}.flac"]) == 0, command
        assert main(["again", f"{number}.flac", "-o", "again.flac"]) == 0
        assert np.array_equal(Waveform.load(f"{number}.flac").samples, Waveform.load("again.flac").samples), command
        assert record.read(f"{number}.json") == record.read(f"{number}.flac")
    capsys.readouterr()
    refused = [
        (("generate", PROMPT, "--bars", 2), "no tempo is given"),
        (("generate", PROMPT, "--bars", 2, "--bpm", 90, "--seconds", 3), "leave it out"),
        (("generate", PROMPT, "--loop", "--form", "A1"), "do not go together"),
        (("generate", PROMPT, "--loop", "--seconds", 3), "leave it out"),
        (("generate", PROMPT, "--form", "A1", "--bars", 2), "leave it out"),
        (("inpaint", sound, "--from", 1), "--to"),
        (("vary", sound), "a strength from 0 to 1"),
        (("vary", "none.wav", "--strength", 0.1), "not there"),
    ]
    for command, words in refused:
        assert main([*map(str, command), "-o", "x.wav"]) == 2
        printed = capsys.readouterr().err
        assert printed.splitlines()[-1].startswith("libretto: ") and words in printed, command
