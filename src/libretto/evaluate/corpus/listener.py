"""A small listener: one convolutional net on log-mel patches with a head each for style, mood family and lead.

Beside the picture it looks at two things computed from it, which a short receptive field cannot see: the
autocorrelation of the onsets in eight groups of bands (tempo and metre), and the pitch classes of the fine patch against
learned shapes in all twelve keys (mode and harmony, whatever the key).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ...features import hertz_to_mel, mel_to_hertz
from .hearing import FINE, NOBODY, STEP, Heard

_GROUPS, _LAGS = 8, 128  # groups of bands; frames of 20 ms
_SHAPES = 32  # of pitch classes
_PITCHED = (110.0, 2000.0)  # Hz
_HALF = torch.ops.mkldnn._is_mkldnn_bf16_supported()  # half the time, where the processor computes in bfloat16
_SMOOTHING = 0.1  # of labels
_WEIGHTS = (0.5, 1.25, 1.25)  # of the heads: style is the easiest to hear


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


def folding() -> torch.Tensor:
    """The share of each fine mel band in each pitch class: [384, 12]."""
    highest = float(hertz_to_mel(FINE.sample_rate / 2))
    hertz = mel_to_hertz(np.linspace(0, highest, FINE.bands + 2)[1:-1])
    pitch = 12 * np.log2(np.maximum(hertz, 1.0) / 440.0) + 69
    distance = (pitch[:, None] - np.arange(12) + 6) % 12 - 6
    inside = (hertz >= _PITCHED[0]) & (hertz <= _PITCHED[1])
    return torch.from_numpy(np.exp(-0.5 * (distance / 0.4) ** 2) * inside[:, None]).float()


class Harmony(nn.Module):
    """Fine patches uint8 [B, t, 384] -> [B, 2 * 32]: how well learned shapes of pitch classes fit in their best key."""

    folding: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("folding", folding())
        self.shapes = nn.Conv1d(1, _SHAPES, 12, bias=False)

    def forward(self, fine: torch.Tensor) -> torch.Tensor:
        loud = torch.pow(10.0, 0.7 * (fine.float() * STEP - 5.0))
        sharp = (loud - functional.avg_pool1d(loud, 9, 1, 4)).clamp(min=0)  # what stands out from its surroundings
        classes = sharp @ self.folding
        classes = (classes / (classes.sum(2, keepdim=True) + 1e-6)).mean(1)
        classes = (classes - classes.mean(1, keepdim=True)) / (classes.std(1, keepdim=True) + 1e-4)
        fits = self.shapes(torch.cat([classes, classes[:, :11]], 1)[:, None]) / 12  # [B, shapes, 12 keys]
        return torch.cat([fits.amax(2), fits.std(2)], 1)


class Listener(nn.Module):
    """Patches uint8 [B, T, F] and [B, t, 384] -> logits of each head [B, classes]."""

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
        self.harmony = Harmony()
        known = 3 * tall + 2 * bands + 96 + 2 * _SHAPES
        self.body = nn.Sequential(nn.BatchNorm1d(known), nn.Dropout(0.3), nn.Linear(known, 192), nn.ReLU(), nn.Dropout(0.2))
        self.style = nn.Linear(192, heads[0])
        self.others = nn.ModuleList(
            nn.Sequential(nn.Linear(192 + heads[0], 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, count)) for count in heads[1:]
        )

    def forward(self, quick: torch.Tensor, fine: torch.Tensor) -> list[torch.Tensor]:
        levels = (quick.float() - self.mean) / self.deviation
        with torch.autocast("cpu", torch.bfloat16, enabled=_HALF):
            seen = self.picture(levels[:, None].contiguous(memory_format=torch.channels_last))
        seen = seen.float().permute(0, 2, 1, 3).flatten(2)  # [B, T / 8, channels * F / 16]
        whole = [seen.mean(1), seen.std(1), seen.amax(1), levels.mean(1), levels.std(1)]
        heard = self.body(torch.cat([*whole, self.pulse(rhythm(levels)), self.harmony(fine)], 1))
        style = self.style(heard)  # a mood is heard against what is usual in the style
        against = torch.cat([heard, style.detach().softmax(1)], 1)
        return [style, *(head(against) for head in self.others)]


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
            loss = functional.cross_entropy(scores[known], wanted[known, head], label_smoothing=_SMOOTHING)
            losses.append(_WEIGHTS[head] * loss)
    return torch.stack(losses).sum()


def train(heard: Heard, wanted: np.ndarray, sizes: Sequence[int], training: Training) -> Listener:
    """A listener of clips whose labels are wanted [clips, heads], NOBODY where unknown."""
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    generator = torch.Generator().manual_seed(training.seed)
    pictures, fine, labels = (torch.from_numpy(array) for array in (heard.quick, heard.fine, wanted))
    model = Listener(pictures.shape[2], sizes, width=training.width)
    some = pictures[:: max(1, len(pictures) // 500)].float()
    model.mean.copy_(some.mean((0, 1)))
    model.deviation.copy_(some.std((0, 1)).clamp(min=8.0))
    model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), training.rate, weight_decay=training.decay)
    steps = training.epochs * max(1, len(pictures) // training.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.rate, total_steps=steps + 1, pct_start=0.2)
    for _ in range(training.epochs):
        for chosen in _batches(len(pictures), training.batch, generator):
            loss = _loss(model(_augmented(pictures[chosen], generator), fine[chosen]), labels[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


@torch.inference_mode()
def answers(model: Listener, heard: Heard, *, turns: int = 4) -> list[np.ndarray]:
    """Log-probabilities of each head [clips, classes], averaged over the quick patch turned in time by quarters."""
    found: list[list[np.ndarray]] = [[] for _ in (model.style, *model.others)]
    for start in range(0, len(heard.quick), 100):
        quick, fine = (torch.from_numpy(array[start : start + 100]) for array in (heard.quick, heard.fine))
        turned = [model(torch.roll(quick, turn * quick.shape[1] // turns, 1), fine) for turn in range(turns)]
        for head, scores in enumerate(zip(*turned)):
            found[head].append(torch.stack([score.log_softmax(1) for score in scores]).mean(0).numpy())
    return [np.concatenate(blocks) for blocks in found]
