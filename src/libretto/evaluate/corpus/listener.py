"""A small listener: one convolutional net on log-mel patches with a head each for style, mood family and lead.

Besides the picture it is given the rhythm of each clip, computed from the same patch: the autocorrelation of the
onsets in eight groups of bands, which says what a short receptive field cannot: tempo and metre.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .hearing import NOBODY

_GROUPS, _LAGS = 8, 128  # groups of bands; frames of 20 ms
_SMOOTHING = 0.1  # of labels


@dataclass(frozen=True)
class Training:
    """How the listener learns."""

    epochs: int = 16
    batch: int = 48
    rate: float = 3e-3
    decay: float = 0.05
    width: int = 24
    seed: int = 0
    threads: int = 1


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


class Listener(nn.Module):
    """uint8 patches [B, T, F] -> logits of each head [B, classes]."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, bands: int, heads: Sequence[int], *, width: int = 24) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(bands))
        self.register_buffer("deviation", torch.ones(bands))
        widths = (1, width, 2 * width, 4 * width, 5 * width)
        strides = ((2, 2), (2, 2), (2, 2), (1, 2))
        layers: list[nn.Module] = []
        for index, (before, after, stride) in enumerate(zip(widths, widths[1:], strides)):
            size = 5 if index == 0 else 3
            layers += [nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.picture = nn.Sequential(*layers)
        tall = widths[-1] * math.ceil(bands / 16)
        self.pulse = nn.Sequential(nn.Linear(_GROUPS * _LAGS, 96), nn.BatchNorm1d(96), nn.ReLU())
        self.body = nn.Sequential(
            nn.BatchNorm1d(2 * tall + 2 * bands + 96), nn.Dropout(0.3), nn.Linear(2 * tall + 2 * bands + 96, 160), nn.ReLU(),
        )  # fmt: skip
        self.heads = nn.ModuleList(nn.Linear(160, count) for count in heads)

    def forward(self, patches: torch.Tensor) -> list[torch.Tensor]:
        levels = (patches.float() - self.mean) / self.deviation
        seen = self.picture(levels[:, None].contiguous(memory_format=torch.channels_last))
        seen = seen.permute(0, 2, 1, 3).flatten(2)  # [B, T / 8, channels * F / 16]
        whole = [seen.mean(1), seen.std(1), levels.mean(1), levels.std(1), self.pulse(rhythm(levels))]
        heard = self.body(torch.cat(whole, 1))
        return [head(heard) for head in self.heads]


def _augmented(patches: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Turned in time, a band of frequencies and a stretch of time hidden: [B, T, F]."""

    def draw(limit: int) -> int:
        return int(torch.randint(limit, (1,), generator=generator))

    frames, bands = patches.shape[1:]
    turned = torch.roll(patches, draw(frames), 1)
    low, start = draw(bands), draw(frames)
    filler = turned.float().mean((1, 2), keepdim=True).to(torch.uint8)
    turned[:, :, low : low + draw(bands // 8 + 1)] = filler
    turned[:, start : start + draw(frames // 8 + 1)] = filler
    return turned


def _batches(count: int, size: int, generator: torch.Generator) -> Iterator[torch.Tensor]:
    order = torch.randperm(count, generator=generator)
    yield from (order[start : start + size] for start in range(0, count - min(size, count) + 1, size))


def _loss(logits: Sequence[torch.Tensor], wanted: torch.Tensor) -> torch.Tensor:
    """Cross entropy summed over heads: logits [B, classes] each, wanted [B, heads]."""
    losses = []
    for head, scores in enumerate(logits):
        known = wanted[:, head] != NOBODY
        if known.any():
            losses.append(functional.cross_entropy(scores[known], wanted[known, head], label_smoothing=_SMOOTHING))
    return torch.stack(losses).sum()


def train(patches: np.ndarray, wanted: np.ndarray, sizes: Sequence[int], training: Training) -> Listener:
    """A listener of patches uint8 [clips, T, F] whose labels are wanted [clips, heads], NOBODY where unknown."""
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    generator = torch.Generator().manual_seed(training.seed)
    pictures, labels = torch.from_numpy(patches), torch.from_numpy(wanted)
    model = Listener(patches.shape[2], sizes, width=training.width)
    some = pictures[:: max(1, len(pictures) // 500)].float()
    model.mean.copy_(some.mean((0, 1)))
    model.deviation.copy_(some.std((0, 1)).clamp(min=8.0))
    model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), training.rate, weight_decay=training.decay)
    steps = training.epochs * max(1, len(pictures) // training.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.rate, total_steps=steps + 1, pct_start=0.2)
    for _ in range(training.epochs):
        for chosen in _batches(len(pictures), training.batch, generator):
            loss = _loss(model(_augmented(pictures[chosen], generator)), labels[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


@torch.inference_mode()
def answers(model: Listener, patches: np.ndarray, *, turns: int = 4) -> list[np.ndarray]:
    """Log-probabilities of each head [clips, classes], averaged over the patch turned in time by quarters."""
    found: list[list[np.ndarray]] = [[] for _ in model.heads]
    for start in range(0, len(patches), 100):
        block = torch.from_numpy(patches[start : start + 100])
        turned = [model(torch.roll(block, turn * block.shape[1] // turns, 1)) for turn in range(turns)]
        for head, scores in enumerate(zip(*turned)):
            found[head].append(torch.stack([score.log_softmax(1) for score in scores]).mean(0).numpy())
    return [np.concatenate(blocks) for blocks in found]
