"""Prompt to waveform: is it sound, is it level, and does its style lie nearer its own prompt than others'?"""

from __future__ import annotations

import logging
import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from ..audio import Waveform
from ..errors import RequestError
from ..pipeline import Libretto
from ..request import Request
from ..spectrogram import save_spectrogram

logger = logging.getLogger(__name__)

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


def sound_figures(audio: Waveform) -> dict[str, float | None]:
    """Peak, clipped share, longest silence in seconds, loudness in LUFS (None: silent), DC offset."""
    samples = audio.mono().samples[0]
    loudness = audio.loudness()
    return {
        "peak": round(float(audio.peak), 4),
        "clipped_share": float((np.abs(samples) >= 0.999).mean()),
        "silence_seconds": round(longest_silence(samples, audio.sample_rate), 2),
        "lufs": round(loudness, 1) if math.isfinite(loudness) else None,
        "dc": float(samples.mean()),
    }


def evaluate(
    model: Libretto, *, seconds: float = 10.0, seeds: int = 3, first_seed: int = 1000,
    limit: int | None = None, keep: Path | None = None
) -> dict[str, Any]:
    """Every prompt of ``PROMPTS`` with ``seeds`` seeds; similarity is of our own MuLan towers, so it is named after them.

    Args:
        limit: only the first so many prompts.
        keep: a folder to leave audio and spectrograms in.
    """
    if seeds < 1:
        raise RequestError(f"seeds is {seeds}, expected 1 or more")
    names = list(PROMPTS)[:limit]
    texts = np.stack([model.embed(PROMPTS[name]) for name in names])  # [P, D]
    clips: list[dict[str, Any]] = []
    similarities = []
    elapsed = 0.0
    for row, name in enumerate(names):
        for seed in range(first_seed, first_seed + seeds):
            started = time.perf_counter()
            take = model.perform(Request(PROMPTS[name], seconds=seconds, seed=seed))
            elapsed += time.perf_counter() - started
            if keep is not None:
                _keep(take.audio, keep, f"{name.replace(' ', '-')}-{seed}")
            similarity = texts @ model.embed(take.audio)  # [P]
            similarities.append(similarity)
            rank = int((similarity > similarity[row]).sum()) + 1
            figures = {"style": name, "seed": seed, "rank": rank, "similarity": round(float(similarity[row]), 3)}
            clips.append(figures | sound_figures(take.audio))
            logger.info("%s", clips[-1])
    own, others = _similarities(np.stack(similarities), np.repeat(np.arange(len(names)), seeds))
    ranks = np.array([clip["rank"] for clip in clips])
    loudness = [clip["lufs"] for clip in clips if clip["lufs"] is not None]
    return {
        "clips": len(clips),
        "seconds_each": seconds,
        "first_share": round(float((ranks == 1).mean()), 3),
        "chance_first": round(1 / len(names), 3),
        "first_or_second_share": round(float((ranks <= 2).mean()), 3),
        "chance_first_or_second": round(min(2 / len(names), 1.0), 3),
        "similarity_own_prompt": own,
        "similarity_other_prompts": others,
        "longest_silence_seconds": max(clip["silence_seconds"] for clip in clips),
        "highest_peak": max(clip["peak"] for clip in clips),
        "lufs_mean": round(float(np.mean(loudness)), 1) if loudness else None,
        "times_real_time": round(seconds * len(clips) / elapsed, 2),
        "each": clips,
    }


def _similarities(matrix: np.ndarray, own: np.ndarray) -> tuple[float, float | None]:
    """Mean of [clips, P] at each clip's own prompt and at all others (None where there is one prompt)."""
    mine = matrix[np.arange(len(own)), own]
    rest = matrix.size - mine.size
    return round(float(mine.mean()), 3), round(float((matrix.sum() - mine.sum()) / rest), 3) if rest else None


def _keep(audio: Waveform, folder: Path, stem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    audio.save(folder / f"{stem}.wav")
    save_spectrogram(audio, folder / f"{stem}.png")
