"""``libretto transcribe``: the tune of a recording as MIDI, its tempo and its key."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import LibrettoError, require


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("transcribe", help="the tune of a recording as MIDI; its tempo and key (one voice, no chords, no drums)")
    sub.add_argument("input", type=Path)
    sub.add_argument("-o", "--output", type=Path, required=True, help="tune.mid")
    sub.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from ..audio import Waveform, check_writable

    if options.output.suffix.lower() not in (".mid", ".midi"):
        raise LibrettoError(f"{options.output} has suffix {options.output.suffix!r}, a tune is a .mid")
    check_writable(options.output)
    require("mido", extra="corpus")
    from ..key import key_of, rings
    from ..transcribe import save_midi, transcribe

    audio = Waveform.load(options.input)
    tune = transcribe(audio)
    save_midi(tune, options.output)
    tempo = f"{tune.bpm:.1f} bpm" if tune.bpm else "no pulse"
    found = key_of(rings(audio.mono().resample(24_000).samples[0], sample_rate=24_000))
    print(f"{options.output}: {len(tune.notes)} notes in {audio.seconds:.1f} s, {tempo}, {found or 'no key'}")
