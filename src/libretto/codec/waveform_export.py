"""SoundStream as ``codec_encoder.onnx`` and ``codec_decoder.onnx`` with states in and out, and its codebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from ..config import CodecSpec
from ..config_file import from_dict
from ..engine.compact import store_half, trace
from ..errors import TrainingError
from ..files import atomic
from ..nn.seanet import SeanetDecoder, SeanetEncoder, State, plain_weights
from .codebooks import TABLE
from .model import WaveformCodec
from .runtime import DECODER, ENCODER

Precision = Literal["float32", "float16"]


class _Encoder(nn.Module):
    """Samples [1, T, hop] and states -> latent [1, T, D] and states."""

    def __init__(self, encoder: SeanetEncoder) -> None:
        super().__init__()
        self.net = encoder

    def forward(self, samples: Tensor, state: State) -> tuple[Tensor, State]:
        return self.net.step(samples.reshape(1, -1), state)


class _Decoder(nn.Module):
    """Latent [1, T, D] and states -> samples [1, T, hop] and states."""

    def __init__(self, decoder: SeanetDecoder, hop: int) -> None:
        super().__init__()
        self.net, self.hop = decoder, hop

    def forward(self, latent: Tensor, state: State) -> tuple[Tensor, State]:
        samples, state = self.net.step(latent, state)
        return samples.reshape(1, -1, self.hop), state


def export(codec: WaveformCodec, folder: Path | str, *, precision: Precision = "float16") -> dict[str, np.ndarray]:
    """Write both graphs into ``folder`` and return the arrays for ``tables.safetensors``.

    Args:
        precision: how weights are stored; the arithmetic is float32 always.
    """
    spec, trained = codec.spec, codec
    codec = WaveformCodec(spec)
    codec.load_state_dict(trained.state_dict())
    plain_weights(codec).requires_grad_(False)
    _write(_Encoder(codec.encoder), "samples", spec.hop, "latent", codec.encoder.start(1), Path(folder) / ENCODER, precision)
    _write(_Decoder(codec.decoder, spec.hop), "latent", spec.latent, "samples", codec.decoder.start(1), Path(folder) / DECODER, precision)
    return {TABLE: codec.quantizer.codebooks.numpy().astype(np.float32)}


def _write(module: nn.Module, name: str, width: int, output: str, state: State, path: Path, precision: Precision) -> None:
    """Frames [1, T, width] in ``name``, frames [1, T, ...] in ``output``; states "state_0" ... to "next_state_0" ..."""
    frames = torch.export.Dim("T", min=1, max=100_000)
    states = [f"state_{index}" for index in range(len(state))]
    graph = trace(module, (torch.zeros(1, 7, width), state), inputs=[name, *states], outputs=[output, *(f"next_{key}" for key in states)],
                  shapes=({1: frames}, [{} for _ in state]))
    with atomic(path) as temporary:
        onnx.save(store_half(graph) if precision == "float16" else graph, temporary)


def load_codec(run: Path | str) -> WaveformCodec:
    """The codec trained in run folder ``run``."""
    from ..train.checkpoint import load_weights, read_config

    stored = read_config(Path(run))
    if stored is None:
        raise TrainingError(f"{run} holds no checkpoint; train the codec first (libretto train codec)")
    codec = WaveformCodec(from_dict(CodecSpec, stored["config"]["codec"], where=f"{run}: codec"))
    codec.load_state_dict(load_weights(Path(run), "codec"))
    return codec.requires_grad_(False).eval()


def export_run(run: Path | str, folder: Path | str, *, precision: Precision = "float16") -> dict[str, np.ndarray]:
    """``export`` of the codec trained in run folder ``run``."""
    return export(load_codec(run), folder, precision=precision)
