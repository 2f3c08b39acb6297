"""A listening test as one folder: index.html and sounds of neutral names, and the key to them somewhere else."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from ...audio import Waveform, check_writable
from ...errors import RequestError
from ...files import atomic, atomic_folder
from . import KINDS, REFERENCE, VERSION
from .anchors import LOW, MIDDLE
from .gather import Item, gather
from .stimuli import LUFS, prepare

PAGE = Path(__file__).parent / "page"
QUESTIONS = {"ab": "Which of the two do you prefer?", "mushra": "How good is each version, compared with the reference?"}
_RATES = (16_000, 48_000)  # Hz, of the sounds that are written


@dataclass(frozen=True)
class Built:
    """What was written: trials in the test and for each listener, items, items left out because some system lacks them."""

    page: Path
    key: Path
    trials: int
    per_listener: int
    items: int
    left_out: int


def build(
    kind: str, systems: Sequence[Path | str], output: Path | str, *, reference: Path | str | None = None,
    cutoffs: Sequence[float] = (LOW, MIDDLE), title: str = "Listening test", question: str | None = None,
    per_listener: int | None = None, limit: int | None = None, lufs: float = LUFS, seed: int | None = None,
    embed: bool = False, key: Path | str | None = None,
) -> Built:
    """Make a test of folders of sounds, paired by file name; the prompt is shown where a .txt or a request's .json lies beside a sound.

    Args:
        kind: ``ab`` (every pair of systems of every item) or ``mushra`` (all systems of an item, with a hidden reference and anchors).
        output: the folder, made anew.
        reference: the folder of references, of ``mushra``.
        cutoffs: the anchors, in Hz.
        per_listener: so many trials, drawn for each listener; all when None.
        limit: at most so many items, evenly over all.
        seed: of file names and their order; drawn when None. Whoever knows it knows the names.
        embed: sounds in the page itself, as base64.
        key: where to write the key; beside the folder when None.

    Raises:
        RequestError: folders do not fit the kind, or an option is out of range.
        AudioError: a sound cannot be used.
    """
    output = Path(output)
    place = output.with_name(f"{output.name}-key.json") if key is None else Path(key)
    _check(kind, systems, reference, output, place, per_listener, limit)
    folders = [*systems, *([] if reference is None else [reference])]
    items, left_out = gather(folders)
    original = None if reference is None else Path(reference).resolve().name
    names = [name for name in items[0].sounds if name != original]
    if REFERENCE in names or any(name.startswith("anchor ") for name in names):
        raise RequestError(f"a system is called {REFERENCE!r} or 'anchor ...', names of a listening test's own; rename its folder")
    chosen = [items[at * len(items) // min(limit or len(items), len(items))] for at in range(min(limit or len(items), len(items)))]
    rate, channels = _form(chosen)
    random = np.random.default_rng(secrets.randbits(64) if seed is None else seed)
    test = random.bytes(6).hex()
    trials: dict[str, dict[str, Any]] = {}
    with atomic_folder(output) as folder:
        (folder / "audio").mkdir()
        for item in chosen:
            sounds, level = prepare(item, sample_rate=rate, channels=channels, lufs=lufs, reference=original, cutoffs=cutoffs)
            _add(trials, item, sounds, level, kind, random, folder / "audio")
        order = [list(trials)[at] for at in random.permutation(len(trials))]
        trials = {f"t{number:03d}": trials[name] for number, name in enumerate(order, 1)}
        count = min(per_listener or len(trials), len(trials))
        data = _data(trials, folder, embed) | {
            "test": test, "kind": kind, "title": title, "question": question or QUESTIONS[kind], "per_listener": count,
        }
        (folder / "index.html").write_text(page(data), encoding="utf-8")
        if embed:
            for path in (folder / "audio").iterdir():
                path.unlink()
            (folder / "audio").rmdir()
    told = {
        "libretto": "listening-test-key", "version": VERSION, "test": test, "kind": kind, "question": data["question"],
        "systems": names, "per_listener": count, "sample_rate": rate,
        "trials": {name: {at: trial[at] for at in ("item", "lufs", "stimuli")} for name, trial in trials.items()},
    }
    with atomic(place) as temporary:
        temporary.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Built(output / "index.html", place, len(trials), count, len(chosen), left_out)


def _check(kind: str, systems: Sequence[Path | str], reference: Path | str | None, output: Path, key: Path,
           per_listener: int | None, limit: int | None) -> None:
    if kind not in KINDS:
        raise RequestError(f"kind is {kind!r}, expected {' or '.join(KINDS)}")
    if kind == "ab" and (len(systems) < 2 or reference is not None):
        raise RequestError(f"an A/B test got {len(systems)} systems, expected two or more, and no reference")
    if kind == "mushra" and (not systems or reference is None):
        raise RequestError("a MUSHRA test needs the folder of a reference and at least one system")
    for name, value in (("per_listener", per_listener), ("limit", limit)):
        if value is not None and value < 1:
            raise RequestError(f"{name} is {value}, expected 1 or more")
    if output.is_file() or (output.is_dir() and any(output.iterdir()) and not (output / "index.html").is_file()):
        raise RequestError(f"{output} is there and is no listening test; choose a new folder")
    if output.resolve() == key.resolve().parent or output.resolve() in key.resolve().parents:
        raise RequestError(f"the key {key} would lie in the listeners' folder; choose another place")
    if key.parent.is_dir():
        check_writable(key)


def _form(items: Sequence[Item]) -> tuple[int, int]:
    """The highest rate of all sounds, within bounds, and 2 channels where any has as many."""
    import soundfile

    rates, channels = {_RATES[0]}, 1
    for path in (path for item in items for path in item.sounds.values()):
        try:
            found = soundfile.info(path)
        except (OSError, RuntimeError) as error:
            raise RequestError(f"{path} is not readable audio ({' '.join(str(error).split())})") from error
        rates.add(found.samplerate)
        channels = max(channels, min(found.channels, 2))
    return min(max(rates), _RATES[1]), channels


def _add(trials: dict[str, dict[str, Any]], item: Item, sounds: dict[str, Waveform], level: float, kind: str,
         random: np.random.Generator, folder: Path) -> None:
    """Write the sounds of an item in a random order under random names, and add its trials."""
    conditions = list(sounds)
    written: dict[str, str] = {}
    for at in random.permutation(len(conditions)):
        written[conditions[at]] = _write(sounds[conditions[at]], folder, random)
    base = {"item": item.name, "prompt": item.prompt, "lufs": round(level, 2)}
    if kind == "mushra":
        open_copy = _write(sounds[REFERENCE], folder, random)  # under a name of its own: the hidden one is not to be told by it
        trials[item.name] = base | {"stimuli": {written[name]: name for name in written}, "reference": open_copy}
        return
    for pair in combinations(conditions, 2):
        one, other = (pair[at] for at in random.permutation(2))
        trials[f"{item.name}/{pair}"] = base | {"stimuli": {written[one]: one, written[other]: other}}


def _write(audio: Waveform, folder: Path, random: np.random.Generator) -> str:
    name = random.bytes(6).hex()
    audio.save(folder / f"{name}.wav")
    return name


def _data(trials: dict[str, dict[str, Any]], folder: Path, embed: bool) -> dict[str, Any]:
    """What the page knows: nothing of systems and of file names as they were."""
    rows, audio = [], {}
    for name, trial in trials.items():
        row = {"id": name, "prompt": trial["prompt"], "stimuli": list(trial["stimuli"])}
        rows.append(row | ({"reference": trial["reference"]} if "reference" in trial else {}))
        for sound in [*trial["stimuli"], *([trial["reference"]] if "reference" in trial else [])]:
            path = folder / "audio" / f"{sound}.wav"
            if embed:
                audio[sound] = "data:audio/wav;base64," + base64.b64encode(path.read_bytes()).decode()
            else:
                audio[sound] = f"audio/{sound}.wav"
    return {"libretto": "listening-test", "version": VERSION, "trials": rows, "audio": dict(sorted(audio.items()))}


def page(data: dict[str, Any]) -> str:
    """The page of a test, style and scripts inside, nothing fetched but its own sounds."""
    read = {name: (PAGE / name).read_text(encoding="utf-8") for name in ("index.html", "style.css", "order.js", "player.js", "test.js")}
    script = "\n".join(read[name] for name in ("order.js", "player.js", "test.js"))
    parts = {"STYLE": read["style.css"], "SCRIPT": script, "DATA": json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")}
    text = read["index.html"]
    for name in ("STYLE", "SCRIPT", "DATA"):  # the data last: it may say anything
        text = text.replace(f"@{name}@", parts[name])
    return text
