"""What a style usually has where nobody asks: a tempo, a bar, a chord progression. Ours.

A stage that hears a clock and chords holds on to them, and to the style with them; without them it settles on held sounds. So
they are always told: as one of the training clips has them that lie nearest in the joint embedding, where a clip stands for what is said
of it, or for what is heard where nothing is. Clips of the mood that is asked for count as nearer (docs/evaluation.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from . import residual
from .chords import BLANK, Progression, moved
from .controls import MODES, MOODS, PACES, bar_of, bpm_of

if TYPE_CHECKING:
    from .train.tokenize import TokenStore

NEAREST, IN_KEY = 4, 8  # clips that one is drawn of, and of a mode that one is; ours
CLEAR_KEY = 4.5  # ``Progression.clarity`` from which a key that is asked for is heard; ours: docs/design.md
SAME_MOOD = 0.1  # added to the cosine of clips of the mood asked for; ours
LONGEST = 8  # bars of a progression
AT_HOME = 0.25  # of a progression's half bars stand on the tonic, or nobody hears its key
STYLES, TEMPI, BEATS = "usual.styles", "usual.bpm", "usual.beats"  # uint16 style tokens [clips, levels], float32 [clips], uint8 [clips]
# uint8: [clips] index into ``MODES`` and bars (0: no progression), [clips, 2, 2 * LONGEST] chords over C
MODES_OF, BARS_OF, CHORDS = "usual.modes", "usual.bars", "usual.chords"
MOODS_OF = "usual.moods"  # uint8 [clips]: index into ``MOODS``, their number where none is known
TABLES = (STYLES, TEMPI, BEATS, MODES_OF, BARS_OF, CHORDS, MOODS_OF)
_CODEBOOKS = "mulan.codebooks"
_FAMILIES = ({"major", "lydian", "mixolydian"}, {"minor", "dorian", "phrygian", "harmonic minor"}, {"blues"})


@dataclass(frozen=True)
class Usual:
    """Felt beats a minute, and felt beats of a bar."""

    bpm: float
    beats: int


def fit(store: TokenStore) -> dict[str, np.ndarray]:
    """The tables, from the training clips of a token store that have a clock (and chords); none where no clip has one."""
    books, styles, clips = store.tables[_CODEBOOKS].astype(np.float32), [], []
    for clip in store.split("train"):
        heard, said = store.style_audio(clip), store.style_text(clip)
        if bpm_of(store.control("clock", clip)) is None or not len(heard):
            continue
        styles.append(_unit(vectors(books, said if len(said) else heard).mean(axis=0)))
        clips.append(clip)
    if not styles:
        return {}
    clocks = [store.control("clock", clip) for clip in clips]
    tables: dict[str, np.ndarray] = {
        STYLES: residual.tokenize(np.stack(styles), books).astype(np.uint16),
        TEMPI: np.array([bpm_of(clock) for clock in clocks], np.float32),
        BEATS: np.array([bar_of(clock) for clock in clocks], np.uint8),
    }
    if "mood" in store.controls:
        tables[MOODS_OF] = np.array([min(store.control("mood", clip)[0].tolist(), default=len(MOODS)) for clip in clips], np.uint8)
    if "chord" not in store.controls or "key" not in store.controls:
        return tables
    modes, bars = np.zeros((2, len(clips)), np.uint8)
    chords = np.zeros((len(clips), 2, 2 * LONGEST), np.uint8)
    for row, (clock, clip) in enumerate(zip(clocks, clips)):
        found = progression_of(clock, store.control("chord", clip), store.control("key", clip))
        if found is not None:
            modes[row], bars[row] = MODES.index(found.mode), found.bars
            chords[row, :, : 2 * found.bars] = found.chords
    return tables | {MODES_OF: modes, BARS_OF: bars, CHORDS: chords}


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


def usual_time(tables: Mapping[str, np.ndarray], style: np.ndarray, *, seed: int, mood: int | None = None) -> Usual | None:
    """What music of style tokens int64 [levels] and of a mood goes at, drawn by ``seed``; None for a blank style or where no table says."""
    near = _nearness(tables, style, mood)
    if near is None:
        return None
    clip = _drawn(near, np.arange(len(near)), seed=seed)[0]
    return Usual(round(float(tables[TEMPI][clip]), 1), int(tables[BEATS][clip]))


def usual_chords(
    tables: Mapping[str, np.ndarray], style: np.ndarray, *, mode: str | None, seed: int, mood: int | None = None
) -> Progression | None:
    """A progression that music of style tokens int64 [levels] and of a mood has, drawn by ``seed``; None where no table says.

    Of the clip whose tempo ``usual_time`` tells, if it has one that says its key, else of the others near it. In ``mode`` where one is
    asked for: of the nearest clips in it, or else in one as bright, brought home often; the first of them that says its key clearly.
    """
    near = _nearness(tables, style, mood)
    if near is None or CHORDS not in tables:
        return None
    bars, modes = tables[BARS_OF].astype(np.int64), tables[MODES_OF].astype(np.int64)
    if mode is None:
        around = _drawn(near, np.arange(len(near)), seed=seed)
        told = [_progression(tables, clip) for clip in around if bars[clip]]  # none: that style has no chords
        return next((each for each in told if each.at_home >= AT_HOME and each.begins_at_home), told[0] if told else None)
    family = next((some for some in _FAMILIES if mode in some), set(MODES))
    for names in ({mode}, family):
        rows = np.flatnonzero((bars > 0) & np.isin(modes, [MODES.index(name) for name in names]))
        if len(rows):
            around = _drawn(near, rows, seed=seed, count=IN_KEY)
            told = [Progression(mode, _progression(tables, clip).chords).homeward() for clip in around]
            return next((each for each in told if each.clarity >= CLEAR_KEY), max(told, key=lambda each: each.clarity))
    return None


def usual_tonic(*, seed: int) -> int:
    """A tonic 0..11, drawn by ``seed``."""
    return int(np.random.default_rng([seed, 22]).integers(12))


def _drawn(near: np.ndarray, rows: np.ndarray, *, seed: int, count: int = NEAREST) -> list[int]:
    """The ``count`` nearest of clips ``rows``, one drawn first and the others after it, round and round."""
    around = rows[np.argsort(-near[rows], kind="stable")[:count]]
    return np.roll(around, -int(np.random.default_rng([seed, 20]).integers(len(around)))).tolist()


def _progression(tables: Mapping[str, np.ndarray], clip: int) -> Progression:
    count = 2 * int(tables[BARS_OF][clip])
    return Progression(MODES[int(tables[MODES_OF][clip])], tables[CHORDS][clip, :, :count].astype(np.int64))


def _nearness(tables: Mapping[str, np.ndarray], style: np.ndarray, mood: int | None) -> np.ndarray | None:
    """Cosine of the style to every clip, and a little more where its mood is ``mood``: [clips]."""
    books = tables.get(_CODEBOOKS)
    if books is None or STYLES not in tables or style.max() >= books.shape[1]:
        return None
    books = books.astype(np.float32)
    near = vectors(books, tables[STYLES]) @ vectors(books, style[None])[0]
    return near if mood is None or MOODS_OF not in tables else near + SAME_MOOD * (tables[MOODS_OF] == mood)


def vectors(codebooks: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Style tokens [N, levels] back to unit vectors [N, D]."""
    return _unit(codebooks[np.arange(tokens.shape[1]), tokens.astype(np.int64)].sum(axis=1))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
