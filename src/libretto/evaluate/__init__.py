"""Figures on held-out data for every part. Each function takes the shipped weights and returns a plain dictionary."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import RequestError, did_you_mean

PARTS = (
    "codec", "semantic", "mulan", "melody", "stages", "written", "end-to-end", "prompts", "judge", "adherence", "distance", "memorization",
)


def evaluate_part(part: str, *, weights: str | Path | None = None, **options: Any) -> dict[str, Any]:
    """Run the evaluation named ``part`` on the bundled weights or those in a folder.

    Args:
        options: of ``evaluate`` in the part's module.
    """
    if part not in PARTS:
        raise RequestError(f"unknown part {part!r}; {did_you_mean(part, list(PARTS))}")
    from ..pipeline import Libretto

    model = Libretto.load(weights)
    return import_module(f".{part.replace('-', '_')}", __name__).evaluate(model, **options)
