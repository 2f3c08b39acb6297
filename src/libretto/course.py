"""How a performance goes: which style is heard from when on, and which tokens are settled before it begins.

Every way in ends here. What it adds to a sentence (a past, tokens to keep, other styles later) is said in tokens, and
``performance`` plays it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .asked import controls_of, in_words
from .audio import Waveform
from .config import STAGES
from .controls import TRAITS
from .errors import RequestError
from .tokens import TokenSpec

if TYPE_CHECKING:
    from .pipeline import Libretto
    from .request import Request

AVOIDED_WEIGHT = 0.6  # of what is avoided, taken off the style; ours: docs/evaluation.md
_DRAFTED = ("generate", "form", "morph")  # ways that begin from nothing and keep no fine tokens


@dataclass(frozen=True)
class Turn:
    """From ``seconds`` on, the style int64 [levels] and the ``traits`` {name: place among those of ``controls.TRAITS``} are others.
    A ``sudden`` turn is led away from the style before, for a while."""

    seconds: float
    style: np.ndarray
    sudden: bool = False
    traits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """``seconds`` of music, its past included.

    ``turns`` come in order of time, the first at 0. ``known`` holds tokens int64 [K, T] of a stage from its frame 0 on, -1
    where they are to be drawn: frames known from the beginning are its past, others are written when they are reached.
    ``controls`` are in step with the semantic stage, blank where they say nothing; the last frames need not be given.
    """

    seconds: float
    turns: tuple[Turn, ...]
    against: np.ndarray | None = None  # a style that guidance leads away from
    known: dict[str, np.ndarray] = field(default_factory=dict)
    stages: tuple[str, ...] = STAGES
    controls: dict[str, np.ndarray] = field(default_factory=dict)  # what ``controls`` names: int64 [levels, T] from frame 0 on

    def control(self, token: TokenSpec, start: int, stop: int) -> np.ndarray:
        """What is said of a control in frames ``start`` to ``stop``: int64 [levels, stop - start], blank where nothing is."""
        if token.name in TRAITS:
            return self._trait(token, start, stop)
        told = self.controls.get(token.name, np.zeros((token.levels, 0), np.int64))[:, start:stop]
        return np.pad(told, ((0, 0), (0, stop - start - told.shape[1])), constant_values=token.blank)

    def _trait(self, token: TokenSpec, start: int, stop: int) -> np.ndarray:
        """Traits turn with the styles."""
        told = np.full((1, stop - start), token.blank)
        for turn in self.turns:
            told[:, max(0, round(turn.seconds * token.frame_rate) - start) :] = turn.traits.get(token.name, token.blank)
        return told


def course_of(model: Libretto, request: Request) -> Course:
    """A request that begins from nothing: its prompts in time, its examples, what it avoids."""
    turns = turns_of(model, request)
    controls = controls_of(model, request, seconds=request.seconds, turns=turns)
    return Course(request.seconds, turns, against=avoided(model, request), stages=stages_of(request), controls=controls)


def drafted(model: Libretto, request: Request) -> Request:
    """``request`` as a draft where it does not say and these weights are better without their fine stage (``LibrettoConfig.draft``)."""
    if request.draft is None and model.config.draft and request.way in _DRAFTED:
        return dataclasses.replace(request, draft=True)
    return request


def stages_of(request: Request) -> tuple[str, ...]:
    return STAGES[:-1] if request.draft else STAGES


def turns_of(model: Libretto, request: Request, *, otherwise: np.ndarray | None = None) -> tuple[Turn, ...]:
    """The styles of the prompts.

    Args:
        otherwise: the embedding [D] to begin with where neither a prompt nor an example is given.
    """
    asked = request.prompt.strip() or request.like
    begin = wanted(model, request, request.prompt) if asked else otherwise
    blank = np.full(model.config.mulan.levels, model.config.mulan.tokens.blank)
    first = Turn(0.0, blank if begin is None else model.mulan.tokenize(begin), traits=model.mulan.traits(request.prompt))
    later = ((moment, prompt, model.mulan.tokenize(wanted(model, request, prompt))) for moment, prompt in request.at)
    return (first, *(Turn(moment, style, sudden=True, traits=model.mulan.traits(prompt)) for moment, prompt, style in later))


def avoided(model: Libretto, request: Request) -> np.ndarray | None:
    return None if request.avoid is None else model.mulan.tokenize(expected(model, request.avoid))


def expected(model: Libretto, text: str) -> np.ndarray:
    """Where in the joint embedding [D] sounds of ``text`` are expected."""
    return model.mulan.expected(model.embed(text))


def wanted(model: Libretto, request: Request, prompt: str) -> np.ndarray:
    """The joint embedding [D] of ``prompt`` (weight 1, where it says something) and the examples by their weights, less what is to be
    avoided."""
    prompt = in_words(model, request, prompt)
    parts = [(1.0, expected(model, prompt))] if prompt.strip() else []
    parts += [(weight, model.embed(Waveform.load(path))) for path, weight in request.like]
    if parts and request.avoid is not None:
        parts.append((-AVOIDED_WEIGHT, expected(model, request.avoid)))
    if len(parts) == 1:
        return parts[0][1]
    mixed = np.sum([weight * vector for weight, vector in parts], axis=0)
    length = float(np.linalg.norm(mixed))
    if length < 1e-6:
        raise RequestError("the styles to mix cancel out; change their weights")
    return (mixed / length).astype(np.float32)
