"""What listeners said: win rates with a binomial test (A/B), mean ratings after post-screening (MUSHRA), both with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from . import REFERENCE
from .results import Key, Listener, read_key, read_results
from .statistics import binomial, bootstrap, holm

# Post-screening of ITU-R BS.1534-3, section 4.1.2
LEAST_REFERENCE = 90  # of a rating of the hidden reference
MOST_BELOW = 0.15  # share of items


def score(results: Sequence[Path | str], key: Path | str) -> dict[str, Any]:
    """Figures of the answers in files that listeners saved.

    Returns:
        "kind", "question", "listeners" and "answers" that count; for A/B "pairs", see ``pairs``; for MUSHRA "set_aside", listeners
        that post-screening left out, and "conditions", see ``conditions``.

    Raises:
        RequestError: a file is not what it should be; see ``results``.
    """
    told = read_key(key)
    listeners = read_results(results, told)
    report: dict[str, Any] = {"kind": told.kind, "question": told.question}
    if told.kind == "ab":
        return report | _counts(listeners) | {"pairs": pairs(listeners, told)}
    kept = [listener for listener in listeners if missed_reference(listener) <= MOST_BELOW]
    aside = [
        {"listener": listener.name, "seed": listener.seed, "reference_below_90_share": round(missed_reference(listener), 4)}
        for listener in listeners if listener not in kept
    ]  # fmt: skip
    return report | _counts(kept) | {"set_aside": aside, "conditions": conditions(kept, told)}


def _counts(listeners: Sequence[Listener]) -> dict[str, int]:
    return {"listeners": len(listeners), "answers": sum(len(listener.answers) for listener in listeners)}


def missed_reference(listener: Listener) -> float:
    """Share of items whose hidden reference the listener rated under 90."""
    return float(np.mean([answer.values[REFERENCE] < LEAST_REFERENCE for answer in listener.answers]))


def pairs(listeners: Sequence[Listener], key: Key) -> list[dict[str, Any]]:
    """For every pair of systems: counts, "win_rate" of the first (no difference counts as half) and its "interval", and "p", two-sided,
    of the binomial test without the answers of no difference (the sign test); "p_holm" is corrected for all pairs.
    """
    rows: list[dict[str, Any]] = []
    for first, second in combinations(key.systems, 2):
        groups = [[answer.values[first] for answer in listener.answers if set(answer.values) == {first, second}] for listener in listeners]
        values = [value for group in groups for value in group]
        if not values:
            continue
        wins, losses = values.count(1.0), values.count(0.0)
        low, high = bootstrap(groups)
        rows.append({
            "first": first, "second": second, "answers": len(values), "wins": wins, "losses": losses,
            "no_difference": values.count(0.5), "win_rate": float(np.mean(values)), "interval": [low, high], "p": binomial(wins, losses),
        })  # fmt: skip
    for row, corrected in zip(rows, holm([row["p"] for row in rows])):
        row["p_holm"] = corrected
    return rows


def conditions(listeners: Sequence[Listener], key: Key) -> list[dict[str, Any]]:
    """For systems, reference and anchors, the best first: "mean" rating, its "interval", "median" and how many "ratings"."""
    if not listeners:
        return []
    names = list(dict.fromkeys(name for sounds in key.stimuli.values() for name in sounds.values()))
    rows: list[dict[str, Any]] = []
    for name in names:
        groups = [[answer.values[name] for answer in listener.answers if name in answer.values] for listener in listeners]
        values = [value for group in groups for value in group]
        if values:
            low, high = bootstrap(groups)
            rows.append({"condition": name, "ratings": len(values), "mean": float(np.mean(values)), "interval": [low, high],
                         "median": float(np.median(values))})  # fmt: skip
    return sorted(rows, key=lambda row: -row["mean"])
