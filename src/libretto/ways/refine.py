"""A draft, finished: its semantic and coarse tokens stay, the fine ones are written, as if all had been made at once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..course import course_of
from ..errors import RequestError
from ..performance import Performance, played
from ..record import Record, read
from ..request import Take, load_tokens

if TYPE_CHECKING:
    from ..pipeline import Libretto


@dataclass(frozen=True)
class Draft:
    """What a tokens file of a draft holds: the request, semantic tokens [1, T25] and coarse tokens [K, T]."""

    record: Record
    semantic: np.ndarray
    coarse: np.ndarray


def open_draft(path: str | Path) -> Draft:
    """The draft in a file of ``Take.save``.

    Raises:
        RequestError: it holds none.
    """
    coarse, record = load_tokens(path), read(path)
    if not record.request.draft or record.request.way != "generate":
        raise RequestError(f"{path} is no draft; make one with `libretto generate --draft --tokens {Path(path).name}`")
    with np.load(path, allow_pickle=False) as archive:
        semantic = archive["semantic"].astype(np.int64)
    return Draft(record, semantic, coarse)


def refined(model: Libretto, draft: Draft) -> Take:
    """The take that its request makes at once, at the cost of the fine stage alone."""
    request = dataclasses.replace(draft.record.request, draft=False)
    course = course_of(model, request)
    frames = -(-round(request.seconds * model.sample_rate) // model.config.codec.hop)
    if draft.coarse.shape != (model.config.coarse_levels, frames) or draft.semantic.ndim != 2:
        expected = [model.config.coarse_levels, frames]
        raise RequestError(f"the draft's tokens are {list(draft.coarse.shape)}, expected {expected}; use the model it was made with")
    course = dataclasses.replace(course, known={"semantic": draft.semantic, "coarse": draft.coarse})
    return played(Performance(model, request, takes=[draft.record.take], course=course))[0]
