"""Figures on held-out data for every part. Each function takes the shipped weights and returns a plain dictionary."""

from __future__ import annotations

from typing import Any


def evaluate_part(part: str, **options: Any) -> dict[str, Any]:
    """Run the evaluation named ``part`` (codec, semantic, mulan, stages, end-to-end)."""
    from ..pipeline import Libretto

    model = Libretto.load(options.pop("weights", None))
    if part == "codec":
        from .codec import evaluate
    elif part == "semantic":
        from .semantic import evaluate
    elif part == "mulan":
        from .mulan import evaluate
    elif part == "stages":
        from .stages import evaluate
    else:
        from .end_to_end import evaluate
    return evaluate(model, **options)
