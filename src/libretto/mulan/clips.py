"""Log-mels and chromas of a whole dataset, computed once and read through a memory map (ours)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from libretto.corpus.shards.dataset import Dataset

from ..config import MulanSpec
from ..features import log_mel
from ..files import atomic
from . import descriptors

logger = logging.getLogger("libretto.mulan")


class ClipFeatures:
    """Windows of a dataset's clips as the audio tower hears them. Built on first use: about 35 ms a clip of 20 s."""

    def __init__(self, dataset: Dataset, spec: MulanSpec, *, folder: Path | None = None) -> None:
        """``folder`` holds the cache; None puts it into the dataset's own folder under ``cache``."""
        self.dataset, self.spec = dataset, spec
        mel = spec.mel
        self.frames = np.array([clip.samples // mel.hop for clip in dataset.clips], dtype=np.int64)
        sizes = self.frames * mel.bands + (self.frames // descriptors.CHROMA_HOP) * 24
        self._offsets = np.concatenate([[0], np.cumsum(sizes)])
        key = json.dumps([asdict(mel), [(clip.id, clip.samples) for clip in dataset.clips]])
        name = f"mulan-{hashlib.sha256(key.encode()).hexdigest()[:12]}.f16"
        path = (folder if folder is not None else dataset.folder / "cache") / name
        if not path.is_file():
            self._build(path)
        self._map = np.memmap(path, dtype="<f2", mode="r", shape=(int(self._offsets[-1]),))

    def _build(self, path: Path) -> None:
        logger.info("computing the log-mels of %d clips once, into %s", len(self.dataset), path)
        with atomic(path) as temporary, temporary.open("wb") as stream:
            for index in range(len(self.dataset)):
                samples = self.dataset.audio(index)
                for part in (log_mel(samples, self.spec.mel), descriptors.chroma(samples, self.spec.mel)):
                    stream.write(part.astype("<f2").tobytes())

    @property
    def window(self) -> int:
        """Mel frames of a window, whole chroma frames."""
        frames = int(self.spec.window_seconds * self.spec.mel.frame_rate)
        return frames // descriptors.CHROMA_HOP * descriptors.CHROMA_HOP

    def clip(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The whole clip's log-mel [T, bands] and chroma [T // CHROMA_HOP, 24], float16."""
        frames, bands = int(self.frames[index]), self.spec.mel.bands
        flat = self._map[self._offsets[index] : self._offsets[index + 1]]
        return flat[: frames * bands].reshape(frames, bands), flat[frames * bands :].reshape(-1, 24)

    def windows(self, indices: Sequence[int] | np.ndarray, starts: Sequence[float] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One window of each clip; ``starts`` in 0..1 lie between its first and its last possible place.

        Returns:
            log-mel float32 [B, T, bands] and descriptors float32 [B, F]. A clip shorter than a window is repeated.
        """
        hop, window = descriptors.CHROMA_HOP, self.window
        mels = np.empty((len(indices), window, self.spec.mel.bands), dtype=np.float32)
        pitches = np.empty((len(indices), window // hop, 24), dtype=np.float32)
        for row, (index, start) in enumerate(zip(indices, starts)):
            mel, pitch = self.clip(index)
            first = round(start * max(0, len(pitch) - window // hop))
            mels[row] = descriptors.looped(mel[first * hop :], window)
            pitches[row] = descriptors.looped(pitch[first:], window // hop)
        return mels, descriptors.describe(mels, pitches, self.spec.mel)
