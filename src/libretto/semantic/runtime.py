"""Semantic tokens without torch: log-mel in numpy, the tapped layer in ONNX Runtime, the nearest centroid."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..config import SemanticSpec
from ..engine.onnx import session
from ..errors import AudioError, WeightsError
from ..features import log_mel

FILE = "semantic.onnx"
CENTROIDS = "semantic.centroids"
_WINDOW_SECONDS = 20.0


class SemanticRuntime:
    """Samples to semantic tokens.

    Long audio is cut into windows that overlap by all a frame depends on, so its tokens are those of one long pass,
    and a frame's token does not change with what follows later than the margin.
    """

    def __init__(self, spec: SemanticSpec, folder: Path | str, tables: Mapping[str, np.ndarray], *, threads: int | None = None) -> None:
        if CENTROIDS not in tables:
            raise WeightsError(f"the tables lack {CENTROIDS}; export the weights again")
        self.spec = spec
        self.centroids = np.ascontiguousarray(tables[CENTROIDS], dtype=np.float32)
        if len(self.centroids) != spec.codebook_size:
            raise WeightsError(f"{CENTROIDS} has {len(self.centroids)} rows, expected {spec.codebook_size}")
        self._norms = (self.centroids**2).sum(1)
        self._session = session(Path(folder) / FILE, threads=threads)

    @property
    def frame_rate(self) -> int:
        """Tokens per second."""
        return self.spec.frame_rate

    @property
    def sample_rate(self) -> int:
        return self.spec.mel.sample_rate

    @property
    def _hop(self) -> int:
        return self.spec.mel.hop * self.spec.stack

    def embed(self, samples: np.ndarray) -> np.ndarray:
        """samples float [N] at ``sample_rate`` -> points float32 [T, E] in the space of the centroids, T = N // hop."""
        samples = np.asarray(samples, dtype=np.float32)
        if samples.ndim != 1:
            raise AudioError(f"semantic tokens got samples of shape {samples.shape}, expected [N]; mix down to mono")
        if not np.isfinite(samples).all():
            raise AudioError("semantic tokens got samples that are not finite; check the recording")
        total = len(samples) // self._hop
        step = max(1, int(_WINDOW_SECONDS * self.frame_rate))
        parts = [self._window(samples, start, min(start + step, total), total) for start in range(0, total, step)]
        return np.concatenate(parts) if parts else np.zeros((0, self.centroids.shape[1]), dtype=np.float32)

    def _window(self, samples: np.ndarray, start: int, stop: int, total: int) -> np.ndarray:
        """Points of frames ``start`` to ``stop``, from a window with a margin on both sides."""
        margin = self.spec.receptive_frames
        mel_margin = -(-self.spec.mel.window // self._hop)
        first, last = max(0, start - margin), min(total, stop + margin)
        left, right = max(0, first - mel_margin), min(total, last + mel_margin)
        end = len(samples) if right == total else right * self._hop
        mel = log_mel(samples[left * self._hop : end], self.spec.mel)[: (right - left) * self.spec.stack]
        frames = mel.reshape(right - left, -1)[first - left : last - left]
        (points,) = self._session.run(None, {"frames": frames[None]})
        return points[0, start - first : stop - first]

    def tokenize(self, samples: np.ndarray) -> np.ndarray:
        """samples float [N] at ``sample_rate`` -> token ids int64 [T], T = N // hop."""
        points = self.embed(samples)
        ids = [(self._norms - 2 * (block @ self.centroids.T)).argmin(1) for block in np.array_split(points, len(points) // 2048 + 1)]
        return np.concatenate(ids).astype(np.int64)
