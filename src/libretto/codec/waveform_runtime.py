"""SoundStream without torch: the SEANet graphs in ONNX Runtime, stepped with explicit states.

Nothing here looks ahead, so both directions stream without delay, and a whole is its own stream put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..config import CodecSpec
from ..engine.onnx import session
from ..errors import AudioError, ConfigError, RequestError, WeightsError
from .codebooks import Codebooks
from .runtime import DECODER, ENCODER

_WINDOW = 250  # token frames a net runs over at once; bounds the memory


@dataclass(frozen=True)
class WaveformStream:
    """Where a stream stands: what every convolution still needs of the past. Never changed in place."""

    states: tuple[np.ndarray, ...]
    ended: bool = False


class WaveformRuntime:
    """Samples to tokens and back; the verbs of ``CodecRuntime``, and a streamed encoder.

    Args:
        folder: holds ``codec_encoder.onnx`` and ``codec_decoder.onnx``; each is opened at its first use.
        tables: holds "codec.codebooks" [K, V, D].
        threads, provider: of the ONNX sessions; see ``engine.onnx.session``.
    """

    def __init__(
        self, spec: CodecSpec, folder: Path | str, tables: Mapping[str, np.ndarray], *, threads: int | None = None,
        provider: str = "cpu",
    ) -> None:
        if spec.kind != "seanet":
            raise ConfigError(f"the codec is of kind {spec.kind!r}, this runtime plays 'seanet'; use libretto.codec.open_codec")
        self.spec, self.folder = spec, Path(folder)
        self.codebooks = Codebooks(spec, tables)
        self._threads, self._provider = threads, provider
        self._sessions: dict[str, Any] = {}

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
        """Token frames a stream lags behind: none."""
        return 0

    # encoding

    def encode(self, samples: np.ndarray) -> np.ndarray:
        """samples float [N] at ``sample_rate`` -> tokens int64 [K, T], T = ceil(N / hop).

        The last frame is completed with silence, so nothing is lost.

        Raises:
            AudioError: the samples are not one channel of finite numbers.
        """
        samples = np.asarray(samples, dtype=np.float32)
        if samples.ndim == 1:
            samples = np.pad(samples, (0, -len(samples) % self.hop))
        return self.encode_chunk(self.encoder_stream(), samples)[0]

    def encoder_stream(self) -> WaveformStream:
        """The state before the first sample."""
        return WaveformStream(self._silence(ENCODER))

    def encode_chunk(self, state: WaveformStream, samples: np.ndarray) -> tuple[np.ndarray, WaveformStream]:
        """The next whole frames of samples [T' * hop] -> their tokens int64 [K, T'], and the state after them.

        Raises:
            AudioError: the samples are not one channel of finite numbers, or no whole frames.
        """
        samples = np.asarray(samples, dtype=np.float32)
        if samples.ndim != 1:
            raise AudioError(f"the codec got samples of shape {list(samples.shape)}, expected [samples]; mix down to mono")
        if len(samples) % self.hop:
            raise AudioError(f"a chunk has {len(samples)} samples, expected a multiple of {self.hop}")
        if not np.isfinite(samples).all():
            raise AudioError("the codec got samples that are not finite; check the recording")
        latent, states = self._run(ENCODER, samples.reshape(-1, self.hop), state.states)
        return self.codebooks.quantize(latent), WaveformStream(states)

    # decoding

    def decode(self, tokens: np.ndarray) -> np.ndarray:
        """tokens [K', T], K' <= levels -> samples float32 [T * hop]."""
        return self.decode_chunk(self.decoder_stream(), tokens, last=True)[0]

    def decoder_stream(self) -> WaveformStream:
        """The state before the first frame."""
        return WaveformStream(self._silence(DECODER))

    def decode_chunk(self, state: WaveformStream, tokens: np.ndarray, *, last: bool = False) -> tuple[np.ndarray, WaveformStream]:
        """The next tokens [K', T'] of a stream -> their samples [T' * hop], and the state after them."""
        if state.ended:
            raise RequestError("this stream has had its last chunk; start another with decoder_stream()")
        samples, states = self._run(DECODER, self.codebooks.latent(tokens), state.states)
        return samples.reshape(-1), WaveformStream(states, ended=last)

    # graphs

    def _session(self, name: str) -> Any:
        if name not in self._sessions:
            opened = session(self.folder / name, threads=self._threads, provider=self._provider)
            inputs, outputs = ([value.name for value in values] for values in (opened.get_inputs(), opened.get_outputs()))
            states = [f"state_{index}" for index in range(len(inputs) - 1)]
            if inputs[1:] != states or outputs[1:] != [f"next_{state}" for state in states]:
                raise WeightsError(f"{self.folder / name} is no streaming graph of a SEANet codec; export the weights again")
            self._sessions[name] = opened
        return self._sessions[name]

    def _silence(self, name: str) -> tuple[np.ndarray, ...]:
        return tuple(np.zeros(value.shape, np.float32) for value in self._session(name).get_inputs()[1:])

    def _run(self, name: str, frames: np.ndarray, states: tuple[np.ndarray, ...]) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """frames [T, ...] through a graph, window by window -> results [T, ...] and the states after them."""
        opened, pieces = self._session(name), []
        inputs = [value.name for value in opened.get_inputs()]
        for start in range(0, len(frames), _WINDOW):
            feeds = dict(zip(inputs, (frames[None, start : start + _WINDOW], *states), strict=True))
            result, *after = opened.run(None, feeds)
            pieces.append(result[0])
            states = tuple(after)
        width = self.spec.latent if name == ENCODER else self.hop
        return (np.concatenate(pieces) if pieces else np.zeros((0, width), np.float32)), states
