"""Form: sections, which parts play in which bars, and where fills fall."""

from __future__ import annotations

import numpy as np

from libretto.corpus.plan import Plan

BLOCK = 4  # bars between changes of texture
CARRIERS = ("pad", "chords", "arpeggio")  # who can carry a block, best first; a bass can with drums


def sections(bars: int, rng: np.random.Generator) -> list[str]:
    """A letter per bar: sections of eight bars, of four in a short clip (then A A B A and the like)."""
    size = 8 if bars > 24 else BLOCK
    plan = ("AABA", "AABB", "AAAB", "ABAB", "AABC")[int(rng.integers(5))]
    return [plan[(bar // size) % 4] for bar in range(bars)]


def fills(plan: Plan) -> set[int]:
    """Bars that lead into a new phrase."""
    ends = range(BLOCK - 1, plan.bars, BLOCK)
    return {bar for bar in ends if plan.chance(0.45 + 0.4 * plan.density)}


def arrange(plan: Plan, roles: list[str], with_drums: bool) -> tuple[list[list[int]], list[int]]:
    """The bars in which each hired player plays, and those of the drums.

    Blocks of four bars (two in clips under eight bars) keep one texture. Every block has a player who can carry it.
    """
    size = BLOCK if plan.bars >= 8 else 2
    blocks = max(1, -(-plan.bars // size))
    playing = _FORMS[plan.choose(plan.style.forms)](
        plan, roles, blocks
    )  # per player, drums last: a set of blocks
    if not with_drums:
        playing[-1] = set()
    carriers = [i for role in CARRIERS for i, other in enumerate(roles) if other == role]
    basses = [i for i, role in enumerate(roles) if role == "bass"]
    for block in range(blocks):
        carried = any(block in playing[i] for i in carriers)
        groove = block in playing[-1] and any(block in playing[i] for i in basses)
        if not carried and not groove:
            for i in carriers[:1] or basses or range(len(roles)):
                playing[i].add(block)
    bars = [[bar for bar in range(plan.bars) if bar // size in chosen] for chosen in playing]
    return bars[:-1], bars[-1]


def _full(plan: Plan, roles: list[str], blocks: int) -> list[set[int]]:
    """Everybody from the first bar; the melody may pause a block, others may leave one."""
    playing = [set(range(blocks)) for _ in range(len(roles) + 1)]
    for index, role in enumerate(roles):
        if role in ("melody", "counter", "arpeggio") and blocks > 2 and plan.chance(0.4):
            playing[index].discard(int(plan.rng.integers(1, blocks)))
        if role == "counter" and blocks > 1:
            playing[index].discard(0)
    return playing


def _build(plan: Plan, roles: list[str], blocks: int) -> list[set[int]]:
    """Players enter one after another, all in by half time; the melody late."""
    count = len(roles) + 1
    order = [int(i) for i in plan.rng.permutation(count)]
    order.sort(key=lambda i: i < count - 1 and roles[i] in ("melody", "counter"))
    steps = max(1, blocks // 2)
    playing: list[set[int]] = [set() for _ in range(count)]
    for place, index in enumerate(order):
        entry = (
            0 if place < max(2, count // 2) else min(steps, 1 + (place - count // 2) * steps // max(1, count))
        )
        playing[index] = set(range(min(entry, blocks - 1), blocks))
    return playing


def _break(plan: Plan, roles: list[str], blocks: int) -> list[set[int]]:
    """Everybody, but one block in the middle loses its drums or its bass and melody."""
    playing = _full(plan, roles, blocks)
    if blocks < 2:
        return playing
    gap = int(plan.rng.integers(1, blocks))
    drums_out = plan.chance(0.6)
    if drums_out:
        playing[-1].discard(gap)
    for index, role in enumerate(roles):
        if role in (("bass",) if drums_out and plan.chance(0.4) else () if drums_out else ("bass", "melody")):
            playing[index].discard(gap)
    return playing


def _drop(plan: Plan, roles: list[str], blocks: int) -> list[set[int]]:
    """Club form: a breakdown without kick and bass, then the drop with everything."""
    playing = [set(range(blocks)) for _ in range(len(roles) + 1)]
    gap = 0 if blocks < 3 or plan.chance(0.4) else blocks // 2
    if blocks > 1:
        playing[-1].discard(gap)
        for index, role in enumerate(roles):
            if role == "bass":
                playing[index].discard(gap)
            if role == "melody" and plan.chance(0.5):
                playing[index] -= set(range(gap))
    return playing


def _trade(plan: Plan, roles: list[str], blocks: int) -> list[set[int]]:
    """The melody takes turns: it rests every other block, and a counter voice answers there."""
    playing = [set(range(blocks)) for _ in range(len(roles) + 1)]
    for index, role in enumerate(roles):
        if role == "melody" and "counter" in roles:
            playing[index] = {b for b in range(blocks) if b % 3 != 2}
        if role == "counter":
            playing[index] = {b for b in range(blocks) if b % 3 != 0} or {0}
    return playing


def _ebb(plan: Plan, roles: list[str], blocks: int) -> list[set[int]]:
    """Free textures come and go, over a ground that stays."""
    playing = [set(range(blocks)) for _ in range(len(roles) + 1)]
    for index, role in enumerate(roles):
        if role not in ("pad", "chords", "bass"):
            playing[index] = {b for b in range(blocks) if plan.chance(0.65)} or {blocks - 1}
    return playing


_FORMS = {"full": _full, "build": _build, "break": _break, "drop": _drop, "trade": _trade, "ebb": _ebb}
