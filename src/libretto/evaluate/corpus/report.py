"""What a judgement looks like: figures beside their bars, tables of details, text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]  # column -> value


@dataclass(frozen=True)
class Bar:
    """A figure beside what it must reach: at least ``low``, at most ``high``; None is no bound."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def passed(self) -> bool | None:
        """None where nothing is asked."""
        if self.low is None and self.high is None:
            return None
        above = self.low is None or self.value >= self.low
        return bool(above and (self.high is None or self.value <= self.high))

    @property
    def bound(self) -> str:
        """The bar in signs."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f">= {self.low:g}"
        return f"<= {self.high:g}" if self.high is not None else ""


@dataclass
class Report:
    """One judgement. ``settings`` say what was measured, ``tables`` hold details by title."""

    title: str
    settings: Row
    bars: list[Bar]
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Every figure that has a bar reaches it."""
        return all(bar.passed is not False for bar in self.bars)

    def text(self) -> str:
        """The report as a person reads it."""
        told = ", ".join(f"{name} {value}" for name, value in self.settings.items())
        verdict = {True: "pass", False: "FAIL", None: ""}
        rows = [
            {"figure": bar.name, "value": bar.value, "bar": bar.bound, "": verdict[bar.passed]} for bar in self.bars
        ]
        blocks = [f"{self.title} ({told})\n{table(rows)}"]
        blocks += [f"{title}\n{table(rows)}" for title, rows in self.tables.items() if rows]
        return "\n\n".join(blocks)

    def data(self) -> Row:
        """The report as JSON writes it."""
        bars = [
            {"figure": bar.name, "value": bar.value, "low": bar.low, "high": bar.high, "passed": bar.passed}
            for bar in self.bars
        ]
        return {"title": self.title, "settings": self.settings, "passed": self.passed, "bars": bars, "tables": self.tables}


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1 else f"{value:.2f}"
    return "" if value is None else str(value)


def table(rows: Sequence[Row]) -> str:
    """Rows as columns of text under their names; numbers to the right."""
    if not rows:
        return ""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    right = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in names]

    def line(words: Sequence[str]) -> str:
        placed = [word.rjust(width) if to else word.ljust(width) for word, width, to in zip(words, widths, right)]
        return "  ".join(placed).rstrip()

    return "\n".join([line(names), *map(line, cells)])
