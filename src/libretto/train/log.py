"""What a training says: ``log.jsonl``, one line on the logger, and ``curve.png``."""

from __future__ import annotations

import json
import logging
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from ..files import atomic

logger = logging.getLogger("libretto.train")
_OWN = ("step", "seconds", "rate", "skipped")  # not metrics
_PANEL = (360, 200)  # pixels of one metric's panel
_TRAIN, _VALID, _GREY = (31, 97, 168), (214, 96, 20), (150, 150, 150)


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines of a ``log.jsonl``; a last line cut short by a crash is left out."""
    rows = []
    if path.exists():
        for line in path.read_text().splitlines():
            try:
                rows.append(json.loads(line))
            except ValueError:
                continue
    return rows


class Log:
    """Gathers metrics and appends their means. Validation figures carry the prefix "valid/"."""

    def __init__(self, out: Path, *, step: int) -> None:
        """Go on after ``step``: later lines, left by a run that died after its checkpoint, are dropped."""
        self._path, self._curve = out / "log.jsonl", out / "curve.png"
        self.rows = [row for row in read_log(self._path) if row.get("step", 0) <= step]
        self._sums: dict[str, float] = defaultdict(float)
        self._counts: dict[str, int] = defaultdict(int)
        with atomic(self._path) as temporary:
            temporary.write_text("".join(json.dumps(row) + "\n" for row in self.rows))

    def add(self, metrics: dict[str, float]) -> None:
        """Count one step's metrics in; what is not finite is left out."""
        for key, value in metrics.items():
            if math.isfinite(value):
                self._sums[key] += float(value)
                self._counts[key] += 1

    def flush(self, *, step: int, seconds: float, **own: float) -> None:
        """Write the means since the last flush, if there are any."""
        if self._sums:
            means = {key: total / self._counts[key] for key, total in self._sums.items()}
            self.write({"step": step, "seconds": round(seconds, 2), **own, **means})
        self._sums.clear()
        self._counts.clear()

    def write(self, row: dict[str, Any]) -> None:
        """Append ``row`` and say it."""
        row = {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in row.items()}
        self.rows.append(row)
        with open(self._path, "a") as file:
            file.write(json.dumps(row) + "\n")
        logger.info("  ".join(f"{key} {value}" for key, value in row.items()))

    def draw(self) -> None:
        """Draw every metric over the steps into ``curve.png``."""
        draw_curves(self.rows, self._curve)


def draw_curves(rows: list[dict[str, Any]], path: Path) -> None:
    """One panel a metric: training in blue, validation in orange, steps across. Nothing is drawn without rows."""
    lines: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        for key, value in row.items():
            if key not in _OWN and isinstance(value, int | float) and math.isfinite(value):
                lines[key].append((row["step"], float(value)))
    names = sorted({key.removeprefix("valid/") for key in lines}, key=lambda name: (name != "loss", name))
    if not names:
        return
    columns = min(4, len(names))
    image = Image.new("RGB", (columns * _PANEL[0], -(-len(names) // columns) * _PANEL[1]), "white")
    for index, name in enumerate(names):
        corner = (index % columns * _PANEL[0], index // columns * _PANEL[1])
        _panel(ImageDraw.Draw(image), corner, name, lines.get(name, []), lines.get(f"valid/{name}", []))
    with atomic(path) as temporary:
        image.save(temporary)


def _panel(draw: ImageDraw.ImageDraw, corner: tuple[int, int], name: str, train: list[tuple[int, float]],
           valid: list[tuple[int, float]]) -> None:
    """Draw one metric with its range written at the axes."""
    font = ImageFont.load_default()
    left, top = corner[0] + 60, corner[1] + 22
    right, bottom = corner[0] + _PANEL[0] - 12, corner[1] + _PANEL[1] - 22
    points = train + valid
    last = max(step for step, _ in points) or 1
    low, high = min(value for _, value in points), max(value for _, value in points)
    span = (high - low) or 1.0
    draw.rectangle((left, top, right, bottom), outline=_GREY)
    draw.text((left, top - 16), f"{name}  (last {points[-1][1]:.4g})", fill="black", font=font)
    draw.text((corner[0] + 4, top), f"{high:.4g}", fill="black", font=font)
    draw.text((corner[0] + 4, bottom - 12), f"{low:.4g}", fill="black", font=font)
    draw.text((right - 60, bottom + 4), f"step {last}", fill="black", font=font)
    for series, colour in ((train, _TRAIN), (valid, _VALID)):
        dots = [(left + (right - left) * step / last, bottom - (bottom - top) * (value - low) / span)
                for step, value in series]
        if len(dots) > 1:
            draw.line(dots, fill=colour, width=2)
        for x, y in dots if len(dots) < 2 else dots[-1:]:
            draw.ellipse((x - 2, y - 2, x + 2, y + 2), fill=colour)
