"""Drums and time: grids, fills, swing, humanising, rubato, and the map from score time to seconds."""

from __future__ import annotations

import numpy as np

from libretto.corpus.composing.plan import LOUDNESS, Event, Plan, Section, adapted, fitting, onsets
from libretto.corpus.composing.styles.style import Grid

DRUMS = {
    "kick": 36, "snare": 38, "rim": 37, "clap": 39, "hat": 42, "pedal": 44, "open": 46, "ride": 51, "crash": 49,
    "low_tom": 41, "floor": 43, "mid_tom": 45, "high_tom": 48, "shaker": 70, "tambourine": 54, "cowbell": 56,
    "conga": 63, "low_conga": 64, "bongo": 60, "timbale": 65, "clave": 75, "triangle": 81, "timpani": 41,
    "bass_drum": 35, "cymbal": 49, "brush": 40, "wood": 76, "low_wood": 77, "pandeiro": 54, "low_timbale": 66,
    "low_bongo": 61, "mute_conga": 62, "open_conga": 63, "agogo": 67, "low_agogo": 68, "cabasa": 69, "maracas": 70,
    "whistle": 71, "guiro": 73, "long_guiro": 74, "cuica": 79, "surdo_mute": 86, "surdo": 87, "vibraslap": 58,
    "splash": 55, "bell": 53, "china": 52,
}  # fmt: skip

# For a metre of three that the style has no grid for.
IN_THREE: tuple[Grid, ...] = (
    {"kick": "x...........", "snare": "....o...o...", "hat": "x.o.x.o.x.o."},
    {"kick": "x...........", "pedal": "....x...x...", "ride": "x...x.o.x..."},
)
TOMS = (48, 45, 43, 41)
JOINED = 0.85  # chance that the strokes of a mood join the kit
SPARED_BY_FILLS = ("kick", "ride", "timpani", "shaker")


def drums(plan: Plan, bars: list[int]) -> list[Event]:
    """The kit part: a grid per kind of section, hats thinned by the mood, fills at phrase ends, crashes at new sections,
    rolls through a build."""
    steps, width = plan.metre.steps, plan.metre.quarters
    rows = {"".join(grid.values()): grid for grid in _grids(plan)}
    main, other = rows[plan.row(list(rows))], rows[plan.row(list(rows))]
    thin = frozenset(plan.choose((("snare", "clap", "crash"), ("kick", "bass_drum"), ())))
    joining = {name: fitting((row,), steps)[0] for name, row in plan.mood.family.strokes} if plan.chance(JOINED) else {}
    playing, events = set(bars), []
    for bar in bars:
        section = plan.section_at(bar)
        grid = {**joining, **(main if section.letter == "A" else other)}
        filled = bar in plan.fills and plan.style.fills
        rolled = section.kind == "build" and plan.style.risers and bar >= section.end - max(1, section.bars // 2)
        for name, row in grid.items():
            if section.kind in ("intro", "outro", "break") and name in thin and len(grid) > 1:
                continue
            for offset, _, symbol in onsets(row, steps, bar):
                if ((filled and offset >= width - 1) or rolled) and name not in SPARED_BY_FILLS:
                    continue
                events += _stroke(plan, bar * width + offset, DRUMS[name], symbol)
        if rolled:
            events += _roll(section, bar, width)
        elif filled:
            events += _fill(plan, (bar + 1) * width - 1)
        arrives = bar > 0 and (bar - 1 in plan.fills or bar - 1 not in playing or bar == section.start)
        if arrives and plan.style.fills and plan.intensity > 0.45:
            events.append(Event(bar * width, 1.0, DRUMS["crash"], 0.85))
    return events


def _grids(plan: Plan) -> list[Grid]:
    """The style's grids for this metre; where it has none, plain ones in three and adapted ones elsewhere."""
    steps = plan.metre.steps
    grids = [grid for grid in plan.style.grids if len(next(iter(grid.values()))) % steps == 0]
    if grids:
        return grids
    if plan.metre.name == "3/4":
        return list(IN_THREE)
    return [{name: adapted(row, steps) for name, row in grid.items()} for grid in plan.style.grids]


def _roll(section: Section, bar: int, width: float) -> list[Event]:
    """A snare roll that grows over the end of a build: eighths, sixteenths in its last bar."""
    step = 0.25 if bar == section.end - 1 else 0.5
    places = np.arange(0, width, step)
    share = (bar - section.start + places / width) / section.bars
    return [Event(bar * width + at, 0.1, DRUMS["snare"], 0.35 + 0.5 * full) for at, full in zip(places, share)]


def _stroke(plan: Plan, at: float, drum: int, symbol: str) -> list[Event]:
    if symbol == "r":
        count = plan.choose((2, 3, 4))
        return [Event(at + i * 0.25 / count, 0.06, drum, 0.62 + 0.08 * i) for i in range(count)]
    if symbol == "g" and not plan.chance(0.35 + 0.65 * plan.density):
        return []
    if symbol == "o" and plan.density < 0.35 and (at * 2) % 1 and plan.chance(0.6):
        return []
    return [Event(at, 0.2, drum, LOUDNESS.get(symbol, 0.8))]


def _fill(plan: Plan, at: float) -> list[Event]:
    """A beat of sixteenths on snare and toms, falling and growing."""
    kind, events = plan.choose(("toms", "snare", "mixed", "short")), []
    for i in range(4):
        if (kind == "short" and i < 2) or not plan.chance(0.9):
            continue
        drum = {"toms": TOMS[i], "snare": 38, "short": 38}.get(kind) or plan.choose((38, 48, 45, 41))
        events.append(Event(at + i / 4, 0.2, drum, 0.72 + 0.07 * i))
    return events


class Clock:
    """Score time to seconds: swing first, then the tempo map."""

    def __init__(self, plan: Plan) -> None:
        style, rng = plan.style, plan.rng
        self.swing = style.swing if plan.metre.beat == 1 else 0.5  # a compound beat swings as it is written
        self.unit = style.swing_unit
        grid = np.linspace(0, plan.quarters, int(plan.quarters * 4) + 1)
        speed = np.ones(len(grid) - 1)
        if style.rubato:
            period = 4 * plan.metre.quarters
            breath = np.sin(2 * np.pi * grid[:-1] / period + rng.uniform(0, 2 * np.pi))
            wander = np.clip(np.cumsum(rng.normal(0, 0.15, len(speed))), -1, 1)
            speed += style.rubato * (breath + 0.4 * wander)
        if style.drift:  # a band's time wanders from bar to bar and comes back
            bars = rng.normal(0, 1, plan.bars + 1)
            smooth = np.convolve(np.pad(bars, 2, mode="edge"), np.full(5, 0.2), mode="valid")
            place = np.arange(plan.bars + 1) * plan.metre.quarters
            speed += style.drift * np.interp(grid[:-1], place, smooth - smooth.mean())
        if plan.ends and style.ritardando:
            left = np.clip((plan.quarters - grid[:-1]) / (2 * plan.metre.quarters), 0, 1)
            speed *= 1 - style.ritardando * (1 - left)
        self._grid = grid
        self._seconds = np.concatenate([[0.0], np.cumsum(plan.quarter_seconds * 0.25 / speed)])
        self._quarter = plan.quarter_seconds

    def swung(self, quarters: np.ndarray) -> np.ndarray:
        """Delay the second of each pair of swing units."""
        if self.swing == 0.5:
            return quarters
        pair = 2 * self.unit
        whole = np.floor(quarters / pair + 1e-9)
        part = quarters / pair - whole
        first = part < 0.5
        bent = np.where(first, part * 2 * self.swing, self.swing + (part - 0.5) * 2 * (1 - self.swing))
        return (whole + bent) * pair

    def seconds(self, quarters: np.ndarray | float) -> np.ndarray:
        """When a point of the score sounds; past the end the tempo goes on."""
        q = self.swung(np.asarray(quarters, dtype=float))
        beyond = np.maximum(0.0, q - self._grid[-1]) * self._quarter
        return np.interp(q, self._grid, self._seconds) + beyond
