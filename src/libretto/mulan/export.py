"""The towers as ``mulan_text.onnx`` and ``mulan_audio.onnx``, ``vocabulary.txt``, and the style codebooks.

Matrices are kept in 4 bits (text) or 8 bits (audio) and cast back when the session loads (``engine.compact``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from libretto.corpus.shards.dataset import Dataset

from .. import residual as quantize
from ..engine.compact import store_bytes, store_half, store_nibbles, trace
from ..files import atomic
from .clips import ClipFeatures
from .model import Mulan
from .rounding import round_text
from .runtime import AUDIO, TEXT, VOCABULARY

_STARTS = (0.0, 0.5, 1.0)  # windows of a clip that the codebooks are fitted on, beside their mean
_FITTED_CLIPS = 6_000


class _Text(nn.Module):
    def __init__(self, model: Mulan) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor) -> Tensor:
        return self.model.embed_text(ids)


class _Audio(nn.Module):
    def __init__(self, model: Mulan) -> None:
        super().__init__()
        self.model = model

    def forward(self, mel: Tensor, described: Tensor) -> Tensor:
        return self.model.embed_audio(mel, described)


def export(model: Mulan, codebooks: np.ndarray, folder: Path | str, *, small: bool = True) -> dict[str, np.ndarray]:
    """Write both towers and the vocabulary into ``folder``; return the arrays for ``tables.safetensors``.

    Args:
        codebooks: float [levels, V, D], of ``fit_codebooks``.
        small: keep the text tower's matrices in 4 bits and the audio tower's in 8; else in float32.
    """
    spec, batch = model.spec, _batch()
    window = int(spec.window_seconds * spec.mel.frame_rate)
    count = model.audio.describe[0].normalized_shape[0]
    graph = trace(_Audio(model), (torch.zeros(2, window, spec.mel.bands), torch.zeros(2, count)), inputs=["mel", "descriptors"],
                  outputs=["unit_vector"], shapes=({0: batch}, {0: batch}))
    with atomic(Path(folder) / AUDIO) as path:
        onnx.save(store_half(store_bytes(graph)) if small else graph, path)
    return {"mulan.codebooks": codebooks.astype(np.float16), **export_text(model, folder, small=small)}


def export_text(model: Mulan, folder: Path | str, *, small: bool = True) -> dict[str, np.ndarray]:
    """As ``export``, the text tower and the vocabulary alone, beside an audio tower and codebooks that stay."""
    spec = model.spec
    pieces = torch.export.Dim("S", min=2, max=spec.text_length)
    graph = trace(_Text(model), (torch.full((2, 7), 5),), inputs=["ids"], outputs=["unit_vector"], shapes=({0: _batch(), 1: pieces},))
    if small:
        width = spec.text_width
        shapes = [(spec.text_vocabulary, width), (width, width), (width, 3 * width), (width, 4 * width), (4 * width, width)]
        graph = store_half(store_bytes(store_nibbles(graph, shapes)))
    with atomic(Path(folder) / TEXT) as path:
        onnx.save(graph, path)
    with atomic(Path(folder) / VOCABULARY) as path:
        model.tokenizer.save(path)
    return {"mulan.scale": model.inverse_temperature.detach().numpy().reshape(1)}


def _batch() -> Any:
    return torch.export.Dim("B", min=1, max=4096)


def fit_codebooks(
    model: Mulan, dataset: Dataset, *, seed: int = 0, cache: Path | None = None, start: np.ndarray | None = None
) -> np.ndarray:
    """Codebooks [levels, V, D] of the training clips' windows and means and of as many of their captions.

    Args:
        start: codebooks of the model that this one learned on from.
    """
    spec, heard = model.spec, fitted_on(model, dataset, seed=seed, cache=cache)
    return quantize.fit(heard, levels=spec.levels, codebook_size=spec.codebook_size, seed=seed, start=start)


def fitted_on(model: Mulan, dataset: Dataset, *, seed: int = 0, cache: Path | None = None) -> np.ndarray:
    """What codebooks are fitted on: float32 [N, D]."""
    from ..train.mulan import audio_embeddings, text_embeddings

    spec, rng = model.spec, np.random.default_rng(seed)
    clips = dataset.split("train")
    clips = sorted(rng.permutation(clips)[:_FITTED_CLIPS].tolist())
    windows = audio_embeddings(model, ClipFeatures(dataset, spec, folder=cache), clips, starts=_STARTS)
    mean = windows.mean(axis=1)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    texts = [text for index in clips for text in dataset.clips[index].captions]
    texts = [texts[index] for index in rng.permutation(len(texts))[: 4 * len(clips)]]
    return np.concatenate([windows.reshape(-1, spec.dimension), mean, text_embeddings(model, texts)])


def export_run(
    run: Path, data: Path, folder: Path | str, *, seed: int = 0, cache: Path | None = None, start: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """``export`` of the model trained in ``run``, with codebooks fitted on the dataset ``data``; ``start`` as of ``fit_codebooks``.

    Of a run whose audio tower was fixed (``alone``) the text tower is written, and levels are fitted that ``start`` has not yet.
    """
    from ..train.mulan import load

    model, dataset = load(run), Dataset.open(data)
    captions = [text for index in dataset.split("train") for text in dataset.clips[index].captions]
    round_text(model, [captions[index] for index in np.random.default_rng(seed).permutation(len(captions))])
    if alone(run):
        tables, levels = export_text(model, folder), model.spec.levels
        if start is not None and levels > len(start):
            heard = fitted_on(model, dataset, seed=seed, cache=cache)
            tables["mulan.codebooks"] = quantize.extend(start, heard, levels=levels, seed=seed).astype(np.float16)
        return tables
    return export(model, fit_codebooks(model, dataset, seed=seed, cache=cache, start=start), folder)


def alone(run: Path) -> bool:
    """Whether the text tower of ``run`` learned alone, towards the audio tower that it began from."""
    from ..train.checkpoint import read_config

    return bool(((read_config(run) or {}).get("config") or {}).get("fixed_audio"))
