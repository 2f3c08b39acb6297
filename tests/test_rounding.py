"""Rounding to 4 bits that minds what flows through a matrix."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from libretto.engine.compact import nibble_scale
from libretto.mulan.rounding import rounded


def plainly(matrix: np.ndarray) -> np.ndarray:
    blocks = matrix.astype(np.float32).reshape(-1, 32, matrix.shape[1])
    scale = nibble_scale(blocks).astype(np.float32)
    return (np.clip(np.rint(blocks / scale), -8, 7) * scale).reshape(matrix.shape)


def test_small_changes_to_a_rounded_matrix_are_not_taken_back():
    rng = np.random.default_rng(0)
    start = plainly(rng.standard_normal((64, 48)) * 0.05)
    rows = rng.standard_normal((400, 64)) @ rng.standard_normal((64, 64)) * 0.3 + rng.standard_normal((400, 1))
    learned = start + 0.004 * np.sign(rng.standard_normal((1, 48)))  # under half a step, all of a column the same way
    made = rounded(learned, rows.T @ rows, block=32)
    lost = [np.linalg.norm(rows @ (each - learned)) / np.linalg.norm(rows @ (learned - start)) for each in (plainly(learned), made)]
    assert lost[1] < 0.5 * lost[0]
    assert np.array_equal(plainly(made), made.astype(np.float32))  # what is stored is what was made
