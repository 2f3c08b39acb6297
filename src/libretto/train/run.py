"""``libretto train PART``: which recipe, which run folder, which schedule, and what follows when a part is trained."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config import LibrettoConfig, preset
from ..errors import TrainingError
from . import build
from .loop import train

log = logging.getLogger("libretto.train")


@dataclass(frozen=True)
class Schedule:
    """Steps in all, steps of warm-up, the share at the end over which the rate falls; ours."""

    steps: int
    warmup: int
    decay: float
    validate_every: int


SCHEDULES = {
    "codec-tokens": Schedule(600, 30, 0.3, 200),
    "codec": Schedule(4000, 100, 0.3, 250),
    "semantic": Schedule(1600, 100, 0.3, 200),
    "mulan": Schedule(2000, 100, 0.4, 200),
    "stage-semantic": Schedule(1200, 100, 0.4, 200),
    "stage-coarse": Schedule(1200, 100, 0.4, 200),
    "stage-fine": Schedule(1200, 100, 0.4, 200),
}


def train_part(
    part: str, *, stage: str | None, preset_name: str, data: Path, runs: Path, steps: int | None, minutes: float | None, seed: int,
    threads: int, settings: dict[str, Any],
) -> Path:
    """Train one part into ``runs/<part>`` (``runs/stage-<stage>``), or tokenize ``data`` into ``runs/tokens``."""
    config = preset(preset_name)
    if part == "tokens":
        return tokenize(config, data=data, runs=runs)
    name = f"stage-{stage}" if part == "stage" else part
    schedule = SCHEDULES[name]
    total = schedule.steps if steps is None else steps
    try:
        recipe = build(*_recipe(part), config, data=data, seed=seed, **_given(part, stage, runs), **settings)
    except TypeError as error:
        if settings and "unexpected keyword" in str(error):
            raise TrainingError(f"{part} has no such setting: {error}") from error
        raise
    out = runs / name
    train(recipe, out=out, steps=total, minutes=minutes, validate_every=schedule.validate_every,
          warmup=min(schedule.warmup, total // 10), decay=schedule.decay, threads=threads)
    if part == "semantic":
        from .semantic import fit_tokens

        fit_tokens(out, data)
    return out


def _recipe(part: str) -> tuple[str]:
    return ({"codec-tokens": "codec"}.get(part, part),)


def _given(part: str, stage: str | None, runs: Path) -> dict[str, Any]:
    """The settings that follow from the part itself."""
    if part == "codec-tokens":
        return {"phase": "tokens"}
    if part == "codec":
        return {"phase": "decoder", "tokens_run": runs / "codec-tokens"}
    return {"stage": stage} if part == "stage" else {}
