"""Sampled parts: SoundFont 2 and 3 files played through tinysoundfont, each font loaded once per process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from libretto.corpus.score import Note
from libretto.corpus.sound.equaliser import Band, equalise
from libretto.corpus.sound.gestures import ORCHESTRA_KIT, Gesture, gestures
from libretto.corpus.sound.resampling import halve
from libretto.errors import CorpusError, MissingExtra, require

njit = require("numba", extra="corpus").njit

VARIABLE = "LIBRETTO_SOUNDFONTS"
SUFFIXES = (".sf2", ".sf3", ".sfo")
DRUM_BANK = 128
GAIN_DB = -8
FRAME = 8  # bytes of a stereo sample
BEND_SEMITONES = 12.0  # the reach of the pitch wheel
SILENCE = 1e-6
DRIVEN = (29, 30)  # overdriven and distorted guitar
CLEAN_RATE = 40_000  # below it play at twice the rate: linear interpolation would fold the treble down,
# but for programs of bank 0 with next to nothing up there (under -50 dB): basses, low strings, mellow brass
DARK = frozenset({26, 32, 33, 34, 35, 43, 47, 57, 58, 60})


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
def _open(path: Path) -> tuple[Any, int]:
    """(synth, font id) of one font alone: a synth sums all its fonts, so each gets its own."""
    synth = _tinysoundfont().Synth(gain=GAIN_DB)
    try:
        return synth, synth.sfload(str(path))
    except Exception as error:
        raise CorpusError(f"soundfont {path} cannot be read ({error}): expected SoundFont 2 or 3") from error


def _play_at(synth: Any, font: int, hertz: int) -> None:
    """Have the synthesiser, which must be silent, play at another rate."""
    if synth.samplerate != hertz:
        mode = _tinysoundfont()._tinysoundfont.OutputMode.StereoInterleaved
        synth.soundfonts[font].set_output(mode, hertz, GAIN_DB)
        synth.samplerate = hertz


def has_program(path: Path, program: int, *, bank: int = 0, drums: bool = False) -> bool:
    """Whether the font holds the General MIDI program, or the drum kit."""
    synth, font = _open(path)
    return synth.sfpreset_name(font, DRUM_BANK if drums else bank, program) is not None


@lru_cache(maxsize=4096)
def is_sound(path: Path, program: int, pitch: int, *, bank: int = 0, sample_rate: int) -> bool:
    """Whether a melodic program exists, sounds at the MIDI pitch and grows with velocity.

    Fonts whose velocity layers are blended by modulators, which the player ignores, jump by tens of decibels
    between neighbouring velocities; such programs are left to other fonts.
    """
    if not has_program(path, program, bank=bank):
        return False
    peaks = []
    for velocity in (45, 65, 85, 105, 125):
        notes = [Note(0.0, 0.25, pitch, velocity)]
        sound = play(path, program, notes, sample_rate // 3, bank=bank, sample_rate=sample_rate)
        peaks.append(float(np.abs(sound).max()))
    return peaks[0] > 1e-4 and all(low * 0.95 < high < low * 4 for low, high in pairwise(peaks))


def _bytes(frames: np.ndarray) -> memoryview:
    """The memory of contiguous ``frames``, for the synthesiser to write into."""
    return memoryview(frames.data).cast("B")


def play(
    path: Path,
    program: int,
    notes: Sequence[Note],
    samples: int,
    *,
    bank: int = 0,
    drums: bool = False,
    cents: float = 0.0,
    sample_rate: int,
) -> np.ndarray:
    """float32 [2, samples] of one part, ``cents`` off concert pitch. CorpusError when the font lacks the program."""
    if not has_program(path, program, bank=bank, drums=drums):
        kind = "kit" if drums else "program"
        raise CorpusError(f"soundfont {path.name} has no {kind} {program}" + (f" in bank {bank}" if bank else ""))
    if drums:
        bank = DRUM_BANK
    open_notes = [note for note in notes if drums or not note.muted]
    sound = _run(path, program, bank, open_notes, samples, drums, cents, sample_rate)
    if len(open_notes) < len(notes):
        damped = [note for note in notes if note.muted]
        muted = _run(path, program, bank, damped, samples, drums, cents, sample_rate)
        sound += _damp(muted, damped, driven=program in DRIVEN, sample_rate=sample_rate)
    return sound


def _run(
    path: Path, program: int, bank: int, notes: Sequence[Note], samples: int, drums: bool, cents: float,
    sample_rate: int,
) -> np.ndarray:  # fmt: skip
    """float32 [2, samples] as the synthesiser plays it."""
    synth, font = _open(path)
    factor = 2 if sample_rate < CLEAN_RATE and (bank or program not in DARK) else 1
    sample_rate, samples = factor * sample_rate, factor * samples
    _play_at(synth, font, sample_rate)
    out = np.empty((samples, 2), np.float32)
    played, view, position = synth.soundfonts[font], _bytes(out), 0
    ready: set[int] = set()
    orchestral = drums and program == ORCHESTRA_KIT
    for gesture in gestures(notes, drums=drums, orchestral=orchestral, sample_rate=sample_rate):
        if gesture.at >= samples:
            break
        if gesture.at > position:
            played.render(view[FRAME * position : FRAME * gesture.at], False)
            position = gesture.at
        if gesture.channel not in ready:
            synth.program_select(gesture.channel, font, bank, program, drums)
            synth.pitchbend_range(gesture.channel, BEND_SEMITONES)
            synth.set_tuning(gesture.channel, cents / 100)
            ready.add(gesture.channel)
        _act(played, gesture)
    if position < samples:
        played.render(view[FRAME * position :], False)
    _silence(synth, sample_rate)
    for channel in ready:
        synth.pitchbend(channel, 8192)
    return halve(out) if factor == 2 else np.ascontiguousarray(out.T)


def _act(played: Any, gesture: Gesture) -> None:
    """One gesture on the font itself: the synth around it would look the font up at every call."""
    if gesture.kind == "bend":
        wheel = 8192 + round(8192 * gesture.value / BEND_SEMITONES)
        played.channel_set_pitch_wheel(gesture.channel, min(max(wheel, 0), 16383))
    elif gesture.kind == "on":
        played.channel_note_on(gesture.channel, gesture.pitch, gesture.value / 127)
    else:
        played.channel_note_off(gesture.channel, gesture.pitch)


@njit(cache=True, nogil=True, fastmath=True)
def _hush(samples, onsets, held, keep):
    """Every stroke dies away from ``held`` samples after its onset on; in place."""
    place = 0
    since = 0
    gain = 1.0
    for i in range(samples.shape[1]):
        if place < len(onsets) and i >= onsets[place]:
            place += 1
            since = 0
            gain = 1.0
        since += 1
        if since > held:
            gain *= keep
        samples[0, i] *= gain
        samples[1, i] *= gain


def _damp(sound: np.ndarray, notes: Sequence[Note], *, driven: bool, sample_rate: int) -> np.ndarray:
    """The hand on the strings: each stroke dies within a tenth of a second, and mostly its low part comes through.

    A ``driven`` amplifier makes new treble of what is left.
    """
    onsets = np.unique([int(max(note.start, 0.0) * sample_rate) for note in notes])
    _hush(sound, onsets, int(0.02 * sample_rate), np.exp(-1 / (0.065 * sample_rate)))
    bands = [Band("low_pass", 3400.0 if driven else 1500.0), Band("peak", 130.0, 4.0, 0.9)]
    if not driven:
        bands.append(Band("low_pass", 2600.0))
    return equalise(sound, bands, sample_rate=sample_rate)


def _silence(synth: Any, sample_rate: int) -> None:
    """Stop every voice and render until nothing is left: a quick release would leak into the next part."""
    synth.sounds_off()
    for _ in range(200):
        rest = np.frombuffer(synth.generate_simple(sample_rate // 20), np.float32)
        if float(np.abs(rest).max(initial=0.0)) < SILENCE:
            return
