"""A score becomes sound: every part played by a font, a patch or a drum machine, then mixed."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from libretto.audio import Waveform
from libretto.corpus.score import Part, Score, Sheet
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS
from libretto.errors import CorpusError, did_you_mean

SENDS = "sends"  # the stem of reverb and echo

CLIP_CENTS, PART_CENTS = 7.0, 2.0  # how far a clip is off concert pitch, and its parts off one another


@dataclass
class Rendered:
    """``audio`` is stereo; ``stems``, when asked for, maps role to float32 [2, N] (dry, at its mix level).

    The stem ``sends`` is the reverb and echo of all; the stems add up to what enters the master bus, which compresses,
    colours, limits and fades it.

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
    from libretto.corpus.sound import mixer, soundfont

    _check(score, sample_rate)
    found = soundfont.find_fonts(fonts)
    samples = round(score.seconds * sample_rate)
    desk = mixer.Mixer(score, samples, np.random.default_rng([score.seed, 1]), sample_rate=sample_rate)
    tuning = float(np.random.default_rng([score.seed, 3]).normal(0, CLIP_CENTS))
    energies: list[float] = []
    kept: dict[str, np.ndarray] = {}
    seen: Counter[tuple[str, str]] = Counter()
    roles = Counter(part.role for part in score.parts)
    for part in score.parts:
        # two hands of one piano are one piano; a second guitar with the same line is another guitar
        rng = np.random.default_rng([score.seed, 2, zlib.crc32(part.instrument.encode()), seen[part.role, part.instrument]])
        seen[part.role, part.instrument] += 1
        sound = play(
            part, samples, rng, fonts=found, sample_rate=sample_rate, bpm=score.sheet.bpm,
            cents=tuning + float(rng.normal(0, PART_CENTS)),
        )  # fmt: skip
        stem = desk.add(part, sound)
        energies.append(_rms(stem))
        if stems or roles[part.role] > 1:
            kept[part.role] = kept[part.role] + stem if part.role in kept else stem
    audio = desk.master()
    sections = [_rms(sound) for role, sound in kept.items() if roles[role] > 1]
    sends = desk.bus - desk.dry
    heard = mixer.audible(energies, [*sections, _rms(sends)])
    if stems:
        kept[SENDS] = sends
    return Rendered(Waveform(audio, sample_rate), _heard_sheet(score, energies, heard), kept if stems else {})


def _rms(sound: np.ndarray) -> float:
    """Level of [2, N] over its whole length."""
    return float(np.sqrt(np.vdot(sound, sound) / sound.size)) if sound.size else 0.0


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
    part: Part,
    samples: int,
    rng: np.random.Generator,
    *,
    fonts: Sequence[Path] = (),
    sample_rate: int,
    bpm: float = 120.0,
    cents: float = 0.0,
) -> np.ndarray:
    """float32 [2, samples] of one part, unmixed: from a random font that has it, else built in."""
    from libretto.corpus.sound import drum_machines, inserts, patches, voices

    rng, choice = rng.spawn(2)  # so that a font that lacks a part changes nothing in how it is built in
    if part.drums:
        kit = KITS[part.instrument]
        if kit.gm_kit is not None and fonts and choice.random() >= kit.own:
            sound = voices.play_kit(kit, part.notes, samples, choice, fonts=fonts, sample_rate=sample_rate)
            if sound is not None:
                return sound
        return drum_machines.play(kit.machine, part.notes, samples, rng, sample_rate=sample_rate)
    instrument = INSTRUMENTS[part.instrument]
    notes = voices.ornament(instrument, part.notes)
    sound = None
    if instrument.program is not None and fonts and choice.random() >= instrument.own:
        sound = voices.play_sampled(
            instrument, part.role, notes, samples, choice, fonts=fonts, sample_rate=sample_rate, cents=cents
        )
    if sound is None:
        builtin = instrument.patch or instrument.fallback
        sound = patches.play(builtin, notes, samples, rng, sample_rate=sample_rate, bpm=bpm, cents=cents)
    if instrument.insert:
        sound = inserts.INSERTS[instrument.insert](sound, rng, sample_rate=sample_rate)
    return sound


def _heard_sheet(score: Score, energies: Sequence[float], heard: Sequence[bool]) -> Sheet:
    """The sheet with inaudible instruments removed and the rest ordered by loudness; a riser is no instrument."""
    order = sorted(range(len(energies)), key=lambda index: -energies[index])
    names = [
        INSTRUMENTS[score.parts[index].instrument].name
        for index in order
        if heard[index] and not score.parts[index].drums and score.parts[index].role != "effect"
    ]
    drums = any(heard[index] and score.parts[index].drums for index in order)
    faint = {
        (KITS if score.parts[index].drums else INSTRUMENTS)[score.parts[index].instrument].name
        for index in order
        if energies[index] > 0 and not heard[index] and score.parts[index].role != "effect"
    }
    return replace(
        score.sheet,
        instruments=list(dict.fromkeys(names)),
        drums=score.sheet.drums if drums else "",
        lead=score.sheet.lead if score.sheet.lead in names else "",
        faint=sorted(faint - {*names, score.sheet.drums if drums else ""}),
    )
