"""What the phase-free codec hears of a frame: log-mels of three resolutions, stacked. Ours."""

from __future__ import annotations

import numpy as np

from ..config import CodecSpec, MelSpec
from ..features import log_mel

# window, frames a token, bands, weight: a long window for pitch, shorter ones for time.
RESOLUTIONS = ((2048, 1, 160, 1.2), (512, 4, 64, 1.0), (256, 4, 32, 0.8))
FEATURES = sum(frames * bands for _, frames, bands, _ in RESOLUTIONS)


def resolutions(spec: CodecSpec) -> list[MelSpec]:
    """The front ends, from the longest window to the shortest."""
    return [MelSpec(spec.sample_rate, window, spec.hop // frames, bands) for window, frames, bands, _ in RESOLUTIONS]


def weights() -> np.ndarray:
    """float32 [F]: the weight of every feature."""
    return np.concatenate([np.full(frames * bands, weight, np.float32) for _, frames, bands, weight in RESOLUTIONS])


def stacked_log_mel(samples: np.ndarray, spec: CodecSpec) -> np.ndarray:
    """samples [N] -> float32 [T, F], T = N // hop: weighted log10 mel amplitudes."""
    count = len(samples) // spec.hop
    parts = [log_mel(samples[: count * spec.hop], mel).reshape(count, -1) for mel in resolutions(spec)]
    return np.concatenate(parts, axis=-1) * weights()
