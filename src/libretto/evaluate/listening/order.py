"""What a listener hears in which order, from the listener's seed: the arithmetic of ``page/order.js``, so that results can be checked.

Random numbers are of mulberry32 (Tommy Ettinger 2017, public domain), which is the same in 32-bit integers everywhere; shuffles are of
Fisher and Yates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

SEEDS = 2**32


def mulberry32(seed: int) -> Callable[[], float]:
    """Numbers in 0..1 from a seed of 32 bits."""
    state = seed % SEEDS

    def draw() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) % SEEDS
        value = (state ^ state >> 15) * (1 | state) % SEEDS
        value = (value + (value ^ value >> 7) * (61 | value) % SEEDS) % SEEDS ^ value
        return (value ^ value >> 14) / SEEDS

    return draw


def shuffled(items: Sequence[str], draw: Callable[[], float]) -> list[str]:
    """``items`` in a random order."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = int(draw() * (last + 1))
        result[last], result[other] = result[other], result[last]
    return result


def plan(trials: Mapping[str, Sequence[str]], *, seed: int, count: int) -> dict[str, list[str]]:
    """The listener's trials in order, each with its stimuli in order.

    Args:
        trials: trial -> its stimuli, in the order of the page's data.
        count: so many trials for a listener.
    """
    draw = mulberry32(seed)
    chosen = shuffled(list(trials), draw)[:count]
    return {name: shuffled(trials[name], draw) for name in chosen}
