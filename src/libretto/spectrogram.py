"""Log-mel spectrograms as PNG pictures, drawn with Pillow alone. The drawing is ours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .audio import Waveform
from .config import MelSpec
from .errors import AudioError
from .features import hertz_to_mel, log_mel
from .files import atomic

_SPEC = MelSpec(sample_rate=24_000, window=2048, hop=240, bands=128)
_RANGE = 80.0  # decibels from the loudest point to the darkest colour
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 22, 34  # pixels around a panel
_FREQUENCIES = (250, 500, 1000, 2000, 4000, 8000)
_INK, _PAPER, _FAINT = (40, 40, 40), (255, 255, 255), (130, 130, 130)
# OKLab to linear sRGB (Ottosson 2020)
_LAB_TO_LMS = np.array([[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480]])
_LMS_TO_RGB = np.array(
    [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
     [-0.0041960863, -0.7034186147, 1.7076147010]]
)


@lru_cache(maxsize=1)
def colours() -> np.ndarray:
    """A colour map even to the eye: lightness rises in a straight line in OKLab, from night blue over red to pale yellow.

    Returns:
        uint8 [256, 3].
    """
    position = np.linspace(0, 1, 256)
    lightness = 0.12 + 0.85 * position
    hue = np.radians(280 + 190 * position)
    chroma = 0.05 + 0.15 * np.sin(np.pi * np.clip(position * 1.05, 0, 1)) ** 0.8
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    linear = np.clip((lab @ _LAB_TO_LMS.T) ** 3 @ _LMS_TO_RGB.T, 0, 1)
    display = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.round(255 * display).astype(np.uint8)


def save_spectrogram(
    waveform: Waveform | Sequence[Waveform],
    path: Path | str,
    *,
    titles: Sequence[str] | None = None,
    width: int = 1200,
    height: int = 400,
) -> None:
    """Draw the log-mel spectrogram of one waveform, or of several below each other on one colour scale.

    Args:
        titles: one for each waveform.
        width, height: size of one panel in pixels, axes included; at least 200 and 120.

    Raises:
        AudioError: the size is too small, the titles do not match, or ``path`` is not a .png.
    """
    waveforms = [waveform] if isinstance(waveform, Waveform) else list(waveform)
    names = [""] * len(waveforms) if titles is None else list(titles)
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise AudioError(f"{path} has suffix {path.suffix!r}, a spectrogram is a .png")
    if width < 200 or height < 120:
        raise AudioError(f"a panel of {width} x {height} pixels is too small, expected at least 200 x 120")
    if not waveforms or len(names) != len(waveforms):
        raise AudioError(f"{len(names)} titles for {len(waveforms)} waveforms, expected one for each and at least one")

    levels = [_decibels(audio) for audio in waveforms]
    loudest = max(level.max() for level in levels)
    image = Image.new("RGB", (width, height * len(waveforms)), _PAPER)
    for index, (audio, level, name) in enumerate(zip(waveforms, levels, names, strict=True)):
        _panel(image, index * height, height, audio.seconds, level - loudest, name)
    try:
        with atomic(path) as temporary:
            image.save(temporary, format="PNG")
    except OSError as error:
        raise AudioError(f"{path} cannot be written: {error}") from error


def _decibels(audio: Waveform) -> np.ndarray:
    """Mel levels in decibels: [bands, T], T at least 1."""
    samples = audio.mono().resample(_SPEC.sample_rate).samples[0]
    if len(samples) < _SPEC.hop:
        samples = np.pad(samples, (0, _SPEC.hop - len(samples)))
    return 20 * log_mel(samples, _SPEC).T


def _panel(image: Image.Image, top: int, height: int, seconds: float, level: np.ndarray, title: str) -> None:
    """Draw one panel: level [bands, T] in decibels below the loudest point, axes, title."""
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(12)
    left, right = _LEFT, image.width - _RIGHT
    upper, lower = top + _TOP, top + height - _BOTTOM
    index = np.round(255 * np.clip(1 + level / _RANGE, 0, 1)).astype(np.uint8)[::-1]
    picture = Image.fromarray(index).resize((right - left, lower - upper), Image.Resampling.BILINEAR)
    image.paste(Image.fromarray(colours()[np.asarray(picture)]), (left, upper))
    draw.rectangle((left - 1, upper - 1, right, lower), outline=_FAINT)
    if title:
        draw.text((left, top + _TOP // 2), title, fill=_INK, font=ImageFont.load_default(14), anchor="lm")
    highest = float(hertz_to_mel(_SPEC.sample_rate / 2))
    for hertz in _FREQUENCIES:
        y = lower - (lower - upper) * float(hertz_to_mel(hertz)) / highest
        draw.line((left - 5, y, left - 1, y), fill=_FAINT)
        draw.text((left - 8, y), f"{hertz / 1000:g} kHz" if hertz >= 1000 else f"{hertz}", fill=_INK, font=font, anchor="rm")
    step = tick_step(seconds, most=max(2, (right - left) // 90))
    for tick in range(int(seconds / step + 1e-6) + 1):
        x = left + (right - left) * tick * step / seconds
        draw.line((x, lower, x, lower + 5), fill=_FAINT)
        anchor = "ma" if x < right - 12 else "ra"
        draw.text((x if anchor == "ma" else image.width - 2, lower + 8), f"{tick * step:g} s", fill=_INK, font=font, anchor=anchor)


def tick_step(seconds: float, *, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that makes at most ``most`` steps of ``seconds``."""
    power = 10.0 ** np.floor(np.log10(seconds / most))
    return float(next(power * factor for factor in (1, 2, 5, 10) if seconds / (power * factor) <= most * (1 + 1e-9)))
