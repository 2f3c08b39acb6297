"""The towers as ``mulan_text.onnx`` and ``mulan_audio.onnx``, ``vocabulary.txt``, and the style codebooks.

Matrices are kept in 4 bits (text) or 8 bits (audio) and cast back when the session loads (``engine.compact``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from libretto.corpus.labels import labels_of
from libretto.corpus.language.captions import captions as compose_captions
from libretto.corpus.score import sheet_of
from libretto.corpus.shards.dataset import Dataset

from .. import residual as quantize
from ..controls import TRAITS
from ..engine.compact import store_bytes, store_half, store_nibbles, trace
from ..files import atomic
from . import prior, traits
from .clips import ClipFeatures
from .model import Mulan
from .rounding import round_text
from .runtime import AUDIO, PRIOR, TEXT, TRAIT_TABLES, VOCABULARY
from .tokenizer import Tokenizer

_STARTS = (0.0, 0.5, 1.0)  # windows of a clip that prior and codebooks are fitted on, beside their mean
_FITTED_CLIPS = 6_000
_NEW_CAPTIONS = 16  # a clip, that traits are read from beside its own; ours


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
        codebooks: float [levels, V, D].
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


def export_run(
    run: Path, data: Path, folder: Path | str, *, seed: int = 0, cache: Path | None = None, start: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """``export`` of the model trained in ``run``, with prior and codebooks fitted on the dataset ``data``.

    Of a run whose audio tower was fixed (``alone``) the text tower is written, and no codebook is fitted.

    Args:
        start: codebooks [levels, V, D] of the model that this one learned on from.
    """
    from ..train.mulan import load

    model, dataset = load(run), Dataset.open(data)
    captions = [text for index in dataset.split("train") for text in dataset.clips[index].captions]
    round_text(model, [captions[index] for index in np.random.default_rng(seed).permutation(len(captions))])
    windows, sounds, texts, places = _fitted_on(model, dataset, seed=seed, cache=cache)
    tables = {PRIOR: prior.fit(texts, sounds[places]).astype(np.float16), **trait_tables(model.tokenizer, dataset, seed=seed)}
    if alone(run):
        return tables | export_text(model, folder)
    spec, told = model.spec, prior.expected(tables[PRIOR].astype(np.float32), texts)
    codebooks = quantize.fit(np.concatenate([windows, sounds, told]), levels=spec.levels, codebook_size=spec.codebook_size, seed=seed,
                             start=start)
    return tables | export(model, codebooks, folder)


def trait_tables(
    tokenizer: Tokenizer, dataset: Dataset, *, names: Sequence[str] = tuple(TRAITS), seed: int = 0
) -> dict[str, np.ndarray]:
    """What captions of training clips, kept ones and new ones, say of the traits ``names``; no table of one that no clip has."""
    rng, rows, told = np.random.default_rng(seed), [], []
    for clip in (dataset.clips[index] for index in dataset.split("train")):
        labels = labels_of(clip.sheet, clip.samples / dataset.sample_rate)
        known = [values.index(value) if (value := labels.traits[name]) in values else -1 for name, values in TRAITS.items()]
        if max(known) >= 0:
            texts = [*clip.captions, *compose_captions(sheet_of(clip.sheet), rng, _NEW_CAPTIONS)]
            rows += [traits.pieces(tokenizer, text) for text in texts]
            told += [known] * len(texts)
    tables = {}
    for column, (name, values) in enumerate(TRAITS.items()):
        if name not in names:
            continue
        some = [place for place, known in enumerate(told) if known[column] >= 0]
        if some:
            table = traits.fit([rows[place] for place in some], np.array([told[place][column] for place in some]),
                               vocabulary=len(tokenizer) * (2 if name in traits.NEGATED else 1), classes=len(values), seed=seed)
            tables[TRAIT_TABLES[name]] = table.astype(np.float16)
    return tables


def _fitted_on(
    model: Mulan, dataset: Dataset, *, seed: int, cache: Path | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Unit vectors of the training clips' windows [N, D], of the clips [C, D], of captions [M, D], and the place of each one's clip [M]."""
    from ..train.mulan import audio_embeddings, text_embeddings

    spec, rng = model.spec, np.random.default_rng(seed)
    clips = sorted(rng.permutation(dataset.split("train"))[:_FITTED_CLIPS].tolist())
    windows = audio_embeddings(model, ClipFeatures(dataset, spec, folder=cache), clips, starts=_STARTS)
    mean = windows.mean(axis=1)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    told = [(text, place) for place, index in enumerate(clips) for text in dataset.clips[index].captions]
    told = [told[number] for number in rng.permutation(len(told))[: 4 * len(clips)]]
    texts = text_embeddings(model, [text for text, _ in told])
    return windows.reshape(-1, spec.dimension), mean, texts, np.array([place for _, place in told])


def alone(run: Path) -> bool:
    """Whether the text tower of ``run`` learned alone, towards the audio tower that it began from."""
    from ..train.checkpoint import read_config

    return bool(((read_config(run) or {}).get("config") or {}).get("fixed_audio"))
