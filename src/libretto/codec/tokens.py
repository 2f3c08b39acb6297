"""Phase one of the phase-free codec: stacked log-mels to tokens and back. Ours."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import CodecSpec
from ..nn.conv import ConvNeXtBlock
from ..nn.features import LogMel
from ..nn.quantize import Quantized, ResidualQuantizer
from .features import FEATURES, RESOLUTIONS, resolutions, weights


class StackedLogMel(nn.Module):
    """The torch twin of ``stacked_log_mel``."""

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__()
        self.mels = nn.ModuleList(LogMel(mel) for mel in resolutions(spec))
        self.hop, self.scales = spec.hop, [weight for *_, weight in RESOLUTIONS]
        self.register_buffer("weights", torch.from_numpy(weights()), persistent=False)

    def forward(self, samples: Tensor) -> Tensor:
        """samples [B, N] -> [B, T, F], T = N // hop."""
        count = samples.shape[-1] // self.hop
        samples = samples[..., : count * self.hop]
        parts = [mel(samples).reshape(*samples.shape[:-1], count, -1) for mel in self.mels]
        return torch.cat(parts, -1) * self.weights


class _Stack(nn.Module):
    """Linear, ConvNeXt blocks, linear, on [B, T, D]."""

    def __init__(self, inputs: int, width: int, layers: int, outputs: int) -> None:
        super().__init__()
        self.inlet = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList(ConvNeXtBlock(width, expansion=2) for _ in range(layers))
        self.outlet = nn.Linear(width, outputs)

    def forward(self, signal: Tensor) -> Tensor:
        signal = self.inlet(signal)
        for block in self.blocks:
            signal = block(signal)
        return self.outlet(signal)


class TokenModel(nn.Module):
    """Features -> latent -> residual codes -> features. Starts as a principal component analysis."""

    mean: Tensor
    started: Tensor

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__()
        self.spec = spec
        self.front = StackedLogMel(spec)
        self.groups = [frames * bands for _, frames, bands, _ in RESOLUTIONS]  # features of each resolution
        self.encoder = _Stack(FEATURES, spec.encoder_width, spec.encoder_layers, spec.latent)
        self.quantizer = ResidualQuantizer(spec.levels, spec.codebook_size, spec.latent)
        self.decoder = _Stack(spec.latent, spec.encoder_width, spec.encoder_layers, FEATURES)
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("started", torch.zeros((), dtype=torch.long))

    @torch.no_grad()
    def start(self, features: Tensor, *, seed: int, iterations: int = 10) -> None:
        """Principal components, then k-means codebooks, from features [S, F]. The blocks are identities so far."""
        width, latent = self.spec.encoder_width, self.spec.latent
        self.mean.copy_(features.mean(0))
        centred = features - self.mean
        _, vectors = torch.linalg.eigh(centred.T @ centred / len(centred))
        components = vectors.flip(1)[:, :width]  # [F, width], the largest first
        for stack, inlet, outlet in ((self.encoder, components.T, torch.eye(latent, width)),
                                     (self.decoder, torch.eye(width, latent), components)):
            stack.inlet.weight.copy_(inlet)
            stack.outlet.weight.copy_(outlet)
            stack.inlet.bias.zero_()
            stack.outlet.bias.zero_()
        self.quantizer.start(centred @ components[:, :latent], seed=seed, iterations=iterations)
        self.started.fill_(1)

    def encode(self, samples: Tensor) -> Tensor:
        """samples [B, N] -> latent [B, T, D]."""
        return self.encoder(self.front(samples) - self.mean)

    def quantize(self, latent: Tensor) -> Tensor:
        """latent [B, T, D] -> int64 [B, K, T]."""
        return self.quantizer.encode(latent)

    def features(self, latent: Tensor) -> Tensor:
        """Quantised latent [B, T, D] -> the features it stands for, their mean removed [B, T, F]."""
        return self.decoder(latent)

    def forward(self, centred: Tensor, kept: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Quantized]:
        """Features without their mean [B, T, F] -> what the tokens keep of them, and the tokens."""
        latent = self.encoder(centred)
        quantised = self.quantizer(latent.float(), kept, generator)
        return self.decoder(quantised.latent), quantised
