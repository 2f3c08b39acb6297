"""Losses of the codecs: the multi-resolution log-mel distance, hinge and feature matching, instantaneous frequency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..config import CodecSpec
from ..features import hann, mel_filters

SCALES = ((2048, 160), (1024, 80), (512, 64), (256, 32), (128, 16))  # window, bands; the hop is a quarter of the window
PAPER_SCALES = tuple((2**power, 64) for power in range(11, 5, -1))  # SoundStream section III-E
FLOOR = 1e-5


class View(NamedTuple):
    """A waveform at one resolution."""

    mel: Tensor  # log10 mel amplitudes [B, T, bands]
    amplitude: Tensor  # [B, T, bins]


class MelLoss(nn.Module):
    """The mel distance as a loss (twin of ``evaluate.mel_distance``), and what it has computed on the way."""

    def __init__(self, sample_rate: int, scales: Sequence[tuple[int, int]] = SCALES) -> None:
        super().__init__()
        self.scales = tuple(scales)
        for window, bands in self.scales:
            self.register_buffer(f"window{window}", torch.tensor(hann(window)), persistent=False)
            self.register_buffer(f"filters{window}", torch.tensor(mel_filters(sample_rate, window, bands).T), persistent=False)

    def views(self, samples: Tensor) -> list[View]:
        """samples [B, N] -> a view of every scale."""
        result = []
        for window, _ in self.scales:
            padded = functional.pad(samples[:, None], (window // 2, window // 2), mode="reflect")[:, 0]
            frames = padded.unfold(1, window, window // 4)[:, : samples.shape[1] // (window // 4)]
            spectrum = torch.fft.rfft(frames * getattr(self, f"window{window}"))
            amplitude = (spectrum.real.square() + spectrum.imag.square() + 1e-14).sqrt()
            mel = (amplitude @ getattr(self, f"filters{window}")).clamp_min(FLOOR).log10()
            result.append(View(mel, amplitude))
        return result

    @staticmethod
    def distance(made: Sequence[View], true: Sequence[View]) -> Tensor:
        """Mean over scales of 2 x mean |log10 mel difference|."""
        return 2 * torch.stack([functional.l1_loss(a.mel, b.mel) for a, b in zip(made, true, strict=True)]).mean()

    @staticmethod
    def convergence(made: Sequence[View], true: Sequence[View]) -> Tensor:
        """Mean over scales of the spectral convergence ||A - B|| / ||B|| (1910.11480) of each example."""
        parts = []
        for a, b in zip(made, true, strict=True):
            error = (a.amplitude - b.amplitude).flatten(1).norm(dim=1)
            parts.append((error / b.amplitude.flatten(1).norm(dim=1).clamp_min(1e-2)).mean())
        return torch.stack(parts).mean()

    def reconstruction(self, made: Sequence[View], true: Sequence[View]) -> Tensor:
        """SoundStream equation 3: L1 of mel amplitudes and, times sqrt(window / 2), L2 of their natural logarithms.

        Means over bands, frames and scales where the paper sums (ours): the value depends on no length, and the
        published weights of the other terms stay in proportion.
        """
        parts = []
        for (window, _), a, b in zip(self.scales, made, true, strict=True):
            linear = (10**a.mel - 10**b.mel).abs().mean() * (window / 4)  # amplitudes as the plain transform gives them
            ratio = math.log(10) * (a.mel - b.mel)
            parts.append(linear + math.sqrt(window / 2) * (ratio.square().mean(-1) + 1e-8).sqrt().mean())
        return torch.stack(parts).mean()


def true_detuning(samples: Tensor, spec: CodecSpec) -> tuple[Tensor, Tensor]:
    """Instantaneous frequency of a recording at the synthesis frames.

    Args:
        samples: [B, J * synthesis_hop].

    Returns:
        Cycles a hop from each bin's centre in [-0.5, 0.5), [B, J - 1, bins] (of frames 1, 2, ...), and amplitudes
        of the same shape.
    """
    window, hop = spec.synthesis_window, spec.synthesis_hop
    side = (window - hop) // 2
    frames = functional.pad(samples, (side, side)).unfold(1, window, hop)
    spectrum = torch.fft.rfft(frames * torch.tensor(hann(window), device=samples.device))
    turn = torch.angle(spectrum[:, 1:] * spectrum[:, :-1].conj()) / (2 * torch.pi)
    turn = turn - torch.arange(window // 2 + 1, device=samples.device) * (hop / window)
    return turn - turn.round(), spectrum[:, 1:].abs()


def detuning_loss(detuning: Tensor, samples: Tensor, spec: CodecSpec) -> Tensor:
    """Distance of the predicted frequencies [B, J, bins] to the recording's, weighted by the root of the amplitude."""
    with torch.no_grad():
        target, amplitude = true_detuning(samples, spec)
        weight = amplitude.sqrt()
        weight = weight / weight.mean().clamp_min(1e-8)
    error = detuning[:, 1:] - target
    return ((error - error.round().detach()).abs() * weight).mean()


def hinge_discriminator(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Hinge loss of the discriminators' scores (SoundStream equation 1)."""
    return torch.stack([functional.relu(1 - a).mean() + functional.relu(1 + b).mean() for a, b in zip(real, fake, strict=True)]).mean()


def hinge_generator(fake: Sequence[Tensor]) -> Tensor:
    """Hinge loss of the generator (SoundStream equation 2)."""
    return torch.stack([functional.relu(1 - score).mean() for score in fake]).mean()


def feature_matching(real: Sequence[Sequence[Tensor]], fake: Sequence[Sequence[Tensor]]) -> Tensor:
    """L1 of the discriminators' inner activations over the mean size of the true ones."""
    parts = [(a.detach() - b).abs().mean() / a.detach().abs().mean().clamp_min(1e-3)
             for one, two in zip(real, fake, strict=True) for a, b in zip(one, two, strict=True)]
    return torch.stack(parts).mean()


def feature_distance(real: Sequence[Sequence[Tensor]], fake: Sequence[Sequence[Tensor]]) -> Tensor:
    """Feature matching as SoundStream has it (equation 2 of section III-E): plain L1, of every layer alike."""
    return torch.stack([(a.detach() - b).abs().mean() for one, two in zip(real, fake, strict=True)
                        for a, b in zip(one, two, strict=True)]).mean()
