"""How long a token may stay the same. numpy only; ours.

A language model that copies well can get stuck: a token repeated for a second makes its next repetition all but
certain. Real music has its own longest runs, so they are counted on the training tokens, level by level, and a token
that has outlasted them loses a little of its logit with every further frame.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

PERCENTILE = 99.5  # of the runs of real tokens
_STRENGTH = 0.5  # nats a frame


def patience_name(stage: str) -> str:
    """The stage's longest runs, int64 [K] frames, in ``tables.safetensors``."""
    return f"stage_{stage}.patience"


def runs(tokens: np.ndarray) -> np.ndarray:
    """Lengths of the runs of equal neighbours in tokens [T]: 0 for a token that comes once."""
    changes = np.flatnonzero(np.diff(tokens) != 0)
    edges = np.concatenate([[-1], changes, [len(tokens) - 1]])
    return np.diff(edges) - 1


def count_patience(clips: Iterable[np.ndarray]) -> np.ndarray:
    """int64 [K] from clips of tokens [K, T]: the run that ``PERCENTILE`` of all runs do not outlast, at least 1."""
    levels = [[runs(level) for level in clip] for clip in clips]
    return np.array([
        max(1, int(np.percentile(np.concatenate(some), PERCENTILE))) for some in zip(*levels, strict=True)
    ])


def wear(past: np.ndarray, patience: int) -> np.ndarray:
    """What the logit of the last token of each row loses: past int [B, T], to float32 [B]."""
    if past.shape[1] <= patience:
        return np.zeros(len(past), np.float32)
    differs = (past[:, ::-1] != past[:, -1:])
    run = np.where(differs.any(axis=1), differs.argmax(axis=1), past.shape[1]) - 1
    return (_STRENGTH * np.maximum(run + 1 - patience, 0)).astype(np.float32)
