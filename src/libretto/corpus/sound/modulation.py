"""Delays and what moves: echoes and chorus, over stereo float32 [2, N]."""

from __future__ import annotations

import numpy as np

from libretto.corpus.sound.equaliser import Band, equalise
from libretto.errors import require

njit = require("numba", extra="corpus").njit


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


BLOCK = 16  # samples between two places of the moving tap


@njit(cache=True, nogil=True, fastmath=True)
def _modulate(samples, result, rate, speed, depth, centre, wet, offset):
    """Variable delay around ``centre`` samples with linear reading; the right side a quarter turn later."""
    count = samples.shape[1]
    turn = 6.28318531 * speed / rate
    for channel in range(samples.shape[0]):
        phase = offset + 1.57 * channel
        here = centre + depth * np.sin(phase)
        for start in range(0, count, BLOCK):
            there = centre + depth * np.sin(turn * (start + BLOCK) + phase)
            step = (there - here) / BLOCK
            for i in range(start, min(start + BLOCK, count)):
                place = i - here
                here += step
                value = 0.0
                if place >= 0.0:
                    whole = int(place)
                    part = place - whole
                    value = samples[channel, whole] * (1.0 - part) + samples[channel, whole + 1] * part
                result[channel, i] = (1.0 - 0.3 * wet) * samples[channel, i] + wet * value
            here = there


def chorus(
    samples: np.ndarray, *, amount: float, speed: float, sample_rate: int, phase: float = 0.0
) -> np.ndarray:
    """One modulated voice beside the dry sound; ``amount`` 0..1, ``speed`` in hertz."""
    result = np.empty_like(samples)
    depth, centre = 0.0022 * sample_rate, 0.013 * sample_rate
    _modulate(samples, result, sample_rate, speed, depth * (0.4 + 0.6 * amount), centre, 0.7 * amount, phase)
    return result
