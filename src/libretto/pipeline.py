"""Where the parts meet: prompt -> style -> semantic -> coarse -> fine -> waveform.

Everything is generated as a stream; a whole take is the stream put together. Each stage runs ahead of the next one by
the few frames the next one looks at, and the codec decodes in blocks of its own, because rounding depends on them:
a take does not depend on how it is cut into chunks.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .audio import Waveform
from .config import STAGES, LibrettoConfig
from .engine.onnx import default_threads
from .errors import AudioError, RequestError
from .request import Request, Take, check_prompt
from .weights import WeightsFolder, open_weights

if TYPE_CHECKING:
    from .codec.runtime import CodecRuntime
    from .codec.waveform_runtime import WaveformRuntime
    from .mulan.runtime import MulanRuntime
    from .semantic.runtime import SemanticRuntime
    from .stages.runtime import StageRuntime, StageState

CHUNK_SECONDS = 1.0
_BLOCK_SECONDS, _LONGEST_BLOCK = 0.5, 4.0  # decoded at once: the first block, and what blocks grow to
TAKE_LIMIT = 2**31
_LIMIT = 0.9  # samples beyond bend smoothly towards 0.99; under it nothing changes


class Libretto:
    """A model, ready to play. Parts are read when first used."""

    def __init__(self, weights: WeightsFolder, *, threads: int | None = None) -> None:
        self.weights = weights
        self.threads = default_threads() if threads is None else threads
        if isinstance(self.threads, bool) or not isinstance(self.threads, int) or self.threads < 1:
            raise RequestError(f"threads is {threads!r}, expected a whole number from 1")

    @classmethod
    def load(cls, folder: str | Path | None = None, *, threads: int | None = None) -> Libretto:
        """The bundled model, or the one in ``folder``.

        Args:
            threads: threads of each model step; ``engine.onnx.default_threads`` when None.

        Raises:
            WeightsError: the folder is missing, foreign or corrupted.
            RequestError: ``threads`` is less than 1.
        """
        return cls(open_weights(folder), threads=threads)

    @property
    def config(self) -> LibrettoConfig:
        return self.weights.config

    @property
    def sample_rate(self) -> int:
        return self.config.sample_rate

    @cached_property
    def codec(self) -> CodecRuntime | WaveformRuntime:
        from .codec import open_codec

        return open_codec(self.config.codec, self.weights.path, self.weights.tables, threads=self.threads)

    @cached_property
    def semantic(self) -> SemanticRuntime:
        from .semantic.runtime import SemanticRuntime

        return SemanticRuntime(self.config.semantic, self.weights.path, self.weights.tables, threads=self.threads)

    @cached_property
    def mulan(self) -> MulanRuntime:
        from .mulan.runtime import MulanRuntime

        return MulanRuntime(self.config.mulan, self.weights.path, self.weights.tables, threads=self.threads)

    @cached_property
    def stages(self) -> dict[str, StageRuntime]:
        from .stages.parallel_runtime import open_stage

        weights = self.weights
        return {
            name: open_stage(self.config.stage(name), weights.path, weights.tables, threads=self.threads)
            for name in STAGES
        }

    def generate(self, prompt: str, *, seconds: float = 10.0, seed: int = 0, take: int = 0, **options: Any) -> Take:
        """Music for ``prompt``: exactly ``seconds`` long, the same for the same seed and take.

        Args:
            options: ``guidance``, ``temperature``, ``top_k`` of ``Request``.

        Raises:
            RequestError: something asked for is out of range.
        """
        return self.perform(Request(prompt, seconds=seconds, seed=seed, **options), take=take)

    def stream(
        self, prompt: str, *, seconds: float = 10.0, seed: int = 0, take: int = 0, chunk_seconds: float = CHUNK_SECONDS,
        **options: Any,
    ) -> Iterator[Waveform]:
        """The same music as ``generate``, in chunks as they are made; together they are its samples, whatever their length.

        Args:
            chunk_seconds: length of a chunk; the last one may be shorter.
        """
        request = Request(prompt, seconds=seconds, seed=seed, **options)
        return iter(Performance(self, request, take=take, chunk_seconds=chunk_seconds))

    def perform(self, request: Request, *, take: int = 0, progress: Callable[[float], None] | None = None) -> Take:
        """One take of ``request``. ``progress`` is called with the seconds of music made."""
        performance = Performance(self, request, take=take)
        chunks: list[np.ndarray] = []
        made = 0.0
        for chunk in performance:
            chunks.append(chunk.samples)
            made += chunk.seconds
            if progress is not None:
                progress(made)
        return performance.finish(Waveform(np.concatenate(chunks, axis=1), self.sample_rate))

    def encode(self, audio: Waveform) -> tuple[np.ndarray, np.ndarray]:
        """Any audio to acoustic tokens int64 [K, T] and semantic tokens int64 [1, T25]."""
        samples = self._mono(audio)
        return self.codec.encode(samples), self.semantic.tokenize(samples)[None]

    def decode(self, tokens: np.ndarray) -> Waveform:
        """Acoustic tokens [K, T] (the first levels suffice) to audio of T frames."""
        spec = self.config.codec.tokens
        tokens = np.asarray(tokens)
        if tokens.ndim != 2 or not 1 <= len(tokens) <= spec.levels or tokens.size == 0 or tokens.dtype.kind not in "iu":
            got = f"are {tokens.dtype} of shape {list(tokens.shape)}"
            raise RequestError(f"acoustic tokens {got}, expected whole numbers [1 to {spec.levels}, frames]")
        if tokens.min() < 0 or tokens.max() >= spec.codebook_size:
            raise RequestError(f"acoustic tokens run from {tokens.min()} to {tokens.max()}, expected 0 to {spec.codebook_size - 1}")
        tokens = tokens.astype(np.int64)
        blocks = list(decoded(self.codec, tokens.shape[1], lambda start, stop: tokens[:, start:stop]))
        return Waveform(np.concatenate(blocks)[None], self.sample_rate)

    def embed(self, item: str | Waveform) -> np.ndarray:
        """The joint embedding float32 [D] (unit length) of a text or of audio."""
        if isinstance(item, str):
            return self.mulan.embed_text(check_prompt(item))
        return self.mulan.embed_audio(self._mono(item))

    def _mono(self, audio: Waveform) -> np.ndarray:
        """Samples [N] at the model's rate, long enough for one token of every kind."""
        samples = audio.mono().resample(self.sample_rate).samples[0]
        least = self.config.sample_rate // self.config.semantic.frame_rate
        if len(samples) < least:
            raise AudioError(f"the audio has {audio.seconds:.4f} s, expected at least {least / self.sample_rate:g} s")
        return samples


def load(folder: str | Path | None = None, *, threads: int | None = None) -> Libretto:
    """``Libretto.load``."""
    return Libretto.load(folder, threads=threads)


def decoded(
    codec: CodecRuntime | WaveformRuntime, frames: int, tokens: Callable[[int, int], np.ndarray]
) -> Iterator[np.ndarray]:
    """Samples [N'] block by block, ``frames`` frames in all, of tokens [K, T'] that are asked for by start and stop."""
    state: Any = codec.decoder_stream()
    for start, stop in blocks(frames, rate=codec.frame_rate):
        samples, state = codec.decode_chunk(state, tokens(start, stop), last=stop == frames)
        yield limited(samples)


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


class Performance:
    """One take while it is played: iterate once for chunks of audio, then ``finish``."""

    def __init__(
        self, model: Libretto, request: Request, *, take: int = 0, chunk_seconds: float = CHUNK_SECONDS
    ) -> None:
        if isinstance(take, bool) or not isinstance(take, (int, np.integer)) or not 0 <= take < TAKE_LIMIT:
            raise RequestError(f"take is {take!r}, expected a whole number from 0 to {TAKE_LIMIT - 1}")
        if not 0 < chunk_seconds < math.inf:
            raise RequestError(f"chunk_seconds is {chunk_seconds!r}, expected more than 0")
        self.model, self.request, self.take = model, request, int(take)
        self.timing = dict.fromkeys(("text", *STAGES, "codec"), 0.0)
        config = model.config
        self.samples = round(request.seconds * config.sample_rate)
        self.frames = -(-self.samples // config.codec.hop)
        self._chunk = max(1, min(self.samples, round(chunk_seconds * config.sample_rate)))  # samples
        with self._timed("text"):
            self.style = model.mulan.tokenize(model.embed(request.prompt))
        self.tokens = {name: np.zeros((config.stage(name).target.levels, 0), np.int64) for name in STAGES}
        self._states = {name: self._start(name) for name in STAGES}
        self._begun = False

    def _start(self, name: str) -> StageState:
        """The state of stage ``name`` before its first frame. Guidance is for the stages that hear the style."""
        spec, request = self.model.config.stage(name), self.request
        temperature = 1.0 if request.temperature is None else request.temperature
        return self.model.stages[name].start(
            {token.name: self.style for token in spec.prefix},
            seed=request.seed,
            take=self.take,
            temperature=spec.temperature * temperature,
            top_k=request.top_k,
            guidance=request.guidance if spec.prefix else None,
        )

    def __iter__(self) -> Iterator[Waveform]:
        if self._begun:
            raise RequestError("this take has been played; start another Performance")
        self._begun = True
        return self._chunks()

    def _chunks(self) -> Iterator[Waveform]:
        rate = self.model.sample_rate
        waiting, left = np.zeros(0, np.float32), self.samples
        blocks = decoded(self.model.codec, self.frames, self._acoustic)
        while left:
            with self._timed("codec"):
                while len(waiting) < min(self._chunk, left):
                    waiting = np.concatenate([waiting, next(blocks)])
            chunk, waiting = np.split(waiting[:left], [self._chunk])
            left -= len(chunk)
            yield Waveform(chunk[None], rate)

    def _acoustic(self, start: int, stop: int) -> np.ndarray:
        """Acoustic tokens [K, stop - start], written when they are asked for."""
        self._reach("fine", stop)
        return np.concatenate([self.tokens[name][:, start:stop] for name in ("coarse", "fine")])

    def _reach(self, name: str, frames: int) -> None:
        """Bring stage ``name`` to ``frames`` of its own frames, after the stages it listens to."""
        spec, runtime = self.model.config.stage(name), self.model.stages[name]
        have = self.tokens[name].shape[1]
        if frames <= have:
            return
        # a condition laid before the sequence must be known for the whole window, one in step with it just ahead
        ahead = spec.crop_frames if spec.alignment == "prefix" else runtime.lead
        heard = {}
        for token in spec.aligned:
            ratio = spec.target.frame_rate // token.frame_rate
            whole = -(-self.frames * token.frame_rate // self.model.config.codec.frame_rate)
            self._reach(token.name, min(whole, -(-(frames + ahead) // ratio)))
            known = self._states[name].origin // ratio + self._states[name].aligned[token.name].shape[2]
            heard[token.name] = self.tokens[token.name][:, known:]
        with self._timed(name):
            tokens, self._states[name] = runtime.advance(self._states[name], heard, frames - have)
        self.tokens[name] = np.concatenate([self.tokens[name], tokens], axis=1)

    @property
    def acoustic(self) -> np.ndarray:
        """Acoustic tokens [K, T] as far as every level is written."""
        frames = self.tokens["fine"].shape[1]
        return np.concatenate([self.tokens["coarse"][:, :frames], self.tokens["fine"]])

    def finish(self, audio: Waveform) -> Take:
        """The take, with all that it was made from."""
        return Take(self.request, self.take, self.style, self.tokens["semantic"], self.acoustic, audio, self.timing)

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        """Add the seconds spent inside to ``timing[part]``, without those of parts timed within."""
        since, before = time.perf_counter(), sum(self.timing.values())
        yield
        self.timing[part] += time.perf_counter() - since - (sum(self.timing.values()) - before)
