"""The sounds of a test: files of the same name in the folders of its systems, and the words that they were made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...audio import FORMATS
from ...errors import RequestError


@dataclass(frozen=True)
class Item:
    """One name, heard in every system: ``sounds`` maps system to file."""

    name: str
    sounds: dict[str, Path]
    prompt: str = ""


def gather(folders: Sequence[Path | str]) -> tuple[list[Item], int]:
    """Items that every folder has, by name, and how many names some folder lacks. A system has the name of its folder.

    Raises:
        RequestError: a folder is missing, two have one name, two sounds or prompts go by one name, or nothing is in all of them.
    """
    places = [Path(folder) for folder in folders]
    names = [place.resolve().name for place in places]
    for place, name in zip(places, names, strict=True):
        if not place.is_dir():
            raise RequestError(f"{place} is no folder, expected the sounds of a system")
        if names.count(name) > 1:
            raise RequestError(f"two folders are called {name!r}, and results are told by folder; rename one")
    found = {name: _sounds(place) for name, place in zip(names, places, strict=True)}
    every = sorted(set().union(*found.values()))
    shared = [stem for stem in every if all(stem in sounds for sounds in found.values())]
    if not shared:
        counts = ", ".join(f"{name} {len(sounds)}" for name, sounds in found.items())
        raise RequestError(f"no file name is in all folders ({counts} sounds); give the same names to what belongs together")
    items = []
    for stem in shared:
        sounds = {name: found[name][stem] for name in names}
        items.append(Item(stem, sounds, _prompt(list(sounds.values()))))
    return items, len(every) - len(shared)


def _sounds(folder: Path) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in FORMATS and path.is_file():
            if path.stem in paths:
                raise RequestError(f"{paths[path.stem]} and {path} go by one name; take one away")
            paths[path.stem] = path
    return paths


def _prompt(paths: Sequence[Path]) -> str:
    """The words beside sounds: a .txt, else the prompt of a request's .json.

    Raises:
        RequestError: they differ between systems.
    """
    told = {path: words for path in paths if (words := _words(path))}
    if len(set(told.values())) > 1:
        first = next(iter(told))
        other = next(path for path in told if told[path] != told[first])
        raise RequestError(f"{first} and {other} were made of different words; give one name only to what was asked for in the same words")
    return next(iter(told.values()), "")


def _words(path: Path) -> str:
    try:
        if path.with_suffix(".txt").is_file():
            return path.with_suffix(".txt").read_text(encoding="utf-8-sig").strip()
        if path.with_suffix(".json").is_file():
            values = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            words = values.get("prompt", "") if isinstance(values, dict) else ""
            return words.strip() if isinstance(words, str) else ""
    except ValueError as error:
        raise RequestError(f"the words beside {path} are not readable: {error}") from error
    return ""
