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
    chosen = np.asarray(rng.integers(0, levels, batch))
    told, asked = hide(crop.tokens, chosen, shares, first=first, draws=rng.random((batch, frames - first)), blank=model.spec.target.blank)
    return hidden_nats(model, crop, told, asked, first=first)


def hidden_nats(model: TokenLM, crop: Crop, told: np.ndarray, asked: np.ndarray, *, first: int = 0) -> Tensor:
    """Nats of the tokens of ``crop`` that are asked for, given ``told`` (both of ``masked.hide``): float32 [asked]."""
    inputs, context = masked_whole(model.layout, told, crop.prefix, crop.aligned)
    return model.masked_losses(inputs, crop.tokens, asked, known=context + first)
