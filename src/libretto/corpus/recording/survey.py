"""A look at every recording before any is used: is it sound at all, how loud, how long, and what is its fingerprint?

Findings are kept in a file as they come, so that a survey that was stopped goes on where it was; a recording is looked
at again only when its size or time of change differs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from libretto.containers import cut_short
from libretto.corpus.recording import decode
from libretto.corpus.recording.fingerprint import RATE, fingerprint
from libretto.corpus.sources.source import SAMPLE_RATE
from libretto.errors import AudioError, CorpusError
from libretto.files import atomic
from libretto.loudness import integrated_loudness
from libretto.processes import WHY_DIED, worker_pool

logger = logging.getLogger(__name__)

SILENT = -60.0  # dBFS at the level a clip will have: below is silence; ours
GAP = 2.0  # seconds of silence that divide a recording
MOST_CLIPPED = 0.02  # of the samples; a recording with more is refused; ours
LEAST = 0.25  # seconds of sound; a recording with less is refused
PEAK = 0.97  # of full scale: what the gain may raise the largest sample to
_FAINT, _OFFSET, _SOME_CLIPPED, _NARROW = -45.0, 1e-3, 1e-4, 16_000  # LUFS, full scale, samples, Hz: worth a note
_VERSION = 1


@dataclass(frozen=True)
class Finding:
    """One recording. ``refused`` says why it cannot be used, ``notes`` what was odd about it."""

    file: str
    size: int
    changed: int  # nanoseconds
    digest: str = ""
    refused: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    sample_rate: int = 0
    channels: int = 0
    format: str = ""
    spans: int = 0
    loudness: float = 0.0  # LUFS of the mono mix
    gain: float = 1.0
    silence: float = 0.0  # seconds
    words: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint32), repr=False, compare=False)

    @property
    def gain_db(self) -> float:
        return 20 * float(np.log10(self.gain))

    def to_json(self) -> str:
        row = asdict(replace(self, words=np.zeros(0, np.uint32)))
        row["words"] = base64.b64encode(self.words.astype("<u4").tobytes()).decode()
        return json.dumps(row)

    @classmethod
    def from_json(cls, line: str) -> Finding:
        row = json.loads(line)
        words = np.frombuffer(base64.b64decode(row.pop("words")), "<u4").astype(np.uint32)
        return cls(**{**row, "notes": tuple(row["notes"]), "words": words})


def examine(folder: Path, name: str, *, lufs: float) -> Finding:
    """What there is to know of one recording. Nothing a file holds makes this fail."""
    path = folder / name
    try:
        state = path.stat()
        found = Finding(name, state.st_size, state.st_mtime_ns, _digest(path))
    except OSError as error:
        return Finding(name, 0, 0, refused=f"cannot be read ({error.strerror or error})")
    try:
        return _listen(path, found, lufs=lufs)
    except AudioError as error:
        return replace(found, refused=str(error))
    except (ValueError, MemoryError, ArithmeticError) as error:
        return replace(found, refused=f"not readable audio ({type(error).__name__}: {error})")


def _listen(path: Path, found: Finding, *, lufs: float) -> Finding:
    head = decode.head(path)
    ear = _Ear()
    for span in decode.spans(path):
        ear.hear(span)
    if not ear.seconds:
        raise AudioError("holds no samples")
    missing = head.frames - round(ear.seconds * head.sample_rate)
    found = replace(
        found,
        sample_rate=head.sample_rate,
        channels=head.channels,
        format=head.format,
        seconds=ear.seconds,
        spans=len(ear.lengths),
    )
    return ear.conclude(found, lufs=lufs, truncated=cut_short(path, missing=missing))


class _Ear:
    """Hears a recording span by span and keeps the figures, not the sound."""

    def __init__(self) -> None:
        self.words: list[np.ndarray] = []
        self.levels: list[np.ndarray] = []
        self.powers: list[float] = []
        self.lengths: list[float] = []
        self.peak, self.offset, self.clipped, self.cancelled = 0.0, 0.0, 0, False

    @property
    def seconds(self) -> float:
        return sum(self.lengths)

    def hear(self, span: decode.Span) -> None:
        words = fingerprint(span.samples)
        whole = round(span.seconds * RATE)
        self.words.append(np.pad(words, (0, max(0, whole - len(words))))[:whole])
        self.levels.append(decode.levels(span.samples))
        self.powers.append(10 ** (integrated_loudness(span.samples[None], SAMPLE_RATE) / 10))
        self.lengths.append(span.seconds)
        self.peak = max(self.peak, float(np.abs(span.samples).max(initial=0.0)))
        self.offset, self.cancelled = max(self.offset, span.offset), self.cancelled or span.cancelled
        self.clipped += span.clipped

    def conclude(self, found: Finding, *, lufs: float, truncated: bool) -> Finding:
        """``found`` with loudness, gain, silence, notes, and the reason for a refusal where there is one."""
        power = float(np.average(self.powers, weights=self.lengths))
        if not power > 0 or self.peak < 1e-5:
            return replace(found, refused="silent", silence=found.seconds)
        loudness = 10 * float(np.log10(power))
        gain = min(10 ** ((lufs - loudness) / 20), PEAK / self.peak)
        sound = sum(
            (end - first) * decode.FRAME / SAMPLE_RATE
            for level in self.levels
            for first, end in decode.passages(level, floor=floor(gain), gap=GAP)
        )
        share = self.clipped / (found.seconds * found.sample_rate * found.channels)
        notes = (
            (found.channels > 2, f"{found.channels} channels mixed to one"),
            (self.cancelled, "channels cancel each other: the louder one taken"),
            (self.offset > _OFFSET, f"DC offset {self.offset:.3f} removed"),
            (share > _SOME_CLIPPED, f"{share:.2%} of the samples clipped"),
            (loudness < _FAINT, f"faint: {loudness:.0f} LUFS, raised by {20 * np.log10(gain):.0f} dB"),
            (found.sample_rate < _NARROW, f"narrow band: {found.sample_rate} Hz"),
            (found.spans > 1, f"long: read in {found.spans} spans of {decode.SPAN} s"),
            (truncated, "cut short: its beginning is used"),
        )
        refused = ""
        if share > MOST_CLIPPED:
            refused = f"clipped: {share:.1%} of the samples, at most {MOST_CLIPPED:.0%} are taken"
        elif sound < LEAST:
            refused = f"{sound:.2f} s of sound, expected at least {LEAST} s"
        return replace(
            found,
            refused=refused,
            notes=tuple(text for holds, text in notes if holds),
            loudness=loudness,
            gain=float(gain),
            silence=max(0.0, found.seconds - sound),
            words=np.concatenate(self.words),
        )


def floor(gain: float) -> float:
    """The amplitude below which a recording is silent, before ``gain`` is applied."""
    return 10 ** (SILENT / 20) / gain


def survey(
    folder: Path, names: Sequence[str], *, lufs: float, memory: Path | None = None, workers: int = 0
) -> list[Finding]:
    """A finding for every name, in order. ``memory`` is the file that keeps them from one call to the next."""
    known = _remember(memory, lufs)
    fresh = [name for name in names if not _is_known(folder / name, known.get(name))]
    if fresh:
        logger.info("%d of %d recordings to look at", len(fresh), len(names))
    with _appending(memory, lufs, [known[name] for name in names if name in known and name not in set(fresh)]) as keep:
        for count, found in enumerate(_examined(folder, fresh, lufs=lufs, workers=workers), 1):
            known[found.file] = found
            keep(found)
            if count % 500 == 0:
                logger.info("%d of %d recordings looked at", count, len(fresh))
    return [known[name] for name in names]


def _examined(folder: Path, names: Sequence[str], *, lufs: float, workers: int) -> Iterator[Finding]:
    look = partial(examine, folder, lufs=lufs)
    if workers < 2 or len(names) < 2:
        yield from map(look, names)
        return
    try:
        with worker_pool(workers) as pool:
            yield from pool.map(look, names, chunksize=4)
    except BrokenProcessPool as error:
        raise CorpusError(
            f"a worker process died while it looked at recordings ({WHY_DIED}); call again to go on, with fewer workers"
        ) from error


def _is_known(path: Path, found: Finding | None) -> bool:
    try:
        state = path.stat()
    except OSError:
        return False
    return found is not None and (found.size, found.changed) == (state.st_size, state.st_mtime_ns)


def _remember(memory: Path | None, lufs: float) -> dict[str, Finding]:
    """What an earlier survey kept; one at another loudness, of another version or torn is forgotten."""
    if memory is None or not memory.is_file():
        return {}
    known = {}
    try:
        lines = memory.read_text(encoding="utf-8").split("\n")
        if lines[0] != _title(lufs):
            return {}
        for line in lines[1:-1]:
            found = Finding.from_json(line)
            known[found.file] = found
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("%s is damaged (%s); what cannot be read of it is looked at again", memory, error)
    return known


def _title(lufs: float) -> str:
    return json.dumps({"libretto": "survey", "version": _VERSION, "lufs": lufs})


@contextmanager
def _appending(memory: Path | None, lufs: float, known: Sequence[Finding]) -> Iterator[Callable[[Finding], None]]:
    """Yield a function that adds a finding to ``memory``, which begins with those ``known``."""
    if memory is None:
        yield lambda found: None
        return
    with atomic(memory) as path:
        path.write_text("\n".join([_title(lufs), *(found.to_json() for found in known), ""]), encoding="utf-8")
    with memory.open("a", encoding="utf-8") as file:

        def keep(found: Finding) -> None:
            file.write(found.to_json() + "\n")
            file.flush()

        yield keep


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        whole = hashlib.sha256()
        while block := file.read(2**20):
            whole.update(block)
    return whole.hexdigest()
