"""Music composed and rendered in code as a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from libretto.corpus.composing.moods import MOODS
from libretto.corpus.language.captions import captions as write_captions
from libretto.corpus.score import Score
from libretto.corpus.sources.source import SAMPLE_RATE, Piece, fit, font_names, interleaved_split
from libretto.corpus.timeline import KEY, timeline_of
from libretto.errors import CorpusError, did_you_mean

SONGS = 0.5  # share of clips that are windows of a longer song; the others are short pieces with an end of their own
SONG_SECONDS = (60.0, 150.0)
ANY_MOOD = 0.25  # share of clips in any mood at all, so that a sad techno is heard too
COVERED = 0.9  # share of a window in which something must sound


@dataclass
class Composed:
    """Music composed and rendered in code: item i is one clip, its style drawn round robin, its seed from (seed, i)."""

    seed: int = 0
    styles: Sequence[str] | None = None
    fonts: Any = None
    name: str = "composed"
    channels: int = 1

    def __post_init__(self) -> None:
        from libretto.corpus.composing.styles import STYLES

        known = list(STYLES)
        self.styles = list(self.styles) if self.styles else known
        for style in self.styles:
            if style not in known:
                raise CorpusError(f"unknown style {style!r}; {did_you_mean(style, known)}")

    def settings(self) -> dict[str, Any]:
        return {
            "source": self.name,
            "seed": self.seed,
            "styles": list(self.styles or []),
            "fonts": font_names(self.fonts),
        }

    def count(self) -> int | None:
        return None

    def split(self, item: int, *, valid: float, test: float) -> str:
        return interleaved_split(item, valid=valid, test=test)

    def style(self, item: int) -> str:
        """Each block of ``len(styles)`` items holds every style once, in an order of its own."""
        styles = list(self.styles or [])
        block, place = divmod(item, len(styles))
        return styles[int(np.random.default_rng([self.seed, 1, block]).permutation(len(styles))[place])]

    def score(self, item: int, *, seconds: float) -> Score:
        """The notes of item ``item``: a short piece, or a window of a song."""
        from libretto.corpus.composing.compose import compose
        from libretto.corpus.composing.excerpt import excerpt

        seed = int(np.random.default_rng([self.seed, 2, item]).integers(2**31))
        rng = np.random.default_rng([self.seed, 4, item])
        mood = list(MOODS)[int(rng.integers(len(MOODS)))] if rng.random() < ANY_MOOD else None
        length = float(rng.uniform(*SONG_SECONDS))
        if rng.random() >= SONGS or length < 2 * seconds:
            return compose(self.style(item), seed=seed, seconds=seconds, mood=mood)
        song = compose(self.style(item), seed=seed, seconds=length, mood=mood)
        best, most = song, -1.0
        for _ in range(5):  # not in a general pause
            start = float(rng.uniform(0, length - seconds))
            on_beat = [beat for beat in song.downbeats if beat <= start]
            window = excerpt(song, on_beat[-1] if on_beat and rng.random() < 0.5 else start, seconds)
            covered = _covered(window)
            if covered > most:
                best, most = window, covered
            if covered >= COVERED:
                break
        return best

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        from libretto.corpus.sound.render import render

        score = self.score(item, seconds=seconds)
        rendered = render(score, sample_rate=SAMPLE_RATE, fonts=self.fonts)
        rng = np.random.default_rng([self.seed, 3, item])
        audio = rendered.audio if self.channels == 2 else rendered.audio.mono()
        samples = fit(audio.samples if self.channels == 2 else audio.samples[0], round(seconds * SAMPLE_RATE))
        sheet = rendered.sheet
        return [
            Piece(
                f"{self.name}-{self.seed}-{item:06d}",
                samples,
                write_captions(sheet, rng, captions),
                {**asdict(sheet), KEY: timeline_of(score, sheet)},
            )
        ]


def _covered(score: Score) -> float:
    """The share of tenths of a second in which a note is held."""
    frames = np.zeros(max(1, round(score.seconds * 10)), bool)
    for part in score.parts:
        for note in part.notes:
            frames[int(note.start * 10) : int((note.start + note.duration) * 10) + 1] = True
    return float(frames.mean())
