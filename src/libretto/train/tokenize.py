"""Datasets as tokens, written once and read through memory maps by the stages' trainings. The format is ours.

    index.jsonl         line 1: header {"libretto": "tokens", "version", "levels": {...}, "sizes": {...}}, then a line a clip
    tables.safetensors  the codebooks that the tokens point into
    semantic.u16 acoustic.u16 style_audio.u16 style_text.u16    little-endian uint16, clips one after another
    clock.u16 key.u16 ...     the controls that are known of a clip, where the preset has them, in step with semantic
    journal.jsonl       only while a tokenization runs: what it has finished

A clip's tokens lie frame by frame (style: row by row), the levels of a frame side by side. Controls may be blank, which is
the id ``sizes`` names, one above the others. A store with more controls than a preset has serves it too.

A killed tokenization goes on from its journal; ``index.jsonl`` appears when everything is there.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from safetensors.numpy import load_file, save_file

from libretto.corpus.labels import labels_of
from libretto.corpus.shards.dataset import ClipInfo, Dataset
from libretto.corpus.timeline import read_timeline

from ..config import LibrettoConfig
from ..controls import STORED, tokens_of
from ..errors import CorpusError
from ..files import atomic
from ..tokens import TokenSpec

_INDEX, _JOURNAL, _TABLES, _VERSION = "index.jsonl", "journal.jsonl", "tables.safetensors", 1


@dataclass(frozen=True)
class ClipTokens:
    """The tokens of one clip: semantic [T25], acoustic [K, T50], style_audio [W, levels], style_text [captions, levels] and
    controls {name: [levels, T25]} as many as the preset stores."""

    id: str
    split: str
    semantic: np.ndarray
    acoustic: np.ndarray
    style_audio: np.ndarray
    style_text: np.ndarray
    controls: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)

    def rows(self, name: str) -> np.ndarray:
        """The tokens of one field, a row a frame: [T, levels]."""
        values = np.asarray(self.controls[name] if name in self.controls else getattr(self, name))
        if name == "semantic":
            return values[:, None]
        return values.T if name == "acoustic" or name in self.controls else values


@dataclass(frozen=True)
class _Entry:
    id: str
    split: str
    counts: dict[str, int]  # frames, or rows for style, of every field


def _specs(config: LibrettoConfig) -> dict[str, TokenSpec]:
    """What a store of ``config`` holds, field by field."""
    style = config.mulan.tokens
    controls: dict[str, TokenSpec] = {token.name: token for token in config.control_tokens if token.name in STORED}
    return {"semantic": config.semantic.tokens, "acoustic": config.codec.tokens, "style_audio": style, "style_text": style, **controls}


def _header(config: LibrettoConfig) -> dict[str, Any]:
    specs = _specs(config)
    return {
        "libretto": "tokens", "version": _VERSION,
        "levels": {field: spec.levels for field, spec in specs.items()},
        "sizes": {field: spec.codebook_size for field, spec in specs.items()},
    }


def _read(path: Path, *, torn: bool) -> tuple[dict[str, Any], list[_Entry]]:
    """Header and clips; with ``torn`` a last line without its end is left out."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        last = lines.pop()
        if last and not torn:
            raise ValueError("the last line is torn")
        header = json.loads(lines[0])
        if header.get("libretto") != "tokens" or header.get("version") != _VERSION:
            raise ValueError("the first line is no header of this version")
        return header, [_Entry(**json.loads(line)) for line in lines[1:]]
    except (OSError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise CorpusError(f"{path} is no token index ({error}); tokenize the dataset again") from error


class TokenStore:
    """A folder of tokens. Open one with ``TokenStore.open``; ``len`` is the number of clips."""

    def __init__(self, folder: Path, header: dict[str, Any], entries: list[_Entry], tables: dict[str, np.ndarray]) -> None:
        self.folder, self.tables, self._entries, self._levels = folder, tables, entries, header["levels"]
        self._sizes = header["sizes"]
        self._maps, self._offsets = {}, {}
        for field in self._levels:
            counts = np.array([entry.counts[field] for entry in entries], np.int64) * self._levels[field]
            self._offsets[field] = np.concatenate([[0], np.cumsum(counts)])
            path, expected = folder / f"{field}.u16", int(self._offsets[field][-1])
            if not path.is_file() or path.stat().st_size < 2 * expected:
                raise CorpusError(f"{path} is shorter than its index says; tokenize the dataset again")
            self._maps[field] = np.memmap(path, "<u2", "r", shape=(expected,)) if expected else np.zeros(0, np.uint16)

    @classmethod
    def open(cls, folder: Path | str) -> TokenStore:
        """Open and check a finished store.

        Raises:
            CorpusError: it is missing, unfinished, foreign or truncated.
        """
        folder = Path(folder)
        if not (folder / _INDEX).is_file():
            begun = (folder / _JOURNAL).is_file()
            raise CorpusError(f"{folder} holds {'an unfinished' if begun else 'no'} token store; tokenize a dataset there first")
        header, entries = _read(folder / _INDEX, torn=False)
        try:
            tables = load_file(folder / _TABLES)
        except Exception as error:
            raise CorpusError(f"{folder / _TABLES} cannot be read: {error}; tokenize the dataset again") from error
        return cls(folder, header, entries, tables)

    def __len__(self) -> int:
        return len(self._entries)

    def check(self, config: LibrettoConfig) -> None:
        """Raise CorpusError unless the tokens are those of ``config``."""
        expected = _header(config)
        wanted = expected["levels"]
        missing = [name for name in wanted if name not in self._levels]
        if missing:
            raise CorpusError(f"{self.folder} holds {', '.join(self._levels)} and lacks {', '.join(missing)}, which preset "
                              f"{config.name} expects: tokenize with it")
        held = [{name: values[name] for name in wanted} for values in (self._levels, self._sizes)]
        if held != [wanted, expected["sizes"]]:
            raise CorpusError(f"{self.folder} holds tokens of levels {self._levels} and sizes {self._sizes}; preset "
                              f"{config.name} expects {expected['levels']} and {expected['sizes']}: tokenize with it")

    def split(self, name: str) -> list[int]:
        """Indices of the clips of "train", "valid" or "test"."""
        return [index for index, entry in enumerate(self._entries) if entry.split == name]

    def id(self, index: int) -> str:
        return self._entries[index].id

    def frames(self, index: int) -> int:
        """Acoustic frames of clip ``index``."""
        return self._entries[index].counts["acoustic"]

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls that are stored of every clip."""
        return tuple(name for name in self._levels if name in STORED)

    def _rows(self, field: str, index: int) -> np.ndarray:
        start, stop = self._offsets[field][index : index + 2]
        return self._maps[field][start:stop].reshape(-1, self._levels[field])

    def semantic(self, index: int) -> np.ndarray:
        """uint16 [T25]."""
        return self._rows("semantic", index)[:, 0]

    def acoustic(self, index: int) -> np.ndarray:
        """uint16 [K, T50]."""
        return self._rows("acoustic", index).T

    def style_audio(self, index: int) -> np.ndarray:
        """uint16 [W, levels], one row a window of the clip."""
        return self._rows("style_audio", index)

    def style_text(self, index: int) -> np.ndarray:
        """uint16 [captions, levels]."""
        return self._rows("style_text", index)

    def control(self, name: str, index: int) -> np.ndarray:
        """uint16 [levels, T25] of one of ``controls``; blank where nothing is known.

        Raises:
            CorpusError: it is not stored.
        """
        if name not in self.controls:
            raise CorpusError(f"{self.folder} holds no {name} tokens (controls: {', '.join(self.controls) or 'none'}); "
                              "tokenize the dataset with a preset that has this control")
        return self._rows(name, index).T


class TokenWriter:
    """Appends clips to a store; a folder that was begun is continued. ``done`` names the clips already there."""

    def __init__(self, folder: Path | str, config: LibrettoConfig, *, tables: dict[str, np.ndarray]) -> None:
        self.folder, self._header = Path(folder), _header(config)
        self._specs = _specs(config)
        self.folder.mkdir(parents=True, exist_ok=True)
        journal = self.folder / _JOURNAL
        source = journal if journal.exists() else self.folder / _INDEX
        header, self._entries = _read(source, torn=True) if source.exists() else (self._header, [])
        if header != self._header:
            raise CorpusError(f"{self.folder} was begun with other tokens; choose another folder")
        self._check_tables(tables)
        for field, spec in self._specs.items():
            path = self.folder / f"{field}.u16"
            path.touch()
            size = 2 * spec.levels * sum(entry.counts[field] for entry in self._entries)
            if path.stat().st_size < size:
                raise CorpusError(f"{path} is shorter than its journal says; remove {self.folder} and tokenize again")
            os.truncate(path, size)
        with atomic(journal) as path:
            path.write_text("".join(json.dumps(line) + "\n" for line in (header, *map(asdict, self._entries))), encoding="utf-8")
        self._journal = journal.open("a", encoding="utf-8")
        self._files = {field: (self.folder / f"{field}.u16").open("ab") for field in self._specs}

    def _check_tables(self, tables: dict[str, np.ndarray]) -> None:
        path = self.folder / _TABLES
        if path.exists():
            stored = load_file(path)
            if stored.keys() != tables.keys() or any(not np.array_equal(stored[key], tables[key]) for key in tables):
                raise CorpusError(f"{self.folder} was begun with other codebooks; choose another folder")
            return
        with atomic(path) as temporary:
            save_file({key: np.ascontiguousarray(value) for key, value in tables.items()}, temporary)

    @property
    def done(self) -> set[str]:
        return {entry.id for entry in self._entries}

    def add(self, clip: ClipTokens) -> None:
        """Append ``clip``; its tokens are on disk before its line is."""
        told = {field: self._checked(clip, field) for field in self._specs}
        for field, rows in told.items():
            self._files[field].write(np.ascontiguousarray(rows, "<u2").tobytes())
            self._files[field].flush()
        counts = {field: len(rows) for field, rows in told.items()}
        entry = _Entry(clip.id, clip.split, counts)
        self._journal.write(json.dumps(asdict(entry)) + "\n")
        self._journal.flush()
        self._entries.append(entry)

    def _checked(self, clip: ClipTokens, field: str) -> np.ndarray:
        """The rows [T, levels] of a field, which fit its specification; only a control may be blank."""
        spec, control = self._specs[field], field in STORED
        if control and field not in clip.controls:
            raise CorpusError(f"clip {clip.id} has no {field} tokens; expected {', '.join(self._specs)}")
        rows = clip.rows(field)
        most = spec.blank if control else spec.codebook_size - 1
        if rows.ndim != 2 or rows.shape[1] != spec.levels or (rows.size and not 0 <= int(rows.min()) <= int(rows.max()) <= most):
            raise CorpusError(f"clip {clip.id}: {field} tokens, {rows.shape} by frames, do not fit {spec.levels} levels of {most + 1}")
        if control and len(rows) != len(clip.semantic):
            raise CorpusError(f"clip {clip.id}: {len(rows)} frames of {field} tokens beside {len(clip.semantic)} semantic ones")
        return rows

    def close(self, *, complete: bool) -> None:
        """Release the files; when ``complete``, the index takes the journal's place."""
        for stream in (self._journal, *self._files.values()):
            stream.close()
        if complete:
            os.replace(self.folder / _JOURNAL, self.folder / _INDEX)


class Codec(Protocol):
    def encode(self, samples: np.ndarray) -> np.ndarray: ...


class Semantic(Protocol):
    def tokenize(self, samples: np.ndarray) -> np.ndarray: ...


class Style(Protocol):
    def tokenize_text(self, text: str) -> np.ndarray: ...
    def embed_audio(self, samples: np.ndarray) -> np.ndarray: ...
    def tokenize(self, embedding: np.ndarray) -> np.ndarray: ...


def tokenize_dataset(
    dataset: Dataset,
    out: Path | str,
    *,
    config: LibrettoConfig,
    codec: Codec,
    semantic: Semantic,
    mulan: Style,
    tables: dict[str, np.ndarray],
    stride_seconds: float = 5.0,
    workers: int = 1,
    hours: float | None = None,
    reuse: TokenStore | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TokenStore:
    """Write the tokens of every clip of ``dataset`` to ``out``, going on where an earlier call stopped.

    Args:
        tables: "codec.codebooks", "semantic.centroids" and "mulan.codebooks", kept beside the tokens.
        stride_seconds: distance of the windows that style tokens are taken of (ours).
        workers: clips tokenized at once, in threads; the store is the same whatever their number.
        hours: only the first so many hours of clips; more may be asked for later.
        reuse: a store of the same clips by the same codec and semantic model: only its style tokens are made anew.
        progress: called with (clips done, clips).

    Raises:
        CorpusError: ``out`` or ``reuse`` was made by other tokenizers.
    """
    known = {} if reuse is None else _known(reuse, tables)
    names = ("codec.codebooks", "semantic.centroids", "mulan.codebooks")
    wanted: dict[str, np.ndarray] = {name: tables[name] for name in names if name in tables}
    writer = TokenWriter(out, config, tables=wanted)
    done, complete = writer.done, False
    chosen = _first_hours(dataset, hours)
    missing = [index for index in chosen if dataset.clips[index].id not in done]

    def tokens(index: int) -> ClipTokens:
        clip, samples, levels = dataset.clips[index], dataset.audio(index), config.mulan.levels
        windows = _windows(samples, config, stride_seconds=stride_seconds)
        heard = [mulan.tokenize(mulan.embed_audio(window)) for window in windows]
        told = [mulan.tokenize_text(caption) for caption in clip.captions]
        if reuse is not None and clip.id in known:
            meaning, acoustic = reuse.semantic(known[clip.id]), reuse.acoustic(known[clip.id])
        else:
            meaning, acoustic = semantic.tokenize(samples), codec.encode(samples)
        return ClipTokens(
            clip.id, clip.split, meaning, acoustic,
            np.array(heard).reshape(-1, levels), np.array(told, np.int64).reshape(-1, levels),
            _controls(clip, config, frames=len(meaning)),
        )

    try:
        for count, clip in enumerate(_in_order(tokens, missing, workers=workers), start=len(chosen) - len(missing) + 1):
            writer.add(clip)
            if progress is not None:
                progress(count, len(chosen))
        complete = True
    finally:
        writer.close(complete=complete)
    return TokenStore.open(out)


def _known(store: TokenStore, tables: dict[str, np.ndarray]) -> dict[str, int]:
    """The clips of ``store`` by id, if its codec and semantic tokens are those of ``tables``."""
    for name in ("codec.codebooks", "semantic.centroids"):
        if not np.array_equal(store.tables[name], tables[name]):
            raise CorpusError(f"{store.folder} was made with another {name}; its tokens cannot be used again")
    return {store.id(index): index for index in range(len(store))}


def _controls(clip: ClipInfo, config: LibrettoConfig, *, frames: int) -> dict[str, np.ndarray]:
    """The stored controls of ``config``, as the sheet tells them: {name: [levels, frames]}."""
    wanted = [name for name in config.controls if name in STORED]
    if not wanted:
        return {}
    rate = config.semantic.frame_rate
    traits = labels_of(clip.sheet, frames / rate).traits
    try:
        known = tokens_of(read_timeline(clip.sheet), frames=frames, rate=rate, traits=traits)
    except CorpusError as error:
        raise CorpusError(f"clip {clip.id}: {error}") from error
    return {name: known[name] for name in wanted}


def _first_hours(dataset: Dataset, hours: float | None) -> list[int]:
    """Indices of the clips that begin within the first ``hours``; all of them when None."""
    lengths = np.array([clip.samples for clip in dataset.clips], np.int64)
    begins = np.cumsum(lengths) - lengths
    within = begins < (np.inf if hours is None else hours * 3600 * dataset.sample_rate)
    return np.flatnonzero(within).tolist()


def _in_order(work: Callable[[int], ClipTokens], items: Iterable[int], *, workers: int) -> Iterator[ClipTokens]:
    """``work`` of every item, in order, made ahead by ``workers`` threads (ONNX Runtime lets them run side by side)."""
    if workers <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[ClipTokens]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _windows(samples: np.ndarray, config: LibrettoConfig, *, stride_seconds: float) -> list[np.ndarray]:
    """Windows of the style tower's length; a shorter clip is its only window."""
    length = int(config.mulan.window_seconds * config.sample_rate)
    stride = int(stride_seconds * config.sample_rate)
    starts = range(0, max(1, len(samples) - length + 1), stride)
    return [samples[start : start + length] for start in starts]
