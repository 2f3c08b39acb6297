"""Pasts that have gone astray, for training. Ours.

A stage that learns on true pasts alone trusts its past more than what it is told: once a draw has slipped, it goes on with the
slip. Here the past of some stretches is another clip's, while tokens to write and conditions stay the clip's own: the stage
learns to come back to what it is told.
"""

from __future__ import annotations

import numpy as np

SHORTEST_SECONDS, LONGEST_SECONDS = 0.2, 4.0
LEAST_SHARE, MOST_SHARE = 0.1, 0.7  # of a row's frames


def strayed(tokens: np.ndarray, rng: np.random.Generator, *, share: float, frame_rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Pasts int64 [B, K, T] and which of their frames are not the row's own, bool [B, T], of ``tokens`` int64 [B, K, T].

    Args:
        share: of the rows that go astray; a row takes stretches of another row, of itself half a crop away where it is alone.
    """
    rows, _, frames = tokens.shape
    past, astray = tokens.copy(), np.zeros((rows, frames), bool)
    for row in np.flatnonzero(rng.random(rows) < share):
        other = tokens[(row + rng.integers(1, rows)) % rows] if rows > 1 else np.roll(tokens[row], frames // 2, axis=1)
        wanted = rng.uniform(LEAST_SHARE, MOST_SHARE)
        while astray[row].mean() < wanted:
            seconds = np.exp(rng.uniform(np.log(SHORTEST_SECONDS), np.log(LONGEST_SECONDS)))
            start = int(rng.integers(0, frames))
            astray[row, start : start + max(1, round(seconds * frame_rate))] = True
        past[row][:, astray[row]] = other[:, astray[row]]
    return past, astray


def counted(astray: np.ndarray, *, levels: int) -> np.ndarray:
    """Which tokens are learned from, bool [levels, B * T]: all but finer levels of strayed frames, which follow a foreign coarser one."""
    return np.stack([np.ones(astray.size, bool), *[~astray.reshape(-1)] * (levels - 1)])
