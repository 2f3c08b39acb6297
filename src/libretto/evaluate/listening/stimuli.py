"""What listeners hear of an item: all conditions at one rate, one length and one loudness, so that only what is compared differs (ours)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...audio import Waveform
from ...errors import AudioError
from . import ANCHOR, REFERENCE
from .anchors import anchor
from .gather import Item

LUFS = -23.0  # EBU R 128; low enough that peaks seldom hold a clip below it
_PEAK = 0.97
_FADE = 0.005  # seconds at both ends: a loop shall not click
_SHORTEST = 0.5  # seconds


def prepare(
    item: Item, *, sample_rate: int, channels: int, lufs: float = LUFS, reference: str | None = None, cutoffs: Sequence[float] = ()
) -> tuple[dict[str, Waveform], float]:
    """Every condition of an item, and the loudness in LUFS that all have.

    All are cut to the shortest and set to ``lufs``, or, where a peak forbids it, to what the least of them reaches.

    Args:
        reference: the system that is called ``REFERENCE`` and that anchors are made of.
        cutoffs: an anchor each, in Hz.

    Raises:
        AudioError: a file cannot be read, is silent, or is too short.
    """
    sounds = {name: _matched(Waveform.load(path), sample_rate, channels) for name, path in item.sounds.items()}
    length = min(audio.samples.shape[1] for audio in sounds.values())
    if length < _SHORTEST * sample_rate:
        raise AudioError(f"{item.name} has {length / sample_rate:.2f} s in its shortest version, expected at least {_SHORTEST:g} s")
    cut = {name: Waveform(audio.samples[:, :length], sample_rate) for name, audio in sounds.items()}
    if reference is not None:
        original = cut.pop(reference)
        cut |= {REFERENCE: original} | {ANCHOR.format(cutoff): anchor(original, cutoff) for cutoff in cutoffs}
    loudness = {name: audio.loudness() for name, audio in cut.items()}
    for name, level in loudness.items():
        if not math.isfinite(level):
            raise AudioError(f"{item.name} of {name} is silent; leave this item out")
    reached = min(lufs, *(loudness[name] + 20 * math.log10(_PEAK / audio.peak) for name, audio in cut.items()))
    return {name: _faded(audio.normalise(lufs=reached, peak=1.0)) for name, audio in cut.items()}, reached


def _matched(audio: Waveform, sample_rate: int, channels: int) -> Waveform:
    audio = audio.resample(sample_rate)
    if audio.channels == channels:
        return audio
    if channels == 1 or audio.channels > 2:
        audio = audio.mono()
    return Waveform(np.repeat(audio.samples, channels, axis=0) if audio.channels == 1 else audio.samples, sample_rate)


def _faded(audio: Waveform) -> Waveform:
    size = round(_FADE * audio.sample_rate)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(size) + 0.5) / size)).astype(np.float32)
    samples = audio.samples.copy()
    samples[:, :size] *= ramp
    samples[:, -size:] *= ramp[::-1]
    return Waveform(samples, audio.sample_rate)
