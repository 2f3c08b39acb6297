"""What the encoder hears of many tunes in all their versions, made once and kept: a folder that resumes and is mapped.

    heard.u8     uint8 [tunes, kinds, frames, bins] of ``pitch.hear``, frames after a version's end are 0
    paces.npy    float32 [tunes, kinds], as in ``versions.Version``
    store.json   what it was made with, and how many tunes are done
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..config import MelodySpec
from ..config_file import to_dict
from ..errors import TrainingError
from ..files import atomic
from ..processes import worker_pool
from .pitch import hear
from .versions import FASTEST, KINDS, versions

SECONDS = 10.0
_EVERY = 32  # tunes between two notes of progress


class TuneStore:
    """``heard`` uint8 [tunes, kinds, frames, bins] and ``paces`` float32 [tunes, kinds] of the tunes done so far."""

    def __init__(self, folder: Path, spec: MelodySpec) -> None:
        self.folder, self.spec = folder, spec
        facts = _read(folder)
        self.tunes, self.seconds = int(facts["done"]), float(facts["seconds"])
        shape = (int(facts["tunes"]), len(KINDS), frames(self.seconds, spec), spec.bins)
        self.heard = np.memmap(folder / "heard.u8", np.uint8, mode="r", shape=shape)[: self.tunes]
        self.paces = np.load(folder / "paces.npy")[: self.tunes]

    def window(self, tune: int, kind: int, start: float) -> np.ndarray:
        """uint8 [frames, bins]: one window of the encoder, from second ``start`` of the tune on."""
        spec = self.spec
        first = round(start / float(self.paces[tune, kind]) * spec.frame_rate)
        return np.asarray(self.heard[tune, kind, first : first + spec.frames])


def frames(seconds: float, spec: MelodySpec) -> int:
    """Frames of the slowest version of a tune."""
    return math.ceil(seconds / (1 - FASTEST) * spec.frame_rate) + 1


def build(
    folder: Path, spec: MelodySpec, *, tunes: int, seed: int, fonts: Sequence[Path] | None = None, workers: int = 1,
    seconds: float = SECONDS, progress: Callable[[int, int], None] | None = None,
) -> TuneStore:
    """Make the store, or go on where an earlier call was stopped. TrainingError when it was made with other settings."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"tunes": tunes, "seed": seed, "seconds": seconds, "spec": json.loads(json.dumps(to_dict(spec)))}
    shape = (tunes, len(KINDS), frames(seconds, spec), spec.bins)
    done = 0
    if (folder / "store.json").is_file():
        old = _read(folder)
        done = int(old.pop("done"))
        if old != facts:
            raise TrainingError(f"{folder} holds tunes made with other settings; remove it or choose another folder")
    if done < tunes:
        fresh = not (folder / "heard.u8").is_file()
        heard = np.memmap(folder / "heard.u8", np.uint8, mode="w+" if fresh else "r+", shape=shape)
        paces = np.ones(shape[:2], np.float32) if fresh else np.load(folder / "paces.npy")
        make = partial(_listen, spec=spec, seed=seed, seconds=seconds, fonts=fonts)
        for tune, (row, pace) in zip(range(done, tunes), _made(make, range(done, tunes), workers)):
            heard[tune, :, : row.shape[1]], paces[tune] = row, pace
            if (tune + 1) % _EVERY == 0 or tune + 1 == tunes:
                heard.flush()
                _write(folder, paces, facts | {"done": tune + 1})
                if progress is not None:
                    progress(tune + 1, tunes)
    return TuneStore(folder, spec)


def _made(make: Callable[[int], tuple[np.ndarray, np.ndarray]], tunes: range, workers: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if workers <= 1:
        yield from map(make, tunes)
        return
    with worker_pool(workers) as pool:
        yield from pool.map(make, tunes, chunksize=4)


def _listen(tune: int, *, spec: MelodySpec, seed: int, seconds: float, fonts: Sequence[Path] | None) -> tuple[np.ndarray, np.ndarray]:
    number = int(np.random.default_rng([seed, tune, 23]).integers(2**62))
    told = versions(number, seconds=seconds, sample_rate=spec.sample_rate, fonts=fonts)
    heard = [hear(version.samples, spec) for version in told]
    row = np.zeros((len(KINDS), frames(seconds, spec), spec.bins), np.uint8)
    for kind, found in enumerate(heard):
        count = min(len(found), row.shape[1])
        row[kind, :count] = found[:count]
    return row, np.array([version.pace for version in told], np.float32)


def _read(folder: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((folder / "store.json").read_text())
        return facts
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder} holds no tunes ({error}); build the store again") from error


def _write(folder: Path, paces: np.ndarray, facts: dict[str, Any]) -> None:
    with atomic(folder / "paces.npy") as path, open(path, "wb") as stream:
        np.save(stream, paces)
    with atomic(folder / "store.json") as path:
        path.write_text(json.dumps(facts) + "\n")
