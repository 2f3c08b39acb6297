"""Wavetable oscillators: single cycles drawn per clip, band-limited per octave, read while moving through them."""

from __future__ import annotations

import numpy as np

from libretto.corpus.sound.formants import VOWELS
from libretto.errors import require

njit = require("numba", extra="corpus").njit

FRAMES, SIZE, OCTAVES = 8, 1024, 9
BLOCK = 16  # samples between two updates of pitch, place and cutoff


def _vocal(rng: np.random.Generator, number: np.ndarray) -> np.ndarray:
    """Two to four vowels as envelopes over the harmonics of a voice near 200 Hz."""
    base = rng.uniform(150, 260)
    rows = []
    for vowel in rng.permutation(list(VOWELS))[: int(rng.integers(2, 5))]:
        hertz, width, decibels = (np.array(column)[:, None] for column in zip(*VOWELS[vowel], strict=True))
        rows.append((10 ** (decibels / 20) / (1 + ((base * number - hertz) / (1.6 * width)) ** 2)).sum(0) + 0.02 / number)
    return np.stack(rows)


def _drawn(rng: np.random.Generator, number: np.ndarray) -> np.ndarray:
    """Spectra that slope and ripple differently: organ-like, hollow, bright."""
    rows = []
    for _ in range(int(rng.integers(3, 6))):
        ripple = 1 + rng.uniform(0.3, 0.95) * np.cos(2 * np.pi * number / rng.uniform(2.0, 9.0) + rng.uniform(0, 6))
        rows.append(ripple / number ** rng.uniform(0.9, 2.0))
    return np.stack(rows)


def _digital(rng: np.random.Generator, number: np.ndarray) -> np.ndarray:
    """Sparse spectra, as of early digital synthesisers."""
    rows = []
    for _ in range(int(rng.integers(3, 6))):
        kept = rng.random(number.size) < 0.5
        kept[0] = True
        rows.append(kept * rng.uniform(0.3, 1.0, number.size) / number ** rng.uniform(0.5, 1.1))
    return np.stack(rows)


FAMILIES = {"vocal": _vocal, "drawn": _drawn, "digital": _digital}


def tables(family: str, rng: np.random.Generator) -> np.ndarray:
    """float32 [octaves, frames, size + 1]; octave ``k`` holds harmonics up to ``size / 2 ** (k + 2)``."""
    number = np.arange(1, SIZE // 4 + 1, dtype=np.float64)
    drawn = FAMILIES[family](rng, number)
    places = np.linspace(0, len(drawn) - 1, FRAMES)
    low = np.minimum(places.astype(int), len(drawn) - 2)
    part = (places - low)[:, None]
    levels = drawn[low] * (1 - part) + drawn[low + 1] * part
    phases = np.exp(2j * np.pi * (rng.random(number.size) if family == "drawn" else 0.25))
    spectrum = np.zeros((OCTAVES, FRAMES, SIZE // 2 + 1), complex)
    for octave in range(OCTAVES):
        top = max(1, SIZE >> (octave + 2))
        spectrum[octave, :, 1 : top + 1] = (levels * phases)[:, :top]
    cycles = np.fft.irfft(spectrum, SIZE)
    cycles /= np.sqrt((cycles[:1] ** 2).mean(-1, keepdims=True)) * 2.0
    return np.concatenate([cycles, cycles[..., :1]], -1).astype(np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def wavetable(
    out, start, gate, total, rate, frequency, amplitude, cycles, travel, seconds, ratios, phases, pans, shape
):
    """One note. ``cycles`` from `tables`; ``travel`` -1..1 of the table within ``seconds``; voices as in `subtractive`."""
    octaves, frames, size = cycles.shape[0], cycles.shape[1], cycles.shape[2] - 1
    voices = len(ratios)
    end = min(total, out.shape[1] - start)
    left_gain = np.sqrt(0.5 * (1.0 - pans) / voices) * 1.41421356
    right_gain = np.sqrt(0.5 * (1.0 + pans) / voices) * 1.41421356
    left = np.zeros(BLOCK)
    right = np.zeros(BLOCK)
    a0 = b0 = a1 = b1 = 0.0
    envelope = 0.0
    rising = True
    up = 1.0 / max(shape.attack * rate, 1.0)
    fall = np.exp(-1.0 / (max(shape.decay, 1e-3) * rate))
    drop = np.exp(-4.0 / (max(shape.release, 1e-3) * rate))
    damping = 1.0 / shape.resonance
    highest = max(frequency * ratios.max() / rate, 1e-6)
    octave = int(min(max(np.ceil(np.log2(highest * size * 0.55)), 0.0), octaves - 1.0))
    begin = 0.0 if travel >= 0.0 else 1.0
    for position in range(0, end, BLOCK):
        count = min(BLOCK, end - position)
        time = position / rate
        bend = shape.glide_cents * np.exp(-time / shape.glide_seconds)
        depth = min(max(time - shape.vibrato_delay, 0.0) * 3.0, 1.0) * shape.vibrato_cents
        bend += depth * np.sin(6.28318531 * shape.vibrato_rate * time)
        base = frequency * 2.0 ** (bend / 1200.0) / rate
        slow = np.sin(6.28318531 * (shape.motion_rate * (start + position) / rate + shape.motion_phase))
        place = begin + travel * min(time / seconds, 1.0) + 0.25 * shape.motion_depth * slow
        place = min(max(place, 0.0), 1.0) * (frames - 1.001)
        frame = int(place)
        blend = place - frame
        one, two = cycles[octave, frame], cycles[octave, frame + 1]
        for i in range(count):
            left[i] = 0.0
            right[i] = 0.0
        for voice in range(voices):
            increment = base * ratios[voice]
            if increment >= 0.48:
                continue
            turns = phases[voice]
            for i in range(count):
                point = turns * size
                whole = int(point)
                part = point - whole
                first = one[whole] + part * (one[whole + 1] - one[whole])
                second = two[whole] + part * (two[whole + 1] - two[whole])
                value = first + blend * (second - first)
                left[i] += left_gain[voice] * value
                right[i] += right_gain[voice] * value
                turns += increment
                if turns >= 1.0:
                    turns -= 1.0
            phases[voice] = turns
        cutoff = min(max(shape.cutoff * (1.0 + shape.motion_depth * slow) + shape.tracking * frequency, 30.0), 0.45 * rate)
        g = np.tan(3.14159265 * cutoff / rate)
        c1 = 1.0 / (1.0 + g * (g + damping))
        c2 = g * c1
        c3 = g * c2
        for i in range(count):
            if position + i >= gate:
                envelope *= drop
            elif rising:
                envelope += up
                if envelope >= 1.0:
                    envelope = 1.0
                    rising = False
            else:
                envelope = shape.sustain + (envelope - shape.sustain) * fall
            gain = amplitude * envelope
            v3 = left[i] - b0
            v1 = c1 * a0 + c2 * v3
            v2 = b0 + c2 * a0 + c3 * v3
            a0 = 2.0 * v1 - a0
            b0 = 2.0 * v2 - b0
            out[0, start + position + i] += gain * v2
            v3 = right[i] - b1
            v1 = c1 * a1 + c2 * v3
            v2 = b1 + c2 * a1 + c3 * v3
            a1 = 2.0 * v1 - a1
            b1 = 2.0 * v2 - b1
            out[1, start + position + i] += gain * v2
