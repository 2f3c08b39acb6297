"""Phase two of the phase-free codec: a quantised latent to a waveform, with invented phase.

The net predicts, for every bin of a short-time spectrum at ``synthesis_hop``, a log-magnitude, a frequency and a complex
offset. Frequencies are integrated into phases (instantaneous frequency: GANSynth 1902.08710), so that a constant latent
sounds as steady tones of any pitch; a net whose output repeats every frame could only make multiples of the frame rate.
The offset, in units of the magnitude, is free of the running phase: it shapes attacks (as in Vocos 2306.00814). The
combination is ours.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..config import CodecSpec
from ..nn.conv import ConvNeXtBlock
from .features import FEATURES, magnitude_map

MAXIMUM_DETUNING = 0.45  # cycles a synthesis hop a bin's frequency may lie from its centre


class Spectrum(NamedTuple):
    """What the net says of every synthesis frame J and bin; each [B, J, bins]."""

    magnitude: Tensor  # natural logarithm of the amplitude
    detuning: Tensor  # cycles a hop from the bin's centre
    real: Tensor  # complex offset, in units of the amplitude
    imaginary: Tensor


class SpectralDecoder(nn.Module):
    """Quantised latent and decoded features at the token rate -> ``Spectrum`` at the synthesis rate."""

    guess: Tensor

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__()
        self.spec = spec
        self.ratio, self.bins = spec.hop // spec.synthesis_hop, spec.synthesis_window // 2 + 1
        width = spec.decoder_width
        self.inlet = nn.Linear(spec.latent + FEATURES, self.ratio * width)
        self.norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(ConvNeXtBlock(width, scale=1 / spec.decoder_layers) for _ in range(spec.decoder_layers))
        self.last = nn.LayerNorm(width)
        self.head = nn.Linear(width, 4 * self.bins)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        self.register_buffer("guess", torch.from_numpy(magnitude_map(spec)), persistent=False)
        self.register_buffer("mean", torch.zeros(FEATURES))

    @property
    def context(self) -> int:
        """Token frames on either side that a frame's spectrum depends on."""
        return -(-3 * self.spec.decoder_layers // self.ratio)

    def forward(self, latent: Tensor, features: Tensor) -> Spectrum:
        """latent [B, T, D], centred features [B, T, F] -> Spectrum of J = T * hop / synthesis_hop frames."""
        batch, frames, _ = latent.shape
        signal = self.inlet(torch.cat([latent, features], -1)).reshape(batch, frames * self.ratio, -1)
        signal = self.norm(signal)
        for block in self.blocks:
            signal = block(signal)
        magnitude, detuning, real, imaginary = self.head(self.last(signal)).float().chunk(4, -1)
        with torch.autocast(latent.device.type, enabled=False):
            guess = ((features + self.mean).float() @ self.guess).reshape(batch, frames * self.ratio, -1)
        return Spectrum(magnitude + guess, MAXIMUM_DETUNING * torch.tanh(detuning), real, imaginary)


class Synthesis(nn.Module):
    """Spectrum -> waveform: phase integration, inverse Fourier transform, overlap-add. No parameters."""

    def __init__(self, spec: CodecSpec) -> None:
        super().__init__()
        self.hop, self.window = spec.synthesis_hop, spec.synthesis_window
        bins = torch.arange(self.window // 2 + 1)
        hann = torch.hann_window(self.window)
        reach = -(-self.window // self.hop)
        total = nn.functional.pad(hann, (0, reach * self.hop - self.window)).reshape(reach, self.hop).sum(0)
        synthesis = hann / total.repeat(reach)[: self.window] * self.window / 2
        self.register_buffer("taper", synthesis, persistent=False)
        self.register_buffer("advance", bins.double() * self.hop / self.window, persistent=False)  # cycles a hop
        self.register_buffer("centre", 1.0 - 2.0 * (bins % 2), persistent=False)  # phase from frame start to its centre

    def forward(self, spectrum: Spectrum, start: Tensor) -> Tensor:
        """Spectrum [B, J, bins], start phases [B, bins] in cycles -> samples [B, J * hop].

        No gradient reaches the frequencies from here: magnitudes of a sum of phases pull them anywhere (measured: mel
        distance 0.373 with it, 0.362 without after 150 steps). They learn from ``losses.detuning_loss``.
        """
        frames = spectrum.magnitude.shape[1]
        steps = torch.arange(1, frames + 1, dtype=torch.float64, device=start.device)[:, None] * self.advance
        cycles = (start[:, None] + steps % 1.0).float() + spectrum.detuning.detach().cumsum(1)
        angle = 2 * math.pi * cycles
        amplitude = spectrum.magnitude.clamp(-16.0, 4.0).exp() * self.centre
        bins = torch.complex(amplitude * (angle.cos() + spectrum.real), amplitude * (angle.sin() + spectrum.imaginary))
        return self.overlap_add(torch.fft.irfft(bins, n=self.window) * self.taper)

    def overlap_add(self, frames: Tensor) -> Tensor:
        """Frames [B, J, window], the j-th centred on sample (j + 1/2) * hop -> samples [B, J * hop]."""
        batch, count, window = frames.shape
        reach = -(-window // self.hop)
        padded = nn.functional.pad(frames, (0, reach * self.hop - window)).reshape(batch, count, reach, self.hop)
        total = sum(nn.functional.pad(padded[:, :, part], (0, 0, part, reach - 1 - part)) for part in range(reach))
        lead = (window - self.hop) // 2
        return total.reshape(batch, -1)[:, lead: lead + count * self.hop]  # type: ignore[union-attr]
