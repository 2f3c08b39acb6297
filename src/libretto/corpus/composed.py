"""Music composed and rendered in code as a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..errors import CorpusError, did_you_mean
from .captions import captions as write_captions
from .source import SAMPLE_RATE, Piece, fit, font_names, interleaved_split


@dataclass
class Composed:
    """Music composed and rendered in code: item i is one piece, its style drawn round robin, its seed from (seed, i)."""

    seed: int = 0
    styles: Sequence[str] | None = None
    fonts: Any = None
    name: str = "composed"

    def __post_init__(self) -> None:
        from .styles import STYLES

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

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        from .compose import compose
        from .render import render

        seed = int(np.random.default_rng([self.seed, 2, item]).integers(2**31))
        rendered = render(
            compose(self.style(item), seed=seed, seconds=seconds), sample_rate=SAMPLE_RATE, fonts=self.fonts
        )
        rng = np.random.default_rng([self.seed, 3, item])
        samples = fit(rendered.audio.mono().samples[0], round(seconds * SAMPLE_RATE))
        sheet = rendered.sheet
        return [
            Piece(
                f"{self.name}-{self.seed}-{item:06d}",
                samples,
                write_captions(sheet, rng, captions),
                asdict(sheet),
            )
        ]
