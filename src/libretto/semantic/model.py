"""w2v-BERT (2108.06209): a feature encoder, a contrastive Conformer and a masked-prediction Conformer above it.

Ours: the feature encoder is a stack of log-mel frames and one linear layer; the targets are those of
``quantizer.TargetQuantizer``; positions and norms as told in ``nn.conformer``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..config import SemanticSpec
from ..nn.conformer import Conformer
from ..nn.features import LogMel
from .quantizer import TargetQuantizer

_TEMPERATURE = 0.1  # wav2vec 2.0, 2006.11477


@dataclass
class Losses:
    """Losses of one batch (scalars with gradient) and figures about them."""

    contrastive: Tensor
    prediction: Tensor
    accuracy: Tensor  # of the masked prediction
    perplexity: Tensor  # of the targets at the masked positions

    @property
    def total(self) -> Tensor:
        """w2v-BERT's joint loss, both weights 1."""
        return self.contrastive + self.prediction


def span_mask(batch: int, frames: int, generator: torch.Generator, *, start: float = 0.065, length: int = 10) -> Tensor:
    """Masked positions, bool [B, T]: every frame begins a span of ``length`` frames with probability ``start``
    (wav2vec 2.0's numbers: about half of all frames); each row has one span at least."""
    starts = torch.rand(batch, frames, generator=generator) < start
    starts[torch.arange(batch), torch.randint(max(1, frames - length), (batch,), generator=generator)] = True
    total = functional.pad(starts.float().cumsum(1), (length, 0))
    return total[:, length:] - total[:, :-length] > 0.5


def contrastive_loss(predicted: Tensor, candidates: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
    """InfoNCE between predictions and quantised targets; the distractors are all masked positions of the same clip.

    Positions with equal ids have equal targets, so the sum over distractors runs over the codebook, each code
    weighted with how often it occurs in the clip: the same value as with explicit pairs.

    Args:
        predicted: [B, T, D] outputs of the contrastive module.
        candidates: [V, D] projected code vectors.
        ids: int64 [B, T] target ids.
        mask: bool [B, T] masked positions.
    """
    counts = torch.zeros(ids.shape[0], candidates.shape[0], device=ids.device)
    counts.scatter_add_(1, ids, mask.float())
    rows = mask.nonzero()[:, 0]
    similarity = functional.normalize(predicted[mask], dim=-1) @ functional.normalize(candidates, dim=-1).T
    weights = counts[rows].scatter(1, ids[mask][:, None], 1.0)  # the positive once; wav2vec 2.0 drops its equals
    return functional.cross_entropy(similarity.float() / _TEMPERATURE + weights.log(), ids[mask])


class SemanticModel(nn.Module):
    """Audio samples to features and, in training, to the joint loss."""

    def __init__(self, spec: SemanticSpec) -> None:
        super().__init__()
        self.spec = spec
        features = spec.mel.bands * spec.stack
        self.mel = LogMel(spec.mel)
        self.quantizer = TargetQuantizer(features, spec.targets)
        self.encoder = nn.Linear(features, spec.width)
        self.mask_vector = nn.Parameter(torch.randn(spec.width) * 0.1)
        size = {"width": spec.width, "heads": spec.heads, "kernel": spec.kernel, "reach": spec.reach}
        self.contrastive = Conformer(spec.contrastive_layers, **size)
        self.prediction = Conformer(spec.prediction_layers, **size)
        self.contrastive_output = nn.Linear(spec.width, spec.width)
        self.candidates = nn.Linear(self.quantizer.codebook.shape[1], spec.width)
        self.head = nn.Linear(spec.width, spec.targets)

    def frames(self, samples: Tensor) -> Tensor:
        """samples [B, N] -> stacked log-mel frames [B, T, stack * bands], T = N // hop // stack."""
        mel = self.mel(samples)
        count = mel.shape[1] // self.spec.stack
        return mel[:, : count * self.spec.stack].reshape(len(mel), count, -1)

    def losses(self, frames: Tensor, mask: Tensor) -> Losses:
        """frames [B, T, F] from ``frames``, mask bool [B, T] -> Losses."""
        standard = self.quantizer.standardise(frames)
        ids = self.quantizer(standard)
        encoded = torch.where(mask[..., None], self.mask_vector, self.encoder(standard))
        context = self.contrastive(encoded)
        candidates = self.candidates(self.quantizer.codebook)
        contrastive = contrastive_loss(self.contrastive_output(context), candidates, ids, mask)
        logits = self.head(self.prediction(context)[mask]).float()
        prediction = functional.cross_entropy(logits, ids[mask])
        share = torch.bincount(ids[mask], minlength=self.spec.targets).float() / mask.sum()
        return Losses(
            contrastive=contrastive,
            prediction=prediction,
            accuracy=(logits.argmax(-1) == ids[mask]).float().mean(),
            perplexity=(-(share * share.clamp_min(1e-9).log()).sum()).exp(),
        )

    def tapped(self, frames: Tensor, *, tap: int | None = None) -> Tensor:
        """frames [B, T, F] -> output [B, T, D] of layer ``tap`` of the masked-prediction module (None: the spec's)."""
        context = self.contrastive(self.encoder(self.quantizer.standardise(frames)))
        return self.prediction(context, layers=self.spec.tap if tap is None else tap)
