"""The parallel pattern: what is hidden, what a pass is told, what it may see, and that it learns."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from libretto.config import StageSpec, preset  # noqa: E402
from libretto.errors import ConfigError, TrainingError  # noqa: E402
from libretto.evaluate.stages import evaluate_stage, runtime_score  # noqa: E402
from libretto.stages.crops import Crop  # noqa: E402
from libretto.stages.export import export  # noqa: E402
from libretto.stages.layout import StageLayout  # noqa: E402
from libretto.stages.masked import hide, left_hidden, masked_whole, nearest_guess, order_nats  # noqa: E402
from libretto.stages.model import TokenLM  # noqa: E402
from libretto.stages.parallel_runtime import ParallelRuntime  # noqa: E402
from libretto.stages.vectors import random_vectors  # noqa: E402
from libretto.tokens import Pattern  # noqa: E402
from libretto.train import build  # noqa: E402
from libretto.train.loop import evaluating, train  # noqa: E402
from libretto.train.masked import hidden_nats, masked_loss  # noqa: E402
from libretto.train.tokenize import ClipTokens, TokenWriter  # noqa: E402

PARALLEL = dataclasses.replace(preset("tiny"), controls=(), patterns={"coarse": "parallel", "fine": "parallel"})
BLANK = 32


def layout_of(name: str) -> StageLayout:
    return StageLayout(PARALLEL.stage(name), random_vectors(PARALLEL.stage(name), seed=0))


def crop_of(layout: StageLayout, frames: int, *, batch: int = 2, seed: int = 0) -> Crop:
    rng = np.random.default_rng(seed)
    prefix = {t.name: rng.integers(0, t.codebook_size, (batch, t.levels)) for t in layout.spec.prefix}
    aligned = {t.name: rng.integers(0, t.codebook_size, (batch, t.levels, layout.condition_frames(t, frames + layout.lead)))
               for t in layout.spec.aligned}
    return Crop(rng.integers(0, BLANK, (batch, layout.spec.target.levels, frames)), prefix, aligned)


def stirred(name: str, seed: int = 0) -> TokenLM:
    model = TokenLM(PARALLEL.stage(name), seed=seed).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(seed)))
    return model


def test_a_step_is_a_frame():
    pattern = Pattern("parallel", 3)
    assert pattern.steps(7) == 7 and pattern.lag == 0 and pattern.first_step(4) == 4
    assert pattern.index(4).tolist() == [[0, 1, 2, 3]] * 3
    tokens = np.arange(24).reshape(1, 3, 8)
    assert np.array_equal(pattern.gather(pattern.lay(tokens, fill=-1), 8), tokens)
    levels, frames = pattern.written(5, 8)
    assert levels.tolist() == [0, 1, 2] and frames.tolist() == [5, 5, 5]


def test_specs_refuse_what_cannot_be_filled_in():
    coarse, fine = PARALLEL.stage("coarse"), PARALLEL.stage("fine")
    assert coarse.passes == (16, 1) and fine.passes == (1, 1)  # 2305.09636
    assert coarse.block_frames == 50 and dataclasses.replace(coarse, crop_seconds=0.1).block_frames == 2
    for change in ({"alignment": "prefix"}, {"aligned": ()}, {"iterations": (3,)}, {"choice_temperature": -1.0},
                   {"transformer": dataclasses.replace(coarse.transformer, positions="t5")}):
        with pytest.raises(ConfigError):
            dataclasses.replace(coarse, **change)
    with pytest.raises(ConfigError, match="patterns are given for melody"):
        dataclasses.replace(PARALLEL, patterns={"melody": "parallel"})
    assert StageSpec.choice_temperature == PARALLEL.stage("coarse").choice_temperature


def test_the_schedule_is_a_cosine_that_ends_at_none():
    left = [left_hidden(done, 16, 500) for done in range(17)]
    assert left[0] == 500 and left[16] == 0 and left == sorted(left, reverse=True)
    assert left[8] == math.floor(500 * math.cos(math.pi / 4)) and left_hidden(1, 1, 500) == 0


def test_hiding_keeps_the_levels_below_and_the_known_start():
    tokens = np.random.default_rng(0).integers(0, BLANK, (3, 4, 20))
    levels, shares = np.array([0, 2, 3]), np.array([1.0, 0.5, 0.0])
    told, asked = hide(tokens, levels, shares, first=4, draws=np.random.default_rng(1).random((3, 16)), blank=BLANK)
    assert (asked == levels[:, None]).sum(axis=1).tolist() == [16, 8, 1] and (asked[:, :4] == -1).all()
    assert (asked[1, 4:] == 3).sum() == 8 and (asked[2, 4:] == -1).sum() == 15  # the next level, where there is one
    for row, level in enumerate(levels):
        assert np.array_equal(told[row, :level], tokens[row, :level]) and np.array_equal(told[row, :, :4], tokens[row, :, :4])
        hidden = asked[row] == level
        assert np.array_equal(told[row, level] == BLANK, hidden)
        assert np.array_equal(told[row, level][~hidden], tokens[row, level][~hidden])
        assert (told[row, level + 1 :, 4:] == BLANK).all()


def test_guesses_come_from_the_nearest_known_frame():
    layout = layout_of("fine")
    crop = crop_of(layout, 6, batch=1)
    told = crop.tokens.copy()
    told[0, 0, [1, 2, 5]] = told[0, 1, 1:] = BLANK
    even = {"coarse": layout.stretch(layout.spec.aligned[0], crop.aligned["coarse"], 6)}
    guess, distance = nearest_guess(layout, told, even)
    vectors = layout.vectors

    def latent(frame: int, levels: int) -> np.ndarray:
        base = sum(vectors.conditions["coarse"][k, crop.aligned["coarse"][0, k, frame]] for k in range(2))
        return base + sum((vectors.target[k, crop.tokens[0, k, frame]] for k in range(levels)), np.zeros(64))

    assert distance[0, :, 0].tolist() == [0, 1, 1, 0, 0, 1]  # frame 1 from 0, frame 2 from 3, frame 5 from 4
    for frame, source in ((1, 0), (2, 3), (5, 4)):
        assert np.allclose(guess[0, frame, 0], latent(source, 1) - latent(frame, 0), atol=1e-5)
    assert distance[0, :, 1].tolist() == [0, 0, 0, 3, 4, 0]  # due where level 0 is known, and only frame 0 knows level 1
    assert np.allclose(guess[0, 4, 1], latent(0, 2) - latent(4, 1), atol=1e-5)
    assert not guess[distance == 0].any()
    lonely = np.full_like(told, BLANK)
    assert not nearest_guess(layout, lonely, even)[1].any()


@pytest.mark.parametrize("name", ["coarse", "fine"])
def test_what_is_asked_sees_both_sides_and_the_start_sees_nothing_after_it(name):
    model = stirred(name)
    layout, frames, first = model.layout, 10, 4
    crop = crop_of(layout, frames, batch=1)
    draws = np.arange(frames - first)[None] / frames

    def nats(tokens: np.ndarray, *, asked_share: float = 0.5) -> np.ndarray:
        told, asked = hide(tokens, np.array([1]), np.array([asked_share]), first=first, draws=draws, blank=BLANK)
        inputs, context = masked_whole(layout, told, crop.prefix, crop.aligned)
        with torch.no_grad():
            return model.masked_losses(inputs, crop.tokens, asked, known=context + first).numpy()

    reference = nats(crop.tokens)
    assert reference.shape == (3,) and np.isfinite(reference).all()
    for level, frame, heard in ((0, 1, True), (1, 2, True), (0, 9, True), (1, 9, True), (1, 5, False)):
        changed = crop.tokens.copy()
        changed[0, level, frame] = (changed[0, level, frame] + 7) % BLANK
        moved = np.abs(nats(changed) - reference).max()
        assert (moved > 1e-4) == heard, (level, frame)  # a hidden token is not seen


def test_known_frames_do_not_see_the_block():
    model = stirred("coarse")
    x = torch.randn(1, 12, 32, generator=torch.Generator().manual_seed(0))
    _, cache = model.transformer.step(x[:, :5], None)
    after, grown = model.transformer.step(x[:, 5:], cache)
    assert all(torch.equal(pair[0][:, :, :5], kept[0]) for pair, kept in zip(grown, cache, strict=True))
    other = x.clone()
    other[:, 11] += 1.0  # the block's last frame reaches its first, as one forward pass of all frames does
    assert not torch.allclose(model.transformer.step(other[:, 5:], cache)[0][:, 0], after[:, 0], atol=1e-4)
    assert not torch.allclose(model.transformer(other)[:, 0], model.transformer(x)[:, 0], atol=1e-4)


def test_order_agnostic_bits_of_a_model_that_knows_nothing_are_log_of_the_codebook():
    model = TokenLM(PARALLEL.stage("coarse")).eval()
    with torch.no_grad():
        model.start.zero_()
    crop = crop_of(model.layout, 30, batch=3)
    with torch.no_grad():
        nats = order_nats(crop.tokens, np.random.default_rng(0), lambda *told: hidden_nats(model, crop, *told).numpy(), blank=BLANK)
    assert nats.shape == (2, 3) and np.allclose(nats, math.log(32), atol=1e-4)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Acoustic tokens that follow from the semantic ones, which follow nothing."""
    rng = np.random.default_rng(7)
    shapes = {"codec.codebooks": (4, 32, 8), "semantic.centroids": (32, 16), "mulan.codebooks": (3, 16, 16)}
    folder = tmp_path_factory.mktemp("tokens")
    writer = TokenWriter(folder, PARALLEL, tables={name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()})
    for number in range(12):
        style, semantic = rng.integers(0, 16, (1, 3)), rng.integers(0, 32, 120)
        acoustic = (7 * np.repeat(semantic, 2)[None] + np.arange(4)[:, None]) % 32
        writer.add(ClipTokens(str(number), "train" if number < 8 else "valid", semantic, acoustic, style, style))
    writer.close(complete=True)
    return folder


def test_training_beats_its_baselines_and_uses_its_condition(store, tmp_path):
    recipe = build("stage", PARALLEL, data=store, seed=0, stage="coarse", learning_rate=1e-2, batch_seconds=16.0)
    train(recipe, out=tmp_path / "run", steps=60, validate_every=0, warmup=5, checkpoint_minutes=60)
    with evaluating(recipe.modules.values()):
        figures = recipe.validate()
        assert figures == recipe.validate()
        measured = recipe._measured
    exported = export(recipe.model.eval(), tmp_path, precision="float32")
    runtime = ParallelRuntime(recipe.spec, tmp_path, exported)  # the shipped graph is measured alike
    shipped = evaluate_stage(runtime_score(runtime), *measured, recipe.spec).figures()
    assert all(shipped[key] == pytest.approx(figures[key], rel=0.01) for key in ("bits", "bits_2", "shuffled"))
    assert figures["gain"] > 0.1 and figures["condition"] > 0.05 and figures["bits_1"] < figures["bigram_1"]
    with pytest.raises(TrainingError, match="forced_from"):
        build("stage", PARALLEL, data=store, seed=0, stage="coarse", forced_from=3)


def test_a_step_follows_from_seed_and_number(store):
    recipe = build("stage", PARALLEL, data=store, seed=0, stage="fine", batch_seconds=8.0)
    batch = recipe.batch(3)
    drawn = [masked_loss(recipe.model, batch, np.random.default_rng(seed)).detach().numpy() for seed in (1, 1, 2)]
    assert np.array_equal(drawn[0], drawn[1]) and not (drawn[0].shape == drawn[2].shape and np.allclose(drawn[0], drawn[2]))
