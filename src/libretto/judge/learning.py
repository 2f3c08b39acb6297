"""What small listeners on patches have in common: layers, augmentation and the loop that trains them. Needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .labels import NOBODY
from .tagger import STRIDES

SMOOTHING = 0.1  # of labels
HALF = torch.ops.mkldnn._is_mkldnn_bf16_supported()  # half the time, where the processor computes in bfloat16


@dataclass(frozen=True)
class Training:
    """How a listener learns."""

    epochs: int = 16
    batch: int = 48
    rate: float = 3e-3
    decay: float = 0.05
    width: int = 24
    seed: int = 0
    threads: int = 1


def convolutions(width: int) -> nn.Sequential:
    """Patches [B, 1, T, F] -> [B, 5 * width, T / 8, F / 16]."""
    widths = (1, width, 2 * width, 4 * width, 5 * width)
    layers: list[nn.Module] = []
    for index, (before, after, stride) in enumerate(zip(widths, widths[1:], STRIDES)):
        size = 5 if index == 0 else 3
        layers += [nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers)


def pooled(picture: nn.Module, levels: torch.Tensor) -> list[torch.Tensor]:
    """Patches [B, T, F] -> mean, deviation and maximum over time of what the convolutions see: three [B, 5 * width * F / 16]."""
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        seen = picture(levels[:, None].contiguous(memory_format=torch.channels_last))
    seen = seen.float().permute(0, 2, 1, 3).flatten(2)  # [B, T / 8, channels * F / 16]
    return [seen.mean(1), seen.std(1), seen.amax(1)]


class Shapes(nn.Module):
    """Pitch classes [B, 12] -> [B, 2 * count]: how well learned shapes fit in their best key, and how much the keys differ."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.shapes = nn.Conv1d(1, count, 12, bias=False)

    def forward(self, classes: torch.Tensor) -> torch.Tensor:
        classes = (classes - classes.mean(1, keepdim=True)) / (classes.std(1, keepdim=True) + 1e-4)
        fits = self.shapes(torch.cat([classes, classes[:, :11]], 1)[:, None]) / 12  # [B, shapes, 12 keys]
        return torch.cat([fits.amax(2), fits.std(2)], 1)


class Heads(nn.Module):
    """What is heard [B, D] -> logits: the first head's, and the others', which also see its answer."""

    def __init__(self, known: int, sizes: Sequence[int]) -> None:
        super().__init__()
        self.first = nn.Linear(known, sizes[0])
        self.others = nn.ModuleList(
            nn.Sequential(nn.Linear(known + sizes[0], 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, count)) for count in sizes[1:]
        )

    def forward(self, heard: torch.Tensor) -> list[torch.Tensor]:
        first = self.first(heard)  # a mood is heard against what is usual in the style
        against = torch.cat([heard, first.detach().softmax(1)], 1)
        return [first, *(head(against) for head in self.others)]


def augmented(patches: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
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


def choice_loss(logits: Sequence[torch.Tensor], wanted: torch.Tensor, weights: Sequence[float]) -> torch.Tensor:
    """Cross entropy summed over heads: logits [B, classes] each, wanted [B, heads], NOBODY where unknown."""
    losses = []
    for head, scores in enumerate(logits):
        known = wanted[:, head] != NOBODY
        if known.any():
            loss = functional.cross_entropy(scores[known], wanted[known, head], label_smoothing=SMOOTHING)
            losses.append(weights[head] * loss)
    return torch.stack(losses).sum()


def learn(
    model: nn.Module, count: int, loss: Callable[[torch.Tensor, torch.Generator], torch.Tensor], training: Training,
    progress: Callable[[int, float], Any] | None = None,
) -> None:
    """Train ``model`` in place and leave it in evaluation mode.

    Args:
        count: clips; every epoch sees them in another order.
        loss: of the clips whose places int64 [B] are given.
        progress: called with the epoch and its mean loss.
    """
    generator = torch.Generator().manual_seed(training.seed)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(model.parameters(), training.rate, weight_decay=training.decay)
    steps = training.epochs * max(1, count // training.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, training.rate, total_steps=steps + 1, pct_start=0.2)
    for epoch in range(training.epochs):
        losses = []
        for chosen in _batches(count, training.batch, generator):
            value = loss(chosen, generator)
            optimiser.zero_grad(set_to_none=True)
            value.backward()
            optimiser.step()
            schedule.step()
            losses.append(float(value.detach()))
        if progress is not None:
            progress(epoch, sum(losses) / max(1, len(losses)))
    model.eval()
