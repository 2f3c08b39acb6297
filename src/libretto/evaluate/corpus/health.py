"""Health of clips: nothing broken, nothing clipped, no offset, no long silence, no two alike.

Definitions (ours): a clip is clipped where three samples in a row stand at 0.999 of full scale or above; its offset
is the mean of a channel; silent are frames of 50 ms under -60 dBFS. Likeness is ``corpus.fingerprint``'s distance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.recording import fingerprint
from libretto.corpus.shards.dataset import Dataset
from libretto.corpus.shards.silence import QUIET_SHARE, silent_share

from ...errors import AudioError, CorpusError
from ...loudness import integrated_loudness
from ..faults import OFFSET, clipped_samples
from . import tunes
from .clips import SAMPLE_RATE, Wish, corpus_wishes, make, measured
from .report import Bar, Report, Row

SILENCE = 100 * QUIET_SHARE  # per cent of a clip


@dataclass(frozen=True)
class Health:
    """Of one clip; ``print`` is its fingerprint uint32 [T]."""

    name: str
    style: str
    finite: bool
    peak: float = 0.0
    clipped: int = 0  # samples in runs at full scale
    offset: float = 0.0  # the worse channel's, absolute
    silence: float = 0.0  # per cent of frames
    loudness: float = float("-inf")  # LUFS
    print: np.ndarray | None = None


def examine(samples: np.ndarray, *, sample_rate: int, name: str = "", style: str = "") -> Health:
    """The health of samples float [C, N]."""
    if not np.isfinite(samples).all():
        return Health(name, style, False)
    return Health(
        name, style, True,
        peak=float(np.abs(samples).max(initial=0.0)),
        clipped=clipped_samples(samples),
        offset=float(np.abs(samples.mean(1, dtype=np.float64)).max()),
        silence=100 * silent_share(samples, sample_rate),
        loudness=integrated_loudness(samples, sample_rate),
        print=fingerprint.fingerprint(samples.mean(0, dtype=np.float32), sample_rate),
    )  # fmt: skip


def _of_wish(wish: Wish, fonts: Sequence[Path] | None) -> Health:
    try:
        made = make(wish, fonts=fonts)
    except AudioError:  # a waveform refuses samples that are no numbers
        return Health(wish.name, wish.style, False)
    return examine(made.rendered.audio.samples, sample_rate=SAMPLE_RATE, name=wish.name, style=wish.style)


def _of_folder(folder: Path, clips: int | None) -> Iterator[Health]:
    dataset = Dataset.open(folder)
    for index, clip in enumerate(dataset.clips[:clips]):
        samples = dataset.audio(index)[None]
        style = str(clip.sheet.get("style", ""))
        yield examine(samples, sample_rate=dataset.sample_rate, name=clip.id, style=style)


def evaluate(
    *,
    clips: int = 1000,
    seconds: float = 10.0,
    seed: int = 0,
    styles: Sequence[str] | None = None,
    data: Path | None = None,
    scores: Path | None = None,
    fonts: Sequence[Path] | None = None,
    workers: int = 1,
    **_: Any,
) -> Report:
    """Health of ``clips`` composed clips, or of those in a dataset folder.

    Composed clips with too much silence are counted and left out, as in builds.

    Args:
        scores: a folder of MIDI files: no two clips may be closer than its closest pair of distinct tunes. Without it
            the limit is where ``corpus.fingerprint`` sees copies.
    """
    yardstick = None if scores is None else tunes.closest(scores, seconds=seconds, seed=seed, fonts=fonts)
    found: list[Health]
    if data is not None:
        found = list(_of_folder(data, clips))
    else:
        asked = corpus_wishes(clips, seconds=seconds, seed=seed, styles=styles)
        found = list(measured(asked, _of_wish, fonts=fonts, workers=workers))
    if not found:
        raise CorpusError(f"{data} holds no clips; build a dataset first (libretto corpus build)")
    source = {"data": str(data)} if data is not None else {"seconds": seconds, "seed": seed}
    settings: Row = {"clips": len(found), **source}
    if data is None:
        kept = [clip for clip in found if clip.silence <= SILENCE]
        settings |= {"left out for silence": len(found) - len(kept)}
        found = kept
    if yardstick is None:
        return report(found, settings)
    settings |= {"tunes": yardstick.tunes, "closest tunes": f"{yardstick.first} and {yardstick.second}"}
    return report(found, settings, yardstick.distance)


def report(found: Sequence[Health], settings: Row, likeness: float = fingerprint.DUPLICATE) -> Report:
    """Figures and bars of examined clips, with the clips that break one."""
    whole = [clip for clip in found if clip.finite]
    pairs = _near(whole, likeness)
    loudness = np.array([clip.loudness for clip in whole])
    heard = loudness[np.isfinite(loudness)] if np.isfinite(loudness).any() else np.array([np.nan])
    low, middle, high = np.percentile(heard, (5, 50, 95))
    bars = [
        Bar("clips with NaN or infinity", len(found) - len(whole), high=0),
        Bar("clips clipped", sum(clip.clipped > 0 for clip in whole), high=0),
        Bar("highest peak", max((clip.peak for clip in whole), default=0.0)),
        Bar("largest DC offset", max((clip.offset for clip in whole), default=0.0), high=OFFSET),
        Bar("most silence in a clip, %", max((clip.silence for clip in whole), default=0.0), high=SILENCE),
        Bar(f"pairs of clips closer than {likeness:.3f}", sum(gap < likeness for gap, _, _ in pairs), high=0),
        Bar("closest pair", min((gap for gap, _, _ in pairs), default=float("nan"))),
        Bar("loudness, median, LUFS", float(middle)),
        Bar("loudness, 5 % to 95 %, LU", float(high - low)),
    ]
    sick: list[Row] = [
        {"clip": clip.name, "clipped samples": clip.clipped, "offset": clip.offset, "silence %": clip.silence}
        for clip in whole
        if clip.clipped or clip.offset > OFFSET or clip.silence > SILENCE
    ]
    sick += [{"clip": clip.name, "clipped samples": None} for clip in found if not clip.finite]
    close: list[Row] = [{"distance": gap, "clip": one, "and": other} for gap, one, other in pairs[:10]]
    tables = {"Clips beyond a bar": sick[:30], "Closest pairs": close, "Loudness by style": _by_style(whole)}
    return Report("Health", settings, bars, tables)


def _near(whole: Sequence[Health], likeness: float) -> list[tuple[float, str, str]]:
    """(distance, name, name) of near pairs, nearest first."""
    prints = [clip.print if clip.print is not None else np.zeros(0, np.uint32) for clip in whole]
    pairs = fingerprint.Index(prints).pairs(max(fingerprint.DUPLICATE, likeness) + 0.05)
    return [(pair.distance, whole[pair.first].name, whole[pair.second].name) for pair in pairs]


def _by_style(whole: Sequence[Health]) -> list[Row]:
    rows: list[Row] = []
    for style in sorted({clip.style for clip in whole}):
        of = [clip for clip in whole if clip.style == style]
        rows.append({
            "style": style, "clips": len(of), "LUFS": float(np.median([clip.loudness for clip in of])),
            "peak": max(clip.peak for clip in of), "silence %": max(clip.silence for clip in of),
        })  # fmt: skip
    return rows
