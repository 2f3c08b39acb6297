"""A folder of clips with captions: ``index.jsonl`` and shards of raw audio, read through memory maps.

    index.jsonl        line 1: {"libretto": "dataset", "version": 1, "sample_rate": ..., "settings": {...}}
                       then one line per clip: id, split, captions, sheet, shard, offset, samples, item
    audio-00000.i16    mono little-endian int16, clips one after another, at most 256 MiB each
    journal.jsonl      only while a build runs: what the writer has finished so far

The journal is appended to clip by clip and survives a kill; the index is replaced as a whole from time to
time, so a reader sees a consistent folder even during a build. The format is ours.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..errors import CorpusError
from ..files import atomic

SPLITS = ("train", "valid", "test")
SHARD_BYTES = 256 * 2**20
_INDEX, _JOURNAL, _VERSION = "index.jsonl", "journal.jsonl", 1
_SAMPLE_BYTES = 2


@dataclass(frozen=True)
class ClipInfo:
    """One clip: where its audio lies (``offset`` and ``samples`` in samples) and what may be said of it."""

    id: str
    split: str
    samples: int
    captions: list[str]
    sheet: dict[str, Any] = field(default_factory=dict)
    shard: int = 0
    offset: int = 0
    item: int = 0  # the source's item it came from


def _shard_name(shard: int) -> str:
    return f"audio-{shard:05d}.i16"


def _read_lines(path: Path) -> tuple[dict[str, Any], list[ClipInfo], bool]:
    """Header, clips and whether the last line was torn (a writer killed in the middle of it)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path} cannot be read ({error}); expected a dataset written by libretto"
        ) from error
    lines = text.split("\n")
    torn = lines.pop() != ""
    if not lines:
        raise CorpusError(f"{path} is empty; build the dataset again")
    try:
        header = json.loads(lines[0])
        if header.get("libretto") != "dataset":
            raise ValueError("the first line is no libretto header")
        if header.get("version") != _VERSION:
            raise CorpusError(
                f"{path} has format version {header.get('version')}, expected {_VERSION}; build it again"
            )
        return header, [ClipInfo(**json.loads(line)) for line in lines[1:]], torn
    except (ValueError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{path} is no dataset index ({error}); point at a folder that libretto built"
        ) from error


def _header(sample_rate: int, settings: dict[str, Any]) -> str:
    return (
        json.dumps(
            {"libretto": "dataset", "version": _VERSION, "sample_rate": sample_rate, "settings": settings}
        )
        + "\n"
    )


def _line(clip: ClipInfo) -> str:
    return json.dumps(asdict(clip), ensure_ascii=False) + "\n"


class Dataset:
    """Clips with captions, mono at ``sample_rate``. Open one with ``Dataset.open``. It pickles and forks cheaply."""

    def __init__(
        self, folder: Path, clips: list[ClipInfo], *, sample_rate: int, settings: dict[str, Any]
    ) -> None:
        self.folder = folder
        self.clips = clips
        self.sample_rate = sample_rate
        self.settings = settings
        self._maps: dict[int, np.ndarray] = {}

    @classmethod
    def open(cls, folder: Path | str) -> Dataset:
        """Open and check ``folder``; a missing, foreign or truncated one is a CorpusError."""
        folder = Path(folder)
        index = folder / _INDEX
        if not index.is_file():
            raise CorpusError(
                f"{folder} holds no {_INDEX}; build a dataset there first (libretto corpus build)"
            )
        header, clips, torn = _read_lines(index)
        if torn:
            raise CorpusError(f"{index} ends in the middle of a line; copy it again or rerun the build")
        ends: dict[int, int] = {}
        for clip in clips:
            ends[clip.shard] = max(ends.get(clip.shard, 0), clip.offset + clip.samples)
        for shard, end in ends.items():
            path = folder / _shard_name(shard)
            size = path.stat().st_size if path.is_file() else -1
            if size < end * _SAMPLE_BYTES:
                got = "is missing" if size < 0 else f"has {size} bytes"
                raise CorpusError(
                    f"{path} {got}, the index expects {end * _SAMPLE_BYTES}; copy it again or rerun the build"
                )
        return cls(folder, clips, sample_rate=int(header["sample_rate"]), settings=header.get("settings", {}))

    def __len__(self) -> int:
        return len(self.clips)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_maps": {}}

    @property
    def seconds(self) -> float:
        """Length of all clips together."""
        return sum(clip.samples for clip in self.clips) / self.sample_rate

    def split(self, name: str) -> list[int]:
        """Indices of the clips of ``train``, ``valid`` or ``test``."""
        if name not in SPLITS:
            raise CorpusError(f"unknown split {name!r}; valid: {', '.join(SPLITS)}")
        return [index for index, clip in enumerate(self.clips) if clip.split == name]

    def _shard(self, shard: int) -> np.ndarray:
        if shard not in self._maps:
            self._maps[shard] = np.memmap(self.folder / _shard_name(shard), dtype="<i2", mode="r")
        return self._maps[shard]

    def audio(self, index: int, start: int = 0, samples: int | None = None) -> np.ndarray:
        """Clip ``index`` from sample ``start`` on: float32 [N] in -1..1, N = ``samples`` or the rest of the clip."""
        clip = self.clips[index]
        count = clip.samples - start if samples is None else samples
        if start < 0 or count < 0 or start + count > clip.samples:
            raise CorpusError(
                f"clip {clip.id} has {clip.samples} samples; {count} from {start} on do not fit"
            )
        begin = clip.offset + start
        return np.asarray(self._shard(clip.shard)[begin : begin + count], dtype=np.float32) / 32768.0


class DatasetWriter:
    """Appends clips to a dataset folder. A folder of the same settings is resumed; one of others is refused.

    Use as a context manager: leaving it without an error writes the index and removes the journal; after an
    error (or a kill) the journal stays and the next writer goes on from it.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        sample_rate: int,
        settings: dict[str, Any] | None = None,
        shard_bytes: int = SHARD_BYTES,
    ) -> None:
        self.folder = Path(folder)
        self.sample_rate = sample_rate
        self.settings = json.loads(json.dumps(settings or {}))
        self.clips: list[ClipInfo] = []
        self._limit = shard_bytes // _SAMPLE_BYTES
        self._shard, self._offset = 0, 0
        self._file: BinaryIO | None = None
        self.folder.mkdir(parents=True, exist_ok=True)
        self._resume()
        journal = self.folder / _JOURNAL
        with atomic(journal) as path:
            path.write_text(
                _header(sample_rate, self.settings) + "".join(map(_line, self.clips)), encoding="utf-8"
            )
        self._journal = journal.open("a", encoding="utf-8")

    def __enter__(self) -> DatasetWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._release()

    def _resume(self) -> None:
        """Take over what an earlier writer finished; cut audio that no line describes."""
        journal, index = self.folder / _JOURNAL, self.folder / _INDEX
        source = journal if journal.exists() else index
        if not source.exists():
            strange = sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("."))
            if strange:
                raise CorpusError(
                    f"{self.folder} is not empty ({strange[0]}) and no dataset; choose another folder"
                )
            return
        header, clips, _ = _read_lines(source)
        if header["sample_rate"] != self.sample_rate or header.get("settings") != self.settings:
            old, new = header.get("settings") or {}, {**self.settings, "sample_rate": self.sample_rate}
            old = {**old, "sample_rate": header["sample_rate"]}
            name = next(key for key in sorted(set(old) | set(new)) if old.get(key) != new.get(key))
            raise CorpusError(
                f"{self.folder} was built with {name} = {old.get(name)!r}, now {new.get(name)!r}; "
                "use the old settings or another folder"
            )
        if source is journal and clips:  # the last item may lack pieces: it is made again
            clips = [clip for clip in clips if clip.item != clips[-1].item]
        self.clips = clips
        if clips:
            self._shard, self._offset = clips[-1].shard, clips[-1].offset + clips[-1].samples
            path = self.folder / _shard_name(self._shard)
            if not path.is_file() or path.stat().st_size < self._offset * _SAMPLE_BYTES:
                raise CorpusError(
                    f"{path} is shorter than its index says; remove {self.folder} and build again"
                )
            os.truncate(path, self._offset * _SAMPLE_BYTES)

    def add(
        self,
        samples: np.ndarray,
        *,
        id: str,
        split: str,
        captions: Sequence[str],
        sheet: dict[str, Any] | None = None,
        item: int = 0,
    ) -> ClipInfo:
        """Append one clip, samples float [N] in -1..1 or int16 [N]. Audio goes to disk before its line does."""
        if split not in SPLITS:
            raise CorpusError(f"clip {id} has split {split!r}; valid: {', '.join(SPLITS)}")
        data = samples if samples.dtype == np.int16 else to_int16(samples)
        if data.ndim != 1 or not len(data):
            raise CorpusError(f"clip {id} has shape {list(data.shape)}, expected [N] with N > 0")
        if self._offset and self._offset + len(data) > self._limit:
            self._close_shard()
            self._shard, self._offset = self._shard + 1, 0
        if self._file is None:
            path = self.folder / _shard_name(self._shard)
            self._file = path.open("ab" if self._offset else "wb")
        self._file.write(data.astype("<i2", copy=False).tobytes())
        self._file.flush()
        clip = ClipInfo(id, split, len(data), list(captions), sheet or {}, self._shard, self._offset, item)
        self._journal.write(_line(clip))
        self._journal.flush()
        self._offset += len(data)
        self.clips.append(clip)
        return clip

    def flush(self) -> None:
        """Replace the index as a whole; readers see every clip added so far."""
        if self._file is not None:
            os.fsync(self._file.fileno())
        with atomic(self.folder / _INDEX) as path:
            path.write_text(
                _header(self.sample_rate, self.settings) + "".join(map(_line, self.clips)), encoding="utf-8"
            )

    def close(self) -> None:
        """Write the index and remove the journal."""
        self.flush()
        self._release()
        (self.folder / _JOURNAL).unlink(missing_ok=True)

    def _close_shard(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _release(self) -> None:
        self._close_shard()
        self._journal.close()


def to_int16(samples: np.ndarray) -> np.ndarray:
    """Float [N] in -1..1 to int16 [N], rounded and clipped; NaN is a CorpusError."""
    if not np.isfinite(samples).all():
        raise CorpusError("audio holds NaN or infinite samples; render it again or leave the clip out")
    return np.clip(np.rint(np.asarray(samples, dtype=np.float64) * 32768.0), -32768, 32767).astype(np.int16)
