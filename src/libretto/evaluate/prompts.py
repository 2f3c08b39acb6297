"""A list of anybody's prompts, each played once: how many fail, and how many come out silent, as noise, clipped or off centre?

Nothing here judges whether the words are obeyed; it says that sound of some structure comes out. With ``keep`` every take is left in a
folder as soon as it is made, with its figures, and an interrupted run goes on there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audio import Waveform, check_writable
from ..errors import LibrettoError, RequestError
from ..files import atomic
from ..request import Request
from .contact_sheet import SAMPLE_RATE, Panel, check_sheet, save_sheet, spectrogram
from .end_to_end import sound_figures
from .faults import FAULTS, faults
from .noise import GAUSSIAN, THRESHOLD

if TYPE_CHECKING:
    from ..pipeline import Libretto

logger = logging.getLogger(__name__)

FIELDS = ("text", "caption", "prompt")  # of a JSON line, the first that is there
LIST = "prompts.jsonl"
_WORST = 20


def read_prompts(path: Path | str) -> list[str]:
    """The prompts of a text file, one a line, or of a .jsonl with one of ``FIELDS`` in each line; empty lines are left out.

    Raises:
        RequestError: the file cannot be read, holds none, or a line has no such field.
    """
    path = Path(path)
    if not path.is_file():
        raise RequestError(f"{path} is {'a folder' if path.is_dir() else 'not there'}, expected prompts: one a line, or .jsonl")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except ValueError as error:
        raise RequestError(f"{path} is not readable text ({error}); expected UTF-8") from error
    told = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        prompts = [_field(line, f"{path}, line {number}") for number, line in told]
    else:
        prompts = [line for _, line in told]
    if not prompts:
        raise RequestError(f"{path} holds no prompts; write one a line")
    return prompts


def _field(line: str, where: str) -> str:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise RequestError(f"{where} is no JSON ({error})") from error
    found = next((values[name] for name in FIELDS if name in values), None) if isinstance(values, dict) else None
    if not isinstance(found, str):
        raise RequestError(f"{where} has no text in a field {' or '.join(FIELDS)}")
    return found


def evaluate(
    model: Libretto, *, file: Path, seconds: float = 10.0, seed: int = 0, limit: int | None = None, keep: Path | None = None,
    sheet: Path | None = None, sheet_count: int = 40,
) -> dict[str, Any]:
    """Figures of one take a prompt.

    Args:
        file: see ``read_prompts``.
        seed: prompt i, from 0, is played with seed + i.
        limit: at most so many prompts, evenly over the file.
        keep: a folder for takes (FLAC) and their figures; takes that lie there already are not made again.
        sheet: draw spectrograms of ``sheet_count`` takes, evenly over all, to this .png.

    Raises:
        RequestError: the file holds no prompts, or an option is out of range.
        AudioError: the sheet is no .png or cannot be written, or ``keep`` holds takes of something else.
    """
    Request("a", seconds=seconds, seed=seed)  # refuses what is out of range, once for all prompts
    if sheet_count < 1:
        raise RequestError(f"sheet_count is {sheet_count}, expected 1 or more")
    if sheet is not None:
        check_sheet(sheet)
        check_writable(sheet)
    prompts = read_prompts(file)
    chosen = _evenly(len(prompts), limit)
    drawn = set(_evenly(len(chosen), sheet_count)) if sheet is not None else set()
    rows, panels = [], []
    played = _played(model, [(index, prompts[index]) for index in chosen], seconds=seconds, seed=seed, keep=keep)
    for number, (row, audio) in enumerate(played):
        rows.append(row)
        logger.info("%d of %d: %s", number + 1, len(chosen), row)
        if number in drawn and audio is not None:
            told = ", ".join(row["faults"]) or f"noise {row['noise']:.2f}, {row['lufs']:.0f} LUFS"
            panels.append(Panel(spectrogram(audio.mono().resample(SAMPLE_RATE).samples[0]), row["prompt"], told))
    if sheet is not None and panels:
        save_sheet(sheet, panels)
    return summary(rows) | {"seconds_each": seconds, "first_seed": seed, "on_the_sheet": len(panels), "each": rows}


def _evenly(count: int, limit: int | None) -> list[int]:
    """At most ``limit`` of ``count`` places, evenly over all."""
    most = count if limit is None else min(limit, count)
    return [place * count // most for place in range(most)]


def _played(
    model: Libretto, asked: Sequence[tuple[int, str]], *, seconds: float, seed: int, keep: Path | None
) -> Iterator[tuple[dict[str, Any], Waveform | None]]:
    """The figures and the audio (None: failed) of every prompt (place in the file, words)."""
    ready = {} if keep is None else _kept(keep)
    done = dict(ready)
    for index, prompt in asked:
        wish = {"prompt": prompt, "seconds": seconds, "seed": seed + index}
        path = None if keep is None else keep / f"{index:05d}.flac"
        if path is not None and index in ready and path.is_file():
            if {name: ready[index].get(name) for name in wish} != wish:
                raise RequestError(f"{path} was made of other prompts, seconds or seed; choose another folder to keep takes in")
            yield ready[index], Waveform.load(path)
            continue
        row, audio = _play(model, prompt, seconds=seconds, seed=seed + index)
        if keep is not None and path is not None and audio is not None:
            audio.save(path)
            done[index] = row
            with atomic(keep / LIST) as temporary:
                lines = [json.dumps({"index": at, **done[at]}, ensure_ascii=False) + "\n" for at in sorted(done)]
                temporary.write_text("".join(lines), encoding="utf-8")
        yield row, audio


def _play(model: Libretto, prompt: str, *, seconds: float, seed: int) -> tuple[dict[str, Any], Waveform | None]:
    row: dict[str, Any] = {"prompt": prompt, "seconds": seconds, "seed": seed, "faults": []}
    try:
        audio = model.perform(Request(prompt, seconds=seconds, seed=seed)).audio
    except (LibrettoError, ArithmeticError, LookupError, RuntimeError, ValueError) as error:  # the run is to count it, not to end
        return row | {"faults": ["failed"], "error": f"{type(error).__name__}: {error}"}, None
    found = faults(audio)
    figures = {"noise": None if found.noise is None else round(found.noise, 3), "silence_share": round(found.silence, 3),
               "clipped_samples": found.clipped_samples}
    return row | {"faults": found.names} | figures | sound_figures(audio), audio


def _kept(folder: Path) -> dict[int, dict[str, Any]]:
    """Rows of an earlier run, by place in the file."""
    path = folder / LIST
    if not path.is_file():
        return {}
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {row.pop("index"): row for row in rows}
    except (ValueError, KeyError, AttributeError) as error:
        raise RequestError(f"{path} is no list of takes ({error!r}); choose another folder to keep takes in") from error


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Counts and shares of every fault, spread of the noise likeness, and the worst rows first."""
    counts = {name: sum(name in row["faults"] for row in rows) for name in ("failed", *FAULTS)}
    noise = [row["noise"] for row in rows if row.get("noise") is not None]
    loudness = [row["lufs"] for row in rows if row.get("lufs") is not None]
    worst = sorted(rows, key=lambda row: (-len(row["faults"]), -(row.get("noise") or 0.0)))
    return {
        "prompts": len(rows),
        **counts,
        "without_fault": sum(not row["faults"] for row in rows),
        "shares": {name: round(count / len(rows), 4) for name, count in counts.items()},
        "noise_threshold": THRESHOLD,
        "noise_of_gaussian_noise": round(GAUSSIAN, 3),
        "noise": {f"percentile_{at}": round(float(np.percentile(noise, at)), 3) for at in (50, 95, 100)} if noise else None,
        "lufs_mean": round(float(np.mean(loudness)), 1) if loudness else None,
        "worst": worst[:_WORST],
    }
