"""Recipe of SoundStream (2107.03312): encoder, quantizer and decoder learn together, judged from the first step on.

Published: the losses, their weights (reconstruction 1, adversarial 1, feature matching 100) and quantizer dropout.
Not published, so ours: Adam's rates, batch and crop, the weight of the commitment, the clip of the gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from ..codec.discriminators import WaveformDiscriminators
from ..codec.losses import PAPER_SCALES, MelLoss, feature_distance, hinge_discriminator, hinge_generator
from ..codec.model import WaveformCodec
from ..config import LibrettoConfig
from ..config_file import to_dict
from ..errors import TrainingError
from .codec import Clips
from .loop import generator, numpy_generator, optimise

CLIP = 100.0  # of the codec's gradient: against single bad batches only
JUDGES_CLIP = 10.0


class SeanetRecipe:
    """Waveforms through tokens and back.

    Discriminators judge from step ``adversarial_from`` on (0 is published; that step is no part of the config, so it
    may change on resume). The net runs in float32: bfloat16 keeps eight bits of a sample.
    """

    name = "codec-seanet"

    def __init__(self, config: LibrettoConfig, *, data: Path, seed: int, batch: int = 16, crop_seconds: float = 1.0,
                 learning_rate: float = 3e-4, commitment: float = 1.0, reconstruction: float = 1.0, adversarial: float = 1.0,
                 matching: float = 100.0, judges_width: int = 16, adversarial_from: int = 0, start_crops: int = 64,
                 device: str = "cpu") -> None:
        spec = self.spec = config.codec
        if spec.kind != "seanet":
            raise TrainingError(f"the codec is of kind {spec.kind!r}, this recipe trains 'seanet'")
        self.seed, self.size, self.device, self.start_crops = seed, batch, device, start_crops
        self.adversarial_from = adversarial_from
        self.weights = {"reconstruction": reconstruction, "adversarial": adversarial, "matching": matching, "commitment": commitment}
        self.config = {"codec": to_dict(spec), "seed": seed, "batch": batch, "crop_seconds": crop_seconds,
                       "learning_rate": learning_rate, "judges_width": judges_width, "start_crops": start_crops, **self.weights}
        torch.manual_seed(seed)
        self.codec = WaveformCodec(spec).to(device)
        self.judges = WaveformDiscriminators(width=judges_width).to(device)
        self.mel, self.distance = MelLoss(spec.sample_rate, PAPER_SCALES).to(device), MelLoss(spec.sample_rate).to(device)
        self.modules = {"codec": self.codec, "judges": self.judges}
        self.optimizers = {name: torch.optim.Adam(module.parameters(), lr=learning_rate, betas=(0.5, 0.9))
                           for name, module in self.modules.items()}
        self.clips = Clips(data, spec)
        self.samples = int(crop_seconds * spec.frame_rate) * spec.hop
        length = 2 * spec.sample_rate // spec.hop * spec.hop
        self.held_out = self.clips.crops("valid", 16, length, numpy_generator(seed, 0, 9)).to(device)

    def batch(self, step: int) -> Tensor:
        """Waveforms [B, N] of ``step``."""
        return self.clips.crops("train", self.size, self.samples, numpy_generator(self.seed, step)).to(self.device)

    def _start(self) -> None:
        """Codebooks from the first latents, more of them than a batch has (ours)."""
        random = numpy_generator(self.seed, 0, 7)
        crops = self.clips.crops("train", max(self.size, self.start_crops), self.samples, random)
        self.codec.start(crops.to(self.device), seed=self.seed)

    def step(self, batch: Tensor, step: int, rate: float) -> dict[str, float]:
        """One step of the discriminators, one of the codec."""
        if not int(self.codec.started):
            self._start()
        random = generator(self.seed, step)
        kept = torch.randint(1, self.spec.levels + 1, (len(batch),), generator=random).to(self.device)
        made, quantised = self.codec(batch, kept, random)
        figures = {"reconstruction": self._reconstruction(made, batch), "commitment": quantised.commitment}
        judged = step >= self.adversarial_from
        if judged:
            judges = self._teach(made.detach(), batch, rate)
            figures |= self._judge(made, batch)
        loss = torch.stack([self.weights[name] * value for name, value in figures.items()]).sum()
        norm = optimise(loss, self.optimizers["codec"], clip=CLIP, rate=rate)
        result = {"loss": float(loss.detach()), "norm": norm, **{key: float(value.detach()) for key, value in figures.items()}}
        return result | ({"judges": judges} if judged else {})

    def _reconstruction(self, made: Tensor, true: Tensor) -> Tensor:
        with torch.no_grad():
            views = self.mel.views(true)
        return self.mel.reconstruction(self.mel.views(made), views)

    def _teach(self, made: Tensor, true: Tensor, rate: float) -> float:
        """One step of the discriminators; returns their loss."""
        loss = hinge_discriminator(self.judges(true).scores, self.judges(made).scores)
        optimise(loss, self.optimizers["judges"], clip=JUDGES_CLIP, rate=rate)
        return float(loss.detach())

    def _judge(self, made: Tensor, true: Tensor) -> dict[str, Tensor]:
        """What the discriminators say of the codec's samples."""
        with torch.no_grad():
            real = self.judges(true)
        self.judges.requires_grad_(False)
        try:
            fake = self.judges(made)
        finally:
            self.judges.requires_grad_(True)
        return {"adversarial": hinge_generator(fake.scores), "matching": feature_distance(real.inner, fake.inner)}

    def validate(self) -> dict[str, float]:
        """Mel distances of the first levels, as the phase-free codec reports them, and bits of the outer levels."""
        tokens = torch.cat([self.codec.quantize(self.codec.encode(piece)) for piece in self.held_out.split(4)])
        figures = {f"mel_{levels}": self._distance(tokens, levels) for levels in _thirds(self.spec.levels)}
        for level in (0, self.spec.levels - 1):
            share = torch.bincount(tokens[:, level].flatten(), minlength=self.spec.codebook_size) / tokens[:, level].numel()
            figures[f"bits_{level + 1}"] = -float((share * share.clamp_min(1e-12).log2()).sum())
        return figures

    def _distance(self, tokens: Tensor, levels: int) -> float:
        """Mean mel distance of the held-out audio from its first ``levels`` levels."""
        parts = [float(self.distance.distance(self.distance.views(self.codec.decode(some[:, :levels])), self.distance.views(true)))
                 for some, true in zip(tokens.split(4), self.held_out.split(4), strict=True)]
        return sum(parts) / len(parts)


def _thirds(levels: int) -> Sequence[int]:
    return sorted({max(1, levels * part // 3) for part in (1, 2, 3)})
