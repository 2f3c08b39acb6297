"""The built-in synth patches, played: a recipe varied by the seed, so that no two clips are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from libretto.corpus import effects, oscillators
from libretto.corpus.oscillators import Shape
from libretto.corpus.patch_table import PATCHES, Additive, Modulated, Patch, Plucked, Subtractive
from libretto.corpus.score import Note
from libretto.errors import CorpusError, did_you_mean


def vary(patch: Patch, rng: np.random.Generator) -> Patch:
    """The patch of this clip: cutoff, sweep, decay, resonance, attack, detuning around the recipe (ours)."""
    shape = patch.shape
    scale = {
        name: float(np.exp(rng.normal(0, spread)))
        for name, spread in (
            ("cutoff", 0.22),
            ("sweep", 0.25),
            ("decay", 0.2),
            ("attack", 0.2),
            ("sweep_decay", 0.2),
        )
    }
    shape = shape._replace(
        **{name: getattr(shape, name) * value for name, value in scale.items()},
        resonance=max(0.6, shape.resonance * float(rng.uniform(0.85, 1.2))),
        motion_rate=shape.motion_rate * float(rng.uniform(0.6, 1.7)),
        motion_phase=float(rng.random()),
        vibrato_rate=shape.vibrato_rate * float(rng.uniform(0.92, 1.08)),
    )
    patch = replace(patch, shape=Shape(*(float(value) for value in shape)))
    if isinstance(patch, Subtractive):
        width = float(rng.uniform(0.6, 1.35))
        return replace(patch, detune=tuple(width * cents for cents in patch.detune))
    if isinstance(patch, Modulated):
        index, length = float(np.exp(rng.normal(0, 0.25))), float(np.exp(rng.normal(0, 0.2)))
        return replace(patch, operators=tuple((r, index * i, length * s) for r, i, s in patch.operators))
    if isinstance(patch, Plucked):
        return replace(
            patch,
            brightness=float(np.clip(patch.brightness + rng.uniform(-0.2, 0.2), 0.2, 0.95)),
            position=float(np.clip(patch.position * rng.uniform(0.7, 1.5), 0.08, 0.45)),
            sustain=patch.sustain * float(rng.uniform(0.7, 1.4)),
        )
    return patch


def _voice(patch: Patch, velocity: float, rng: np.random.Generator) -> Callable[..., None]:
    """The kernel of one note with everything bound but buffer, times and pitch."""
    opening = 1.0 - patch.accent + patch.accent * 1.4 * velocity
    if isinstance(patch, Subtractive):
        shape = patch.shape._replace(
            sweep=patch.shape.sweep * opening, cutoff=patch.shape.cutoff * (0.6 + 0.4 * opening)
        )
        ratios = 2.0 ** (np.array(patch.detune, np.float64) / 1200)
        pans = np.linspace(-patch.spread, patch.spread, len(ratios)) if len(ratios) > 1 else np.zeros(1)
        pans = pans[np.argsort(np.arange(len(pans)) % 2, kind="stable")]
        phases, seed = rng.random(len(ratios)), int(rng.integers(1 << 30))
        return lambda *where: oscillators.subtractive(*where, patch.wave, ratios, phases, pans, shape, seed)
    if isinstance(patch, Modulated):
        ratios, indices, decays = (
            np.array(column, np.float64) for column in zip(*patch.operators, strict=True)
        )
        return lambda *where: oscillators.modulated(*where, ratios, indices * opening, decays, patch.shape)
    if isinstance(patch, Additive):

        def add(out, start, gate, total, rate, frequency, amplitude):
            ratios, levels, decays = patch.partials(frequency, velocity)
            pans = patch.spread * np.cos(np.arange(len(ratios)) * 2.4)
            oscillators.additive(
                out, start, gate, total, rate, frequency, amplitude, ratios, levels, decays, pans, patch.shape
            )

        return add
    seed = int(rng.integers(1 << 30))

    def pluck(out, start, gate, total, rate, frequency, amplitude):
        low = (
            float(np.clip(frequency / 220, 0.15, 4.0)) ** 0.6
        )  # thick strings are duller and struck further in
        bright = min(0.98, patch.brightness * (0.6 + 0.45 * velocity) * low)
        position = patch.position + 0.12 * max(1 - low, 0.0)
        oscillators.plucked(
            out,
            start,
            gate,
            total,
            rate,
            frequency,
            amplitude,
            bright,
            position,
            patch.sustain,
            patch.shape.release,
            seed,
        )

    return pluck


def play(
    name: str, notes: Sequence[Note], samples: int, rng: np.random.Generator, *, sample_rate: int
) -> np.ndarray:
    """float32 [2, samples] of a named patch playing the notes. Raises CorpusError on an unknown name."""
    if name not in PATCHES:
        raise CorpusError(f"patch {name!r} does not exist: {did_you_mean(name, list(PATCHES))}")
    patch = vary(PATCHES[name], rng)
    out = np.zeros((2, samples), np.float32)
    ordered = sorted(notes, key=lambda note: (note.start, note.pitch))
    for place, note in enumerate(ordered):
        start = max(0, round(note.start * sample_rate))
        gate = max(round(note.duration * sample_rate), sample_rate // 50)
        if patch.mono and place + 1 < len(ordered) and ordered[place + 1].start > note.start + 0.02:
            gate = min(gate, round(ordered[place + 1].start * sample_rate) - start)
        if start >= samples:
            continue
        total = gate + round(1.7 * patch.shape.release * sample_rate)
        velocity = note.velocity / 127
        frequency = 440.0 * 2.0 ** ((note.pitch - 69) / 12)
        amplitude = 0.3 * patch.level * velocity**patch.touch
        _voice(patch, velocity, rng)(out, start, gate, total, float(sample_rate), frequency, amplitude)
    return _finish(patch, out, rng, sample_rate=sample_rate)


def _finish(patch: Patch, out: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """Drive, body and chorus over the whole part."""
    if patch.drive:
        peak = float(np.abs(out).max()) or 1.0
        out = effects.saturate(out / np.float32(peak), drive=patch.drive) * np.float32(
            0.3 * max(patch.drive, 1.0)
        )
    if patch.bands:
        out = effects.equalise(out, list(patch.bands), sample_rate=sample_rate)
    if patch.chorus:
        speed = float(rng.uniform(0.4, 1.0))
        out = effects.chorus(
            out, amount=patch.chorus, speed=speed, sample_rate=sample_rate, phase=rng.random()
        )
    return out


__all__ = ["PATCHES", "Patch", "play", "vary"]
