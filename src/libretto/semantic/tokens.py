"""The space semantic tokens are clusters of: the tapped layer, whitened, beside a projection of the input.

MusicLM clusters the tapped layer alone. A model as small as the bundled one keeps less of pitch in it than the
input has, so we append the partly whitened log-mel components that its targets are made of, weighted; ``skip`` 0
is the published form.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import SemanticSpec
from . import kmeans
from .model import SemanticModel
from .quantizer import principal_axes

KEPT = 64  # components of the tapped layer
FLATTENING = 0.5


class TokenSpace(nn.Module):
    """Affine map of tapped features and input components into the space of the centroids."""

    mean: Tensor
    matrix: Tensor
    skip: Tensor
    centroids: Tensor

    def __init__(self, spec: SemanticSpec) -> None:
        super().__init__()
        kept = min(KEPT, spec.width)
        components = min(64, spec.mel.bands * spec.stack)
        self.register_buffer("mean", torch.zeros(spec.width))
        self.register_buffer("matrix", torch.zeros(spec.width, kept))
        self.register_buffer("skip", torch.zeros(()))
        self.register_buffer("centroids", torch.zeros(spec.codebook_size, kept + components))

    @torch.no_grad()
    def fit(self, tapped: Tensor, components: Tensor, *, skip: float, seed: int, iterations: int = 20) -> kmeans.Clusters:
        """Learn map and centroids from tapped features [S, D] and input components [S, P]."""
        self.mean.copy_(tapped.mean(0))
        scale = tapped.std(0) + 1e-4
        axes = principal_axes((tapped - self.mean) / scale, self.matrix.shape[1], flattening=FLATTENING)
        self.matrix.copy_(axes / scale[:, None])
        self.skip.fill_(skip)
        found = kmeans.fit(self(tapped, components), len(self.centroids), seed=seed, iterations=iterations)
        self.centroids.copy_(found.centroids)
        return found

    def forward(self, tapped: Tensor, components: Tensor) -> Tensor:
        """tapped [..., D], components [..., P] -> points [..., E]."""
        return torch.cat(((tapped - self.mean) @ self.matrix, self.skip * components), dim=-1)


class Tokenizer(nn.Module):
    """Stacked log-mel frames to points; the part of the model that is exported."""

    def __init__(self, model: SemanticModel, space: TokenSpace) -> None:
        super().__init__()
        self.model, self.space = model, space

    def features(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """frames [B, T, F] -> (tapped [B, T, D], input components [B, T, P])."""
        quantizer = self.model.quantizer
        return self.model.tapped(frames), quantizer.standardise(frames) @ quantizer.matrix

    def forward(self, frames: Tensor) -> Tensor:
        """frames [B, T, F] -> points [B, T, E], to be compared with the centroids."""
        return self.space(*self.features(frames))

    @torch.no_grad()
    def tokenize(self, samples: Tensor) -> Tensor:
        """samples [B, N] -> token ids int64 [B, T]."""
        points = self(self.model.frames(samples))
        ids, _ = kmeans.assign(points.flatten(0, 1), self.space.centroids)
        return ids.view(points.shape[:2])
