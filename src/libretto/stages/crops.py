"""Pieces of stored clips as a stage sees them: target tokens with their conditions. numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..config import StageSpec
from ..controls import STORED, landing
from ..errors import CorpusError
from ..tokens import TokenSpec
from .layout import StageLayout, Tokens


class Store(Protocol):
    """What a token store offers (``train.tokenize.TokenStore``)."""

    def semantic(self, index: int) -> np.ndarray: ...
    def acoustic(self, index: int) -> np.ndarray: ...
    def style_audio(self, index: int) -> np.ndarray: ...
    def style_text(self, index: int) -> np.ndarray: ...
    def control(self, name: str, index: int) -> np.ndarray: ...
    def split(self, name: str) -> list[int]: ...


@dataclass(frozen=True)
class Crop:
    """tokens [B, K, T], prefix {name: [B, levels]}, aligned {name: [B, levels, T']} at the conditions' own rates."""

    tokens: np.ndarray
    prefix: Tokens
    aligned: Tokens


class CropReader:
    """Reads crops of ``frames`` target frames of one stage from a store."""

    def __init__(self, store: Store, layout: StageLayout, *, coarse_levels: int) -> None:
        self.store, self.layout, self.spec = store, layout, layout.spec
        self._split_level = coarse_levels
        rates = {token.frame_rate for token in (self.spec.target, *self.spec.aligned)}
        self.grid = self.spec.target.frame_rate // min(rates)  # crops start on whole frames of every condition

    def clips(self, split: str, *, frames: int) -> list[int]:
        """Clips of ``split`` that hold a crop of ``frames``.

        Raises:
            CorpusError: there is none.
        """
        found = [index for index in self.store.split(split) if self.tokens(self.spec.target, index).shape[1] >= frames]
        if not found:
            seconds = frames / self.spec.target.frame_rate
            raise CorpusError(f"no {split} clip of the token store lasts {seconds:g} s; use longer clips or a shorter crop")
        return found

    def tokens(self, token: TokenSpec, index: int) -> np.ndarray:
        """All tokens [levels, T] of one kind of clip ``index``."""
        if token.name == "semantic":
            return self.store.semantic(index)[None]
        if token.name in STORED:
            return self.store.control(token.name, index)
        if token.name == "landing":  # nothing leads anywhere until a gap is drawn
            return np.full((token.levels, len(self.store.semantic(index))), token.blank)
        acoustic = self.store.acoustic(index)
        return acoustic[: self._split_level] if token.name == "coarse" else acoustic[self._split_level :]

    def start(self, index: int, place: float, *, frames: int) -> int:
        """The first frame of a crop that lies at ``place`` (0 the clip's start, 1 its end)."""
        room = (self.tokens(self.spec.target, index).shape[1] - frames) // self.grid
        return min(room, int(place * (room + 1))) * self.grid

    def read(self, indices: Sequence[int], starts: Sequence[int], styles: Sequence[np.ndarray], *, frames: int) -> Crop:
        """Crops of ``frames`` frames from ``starts``; ``styles`` [levels] each, used where the stage has a style."""
        rate = self.spec.target.frame_rate
        tokens = [self.tokens(self.spec.target, i)[:, s : s + frames] for i, s in zip(indices, starts, strict=True)]
        aligned = {}
        for token in self.spec.aligned:
            ahead = frames if self.layout.flattened else frames + self.layout.lead
            wanted = self.layout.condition_frames(token, ahead)
            rows = []
            for index, start in zip(indices, starts, strict=True):
                values = self.tokens(token, index)
                at = start * token.frame_rate // rate + np.arange(wanted)
                rows.append(values[:, np.minimum(at, values.shape[1] - 1)])
            aligned[token.name] = np.stack(rows).astype(np.int64)
        prefix = {token.name: np.stack(styles).astype(np.int64) for token in self.spec.prefix}
        return Crop(np.stack(tokens).astype(np.int64), prefix, aligned)

    def style(self, index: int, draw: float, *, text: bool) -> np.ndarray:
        """One style of clip ``index``, chosen by ``draw`` in 0..1: of its captions when ``text``, else of its windows."""
        rows = self.store.style_text(index) if text else self.store.style_audio(index)
        if not len(rows):
            rows = self.store.style_audio(index)
        return rows[min(len(rows) - 1, int(draw * len(rows)))]


def shuffled(crop: Crop, names: Sequence[str]) -> Crop:
    """The same targets, each with the conditions ``names`` of the next clip."""
    def moved(values: Tokens) -> Tokens:
        return {name: np.roll(tokens, 1, axis=0) if name in names else tokens for name, tokens in values.items()}

    return Crop(crop.tokens, moved(crop.prefix), moved(crop.aligned))


def parted(crop: Crop, rng: np.random.Generator, spec: StageSpec, *, dropout: float, gaps: float) -> Crop:
    """``crop`` with no control told in a share ``dropout`` of the rows, and a gap in a share ``gaps``.

    In the other rows, each control by itself is blank with the same chance: a stage must do with any of them, and without.

    A gap is a stretch of a third of a second to half the crop, short ones as often as long ones, that the model is to write
    knowing what comes after it.
    """
    aligned = dict(crop.aligned)
    rows, _, frames = crop.tokens.shape
    untold = rng.random((rows, 1, 1)) < dropout
    for token in spec.aligned:
        if token.name in STORED:
            dropped = untold | (rng.random((rows, 1, 1)) < dropout)
            aligned[token.name] = np.where(dropped, token.blank, aligned[token.name])
        elif token.name == "landing":
            told = aligned[token.name].copy()
            for row in np.flatnonzero(rng.random(rows) < gaps):
                longest = max(2.0, frames / 2)
                length = round(float(np.exp(rng.uniform(np.log(min(token.frame_rate / 3, longest / 2)), np.log(longest)))))
                start = int(rng.integers(0, max(1, frames - length)))
                told[row] = landing(crop.tokens[row, 0], (start, start + length), frames=told.shape[2], blank=token.blank)
            aligned[token.name] = told
    return Crop(crop.tokens, crop.prefix, aligned)


def silent(crop: Crop, spec: StageSpec) -> Crop:
    """``crop`` with all controls blank."""
    blank = {token.name: token.blank for token in spec.controls}
    told = {name: np.full_like(values, blank[name]) if name in blank else values for name, values in crop.aligned.items()}
    return Crop(crop.tokens, crop.prefix, told)


def blanked(crop: Crop, rows: np.ndarray, spec: StageSpec) -> Crop:
    """``crop`` with the guided conditions (see ``guided``) of ``rows`` [B] (bool) blank."""
    prefix, aligned = dict(crop.prefix), dict(crop.aligned)
    for token in guided(spec):
        group = prefix if token.name in prefix else aligned
        group[token.name] = np.where(rows.reshape(-1, *[1] * (group[token.name].ndim - 1)), token.blank, group[token.name])
    return Crop(crop.tokens, prefix, aligned)


def guided(spec: StageSpec) -> tuple[TokenSpec, ...]:
    """The conditions that dropout blanks and guidance contrasts: the style where there is one, else the aligned ones."""
    return spec.prefix or tuple(token for token in spec.aligned if token not in spec.controls)
