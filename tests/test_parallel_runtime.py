"""Blocks written in parallel: graph and torch agree, and a piece is the same however it is asked for."""

from __future__ import annotations

import dataclasses
import pickle
import shutil

import numpy as np
import pytest

from contract import assert_pieces_equal_whole

torch = pytest.importorskip("torch")

from libretto import Libretto  # noqa: E402
from libretto.config import STAGES, preset  # noqa: E402
from libretto.engine.onnx_passes import OnnxPasses  # noqa: E402
from libretto.engine.torch import TorchPasses  # noqa: E402
from libretto.errors import RequestError, WeightsError  # noqa: E402
from libretto.export import finish  # noqa: E402
from libretto.stages.export import export  # noqa: E402
from libretto.stages.model import TokenLM  # noqa: E402
from libretto.stages.parallel_runtime import ParallelRuntime  # noqa: E402
from libretto.stages.vectors import stage_vectors  # noqa: E402
from libretto.weights import open_weights  # noqa: E402

PARALLEL = dataclasses.replace(
    preset("tiny"), patterns={"coarse": "parallel", "fine": "parallel"}, iterations={"coarse": (5, 2)},
    crops={"semantic": 4.0, "coarse": 0.8, "fine": 0.4},
)


def stirred(spec, vectors=None) -> TokenLM:
    model = TokenLM(spec, vectors).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        model.start.fill_(0.01)
        for parameter in model.parameters():
            parameter.add_(0.03 * torch.randn(parameter.shape, generator=generator))
    return model


@pytest.fixture(scope="module", params=["coarse", "fine"])
def exported(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    model = stirred(PARALLEL.stage(request.param))
    return model, folder, export(model, folder, precision="float32")


@pytest.fixture
def runtime(exported):
    model, folder, tables = exported
    return ParallelRuntime(model.spec, folder, tables)


def told(runtime, frames: int):
    """A style and aligned conditions as far as the blocks of ``frames`` frames look."""
    rng = np.random.default_rng(5)
    prefix = {token.name: rng.integers(0, token.codebook_size, token.levels) for token in runtime.spec.prefix}
    aligned = {
        token.name: rng.integers(0, token.codebook_size, (token.levels, runtime.layout.condition_frames(token, frames + runtime.lead)))
        for token in runtime.spec.aligned
    }
    return prefix, aligned


def test_the_graph_agrees_with_torch(exported):
    model, folder, _ = exported
    spec, slots = model.spec, model.layout.slots
    onnx, reference = OnnxPasses(folder / f"stage_{spec.name}.onnx", spec.transformer), TorchPasses(model)
    rng = np.random.default_rng(0)

    def steps(count: int):
        shape = (2, count, spec.target.levels)
        return (rng.integers(0, model.layout.rows, (2, count, slots)), rng.standard_normal((*shape, 64)).astype(np.float32),
                rng.random(shape).astype(np.float32))

    pasts = [engine.open(2) for engine in (onnx, reference)]
    for count, level in ((9, 0), (5, 1), (6, 0)):
        block = steps(count)
        got, expected = (engine.run(past, *block, level=level) for engine, past in zip((onnx, reference), pasts, strict=True))
        assert got.shape == (2, count, spec.target.codebook_size) and np.abs(got - expected).max() < 1e-4
        pasts = [engine.read(past, *block) for engine, past in zip((onnx, reference), pasts, strict=True)]
    assert pasts[0][0].shape == tuple(pasts[1][0][0].shape) == (2, spec.transformer.heads, 20, spec.transformer.head_width)


def test_pieces_equal_the_whole_past_the_crop(runtime):
    block, length = runtime.block, 2 * runtime.spec.crop_frames + 3
    assert length > 4 * block
    prefix, aligned = told(runtime, length)

    def start():
        return runtime.prompt(runtime.start(prefix, seed=3), np.zeros((runtime.levels, 0)), aligned)

    def advance(state, frames):
        return runtime.advance(state, {}, frames)

    assert_pieces_equal_whole(advance, start, length=length, cuts=[(1, 2, block, length - block - 3), (block + 1, length - block - 1)])


def test_a_state_does_not_grow_with_the_music(runtime):
    sizes, length = [], 12 * runtime.block
    prefix, aligned = told(runtime, length)
    whole, _ = runtime.advance(runtime.start(prefix, seed=1), aligned, length)
    (name, values), ratio = next(iter(aligned.items())), runtime.spec.target.frame_rate // runtime.spec.aligned[0].frame_rate
    state, pieces, given = runtime.start(prefix, seed=1), [], 0
    while state.frames < length:
        upto = min(values.shape[1], -(-(state.frames + 7 + runtime.lead) // ratio))
        piece, state = runtime.advance(state, {name: values[:, given:upto]}, min(7, length - state.frames))
        assert state.origin // ratio + state.aligned[name].shape[2] == upto
        pieces.append(piece)
        sizes.append(state.tokens.shape[2] + state.aligned[name].shape[2])
        given = upto
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)
    assert max(sizes[len(sizes) // 2 :]) <= max(sizes[: len(sizes) // 2]) + 7 < length


def test_conditions_may_come_with_the_stream(runtime):
    prefix, aligned = told(runtime, 60)
    whole, _ = runtime.advance(runtime.start(prefix, seed=1), aligned, 60)
    name, values = next(iter(aligned.items()))
    token = runtime.spec.aligned[0]
    state, pieces, given = runtime.start(prefix, seed=1), [], 0
    for frames in (7, 30, 60):
        upto = runtime.layout.condition_frames(token, frames + runtime.lead)
        piece, state = runtime.advance(state, {name: values[:, given:upto]}, frames - state.frames)
        pieces.append(piece)
        given = upto
    assert np.array_equal(np.concatenate(pieces, axis=1), whole) and whole.min() >= 0 and whole.max() < 32


def test_a_take_is_the_same_alone_in_a_batch_and_in_torch(exported, runtime):
    model, _, tables = exported
    other = ParallelRuntime(model.spec, "", tables, engine=TorchPasses(model))
    prefix, aligned = told(runtime, 50)
    settings = {"seed": 4, "guidance": 2.0, "top_k": 20}
    together, _ = runtime.advance(runtime.start(prefix, take=[0, 1, 2], **settings), aligned, 50)
    alone, _ = runtime.advance(runtime.start(prefix, take=1, **settings), aligned, 50)
    assert np.array_equal(together[1], alone) and not np.array_equal(together[0], alone)
    assert np.array_equal(other.advance(other.start(prefix, take=1, **settings), aligned, 50)[0], alone)
    free, _ = runtime.advance(runtime.start(prefix, take=1, **{**settings, "guidance": 1.0}), aligned, 50)
    later, _ = runtime.advance(runtime.start(prefix, take=1, **{**settings, "seed": 5}), aligned, 50)
    assert not np.array_equal(free, alone) and not np.array_equal(later, alone)


def test_states_survive_saving_and_prompts_stay(runtime):
    prefix, aligned = told(runtime, 60)
    first, state = runtime.advance(runtime.start(prefix, seed=8), aligned, 10)
    saved = pickle.loads(pickle.dumps(state.copy()))
    expected, after = runtime.advance(state, {}, 20)
    assert np.array_equal(runtime.advance(saved, {}, 20)[0], expected) and state.frames == 10 and after.frames == 30
    block = runtime.block
    whole, _ = runtime.advance(runtime.start(prefix, seed=8), aligned, 60)
    prompted = runtime.prompt(runtime.start(prefix, seed=8), whole[:, :block], aligned)
    assert np.array_equal(runtime.advance(prompted, {}, 60 - block)[0], whole[:, block:])  # a block's end is no seam
    within = runtime.prompt(runtime.start(prefix, seed=8), first, aligned)
    assert runtime.advance(within, {}, 3)[0].shape == (runtime.levels, 3) and np.array_equal(within.tokens, first[None])


def test_more_passes_and_noise_change_what_is_kept(exported):
    model, folder, tables = exported

    def tokens(**settings):
        runtime = ParallelRuntime(model.spec, folder, tables, **settings)
        prefix, aligned = told(runtime, 20)
        return runtime.advance(runtime.start(prefix, seed=2), aligned, 20)[0]

    one = (1,) * model.spec.target.levels
    assert not np.array_equal(tokens(iterations=one), tokens(iterations=(4, *one[1:])))
    assert np.array_equal(tokens(iterations=one), tokens(iterations=one, choice_temperature=9.0))  # one pass keeps all
    quiet, noisy = (tokens(iterations=(4, *one[1:]), choice_temperature=value) for value in (0.0, 20.0))
    assert not np.array_equal(quiet, noisy)
    with pytest.raises(RequestError, match="iterations are"):
        tokens(iterations=(1,))


def test_surest_tokens_are_kept_first(exported):
    """With no noise, the first of two passes keeps the tokens of highest probability."""
    model, _, tables = exported
    asked = []

    class Watched(TorchPasses):
        def run(self, past, ids, guess, known, *, level):
            logits = super().run(past, ids, guess, known, level=level)
            asked.append((level, ids.copy(), logits))
            return logits

    one = (1,) * (model.spec.target.levels - 1)
    runtime = ParallelRuntime(model.spec, "", tables, engine=Watched(model), iterations=(2, *one), choice_temperature=0.0)
    prefix, aligned = told(runtime, runtime.block)
    runtime.advance(runtime.start(prefix, seed=2, temperature=0.0), aligned, 1)
    (_, _, first), (level, ids, _) = asked[0], asked[1]
    shown = ids[0, :, 0] != runtime.layout.target_ids(np.full((1, runtime.levels), 32))[0, 0]
    sure = (first - np.log(np.exp(first).sum(-1, keepdims=True)))[0].max(-1)
    assert level == 0 and shown.sum() == runtime.block - int(np.cos(np.pi / 4) * runtime.block)
    assert sure[shown].min() >= sure[~shown].max()


def test_requests_are_checked(exported, runtime, tmp_path):
    model, folder, tables = exported
    state = runtime.start(seed=0)
    with pytest.raises(RequestError, match="frames is -1"):
        runtime.advance(state, {}, -1)
    with pytest.raises(RequestError, match="tokens; give them"):
        runtime.advance(state, {}, 1)
    with pytest.raises(RequestError, match=r"outside 0\.\.31"):
        runtime.prompt(state, np.full((runtime.levels, 2), 99))
    export(TokenLM(dataclasses.replace(model.spec, pattern="delay")), tmp_path, precision="float32")
    with pytest.raises(WeightsError, match="no pass graph"):
        ParallelRuntime(model.spec, tmp_path, tables)
    with pytest.raises(WeightsError, match=f"stage_{model.spec.name}"):
        ParallelRuntime(model.spec, folder, {})


@pytest.mark.parametrize(("precision", "bound"), [("int8", 0.05), ("int4", 0.5)])
def test_small_integers_stay_near(tmp_path, precision, bound):
    model = TokenLM(PARALLEL.stage("fine")).eval()
    export(model, tmp_path, precision=precision)
    rng = np.random.default_rng(0)
    steps = (rng.integers(0, model.layout.rows, (1, 20, model.layout.slots)), rng.standard_normal((1, 20, 2, 64)).astype(np.float32),
             np.ones((1, 20, 2), np.float32))
    small, exact = OnnxPasses(tmp_path / "stage_fine.onnx", model.spec.transformer), TorchPasses(model)
    expected = exact.run(None, *steps, level=1)
    assert np.sqrt(np.mean((small.run(small.open(1), *steps, level=1) - expected) ** 2)) < bound * expected.std()


@pytest.fixture(scope="module")
def family(tiny_weights, tmp_path_factory):
    """The tiny model with parallel acoustic stages, as a weights folder."""
    opened, folder = open_weights(tiny_weights), tmp_path_factory.mktemp("weights") / "parallel"
    shutil.copytree(tiny_weights, folder)
    tables = dict(opened.tables)
    for name in ("coarse", "fine"):
        tables |= export(stirred(PARALLEL.stage(name), stage_vectors(PARALLEL, name, opened.tables)), folder, precision="int8")
    finish(folder, dataclasses.replace(PARALLEL, name="tiny-parallel"), tables)
    return folder


def test_the_whole_road(family):
    model = Libretto.load(family, threads=1)
    assert [type(model.stages[name]) is ParallelRuntime for name in STAGES] == [False, True, True]
    take = model.generate("slow piano", seconds=2.345, seed=7)
    assert take.audio.samples.shape[1] == round(2.345 * 24_000) and take.acoustic.shape == (4, 118)
    for seconds in (0.3, 1.0):
        chunks = [chunk.samples for chunk in model.stream("slow piano", seconds=2.345, seed=7, chunk_seconds=seconds)]
        assert np.concatenate(chunks, axis=1).tobytes() == take.audio.samples.tobytes()
    guided = model.generate("slow piano", seconds=1.0, seed=7, guidance=4.0)
    assert not np.array_equal(guided.acoustic, take.acoustic[:, :50])


def test_kept_tokens_stay_in_their_blocks(runtime):
    prefix, aligned = told(runtime, 60)
    free, _ = runtime.advance(runtime.start(prefix, seed=4), aligned, 60)
    kept = np.full(free.shape, -1)
    kept[:, 5:15] = (free[:, 5:15] + 1) % 32
    kept[0, 30:40] = free[0, :10]
    tokens, _ = runtime.advance(runtime.keep(runtime.start(prefix, seed=4), kept), aligned, 60)
    assert np.array_equal(tokens[kept >= 0], kept[kept >= 0]) and tokens.min() >= 0 and tokens.max() < 32
    assert not np.array_equal(tokens[:, :5], free[:, :5])  # what comes before is filled in knowing what comes after
    whole = runtime.keep(runtime.start(prefix, seed=4), free)
    assert np.array_equal(runtime.advance(whole, aligned, 60)[0], free)
