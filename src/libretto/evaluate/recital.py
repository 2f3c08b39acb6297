"""Finished takes looked for in a whole token store, beside held-out clips looked for in the same way (ours)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CorpusError, RequestError
from ..train.tokenize import TokenStore
from .token_transport import TokenTransport

_STRIDE_PARTS = 5  # training stretches begin every fifth of their length


def recited(
    store: TokenStore, transport: TokenTransport, folder: Path, *, held: Sequence[int], length: int, threshold: float, limit: int | None
) -> dict[str, Any]:
    """Figures of the takes (.npz) of ``folder`` and of the clips ``held``, cut into stretches of ``length`` tokens.

    Returns:
        for each: "clips" and "stretches"; "exact": the share of stretches that stand in a training clip, wherever it begins;
        "approximate": the share for which a training stretch costs less than ``threshold``. Among so many training stretches some are
        near by chance: only what takes have above "held_out" is memory.

    Raises:
        CorpusError: the folder holds no take of ``length`` tokens.
    """
    paths = sorted(folder.glob("*.npz"))[:limit]
    takes = [tokens for tokens in map(semantic_of, paths) if len(tokens) >= length]
    if not takes:
        raise CorpusError(f"{folder} holds {len(paths)} takes (.npz), none of {length} semantic tokens; "
                          "make some with `libretto generate --tokens`")
    training = _training(store, length)
    means = transport.means(training)
    report: dict[str, Any] = {"training_stretches": len(training)}
    held_out = [store.semantic(index).astype(np.int64) for index in held]
    for name, clips in (("generated", takes), ("held_out", held_out)):
        rows = np.concatenate([_stretches(clip, length, length) for clip in clips]) if clips else np.zeros((0, length), np.int64)
        report[name] = {"clips": len(clips), "stretches": len(rows)}
        if len(rows):
            known = standing(store, rows)
            near = [same or _near(transport, row, training, means, threshold) for same, row in zip(known, rows, strict=True)]
            report[name] |= {"exact": float(np.mean(known)), "approximate": float(np.mean(near))}
    return report


def semantic_of(path: Path) -> np.ndarray:
    """The semantic tokens int64 [T] of a take's file.

    Raises:
        RequestError: it holds none.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            tokens = archive["semantic"]
    except Exception as error:  # a zip can be broken in a dozen ways
        raise RequestError(f"{path} holds no array 'semantic'; write takes with `libretto generate --tokens`") from error
    return tokens.reshape(-1).astype(np.int64)


def standing(store: TokenStore, rows: np.ndarray) -> list[bool]:
    """Whether each of rows [N, T] stands token for token in a training clip of ``store``."""
    length = rows.shape[1]
    wanted = {row.astype("<u2").tobytes() for row in rows}
    found: set[bytes] = set()
    for index in store.split("train"):
        clip = np.ascontiguousarray(store.semantic(index), "<u2").tobytes()
        pieces = {clip[at : at + 2 * length] for at in range(0, len(clip) - 2 * length + 1, 2)}
        found |= pieces & wanted
    return [row.astype("<u2").tobytes() in found for row in rows]


def _training(store: TokenStore, length: int) -> np.ndarray:
    clips = [_stretches(store.semantic(index), length, max(1, length // _STRIDE_PARTS)) for index in store.split("train")]
    rows = [clip for clip in clips if len(clip)]
    if not rows:
        raise CorpusError(f"{store.folder} has no training clip of {length} semantic tokens; compare shorter stretches")
    return np.concatenate(rows).astype(np.int64)


def _stretches(tokens: np.ndarray, length: int, stride: int) -> np.ndarray:
    """[N, length] of tokens [T], every ``stride``."""
    if len(tokens) < length:
        return np.zeros((0, length), tokens.dtype)
    return np.lib.stride_tricks.sliding_window_view(tokens, length)[::stride]


def _near(transport: TokenTransport, row: np.ndarray, training: np.ndarray, means: np.ndarray, threshold: float) -> bool:
    """Whether any of the training stretches [N, T] costs less than ``threshold``."""
    bounds = np.linalg.norm(means - transport.means(row[None]), axis=1)
    near = bounds < threshold
    again = np.broadcast_to(row, (int(near.sum()), len(row)))
    return bool(len(transport.smallest(again, training[near], bounds[near], below=threshold)))
