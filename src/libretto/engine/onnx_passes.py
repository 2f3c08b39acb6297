"""The engine of pattern "parallel" on ONNX Runtime: known steps are read once, a block as often as it is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..config import TransformerSpec
from ..errors import WeightsError
from .onnx import session

Past = list[np.ndarray]  # keys and values [B, H, P, D], layer by layer


class OnnxPasses:
    """The pass graph of one stage. What it remembers goes in and comes out; nothing is kept here."""

    def __init__(self, path: Path | str, spec: TransformerSpec, *, threads: int | None = None, provider: str = "cpu") -> None:
        self.spec = spec
        self._session = session(path, threads=threads, provider=provider)
        self._names = [f"{role}_{layer}" for layer in range(spec.layers) for role in ("key", "value")]
        found = {value.name for value in self._session.get_inputs()}
        if found != {"ids", "guess", "known", "level", *(f"past_{name}" for name in self._names)}:
            raise WeightsError(f"{path} is no pass graph of {spec.layers} layers; export the weights again")

    def open(self, batch: int) -> Past:
        """What is remembered before the first step."""
        return [np.zeros((batch, self.spec.heads, 0, self.spec.head_width), np.float32) for _ in self._names]

    def read(self, past: Past, ids: np.ndarray, guess: np.ndarray, known: np.ndarray) -> Past:
        """``past`` and steps ids [B, N, J] ... after it."""
        names = [f"present_{name}" for name in self._names]
        return self._session.run(names, self._feeds(past, ids, guess, known, 0))

    def run(self, past: Past, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, level: int) -> np.ndarray:
        """Logits float32 [B, N, V] of ``level`` for the steps of a block after ``past``."""
        return self._session.run(["logits"], self._feeds(past, ids, guess, known, level))[0]

    def _feeds(self, past: Past, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, level: int) -> dict[str, np.ndarray]:
        feeds = {f"past_{name}": value for name, value in zip(self._names, past, strict=True)}
        return feeds | {"ids": ids, "guess": guess, "known": known, "level": np.array(level, np.int64)}
