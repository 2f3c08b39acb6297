"""Parts of ``ways.py``: is what was asked for exactly (tempo, key, chords, melody) what comes? Measured from the sound alone."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from libretto import Libretto, Request, Waveform
from libretto.asked import CLEAR_BEAT, controls_of
from libretto.chords import tones, written
from libretto.controls import REST
from libretto.key import chroma, key_of, relative, right, rings
from libretto.notation import key_and_mode
from libretto.tempo import agrees, beat_grid, tempo

TEMPI = [("groovy house with a four on the floor kick", 118.0), ("rock drums and electric guitar", 96.0), ("lo-fi hip hop beat", 78.0),
         ("jazz trio with brushes", 142.0), ("drum and bass", 166.0), ("reggae with a deep bass", 72.0), ("disco with strings", 108.0),
         ("latin percussion and brass", 131.0)]  # fmt: skip
KEYS = [("calm solo piano", "A minor"), ("string quartet", "F sharp minor"), ("acoustic folk guitar", "D major"),
        ("warm synthwave", "C minor"),
        ("playful chiptune", "B flat major"), ("church organ", "E major"),
        ("bossa nova with nylon guitar", "G minor"),
        ("soul band", "A flat major")]  # fmt: skip
WRITTEN = [("warm synthwave", "Am F C G"), ("rock band with electric guitars", "E D A E"), ("calm solo piano", "Dm Bb F C"),
           ("jazz trio", "Dm7 G7 Cmaj7 A7"), ("house with piano chords", "F#m A E B"), ("string orchestra", "Cm Ab Eb Bb")]
SUNG = ["solo flute", "warm synth lead with soft drums", "acoustic guitar", "string orchestra", "jazz trio with saxophone", "music box"]


def bpm(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Tempo asked for and heard: of clips with a clear beat, the share within 3 %, half and double count; by chance: tempi exchanged."""
    rows = []
    for prompt, asked in TEMPI:
        for seed in range(options.seeds):
            samples = model.perform(Request(prompt, seconds=10.0, seed=seed, bpm=asked)).audio.samples[0]
            rate = model.sample_rate
            rows.append({"prompt": prompt, "seed": seed, "asked": asked, "heard": tempo(samples, sample_rate=rate),
                         "clarity": beat_grid(samples, rate).clarity})  # fmt: skip
    clear = [row for row in rows if row["clarity"] >= CLEAR_BEAT]
    others = [agrees(row["heard"], asked, tolerance=0.03) for row in clear for _, asked in TEMPI if asked != row["asked"]]
    return {"takes": len(rows), "with_a_beat": share(row in clear for row in rows),
            "within_3_percent": share(agrees(row["heard"], row["asked"], tolerance=0.03) for row in clear),
            "within_3_percent_and_octave": share(abs(row["heard"] / row["asked"] - 1) < 0.03 for row in clear),
            "by_chance": share(others), "rows": rows}  # fmt: skip


def key(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Key asked for and heard: tonic and mode right; another tonic over the same notes; by chance: keys exchanged."""
    rows = []
    for prompt, asked in KEYS:
        for seed in range(options.seeds):
            samples = model.perform(Request(prompt, seconds=10.0, seed=seed, key=asked)).audio.samples[0]
            heard = key_of(rings(samples, sample_rate=model.sample_rate))
            hits = {other: heard is not None and right(heard, *key_and_mode(other)) for _, other in KEYS}
            rows.append({"prompt": prompt, "seed": seed, "asked": asked, "heard": str(heard), "right": hits.pop(asked),
                         "relative": heard is not None and relative(heard, *key_and_mode(asked)),
                         "others": float(np.mean(list(hits.values())))})  # fmt: skip
    return {"takes": len(rows), "right": share(row["right"] for row in rows), "same_notes": share(row["relative"] for row in rows),
            "by_chance": share(row["others"] for row in rows), "rows": rows}  # fmt: skip


def chords(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Pitch classes bar by bar beside the chord written for it, and beside the others of its progression; ``above`` in spreads of others.

    ``nearest``: bars whose own chord is the nearest of the progression's four.
    """
    own, others, nearest = [], [], []
    for prompt, text in WRITTEN:
        asked = [tones(*token) for token in written(text).chords.T.tolist()[::2]]
        for seed in range(options.seeds):
            audio = model.perform(Request(prompt, seed=seed, bpm=120.0, bars=8, chords=text)).audio
            for bar, part in enumerate(np.split(audio.samples[0], 8)):
                heard = chroma(part, sample_rate=audio.sample_rate)
                near = [float(heard[list(some)].sum() / np.linalg.norm(heard) / len(some) ** 0.5) for some in asked]
                mine = near.pop(bar % len(asked))
                own.append(mine)
                others.extend(near)
                nearest.append(mine > max(near))
    return {"bars": len(own), "cosine": round(float(np.mean(own)), 3), "other_chords": round(float(np.mean(others)), 3),
            "above": round(float((np.mean(own) - np.mean(others)) / np.std(others)), 2), "nearest": share(nearest), "by_chance": 0.25}


def melody(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Pitch classes second by second beside the hummed tune's, other tunes', its own in another order; ``above`` in spreads of others."""
    from libretto.corpus.sound.singing import sing
    from libretto.melody.versions import find_tune

    tunes, played = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, prompt in enumerate(SUNG):
            _, part = find_tune(9_000 + number, seconds=10.0)
            hum = sing(part.notes, 10 * model.sample_rate, np.random.default_rng(number), sample_rate=model.sample_rate)
            path = Path(folder) / f"{number}.flac"
            Waveform(hum, model.sample_rate).save(path)
            for seed in range(options.seeds):
                request = Request(prompt, seconds=10.0, seed=seed, melody=str(path))
                tunes.append(_told(controls_of(model, request, seconds=10.0)["tune"][0], model.config.semantic.frame_rate))
                played.append(_seconds(model.perform(request).audio))
    number = np.arange(len(tunes)) // options.seeds
    own = np.array([_alike(take, tune) for take, tune in zip(played, tunes, strict=True)])
    others = np.array([_alike(take, tunes[at]) for row, take in enumerate(played) for at in np.flatnonzero(number != number[row])])
    turns = np.random.default_rng(0)
    mixed = np.array([_alike(take, turns.permutation(tune)) for take, tune in zip(played, tunes, strict=True) for _ in range(10)])
    return {"takes": len(own), "cosine": own.mean().round(3), "other_tunes": others.mean().round(3), "spread": others.std().round(3),
            "above": round(float((own.mean() - others.mean()) / others.std()), 2), "own_seconds_exchanged": mixed.mean().round(3),
            "rows": [{"prompt": SUNG[at], "cosine": float(value)} for at, value in zip(number, own, strict=True)]}  # fmt: skip


def _told(classes: np.ndarray, rate: int) -> np.ndarray:
    """Of pitch classes (or rests) [T], how much each sounds in every second: [seconds, 12]."""
    return np.stack([np.bincount(part[part < REST], minlength=12) for part in classes.reshape(-1, rate)])


def _seconds(audio: Waveform) -> np.ndarray:
    """Chroma of every second [seconds, 12]."""
    parts = audio.samples[0][: int(audio.seconds) * audio.sample_rate].reshape(-1, audio.sample_rate)
    return np.stack([chroma(part, sample_rate=audio.sample_rate) for part in parts])


def _alike(take: np.ndarray, tune: np.ndarray) -> float:
    """Mean cosine of the seconds [seconds, 12] in which the tune sounds."""
    norms = np.linalg.norm(take, axis=1) * np.linalg.norm(tune, axis=1)
    sounding = tune.sum(axis=1) > 0
    return float(((take * tune).sum(axis=1) / np.maximum(norms, 1e-9))[sounding].mean()) if sounding.any() else 0.0


def share(values: Any) -> float:
    found = list(values)
    return round(float(np.mean(found)), 3) if found else float("nan")
