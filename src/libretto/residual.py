"""Residual vector quantisation of embeddings into style and melody tokens (MusicLM 2301.11325 section 3.2), in numpy.

The embeddings are not trained with their quantiser, so plain k-means level by level will do.
"""

from __future__ import annotations

import numpy as np

from .errors import TrainingError

_BLOCK = 4096  # rows whose distances are held at once


def fit(
    embeddings: np.ndarray, *, levels: int, codebook_size: int, seed: int, iterations: int = 20, start: np.ndarray | None = None
) -> np.ndarray:
    """Codebooks of ``embeddings`` [N, D] (audio and text together, so that both find entries): float32 [levels, V, D].

    Args:
        start: codebooks [levels, V, D] to begin from, so that tokens keep about their meaning; random points when None.

    Raises:
        TrainingError: fewer embeddings than entries.
    """
    if len(embeddings) < codebook_size:
        raise TrainingError(f"{len(embeddings)} embeddings for a codebook of {codebook_size}; embed more clips and captions")
    rng = np.random.default_rng(seed)
    residual = np.array(embeddings, dtype=np.float32)
    codebooks = np.empty((levels, codebook_size, residual.shape[1]), dtype=np.float32)
    for level in range(levels):
        codebooks[level] = _kmeans(residual, codebook_size, rng, iterations, None if start is None else start[level])
        residual -= codebooks[level][_nearest(residual, codebooks[level])[0]]
    return codebooks


def _kmeans(
    points: np.ndarray, size: int, rng: np.random.Generator, iterations: int, start: np.ndarray | None = None
) -> np.ndarray:
    """Lloyd's algorithm from ``start`` [size, D] or random points; an empty cluster moves to one of the worst served points."""
    centres = (points[rng.choice(len(points), size, replace=False)] if start is None else start).astype(np.float32)
    for _ in range(iterations):
        owner, distance = _nearest(points, centres)
        counts = np.bincount(owner, minlength=size)
        sums = np.zeros_like(centres)
        np.add.at(sums, owner, points)
        filled = counts > 0
        centres[filled] = sums[filled] / counts[filled, None]
        empty = np.flatnonzero(~filled)
        if len(empty):
            centres[empty] = points[np.argpartition(-distance, len(empty) - 1)[: len(empty)]]
    return centres


def _nearest(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of and squared distance to the nearest centre: [N, D], [V, D] -> int64 [N], float32 [N]."""
    owner = np.empty(len(points), dtype=np.int64)
    distance = np.empty(len(points), dtype=np.float32)
    norms = (centres**2).sum(axis=1)
    for start in range(0, len(points), _BLOCK):
        block = points[start : start + _BLOCK]
        away = norms - 2 * block @ centres.T
        best = away.argmin(axis=1)
        owner[start : start + _BLOCK] = best
        distance[start : start + _BLOCK] = away[np.arange(len(block)), best] + (block**2).sum(axis=1)
    return owner, distance


def tokenize(embeddings: np.ndarray, codebooks: np.ndarray) -> np.ndarray:
    """Embeddings [..., D] by codebooks [levels, V, D] -> int64 [..., levels]."""
    flat = np.asarray(embeddings, dtype=np.float32).reshape(-1, codebooks.shape[2]).copy()
    tokens = np.empty((len(flat), len(codebooks)), dtype=np.int64)
    for level, entries in enumerate(codebooks):
        tokens[:, level] = _nearest(flat, entries)[0]
        flat -= entries[tokens[:, level]]
    return tokens.reshape(*np.shape(embeddings)[:-1], len(codebooks))


def detokenize(tokens: np.ndarray, codebooks: np.ndarray) -> np.ndarray:
    """Tokens int [..., L], L <= levels, -> unit vectors float32 [..., D]; fewer levels give a coarser vector."""
    total = sum(codebooks[level][tokens[..., level]] for level in range(tokens.shape[-1]))
    return total / np.maximum(np.linalg.norm(total, axis=-1, keepdims=True), 1e-9)


def fidelity(embeddings: np.ndarray, codebooks: np.ndarray) -> list[float]:
    """Mean cosine between unit vectors [N, D] and their reconstruction from the first 1, 2, ... levels."""
    tokens = tokenize(embeddings, codebooks)
    return [float((detokenize(tokens[:, : level + 1], codebooks) * embeddings).sum(axis=1).mean()) for level in range(len(codebooks))]


def agreement(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How often tokens [N, levels] of both sides agree up to and including each level: float [levels]."""
    return np.cumprod(first == second, axis=1).mean(axis=0)
