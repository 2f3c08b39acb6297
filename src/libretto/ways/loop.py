"""A seamless loop of so many bars at an exact tempo, its length exact to the sample.

Several takes are played longer than the loop. The one is kept that comes back most nearly to where it was after about so
many bars: there the seam is cut, on a beat, and the end fades into what led up to the beginning. What is left between the
tempo that came and the one that was asked for is settled by the codec, whose spectra are played at another pace: pitches stay.
A model that hears a clock is told the tempo; where it follows, the loop begins on the clock's second bar line.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..asked import controls_of
from ..audio import Waveform
from ..course import course_of
from ..errors import RequestError
from ..performance import Performance, limited, played
from ..request import Take
from ..tempo import RATE, onset_strength, tempo
from .bars import Barred

if TYPE_CHECKING:
    from ..pipeline import Libretto
    from . import Progress

FADE_SECONDS = 0.06  # before the seam
LONGEST = 60.0  # seconds of a loop
MOST = 0.3  # by which music is played faster or slower; beyond that it is kept in the model's own time
_LEAD_SECONDS = 0.3  # before the first beat that a loop may begin at
_SLACK = 0.02  # around the measured tempo, where the seam is looked for
_OFF_CLOCK = 0.04  # a take within that of the clock's tempo follows it
_NEAR_SECONDS = 0.08  # around the clock's bar line, where such a loop may begin
_COMPARED = 2.0  # bars after the seam that must sound like the loop's beginning


@dataclass(frozen=True)
class Loop(Barred):
    """``bars`` bars that go round. ``tries`` takes are drawn to choose from."""

    way: ClassVar[str] = "loop"

    tries: int = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole("tries", 1, 16)
        if self.seconds > LONGEST:
            raise RequestError(f"{self.bars} bars at {self.bpm:g} bpm last {self.seconds:.1f} s, expected at most {LONGEST:g} s")
        if self.draft:
            raise RequestError("a loop is made with all its levels; leave draft out")


@dataclass(frozen=True)
class Cut:
    """Where a loop lies in a take: ``begin`` and ``length`` in seconds, and how alike (-1 to 1) its beginning and what follows are."""

    begin: float
    length: float
    alike: float


def perform(model: Libretto, request: Loop, *, take: int = 0, progress: Progress | None = None) -> Take:
    """The loop. Its tokens are those of the longer take it is cut from."""
    if not hasattr(model.codec, "decode_warped"):
        raise RequestError("a loop needs a codec of kind 'mel', which can play at another pace")
    longer = request.seconds * (1 + MOST) + _COMPARED * request.bar_seconds * (1 + MOST) + request.bar_seconds + 2 * _LEAD_SECONDS
    course = course_of(model, request)
    told = controls_of(model, request, seconds=longer, turns=course.turns)
    course = dataclasses.replace(course, seconds=longer, controls=told)
    numbers = range(take * request.tries, (take + 1) * request.tries)
    candidates = played(Performance(model, request, takes=numbers, course=course), progress)
    cuts = [cut_of(candidate.audio, request, clocked="clock" in course.controls) for candidate in candidates]
    strain = [abs(np.log(cut.length / request.seconds)) for cut in cuts]
    chosen = int(np.argmax([cut.alike - 2 * much for cut, much in zip(cuts, strain, strict=True)]))
    done = candidates[chosen]
    done.audio = turned(model, done.acoustic, cuts[chosen], round(request.seconds * model.sample_rate))
    done.take = take
    return done


def cut_of(audio: Waveform, request: Loop, *, clocked: bool = False) -> Cut:
    """The loop in a longer take: about as many bars as asked for, in the take's own tempo; from a known bar line if it is ``clocked``."""
    samples, rate = audio.samples[0], audio.sample_rate
    onsets = onset_strength(samples, sample_rate=rate)  # [bands, T], RATE a second
    bars, bpm = request.bars or 1, request.settled.bpm or 0.0
    pace, line = _pace(tempo(samples, sample_rate=rate), bpm), None
    if clocked and abs(np.log(pace)) < _OFF_CLOCK:
        pace, line = 1.0, request.bar_seconds * max(1, int(np.ceil(_LEAD_SECONDS / request.bar_seconds)))
    length = request.seconds * pace
    begin = _first_bar(onsets.sum(axis=0), length / bars, bars, line=line)
    window = round(_COMPARED * request.bar_seconds * RATE)
    smooth = np.stack([np.convolve(band, np.hanning(9), "same") for band in onsets])
    lengths = np.arange(int(length * (1 - _SLACK) * RATE), int(length * (1 + _SLACK) * RATE) + 1)
    lengths = lengths[begin + lengths + window // 4 <= smooth.shape[1]]
    alike = [_alike(smooth[:, begin : begin + window], smooth[:, begin + shift : begin + shift + window]) for shift in lengths]
    if not alike:
        return Cut(begin / RATE, request.seconds, -1.0)
    best = int(np.argmax(alike))
    return Cut(begin / RATE, lengths[best] / RATE, float(alike[best]))


def _pace(measured: float, wanted: float) -> float:
    """How many times longer the same bars last in the measured tempo, which may be told by half or double."""
    if measured <= 0:
        return 1.0
    pace = wanted / measured
    pace *= 2.0 ** -round(np.log2(pace))
    return pace if abs(np.log(pace)) <= np.log(1 + MOST) else 1.0


def _first_bar(strength: np.ndarray, bar_seconds: float, bars: int, *, line: float | None = None) -> int:
    """Where to begin within the first bar, or near ``line`` (seconds): a frame before where onsets lie at all bar lines.

    The weak ones are counted most.
    """
    near = np.stack([np.roll(strength, shift) for shift in (-2, -1, 0, 1, 2)]).max(axis=0)
    first = round(_LEAD_SECONDS * RATE)
    begins = first + np.arange(max(1, round(bar_seconds * RATE)))
    if line is not None:
        begins = round(line * RATE) + np.arange(-round(_NEAR_SECONDS * RATE), round(_NEAR_SECONDS * RATE) + 1)
    lines = np.minimum(begins[:, None] + np.round(np.arange(bars + 1) * bar_seconds * RATE).astype(int), len(near) - 1)
    return max(0, int(begins[np.sqrt(near[lines]).sum(axis=1).argmax()]) - 1)


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two stretches [bands, T], as far as both go."""
    length = min(one.shape[1], other.shape[1])
    one, other = one[:, :length] - one[:, :length].mean(), other[:, :length] - other[:, :length].mean()
    return float((one * other).sum() / max(np.linalg.norm(one) * np.linalg.norm(other), 1e-9))


def turned(model: Libretto, acoustic: np.ndarray, cut: Cut, length: int) -> Waveform:
    """``length`` samples that go round: the cut, played at the pace that fits, its end faded into what leads to its beginning."""
    codec = model.codec
    hop, rate = codec.spec.synthesis_hop, model.sample_rate  # type: ignore[union-attr]  # of kind "mel"
    fade = min(round(FADE_SECONDS * rate), length // 4)
    pace = cut.length * rate / length
    lead = min(_LEAD_SECONDS, cut.begin / pace)
    frames = -(-(round(lead * rate) + length + fade) // hop) + 2
    places = (cut.begin * rate + (np.arange(frames) * hop - round(lead * rate)) * pace) / hop
    samples = limited(codec.decode_warped(acoustic, places))  # type: ignore[union-attr]
    first = round(lead * rate)
    fade = min(fade, first)
    loop = samples[first : first + length].copy()
    angle = (np.arange(fade, dtype=np.float32) + 0.5) / max(1, fade) * np.float32(np.pi / 2)
    if fade:
        loop[-fade:] = loop[-fade:] * np.cos(angle) + samples[first - fade : first] * np.sin(angle)
    return Waveform(loop, rate)
