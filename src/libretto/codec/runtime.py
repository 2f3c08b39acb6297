"""The phase-free codec without torch: log-mels and synthesis in numpy, the nets in ONNX Runtime.

Both directions work in windows that overlap by all a frame depends on, so the result does not depend on the cut.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..config import CodecSpec
from ..engine.onnx import session
from ..errors import AudioError, ConfigError, RequestError
from .codebooks import Codebooks
from .features import FEATURES, RESOLUTIONS, stacked_log_mel

ENCODER = "codec_encoder.onnx"
DECODER = "codec_decoder.onnx"
_WINDOW = 500  # token frames a net sees at once, without the margins
_KERNEL_SIDE = 3  # frames on each side that a ConvNeXt block sees


@dataclass(frozen=True)
class DecoderStream:
    """Where a streamed decoding stands. Never changed in place: keep, copy or pickle it and go on from it later."""

    emitted: int  # token frames whose spectrum has been used up
    latent: np.ndarray  # float32 [T', D]: frames before ``emitted`` that later ones depend on, then those that wait
    cycles: np.ndarray  # float64 [bins]: running phase of every bin, in cycles
    tail: np.ndarray  # float32 [window - hop]: what the frames so far add to samples still to come
    skip: int  # samples before the start of the signal, still to be thrown away
    kept: int = 0  # rows of ``latent`` before ``emitted``
    ended: bool = False

    @property
    def first(self) -> int:
        """The frame ``latent`` begins with."""
        return self.emitted - self.kept


class CodecRuntime:
    """Samples to tokens and back.

    Args:
        folder: holds ``codec_encoder.onnx`` and ``codec_decoder.onnx``; each is opened at its first use.
        tables: holds "codec.codebooks" [K, V, D].
        threads, provider: of the ONNX sessions; see ``engine.onnx.session``.
    """

    def __init__(
        self, spec: CodecSpec, folder: Path | str, tables: Mapping[str, np.ndarray], *, threads: int | None = None,
        provider: str = "cpu",
    ) -> None:
        if spec.kind != "mel":
            raise ConfigError(f"the codec is of kind {spec.kind!r}, only 'mel' runs without torch; choose a preset with it")
        self.spec, self.folder = spec, Path(folder)
        self.codebooks = Codebooks(spec, tables)
        self._threads, self._provider = threads, provider
        self._sessions: dict[str, Any] = {}
        self._synthesis = _Synthesis(spec)

    @property
    def sample_rate(self) -> int:
        return self.spec.sample_rate

    @property
    def frame_rate(self) -> int:
        """Token frames per second."""
        return self.spec.frame_rate

    @property
    def levels(self) -> int:
        return self.spec.levels

    @property
    def hop(self) -> int:
        """Samples of a token frame."""
        return self.spec.hop

    @property
    def context(self) -> int:
        """Token frames on either side that a decoded frame depends on: the delay of a stream."""
        ratio = self.spec.hop // self.spec.synthesis_hop
        return _KERNEL_SIDE * self.spec.encoder_layers + -(-_KERNEL_SIDE * self.spec.decoder_layers // ratio)

    # encoding

    def encode(self, samples: np.ndarray) -> np.ndarray:
        """samples float [N] at ``sample_rate`` -> tokens int64 [K, T], T = ceil(N / hop).

        The last frame is completed with silence, so nothing is lost.

        Raises:
            AudioError: the samples are not one channel of finite numbers.
        """
        samples = np.asarray(samples, dtype=np.float32)
        if samples.ndim != 1:
            raise AudioError(f"the codec got samples of shape {list(samples.shape)}, expected [samples]; mix down to mono")
        if not np.isfinite(samples).all():
            raise AudioError("the codec got samples that are not finite; check the recording")
        total = -(-len(samples) // self.hop)
        samples = np.pad(samples, (0, total * self.hop - len(samples)))
        parts = [self.quantize(self._encoded(samples, start, min(start + _WINDOW, total), total))
                 for start in range(0, total, _WINDOW)]
        return np.concatenate(parts, axis=1) if parts else np.zeros((self.levels, 0), np.int64)

    def _encoded(self, samples: np.ndarray, start: int, stop: int, total: int) -> np.ndarray:
        """Latent [T, D] of frames ``start`` to ``stop``, from a window with a margin on both sides."""
        margin = _KERNEL_SIDE * self.spec.encoder_layers
        reach = max(window for window, *_ in RESOLUTIONS) // self.hop + 1
        first, last = max(0, start - margin), min(total, stop + margin)
        left, right = max(0, first - reach), min(total, last + reach)
        features = stacked_log_mel(samples[left * self.hop : right * self.hop], self.spec)[first - left : last - left]
        (latent,) = self._run(ENCODER, {"features": features[None]}, ["latent"])
        return latent[0, start - first : stop - first]

    def quantize(self, latent: np.ndarray) -> np.ndarray:
        """latent [T, D] -> tokens int64 [K, T]; see ``Codebooks.quantize``."""
        return self.codebooks.quantize(latent)

    # decoding

    def latent(self, tokens: np.ndarray) -> np.ndarray:
        """tokens [K', T] -> latent float32 [T, D]; see ``Codebooks.latent``."""
        return self.codebooks.latent(tokens)

    def decode(self, tokens: np.ndarray, *, seed: int = 0) -> np.ndarray:
        """tokens [K', T], K' <= levels -> samples float32 [T * hop]. ``seed`` sets the phases everything starts with."""
        return self.decode_chunk(self.decoder_stream(seed=seed), tokens, last=True)[0]

    def decode_warped(self, tokens: np.ndarray, places: np.ndarray, *, seed: int = 0) -> np.ndarray:
        """tokens [K', T] in another time: samples float32 [J * synthesis_hop], pitches as they were.

        Args:
            places: float64 [J], what sounds at every ``synthesis_hop`` samples: the place in the music, counted in
                synthesis frames from the first; between two frames their spectra are mixed.
        """
        latent = self.latent(tokens)
        pieces = [self._spectrum(latent, start, min(start + _WINDOW, len(latent))) for start in range(0, len(latent), _WINDOW)]
        spectrum = [np.concatenate(parts) for parts in zip(*pieces, strict=True)]
        places = np.clip(places, 0.0, len(spectrum[0]) - 1)
        before = np.minimum(places.astype(int), len(spectrum[0]) - 2)
        share = (places - before).astype(np.float32)[:, None]
        warped = [part[before] * (1 - share) + part[before + 1] * share for part in spectrum]
        start = self.decoder_stream(seed=seed)
        samples, _, tail = self._synthesis.step(warped, start.cycles, start.tail)
        return np.concatenate([samples, tail])[start.skip :][: len(samples)]

    def decoder_stream(self, *, seed: int = 0) -> DecoderStream:
        """The state before the first frame."""
        synthesis = self._synthesis
        return DecoderStream(
            emitted=0,
            latent=np.zeros((0, self.spec.latent), np.float32),
            cycles=np.random.default_rng(seed).random(synthesis.bins),
            tail=np.zeros(synthesis.window - synthesis.hop, np.float32),
            skip=(synthesis.window - synthesis.hop) // 2,
        )

    def decode_chunk(self, state: DecoderStream, tokens: np.ndarray, *, last: bool = False) -> tuple[np.ndarray, DecoderStream]:
        """The next tokens [K', T'] of a stream -> the samples that are certain by now, and the state after them.

        The samples lag behind by ``context`` frames and half a synthesis window; ``last`` hands out the rest, so that
        the chunks of T frames in all give ``decode`` of all: T * hop samples.
        """
        if state.ended:
            raise RequestError("this stream has had its last chunk; start another with decoder_stream()")
        latent = np.concatenate([state.latent, self.latent(tokens)])
        first, known = state.first, state.first + len(latent)
        ready = known if last else max(state.emitted, known - self.context)
        cycles, tail, skip, pieces = state.cycles, state.tail, state.skip, []
        for start in range(state.emitted, ready, _WINDOW):
            spectrum = self._spectrum(latent, start - first, min(start + _WINDOW, ready) - first)
            samples, cycles, tail = self._synthesis.step(spectrum, cycles, tail)
            pieces.append(samples)
        if last:
            pieces.append(tail[: (self._synthesis.window - self._synthesis.hop) // 2])
        samples = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        dropped = min(skip, len(samples))
        kept = min(self.context, ready)
        state = dataclasses.replace(state, emitted=ready, latent=latent[ready - kept - first :], cycles=cycles, tail=tail,
                                    skip=skip - dropped, kept=kept, ended=last)
        return samples[dropped:], state

    def _spectrum(self, latent: np.ndarray, start: int, stop: int) -> list[np.ndarray]:
        """Magnitude, detuning, real and imaginary offset of rows ``start`` to ``stop`` of latent [T, D]; each [J, bins]."""
        left, right = max(0, start - self.context), min(len(latent), stop + self.context)
        parts = self._run(DECODER, {"latent": latent[None, left:right]}, ["magnitude", "detuning", "real", "imaginary"])
        ratio = self.spec.hop // self.spec.synthesis_hop
        return [part[0, (start - left) * ratio : (stop - left) * ratio] for part in parts]

    def features(self, tokens: np.ndarray) -> np.ndarray:
        """tokens [K', T] -> the stacked log-mels they stand for, float32 [T, F] (``codec.features``)."""
        latent, margin = self.latent(tokens), _KERNEL_SIDE * self.spec.encoder_layers
        parts = [np.zeros((0, FEATURES), np.float32)]
        for start in range(0, len(latent), _WINDOW):
            stop = min(start + _WINDOW, len(latent))
            left, right = max(0, start - margin), min(len(latent), stop + margin)
            (window,) = self._run(DECODER, {"latent": latent[None, left:right]}, ["features"])
            parts.append(window[0, start - left : stop - left])
        return np.concatenate(parts)

    def _run(self, name: str, feeds: dict[str, np.ndarray], outputs: list[str]) -> list[np.ndarray]:
        if name not in self._sessions:
            self._sessions[name] = session(self.folder / name, threads=self._threads, provider=self._provider)
        return self._sessions[name].run(outputs, feeds)


class _Synthesis:
    """``codec.decoder.Synthesis`` in numpy, stepwise: phase integration, inverse Fourier transform, overlap-add."""

    def __init__(self, spec: CodecSpec) -> None:
        self.hop, self.window = spec.synthesis_hop, spec.synthesis_window
        self.bins = self.window // 2 + 1
        reach = -(-self.window // self.hop)
        hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.window) / self.window)
        total = np.pad(hann, (0, reach * self.hop - self.window)).reshape(reach, self.hop).sum(0)
        self._taper = (hann / np.tile(total, reach)[: self.window] * self.window / 2).astype(np.float32)
        self._advance = np.arange(self.bins) * self.hop / self.window  # cycles a hop
        self._centre = (1.0 - 2.0 * (np.arange(self.bins) % 2)).astype(np.float32)  # phase from frame start to its centre

    def step(self, spectrum: list[np.ndarray], cycles: np.ndarray, tail: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The next frames' spectrum, four times [J, bins]: samples [J * hop], and the phases and the tail after them.

        Phases are summed in float64 and kept in [0, 1), so a stream of any length stays exact.
        """
        magnitude, detuning, real, imaginary = spectrum
        turns = (cycles + np.cumsum(detuning + self._advance, axis=0)) % 1.0
        angle = (2 * np.pi * turns).astype(np.float32)
        amplitude = np.exp(np.clip(magnitude, -16.0, 4.0)) * self._centre
        bins = np.empty(magnitude.shape, np.complex64)
        bins.real = amplitude * (np.cos(angle) + real)
        bins.imag = amplitude * (np.sin(angle) + imaginary)
        frames = np.fft.irfft(bins, n=self.window, axis=-1).astype(np.float32) * self._taper
        samples = np.zeros(len(frames) * self.hop + len(tail), np.float32)
        samples[: len(tail)] = tail
        for index, frame in enumerate(frames):
            samples[index * self.hop : index * self.hop + self.window] += frame
        done = len(frames) * self.hop
        return samples[:done], turns[-1], samples[done:]
