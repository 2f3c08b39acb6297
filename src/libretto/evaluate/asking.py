"""Prompts whose claims are known: sentences of our own that name style, mood, lead and drums of a held-out composition.

Words for each are those of the caption language, so that nothing is asked in words that nobody would use; the frames are ours and
stand in no caption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from libretto.corpus.language import wording
from libretto.corpus.language.facts import Facts
from libretto.corpus.score import sheet_of

from ..corpus.labels import Labels, labels_of
from ..errors import RequestError
from ..judge.labels import TASKS
from ..notation import key_name, metre_name
from ..request import Request
from .judged import Truth, truth_of

# Parts stand between "|"; a part whose words are not known is left out.
_FRAMES = (
    "{style}|, with a melody on {lead}|, {drums}",
    "{mood} {style}| with {lead} in front|, {drums}",
    "{style} that sounds {mood}|, with a melody on {lead}|, {drums}",
    "an instrumental in the manner of {style}|, {mood} in feeling|, led by {lead}|, {drums}",
    "{mood} {style}|. {lead} plays the tune|. {drums}",
    "we are after {style}|; the feeling is {mood}|; the lead is {lead}|; {drums}",
)


@dataclass(frozen=True)
class Question:
    """A prompt, the fields beside it, and what should be heard: labels that the prompt names, tempo and key that fields ask for."""

    clip: str
    request: Request
    truth: Truth

    def data(self) -> dict[str, Any]:
        """What a list of takes says of it."""
        labels = self.truth.labels
        named = {"style": labels.style, "mood": labels.mood, "lead": labels.lead, "drums": labels.drums}
        asked = {"bpm": self.request.bpm, "key": self.request.key, "metre": self.request.metre}
        return {"clip": self.clip, "prompt": self.request.prompt, "seconds": self.request.seconds, "seed": self.request.seed,
                **asked, "named": named}


def ask(clip: str, sheet: Mapping[str, Any], *, seconds: float, seed: int, fields: bool) -> Question:
    """A question about the composition of a kept sheet.

    Args:
        fields: also ask for its tempo, metre and key, as fields of the request.
    """
    rng = np.random.default_rng([seed, 31, *clip.encode()])
    whole, facts = sheet_of(sheet), Facts(sheet_of(sheet))
    known = labels_of(sheet, seconds)
    words = {
        "style": _one(rng, facts.phrases("name")), "mood": _one(rng, wording.MOODS.get(whole.mood, ())),
        "lead": _one(rng, wording.INSTRUMENTS.get(whole.lead, (whole.lead,))) if known.lead else "",
        "drums": _one(rng, facts.phrases("drums" if known.drums == "yes" else "drumless")) if known.drums else "",
    }  # fmt: skip
    if not words["style"]:
        raise RequestError(f"clip {clip} names no style; expected a dataset of composed clips (libretto corpus build)")
    sentence = _sentence(_FRAMES, words, rng)
    style, mood, lead, drums = (getattr(known, name) if f"{{{name}}}" in sentence else "" for name in TASKS)
    labels = Labels(style, mood, lead, drums)
    truth, own = Truth(labels), truth_of(sheet, seconds)
    told: dict[str, Any] = {}
    if fields:
        truth = Truth(labels, own.bpm, own.key)
        told = {"bpm": own.bpm or None, "key": key_name(*own.key) if own.key else None, "metre": _metre(whole.metre)}
    return Question(clip, Request(sentence.format(**words), seconds=seconds, seed=seed, **told), truth)


def _metre(name: str) -> str | None:
    try:
        return metre_name(name)
    except RequestError:
        return None


def _one(rng: np.random.Generator, words: Sequence[str]) -> str:
    return words[int(rng.integers(len(words)))] if words else ""


def _sentence(frames: Sequence[str], words: Mapping[str, str], rng: np.random.Generator) -> str:
    """One of the frames without the parts that nothing is known for; no first part is one of those."""
    parts = [frame.split("|") for frame in frames]
    left = [[part for part in frame if _filled(part, words)] for frame in parts if _filled(frame[0], words)]
    return "".join(left[int(rng.integers(len(left)))])


def _filled(part: str, words: Mapping[str, str]) -> bool:
    return all(word for name, word in words.items() if f"{{{name}}}" in part)
