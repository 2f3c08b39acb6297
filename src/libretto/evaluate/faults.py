"""What is plainly wrong with a clip, whatever was asked for: silent, noise-like, clipped, off centre. The bounds are ours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from libretto.corpus.shards.silence import silent_share

from ..audio import Waveform
from .noise import THRESHOLD, noise_likeness

FAULTS = ("silent", "noise_like", "clipped", "dc")
OFFSET = 1e-3  # of full scale: the largest mean of a channel
SILENT = 0.5  # share of frames of 50 ms under -60 dBFS from which a clip is silent
_FULL, _RUN = 0.999, 3  # of full scale; samples in a row


def clipped_samples(samples: np.ndarray) -> int:
    """Samples of [C, N] that stand at full scale beside enough others."""
    high = np.abs(samples) >= _FULL
    if not high.any():
        return 0
    edges = np.diff(np.pad(high, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    lengths = np.flatnonzero(edges.ravel() < 0) - np.flatnonzero(edges.ravel() > 0)
    return int(lengths[lengths >= _RUN].sum())


@dataclass(frozen=True)
class Faults:
    """Measures of one clip, and which of ``FAULTS`` they amount to."""

    silence: float  # share of silent frames
    noise: float | None  # likeness, None where it is silent
    clipped_samples: int
    offset: float  # the worse channel's, absolute

    @property
    def names(self) -> list[str]:
        """The faults it has, in the order of ``FAULTS``."""
        noisy = self.noise is not None and self.noise >= THRESHOLD
        has = (self.silence >= SILENT, noisy, self.clipped_samples > 0, self.offset > OFFSET)
        return [name for name, found in zip(FAULTS, has, strict=True) if found]


def faults(audio: Waveform) -> Faults:
    """The measures of a clip."""
    heard = math.isfinite(audio.loudness())
    return Faults(
        silence=silent_share(audio.samples, audio.sample_rate) if heard else 1.0,
        noise=noise_likeness(audio) if heard else None,
        clipped_samples=clipped_samples(audio.samples),
        offset=float(np.abs(audio.samples.mean(axis=1, dtype=np.float64)).max()),
    )
