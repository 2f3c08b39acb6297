"""A folder of takes made for an evaluation, kept so that others may judge the same audio: ``takes.jsonl`` and a FLAC file each.

    {"file": "00000.flac", "clip": ..., "prompt": ..., "seconds": ..., "seed": ..., "bpm": ..., "key": ..., "metre": ..., "named": {...}}
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..audio import Waveform
from ..corpus.labels import Labels
from ..errors import AudioError
from ..files import atomic
from ..notation import key_and_mode
from ..request import Request
from .asking import Question
from .judged import Truth

if TYPE_CHECKING:
    from ..pipeline import Libretto

logger = logging.getLogger(__name__)
LIST = "takes.jsonl"


def made(
    model: Libretto, questions: Sequence[Question], *, keep: Path | None = None, progress: Callable[[int, int], None] | None = None
) -> Iterator[np.ndarray]:
    """Samples float32 [N] of every question's take, in order.

    Args:
        keep: a folder to leave them in; takes that lie there already, asked for in the same words, are not made again.
    """
    lines = [{"file": f"{number:05d}.flac", **question.data()} for number, question in enumerate(questions)]
    ready = _ready(keep, lines) if keep is not None else 0
    for number, question in enumerate(questions):
        if keep is not None and number < ready:
            yield _load(keep / lines[number]["file"], model.sample_rate)
            continue
        audio = model.perform(question.request).audio.mono()
        if keep is not None:
            audio.save(keep / lines[number]["file"])
            _write(keep, lines[: number + 1])
        if progress is not None:
            progress(number + 1, len(questions))
        yield audio.samples[0]


def _ready(folder: Path, lines: Sequence[dict[str, Any]]) -> int:
    """How many of the first takes lie in the folder already.

    Raises:
        AudioError: they answer other questions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / LIST).is_file():
        return 0
    kept = _lines(folder)
    same = json.loads(json.dumps(list(lines)))[: len(kept)]
    if kept[: len(same)] != same:
        raise AudioError(f"{folder} holds takes of other questions; choose another folder, or judge them as they are with --takes")
    return len(same)


def _lines(folder: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in (folder / LIST).read_text().splitlines()]
    except (OSError, ValueError) as error:
        raise AudioError(f"{folder} holds no readable {LIST} ({error}); make takes with --keep") from error


def _write(folder: Path, lines: Sequence[dict[str, Any]]) -> None:
    with atomic(folder / LIST) as path:
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def _load(path: Path, sample_rate: int) -> np.ndarray:
    samples: np.ndarray = Waveform.load(path, sample_rate=sample_rate, mono=True).samples[0]
    return samples


def kept(folder: Path, *, sample_rate: int) -> tuple[list[Question], Iterator[np.ndarray]]:
    """The questions of a folder, and their takes float32 [N], read one by one.

    Raises:
        AudioError: there is no list of takes, or one of them is missing.
    """
    lines = _lines(folder)
    if not lines:
        raise AudioError(f"{folder / LIST} is empty; make takes with --keep")
    try:
        questions = [_question(line) for line in lines]
        files = [folder / Path(line["file"]).name for line in lines]
    except (KeyError, TypeError) as error:
        raise AudioError(f"{folder / LIST} is no list of takes ({error!r}); make takes with --keep") from error
    return questions, (_load(path, sample_rate) for path in files)


def _question(line: dict[str, Any]) -> Question:
    fields = {name: line[name] for name in ("bpm", "key", "metre")}
    request = Request(line["prompt"], seconds=line["seconds"], seed=line["seed"], **fields)
    truth = Truth(Labels(**line["named"]), line["bpm"] or 0.0, key_and_mode(line["key"]) if line["key"] else None)
    return Question(line["clip"], request, truth)
