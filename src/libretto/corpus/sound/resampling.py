"""From twice the rate down to the rate."""

from __future__ import annotations

import numpy as np

from libretto.errors import require

njit = require("numba", extra="corpus").njit


CHUNK = 4096  # output samples worked on at once: they stay in the cache


@njit(cache=True, nogil=True, fastmath=True)
def _halve(samples, taps, result):
    count = result.shape[1]
    reach = len(taps) // 2
    odd = np.zeros(CHUNK + 2 * reach, np.float32)
    row = np.zeros(CHUNK, np.float32)
    for channel in range(2):
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            for i in range(size):
                row[i] = np.float32(0.5) * samples[2 * (start + i), channel]
            for i in range(size + 2 * reach):
                place = start + i - reach
                odd[i] = samples[2 * place + 1, channel] if 0 <= place < count else np.float32(0.0)
            for k in range(reach):
                tap = taps[k]
                far = 2 * reach - 1 - k
                for i in range(size):
                    row[i] += tap * (odd[i + k] + odd[i + far])
            for i in range(size):
                result[channel, start + i] = row[i]


def halve(samples: np.ndarray) -> np.ndarray:
    """float32 [2, N // 2] of interleaved float32 [N, 2] at half the rate, by a half-band low-pass."""
    reach = np.arange(-27, 28, 2)
    taps = 0.5 * np.sinc(0.5 * reach) * np.kaiser(2 * len(reach) - 1, 6.0)[::2]
    taps = (0.5 * taps / taps.sum()).astype(np.float32)
    result = np.empty((2, samples.shape[0] // 2), np.float32)
    _halve(samples, taps, result)
    return result
