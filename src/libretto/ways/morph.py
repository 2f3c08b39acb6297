"""A journey from one style to another: prompts, sounds or both, along the arc between them in the joint embedding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..asked import controls_of, in_words
from ..audio import FORMATS, Waveform
from ..course import Course, Turn, avoided, expected, stages_of
from ..errors import RequestError
from ..performance import CHUNK_SECONDS, Performance, played
from ..request import Request, Take, check_prompt
from ..stream import Stream

if TYPE_CHECKING:
    from ..pipeline import Libretto
    from . import Progress

STEP_SECONDS = 1.0  # between two styles on the way; ours
_STAY = 0.15  # of the length: how long the journey waits at either end


@dataclass(frozen=True)
class Morph(Request):
    """From ``begin`` to ``end``, each a prompt or a sound file."""

    way: ClassVar[str] = "morph"
    styled: ClassVar[bool] = True

    begin: str = ""
    end: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("begin", "end"):
            object.__setattr__(self, name, check_prompt(str(getattr(self, name))))
        if self.prompt or self.like or self.at:
            raise RequestError("a journey has its two ends alone; leave prompt, like and at out")

    def files(self) -> tuple[str, ...]:
        return (*(item for item in (self.begin, self.end) if is_sound(item)), *super().files())


def is_sound(item: str) -> bool:
    """Whether an end of the journey is the name of a sound file."""
    return "\n" not in item and Path(item).suffix.lower() in FORMATS


def course(model: Libretto, request: Morph) -> Course:
    begin, end = (_end(model, request, item) for item in (request.begin, request.end))
    traits = [{} if is_sound(item) else model.mulan.traits(item) for item in (request.begin, request.end)]
    times = np.arange(0.0, request.seconds, STEP_SECONDS)
    share = np.clip((times / request.seconds - _STAY) / (1 - 2 * _STAY), 0.0, 1.0)
    turns: list[Turn] = []
    for moment, part in zip(times, share):
        style = model.mulan.tokenize(between(begin, end, float(part)))
        told = traits[0] if part < 0.5 else traits[1]
        if not turns or told != turns[-1].traits or not np.array_equal(style, turns[-1].style):
            turns.append(Turn(float(moment), style, traits=told))
    controls = controls_of(model, request, seconds=request.seconds, turns=turns)
    return Course(request.seconds, tuple(turns), against=avoided(model, request), stages=stages_of(request), controls=controls)


def _end(model: Libretto, request: Morph, item: str) -> np.ndarray:
    return model.embed(Waveform.load(item)) if is_sound(item) else expected(model, in_words(model, request, item))


def between(begin: np.ndarray, end: np.ndarray, share: float) -> np.ndarray:
    """The unit vector at ``share`` of the arc from one unit vector [D] to another."""
    angle = float(np.arccos(np.clip(begin @ end, -1.0, 1.0)))
    if angle < 1e-3:
        return begin
    mixed = (np.sin((1 - share) * angle) * begin + np.sin(share * angle) * end) / np.sin(angle)
    return (mixed / np.linalg.norm(mixed)).astype(np.float32)


def perform(model: Libretto, request: Morph, *, take: int = 0, progress: Progress | None = None) -> Take:
    return played(Performance(model, request, takes=[take], course=course(model, request)), progress)[0]


def stream(model: Libretto, request: Morph, *, take: int = 0, chunk_seconds: float = CHUNK_SECONDS) -> Stream:
    performance = Performance(model, request, takes=[take], course=course(model, request), chunk_seconds=chunk_seconds)
    return Stream(performance)
