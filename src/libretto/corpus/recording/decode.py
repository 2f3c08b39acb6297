"""Recordings of any make, read span by span: however long the file, only ten minutes of it are in memory.

A span comes mixed to mono, freed of its DC offset and resampled to SAMPLE_RATE, with the figures a survey wants.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.sources.source import SAMPLE_RATE
from libretto.errors import AudioError

SPAN = 600  # seconds
LOWEST_RATE = 8_000  # Hz
FRAME = SAMPLE_RATE // 50  # samples of a level
_CLIP_RUN = 3  # samples at the very top in a row that count as clipped
_PHASE_LOSS = 0.1  # of the channels' energy must be left in their mean


@dataclass(frozen=True)
class Span:
    """Part of a recording: ``samples`` float32 [N] mono at SAMPLE_RATE, from ``start`` seconds on."""

    start: float
    samples: np.ndarray
    seconds: float  # of the file, before resampling
    offset: float = 0.0  # the largest DC offset of a channel that was taken away
    clipped: int = 0  # samples in flat tops, of all channels
    cancelled: bool = False  # the channels cancel each other: the first one alone was taken


@dataclass(frozen=True)
class Head:
    """What a file says of itself."""

    sample_rate: int
    channels: int
    format: str  # "MP3 MPEG_LAYER_III"
    frames: int  # promised; the file may hold fewer


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    import soundfile

    if not path.is_file():
        raise AudioError("not there")
    if path.stat().st_size == 0:
        raise AudioError("empty file")
    try:
        with soundfile.SoundFile(path) as file:
            if file.samplerate < LOWEST_RATE:
                raise AudioError(f"{file.samplerate} Hz, expected at least {LOWEST_RATE}")
            yield file
    except (OSError, RuntimeError) as error:
        raise AudioError(f"not readable audio ({' '.join(str(error).split())[-80:]})") from error


def head(path: Path) -> Head:
    """Raises AudioError, with the reason alone, where the file cannot be used."""
    with _open(path) as file:
        return Head(file.samplerate, file.channels, f"{file.format} {file.subtype}", file.frames)


def spans(path: Path) -> Iterator[Span]:
    """All spans of a file, in order; a file cut short ends where it ends."""
    with _open(path) as file:
        start = 0
        while True:
            block = _read(file, SPAN * file.samplerate)
            if not len(block):
                return
            yield _span(block, file.samplerate, start / file.samplerate)
            start += len(block)


def span(path: Path, number: int) -> Span:
    """Span ``number`` alone: the same as ``spans`` gives."""
    with _open(path) as file:
        start = number * SPAN * file.samplerate
        file.seek(start)
        block = _read(file, SPAN * file.samplerate)
        if not len(block):
            raise AudioError(f"ends before {number * SPAN} s")
        return _span(block, file.samplerate, start / file.samplerate)


def _read(file: Any, frames: int) -> np.ndarray:
    """float32 [n, C], n at most ``frames``: what can be read before the end or a broken place."""
    blocks: list[np.ndarray] = []
    while frames > 0:
        try:
            block = file.read(min(frames, 1 << 18), dtype="float32", always_2d=True)
        except RuntimeError:
            if not blocks:
                raise
            break
        if not len(block):
            break
        blocks.append(block)
        frames -= len(block)
    return np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)


def _span(block: np.ndarray, rate: int, start: float) -> Span:
    import soxr

    if not np.isfinite(block).all():
        raise AudioError("holds numbers that are not finite")
    clipped = _flat_tops(block)
    offsets = block.mean(axis=0, dtype=np.float64)
    block = block - offsets.astype(np.float32)
    mono = block.mean(axis=1)
    energy = float(np.mean(np.square(block, dtype=np.float64)))
    cancelled = float(np.mean(np.square(mono, dtype=np.float64))) < _PHASE_LOSS * energy / block.shape[1]
    if cancelled:
        mono = block[:, int(np.argmax(np.square(block, dtype=np.float64).sum(axis=0)))]
    samples = mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE, quality="HQ")
    offset = float(np.abs(offsets).max())
    return Span(start, np.ascontiguousarray(samples, np.float32), len(block) / rate, offset, clipped, cancelled)


def _flat_tops(block: np.ndarray) -> int:
    """Samples of [n, C] in runs of at least three at full scale, or at the block's own ceiling near it."""
    magnitude = np.abs(block)
    ceiling = float(magnitude.max(initial=0.0))
    if ceiling < 0.5:
        return 0
    top = magnitude >= min(ceiling, 1.0) - 1e-4
    runs = top[2:] & top[1:-1] & top[:-2]
    inside = np.zeros_like(top)
    for shift in range(_CLIP_RUN):
        inside[shift : len(top) - 2 + shift] |= runs
    return int(inside.sum())


def levels(samples: np.ndarray) -> np.ndarray:
    """RMS of each 20 ms of [N], the last one's rest included: float64 [frames]."""
    whole = len(samples) // FRAME * FRAME
    powers = np.square(samples[:whole], dtype=np.float64).reshape(-1, FRAME).mean(axis=1)
    if whole < len(samples):
        powers = np.append(powers, np.square(samples[whole:], dtype=np.float64).mean())
    return np.sqrt(powers)


def passages(level: np.ndarray, *, floor: float, gap: float) -> list[tuple[int, int]]:
    """(first, end) frames of the stretches above ``floor`` (amplitude) that no silence of ``gap`` seconds divides."""
    loud = np.flatnonzero(level > floor)
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) > gap * SAMPLE_RATE / FRAME)
    firsts = [loud[0], *loud[breaks + 1]]
    ends = [*loud[breaks], loud[-1]]
    return [(int(first), int(end) + 1) for first, end in zip(firsts, ends, strict=True)]
