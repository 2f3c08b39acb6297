"""A set of generated clips against a set of real ones: FAD, FAD-infinity, KAD, neighbours, classes, and what the codec alone costs.

Distances of sets depend on embedder, number of clips, their length, level and rate, so all of these stand beside the figures.
FAD and KAD are taken over windows, neighbours over clips (the mean of their windows).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from ..audio import Waveform
from ..errors import RequestError
from .clip_sets import LUFS, ClipSet, levelled
from .divergence import Classifier, mean_divergence
from .embedders import Embedder, open_embedder
from .frechet import frechet_distance
from .frechet_infinity import frechet_infinity
from .kernel_distance import kernel_distance
from .neighbours import NEIGHBOURS, neighbour_figures

if TYPE_CHECKING:
    from ..pipeline import Libretto

logger = logging.getLogger(__name__)

CODEC_BAR = 2.0  # generated clips may lie at most so many times as far from real ones as resynthesised ones do; the project's own


@dataclass(frozen=True)
class Embedded:
    """A set as numbers: ``windows`` [W, D], ``clips`` [N, D], class probabilities [N, C] where there is a classifier."""

    windows: np.ndarray
    clips: np.ndarray
    counts: np.ndarray  # windows of each clip [N]
    heard: list[tuple[int, bool]]  # rate, and whether the clip is silent
    classes: np.ndarray | None = None

    def first(self, clips: int) -> Embedded:
        """The first so many clips."""
        windows = int(self.counts[:clips].sum())
        classes = None if self.classes is None else self.classes[:clips]
        return Embedded(self.windows[:windows], self.clips[:clips], self.counts[:clips], self.heard[:clips], classes)


def evaluate(
    model: Libretto, *, generated: Path, reference: Path, embedder: str = "ours", embedder_weights: Path | None = None,
    split: str | None = None, seconds: float = 10.0, limit: int | None = None, codec: bool = False,
    judge: Classifier | None = None,
) -> dict[str, Any]:
    """Figures of the clips in ``generated`` against those in ``reference``.

    Args:
        generated: a folder of sound files (or a dataset).
        reference: a dataset, or a folder of sound files; held out from training.
        embedder: one of ``embedders.EMBEDDERS``; ``embedder_weights`` is the local folder of a foreign one.
        split: of a dataset; all clips when None.
        seconds: the first so many of every clip; shorter clips are left out.
        limit: at most so many clips of each set, evenly.
        codec: also split the reference into two halves and set against the first one: the second as it is, the second
            through the codec, and as many generated clips.
        judge: class probabilities of clips, compared set with set.

    Raises:
        CorpusError: a set has fewer than two clips of this length.
        RequestError: ``seconds`` is too short, or there is no such embedder.
    """
    if not 0.5 <= seconds <= 600:
        raise RequestError(f"seconds is {seconds:g}, expected 0.5 to 600")
    ours = open_embedder(embedder, model, weights=embedder_weights)
    sets = [ClipSet.open(folder, seconds=seconds, split=side, limit=limit) for folder, side in ((reference, split), (generated, None))]
    real, made = (embedded(ours, clips, judge=judge) for clips in sets)
    report: dict[str, Any] = {
        "libretto": __version__, "embedder": ours.described, "window_seconds": round(ours.window_seconds, 3),
        "embedder_sample_rate": ours.sample_rate, "seconds_each": seconds, "lufs": LUFS,
        "reference": sets[0].figures(real.heard) | {"windows": len(real.windows)},
        "generated": sets[1].figures(made.heard) | {"windows": len(made.windows)},
    }
    report |= figures(real, made)
    if judge is not None and real.classes is not None and made.classes is not None:
        report["kld_of_mean_classes"] = mean_divergence(real.classes, made.classes)
    if codec:
        report["codec"] = against_codec(model, ours, sets[0], made)
    return report


def embedded(embedder: Embedder, clips: Iterable[Waveform], *, judge: Classifier | None = None,
             road: Callable[[Waveform], Waveform] | None = None) -> Embedded:
    """Embeddings of every clip at one loudness, after ``road`` where one is given."""
    found, heard, classes = [], [], []
    for number, clip in enumerate(clips, start=1):
        rate = clip.sample_rate
        audio, silent = levelled(clip if road is None else road(clip))
        found.append(embedder.embed(audio))
        heard.append((rate, silent))
        if judge is not None:
            classes.append(judge.classes(audio))
        if number % 100 == 0:
            logger.info("%d clips embedded by %s", number, embedder.name)
    means = np.stack([windows.mean(axis=0) for windows in found])
    counts = np.array([len(windows) for windows in found])
    return Embedded(np.concatenate(found), means, counts, heard, np.stack(classes) if classes else None)


def figures(reference: Embedded, generated: Embedded) -> dict[str, Any]:
    """Every distance of two embedded sets; neighbours where the reference has enough clips."""
    line = frechet_infinity(reference.windows, generated.windows)
    report: dict[str, Any] = {
        "fad": frechet_distance(reference.windows, generated.windows),
        "fad_infinity": {"value": line.value, "slope": line.slope, "r2": line.r2},
        "kad": kernel_distance(reference.windows, generated.windows),
    }
    if len(reference.clips) > NEIGHBOURS:
        report["neighbours"] = neighbour_figures(reference.clips, generated.clips)
    return report


def against_codec(model: Libretto, embedder: Embedder, reference: ClipSet, generated: Embedded) -> dict[str, Any]:
    """FAD from one half of the reference to: the other half, the other half resynthesised, and as many generated clips.

    All three sets have the same number of clips, because FAD falls with it.
    """
    first, second = reference.halves()
    count = min(len(second), len(generated.clips))
    second = second.only(range(count))

    def resynthesised(clip: Waveform) -> Waveform:
        made = model.decode(model.codec.encode(clip.resample(model.sample_rate).samples[0]))
        return made.trim(seconds=min(clip.seconds, made.seconds))

    known = embedded(embedder, first).windows
    others = {"other_half": embedded(embedder, second), "resynthesised": embedded(embedder, second, road=resynthesised),
              "generated": generated.first(count)}
    report: dict[str, Any] = {"reference_clips": len(first), "clips_each": count}
    report |= {f"fad_{name}": frechet_distance(known, other.windows) for name, other in others.items()}
    report |= {f"kad_{name}": kernel_distance(known, other.windows) for name, other in others.items()}
    ratio = report["fad_generated"] / max(report["fad_resynthesised"], 1e-12)
    return report | {"fad_ratio": ratio, "bar": CODEC_BAR, "passed": bool(ratio <= CODEC_BAR)}
