"""The audio tower: log-mel frames to a joint-space vector.

MuLan (2208.12415) uses a ResNet-50 or an AST; this is a small one-dimensional ConvNeXt (2201.03545) with attention
pooling, chosen for one CPU core (ours). The descriptors of the window join after pooling.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..config import MulanSpec
from ..errors import ConfigError
from . import descriptors

_KERNEL = 7
_EXPANSION = 2
_STRIDE = 2  # stacked frames per frame of the first blocks: 12.5 Hz in the presets
_FINE_BLOCKS = 2  # blocks at that rate; the others work at half of it
_HEADS = 4


class ConvBlock(nn.Module):
    """Depthwise convolution over time, then a two-layer perceptron, on a scaled residual."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv1d(width, width, _KERNEL, padding=_KERNEL // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, _EXPANSION * width)
        self.contract = nn.Linear(_EXPANSION * width, width)
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, D] -> [B, T, D]."""
        mixed = self.mix(x.transpose(1, 2)).transpose(1, 2)
        return x + self.scale * self.contract(functional.gelu(self.expand(self.norm(mixed))))


class AttentionPool(nn.Module):
    """Each head weighs the frames by its own learned query; the mean and the deviation over time stand beside them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.score = nn.Linear(width, _HEADS)
        self.value = nn.Linear(width, width)
        self.merge = nn.Linear(3 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, D] -> [B, D]."""
        batch, frames, width = x.shape
        weights = self.score(x).softmax(dim=1).transpose(1, 2)[:, :, None]  # [B, H, 1, T]
        values = self.value(x).reshape(batch, frames, _HEADS, width // _HEADS).transpose(1, 2)
        picked = (weights @ values).reshape(batch, width)
        mean = x.mean(dim=1)
        deviation = ((x - mean[:, None]).square().mean(dim=1) + 1e-5).sqrt()
        return self.merge(torch.cat([picked, mean, deviation], dim=1))


class AudioTower(nn.Module):
    """Windows of ``spec.window_seconds`` (any length works) to joint-space vectors, not yet normalised."""

    def __init__(self, spec: MulanSpec) -> None:
        super().__init__()
        width = spec.audio_width
        if width % _HEADS:
            raise ConfigError(f"audio_width {width} is not a multiple of {_HEADS}")
        self.stack = spec.audio_stack * _STRIDE
        self.reduce = nn.Linear(self.stack * spec.mel.bands, width)
        self.reduce_norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(ConvBlock(width) for _ in range(spec.audio_layers))
        self.halve = nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, width))
        self.norm = nn.LayerNorm(width)
        self.pool = AttentionPool(width)
        self.describe = nn.Sequential(nn.LayerNorm(descriptors.COUNT), nn.Linear(descriptors.COUNT, width), nn.GELU(),
                                      nn.Linear(width, width))
        self.head = nn.Sequential(nn.LayerNorm(2 * width), nn.Linear(2 * width, 2 * width), nn.GELU(), nn.Dropout(0.1),
                                  nn.Linear(2 * width, spec.dimension))

    def forward(self, mel: Tensor, described: Tensor) -> Tensor:
        """log10 mel [B, T, bands] and descriptors [B, F] -> [B, dimension]; level does not count, only its changes."""
        batch, frames, bands = mel.shape
        mel = mel - mel.mean(dim=(1, 2), keepdim=True)
        steps = frames // (2 * self.stack) * 2
        x = self.reduce(mel[:, : steps * self.stack].reshape(batch, steps, self.stack * bands))
        x = self.reduce_norm(x)
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index + 1 == min(_FINE_BLOCKS, len(self.blocks)):
                x = self.halve(x.reshape(batch, steps // 2, -1))
        heard = self.pool(self.norm(x))
        return self.head(torch.cat([heard, self.describe(described)], dim=1))
