"""Every way in: one small module each, all of them told by one ``Request`` and played by one ``Performance``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from ..course import drafted
from ..errors import RequestError
from ..performance import CHUNK_SECONDS, Performance, played
from ..request import Request, Take
from ..stream import Stream

if TYPE_CHECKING:
    from ..pipeline import Libretto

Progress = Callable[[float], None]


def perform(model: Libretto, request: Request, *, take: int = 0, progress: Progress | None = None) -> Take:
    """One take of ``request``, whichever way it comes in. ``progress`` is called with the seconds of music made."""
    request = drafted(model, request)
    if request.best_of > 1:
        from .best import best

        return best(model, request, take=take, progress=progress)
    if request.way == "generate":
        return played(Performance(model, request, takes=[take]), progress)[0]
    return import_module(f".{request.way}", __name__).perform(model, request, take=take, progress=progress)


def stream(model: Libretto, request: Request, *, take: int = 0, chunk_seconds: float = CHUNK_SECONDS) -> Stream:
    """The same samples while they are made, for the ways that go forward in time.

    Raises:
        RequestError: ``request`` needs its end before its beginning.
    """
    request = drafted(model, request)
    if request.best_of > 1:
        raise RequestError(f"best_of is {request.best_of}, which must hear takes to their end; stream one, or perform them")
    if request.way == "generate":
        return Stream(Performance(model, request, takes=[take], chunk_seconds=chunk_seconds))
    module = import_module(f".{request.way}", __name__)
    if not hasattr(module, "stream"):
        raise RequestError(f"{request.way} needs its end before its beginning and cannot be streamed; use perform")
    return module.stream(model, request, take=take, chunk_seconds=chunk_seconds)
