"""Bars: the length of music at an exact tempo, and the words that ask for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

from ..errors import RequestError
from ..request import SECONDS_LIMIT, Request


@dataclass(frozen=True)
class Barred(Request):
    """Music of ``bars`` bars at ``bpm`` beats a minute, ``beats`` to a bar; ``seconds`` follow from them.

    The models have no tempo condition yet: the tempo is asked for in words, and what comes of it is measured.
    """

    way: ClassVar[str] = ""

    bars: int = 4
    bpm: float = 120.0
    beats: int = 4

    def __post_init__(self) -> None:
        self._whole("bars", 1, 1_000)
        self._number("bpm", 30.0, 300.0)
        self._whole("beats", 1, 16)
        seconds = self.bars * self.bar_seconds
        if not 0.5 <= seconds <= SECONDS_LIMIT:
            asked = f"{self.bars} bars of {self.beats} beats at {self.bpm:g} bpm"
            raise RequestError(f"{asked} last {seconds:.1f} s, expected 0.5 to {SECONDS_LIMIT:g} s")
        object.__setattr__(self, "seconds", seconds)
        super().__post_init__()
        if self.at:
            raise RequestError("music in bars has one style; leave at out")

    @property
    def bar_seconds(self) -> float:
        return self.beats * 60.0 / self.bpm


Kind = TypeVar("Kind", bound=Barred)


def in_words(request: Kind) -> Kind:
    """The request with its tempo in the prompt."""
    prompt = request.prompt if "bpm" in request.prompt.lower() else f"{request.prompt}, {request.bpm:g} bpm"
    return replace(request, prompt=prompt) if request.prompt.strip() else request
