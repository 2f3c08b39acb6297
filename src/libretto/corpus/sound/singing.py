"""A tune hummed, sung or whistled by someone with a cheap microphone: own voice-like synthesis, one line at a time.

Glottal harmonics through formants (Fant's source and filter, 1960); intonation, glides, vibrato, breath, room and
noise as people have them. All figures ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from libretto.corpus.score import Note
from libretto.corpus.sound.equaliser import Band, equalise
from libretto.corpus.sound.rooms import convolve, impulse_response
from libretto.errors import CorpusError, did_you_mean


class Manner(NamedTuple):
    """``low`` and ``high`` bound the mean pitch (MIDI); ``slope`` is the decibels a harmonic loses an octave."""

    low: int
    high: int
    slope: float
    formants: tuple[tuple[float, float, float], ...]  # hertz, width, decibels
    breath: float
    harmonics: int


MANNERS = {
    "hum": Manner(46, 68, 15.0, ((260, 120, 6.0), (1000, 300, -6.0), (2200, 400, -8.0)), 0.01, 20),
    "la": Manner(46, 70, 9.0, ((730, 110, 9.0), (1150, 150, 6.0), (2500, 250, 3.0)), 0.02, 30),
    "doo": Manner(46, 68, 11.0, ((320, 90, 8.0), (800, 130, 2.0), (2300, 250, -4.0)), 0.02, 26),
    "whistle": Manner(72, 88, 34.0, (), 0.05, 3),
}
_TOP = 0.45  # of the sample rate: no harmonic above


def top_line(notes: Sequence[Note]) -> list[Note]:
    """The tune as one voice sings it: the highest note of each stroke, ended by the next."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda note: (note.start, -note.pitch)):
        if line and note.start - line[-1].start < 0.04:
            continue
        if line and line[-1].start + line[-1].duration > note.start:
            last = line[-1]
            line[-1] = Note(last.start, note.start - last.start, last.pitch, last.velocity)
        line.append(note)
    return line


def sing(
    notes: Sequence[Note], samples: int, rng: np.random.Generator, *, manner: str = "hum", sample_rate: int
) -> np.ndarray:
    """float32 [samples] of the tune, moved by octaves into the voice's range, peak 0.7. CorpusError on an unknown manner."""
    if manner not in MANNERS:
        raise CorpusError(f"manner of singing {manner!r}: {did_you_mean(manner, list(MANNERS))}")
    style, line = MANNERS[manner], top_line(notes)
    if not line:
        return np.zeros(samples, np.float32)
    mean = float(np.mean([note.pitch for note in line]))
    target = float(rng.uniform(style.low, style.high))
    octaves = 12 * round((target - mean) / 12)
    pitch, loud = _contour(line, samples, rng, octaves=octaves, legato=manner == "hum", sample_rate=sample_rate)
    sound = _voice(style, pitch, loud, rng, sample_rate=sample_rate)
    return _microphone(sound, rng, sample_rate=sample_rate)


def _contour(
    line: list[Note], samples: int, rng: np.random.Generator, *, octaves: int, legato: bool, sample_rate: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in semitones and loudness, [samples] each, drawn at a control rate of 200 Hz."""
    rate = 200
    frames = int(np.ceil(samples * rate / sample_rate)) + 1
    pitch, loud = np.full(frames, float(line[0].pitch)), np.zeros(frames)
    skill = float(rng.uniform(0.05, 0.3))  # semitones a note is off
    glide, attack = float(rng.uniform(0.03, 0.09)), float(rng.uniform(0.02, 0.07))
    vibrato, speed = float(rng.uniform(0.0, 0.35)), float(rng.uniform(4.8, 6.4))
    for note in line:
        first, last = int(note.start * rate), min(frames, int((note.start + note.duration) * rate) + 1)
        if last - first < 3:
            continue
        time = np.arange(last - first) / rate
        goal = note.pitch + octaves + float(rng.normal(0, skill))
        scoop = float(rng.choice([0.0, -0.6, -1.2], p=[0.6, 0.25, 0.15]))
        path = goal + scoop * np.exp(-time / glide)
        path += vibrato * np.clip((time - 0.25) / 0.3, 0, 1) * np.sin(2 * np.pi * speed * time + rng.uniform(0, 6))
        pitch[first:] = goal
        pitch[first:last] = path
        gap = 0.0 if legato and rng.random() < 0.6 else float(rng.uniform(0.0, 0.05))
        shape = np.clip(time / attack, 0.15, 1) * np.clip((time[-1] - gap - time) / 0.04, 0, 1)
        loud[first:last] = np.maximum(loud[first:last], (0.4 + 0.6 * note.velocity / 127) * shape)
    smooth = np.hanning(2 * max(2, int(glide * rate)) + 1)
    smooth /= smooth.sum()
    pitch = np.convolve(np.pad(pitch, len(smooth) // 2, mode="edge"), smooth, mode="valid")
    drift = np.cumsum(rng.normal(0, 0.012, frames))
    pitch = pitch + drift - np.linspace(0, drift[-1], frames) + rng.normal(0, 0.015, frames)
    at = np.arange(samples) * (rate / sample_rate)
    grid = np.arange(frames)
    return np.interp(at, grid, pitch), np.interp(at, grid, loud)


def _voice(
    style: Manner, pitch: np.ndarray, loud: np.ndarray, rng: np.random.Generator, *, sample_rate: int
) -> np.ndarray:
    """Harmonics of the pitch, each as loud as slope and formants say at its frequency, and breath."""
    frequency = 440.0 * 2.0 ** ((pitch - 69) / 12)
    phase = 2 * np.pi * np.cumsum(frequency) / sample_rate
    middle = float(np.median(frequency))
    shift = float(rng.uniform(0.9, 1.18))  # length of the throat
    sound = np.zeros(len(pitch))
    for number in range(1, style.harmonics + 1):
        hertz = number * middle
        if hertz > _TOP * sample_rate:
            break
        decibels = -style.slope * np.log2(number)
        for centre, width, gain in style.formants:
            decibels += gain / (1 + ((hertz - centre * shift) / width) ** 2)
        sound += 10 ** (decibels / 20) * np.sin(number * phase + rng.uniform(0, 6.3))
    sound /= np.abs(sound).max() or 1.0
    noise = rng.standard_normal(len(pitch)).astype(np.float32)
    high = min(3.0 * middle, 0.4 * sample_rate)
    breath = equalise(np.stack([noise, noise]), [Band("high_pass", 0.7 * middle), Band("low_pass", high)], sample_rate=sample_rate)
    return loud * (sound + style.breath * float(rng.uniform(0.3, 3.0)) * breath[0])


def _microphone(sound: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """A room, the telephone's band, hiss and hum of the mains, at a level of its own."""
    both = np.stack([sound, sound]).astype(np.float32)
    room = impulse_response(rng, seconds=float(rng.uniform(0.2, 0.9)), sample_rate=sample_rate)
    both += np.float32(rng.uniform(0.02, 0.3)) * convolve(both, room)
    bands = [Band("high_pass", float(rng.uniform(60, 180))), Band("low_pass", float(rng.uniform(3200, 0.45 * sample_rate)))]
    mono = equalise(both, bands, sample_rate=sample_rate)[0]
    mono *= 0.7 / max(float(np.abs(mono).max()), 1e-6)
    hiss = rng.standard_normal(len(mono)).astype(np.float32)
    mains = np.sin(2 * np.pi * float(rng.choice([50.0, 60.0])) * np.arange(len(mono)) / sample_rate)
    floor = 0.7 * 10 ** (-float(rng.uniform(22, 50)) / 20)
    return (mono + floor * 0.3 * hiss + 0.3 * floor * mains).astype(np.float32)
