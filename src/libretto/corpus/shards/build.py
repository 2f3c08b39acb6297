"""Fill a dataset folder from a source of music: composed in code, scores or recordings.

The same source and seed give the same folder whatever the number of workers or machines: items are made in
parallel and written in order. A build that was killed goes on where it stopped when it is called again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from libretto.corpus.shards.dataset import Dataset, DatasetWriter
from libretto.corpus.shards.report import Record, Report, Run, survey
from libretto.corpus.shards.workers import Answers, Made, answers
from libretto.corpus.sources.composed import Composed
from libretto.corpus.sources.source import SAMPLE_RATE, Source, conclude, prepare
from libretto.errors import CorpusError

_FLUSH_SECONDS = 60.0
_FLUSH_SHARE = 0.02  # of the time that replacing the index may take


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
    ray: str | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> Report:
    """Build or go on building the dataset in ``folder`` until it holds ``hours`` (or the source ends).

    ``source`` is music composed in code by default (``seed``, ``styles``, ``fonts``). Clips last ``seconds``.
    ``ray`` is the address of a Ray cluster that makes the items instead of ``workers`` processes of this machine
    ("local": one of ``workers`` cores here). ``progress`` is called with (hours done, hours wanted). More ``hours``
    may be asked of a finished folder; any other setting must stay the same.
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
    started, cpu = time.monotonic(), time.process_time()
    channels = getattr(source, "channels", 1)
    with DatasetWriter(folder, sample_rate=SAMPLE_RATE, settings=settings, channels=channels) as writer:
        record, first = Record(Path(folder), settings), writer.last_item + 1
        run = Run(workers, ray or "", first)
        wanted = hours * 3600 - writer.samples / SAMPLE_RATE
        filling = _Filling(writer, source, run, record, valid=valid, test=test)
        with closing(_given(source, first, wanted, seconds, captions_per_clip, workers, ray)) as given:
            filling.fill(given, hours, progress)
    conclude(source, Path(folder))
    dataset = Dataset.open(folder)
    run.seconds, run.finished = time.monotonic() - started, True
    run.cpu_seconds = time.process_time() - cpu + (filling.busy if workers or ray else 0.0)
    run.rate = filling.audio / run.cpu_seconds if run.cpu_seconds else 0.0
    report = Report(str(folder), survey(dataset), run)
    record.save(run, report.survey)
    return report


def _given(
    source: Source, first: int, wanted: float, seconds: float, captions: int, workers: int, ray: str | None
) -> Answers:
    """The items of ``source`` from ``first`` on; ``wanted`` seconds of audio are still to be made."""
    if ray is None:
        return answers(source, first, seconds=seconds, captions=captions, workers=workers)
    from libretto.corpus.shards.cluster import answers as cluster_answers

    ahead = math.ceil(wanted / seconds) if math.isfinite(wanted) else None
    return cluster_answers(
        source, first, seconds=seconds, captions=captions, address=ray, cores=max(workers, 1), ahead=ahead
    )


class _Filling:
    """Takes answers in order and writes their clips; counts in ``run``."""

    def __init__(
        self, writer: DatasetWriter, source: Source, run: Run, record: Record, *, valid: float, test: float
    ) -> None:
        self.writer, self.source, self.run, self.record = writer, source, run, record
        self.valid, self.test = valid, test
        self.tried, self.busy, self.audio = 0, 0.0, 0.0  # items, processor seconds of workers, seconds of audio
        self._started = self._flushed = time.monotonic()
        self._flushing = 0.0

    def fill(self, given: Answers, hours: float, progress: Callable[[float, float], None] | None) -> None:
        """Write until ``hours`` are there or nothing is left."""
        while self.writer.samples / SAMPLE_RATE < hours * 3600 - 1e-6:
            answer = next(given, None)
            if answer is None:
                return
            self._take(*answer)
            if progress is not None:
                progress(self.writer.samples / SAMPLE_RATE / 3600, hours)
            if time.monotonic() - self._flushed > max(_FLUSH_SECONDS, self._flushing / _FLUSH_SHARE):
                self._flush()

    def _take(self, item: int, made: Made) -> None:
        run = self.run
        self.tried, self.busy, run.silent = self.tried + 1, self.busy + made.busy, run.silent + made.silent
        if made.error:
            run.skipped.append(made.error)
            if len(run.skipped) > max(4, self.tried // 5):
                raise CorpusError(f"{len(run.skipped)} of {self.tried} items failed, the last one: {made.error}")
        split = self.source.split(item, valid=self.valid, test=self.test)
        for piece, samples, peak in made.clips:
            self.writer.add(samples, id=piece.id, split=split, captions=piece.captions, sheet=piece.sheet, item=item)
            run.clipped += peak > 1.0
            run.made += 1
            self.audio += samples.shape[-1] / SAMPLE_RATE

    def _flush(self) -> None:
        """Let readers see what is there, and a report of a run that is not over."""
        start = time.monotonic()
        self.writer.flush()
        self.run.seconds, self.run.cpu_seconds = start - self._started, self.busy
        self.record.save(self.run)
        self._flushed = time.monotonic()
        self._flushing = self._flushed - start
