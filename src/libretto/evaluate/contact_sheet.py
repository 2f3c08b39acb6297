"""A contact sheet: small log-mel spectrograms under their titles, many in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..config import MelSpec
from ..errors import AudioError
from ..features import log_mel
from ..files import atomic
from ..spectrogram import colours

SAMPLE_RATE = 24_000
_SPEC = MelSpec(sample_rate=SAMPLE_RATE, window=2048, hop=480, bands=96)
_RANGE = 75.0  # decibels below the loudest point of a clip
_SIZE = (300, 96)  # pixels of a spectrogram
_TITLE, _GAP = 30, 8  # pixels above a panel, and around it
_COLOURS = 64  # of the picture: the map is even, more are not seen
_INK, _FAINT, _PAPER = (30, 30, 30), (120, 120, 120), (255, 255, 255)


@dataclass(frozen=True)
class Panel:
    """A spectrogram under two lines of text; what does not fit over it is cut."""

    picture: Image.Image
    title: str
    facts: str = ""


def spectrogram(samples: np.ndarray) -> Image.Image:
    """The spectrogram of samples [N] at 24 kHz, low notes below."""
    samples = np.pad(samples, (0, max(0, _SPEC.hop - len(samples))))
    level = 20 * log_mel(samples, _SPEC).T
    index = np.round(255 * np.clip(1 + (level - level.max()) / _RANGE, 0, 1)).astype(np.uint8)[::-1]
    return Image.fromarray(colours()[np.asarray(Image.fromarray(index).resize(_SIZE, Image.Resampling.BOX))])


def check_sheet(path: Path | str) -> None:
    """Refuse a sheet that is no .png.

    Raises:
        AudioError: it is not.
    """
    if Path(path).suffix.lower() != ".png":
        raise AudioError(f"{path} has suffix {Path(path).suffix!r}, a contact sheet is a .png")


def save_sheet(path: Path | str, panels: Sequence[Panel], *, columns: int = 5) -> None:
    """Write ``panels`` in rows as a PNG.

    Raises:
        AudioError: ``path`` is not a .png, or there is no panel.
    """
    check_sheet(path)
    if not panels:
        raise AudioError(f"there is nothing to draw on {path}, expected one clip or more")
    across, down = _SIZE[0] + 2 * _GAP, _SIZE[1] + _TITLE + _GAP
    rows = -(-len(panels) // columns)
    image = Image.new("RGB", (across * min(columns, len(panels)), down * rows + _GAP), _PAPER)
    pen = ImageDraw.Draw(image)
    large, small = ImageFont.load_default(13), ImageFont.load_default(9)
    for index, panel in enumerate(panels):
        left, top = across * (index % columns) + _GAP, down * (index // columns)
        pen.text((left, top + 4), fitted(panel.title, large), fill=_INK, font=large)
        pen.text((left, top + 18), fitted(panel.facts, small), fill=_FAINT, font=small)
        image.paste(panel.picture, (left, top + _TITLE))
    with atomic(path) as temporary:
        image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(temporary, format="PNG", optimize=True)


def fitted(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """``text`` in one line, cut with three dots where it is wider than a panel."""
    text = " ".join(text.split())
    if font.getlength(text) <= _SIZE[0]:
        return text
    while text and font.getlength(text + "...") > _SIZE[0]:
        text = text[:-1]
    return text.rstrip() + "..."
