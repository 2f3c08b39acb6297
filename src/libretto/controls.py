"""What a user may settle frame by frame besides the style: clock, key, chords, a tune, traits, and what a gap leads to.

Each is a kind of token in step with the semantic ones; blank says nothing, so a stage that hears them also does without.
All of this is ours. MusicLM (2301.11325) tells a melody as embeddings of four seconds, which say which tune it is but not
when its notes come; tokens of a frame say both, and the encoder of ``melody`` judges what came out.

    clock     level 0: beats in the bar and which beat this is; 1: how far into the beat; 2: the pace of beats
    key       level 0: tonic; 1: mode
    chord     level 0: root and third; 1: what else it has
    tune      level 0: pitch class, or rest; 1: whether a note begins
    landing   before known tokens that a gap leads to: level 0: how far away they are; then some of them
    mood      one of ten families; style tokens keep what is said of a mood in part only (docs/evaluation.md, "MuLan")
    lead      which family of instruments has the tune
    drums     whether there are any
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from . import chords
from .errors import ConfigError, RequestError, did_you_mean
from .tokens import TokenSpec

ControlName = Literal["clock", "key", "tune", "landing", "chord", "mood", "lead", "drums"]
CONTROLS: tuple[ControlName, ...] = ("clock", "key", "tune", "landing", "chord", "mood", "lead", "drums")
TRAIT_NAMES: tuple[ControlName, ...] = ("mood", "lead", "drums")  # what holds from one prompt to the next
PITCHED: tuple[ControlName, ...] = ("key", "tune", "chord")
ACOUSTIC: tuple[ControlName, ...] = ("clock", *PITCHED, *TRAIT_NAMES)  # what semantic tokens keep only roughly of where and how sounds are
STORED: tuple[ControlName, ...] = ("clock", "key", "tune", "chord", *TRAIT_NAMES)  # known of a clip; landings are drawn while training

MOST_BEATS = 8  # felt beats of a bar
PHASES = 16  # of a beat
SLOWEST, PACES_PER_OCTAVE, PACES = 30.0, 16, 64  # beats a minute; steps of 4.4 %, up to 480
MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "harmonic minor", "blues")
REST = 12  # of a tune
MOODS = ("calm", "dreamy", "romantic", "sad", "dark", "fierce", "epic", "playful", "happy", "energetic")  # families of the corpus's moods
LEADS = ("keyboard", "mallet", "organ", "guitar", "bass", "string", "voice", "brass", "reed", "flute", "synth")  # NSynth's (1704.01279)
TRAITS: dict[str, tuple[str, ...]] = {"mood": MOODS, "lead": LEADS, "drums": ("no", "yes")}
LANDMARKS = (0, 1, 3, 8)  # frames after a gap that are told before it ends


def control_token(name: str, *, semantic: TokenSpec) -> TokenSpec:
    """The specification of a control, in step with ``semantic`` tokens."""
    rate = semantic.frame_rate
    if name == "clock":
        return TokenSpec(name, 3, PACES, rate)
    if name == "key":
        return TokenSpec(name, 2, 12, rate)
    if name == "tune":
        return TokenSpec(name, 2, REST + 1, rate)
    if name == "chord":
        return TokenSpec(name, 2, chords.BLANK, rate)
    if name in TRAITS:
        return TokenSpec(name, 1, len(TRAITS[name]), rate)
    if name == "landing":
        return TokenSpec(name, 1 + len(LANDMARKS), semantic.codebook_size, rate)
    raise ConfigError(f"unknown control {name!r}; {did_you_mean(name, list(CONTROLS))}")


@dataclass(frozen=True)
class Timeline:
    """When things happen in a clip, in seconds; an empty list says nothing.

    ``beats`` are felt ones (a dotted quarter in 6/8), ``downbeats`` some of them. ``keys`` are (start, tonic 0..11, mode of
    ``MODES``), each until the next. ``tune`` holds (start, stop, MIDI pitch) of the part that has the tune, one voice.
    ``tuned``: whether the tune is known at all, so that none means silence. ``chords`` are (start, root 0..11, quality of
    ``corpus.composing.theory.QUALITIES``), each until the next.
    """

    beats: Sequence[float] = ()
    downbeats: Sequence[float] = ()
    keys: Sequence[tuple[float, int, str]] = ()
    tune: Sequence[tuple[float, float, float]] = ()
    tuned: bool = False
    chords: Sequence[tuple[float, int, str]] = ()


def clock(beats: Sequence[float], downbeats: Sequence[float], *, frames: int, rate: int) -> np.ndarray:
    """Clock tokens int64 [3, frames]; blank before the first beat's bar can be told from the beats that follow, and after the last.

    The beats are extended by one at both ends at the pace they have there, so that a clip need not begin on one.
    """
    blank = np.full((3, frames), PACES)
    if len(beats) < 2 or not len(downbeats):
        return blank
    times = np.asarray(beats, np.float64)
    places, lengths = _bars(times, np.asarray(downbeats, np.float64))
    before, after = 2 * times[0] - times[1], 2 * times[-1] - times[-2]
    times = np.concatenate([[before], times, [after]])
    places = np.concatenate([[(places[0] - 1) % max(lengths[0], 1)], places])
    lengths = np.concatenate([[lengths[0]], lengths])
    middle = (np.arange(frames) + 0.5) / rate
    at = np.searchsorted(times, middle, side="right") - 1
    inside = (at >= 0) & (at < len(places))
    at = np.clip(at, 0, len(places) - 1)
    spans = times[at + 1] - times[at]
    phase = np.clip((middle - times[at]) / np.maximum(spans, 1e-6) * PHASES, 0, PHASES - 1).astype(np.int64)
    length, place = lengths[at], places[at]
    told = np.stack([length * (length - 1) // 2 + place, phase, pace(60.0 / np.maximum(spans, 1e-6))])
    return np.where(inside & (length <= MOST_BEATS) & (length > 0), told, blank)


def pace(bpm: float | np.ndarray) -> np.ndarray:
    """The clock's third level for beats a minute."""
    steps = PACES_PER_OCTAVE * np.log2(np.asarray(bpm, np.float64) / SLOWEST)
    return np.clip(np.round(steps), 0, PACES - 1).astype(np.int64)


def bpm_of(clock: np.ndarray) -> float | None:
    """The middle tempo of clock tokens [3, T]; None where all are blank."""
    told = clock[2][clock[2] < PACES]
    return float(SLOWEST * 2 ** (np.median(told) / PACES_PER_OCTAVE)) if len(told) else None


def bar_of(clock: np.ndarray) -> int | None:
    """How many felt beats most bars of clock tokens [3, T] have; None where all are blank."""
    told = clock[0][clock[2] < PACES].astype(np.int64)
    return int(np.bincount((np.sqrt(8 * told + 1).astype(np.int64) + 1) // 2).argmax()) if len(told) else None


def _bars(beats: np.ndarray, downbeats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of every beat: which one of its bar it is, and how many the bar has. Bars cut off at the ends are taken for whole ones."""
    first = np.unique(np.abs(beats[:, None] - downbeats[None]).argmin(axis=0))
    first = first[np.abs(beats[first][:, None] - downbeats[None]).min(axis=1) < 0.05 * (beats[-1] - beats[0]) / len(beats) + 0.02]
    number = np.arange(len(beats))
    if not len(first):
        return number * 0, number * 0
    counts = np.diff(first)
    usual = int(np.bincount(counts).argmax()) if len(counts) else max(int(first[0]), len(beats) - int(first[0]))
    lengths = np.full(len(beats), usual)
    places = (number - np.where(number < first[-1], first[0], first[-1])) % max(usual, 1)
    for start, count in zip(first[:-1], counts, strict=True):
        lengths[start : start + count], places[start : start + count] = count, np.arange(len(places[start : start + count]))
    return places, lengths


def steady_clock(bpm: float, beats_per_bar: int, *, frames: int, rate: int, start: float = 0.0) -> np.ndarray:
    """Clock tokens int64 [3, frames] of a steady tempo whose first downbeat lies at ``start`` seconds."""
    place = ((np.arange(frames) + 0.5) / rate - start) * bpm / 60.0
    beat = np.floor(place).astype(np.int64)
    phase = np.floor((place - beat) * PHASES).astype(np.int64)
    bar = beats_per_bar * (beats_per_bar - 1) // 2
    return np.stack([bar + beat % beats_per_bar, phase, np.full(frames, pace(bpm))])


def key(keys: Sequence[tuple[float, int, str]], *, frames: int, rate: int) -> np.ndarray:
    """Key tokens int64 [2, frames]; the first key holds from the beginning."""
    told = np.full((2, frames), 12)
    for index, (start, tonic, mode) in enumerate(sorted(keys)):
        begin = max(0, round(start * rate)) if index else 0
        told[:, begin:] = np.array([[int(tonic) % 12], [mode_token(mode)]])
    return told


def mode_token(mode: str) -> int:
    """The key's second level.

    Raises:
        RequestError: there is no such mode.
    """
    if mode not in MODES:
        raise RequestError(f"unknown mode {mode!r}; {did_you_mean(mode, list(MODES))}")
    return MODES.index(mode)


def tune(notes: Sequence[tuple[float, float, float]], *, frames: int, rate: int) -> np.ndarray:
    """Tune tokens int64 [2, frames]: a frame has the note that sounds at its middle, and begins one if it holds its start."""
    told = np.zeros((2, frames), np.int64)
    told[0] = REST
    for start, stop, pitch in sorted(notes):
        if stop <= 0:
            continue
        begin = max(0, int(start * rate))
        end = max(begin + 1, round(stop * rate))
        told[0, begin:end] = round(pitch) % 12
        told[1, begin:end] = 0
        if start >= 0 and begin < frames:
            told[1, begin] = 1
    return told


def trait(name: str, value: str, *, frames: int) -> np.ndarray:
    """Tokens int64 [1, frames] of one of ``TRAITS``; blank where ``value`` is none that it has."""
    values = TRAITS[name]
    return np.full((1, frames), values.index(value) if value in values else len(values))


def tokens_of(timeline: Timeline, *, frames: int, rate: int, traits: Mapping[str, str] | None = None) -> dict[str, np.ndarray]:
    """The stored controls of a clip, which has ``traits`` {name: value}: {name: int64 [levels, frames]}."""
    blank = np.full((2, frames), REST + 1)
    return {
        "clock": clock(timeline.beats, timeline.downbeats, frames=frames, rate=rate),
        "key": key(timeline.keys, frames=frames, rate=rate),
        "chord": chords.chord(timeline.chords, frames=frames, rate=rate),
        "tune": tune(timeline.tune, frames=frames, rate=rate) if timeline.tuned else blank,
        **{name: trait(name, (traits or {}).get(name, ""), frames=frames) for name in TRAITS},
    }


def landing(tokens: np.ndarray, gap: tuple[int, int], *, frames: int, blank: int) -> np.ndarray:
    """Landing tokens int64 [1 + landmarks, frames] for a gap (start, stop) in ``tokens`` [T], told in the gap's frames alone."""
    told = np.full((1 + len(LANDMARKS), frames), blank)
    start, stop = gap
    inside = np.arange(max(0, start), min(stop, frames))
    told[0, inside] = distance(stop - inside, most=blank - 1)
    for level, ahead in enumerate(LANDMARKS, start=1):
        if stop + ahead < len(tokens):
            told[level, inside] = tokens[stop + ahead]
    return told


def distance(frames: np.ndarray, *, most: int) -> np.ndarray:
    """A landing's first level for so many frames to go: exact as far as eight, eight steps an octave beyond."""
    far = 8 + np.round(8 * np.log2(np.maximum(frames, 8) / 8))
    return np.minimum(np.where(frames <= 8, frames, far), most).astype(np.int64)
