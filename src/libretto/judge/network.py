"""The judge while it learns: convolutions over the constant-Q patch, beside its statistics, pulse, shape and pitch classes. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from . import front
from .learning import Heads, Shapes, convolutions, pooled

SHAPES = 24  # of pitch classes
_PULSE, _BODY = 64, 144


class Network(nn.Module):
    """Patches uint8 [B, T, 96], pulses [B, 768], shapes [B, 200] and chroma [B, 12] -> logits of every head.

    Args:
        sizes: classes of each task, style first.
        instruments: of which any number may sound; their logits come last.
        width: of the convolutions; 0 leaves them out, which trains in seconds.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, sizes: Sequence[int], instruments: int, *, width: int = 16) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(front.BINS))
        self.register_buffer("deviation", torch.ones(front.BINS))
        self.picture = convolutions(width) if width else nn.Sequential()
        self.pulse = nn.Sequential(nn.Linear(front.PULSE, _PULSE), nn.BatchNorm1d(_PULSE), nn.ReLU())
        self.harmony = Shapes(SHAPES)
        known = 3 * 5 * width * math.ceil(front.BINS / 16) + 3 * front.BINS + _PULSE + 2 * SHAPES + front.SHAPE
        self.scale = nn.BatchNorm1d(known)
        self.body = nn.Sequential(nn.Dropout(0.3), nn.Linear(known, _BODY), nn.ReLU(), nn.Dropout(0.2))
        self.heads = Heads(_BODY, sizes)
        self.instruments = nn.Linear(_BODY, instruments)

    def forward(
        self, patch: torch.Tensor, pulse: torch.Tensor, shape: torch.Tensor, chroma: torch.Tensor
    ) -> tuple[list[torch.Tensor], torch.Tensor]:
        levels = (patch.float() - self.mean) / self.deviation
        seen = pooled(self.picture, levels) if len(self.picture) else []
        moved = (levels[:, 1:] - levels[:, :-1]).abs().mean(1)
        known = [*seen, levels.mean(1), levels.std(1), moved, self.pulse(pulse), self.harmony(chroma), shape]
        heard = self.body(self.scale(torch.cat(known, 1)))
        return self.heads(heard), self.instruments(heard)


def arrays(network: Network) -> dict[str, np.ndarray]:
    """The tables that ``tagger.Judge`` computes with; batch norms after a layer are folded into it."""
    found = {"mean": network.mean, "deviation": network.deviation, "shapes": network.harmony.shapes.weight[:, 0]}
    picture = list(network.picture)
    for index in range(0, len(picture), 3):
        found |= _folded(f"picture.{index // 3}", picture[index].weight, None, picture[index + 1])
    found |= _folded("pulse", network.pulse[0].weight, network.pulse[0].bias, network.pulse[1])
    gain = network.scale.weight / torch.sqrt(network.scale.running_var + network.scale.eps)  # type: ignore[operator]
    found |= {"scale.gain": gain, "scale.shift": network.scale.bias - network.scale.running_mean * gain}  # type: ignore[operator]
    found |= _linear("body", network.body[1]) | _linear("first", network.heads.first) | _linear("instruments", network.instruments)
    for index, head in enumerate(network.heads.others):
        found |= _linear(f"others.{index}.hidden", head[0]) | _linear(f"others.{index}.out", head[3])  # type: ignore[index]
    return {name: tensor.detach().float().numpy().copy() for name, tensor in found.items()}


def _linear(name: str, layer: nn.Linear) -> dict[str, torch.Tensor]:
    return {f"{name}.weight": layer.weight, f"{name}.bias": layer.bias}


def _folded(name: str, weight: torch.Tensor, bias: torch.Tensor | None, norm: nn.Module) -> dict[str, torch.Tensor]:
    """Weight and bias of a layer and the batch norm behind it, as one."""
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * gain + (0.0 if bias is None else bias * gain)
    return {f"{name}.weight": weight * gain.reshape(-1, *[1] * (weight.ndim - 1)), f"{name}.bias": shift}
