"""What is lost on the way from true tokens to sound: held-out clips decoded, and their levels written again stage by stage.

Bits per token say how well a stage predicts true pasts, and cannot be compared between patterns of decoding; this says
what its own writing sounds like. Similarity is that of our own MuLan to the very clip (1 is the clip).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from libretto.corpus.shards.dataset import Dataset

from ..errors import CorpusError, RequestError
from ..features import mel_filters
from .mel_distance import FLOOR, amplitudes, mel_distance

if TYPE_CHECKING:
    from ..pipeline import Libretto

ROADS = ("codec", "fine", "coarse_and_fine")  # from which stage on tokens are written: none, fine, coarse
_WINDOW, _BANDS = 1024, 80


def evaluate(
    model: Libretto, *, data: Path, split: str = "test", limit: int | None = None, seconds: float = 10.0, seed: int = 0,
    roads: Sequence[str] = ROADS,
) -> dict[str, Any]:
    """Figures of every road: mean and standard error over clips, by default sampling.

    Args:
        data: a dataset folder.
        limit: at most so many clips, evenly over the split; 25 by default.
        seconds: of each clip, from its start.
        seed: clip i is written with seed + i.
        roads: some of ``ROADS``.

    Raises:
        CorpusError: no clip of the split is long enough.
        RequestError: ``seconds`` is too short to be heard.
    """
    if not seconds >= 1:
        raise RequestError(f"seconds is {seconds:g}, expected at least 1")
    dataset, size = Dataset.open(data), round(seconds * model.sample_rate)
    found = [index for index in dataset.split(split) if dataset.clips[index].samples >= size]
    if dataset.sample_rate != model.sample_rate or not found:
        raise CorpusError(f"{data} has {len(found)} clips of {seconds:g} s in split {split!r} at {dataset.sample_rate} Hz, expected "
                          f"some at {model.sample_rate} Hz; choose another split or fewer seconds")
    count = min(limit or 25, len(found))
    chosen = [found[at * len(found) // count] for at in range(count)]
    rows: dict[str, list[dict[str, float]]] = {road: [] for road in roads}
    real = []
    for number, index in enumerate(chosen):
        samples = dataset.audio(index)[:size]
        semantic, acoustic = model.semantic.tokenize(samples), model.codec.encode(samples)
        real.append(repetition(acoustic[: model.config.coarse_levels]))
        for road in roads:
            tokens = written(model, samples, semantic[None], acoustic, road=road, seed=seed + number)
            made = model.decode(tokens).samples[0][:size]
            own = {"repetition": repetition(tokens[: model.config.coarse_levels])}
            rows[road].append(own | compared(model, made, samples[: len(made)]))
    return {"clips": count, "seconds_each": seconds, "repetition_of_true_tokens": round(float(np.mean(real)), 4),
            **{road: _summary(figures) for road, figures in rows.items()}}


def written(model: Libretto, samples: np.ndarray, semantic: np.ndarray, acoustic: np.ndarray, *, road: str, seed: int) -> np.ndarray:
    """Acoustic tokens [K, T] of a clip, true up to the stage where ``road`` begins to write."""
    split, frames = model.config.coarse_levels, acoustic.shape[1]
    if road == "codec":
        return acoustic
    coarse, fine = acoustic[:split], model.stages["fine"]
    if road == "coarse_and_fine":
        style = model.mulan.tokenize(model.mulan.embed_audio(samples))
        stage = model.stages["coarse"]
        coarse, _ = stage.advance(stage.start({"style": style}, seed=seed), {"semantic": semantic}, frames)
    rest, _ = fine.advance(fine.start(seed=seed), {"coarse": coarse}, frames)
    return np.concatenate([coarse, rest])


def repetition(tokens: np.ndarray) -> float:
    """Share of frames of [K, T] whose every level is that of the frame before."""
    return float((tokens[:, 1:] == tokens[:, :-1]).all(axis=0).mean())


def compared(model: Libretto, made: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Figures of samples [N] beside the clip they should be.

    ``similarity``: cosine of style embeddings; ``mel``: see ``mel_distance``; ``spectrum_db``: mean difference of the
    bands' mean levels in time; ``movement``: mean change of a band's level from one frame to the next, over the clip's;
    ``level_db``: of root mean squares.
    """
    embedded = [model.mulan.embed_audio(samples) for samples in (made, true)]
    filters = mel_filters(model.sample_rate, _WINDOW, _BANDS).T
    levels = [20 * np.log10(np.maximum(amplitudes(samples, _WINDOW) @ filters, FLOOR)) for samples in (made, true)]
    moved = [float(np.abs(np.diff(level, axis=0)).mean()) for level in levels]
    power = [float(np.square(samples, dtype=np.float64).mean()) for samples in (made, true)]
    return {
        "similarity": float(embedded[0] @ embedded[1]),
        "mel": mel_distance(made, true, sample_rate=model.sample_rate),
        "spectrum_db": float(np.abs(levels[0].mean(axis=0) - levels[1].mean(axis=0)).mean()),
        "movement": moved[0] / max(moved[1], 1e-6),
        "level_db": 10 * float(np.log10(max(power[0], 1e-12) / max(power[1], 1e-12))),
    }


def _summary(rows: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Mean and standard error of every figure."""
    summary = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows])
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
        summary[name] = {"mean": round(float(values.mean()), 4), "error": round(float(error), 4)}
    return summary
