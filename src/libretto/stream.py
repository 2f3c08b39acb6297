"""Music while it is made, and the wheel to steer it by."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

from .asked import in_words
from .audio import Waveform
from .errors import RequestError
from .performance import Performance
from .request import Request, check_prompt


class Stream(Iterator[Waveform]):
    """Chunks of one take; iterate once. ``steer`` changes the prompt on the way.

    ``close`` it, or leave a ``with`` block, to stop before the end: the threads that work ahead end then.

    A prompt is heard from the first frame that is not being written yet. With one thread that is the next chunk; with more,
    stages work a few seconds ahead.
    """

    def __init__(self, performance: Performance, chunks: Generator[Waveform, None, None] | None = None, *, begin: float = 0.0) -> None:
        """``begin``: seconds of the performance where the request's own time begins."""
        self._performance, self._begin = performance, begin
        self._chunks = (chunk for (chunk,) in performance) if chunks is None else chunks
        self._request = performance.request

    def __next__(self) -> Waveform:
        return next(self._chunks)

    def close(self) -> None:
        """Make no more music. May be called again."""
        self._chunks.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def steer(self, prompt: str) -> float:
        """Play ``prompt`` from here on; returns the second of the music where it begins. Tempo, key and tune go on.

        Raises:
            RequestError: the prompt is empty or too long, or the music goes its own way (``ways.morph``).
        """
        if self._request.way not in ("generate", "extend"):
            raise RequestError(f"a {self._request.way} finds its own way and cannot be steered")
        request = self._request
        words = in_words(self._performance.model, request, check_prompt(prompt))
        moment = self._performance.steer(words) - self._begin
        if moment < request.seconds:
            self._request = replace(request, at=(*request.at, (moment, prompt)), steered=request.steered + 1)
        return moment

    @property
    def request(self) -> Request:
        """What was asked for so far: the same music again, as a story."""
        return self._request
