"""Does the encoder know a tune again? A hum looks for its tune among arranged ones (MusicLM 2301.11325 section 4.5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..config import MelodySpec
from ..errors import WeightsError
from ..melody.pitch import hear
from ..melody.runtime import CODEBOOKS, FILE, MelodyRuntime
from ..melody.store import SECONDS
from ..melody.versions import versions
from ..pipeline import Libretto

_QUERIES = ("hummed", "sung", "solo")


def evaluate(
    model: Libretto, *, limit: int | None = None, seed: int = 77, fonts: list[Path] | None = None
) -> dict[str, Any]:
    """Recall of tunes composed with ``seed``, none of which a recipe trains on by default.

    Args:
        limit: tunes, 500 when None.
        fonts: soundfonts or folders of them; see ``corpus.soundfont.find_fonts``.

    Returns:
        For each kind of query: recall_1, recall_10 and median_rank of embeddings, of tokens, and of mean chroma (the baseline).
    """
    weights = model.weights
    if CODEBOOKS not in weights.tables or not (weights.path / FILE).is_file():
        raise WeightsError(f"{weights.path} has no melody encoder; train one (libretto train melody) and export it")
    runtime = MelodyRuntime(model.config.melody, weights.path, weights.tables, threads=model.threads)
    return measure(runtime, tunes=500 if limit is None else limit, seed=seed, fonts=fonts)


def measure(runtime: MelodyRuntime, *, tunes: int, seed: int, fonts: list[Path] | None = None) -> dict[str, Any]:
    """``evaluate`` of a runtime that belongs to no weights folder."""
    spec = runtime.spec
    ears = {
        "embedding": runtime.embed,
        "tokens": lambda samples: _unit(_sum(runtime, runtime.tokenize(samples))),
        "chroma": lambda samples: _chroma(samples, spec),
    }
    found: dict[str, dict[str, list[np.ndarray]]] = {name: {} for name in ears}
    for tune in range(tunes):
        number = int(np.random.default_rng([seed, tune, 24]).integers(2**62))
        for told in versions(number, seconds=SECONDS, sample_rate=spec.sample_rate, fonts=fonts, kinds=("arranged", *_QUERIES)):
            for name, ear in ears.items():
                found[name].setdefault(told.kind, []).append(ear(told.samples))
    result: dict[str, Any] = {"tunes": tunes, "chance_1": 1 / tunes, "chance_10": min(1.0, 10 / tunes)}
    for kind in _QUERIES:
        result[kind] = {name: ranks(found[name][kind], found[name]["arranged"]) for name in ears}
    return result


def ranks(queries: list[np.ndarray], targets: list[np.ndarray]) -> dict[str, float]:
    """Recall and rank of each query's own target by the mean cosine of the windows both have; arrays are [W, D]."""
    scores = np.array([[_likeness(query, target) for target in targets] for query in queries])
    own = np.diag(scores)[:, None]
    place = (scores >= own).sum(axis=1)
    return {"recall_1": float((place <= 1).mean()), "recall_10": float((place <= 10).mean()), "median_rank": float(np.median(place))}


def _likeness(query: np.ndarray, target: np.ndarray) -> float:
    count = min(len(query), len(target))
    return float((query[:count] * target[:count]).sum(axis=1).mean())


def _sum(runtime: MelodyRuntime, tokens: np.ndarray) -> np.ndarray:
    """Tokens [W, levels] back to vectors [W, D]."""
    return np.sum([runtime.codebooks[level][tokens[:, level]] for level in range(tokens.shape[1])], axis=0)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _chroma(samples: np.ndarray, spec: MelodySpec) -> np.ndarray:
    """The baseline: pitch classes of each half second, windows as the encoder has them: unit vectors [W, D]."""
    heard = 10 ** (hear(samples, spec).astype(np.float32) / 40)
    folded = heard.reshape(len(heard), spec.octaves, 12, -1).sum(axis=(1, 3))
    folded = folded / np.maximum(folded.sum(axis=1, keepdims=True), 1e-9) - 1 / 12
    step = spec.frame_rate // 2
    halves = np.stack([folded[at : at + step].mean(axis=0) for at in range(0, len(folded) - step + 1, step)])
    size, hop = round(2 * spec.window_seconds), round(2 * spec.hop_seconds)
    windows = [halves[at : at + size].ravel() for at in range(0, max(1, len(halves) - size + 1), hop)]
    return _unit(np.stack([np.pad(window, (0, 12 * size - len(window))) for window in windows]))
