"""A moving average of a module's weights, saved with the run because it is a module itself."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from ..errors import ConfigError


class MovingAverage(nn.Module):
    """``module`` is a copy whose weights follow the source's by an exponential moving average.

    The decay warms up as (1 + step) / (10 + step), so that the average forgets the initial weights. Buffers and
    whole numbers are copied as they are. The copy never trains: it stays in evaluation mode.
    """

    def __init__(self, source: nn.Module, *, decay: float = 0.999) -> None:
        super().__init__()
        if not 0 <= decay < 1:
            raise ConfigError(f"decay of a moving average is {decay}, expected 0 <= decay < 1")
        self.decay = decay
        self.module = copy.deepcopy(source).requires_grad_(False).eval()

    @torch.no_grad()
    def update(self, source: nn.Module, step: int) -> None:
        """Follow ``source`` after optimizer step ``step`` (from 0)."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for mine, theirs in zip(self.module.parameters(), source.parameters(), strict=True):
            mine.lerp_(theirs.to(mine.dtype), 1 - decay)
        for mine, theirs in zip(self.module.buffers(), source.buffers(), strict=True):
            mine.copy_(theirs)

    def train(self, mode: bool = True) -> MovingAverage:
        """Stay in evaluation mode whatever is asked."""
        return super().train(False)

    def forward(self, *arguments: Any, **named: Any) -> Any:
        """The averaged module's own forward."""
        return self.module(*arguments, **named)
