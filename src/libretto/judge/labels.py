"""What a judge is asked of a clip, as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from libretto.corpus.labels import Labels

NOBODY = -1  # label of a clip that says nothing of a head
TASKS = ("style", "mood", "lead", "drums")  # one answer each; instruments may be several


def classes(labels: Sequence[Labels], task: str, *, least: int = 1) -> list[str]:
    """The names a task tells apart: those with at least ``least`` clips."""
    counts = Counter(getattr(label, task) for label in labels)
    return sorted(name for name, count in counts.items() if name and count >= least)


def targets(labels: Sequence[Labels], task: str, names: Sequence[str]) -> np.ndarray:
    """int64 [clips]: the place of each clip's label in ``names``, NOBODY where it has none there."""
    place = {name: index for index, name in enumerate(names)}
    return np.array([place.get(getattr(label, task), NOBODY) for label in labels], np.int64)


def present(labels: Sequence[Labels], names: Sequence[str]) -> np.ndarray:
    """bool [clips, names]: which instruments sound in each clip."""
    return np.array([[name in label.instruments for name in names] for label in labels], bool).reshape(len(labels), len(names))
