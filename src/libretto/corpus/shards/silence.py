"""How much of a clip is silent. Clips with too much of it teach nothing and are left out of builds; the bounds are ours."""

from __future__ import annotations

import numpy as np

FRAME_SECONDS = 0.05
SILENT_DBFS = -60.0  # RMS of a frame under which nothing is heard
QUIET_SHARE = 0.15  # of silent frames; a clip with more is left out


def levels(samples: np.ndarray, frame: int) -> np.ndarray:
    """Samples [N, C], int16 or float in -1..1, to the RMS 0..1 of every whole frame [N / frame], at least one."""
    frame = min(frame, len(samples))
    whole = samples[: len(samples) // frame * frame].astype(np.float32).reshape(-1, frame * samples.shape[1])
    scale = 32768 if samples.dtype == np.int16 else 1
    return np.sqrt(np.einsum("ij,ij->i", whole, whole) / whole.shape[1]) / scale


def silent_share(samples: np.ndarray, sample_rate: int) -> float:
    """Share of silent frames of samples [N] or [C, N], 1 without samples."""
    if not samples.size:
        return 1.0
    found = levels(np.atleast_2d(samples).T, max(1, round(FRAME_SECONDS * sample_rate)))
    return float((found < 10 ** (SILENT_DBFS / 20)).mean())
