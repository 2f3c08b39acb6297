"""Who plays where: the players of each section, and where fills fall."""

from __future__ import annotations

from collections.abc import Sequence

from libretto.corpus.composing.form import BLOCK
from libretto.corpus.composing.plan import Plan, Section
from libretto.corpus.composing.styles.style import Layer

CARRIERS = ("pad", "chords", "arpeggio")  # who can carry a block, best first; a bass can with drums

# How likely a player of each role takes part in a kind of section of a song (ours).
PRESENCE: dict[str, dict[str, float]] = {
    "intro": {"drums": 0.4, "bass": 0.4, "chords": 0.85, "pad": 0.8, "arpeggio": 0.7, "melody": 0.3, "counter": 0.0},
    "verse": {"drums": 0.95, "bass": 1.0, "chords": 0.95, "pad": 0.5, "arpeggio": 0.6, "melody": 0.85, "counter": 0.15},
    "chorus": {"drums": 1.0, "bass": 1.0, "chords": 1.0, "pad": 0.95, "arpeggio": 0.9, "melody": 1.0, "counter": 0.8},
    "bridge": {"drums": 0.65, "bass": 0.85, "chords": 0.85, "pad": 0.85, "arpeggio": 0.5, "melody": 0.8, "counter": 0.4},
    "solo": {"drums": 1.0, "bass": 1.0, "chords": 1.0, "pad": 0.4, "arpeggio": 0.4, "melody": 1.0, "counter": 0.0},
    "build": {"drums": 1.0, "bass": 0.3, "chords": 1.0, "pad": 1.0, "arpeggio": 1.0, "melody": 0.5, "counter": 0.3},
    "drop": {"drums": 1.0, "bass": 1.0, "chords": 1.0, "pad": 0.8, "arpeggio": 0.9, "melody": 0.9, "counter": 0.5},
    "break": {"drums": 0.12, "bass": 0.3, "chords": 0.9, "pad": 1.0, "arpeggio": 0.6, "melody": 0.7, "counter": 0.1},
    "outro": {"drums": 0.6, "bass": 0.85, "chords": 1.0, "pad": 0.9, "arpeggio": 0.6, "melody": 0.4, "counter": 0.1},
}  # fmt: skip


def fills(plan: Plan) -> set[int]:
    """Bars that lead into a new phrase; into a new section more likely."""
    ends = {section.end - 1 for section in plan.form}
    bars = range(BLOCK - 1, plan.bars, BLOCK)
    return {bar for bar in bars if plan.chance(0.45 + 0.4 * plan.density + 0.2 * (bar in ends))}


def arrange(plan: Plan, layers: Sequence[Layer], with_drums: bool) -> tuple[list[list[int]], list[int]]:
    """The bars in which each hired player plays, and those of the drums. Every stretch has a player who can carry it."""
    roles = [layer.role for layer in layers]
    if plan.form[0].kind:
        stretches = [range(section.start, section.end) for section in plan.form]
        playing = _by_section(plan, layers)
    else:  # blocks of four bars, of two in clips under eight, keep one texture
        size = BLOCK if plan.bars >= 8 else 2
        stretches = [range(at, min(at + size, plan.bars)) for at in range(0, plan.bars, size)]
        playing = FORMS[plan.choose(plan.style.forms)](plan, roles, len(stretches))
    if not with_drums:
        playing[-1] = set()
    carriers = [i for role in CARRIERS for i, other in enumerate(roles) if other == role]
    basses = [i for i, role in enumerate(roles) if role == "bass"]
    for block in range(len(stretches)):
        carried = any(block in playing[i] for i in carriers)
        groove = block in playing[-1] and any(block in playing[i] for i in basses)
        if not carried and not groove:
            for i in carriers[:1] or basses or range(len(roles)):
                playing[i].add(block)
    bars = [[bar for block in sorted(chosen) for bar in stretches[block]] for chosen in playing]
    return bars[:-1], bars[-1]


def _by_section(plan: Plan, layers: Sequence[Layer]) -> list[set[int]]:
    """The players of each section, drums last. A kind that comes again comes with its players, and perhaps with more."""
    playing: list[set[int]] = [set() for _ in range(len(layers) + 1)]
    band: dict[tuple[str, str], set[int]] = {}
    for place, section in enumerate(plan.form):
        here = band.get((section.kind, section.letter))
        if here is None:
            here = {index for index, layer in enumerate(layers) if _takes_part(plan, layer, section)}
            if plan.chance(PRESENCE[section.kind]["drums"]):
                here.add(len(layers))
        else:
            here = here | {index for index, layer in enumerate(layers) if not layer.sections and plan.chance(0.3)}
        band[section.kind, section.letter] = here
        for index in here:
            playing[index].add(place)
    return playing


def _takes_part(plan: Plan, layer: Layer, section: Section) -> bool:
    if layer.sections:
        return section.kind in layer.sections
    return plan.chance(PRESENCE[section.kind].get(layer.role, 1.0))


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


FORMS = {"full": _full, "build": _build, "break": _break, "drop": _drop, "trade": _trade, "ebb": _ebb}
