"""From twice the rate down to the rate."""

from __future__ import annotations

import numpy as np

from libretto.errors import require

njit = require("numba", extra="corpus").njit


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
