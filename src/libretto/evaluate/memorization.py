"""Does the semantic stage recite its training clips? After MusicLM (2301.11325, "Training data memorization").

A training clip's style and its first tokens go in, the most likely continuation comes out, and is compared with how the clip goes
on. Exact: every token is the same. Approximate: the histograms of tokens are transported onto one another for less than all but
one in 10,000 pairs of unrelated clips would cost. The same is done with clips that were never trained on: whatever
matches there is no memory. As in MusicLM the stretch is 125 tokens (5 s) and drawing is greedy; guidance is off and no
control is told (ours). ``takes`` of the model are looked for in the whole store instead (ours).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from ..errors import CorpusError, RequestError
from ..train.tokenize import TokenStore
from .recital import recited
from .token_transport import TokenTransport, entropy

if TYPE_CHECKING:
    from ..pipeline import Libretto

CONTINUATION, NEGATIVES, FALSE_POSITIVES = 125, 10_000, 1e-4
PROMPT_SECONDS = (0.0, 2.5, 5.0)
_TOGETHER = 16  # continuations written side by side


def evaluate(
    model: Libretto, *, tokens: Path, generated: Path | None = None, limit: int | None = None,
    prompt_seconds: Sequence[float] = PROMPT_SECONDS, continuation: int = CONTINUATION, held_out: str = "test", seed: int = 0,
) -> dict[str, Any]:
    """Shares of exact and approximate matches, on training clips and on those of ``held_out``.

    Args:
        tokens: the token store the semantic stage was trained on.
        generated: a folder of takes (.npz) to look for in the store; without it the model writes continuations itself.
        limit: so many clips of each split (200 by default), drawn with ``seed``; or at most so many takes.
        prompt_seconds: lengths of the prompts.
        continuation: tokens compared.

    Raises:
        CorpusError: the store is not one of this model's tokens, or no training clip is long enough.
        RequestError: a number is out of range.
    """
    rate = model.config.semantic.frame_rate
    if continuation < 2 or not prompt_seconds or min(prompt_seconds) < 0 or seed < 0:
        raise RequestError(f"continuation {continuation}, prompt seconds {list(prompt_seconds)}, seed {seed}: expected 2 or more, "
                           "at least one length from 0, 0 or more")
    store = TokenStore.open(tokens)
    store.check(model.config)
    centroids = store.tables.get("semantic.centroids")
    if centroids is None or not np.array_equal(centroids, model.semantic.centroids):
        raise CorpusError(f"{tokens} holds semantic tokens of other centroids than the model's; give the store the model was trained on")
    transport = TokenTransport(centroids)
    prompts = [round(seconds * rate) for seconds in prompt_seconds]
    longest = continuation + (0 if generated is not None else max(prompts))
    rng = np.random.default_rng(seed)
    splits = {name: _drawn(store, name, longest, limit or 200, rng) for name in ("train", held_out)}
    if len(splits["train"]) < 2:
        raise CorpusError(f"{tokens} has {len(splits['train'])} training clips of {longest / rate:g} s, expected at least 2; "
                          "shorten the prompts")
    threshold, pairs, share = calibrated(transport, store, splits["train"], continuation, rng)
    report: dict[str, Any] = {
        "libretto": __version__, "continuation_tokens": continuation, "continuation_seconds": continuation / rate,
        "threshold": threshold, "negative_pairs": pairs, "false_positive_share": share,
    }
    if generated is not None:
        found = recited(store, transport, generated, held=splits[held_out], length=continuation, threshold=threshold, limit=limit)
        return report | {"takes": found}
    for name, clips in splits.items():
        report[name] = {"clips": len(clips)}
        for prompt in prompts if clips else ():
            written, true = continued(model, store, clips, prompt=prompt, length=continuation)
            report[name][f"{prompt / rate:g} s"] = matches(transport, written, true, threshold=threshold)
    return report


def continued(model: Libretto, store: TokenStore, clips: Sequence[int], *, prompt: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """What the stage writes after the first ``prompt`` tokens of clips, and how they go on: int64 [N, length] each."""
    stage = model.stages["semantic"]
    written, true = [], []
    for start in range(0, len(clips), _TOGETHER):
        some = clips[start : start + _TOGETHER]
        rows = np.stack([store.semantic(index)[: prompt + length] for index in some]).astype(np.int64)
        told = {token.name: np.stack([store.style_audio(index)[0] for index in some]).astype(np.int64) for token in stage.spec.prefix}
        state = stage.start(told, seed=0, take=range(len(some)), temperature=0.0, guidance=1.0)
        if prompt:
            state = stage.prompt(state, rows[:, None, :prompt])
        found, _ = stage.advance(state, frames=length)
        written.append(found[:, 0])
        true.append(rows[:, prompt:])
    return np.concatenate(written), np.concatenate(true)


def matches(transport: TokenTransport, written: np.ndarray, true: np.ndarray, *, threshold: float) -> dict[str, float | None]:
    """Shares of exact and approximate matches of stretches [N, T], the mean cost, and bits per token of what was written.

    A match of few bits says little: MusicLM found its closest ones to be monotonous stretches.
    """
    costs = transport.costs(written, true)
    exact = (written == true).all(axis=1)
    close = exact | (costs < threshold)
    bits = np.array([entropy(row) for row in written])
    return {"exact": float(exact.mean()), "approximate": float(close.mean()), "mean_cost": float(costs.mean()),
            "bits_of_written": float(bits.mean()), "bits_of_approximate": float(bits[close].mean()) if close.any() else None}


def calibrated(
    transport: TokenTransport, store: TokenStore, clips: Sequence[int], length: int, rng: np.random.Generator, *, pairs: int = NEGATIVES
) -> tuple[float, int, float]:
    """The cost under which at most one in 10,000 pairs of stretches of different training clips falls.

    Returns:
        the threshold, how many pairs it was set by, and the share of them under it (0 where there are too few for one).
    """
    rows = np.stack([store.semantic(index)[-length:] for index in clips]).astype(np.int64)
    possible = len(rows) * (len(rows) - 1) // 2
    if possible <= pairs:
        first, second = np.triu_indices(len(rows), 1)
    else:
        first = rng.integers(len(rows), size=pairs)
        second = (first + 1 + rng.integers(len(rows) - 1, size=pairs)) % len(rows)
    allowed = int(FALSE_POSITIVES * len(first))
    means = transport.means(rows)
    bounds = np.linalg.norm(means[first] - means[second], axis=1)
    lowest = transport.smallest(rows[first], rows[second], bounds, count=allowed + 1)
    return float(lowest[-1]), len(first), float((lowest < lowest[-1]).sum() / len(first))


def _drawn(store: TokenStore, split: str, frames: int, count: int, rng: np.random.Generator) -> list[int]:
    """At most ``count`` clips of ``split`` with at least ``frames`` semantic tokens, in order."""
    long = [index for index in store.split(split) if len(store.semantic(index)) >= frames]
    return sorted(rng.permutation(long)[:count].tolist())
