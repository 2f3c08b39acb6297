"""Bars: music whose length is so many of them at an exact tempo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..errors import RequestError
from ..request import Request


@dataclass(frozen=True)
class Barred(Request):
    """Music of ``bars`` bars at ``bpm`` (120 where neither it nor the prompt says); ``seconds`` follow from them."""

    way: ClassVar[str] = ""
    usual_bpm: ClassVar[float | None] = 120.0

    bars: int | None = 4

    def __post_init__(self) -> None:
        if self.bars is None:
            object.__setattr__(self, "bars", 4)
        super().__post_init__()
        if self.at or self.melody is not None:
            raise RequestError("music in bars has one style and makes its own tune; leave at and melody out")
