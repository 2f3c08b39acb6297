"""A progress bar of one line on the error stream; a line for each tenth when that is not a terminal."""

from __future__ import annotations

import math
import sys
import time
from types import TracebackType

_WIDTH = 30  # characters
_MUSIC = {"s": 1.0, "h": 3600.0}  # units that are lengths of music, in seconds: their rate is told in times real time


class Progress:
    """Counts towards ``total`` (infinite: nobody knows); a context manager, so that errors start on a line of their own."""

    def __init__(self, label: str, total: float, *, unit: str = "s") -> None:
        self.label, self.total, self.unit = label, total, unit
        self._started = time.perf_counter()
        self._interactive = sys.stderr.isatty()
        self._tenth = -1
        self._first: tuple[float, float] | None = None  # position and time of the first update: work may be resumed
        self._open = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._open:
            print(file=sys.stderr)

    def update(self, position: float) -> None:
        """Show that ``position`` of ``total`` is reached."""
        share = min(position / self.total, 1.0) if self.total > 0 else 1.0
        digits = 2 if self.unit == "h" else 1
        whole = f"/{self.total:.{digits}f}" if math.isfinite(self.total) else ""
        elapsed = time.perf_counter() - self._started
        bar = "=" * int(share * _WIDTH)
        text = f"{self.label} [{bar:<{_WIDTH}}] {position:6.{digits}f}{whole} {self.unit}  {elapsed:5.1f} s elapsed{self._pace(position)}"
        if self._interactive:
            self._open = True
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            print(text, file=sys.stderr, flush=True)

    def _pace(self, position: float) -> str:
        """Rate and time left, from the second update on."""
        now = time.perf_counter()
        if self._first is None:
            self._first = (position, now)
        moved, took = position - self._first[0], now - self._first[1]
        if moved <= 0 or took <= 0:
            return ""
        rate = moved / took
        left = f", {span((self.total - position) / rate)} left" if math.isfinite(self.total) and position < self.total else ""
        speed = f"{rate * _MUSIC[self.unit]:.1f} x real time" if self.unit in _MUSIC else f"{rate:.1f} {self.unit}/s"
        return f", {speed}{left}"


def span(seconds: float) -> str:
    """A length of time as one would say it: ``45 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"
