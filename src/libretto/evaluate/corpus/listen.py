"""Whether a listener hears what captions say: style, mood and lead instrument on seeds it has not learned from.

Training and test clips differ in seed; styles take turns and moods are drawn evenly over the ten families whatever
the style. Spread: clips as vectors of mean and deviation over time of every log-mel band and of its onsets, each
number brought to one scale over all clips; the mean distance between two clips of one style beside that between clips
of two styles.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import require
from ...judge.labels import NOBODY, classes, targets
from . import hearing
from .clips import wishes
from .hearing import HEADS, Heard
from .report import Bar, Report, Row

STYLE, MOOD, LEAD, SPREAD = 80.0, 60.0, 85.0, 70.0  # per cent
_TEST_SEED = 500_000  # added to the seed for test clips
_LEAST = 40  # training clips that a lead needs to be a class


def evaluate(
    *,
    clips: int = 4000,
    test_clips: int = 1000,
    seconds: float = 10.0,
    seed: int = 0,
    styles: Sequence[str] | None = None,
    fonts: Sequence[Path] | None = None,
    workers: int = 1,
    epochs: int | None = None,
    **_: Any,
) -> Report:
    """A listener trained on ``clips`` composed clips, tested on ``test_clips`` others."""
    require("torch", extra="train")
    fit, held = (
        hearing.gather(
            wishes(count, seconds=seconds, seed=seed + shift, styles=styles, moods="families"), fonts=fonts, workers=workers
        )
        for count, shift in ((clips, 0), (test_clips, _TEST_SEED))
    )
    settings = {"training clips": clips, "test clips": test_clips, "seconds": seconds, "seed": seed}
    return judge(fit, held, settings, **({"epochs": epochs} if epochs else {}))


def judge(fit: Heard, held: Heard, settings: Row, *, least: int = _LEAST, **training: Any) -> Report:
    """Train on ``fit``, answer for ``held``."""
    from . import listener

    names = [classes(fit.labels, head, least=least if head == "lead" else 1) for head in HEADS]
    wanted, true = (
        np.stack([targets(heard.labels, head, known) for head, known in zip(HEADS, names)], 1) for heard in (fit, held)
    )
    model = listener.train(fit, wanted, [max(1, len(known)) for known in names], listener.Training(**training))
    guesses = np.stack([scores.argmax(1) for scores in listener.answers(model, held)], 1)
    bars: list[Bar] = []
    for head, (name, known, low) in enumerate(zip(HEADS, names, (STYLE, MOOD, LEAD))):
        asked = true[:, head] != NOBODY
        accuracy = 100 * float((guesses[asked, head] == true[asked, head]).mean()) if asked.any() else float("nan")
        bars.append(Bar(f"{name} of {len(known)} heard, %", accuracy, low))
        bars.append(Bar(f"{name}: the commonest answer, %", _chance(true[asked, head])))
    within, between = spread(held)
    bars.append(Bar("spread within styles, % of between", 100 * within / between, SPREAD))
    tables = {}
    for head, name in enumerate(HEADS):
        tables[f"{name.capitalize()}: recall"] = recalls(true[:, head], guesses[:, head], names[head])
        tables[f"{name.capitalize()}: taken for another"] = confusions(true[:, head], guesses[:, head], names[head])
    parameters = sum(weight.numel() for weight in model.parameters())
    return Report("A listener on other seeds", {**settings, "parameters": parameters}, bars, tables)


def _chance(true: np.ndarray) -> float:
    return 100 * float(np.bincount(true).max() / len(true)) if len(true) else float("nan")


def recalls(true: np.ndarray, guessed: np.ndarray, names: Sequence[str]) -> list[Row]:
    """Share of each class that is heard as itself, worst first."""
    rows: list[Row] = []
    for index, name in enumerate(names):
        of = true == index
        if of.any():
            precise = guessed[(guessed == index) & (true != NOBODY)]
            right = int((guessed[of] == index).sum())
            rows.append({"class": name, "clips": int(of.sum()), "heard %": 100 * right / int(of.sum()),
                         "true where said %": 100 * right / max(1, len(precise))})  # fmt: skip
    return sorted(rows, key=lambda row: row["heard %"])


def confusions(true: np.ndarray, guessed: np.ndarray, names: Sequence[str], *, most: int = 30) -> list[Row]:
    """The commonest mistakes: what was taken for what, in per cent of the class's clips."""
    rows: list[Row] = []
    for index, name in enumerate(names):
        of = true == index
        counts = np.bincount(guessed[of], minlength=len(names))
        for other in np.flatnonzero(counts):
            if other != index:
                share = 100 * int(counts[other]) / int(of.sum())
                rows.append({"class": name, "taken for": names[int(other)], "clips": int(counts[other]), "%": share})
    return sorted(rows, key=lambda row: (-row["clips"], -row["%"]))[:most]


def spread(heard: Heard) -> tuple[float, float]:
    """Mean distance between two clips of one style, and of two styles."""
    levels = heard.quick.astype(np.float32)
    rise = np.maximum(np.diff(levels, axis=1), 0)
    vectors = np.concatenate([levels.mean(1), levels.std(1), rise.mean(1), rise.std(1)], 1).astype(np.float64)
    vectors = (vectors - vectors.mean(0)) / (vectors.std(0) + 1e-6)
    squares = (vectors**2).sum(1)
    gaps = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * vectors @ vectors.T, 0))
    styles = np.array([labels.style for labels in heard.labels])
    same = styles[:, None] == styles[None]
    other = ~same
    np.fill_diagonal(same, False)
    return float(gaps[same].mean()) if same.any() else float("nan"), float(gaps[other].mean()) if other.any() else float("nan")
