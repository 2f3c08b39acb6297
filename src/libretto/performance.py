"""Takes while they are played: the stages ahead of one another, the codec behind them, chunks of audio out.

With one thread each part makes what the next one asks for; with more, every stage has a thread of its own (``relay``)
and works ahead. Tokens and samples are the same, and so they are for takes made alone or side by side.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .audio import Waveform
from .config import STAGES
from .course import Course, Turn, course_of
from .errors import RequestError
from .relay import Chain, Maker, Relay
from .request import Request, Take, check_prompt

if TYPE_CHECKING:
    from .codec.runtime import CodecRuntime
    from .codec.waveform_runtime import WaveformRuntime
    from .pipeline import Libretto
    from .stages.runtime import StageState

CHUNK_SECONDS = 1.0
TAKE_LIMIT = 2**31
TOLD_GUIDANCE = 3.0  # of a stage that is told a control; by a sweep, ours: docs/evaluation.md
_BLOCK_SECONDS, _LONGEST_BLOCK = 0.5, 4.0  # decoded at once: the first block, and what blocks grow to
_PIECE_SECONDS, _AHEAD_SECONDS = 0.5, 4.0  # a stage's thread makes at once; is ahead of what was asked for at most
LEAVING_SECONDS = 4.0  # after a sudden change guidance leads away from the style before; ours: docs/evaluation.md
_LIMIT = 0.9  # samples beyond bend smoothly towards 0.99; under it nothing changes


def decoded(
    codec: CodecRuntime | WaveformRuntime, frames: int, tokens: Callable[[int, int], np.ndarray]
) -> Iterator[np.ndarray]:
    """Samples [B, N'] block by block, ``frames`` frames in all, of tokens [B, K, T'] that are asked for by start and stop."""
    states: list[Any] = []
    for start, stop in blocks(frames, rate=codec.frame_rate):
        pieces = []
        for row, some in enumerate(tokens(start, stop)):
            if row == len(states):
                states.append(codec.decoder_stream())
            samples, states[row] = codec.decode_chunk(states[row], some, last=stop == frames)
            pieces.append(samples)
        yield limited(np.stack(pieces))


def blocks(frames: int, *, rate: int) -> Iterator[tuple[int, int]]:
    """Starts and stops of the blocks that ``frames`` frames are decoded in; they follow from the place alone.

    A block's margins are decoded twice, so long ones are cheap, but the first sound must come early. Half of what has
    been made is the longest that does not let a listener wait where music is made 1.5 times as fast as it plays.
    """
    start = 0
    while start < frames:
        seconds = min(_BLOCK_SECONDS + start / rate / 2, _LONGEST_BLOCK)
        stop = min(start + max(1, round(seconds * rate)), frames)
        yield start, stop
        start = stop


def limited(samples: np.ndarray) -> np.ndarray:
    """Samples of any shape with peaks bent under 0.99, one by one, so that a stream equals the whole."""
    excess = np.maximum(np.abs(samples) - _LIMIT, 0.0)
    room = 0.99 - _LIMIT
    return np.where(excess > 0, np.sign(samples) * (_LIMIT + room * np.tanh(excess / room)), samples).astype(np.float32)


def begun(model: Libretto, request: Request, course: Course, name: str, *, takes: Sequence[int]) -> StageState:
    """The state of stage ``name`` before its first frame.

    Guidance is for the stages that hear the style; one that is told a control is led towards it, unless the request says how.
    """
    spec = model.config.stage(name)
    temperature = 1.0 if request.temperature is None else request.temperature
    guidance = request.guidance if spec.prefix else None
    if guidance is None and any(token.name in course.controls for token in spec.controls):
        guidance = max(spec.guidance, TOLD_GUIDANCE)
    return model.stages[name].start(
        {token.name: course.turns[0].style for token in spec.prefix},
        seed=request.seed,
        take=takes,
        temperature=spec.temperature * temperature,
        top_k=request.top_k,
        guidance=guidance,
        against=None if course.against is None else {token.name: course.against for token in spec.prefix},
    )


class Performance:
    """Takes while they are played: iterate once for chunks of audio, one Waveform a take, then ``finish``.

    ``course`` says more than a request does (``course_of`` it when None). ``timing`` holds the seconds each part worked; with
    several threads parts work at the same time.
    """

    def __init__(
        self, model: Libretto, request: Request, *, takes: Sequence[int] = (0,), chunk_seconds: float = CHUNK_SECONDS,
        course: Course | None = None,
    ) -> None:
        for take in takes:
            if isinstance(take, bool) or not isinstance(take, (int, np.integer)) or not 0 <= take < TAKE_LIMIT:
                raise RequestError(f"take is {take!r}, expected a whole number from 0 to {TAKE_LIMIT - 1}")
        if not 0 < chunk_seconds < math.inf:
            raise RequestError(f"chunk_seconds is {chunk_seconds!r}, expected more than 0")
        self.model, self.request, self.takes = model, request, tuple(int(take) for take in takes)
        self.timing = dict.fromkeys(("text", *STAGES, "codec"), 0.0)
        config = model.config
        since = time.perf_counter()
        self.course = course_of(model, request) if course is None else course
        self.timing["text"] = time.perf_counter() - since
        self.stages = self.course.stages
        self.samples = round(self.course.seconds * config.sample_rate)
        self.frames = -(-self.samples // config.codec.hop)
        self._chunk = max(1, min(self.samples, round(chunk_seconds * config.sample_rate)))  # samples
        self._turning = threading.Lock()
        self.style = self.course.turns[0].style
        targets = {name: config.stage(name).target for name in self.stages}
        self._whole = {name: -(-self.frames * target.frame_rate // config.codec.frame_rate) for name, target in targets.items()}
        self._rows = {  # untouched memory costs nothing until it is written
            name: np.zeros((len(self.takes), target.levels, self._whole[name]), np.uint16) for name, target in targets.items()
        }
        self._written = dict.fromkeys(self.stages, 0)
        self._heading = dict.fromkeys(self.stages, 0)  # the frame a stage is on its way to
        self._states = {name: self._start(name) for name in self.stages}
        self._waited = 0.0
        self._begun = False

    def _frame(self, seconds: float) -> int:
        """The semantic frame at ``seconds``: styles turn on whole ones."""
        return round(seconds * self.model.config.semantic.frame_rate)

    def _start(self, name: str) -> StageState:
        """The state of stage ``name`` before its first frame, or after its past."""
        state = begun(self.model, self.request, self.course, name, takes=self.takes)
        known = self.course.known.get(name)
        return state if known is None else self._settled(name, state, known[:, : self._whole[name]])

    def _settled(self, name: str, state: StageState, known: np.ndarray) -> StageState:
        """``state`` with the tokens [K, T] it knows: whole frames from the first on are its past, others wait for their time."""
        drawn = np.flatnonzero((known < 0).any(axis=0))
        past = int(drawn[0]) if len(drawn) else known.shape[1]
        if past:
            state = self.model.stages[name].prompt(state, known[:, :past])
            self._rows[name][:, :, :past] = known[:, :past]
            self._written[name] = self._heading[name] = past
        return self.model.stages[name].keep(state, known) if (known[:, past:] >= 0).any() else state

    def __iter__(self) -> Iterator[list[Waveform]]:
        if self._begun:
            raise RequestError("this take has been played; start another Performance")
        self._begun = True
        return self._chunks()

    def _chunks(self) -> Iterator[list[Waveform]]:
        rates = {name: self.model.config.stage(name).target.frame_rate for name in self.stages}
        makers = {
            name: Maker(partial(self._make, name), whole=self._whole[name], piece=max(1, round(_PIECE_SECONDS * rate)),
                        ahead=round(_AHEAD_SECONDS * rate))
            for name, rate in rates.items()
        }
        self._line = Chain(makers) if self.model.threads == 1 else Relay(makers)
        try:
            waiting, left = np.zeros((len(self.takes), 0), np.float32), self.samples
            pieces = decoded(self.model.codec, self.frames, self._acoustic)
            while left:
                since, waited = time.perf_counter(), self._waited
                while waiting.shape[1] < min(self._chunk, left):
                    waiting = np.concatenate([waiting, next(pieces)], axis=1)
                self.timing["codec"] += time.perf_counter() - since - (self._waited - waited)
                chunk, waiting = np.split(waiting[:, :left], [self._chunk], axis=1)
                left -= chunk.shape[1]
                yield [Waveform(samples[None], self.model.sample_rate) for samples in chunk]
        finally:
            self._line.stop()

    def _acoustic(self, start: int, stop: int) -> np.ndarray:
        """Acoustic tokens [B, K, stop - start], once they are written."""
        since = time.perf_counter()
        self._line.reach(self.stages[-1], stop)
        self._waited += time.perf_counter() - since
        return np.concatenate([self._read(name, start, stop) for name in self.stages[1:]], axis=1)

    def _read(self, name: str, start: int, stop: int) -> np.ndarray:
        return self._rows[name][:, :, start:stop].astype(np.int64)

    def _make(self, name: str, stop: int) -> None:
        """Bring stage ``name`` to ``stop`` of its own frames, style by style."""
        if stop <= self._written[name]:
            return
        rate = self.model.config.stage(name).target.frame_rate // self.model.config.semantic.frame_rate
        with self._turning:
            self._heading[name] = stop
            turns = self.course.turns
        for frame, style, against in self._changes(turns):
            if self._written[name] <= frame * rate < stop:
                self._advance(name, frame * rate)
                self._turn(name, style, against)
        self._advance(name, stop)

    def _changes(self, turns: Sequence[Turn]) -> Iterator[tuple[int, np.ndarray, np.ndarray | None]]:
        """Semantic frames from which another style is told or led away from, in order: the frame, the style, and what is led away from."""
        frames = [*(self._frame(turn.seconds) for turn in turns), math.inf]
        leaving, avoided = self._frame(LEAVING_SECONDS), self.course.against
        for (before, turn), frame, following in zip(pairwise(turns), frames[1:], frames[2:]):
            leaves = turn.sudden and avoided is None
            yield int(frame), turn.style, before.style if leaves else avoided
            if leaves and frame + leaving < following:
                yield int(frame + leaving), turn.style, None

    def _turn(self, name: str, style: np.ndarray, against: np.ndarray | None) -> None:
        names = [token.name for token in self.model.config.stage(name).prefix]
        if names:
            away = None if against is None else dict.fromkeys(names, against)
            self._states[name] = self.model.stages[name].turn(self._states[name], dict.fromkeys(names, style), against=away)

    def _advance(self, name: str, stop: int) -> None:
        """Write up to ``stop``, after the stages that are listened to."""
        spec, runtime, state = self.model.config.stage(name), self.model.stages[name], self._states[name]
        if stop <= self._written[name]:
            return
        # a condition laid before the sequence must be known for the whole window, one in step with it just ahead
        ahead = spec.crop_frames if spec.alignment == "prefix" else runtime.lead
        heard: dict[str, np.ndarray] = {}
        for token in spec.aligned:
            ratio = spec.target.frame_rate // token.frame_rate
            known = state.origin // ratio + state.aligned[token.name].shape[2]
            if token in spec.controls:
                heard[token.name] = self.course.control(token, known, -(-min(self._whole[name], stop + ahead) // ratio))
                continue
            upto = min(self._whole[token.name], -(-(stop + ahead) // ratio))
            self._line.reach(token.name, upto)
            heard[token.name] = self._read(token.name, known, upto)
        since, have = time.perf_counter(), self._written[name]
        tokens, self._states[name] = runtime.advance(state, heard, stop - have)
        self._rows[name][:, :, have:stop] = tokens
        self._written[name] = stop
        self.timing[name] += time.perf_counter() - since

    def steer(self, prompt: str) -> float:
        """From the first frame that no stage has been told of, play ``prompt``; returns that time in seconds."""
        style, traits = self.model.mulan.tokenize_text(check_prompt(prompt)), self.model.mulan.traits(prompt)
        config = self.model.config
        with self._turning:
            told = {name: self._heading[name] + self.model.stages[name].lead for name in self.stages if config.stage(name).prefix}
            ahead = [-(-frames * config.semantic.frame_rate // config.stage(name).target.frame_rate) for name, frames in told.items()]
            seconds = max(*ahead, self._frame(self.course.turns[-1].seconds) + 1) / config.semantic.frame_rate
            self.course = replace(self.course, turns=(*self.course.turns, Turn(seconds, style, sudden=True, traits=traits)))
        return seconds

    @property
    def tokens(self) -> dict[str, np.ndarray]:
        """What every stage has written, int64 [B, K, T]."""
        return {name: self._read(name, 0, written) for name, written in self._written.items()}

    def finish(self, audio: Sequence[Waveform]) -> list[Take]:
        """The takes, with all that they were made from."""
        tokens = self.tokens
        acoustic = np.concatenate([tokens[name][:, :, : self.frames] for name in self.stages[1:]], axis=1)
        return [
            Take(self.request, take, self.style, semantic, levels, sound, dict(self.timing))
            for take, semantic, levels, sound in zip(self.takes, tokens["semantic"], acoustic, audio, strict=True)
        ]


def played(performance: Performance, progress: Callable[[float], None] | None = None) -> list[Take]:
    """Play to the end. ``progress`` is called with the seconds of music made."""
    parts: list[list[np.ndarray]] = [[] for _ in performance.takes]
    made = 0.0
    for chunks in performance:
        for part, chunk in zip(parts, chunks, strict=True):
            part.append(chunk.samples)
        made += chunks[0].seconds
        if progress is not None:
            progress(made)
    return performance.finish([Waveform(np.concatenate(part, axis=1), performance.model.sample_rate) for part in parts])
