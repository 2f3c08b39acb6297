"""What every embedder of an evaluation offers: a name, a rate, and audio to embeddings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

import numpy as np

from ...audio import Waveform
from ...errors import AudioError, WeightsError


class Embedder(ABC):
    """Audio to embeddings, one a window. Subclasses set ``name``, ``sample_rate`` and ``dimension`` and write ``windows``."""

    name: ClassVar[str]
    sample_rate: int  # Hz
    dimension: int
    window_seconds: float

    @property
    def described(self) -> str:
        """What goes beside a figure: name and whatever tells two variants apart."""
        return self.name

    def embed(self, audio: Waveform) -> np.ndarray:
        """Float32 [W, D], one row a window, W >= 1; audio is mixed down and resampled.

        Raises:
            AudioError: the embeddings are not finite.
        """
        found = self.windows(audio.mono().resample(self.sample_rate).samples[0])
        if found.ndim != 2 or found.shape[1] != self.dimension or not len(found) or not np.isfinite(found).all():
            wanted = f"expected finite [windows, {self.dimension}]"
            raise AudioError(f"{self.described} gave embeddings {list(found.shape)}, {wanted}; check its weights")
        return found.astype(np.float32)

    @abstractmethod
    def windows(self, samples: np.ndarray) -> np.ndarray:
        """Mono samples float32 [N] at ``sample_rate`` to embeddings [W, D]."""


def looped_windows(samples: np.ndarray, length: int, hop: int) -> list[np.ndarray]:
    """Whole windows of ``length`` samples every ``hop``; shorter audio is repeated to one."""
    if len(samples) < length:
        return [np.tile(samples, -(-length // len(samples)))[:length]]
    return [samples[start : start + length] for start in range(0, len(samples) - length + 1, hop)]


def weights_folder(folder: Path | None, *, name: str, files: tuple[str, ...], source: str) -> Path:
    """``folder`` when it holds one of ``files``.

    Raises:
        WeightsError: it is not given, or holds none.
    """
    wanted = f"expected a folder with {' or '.join(files)} ({source})"
    if folder is None:
        raise WeightsError(f"embedder {name} needs weights: {wanted}; give it with --embedder-weights")
    if not any((folder / file).is_file() for file in files):
        raise WeightsError(f"{folder} holds no weights of {name}; {wanted}")
    return folder
