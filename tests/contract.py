"""Checks that any stepping part must pass: by pieces equals at once, and an old state can be taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def assert_pieces_equal_whole(
    advance: Callable[[Any, int], tuple[np.ndarray, Any]], start: Callable[[], Any], *, length: int,
    cuts: Sequence[Sequence[int]], tolerance: float = 0.0,
) -> None:
    """``advance(state, n)`` gives an array whose last axis has n entries, and the next state.

    Every cutting of ``length`` must give what one call gives; and advancing the same old state twice must agree.
    """
    whole, _ = advance(start(), length)
    assert whole.shape[-1] == length
    for sizes in cuts:
        assert sum(sizes) == length
        state, pieces = start(), []
        for size in sizes:
            before = state
            piece, state = advance(before, size)
            pieces.append(piece)
            again, _ = advance(before, size)
            _assert_same(again, piece, tolerance)
        _assert_same(np.concatenate(pieces, axis=-1), whole, tolerance)


def _assert_same(got: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    assert got.shape == expected.shape
    assert np.abs(got.astype(np.float64) - expected).max(initial=0.0) <= tolerance
