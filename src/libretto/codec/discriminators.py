"""Discriminators: of amplitude spectrograms for the phase-free codec, of waveforms and complex spectra for SEANet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

_SLOPE = 0.2


class Verdict(NamedTuple):
    """Scores of every discriminator, and the inner activations that feature matching compares."""

    scores: list[Tensor]
    inner: list[list[Tensor]]


class _Picture(nn.Module):
    """A convolutional net over one spectrogram [B, C, T, bins]."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        shapes = ((channels, width, (3, 8), (1, 4), (1, 2)), (width, 2 * width, (3, 5), (1, 2), (1, 2)),
                  (2 * width, 2 * width, (3, 5), (2, 2), (1, 2)), (2 * width, 2 * width, (3, 3), (1, 1), (1, 1)))
        self.layers = nn.ModuleList(weight_norm(nn.Conv2d(i, o, kernel, stride=stride, padding=padding))
                                    for i, o, kernel, stride, padding in shapes)
        self.last = weight_norm(nn.Conv2d(2 * width, 1, (3, 3), padding=1))

    def forward(self, picture: Tensor) -> tuple[Tensor, list[Tensor]]:
        inner = []
        for layer in self.layers:
            picture = functional.leaky_relu(layer(picture), _SLOPE)
            inner.append(picture)
        return self.last(picture), inner


class SpectrogramDiscriminators(nn.Module):
    """One net per amplitude spectrogram, log-compressed (UnivNet 2106.07889, made small for a CPU; ours)."""

    def __init__(self, scales: int, *, width: int = 16) -> None:
        super().__init__()
        self.nets = nn.ModuleList(_Picture(1, width) for _ in range(scales))

    def forward(self, amplitudes: Sequence[Tensor]) -> Verdict:
        """Amplitudes [B, T, bins] of every scale."""
        pictures = [(amplitude.clamp_min(1e-5).log10() + 3.0)[:, None] for amplitude in amplitudes]
        judged = [net(picture) for net, picture in zip(self.nets, pictures, strict=True)]
        return Verdict([score for score, _ in judged], [inner for _, inner in judged])


class _Wave(nn.Module):
    """Strided grouped convolutions over a waveform (MelGAN 1910.06711, as in SoundStream section III-D)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv1d(1, width, 15, padding=7)]
        channels = width
        for _ in range(4):
            out = min(64 * width, 4 * channels)
            layers.append(nn.Conv1d(channels, out, 41, stride=4, padding=20, groups=max(1, channels // 4)))
            channels = out
        layers.append(nn.Conv1d(channels, channels, 5, padding=2))
        self.layers = nn.ModuleList(weight_norm(layer) for layer in layers)
        self.last = weight_norm(nn.Conv1d(channels, 1, 3, padding=1))

    def forward(self, samples: Tensor) -> tuple[Tensor, list[Tensor]]:
        inner = []
        for layer in self.layers:
            samples = functional.leaky_relu(layer(samples), _SLOPE)
            inner.append(samples)
        return self.last(samples), inner


class _StridedUnit(nn.Module):
    """Residual unit over time and frequency: 3 x 3, then a kernel two wider than its stride."""

    def __init__(self, channels: int, out: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.inner = weight_norm(nn.Conv2d(channels, channels, 3, padding=1))
        kernel = (stride[0] + 2, stride[1] + 2)
        self.outer = weight_norm(nn.Conv2d(channels, out, kernel, stride=stride, padding=1))
        self.skip = weight_norm(nn.Conv2d(channels, out, 1, stride=stride))

    def forward(self, picture: Tensor) -> Tensor:
        inner = self.outer(functional.elu(self.inner(functional.elu(picture))))
        skip = self.skip(picture)
        return inner + skip[:, :, : inner.shape[2], : inner.shape[3]]  # a stride may leave the shortcut a frame longer


class _ComplexSpectrum(nn.Module):
    """The STFT discriminator of SoundStream section III-D: [B, 2, T, 512] real and imaginary parts -> [B, 1, T', 1]."""

    UNITS = ((1, 2, (1, 2)), (2, 4, (2, 2)), (4, 4, (1, 2)), (4, 8, (2, 2)), (8, 8, (1, 2)), (8, 16, (2, 2)))  # in widths

    def __init__(self, width: int) -> None:
        super().__init__()
        units = (_StridedUnit(width * channels, width * out, stride) for channels, out, stride in self.UNITS)
        self.layers = nn.ModuleList([weight_norm(nn.Conv2d(2, width, 7, padding=3)), *units])
        self.last = weight_norm(nn.Conv2d(16 * width, 1, (1, 8)))

    def forward(self, picture: Tensor) -> tuple[Tensor, list[Tensor]]:
        inner = []
        for layer in self.layers:
            picture = layer(picture)
            inner.append(picture)
        return self.last(functional.elu(picture)), inner


class WaveformDiscriminators(nn.Module):
    """SoundStream section III-D: waveforms at full, half and quarter rate, and the complex spectrum (window 1024).

    Published: width 16, and twice as many channels in the first layer over the spectrum.
    """

    def __init__(self, *, width: int = 16, scales: int = 3) -> None:
        super().__init__()
        self.waves = nn.ModuleList(_Wave(width) for _ in range(scales))
        self.spectrum = _ComplexSpectrum(2 * width)
        self.register_buffer("window", torch.hann_window(1024), persistent=False)

    def forward(self, samples: Tensor) -> Verdict:
        """samples [B, N]."""
        scores, inner, wave = [], [], samples[:, None]
        for net in self.waves:
            score, activations = net(wave)
            scores.append(score)
            inner.append(activations)
            wave = functional.avg_pool1d(wave, 4, 2, padding=1)
        spectrum = torch.stft(samples, 1024, 256, window=self.window, return_complex=True).transpose(1, 2) / 16
        score, activations = self.spectrum(torch.stack([spectrum.real, spectrum.imag], 1)[..., :512])
        return Verdict([*scores, score], [*inner, activations])
