"""Residual vector quantisation: k-means start, moving averages, dead codes, dropout, numpy's lookup, bits used."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from libretto.codec.codebooks import TABLE as CODEBOOKS  # noqa: E402
from libretto.codec.runtime import CodecRuntime  # noqa: E402
from libretto.config import preset  # noqa: E402
from libretto.evaluate.codec import bits_used  # noqa: E402
from libretto.nn.quantize import ResidualQuantizer, kmeans, nearest  # noqa: E402

SPEC = preset("tiny").codec


def points(count: int, *, seed: int = 0, clusters: int = 16, width: int = 8) -> torch.Tensor:
    """Tight clusters around random centres: [S, D]."""
    random = torch.Generator().manual_seed(seed)
    centres = torch.randn(clusters, width, generator=random) * 3
    return centres[torch.arange(count) % clusters] + 0.05 * torch.randn(count, width, generator=random)


def started(levels: int = 3, size: int = 16) -> ResidualQuantizer:
    quantizer = ResidualQuantizer(levels, size, 8)
    quantizer.start(points(640), seed=1)
    return quantizer


def test_nearest_is_the_brute_force_answer():
    vectors, codes = torch.randn(50, 5), torch.randn(9, 5)
    assert torch.equal(nearest(vectors, codes), torch.cdist(vectors, codes).argmin(1))


def test_kmeans_never_leaves_a_code_empty_handed():
    vectors = points(64, clusters=3)
    codes, shares = kmeans(vectors, 8, iterations=12, generator=torch.Generator().manual_seed(0))
    assert torch.isfinite(codes).all()
    assert float(shares.sum()) == pytest.approx(1)
    error = (vectors - codes[nearest(vectors, codes)]).square().sum(1).mean()
    assert error < 0.1 * vectors.var(0).sum()


def test_the_start_explains_the_data_and_every_level_adds_to_it():
    quantizer, vectors = started(), points(640)
    errors = []
    for levels in (1, 2, 3):
        tokens = quantizer.encode(vectors[None], levels)
        assert tokens.shape == (1, levels, 640)
        errors.append(float((quantizer.decode(tokens)[0] - vectors).square().mean()))
    assert errors[0] < 0.5 * float(vectors.var())
    assert errors == sorted(errors, reverse=True)
    assert errors[2] < errors[0]


def test_tokens_of_a_sum_of_codes_give_it_back():
    quantizer = started(levels=1)
    tokens = torch.arange(16)[None, None]
    assert torch.equal(quantizer.encode(quantizer.decode(tokens)), tokens)


def test_dropout_keeps_the_asked_levels_and_passes_the_gradient_through():
    quantizer = started().eval()
    latent = points(20, seed=3).reshape(2, 10, 8).requires_grad_()
    before = quantizer.codebooks.clone()
    result = quantizer(latent, torch.tensor([1, 3]))
    for row, levels in enumerate((1, 3)):
        assert torch.allclose(result.latent[row], quantizer.decode(result.tokens[row: row + 1, :levels])[0], atol=1e-5)
    result.latent.sum().backward()
    assert torch.equal(latent.grad, torch.ones_like(latent))
    assert torch.equal(quantizer.codebooks, before), "evaluation moves no code"


def test_training_follows_data_that_moves():
    quantizer = started(levels=1).train()

    def error(vectors: torch.Tensor) -> float:
        return float((quantizer.decode(quantizer.encode(vectors[None]))[0] - vectors).square().mean())

    floor, moved = error(points(640)), points(640) + 1.0
    before = error(moved)
    for _ in range(400):
        quantizer(moved[None], torch.tensor([1]), torch.Generator().manual_seed(0))
    assert error(moved) - floor < 0.1 * (before - floor)


def test_a_dead_code_is_put_onto_a_vector_that_was_seen():
    quantizer = started(levels=1).train()
    quantizer.codebooks[0, 5] = 1e3  # nothing is near
    quantizer.shares[0, 5] = quantizer.sums[0, 5] = 0
    vectors = points(640)
    quantizer(vectors[None], torch.tensor([1]), torch.Generator().manual_seed(0))
    assert float(torch.cdist(quantizer.codebooks[0, 5][None], vectors).min()) < 1e-4


def test_numpy_finds_the_same_tokens(tmp_path):
    quantizer = ResidualQuantizer(SPEC.levels, SPEC.codebook_size, SPEC.latent)
    quantizer.start(points(640, clusters=40), seed=0)
    runtime = CodecRuntime(SPEC, tmp_path, {CODEBOOKS: quantizer.codebooks.numpy()})
    vectors = points(300, seed=7)
    tokens = runtime.quantize(vectors.numpy())
    assert np.array_equal(tokens, quantizer.encode(vectors[None])[0].numpy())
    assert np.allclose(runtime.latent(tokens[:2]), quantizer.decode(torch.from_numpy(tokens[None, :2]))[0].numpy(), atol=1e-6)


def test_bits_used_of_even_and_of_constant_levels():
    even, constant = np.arange(64) % 16, np.full(64, 3)
    assert bits_used([np.stack([even, constant])], size=16) == pytest.approx([4.0, 0.0])
