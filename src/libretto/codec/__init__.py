"""Waveforms to acoustic tokens and back. Importing this package imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..config import CodecSpec

if TYPE_CHECKING:
    from .runtime import CodecRuntime
    from .waveform_runtime import WaveformRuntime

__all__ = ["open_codec"]


def open_codec(
    spec: CodecSpec, folder: Path | str, tables: Mapping[str, np.ndarray], *, threads: int | None = None,
    provider: str = "cpu",
) -> CodecRuntime | WaveformRuntime:
    """The runtime of the exported codec in ``folder``, of whichever kind: ``encode``, ``decode``, ``decode_chunk``."""
    if spec.kind == "seanet":
        from .waveform_runtime import WaveformRuntime

        return WaveformRuntime(spec, folder, tables, threads=threads, provider=provider)
    from .runtime import CodecRuntime

    return CodecRuntime(spec, folder, tables, threads=threads, provider=provider)
