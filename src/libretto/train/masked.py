"""The objective of pattern "parallel": hidden tokens of one level of every row, given the levels below and a known start.

Levels and the cosine draw of the hidden share are SoundStorm's (2305.09636); the lengths of the known start are ours.
"""

from __future__ import annotations

import math

import numpy as np
from torch import Tensor

from ..stages.crops import Crop
from ..stages.masked import hide, masked_whole
from ..stages.model import TokenLM

_FROM_NOTHING = 0.3  # share of steps without known frames, as the first block of a piece has none


def masked_loss(model: TokenLM, crop: Crop, rng: np.random.Generator) -> Tensor:
    """Nats of the hidden tokens of one draw of levels, shares and known start: float32 [tokens asked for]."""
    batch, levels, frames = crop.tokens.shape
    most = max(0, frames - model.spec.block_frames)
    first = 0 if rng.random() < _FROM_NOTHING else int(rng.integers(0, most + 1))
    shares = np.cos(rng.uniform(0, math.pi / 2, batch))
    chosen = rng.integers(0, levels, batch, np.int64)
    return _nats(model, crop, np.asarray(chosen), shares, rng.random((batch, frames - first)), first=first)[0]


def order_nats(model: TokenLM, crop: Crop, rng: np.random.Generator) -> np.ndarray:
    """Nats of every level [K, B] when its tokens are told one by one in random order: a bound like that of a chain.

    The mean over the hidden ones, with shares spread evenly over (0, 1], is the mean over all places in such an order
    (order-agnostic models, 2110.02037), so figures of parallel and of step-by-step stages bound the same bits.
    """
    batch, levels, frames = crop.tokens.shape
    found = np.zeros((levels, batch))
    for level in range(levels):
        shares = ((np.arange(batch) + rng.random(batch)) / batch)[rng.permutation(batch)]
        nats, asked = _nats(model, crop, np.full(batch, level), shares, rng.random((batch, frames)), first=0)
        row, frame = np.nonzero(asked >= 0)
        counted = asked[row, frame] == level
        totals = np.bincount(row[counted], weights=nats.float().cpu().numpy()[counted], minlength=batch)
        found[level] = totals / (asked == level).sum(axis=1)
    return found


def _nats(
    model: TokenLM, crop: Crop, levels: np.ndarray, shares: np.ndarray, draws: np.ndarray, *, first: int
) -> tuple[Tensor, np.ndarray]:
    told, asked = hide(crop.tokens, levels, shares, first=first, draws=draws, blank=model.spec.target.blank)
    inputs, context = masked_whole(model.layout, told, crop.prefix, crop.aligned)
    return model.masked_losses(inputs, crop.tokens, asked, known=context + first), asked
