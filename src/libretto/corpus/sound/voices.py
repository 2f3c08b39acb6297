"""Who plays a part: one of the fonts that have it, now and then two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from libretto.corpus.score import Note
from libretto.corpus.sound import soundfont
from libretto.corpus.sound.instruments import Instrument, Kit

LAYERED = {"pad": 0.3, "chords": 0.12, "arpeggio": 0.12}  # chance of a second font, by role
SECTIONS = ("strings", "voice", "organ", "pad", "keys", "brass")  # families that two sounds suit
SILENT = 1e-5


def ornament(instrument: Instrument, notes: Sequence[Note]) -> Sequence[Note]:
    """A slide instrument slides where the score does not say otherwise: into notes that are held."""
    if not instrument.slides:
        return notes
    return [
        note if note.slide or note.duration < 0.2 else replace(note, slide=-instrument.slides)
        for note in notes
    ]


def play_sampled(
    instrument: Instrument,
    role: str,
    notes: Sequence[Note],
    samples: int,
    rng: np.random.Generator,
    *,
    fonts: Sequence[Path],
    sample_rate: int,
    cents: float = 0.0,
) -> np.ndarray | None:
    """float32 [2, samples] from a font drawn from those that have the instrument, None when none sounds."""
    assert instrument.program is not None
    order = rng.permutation(len(fonts))
    layered = len(fonts) > 1 and instrument.family in SECTIONS and rng.random() < LAYERED.get(role, 0.0)
    if not notes:
        return None
    octave = 12 * round(float(np.median([note.pitch for note in notes])) / 12)
    sound = None
    for choice in order:
        font = fonts[choice]
        if not soundfont.is_sound(font, instrument.program, octave, bank=instrument.bank, sample_rate=sample_rate):
            continue
        apart = cents if sound is None else cents + float(rng.uniform(-6, 6))
        made = soundfont.play(
            font, instrument.program, notes, samples, bank=instrument.bank, cents=apart, sample_rate=sample_rate
        )
        peak = float(np.abs(made).max(initial=0.0))
        if peak <= SILENT:
            continue
        if sound is None:
            sound = made
            if not layered:
                return sound
        else:
            level = float(np.abs(sound).max()) / peak
            return sound + made * np.float32(level * rng.uniform(0.35, 0.8))
    return sound


def play_kit(
    kit: Kit,
    notes: Sequence[Note],
    samples: int,
    rng: np.random.Generator,
    *,
    fonts: Sequence[Path],
    sample_rate: int,
) -> np.ndarray | None:
    """float32 [2, samples] from one of the drum kits that fit, of a font drawn at random; None when none sounds."""
    for choice in rng.permutation(len(fonts)):
        font = fonts[choice]
        programs = [
            program
            for program in (kit.gm_kit, *kit.variants)
            if program is not None and soundfont.has_program(font, program, drums=True)
        ]
        if not programs or not notes:
            continue
        program = int(rng.choice(programs))
        sound = soundfont.play(font, program, notes, samples, drums=True, sample_rate=sample_rate)
        if np.abs(sound).max(initial=0.0) > SILENT:
            return sound
    return None
