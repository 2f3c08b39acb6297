"""A progress bar of one line on the error stream; a line for each tenth when that is not a terminal."""

from __future__ import annotations

import math
import sys
import time
from types import TracebackType

_WIDTH = 30  # characters


class Progress:
    """Counts towards ``total`` (infinite: nobody knows); a context manager, so that errors start on a line of their own."""

    def __init__(self, label: str, total: float, *, unit: str = "s") -> None:
        self.label, self.total, self.unit = label, total, unit
        self._started = time.perf_counter()
        self._interactive = sys.stderr.isatty()
        self._tenth = -1
        self._open = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._open:
            print(file=sys.stderr)

    def update(self, position: float) -> None:
        """Show that ``position`` of ``total`` is reached."""
        share = min(position / self.total, 1.0) if self.total > 0 else 1.0
        whole = f"/{self.total:.1f}" if math.isfinite(self.total) else ""
        elapsed = time.perf_counter() - self._started
        bar = "=" * int(share * _WIDTH)
        text = f"{self.label} [{bar:<{_WIDTH}}] {position:6.1f}{whole} {self.unit}  {elapsed:5.1f} s elapsed"
        if self._interactive:
            self._open = True
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            print(text, file=sys.stderr, flush=True)
