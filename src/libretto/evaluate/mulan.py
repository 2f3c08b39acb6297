"""Is the joint embedding of text and audio any good? Retrieval, style by prompt, opposites, style tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.shards.dataset import ClipInfo, Dataset

from ..errors import CorpusError
from ..residual import agreement, fidelity

_CLIPS = 1000
_BATCH = 128  # pairs the loss is taken over
_MINOR = {"minor", "harmonic minor", "melodic minor", "aeolian", "dorian", "phrygian"}
_MAJOR = {"major", "ionian", "lydian", "mixolydian"}
# two prompts, and which clips belong to the first and to the second
_OPPOSITES = {
    "tempo": ("slow music", "fast music", lambda sheet: _side(sheet.get("bpm", 0) or None, below=85, above=135)),
    "mode": ("music in a minor key", "music in a major key", lambda sheet: _member(sheet.get("mode", ""), _MINOR, _MAJOR)),
    "mood": ("dark music", "happy music", lambda sheet: _member(sheet.get("mood", ""), {"dark", "sad", "melancholic", "ominous", "tense"},
                                                               {"happy", "joyful", "cheerful", "uplifting", "playful"})),
    "drums": ("music without drums", "music with drums", lambda sheet: int(bool(sheet["drums"])) if "drums" in sheet else None),
    "density": ("sparse music", "dense, busy music", lambda sheet: _side(sheet.get("density"), below=0.3, above=0.7)),
}


def _side(value: float | None, *, below: float, above: float) -> int | None:
    if value is None or value < 0:
        return None
    return 0 if value < below else 1 if value > above else None


def _member(value: str, first: set[str], second: set[str]) -> int | None:
    return 0 if value in first else 1 if value in second else None


def retrieval(text: np.ndarray, audio: np.ndarray) -> dict[str, float]:
    """Rank of each caption's own clip among all clips.

    Args:
        text, audio: unit vectors [B, D], row by row a pair.

    Returns:
        recall_1, recall_10, median_rank (1 is best), chance_10 and clips.
    """
    scores = text @ audio.T
    own = np.diag(scores)[:, None]
    ranks = (scores > own).sum(axis=1) + (scores == own).sum(axis=1)  # a collapsed embedding ranks last, not first
    count = len(ranks)
    return {"recall_1": float((ranks <= 1).mean()), "recall_10": float((ranks <= 10).mean()),
            "median_rank": float(np.median(ranks)), "chance_10": min(1.0, 10 / count), "clips": float(count)}


def contrast(text: np.ndarray, audio: np.ndarray, *, scale: float, batch: int = _BATCH) -> dict[str, float]:
    """The symmetric contrastive loss over batches, in nats, beside ln(batch), which an embedding that knows nothing has."""
    batch = min(batch, len(text))
    losses = []
    for start in range(0, len(text) - batch + 1, batch):
        logits = scale * text[start : start + batch] @ audio[start : start + batch].T
        for side in (logits, logits.T):
            top = side.max(axis=1, keepdims=True)
            losses.append(float((np.log(np.exp(side - top).sum(axis=1)) + top[:, 0] - np.diag(side)).mean()))
    return {"loss": float(np.mean(losses)), "ln_batch": float(np.log(batch)), "batch": float(batch)}


def separation(scores: np.ndarray, labels: np.ndarray) -> float:
    """How often a random clip of label 1 scores above one of label 0 (area under the ROC curve; 0.5 is chance)."""
    first, second = scores[labels == 0], scores[labels == 1]
    return float((second[:, None] > first[None]).mean() + 0.5 * (second[:, None] == first[None]).mean())


def styles(model: Any, clips: list[ClipInfo], audio: np.ndarray) -> dict[str, float]:
    """Which style's prompt, "<style> music", lies nearest to a clip; ``model`` as in ``evaluate``."""
    truth = [clip.sheet.get("style", "") for clip in clips]
    names = sorted({name for name in truth if name})
    if len(names) < 2:
        return {}
    prompts = np.stack([model.embed_text(f"{name} music") for name in names])
    order = np.argsort(-(audio @ prompts.T), axis=1)
    known = [(rank, names.index(name)) for rank, name in zip(order, truth) if name]
    return {"top_1": float(np.mean([rank[0] == own for rank, own in known])),
            "top_3": float(np.mean([own in rank[:3] for rank, own in known])), "chance": 1 / len(names), "styles": float(len(names))}


def opposites(model: Any, clips: list[ClipInfo], audio: np.ndarray) -> dict[str, float]:
    """Does the direction from one prompt to its opposite order the clips? Area under the ROC curve for each pair."""
    figures = {}
    for name, (first, second, side) in _OPPOSITES.items():
        labels = [side(clip.sheet) for clip in clips]
        kept = np.array([index for index, label in enumerate(labels) if label is not None], dtype=int)
        chosen = np.array([labels[index] for index in kept])
        if len(set(chosen.tolist())) < 2:
            continue
        direction = model.embed_text(second) - model.embed_text(first)
        figures[name] = separation(audio[kept] @ direction, chosen)
    return figures


def tokens(text: np.ndarray, audio: np.ndarray, codebooks: np.ndarray, text_tokens: np.ndarray, audio_tokens: np.ndarray) -> dict[str, Any]:
    """What the style tokens keep, and how often a caption's agree with its clip's, beside a shuffled pairing."""
    shuffled = np.roll(np.arange(len(audio)), len(audio) // 2)
    return {"audio_cosine": fidelity(audio, codebooks), "text_cosine": fidelity(text, codebooks),
            "agreement": agreement(text_tokens, audio_tokens).tolist(),
            "agreement_chance": agreement(text_tokens, audio_tokens[shuffled]).tolist(),
            "used": [len(np.unique(audio_tokens[:, level])) for level in range(audio_tokens.shape[1])]}


def evaluate(model: Any, *, data: Path, split: str = "test", limit: int | None = None) -> dict[str, Any]:
    """Every figure on a held-out split.

    Args:
        model: a ``Libretto``, or anything whose ``mulan`` is a ``MulanRuntime``.
        limit: at most so many clips (1,000 by default).

    Raises:
        CorpusError: the split has fewer than two clips with captions.
    """
    mulan = model.mulan
    dataset = Dataset.open(data)
    chosen = [index for index in dataset.split(split) if dataset.clips[index].captions][: limit or _CLIPS]
    if len(chosen) < 2:
        raise CorpusError(f"{data} has {len(chosen)} captioned clips in split {split!r}, expected at least 2; choose another split")
    clips = [dataset.clips[index] for index in chosen]
    audio = np.stack([mulan.embed_audio(dataset.audio(index)) for index in chosen])
    rng = np.random.default_rng(0)
    drawn = np.stack([mulan.embed_text(clip.captions[int(rng.integers(len(clip.captions)))]) for clip in clips])
    longest = np.stack([mulan.embed_text(max(clip.captions, key=len)) for clip in clips])
    scale = float(getattr(mulan, "scale", 1.0))
    return {
        "retrieval": retrieval(drawn, audio),
        "retrieval_longest_caption": retrieval(longest, audio),
        "contrast": contrast(drawn, audio, scale=scale),
        "style": styles(mulan, clips, audio),
        "opposites": opposites(mulan, clips, audio),
        "gap": {"cosine_of_pairs": float((drawn * audio).sum(axis=1).mean()),
                "cosine_of_strangers": float((drawn * np.roll(audio, 1, axis=0)).sum(axis=1).mean()),
                "distance_of_means": float(np.linalg.norm(drawn.mean(axis=0) - audio.mean(axis=0)))},
        "tokens": tokens(drawn, audio, mulan.codebooks, mulan.tokenize(drawn), mulan.tokenize(audio)),
    }
