"""Effects on stereo float32 [2, N]: equaliser, reverb, delay, chorus, compressor, tape, limiter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from libretto.errors import require

njit = require("numba", extra="corpus").njit


class Band(NamedTuple):
    """One second-order section: ``kind`` is high_pass, low_pass, peak, low_shelf or high_shelf."""

    kind: str
    hertz: float
    gain_db: float = 0.0
    width: float = 0.707  # Q


def section(band: Band, *, sample_rate: int) -> np.ndarray:
    """[5] coefficients b0 b1 b2 a1 a2 of a band (Bristow-Johnson, "Audio EQ cookbook")."""
    angle = 2 * np.pi * min(band.hertz, 0.45 * sample_rate) / sample_rate
    cosine, alpha, gain = np.cos(angle), np.sin(angle) / (2 * band.width), 10 ** (band.gain_db / 40)
    if band.kind == "high_pass":
        b, a = [(1 + cosine) / 2, -1 - cosine, (1 + cosine) / 2], [1 + alpha, -2 * cosine, 1 - alpha]
    elif band.kind == "low_pass":
        b, a = [(1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2], [1 + alpha, -2 * cosine, 1 - alpha]
    elif band.kind == "peak":
        b = [1 + alpha * gain, -2 * cosine, 1 - alpha * gain]
        a = [1 + alpha / gain, -2 * cosine, 1 - alpha / gain]
    else:
        sign = 1.0 if band.kind == "high_shelf" else -1.0
        root = 2 * np.sqrt(gain) * alpha
        plus, minus = (gain + 1) + sign * (gain - 1) * cosine, (gain + 1) - sign * (gain - 1) * cosine
        tilt_b, tilt_a = (gain - 1) + sign * (gain + 1) * cosine, (gain - 1) - sign * (gain + 1) * cosine
        b = [gain * (plus + root), -2 * sign * gain * tilt_b, gain * (plus - root)]
        a = [minus + root, 2 * sign * tilt_a, minus - root]
    return np.array([b[0], b[1], b[2], a[1], a[2]]) / a[0]


@njit(cache=True, nogil=True, fastmath=True)
def _cascade(samples, sections, result):
    for channel in range(samples.shape[0]):
        state = np.zeros((len(sections), 2))
        for i in range(samples.shape[1]):
            value = samples[channel, i] + 1e-15  # keeps silence away from denormal numbers
            for k in range(len(sections)):
                out = sections[k, 0] * value + state[k, 0]
                state[k, 0] = sections[k, 1] * value - sections[k, 3] * out + state[k, 1]
                state[k, 1] = sections[k, 2] * value - sections[k, 4] * out
                value = out
            result[channel, i] = value


def equalise(samples: np.ndarray, bands: list[Band], *, sample_rate: int) -> np.ndarray:
    """The bands in series over [2, N]."""
    if not bands:
        return samples
    result = np.empty_like(samples)
    _cascade(samples, np.stack([section(band, sample_rate=sample_rate) for band in bands]), result)
    return result


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
    rng: np.random.Generator, *, seconds: float, sample_rate: int, gated: bool = False
) -> np.ndarray:
    """[2, L] synthetic room of unit energy: early echoes, then noise whose treble decays twice as fast."""
    length = int(min(seconds, 5.0) * (0.25 if gated else 1.0) * sample_rate) + int(0.1 * sample_rate)
    time = np.arange(length, dtype=np.float32) / sample_rate
    noise = rng.standard_normal((2, length), dtype=np.float32)
    low = equalise(noise, [Band("low_pass", rng.uniform(1800, 3200))], sample_rate=sample_rate)
    slow = np.exp(-6.9 * time / seconds)
    response = 1.3 * low * slow + rng.uniform(0.35, 0.6) * (noise - low) * np.exp(
        -6.9 * time / (0.5 * seconds)
    )
    if gated:
        response = (1.3 * low + 0.5 * noise) * np.exp(-1.2 * time / time[-1])
        response *= np.clip((time[-1] - time) / 0.02, 0, 1)
    response *= np.clip(time / 0.012, 0.15, 1.0)
    for _ in range(7):
        at, side = int(rng.uniform(0.005, 0.06) * sample_rate), int(rng.integers(2))
        response[side, at] += rng.uniform(2.0, 5.0) * np.exp(-at / sample_rate / 0.05)
    return (response / np.sqrt((response**2).sum(-1, keepdims=True))).astype(np.float32)


def convolve(samples: np.ndarray, response: np.ndarray, *, lag: int = 0) -> np.ndarray:
    """[2, N] by [2, L] per channel, delayed by ``lag`` samples, cut to N."""
    count = samples.shape[-1]
    size = fast_length(count + response.shape[-1])
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(response, size)
    wet = np.fft.irfft(spectrum, size)[:, : count - lag].astype(np.float32)
    return np.pad(wet, ((0, 0), (count - wet.shape[-1], 0)))


def delay(samples: np.ndarray, *, seconds: float, feedback: float, sample_rate: int) -> np.ndarray:
    """The wet part of a ping-pong delay: each echo is quieter, duller and on the other side."""
    step = max(1, int(seconds * sample_rate))
    result = np.zeros_like(samples)
    echo = samples
    for count in range(1, 6):
        if count * step >= samples.shape[-1]:
            break
        echo = equalise(echo, [Band("low_pass", 4200.0), Band("high_pass", 220.0)], sample_rate=sample_rate)
        echo = echo[::-1] * np.float32(feedback)
        result[:, count * step :] += echo[:, : -count * step]
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _modulate(samples, result, rate, speed, depth, centre, wet, offset):
    """Variable delay around ``centre`` samples with linear reading; the right side a quarter turn later."""
    count = samples.shape[1]
    for channel in range(samples.shape[0]):
        phase = offset + 1.57 * channel
        for i in range(count):
            place = i - centre - depth * np.sin(6.28318531 * speed * i / rate + phase)
            whole = int(np.floor(place))
            part = place - whole
            value = 0.0
            if 0 <= whole < count - 1:
                value = samples[channel, whole] * (1.0 - part) + samples[channel, whole + 1] * part
            result[channel, i] = (1.0 - 0.3 * wet) * samples[channel, i] + wet * value


def chorus(
    samples: np.ndarray, *, amount: float, speed: float, sample_rate: int, phase: float = 0.0
) -> np.ndarray:
    """One modulated voice beside the dry sound; ``amount`` 0..1, ``speed`` in hertz."""
    result = np.empty_like(samples)
    depth, centre = 0.0022 * sample_rate, 0.013 * sample_rate
    _modulate(samples, result, sample_rate, speed, depth * (0.4 + 0.6 * amount), centre, 0.7 * amount, phase)
    return result


@njit(cache=True, nogil=True, fastmath=True)
def _follow(samples, gains, threshold, slope, attack, release):
    level = 0.0
    for i in range(samples.shape[1]):
        peak = max(abs(samples[0, i]), abs(samples[1, i]))
        blend = attack if peak > level else release
        level = blend * level + (1.0 - blend) * peak
        gains[i] = 1.0 if level <= threshold else (level / threshold) ** slope


def compress(
    samples: np.ndarray, *, threshold: float, ratio: float, attack: float, release: float, sample_rate: int
) -> np.ndarray:
    """Feed-forward peak compressor, both channels linked; threshold linear, times in seconds."""
    gains = np.empty(samples.shape[-1], np.float32)
    rise, fall = np.exp(-1 / (attack * sample_rate)), np.exp(-1 / (release * sample_rate))
    _follow(samples, gains, threshold, 1 / ratio - 1, rise, fall)
    return samples * gains


def saturate(samples: np.ndarray, *, drive: float) -> np.ndarray:
    """tanh with unit gain for small signals."""
    return (np.tanh(samples * np.float32(drive)) / np.float32(drive)).astype(np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _limit(samples, knee, ceiling, result):
    room = ceiling - knee
    for channel in range(samples.shape[0]):
        for i in range(samples.shape[1]):
            value = samples[channel, i]
            size = abs(value)
            if size > knee:
                size = knee + room * np.tanh((size - knee) / room)
                value = size if value > 0 else -size
            result[channel, i] = value


def limit(samples: np.ndarray, *, knee: float, ceiling: float) -> np.ndarray:
    """Soft limiter: linear up to ``knee``, never above ``ceiling``."""
    result = np.empty_like(samples)
    _limit(samples, knee, ceiling, result)
    return result


def tape(
    samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int, noise: float = 1.0
) -> np.ndarray:
    """Wow, flutter, crackle, hiss and a dull top, as from a worn record or cassette."""
    result = np.empty_like(samples)
    wow, flutter = rng.uniform(0.3, 0.8), rng.uniform(5.0, 7.5)
    depth = rng.uniform(0.0007, 0.0018) * sample_rate
    _warp(samples, result, sample_rate, wow, depth, flutter, 0.00012 * sample_rate)
    count = samples.shape[-1]
    dust = np.zeros((2, count), np.float32)
    clicks = rng.integers(0, max(count, 1), rng.poisson(rng.uniform(2, 9) * count / sample_rate))
    dust[:, clicks] = (rng.standard_normal(len(clicks)) * rng.uniform(0.02, 0.06)).astype(np.float32)
    dust += rng.standard_normal((2, count), dtype=np.float32) * np.float32(rng.uniform(0.0004, 0.0012))
    dust = equalise(dust, [Band("high_pass", 500.0), Band("low_pass", 5500.0)], sample_rate=sample_rate)
    bands = [Band("low_pass", rng.uniform(4500, 7500)), Band("high_pass", rng.uniform(45, 90))]
    return equalise(result, bands, sample_rate=sample_rate) + dust * np.float32(noise)


@njit(cache=True, nogil=True, fastmath=True)
def _warp(samples, result, rate, wow, depth, flutter, ripple):
    count = samples.shape[1]
    for i in range(count):
        time = 6.28318531 * i / rate
        place = i - depth - ripple + depth * np.sin(wow * time) + ripple * np.sin(flutter * time)
        whole = int(np.floor(place))
        part = place - whole
        for channel in range(samples.shape[0]):
            value = 0.0
            if 0 <= whole < count - 1:
                value = samples[channel, whole] * (1.0 - part) + samples[channel, whole + 1] * part
            result[channel, i] = value


@njit(cache=True, nogil=True, fastmath=True)
def _halve(even, odd, taps, result):
    count = result.shape[1]
    for channel in range(2):
        for start in range(0, count, 4096):
            end = min(start + 4096, count)
            row = result[channel, start:end]
            row[:] = np.float32(0.5) * even[channel, start:end]
            for k in range(len(taps)):
                row += taps[k] * odd[channel, start + k : end + k]


def halve(samples: np.ndarray) -> np.ndarray:
    """float32 [2, N // 2] of interleaved float32 [N, 2] at half the rate, by a half-band low-pass."""
    reach = np.arange(-39, 40, 2)
    taps = 0.5 * np.sinc(0.5 * reach) * np.kaiser(2 * len(reach) - 1, 7.0)[::2]
    taps = (0.5 * taps / taps.sum()).astype(np.float32)
    count = samples.shape[0] // 2
    odd = np.pad(samples[1 : 2 * count : 2].T, ((0, 0), (len(taps) // 2, len(taps) // 2)))
    result = np.empty((2, count), np.float32)
    _halve(np.ascontiguousarray(samples[: 2 * count : 2].T), np.ascontiguousarray(odd), taps, result)
    return result


def loudness(samples: np.ndarray, *, sample_rate: int) -> float:
    """Integrated loudness in LUFS of [2, N]: `libretto.loudness` by recursive filters."""
    bands = [Band("high_shelf", 1499.0, 4.0, 0.7072), Band("high_pass", 38.135, 0.0, 0.5003)]
    power = (equalise(samples, bands, sample_rate=sample_rate) ** 2).sum(0)
    hop = sample_rate // 10
    if power.size < 4 * hop:
        power = np.pad(power, (0, 4 * hop - power.size))
    tenths = power[: power.size // hop * hop].reshape(-1, hop).mean(1, dtype=np.float64)
    blocks = np.convolve(tenths, np.full(4, 0.25), "valid")
    loud = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if loud.size == 0:
        return -np.inf
    loud = loud[loud > 0.1 * loud.mean()]
    return float(10 * np.log10(loud.mean()) - 0.6)  # -0.691, and the standard's high-pass passes 0.09 dB more
