"""A progress bar of one line on the error stream; silent when that is not a terminal."""

from __future__ import annotations

import sys
import time


class Progress:
    """Counts towards ``total``; ``update`` takes the new position."""

    def __init__(self, label: str, total: float, *, unit: str = "s") -> None:
        self.label, self.total, self.unit = label, total, unit
        self.started = time.perf_counter()
        self.interactive = sys.stderr.isatty()
        self.tenth = -1

    def update(self, position: float) -> None:
        share = min(position / self.total, 1.0) if self.total else 1.0
        elapsed = time.perf_counter() - self.started
        text = f"{self.label} [{'=' * int(share * 30):<30}] {position:6.1f}/{self.total:.1f} {self.unit}  {elapsed:5.1f} s elapsed"
        if self.interactive:
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
        elif int(share * 10) > self.tenth:  # a log gets a line for each tenth
            self.tenth = int(share * 10)
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        if self.interactive:
            print(file=sys.stderr)
