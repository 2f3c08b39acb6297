"""Sampling, sessions, step graphs and the stages' runtime: one take is the same whatever runs it."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest

from contract import assert_pieces_equal_whole

torch = pytest.importorskip("torch")

from libretto.config import STAGES, TransformerSpec, preset  # noqa: E402
from libretto.controls import CONTROLS  # noqa: E402
from libretto.engine.graph import quantize_blocks  # noqa: E402
from libretto.engine.onnx import OnnxSteps, session  # noqa: E402
from libretto.engine.torch import TorchSteps  # noqa: E402
from libretto.errors import RequestError, WeightsError  # noqa: E402
from libretto.sampling import sample, uniforms  # noqa: E402
from libretto.stages.export import export  # noqa: E402
from libretto.stages.feed import StepFeed  # noqa: E402
from libretto.stages.layout import StageLayout  # noqa: E402
from libretto.stages.model import TokenLM  # noqa: E402
from libretto.stages.patience import patience_name  # noqa: E402
from libretto.stages.runtime import StageRuntime  # noqa: E402
from libretto.stages.vectors import random_vectors  # noqa: E402

PINNED = [0.8371780774161379, 0.5371985763401781, 0.14238449687613142, 0.9947169292072711]
SPEC = TransformerSpec(layers=2, heads=2, width=32, feedforward=48)
VARIANTS = {
    "ours": dataclasses.replace(preset("tiny"), transformers=dict.fromkeys(STAGES, SPEC)),
    "paper's": dataclasses.replace(
        preset("tiny"), pattern="flat", alignment="prefix", controls=(),
        transformers=dict.fromkeys(STAGES, dataclasses.replace(SPEC, positions="t5", gated=False)),
    ),
}


@pytest.fixture(scope="module", params=[(kind, name) for kind in VARIANTS for name in STAGES], ids=lambda p: f"{p[1]}, {p[0]}")
def exported(request, tmp_path_factory):
    """A model whose every weight matters and that does not just copy, its folder in float32 and its tables."""
    kind, name = request.param
    folder = tmp_path_factory.mktemp("weights")
    model = TokenLM(VARIANTS[kind].stage(name)).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        model.start.fill_(0.01)
        for parameter in model.parameters():
            parameter.add_(0.03 * torch.randn(parameter.shape, generator=generator))
    return model, folder, export(model, folder, precision="float32")


def told(runtime: StageRuntime, frames: int):
    """A style and aligned conditions for ``frames`` target frames and the lead."""
    rng = np.random.default_rng(5)
    prefix = {token.name: rng.integers(0, token.codebook_size, token.levels) for token in runtime.spec.prefix}
    more = frames + runtime.lead
    aligned = {
        token.name: rng.integers(0, token.codebook_size, (token.levels, runtime.layout.condition_frames(token, more)))
        for token in runtime.spec.aligned
    }
    return prefix, aligned


def sequence(runtime: StageRuntime, frames: int, *, batch: int = 2):
    rng = np.random.default_rng(6)
    prefix, aligned = told(runtime, frames)
    tokens = rng.integers(0, runtime.spec.target.codebook_size, (batch, runtime.levels, frames))

    def rows(values):
        return {name: np.repeat(array[None], batch, axis=0) for name, array in values.items()}

    return runtime.layout.whole(tokens, rows(prefix), rows(aligned))[0]


def test_uniforms_are_pinned_and_independent():
    drawn = uniforms(1, 2, "coarse", 3, 4)
    assert np.allclose(drawn, uniforms(1, 2, "coarse", 3, 9)[:4])
    assert drawn.tolist() == pytest.approx(PINNED, abs=1e-15)
    others = [uniforms(0, 2, "coarse", 3, 4), uniforms(1, 3, "coarse", 3, 4), uniforms(1, 2, "fine", 3, 4), uniforms(1, 2, "coarse", 4, 4)]
    assert len({tuple(row) for row in [drawn.tolist(), *map(list, others)]}) == 5
    many = np.concatenate([uniforms(9, 0, "fine", step, 8) for step in range(500)])
    assert abs(many.mean() - 0.5) < 0.02 and many.min() >= 0 and many.max() < 1


def test_sampling_follows_the_distribution():
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05]))
    draws = (np.arange(1000) + 0.5) / 1000

    def shares(**settings):
        return np.bincount(sample(np.tile(logits, (1000, 1)), draws, **settings), minlength=4) / 1000

    assert np.allclose(shares(), [0.5, 0.3, 0.15, 0.05])
    assert np.allclose(shares(top_k=2), [0.625, 0.375, 0, 0])
    assert np.allclose(shares(top_p=0.9), np.array([0.5, 0.3, 0.15, 0]) / 0.95, atol=1e-3)
    assert np.allclose(shares(temperature=0.0), [1, 0, 0, 0])
    assert shares(temperature=0.5)[0] > 0.65
    assert sample(logits, np.array(0.999999)) == 3
    with pytest.raises(RequestError, match="temperature -1"):
        sample(logits, draws[0], temperature=-1)


@pytest.mark.parametrize("damage", ["missing", "corrupt", "empty"])
def test_broken_graphs_are_weights_errors(tmp_path, damage):
    path = tmp_path / "stage_fine.onnx"
    if damage != "missing":
        path.write_bytes(b"not a graph" if damage == "corrupt" else b"")
    with pytest.raises(WeightsError, match=r"stage_fine\.onnx"):
        session(path)


def test_graph_agrees_with_torch(exported):
    model, folder, tables = exported
    runtime = StageRuntime(model.spec, folder, tables)
    inputs = sequence(runtime, model.spec.crop_frames)
    with torch.no_grad():
        expected = model(*(torch.from_numpy(array) for array in (inputs.ids, inputs.guess, inputs.known))).numpy()
    assert np.abs(runtime.score(inputs) - expected).max() < 1e-4


def test_single_steps_equal_the_whole(exported):
    """cache == no cache, for both engines."""
    model, folder, tables = exported
    inputs = sequence(StageRuntime(model.spec, folder, tables), 12)
    length = inputs.ids.shape[1]
    for engine in (OnnxSteps(folder / f"stage_{model.spec.name}.onnx", model.spec.transformer), TorchSteps(model)):
        whole = engine.run(engine.open(2, length), inputs.ids, inputs.guess, inputs.known, position=0)
        cache = engine.open(2, length)
        for start, stop in [(0, length - 4), *((at, at + 1) for at in range(length - 4, length))]:
            piece = inputs.slice(start, stop)
            stepped = engine.run(cache, piece.ids, piece.guess, piece.known, position=start)
            assert np.abs(stepped - whole[:, start:stop]).max() < 1e-4
            if start == length - 3:  # a copy is independent of what follows
                kept = engine.copy(cache)
        again = inputs.slice(length - 2, length - 1)
        repeated = engine.run(kept, again.ids, again.guess, again.known, position=length - 2)
        assert np.abs(repeated - whole[:, length - 2 : length - 1]).max() < 1e-4


@pytest.mark.parametrize("name", STAGES)
def test_the_feed_tells_single_steps_what_the_layout_tells(name):
    """Bit by bit, from the window's start and within it, with rows repeated for guidance and blank where they are not told."""
    spec = VARIANTS["ours"].stage(name)
    layout, rng = StageLayout(spec, random_vectors(spec, seed=2)), np.random.default_rng(7)
    frames, size = 14, spec.target.codebook_size
    tokens = rng.integers(0, size, (2, spec.target.levels, frames))
    prefix = {token.name: rng.integers(0, token.codebook_size, (4, token.levels)) for token in spec.prefix}
    conditions = {
        token.name: rng.integers(0, token.vocabulary, (4, token.levels, frames + layout.lead)) for token in spec.aligned
    }
    for first, start in ((0, 1), (0, 9), (4, 6), (4, 12)):
        feed = StepFeed(layout, tokens, prefix, conditions, first=first, start=start, stop=frames)
        seen = {key: values[..., first:] for key, values in conditions.items()}
        doubled = np.tile(tokens[:, :, first:], (2, 1, 1))
        for step in range(start, frames):
            expected = layout.sequence(doubled, prefix, seen, start=step - first, stop=step - first + 1)
            got = feed.inputs(step)
            for field in ("ids", "guess", "known"):
                assert np.array_equal(getattr(got, field), getattr(expected, field)), (first, start, step, field)
            feed.wrote(step, tokens[:, np.arange(spec.target.levels), step - np.arange(spec.target.levels)])


def test_a_state_does_not_grow(exported):
    model, folder, tables = exported
    runtime = StageRuntime(model.spec, folder, tables | {patience_name(model.spec.name): np.full(model.spec.target.levels, 2)})
    crop = model.spec.crop_frames
    prefix, aligned = told(runtime, 5 * crop)
    state = runtime.start(prefix, seed=3)
    _, state = runtime.advance(state, aligned, 2 * crop)
    for _ in range(3):
        _, state = runtime.advance(state, {}, crop)
        kept = state.frames - state.origin
        assert crop // 2 <= kept <= state.tokens.shape[2] <= kept + runtime.levels and kept <= crop + runtime.levels + 70


def test_providers_are_named(exported):
    model, folder, _ = exported
    path = folder / f"stage_{model.spec.name}.onnx"
    with pytest.raises(RequestError, match="did you mean 'cuda'"):
        session(path, provider="cudda")
    with pytest.raises(RequestError, match=r"'directml' is not in this onnxruntime .* offers cpu.*pip install onnxruntime-directml"):
        session(path, provider="directml")


def test_pieces_equal_the_whole_past_the_crop(exported):
    model, folder, tables = exported
    runtime = StageRuntime(model.spec, folder, tables)
    crop = model.spec.crop_frames
    length = 2 * crop + 3  # the window slides more than once
    prefix, aligned = told(runtime, length)

    def start():
        return runtime.prompt(runtime.start(prefix, seed=3), np.zeros((runtime.levels, 0)), aligned)

    def advance(state, frames):
        return runtime.advance(state, {}, frames)

    assert_pieces_equal_whole(advance, start, length=length, cuts=[(1, 2, crop, length - crop - 3), (crop + 1, crop + 2)])


def test_added_conditions_may_come_with_the_stream():
    model = TokenLM(VARIANTS["ours"].stage("fine")).eval()
    runtime = StageRuntime(model.spec, "", _tables(model), engine=TorchSteps(model))
    _, aligned = told(runtime, 40)
    whole, _ = runtime.advance(runtime.start(seed=1), aligned, 40)
    state, pieces, given = runtime.start(seed=1), [], 0
    for frames in (10, 20, 40):
        upto = frames + runtime.lead
        piece, state = runtime.advance(state, {"coarse": aligned["coarse"][:, given:upto]}, frames - state.frames)
        pieces.append(piece)
        given = upto
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)


def _tables(model: TokenLM) -> dict[str, np.ndarray]:
    arrays = {f"stage_{model.spec.name}.codes": model.codes.numpy()}
    return arrays | {f"stage_{name}.codes": values for name, values in model.layout.vectors.conditions.items()}


def test_a_take_is_the_same_alone_in_a_batch_and_in_torch(exported):
    model, folder, tables = exported
    runtime = StageRuntime(model.spec, folder, tables)
    other = StageRuntime(model.spec, folder, tables, engine=TorchSteps(model))
    prefix, aligned = told(runtime, 20)
    settings = {"seed": 4, "guidance": 2.0, "top_k": 20}
    together, _ = runtime.advance(runtime.start(prefix, take=[0, 1, 2], **settings), aligned, 20)
    alone, _ = runtime.advance(runtime.start(prefix, take=1, **settings), aligned, 20)
    assert together.shape == (3, runtime.levels, 20) and np.array_equal(together[1], alone)
    assert not np.array_equal(together[0], together[1])
    assert np.array_equal(other.advance(other.start(prefix, take=1, **settings), aligned, 20)[0], alone)
    free, _ = runtime.advance(runtime.start(prefix, take=1, **{**settings, "guidance": 1.0}), aligned, 20)
    assert not np.array_equal(free, alone)


def test_states_survive_saving_and_prompts_are_continued(exported):
    model, folder, tables = exported
    runtime = StageRuntime(model.spec, folder, tables)
    prefix, aligned = told(runtime, 30)
    first, state = runtime.advance(runtime.start(prefix, seed=8), aligned, 10)
    saved = pickle.loads(pickle.dumps(state.copy()))
    expected, _ = runtime.advance(state, {}, 10)
    assert np.array_equal(runtime.advance(saved, {}, 10)[0], expected)
    prompted = runtime.prompt(runtime.start(prefix, seed=8), first, aligned)
    continued, _ = runtime.advance(prompted, {}, 10)
    assert np.array_equal(continued, expected)


def test_requests_are_checked(exported):
    model, folder, tables = exported
    runtime = StageRuntime(model.spec, folder, tables)
    state = runtime.start(seed=0)
    with pytest.raises(RequestError, match="melody"):
        runtime.start({"melody": np.zeros(3)}, seed=0)
    with pytest.raises(RequestError, match="frames is -1"):
        runtime.advance(state, {}, -1)
    with pytest.raises(RequestError, match=r"outside 0\.\.31"):
        runtime.prompt(state, np.full((runtime.levels, 2), 99))
    if [token for token in model.spec.aligned if token.name not in CONTROLS]:
        with pytest.raises(RequestError, match="tokens; give them"):
            runtime.advance(state, {}, 1)
    with pytest.raises(WeightsError, match=f"stage_{model.spec.name}"):
        StageRuntime(model.spec, folder, {})


@pytest.mark.parametrize(("bits", "bound"), [(8, 0.01), (4, 0.1)])
def test_block_quantization_error_is_bounded(bits, bound):
    weight = np.random.default_rng(0).standard_normal((6, 80)).astype(np.float32)
    packed, scales = quantize_blocks(weight, bits=bits, block=32)
    codes = packed if bits == 8 else np.stack([packed & 15, packed >> 4], axis=-1).reshape(6, 3, 32)
    back = ((codes.astype(np.float32) - 2 ** (bits - 1)) * scales[..., None]).reshape(6, -1)[:, :80]
    assert np.abs(back - weight).max() < bound * np.abs(weight).max() and packed.dtype == np.uint8


@pytest.mark.parametrize(("precision", "bound"), [("int8", 0.05), ("int4", 0.5)])
def test_small_integers_stay_near(tmp_path, precision, bound):
    model = TokenLM(VARIANTS["ours"].stage("coarse")).eval()
    exact = StageRuntime(model.spec, "", _tables(model), engine=TorchSteps(model))
    small = StageRuntime(model.spec, tmp_path, export(model, tmp_path, precision=precision))
    inputs = sequence(exact, 30)
    expected = exact.score(inputs)
    assert np.sqrt(np.mean((small.score(inputs) - expected) ** 2)) < bound * expected.std()
