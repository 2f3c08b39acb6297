"""Fréchet distance between two sets of embeddings, each taken for a Gaussian (FAD, 1812.08466; 2311.01616).

The trace of the root of a product of covariances is the sum of singular values of the product of their roots: no root of
a matrix that is not symmetric is taken, nothing becomes complex, and covariances of fewer samples than dimensions
need no offset.
"""

from __future__ import annotations

import numpy as np

from ..errors import RequestError


def checked(*sets: np.ndarray) -> list[np.ndarray]:
    """Embeddings [N, D] in float64, of the same D, at least two in each set.

    Raises:
        RequestError: they are not.
    """
    found = [np.asarray(one, dtype=np.float64) for one in sets]
    for one in found:
        if one.ndim != 2 or len(one) < 2 or one.shape[1] != found[0].shape[-1]:
            raise RequestError(f"embeddings have shapes {[list(each.shape) for each in found]}, expected [N, D] with N >= 2 and the same D")
        if not np.isfinite(one).all():
            raise RequestError("embeddings hold numbers that are not finite; check the embedder's weights and the audio")
    return found


def frechet_distance(reference: np.ndarray, other: np.ndarray) -> float:
    """The squared Fréchet distance, as FAD is quoted, between Gaussians fitted to two sets [N, D] and [M, D]."""
    reference, other = checked(reference, other)
    return frechet_gaussians(*gaussian(reference), *gaussian(other))


def gaussian(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean [D] and unbiased covariance [D, D] of samples [N, D]."""
    return samples.mean(axis=0), np.atleast_2d(np.cov(samples, rowvar=False))


def frechet_gaussians(mean: np.ndarray, covariance: np.ndarray, other_mean: np.ndarray, other_covariance: np.ndarray) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of means [D] and covariances [D, D], 0 at least."""
    shared = np.linalg.svd(root(covariance) @ root(other_covariance), compute_uv=False).sum()
    apart = float(((mean - other_mean) ** 2).sum())
    return max(0.0, apart + float(np.trace(covariance) + np.trace(other_covariance) - 2 * shared))


def root(covariance: np.ndarray) -> np.ndarray:
    """The symmetric root of a covariance [D, D]; what rounding makes negative counts as 0."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
