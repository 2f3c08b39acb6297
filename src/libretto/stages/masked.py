"""The parallel pattern: what a pass is told, what training hides, how many tokens a pass keeps. numpy only.

SoundStorm (2305.09636): a block of frames is written level by level. A level begins hidden, and every pass fills all
of it in and keeps the tokens it is surest of, on a cosine schedule (MaskGIT 2202.04200), until none is hidden. Frames
before the block are known. Told to a pass: the tokens of the frame itself, blank where they are hidden.

Ours: frames before the block do not see it, so they are read once for all its passes; and the residual guess (see
``layout``) of a hidden token is taken from the nearest frame whose token of that level is known, before or after, and
trusted in proportion to 1 / distance.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .layout import StageInputs, StageLayout, Tokens, join

Nats = Callable[[np.ndarray, np.ndarray], np.ndarray]  # told and asked, as of ``hide``, to nats of the asked, row by row


def masked_inputs(layout: StageLayout, tokens: np.ndarray, prefix: Tokens, aligned: Tokens, *, start: int = 0) -> StageInputs:
    """What frames ``start`` on are told.

    Args:
        tokens: [B, K, T], blank where hidden; of a frame, the levels from some level on.
        prefix: {name: [B, levels]}.
        aligned: the conditions at the target's rate, {name: [B, levels, at least T + lookahead]}.
    """
    batch, levels, frames = tokens.shape
    guess, distance = nearest_guess(layout, tokens, aligned)
    ids = np.zeros((batch, frames - start, layout.slots), np.int64)
    ids[..., :levels] = layout.target_ids(tokens[:, :, start:].transpose(0, 2, 1))
    ids[..., levels:-1] = layout.added_ids(prefix, aligned, np.arange(start, frames))
    known = np.where(distance > 0, 1.0 / np.maximum(distance, 1), 0.0).astype(np.float32)
    return StageInputs(ids, guess[:, start:], known[:, start:])


def nearest_guess(layout: StageLayout, tokens: np.ndarray, aligned: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """The residual guess of every token that may be filled in next, and how far away it was found.

    Returns:
        float32 [B, T, K, W], zero where there is none, and frames [B, T, K]: 0 where a token is known already, where a
        level below it is hidden too, or where no frame knows its level.
    """
    batch, levels, frames = tokens.shape
    latents = layout.partial_latents(tokens, aligned)  # [B, K + 1, T, W]
    guess = np.zeros((batch, frames, levels, latents.shape[-1]), np.float32)
    distance = np.zeros((batch, frames, levels), np.int64)
    hidden = tokens == layout.spec.target.blank
    for level in range(levels):
        due = hidden[:, level] & ~(hidden[:, level - 1] if level else np.zeros((batch, frames), bool))  # [B, T]
        row, frame = np.nonzero(due)
        if not len(row):
            continue
        source, away = _nearest(~hidden[:, level])
        found = away[row, frame] > 0
        row, frame = row[found], frame[found]
        guess[row, frame, level] = latents[row, level + 1, source[row, frame]] - latents[row, level, frame]
        distance[row, frame, level] = away[row, frame]
    return guess, distance


def _nearest(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest known frame of every frame of [B, T], the earlier of two, and its distance (0: none, or itself)."""
    frames = known.shape[1]
    at = np.broadcast_to(np.arange(frames), known.shape)
    far = 2 * frames + 1
    before = np.maximum.accumulate(np.where(known, at, -far), axis=1)
    after = np.minimum.accumulate(np.where(known, at, frames + far)[:, ::-1], axis=1)[:, ::-1]
    source = np.where(at - before <= after - at, before, after)
    away = np.abs(at - source)
    nowhere = away > frames
    return np.where(nowhere, 0, source), np.where(nowhere, 0, away)


def hide(
    tokens: np.ndarray, levels: np.ndarray, shares: np.ndarray, *, first: int, draws: np.ndarray, blank: int
) -> tuple[np.ndarray, np.ndarray]:
    """What training shows of tokens [B, K, T], and which it asks for: of every frame the lowest hidden one.

    SoundStorm asks for the row's level alone; the next level, where the row's is known, is ours: half as many tokens again.

    Args:
        levels: the level [B] that is being filled in; those above it are hidden, those below it known.
        shares: of its frames [B] that are hidden; at least one is.
        first: frames before it are known at every level.
        draws: numbers in [0, 1) [B, T - first]: the frames with the smallest ones are hidden.

    Returns:
        tokens with blanks, and int64 [B, T]: the level asked for, -1 where none is hidden.
    """
    told = tokens.copy()
    room = tokens.shape[2] - first
    for row, (level, share) in enumerate(zip(levels, shares, strict=True)):
        count = min(room, max(1, round(float(share) * room)))
        chosen = first + np.argsort(draws[row], kind="stable")[:count]
        told[row, level, chosen] = blank
        told[row, level + 1 :, first:] = blank
    hidden = told == blank
    return told, np.where(hidden.any(axis=1), hidden.argmax(axis=1), -1)


def order_generator(tokens: np.ndarray) -> np.random.Generator:
    """The generator of held-out figures: it follows from the tokens, so shuffled conditions meet the same draws."""
    return np.random.default_rng([int(tokens.sum()), 5])


def order_nats(tokens: np.ndarray, rng: np.random.Generator, nats: Nats, *, blank: int) -> np.ndarray:
    """Nats of every level of tokens [B, K, T] when they are told one by one in random order: float64 [K, B].

    The mean over the hidden ones, with shares spread evenly over (0, 1], is the mean over all places in such an order
    (order-agnostic models, 2110.02037): a bound on the bits of a level given those below it, as a chain's bits are one.
    """
    batch, levels, frames = tokens.shape
    found = np.zeros((levels, batch))
    for level in range(levels):
        shares = ((np.arange(batch) + rng.random(batch)) / batch)[rng.permutation(batch)]
        told, asked = hide(tokens, np.full(batch, level), shares, first=0, draws=rng.random((batch, frames)), blank=blank)
        asked = np.where(asked == level, level, -1)
        totals = np.bincount(np.nonzero(asked >= 0)[0], weights=nats(told, asked), minlength=batch)
        found[level] = totals / (asked >= 0).sum(axis=1)
    return found


def left_hidden(done: int, passes: int, hidden: int) -> int:
    """Tokens still hidden after ``done`` of ``passes`` passes over ``hidden`` ones: hidden * cos(pi / 2 * done / passes)."""
    return 0 if done >= passes else math.floor(math.cos(math.pi / 2 * done / passes) * hidden)


def masked_whole(layout: StageLayout, tokens: np.ndarray, prefix: Tokens, aligned: Tokens) -> tuple[StageInputs, int]:
    """Context and all frames of ``tokens`` [B, K, T], with conditions at their own rates; also the context's length."""
    ahead = tokens.shape[2] + layout.lead
    even = {token.name: layout.stretch(token, aligned[token.name], ahead) for token in layout.spec.aligned}
    steps = masked_inputs(layout, tokens, prefix, even)
    if not layout.spec.prefix:
        return steps, 0
    before = layout.context(prefix, {})
    return join(before, steps), before.shape[1]
