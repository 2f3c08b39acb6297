"""Which pieces are judged, and how they are made: composed and rendered in worker processes, measured where they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from libretto.corpus.composing.compose import compose
from libretto.corpus.composing.moods import FAMILIES, MOODS
from libretto.corpus.composing.styles import find_style, list_styles
from libretto.corpus.sound.render import Rendered, render
from libretto.corpus.sources.composed import Composed

from ...corpus.score import Score
from ...errors import CorpusError
from ...processes import worker_pool

SAMPLE_RATE = 24_000
MOOD_CHOICES = ("own", "families")
_CHUNK = 4  # pieces a worker takes at a time

Found = TypeVar("Found")


@dataclass(frozen=True)
class Wish:
    """One clip to compose: the same wish is the same clip.

    With ``item`` it is that item of the corpus of this seed, perhaps a window of a song. Without it is a piece of its
    own, its mood ``mood`` or, where that is None, one of the style's.
    """

    style: str
    seed: int
    seconds: float
    mood: str | None = None
    item: int | None = None

    @property
    def name(self) -> str:
        """Enough to make it again."""
        return f"{self.style} {self.seed}" if self.item is None else f"{self.style} {self.seed}/{self.item}"

    def compose(self) -> Score:
        """The clip as notes."""
        if self.item is not None:
            return Composed(self.seed, [self.style]).score(self.item, seconds=self.seconds)
        return compose(self.style, seed=self.seed, seconds=self.seconds, mood=self.mood)


@dataclass(frozen=True)
class Made:
    """A wish come true."""

    wish: Wish
    score: Score
    rendered: Rendered

    @property
    def mono(self) -> np.ndarray:
        """Samples float32 [N]."""
        return self.rendered.audio.mono().samples[0]


def wishes(
    count: int, *, seconds: float, seed: int, styles: Sequence[str] | None = None, moods: str = "own"
) -> list[Wish]:
    """``count`` pieces, styles in turn (each block of them in an order of its own), no two of one seed.

    Args:
        moods: ``own`` leaves the mood to the style; ``families`` draws one of the ten families and then any of its
            moods, whatever the style.
    """
    if count < 1:
        raise CorpusError(f"{count} clips asked for, expected 1 or more")
    if moods not in MOOD_CHOICES:
        raise CorpusError(f"moods {moods!r}: expected {' or '.join(MOOD_CHOICES)}")
    names = [find_style(name).name for name in styles] if styles else list_styles()
    rng = np.random.default_rng([seed, 7])
    found: list[Wish] = []
    for index in range(count):
        if index % len(names) == 0:
            order = rng.permutation(len(names))
        mood = None
        if moods == "families":
            family = list(FAMILIES)[int(rng.integers(len(FAMILIES)))]
            members = [name for name, feeling in MOODS.items() if feeling.family.name == family]
            mood = members[int(rng.integers(len(members)))]
        # seeds below 2 ** 31, as the composer's own sources draw them; a step per run keeps runs apart
        found.append(Wish(names[int(order[index % len(names)])], (seed * 1_000_003 + index) % 2**31, seconds, mood))
    return found


def corpus_wishes(count: int, *, seconds: float, seed: int, styles: Sequence[str] | None = None) -> list[Wish]:
    """The first ``count`` items of the corpus of this seed, as ``libretto corpus build`` makes them."""
    if count < 1:
        raise CorpusError(f"{count} clips asked for, expected 1 or more")
    source = Composed(seed, styles)
    return [Wish(source.style(item), seed, seconds, item=item) for item in range(count)]


def make(wish: Wish, *, fonts: Sequence[Path] | None = None, stems: bool = False) -> Made:
    """Compose and render one piece at 24 kHz."""
    score = wish.compose()
    return Made(wish, score, render(score, sample_rate=SAMPLE_RATE, fonts=fonts, stems=stems))


def _with_fonts(
    measure: Callable[[Wish, Sequence[Path] | None], Found], fonts: Sequence[Path] | None, wish: Wish
) -> Found:
    return measure(wish, fonts)


def measured(
    asked: Sequence[Wish],
    measure: Callable[[Wish, Sequence[Path] | None], Found],
    *,
    fonts: Sequence[Path] | None = None,
    workers: int = 1,
) -> Iterator[Found]:
    """``measure(wish, fonts)`` of every piece, in order; the audio stays in the process that made it.

    Args:
        measure: a function of a module, so that it can be sent to a worker.
        workers: processes; 0 makes everything in this one.
    """
    work = partial(_with_fonts, measure, fonts)
    if workers < 1:
        yield from map(work, asked)
        return
    with worker_pool(workers) as pool:
        yield from pool.map(work, asked, chunksize=_CHUNK)
