"""The styles a piece can be composed in."""

from __future__ import annotations

from libretto.corpus.composing.styles import (
    ambience,
    beats,
    classical,
    club,
    concert,
    groove,
    jazz,
    latin,
    rock,
    roots,
    screen,
)
from libretto.corpus.composing.styles.style import Grid, Layer, Style
from libretto.errors import CorpusError, did_you_mean

__all__ = ["STYLES", "Grid", "Layer", "Style", "families", "find_style", "list_styles"]

STYLES: dict[str, Style] = {
    style.name: style
    for module in (club, beats, rock, roots, groove, jazz, latin, classical, concert, screen, ambience)
    for style in module.STYLES
}


def list_styles() -> list[str]:
    """The names of all styles."""
    return list(STYLES)


def families() -> dict[str, str]:
    """Each style's family."""
    return {name: style.family for name, style in STYLES.items()}


def find_style(name: str) -> Style:
    """The style of that name. CorpusError names the nearest when there is none."""
    if name not in STYLES:
        raise CorpusError(f"style {name!r} is not known; {did_you_mean(name, list(STYLES))}")
    return STYLES[name]
