"""Parts that come back: "A8 B8 A8" in bars. A returning part has its first semantic tokens again, and new acoustic ones:
the same notes, played anew (what Museformer's users had, in tokens)."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..course import Course, course_of
from ..errors import RequestError
from ..performance import Performance, begun, played
from ..request import Take
from .bars import Barred

if TYPE_CHECKING:
    from ..pipeline import Libretto
    from . import Progress

_PART = re.compile(r"([A-Z])(\d{1,3})")


@dataclass(frozen=True)
class Form(Barred):
    """``form`` names parts and their lengths in bars, e.g. "A8 B8 A8"; ``bars`` follow from it."""

    way: ClassVar[str] = "form"

    form: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bars", sum(bars for _, bars in parts(self.form)))
        super().__post_init__()


def parts(form: str) -> list[tuple[str, int]]:
    """Letters and bars of a form.

    Raises:
        RequestError: it is none.
    """
    found = [_PART.fullmatch(word) for word in form.split()] if isinstance(form, str) else []
    if not found or not all(found) or any(int(match[2]) < 1 for match in found if match):
        raise RequestError(f"form is {form!r}, expected letters and bars such as 'A8 B8 A8'")
    return [(match[1], int(match[2])) for match in found if match]


def perform(model: Libretto, request: Form, *, take: int = 0, progress: Progress | None = None) -> Take:
    course = course_of(model, request)
    frames = -(-round(request.seconds * model.sample_rate) // model.config.codec.hop)
    whole = -(-frames * model.config.semantic.frame_rate // model.config.codec.frame_rate)
    semantic = written(model, request, course, take=take, frames=whole)
    course = dataclasses.replace(course, known={"semantic": semantic})
    return played(Performance(model, request, takes=[take], course=course), progress)[0]


def written(model: Libretto, request: Form, course: Course, *, take: int, frames: int) -> np.ndarray:
    """Semantic tokens int64 [1, ``frames``]: each part is written once, in its place, and copied where it returns."""
    stage = model.stages["semantic"]
    state = begun(model, request, course, "semantic", takes=[take])
    controls = {token.name: course.control(token, 0, frames + stage.lead) for token in model.config.control_tokens}
    tokens = np.full((1, frames), -1)
    first: dict[str, tuple[int, int]] = {}
    bars = 0
    for letter, count in parts(request.form):
        start, bars = _frame(bars, request, stage.frame_rate), bars + count
        stop = min(frames, _frame(bars, request, stage.frame_rate))
        if bars == request.bars:
            stop = frames
        if letter in first:
            begin, end = first[letter]
            copied = min(stop - start, end - begin)
            tokens[:, start : start + copied] = tokens[:, begin : begin + copied]
            state = stage.keep(state, tokens[:, : start + copied])
        else:
            first[letter] = (start, stop)
        new, state = stage.advance(state, controls, stop - start)
        controls = {}  # all of it is told
        tokens[:, start:stop] = new[0]
    return tokens


def _frame(bars: int, request: Form, rate: int) -> int:
    return round(bars * request.bar_seconds * rate)
