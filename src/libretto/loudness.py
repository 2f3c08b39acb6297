"""Integrated loudness after ITU-R BS.1770-4, in numpy alone.

The two filters of the K weighting are applied through their frequency response, block by block: each block starts
half a second early, which is longer than the filters remember, and what the circular transform wraps around falls
into that lead.
"""

from __future__ import annotations

import numpy as np

_GATE = 0.4  # seconds of a gating block, three quarters overlapping
_ABSOLUTE, _RELATIVE = -70.0, -10.0  # gates: LUFS, LU
_OFFSET = -0.691
_LEAD = 0.5  # seconds
_BODY = 1 << 18  # samples of a filtered block
# Analogue parameters that give the standard's coefficients at 48 kHz and their like at any rate (De Man 2014).
_SHELF = {"hertz": 1681.974450955533, "gain": 3.999843853973347, "q": 0.7071752369554196}
_HIGH_PASS = {"hertz": 38.13547087602444, "q": 0.5003270373238773}


def k_weighting(sample_rate: int, n_fft: int) -> np.ndarray:
    """The frequency response of the K weighting: complex [n_fft // 2 + 1]."""
    z = np.exp(-2j * np.pi * np.arange(n_fft // 2 + 1) / n_fft)  # z ** -1
    k = np.tan(np.pi * _SHELF["hertz"] / sample_rate)
    high, middle, q = 10 ** (_SHELF["gain"] / 20), 10 ** (_SHELF["gain"] / 20 * 0.4996667741545416), _SHELF["q"]
    shelf = ((high + middle * k / q + k * k) + 2 * (k * k - high) * z + (high - middle * k / q + k * k) * z**2) / (
        (1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z**2
    )
    k, q = np.tan(np.pi * _HIGH_PASS["hertz"] / sample_rate), _HIGH_PASS["q"]
    norm = 1 + k / q + k * k
    high_pass = (1 - 2 * z + z**2) / (1 + 2 * (k * k - 1) / norm * z + (1 - k / q + k * k) / norm * z**2)
    return shelf * high_pass


def _quarter_energies(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """K-weighted energy of consecutive tenths of a second, summed over channels: [quarters]."""
    hop = round(sample_rate * _GATE / 4)
    length = samples.shape[-1] // hop * hop
    lead, body = round(_LEAD * sample_rate), max(1, _BODY // hop) * hop
    body = min(body, length)
    response = k_weighting(sample_rate, (lead + body) // 2 * 2)
    size = (lead + body) // 2 * 2
    lead = size - body
    padded = np.pad(samples, ((0, 0), (lead, body)))
    energies = []
    for start in range(0, length, body):
        block = padded[:, start : start + size].astype(np.float64)
        weighted = np.fft.irfft(np.fft.rfft(block) * response, n=size)[:, lead : lead + min(body, length - start)]
        energies.append((weighted**2).reshape(len(samples), -1, hop).sum(axis=(0, 2)))
    return np.concatenate(energies)


def integrated_loudness(samples: np.ndarray, sample_rate: int) -> float:
    """Integrated loudness in LUFS of samples [C, N]; -inf where nothing passes the gate.

    Every channel weighs 1, as left, right and centre do in the standard. Audio shorter than a gating block (0.4 s) is
    followed by silence up to one and counted by its own length (ours).
    """
    hop = round(sample_rate * _GATE / 4)
    counted = min(samples.shape[-1], 4 * hop)
    if samples.shape[-1] < 4 * hop:
        samples = np.pad(samples, ((0, 0), (0, 4 * hop - samples.shape[-1])))
    quarters = _quarter_energies(samples, sample_rate)
    blocks = np.convolve(quarters, np.ones(4), mode="valid") / counted
    loudness = _OFFSET + 10 * np.log10(np.maximum(blocks, 1e-30))
    loud = loudness > _ABSOLUTE
    if not loud.any():
        return float("-inf")
    relative = _OFFSET + 10 * np.log10(blocks[loud].mean()) + _RELATIVE
    kept = blocks[loud & (loudness > relative)]
    return float(_OFFSET + 10 * np.log10(kept.mean()))
