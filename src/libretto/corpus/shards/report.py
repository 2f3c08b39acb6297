"""What a dataset folder holds and how it was made: measured from its files, printed, and kept in ``report.json``."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.composing.handout import versions
from libretto.corpus.shards.dataset import SPLITS, Dataset
from libretto.corpus.shards.silence import FRAME_SECONDS, QUIET_SHARE, SILENT_DBFS, levels
from libretto.files import atomic

NAME = "report.json"
_VERSION = 1


@dataclass
class Survey:
    """The clips of a folder, as their audio is: peak, offset and silence are measured, the rest is counted."""

    clips: int = 0
    hours: float = 0.0
    sample_rate: int = 0
    channels: int = 1
    splits: dict[str, int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)
    moods: dict[str, int] = field(default_factory=dict)
    captions: int = 0  # all together
    peak: float = 0.0
    full_scale: int = 0  # samples at full scale
    offset: float = 0.0  # the largest mean of a clip
    silence: float = 0.0  # share of silent frames of all clips
    quiet: int = 0  # clips more than QUIET_SHARE of which are silent


@dataclass
class Run:
    """One call of a build."""

    workers: int = 0
    ray: str = ""  # the cluster it ran on, "" for processes of this machine
    first_item: int = 0
    made: int = 0
    silent: int = 0
    clipped: int = 0  # clips that went over full scale before they were stored
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of all processes
    rate: float = 0.0  # seconds of audio per second of one core
    finished: bool = False


@dataclass
class Report:
    """What a build returns: the folder's figures and those of this call."""

    folder: str
    survey: Survey
    run: Run

    @property
    def clips(self) -> int:
        return self.survey.clips

    @property
    def skipped(self) -> list[str]:
        return self.run.skipped


def survey(dataset: Dataset) -> Survey:
    """Count and measure every clip. Reads all the audio once (about 1 s an hour of audio)."""
    found = Survey(len(dataset), dataset.seconds / 3600, dataset.sample_rate, dataset.channels)
    found.splits = {name: len(dataset.split(name)) for name in SPLITS}
    found.styles = _counts(clip.sheet.get("style") for clip in dataset.clips)
    found.moods = _counts(clip.sheet.get("mood") for clip in dataset.clips)
    found.captions = sum(len(clip.captions) for clip in dataset.clips)
    frame = max(1, round(FRAME_SECONDS * dataset.sample_rate))
    frames = silent = 0
    for index in range(len(dataset)):
        samples = dataset.frames(index)
        high, low = int(samples.max()), int(samples.min())
        found.peak = max(found.peak, high / 32768, -low / 32768)
        if high == 32767 or low == -32768:
            found.full_scale += int(((samples == 32767) | (samples == -32768)).sum())
        found.offset = max(found.offset, float(np.abs(samples.mean(axis=0)).max()) / 32768)
        heard = levels(samples, frame)
        hushed = int((heard < 10 ** (SILENT_DBFS / 20)).sum())
        frames, silent = frames + len(heard), silent + hushed
        found.quiet += hushed > QUIET_SHARE * len(heard)
    found.silence = silent / max(frames, 1)
    return found


def _counts(names: Any) -> dict[str, int]:
    """How often each name occurs, most frequent first; nameless clips do not count."""
    return dict(sorted(Counter(name for name in names if name).items(), key=lambda pair: (-pair[1], pair[0])))


class Record:
    """``report.json`` of a folder: the runs before, this one as far as it is, and at last the survey."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        self.path, self.settings = folder / NAME, settings
        try:
            before = json.loads(self.path.read_text(encoding="utf-8"))
            self.runs = [run for run in before["runs"] if isinstance(run, dict)]
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or one that says nothing
            self.runs = []

    def save(self, run: Run, found: Survey | None = None) -> None:
        """Write what is known by now. A run that had nothing to do leaves no trace beside earlier ones."""
        runs = [*self.runs, asdict(run)] if run.made or not self.runs else self.runs
        facts = {
            "libretto": "report",
            "version": _VERSION,
            "settings": self.settings,
            "made_with": versions(),
            "folder": None if found is None else asdict(found),
            "runs": runs,
        }
        with atomic(self.path) as path:
            path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def lines(found: Survey) -> list[str]:
    """A survey in a few lines."""
    splits = ", ".join(f"{count} {name}" for name, count in found.splits.items())
    told = [
        f"{found.clips} clips, {found.hours:.2f} hours ({splits})",
        f"audio: peak {found.peak:.2f}, {found.full_scale} samples at full scale, offset at most {found.offset:.1e}, "
        f"{100 * found.silence:.1f} % silence, {found.quiet} clips with over {100 * QUIET_SHARE:.0f} %",
    ]
    for what, counts in (("styles", found.styles), ("moods", found.moods)):
        if counts:
            shown = ", ".join(f"{name} {count}" for name, count in list(counts.items())[:6])
            told.append(f"{len(counts)} {what}: {shown}{', ...' if len(counts) > 6 else ''}")
    return told


def summary(report: Report) -> str:
    """What a build says at its end."""
    run = report.run
    speed = f"{run.made} clips in {run.seconds:.0f} s, {run.rate:.1f} times real time per core"
    told = [f"{report.folder}: ", f"this run: {speed}, {run.clipped} clipped, {run.silent} clips left out as silent"]
    if run.skipped:
        told.append(f"{len(run.skipped)} items skipped, the first: {run.skipped[0]}")
    return told[0] + "\n".join(lines(report.survey) + told[1:])
