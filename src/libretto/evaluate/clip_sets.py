"""Sets of clips to set against one another: a folder of sound files or a dataset, cut to one length and set to one loudness."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from libretto.corpus.recording.recordings import SUFFIXES
from libretto.corpus.shards.dataset import Dataset

from ..audio import Waveform
from ..errors import AudioError, CorpusError

Item = TypeVar("Item")

LUFS = -23.0  # EBU R 128; low enough that peaks hardly ever hold a clip below it
_TOLERANCE = 1e-3  # seconds


@dataclass(frozen=True)
class Clip:
    """A sound file, or clip ``index`` of a dataset; clips of one ``group`` are of one piece."""

    source: Path | Dataset
    group: str | int
    index: int = 0

    @property
    def seconds(self) -> float:
        """Its length, by the header."""
        if isinstance(self.source, Dataset):
            return self.source.clips[self.index].samples / self.source.sample_rate
        return _length(self.source)

    def read(self, seconds: float) -> Waveform:
        """Its first ``seconds`` (or all of them, where there are fewer), in mono."""
        if isinstance(self.source, Dataset):
            count = min(round(seconds * self.source.sample_rate), self.source.clips[self.index].samples)
            return Waveform(self.source.audio(self.index, 0, count), self.source.sample_rate)
        audio = Waveform.load(self.source, mono=True)
        return audio.trim(seconds=min(seconds, audio.seconds))


@dataclass(frozen=True)
class ClipSet:
    """Clips of ``folder``, read as their first ``seconds`` each; ``too_short`` others are left out."""

    folder: Path
    seconds: float
    clips: tuple[Clip, ...]
    too_short: int = 0

    def __len__(self) -> int:
        return len(self.clips)

    def __iter__(self) -> Iterator[Waveform]:
        return (clip.read(self.seconds) for clip in self.clips)

    @classmethod
    def open(cls, folder: Path | str, *, seconds: float, split: str | None = None, limit: int | None = None) -> ClipSet:
        """The clips of ``folder`` that last ``seconds`` or more.

        Args:
            folder: a dataset, or sound files in a folder and its subfolders.
            split: of a dataset; all of it when None.
            limit: at most so many, evenly over all.

        Raises:
            CorpusError: fewer than two are left.
            AudioError: a file cannot be read.
        """
        folder = Path(folder)
        found = _clips_of(folder, split)
        long = [clip for clip in found if clip.seconds >= seconds - _TOLERANCE]
        if len(long) < 2:
            kind = f"sound files ({', '.join(SUFFIXES)}) or dataset clips" if split is None else f"clips of split {split!r}"
            raise CorpusError(
                f"{folder} holds {len(long)} {kind} of {seconds:g} s or more, expected at least 2; {len(found)} are there in all"
            )
        return cls(folder, seconds, tuple(evenly(long, limit)), len(found) - len(long))

    def only(self, chosen: Sequence[int]) -> ClipSet:
        """The clips at positions ``chosen``."""
        return ClipSet(self.folder, self.seconds, tuple(self.clips[at] for at in chosen), self.too_short)

    def halves(self) -> tuple[ClipSet, ClipSet]:
        """Every other group goes to the second half, so that no piece is in both.

        Raises:
            CorpusError: one of them has fewer than two clips.
        """
        order = {group: number for number, group in enumerate(dict.fromkeys(clip.group for clip in self.clips))}
        first, second = ([at for at, clip in enumerate(self.clips) if order[clip.group] % 2 == side] for side in (0, 1))
        if min(len(first), len(second)) < 2:
            raise CorpusError(f"{self.folder} has {len(self)} clips of {len(order)} pieces, too few to halve; expected at least 4 pieces")
        return self.only(first), self.only(second)

    def figures(self, audio: Sequence[tuple[int, bool]]) -> dict[str, object]:
        """What was heard: clips, their rates in Hz, how many were silent, how many shorter ones were left out."""
        return {"folder": self.folder.name, "clips": len(self), "sample_rates": sorted({rate for rate, _ in audio}),
                "silent": sum(silent for _, silent in audio), "left_out_as_too_short": self.too_short}


def levelled(audio: Waveform) -> tuple[Waveform, bool]:
    """The audio at ``LUFS``, and whether it is silent and stays so."""
    silent = not math.isfinite(audio.loudness())
    return audio.normalise(lufs=LUFS), silent


def evenly(items: Sequence[Item], limit: int | None) -> list[Item]:
    """At most ``limit`` of ``items``, evenly over all."""
    if limit is None or limit >= len(items):
        return list(items)
    return [items[position * len(items) // limit] for position in range(limit)]


def _clips_of(folder: Path, split: str | None) -> list[Clip]:
    if (folder / "index.jsonl").is_file():
        dataset = Dataset.open(folder)
        chosen = range(len(dataset)) if split is None else dataset.split(split)
        return [Clip(dataset, dataset.clips[index].item, index) for index in chosen]
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return [Clip(path, str(path)) for path in paths]


def _length(path: Path) -> float:
    """Seconds of a sound file, by its header."""
    import soundfile

    try:
        return float(soundfile.info(path).duration)
    except (OSError, RuntimeError) as error:
        raise AudioError(f"{path} is not readable audio ({' '.join(str(error).split())}); repair it or take it away") from error
