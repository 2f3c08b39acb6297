"""The tokenizer as ``semantic.onnx`` (layers up to the tap) and its centroids."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch

from ..engine.compact import store_half, trace
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


def export(tokenizer: Tokenizer, folder: Path | str, *, precision: Precision = "float16") -> dict[str, np.ndarray]:
    """Write ``semantic.onnx`` into ``folder`` and return the arrays for ``tables.safetensors``.

    Args:
        precision: how the weights are stored. "int8" also computes in 8 bits: a third smaller still, but its scales
            follow each window's loudest value, so the cut of long audio into windows is no longer exact.
    """
    model = _trace(tokenizer)
    with atomic(Path(folder) / FILE) as path:
        if precision == "float16":
            onnx.save(store_half(model), path)
        elif precision == "int8":
            from onnxruntime.quantization import QuantType, quantize_dynamic

            with tempfile.TemporaryDirectory() as scratch:
                onnx.save(model, Path(scratch) / FILE)
                quantize_dynamic(Path(scratch) / FILE, path, per_channel=True, weight_type=QuantType.QInt8,
                                 op_types_to_quantize=["MatMul", "Gemm"])
        else:
            onnx.save(model, path)
    return {CENTROIDS: tokenizer.space.centroids.cpu().numpy().astype(np.float32)}
