"""Prompts on a timeline at one tempo. Where no tempo is asked for, the opening finds its own, and the rest keeps it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ..asked import controls_of, hear
from ..course import Course, course_of
from ..performance import Performance, played
from ..request import Request
from .source import split

if TYPE_CHECKING:
    from ..pipeline import Libretto

OPENING_SECONDS = 8.0  # at most; a tempo shows in them
_LEAST_SECONDS = 4.0  # a first prompt that does not hold so long finds no tempo


def course(model: Libretto, request: Request, *, take: int = 0) -> Course:
    """The course of one take. Its opening is written without a clock and listened to, where that tells the clock of the whole."""
    whole, turns = course_of(model, request), request.at[: len(request.at) - request.steered]
    asked = "clock" in whole.controls or "clock" not in model.config.controls
    if asked or not turns or turns[0][0] < _LEAST_SECONDS:
        return whole
    rate = model.config.semantic.frame_rate
    seconds = int(min(OPENING_SECONDS, turns[0][0]) * rate) / rate
    opening = dataclasses.replace(request, seconds=seconds, at=(), steered=0, draft=True, bars=None)
    first = dataclasses.replace(whole, seconds=seconds, stages=whole.stages[:2])
    done = played(Performance(model, opening, takes=[take], course=first))[0]
    controls = controls_of(model, request, seconds=request.seconds, heard=hear(model, request, done.audio, tempo_only=True))
    known = split(model, done.acoustic, done.semantic)
    return dataclasses.replace(whole, known=known, controls=controls)
