"""Train, valid and test by work: what belongs together stays on one side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def split_works(
    sizes: Mapping[str, float], *, seed: int, valid: float, test: float, stated: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The split of each work, by its name; ``sizes`` are lengths in any unit, ``stated`` what is already decided.

    Works come in an order drawn from ``seed``; each goes to the split that lags furthest behind its share, so that
    even a few works fill all three. A work that alone is over twice what a held-out split should hold goes to train,
    unless most works are that long.
    """
    shares = {"train": 1 - valid - test, "valid": valid, "test": test}
    names = sorted(sizes)
    whole, middle = sum(sizes.values()), float(np.median(list(sizes.values()))) if sizes else 0.0
    held = dict.fromkeys(shares, 0.0)
    chosen: dict[str, str] = {}
    done = 0.0
    for index in np.random.default_rng([seed, 5]).permutation(len(names)):
        name = names[index]
        size = sizes[name]
        done += size
        side = (stated or {}).get(name)
        if side is None:
            fitting = [
                side
                for side, share in shares.items()
                if share > 0 and (side == "train" or size <= max(2 * share * whole, middle))
            ] or [max(shares, key=lambda side: shares[side])]
            side = max(fitting, key=lambda side: done - held[side] / shares[side])
        held[side] += size
        chosen[name] = side
    return chosen


class Groups:
    """Names joined into groups (union and find); a group is called by its smallest name."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        root = name
        while (above := self._parent.get(root, root)) != root:
            root = above
        while (above := self._parent.get(name, name)) != root:
            self._parent[name], name = root, above
        return root

    def join(self, one: str, other: str) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low
