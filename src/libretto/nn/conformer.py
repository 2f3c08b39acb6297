"""Conformer (2005.08100) with rotary positions (2104.09864) and attention of finite reach.

Ours against the paper: LayerNorm in the convolution module where it has BatchNorm, rotary instead of
Transformer-XL positions, and attention that sees ``reach`` frames on each side. With finite reach the whole stack
depends on a known number of frames, so long audio can be cut into overlapping windows with the same result.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def rotary_tables(frames: int, head_width: int, *, device: torch.device | None = None) -> tuple[Tensor, Tensor]:
    """Cosines and sines [T, head_width / 2] of the rotary angles."""
    rates = 10_000.0 ** (-torch.arange(0, head_width, 2, device=device, dtype=torch.float32) / head_width)
    angles = torch.arange(frames, device=device, dtype=torch.float32)[:, None] * rates
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Turn the two halves of x [B, H, T, D] against each other by the angles [T, D / 2]."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cosines - second * sines, first * sines + second * cosines), dim=-1)


def reach_mask(frames: int, reach: int, *, device: torch.device | None = None) -> Tensor:
    """[T, T]: zero where two frames are at most ``reach`` apart, else a large negative number."""
    position = torch.arange(frames, device=device)
    far = (position[:, None] - position[None, :]).abs() > reach
    return far.float() * -1e4


class FeedForward(nn.Module):
    """Half-step feed-forward: [B, T, D] -> [B, T, D], to be added with weight 1/2."""

    def __init__(self, width: int, *, expansion: int = 4, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, expansion * width)
        self.down = nn.Linear(expansion * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.down(functional.silu(self.up(self.norm(x)))))


class Attention(nn.Module):
    """Multi-head self-attention with rotary positions: [B, T, D] -> [B, T, D]."""

    def __init__(self, width: int, heads: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.inward = nn.Linear(width, 3 * width)
        self.outward = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor, positions: tuple[Tensor, Tensor]) -> Tensor:
        batch, frames, width = x.shape
        projected = self.inward(self.norm(x)).view(batch, frames, 3, self.heads, width // self.heads)
        query, key, value = projected.permute(2, 0, 3, 1, 4).unbind(0)
        cosines, sines = (table.to(query.dtype) for table in positions)
        query = rotate(query, cosines, sines) * (width // self.heads) ** -0.5
        key = rotate(key, cosines, sines)
        # plain products: on a CPU in bfloat16 they take half the time of scaled_dot_product_attention
        weights = (query @ key.transpose(-1, -2) + mask.to(query.dtype)).softmax(dim=-1)
        mixed = (weights.to(value.dtype) @ value).transpose(1, 2).reshape(batch, frames, width)
        return self.dropout(self.outward(mixed))


class Convolution(nn.Module):
    """Pointwise gate, depthwise convolution over time, norm, swish, pointwise: [B, T, D] -> [B, T, D]."""

    def __init__(self, width: int, kernel: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inward = nn.Linear(width, 2 * width)
        # a 2-D kernel of width 1 on channels-last memory: on a CPU a quarter of Conv1d's time
        self.depthwise = nn.Conv2d(width, width, (kernel, 1), padding=(kernel // 2, 0), groups=width)
        self.inner_norm = nn.LayerNorm(width)
        self.outward = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        gated = functional.glu(self.inward(self.norm(x)), dim=-1)
        convolved = self.depthwise(gated.transpose(1, 2).unsqueeze(-1)).squeeze(-1).transpose(1, 2)
        return self.dropout(self.outward(functional.silu(self.inner_norm(convolved))))


class ConformerLayer(nn.Module):
    """One Conformer block: [B, T, D] -> [B, T, D]."""

    def __init__(self, width: int, heads: int, kernel: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.first = FeedForward(width, dropout=dropout)
        self.attention = Attention(width, heads, dropout=dropout)
        self.convolution = Convolution(width, kernel, dropout=dropout)
        self.second = FeedForward(width, dropout=dropout)
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, mask: Tensor, positions: tuple[Tensor, Tensor]) -> Tensor:
        x = x + 0.5 * self.first(x)
        x = x + self.attention(x, mask, positions)
        x = x + self.convolution(x)
        x = x + 0.5 * self.second(x)
        return self.norm(x)


class Conformer(nn.Module):
    """A stack of layers. An output frame depends on ``layers * (reach + kernel // 2)`` frames on each side."""

    def __init__(self, layers: int, width: int, heads: int, kernel: int, *, reach: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.reach = reach
        self.head_width = width // heads
        self.layers = nn.ModuleList(ConformerLayer(width, heads, kernel, dropout=dropout) for _ in range(layers))

    def forward(self, x: Tensor, *, layers: int | None = None) -> Tensor:
        """x [B, T, D] -> the output [B, T, D] of the first ``layers`` layers (None: all)."""
        mask = reach_mask(x.shape[1], self.reach, device=x.device)
        positions = rotary_tables(x.shape[1], self.head_width, device=x.device)
        for layer in self.layers[:layers]:
            x = layer(x, mask, positions)
        return x
