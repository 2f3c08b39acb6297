"""The phase-free codec as ``codec_encoder.onnx`` and ``codec_decoder.onnx``, and its codebooks.

However matrices are stored, they are float32 when they are used: integer arithmetic would take its scales from whatever
else lies in the window, and a stream would no longer equal the whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from ..config import CodecSpec
from ..config_file import from_dict
from ..engine.compact import store_bytes, store_half, store_nibbles, trace
from ..errors import TrainingError
from ..files import atomic
from .codebooks import TABLE
from .decoder import SpectralDecoder, Spectrum
from .features import FEATURES
from .runtime import DECODER, ENCODER
from .tokens import TokenModel

Precision = Literal["float32", "float16", "int8", "int4"]


class _Encoder(nn.Module):
    """Stacked log-mels [1, T, F] -> latent [1, T, D]."""

    def __init__(self, model: TokenModel) -> None:
        super().__init__()
        self.encoder = model.encoder
        self.register_buffer("mean", model.mean)

    def forward(self, features: Tensor) -> Tensor:
        return self.encoder(features - self.mean)


class _Decoder(nn.Module):
    """Latent [1, T, D] -> Spectrum, [1, J, bins] each, and the features the tokens stand for [1, T, F]."""

    def __init__(self, model: TokenModel, decoder: SpectralDecoder) -> None:
        super().__init__()
        self.features, self.spectrum = model.decoder, decoder

    def forward(self, latent: Tensor) -> tuple[Tensor, ...]:
        features = self.features(latent)
        return *self.spectrum(latent, features), features + self.spectrum.mean


def export(token_model: TokenModel, decoder: SpectralDecoder, folder: Path | str, *,
           precision: Precision = "int4") -> dict[str, np.ndarray]:
    """Write both graphs into ``folder`` and return the arrays for ``tables.safetensors``.

    Args:
        precision: how matrices are stored. "int4" holds for the blocks of the spectral decoder, which make two thirds of
            the codec and lose nothing audible; the others then take 8 bits.
    """
    tables = export_encoder(token_model, folder, precision=precision)
    outputs = [*Spectrum._fields, "features"]
    _write(_Decoder(token_model, decoder), "latent", token_model.spec.latent, outputs, Path(folder) / DECODER, precision)
    return tables


def export_encoder(token_model: TokenModel, folder: Path | str, *, precision: Precision = "int4") -> dict[str, np.ndarray]:
    """Write ``codec_encoder.onnx`` alone: tokens can be made as soon as phase "tokens" is trained."""
    _write(_Encoder(token_model), "features", FEATURES, ["latent"], Path(folder) / ENCODER, precision)
    return {TABLE: token_model.quantizer.codebooks.numpy().astype(np.float16)}


def _write(module: nn.Module, name: str, width: int, outputs: list[str], path: Path, precision: Precision) -> None:
    frames = torch.export.Dim("T", min=2, max=100_000)
    graph = trace(module, (torch.zeros(1, 40, width),), inputs=[name], outputs=outputs, shapes=({1: frames},))
    if precision == "int4" and isinstance(module, _Decoder):
        inner = module.spectrum.blocks[0].inner
        graph = store_nibbles(graph, [(inner.in_features, inner.out_features), (inner.out_features, inner.in_features)])
    if precision in ("int4", "int8"):
        graph = store_bytes(graph)
    if precision != "float32":
        graph = store_half(graph)
    with atomic(path) as temporary:
        onnx.save(graph, temporary)


def load_tokens(run: Path | str) -> TokenModel:
    """The model trained by phase "tokens" in run folder ``run``."""
    from ..train.checkpoint import load_weights

    model = TokenModel(_spec(Path(run)))
    model.load_state_dict(load_weights(Path(run), "tokens"))
    return model.requires_grad_(False).eval()


def load_decoder(run: Path | str) -> SpectralDecoder:
    """The moving average of the decoder trained by phase "decoder" in run folder ``run``."""
    from ..train.checkpoint import load_weights

    decoder = SpectralDecoder(_spec(Path(run)))
    weights = load_weights(Path(run), "average")
    decoder.load_state_dict({name.removeprefix("module."): value for name, value in weights.items()})
    return decoder.requires_grad_(False).eval()


def export_runs(tokens_run: Path | str, decoder_run: Path | str, folder: Path | str, *,
                precision: Precision = "int4") -> dict[str, np.ndarray]:
    """``export`` of the models trained in two run folders."""
    return export(load_tokens(tokens_run), load_decoder(decoder_run), folder, precision=precision)


def _spec(run: Path) -> CodecSpec:
    from ..train.checkpoint import read_config

    stored = read_config(run)
    if stored is None:
        raise TrainingError(f"{run} holds no checkpoint; train the codec first (libretto train codec)")
    return from_dict(CodecSpec, stored["config"]["codec"], where=f"{run}: codec")
