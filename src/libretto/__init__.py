"""Libretto, the open MusicLM: text in, music out.

    from libretto import Libretto
    take = Libretto.load().generate("slow melancholic solo piano", seconds=20, seed=7)
    take.audio.save("piano.flac")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Extend", "Libretto", "LibrettoError", "Request", "Take", "Waveform", "load"]

if TYPE_CHECKING:
    from .audio import Waveform
    from .errors import LibrettoError
    from .pipeline import Libretto, load
    from .request import Request, Take
    from .ways.extend import Extend

_HOMES = {
    "Libretto": "pipeline", "load": "pipeline", "Request": "request", "Take": "request", "Waveform": "audio",
    "LibrettoError": "errors", "Extend": "ways.extend",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that ``import libretto`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'libretto' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
