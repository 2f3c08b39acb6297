"""A score becomes sound: every part played by a font, a patch or a drum machine, then mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from libretto.audio import Waveform
from libretto.corpus.instruments import INSTRUMENTS, KITS
from libretto.corpus.score import Part, Score, Sheet
from libretto.errors import CorpusError, did_you_mean


@dataclass
class Rendered:
    """``audio`` is stereo; ``stems``, when asked for, maps role to float32 [2, N] (dry, at its mix level).

    ``sheet`` names only instruments that can be heard, loudest first.
    """

    audio: Waveform
    sheet: Sheet
    stems: dict[str, np.ndarray] = field(default_factory=dict)


def render(
    score: Score,
    *,
    sample_rate: int = 24_000,
    fonts: Sequence[Path] | None = None,
    stems: bool = False,
) -> Rendered:
    """Render and mix a score; the same score, fonts and rate give the same bytes.

    ``fonts`` are SoundFont files or folders (default: LIBRETTO_SOUNDFONTS); without any, patches play.
    Raises CorpusError on unknown instruments or missing fonts, MissingExtra without numba.
    """
    from libretto.corpus import mixer, soundfont

    _check(score, sample_rate)
    found = soundfont.find_fonts(fonts)
    samples = round(score.seconds * sample_rate)
    desk = mixer.Mixer(score, samples, np.random.default_rng([score.seed, 1]), sample_rate=sample_rate)
    energies: list[float] = []
    kept: dict[str, np.ndarray] = {}
    for index, part in enumerate(score.parts):
        rng = np.random.default_rng([score.seed, 2, index])
        sound = play(part, samples, rng, fonts=found, sample_rate=sample_rate)
        stem = desk.add(part, sound)
        energies.append(float(np.sqrt((stem.astype(np.float64) ** 2).mean())) if samples else 0.0)
        if stems:
            kept[part.role] = kept[part.role] + stem if part.role in kept else stem
    audio = desk.master()
    heard = mixer.audible(energies)
    return Rendered(Waveform(audio, sample_rate), _heard_sheet(score, energies, heard), kept)


def _check(score: Score, sample_rate: int) -> None:
    if not 8_000 <= sample_rate <= 96_000:
        raise CorpusError(f"sample rate {sample_rate} Hz: expected 8000 to 96000")
    if not score.seconds > 0:
        raise CorpusError(f"score of {score.seconds} seconds: expected more than 0")
    for part in score.parts:
        known = KITS if part.drums else INSTRUMENTS
        if part.instrument not in known:
            kind = "drum kit" if part.drums else "instrument"
            raise CorpusError(f"{kind} {part.instrument!r}: {did_you_mean(part.instrument, list(known))}")


def play(
    part: Part, samples: int, rng: np.random.Generator, *, fonts: Sequence[Path] = (), sample_rate: int
) -> np.ndarray:
    """float32 [2, samples] of one part, unmixed: from a random font that has it, else built in."""
    from libretto.corpus import drum_machines, patches, soundfont

    if part.drums:
        kit = KITS[part.instrument]
        program, builtin = kit.gm_kit, kit.machine
    else:
        instrument = INSTRUMENTS[part.instrument]
        program, builtin = instrument.program, instrument.patch or instrument.fallback
    if program is not None and part.notes:
        octave = 12 * round(float(np.median([note.pitch for note in part.notes])) / 12)
        for choice in rng.permutation(len(fonts)):
            font = fonts[choice]
            if part.drums:
                held = soundfont.has_program(font, program, drums=True, sample_rate=sample_rate)
            else:
                held = soundfont.is_sound(font, program, octave, sample_rate=sample_rate)
            if not held:
                continue
            sound = soundfont.play(
                font, program, part.notes, samples, drums=part.drums, sample_rate=sample_rate
            )
            if np.abs(sound).max(initial=0.0) > 1e-5:
                return sound
    module = drum_machines if part.drums else patches
    return module.play(builtin, part.notes, samples, rng, sample_rate=sample_rate)


def _heard_sheet(score: Score, energies: Sequence[float], heard: Sequence[bool]) -> Sheet:
    """The sheet with inaudible instruments removed and the rest ordered by loudness."""
    order = sorted(range(len(energies)), key=lambda index: -energies[index])
    names = [
        INSTRUMENTS[score.parts[index].instrument].name
        for index in order
        if heard[index] and not score.parts[index].drums and score.parts[index].role != "effect"
    ]
    drums = any(heard[index] and score.parts[index].drums for index in order)
    return replace(
        score.sheet,
        instruments=list(dict.fromkeys(names)),
        drums=score.sheet.drums if drums else "",
        lead=score.sheet.lead if score.sheet.lead in names else "",
    )
