"""Does the model play what it is asked for? Judged by an independent listener, as a share of what that hears in real clips.

Prompts name style, mood, lead and drums of held-out compositions in sentences of our own; every second one also asks for their tempo,
metre and key in fields. The very compositions, rendered and put through the codec, are the ceiling: what the judge cannot hear there
nobody can ask of a model.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from libretto.corpus.shards.dataset import Dataset

from ..errors import CorpusError, RequestError
from ..judge.gather import long_enough
from ..judge.tagger import Judge
from . import takes as kept_takes
from .asking import Question, ask
from .judge import heard
from .judged import figures, find, means

if TYPE_CHECKING:
    from ..pipeline import Libretto

logger = logging.getLogger(__name__)
PROMPTS = 106  # two a style
# per cent: of the judge's score on real clips through the codec; and of the clips themselves
SHARES = {"style": 80.0, "lead": 80.0, "drums": 95.0, "mood": 70.0, "beat_autocorrelation": 80.0}
BARS = {"in_scale": 85.0}


def evaluate(
    model: Libretto, *, judge: Path, data: Path, split: str = "test", seeds: int = 1, first_seed: int = 5000, seconds: float = 10.0,
    limit: int | None = None, keep: Path | None = None, takes: Path | None = None, threads: int = 1,
) -> dict[str, Any]:
    """Every attribute asked for: accuracy, chance, the ceiling, and the share of it.

    Args:
        judge: a folder of ``libretto train judge``.
        data: a held-out dataset of composed clips: what is asked for, and the ceiling.
        seeds: takes a prompt.
        limit: prompts, evenly over styles; 106 by default.
        keep: a folder to leave the takes in; an interrupted run goes on there.
        takes: such a folder: its takes are judged, and none is made.

    Raises:
        RequestError: ``seeds`` is less than 1, or both folders are given.
        CorpusError: the dataset has no clip that long, or lacks those that the takes were asked from.
        WeightsError: there is no judge.
    """
    if seeds < 1:
        raise RequestError(f"seeds is {seeds}, expected 1 or more")
    if keep is not None and takes is not None:
        raise RequestError("keep and takes are both given; takes of a folder are judged where they lie, so leave keep out")
    ears, dataset = Judge.load(judge), Dataset.open(data)
    audio: Iterator[np.ndarray]
    if takes is not None:
        questions, audio = kept_takes.kept(takes, sample_rate=model.sample_rate)
        seconds = questions[0].request.seconds
    else:
        questions = asked(dataset, split=split, seeds=seeds, first_seed=first_seed, seconds=seconds, limit=limit)
        audio = kept_takes.made(model, questions, keep=keep, progress=lambda done, all_: logger.info("take %d of %d", done, all_))
    truths = [question.truth for question in questions]
    found = [find(ears, samples, truth) for samples, truth in zip(audio, truths, strict=True)]
    ceiling, real = _ceiling(model, ears, dataset, questions, seconds=seconds, threads=threads)
    words = [row for row, truth in enumerate(truths) if truth.bpm == 0 and truth.key is None]
    report = {
        "takes": len(found), "prompts": len({question.clip for question in questions}), "seconds_each": seconds,
        "judge_held_out": ears.card.get("held_out"),
        "attributes": _compared(figures(found, truths), figures(ceiling, real)),
        "music": _compared(means(found, truths), means(ceiling, real), value="mean"),
        "words_alone": figures([found[row] for row in words], [truths[row] for row in words]),
    }
    report["each"] = [
        {"clip": question.clip, "prompt": question.request.prompt, "seed": question.request.seed, **finding.verdict.answers,
         "bpm": round(finding.bpm, 1), "clarity": round(finding.clarity, 3), "key": str(finding.key or "")}
        for question, finding in zip(questions, found)
    ]  # fmt: skip
    return report


def asked(dataset: Dataset, *, split: str, seeds: int, first_seed: int, seconds: float, limit: int | None) -> list[Question]:
    """Questions about clips of every style in turn; every second clip's also in fields."""
    by_style: dict[str, list[int]] = defaultdict(list)
    for index in long_enough(dataset, split, seconds):
        style = dataset.clips[index].sheet.get("style", "")
        if style:
            by_style[style].append(index)
    if not by_style:
        raise CorpusError(f"{dataset.folder} has no clip with a style in split {split!r}; expected composed clips (libretto corpus build)")
    turns = chain.from_iterable(zip_longest(*(by_style[style] for style in sorted(by_style))))
    chosen = [index for index in turns if index is not None][: limit or PROMPTS]
    return [
        ask(dataset.clips[index].id, dataset.clips[index].sheet, seconds=seconds, seed=seed, fields=number % 2 == 1)
        for number, index in enumerate(chosen) for seed in range(first_seed, first_seed + seeds)
    ]  # fmt: skip


def _ceiling(
    model: Libretto, judge: Judge, dataset: Dataset, questions: list[Question], *, seconds: float, threads: int
) -> tuple[list[Any], list[Any]]:
    """What is found in the compositions that the questions are about, through the codec; one for every question."""
    places = {clip.id: index for index, clip in enumerate(dataset.clips)}
    missing = [question.clip for question in questions if question.clip not in places]
    if missing:
        raise CorpusError(f"{dataset.folder} lacks clip {missing[0]} that the takes were asked from; give the --data they were made with")
    ids = list(dict.fromkeys(question.clip for question in questions))
    found, truths = heard(model, judge, dataset, [places[name] for name in ids], seconds=seconds, codec=True, threads=threads)
    own = {name: (finding, truth) for name, finding, truth in zip(ids, found, truths)}
    return [own[question.clip][0] for question in questions], [own[question.clip][1] for question in questions]


def _compared(
    ours: dict[str, dict[str, float]], real: dict[str, dict[str, float]], *, value: str = "accuracy"
) -> dict[str, dict[str, Any]]:
    """Figures of takes beside those of real clips, and the bar of each that has one."""
    report: dict[str, dict[str, Any]] = {}
    for name, row in ours.items():
        ceiling = real.get(name, {}).get(value)
        share = round(100 * row[value] / ceiling, 1) if ceiling else None
        told: dict[str, Any] = {**row, "corpus_through_codec": ceiling, "share_of_it_%": share}
        bar, reached = (SHARES.get(name), share) if name in SHARES else (BARS.get(name), 100 * row[value])
        if bar is not None:
            told |= {"bar_%": bar, "passed": reached is not None and reached >= bar}
        report[name] = told
    return report
