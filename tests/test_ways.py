"""The ways in, on tiny weights: what stays, what returns, what fits, what is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from conftest import tones
from libretto import Libretto, Request, Waveform
from libretto.course import Course, Turn, course_of, turns_of
from libretto.errors import AudioError, LibrettoError, RequestError
from libretto.performance import Performance, played
from libretto.ways.extend import FADE_SECONDS, UNSURE, Extend, past_of

RATE = 24_000
PROMPT = "slow sad piano"


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Three seconds and a bit of tones, stereo at 44.1 kHz."""
    path = tmp_path_factory.mktemp("sound") / "tones.wav"
    samples = tones(3.3, seed=4)
    Waveform(np.stack([samples, 0.5 * samples]), RATE).resample(44_100).save(path)
    return path


def together(stream) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in stream], axis=1)


def test_a_course_is_followed(model):
    """Known tokens stay, whole frames at the beginning as the past, others when they are reached."""
    plain = played(Performance(model, Request(PROMPT, seconds=2.0, seed=3)))[0]
    known = {"semantic": plain.semantic.copy(), "coarse": np.full((2, 100), -1), "fine": np.full((2, 100), -1)}
    known["coarse"][:, :30], known["coarse"][1, 50:60] = 5, 6
    known["fine"][:, :10] = 7
    course = dataclasses.replace(course_of(model, plain.request), known=known)
    take = played(Performance(model, dataclasses.replace(plain.request, seed=9), course=course))[0]
    assert np.array_equal(take.semantic, plain.semantic)
    assert (take.acoustic[:2, :30] == 5).all() and (take.acoustic[1, 50:60] == 6).all() and (take.acoustic[2:, :10] == 7).all()
    assert not np.array_equal(take.acoustic[:, 60:], plain.acoustic[:, 60:])
    everything = {"semantic": plain.semantic, "coarse": plain.acoustic[:2], "fine": plain.acoustic[2:]}
    course = dataclasses.replace(course, known={name: tokens.astype(np.int64) for name, tokens in everything.items()})
    assert played(Performance(model, Request("x", seed=1), course=course))[0].audio.samples.tobytes() == plain.audio.samples.tobytes()


def test_sudden_turns_leave_the_style_before_for_a_while(model):
    style = np.arange(3 * model.config.mulan.levels).reshape(3, -1)
    request, rate = Request(PROMPT, seconds=20.0), model.config.semantic.frame_rate
    gentle = [Turn(2.0 * number, each) for number, each in enumerate(style)]
    sudden = [dataclasses.replace(turn, sudden=True) for turn in gentle]
    late = [sudden[0], sudden[1], dataclasses.replace(sudden[2], seconds=12.0)]

    def changes(turns, against=None):
        course = dataclasses.replace(course_of(model, request), turns=tuple(turns), against=against)
        found = Performance(model, request, course=course)._changes(turns)
        return [(frame / rate, told[0], None if away is None else away[0]) for frame, told, away in found]

    one, two = style[1, 0], style[2, 0]
    assert changes(gentle) == [(2.0, one, None), (4.0, two, None)]
    assert changes(sudden) == [(2.0, one, style[0, 0]), (4.0, two, one), (8.0, two, None)]
    assert changes(late) == [(2.0, one, style[0, 0]), (6.0, one, None), (12.0, two, one), (16.0, two, None)]
    assert changes(sudden, against=style[2]) == [(2.0, one, two), (4.0, two, two)]  # what is to be avoided comes first


@pytest.mark.parametrize("threads", [1, 2])
def test_a_story_turns_and_streams(tiny_weights, threads):
    model = Libretto.load(tiny_weights, threads=threads)
    story = {"seconds": 6.0, "seed": 2, "temperature": 3.0}
    plain, told = model.generate(PROMPT, **story), model.generate(PROMPT, at=[(2.02, "fast happy drums")], **story)
    before = 50 - model.stages["semantic"].lead  # traits turn at frame 50 and are heard so far ahead
    assert np.array_equal(plain.semantic[:, :before], told.semantic[:, :before]) and not np.array_equal(plain.semantic, told.semantic)
    assert np.array_equal(plain.acoustic[:2, : 2 * before - 2], told.acoustic[:2, : 2 * before - 2])
    assert not np.array_equal(plain.acoustic[:2, 100:], told.acoustic[:2, 100:])
    stream = model.stream(PROMPT, at=[(2.02, "fast happy drums")], chunk_seconds=0.7, **story)
    assert together(stream).tobytes() == told.audio.samples.tobytes()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stream_can_be_steered_and_played_again(tiny_weights, threads):
    model = Libretto.load(tiny_weights, threads=threads)
    stream = model.stream(PROMPT, seconds=16.0, seed=5, temperature=3.0, chunk_seconds=0.5)
    first = [next(stream) for _ in range(3)]
    moment = stream.steer("fast happy drums")
    second = stream.steer("a violin")  # before the next chunk: still in order of time
    assert 1.5 <= moment < second < (4.0 if threads == 1 else 16.0)
    heard = np.concatenate([chunk.samples for chunk in [*first, *stream]], axis=1)
    assert stream.request.at == ((moment, "fast happy drums"), (second, "a violin"))
    assert model.perform(stream.request).audio.samples.tobytes() == heard.tobytes()
    assert heard.tobytes() != model.generate(PROMPT, seconds=16.0, seed=5, temperature=3.0).audio.samples.tobytes()
    with pytest.raises(RequestError, match="the prompt is empty"):
        stream.steer(" ")


def test_styles_mix_and_are_kept_away_from(model, sound):
    def style(**options):
        return turns_of(model, Request(**options))[0].style

    alone = model.mulan.tokenize(model.embed(Waveform.load(sound)))
    assert np.array_equal(style(like=[(sound, 0.7)]), alone)  # nothing to mix with
    assert np.array_equal(style(prompt=PROMPT, like=[(sound, 100.0)]), alone)
    assert np.array_equal(style(prompt=PROMPT, like=[(sound, 1e-6)]), style(prompt=PROMPT))
    settings = {"seconds": 2.0, "seed": 1, "temperature": 3.0, "guidance": 4.0}
    plain, away = model.generate(PROMPT, **settings), model.generate(PROMPT, avoid="fast happy drums", **settings)
    assert not np.array_equal(plain.semantic, away.semantic)
    with pytest.raises(RequestError, match="avoid needs guidance"):
        Request(PROMPT, avoid="drums", guidance=1.0)


def test_the_best_take_is_one_of_them_and_says_which(model):
    request = Request(PROMPT, seconds=1.0, seed=3, best_of=3, temperature=2.0)
    best = model.perform(request)
    takes = [model.perform(dataclasses.replace(request, best_of=1), take=number) for number in range(3)]
    nearness = [float(model.embed(take.audio) @ model.embed(PROMPT)) for take in takes]
    assert best.take == int(np.argmax(nearness)) and best.request.best_of == 1
    assert best.audio.samples.tobytes() == takes[best.take].audio.samples.tobytes()
    assert 3 <= model.perform(request, take=1).take < 6
    with pytest.raises(RequestError, match="best_of is 3"):
        model.stream(request)


@pytest.mark.parametrize("options", [{}, {"prompt": PROMPT}, {"blank": True}, {"prompt": PROMPT, "at": [(0.5, "fast happy drums")]}])
def test_a_sound_goes_on(model, sound, options):
    request = Extend(source=sound, seconds=1.5, seed=2, **options)
    take = model.perform(request)
    source = Waveform.load(sound, sample_rate=RATE, mono=True).samples
    assert take.audio.samples.shape == (1, source.shape[1] + 1.5 * RATE)
    past = past_of(model, request)
    kept = past.seam - round(FADE_SECONDS * RATE)
    assert source.shape[1] - past.seam < (UNSURE + 1) * 960
    assert np.array_equal(take.audio.samples[:, :kept], source[:, :kept])
    assert np.isfinite(take.audio.samples).all() and take.audio.samples[:, past.seam :].std() > 0
    told = past.course.known
    assert np.array_equal(take.semantic[:, : told["semantic"].shape[1]], told["semantic"])
    assert np.array_equal(take.acoustic[:2, : told["coarse"].shape[1]], told["coarse"])
    assert together(model.stream(request, chunk_seconds=0.3)).tobytes() == take.audio.samples.tobytes()


def test_what_goes_on_is_told_by_words_sound_and_seed(model, sound):
    def new(**options):
        return model.perform(Extend(source=sound, seconds=1.0, temperature=5.0, **options)).semantic[:, 80:].tobytes()

    different = [new(), new(seed=1), new(prompt=PROMPT), new(blank=True)]
    assert len(set(different)) == 4 and new() == different[0]


def test_a_quiet_sound_goes_on_as_quietly(model, sound, tmp_path):
    """The same tokens are heard, so the continuation differs by the loudness alone."""
    loud = Waveform.load(sound, sample_rate=RATE, mono=True)
    Waveform(loud.samples * np.float32(0.1), RATE).save(tmp_path / "quiet.flac")
    loud.save(tmp_path / "loud.flac")
    first, second = (model.perform(Extend(source=tmp_path / name, seconds=1.0, seed=1)) for name in ("loud.flac", "quiet.flac"))
    ratio = second.audio.samples[0, -RATE:].std() / first.audio.samples[0, -RATE:].std()
    assert ratio == pytest.approx(0.1, rel=0.15)


def test_sounds_that_cannot_go_on(model, tmp_path):
    Waveform(np.full(100, 0.1), RATE).save(tmp_path / "short.wav")
    Waveform(np.zeros(2 * RATE), RATE).save(tmp_path / "silent.wav")
    (tmp_path / "text.wav").write_text("no sound")
    cases = [("none.wav", "is not there"), ("short.wav", "expected at least 0.5 s"), ("silent.wav", "is silent"),
             ("text.wav", "is not readable audio")]  # fmt: skip
    for name, words in cases:
        with pytest.raises(AudioError, match=words):
            model.perform(Extend(source=tmp_path / name))
    for options, words in (({}, "source is ''"), ({"source": "x.wav", "blank": True, "prompt": PROMPT}, "blank is True"),
                           ({"source": "x.wav", "seconds": 0}, "seconds is 0"), ({"source": 3}, "source is 3")):  # fmt: skip
        with pytest.raises(LibrettoError, match=words):
            Extend(**options)


def test_courses_with_another_beginning(model):
    style = np.array([1, 2, 3])
    course = Course(1.0, (Turn(0.0, style),))
    take = played(Performance(model, Request(PROMPT, seconds=9.0), course=course))[0]
    assert take.audio.seconds == 1.0 and np.array_equal(take.style, style)
