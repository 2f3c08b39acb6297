"""What a style usually has where nobody asks: a tempo, a bar, a chord progression. Ours.

A stage that hears a clock and chords holds on to them, and to the style with them; without them it settles on held sounds. So
they are always told. Clips of the training set stand around centres in the joint embedding, each by what is heard and what
is said of it; a centre keeps the tempi of its clips and some of their progressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from . import residual
from .chords import BLANK, Progression, moved
from .controls import MODES, PACES, bar_of, bpm_of

if TYPE_CHECKING:
    from .train.tokenize import TokenStore

CENTRES = 64
CLIPS_A_CENTRE = 8  # at least, on average
SHARES = np.linspace(0.1, 0.9, 9)  # of a centre's clips that are slower than its tempi; what is rarer is not drawn
PROGRESSIONS = 12  # a centre keeps at most
LONGEST = 8  # bars of a progression
AT_HOME = 0.25  # of a progression's half bars stand on the tonic, or nobody hears its key
STYLES, TEMPI, BEATS = "tempo.styles", "tempo.bpm", "tempo.beats"  # float16 [centres, D], float32 [centres, 9], int64 [centres]
# uint8: [centres, PROGRESSIONS] index into ``MODES`` and bars (0: no progression), [centres, PROGRESSIONS, 2, 2 * LONGEST] chords over C
MODES_OF, BARS_OF, CHORDS = "harmony.modes", "harmony.bars", "harmony.chords"
_CODEBOOKS = "mulan.codebooks"
_FAMILIES = ({"major", "lydian", "mixolydian"}, {"minor", "dorian", "phrygian", "harmonic minor"}, {"blues"})


@dataclass(frozen=True)
class Usual:
    """Felt beats a minute, and felt beats of a bar."""

    bpm: float
    beats: int


def fit(store: TokenStore, *, seed: int = 0) -> dict[str, np.ndarray]:
    """The tables, from the training clips of a token store that has clocks (and chords); none where no clip has one."""
    books, styles, clips = store.tables[_CODEBOOKS], [], []
    for clip in store.split("train"):
        clock, heard, said = store.control("clock", clip), store.style_audio(clip), store.style_text(clip)
        if bpm_of(clock) is None or not len(heard):
            continue
        parts = [vectors(books, rows).mean(axis=0) for rows in (heard, said) if len(rows)]
        styles.append(_unit(np.sum(_unit(np.stack(parts)), axis=0)))
        clips.append(clip)
    if not styles:
        return {}
    points, clocks = np.stack(styles).astype(np.float32), [store.control("clock", clip) for clip in clips]
    speeds, bars = np.array([bpm_of(clock) for clock in clocks]), np.array([bar_of(clock) for clock in clocks])
    size = min(CENTRES, max(1, len(points) // CLIPS_A_CENTRE))
    centres = _unit(residual.fit(points, levels=1, codebook_size=size, seed=seed)[0])
    owner = (points @ centres.T).argmax(axis=1)
    owned = np.unique(owner)
    tables = {
        STYLES: centres[owned].astype(np.float16),
        TEMPI: np.stack([np.quantile(speeds[owner == centre], SHARES) for centre in owned]).astype(np.float32),
        BEATS: np.array([np.bincount(bars[owner == centre]).argmax() for centre in owned], np.int64),
    }
    if "chord" not in store.controls or "key" not in store.controls:
        return tables
    found = [progression_of(clock, *(store.control(name, clip) for name in ("chord", "key"))) for clock, clip in zip(clocks, clips)]
    rng = np.random.default_rng(seed)
    kept = [_chosen([found[row] for row in rng.permutation(np.flatnonzero(owner == centre))]) for centre in owned]
    return tables | _stored(kept)


def progression_of(clock: np.ndarray, chord: np.ndarray, key: np.ndarray) -> Progression | None:
    """The chords of a clip, half bar by half bar, from clock [3, T], chord [2, T] and key [2, T]; None where they are not known.

    So many bars as may come round (8, 4, 2 or 1), from one on that stands on the tonic where there is one.
    """
    told = (clock[2] < PACES) & (chord[0] < BLANK) & (key[0] < 12)
    if not told.any():
        return None
    tonic, mode = (int(np.bincount(level[told]).argmax()) for level in key)
    place = clock[0].astype(np.int64)
    first = (np.sqrt(8 * place + 1).astype(np.int64) + 1) // 2
    opens = np.concatenate([[False], (place == first * (first - 1) // 2)[1:] & (place[1:] != place[:-1])])
    lines = np.flatnonzero(opens & told)
    halves = []
    for start, stop in pairwise(lines):
        middle = [start + round(share * (stop - start)) for share in (0.2, 0.7)]  # chords may come a little early or late
        if not told[start:stop].all() or (key[0, middle] != tonic).any():
            break
        halves.append(moved(chord[:, middle].astype(np.int64), -tonic))
    bars = max((count for count in (8, 4, 2, 1) if count <= len(halves)), default=0)
    if not bars:
        return None
    loop = halves[:bars]  # it comes round, so it may begin on any of its bars
    opening = min([number for number, each in enumerate(loop) if each[0, 0] // 3 == 0], default=0)
    return Progression(MODES[mode], np.concatenate(loop[opening:] + loop[:opening], axis=1))


def _chosen(found: list[Progression | None]) -> list[Progression]:
    """Some progressions, each once, those that say their key first; of at most half that do not."""
    distinct = list({(each.mode, each.chords.tobytes()): each for each in found if each is not None}.values())
    return sorted(distinct, key=lambda each: each.at_home < AT_HOME or not each.begins_at_home)[:PROGRESSIONS]


def _stored(kept: list[list[Progression]]) -> dict[str, np.ndarray]:
    modes, bars = np.zeros((2, len(kept), PROGRESSIONS), np.uint8)
    chords = np.zeros((len(kept), PROGRESSIONS, 2, 2 * LONGEST), np.uint8)
    for row, progressions in enumerate(kept):
        for place, each in enumerate(progressions):
            modes[row, place], bars[row, place] = MODES.index(each.mode), each.bars
            chords[row, place, :, : 2 * each.bars] = each.chords
    return {MODES_OF: modes, BARS_OF: bars, CHORDS: chords}


def usual_time(tables: Mapping[str, np.ndarray], style: np.ndarray, *, seed: int) -> Usual | None:
    """What music of style tokens int64 [levels] goes at, drawn by ``seed``; None for a blank style or where no table says."""
    near = _nearness(tables, style)
    if near is None:
        return None
    nearest = int(near.argmax())
    share = np.random.default_rng([seed, 20]).uniform(SHARES[0], SHARES[-1])
    return Usual(round(float(np.interp(share, SHARES, tables[TEMPI][nearest])), 1), int(tables[BEATS][nearest]))


def usual_chords(tables: Mapping[str, np.ndarray], style: np.ndarray, *, mode: str | None, seed: int) -> Progression | None:
    """A progression that music of style tokens int64 [levels] has, drawn by ``seed``; None where no table says.

    In ``mode`` where one is asked for: of the nearest centre that has one of that mode, or else of one as bright, and brought home often.
    """
    near = _nearness(tables, style)
    if near is None or CHORDS not in tables:
        return None
    modes, bars = tables[MODES_OF].astype(np.int64), tables[BARS_OF].astype(np.int64)
    if mode is None and not bars[near.argmax()].any():
        return None  # that style has no chords
    family = next((some for some in _FAMILIES if mode in some), set(MODES))
    for names in ({mode}, family) if mode is not None else (set(MODES),):
        fits = (bars > 0) & np.isin(modes, [MODES.index(name) for name in names])
        rows = np.flatnonzero(fits.any(axis=1))
        if len(rows):
            row = int(rows[near[rows].argmax()])
            column = int(np.random.default_rng([seed, 21]).choice(np.flatnonzero(fits[row])))
            chords = tables[CHORDS][row, column, :, : 2 * bars[row, column]].astype(np.int64)
            return Progression(MODES[modes[row, column]], chords) if mode is None else Progression(mode, chords).homeward()
    return None


def usual_tonic(*, seed: int) -> int:
    """A tonic 0..11, drawn by ``seed``."""
    return int(np.random.default_rng([seed, 22]).integers(12))


def _nearness(tables: Mapping[str, np.ndarray], style: np.ndarray) -> np.ndarray | None:
    """Cosine of the style to every centre, [centres]."""
    books = tables.get(_CODEBOOKS)
    if books is None or STYLES not in tables or style.max() >= books.shape[1]:
        return None
    return tables[STYLES].astype(np.float32) @ vectors(books, style[None])[0]


def vectors(codebooks: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Style tokens [N, levels] back to unit vectors [N, D]."""
    return _unit(codebooks[np.arange(tokens.shape[1]), tokens.astype(np.int64)].sum(axis=1))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
