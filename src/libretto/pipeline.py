"""Where the parts meet: prompt -> style -> semantic -> coarse -> fine -> waveform.

Everything is generated as a stream; a whole take is the stream put together. Each stage runs ahead of the next one by
the few frames the next one looks at, so a take does not depend on how it was cut into chunks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .audio import Waveform
from .config import STAGES, LibrettoConfig
from .errors import AudioError, RequestError
from .request import Request, Take
from .weights import WeightsFolder, open_weights

if TYPE_CHECKING:
    from .codec.runtime import CodecRuntime
    from .mulan.runtime import MulanRuntime
    from .semantic.runtime import SemanticRuntime
    from .stages.runtime import StageRuntime

CHUNK_SECONDS = 1.0
_LIMIT = 0.9  # samples beyond bend smoothly towards 0.99; under it nothing changes


class Libretto:
    """A model, ready to play. Parts are read when first used."""

    def __init__(self, weights: WeightsFolder, *, threads: int | None = None) -> None:
        self.weights, self.threads = weights, threads

    @classmethod
    def load(cls, folder: str | Path | None = None, *, threads: int | None = None) -> Libretto:
        """The bundled model, or the one in ``folder``.

        Args:
            threads: threads of each model step; all cores when None.

        Raises:
            WeightsError: the folder is missing, foreign or corrupted.
        """
        return cls(open_weights(folder), threads=threads)

    @property
    def config(self) -> LibrettoConfig:
        return self.weights.config

    @property
    def sample_rate(self) -> int:
        return self.config.sample_rate

    @cached_property
    def codec(self) -> CodecRuntime:
        from .codec.runtime import CodecRuntime

        return CodecRuntime(self.config.codec, self.weights.path, self.weights.tables)

    @cached_property
    def semantic(self) -> SemanticRuntime:
        from .semantic.runtime import SemanticRuntime

        return SemanticRuntime(self.config.semantic, self.weights.path, self.weights.tables)

    @cached_property
    def mulan(self) -> MulanRuntime:
        from .mulan.runtime import MulanRuntime

        return MulanRuntime(self.config.mulan, self.weights.path, self.weights.tables)

    @cached_property
    def stages(self) -> dict[str, StageRuntime]:
        from .stages.runtime import StageRuntime

        return {
            name: StageRuntime(self.config.stage(name), self.weights.path / f"stage_{name}.onnx", self.weights.tables, threads=self.threads)
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

    def stream(self, prompt: str, *, seconds: float = 10.0, seed: int = 0, take: int = 0, **options: Any) -> Iterator[Waveform]:
        """The same music as ``generate``, in chunks of about a second as they are made."""
        return iter(Performance(self, Request(prompt, seconds=seconds, seed=seed, **options), take=take))

    def perform(self, request: Request, *, take: int = 0, progress: Callable[[float], None] | None = None) -> Take:
        """One take of ``request``. ``progress`` is called with the seconds of music made."""
        performance = Performance(self, request, take=take)
        chunks, made = [], 0.0
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
        if tokens.ndim != 2 or not 1 <= len(tokens) <= spec.levels or tokens.shape[1] == 0:
            raise RequestError(f"acoustic tokens have shape {tokens.shape}, expected [1 to {spec.levels}, frames]")
        if tokens.min() < 0 or tokens.max() >= spec.codebook_size:
            raise RequestError(f"acoustic tokens run from {tokens.min()} to {tokens.max()}, expected 0 to {spec.codebook_size - 1}")
        return Waveform(limited(self.codec.decode(tokens.astype(np.int64)))[None], self.sample_rate)

    def embed(self, item: str | Waveform) -> np.ndarray:
        """The joint embedding float32 [D] (unit length) of a text or of audio."""
        if isinstance(item, str):
            return self.mulan.embed_text(item)
        return self.mulan.embed_audio(self._mono(item))

    def _mono(self, audio: Waveform) -> np.ndarray:
        samples = audio.mono().resample(self.sample_rate).samples[0]
        if len(samples) < self.config.codec.hop * 2:
            raise AudioError(f"the audio has {audio.seconds:.3f} s, expected at least {2 * self.config.codec.hop / self.sample_rate:g} s")
        return samples


def load(folder: str | Path | None = None, *, threads: int | None = None) -> Libretto:
    """``Libretto.load``."""
    return Libretto.load(folder, threads=threads)


def limited(samples: np.ndarray) -> np.ndarray:
    """Samples of any shape with peaks bent under 0.99, one by one, so that a stream equals the whole."""
    excess = np.maximum(np.abs(samples) - _LIMIT, 0.0)
    room = 0.99 - _LIMIT
    return np.where(excess > 0, np.sign(samples) * (_LIMIT + room * np.tanh(excess / room)), samples).astype(np.float32)


class Performance:
    """One take while it is played: iterate for chunks of audio, then ``finish``."""

    def __init__(self, model: Libretto, request: Request, *, take: int) -> None:
        if not 0 <= take < 2**31:
            raise RequestError(f"take is {take}, expected 0 or more")
        self.model, self.request, self.take = model, request, take
        self.timing = dict.fromkeys(("text", *STAGES, "codec"), 0.0)
        config = model.config
        self.samples = max(1, round(request.seconds * config.sample_rate))
        self.frames = -(-self.samples // config.codec.hop)
        with self._timed("text"):
            self.style = model.mulan.tokenize(model.embed(request.prompt))
        self.tokens = {name: np.zeros((config.stage(name).target.levels, 0), np.int64) for name in STAGES}
        self._states = {name: self._start(name) for name in STAGES}
        self._played = 0  # samples handed out

    def _start(self, name: str) -> Any:
        spec = self.model.config.stage(name)
        request = self.request
        return self.model.stages[name].start(
            {token.name: self.style for token in spec.prefix},
            seed=request.seed,
            take=self.take,
            temperature=spec.temperature * (1.0 if request.temperature is None else request.temperature),
            top_k=spec.top_k if request.top_k is None else request.top_k,
            guidance=spec.guidance if request.guidance is None or not spec.prefix else request.guidance,
        )

    def __iter__(self) -> Iterator[Waveform]:
        config = self.model.config
        step = max(1, round(CHUNK_SECONDS * config.codec.frame_rate))
        state, sent = self.model.codec.decoder_stream(), 0
        for end in range(step, self.frames + step, step):
            end = min(end, self.frames)
            self._reach("fine", end)
            acoustic = self.acoustic
            with self._timed("codec"):
                samples, state = self.model.codec.decode_chunk(state, acoustic[:, sent:end], last=end == self.frames)
            sent = end
            samples = samples[: self.samples - self._played] if end == self.frames else samples
            if len(samples):
                self._played += len(samples)
                yield Waveform(limited(samples)[None], config.sample_rate)

    def _reach(self, name: str, frames: int) -> None:
        """Bring stage ``name`` to ``frames`` of its own frames, after the stages it listens to."""
        spec, runtime = self.model.config.stage(name), self.model.stages[name]
        have = self.tokens[name].shape[1]
        if frames <= have:
            return
        heard = {}
        for token in spec.aligned:
            ratio = spec.target.frame_rate // token.frame_rate
            whole = -(-self.frames * token.frame_rate // spec.target.frame_rate)
            self._reach(token.name, min(whole, -(-(frames + runtime.lead) // ratio)))
            known = self._states[name].aligned[token.name].shape[2]
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

    def _timed(self, part: str) -> _Timer:
        return _Timer(self.timing, part)


class _Timer:
    """Adds the seconds spent inside to ``times[name]``."""

    def __init__(self, times: dict[str, float], name: str) -> None:
        self.times, self.name = times, name

    def __enter__(self) -> None:
        self._since = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.times[self.name] += time.perf_counter() - self._since
