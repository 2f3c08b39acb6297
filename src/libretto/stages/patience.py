"""How long a token may stay the same. numpy only; ours.

A language model that copies well can get stuck: a token repeated for a second makes its next repetition all but
certain. Real music has its own longest runs, so they are counted on the training tokens, level by level, and a token
that has outlasted them loses a little of its logit with every further frame.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

PERCENTILE = 99.5  # of the runs of real tokens
LOOK_BACK = 64  # frames beyond its patience for which a token grows more tired
STRENGTH = 0.5  # nats a frame


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


class Repeats:
    """How long every level's last token has lasted, carried on from step to step; what its logit loses by that.

    Args:
        patience: int [K] frames; see ``count_patience``.
        tokens: int64 [B, K, T].
        frames: int [K], the frame that each level writes next.
    """

    def __init__(self, patience: np.ndarray, tokens: np.ndarray, frames: np.ndarray) -> None:
        self._patience = patience
        self.last = np.full(tokens.shape[:2], -1)
        self.counts = np.zeros(tokens.shape[:2], np.int64)
        for level, frame in enumerate(frames):
            past = tokens[:, level, max(0, frame - look_back(patience)) : max(0, frame)]
            if past.shape[1]:
                differs = past[:, ::-1] != past[:, -1:]
                self.last[:, level] = past[:, -1]
                self.counts[:, level] = np.where(differs.any(axis=1), differs.argmax(axis=1), past.shape[1])

    def worn(self, logits: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Logits [B, K, V] less what the last tokens of ``levels`` have lost; the same array where none has."""
        rows, columns = np.nonzero(self.counts > self._patience)
        if not len(rows):
            return logits
        meant = np.isin(columns, levels)
        rows, columns = rows[meant], columns[meant]
        outlasted = np.minimum(self.counts[rows, columns] - self._patience[columns], LOOK_BACK)
        logits = logits.copy()
        logits[rows, columns, self.last[rows, columns]] -= (STRENGTH * outlasted).astype(np.float32)
        return logits

    def wrote(self, levels: np.ndarray, tokens: np.ndarray) -> None:
        """``levels`` [n] have been given ``tokens`` [B, n]."""
        self.counts[:, levels] = np.where(tokens == self.last[:, levels], self.counts[:, levels] + 1, 1)
        self.last[:, levels] = tokens


def look_back(patience: np.ndarray) -> int:
    """Frames before the next one that can matter."""
    return int(patience.max()) + LOOK_BACK
