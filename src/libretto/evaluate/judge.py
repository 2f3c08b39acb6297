"""How well the independent judge hears: every task on held-out clips, as they are and as they come out of the codec."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from libretto.corpus.shards.dataset import Dataset

from ..judge.front import SAMPLE_RATE
from ..judge.gather import long_enough, resynthesised
from ..judge.tagger import Judge
from .judged import Finding, Truth, figures, find, means, truth_of

if TYPE_CHECKING:
    from ..pipeline import Libretto


def evaluate(
    model: Libretto, *, judge: Path, data: Path, split: str = "test", codec: bool = False, seconds: float = 10.0,
    limit: int | None = None, threads: int = 1,
) -> dict[str, Any]:
    """Accuracy of each task beside chance.

    Args:
        judge: a folder of ``libretto train judge``.
        codec: also of the clips put through the model's codec.
        limit: at most so many clips, evenly over the split.

    Raises:
        WeightsError: there is no judge.
        CorpusError: no clip of the split is long enough.
    """
    ears, dataset = Judge.load(judge), Dataset.open(data)
    chosen = spread(long_enough(dataset, split, seconds), limit)
    report: dict[str, Any] = {"clips": len(chosen), "seconds_each": seconds, "held_out_in_training": ears.card.get("held_out")}
    for name, through in (("as_they_are", False), *((("through_codec", True),) if codec else ())):
        found, truths = heard(model, ears, dataset, chosen, seconds=seconds, codec=through, threads=threads)
        report[name] = {**figures(found, truths), **means(found, truths)}
    return report


def spread(indices: Sequence[int], limit: int | None) -> list[int]:
    """At most ``limit`` of ``indices``, evenly."""
    count = min(limit or len(indices), len(indices))
    return [indices[at * len(indices) // count] for at in range(count)]


def heard(
    model: Libretto, judge: Judge, dataset: Dataset, indices: Sequence[int], *, seconds: float, codec: bool, threads: int = 1
) -> tuple[list[Finding], list[Truth]]:
    """What is found in clips of a dataset, and what is true of them."""
    size = round(seconds * SAMPLE_RATE)
    truths = [truth_of(dataset.clips[index].sheet, seconds) for index in indices]

    def one(pair: tuple[int, Truth]) -> Finding:
        samples = dataset.audio(pair[0], 0, size)
        return find(judge, resynthesised(samples, model.codec) if codec else samples, pair[1])

    with ThreadPoolExecutor(max(1, threads)) as pool:
        return list(pool.map(one, zip(indices, truths))), truths
