"""Targets of the contrastive and of the masked-prediction module."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import kmeans

_KEPT = 64  # principal components the targets are clustered in
_FLATTENING = 0.5  # 0 keeps the spectrum of variances, 1 whitens it; a half measures best for chroma with onsets


def principal_axes(points: Tensor, kept: int, *, flattening: float) -> Tensor:
    """Matrix [D, kept] onto the principal components of centred points [S, D], each divided by its standard deviation
    to the power ``flattening``, all scaled to a mean variance of 1."""
    covariance = (points.T @ points / len(points)).double()
    variances, axes = torch.linalg.eigh(covariance)
    kept = min(kept, points.shape[1])
    variances, axes = variances.flip(0)[:kept].clamp_min(1e-8), axes.flip(1)[:, :kept]
    matrix = axes * variances ** (-flattening / 2)
    remaining = variances ** (1 - flattening)
    return (matrix / remaining.mean().sqrt()).float()


class TargetQuantizer(nn.Module):
    """Stacked log-mel frames to one of ``targets`` ids: partly whitened principal components, then k-means.

    w2v-BERT learns its codebook together with the encoder, with a Gumbel softmax and a diversity loss. Ours is
    clustered once, before training, from the input itself (as HuBERT 2106.07447 does in its first round): it
    cannot collapse, costs no gradient, and every id is used.
    """

    mean: Tensor
    scale: Tensor
    matrix: Tensor
    codebook: Tensor

    def __init__(self, features: int, targets: int) -> None:
        super().__init__()
        kept = min(_KEPT, features)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.register_buffer("matrix", torch.zeros(features, kept))
        self.register_buffer("codebook", torch.zeros(targets, kept))

    @torch.no_grad()
    def fit(self, frames: Tensor, *, seed: int) -> kmeans.Clusters:
        """Learn everything from stacked frames [S, F]."""
        self.mean.copy_(frames.mean(0))
        self.scale.copy_(frames.std(0) + 1e-3)
        standard = self.standardise(frames)
        self.matrix.copy_(principal_axes(standard, self.matrix.shape[1], flattening=_FLATTENING))
        found = kmeans.fit(standard @ self.matrix, len(self.codebook), seed=seed, iterations=8, start_points=8192)
        self.codebook.copy_(found.centroids)
        return found

    def standardise(self, frames: Tensor) -> Tensor:
        """Zero mean and unit variance of every feature: [..., F] -> [..., F]."""
        return (frames - self.mean) / self.scale

    @torch.no_grad()
    def forward(self, standard: Tensor) -> Tensor:
        """Standardised frames [B, T, F] -> target ids int64 [B, T]."""
        batch, frames, features = standard.shape
        ids, _ = kmeans.assign(standard.reshape(-1, features) @ self.matrix, self.codebook)
        return ids.view(batch, frames)
