"""The whole road on tiny weights: lengths, streams, seeds, takes, tokens, errors."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import libretto
from libretto import Libretto, Waveform, load
from libretto.config import STAGES
from libretto.engine.onnx import default_threads
from libretto.errors import AudioError, RequestError
from libretto.performance import Performance, blocks, limited
from libretto.request import Request, load_tokens
from libretto.weights import open_weights

PROMPT = "slow sad piano"


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


@pytest.fixture(scope="module")
def take(model):
    return model.generate(PROMPT, seconds=2.345, seed=7)


@pytest.mark.parametrize("seconds", [0.1, 0.99999, 1.0, 1.0001, 2.345])
def test_the_length_is_exact_to_the_sample(model, seconds):
    take = model.generate(PROMPT, seconds=seconds, seed=1)
    assert take.audio.samples.shape == (1, round(seconds * 24_000))
    assert take.audio.sample_rate == model.sample_rate == 24_000
    assert np.isfinite(take.audio.samples).all() and np.ptp(take.audio.samples) > 0


@pytest.mark.parametrize("chunk_seconds", [0.02, 0.3, 0.7, 1.0, 30.0])
def test_a_stream_is_the_whole_take(model, take, chunk_seconds):
    chunks = [chunk.samples for chunk in model.stream(PROMPT, seconds=2.345, seed=7, chunk_seconds=chunk_seconds)]
    assert np.concatenate(chunks, axis=1).tobytes() == take.audio.samples.tobytes()
    assert {chunk.shape[1] for chunk in chunks[:-1]} <= {round(chunk_seconds * 24_000)} and len(chunks) == -(-2.345 // chunk_seconds)


def test_stages_side_by_side_play_the_same(tiny_weights, take):
    model = Libretto.load(tiny_weights, threads=2)
    assert model.generate(PROMPT, seconds=2.345, seed=7).audio.samples.tobytes() == take.audio.samples.tobytes()
    chunks = [chunk.samples for chunk in model.stream(PROMPT, seconds=2.345, seed=7, chunk_seconds=0.3)]
    assert np.concatenate(chunks, axis=1).tobytes() == take.audio.samples.tobytes()


@pytest.mark.parametrize("threads", [1, 2])
def test_takes_made_together_are_those_made_alone(tiny_weights, threads):
    model = Libretto.load(tiny_weights, threads=threads)
    seen = []
    together = model.perform_all(Request(PROMPT, seconds=1.3, seed=7, takes=3, guidance=2.0), progress=seen.append)
    assert [take.take for take in together] == [0, 1, 2] and seen[-1] == pytest.approx(1.3)
    for take in together:
        alone = model.perform(Request(PROMPT, seconds=1.3, seed=7, guidance=2.0), take=take.take)
        for field in ("style", "semantic", "acoustic"):
            assert np.array_equal(getattr(take, field), getattr(alone, field)), (take.take, field)
        assert take.audio.samples.tobytes() == alone.audio.samples.tobytes()
    assert not np.array_equal(together[0].acoustic, together[1].acoustic)


def test_the_first_sound_comes_long_before_the_last(model):
    performance = Performance(model, Request(PROMPT, seconds=60.0, seed=3), chunk_seconds=0.5)
    next(iter(performance))
    ahead = {name: tokens.shape[2] / model.config.stage(name).target.frame_rate for name, tokens in performance.tokens.items()}
    assert max(ahead.values()) < 2.0


def test_seeds_and_takes(model, tiny_weights, take):
    again = load(tiny_weights, threads=1).generate(PROMPT, seconds=2.345, seed=7)
    assert again.audio.samples.tobytes() == take.audio.samples.tobytes()
    others = [model.generate(PROMPT, seconds=2.345, seed=8), model.generate(PROMPT, seconds=2.345, seed=7, take=1),
              model.generate("fast happy drums", seconds=2.345, seed=7)]
    for other in others:
        assert not np.array_equal(other.acoustic, take.acoustic)
    request = Request(PROMPT, seconds=1.0, seed=7, takes=3)
    three = [model.perform(request, take=index) for index in range(request.takes)]
    alone = load(tiny_weights).perform(Request(PROMPT, seconds=1.0, seed=7), take=1)
    assert alone.audio.samples.tobytes() == three[1].audio.samples.tobytes()


def test_a_shorter_take_is_the_beginning_of_a_longer_one(model, take):
    """Up to what the parts look ahead, which the end of a piece cuts."""
    longer = model.generate(PROMPT, seconds=4.0, seed=7)
    frames = int(1.5 * model.config.codec.frame_rate)
    assert np.array_equal(longer.acoustic[:, :frames], take.acoustic[:, :frames])


def test_a_minute_slides_every_window(model):
    assert all(model.config.stage(name).crop_seconds < 10 for name in model.stages)
    take = model.generate(PROMPT, seconds=60.0, seed=2, temperature=3.0)  # untrained stages like to copy
    assert take.audio.samples.shape[1] == 60 * 24_000
    assert take.semantic.shape == (1, 60 * 25) and take.acoustic.shape == (4, 60 * 50)
    parts = np.split(take.acoustic, 6, axis=1)
    assert len({part.tobytes() for part in parts}) == 6  # no ten seconds are another ten again


def test_a_window_slides_alike_in_a_stream(model):
    whole = model.generate(PROMPT, seconds=7.0, seed=4, guidance=2.0)
    chunks = [chunk.samples for chunk in model.stream(PROMPT, seconds=7.0, seed=4, guidance=2.0, chunk_seconds=0.9)]
    assert np.concatenate(chunks, axis=1).tobytes() == whole.audio.samples.tobytes()


@pytest.mark.parametrize(("pattern", "alignment"), [("flat", "prefix"), ("delay", "prefix"), ("flat", "added")])
def test_every_layout_streams(tiny_weights, pattern, alignment):
    """MusicLM lays conditions before the sequence: then all of a window must be known before its first step."""
    torch = pytest.importorskip("torch")
    from libretto.engine.torch import TorchSteps
    from libretto.stages.model import TokenLM
    from libretto.stages.runtime import StageRuntime
    from libretto.stages.vectors import stage_vectors

    opened = open_weights(tiny_weights)
    controls = opened.config.controls if alignment == "added" else ()
    config = replace(opened.config, pattern=pattern, alignment=alignment, controls=controls,
                     crops={"semantic": 1.0, "coarse": 0.8, "fine": 0.4})
    model = Libretto(replace(opened, config=config), threads=1)
    stages = {}
    for name in STAGES:
        stage = TokenLM(config.stage(name), stage_vectors(config, name, opened.tables))
        torch.nn.init.normal_(stage.query.weight, std=0.2, generator=torch.Generator().manual_seed(1))
        stages[name] = StageRuntime(stage.spec, "", opened.tables, engine=TorchSteps(stage))
    model.__dict__["stages"] = stages
    whole = model.generate(PROMPT, seconds=1.3, seed=4)
    chunks = [chunk.samples for chunk in model.stream(PROMPT, seconds=1.3, seed=4, chunk_seconds=0.3)]
    assert np.concatenate(chunks, axis=1).tobytes() == whole.audio.samples.tobytes()
    told = {"coarse": {"semantic": whole.semantic}, "fine": {"coarse": whole.acoustic[:2]}}
    for name, rows in (("coarse", whole.acoustic[:2]), ("fine", whole.acoustic[2:])):
        prefix = {token.name: whole.style for token in config.stage(name).prefix}
        tokens, _ = stages[name].advance(stages[name].start(prefix, seed=4), told[name], rows.shape[1])
        assert np.array_equal(tokens, rows), name  # as when all is told at once


def test_what_a_take_holds(model, take, tmp_path):
    assert take.seed == 7 and take.take == 0 and take.request.prompt == PROMPT
    assert take.style.shape == (3,) and take.semantic.shape == (1, 59) and take.acoustic.shape == (4, 118)
    assert set(take.timing) == {"text", "semantic", "coarse", "fine", "codec"} and min(take.timing.values()) > 0
    take.save(tmp_path / "tokens.npz")
    tokens = load_tokens(tmp_path / "tokens.npz")
    assert np.array_equal(tokens, take.acoustic)
    samples = model.decode(tokens).samples
    assert samples.shape[1] == 118 * 480 and samples[:, : take.audio.samples.shape[1]].tobytes() == take.audio.samples.tobytes()


def test_progress_counts_the_seconds(model):
    seen = []
    model.perform(Request(PROMPT, seconds=2.5), progress=seen.append)
    assert seen == sorted(seen) and seen[-1] == pytest.approx(2.5) and len(seen) > 1


def test_settings_reach_the_sampler(model):
    def tokens(**options):
        return model.generate(PROMPT, seconds=1.0, seed=5, **options).acoustic

    plain = tokens()
    assert np.array_equal(plain, tokens(temperature=1.0))
    for options in ({"temperature": 0.3}, {"top_k": 1}, {"guidance": 6.0}):
        assert not np.array_equal(plain, tokens(**options)), options
    assert np.array_equal(tokens(top_k=1), model.generate(PROMPT, seconds=1.0, seed=6, top_k=1).acoustic)  # nothing is drawn


def test_audio_to_tokens_and_back(model):
    rng = np.random.default_rng(0)
    sound = Waveform(0.2 * rng.standard_normal((2, 44_100)).astype(np.float32), 44_100)  # stereo, another rate
    acoustic, semantic = model.encode(sound)
    assert acoustic.shape == (4, 50) and semantic.shape == (1, 25) and acoustic.dtype == semantic.dtype == np.int64
    plain = model.encode(sound.mono().resample(24_000))
    assert np.array_equal(acoustic, plain[0]) and np.array_equal(semantic, plain[1])
    assert model.decode(acoustic).samples.shape == model.decode(acoustic[:1]).samples.shape == (1, 24_000)
    for vector in (model.embed(sound), model.embed("a violin")):
        assert vector.shape == (16,) and np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_refused(model, take, tiny_weights):
    for tokens in (np.zeros((5, 10), int), np.zeros((4, 0), int), np.zeros(10, int), np.full((4, 3), 32), np.full((4, 3), -1),
                   np.zeros((4, 3)), np.array("tokens")):
        with pytest.raises(RequestError, match="acoustic tokens"):
            model.decode(tokens)
    with pytest.raises(AudioError, match=r"at least 0\.04 s"):
        model.encode(Waveform(np.zeros(500, np.float32), 24_000))
    for prompt in ("", " \n", "x" * 10_000):
        with pytest.raises(RequestError, match="the prompt"):
            model.embed(prompt)
    for number in (-1, 2**31, 0.5, True):
        with pytest.raises(RequestError, match="take is"):
            model.generate(PROMPT, take=number)
    for seconds in (0.0, float("nan"), float("inf")):
        with pytest.raises(RequestError, match="chunk_seconds"):
            model.stream(PROMPT, chunk_seconds=seconds)  # at once, not at the first chunk
    with pytest.raises(RequestError, match="the prompt is empty"):
        model.stream("")
    with pytest.raises(RequestError, match="threads is 0"):
        Libretto.load(tiny_weights, threads=0)
    with pytest.raises(RequestError, match="unknown provider 'gpu'; did you mean 'cpu'"):
        Libretto.load(tiny_weights, provider="gpu")
    with pytest.raises(RequestError, match="unknown engine 'kernal'; did you mean 'kernel'"):
        Libretto.load(tiny_weights, engine="kernal")
    performance = Performance(model, Request(PROMPT, seconds=0.2))
    list(performance)
    with pytest.raises(RequestError, match="has been played"):
        iter(performance)


def test_blocks_grow_no_faster_than_a_listener_can_wait():
    cut = list(blocks(50 * 600 + 7, rate=50))
    assert cut[0] == (0, 25) and cut[-1][1] == 50 * 600 + 7 and max(stop - start for start, stop in cut) == 200
    assert all(before[1] == after[0] for before, after in pairwise(cut))
    begins = cut[0][1] / 50 / 1.5  # when the first block has been made
    for start, stop in cut[1:]:
        assert stop / 50 / 1.5 <= begins + start / 50 + 0.02  # the next is there before the last has been heard
    assert list(blocks(10, rate=50)) == [(0, 10)]


def test_peaks_are_bent_and_the_rest_is_left_alone():
    samples = np.linspace(-3, 3, 1001, dtype=np.float32)
    bent = limited(samples)
    inside = np.abs(samples) <= 0.9
    assert np.array_equal(bent[inside], samples[inside])
    assert np.abs(bent).max() <= 0.99 and (np.diff(bent) >= 0).all()
    assert np.array_equal(limited(samples[300:]), bent[300:])


def test_threads(monkeypatch, tiny_weights):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert default_threads() == Libretto.load(tiny_weights).threads == 3
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(64), raising=False)
    assert default_threads() == 4


def test_inference_imports_no_torch(tiny_weights, tmp_path):
    code = (
        "import sys, libretto; model = libretto.load(sys.argv[1], threads=1)\n"
        "take = model.generate('calm piano', seconds=0.5); model.embed(take.audio); model.encode(take.audio)\n"
        "print([name for name in ('torch', 'onnx', 'numba', 'scipy', 'mido') if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(libretto.__file__).parents[1])}
    command = [sys.executable, "-c", code, str(tiny_weights)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.stdout.strip() == "[]", done.stderr
