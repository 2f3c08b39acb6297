"""The melody encoder as ``melody.onnx``, and its codebooks for ``tables.safetensors``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch

from ..engine.compact import store_bytes, store_half, trace
from ..files import atomic
from .model import MelodyEncoder
from .runtime import CODEBOOKS, FILE


def export(model: MelodyEncoder, codebooks: np.ndarray, folder: Path | str, *, small: bool = True) -> dict[str, np.ndarray]:
    """Write ``melody.onnx`` into ``folder``; return the arrays for ``tables.safetensors``.

    Args:
        codebooks: float [levels, V, D], of ``train.melody.fit_codebooks``.
        small: keep the matrices in 8 bits; else in float32.
    """
    spec = model.spec
    batch = torch.export.Dim("B", min=1, max=4096)
    graph = trace(model, (torch.zeros(2, spec.frames, spec.bins),), inputs=["windows"], outputs=["unit_vectors"], shapes=({0: batch},))
    if small:
        graph = store_half(store_bytes(graph))
    with atomic(Path(folder) / FILE) as path:
        onnx.save(graph, path)
    return {CODEBOOKS: codebooks.astype(np.float16)}
