"""The audio tower of our own MuLan: at hand everywhere, but it is fitted to our corpus; quote a foreign embedder beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .base import Embedder

if TYPE_CHECKING:
    from ...pipeline import Libretto


class Ours(Embedder):
    """Unit vectors, one a window of 10 s every second, as ``MulanRuntime.embed_windows`` gives them."""

    name = "ours"

    def __init__(self, model: Libretto) -> None:
        self._mulan = model.mulan
        spec = self._mulan.spec
        self.sample_rate, self.dimension, self.window_seconds = self._mulan.sample_rate, spec.dimension, spec.window_seconds
        self._preset = model.config.name

    @property
    def described(self) -> str:
        return f"ours (MuLan audio tower, preset {self._preset})"

    def windows(self, samples: np.ndarray) -> np.ndarray:
        return self._mulan.embed_windows(samples)
