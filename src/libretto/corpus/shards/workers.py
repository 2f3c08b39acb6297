"""Items of a source made ahead by worker processes, and given out in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import numpy as np

from libretto.corpus.shards.dataset import to_int16
from libretto.corpus.shards.silence import QUIET_SHARE, silent_share
from libretto.corpus.sources.source import SAMPLE_RATE, Piece, Source
from libretto.errors import CorpusError
from libretto.processes import WHY_DIED, worker_pool


@dataclass(frozen=True)
class Made:
    """A worker's answer: clips as int16 [N] or [C, N], ready to write."""

    clips: list[tuple[Piece, np.ndarray, float]]  # piece without samples, samples, peak before clipping
    silent: int
    busy: float  # seconds of processor time
    error: str = ""


Answers = Generator[tuple[int, Made], None, None]  # (item, what it gave), in order


def make(source: Source, item: int, seconds: float, captions: int) -> Made:
    """One item, in a worker. A failing one is told, not raised: one bad file must not end a long build."""
    start = time.process_time()
    clips: list[tuple[Piece, np.ndarray, float]] = []
    silent = 0
    try:
        for piece in source.make(item, seconds=seconds, captions=captions):
            if np.isfinite(piece.samples).all() and silent_share(piece.samples, SAMPLE_RATE) > QUIET_SHARE:
                silent += 1
                continue
            bare = Piece(piece.id, np.zeros(0, np.float32), piece.captions, piece.sheet)
            clips.append((bare, to_int16(piece.samples), float(np.abs(piece.samples).max())))
    except Exception as error:  # whatever a file or a seed does, the next one goes on
        return Made([], 0, time.process_time() - start, f"item {item}: {type(error).__name__}: {error}")
    return Made(clips, silent, time.process_time() - start)


_worker_source: Source | None = None


def _start_worker(source: Source) -> None:
    global _worker_source
    _worker_source = source


def _work(item: int, seconds: float, captions: int) -> Made:
    assert _worker_source is not None
    return make(_worker_source, item, seconds, captions)


def answers(source: Source, start: int, *, seconds: float, captions: int, workers: int) -> Answers:
    """Items from ``start`` on, in order, made ahead by ``workers`` processes (0: in this one)."""
    end = source.count()
    if workers == 0:
        item = start
        while end is None or item < end:
            yield item, make(source, item, seconds, captions)
            item += 1
        return
    try:
        with worker_pool(workers, _start_worker, source) as pool:
            waiting: deque[tuple[int, Future[Made]]] = deque()
            item = start
            while waiting or end is None or item < end:
                while len(waiting) < 3 * workers and (end is None or item < end):
                    waiting.append((item, pool.submit(_work, item, seconds, captions)))
                    item += 1
                number, future = waiting.popleft()
                yield number, future.result()
    except BrokenProcessPool as error:
        raise CorpusError(
            f"a worker process died ({WHY_DIED}); call the build again to go on, with fewer workers"
        ) from error
