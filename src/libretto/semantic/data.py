"""Audio clips with labels, for training and for the probes: a dataset folder, or a plain .npy array while developing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from ..errors import CorpusError


@dataclass(frozen=True)
class Labels:
    """What a clip's sheet says of it; empty where unknown."""

    style: str = ""
    instruments: tuple[str, ...] = ()


class Clips(Protocol):
    """Mono clips at the model's rate, split into training and held-out ones."""

    @property
    def train(self) -> Sequence[int]: ...

    @property
    def held_out(self) -> Sequence[int]: ...

    def length(self, clip: int) -> int: ...

    def audio(self, clip: int, start: int = 0, samples: int | None = None) -> np.ndarray: ...

    def labels(self, clip: int) -> Labels: ...


class ArrayClips:
    """A float array [clips, N] in a .npy file; the last eighth is held out; ``styles.json`` beside it names styles."""

    def __init__(self, path: Path) -> None:
        self.array = np.load(path, mmap_mode="r")
        if self.array.ndim != 2 or len(self.array) < 2:
            raise CorpusError(f"{path.name} has shape {self.array.shape}, expected [clips, samples] with 2 clips or more")
        held_out = max(1, len(self.array) // 8)
        self.train = range(len(self.array) - held_out)
        self.held_out = range(len(self.array) - held_out, len(self.array))
        styles = path.with_name("styles.json")
        self.styles = json.loads(styles.read_text()) if styles.is_file() else []

    def length(self, clip: int) -> int:
        return self.array.shape[1]

    def audio(self, clip: int, start: int = 0, samples: int | None = None) -> np.ndarray:
        stop = None if samples is None else start + samples
        return np.asarray(self.array[clip, start:stop], dtype=np.float32)

    def labels(self, clip: int) -> Labels:
        return Labels(self.styles[clip]) if clip < len(self.styles) else Labels()


class DatasetClips:
    """A dataset folder written by ``corpus.build``: trains on its split "train", holds out "valid" and "test"."""

    def __init__(self, folder: Path) -> None:
        from libretto.corpus.shards.dataset import Dataset

        self.dataset = Dataset.open(folder)
        self.train = self.dataset.split("train")
        self.held_out = [*self.dataset.split("valid"), *self.dataset.split("test")]
        if not self.train or not self.held_out:
            raise CorpusError(
                f"{folder} has {len(self.train)} training and {len(self.held_out)} held-out clips; expected both"
            )

    def length(self, clip: int) -> int:
        return self.dataset.clips[clip].samples

    def audio(self, clip: int, start: int = 0, samples: int | None = None) -> np.ndarray:
        return self.dataset.audio(clip, start, samples)

    def labels(self, clip: int) -> Labels:
        sheet = self.dataset.clips[clip].sheet
        return Labels(str(sheet.get("style", "")), tuple(sheet.get("instruments", ())))


def open_clips(path: Path | str) -> Clips:
    """A dataset folder, or a .npy file of clips."""
    path = Path(path)
    if not path.exists():
        raise CorpusError(f"{path} does not exist; give a dataset folder or a .npy array [clips, samples]")
    if path.suffix == ".npy":
        return ArrayClips(path)
    return DatasetClips(path)
