"""A part of a sound, made anew: what comes before tells how it goes on, what comes after must be met.

The gap's tokens are drawn between kept ones. Stages that write forward hear only what comes before, so several fillings
are drawn and the one is taken that what follows fits best: by how likely the semantic stage finds the kept tokens after it.
Stages of pattern "parallel" hear both sides, and a semantic stage with the control "landing" is told what the gap leads to.
Outside the gap the samples are the codec's own voice of the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..asked import controls_of, hear
from ..audio import Waveform
from ..controls import landing
from ..course import Course, avoided, turns_of
from ..errors import RequestError
from ..performance import Performance, limited, played
from ..request import SECONDS_LIMIT, Request, Take
from .source import encoded, open_source

if TYPE_CHECKING:
    from ..pipeline import Libretto
    from . import Progress

FADE_SECONDS = 0.03  # at both ends, within the gap
_AFTER_SECONDS = 2.0  # what must fit


@dataclass(frozen=True)
class Inpaint(Request):
    """The first ``seconds`` of ``source`` (all by default), with new music from ``start`` to ``stop`` seconds."""

    way: ClassVar[str] = "inpaint"
    styled: ClassVar[bool] = True

    seconds: float = SECONDS_LIMIT
    source: str = ""  # a sound file
    start: float = 0.0
    stop: float = 0.0
    tries: int = 4  # fillings to choose from

    def __post_init__(self) -> None:
        super().__post_init__()
        self._path("source")
        self._number("start", 0.0, SECONDS_LIMIT)
        self._number("stop", 0.0, SECONDS_LIMIT)
        self._whole("tries", 1, 16)
        if self.stop - self.start < 4 * FADE_SECONDS:
            raise RequestError(f"the gap goes from {self.start:g} to {self.stop:g} s, expected at least {4 * FADE_SECONDS:g} s")
        if self.draft or self.at:
            raise RequestError("a gap is filled in one style and at all levels; leave draft and at out")
        if self.bars is not None or self.melody is not None:
            raise RequestError("a gap is as long as it is, and what follows it says where its tune leads; leave bars and melody out")

    def files(self) -> tuple[str, ...]:
        return (self.source, *super().files())


def perform(model: Libretto, request: Inpaint, *, take: int = 0, progress: Progress | None = None) -> Take:
    """The sound with its gap filled."""
    source = open_source(model, request.source, seconds=request.seconds)
    if request.stop > source.seconds:
        raise RequestError(f"the gap ends at {request.stop:g} s, but the sound lasts {source.seconds:.2f} s")
    rate = model.config.semantic.frame_rate
    first, last = int(request.start * rate), -int(-request.stop * rate // 1)  # whole frames around the gap
    sound = source.levelled()
    tokens = encoded(model, sound)
    known = {}
    for name, values in tokens.items():
        ratio = model.config.stage(name).target.frame_rate // rate
        known[name] = values.copy()
        known[name][:, first * ratio : last * ratio] = -1
    otherwise = None if request.prompt or request.like else model.embed(sound)
    controls = controls_of(model, request, seconds=source.seconds, heard=hear(model, request, sound))
    if "landing" in model.config.controls:
        semantic, blank = tokens["semantic"][0], model.config.semantic.tokens.blank
        controls["landing"] = landing(semantic, (first, last), frames=len(semantic), blank=blank)
    turns = turns_of(model, request, otherwise=otherwise)
    course = Course(source.seconds, turns, against=avoided(model, request), known=known, controls=controls)
    numbers = range(take * request.tries, (take + 1) * request.tries)
    fillings = played(Performance(model, request, takes=numbers, course=course), progress)
    done = fillings[_fittest(model, fillings, last, course)]
    voice = model.decode(np.concatenate([tokens["coarse"], tokens["fine"]])).samples[0, : len(source.samples)]
    samples = _patched(voice, done.audio.samples[0], round(request.start * model.sample_rate), round(request.stop * model.sample_rate),
                       fade=round(FADE_SECONDS * model.sample_rate))  # fmt: skip
    done.audio = Waveform(limited(samples / np.float32(source.gain)), model.sample_rate)
    done.take = take
    return done


def _fittest(model: Libretto, fillings: list[Take], last: int, course: Course) -> int:
    """The filling after which the kept semantic tokens from frame ``last`` on are likeliest."""
    stage = model.stages["semantic"]
    stop = min(last + round(_AFTER_SECONDS * stage.frame_rate), fillings[0].semantic.shape[1])
    if len(fillings) == 1 or stop <= last or stage.spec.pattern == "parallel":
        return 0
    start = max(0, stop - stage.spec.crop_frames)
    tokens = np.stack([filling.semantic[:, start:stop] for filling in fillings])
    prefix = {token.name: np.stack([filling.style for filling in fillings]) for token in stage.spec.prefix}
    controls = {token.name: np.stack([course.control(token, start, stop)] * len(fillings)) for token in stage.spec.aligned}
    inputs, context = stage.layout.whole(tokens, prefix, controls)
    logits = stage.layout.pattern.gather(stage.score(inputs)[:, context:], tokens.shape[2])[:, 0, last - start :]
    scaled = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    likely = np.take_along_axis(scaled, tokens[:, 0, last - start :, None], axis=-1)[..., 0] - np.log(np.exp(scaled).sum(axis=-1))
    return int(likely.sum(axis=1).argmax())


def _patched(old: np.ndarray, new: np.ndarray, start: int, stop: int, *, fade: int) -> np.ndarray:
    """``old`` [N] with ``new`` from ``start`` to ``stop``, faded in and out within, with equal power."""
    share = np.zeros(len(old), np.float32)
    share[start:stop] = 1.0
    ramp = (np.arange(fade, dtype=np.float32) + 0.5) / fade
    if start > 0:
        share[start : start + fade] = ramp
    if stop < len(old):
        share[stop - fade : stop] = ramp[::-1]
    inside = share > 0
    result = old.copy()
    angle = share[inside] * np.float32(np.pi / 2)
    result[inside] = old[inside] * np.cos(angle) + new[inside] * np.sin(angle)
    return result
