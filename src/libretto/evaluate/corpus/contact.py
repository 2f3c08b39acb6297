"""A contact sheet: the log-mel spectrogram of one clip of every style in one picture, by family."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from libretto.corpus.composing.styles import families

from ...audio import Waveform
from ...config import MelSpec
from ...corpus.score import Sheet
from ...errors import AudioError
from ...features import log_mel
from ...files import atomic
from ...spectrogram import colours
from .clips import SAMPLE_RATE, Wish, make, measured

_SPEC = MelSpec(sample_rate=SAMPLE_RATE, window=2048, hop=480, bands=96)
_RANGE = 75.0  # decibels below the loudest point of a clip
_PANEL = (300, 96)  # pixels
_TITLE, _GAP = 30, 8  # pixels above a panel, and around it
_COLOURS = 64  # of the picture: the map is even, more are not seen
_INK, _FAINT, _PAPER = (30, 30, 30), (120, 120, 120), (255, 255, 255)


def panel(samples: np.ndarray) -> Image.Image:
    """The spectrogram of samples [N] at 24 kHz, low notes below."""
    level = 20 * log_mel(samples, _SPEC).T
    index = np.round(255 * np.clip(1 + (level - level.max()) / _RANGE, 0, 1)).astype(np.uint8)[::-1]
    return Image.fromarray(colours()[np.asarray(Image.fromarray(index).resize(_PANEL, Image.Resampling.BOX))])


def _of_wish(wish: Wish, fonts: Sequence[Path] | None) -> tuple[Image.Image, Sheet]:
    made = make(wish, fonts=fonts)
    audio: Waveform = made.rendered.audio
    return panel(audio.mono().samples[0]), made.rendered.sheet


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
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise AudioError(f"{path} has suffix {path.suffix!r}, a contact sheet is a .png")
    family = families()
    names = sorted(styles or family, key=lambda name: (family.get(name, ""), name))
    asked = [Wish(name, seed, seconds) for name in names]
    panels = list(measured(asked, _of_wish, fonts=fonts, workers=workers))
    across, down = _PANEL[0] + 2 * _GAP, _PANEL[1] + _TITLE + _GAP
    rows = -(-len(names) // columns)
    image = Image.new("RGB", (across * min(columns, len(names)), down * rows + _GAP), _PAPER)
    pen = ImageDraw.Draw(image)
    for index, (name, (picture, sheet)) in enumerate(zip(names, panels)):
        left, top = across * (index % columns) + _GAP, down * (index // columns)
        pen.text((left, top + 4), name, fill=_INK, font=ImageFont.load_default(13))
        facts = f"{sheet.bpm:.0f} bpm, {sheet.key} {sheet.mode}, {sheet.mood}"
        pen.text((left, top + 18), facts, fill=_FAINT, font=ImageFont.load_default(9))
        image.paste(picture, (left, top + _TITLE))
    with atomic(path) as temporary:
        image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(temporary, format="PNG", optimize=True)
    return len(names)
