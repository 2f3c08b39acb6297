"""The kernel of ``engine.kernel``: one step of a stage's decoder, compiled by numba and kept in its cache."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from .vnni import BLOCK, TILE, as_float, from_half, product4, product8

BLOCK8, BLOCK4 = BLOCK[8], BLOCK[4]

_jit: Callable[..., Any] = numba.njit(nogil=True, fastmath=True, error_model="numpy", cache=True)
_inlined: Callable[..., Any] = numba.njit(nogil=True, fastmath=True, error_model="numpy", inline="always")


@_inlined
def _exp(x):  # type: ignore[no-untyped-def]
    """e^x to a few units of float32's last place, in plain arithmetic that vectorises; clipped to -87..88."""
    x = min(max(x, np.float32(-87.0)), np.float32(88.0))
    whole = np.rint(x * np.float32(1.4426950408889634))
    rest = x - whole * np.float32(0.693359375) + whole * np.float32(2.12194440e-4)
    series = np.float32(1.9875691500e-4)
    series = series * rest + np.float32(1.3981999507e-3)
    series = series * rest + np.float32(8.3334519073e-3)
    series = series * rest + np.float32(4.1665795894e-2)
    series = series * rest + np.float32(1.6666665459e-1)
    series = series * rest + np.float32(5.0000001201e-1)
    series = series * rest * rest + rest + np.float32(1.0)
    return series * as_float(np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)))


@_jit
def _coded(x, count, block, middle, codes, steps, middles):  # type: ignore[no-untyped-def]
    """x[:count] as signed bytes with one step a block, and what the weights' middle adds to each block, taken off."""
    for index in range(count // block):
        at = index * block
        largest = np.float32(0)
        for j in range(block):
            largest = max(largest, abs(x[at + j]))
        step = largest / np.float32(127)
        inverse = np.float32(1) / step if step > 0 else np.float32(0)
        total = np.int32(0)
        for j in range(block):
            code = np.int32(np.rint(x[at + j] * inverse))
            codes[at + j] = code
            total += code
        steps[index] = step
        middles[index] = -middle * total


@_jit
def _linear(bits, weights, scales, place, x, count, codes, steps, middles, out):  # type: ignore[no-untyped-def]
    """out[:N] = the matrix at ``place`` (weights, scales, tiles) times x[:count], activations rounded block by block."""
    block, middle = (BLOCK8, 128) if bits == 8 else (BLOCK4, 8)
    _coded(x, count, block, middle, codes, steps, middles)
    blocks = count // block
    for tile in range(place[2]):
        here = weights.ctypes.data + place[0] + tile * TILE * count * bits // 8
        scale = scales.ctypes.data + 4 * (place[1] + tile * TILE * blocks)
        target = out.ctypes.data + 4 * TILE * tile
        if bits == 8:
            product8(here, scale, codes.ctypes.data, steps.ctypes.data, middles.ctypes.data, blocks, target)
        else:
            product4(here, scale, codes.ctypes.data, steps.ctypes.data, middles.ctypes.data, blocks, target)


@_jit
def _added(x, more):  # type: ignore[no-untyped-def]
    for j in range(x.size):
        x[j] += more[j]


@_jit
def _normed(x, weight, epsilon, out):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for j in range(weight.size):
        total += x[j] * x[j]
    scale = np.float32(1) / np.float32(math.sqrt(total / np.float32(weight.size) + epsilon))
    for j in range(weight.size):
        out[j] = x[j] * scale * weight[j]


@_jit
def _turned(x, cosine, sine):  # type: ignore[no-untyped-def]
    """Rotary positions on one head's vector, in place; halves convention."""
    half = cosine.size
    for j in range(half):
        first, second = x[j], x[half + j]
        x[j] = first * cosine[j] - second * sine[j]
        x[half + j] = second * cosine[j] + first * sine[j]


@_jit
def _attended(packed, keys, values, position, cosine, sine, scores, out):  # type: ignore[no-untyped-def]
    """Causal attention of one step: packed q, k, v [3 H D]; keys, values [H, C, D] get the step's own at ``position``."""
    heads, _, width = keys.shape
    scale = np.float32(1) / np.float32(math.sqrt(width))
    for head in range(heads):
        query = packed[head * width : (head + 1) * width]
        key = packed[(heads + head) * width : (heads + head + 1) * width]
        _turned(query, cosine, sine)
        _turned(key, cosine, sine)
        keys[head, position] = key
        values[head, position] = packed[(2 * heads + head) * width : (2 * heads + head + 1) * width]
        largest = np.float32(-1e30)
        for t in range(position + 1):
            total = np.float32(0)
            for j in range(width):
                total += query[j] * keys[head, t, j]
            scores[t] = total * scale
            largest = max(largest, scores[t])
        total = np.float32(0)
        for t in range(position + 1):
            scores[t] = _exp(scores[t] - largest)
            total += scores[t]
        mixed = out[head * width : (head + 1) * width]
        mixed[:] = np.float32(0)
        for t in range(position + 1):
            share = scores[t]
            for j in range(width):
                mixed[j] += share * values[head, t, j]
        for j in range(width):
            mixed[j] /= total


@_jit
def _scored(query, sharp, guess, known, start, table, codes, bias, out):  # type: ignore[no-untyped-def]
    """The Gaussian head of one level: logits [V] of query, sharpness and guess [W]; table and codes [W, V] are float16."""
    out[:] = bias
    for i in range(query.size):
        soft = max(sharp[i], np.float32(0)) + np.float32(math.log1p(math.exp(-abs(sharp[i]))))
        beta = soft * known * start
        drawn = np.float32(2) * beta * guess[i]
        asked = query[i]
        for v in range(out.size):
            code = from_half(codes[i, v])
            out[v] += asked * from_half(table[i, v]) + code * (drawn - beta * code)


@_jit
def step(  # type: ignore[no-untyped-def]
    bits, epsilon, weights, scales, places, rows, inlet_bias, query_bias, sharp_bias, norms, cosines, sines, spread, start,
    table, heads, bias, ids, guess, known, position, keys, values, logits, x, normed, wide, mixed, gated, scores, codes,
    steps, middles,
):
    """ids [B, J], guess [B, K, W], known [B, K] to logits [B, 1, K, V]; keys, values [L, B, H, C, D] get the step's own."""
    levels, width = guess.shape[1:]
    for row in range(ids.shape[0]):
        for slot in range(ids.shape[1]):
            wide[slot * width : (slot + 1) * width] = rows[ids[row, slot]]
        at = ids.shape[1] * width
        for level in range(levels):
            for j in range(width):
                wide[at + level * width + j] = guess[row, level, j] / spread[level]
        _linear(bits, weights, scales, places[0], wide, at + levels * width, codes, steps, middles, x)
        _added(x, inlet_bias)
        for layer in range(keys.shape[0]):
            place = places[1 + 4 * layer :]
            _normed(x, norms[2 * layer], epsilon, normed)
            _linear(bits, weights, scales, place[0], normed, x.size, codes, steps, middles, wide)
            _attended(wide, keys[layer, row], values[layer, row], position, cosines[position], sines[position], scores, mixed)
            _linear(bits, weights, scales, place[1], mixed, x.size, codes, steps, middles, normed)
            _added(x, normed)
            _normed(x, norms[2 * layer + 1], epsilon, normed)
            _linear(bits, weights, scales, place[2], normed, x.size, codes, steps, middles, wide)
            for j in range(gated.size):
                gated[j] = wide[j] / (np.float32(1) + _exp(-wide[j])) * wide[gated.size + j]
            _linear(bits, weights, scales, place[3], gated, gated.size, codes, steps, middles, normed)
            _added(x, normed)
        _normed(x, norms[-1], epsilon, normed)
        query, sharp = wide[: levels * width], wide[levels * width : 2 * levels * width]
        _linear(bits, weights, scales, places[-2], normed, x.size, codes, steps, middles, query)
        _linear(bits, weights, scales, places[-1], normed, x.size, codes, steps, middles, sharp)
        _added(query, query_bias)
        _added(sharp, sharp_bias)
        for level in range(levels):
            some = slice(level * width, (level + 1) * width)
            _scored(query[some], sharp[some], guess[row, level], known[row, level], start[level], table[level], heads[level],
                    bias[level], logits[row, 0, level])
