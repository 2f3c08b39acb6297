"""What semantic tokens carry: linear probes on tokens, against raw log-mel and against shuffled tokens.

A probe is ridge regression in closed form from the frames around a moment (one-hot tokens, or stacked log-mel over
the same seconds) to: chroma (R2), onsets (area under the ROC curve), style (accuracy of single frames) and
instruments (mean area under the ROC curve). ``recovered`` is the share of the gap between shuffled tokens and
log-mel that the tokens close.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import MelSpec
from ..features import log_mel

if TYPE_CHECKING:
    from ..semantic.data import Clips, Labels

_SIDE = 2  # token frames of context on each side of a probe
_PENALTIES = (3.0, 30.0, 300.0)
_PLAIN_MEL = MelSpec()

Tokenize = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Probe:
    """One quantity read from tokens, from log-mel and from shuffled tokens."""

    tokens: float
    log_mel: float
    shuffled: float

    @property
    def recovered(self) -> float:
        """Share of the gap between shuffled tokens and log-mel that the tokens close."""
        gap = self.log_mel - self.shuffled
        return (self.tokens - self.shuffled) / gap if abs(gap) > 1e-9 else 0.0


@dataclass(frozen=True)
class SemanticReport:
    """The probes by name, the entropy of the tokens in bits, and how many of the codebook occur."""

    probes: dict[str, Probe]
    entropy_bits: float
    used: int

    def table(self) -> str:
        lines = ["probe        tokens  log-mel  shuffled  recovered"]
        for name, probe in self.probes.items():
            lines.append(f"{name:<12} {probe.tokens:6.3f}   {probe.log_mel:6.3f}    {probe.shuffled:6.3f}     {probe.recovered:6.2f}")
        lines.append(f"entropy {self.entropy_bits:.2f} bits, {self.used} tokens used")
        return "\n".join(lines)


def chroma(samples: np.ndarray, *, sample_rate: int, frame_rate: int, window: int = 8192) -> np.ndarray:
    """Pitch classes: samples [N] -> [T, 12], the largest of each frame 1; spectrum bins 55 to 2000 Hz fall on
    semitones with a Gaussian of a third of a semitone."""
    hop = sample_rate // frame_rate
    frames = len(samples) // hop
    padded = np.pad(samples, (window // 2, window), mode="constant")
    hertz = np.arange(1, window // 2 + 1) * sample_rate / window
    inside = (hertz >= 55.0) & (hertz <= 2000.0)
    pitch = 12 * np.log2(hertz[inside] / 440.0) + 69
    distance = (pitch[:, None] - np.arange(12) + 6) % 12 - 6
    weights = np.exp(-0.5 * (distance / 0.33) ** 2)
    result = np.empty((frames, 12), dtype=np.float32)
    for frame in range(frames):
        spectrum = np.abs(np.fft.rfft(padded[frame * hop : frame * hop + window] * np.hanning(window)))[1:]
        result[frame] = np.sqrt(spectrum[inside] ** 2 @ weights)
    return result / (result.max(axis=1, keepdims=True) + 1e-3)


def onsets(samples: np.ndarray, *, sample_rate: int, frame_rate: int) -> np.ndarray:
    """Peaks of the spectral flux: samples [N] -> [T], 1 where a token frame holds one."""
    spec = MelSpec(sample_rate=sample_rate, window=512, hop=sample_rate // (4 * frame_rate), bands=40, floor=1e-4)
    mel = log_mel(samples, spec)
    flux = np.maximum(np.diff(mel, axis=0, prepend=mel[:1]), 0).mean(axis=1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(flux, 12, mode="edge"), 25, axis=0)
    near = np.lib.stride_tricks.sliding_window_view(np.pad(flux, 3, mode="edge"), 7, axis=0)
    peak = (flux >= near.max(axis=1)) & (flux > around.mean(axis=1) + 0.8 * around.std(axis=1)) & (flux > 0.02)
    frames = len(samples) // (sample_rate // frame_rate)
    return peak[: frames * 4].reshape(frames, 4).any(axis=1).astype(np.float32)


def area_under_curve(scores: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve of scores [S] for labels [S]; ties count a half; 0.5 where a class is missing."""
    positive = positive > 0.5
    count, total = int(positive.sum()), len(positive)
    if count in (0, total):
        return 0.5
    _, inverse, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[inverse]
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (total - count)))


def with_context(features: np.ndarray, *, side: int = _SIDE) -> np.ndarray:
    """Each frame beside its neighbours: [T, D] -> [T, (2 side + 1) D]; the ends are repeated."""
    padded = np.pad(features, ((side, side), (0, 0)), mode="edge")
    return np.concatenate([padded[offset : offset + len(features)] for offset in range(2 * side + 1)], axis=1)


def dense_sums(rows: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(X'X, X'Y) of rows [S, D] and targets [S, Q]."""
    return rows.T @ rows, rows.T @ targets


def one_hot_sums(ids: np.ndarray, targets: np.ndarray, vocabulary: int) -> tuple[np.ndarray, np.ndarray]:
    """The same for one-hot rows given as ids [S, O], a block of ``vocabulary`` columns each: counted, never laid out."""
    offsets = ids.shape[1]
    square = np.empty((offsets, vocabulary, offsets, vocabulary), dtype=np.float32)
    cross = np.empty((offsets, vocabulary, targets.shape[1]), dtype=np.float32)
    for row in range(offsets):
        for column in range(offsets):
            pairs = np.bincount(ids[:, row] * vocabulary + ids[:, column], minlength=vocabulary**2)
            square[row, :, column] = pairs.reshape(vocabulary, vocabulary)
        for target in range(targets.shape[1]):
            cross[row, :, target] = np.bincount(ids[:, row], weights=targets[:, target], minlength=vocabulary)
    size = offsets * vocabulary
    return square.reshape(size, size), cross.reshape(size, -1)


def ridge(square: np.ndarray, cross: np.ndarray, penalty: float) -> np.ndarray:
    """Weights [D, Q] of ridge regression from its sums."""
    matrix = square.copy()
    matrix[np.diag_indices(len(matrix))] += penalty
    return np.linalg.solve(matrix, cross)


@dataclass(frozen=True)
class _Material:
    """All frames of a set of clips, laid end to end. tokens [S, O] and mel [S, D] hold their context already."""

    tokens: np.ndarray
    mel: np.ndarray
    targets: np.ndarray  # [S, 12 chroma + onset + styles + instruments]


@dataclass(frozen=True)
class _Names:
    styles: tuple[str, ...]
    instruments: tuple[str, ...]

    def score(self, predicted: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Scores by quantity: predicted and targets [S, Q]."""
        styles = slice(13, 13 + len(self.styles))
        error = ((predicted[:, :12] - targets[:, :12]) ** 2).sum(0)
        spread = ((targets[:, :12] - targets[:, :12].mean(0)) ** 2).sum(0)
        scores = {
            "chroma": float(np.mean(1 - error / np.maximum(spread, 1e-9))),
            "onset": area_under_curve(predicted[:, 12], targets[:, 12]),
        }
        if len(self.styles) > 1:
            scores["style"] = float(np.mean(predicted[:, styles].argmax(1) == targets[:, styles].argmax(1)))
        present = [column for column in range(styles.stop, targets.shape[1]) if 0 < targets[:, column].mean() < 1]
        if present:
            scores["instruments"] = float(
                np.mean([area_under_curve(predicted[:, column], targets[:, column]) for column in present])
            )
        return scores


def _targets(samples: np.ndarray, labels: Labels, names: _Names, *, sample_rate: int, frame_rate: int) -> np.ndarray:
    pitches = chroma(samples, sample_rate=sample_rate, frame_rate=frame_rate)
    peaks = onsets(samples, sample_rate=sample_rate, frame_rate=frame_rate)
    whole = [float(labels.style == style) for style in names.styles]
    whole += [float(name in labels.instruments) for name in names.instruments]
    return np.concatenate([pitches, peaks[:, None], np.tile(np.array(whole, np.float32), (len(pitches), 1))], axis=1)


def _material(tokenize: Tokenize, clips: Clips, chosen: Sequence[int], names: _Names, mel: MelSpec, frame_rate: int,
              seconds: float) -> _Material:
    tokens, mels, targets = [], [], []
    for clip in chosen:
        hop = mel.sample_rate // frame_rate
        samples = clips.audio(clip, 0, int(seconds * mel.sample_rate))
        samples = samples[: len(samples) // hop * hop]
        frames = len(samples) // hop
        if frames < 2:
            continue
        stacked = log_mel(samples, mel).reshape(frames, -1)
        tokens.append(with_context(np.asarray(tokenize(samples))[:, None]))
        mels.append(with_context(stacked))
        targets.append(_targets(samples, clips.labels(clip), names, sample_rate=mel.sample_rate, frame_rate=frame_rate))
    return _Material(np.concatenate(tokens), np.concatenate(mels), np.concatenate(targets))


def _scores(fit: _Material, held: _Material, names: _Names, sums: Callable, apply: Callable) -> dict[str, float]:
    """Every quantity with the penalty that does best on the last tenth of the fitted frames."""
    inner = len(fit.targets) * 9 // 10
    centre = fit.targets[:inner].mean(0)
    square, cross = sums(inner, fit.targets[:inner] - centre)
    best: dict[str, tuple[float, float]] = {}
    for penalty in _PENALTIES:
        weights = ridge(square, cross, penalty)
        tuned = names.score(apply(fit, weights)[inner:] + centre, fit.targets[inner:])
        final = names.score(apply(held, weights) + centre, held.targets)
        for name, value in tuned.items():
            if name in final and (name not in best or value > best[name][0]):
                best[name] = (value, final[name])
    return {name: final for name, (_, final) in best.items()}


def _token_scores(fit: _Material, held: _Material, names: _Names, vocabulary: int) -> dict[str, float]:
    def apply(material: _Material, weights: np.ndarray) -> np.ndarray:
        blocks = weights.reshape(material.tokens.shape[1], vocabulary, -1)
        return sum(block[ids] for block, ids in zip(blocks, material.tokens.T, strict=True))

    return _scores(fit, held, names, lambda n, y: one_hot_sums(fit.tokens[:n], y, vocabulary), apply)


def _mel_scores(fit: _Material, held: _Material, names: _Names) -> dict[str, float]:
    mean, scale = fit.mel.mean(0), fit.mel.std(0) + 1e-3

    def apply(material: _Material, weights: np.ndarray) -> np.ndarray:
        return ((material.mel - mean) / scale) @ weights

    return _scores(fit, held, names, lambda n, y: dense_sums((fit.mel[:n] - mean) / scale, y), apply)


def _shuffled(material: _Material, generator: np.random.Generator) -> _Material:
    """The same tokens at other moments: each moment keeps its window, windows change places."""
    return dataclasses.replace(material, tokens=material.tokens[generator.permutation(len(material.tokens))])


def probe(tokenize: Tokenize, clips: Clips, *, vocabulary: int, frame_rate: int, mel: MelSpec = _PLAIN_MEL,
          train_clips: int = 160, held_out_clips: int = 60, seconds: float = 10.0, seed: int = 0) -> SemanticReport:
    """Probe the tokens of ``tokenize`` (samples [N] -> ids [T]) on held-out clips.

    ``mel`` is the log-mel they are compared with.
    """
    generator = np.random.default_rng(seed)
    fitted = sorted(generator.permutation(np.asarray(clips.train))[:train_clips].tolist())
    tested = sorted(generator.permutation(np.asarray(clips.held_out))[:held_out_clips].tolist())
    generator.shuffle(fitted)
    labels = [clips.labels(clip) for clip in fitted]
    heard = Counter(name for label in labels for name in label.instruments)
    common = tuple(sorted(name for name, count in heard.items() if count >= max(2, len(fitted) // 40)))
    names = _Names(tuple(sorted({label.style for label in labels} - {""})), common)
    fit, held = (_material(tokenize, clips, chosen, names, mel, frame_rate, seconds) for chosen in (fitted, tested))
    found = _token_scores(fit, held, names, vocabulary)
    control = _token_scores(_shuffled(fit, generator), _shuffled(held, generator), names, vocabulary)
    reference = _mel_scores(fit, held, names)
    share = np.bincount(held.tokens[:, _SIDE], minlength=vocabulary) / len(held.tokens)
    entropy = float(-(share[share > 0] * np.log2(share[share > 0])).sum())
    probes = {name: Probe(found[name], reference[name], control[name]) for name in found}
    return SemanticReport(probes, entropy, int((share > 0).sum()))


def evaluate(model: Any, *, data: Path, limit: int | None = None) -> dict[str, Any]:
    """The probes of ``model``'s (``pipeline.Libretto``) semantic tokens, fitted on the training clips of ``data``.

    Args:
        limit: at most so many held-out clips (60 by default).
    """
    from ..semantic.data import open_clips

    spec = model.semantic.spec
    report = probe(
        model.semantic.tokenize, open_clips(data), vocabulary=spec.codebook_size, frame_rate=spec.frame_rate,
        held_out_clips=limit or 60,
    )
    probes = {name: dataclasses.asdict(found) | {"recovered": found.recovered} for name, found in report.probes.items()}
    return {"probes": probes, "entropy_bits": report.entropy_bits, "used": report.used}
