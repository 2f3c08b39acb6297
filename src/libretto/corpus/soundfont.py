"""Sampled parts: SoundFont 2 and 3 files played through tinysoundfont, each font loaded once per process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from libretto.corpus.effects import halve
from libretto.corpus.score import Note
from libretto.errors import CorpusError, MissingExtra

VARIABLE = "LIBRETTO_SOUNDFONTS"
SUFFIXES = (".sf2", ".sf3", ".sfo")
DRUM_CHANNEL, DRUM_BANK = 9, 128
DRUM_SECONDS = 1.5  # a drum's key is held at least this long, or fonts cut their cymbals
SILENCE = 1e-6
ORCHESTRA_KIT = 48  # its keys 41 to 53 are timpani (Roland GS); what General MIDI puts there lies elsewhere
ORCHESTRA_KEYS = {42: 27, 44: 28, 46: 29, 49: 59, 51: 30, 52: 57}
CLEAN_RATE = 40_000  # below it play at twice the rate: linear interpolation would fold the treble down


def find_fonts(fonts: Sequence[Path | str] | None = None) -> tuple[Path, ...]:
    """The fonts to play: the argument, else LIBRETTO_SOUNDFONTS; a folder means every font in it.

    Raises CorpusError for a path that does not exist or a folder without fonts.
    """
    if fonts is None:
        fonts = [part for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    found: list[Path] = []
    for path in map(Path, fonts):
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
            if not inside:
                raise CorpusError(
                    f"soundfont folder {path} holds no {', '.join(SUFFIXES)} file: put one there"
                )
            found.extend(inside)
        elif path.is_file():
            found.append(path)
        else:
            raise CorpusError(
                f"soundfont {path} does not exist: give a .sf2 or .sf3 file, or unset {VARIABLE}"
            )
    return tuple(dict.fromkeys(path.resolve() for path in found))


def _tinysoundfont() -> ModuleType:
    try:
        import tinysoundfont
    except ImportError as error:
        raise MissingExtra(
            "tinysoundfont is not installed and soundfonts need it: pip install --no-deps tinysoundfont"
        ) from error
    return tinysoundfont


@lru_cache(maxsize=32)
def _open(path: Path, sample_rate: int) -> tuple[Any, int]:
    """(synth, font id) of one font alone: a synth sums all its fonts, so each gets its own."""
    synth = _tinysoundfont().Synth(gain=-8, samplerate=_factor(sample_rate) * sample_rate)
    try:
        return synth, synth.sfload(str(path))
    except Exception as error:
        raise CorpusError(f"soundfont {path} cannot be read ({error}): expected SoundFont 2 or 3") from error


def has_program(path: Path, program: int, *, drums: bool, sample_rate: int) -> bool:
    """Whether the font holds the General MIDI program, or the drum kit."""
    synth, font = _open(path, sample_rate)
    return synth.sfpreset_name(font, DRUM_BANK if drums else 0, program) is not None


@lru_cache(maxsize=4096)
def is_sound(path: Path, program: int, pitch: int, *, sample_rate: int) -> bool:
    """Whether a melodic program exists, sounds at the MIDI pitch and grows with velocity.

    Fonts whose velocity layers are blended by modulators, which the player ignores, jump by tens of decibels
    between neighbouring velocities; such programs are left to other fonts.
    """
    if not has_program(path, program, drums=False, sample_rate=sample_rate):
        return False
    peaks = []
    for velocity in (45, 65, 85, 105, 125):
        note = Note(0.0, 0.25, pitch, velocity)
        peaks.append(
            float(np.abs(play(path, program, [note], sample_rate // 3, sample_rate=sample_rate)).max())
        )
    return peaks[0] > 1e-4 and all(
        low * 0.95 < high < low * 4 for low, high in pairwise(peaks)
    )


def _bytes(frames: np.ndarray) -> memoryview:
    """The memory of contiguous ``frames``, for the synthesiser to write into."""
    return memoryview(frames.data).cast("B")


def play(
    path: Path, program: int, notes: Sequence[Note], samples: int, *, drums: bool = False, sample_rate: int
) -> np.ndarray:
    """float32 [2, samples] of one part. Raises CorpusError when the font lacks the program."""
    synth, font = _open(path, sample_rate)
    if not has_program(path, program, drums=drums, sample_rate=sample_rate):
        raise CorpusError(f"soundfont {path.name} has no {'kit' if drums else 'program'} {program}")
    channel = DRUM_CHANNEL if drums else 0
    synth.program_select(channel, font, DRUM_BANK if drums else 0, program, drums)
    factor = _factor(sample_rate)
    sample_rate, samples = factor * sample_rate, factor * samples
    out = np.zeros((samples, 2), np.float32)
    position = 0
    if drums and program == ORCHESTRA_KIT:
        notes = [replace(note, pitch=ORCHESTRA_KEYS.get(note.pitch, note.pitch)) for note in notes]
    for at, velocity, pitch in _events(notes, drums=drums, sample_rate=sample_rate):
        if at >= samples:
            break
        if at > position:
            synth.generate_simple(at - position, _bytes(out[position:at]))
            position = at
        if velocity:
            synth.noteon(channel, pitch, velocity)
        else:
            synth.noteoff(channel, pitch)
    if position < samples:
        synth.generate_simple(samples - position, _bytes(out[position:]))
    _silence(synth, sample_rate)
    return halve(out) if factor == 2 else np.ascontiguousarray(out.T)


def _factor(sample_rate: int) -> int:
    return 2 if sample_rate < CLEAN_RATE else 1


def _events(notes: Sequence[Note], *, drums: bool, sample_rate: int) -> list[tuple[int, int, int]]:
    """(sample, velocity, pitch) in order, releases (velocity 0) before attacks."""
    events = []
    for note in notes:
        start = max(0, round(note.start * sample_rate))
        held = max(note.duration, DRUM_SECONDS) if drums else max(note.duration, 0.03)
        pitch, velocity = min(max(int(note.pitch), 0), 127), min(max(int(note.velocity), 1), 127)
        events.append((start, velocity, pitch))
        events.append((start + round(held * sample_rate), 0, pitch))
    return sorted(events)


def _silence(synth: Any, sample_rate: int) -> None:
    """Stop every voice and render until nothing is left: a quick release would leak into the next part."""
    synth.sounds_off()
    for _ in range(200):
        rest = np.frombuffer(synth.generate_simple(sample_rate // 20), np.float32)
        if float(np.abs(rest).max(initial=0.0)) < SILENCE:
            return
