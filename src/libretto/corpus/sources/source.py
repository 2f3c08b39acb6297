"""What every source of music to learn from has in common: composed, scores or recordings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

SAMPLE_RATE = 24_000


@dataclass(frozen=True)
class Piece:
    """One clip as a source makes it: samples float32 at SAMPLE_RATE, [N] mono or [2, N] where the source's ``channels`` is 2."""

    id: str
    samples: np.ndarray
    captions: list[str]
    sheet: dict[str, Any] = field(default_factory=dict)


class Source(Protocol):
    """Music to learn from. It is sent to worker processes, so it pickles."""

    name: str

    def settings(self) -> dict[str, Any]:
        """What the pieces depend on; a folder built with other settings is refused."""
        ...

    def count(self) -> int | None:
        """How many items there are, None for no end."""
        ...

    def split(self, item: int, *, valid: float, test: float) -> str:
        """``train``, ``valid`` or ``test``: pieces of one work never stand on two sides."""
        ...

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        """The pieces of item ``item``: the same ones each time it is called."""
        ...


class Surveyed(Source, Protocol):
    """A source that looks its material over before the first item is made, and tells afterwards what became of it."""

    def prepare(self, folder: Path | None = None, *, workers: int = 0) -> None:
        """Called by a build before anything else; ``folder`` is the dataset's, for what should outlive a kill."""
        ...

    def conclude(self, folder: Path) -> None:
        """Called by a build when the dataset in ``folder`` is written: the place for a report."""
        ...


def prepare(source: Source, folder: Path, *, workers: int) -> None:
    if hasattr(source, "prepare"):
        cast(Surveyed, source).prepare(folder, workers=workers)


def conclude(source: Source, folder: Path) -> None:
    if hasattr(source, "conclude"):
        cast(Surveyed, source).conclude(folder)


def interleaved_split(item: int, *, valid: float, test: float) -> str:
    """Shares spread evenly over items, so that a small dataset has all three (items 1 and 2 are held out first)."""

    def hit(rate: float, phase: int) -> bool:
        return item >= phase and int((item - phase) * rate + 1) > int((item - 1 - phase) * rate + 1)

    if hit(valid, 1):
        return "valid"
    return "test" if hit(test, 2) else "train"


def fit(samples: np.ndarray, count: int) -> np.ndarray:
    """Cut [..., N] to [..., count], or fill it up with silence."""
    lacking = count - samples.shape[-1]
    return samples[..., :count] if lacking <= 0 else np.pad(samples, [(0, 0)] * (samples.ndim - 1) + [(0, lacking)])


def font_names(fonts: Any) -> list[str]:
    """The soundfonts that will play: the sound depends on them."""
    from libretto.corpus.sound.soundfont import find_fonts

    return [path.name for path in find_fonts(fonts)]
