"""Clips of datasets as the judge hears them, with their labels; heard once and kept beside the run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from libretto.corpus.labels import Labels, labels_of
from libretto.corpus.shards.dataset import Dataset

from ..errors import CorpusError
from ..files import atomic
from . import front
from .front import Heard, listen

if TYPE_CHECKING:
    from ..codec.runtime import CodecRuntime
    from ..codec.waveform_runtime import WaveformRuntime

_VERSION = 1  # of what the front end hears
_ARRAYS = ("patch", "pulse", "shape", "chroma")


@dataclass(frozen=True)
class Clips:
    """patch uint8 [clips, T, 96], pulse [clips, 768], shape [clips, 200], chroma [clips, 12], and the labels."""

    patch: np.ndarray
    pulse: np.ndarray
    shape: np.ndarray
    chroma: np.ndarray
    labels: list[Labels]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> Heard:
        return Heard(self.patch[index], self.pulse[index], self.shape[index], self.chroma[index])


def joined(parts: Sequence[Clips]) -> Clips:
    """All clips of ``parts``, which are equally long."""
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
    return Clips(**arrays, labels=[label for part in parts for label in part.labels])


def resynthesised(samples: np.ndarray, codec: CodecRuntime | WaveformRuntime) -> np.ndarray:
    """Samples [N] as they come out of the codec: [N]."""
    made = codec.decode(codec.encode(samples)).ravel()[: len(samples)]
    return np.pad(made, (0, len(samples) - len(made))).astype(np.float32)


def long_enough(dataset: Dataset, split: str, seconds: float) -> list[int]:
    """The clips of a split that last ``seconds``.

    Raises:
        CorpusError: there is none at 24 kHz.
    """
    least = round(seconds * front.SAMPLE_RATE)
    found = [index for index in dataset.split(split) if dataset.clips[index].samples >= least]
    if dataset.sample_rate != front.SAMPLE_RATE or not found:
        raise CorpusError(f"{dataset.folder} has {len(found)} clips of {seconds:g} s in split {split!r} at {dataset.sample_rate} Hz, "
                          f"expected some at {front.SAMPLE_RATE} Hz; choose another dataset or build one: libretto corpus build")
    return found


def gather(
    dataset: Dataset, *, split: str, seconds: float, every: int = 1, codec: CodecRuntime | WaveformRuntime | None = None,
    codec_name: str = "", keep: Path | None = None, workers: int = 1, progress: Callable[[int, int], None] | None = None,
) -> Clips:
    """The first ``seconds`` of the clips of a split.

    Args:
        every: one clip of so many.
        codec: what the clips pass first, None for the clips as they are; ``codec_name`` tells codecs apart.
        keep: a folder where what was heard is kept for the next time.
        workers: threads.
    """
    indices = long_enough(dataset, split, seconds)[::every]
    size = round(seconds * front.SAMPLE_RATE)
    facts = [_VERSION, dataset.settings, [dataset.clips[index].id for index in indices], split, seconds, codec_name if codec else ""]
    kept = keep / f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]}.npz" if keep is not None else None
    labels = [labels_of(dataset.clips[index].sheet, seconds) for index in indices]
    if kept is not None and kept.is_file():
        with np.load(kept) as arrays:
            return Clips(**{name: arrays[name] for name in _ARRAYS}, labels=labels)

    def hear(index: int) -> Heard:
        samples = dataset.audio(index, 0, size)
        return listen(resynthesised(samples, codec) if codec is not None else samples)

    heard: list[Heard] = []
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for found in pool.map(hear, indices):
            heard.append(found)
            if progress is not None:
                progress(len(heard), len(indices))
    stacked = {name: np.stack([getattr(each, name) for each in heard]) for name in _ARRAYS}
    if kept is not None:
        with atomic(kept) as path, open(path, "wb") as stream:
            np.savez(stream, **stacked)  # type: ignore[arg-type]
    return Clips(**stacked, labels=labels)
