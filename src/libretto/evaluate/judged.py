"""What the judge, the tempo and the key say of clips, beside what should be true of them; shares, chance, and counts.

Style, mood, lead, drums and instruments are the judge's own; tempo is ``tempo.tempo`` on clips with a clear beat, key is ``key.key_of``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from libretto.corpus.composing.styles import families
from libretto.corpus.composing.theory import MODES as SCALES

from .. import key as keys
from .. import tempo as tempi
from ..asked import CLEAR_BEAT
from ..controls import MODES
from ..corpus.labels import Labels, labels_of
from ..judge.front import SAMPLE_RATE
from ..judge.labels import TASKS
from ..judge.tagger import Judge, Verdict
from .corpus.music import CHROMATIC, scale_classes

BPM_TOLERANCE = 0.03


@dataclass(frozen=True)
class Truth:
    """What should be heard in a clip; 0 and None where nothing is asked."""

    labels: Labels
    bpm: float = 0.0
    key: tuple[int, str] | None = None  # tonic 0..11 and mode

    @property
    def tonal(self) -> bool:
        """Whether the key's scale is meant to be kept: not in jazz and blues, which lean on other notes."""
        return self.key is not None and families().get(self.labels.style) not in CHROMATIC and self.labels.style != "blues"


@dataclass(frozen=True)
class Finding:
    """What is heard in a clip. ``in_scale``: share of pitch classes in the scale of the true key; ``again``:
    ``tempo.beat_autocorrelation`` at the true tempo; NaN where there is none."""

    verdict: Verdict
    bpm: float
    clarity: float  # of the beat, 0 to 1
    key: keys.Key | None
    in_scale: float
    again: float


def truth_of(sheet: Mapping[str, Any], seconds: float) -> Truth:
    """What a kept sheet says; a clip that changes its key has none."""
    timeline = sheet.get("timeline") or {}
    told = timeline.get("keys") or []
    key = (int(told[0][1]), str(told[0][2])) if len(told) == 1 and told[0][2] in MODES else None
    return Truth(labels_of(sheet, seconds), float(sheet.get("bpm") or 0.0), key)


def find(judge: Judge, samples: np.ndarray, truth: Truth) -> Finding:
    """Everything that is measured of samples [N] at 24 kHz."""
    rings = keys.rings(samples, sample_rate=SAMPLE_RATE)
    chroma = rings.whole
    in_scale = again = float("nan")
    if truth.key is not None and truth.key[1] in SCALES and chroma.sum() > 0:
        in_scale = float(chroma[sorted(scale_classes(*truth.key))].sum() / chroma.sum())
    if truth.bpm > 0:
        again = tempi.beat_autocorrelation(samples, truth.bpm, sample_rate=SAMPLE_RATE)
    bpm = tempi.tempo(samples, sample_rate=SAMPLE_RATE)
    clarity = tempi.beat_grid(samples, SAMPLE_RATE, bpm=bpm).clarity
    return Finding(judge.hear(samples), bpm, clarity, keys.key_of(rings), in_scale, again)


def figures(findings: Sequence[Finding], truths: Sequence[Truth]) -> dict[str, dict[str, float]]:
    """Every figure: its "accuracy", "chance" and the number of "clips" that it is of.

    Chance is what the commonest true answer would score; for the tempo, other clips' tempi in place of the own.
    """
    found = {task: _choice([finding.verdict[task] for finding in findings], [getattr(truth.labels, task) for truth in truths])
             for task in TASKS}
    found["instruments"] = _several(findings, truths)
    found["tempo"] = _tempo(findings, truths)
    keyed = [(finding.key, truth.key) for finding, truth in zip(findings, truths) if truth.key is not None]
    hits = [heard is not None and keys.right(heard, *true) for heard, true in keyed]
    third = Counter((true[0], keys.is_minor(true[1])) for _, true in keyed)
    found["key"] = {"accuracy": _mean(hits), "chance": max(third.values(), default=0) / max(1, len(keyed)), "clips": len(keyed)}
    alike = [heard is not None and (keys.right(heard, *true) or keys.relative(heard, *true)) for heard, true in keyed]
    found["key_or_relative"] = {"accuracy": _mean(alike), "clips": len(keyed)}
    return {name: {key: round(float(value), 4) for key, value in row.items()} for name, row in found.items() if row["clips"]}


def means(findings: Sequence[Finding], truths: Sequence[Truth]) -> dict[str, dict[str, float]]:
    """Mean share of pitch classes in the scale, of tonal clips; mean autocorrelation at the beat, of clips with drums."""
    scale = [finding.in_scale for finding, truth in zip(findings, truths) if truth.tonal and not np.isnan(finding.in_scale)]
    again = [finding.again for finding, truth in zip(findings, truths) if truth.labels.drums == "yes" and not np.isnan(finding.again)]
    return {name: {"mean": round(_mean(values), 4), "clips": len(values)}
            for name, values in (("in_scale", scale), ("beat_autocorrelation", again)) if values}


def _mean(values: Sequence[float] | Sequence[bool]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _choice(answers: Sequence[str], wanted: Sequence[str]) -> dict[str, float]:
    known = [(answer, true) for answer, true in zip(answers, wanted) if true]
    commonest = max(Counter(true for _, true in known).values(), default=0)
    return {"accuracy": _mean([answer == true for answer, true in known]), "chance": commonest / max(1, len(known)), "clips": len(known)}


def _several(findings: Sequence[Finding], truths: Sequence[Truth]) -> dict[str, float]:
    """Of all decisions whether an instrument sounds, the share that is right; chance: the commoner answer for every instrument."""
    pairs = [(set(finding.verdict.instruments), set(truth.labels.instruments)) for finding, truth in zip(findings, truths)
             if truth.labels.instruments]
    names = sorted(set().union(*(true for _, true in pairs))) if pairs else []
    hits = [(name in heard) == (name in true) for heard, true in pairs for name in names]
    shares = [_mean([name in true for _, true in pairs]) for name in names]
    return {"accuracy": _mean(hits), "chance": _mean([max(share, 1 - share) for share in shares]), "clips": len(pairs)}


def _tempo(findings: Sequence[Finding], truths: Sequence[Truth]) -> dict[str, float]:
    """Within 3 %, half and double count, among clips with a beat."""
    asked = [(finding, truth.bpm) for finding, truth in zip(findings, truths) if truth.bpm > 0]
    clear = [(finding.bpm, bpm) for finding, bpm in asked if finding.clarity >= CLEAR_BEAT]
    hits = [tempi.agrees(heard, bpm, tolerance=BPM_TOLERANCE) for heard, bpm in clear]
    others = [tempi.agrees(heard, bpm, tolerance=BPM_TOLERANCE) for at, (heard, _) in enumerate(clear)
              for _, bpm in (*clear[:at], *clear[at + 1 :])]
    return {"accuracy": _mean(hits), "chance": _mean(others) if others else 0.0, "clips": len(clear),
            "with_a_beat": len(clear) / max(1, len(asked))}
