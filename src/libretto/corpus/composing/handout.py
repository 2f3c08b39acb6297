"""What a composed clip can bring along: one WAV for every role, and its sheet as JSON."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from libretto import __version__
from libretto.audio import Waveform
from libretto.corpus.composing.midi_writer import program, spoken
from libretto.corpus.composing.theory import KEYS
from libretto.corpus.score import Score, Sheet
from libretto.files import atomic, atomic_folder

_HEADROOM = 0.98
_VERSION = 1


def stem_gain(mix: np.ndarray, stems: Mapping[str, np.ndarray]) -> float:
    """The one gain for all stems float32 [2, N] that gives their sum the power of ``mix``, within full scale each."""
    total = np.sum([np.asarray(stem, np.float64) for stem in stems.values()], axis=0)
    power, peak = float((total**2).sum()), max(float(np.abs(stem).max(initial=0.0)) for stem in stems.values())
    if not power:
        return 1.0
    return min(float((mix.astype(np.float64) ** 2).sum() / power) ** 0.5, _HEADROOM / peak)


def save_stems(folder: Path | str, audio: Waveform, stems: Mapping[str, np.ndarray]) -> list[str]:
    """Write stems as ROLE.wav, at one gain for all, into ``folder``, which is replaced as a whole; returns the names."""
    gain = np.float32(stem_gain(audio.samples, stems))
    with atomic_folder(folder) as place:
        for role, samples in stems.items():
            Waveform(gain * samples, audio.sample_rate).save(place / f"{role}.wav")
    return [f"{role}.wav" for role in stems]


def describe(
    score: Score, heard: Sheet, *, asked: Mapping[str, Any], fonts: list[str], sample_rate: int, captions: list[str]
) -> dict[str, Any]:
    """Everything that is known about a clip, ready for JSON, and everything needed to make it again.

    ``heard`` is the sheet with inaudible instruments removed; ``asked`` are the arguments of ``compose``.
    """
    parts = [
        {
            "role": part.role, "instrument": part.instrument, "name": spoken(part), "drums": part.drums,
            "program": program(part), "pan": part.pan, "gain_db": part.gain_db, "notes": len(part.notes),
        }
        for part in score.parts
    ]  # fmt: skip
    return {
        "libretto": "sheet",
        "version": _VERSION,
        "compose": dict(asked),
        "soundfonts": fonts,
        "sample_rate": sample_rate,
        "seconds": score.seconds,
        "made_with": versions(),
        "sheet": asdict(heard),
        "captions": captions,
        "parts": parts,
        "mix": asdict(score.mix),
        "chords": [{"start": h.start, "symbol": h.symbol, "key": KEYS[h.tonic]} for h in score.harmony],
        "beats": score.beats,
        "downbeats": score.downbeats,
        "sections": [asdict(section) for section in score.sections],
        "happenings": [asdict(happening) for happening in score.happenings],
    }


def save_json(value: Mapping[str, Any], path: Path | str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def versions() -> dict[str, str]:
    """What the bytes of composed audio depend on beside the seed."""
    found = {"libretto": __version__, "python": platform.python_version(), "machine": platform.machine()}
    for name in ("numpy", "scipy", "numba", "tinysoundfont"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found
