"""A stage of a weights folder, ready to write, whatever its pattern. No torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..config import StageSpec
from .forgetful import as_specified
from .parallel_runtime import ParallelRuntime
from .runtime import StageRuntime


def open_stage(
    spec: StageSpec, path: Path | str, tables: dict[str, np.ndarray], *, threads: int | None = None, provider: str = "cpu"
) -> StageRuntime:
    """The runtime of a stage of a weights folder, whichever its pattern."""
    kind = ParallelRuntime if spec.pattern == "parallel" else StageRuntime
    return as_specified(kind(spec, path, tables, threads=threads, provider=provider))
