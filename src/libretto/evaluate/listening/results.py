"""The key of a test and the answers of its listeners, read and checked against each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import RequestError
from . import KINDS, VERSION
from .order import SEEDS, plan

NONE = "none"  # the answer that there is no difference


@dataclass(frozen=True)
class Key:
    """What stands behind a page. ``stimuli`` maps trial -> sound -> condition, in the order of the page; ``items`` trial -> name."""

    test: str
    kind: str
    question: str
    systems: tuple[str, ...]
    per_listener: int
    items: dict[str, str]
    stimuli: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Answer:
    """One page of one listener: ``values`` maps condition to its rating, or in A/B to 1 (won), 0 (lost), 0.5 (no difference)."""

    trial: str
    item: str
    values: dict[str, float]


@dataclass(frozen=True)
class Listener:
    """All answers of one results file."""

    name: str
    seed: int
    answers: tuple[Answer, ...]


def _read(path: Path, kind: str) -> dict[str, Any]:
    if not path.is_file():
        raise RequestError(f"{path} is {'a folder' if path.is_dir() else 'not there'}, expected a {kind} file")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RequestError(f"{path} is no JSON ({error}), expected a {kind} file") from error
    if not isinstance(values, dict) or values.get("libretto") != kind or values.get("version") != VERSION:
        raise RequestError(f"{path} is no {kind} file of version {VERSION}")
    return values


def read_key(path: Path | str) -> Key:
    """The key that ``build`` wrote.

    Raises:
        RequestError: it is none.
    """
    values = _read(Path(path), "listening-test-key")
    try:
        trials = values["trials"]
        if values["kind"] not in KINDS:
            raise KeyError(values["kind"])
        return Key(
            str(values["test"]), values["kind"], str(values["question"]), tuple(values["systems"]), int(values["per_listener"]),
            {name: str(trial["item"]) for name, trial in trials.items()}, {name: dict(trial["stimuli"]) for name, trial in trials.items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RequestError(f"{path} is no whole key ({error!r}); it is written with the page by `libretto listening-test`") from error


def read_results(paths: Sequence[Path | str], key: Key) -> list[Listener]:
    """The listeners of results files.

    Raises:
        RequestError: a file is none, is of another test, has been changed so that it cannot be of its seed, or is given twice.
    """
    listeners: dict[tuple[str, int], Path] = {}
    found = []
    for path in map(Path, paths):
        listener = _listener(_read(path, "listening-test"), path, key)
        who = (listener.name, listener.seed)
        if who in listeners:
            raise RequestError(f"{path} and {listeners[who]} are of the same listener and seed; give one of them")
        listeners[who] = path
        found.append(listener)
    if not found:
        raise RequestError("no results are given, expected the files that listeners saved")
    return found


def _listener(values: dict[str, Any], path: Path, key: Key) -> Listener:
    if values.get("test") != key.test:
        of = f"{path} is of test {values.get('test')!r}, the key of {key.test!r}"
        raise RequestError(f"{of}; give the key that was written with the page")
    seed, rows = values.get("seed"), values.get("answers")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < SEEDS or not isinstance(rows, list) or not rows:
        raise RequestError(f"{path} has no seed or no answers; ask the listener to save it again")
    expected = plan({name: list(sounds) for name, sounds in key.stimuli.items()}, seed=seed, count=key.per_listener)
    heard = [(row.get("trial"), row.get("order")) if isinstance(row, dict) else None for row in rows]
    if heard != list(expected.items())[: len(rows)]:
        raise RequestError(f"{path} has trials in another order than seed {seed} gives; it has been changed")
    answers = tuple(Answer(row["trial"], key.items[row["trial"]], _values(row, path, key)) for row in rows)
    return Listener(str(values.get("listener", "")), seed, answers)


def _values(row: dict[str, Any], path: Path, key: Key) -> dict[str, float]:
    names = key.stimuli[row["trial"]]
    where = f"{path}, trial {row['trial']}"
    if key.kind == "ab":
        given = row.get("answer")
        if given != NONE and given not in names:
            raise RequestError(f"{where} has answer {given!r}, expected one of its sounds or {NONE!r}")
        return {name: 0.5 if given == NONE else float(given == sound) for sound, name in names.items()}
    ratings = row.get("ratings")
    if not isinstance(ratings, dict) or set(ratings) != set(names) or not all(_is_rating(value) for value in ratings.values()):
        raise RequestError(f"{where} has no rating of 0 to 100 for each of its {len(names)} sounds")
    return {name: float(ratings[sound]) for sound, name in names.items()}


def _is_rating(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100
