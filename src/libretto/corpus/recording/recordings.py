"""A folder of recordings as a source: looked over, freed of copies, levelled and cut into clips.

What is known of a recording comes from a JSONL manifest, one object a line: ``file``, and any of ``caption`` or
``captions``, ``work``, ``split`` and ``licence``; without a manifest, captions come from a text file beside the recording (same
name, ``.txt``, one caption a line). Before anything is used every file is surveyed once (``survey.py``): what cannot
be used is left out and told, exact and near copies of a recording are left out, and the rest is split by work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.recording import decode
from libretto.corpus.recording.copies import Copy, find_copies
from libretto.corpus.recording.fingerprint import DUPLICATE
from libretto.corpus.recording.splits import split_works
from libretto.corpus.recording.survey import GAP, Finding, floor, survey
from libretto.corpus.shards.dataset import SPLITS
from libretto.corpus.sources import licences
from libretto.corpus.sources.source import SAMPLE_RATE, Piece
from libretto.errors import CorpusError

SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff")
LUFS = -14.0
SHORTEST = 0.5  # a last clip under this share of the length is dropped; ours
MEMORY = ".survey.jsonl"  # in the dataset's folder


@dataclass(frozen=True)
class Recording:
    """What is said of a file."""

    file: str
    captions: list[str] = field(default_factory=list)
    work: str = ""
    split: str = ""
    licence: str = ""


@dataclass
class Recordings:
    """Item i is up to ten minutes of one file, in an order drawn from ``seed``; all clips of a work share its split.

    ``folder`` may be a manifest itself; its files then lie beside it. ``near`` is the distance of fingerprints below
    which two recordings are copies, 0 to keep all but the byte-equal ones. ``licences`` are those that may enter where
    the manifest states them (None: ``licences.FREE``); ``barred`` are the files whose licence is none of them.
    """

    folder: Path | str
    manifest: Path | str | None = None
    seed: int = 0
    lufs: float = LUFS
    near: float = DUPLICATE
    licences: Sequence[str] | None = None
    name: str = "recordings"
    files: list[Recording] = field(default_factory=list, init=False, repr=False)
    barred: list[Recording] = field(default_factory=list, init=False, repr=False)
    findings: dict[str, Finding] = field(default_factory=dict, init=False, repr=False)
    copies: list[Copy] = field(default_factory=list, init=False, repr=False)
    items: list[tuple[str, int]] = field(default_factory=list, init=False, repr=False)  # (file, span)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder)
        if self.manifest is None and self.folder.is_file():
            self.manifest, self.folder = self.folder, self.folder.parent
        if not self.folder.is_dir():
            raise CorpusError(f"{self.folder} is no folder; expected one of {', '.join(SUFFIXES)} files or a manifest")
        self.files = _read_manifest(Path(self.manifest)) if self.manifest is not None else _find(self.folder)
        if not self.files:
            raise CorpusError(f"{self.manifest or self.folder} holds no recording; expected {', '.join(SUFFIXES)}")
        free = self.licences if self.licences is not None else licences.FREE
        self.barred = [one for one in self.files if not licences.allowed(one.licence, free)]
        self.files = [one for one in self.files if licences.allowed(one.licence, free)]
        if not self.files:
            raise CorpusError(f"the licence of every recording in {self.manifest} is barred, the first: {self.barred[0].licence}")
        self._ready = False
        self._splits: dict[tuple[float, float], dict[str, str]] = {}

    def prepare(self, folder: Path | None = None, *, workers: int = 0) -> None:
        """Survey the files, once. ``folder`` (the dataset's) keeps the findings for a later call."""
        if self._ready:
            return
        memory = folder / MEMORY if folder is not None else None
        names = [recording.file for recording in self.files]
        found = survey(Path(self.folder), names, lufs=self.lufs, memory=memory, workers=workers)
        # The words serve to find copies alone: the workers of a build need not carry them.
        self.findings = {finding.file: replace(finding, words=finding.words[:0]) for finding in found}
        captioned = {recording.file for recording in self.files if recording.captions}
        usable = [finding for finding in found if not finding.refused]
        self.copies = find_copies(usable, captioned, near=self.near)
        left = {copy.file for copy in self.copies}
        kept = [finding for finding in usable if finding.file not in left]
        if not kept:
            reasons = "; ".join(f"{finding.file}: {finding.refused}" for finding in found[:3])
            raise CorpusError(f"none of the {len(found)} recordings of {self.folder} can be used ({reasons})")
        items = [(finding.file, number) for finding in kept for number in range(finding.spans)]
        order = np.random.default_rng([self.seed, 7]).permutation(len(items))
        self.items = [items[index] for index in order]
        self._said = _captions(self.files, self.copies)
        self._works = _works(self.files)
        self._digest = hashlib.sha256("".join(sorted(finding.digest for finding in kept)).encode()).hexdigest()[:16]
        self._ready = True

    def settings(self) -> dict[str, Any]:
        self.prepare()
        return {
            "source": self.name,
            "seed": self.seed,
            "files": len({file for file, _ in self.items}),
            "digest": self._digest,
            "lufs": self.lufs,
        }

    def count(self) -> int | None:
        self.prepare()
        return len(self.items)

    def split(self, item: int, *, valid: float, test: float) -> str:
        self.prepare()
        return self.splits(valid=valid, test=test)[self._works[self.items[item][0]]]

    def work(self, file: str) -> str:
        """What a file belongs to: the manifest's word, else its folder where there are several, else itself."""
        self.prepare()
        return self._works[file]

    def splits(self, *, valid: float, test: float) -> dict[str, str]:
        """The split of every work."""
        self.prepare()
        if (valid, test) not in self._splits:
            sizes: dict[str, float] = {}
            for file in {file for file, _ in self.items}:
                work = self._works[file]
                sizes[work] = sizes.get(work, 0.0) + self.findings[file].seconds
            stated = _stated(self.files, self._works)
            self._splits[valid, test] = split_works(sizes, seed=self.seed, valid=valid, test=test, stated=stated)
        return self._splits[valid, test]

    def conclude(self, folder: Path) -> None:
        """Write what became of the recordings beside the shards."""
        from libretto.corpus.recording.recordings_report import write

        write(folder, self)

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        """The clips of one span; each gets up to ``captions`` of the file's captions, in an order of its own."""
        self.prepare()
        file, number = self.items[item]
        finding, texts = self.findings[file], self._said.get(file, [])
        span = decode.span(Path(self.folder) / file, number)
        samples = span.samples * np.float32(finding.gain)
        pieces: list[Piece] = []
        for start, clip in cut(samples, round(seconds * SAMPLE_RATE)):
            rng = np.random.default_rng([self.seed, 8, item, len(pieces)])
            chosen = [texts[index] for index in rng.permutation(len(texts))[:captions]]
            sheet = {"file": file, "start": round(span.start + start / SAMPLE_RATE, 3), "work": self._works[file]}
            pieces.append(Piece(f"{self.name}-{item:06d}-{len(pieces):03d}", clip, chosen, sheet))
        return pieces


def cut(samples: np.ndarray, length: int) -> list[tuple[int, np.ndarray]]:
    """(first sample, clip) of levelled [N]: no clip begins or ends in silence, or spans more than GAP seconds of it."""
    found = []
    for first, end in decode.passages(decode.levels(samples), floor=floor(1.0), gap=GAP):
        passage = samples[first * decode.FRAME : end * decode.FRAME]
        start = first * decode.FRAME
        for clip in slices(passage, length):
            found.append((start, clip))
            start += len(clip)
    return found


def slices(samples: np.ndarray, length: int) -> list[np.ndarray]:
    """[N] cut into clips of ``length``; a rest of at least ``SHORTEST`` of it is kept, and so is a short whole one."""
    clips = [samples[start : start + length] for start in range(0, len(samples), length)]
    return [clip for number, clip in enumerate(clips) if len(clip) >= SHORTEST * length or number == 0]


def _find(folder: Path) -> list[Recording]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and not path.is_dir())
    return [Recording(path.relative_to(folder).as_posix(), _beside(path)) for path in found]


def _beside(path: Path) -> list[str]:
    """The lines of the text file beside a recording."""
    beside = path.with_suffix(".txt")
    try:
        text = beside.read_text(encoding="utf-8") if beside.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{beside} cannot be read ({error}); expected captions as UTF-8 text, one a line") from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read_manifest(path: Path) -> list[Recording]:
    files: dict[str, Recording] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                texts = [str(text) for text in row.get("captions") or [row.get("caption")] if text]
                before = files.get(str(row["file"]))
                texts = list(dict.fromkeys([*(before.captions if before else []), *texts]))
                said = [str(row.get(name) or "") for name in ("work", "split", "licence")]
                recording = Recording(str(row["file"]), texts, *said)
                files[recording.file] = recording
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f'{path} is no manifest ({error!r}); expected {{"file": ..., "caption": ...}} on each line'
        ) from error
    strange = next((one for one in files.values() if one.split not in ("", *SPLITS)), None)
    if strange is not None:
        raise CorpusError(f"{path}: {strange.file} has split {strange.split!r}; valid: {', '.join(SPLITS)}")
    return list(files.values())


def _captions(files: list[Recording], copies: list[Copy]) -> dict[str, list[str]]:
    """File -> its captions and those of its copies that are as long: they describe the same sound."""
    said = {recording.file: list(recording.captions) for recording in files}
    for copy in copies:
        if copy.whole:
            said[copy.of] = list(dict.fromkeys([*said[copy.of], *said[copy.file]]))
    return said


def _works(files: list[Recording]) -> dict[str, str]:
    folders = {str(Path(recording.file).parent) for recording in files}
    several = len(folders) > 1
    works = {}
    for recording in files:
        parent = str(Path(recording.file).parent)
        works[recording.file] = recording.work or (f"{parent}/" if several and parent != "." else recording.file)
    return works


def _stated(files: list[Recording], works: dict[str, str]) -> dict[str, str]:
    """Work -> the split that the manifest gives it."""
    stated: dict[str, str] = {}
    for recording in files:
        work = works[recording.file]
        if recording.split and stated.setdefault(work, recording.split) != recording.split:
            raise CorpusError(
                f"{recording.file} is in {recording.split}, other files of {work} in {stated[work]}; "
                "give all files of a work one split"
            )
    return stated
