"""How well a stage predicts tokens it has not seen: bits per token against counted baselines. No torch.

A stage passes when it needs at least 10 % fewer bits than an interpolated bigram counted on the training clips, and when
another clip's condition costs it at least 2 % (semantic) or 5 % (coarse, fine). Both bars are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..config import STAGES, StageSpec
from ..controls import STORED, distance
from ..stages.crops import Crop, CropReader, parted, shuffled, silent
from ..stages.masked import masked_whole, order_generator, order_nats
from ..stages.parallel_runtime import ParallelRuntime, log_probability
from ..stages.runtime import StageRuntime

GAIN_BAR = 0.10
SHUFFLE_BARS = {"semantic": 0.02, "coarse": 0.05, "fine": 0.05}
_STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)

Score = Callable[[Crop], np.ndarray]  # a crop of B rows to nats [K, B, T]


@dataclass(frozen=True)
class Baselines:
    """Held-out bits per token of every level [K], counted on the training clips."""

    unigram: np.ndarray
    bigram: np.ndarray


@dataclass(frozen=True)
class StageReport:
    """Held-out bits per token of every level [K]: of the model, with shuffled conditions, and of the baselines.

    Of a stage with controls, ``model`` is told all of them, ``untold`` none, and conditions are shuffled while none is told.
    ``controls``: the share by which another clip's control raises the bits; of "landing", by which none does in the last second
    of gaps.
    """

    name: str
    model: np.ndarray
    shuffled: np.ndarray
    unigram: np.ndarray
    bigram: np.ndarray
    controls: dict[str, float] = field(default_factory=dict)
    untold: np.ndarray | None = None

    @property
    def gain(self) -> float:
        """Share of the bigram's bits that the model saves."""
        return 1.0 - float(self.model.mean() / self.bigram.mean())

    @property
    def condition(self) -> float:
        """Share by which shuffled conditions raise the model's bits."""
        own = self.model if self.untold is None else self.untold
        return float(self.shuffled.mean() / own.mean()) - 1.0

    @property
    def passed(self) -> bool:
        return self.gain >= GAIN_BAR and self.condition >= SHUFFLE_BARS[self.name]

    def figures(self) -> dict[str, float]:
        """Flat figures for a log."""
        rows = {"bits": self.model, "untold": self.untold, "shuffled": self.shuffled, "unigram": self.unigram, "bigram": self.bigram}
        flat = {name: float(values.mean()) for name, values in rows.items() if values is not None}
        flat |= {f"bits_{level + 1}": float(value) for level, value in enumerate(self.model)}
        flat |= {f"bigram_{level + 1}": float(value) for level, value in enumerate(self.bigram)}
        flat |= {f"control_{name}": value for name, value in self.controls.items()}
        return flat | {"gain": self.gain, "condition": self.condition, "passed": float(self.passed)}


def baselines(train: Sequence[np.ndarray], held_out: Sequence[np.ndarray], *, size: int) -> Baselines:
    """Unigram and interpolated bigram (the token of the frame before, same level) of clips [K, T].

    The bigram is (count + strength * unigram) / (total + strength); its strength is fitted on one half of the
    held-out clips and judged on the other, both ways round.
    """
    levels = train[0].shape[0]
    unigram, bigram = np.zeros(levels), np.zeros(levels)
    for level in range(levels):
        counts = np.zeros(size * size, np.int64)
        for clip in train:
            row = clip[level].astype(np.int64)
            counts += np.bincount(row[:-1] * size + row[1:], minlength=size * size)
        pairs = counts.reshape(size, size)
        totals = pairs.sum(axis=1)
        single = pairs.sum(axis=0) + 0.5
        single = single / single.sum()
        bits = np.array([_bigram_bits(clip[level].astype(np.int64), pairs, totals, single) for clip in held_out])
        tokens = np.array([clip.shape[1] - 1 for clip in held_out])
        unigram[level] = sum(-np.log2(single[clip[level][1:]]).sum() for clip in held_out) / tokens.sum()
        bigram[level] = _crossed(bits, tokens)
    return Baselines(unigram, bigram)


def _bigram_bits(row: np.ndarray, pairs: np.ndarray, totals: np.ndarray, single: np.ndarray) -> np.ndarray:
    """Bits of one clip for every strength."""
    before, after = row[:-1], row[1:]
    chance = single[after]
    return np.array([
        -np.log2((pairs[before, after] + strength * chance) / (totals[before] + strength)).sum() for strength in _STRENGTHS
    ])


def _crossed(bits: np.ndarray, tokens: np.ndarray) -> float:
    """Bits per token of [clips, strengths] when each half is judged with the strength best on the other."""
    halves = (np.arange(len(bits)) % 2 == 0, np.arange(len(bits)) % 2 == 1)
    if len(bits) < 2:
        return float(bits.sum(axis=0).min() / tokens.sum())
    spent = sum(bits[here][:, bits[other].sum(axis=0).argmin()].sum() for here, other in (halves, halves[::-1]))
    return float(spent / tokens.sum())


def store_baselines(reader: CropReader, *, split: str = "valid") -> Baselines:
    """``baselines`` of the stage's target tokens in a token store."""
    spec, store = reader.spec, reader.store
    train = [reader.tokens(spec.target, index) for index in store.split("train")]
    held_out = [reader.tokens(spec.target, index) for index in store.split(split)]
    return baselines(train, held_out, size=spec.target.codebook_size)


def held_out_crops(reader: CropReader, *, split: str = "valid", limit: int = 64, batch: int = 4) -> list[Crop]:
    """The same crops every time: up to ``limit``, evenly over the clips of ``split`` and their length, in batches."""
    spec = reader.spec
    frames = spec.crop_frames
    clips = reader.clips(split, frames=frames)
    chosen = [clips[at * len(clips) // min(limit, len(clips))] for at in range(min(limit, len(clips)))]
    crops = []
    for first in range(0, len(chosen), batch):
        group = chosen[first : first + batch]
        starts = [reader.start(index, ((first + row) * 0.618) % 1.0, frames=frames) for row, index in enumerate(group)]
        styles = [reader.style(index, 0.5, text=(first + row) % 2 == 1) for row, index in enumerate(group)]
        crops.append(reader.read(group, starts, styles, frames=frames))
    return crops


def evaluate_stage(score: Score, crops: Sequence[Crop], counted: Baselines, spec: StageSpec) -> StageReport:
    """Bits per token of ``score`` on ``crops``, with their own and with shuffled conditions."""
    controls = [token.name for token in spec.controls]
    others = [token.name for token in (*spec.prefix, *spec.aligned) if token.name not in controls]
    several = [crop for crop in crops if len(crop.tokens) > 1]
    model = _bits(score, crops)
    untold = _bits(score, [silent(crop, spec) for crop in several]) if controls else None
    other = _bits(score, [silent(shuffled(crop, others), spec) for crop in several])
    worth: dict[str, float] = {
        name: float(_bits(score, [shuffled(crop, [name]) for crop in several]).mean() / model.mean()) - 1.0
        for name in controls if name in STORED
    }
    if "landing" in controls:
        worth["landing"] = _landings(score, crops, spec)
    return StageReport(spec.name, model, other, counted.unigram, counted.bigram, worth, untold)


def _bits(score: Score, crops: Sequence[Crop]) -> np.ndarray:
    nats = np.concatenate([score(crop).reshape(crop.tokens.shape[1], -1) for crop in crops], axis=1)
    return nats.mean(axis=1) / np.log(2)


def _landings(score: Score, crops: Sequence[Crop], spec: StageSpec) -> float:
    """The share by which tokens of the last second of a gap cost more when what comes after it is not told."""
    blank = next(token.blank for token in spec.aligned if token.name == "landing")
    told = untold = 0.0
    for number, crop in enumerate(crops):
        gapped = parted(crop, np.random.default_rng([7, number]), spec, dropout=0.0, gaps=1.0)
        batch, levels, frames = crop.tokens.shape
        inside = gapped.aligned["landing"][:, 0, :frames] <= distance(np.array(spec.target.frame_rate), most=blank - 1)  # [B, T]
        for_each = [score(one).reshape(levels, batch, frames)[:, inside].sum() for one in (gapped, crop)]
        told, untold = told + float(for_each[0]), untold + float(for_each[1])
    return untold / told - 1.0


def runtime_score(runtime: StageRuntime) -> Score:
    """The score of an exported stage, teacher-forced."""
    layout = runtime.layout
    if isinstance(runtime, ParallelRuntime):
        return partial(_order_score, runtime)

    def score(crop: Crop) -> np.ndarray:
        inputs, context = layout.whole(crop.tokens, crop.prefix, crop.aligned)
        logits = runtime.score(inputs)[:, context:]
        picked = layout.pattern.gather(logits, crop.tokens.shape[2])  # [B, K, T, V]
        picked -= picked.max(axis=-1, keepdims=True)
        norm = np.log(np.exp(picked).sum(axis=-1))
        chosen = np.take_along_axis(picked, crop.tokens[..., None], axis=-1)[..., 0]
        return (norm - chosen).transpose(1, 0, 2)

    return score


def _order_score(runtime: ParallelRuntime, crop: Crop) -> np.ndarray:
    """Nats [K, B] of a stage that fills tokens in; see ``masked.order_nats``."""
    def nats(told: np.ndarray, asked: np.ndarray) -> np.ndarray:
        inputs, context = masked_whole(runtime.layout, told, crop.prefix, crop.aligned)
        before, block = inputs.slice(0, context), inputs.slice(context, inputs.ids.shape[1])
        past = runtime.engine.open(len(told))
        if context:
            past = runtime.engine.read(past, before.ids, before.guess, before.known)
        row, frame = np.nonzero(asked >= 0)
        level = int(asked[row[0], frame[0]])
        logits = runtime.engine.run(past, block.ids, block.guess, block.known, level=level)[row, frame]
        return -log_probability(logits, crop.tokens[row, level, frame])

    return order_nats(crop.tokens, order_generator(crop.tokens), nats, blank=runtime.spec.target.blank)


def evaluate(model: Any, *, data: Path, split: str = "test", limit: int | None = None) -> dict[str, dict[str, float]]:
    """Every stage of ``model`` (``pipeline.Libretto``) on the token store ``data``: {stage: figures}."""
    from ..train.tokenize import TokenStore

    store = TokenStore.open(data)
    store.check(model.config)
    report = {}
    for name in STAGES:
        runtime = model.stages[name]
        reader = CropReader(store, runtime.layout, coarse_levels=model.config.coarse_levels)
        crops = held_out_crops(reader, split=split, limit=limit or 64)
        counted = store_baselines(reader, split=split)
        report[name] = evaluate_stage(runtime_score(runtime), crops, counted, runtime.spec).figures()
    return report
