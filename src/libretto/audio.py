"""Waveforms: reading, writing, resampling, loudness, joining."""

from __future__ import annotations

import logging
import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .containers import cut_short
from .errors import AudioError, did_you_mean
from .files import atomic
from .loudness import integrated_loudness

logger = logging.getLogger(__name__)

FORMATS = {
    ".wav": ("WAV", "PCM_16"),
    ".flac": ("FLAC", "PCM_16"),
    ".ogg": ("OGG", "VORBIS"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
}
COMMENT_LIMIT = 1_900  # bytes of a WAV's comment; libsndfile drops much longer ones
_BLOCK = 65_536  # frames a write; libsndfile's Vorbis writer overflows its stack on very long ones


@dataclass(frozen=True, eq=False)
class Waveform:
    """Audio: samples float32 [C, N] (a single [N] becomes one channel), full scale 1, and sample_rate in Hz."""

    samples: np.ndarray
    sample_rate: int

    def __post_init__(self) -> None:
        samples = np.asarray(self.samples)
        if samples.dtype.kind != "f":
            raise AudioError(f"samples are {samples.dtype}, expected floats between -1 and 1")
        if samples.ndim == 1:
            samples = samples[None]
        if samples.ndim != 2 or samples.shape[0] == 0:
            raise AudioError(f"samples have shape {list(samples.shape)}, expected [channels, samples] or [samples]")
        if samples.shape[1] == 0:
            raise AudioError("the audio is empty, expected at least one sample")
        rate = self.sample_rate
        if isinstance(rate, bool) or not isinstance(rate, int | np.integer) or rate < 1:
            raise AudioError(f"sample_rate is {rate!r}, expected a whole number of Hz above 0")
        if not np.isfinite(samples).all():
            count = samples.size - np.isfinite(samples).sum()
            raise AudioError(f"{count} of {samples.size} samples are not finite numbers; repair or re-export the audio")
        object.__setattr__(self, "samples", np.ascontiguousarray(samples, dtype=np.float32))
        object.__setattr__(self, "sample_rate", int(self.sample_rate))

    # properties

    @property
    def channels(self) -> int:
        return self.samples.shape[0]

    @property
    def seconds(self) -> float:
        return self.samples.shape[1] / self.sample_rate

    @property
    def peak(self) -> float:
        """The largest absolute sample."""
        return float(np.abs(self.samples).max())

    def loudness(self) -> float:
        """Integrated loudness in LUFS (ITU-R BS.1770-4); -inf for silence."""
        return integrated_loudness(self.samples, self.sample_rate)

    # files

    @classmethod
    def load(
        cls, path: Path | str, *, sample_rate: int | None = None, mono: bool = False, partial: bool = False
    ) -> Waveform:
        """Read a WAV, FLAC, OGG or MP3 file (or whatever else libsndfile reads).

        Args:
            sample_rate: resample to this rate in Hz; None keeps the file's.
            mono: average the channels.
            partial: take what a file that was cut short still holds.

        Raises:
            AudioError: the file is missing, unreadable, empty, cut short, or holds numbers that are not finite.
        """
        import soundfile

        path = Path(path)
        if not path.is_file():
            raise AudioError(f"{path} is {'a folder' if path.is_dir() else 'not there'}, expected an audio file")
        if path.stat().st_size == 0:
            raise AudioError(f"{path} is empty, expected an audio file")
        try:
            with soundfile.SoundFile(path) as file:
                expected, rate = file.frames, file.samplerate
                samples = file.read(dtype="float32", always_2d=True).T
        except (OSError, RuntimeError) as error:
            reason = _line(error)
            raise AudioError(f"{path} is not readable audio ({reason}); expected WAV, FLAC, OGG or MP3") from error
        if not partial and cut_short(path, missing=expected - samples.shape[1]):
            after = f" after {samples.shape[1] / rate:.2f} s" if samples.shape[1] else ""
            raise AudioError(f"{path} is cut short{after}; fetch it again, or load it with partial=True")
        if samples.shape[1] == 0:
            raise AudioError(f"{path} holds no samples")
        try:
            audio = cls(samples, rate)
        except AudioError as error:
            raise AudioError(f"{path}: {error}") from error
        audio = audio.mono() if mono else audio
        return audio if sample_rate is None else audio.resample(sample_rate)

    def save(self, path: Path | str, *, comment: str = "") -> None:
        """Write the file whole or not at all; the suffix names the format (WAV and FLAC with 16 bits, OGG, MP3).

        Samples beyond full scale are clipped, with a warning. ``comment`` becomes a tag; WAV takes short ones only
        (``COMMENT_LIMIT``), longer ones are left out there.

        Raises:
            AudioError: the suffix is unknown, the format refuses the rate, or the place cannot be written to.
        """
        import soundfile

        path = Path(path)
        kind, subtype = _format(path)
        if self.peak > 1:
            logger.warning("%s: peak %.2f is beyond full scale and is clipped", path.name, self.peak)
        frames = np.clip(self.samples.T, -1.0, 1.0)
        try:
            with (
                atomic(path) as temporary,
                soundfile.SoundFile(temporary, "w", self.sample_rate, self.channels, subtype, format=kind) as file,
            ):
                if comment and (kind != "WAV" or len(comment.encode()) <= COMMENT_LIMIT):
                    file.comment = comment
                for start in range(0, len(frames), _BLOCK):
                    file.write(frames[start : start + _BLOCK])
        except (OSError, RuntimeError, ValueError) as error:
            form = f"{self.sample_rate} Hz, {self.channels} channels"
            raise AudioError(f"{path} cannot be written ({form}): {_line(error)}") from error

    # new waveforms

    def mono(self) -> Waveform:
        """The mean of the channels."""
        return self if self.channels == 1 else Waveform(self.samples.mean(axis=0), self.sample_rate)

    def resample(self, rate: int) -> Waveform:
        """The same audio at ``rate`` Hz, round(N * rate / sample_rate) samples long (soxr, high quality)."""
        if rate == self.sample_rate:
            return self
        if rate < 1:
            raise AudioError(f"cannot resample to {rate} Hz, expected at least 1")
        import soxr

        length = max(1, round(self.samples.shape[1] * rate / self.sample_rate))
        samples = soxr.resample(self.samples.T, self.sample_rate, rate, quality="HQ").T[:, :length]
        samples = np.pad(samples, ((0, 0), (0, length - samples.shape[1])))
        return Waveform(samples, rate)

    def normalise(self, *, lufs: float = -14.0, peak: float = 0.97) -> Waveform:
        """One gain to ``lufs``, or to what keeps the largest sample within ``peak``. Silence stays as it is."""
        loudness = self.loudness()
        if not math.isfinite(loudness):
            return self
        gain = min(10 ** ((lufs - loudness) / 20), peak / self.peak)
        return Waveform(self.samples * np.float32(gain), self.sample_rate)

    def trim(self, *, start: float = 0.0, seconds: float | None = None) -> Waveform:
        """The part from ``start`` seconds, ``seconds`` long (None: to the end)."""
        first = round(start * self.sample_rate)
        last = self.samples.shape[1] if seconds is None else first + round(seconds * self.sample_rate)
        if not 0 <= first < last <= self.samples.shape[1]:
            length = "the rest" if seconds is None else f"{seconds:g} s"
            raise AudioError(f"cannot take {length} from {start:g} s of {self.seconds:.3f} s of audio")
        return Waveform(self.samples[:, first:last], self.sample_rate)

    def crossfade(self, other: Waveform, *, seconds: float) -> Waveform:
        """This audio, then ``other``, overlapped by ``seconds`` with equal power.

        Raises:
            AudioError: rates or channels differ, or one is shorter than the overlap.
        """
        if (self.sample_rate, self.channels) != (other.sample_rate, other.channels):
            raise AudioError(
                f"cannot join {self.sample_rate} Hz, {self.channels} channels with {other.sample_rate} Hz, "
                f"{other.channels} channels; resample or mix one first"
            )
        overlap = round(seconds * self.sample_rate)
        shorter = min(self.samples.shape[1], other.samples.shape[1])
        if not 0 <= overlap <= shorter:
            raise AudioError(f"a crossfade of {seconds:g} s does not fit audio of {shorter / self.sample_rate:.3f} s")
        angle = (np.arange(overlap, dtype=np.float32) + 0.5) / max(1, overlap) * np.float32(np.pi / 2)
        cut = self.samples.shape[1] - overlap
        joint = self.samples[:, cut:] * np.cos(angle) + other.samples[:, :overlap] * np.sin(angle)
        parts = [self.samples[:, :cut], joint, other.samples[:, overlap:]]
        return Waveform(np.concatenate(parts, axis=1), self.sample_rate)


def read_comment(path: Path | str) -> str:
    """The comment in the tags of a sound file, "" where there is none or it cannot be read."""
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            return file.comment
    except (OSError, RuntimeError):
        return ""


def check_writable(path: Path | str, *, audio: bool = False) -> None:
    """Refuse an output that could not be written later, before any work is done for it.

    Raises:
        AudioError: the folder is missing or read-only, ``path`` is a folder, or, for ``audio``, the suffix is unknown.
    """
    path = Path(path)
    if audio:
        _format(path)
    folder = path.parent
    if path.is_dir():
        raise AudioError(f"{path} is a folder, expected the name of a file")
    if not folder.is_dir():
        raise AudioError(f"{path} cannot be written: {folder} is {'a file' if folder.exists() else 'not there'}")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise AudioError(f"{path} cannot be written: permission denied")


def _format(path: Path) -> tuple[str, str]:
    """libsndfile's names of the format and sample type that the suffix stands for."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise AudioError(f"{path} has suffix {suffix!r}; {did_you_mean(suffix, list(FORMATS))}")
    return FORMATS[suffix]


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
