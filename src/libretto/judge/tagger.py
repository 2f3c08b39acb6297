"""The trained judge, in numpy: a folder of one table file and one card, and what it says of a clip."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import WeightsError
from ..files import atomic_folder
from .front import Heard, listen
from .labels import TASKS

FORMAT = "libretto-judge-1"
TABLES, CARD = "judge.safetensors", "judge.json"
STRIDES = ((2, 2), (2, 2), (2, 2), (1, 2))  # of the convolutions, over time and frequency
_SCALE = ".scale"  # float32 [rows] of a matrix kept in 8 bits


@dataclass(frozen=True)
class Verdict:
    """What is heard: the likeliest class of each task, log-probabilities [classes] of each, and the instruments."""

    answers: dict[str, str]
    scores: dict[str, np.ndarray]
    instruments: tuple[str, ...]

    def __getitem__(self, task: str) -> str:
        return self.answers[task]


class Judge:
    """Says what it hears.

    Args:
        tables: of ``network.arrays``.
        names: classes of each of ``TASKS``.
        instruments: those of which any number may sound.
        card: whatever else is to be remembered, such as figures on held-out clips.
    """

    def __init__(
        self, tables: Mapping[str, np.ndarray], *, names: Mapping[str, Sequence[str]], instruments: Sequence[str],
        card: Mapping[str, Any] | None = None,
    ) -> None:
        self.tables = dict(tables)
        self.names = {task: list(names[task]) for task in TASKS}
        self.instruments = list(instruments)
        self.card = dict(card or {})

    @classmethod
    def load(cls, folder: Path | str) -> Judge:
        """The judge that ``save`` wrote.

        Raises:
            WeightsError: the folder is missing, foreign or corrupted.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        folder = Path(folder)
        try:
            card = json.loads((folder / CARD).read_text())
            if not isinstance(card, dict) or card.pop("format", None) != FORMAT:
                raise WeightsError(f"{folder / CARD} is no card of format {FORMAT!r}; train a judge: libretto train judge")
            names, instruments = card.pop("names"), card.pop("instruments")
            kept = load_file(folder / TABLES)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise WeightsError(f"{folder} holds no judge ({error}); train one: libretto train judge --data DATA") from error
        tables = {
            name: array.astype(np.float32) * kept[name + _SCALE].reshape(-1, *[1] * (array.ndim - 1)) if array.dtype == np.int8 else array
            for name, array in kept.items() if not name.endswith(_SCALE)
        }  # fmt: skip
        return cls(tables, names=names, instruments=instruments, card=card)

    def save(self, folder: Path | str) -> None:
        """Write the folder, whole or not at all; matrices in 8 bits, a scale a row."""
        from safetensors.numpy import save_file

        kept: dict[str, np.ndarray] = {}
        for name, array in self.tables.items():
            if array.ndim < 2:
                kept[name] = array.astype(np.float32)
                continue
            scale = np.abs(array).reshape(len(array), -1).max(1) / 127 + 1e-12
            kept[name] = np.rint(array / scale.reshape(-1, *[1] * (array.ndim - 1))).astype(np.int8)
            kept[name + _SCALE] = scale.astype(np.float32)
        card = {"format": FORMAT, "names": self.names, "instruments": self.instruments, **self.card}
        with atomic_folder(folder) as place:
            save_file(kept, place / TABLES)
            (place / CARD).write_text(json.dumps(card, indent=1) + "\n")

    def hear(self, samples: np.ndarray) -> Verdict:
        """Samples [N] at 24 kHz, two seconds or more."""
        return self.answer(listen(samples))

    def answer(self, heard: Heard) -> Verdict:
        """What the front end heard, judged."""
        logits, sounding = self.logits(heard)
        scores = {task: _log_softmax(row) for task, row in zip(TASKS, logits)}
        answers = {task: self.names[task][int(row.argmax())] for task, row in scores.items()}
        return Verdict(answers, scores, tuple(name for name, value in zip(self.instruments, sounding) if value > 0))

    def logits(self, heard: Heard) -> tuple[list[np.ndarray], np.ndarray]:
        """Logits [classes] of each task, and of the instruments: ``network.Network`` for one clip."""
        tables = self.tables
        levels = (heard.patch.astype(np.float32) - tables["mean"]) / tables["deviation"]
        known = np.concatenate([
            *self._picture(levels), levels.mean(0), levels.std(0, ddof=1), np.abs(np.diff(levels, axis=0)).mean(0),
            np.maximum(self._layer("pulse", heard.pulse), 0.0), self._harmony(heard.chroma), heard.shape,
        ])  # fmt: skip
        body = np.maximum(self._layer("body", known * tables["scale.gain"] + tables["scale.shift"]), 0.0)
        first = self._layer("first", body)
        against = np.concatenate([body, np.exp(_log_softmax(first))])
        others = [
            self._layer(f"others.{index}.out", np.maximum(self._layer(f"others.{index}.hidden", against), 0.0))
            for index in range(len(TASKS) - 1)
        ]
        return [first, *others], self._layer("instruments", body)

    def _picture(self, levels: np.ndarray) -> list[np.ndarray]:
        """As ``learning.pooled`` of ``learning.convolutions``; nothing where the judge has none."""
        if "picture.0.weight" not in self.tables:
            return []
        seen = levels[None]
        for index, stride in enumerate(STRIDES):
            seen = _convolved(seen, self.tables[f"picture.{index}.weight"], stride)
            seen = np.maximum(seen + self.tables[f"picture.{index}.bias"][:, None, None], 0.0)
        rows = seen.transpose(1, 0, 2).reshape(seen.shape[1], -1)  # [T / 8, channels * F / 16]
        return [rows.mean(0), rows.std(0, ddof=1), rows.max(0)]

    def _layer(self, name: str, values: np.ndarray) -> np.ndarray:
        return self.tables[f"{name}.weight"] @ values + self.tables[f"{name}.bias"]

    def _harmony(self, chroma: np.ndarray) -> np.ndarray:
        """As ``learning.Shapes``."""
        classes = (chroma - chroma.mean()) / (chroma.std(ddof=1) + 1e-4)
        keys = np.stack([np.roll(classes, -key) for key in range(12)], 1)  # [12, keys]
        fits = self.tables["shapes"] @ keys / 12
        return np.concatenate([fits.max(1), fits.std(1, ddof=1)])


def _log_softmax(values: np.ndarray) -> np.ndarray:
    shifted = values - values.max()
    return shifted - np.log(np.exp(shifted).sum())


def _convolved(values: np.ndarray, weight: np.ndarray, stride: tuple[int, int]) -> np.ndarray:
    """[C, T, F] with weight [O, C, k, k] -> [O, T', F'], zeros around."""
    size = weight.shape[2]
    padded = np.pad(values, ((0, 0), (size // 2, size // 2), (size // 2, size // 2)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))[:, :: stride[0], :: stride[1]]
    return np.tensordot(weight, views, ([1, 2, 3], [0, 3, 4]))
