"""Music that goes on: any sound, with or without words for what comes.

The end of the sound becomes the stages' past, token by token, and they write on (AudioLM 2209.03143). The last frames are
told twice, once by the sound and once by the model, because an encoder does not know a sound's last frames well: it has
not heard what follows. There the sound fades into the model's own voice of it, matched in loudness, and that voice goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..audio import Waveform
from ..course import Course, Turn, avoided, stages_of, turns_of
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
_LEVEL_SECONDS = 3.0  # before the seam, compared for loudness
_LEVEL_DECIBELS = 6.0  # the most that loudness is corrected by


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
    turns = (turns[0], *(Turn(turn.seconds + start, turn.style) for turn in turns[1:]))
    seconds = frames * hop / model.sample_rate + request.seconds
    course = Course(seconds, turns, against=avoided(model, request), known=known, stages=stages_of(request))
    return Past(source, first + lead, lead, course)


def joined(past: Past, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The source, then what the performance's chunks [N] hold after the seam."""
    source, fade = past.source, round(FADE_SECONDS * past.source.sample_rate)
    fade = min(fade, past.lead)
    yield source.samples[: past.seam - fade]
    voice, gain = np.zeros(0, np.float32), np.float32(0.0)
    for chunk in chunks:
        voice = np.concatenate([voice, chunk])
        if not gain and len(voice) >= past.lead:
            gain = np.float32(_level(past, voice[: past.lead]) / source.gain)
            ending, voice = voice[past.lead - fade : past.lead], voice[past.lead :]
            yield _faded(source.samples[past.seam - fade : past.seam], limited(ending * gain))
        if gain and len(voice):
            yield limited(voice * gain)
            voice = voice[:0]


def _level(past: Past, voice: np.ndarray) -> float:
    """The gain that makes the model's voice of the end of the source as loud as it is."""
    count = min(past.lead, round(_LEVEL_SECONDS * past.source.sample_rate))
    heard = past.source.samples[past.seam - count : past.seam] * past.source.gain
    before, after = (integrated_loudness(samples[None], past.source.sample_rate) for samples in (heard, voice[-count:]))
    if not np.isfinite(before) or not np.isfinite(after):
        return 1.0
    return float(10 ** (np.clip(before - after, -_LEVEL_DECIBELS, _LEVEL_DECIBELS) / 20))


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
