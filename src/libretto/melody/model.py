"""The melody encoder: a small ViT over quarter-tone bands (MusicLM 2301.11325 section 4.5), and its loss.

Patches span all bands and a few frames, so that the transformer's positions are time alone (ours).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..config import MelodySpec

MARGIN = 0.3  # of the squared distance; ours


class Block(nn.Module):
    """Pre-norm attention over all positions, then a two-layer perceptron, each added to the stream."""

    def __init__(self, spec: MelodySpec) -> None:
        super().__init__()
        inner = spec.heads * spec.head_width
        self.heads = spec.heads
        self.norm1, self.norm2 = nn.LayerNorm(spec.width), nn.LayerNorm(spec.width)
        self.qkv, self.out = nn.Linear(spec.width, 3 * inner), nn.Linear(inner, spec.width)
        self.up, self.down = nn.Linear(spec.width, spec.feedforward), nn.Linear(spec.feedforward, spec.width)

    def forward(self, x: Tensor) -> Tensor:
        """[B, S, D] to [B, S, D]."""
        query, key, value = self.qkv(self.norm1(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.down(functional.gelu(self.up(self.norm2(x))))


class MelodyEncoder(nn.Module):
    """Windows to unit vectors."""

    def __init__(self, spec: MelodySpec) -> None:
        super().__init__()
        self.spec = spec
        positions = spec.frames // spec.patch
        self.patches = nn.Linear(spec.patch * spec.bins, spec.width)
        self.positions = nn.Parameter(torch.randn(positions, spec.width) * 0.02)
        self.blocks = nn.Sequential(*(Block(spec) for _ in range(spec.layers)))
        self.norm = nn.LayerNorm(spec.width)
        self.project = nn.Linear(spec.width, spec.dimension)

    def forward(self, windows: Tensor) -> Tensor:
        """Windows [B, frames, bins] of ``pitch.scaled`` to unit vectors [B, D]."""
        patches = windows.unflatten(1, (-1, self.spec.patch)).flatten(2)
        x = self.blocks(self.patches(patches) + self.positions)
        return functional.normalize(self.project(self.norm(x).mean(dim=1)), dim=-1)


def semi_hard_triplet(anchors: Tensor, positives: Tensor, *, margin: float = MARGIN) -> Tensor:
    """The semi-hard triplet loss (FaceNet 1503.03832 section 3.2): unit vectors [B, D] twice -> scalar.

    For every pair, the nearest other positive that is farther than the own one; where there is none, the farthest.
    Both sides take turns as anchors.
    """
    return 0.5 * (_one_way(anchors, positives, margin) + _one_way(positives, anchors, margin))


def _one_way(anchors: Tensor, positives: Tensor, margin: float) -> Tensor:
    distance = 2 - 2 * anchors @ positives.T
    own = distance.diagonal()[:, None]
    itself = torch.eye(len(distance), dtype=torch.bool, device=distance.device)
    farther = distance.masked_fill(itself | (distance <= own), float("inf"))
    nearest = farther.min(dim=1).values
    farthest = distance.masked_fill(itself, float("-inf")).max(dim=1).values
    negative = torch.where(torch.isinf(nearest), farthest, nearest)
    return functional.relu(own[:, 0] - negative + margin).mean()
