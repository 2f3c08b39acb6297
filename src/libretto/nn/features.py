"""The log-mel front end in torch: the twin of ``libretto.features.log_mel``, differentiable."""

from __future__ import annotations

from math import prod

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..config import MelSpec
from ..features import hann, mel_filters


class LogMel(nn.Module):
    """log10 mel amplitudes; equal to ``features.log_mel`` to 1e-4. Has no parameters and saves nothing."""

    window: Tensor
    filters: Tensor

    def __init__(self, spec: MelSpec) -> None:
        super().__init__()
        self.spec = spec
        filters = mel_filters(spec.sample_rate, spec.window, spec.bands).T
        self.register_buffer("window", torch.from_numpy(np.array(hann(spec.window))), persistent=False)
        self.register_buffer("filters", torch.from_numpy(np.array(filters)), persistent=False)

    def amplitudes(self, samples: Tensor) -> Tensor:
        """Mel amplitudes, not clamped: samples [..., N] -> [..., T, bands], T = N // hop."""
        spec = self.spec
        frames, half = samples.shape[-1] // spec.hop, spec.window // 2
        flat = samples.reshape(prod(samples.shape[:-1]), samples.shape[-1]).float()
        if flat.shape[-1] <= half:
            flat = functional.pad(flat, (0, half + 1 - flat.shape[-1]))
        padded = functional.pad(flat[:, None], (half, half), mode="reflect")[:, 0]
        with torch.autocast(samples.device.type, enabled=False):
            spectrum = torch.stft(padded, spec.window, hop_length=spec.hop, window=self.window, center=False,
                                  return_complex=True)
            mel = spectrum[..., :frames].abs().transpose(1, 2) @ self.filters
        return mel.reshape(*samples.shape[:-1], frames, spec.bands)

    def forward(self, samples: Tensor) -> Tensor:
        """samples [..., N] at ``spec.sample_rate`` -> log10 amplitudes float32 [..., T, bands], T = N // hop."""
        return self.amplitudes(samples).clamp_min(self.spec.floor).log10()
