"""A contact sheet of the corpus: the spectrogram of one clip of every style in one picture, by family."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from libretto.corpus.composing.styles import families

from ..contact_sheet import Panel, check_sheet, save_sheet, spectrogram
from .clips import Wish, make, measured


def _of_wish(wish: Wish, fonts: Sequence[Path] | None) -> Panel:
    made = make(wish, fonts=fonts)
    sheet = made.rendered.sheet
    return Panel(spectrogram(made.mono), wish.style, f"{sheet.bpm:.0f} bpm, {sheet.key} {sheet.mode}, {sheet.mood}")


def draw(
    path: Path | str,
    *,
    seconds: float = 10.0,
    seed: int = 0,
    styles: Sequence[str] | None = None,
    columns: int = 5,
    fonts: Sequence[Path] | None = None,
    workers: int = 1,
) -> int:
    """Write the sheet as a PNG and return how many styles are on it.

    Every style has the clip that ``libretto compose --style STYLE --seed SEED --seconds SECONDS`` makes.
    """
    check_sheet(path)
    family = families()
    names = sorted(styles or family, key=lambda name: (family.get(name, ""), name))
    asked = [Wish(name, seed, seconds) for name in names]
    save_sheet(path, list(measured(asked, _of_wish, fonts=fonts, workers=workers)), columns=columns)
    return len(names)
