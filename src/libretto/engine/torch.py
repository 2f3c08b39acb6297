"""The engines on a torch model: CUDA, or weights still in training. The same verbs as those of ONNX Runtime.

Numbers come and go as numpy arrays here. A stage of pattern "delay" need not: ``stages.device_writer`` keeps its loop,
sampling included, on the device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ..nn.transformer import Cache, StaticCache

if TYPE_CHECKING:
    from ..stages.model import TokenLM


class TorchSteps:
    """Runs ``model`` where its parameters lie."""

    def __init__(self, model: TokenLM) -> None:
        self.model = model.eval()

    def open(self, batch: int, capacity: int) -> StaticCache:
        """An empty cache for ``batch`` rows and ``capacity`` steps."""
        return StaticCache(self.model.spec.transformer, batch=batch, capacity=capacity, device=self.model.rows.device)

    def copy(self, cache: StaticCache) -> StaticCache:
        """An independent copy."""
        return cache.copy()

    @torch.no_grad()
    def run(self, cache: StaticCache, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, position: int) -> np.ndarray:
        """Steps ``position`` on: ids [B, N, J] ... to logits float32 [B, N, K, V]."""
        device = self.model.rows.device
        told = [torch.from_numpy(np.ascontiguousarray(array)).to(device) for array in (ids, guess, known)]
        places = torch.arange(position, position + ids.shape[1], device=device)
        return self.model.step_static(*told, cache, places).float().cpu().numpy()


class TorchPasses:
    """The engine of pattern "parallel", as ``engine.onnx_passes.OnnxPasses``."""

    def __init__(self, model: TokenLM) -> None:
        self.model = model.eval()

    def open(self, batch: int) -> Cache | None:
        """What is remembered before the first step: nothing."""
        return None

    @torch.no_grad()
    def read(self, past: Cache | None, ids: np.ndarray, guess: np.ndarray, known: np.ndarray) -> Cache:
        """``past`` and steps ids [B, N, J] ... after it."""
        told, guessed, _ = self._tensors(ids, guess, known)
        return self.model.transformer.step(self.model.embed(told, guessed), past)[1]

    @torch.no_grad()
    def run(self, past: Cache | None, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, level: int) -> np.ndarray:
        """Logits float32 [B, N, V] of ``level`` for the steps of a block after ``past``."""
        return self.model.fill(*self._tensors(ids, guess, known), past, level=level).float().cpu().numpy()

    def _tensors(self, *arrays: np.ndarray) -> list[torch.Tensor]:
        device = self.model.rows.device
        return [torch.from_numpy(np.ascontiguousarray(array)).to(device) for array in arrays]
