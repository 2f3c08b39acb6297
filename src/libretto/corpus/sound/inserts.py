"""What a player's sound runs through before the desk: tremolo, wah-wah, spring tank, rotating speaker, a microphone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from libretto.corpus.sound.equaliser import Band, equalise
from libretto.corpus.sound.rooms import convolve, spring
from libretto.errors import require

njit = require("numba", extra="corpus").njit


def tremolo(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """Loudness that sways, on both sides together or from side to side."""
    speed, depth = rng.uniform(4.0, 6.5), rng.uniform(0.2, 0.55)
    angle = 2 * np.pi * (speed * np.arange(samples.shape[-1], dtype=np.float32) / sample_rate + rng.random())
    apart = np.pi if rng.random() < 0.4 else 0.0
    sway = np.stack([np.sin(angle), np.sin(angle + np.float32(apart))])
    return (samples * (1 - depth * (0.5 + 0.5 * sway))).astype(np.float32)


def spring_tank(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """An amplifier's spring reverb, audibly so."""
    send = equalise(samples, [Band("high_pass", 250.0)], sample_rate=sample_rate)
    wet = convolve(send, spring(rng, seconds=float(rng.uniform(1.6, 2.8)), sample_rate=sample_rate))
    loud, soft = (float(np.sqrt((signal**2).mean())) for signal in (samples, wet))
    amount = rng.uniform(0.45, 0.8) * loud / (soft + 1e-9)
    return samples + wet * np.float32(amount)


@njit(cache=True, nogil=True, fastmath=True)
def _wah(samples, result, rate, low, high, resonance, sense, attack, release, speed, phase):
    """A band-pass swept by loudness (``sense`` over 0) and by a slow foot."""
    level = a0 = b0 = a1 = b1 = g = c1 = 0.0
    damping = 1.0 / resonance
    for i in range(samples.shape[1]):
        size = max(abs(samples[0, i]), abs(samples[1, i]))
        level += (attack if size > level else release) * (size - level)
        if i % 16 == 0:
            foot = 0.5 - 0.5 * np.cos(6.28318531 * (speed * i / rate + phase))
            open_ = min(sense * level + (foot if sense == 0.0 else 0.15 * foot), 1.0)
            g = np.tan(3.14159265 * low * (high / low) ** open_ / rate)
            c1 = 1.0 / (1.0 + g * (g + damping))
        v3 = samples[0, i] - b0
        v1 = c1 * (a0 + g * v3)
        v2 = b0 + g * v1
        a0 = 2.0 * v1 - a0
        b0 = 2.0 * v2 - b0
        result[0, i] = damping * v1 + 0.12 * v2
        v3 = samples[1, i] - b1
        v1 = c1 * (a1 + g * v3)
        v2 = b1 + g * v1
        a1 = 2.0 * v1 - a1
        b1 = 2.0 * v2 - b1
        result[1, i] = damping * v1 + 0.12 * v2


def wah(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """A pedal rocked in time or opened by each stroke."""
    result = np.empty_like(samples)
    peak = float(np.abs(samples).max(initial=0.0))
    touched = bool(rng.random() < 0.6)
    _wah(
        samples, result, float(sample_rate), float(rng.uniform(350, 480)), float(rng.uniform(1700, 2500)),
        float(rng.uniform(3.0, 5.0)), 1.8 / (peak + 1e-9) if touched else 0.0, 1 - np.exp(-1 / (0.006 * sample_rate)),
        1 - np.exp(-1 / (rng.uniform(0.08, 0.2) * sample_rate)), float(rng.uniform(0.8, 2.4)), float(rng.random()),
    )  # fmt: skip
    return result + np.float32(0.06) * samples


@njit(cache=True, nogil=True, fastmath=True)
def _rotate(samples, result, rate, speeds, delay, swing, sway, split):
    """Horn and drum turning at their own speeds: pitch and loudness move, opposite on both sides."""
    count = samples.shape[1]
    low = 0.0
    mono = np.empty(count)
    bass = np.empty(count)
    for i in range(count):
        value = 0.5 * (samples[0, i] + samples[1, i])
        low += split * (value - low)
        bass[i] = low
        mono[i] = value - low
    for i in range(count):
        horn = 6.28318531 * speeds[0] * i / rate
        drum = 6.28318531 * speeds[1] * i / rate
        for side in range(2):
            turn = np.sin(horn + 3.14159265 * 0.8 * side)
            place = i - delay - swing * turn
            whole = int(np.floor(place))
            value = 0.0
            if 0 <= whole < count - 1:
                part = place - whole
                value = mono[whole] * (1.0 - part) + mono[whole + 1] * part
            value *= 1.0 - sway * (0.5 + 0.5 * turn)
            result[side, i] = value + bass[i] * (1.0 - 0.35 * sway * (1.0 + np.sin(drum + 2.0 * side)))


def rotary(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """A rotating speaker, slow (chorale) or fast (tremolo)."""
    fast = bool(rng.random() < 0.55)
    speeds = np.array([rng.uniform(6.0, 7.2), rng.uniform(5.2, 6.0)] if fast else [rng.uniform(0.7, 1.0), 0.65])
    result = np.empty_like(samples)
    _rotate(
        samples, result, float(sample_rate), speeds, 0.0012 * sample_rate,
        float(rng.uniform(0.00035, 0.0006)) * sample_rate, float(rng.uniform(0.4, 0.65)),
        1 - np.exp(-2 * np.pi * 700 / sample_rate),
    )  # fmt: skip
    return result


def fiddle(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """A microphone close to the bridge: less body, more rosin than a violin in a hall."""
    bands = [
        Band("high_pass", rng.uniform(220, 280)), Band("peak", 450, -rng.uniform(3, 5), 1.0),
        Band("peak", rng.uniform(2600, 3400), rng.uniform(5, 8), 1.0), Band("high_shelf", 5000, 3.0),
    ]  # fmt: skip
    return equalise(samples, bands, sample_rate=sample_rate)


INSERTS: dict[str, Callable[..., np.ndarray]] = {
    "tremolo": tremolo,
    "spring": spring_tank,
    "wah": wah,
    "rotary": rotary,
    "fiddle": fiddle,
}
