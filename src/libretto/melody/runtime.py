"""Melody tokens without torch: quarter-tone bands in numpy, the encoder in ONNX Runtime, residual quantisation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .. import residual
from ..config import MelodySpec
from ..engine.onnx import session
from ..errors import AudioError, WeightsError
from ..tokens import TokenSpec
from .pitch import hear, scaled

FILE = "melody.onnx"
CODEBOOKS = "melody.codebooks"


class MelodyRuntime:
    """A hum, a whistle or any audio to melody embeddings and tokens.

    Args:
        folder: holds ``melody.onnx``.
        tables: holds ``melody.codebooks`` float [levels, V, D].
    """

    def __init__(self, spec: MelodySpec, folder: Path | str, tables: Mapping[str, np.ndarray], *, threads: int | None = None) -> None:
        shape = (spec.levels, spec.codebook_size, spec.dimension)
        codebooks = tables.get(CODEBOOKS)
        if codebooks is None or codebooks.shape != shape:
            got = "missing" if codebooks is None else f"of shape {codebooks.shape}"
            raise WeightsError(f"{CODEBOOKS} is {got} in {folder}, expected {shape}; export the weights again")
        self.spec = spec
        self.codebooks = codebooks.astype(np.float32)
        self._session = session(Path(folder) / FILE, threads=threads)

    @property
    def tokens(self) -> TokenSpec:
        return self.spec.tokens

    @property
    def sample_rate(self) -> int:
        return self.spec.sample_rate

    def embed(self, samples: np.ndarray) -> np.ndarray:
        """Mono samples [N] at ``sample_rate`` to unit vectors float32 [W, D], a window every ``hop_seconds``.

        Audio shorter than a window is followed by silence.

        Raises:
            AudioError: the samples are not mono, are shorter than a tenth of a second, or are not finite.
        """
        samples, spec = np.asarray(samples, dtype=np.float32), self.spec
        if samples.ndim != 1 or len(samples) < spec.sample_rate // 10:
            raise AudioError(f"a melody needs mono samples of at least 0.1 s, got shape {samples.shape}")
        if not np.isfinite(samples).all():
            raise AudioError("the melody's samples are not finite; record or load it again")
        heard = hear(samples, spec)
        hop = max(1, round(spec.hop_seconds * spec.frame_rate))
        starts = range(0, max(1, len(heard) - spec.frames + 1), hop)
        windows = [heard[start : start + spec.frames] for start in starts]
        whole = np.stack([np.pad(window, ((0, spec.frames - len(window)), (0, 0))) for window in windows])
        vectors: np.ndarray = self._session.run(None, {"windows": scaled(whole)})[0]
        return vectors

    def tokenize(self, samples: np.ndarray) -> np.ndarray:
        """Mono samples [N] to melody tokens int64 [W, levels]."""
        return residual.tokenize(self.embed(samples), self.codebooks)
