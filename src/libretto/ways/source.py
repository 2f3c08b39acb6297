"""Sound that music is made from: at the model's rate, at the loudness it learned from, and as its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..audio import Waveform
from ..errors import AudioError

if TYPE_CHECKING:
    from ..pipeline import Libretto

_LUFS, _PEAK = -14.0, 0.97  # of the clips the models learn from


@dataclass(frozen=True)
class Source:
    """A mono sound, samples float32 [N] at ``sample_rate`` as it came; ``gain`` brings it to the loudness the model knows."""

    samples: np.ndarray
    sample_rate: int
    gain: float

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.sample_rate

    def levelled(self, start: int = 0, stop: int | None = None) -> Waveform:
        """Samples ``start`` to ``stop`` at the model's loudness."""
        return Waveform(self.samples[start:stop] * np.float32(self.gain), self.sample_rate)


def open_source(model: Libretto, path: str | Path, *, seconds: float | None = None, least: float = 0.5) -> Source:
    """The sound file ``path``, or its first ``seconds``.

    Raises:
        AudioError: it cannot be read, is shorter than ``least`` seconds, or is silent.
    """
    audio = Waveform.load(path, sample_rate=model.sample_rate, mono=True)
    if seconds is not None and seconds < audio.seconds:
        audio = audio.trim(seconds=seconds)
    if audio.seconds < least:
        raise AudioError(f"{path} lasts {audio.seconds:.2f} s, expected at least {least:g} s")
    loudness = audio.loudness()
    if not np.isfinite(loudness):
        raise AudioError(f"{path} is silent; there is nothing to go by")
    gain = min(10 ** ((_LUFS - loudness) / 20), _PEAK / audio.peak)
    return Source(audio.samples[0], model.sample_rate, float(gain))


def encoded(model: Libretto, sound: Waveform) -> dict[str, np.ndarray]:
    """The tokens of ``sound`` stage by stage; a last frame that is not whole is completed with silence."""
    count, hop = sound.samples.shape[1], model.sample_rate // model.config.semantic.frame_rate
    whole = Waveform(np.pad(sound.samples, ((0, 0), (0, -count % hop))), sound.sample_rate)
    acoustic, semantic = model.encode(whole)
    return split(model, acoustic[:, : -(-count // model.config.codec.hop)], semantic)


def split(model: Libretto, acoustic: np.ndarray, semantic: np.ndarray) -> dict[str, np.ndarray]:
    """The tokens of ``Libretto.encode`` or of a take, stage by stage (the fine ones where there are any)."""
    coarse = model.config.coarse_levels
    tokens = {"semantic": semantic, "coarse": acoustic[:coarse], "fine": acoustic[coarse:]}
    return {name: values.astype(np.int64) for name, values in tokens.items() if len(values)}
