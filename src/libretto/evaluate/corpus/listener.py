"""A small listener: one convolutional net on log-mel patches with a head each for style, mood family and lead.

Beside the picture it looks at two things computed from it, which a short receptive field cannot see: the
autocorrelation of the onsets in eight groups of bands (tempo and metre), and the pitch classes of the fine patch against
learned shapes in all twelve keys (mode and harmony, whatever the key).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ...features import hertz_to_mel, mel_to_hertz
from ...judge.learning import Heads, Shapes, Training, augmented, choice_loss, convolutions, learn, pooled
from .hearing import FINE, STEP, Heard

_GROUPS, _LAGS = 8, 128  # groups of bands; frames of 20 ms
_SHAPES = 32  # of pitch classes
_PITCHED = (110.0, 2000.0)  # Hz
_WEIGHTS = (0.5, 1.25, 1.25)  # of the heads: style is the easiest to hear

__all__ = ["Listener", "Training", "answers", "folding", "rhythm", "train"]


def rhythm(levels: torch.Tensor) -> torch.Tensor:
    """Autocorrelation of onsets: levels [B, T, F] -> [B, 8 * 128], 1 at lag 0 (left out)."""
    rise = (levels[:, 1:] - levels[:, :-1]).clamp(min=0)
    batch, frames, bands = rise.shape
    groups = rise.reshape(batch, frames, _GROUPS, bands // _GROUPS).mean(3)
    groups = groups - groups.mean(1, keepdim=True)
    power = torch.fft.rfft(groups, n=2 * frames, dim=1).abs().square()
    lags = torch.fft.irfft(power, dim=1)
    lags = lags / lags[:, :1].clamp(min=1e-4)
    return lags[:, 1 : _LAGS + 1].transpose(1, 2).reshape(batch, -1)


def folding() -> torch.Tensor:
    """The share of each fine mel band in each pitch class: [384, 12]."""
    highest = float(hertz_to_mel(FINE.sample_rate / 2))
    hertz = mel_to_hertz(np.linspace(0, highest, FINE.bands + 2)[1:-1])
    pitch = 12 * np.log2(np.maximum(hertz, 1.0) / 440.0) + 69
    distance = (pitch[:, None] - np.arange(12) + 6) % 12 - 6
    inside = (hertz >= _PITCHED[0]) & (hertz <= _PITCHED[1])
    return torch.from_numpy(np.exp(-0.5 * (distance / 0.4) ** 2) * inside[:, None]).float()


class Listener(nn.Module):
    """Patches uint8 [B, T, F] and [B, t, 384] -> logits of each head [B, classes]."""

    mean: torch.Tensor
    deviation: torch.Tensor
    folding: torch.Tensor

    def __init__(self, bands: int, heads: Sequence[int], *, width: int = 24) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(bands))
        self.register_buffer("deviation", torch.ones(bands))
        self.register_buffer("folding", folding())
        self.picture = convolutions(width)
        self.pulse = nn.Sequential(nn.Linear(_GROUPS * _LAGS, 96), nn.BatchNorm1d(96), nn.ReLU())
        self.harmony = Shapes(_SHAPES)
        known = 3 * 5 * width * math.ceil(bands / 16) + 2 * bands + 96 + 2 * _SHAPES
        self.body = nn.Sequential(nn.BatchNorm1d(known), nn.Dropout(0.3), nn.Linear(known, 192), nn.ReLU(), nn.Dropout(0.2))
        self.heads = Heads(192, heads)

    def classes(self, fine: torch.Tensor) -> torch.Tensor:
        """Pitch classes [B, 12] of fine patches uint8 [B, t, 384]."""
        loud = torch.pow(10.0, 0.7 * (fine.float() * STEP - 5.0))
        sharp = (loud - functional.avg_pool1d(loud, 9, 1, 4)).clamp(min=0)  # what stands out from its surroundings
        found = sharp @ self.folding
        return (found / (found.sum(2, keepdim=True) + 1e-6)).mean(1)

    def forward(self, quick: torch.Tensor, fine: torch.Tensor) -> list[torch.Tensor]:
        levels = (quick.float() - self.mean) / self.deviation
        whole = [*pooled(self.picture, levels), levels.mean(1), levels.std(1)]
        heard = self.body(torch.cat([*whole, self.pulse(rhythm(levels)), self.harmony(self.classes(fine))], 1))
        heads: list[torch.Tensor] = self.heads(heard)
        return heads


def train(heard: Heard, wanted: np.ndarray, sizes: Sequence[int], training: Training) -> Listener:
    """A listener of clips whose labels are wanted [clips, heads], NOBODY where unknown."""
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    pictures, fine, labels = (torch.from_numpy(array) for array in (heard.quick, heard.fine, wanted))
    model = Listener(pictures.shape[2], sizes, width=training.width)
    some = pictures[:: max(1, len(pictures) // 500)].float()
    model.mean.copy_(some.mean((0, 1)))
    model.deviation.copy_(some.std((0, 1)).clamp(min=8.0))

    def loss(chosen: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        return choice_loss(model(augmented(pictures[chosen], generator), fine[chosen]), labels[chosen], _WEIGHTS)

    learn(model, len(pictures), loss, training)
    return model


@torch.inference_mode()
def answers(model: Listener, heard: Heard, *, turns: int = 4) -> list[np.ndarray]:
    """Log-probabilities of each head [clips, classes], averaged over the quick patch turned in time by quarters."""
    found: list[list[np.ndarray]] = []
    for start in range(0, len(heard.quick), 100):
        quick, fine = (torch.from_numpy(array[start : start + 100]) for array in (heard.quick, heard.fine))
        turned = [model(torch.roll(quick, turn * quick.shape[1] // turns, 1), fine) for turn in range(turns)]
        found.append([torch.stack([score.log_softmax(1) for score in scores]).mean(0).numpy() for scores in zip(*turned)])
    return [np.concatenate(blocks) for blocks in zip(*found)]
