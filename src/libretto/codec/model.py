"""Both codecs behind three verbs, in torch: ``encode``, ``quantize``, ``decode``.

``mel`` keeps no phase and invents it anew (ours); ``seanet`` is SoundStream (2107.03312).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import CodecSpec
from ..nn.quantize import Quantized, ResidualQuantizer
from ..nn.seanet import SeanetDecoder, SeanetEncoder
from .decoder import SpectralDecoder, Synthesis
from .tokens import TokenModel


class Codec(nn.Module):
    """Samples [B, N] -> latent [B, T, D] -> tokens int64 [B, K, T] -> samples [B, T * hop]; T = N // hop."""

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__()
        self.spec = spec

    def encode(self, samples: Tensor) -> Tensor:
        """samples [B, N] -> latent [B, T, D]."""
        raise NotImplementedError

    def quantize(self, latent: Tensor) -> Tensor:
        """latent [B, T, D] -> int64 [B, K, T]."""
        raise NotImplementedError

    def decode(self, tokens: Tensor) -> Tensor:
        """int64 [B, K', T], the first K' <= K levels -> samples [B, T * hop]."""
        raise NotImplementedError


class PhaseFreeCodec(Codec):
    """Token model, spectral decoder and synthesis, which learn in two phases."""

    def __init__(self, spec: CodecSpec, *, tokens: TokenModel | None = None, decoder: SpectralDecoder | None = None) -> None:
        """``tokens`` and ``decoder``: the trained halves; fresh ones by default."""
        super().__init__(spec)
        self.tokens = TokenModel(spec) if tokens is None else tokens
        self.decoder = SpectralDecoder(spec) if decoder is None else decoder
        self.synthesis = Synthesis(spec)

    def encode(self, samples: Tensor) -> Tensor:
        return self.tokens.encode(samples)

    def quantize(self, latent: Tensor) -> Tensor:
        return self.tokens.quantize(latent)

    def decode(self, tokens: Tensor, *, seed: int = 0) -> Tensor:
        """``seed`` sets the phases everything starts with."""
        latent = self.tokens.quantizer.decode(tokens)
        spectrum = self.decoder(latent, self.tokens.features(latent))
        phases = torch.rand(spectrum.magnitude.shape[2], generator=torch.Generator().manual_seed(seed))
        return self.synthesis(spectrum, phases.to(latent.device).expand(len(tokens), -1))


class WaveformCodec(Codec):
    """SoundStream: SEANet encoder, residual quantizer, SEANet decoder, learnt together. Causal throughout."""

    started: Tensor

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__(spec)
        self.encoder = SeanetEncoder(spec)
        self.quantizer = ResidualQuantizer(spec.levels, spec.codebook_size, spec.latent)
        self.decoder = SeanetDecoder(spec)
        self.register_buffer("started", torch.zeros((), dtype=torch.long))  # 1 once the codebooks are

    @torch.no_grad()
    def start(self, samples: Tensor, *, seed: int, iterations: int = 10) -> None:
        """K-means codebooks from what the encoder makes of samples [B, N] (section III-C)."""
        self.quantizer.start(self.encoder(samples).flatten(0, 1), seed=seed, iterations=iterations)
        self.started.fill_(1)

    def encode(self, samples: Tensor) -> Tensor:
        return self.encoder(samples)

    def quantize(self, latent: Tensor) -> Tensor:
        return self.quantizer.encode(latent)

    def decode(self, tokens: Tensor) -> Tensor:
        return self.decoder(self.quantizer.decode(tokens))

    def forward(self, samples: Tensor, kept: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Quantized]:
        """Samples [B, N] through ``kept`` [B] levels -> samples [B, T * hop] and what the quantizer did.

        In training mode the codebooks move.
        """
        quantised = self.quantizer(self.encoder(samples), kept, generator)
        return self.decoder(quantised.latent), quantised


def build_codec(spec: CodecSpec) -> Codec:
    """The codec of ``spec.kind`` with fresh weights."""
    return WaveformCodec(spec) if spec.kind == "seanet" else PhaseFreeCodec(spec)


def count_parameters(spec: CodecSpec) -> int:
    """Numbers of encoder, decoder and codebooks as they are exported: weight norms folded, averages left out."""
    codec = build_codec(spec)
    plain = sum(weight.numel() for weight in codec.parameters())
    norms = sum(weight.numel() for name, weight in codec.named_parameters() if name.endswith("parametrizations.weight.original0"))
    return plain - norms + spec.levels * spec.codebook_size * spec.latent
