"""Relative positions of attention, numpy only: the torch model, the ONNX graphs and their feeding share them."""

from __future__ import annotations

import math

import numpy as np

BUCKETS, MAX_DISTANCE = 32, 128  # T5 relative positions, 1910.10683
ROTARY_BASE = 10_000.0


def relative_buckets(queries: int, keys: int) -> np.ndarray:
    """T5's causal buckets of the distances from the last ``queries`` of ``keys`` positions: int64 [queries, keys]."""
    position = np.arange(keys - queries, keys)[:, None]
    distance = np.maximum(position - np.arange(keys)[None, :], 0)
    exact = BUCKETS // 2
    scaled = np.log(np.maximum(distance, 1) / exact) / math.log(MAX_DISTANCE / exact) * (BUCKETS - exact)
    far = np.minimum(exact + np.maximum(scaled, 0).astype(np.int64), BUCKETS - 1)
    return np.where(distance < exact, distance, far)


def rotary_tables(head_width: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Cosines and sines of the rotary angles: float32 [length, head_width // 2] each."""
    frequencies = ROTARY_BASE ** (-np.arange(0, head_width, 2) / head_width)
    angles = np.arange(length)[:, None] * frequencies[None, :]
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
