"""The tempo and the bar that a style usually has, for music that nobody asked a tempo of. Ours.

A stage that hears a clock holds on to it, and to the style with it; without one it settles on held sounds. So a clock is always
told. Clips of the training set stand around centres in the joint embedding, each by what is heard and what is said of it,
and a centre keeps the tempi of its clips.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import residual
from .controls import bar_of, bpm_of

if TYPE_CHECKING:
    from .train.tokenize import TokenStore

CENTRES = 64
CLIPS_A_CENTRE = 8  # at least, on average
SHARES = np.linspace(0.1, 0.9, 9)  # of a centre's clips that are slower than its tempi; what is rarer is not drawn
STYLES, TEMPI, BEATS = "tempo.styles", "tempo.bpm", "tempo.beats"  # float16 [centres, D], float32 [centres, 9], int64 [centres]
_CODEBOOKS = "mulan.codebooks"


@dataclass(frozen=True)
class Usual:
    """Felt beats a minute, and felt beats of a bar."""

    bpm: float
    beats: int


def fit(store: TokenStore, *, seed: int = 0) -> dict[str, np.ndarray]:
    """The tables, from the training clips of a token store that has clocks; none where no clip has one."""
    books, styles, tempi, beats = store.tables[_CODEBOOKS], [], [], []
    for clip in store.split("train"):
        clock, heard, said = store.control("clock", clip), store.style_audio(clip), store.style_text(clip)
        bpm, bar = bpm_of(clock), bar_of(clock)
        if bpm is None or bar is None or not len(heard):
            continue
        parts = [vectors(books, rows).mean(axis=0) for rows in (heard, said) if len(rows)]
        styles.append(_unit(np.sum(_unit(np.stack(parts)), axis=0)))
        tempi.append(bpm)
        beats.append(bar)
    if not styles:
        return {}
    points, speeds, bars = np.stack(styles).astype(np.float32), np.array(tempi), np.array(beats)
    size = min(CENTRES, max(1, len(points) // CLIPS_A_CENTRE))
    centres = _unit(residual.fit(points, levels=1, codebook_size=size, seed=seed)[0])
    owner = (points @ centres.T).argmax(axis=1)
    owned = np.unique(owner)
    return {
        STYLES: centres[owned].astype(np.float16),
        TEMPI: np.stack([np.quantile(speeds[owner == centre], SHARES) for centre in owned]).astype(np.float32),
        BEATS: np.array([np.bincount(bars[owner == centre]).argmax() for centre in owned], np.int64),
    }


def usual(tables: Mapping[str, np.ndarray], style: np.ndarray, *, seed: int) -> Usual | None:
    """What music of style tokens int64 [levels] goes at, drawn by ``seed``; None for a blank style or where no table says."""
    books = tables.get(_CODEBOOKS)
    if books is None or STYLES not in tables or style.max() >= books.shape[1]:
        return None
    nearest = int((tables[STYLES].astype(np.float32) @ vectors(books, style[None])[0]).argmax())
    share = np.random.default_rng([seed, 20]).uniform(SHARES[0], SHARES[-1])
    return Usual(round(float(np.interp(share, SHARES, tables[TEMPI][nearest])), 1), int(tables[BEATS][nearest]))


def vectors(codebooks: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Style tokens [N, levels] back to unit vectors [N, D]."""
    return _unit(codebooks[np.arange(tokens.shape[1]), tokens.astype(np.int64)].sum(axis=1))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
