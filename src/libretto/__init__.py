"""Libretto, the open MusicLM: text in, music out.

    from libretto import Libretto
    take = Libretto.load().generate("slow melancholic solo piano", seconds=20, seed=7)
    take.audio.save("piano.flac")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "Extend", "Form", "Inpaint", "Libretto", "LibrettoError", "Loop", "Morph", "Request", "Take", "Vary", "Waveform", "load",
]

if TYPE_CHECKING:
    from .audio import Waveform
    from .errors import LibrettoError
    from .pipeline import Libretto, load
    from .request import Request, Take
    from .ways.extend import Extend
    from .ways.form import Form
    from .ways.inpaint import Inpaint
    from .ways.loop import Loop
    from .ways.morph import Morph
    from .ways.vary import Vary

_HOMES = {
    "Libretto": "pipeline", "load": "pipeline", "Request": "request", "Take": "request", "Waveform": "audio",
    "LibrettoError": "errors", "Extend": "ways.extend", "Form": "ways.form", "Inpaint": "ways.inpaint",
    "Loop": "ways.loop", "Morph": "ways.morph", "Vary": "ways.vary",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that ``import libretto`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'libretto' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
