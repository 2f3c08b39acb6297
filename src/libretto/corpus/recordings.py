"""A folder of recordings as a source: decoded, levelled and cut into clips, with captions where there are any.

Captions come from a JSONL manifest ({"file": ..., "caption": ...} or {"file": ..., "captions": [...]}), else from a
text file beside the recording (same name, ``.txt``, one caption a line). Byte-equal duplicates are left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..audio import Waveform
from ..errors import CorpusError
from .source import SAMPLE_RATE, Piece, interleaved_split

logger = logging.getLogger(__name__)

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
LUFS = -14.0
SILENCE_DBFS = -50.0  # below this the beginning and the end are trimmed; ours
SHORTEST = 0.5  # a last clip under this share of the length is dropped; ours
_FRAME = SAMPLE_RATE // 50


@dataclass
class Recordings:
    """Item i is one file, in the order of a shuffle by ``seed``; its clips share its split."""

    folder: Path | str
    manifest: Path | str | None = None
    seed: int = 0
    lufs: float = LUFS
    name: str = "recordings"
    files: list[tuple[str, list[str]]] = field(
        default_factory=list, init=False, repr=False
    )  # (path in the folder, captions)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder)
        if not self.folder.is_dir():
            raise CorpusError(f"{self.folder} is no folder; expected one of {', '.join(SUFFIXES)} files")
        stated = _read_manifest(Path(self.manifest)) if self.manifest is not None else None
        found = sorted(path for path in self.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        seen: dict[str, str] = {}
        files: list[tuple[str, list[str]]] = []
        for path in found:
            name = path.relative_to(self.folder).as_posix()
            if stated is not None and name not in stated:
                continue
            digest = _digest(path)
            if digest in seen:
                logger.info("%s is the same as %s and left out", name, seen[digest])
                continue
            seen[digest] = name
            captions = stated[name] if stated is not None else _sidecar(path)
            files.append((name, captions))
        if stated is not None and (
            missing := sorted(set(stated) - {path.relative_to(self.folder).as_posix() for path in found})
        ):
            raise CorpusError(
                f"{self.manifest} names {len(missing)} files that {self.folder} lacks, the first: {missing[0]}"
            )
        if not files:
            raise CorpusError(f"{self.folder} holds no recording; expected {', '.join(SUFFIXES)}")
        order = np.random.default_rng([self.seed, 7]).permutation(len(files))
        self.files = [files[index] for index in order]
        self._digest = hashlib.sha256("".join(sorted(seen)).encode()).hexdigest()[:16]

    def settings(self) -> dict[str, Any]:
        return {
            "source": self.name,
            "seed": self.seed,
            "files": len(self.files),
            "digest": self._digest,
            "lufs": self.lufs,
        }

    def count(self) -> int | None:
        return len(self.files)

    def split(self, item: int, *, valid: float, test: float) -> str:
        return interleaved_split(item, valid=valid, test=test)

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        """The clips of one file; each gets up to ``captions`` of the file's captions, in an order of its own."""
        name, texts = self.files[item]
        audio = Waveform.load(Path(self.folder) / name, mono=True, partial=True).resample(SAMPLE_RATE)
        samples = trim(audio.samples[0])
        if not len(samples):
            return []
        samples = Waveform(samples, SAMPLE_RATE).normalise(lufs=self.lufs).samples[0]
        pieces = []
        for number, clip in enumerate(slices(samples, round(seconds * SAMPLE_RATE))):
            rng = np.random.default_rng([self.seed, 8, item, number])
            chosen = [texts[index] for index in rng.permutation(len(texts))[:captions]]
            pieces.append(Piece(f"{self.name}-{item:05d}-{number:03d}", clip, chosen, {"file": name}))
        return pieces


def trim(samples: np.ndarray) -> np.ndarray:
    """[N] without the silent frames of 20 ms at both ends; [0] where all are silent."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    loud = np.flatnonzero(
        np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1)) > 10 ** (SILENCE_DBFS / 20)
    )
    if not len(loud):
        return samples[:0]
    end = len(samples) if loud[-1] == len(frames) - 1 else (loud[-1] + 1) * _FRAME
    return samples[loud[0] * _FRAME : end]


def slices(samples: np.ndarray, length: int) -> list[np.ndarray]:
    """[N] cut into clips of ``length``; a rest of at least ``SHORTEST`` of it is kept, and so is a short whole file."""
    clips = [samples[start : start + length] for start in range(0, len(samples), length)]
    return [clip for number, clip in enumerate(clips) if len(clip) >= SHORTEST * length or number == 0]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        whole = hashlib.sha256()
        while block := file.read(2**20):
            whole.update(block)
    return whole.hexdigest()


def _sidecar(path: Path) -> list[str]:
    """The lines of the text file beside a recording."""
    beside = path.with_suffix(".txt")
    try:
        return (
            [line.strip() for line in beside.read_text(encoding="utf-8").splitlines() if line.strip()]
            if beside.is_file()
            else []
        )
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{beside} cannot be read ({error}); expected captions as UTF-8 text, one a line"
        ) from error


def _read_manifest(path: Path) -> dict[str, list[str]]:
    """File -> captions."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return {
            str(row["file"]): [str(text) for text in row.get("captions") or [row.get("caption")] if text]
            for row in rows
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f'{path} is no manifest ({error!r}); expected {{"file": ..., "caption": ...}} on each line'
        ) from error
