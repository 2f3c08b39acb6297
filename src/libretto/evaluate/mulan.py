"""Is the joint embedding of text and audio any good? Retrieval, style by prompt and in own words, opposites, traits, style tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.shards.dataset import ClipInfo, Dataset

from ..errors import CorpusError
from ..residual import agreement, fidelity
from .opposites import opposites, single
from .style_ranks import style_ranks
from .traits import traits

_CLIPS = 1000
_BATCH = 128  # pairs the loss is taken over


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


def tokens(text: np.ndarray, audio: np.ndarray, codebooks: np.ndarray, text_tokens: np.ndarray, audio_tokens: np.ndarray) -> dict[str, Any]:
    """What the style tokens keep of sounds and of what is expected of captions (``text`` [B, D]), and how often a caption's agree with its
    clip's, beside a shuffled pairing."""
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
    expected = mulan.expected(drawn)
    longest = np.stack([mulan.embed_text(max(clip.captions, key=len)) for clip in clips])
    scale = float(getattr(mulan, "scale", 1.0))
    return {
        "retrieval": retrieval(drawn, audio),
        "retrieval_longest_caption": retrieval(longest, audio),
        "contrast": contrast(drawn, audio, scale=scale),
        "style": styles(mulan, clips, audio),
        "free_prompts": style_ranks(mulan, clips, audio),
        "opposites": single(mulan, clips, audio),
        "opposite_words": opposites(mulan, clips, audio),
        "gap": {"cosine_of_pairs": float((drawn * audio).sum(axis=1).mean()),
                "cosine_of_strangers": float((drawn * np.roll(audio, 1, axis=0)).sum(axis=1).mean()),
                "distance_of_means": float(np.linalg.norm(drawn.mean(axis=0) - audio.mean(axis=0)))},
        "expected": {"cosine_of_pairs": float((expected * audio).sum(axis=1).mean()),
                     "cosine_of_strangers": float((expected * np.roll(audio, 1, axis=0)).sum(axis=1).mean()),
                     "recall_10": retrieval(expected, audio)["recall_10"]},
        "traits": traits(mulan, clips, sample_rate=dataset.sample_rate),
        "tokens": tokens(expected, audio, mulan.codebooks, mulan.tokenize(expected), mulan.tokenize(audio)),
    }
