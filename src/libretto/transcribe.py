"""The tune of a recording as notes: one voice, the one that stands out. Honest about its limits: no chords, no drums.

Quarter-tone bands (``melody.pitch``) at 10 ms, the strength of a note as the sum over its overtones (Klapuri 2006, with
weights of ours), and the most likely line through all notes and silence (Viterbi). A voice alone, or far in front, is
written well; in a full arrangement the line wanders to whatever is loudest: figures are in docs/evaluation.md.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .audio import Waveform
from .config import MelodySpec
from .errors import AudioError, require
from .files import atomic
from .key import tuning
from .melody.pitch import hear
from .tempo import RATE, onset_strength, tempo

SPEC = dataclasses.replace(MelodySpec(), hop=240)  # 10 ms
LOWEST = 36  # MIDI number of the lowest note, C2, where the bands begin
NOTES = 60  # up to B6
_FRAME = SPEC.hop / SPEC.sample_rate
_OVERTONES, _WEIGHT = 6, 0.84  # how many, and each beside the one below
_SHARE = 0.6  # exponent of amplitudes: loud overtones count less than many
_TUNE, _SPREAD, _BASS = 60, 4.0, 0.3  # MIDI number above which tunes lie, how softly, and what lower notes count
_AUDIBLE = 0.25  # of the strongest note of the recording; weaker ones are silence
_MOVE = 5.0  # nats it costs to change the note, or to begin or end a silence
_EVIDENCE = 6.0  # nats between a note and one half as strong
_SHORTEST = 0.07  # seconds
_STRUCK = 0.5  # of the recording's strongest onset: a held note is struck again
_APART = 0.12  # seconds between two strokes of one note
_TICKS = 480  # a quarter


@dataclass(frozen=True)
class Note:
    """Times in seconds, pitch in MIDI numbers, velocity 1..127."""

    start: float
    stop: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Tune:
    """``bpm`` is 0 where nothing pulses."""

    notes: tuple[Note, ...]
    bpm: float
    seconds: float


def transcribe(audio: Waveform) -> Tune:
    """The tune, its notes in order of time.

    Raises:
        AudioError: the audio is shorter than half a second.
    """
    samples = _heard(audio).samples[0]
    strength = salience(samples)
    line = most_likely(strength)
    onsets = onset_strength(samples, sample_rate=SPEC.sample_rate).sum(axis=0)
    return Tune(tuple(_notes(line, strength, onsets)), tempo(samples, sample_rate=SPEC.sample_rate), audio.seconds)


def tune_of(audio: Waveform) -> tuple[list[tuple[float, float, float]], float]:
    """The tune of one voice as (start, stop, MIDI pitch), however it is tuned, and the seconds it lasts.

    A voice is seldom in tune with A = 440 Hz: how far off it is on the whole is found first, and notes are those of its own scale.

    Raises:
        AudioError: the audio is shorter than half a second.
    """
    sound = _heard(audio)
    samples = sound.samples[0]
    strength = salience(samples, off=tuning(samples, sample_rate=SPEC.sample_rate))
    onsets = onset_strength(samples, sample_rate=SPEC.sample_rate).sum(axis=0)
    notes = _notes(most_likely(strength), strength, onsets) if samples.any() else []
    return [(note.start, note.stop, float(note.pitch)) for note in notes], audio.seconds


def _heard(audio: Waveform) -> Waveform:
    sound = audio.mono().resample(SPEC.sample_rate)
    if sound.seconds < 0.5:
        raise AudioError(f"the audio has {sound.seconds:.2f} s, expected at least 0.5 s")
    return sound


def salience(samples: np.ndarray, *, off: float = 0.0) -> np.ndarray:
    """How strong every note is, 0 to 1: samples [N] that lie ``off`` semitones above A = 440 Hz to float64 [T, NOTES]."""
    spec = dataclasses.replace(SPEC, lowest_hertz=SPEC.lowest_hertz * 2 ** (off / 12))
    level = hear(samples, spec).astype(np.float64) / 2 - 90.0  # decibels under the loudest band
    amplitude = np.where(level > -89.0, 10 ** (_SHARE * level / 20), 0.0)
    step = SPEC.bins_per_octave // 12
    centres = step * np.arange(NOTES)
    near = np.stack([np.pad(amplitude, ((0, 0), (1, 1)))[:, shift : shift + amplitude.shape[1]] for shift in range(3)]).max(axis=0)
    total = np.zeros((len(amplitude), NOTES))
    for overtone in range(1, _OVERTONES + 1):
        places = centres + round(SPEC.bins_per_octave * np.log2(overtone))
        inside = places < near.shape[1]
        total[:, inside] += _WEIGHT ** (overtone - 1) * near[:, places[inside]] * _peaked(near[:, places[inside]], near, places[inside])
    total *= _BASS + (1 - _BASS) / (1 + np.exp((_TUNE - LOWEST - np.arange(NOTES)) / _SPREAD))
    return total / max(float(np.quantile(total.max(axis=1), 0.98)), 1e-9)


def _peaked(values: np.ndarray, bands: np.ndarray, places: np.ndarray) -> np.ndarray:
    """1 where a band stands out from those a whole tone away, less where it does not."""
    padded = np.pad(bands, ((0, 0), (4, 4)), mode="edge")
    around = 0.5 * (padded[:, places] + padded[:, places + 8])
    return np.clip((values - around) / np.maximum(values, 1e-9), 0.0, 1.0)


def most_likely(strength: np.ndarray) -> np.ndarray:
    """The note of every frame [T], -1 for silence, by the line that costs least from beginning to end."""
    loudest = np.maximum(strength.max(axis=1, keepdims=True), _AUDIBLE)
    told = _EVIDENCE * np.log2(np.maximum(strength, 1e-3) / loudest)
    rest = _EVIDENCE * np.log2(_AUDIBLE / loudest)
    scores = np.concatenate([told, rest], axis=1)  # [T, NOTES + 1]
    best, back = scores[0], np.zeros(scores.shape, np.int64)
    for frame in range(1, len(scores)):
        leader = int(best.argmax())
        moved = best[leader] - _MOVE
        stay = best >= moved
        back[frame] = np.where(stay, np.arange(len(best)), leader)
        best = np.where(stay, best, moved) + scores[frame] * _FRAME / 0.03
    line = np.empty(len(scores), np.int64)
    line[-1] = best.argmax()
    for frame in range(len(scores) - 1, 0, -1):
        line[frame - 1] = back[frame, line[frame]]
    return np.where(line == NOTES, -1, line)


def _notes(line: np.ndarray, strength: np.ndarray, onsets: np.ndarray) -> list[Note]:
    """Runs of one note, cut where it is struck again."""
    struck = _strokes(onsets)
    edges = np.flatnonzero(np.diff(line, prepend=-2, append=-2))
    found = []
    for first, last in itertools.pairwise(edges):
        if line[first] < 0:
            continue
        inside = [stroke for stroke in struck if first + _APART / _FRAME < stroke < last - _SHORTEST / _FRAME]
        for start, stop in zip([first, *inside], [*inside, last]):
            if (stop - start) * _FRAME >= _SHORTEST:
                loud = float(np.clip(strength[start:stop, line[first]].max(), 0.05, 1.0))
                found.append(Note(start * _FRAME, stop * _FRAME, LOWEST + int(line[first]), round(30 + 90 * loud)))
    return found


def _strokes(onsets: np.ndarray) -> np.ndarray:
    """Frames of strong onsets."""
    middle = onsets[1:-1]
    peaks = (middle > onsets[:-2]) & (middle >= onsets[2:]) & (middle > _STRUCK * np.quantile(onsets, 0.995))
    return np.round((np.flatnonzero(peaks) + 1) / RATE / _FRAME).astype(int)


def save_midi(tune: Tune, path: Path | str) -> None:
    """Write the tune as a MIDI file of one track, at its tempo (120 where it has none).

    Raises:
        MissingExtra: mido is not installed.
    """
    mido = require("mido", extra="corpus")
    bpm = tune.bpm or 120.0
    file = mido.MidiFile(type=0, ticks_per_beat=_TICKS)
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="tune"), mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))])
    events = sorted(
        [(note.start, 1, "note_on", note.pitch, note.velocity) for note in tune.notes]
        + [(note.stop, 0, "note_off", note.pitch, 0) for note in tune.notes]
    )
    at = 0
    for seconds, _, kind, pitch, velocity in events:
        tick = round(seconds * bpm / 60 * _TICKS)
        track.append(mido.Message(kind, note=pitch, velocity=velocity, time=tick - at))
        at = tick
    file.tracks.append(track)
    with atomic(path) as temporary:
        file.save(str(temporary))
