"""Variations of a sound or a take: redrawn a little or a lot, or with its idea or its sound kept.

With a strength, the tokens are redrawn from the finest level down to the idea itself. Each span of time has a depth of its
own, so that near the lower end a few places change in detail and near the upper end a few places keep their notes: what is
redrawn at one strength is redrawn at every greater one. Kept tokens steer the drawn ones around them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..asked import controls_of, hear
from ..audio import Waveform
from ..course import Course, Turn, avoided, turns_of
from ..errors import RequestError
from ..performance import Performance, limited, played
from ..request import SECONDS_LIMIT, Request, Take, load_tokens
from .source import encoded, open_source, split

if TYPE_CHECKING:
    from ..pipeline import Libretto
    from . import Progress

KEEPS = ("semantic", "acoustic")
_SPAN_SECONDS = 0.48  # of one depth; whole frames of every stage
_SOFTNESS = 0.3  # of the strength: how far apart the depths of spans lie
_VOICE_SECONDS = 3.0  # of the source, before the music, that tell its sound (AudioLM's acoustic prompt)


@dataclass(frozen=True)
class Vary(Request):
    """The first ``seconds`` of ``source`` (all of it by default), played otherwise.

    Either ``strength``, from 0 (what the codec makes of it) to 1 (all anew, in its style or the prompt's); or ``keep``:
    "semantic" keeps the idea (melody, rhythm) and draws the sound anew, "acoustic" keeps the sound and draws the idea anew.
    """

    way: ClassVar[str] = "vary"
    styled: ClassVar[bool] = True

    seconds: float = SECONDS_LIMIT
    source: str = ""  # a sound file, or the .npz of a take or of `encode`
    strength: float | None = None
    keep: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._path("source")
        if (self.strength is None) == (self.keep is None):
            raise RequestError("a variation needs either a strength from 0 to 1, or something to keep: semantic or acoustic")
        if self.strength is not None:
            self._number("strength", 0.0, 1.0)
        if self.keep is not None and self.keep not in KEEPS:
            raise RequestError(f"keep is {self.keep!r}, expected one of {', '.join(KEEPS)}")
        if self.draft or self.at:
            raise RequestError("a variation has one style and all its levels; leave draft and at out")
        if self.bars is not None or self.melody is not None:
            raise RequestError("a variation is as long as its source and varies its tune; leave bars and melody out")

    def files(self) -> tuple[str, ...]:
        return (self.source, *super().files())


@dataclass(frozen=True)
class _Told:
    """A source in tokens, stage by stage; its style's embedding or tokens, its length, and the gain it was brought to."""

    tokens: dict[str, np.ndarray]
    samples: int
    style: np.ndarray | None  # tokens
    embedding: np.ndarray | None
    sound: Waveform | None = None  # at the model's loudness, where the source is sound
    gain: float = 1.0


def _told(model: Libretto, request: Vary) -> _Told:
    hop = model.sample_rate // model.config.semantic.frame_rate
    if Path(request.source).suffix.lower() == ".npz":
        acoustic = load_tokens(request.source)
        with np.load(request.source, allow_pickle=False) as archive:
            if "semantic" not in archive:
                raise RequestError(f"{request.source} holds no semantic tokens; make it with `encode` or `generate --tokens`")
            semantic = archive["semantic"].astype(np.int64)
            style = archive["style"].astype(np.int64) if "style" in archive else None
            exact = json.loads(str(archive["request"])).get("seconds") if "request" in archive else None
        if len(acoustic) != model.config.codec.levels and request.keep != "semantic":
            raise RequestError(f"{request.source} holds {len(acoustic)} levels, expected {model.config.codec.levels}; refine a draft first")
        whole = acoustic.shape[1] * model.config.codec.hop
        samples = whole if exact is None else min(whole, round(exact * model.sample_rate))
        samples = min(samples, round(request.seconds * model.sample_rate))
        frames = -(-samples // hop)
        ratio = model.config.codec.frame_rate // model.config.semantic.frame_rate
        tokens = split(model, acoustic[:, : frames * ratio], semantic[:, :frames])
        return _Told(tokens, samples, style, None)
    source = open_source(model, request.source, seconds=request.seconds)
    sound = source.levelled()
    embedding = None if request.prompt or request.like else model.embed(sound)
    return _Told(encoded(model, sound), len(source.samples), None, embedding, sound, source.gain)


def perform(model: Libretto, request: Vary, *, take: int = 0, progress: Progress | None = None) -> Take:
    """The variation, as long and as loud as its source. Its tokens are those that are heard."""
    told = _told(model, request)
    turns = turns_of(model, request, otherwise=told.embedding)
    if told.style is not None and not request.prompt and not request.like:
        turns = (Turn(0.0, told.style),)
    seconds = told.samples / model.sample_rate
    lead = 0
    if request.keep == "acoustic":
        known, lead = _voice(model, told.tokens)
    elif request.keep == "semantic":
        known = {"semantic": told.tokens["semantic"]}
    else:
        depth = _depths(model, seconds, seed=request.seed, take=take)
        known = {name: _redrawn(model, name, tokens, depth, request.strength or 0.0) for name, tokens in told.tokens.items()}
    begin, controls = lead / model.sample_rate, {}
    if model.config.controls and request.keep != "semantic":
        sound = told.sound or model.decode(np.concatenate([told.tokens["coarse"], told.tokens["fine"]]))
        controls = controls_of(model, request, seconds=begin + seconds, begin=begin, heard=hear(model, request, sound))
    course = Course(begin + seconds, turns, against=avoided(model, request), known=known, controls=controls)
    done = played(Performance(model, request, takes=[take], course=course), progress)[0]
    samples = done.audio.samples[:, lead:]
    done.audio = Waveform(samples if told.sound is None else limited(samples / np.float32(told.gain)), model.sample_rate)
    if lead:
        hop = model.config.codec.hop
        done.acoustic = done.acoustic[:, lead // hop :]
        done.semantic = done.semantic[:, lead * model.config.semantic.frame_rate // model.sample_rate :]
    return done


def _voice(model: Libretto, tokens: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], int]:
    """The source's beginning as the past of all stages, and the samples it lasts: its sound goes on, its idea need not."""
    rate = model.config.semantic.frame_rate
    frames = min(round(_VOICE_SECONDS * rate), tokens["semantic"].shape[1])
    ratio = model.config.codec.frame_rate // rate
    known = {name: values[:, : frames * (1 if name == "semantic" else ratio)] for name, values in tokens.items()}
    return known, frames * ratio * model.config.codec.hop


def _depths(model: Libretto, seconds: float, *, seed: int, take: int) -> np.ndarray:
    """A number in [0, 1) for every semantic frame, the same over spans: float64 [T25]."""
    rate = model.config.semantic.frame_rate
    span = round(_SPAN_SECONDS * rate)
    frames = int(-(-seconds * rate // 1)) + 1
    draws = np.random.default_rng([seed, take, 27]).random(frames // span + 1)
    return np.repeat(draws, span)[:frames]


def _redrawn(model: Libretto, name: str, tokens: np.ndarray, depth: np.ndarray, strength: float) -> np.ndarray:
    """Tokens [K, T], -1 where they are to be drawn: where the strength reaches down to the level, in spans of the least depth first."""
    config = model.config
    ratio = config.stage(name).target.frame_rate // config.semantic.frame_rate
    first = {"semantic": 0, "coarse": 1, "fine": 1 + config.coarse_levels}[name]
    place = 1 - (first + np.arange(len(tokens))) / config.codec.levels  # 1 the idea, 0 the finest level
    reach = strength * (1 + _SOFTNESS) - place  # how far beyond the level the strength is
    frames = np.arange(tokens.shape[1]) // ratio
    drawn = depth[np.minimum(frames, len(depth) - 1)][None] * _SOFTNESS < reach[:, None]
    return np.where(drawn & (strength > 0), -1, tokens)
