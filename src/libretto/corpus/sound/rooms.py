"""Rooms: synthetic impulse responses of several kinds, and convolution with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from libretto.corpus.sound.equaliser import Band, equalise

BLOCK = 131_072  # samples of one transform: it stays in the cache


@dataclass(frozen=True)
class Room:
    """A kind of room. Pairs are ranges the seed draws from; seconds and hertz; figures are ours."""

    scale: tuple[float, float]  # decay beside what the style asks for
    early: int  # first reflections
    spread: float  # within this time
    strength: tuple[float, float]
    onset: float  # the tail builds up within this time
    dark: tuple[float, float]  # over this frequency the tail decays faster,
    treble: tuple[float, float]  # in this share of the time,
    bright: tuple[float, float]  # beginning this loud


ROOMS: dict[str, Room] = {
    "room": Room((0.3, 0.5), 14, 0.035, (2.0, 4.5), 0.004, (2200, 4000), (0.45, 0.7), (0.45, 0.8)),
    "chamber": Room((0.6, 0.9), 10, 0.05, (2.0, 4.0), 0.008, (2200, 3600), (0.5, 0.65), (0.4, 0.7)),
    "hall": Room((1.0, 1.3), 7, 0.08, (2.0, 5.0), 0.02, (1800, 3200), (0.4, 0.6), (0.35, 0.6)),
    "plate": Room((0.8, 1.1), 0, 0.0, (0.0, 0.0), 0.001, (3000, 5000), (0.6, 0.9), (0.6, 1.0)),
    "cathedral": Room((1.8, 2.6), 5, 0.12, (1.5, 3.0), 0.06, (1200, 2200), (0.3, 0.45), (0.2, 0.4)),
}
SPRING = "spring"


def fast_length(minimum: int) -> int:
    """The smallest 2^a 3^b 5^c of at least ``minimum``."""
    best = 1 << max(minimum - 1, 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            quotient = -(-minimum // three)
            best = min(best, three * (1 << max(quotient - 1, 0).bit_length()))
            three *= 3
        five *= 5
    return best


def impulse_response(
    rng: np.random.Generator, *, seconds: float, sample_rate: int, kind: str = "hall", gated: bool = False
) -> np.ndarray:
    """[2, L] synthetic room of unit energy: early echoes, then noise whose treble decays faster."""
    if kind == SPRING:
        return spring(rng, seconds=seconds, sample_rate=sample_rate)
    room = ROOMS[kind]
    seconds = min(max(seconds * rng.uniform(*room.scale), 0.15), 5.0)
    length = int(seconds * (0.25 if gated else 1.0) * sample_rate) + int(0.1 * sample_rate)
    time = np.arange(length, dtype=np.float32) / sample_rate
    noise = rng.standard_normal((2, length), dtype=np.float32)
    low = equalise(noise, [Band("low_pass", rng.uniform(*room.dark))], sample_rate=sample_rate)
    bright = rng.uniform(*room.bright)
    if gated:
        response = (1.3 * low + 0.5 * noise) * np.exp(-1.2 * time / time[-1])
        response *= np.clip((time[-1] - time) / 0.02, 0, 1)
    else:
        fast = np.exp(-6.9 * time / (rng.uniform(*room.treble) * seconds))
        response = 1.3 * low * np.exp(-6.9 * time / seconds) + bright * (noise - low) * fast
    response *= np.clip(time / room.onset, 0.15, 1.0)
    for _ in range(room.early):
        at, side = int(rng.uniform(0.003, room.spread) * sample_rate), int(rng.integers(2))
        response[side, at] += rng.choice([-1, 1]) * rng.uniform(*room.strength) * np.exp(-at / sample_rate / 0.05)
    return _unit(response)


def spring(rng: np.random.Generator, *, seconds: float, sample_rate: int) -> np.ndarray:
    """[2, L] of a spring tank: chirping echoes, as high tones travel slower along a coil, and nothing over 5 kHz.

    The echoes of one spring are a geometric series, summed in the frequency domain (after Parker and Bilbao,
    "Spring reverberation: a physical perspective", 2009; figures ours).
    """
    length = int(min(seconds, 4.0) * sample_rate)
    size = fast_length(2 * length)
    hertz = np.fft.rfftfreq(size, 1 / sample_rate)
    limit = rng.uniform(3800, 5200)
    sides = []
    for _ in range(2):
        total = np.zeros(hertz.size, complex)
        for _ in range(2):
            trip, chirp = rng.uniform(0.032, 0.062), rng.uniform(0.012, 0.03)
            lag = trip * hertz + chirp * hertz * np.minimum(hertz / limit, 1.0) ** 2 / 3
            loss = 10.0 ** (-3.0 * trip / seconds)
            once = np.exp(-2j * np.pi * lag) * rng.choice([-1.0, 1.0])
            total += once / (1 - loss * once)
        total *= (hertz / (hertz + 120.0)) / (1 + (hertz / limit) ** 8)
        sides.append(np.fft.irfft(total, size)[:length])
    fade = np.linspace(1, 0, length) ** 0.5
    return _unit(np.stack(sides) * fade)


def _unit(response: np.ndarray) -> np.ndarray:
    return (response / np.sqrt((response**2).sum(-1, keepdims=True) + 1e-20)).astype(np.float32)


def convolve(samples: np.ndarray, response: np.ndarray, *, lag: int = 0) -> np.ndarray:
    """[2, N] or [1, N] by [2, L] per channel, delayed by ``lag`` samples, cut to N; in blocks (overlap-add)."""
    count, reach = samples.shape[-1], response.shape[-1]
    blocks = max(1, round((count - lag) / max(BLOCK - reach, BLOCK // 2)))
    step = max(1, -(-(count - lag) // blocks))
    size = fast_length(step + reach)
    spectrum = np.fft.rfft(response, size)
    result = np.zeros((2, count + size), np.float32)
    for first in range(0, count - lag, step):
        wet = np.fft.irfft(np.fft.rfft(samples[:, first : first + step], size) * spectrum, size)
        result[:, first + lag : first + lag + size] += wet
    return result[:, :count]
