"""Voices of the built-in synthesiser: compiled kernels that add one note into a stereo buffer.

Every kernel takes ``out`` (float32 [2, N]) and adds ``total`` samples at ``start``; ``gate`` is the sample at
which the key is released. Saw and pulse are band-limited by polyBLEP (Välimäki and Huovilainen, "Antialiasing
oscillators in subtractive synthesis", 2007); the filter is the trapezoidal state variable filter
(Zavalishin, "The art of VA filter design"); the plucked string is Karplus-Strong with the extensions of
Jaffe and Smith (1983).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from libretto.errors import require

njit = require("numba", extra="corpus").njit

SAW, PULSE, TRIANGLE, SINE, STEPPED = range(5)
BLOCK = 16  # samples between two updates of cutoff and pitch


class Shape(NamedTuple):
    """Envelope, filter and motion of a voice. Seconds, hertz, cents; all floats, so one kernel serves."""

    attack: float = 0.005
    decay: float = 0.3
    sustain: float = 0.7
    release: float = 0.1
    cutoff: float = 8000.0
    tracking: float = 0.0  # hertz of cutoff per hertz of the note
    sweep: float = 0.0  # hertz the filter envelope adds
    sweep_attack: float = 0.0
    sweep_decay: float = 0.2
    resonance: float = 0.7
    motion_rate: float = 0.1  # slow movement of the cutoff
    motion_depth: float = 0.0
    motion_phase: float = 0.0
    vibrato_rate: float = 5.2
    vibrato_cents: float = 0.0
    vibrato_delay: float = 0.25
    pulse_width: float = 0.5
    pulse_motion: float = 0.0
    glide_cents: float = 0.0  # where the pitch starts, relative to the note
    glide_seconds: float = 0.05
    noise: float = 0.0


@njit(cache=True, nogil=True, fastmath=True)
def _sine(turns):
    """sin(2 pi turns) for turns in [0, 1), error below 1e-6."""
    x = turns - 0.5
    if x > 0.25:
        x = 0.5 - x
    elif x < -0.25:
        x = -0.5 - x
    s = x * x
    return -x * (
        6.28318531
        + s * (-41.3417022 + s * (81.6052492 + s * (-76.7058597 + s * (42.0586939 - s * 15.0946426))))
    )


@njit(cache=True, nogil=True, fastmath=True)
def _step(turns, increment):
    """PolyBLEP correction of a unit step at turns = 0."""
    if turns < increment:
        t = turns / increment
        return t + t - t * t - 1.0
    if turns > 1.0 - increment:
        t = (turns - 1.0) / increment
        return t * t + t + t + 1.0
    return 0.0


@njit(cache=True, nogil=True, fastmath=True)
def _wave(kind, turns, increment, width):
    if kind == 0:
        return 2.0 * turns - 1.0 - _step(turns, increment)
    if kind == 1:
        other = turns + 1.0 - width
        other -= np.floor(other)
        value = 1.0 if turns < width else -1.0
        return value + _step(turns, increment) - _step(other, increment) - (2.0 * width - 1.0)
    if kind == 2:
        return 4.0 * abs(turns - 0.5) - 1.0
    if kind == 3:
        return _sine(turns)
    return np.floor((4.0 * abs(turns - 0.5) - 1.0) * 7.5 + 0.5) / 7.5


@njit(cache=True, nogil=True, fastmath=True)
def _saws(left, right, count, turns, increment, gain_l, gain_r):
    """A block of a saw added to both sides, without carrying the phase along, so that it compiles to vectors."""
    inverse = 1.0 / increment
    for i in range(count):
        here = turns + i * increment
        here -= np.floor(here)
        after = max(1.0 - here * inverse, 0.0)  # the step of `_step`, written without branches
        before = max(1.0 - (1.0 - here) * inverse, 0.0)
        value = 2.0 * here - 1.0 + after * after - before * before
        left[i] += gain_l * value
        right[i] += gain_r * value
    end = turns + count * increment
    return end - np.floor(end)


@njit(cache=True, nogil=True, fastmath=True)
def subtractive(out, start, gate, total, rate, frequency, amplitude, kind, ratios, phases, pans, shape, seed):
    """Oscillators, a stereo low-pass, an envelope. ``ratios``, ``phases``, ``pans``: float64 [voices]."""
    voices = len(ratios)
    end = min(total, out.shape[1] - start)
    left_gain = np.sqrt(0.5 * (1.0 - pans) / voices) * 1.41421356
    right_gain = np.sqrt(0.5 * (1.0 + pans) / voices) * 1.41421356
    stereo = np.abs(pans).max() > 0.0
    left = np.zeros(BLOCK)
    right = np.zeros(BLOCK)
    a0 = b0 = a1 = b1 = 0.0
    envelope = 0.0
    rising = True
    up = 1.0 / max(shape.attack * rate, 1.0)
    fall = np.exp(-1.0 / (max(shape.decay, 1e-3) * rate))
    drop = np.exp(-4.0 / (max(shape.release, 1e-3) * rate))
    damping = 1.0 / shape.resonance
    state = np.uint32(seed * 2654435761 + 12345)
    for position in range(0, end, BLOCK):
        count = min(BLOCK, end - position)
        time = position / rate
        bend = shape.glide_cents * np.exp(-time / shape.glide_seconds)
        if shape.vibrato_cents != 0.0:
            depth = min(max(time - shape.vibrato_delay, 0.0) * 3.0, 1.0) * shape.vibrato_cents
            bend += depth * np.sin(6.28318531 * shape.vibrato_rate * time)
        base = frequency * 2.0 ** (bend / 1200.0) / rate
        slow = np.sin(6.28318531 * (shape.motion_rate * (start + position) / rate + shape.motion_phase))
        width = shape.pulse_width + shape.pulse_motion * slow
        for i in range(count):
            left[i] = 0.0
            right[i] = 0.0
        for voice in range(voices):
            increment = base * ratios[voice]
            if increment >= 0.48:
                continue
            turns = phases[voice]
            gain_l, gain_r = left_gain[voice], right_gain[voice]
            if kind == 0:
                phases[voice] = _saws(left, right, count, turns, increment, gain_l, gain_r)
                continue
            for i in range(count):
                value = _wave(kind, turns, increment, width)
                left[i] += gain_l * value
                right[i] += gain_r * value
                turns += increment
                if turns >= 1.0:
                    turns -= 1.0
            phases[voice] = turns
        if shape.noise > 0.0:
            for i in range(count):
                state = np.uint32(state * np.uint32(1664525) + np.uint32(1013904223))
                hiss = shape.noise * (state / 2147483648.0 - 1.0)
                left[i] += hiss
                right[i] += hiss
        opening = min(time / shape.sweep_attack, 1.0) if shape.sweep_attack > 0.0 else 1.0
        opening *= np.exp(-max(time - shape.sweep_attack, 0.0) / shape.sweep_decay)
        cutoff = (shape.cutoff + shape.sweep * opening) * (1.0 + shape.motion_depth * slow)
        cutoff = min(max(cutoff + shape.tracking * frequency, 30.0), 0.45 * rate)
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
            v3 = left[i] - b0
            v1 = c1 * a0 + c2 * v3
            v2 = b0 + c2 * a0 + c3 * v3
            a0 = 2.0 * v1 - a0
            b0 = 2.0 * v2 - b0
            gain = amplitude * envelope
            out[0, start + position + i] += gain * v2
            if stereo:
                v3 = right[i] - b1
                v1 = c1 * a1 + c2 * v3
                v2 = b1 + c2 * a1 + c3 * v3
                a1 = 2.0 * v1 - a1
                b1 = 2.0 * v2 - b1
            out[1, start + position + i] += gain * v2


@njit(cache=True, nogil=True, fastmath=True)
def modulated(out, start, gate, total, rate, frequency, amplitude, ratios, indices, decays, shape):
    """Phase modulation: a carrier, modulators at ``ratios``, ``indices`` falling in ``decays`` seconds.

    Chowning, "The synthesis of complex audio spectra by means of frequency modulation" (1973).
    """
    operators = len(ratios)
    end = min(total, out.shape[1] - start)
    turns = np.zeros(operators + 1)
    index = indices / 6.28318531
    falls = np.exp(-1.0 / (decays * rate))
    envelope = 0.0
    rising = True
    up = 1.0 / max(shape.attack * rate, 1.0)
    fall = np.exp(-1.0 / (max(shape.decay, 1e-3) * rate))
    drop = np.exp(-4.0 / (max(shape.release, 1e-3) * rate))
    base = frequency / rate
    for i in range(end):
        if i % BLOCK == 0 and (shape.vibrato_cents != 0.0 or shape.glide_cents != 0.0):
            time = i / rate
            bend = shape.glide_cents * np.exp(-time / shape.glide_seconds)
            depth = min(max(time - shape.vibrato_delay, 0.0) * 3.0, 1.0) * shape.vibrato_cents
            bend += depth * np.sin(6.28318531 * shape.vibrato_rate * time)
            base = frequency * 2.0 ** (bend / 1200.0) / rate
        if i >= gate:
            envelope *= drop
        elif rising:
            envelope += up
            if envelope >= 1.0:
                envelope = 1.0
                rising = False
        else:
            envelope = shape.sustain + (envelope - shape.sustain) * fall
        phase = turns[operators]
        for k in range(operators):
            phase += index[k] * _sine(turns[k])
            index[k] *= falls[k]
            turns[k] += base * ratios[k]
            turns[k] -= np.floor(turns[k])
        turns[operators] += base
        turns[operators] -= np.floor(turns[operators])
        value = amplitude * envelope * _sine(phase - np.floor(phase))
        out[0, start + i] += value
        out[1, start + i] += value


@njit(cache=True, nogil=True, fastmath=True)
def additive(out, start, gate, total, rate, frequency, amplitude, ratios, levels, decays, pans, shape):
    """Sum of decaying sine partials by recursion. ``decays``: seconds to 1/e; ``pans`` -1..1."""
    end = min(total, out.shape[1] - start)
    held = min(gate, end)
    up = max(shape.attack * rate, 1.0)
    drop = np.exp(-4.0 / (max(shape.release, 1e-3) * rate))
    left = np.zeros(end)
    right = np.zeros(end)
    for k in range(len(ratios)):
        step = 6.28318531 * frequency * ratios[k] / rate
        if step > 2.9:
            continue
        keep = np.exp(-1.0 / (decays[k] * rate))
        c, s = keep * np.cos(step), keep * np.sin(step)
        angle = 2.4 * k
        x, y = levels[k] * np.cos(angle), levels[k] * np.sin(angle)
        gain_l, gain_r = np.sqrt(1.0 - pans[k]), np.sqrt(1.0 + pans[k])
        for i in range(end):
            x, y = c * x - s * y, s * x + c * y
            left[i] += gain_l * y
            right[i] += gain_r * y
    envelope = 0.0
    for i in range(end):
        if i >= held:
            envelope *= drop
        else:
            envelope = min(envelope + 1.0 / up, 1.0)
        gain = amplitude * envelope
        out[0, start + i] += gain * left[i]
        out[1, start + i] += gain * right[i]


@njit(cache=True, nogil=True, fastmath=True)
def plucked(
    out, start, gate, total, rate, frequency, amplitude, brightness, position, sustain, release, seed
):
    """Karplus-Strong string. ``brightness`` 0..1, pick ``position`` 0..0.5, ``sustain`` seconds to -60 dB."""
    end = min(total, out.shape[1] - start)
    blend = 0.5 * (1.0 - 0.85 * brightness)  # loop low-pass (1 - b) x[n] + b x[n - 1]
    omega = 6.28318531 * frequency / rate
    lag = np.arctan2(blend * np.sin(omega), 1.0 - blend + blend * np.cos(omega)) / omega
    period = rate / frequency - lag
    length = max(int(period - 0.3), 1)
    fraction = period - length
    allpass = (1.0 - fraction) / (1.0 + fraction)
    loss = 10.0 ** (-3.0 / (sustain * frequency))
    damp = 10.0 ** (-3.0 / (max(release, 0.01) * frequency))
    line = np.zeros(length)
    state = np.uint32(seed * 2654435761 + 977)
    low = 0.0
    mean = 0.0
    for i in range(length):
        state = np.uint32(state * np.uint32(1664525) + np.uint32(1013904223))
        low += (0.25 + 0.7 * brightness) * ((state / 2147483648.0 - 1.0) - low)
        line[i] = low
        mean += low / length
    comb = max(1, int(position * length))
    shifted = line.copy()
    energy = 0.0
    for i in range(length):
        line[i] = shifted[i] - 0.8 * shifted[(i + comb) % length] - 0.2 * mean
        energy += line[i] * line[i]
    scale = amplitude * 0.35 / np.sqrt(energy / length + 1e-9)
    previous = last_in = last_out = 0.0
    index = 0
    for i in range(end):
        value = line[index]
        mixed = (1.0 - blend) * value + blend * previous
        previous = value
        mixed *= loss if i < gate else damp
        tuned = allpass * mixed + last_in - allpass * last_out
        last_in, last_out = mixed, tuned
        line[index] = tuned
        index += 1
        if index == length:
            index = 0
        out[0, start + i] += scale * value
        out[1, start + i] += scale * value


@njit(cache=True, nogil=True, fastmath=True)
def bent(source, out, start, rate, shape):
    """Add ``source`` [2, M], a note at its plain pitch, read along the bend and vibrato of ``shape``."""
    place = 0.0
    step = 1.0
    for i in range(out.shape[1] - start):
        if i % BLOCK == 0:
            time = i / rate
            bend = shape.glide_cents * np.exp(-time / shape.glide_seconds)
            depth = min(max(time - shape.vibrato_delay, 0.0) * 3.0, 1.0) * shape.vibrato_cents
            step = 2.0 ** ((bend + depth * np.sin(6.28318531 * shape.vibrato_rate * time)) / 1200.0)
        whole = int(place)
        if whole >= source.shape[1] - 1:
            return
        part = np.float32(place - whole)
        out[0, start + i] += source[0, whole] + part * (source[0, whole + 1] - source[0, whole])
        out[1, start + i] += source[1, whole] + part * (source[1, whole + 1] - source[1, whole])
        place += step


@njit(cache=True, nogil=True, fastmath=True)
def filtered(samples, cutoffs, resonance, rate, mode):
    """State variable filter over float64 [N] with a cutoff per sample. mode 0 low, 1 band, 2 high."""
    result = np.empty(len(samples))
    a = b = 0.0
    damping = 1.0 / resonance
    for i in range(len(samples)):
        g = np.tan(3.14159265 * min(cutoffs[i], 0.45 * rate) / rate)
        c1 = 1.0 / (1.0 + g * (g + damping))
        v3 = samples[i] - b
        v1 = c1 * a + g * c1 * v3
        v2 = b + g * c1 * a + g * g * c1 * v3
        a = 2.0 * v1 - a
        b = 2.0 * v2 - b
        result[i] = v2 if mode == 0 else (damping * v1 if mode == 1 else samples[i] - damping * v1 - v2)
    return result
