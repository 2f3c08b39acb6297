"""Prompt to waveform: is it sound, is it level, and does its style lie nearer its own prompt than others'?"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import numpy as np

from ..audio import Waveform
from ..pipeline import Libretto
from ..request import Request
from ..spectrogram import save_spectrogram

log = logging.getLogger(__name__)

# One sentence a style, ours; no seed of the training corpus speaks them.
PROMPTS = {
    "ambient": "slow drifting ambient pads, calm and spacious, no drums",
    "house": "groovy house music with a four on the floor kick and offbeat hi-hats, 124 bpm",
    "drum and bass": "fast drum and bass with rapid breakbeats and a deep reese bass",
    "metal": "aggressive heavy metal with distorted guitars and double kick drums",
    "jazz swing": "swinging jazz trio with walking upright bass, piano and ride cymbal",
    "bossa nova": "relaxed bossa nova with nylon string guitar, gentle percussion",
    "classical piano": "slow melancholic solo piano in a minor key",
    "string quartet": "elegant string quartet, violins, viola and cello",
    "chiptune": "playful 8-bit chiptune from an old video game",
    "reggae": "laid-back reggae with offbeat guitar skanks and deep bass",
}


def longest_silence(samples: np.ndarray, sample_rate: int, *, decibels: float = -60.0) -> float:
    """Seconds of the longest run of 20 ms frames whose RMS lies under ``decibels`` full scale. samples [N]."""
    size = sample_rate // 50
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    quiet = np.sqrt((frames**2).mean(1)) < 10 ** (decibels / 20)
    longest = run = 0
    for is_quiet in quiet:
        run = run + 1 if is_quiet else 0
        longest = max(longest, run)
    return longest * size / sample_rate


def sound_figures(audio: Waveform) -> dict[str, float]:
    """Peak, clipped share, longest silence in seconds, loudness in LUFS, DC offset."""
    samples = audio.mono().samples[0]
    return {
        "peak": round(float(audio.peak), 4),
        "clipped_share": float((np.abs(samples) >= 0.999).mean()),
        "silence_seconds": round(longest_silence(samples, audio.sample_rate), 2),
        "lufs": round(float(audio.loudness()), 1),
        "dc": float(samples.mean()),
    }


def evaluate(
    model: Libretto, *, seconds: float = 10.0, seeds: int = 3, limit: int | None = None, keep: Path | None = None
) -> dict[str, Any]:
    """Every prompt of ``PROMPTS`` with ``seeds`` seeds; similarity is of our own MuLan towers, so it is named after them."""
    names = list(PROMPTS)[:limit]
    texts = np.stack([model.embed(PROMPTS[name]) for name in names])  # [P, D]
    clips, similarities = [], []
    started, played = time.perf_counter(), 0.0
    for row, name in enumerate(names):
        for seed in range(seeds):
            take = model.perform(Request(PROMPTS[name], seconds=seconds, seed=1000 + seed))
            played += take.audio.seconds
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                stem = keep / f"{name.replace(' ', '-')}-{seed}"
                take.audio.save(stem.with_suffix(".wav"))
                save_spectrogram(take.audio, stem.with_suffix(".png"))
            similarity = texts @ model.embed(take.audio)  # [P]
            similarities.append(similarity)
            rank = int((similarity > similarity[row]).sum()) + 1
            clips.append({"style": name, "seed": 1000 + seed, "rank": rank, "similarity": round(float(similarity[row]), 3)} | sound_figures(take.audio))
            log.info("%s", clips[-1])
    elapsed = time.perf_counter() - started
    matrix = np.stack(similarities)  # [P * seeds, P]
    own = np.repeat(np.arange(len(names)), seeds)
    ranks = np.array([clip["rank"] for clip in clips])
    mine = matrix[np.arange(len(own)), own]  # [P * seeds]
    shuffled = float((matrix.sum() - mine.sum()) / (matrix.size - mine.size)) if len(names) > 1 else 0.0
    return {
        "clips": len(clips),
        "seconds_each": seconds,
        "first_or_second_share": round(float((ranks <= 2).mean()), 3),
        "first_share": round(float((ranks == 1).mean()), 3),
        "chance_first_or_second": round(min(2 / len(names), 1.0), 3),
        "similarity_own_prompt": round(float(mine.mean()), 3),
        "similarity_other_prompts": round(shuffled, 3),
        "longest_silence_seconds": max(clip["silence_seconds"] for clip in clips),
        "highest_peak": max(clip["peak"] for clip in clips),
        "lufs_mean": round(float(np.mean([clip["lufs"] for clip in clips])), 1),
        "times_real_time": round(played / elapsed, 2),
        "each": clips,
    }
