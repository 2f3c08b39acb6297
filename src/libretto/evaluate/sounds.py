"""Sounds with a known truth, and how a codec treats them: do held notes stay still, do attacks stay sharp? All ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Codec = Callable[[np.ndarray], np.ndarray]  # samples [N] -> samples [N]

PITCHES = (110.0, 164.81, 233.5, 329.63, 450.0, 622.25, 880.0, 1318.5)  # Hz; two lie between keys
_WINDOW_SECONDS = 0.05  # of the demodulator; its zeros fall on the harmonics above 40 Hz
_STEP = 60  # samples between two readings
_EDGE_SECONDS = 0.3  # of a note left out on both sides


def held_note(hertz: float, *, sample_rate: int, seconds: float = 2.0, harmonics: int = 8, level: float = 0.2) -> np.ndarray:
    """A note that does not change: harmonics of amplitude 1 / k, attack and release of 20 ms. float32 [N]."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    parts = [np.sin(2 * np.pi * k * hertz * time + k) / k for k in range(1, harmonics + 1) if k * hertz < 0.45 * sample_rate]
    return (level * np.sum(parts, axis=0) * np.clip(np.minimum(time, seconds - time) / 0.02, 0, 1)).astype(np.float32)


@dataclass(frozen=True)
class Steadiness:
    """Of one partial of a held note; 0 and 0 for a perfect one."""

    modulation: float  # standard deviation of the amplitude over its mean
    cents: float  # root mean square deviation of the frequency from the true one


def steadiness(samples: np.ndarray, hertz: float, *, sample_rate: int) -> Steadiness:
    """Follow the partial at ``hertz`` in samples [N]: demodulate, low-pass (20 Hz), read amplitude and frequency."""
    size = round(_WINDOW_SECONDS * sample_rate)
    carrier = np.exp(-2j * np.pi * hertz / sample_rate * np.arange(len(samples)))
    window = np.hanning(size + 1)[:-1]
    slow = np.convolve(samples * carrier, window / window.sum(), mode="valid")[::_STEP]
    edge = round(_EDGE_SECONDS * sample_rate / _STEP)
    slow = slow[edge : max(edge + 2, len(slow) - edge)]
    amplitude = np.abs(slow)
    turns = np.angle(slow[1:] * slow[:-1].conj()) / (2 * np.pi) * sample_rate / _STEP
    weight = amplitude[1:] * amplitude[:-1]
    deviation = np.sqrt((turns**2 * weight).sum() / max(weight.sum(), 1e-20))
    return Steadiness(float(amplitude.std() / max(amplitude.mean(), 1e-10)), float(1200 * np.log2(1 + deviation / hertz)))


def tones(codec: Codec, *, sample_rate: int, pitches: Sequence[float] = PITCHES) -> dict[str, dict[str, float]]:
    """Modulation (share) and frequency deviation (cents) of held notes, mean over ``pitches``: sines, and the
    fundamental of harmonic notes; decoded beside original."""
    report = {}
    for name, harmonics in (("sine", 1), ("harmonic", 8)):
        read = []
        for hertz in pitches:
            note = held_note(hertz, sample_rate=sample_rate, harmonics=harmonics)
            read.append([steadiness(each, hertz, sample_rate=sample_rate) for each in (codec(note), note)])
        for key in ("modulation", "cents"):
            decoded, original = (float(np.mean([getattr(pair[side], key) for pair in read])) for side in (0, 1))
            report[f"{name}_{key}"] = {"decoded": decoded, "original": original}
    return report


def drum_hits(*, sample_rate: int, seed: int = 0, count: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Kicks, snares and hats in turn, every 0.37 s: samples float32 [N] and the onsets [count] in samples."""
    random = np.random.default_rng(seed)
    time = np.arange(int(0.3 * sample_rate)) / sample_rate
    hits = (
        0.8 * np.sin(2 * np.pi * (50 * time + 6 * (1 - np.exp(-time / 0.03)))) * np.exp(-time / 0.08),
        0.3 * random.standard_normal(len(time)) * np.exp(-time / 0.05) + 0.3 * np.sin(2 * np.pi * 190 * time) * np.exp(-time / 0.06),
        0.3 * np.diff(random.standard_normal(len(time) + 1)) * np.exp(-time / 0.02),
    )
    onsets = ((np.arange(count) * 0.37 + 0.2 + random.random(count) * 0.02) * sample_rate).astype(int)
    samples = np.zeros(onsets[-1] + sample_rate, np.float32)
    for index, onset in enumerate(onsets):
        samples[onset : onset + len(time)] += hits[index % len(hits)].astype(np.float32)
    return np.clip(samples, -1, 1), onsets


@dataclass(frozen=True)
class Sharpness:
    """Of one attack."""

    rise: float  # seconds the envelope takes from 10 to 90 % of its peak
    contrast: float  # decibels of the 5 ms after the onset over the 5 ms before


def sharpness(samples: np.ndarray, onset: int, *, sample_rate: int) -> Sharpness:
    """The attack at sample ``onset`` of samples [N]. Contrast is bounded at 80 dB."""
    short = round(0.005 * sample_rate)
    before, after = (float(np.square(part, dtype=np.float64).mean()) for part in
                     (samples[onset - short : onset], samples[onset : onset + short]))
    first, last = onset - round(0.04 * sample_rate), onset + round(0.03 * sample_rate)
    envelope = np.abs(samples[max(0, first) : last])
    width = max(1, round(0.001 * sample_rate))
    envelope = np.lib.stride_tricks.sliding_window_view(np.pad(envelope, (width - 1, 0)), width).max(1)
    high = int(np.argmax(envelope >= 0.9 * envelope.max()))
    below = np.flatnonzero(envelope[: high + 1] < 0.1 * envelope.max())
    low = int(below[-1]) if len(below) else 0
    return Sharpness((high - low) / sample_rate, 10 * float(np.log10((after + 1e-12) / (before + 1e-8 * after + 1e-12))))


def attacks(codec: Codec, *, sample_rate: int) -> dict[str, dict[str, float]]:
    """Rise time in milliseconds and contrast in decibels of synthetic drum hits, means; decoded beside original."""
    samples, onsets = drum_hits(sample_rate=sample_rate)
    read = [[sharpness(each, int(onset), sample_rate=sample_rate) for onset in onsets] for each in (codec(samples), samples)]
    rise = [1000 * float(np.mean([hit.rise for hit in hits])) for hits in read]
    contrast = [float(np.mean([hit.contrast for hit in hits])) for hits in read]
    return {"rise_ms": {"decoded": rise[0], "original": rise[1]}, "contrast_db": {"decoded": contrast[0], "original": contrast[1]}}
