"""The step engine on a torch model: CUDA, or weights still in training. The same verbs as ``engine.onnx.OnnxSteps``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..nn.transformer import Cache

if TYPE_CHECKING:
    from ..stages.model import TokenLM


@dataclass
class TorchCache:
    """Keys and values so far; None before the first step."""

    state: Cache | None = None


class TorchSteps:
    """Runs ``model`` where its parameters lie."""

    def __init__(self, model: TokenLM) -> None:
        self.model = model.eval()

    def open(self, batch: int, capacity: int) -> TorchCache:
        """An empty cache; torch's grows, so ``batch`` and ``capacity`` are not needed."""
        return TorchCache()

    def copy(self, cache: TorchCache) -> TorchCache:
        """An independent copy; the tensors themselves are never written to."""
        return TorchCache(cache.state)

    @torch.no_grad()
    def run(self, cache: TorchCache, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, position: int) -> np.ndarray:
        """Steps ``position`` on: ids [B, N, J] ... to logits float32 [B, N, K, V]."""
        device = self.model.rows.device
        told = (torch.from_numpy(np.ascontiguousarray(array)).to(device) for array in (ids, guess, known))
        logits, cache.state = self.model.step(*told, cache.state)
        return logits.float().cpu().numpy()
