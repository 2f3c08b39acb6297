"""What words say of mood, lead and drums: of held-out sentences that name one, and of those that name none (``mulan.traits``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from libretto.corpus.shards.dataset import ClipInfo

from ..controls import TRAITS
from ..errors import RequestError
from .asking import Question, ask


def traits(mulan: Any, clips: Sequence[ClipInfo], *, sample_rate: int) -> dict[str, dict[str, float]]:
    """Of every trait: sentences that name it, shares of them told one, of those told the right one, and of the others told one too.

    Args:
        mulan: a ``MulanRuntime``.
    """
    questions = [found for clip in clips if (found := _question(clip, sample_rate)) is not None]
    heard = [mulan.traits(question.request.prompt) for question in questions]
    report = {}
    for name, values in TRAITS.items():
        named = [(told.get(name), getattr(question.truth.labels, name)) for question, told in zip(questions, heard)]
        report[name] = _shares([(told, values.index(true)) for told, true in named if true], [told for told, true in named if not true])
    return report


def _question(clip: ClipInfo, sample_rate: int) -> Question | None:
    try:
        return ask(clip.id, clip.sheet, seconds=clip.samples / sample_rate, seed=0, fields=False)
    except RequestError:  # recordings and scores name no style
        return None


def _shares(named: Sequence[tuple[int | None, int]], unnamed: Sequence[int | None]) -> dict[str, float]:
    told = [found == true for found, true in named if found is not None]
    return {"named": len(named), "told": len(told) / max(1, len(named)), "right": sum(told) / max(1, len(told)),
            "unnamed": len(unnamed), "told_unnamed": sum(found is not None for found in unnamed) / max(1, len(unnamed))}
