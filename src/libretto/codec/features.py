"""What the phase-free codec hears of a frame: log-mels of three resolutions, stacked. Ours."""

from __future__ import annotations

import math

import numpy as np

from ..config import CodecSpec, MelSpec
from ..features import hertz_to_mel, log_mel

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


def interpolation(bands: int, bins: int, sample_rate: int) -> np.ndarray:
    """float32 [bands, bins]: weights that read a mel spectrum at the frequency of every bin."""
    top = hertz_to_mel(sample_rate / 2)
    position = hertz_to_mel(np.arange(bins) * (sample_rate / 2 / (bins - 1))) / top * (bands + 1) - 1
    position = np.clip(position, 0, bands - 1)
    return np.maximum(0, 1 - np.abs(position[None] - np.arange(bands)[:, None])).astype(np.float32)


def magnitude_map(spec: CodecSpec) -> np.ndarray:
    """float32 [F, frames * bins]: a linear first guess of the log-magnitudes of a token frame, from its features.

    The long window gives the shape over frequency, the second the course in time around its mean.
    """
    frames, bins = spec.hop // spec.synthesis_hop, spec.synthesis_window // 2 + 1
    (_, _, fine_bands, fine_weight), (_, parts, bands, weight), _ = RESOLUTIONS
    result = np.zeros((FEATURES, frames, bins), np.float32)
    result[:fine_bands] = interpolation(fine_bands, bins, spec.sample_rate)[:, None] / fine_weight
    coarse = interpolation(bands, bins, spec.sample_rate) / weight
    for part in range(parts):
        rows = slice(fine_bands + part * bands, fine_bands + (part + 1) * bands)
        result[rows] -= coarse[:, None] / parts
        result[rows, part * frames // parts] += coarse * frames / parts
    return result.reshape(FEATURES, -1) * math.log(10)
