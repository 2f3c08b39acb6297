"""Controls in a stage: crops, dropout and gaps, and a stage that learns to hear them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from libretto.config import preset  # noqa: E402
from libretto.controls import Timeline, tokens_of  # noqa: E402
from libretto.stages.crops import CropReader, parted  # noqa: E402
from libretto.stages.layout import StageLayout  # noqa: E402
from libretto.stages.model import TokenLM  # noqa: E402
from libretto.stages.vectors import StageVectors, random_vectors  # noqa: E402
from libretto.train import build  # noqa: E402
from libretto.train.loop import evaluating, train  # noqa: E402
from libretto.train.stage import widened  # noqa: E402
from libretto.train.tokenize import ClipTokens, TokenStore, TokenWriter  # noqa: E402

TINY = preset("tiny")
FRAMES = 120


def clip(number: int, *, split: str) -> ClipTokens:
    """Semantic tokens that are the pitch class of the tune, in another octave at random; clocks and keys say nothing of them."""
    rng = np.random.default_rng(number)
    notes = [(at * 0.2, at * 0.2 + 0.2, float(rng.integers(60, 72))) for at in range(24)]
    beats = [0.5 * at for at in range(11)]
    told = tokens_of(Timeline(beats, beats[::4], [(0.0, number % 12, "minor")], notes, True), frames=FRAMES, rate=25)
    semantic = told["tune"][0] + 12 * rng.integers(0, 2, FRAMES)
    style = rng.integers(0, 16, (1, 3))
    return ClipTokens(f"clip-{number}", split, semantic, rng.integers(0, 32, (4, 2 * FRAMES)), style, style, told)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokens")
    rng = np.random.default_rng(7)
    shapes = {"codec.codebooks": (4, 32, 8), "semantic.centroids": (32, 16), "mulan.codebooks": (3, 16, 16)}
    writer = TokenWriter(folder, TINY, tables={name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()})
    for number in range(12):
        writer.add(clip(number, split="train" if number < 8 else "valid"))
    writer.close(complete=True)
    return folder


def semantic_crops(store):
    layout = StageLayout(TINY.stage("semantic"), random_vectors(TINY.stage("semantic"), seed=0))
    reader = CropReader(TokenStore.open(store), layout, coarse_levels=2)
    return layout, reader.read([0, 1, 2], [0, 5, 9], [np.zeros(3)] * 3, frames=60)


def test_crops_hold_the_controls_of_their_frames(store):
    _, crop = semantic_crops(store)
    for name in ("clock", "key", "tune"):
        expected = TokenStore.open(store).control(name, 1)
        assert np.array_equal(crop.aligned[name][1, :, :60], expected[:, 5:65])
    assert (crop.aligned["landing"] == TINY.semantic.codebook_size).all()


def test_controls_are_dropped_one_by_one_and_gaps_tell_where_they_lead(store):
    layout, crop = semantic_crops(store)
    spec = layout.spec
    blank = {token.name: token.blank for token in spec.aligned}
    kept = parted(crop, np.random.default_rng(0), spec, dropout=0.0, gaps=0.0)
    assert all(np.array_equal(kept.aligned[name], crop.aligned[name]) for name in blank)
    gone = parted(crop, np.random.default_rng(0), spec, dropout=1.0, gaps=1.0)
    assert all((gone.aligned[name] == blank[name]).all() for name in ("clock", "key", "tune"))
    for row in range(3):
        told = gone.aligned["landing"][row]
        inside = np.flatnonzero(told[0] != blank["landing"])
        stop = inside[-1] + 1
        assert 8 <= len(inside) <= 30 and np.array_equal(inside, np.arange(inside[0], stop))
        assert told[0, stop - 1] == 1 and (told[1, inside] == crop.tokens[row, 0, stop]).all()
        if stop + 3 < 60:
            assert (told[3, inside] == crop.tokens[row, 0, stop + 3]).all()
    some = [parted(crop, np.random.default_rng(seed), spec, dropout=0.5, gaps=0.0) for seed in range(12)]
    patterns = {tuple((one.aligned[name] == blank[name]).all(axis=(1, 2)).tolist()) for one in some for name in ("clock", "key")}
    assert len(patterns) > 3  # each by itself, row by row


def test_a_stage_with_controls_begins_as_the_one_without():
    """What is not yet learnt says nothing: the wider model gives the narrow one's logits, whatever it is told."""
    spec = dataclasses.replace(TINY, controls=()).stage("semantic")
    narrow = TokenLM(spec, random_vectors(spec, seed=1), seed=1)
    with torch.no_grad():
        for parameter in narrow.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(3)))
    told_vectors = random_vectors(TINY.stage("semantic"), seed=0).conditions
    wide = TokenLM(TINY.stage("semantic"), StageVectors(narrow.layout.vectors.target, told_vectors))
    wide.load_state_dict(narrow.state_dict() | widened(wide, narrow))
    rng = np.random.default_rng(0)
    tokens, style = rng.integers(0, 32, (2, 1, 20)), rng.integers(0, 16, (2, 3))
    told = {token.name: rng.integers(0, token.vocabulary, (2, token.levels, 22)) for token in wide.spec.aligned}

    def logits(model, aligned):
        inputs, _ = model.layout.whole(tokens, {"style": style}, aligned)
        with torch.no_grad():
            return model(*(torch.from_numpy(array) for array in (inputs.ids, inputs.guess, inputs.known)))

    assert torch.allclose(logits(wide, told), logits(narrow, {}), atol=1e-5)
    other = {name: np.roll(values, 1, axis=2) for name, values in told.items()}
    with torch.no_grad():
        wide.inlet.weight.add_(0.01)
    assert not torch.allclose(logits(wide, told), logits(wide, other))


def test_a_trained_stage_follows_its_tune_and_lands(store, tmp_path):
    recipe = build("stage", TINY, data=store, seed=0, stage="semantic", learning_rate=1e-2, batch_seconds=32.0)
    train(recipe, out=tmp_path / "run", steps=60, validate_every=0, warmup=5, checkpoint_minutes=60)
    with evaluating(recipe.modules.values()):
        figures = recipe.validate()
    assert figures["control_tune"] > 0.3 and abs(figures["control_key"]) < 0.1
    assert figures["bits"] < 2.5 and "control_landing" in figures  # 1 bit is the octave's
