"""The tokenizer as ``semantic.onnx`` (layers up to the tap) and its centroids."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch

from ..engine.compact import store_bytes, store_half, trace
from ..files import atomic
from .runtime import CENTROIDS, FILE
from .tokens import Tokenizer

Precision = Literal["float32", "float16", "int8"]


def _trace(tokenizer: Tokenizer) -> onnx.ModelProto:
    """The float32 graph: frames [1, T, F] -> points [1, T, E] for any T."""
    spec = tokenizer.model.spec
    example = torch.zeros(1, 40, spec.mel.bands * spec.stack)
    free = torch.export.Dim("T", min=2, max=100_000)
    return trace(tokenizer, (example,), inputs=["frames"], outputs=["points"], shapes=({1: free},))


def export(tokenizer: Tokenizer, folder: Path | str, *, precision: Precision = "int8") -> dict[str, np.ndarray]:
    """Write ``semantic.onnx`` into ``folder`` and return the arrays for ``tables.safetensors``.

    Args:
        precision: how the weights are stored; the arithmetic is float32 always, so cuts of long audio stay exact.
    """
    model = _trace(tokenizer)
    if precision == "int8":
        model = store_bytes(model)
    if precision != "float32":
        model = store_half(model)
    with atomic(Path(folder) / FILE) as path:
        onnx.save(model, path)
    return {CENTROIDS: tokenizer.space.centroids.cpu().numpy().astype(np.float32)}
