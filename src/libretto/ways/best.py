"""The best of several takes, by the model's own judgement of text and audio (MusicLM's and audiolm-pytorch's re-ranking)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from ..course import wanted
from ..request import Request, Take
from . import Progress, perform

if TYPE_CHECKING:
    from ..pipeline import Libretto


def best(model: Libretto, request: Request, *, take: int = 0, progress: Progress | None = None) -> Take:
    """The take nearest to what was asked for, of ``best_of`` takes from ``take * best_of`` on.

    It says of itself what makes it again alone: its own number, and best of one.
    """
    alone = dataclasses.replace(request, best_of=1)
    kept, highest = None, -np.inf
    for number in range(request.best_of):
        def told(seconds: float, number: int = number) -> None:
            if progress is not None:
                progress((number * request.seconds + seconds) / request.best_of)

        candidate = perform(model, alone, take=take * request.best_of + number, progress=told)
        nearness = judged(model, candidate)
        if nearness > highest:
            kept, highest = candidate, nearness
    assert kept is not None
    return kept


def judged(model: Libretto, take: Take) -> float:
    """Cosine of the take's sound to its prompts, each over the part it is for, weighted by their lengths."""
    request, audio = take.request, take.audio
    begins = audio.seconds - request.seconds if request.way == "extend" else 0.0
    times = [0.0, *(moment for moment, _ in request.at), request.seconds]
    prompts = [request.prompt, *(prompt for _, prompt in request.at)]
    total = 0.0
    for start, stop, prompt in zip(times, times[1:], prompts):
        if not prompt.strip() and not request.like:
            return 0.0  # nothing was asked for: the first is as good as any
        part = audio.trim(start=begins + start, seconds=stop - start - 1e-6)
        total += float(model.embed(part) @ wanted(model, request, prompt)) * (stop - start) / request.seconds
    return total
