"""A folder of clips with captions: ``index.jsonl`` and shards of raw audio, read through memory maps.

    index.jsonl        line 1: {"libretto": "dataset", "version": 1, "sample_rate": ..., "settings": {...}}
                       then one line per clip: id, split, captions, sheet, shard, offset, samples, item
    audio-00000.i16    little-endian int16, mono or interleaved stereo, clips one after another, at most 256 MiB each
    journal.jsonl      only while a build runs: the index as far as the writer has come

The journal is appended to clip by clip and survives a kill; the index is replaced by a copy of it from time to
time, so a reader sees a consistent folder even during a build. The format is ours; docs/dataset.md says it exactly.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from libretto.errors import CorpusError
from libretto.files import atomic

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


def _size(path: Path) -> int:
    """Bytes of a file, -1 where there is none."""
    return path.stat().st_size if path.is_file() else -1


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


def _header(sample_rate: int, channels: int, settings: dict[str, Any]) -> str:
    facts: dict[str, Any] = {"libretto": "dataset", "version": _VERSION, "sample_rate": sample_rate}
    if channels != 1:
        facts["channels"] = channels
    return json.dumps({**facts, "settings": settings}) + "\n"


def _line(clip: ClipInfo) -> str:
    return json.dumps(asdict(clip), ensure_ascii=False) + "\n"


class Dataset:
    """Clips with captions at ``sample_rate``. Open one with ``Dataset.open``. It pickles and forks cheaply."""

    def __init__(
        self,
        folder: Path,
        clips: list[ClipInfo],
        *,
        sample_rate: int,
        settings: dict[str, Any],
        channels: int = 1,
    ) -> None:
        self.folder = folder
        self.clips = clips
        self.sample_rate = sample_rate
        self.channels = channels
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
        channels = int(header.get("channels", 1))
        ends: dict[int, int] = {}
        for clip in clips:
            ends[clip.shard] = max(ends.get(clip.shard, 0), clip.offset + clip.samples)
        for shard, end in ends.items():
            path = folder / _shard_name(shard)
            size, wanted = _size(path), end * channels * _SAMPLE_BYTES
            if size < wanted:
                got = "is missing" if size < 0 else f"has {size} bytes"
                raise CorpusError(
                    f"{path} {got}, the index expects {wanted}; copy it again or rerun the build"
                )
        rate, settings = int(header["sample_rate"]), header.get("settings", {})
        return cls(folder, clips, sample_rate=rate, settings=settings, channels=channels)

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
            flat = np.memmap(self.folder / _shard_name(shard), dtype="<i2", mode="r")
            self._maps[shard] = flat[: len(flat) // self.channels * self.channels].reshape(-1, self.channels)
        return self._maps[shard]

    def audio(self, index: int, start: int = 0, samples: int | None = None) -> np.ndarray:
        """Clip ``index`` from sample ``start`` on, in mono: float32 [N] in -1..1, N = ``samples`` or the rest of the clip."""
        frames = self.frames(index, start, samples).astype(np.float32) / 32768.0
        return frames[:, 0] if self.channels == 1 else frames.mean(axis=1)

    def frames(self, index: int, start: int = 0, samples: int | None = None) -> np.ndarray:
        """The same stretch as it is stored: int16 [N, C], a view of the shard."""
        clip = self.clips[index]
        count = clip.samples - start if samples is None else samples
        if start < 0 or count < 0 or start + count > clip.samples:
            raise CorpusError(
                f"clip {clip.id} has {clip.samples} samples; {count} from {start} on do not fit"
            )
        begin = clip.offset + start
        return self._shard(clip.shard)[begin : begin + count]


class DatasetWriter:
    """Appends clips to a dataset folder. A folder of the same settings is resumed; one of others is refused.

    Use as a context manager: leaving it without an error turns the journal into the index; after an error (or a
    kill) the journal stays and the next writer goes on from it. ``samples`` and ``last_item`` tell how far it is.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        sample_rate: int,
        settings: dict[str, Any] | None = None,
        channels: int = 1,
        shard_bytes: int = SHARD_BYTES,
    ) -> None:
        self.folder = Path(folder)
        self.sample_rate = sample_rate
        self.channels = channels
        self.settings = json.loads(json.dumps(settings or {}))
        self.samples, self.last_item = 0, -1  # of all clips together; of the last clip
        self._limit = shard_bytes // (_SAMPLE_BYTES * channels)
        self._shard, self._offset = 0, 0
        self._file: BinaryIO | None = None
        self.folder.mkdir(parents=True, exist_ok=True)
        clips = self._resume()
        with atomic(self.folder / _JOURNAL) as path:
            path.write_text(
                _header(sample_rate, channels, self.settings) + "".join(map(_line, clips)), encoding="utf-8"
            )
        self._journal = (self.folder / _JOURNAL).open("a", encoding="utf-8")

    def __enter__(self) -> DatasetWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._release()

    def _resume(self) -> list[ClipInfo]:
        """Take over what an earlier writer finished; cut audio that no line describes."""
        journal, index = self.folder / _JOURNAL, self.folder / _INDEX
        source = journal if journal.exists() else index
        if not source.exists():
            strange = sorted(path.name for path in self.folder.iterdir() if not path.name.startswith("."))
            if strange:
                raise CorpusError(
                    f"{self.folder} is not empty ({strange[0]}) and no dataset; choose another folder"
                )
            return []
        header, clips, _ = _read_lines(source)
        self._refuse_others(header)
        if source is journal:
            while clips and self._bytes(clips[-1]) > _size(self.folder / _shard_name(clips[-1].shard)):
                clips.pop()  # the machine died before the audio was on the disk
            if clips:  # the last item may lack pieces: it is made again
                clips = [clip for clip in clips if clip.item != clips[-1].item]
        if clips:
            self._shard, self._offset = clips[-1].shard, clips[-1].offset + clips[-1].samples
            self.samples, self.last_item = sum(clip.samples for clip in clips), clips[-1].item
            path, wanted = self.folder / _shard_name(self._shard), self._bytes(clips[-1])
            if _size(path) < wanted:
                raise CorpusError(f"{path} is shorter than its index says; remove {self.folder} and build again")
            os.truncate(path, wanted)
        for path in self.folder.glob("audio-*.i16"):
            if path.name > _shard_name(self._shard) or not clips:
                path.unlink()
        return clips

    def _refuse_others(self, header: dict[str, Any]) -> None:
        def facts(rate: int, channels: int, settings: dict[str, Any]) -> dict[str, Any]:
            return {**settings, "sample_rate": rate, "channels": channels}

        old = facts(header["sample_rate"], header.get("channels", 1), header.get("settings") or {})
        new = facts(self.sample_rate, self.channels, self.settings)
        if old != new:
            name = next(key for key in sorted(set(old) | set(new)) if old.get(key) != new.get(key))
            raise CorpusError(
                f"{self.folder} was built with {name} = {old.get(name)!r}, now {new.get(name)!r}; "
                "use the old settings or another folder"
            )

    def _bytes(self, clip: ClipInfo) -> int:
        """Where the clip ends in its shard."""
        return (clip.offset + clip.samples) * self.channels * _SAMPLE_BYTES

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
        """Append one clip, samples [N] or [C, N], float in -1..1 or int16. Audio goes to disk before its line does."""
        if split not in SPLITS:
            raise CorpusError(f"clip {id} has split {split!r}; valid: {', '.join(SPLITS)}")
        data = np.atleast_2d(samples if samples.dtype == np.int16 else to_int16(samples))
        if data.ndim != 2 or data.shape[0] != self.channels or not data.shape[1]:
            raise CorpusError(
                f"clip {id} has shape {list(samples.shape)}, expected [{self.channels}, N] with N > 0"
            )
        count = data.shape[1]
        if self._offset and self._offset + count > self._limit:
            self._close_shard()
            self._shard, self._offset = self._shard + 1, 0
        if self._file is None:
            path = self.folder / _shard_name(self._shard)
            self._file = path.open("ab" if self._offset else "wb")
        self._file.write(data.T.astype("<i2", copy=False).tobytes())
        self._file.flush()
        clip = ClipInfo(id, split, count, list(captions), sheet or {}, self._shard, self._offset, item)
        self._journal.write(_line(clip))
        self._journal.flush()
        self._offset += count
        self.samples, self.last_item = self.samples + count, item
        return clip

    def flush(self) -> None:
        """Replace the index as a whole; readers see every clip added so far."""
        if self._file is not None:
            os.fsync(self._file.fileno())
        with atomic(self.folder / _INDEX) as path:
            shutil.copyfile(self.folder / _JOURNAL, path)

    def close(self) -> None:
        """Make the journal the index."""
        self._release()
        os.replace(self.folder / _JOURNAL, self.folder / _INDEX)

    def _close_shard(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _release(self) -> None:
        self._close_shard()
        self._journal.close()


def to_int16(samples: np.ndarray) -> np.ndarray:
    """Float [...] in -1..1 to int16 [...], rounded and clipped; NaN is a CorpusError."""
    if not np.isfinite(samples).all():
        raise CorpusError("audio holds NaN or infinite samples; render it again or leave the clip out")
    return np.clip(np.rint(np.asarray(samples, dtype=np.float64) * 32768.0), -32768, 32767).astype(np.int16)
