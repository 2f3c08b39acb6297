"""A dataset as webdataset-style tar files: for every clip a ``.flac`` and a ``.json``, in shards of some hundred clips.

The same dataset gives the same bytes (with one version of libsndfile, which writes the FLAC): no times, no owners,
members in the order of the index. FLAC keeps the samples bit for bit.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.shards.dataset import SPLITS, Dataset
from libretto.errors import CorpusError
from libretto.files import atomic_folder

CLIPS = 500  # a shard: some 200 MB of clips of 20 s
_PLACES = ("shard", "offset")  # say where the audio lay; of no use in a tar


@dataclass(frozen=True)
class Exported:
    """Clips and shards of each split."""

    clips: dict[str, int]
    shards: dict[str, int]


def export_tar(
    dataset: Dataset,
    folder: Path | str,
    *,
    clips: int = CLIPS,
    splits: tuple[str, ...] = SPLITS,
    progress: Callable[[int], None] | None = None,
) -> Exported:
    """Write ``train-000000.tar`` and so on with ``clips`` clips each into ``folder``, which must be new or empty.

    All of it appears at once, or nothing. ``progress`` is called with the number of clips written.
    """
    folder = Path(folder)
    if clips < 1:
        raise CorpusError(f"shards of {clips} clips, expected at least 1")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CorpusError(f"{folder} is not an empty folder; choose another place for the tar files")
    chosen = {name: dataset.split(name) for name in splits}
    shards, done = dict.fromkeys(splits, 0), 0
    with atomic_folder(folder) as place:
        for name, indices in chosen.items():
            for start in range(0, len(indices), clips):
                with tarfile.open(place / f"{name}-{shards[name]:06d}.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
                    for number, index in enumerate(indices[start : start + clips], start):
                        _add(tar, f"{number:06d}.flac", flac(dataset.frames(index), dataset.sample_rate))
                        _add(tar, f"{number:06d}.json", _json(dataset, index))
                        done += 1
                        if progress is not None:
                            progress(done)
                shards[name] += 1
    return Exported({name: len(indices) for name, indices in chosen.items()}, shards)


def flac(frames: np.ndarray, sample_rate: int) -> bytes:
    """Int16 [N, C] as a FLAC file."""
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, np.ascontiguousarray(frames), sample_rate, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def _json(dataset: Dataset, index: int) -> bytes:
    """The clip's line of the index, and what a reader of one clip alone must know."""
    clip = dataset.clips[index]
    facts: dict[str, Any] = {name: value for name, value in asdict(clip).items() if name not in _PLACES}
    facts |= {
        "sample_rate": dataset.sample_rate,
        "channels": dataset.channels,
        "seconds": clip.samples / dataset.sample_rate,
    }
    return (json.dumps(facts, ensure_ascii=False) + "\n").encode()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)  # time, owner and group are 0, the mode is 644
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
