"""Music that goes on: any sound, with or without words for what comes.

The end of the sound becomes the stages' past, token by token, and they write on (AudioLM 2209.03143). The last frames are
told twice, once by the sound and once by the model, because an encoder does not know a sound's last frames well: it has
not heard what follows. There the sound fades into the model's own voice of it, matched in loudness, and that voice goes on.
Where the sound's beat and key are clear, the model is told them from the beginning of the window on (ours).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..asked import controls_of, hear
from ..audio import Waveform
from ..course import Course, avoided, stages_of, turns_of
from ..errors import RequestError
from ..loudness import integrated_loudness
from ..performance import CHUNK_SECONDS, Performance, limited
from ..request import Request, Take
from ..stream import Stream
from .source import Source, encoded, open_source

if TYPE_CHECKING:
    from ..pipeline import Libretto
    from . import Progress

UNSURE = 2  # semantic frames (80 ms) at the sound's end that are written anew; the codec's last 40 ms differ, ours
FADE_SECONDS = 0.08  # from the sound to the model's voice of it
_LEVEL_SECONDS = 3.0  # on either side of the seam, compared for loudness
_LEVEL_DECIBELS = 12.0  # the most that loudness is corrected by
_RISE_SECONDS = 0.5  # in which that correction sets in


@dataclass(frozen=True)
class Extend(Request):
    """``seconds`` more of the sound in ``source``, in the style of the prompt, or of the sound itself without one."""

    way: ClassVar[str] = "extend"
    styled: ClassVar[bool] = True

    source: str = ""  # a sound file
    blank: bool = False  # say no style at all: only the past tells

    def __post_init__(self) -> None:
        super().__post_init__()
        self._path("source")
        if not isinstance(self.blank, bool) or (self.blank and (self.prompt or self.like or self.at)):
            raise RequestError(f"blank is {self.blank!r}; it is true or false, and goes with no prompt and no example")

    def files(self) -> tuple[str, ...]:
        return (self.source, *super().files())


@dataclass(frozen=True)
class Past:
    """A source, where it ends in favour of the model (``seam``, in samples), and how the model goes on from there.

    The performance of ``course`` begins ``lead`` samples before the seam.
    """

    source: Source
    seam: int
    lead: int
    course: Course


def past_of(model: Libretto, request: Extend) -> Past:
    """Encode the end of the source: as much as a window of the semantic stage holds, less what a new second needs."""
    source = open_source(model, request.source)
    hop = model.config.sample_rate // model.config.semantic.frame_rate  # samples of a semantic frame
    longest = round(model.config.crops["semantic"] * model.config.semantic.frame_rate)
    frames = min(longest, len(source.samples) // hop)
    first = len(source.samples) - frames * hop
    heard = source.levelled(first)
    tokens = encoded(model, heard)
    kept = frames - UNSURE
    rates = {name: model.config.stage(name).target.frame_rate // model.config.semantic.frame_rate for name in tokens}
    known = {name: values[:, : kept * rates[name]] for name, values in tokens.items() if name in stages_of(request)}
    lead = kept * hop
    start = lead / model.sample_rate
    turns = turns_of(model, request, otherwise=None if request.blank else model.embed(heard))
    turns = (turns[0], *(replace(turn, seconds=turn.seconds + start) for turn in turns[1:]))
    seconds = frames * hop / model.sample_rate + request.seconds
    controls = controls_of(model, request, seconds=seconds, begin=start, heard=hear(model, request, heard))
    course = Course(seconds, turns, against=avoided(model, request), known=known, stages=stages_of(request), controls=controls)
    return Past(source, first + lead, lead, course)


def joined(past: Past, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The source, then what the performance's chunks [N] hold after the seam, as loud as what was before it.

    The first seconds after the seam are awaited, to know how loud they are; in a stream, the source plays meanwhile.
    """
    source, rate = past.source, past.source.sample_rate
    fade = min(round(FADE_SECONDS * rate), past.lead)
    compared, rise = round(_LEVEL_SECONDS * rate), round(_RISE_SECONDS * rate)
    yield source.samples[: past.seam - fade]
    chunks, voice = iter(chunks), np.zeros(0, np.float32)
    for chunk in chunks:
        voice = np.concatenate([voice, chunk])
        if len(voice) >= past.lead + compared:
            break
    before = source.samples[max(0, past.seam - compared) : past.seam]
    own, new = voice[max(0, past.lead - compared) : past.lead], voice[past.lead : past.lead + compared]
    first, last = (_level(before, after, rate, otherwise=1 / source.gain) for after in (own, new))
    yield _faded(source.samples[past.seam - fade : past.seam], limited(voice[past.lead - fade : past.lead] * first))
    gains = np.full(len(voice) - past.lead, last, np.float32)
    gains[:rise] = np.linspace(first, last, rise, dtype=np.float32)[: len(gains)]
    yield limited(voice[past.lead :] * gains)
    for chunk in chunks:
        yield limited(chunk * last)


def _level(before: np.ndarray, after: np.ndarray, rate: int, *, otherwise: float) -> np.float32:
    """The gain that makes samples ``after`` as loud as ``before``, near ``otherwise``, which it is where one is silent."""
    wanted, got = (integrated_loudness(samples[None], rate) if len(samples) else -np.inf for samples in (before, after))
    if not np.isfinite(wanted) or not np.isfinite(got):
        return np.float32(otherwise)
    most = 10 ** (_LEVEL_DECIBELS / 20)
    return np.float32(np.clip(10 ** ((wanted - got) / 20), otherwise / most, otherwise * most))


def _faded(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """From ``old`` to ``new`` [N], with equal power: their phases are strangers."""
    angle = (np.arange(len(old), dtype=np.float32) + 0.5) / max(1, len(old)) * np.float32(np.pi / 2)
    return old * np.cos(angle) + new * np.sin(angle)


def perform(model: Libretto, request: Extend, *, take: int = 0, progress: Progress | None = None) -> Take:
    """The source and its continuation as one take, whose tokens are those of the window that was heard, and the new ones."""
    past = past_of(model, request)
    performance = Performance(model, request, takes=[take], course=past.course)
    pieces, made = [], 0.0
    for piece in joined(past, (chunk.samples[0] for (chunk,) in performance)):
        pieces.append(piece)
        made += len(piece) / model.sample_rate
        if progress is not None:
            progress(max(0.0, made - past.source.seconds))
    audio = Waveform(np.concatenate(pieces), model.sample_rate)
    return performance.finish([audio])[0]


def stream(model: Libretto, request: Extend, *, take: int = 0, chunk_seconds: float = CHUNK_SECONDS) -> Stream:
    """The same samples while they are made: the source first, then chunk by chunk."""
    past = past_of(model, request)
    performance = Performance(model, request, takes=[take], course=past.course, chunk_seconds=chunk_seconds)
    pieces = joined(past, (chunk.samples[0] for (chunk,) in performance))
    chunks = (Waveform(piece, model.sample_rate) for piece in pieces if len(piece))
    return Stream(performance, chunks, begin=past.lead / model.sample_rate)
