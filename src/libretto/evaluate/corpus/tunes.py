"""The yardstick of likeness: how close the closest pair of distinct tunes of a score set comes, played by our renderer.

Two clips of the composer that are closer than that are near-duplicates. The measure is ``corpus.fingerprint``'s: the
share of differing bits at the best alignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from libretto.corpus.playing.scores import Scores
from libretto.corpus.recording import fingerprint

from ...errors import CorpusError

_WITHIN = 0.45  # of unrelated music; the index finds what is nearer


@dataclass(frozen=True)
class Closest:
    """The closest pair of distinct tunes, and among how many."""

    distance: float
    first: str
    second: str
    tunes: int


def closest(
    folder: Path, *, tunes: int = 1000, seconds: float = 10.0, seed: int = 0, fonts: Sequence[Path] | None = None
) -> Closest:
    """Of the first ``seconds`` of at most ``tunes`` scores, one a work, chosen by ``seed``."""
    source = Scores(folder, seed=seed, fonts=fonts)
    count = source.count() or 0
    prints: list[np.ndarray] = []
    names: list[str] = []
    works: set[str] = set()
    for item in np.random.default_rng([seed, 11]).permutation(count):
        try:
            pieces = source.make(int(item), seconds=seconds, captions=1)
        except CorpusError:  # a file that cannot be played, as in a build
            continue
        if not pieces or pieces[0].sheet["work"] in works:
            continue
        works.add(pieces[0].sheet["work"])
        prints.append(fingerprint.fingerprint(pieces[0].samples))
        names.append(pieces[0].id)
        if len(prints) >= tunes:
            break
    if len(prints) < 2:
        raise CorpusError(f"{folder} has {len(prints)} tunes of different works, expected 2 or more MIDI files")
    pairs = fingerprint.Index(prints).pairs(_WITHIN)
    if not pairs:
        return Closest(_WITHIN, "", "", len(prints))
    return Closest(pairs[0].distance, names[pairs[0].first], names[pairs[0].second], len(prints))
