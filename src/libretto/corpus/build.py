"""Fill a dataset folder from a source of music: composed in code, scores or recordings.

The same source and seed give the same folder whatever the number of workers: items are made in parallel and
written in order. A build that was killed goes on where it stopped when it is called again.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CorpusError
from .composed import Composed
from .dataset import Dataset, DatasetWriter, to_int16
from .source import SAMPLE_RATE, Piece, Source, conclude, prepare

SILENCE_DBFS = -60.0  # RMS under which a clip teaches nothing; ours
_FLUSH_SECONDS = 60.0
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass
class Report:
    """What a build made; figures of this call alone, except ``clips`` and ``hours``, which are the folder's."""

    folder: str
    clips: int = 0
    hours: float = 0.0
    splits: dict[str, int] = field(default_factory=dict)
    made: int = 0
    silent: int = 0
    peak: float = 0.0
    clipped: int = 0
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0
    rate: float = 0.0  # seconds of audio per second of one core


@dataclass(frozen=True)
class _Made:
    """A worker's answer: clips as int16 [N], ready to write."""

    clips: list[tuple[Piece, np.ndarray, float]]  # piece without samples, samples, peak before clipping
    silent: int
    busy: float
    error: str = ""


def _make(source: Source, item: int, seconds: float, count: int) -> _Made:
    """One item, in a worker. A failing one is told, not raised: one bad file must not end a long build."""
    start = time.process_time()
    clips: list[tuple[Piece, np.ndarray, float]] = []
    silent = 0
    try:
        for piece in source.make(item, seconds=seconds, captions=count):
            rms = (
                float(np.sqrt(np.mean(np.square(piece.samples, dtype=np.float64))))
                if len(piece.samples)
                else 0.0
            )
            if not rms > 10 ** (SILENCE_DBFS / 20):
                silent += 1
                continue
            bare = Piece(piece.id, np.zeros(0, np.float32), piece.captions, piece.sheet)
            clips.append((bare, to_int16(piece.samples), float(np.abs(piece.samples).max())))
    except Exception as error:  # whatever a file or a seed does, the next one goes on
        return _Made([], 0, time.process_time() - start, f"item {item}: {type(error).__name__}: {error}")
    return _Made(clips, silent, time.process_time() - start)


_worker_source: Source | None = None


def _start_worker(source: Source) -> None:
    global _worker_source
    _worker_source = source
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()


def _leave_with(parent: int) -> None:
    """End this worker when its parent was killed: it would wait for work for ever."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _work(item: int, seconds: float, count: int) -> _Made:
    assert _worker_source is not None
    return _make(_worker_source, item, seconds, count)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Workers started inside use one thread each."""
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _answers(
    source: Source, start: int, *, seconds: float, captions: int, workers: int
) -> Generator[tuple[int, _Made], None, None]:
    """Items from ``start`` on, in order, made ahead by ``workers`` processes (0: in this one)."""
    end = source.count()
    if workers == 0:
        item = start
        while end is None or item < end:
            yield item, _make(source, item, seconds, captions)
            item += 1
        return
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    with (
        _one_thread(),
        ProcessPoolExecutor(
            workers, mp_context=context, initializer=_start_worker, initargs=(source,)
        ) as pool,
    ):
        waiting: deque[tuple[int, Future[_Made]]] = deque()
        item = start
        try:
            while waiting or end is None or item < end:
                while len(waiting) < 3 * workers and (end is None or item < end):
                    waiting.append((item, pool.submit(_work, item, seconds, captions)))
                    item += 1
                number, future = waiting.popleft()
                yield number, future.result()
        except BrokenProcessPool as error:
            raise CorpusError(
                "a worker process died (out of memory?); call the build again to go on, with fewer workers"
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def build(
    folder: Path | str,
    *,
    hours: float,
    seconds: float = 20.0,
    seed: int = 0,
    styles: Sequence[str] | None = None,
    fonts: Any = None,
    workers: int = 2,
    captions_per_clip: int = 6,
    valid: float = 0.03,
    test: float = 0.03,
    source: Source | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> Report:
    """Build or go on building the dataset in ``folder`` until it holds ``hours`` (or the source ends).

    ``source`` is music composed in code by default (``seed``, ``styles``, ``fonts``). Clips last ``seconds``.
    ``progress`` is called with (hours done, hours wanted). More ``hours`` may be asked of a finished folder;
    any other setting must stay the same.
    """
    if hours <= 0 or seconds <= 0 or captions_per_clip < 0 or workers < 0:
        raise CorpusError(
            f"hours {hours}, seconds {seconds}, captions {captions_per_clip}, workers {workers}: "
            "expected hours and seconds over 0, the others not negative"
        )
    if valid < 0 or test < 0 or valid + test > 1:
        raise CorpusError(f"valid {valid} and test {test} are shares; expected a sum of at most 1")
    source = source or Composed(seed, styles, fonts)
    prepare(source, Path(folder), workers=workers)
    settings = {
        **source.settings(),
        "seconds": seconds,
        "captions": captions_per_clip,
        "valid": valid,
        "test": test,
    }
    report, started, busy, audio, tried = Report(str(folder)), time.monotonic(), 0.0, 0.0, 0
    with DatasetWriter(folder, sample_rate=SAMPLE_RATE, settings=settings) as writer:
        done = sum(clip.samples for clip in writer.clips) / SAMPLE_RATE
        last, first = time.monotonic(), _restart(writer)
        answers = _answers(source, first, seconds=seconds, captions=captions_per_clip, workers=workers)
        while done < hours * 3600 - 1e-6:
            number, made = next(answers, (0, None))
            if made is None:
                break
            tried, busy, report.silent = tried + 1, busy + made.busy, report.silent + made.silent
            if made.error:
                report.skipped.append(made.error)
                if len(report.skipped) > max(4, tried // 5):
                    raise CorpusError(
                        f"{len(report.skipped)} of {tried} items failed, the last one: {made.error}"
                    )
            split = source.split(number, valid=valid, test=test)
            for piece, samples, peak in made.clips:
                writer.add(
                    samples, id=piece.id, split=split, captions=piece.captions, sheet=piece.sheet, item=number
                )
                report.peak, report.clipped = max(report.peak, peak), report.clipped + (peak > 1.0)
                report.made += 1
                audio += len(samples) / SAMPLE_RATE
            done += sum(len(samples) for _, samples, _ in made.clips) / SAMPLE_RATE
            if progress is not None:
                progress(done / 3600, hours)
            if time.monotonic() - last > _FLUSH_SECONDS:
                writer.flush()
                last = time.monotonic()
        answers.close()
    conclude(source, Path(folder))
    dataset = Dataset.open(folder)
    report.clips, report.hours = len(dataset), dataset.seconds / 3600
    report.splits = {name: len(dataset.split(name)) for name in ("train", "valid", "test")}
    report.seconds, report.rate = time.monotonic() - started, audio / busy if busy else 0.0
    return report


def _restart(writer: DatasetWriter) -> int:
    """The first item still to make: the one after the last written."""
    return writer.clips[-1].item + 1 if writer.clips else 0


def main_summary(report: Report) -> str:
    """A few lines for the command line."""
    splits = ", ".join(f"{count} {name}" for name, count in report.splits.items())
    speed = f"{report.made} clips in {report.seconds:.0f} s, {report.rate:.1f} times real time per core"
    faults = f"peak {report.peak:.2f}, {report.clipped} clipped, {report.silent} silent clips left out"
    lines = [
        f"{report.folder}: {report.clips} clips, {report.hours:.2f} hours ({splits})",
        f"this run: {speed}, {faults}",
    ]
    if report.skipped:
        lines.append(f"{len(report.skipped)} items skipped, the first: {report.skipped[0]}")
    return "\n".join(lines)
