"""Where the parts meet: prompt -> style -> semantic -> coarse -> fine -> waveform.

Everything is generated as a stream; a whole take is the stream put together. Each stage runs ahead of the next one by
the few frames the next one looks at, and the codec decodes in blocks of its own, because rounding depends on them:
a take does not depend on how it is cut into chunks. ``performance`` is that road while it is walked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .audio import Waveform
from .config import STAGES, LibrettoConfig, StageSpec
from .course import drafted
from .engine.onnx import check_provider, default_threads
from .errors import AudioError, RequestError, did_you_mean, require
from .performance import CHUNK_SECONDS, Performance, decoded, played
from .request import Request, Take, check_prompt
from .weights import WeightsFolder, open_weights

if TYPE_CHECKING:
    from .codec.runtime import CodecRuntime
    from .codec.waveform_runtime import WaveformRuntime
    from .mulan.runtime import MulanRuntime
    from .semantic.runtime import SemanticRuntime
    from .stages.runtime import StageRuntime
    from .stream import Stream

ENGINES = ("onnx", "kernel", "torch")


class Libretto:
    """A model, ready to play. Parts are read when first used."""

    def __init__(
        self, weights: WeightsFolder, *, threads: int | None = None, provider: str = "cpu", engine: str = "onnx", device: str = "cpu"
    ) -> None:
        self.weights, self.provider, self.engine, self.device = weights, provider, engine, device
        if engine not in ENGINES:
            raise RequestError(f"unknown engine {engine!r}; {did_you_mean(str(engine), list(ENGINES))}")
        if provider != "cpu":
            check_provider(provider)
        self.threads = default_threads() if threads is None else threads
        if isinstance(self.threads, bool) or not isinstance(self.threads, int) or self.threads < 1:
            raise RequestError(f"threads is {threads!r}, expected a whole number from 1")

    @classmethod
    def load(
        cls, folder: str | Path | None = None, *, threads: int | None = None, provider: str = "cpu", engine: str = "onnx",
        device: str = "cpu",
    ) -> Libretto:
        """The bundled model, or the one in ``folder``.

        Args:
            threads: cores to use; ``engine.onnx.default_threads`` when None. With more than one the stages work side by
                side, a core each; 1 keeps everything in the caller's thread. The music is the same.
            provider: what stages and codec run on: "cpu", "cuda", "coreml" or "directml", where the installed
                onnxruntime has it.
            engine: "onnx", or "kernel": single steps in a hand-written kernel, several times as fast, for processors
                with AVX-512 VNNI where numba is installed. Its sums are rounded in another order, so takes may differ.
                "torch": the stages on torch, where ``device`` says; a step is one CUDA graph and nothing leaves the card.
            device: of engine "torch": "cpu", "cuda" or "cuda:<number>".

        Raises:
            WeightsError: the folder is missing, foreign or corrupted.
            RequestError: ``threads`` is less than 1, or there is no such ``provider`` or ``engine`` here.
            MissingExtra: ``engine`` needs a package that is not installed.
        """
        return cls(open_weights(folder), threads=threads, provider=provider, engine=engine, device=device)

    @property
    def config(self) -> LibrettoConfig:
        return self.weights.config

    @property
    def sample_rate(self) -> int:
        return self.config.sample_rate

    @cached_property
    def codec(self) -> CodecRuntime | WaveformRuntime:
        from .codec import open_codec

        weights = self.weights
        return open_codec(self.config.codec, weights.path, weights.tables, threads=1, provider=self.provider)

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
        return {name: self._stage(self.config.stage(name)) for name in STAGES}

    def _stage(self, spec: StageSpec) -> StageRuntime:
        from .stages.forgetful import as_specified
        from .stages.opening import open_stage
        from .stages.runtime import StageRuntime, graph_name

        weights = self.weights
        if self.engine == "torch":
            require("torch", extra="train")
            from .stages.device_writer import open_torch_stage

            return open_torch_stage(weights, spec, device=self.device)
        if self.engine == "kernel" and spec.pattern != "parallel":
            from .engine.kernel import KernelSteps

            steps = KernelSteps(weights.path / graph_name(spec), spec.transformer, threads=1, provider=self.provider)
            return as_specified(StageRuntime(spec, weights.path, weights.tables, engine=steps))
        return open_stage(spec, weights.path, weights.tables, threads=1, provider=self.provider)

    def generate(self, prompt: str = "", *, seconds: float = 10.0, seed: int = 0, take: int = 0, **options: Any) -> Take:
        """Music for ``prompt``: exactly ``seconds`` long, the same for the same seed and take.

        Args:
            options: other fields of ``Request``: ``guidance``, ``temperature``, ``at``, ``like``, ``avoid``, ``best_of`` ...

        Raises:
            RequestError: something asked for is out of range.
        """
        return self.perform(Request(prompt, seconds=seconds, seed=seed, **options), take=take)

    def stream(
        self, prompt: str | Request = "", *, seconds: float = 10.0, seed: int = 0, take: int = 0,
        chunk_seconds: float = CHUNK_SECONDS, **options: Any,
    ) -> Stream:
        """The same music as ``generate``, in chunks as they are made; together they are its samples, whatever their length.

        Args:
            prompt: or a whole ``Request`` or ``ways.extend.Extend``, which says the rest itself.
            chunk_seconds: length of a chunk; the last one may be shorter.
        """
        from .ways import stream

        request = prompt if isinstance(prompt, Request) else Request(prompt, seconds=seconds, seed=seed, **options)
        return stream(self, request, take=take, chunk_seconds=chunk_seconds)

    def perform(self, request: Request, *, take: int = 0, progress: Callable[[float], None] | None = None) -> Take:
        """One take of ``request``, whichever way in it is. ``progress`` is called with the seconds of music made."""
        from .ways import perform

        return perform(self, request, take=take, progress=progress)

    def perform_all(self, request: Request, *, progress: Callable[[float], None] | None = None) -> list[Take]:
        """All ``request.takes`` takes, each as ``perform`` makes it alone; plain ones side by side, in less time together."""
        request = drafted(self, request)
        if request.way == "generate" and request.best_of == 1:
            return played(Performance(self, request, takes=range(request.takes)), progress)
        return [self.perform(request, take=take, progress=progress) for take in range(request.takes)]

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
        blocks = list(decoded(self.codec, tokens.shape[1], lambda start, stop: tokens[None, :, start:stop]))
        return Waveform(np.concatenate(blocks, axis=1), self.sample_rate)

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


def load(
    folder: str | Path | None = None, *, threads: int | None = None, provider: str = "cpu", engine: str = "onnx",
    device: str = "cpu",
) -> Libretto:
    """``Libretto.load``."""
    return Libretto.load(folder, threads=threads, provider=provider, engine=engine, device=device)
