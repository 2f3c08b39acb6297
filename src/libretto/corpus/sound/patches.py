"""The built-in synth patches, played: a recipe varied by the seed, so that no two clips are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from libretto.corpus.score import Note
from libretto.corpus.sound import formants, oscillators, wavetables
from libretto.corpus.sound.dynamics import saturate
from libretto.corpus.sound.equaliser import equalise
from libretto.corpus.sound.modulation import chorus
from libretto.corpus.sound.oscillators import Shape
from libretto.corpus.sound.patch import (
    Additive,
    Modulated,
    Partials,
    Patch,
    Plucked,
    Subtractive,
    Sweep,
    Wavetable,
)
from libretto.corpus.sound.patchbook import PATCHES
from libretto.corpus.sound.sweeps import sweep
from libretto.errors import CorpusError, did_you_mean

SLIDE_SECONDS = 0.035  # a slide is nine tenths there after 0.08 s
MUTED_SECONDS = 0.14  # the longest a damped string speaks
TOUCHING = 0.012  # seconds between two notes that are still one breath


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
    bands = tuple(
        band._replace(hertz=band.hertz * float(np.exp(rng.normal(0, 0.06))), gain_db=band.gain_db * float(rng.uniform(0.7, 1.3)))
        for band in patch.bands
    )
    patch = replace(patch, shape=Shape(*(float(value) for value in shape)), bands=bands)
    if isinstance(patch, Subtractive):
        width = float(rng.uniform(0.6, 1.35))
        return replace(patch, detune=_spread(patch.detune, width))
    if isinstance(patch, Wavetable):
        width, pace = float(rng.uniform(0.6, 1.35)), float(np.exp(rng.normal(0, 0.4)))
        family = str(rng.choice(list(wavetables.FAMILIES)))
        return replace(patch, detune=_spread(patch.detune, width), seconds=patch.seconds * pace, family=family)
    if isinstance(patch, Modulated):
        index, length = float(np.exp(rng.normal(0, 0.25))), float(np.exp(rng.normal(0, 0.2)))
        return replace(patch, operators=tuple((r, index * i, length * s) for r, i, s in patch.operators))
    if isinstance(patch, Plucked):
        return replace(
            patch,
            brightness=float(np.clip(patch.brightness + rng.uniform(-0.12, 0.12), 0.2, 0.97)),
            position=float(np.clip(patch.position * rng.uniform(0.7, 1.5), 0.05, 0.45)),
            sustain=patch.sustain * float(rng.uniform(0.7, 1.4)),
        )
    if isinstance(patch, Additive) and patch.partials is not None:
        return replace(patch, partials=_recast(patch.partials, rng))
    return patch


def _spread(detune: tuple[float, ...], width: float) -> tuple[float, ...]:
    """Detuning widened, octaves left where they are."""
    return tuple(cents if abs(cents) > 100 else width * cents for cents in detune)


def _recast(partials: Partials, rng: np.random.Generator) -> Partials:
    """Another specimen of the same body: every partial a little louder or softer, longer or shorter."""
    loud, long = np.exp(rng.normal(0, 0.22, 64)), np.exp(rng.normal(0, 0.15))

    def recast(frequency: float, velocity: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        ratios, levels, decays = partials(frequency, velocity)
        return ratios, levels * loud[: len(levels)], decays * long

    return recast


def _inflected(patch: Patch, note: Note, before: Note | None) -> Patch:
    """The patch for one note: its slide, vibrato or mute, and the glide from a note it is tied to."""
    shape = patch.shape
    if note.slide:
        shape = shape._replace(glide_cents=100.0 * note.slide, glide_seconds=SLIDE_SECONDS)
    elif before is not None and patch.glide and before.start + before.duration > note.start - TOUCHING:
        shape = shape._replace(glide_cents=100.0 * (before.pitch - note.pitch), glide_seconds=patch.glide)
    if note.vibrato:
        shape = shape._replace(vibrato_cents=max(shape.vibrato_cents, float(note.vibrato)), vibrato_delay=0.18)
    if note.muted:
        shape = shape._replace(
            decay=min(shape.decay, 0.08), sustain=0.0, release=min(shape.release, 0.03),
            cutoff=0.35 * shape.cutoff, sweep=0.3 * shape.sweep,
        )  # fmt: skip
        if isinstance(patch, Plucked):
            patch = replace(patch, brightness=0.5 * patch.brightness, sustain=min(0.12 * patch.sustain, 0.4))
    return patch if shape is patch.shape else replace(patch, shape=shape)


def _voice(
    patch: Patch, velocity: float, rng: np.random.Generator, cycles: np.ndarray | None
) -> Callable[..., None]:
    """The kernel of one note with everything bound but buffer, times and pitch."""
    opening = 1.0 - patch.accent + patch.accent * 1.4 * velocity
    if isinstance(patch, Subtractive | Wavetable):
        shape = patch.shape._replace(
            sweep=patch.shape.sweep * opening, cutoff=patch.shape.cutoff * (0.6 + 0.4 * opening)
        )
        ratios = 2.0 ** (np.array(patch.detune, np.float64) / 1200)
        pans = np.linspace(-patch.spread, patch.spread, len(ratios)) if len(ratios) > 1 else np.zeros(1)
        pans = pans[np.argsort(np.arange(len(pans)) % 2, kind="stable")]
        phases, seed = rng.random(len(ratios)), int(rng.integers(1 << 30))
        if isinstance(patch, Wavetable):
            return lambda *where: wavetables.wavetable(
                *where, cycles, patch.travel, patch.seconds, ratios, phases, pans, shape
            )
        return lambda *where: oscillators.subtractive(*where, patch.wave, ratios, phases, pans, shape, seed)
    if isinstance(patch, Modulated):
        ratios, indices, decays = (
            np.array(column, np.float64) for column in zip(*patch.operators, strict=True)
        )
        return lambda *where: oscillators.modulated(*where, ratios, indices * opening, decays, patch.shape)
    if isinstance(patch, Additive):
        return _body(patch, velocity)
    assert isinstance(patch, Plucked)
    return _string(patch, velocity, rng)


def _body(patch: Additive, velocity: float) -> Callable[..., None]:
    def strike(out, start, gate, total, rate, frequency, amplitude):
        ratios, levels, decays = patch.partials(frequency, velocity)
        pans = patch.spread * np.cos(np.arange(len(ratios)) * 2.4)
        oscillators.additive(
            out, start, gate, total, rate, frequency, amplitude, ratios, levels, decays, pans, patch.shape
        )

    return strike


def _string(patch: Plucked, velocity: float, rng: np.random.Generator) -> Callable[..., None]:
    seed = int(rng.integers(1 << 30))

    def pluck(out, start, gate, total, rate, frequency, amplitude):
        low = (
            float(np.clip(frequency / 220, 0.15, 4.0)) ** 0.6
        )  # thick strings are duller and struck further in
        bright = min(0.98, patch.brightness * (0.6 + 0.45 * velocity) * low)
        position = patch.position + 0.12 * max(1 - low, 0.0)
        for number, (semitones, level) in enumerate(patch.courses):
            oscillators.plucked(
                out, start, gate, total, rate, min(frequency * 2.0 ** (semitones / 12), 0.4 * rate), amplitude * level,
                bright, position, patch.sustain, patch.shape.release, seed + number,
            )  # fmt: skip

    return pluck


def play(
    name: str,
    notes: Sequence[Note],
    samples: int,
    rng: np.random.Generator,
    *,
    sample_rate: int,
    bpm: float = 120.0,
    cents: float = 0.0,
) -> np.ndarray:
    """float32 [2, samples] of a named patch playing the notes, ``cents`` off concert pitch.

    ``bpm`` is what filters wobble by. Raises CorpusError on an unknown name.
    """
    if name not in PATCHES:
        raise CorpusError(f"patch {name!r} does not exist: {did_you_mean(name, list(PATCHES))}")
    patch = vary(PATCHES[name], rng)
    out = np.zeros((2, samples), np.float32)
    cycles = wavetables.tables(patch.family, rng) if isinstance(patch, Wavetable) else None
    wobbles = rng.choice(patch.wobble, 64) if patch.wobble else None
    ordered = sorted(notes, key=lambda note: (note.start, note.pitch))
    before: Note | None = None
    for place, note in enumerate(ordered):
        start = max(0, round(note.start * sample_rate))
        if start >= samples:
            break
        follower = ordered[place + 1] if place + 1 < len(ordered) else None
        gate = _gate(patch, note, follower, sample_rate)
        frequency = 440.0 * 2.0 ** ((note.pitch - 69) / 12 + cents / 1200)
        amplitude = 0.3 * patch.level * (note.velocity / 127) ** patch.touch
        if isinstance(patch, Sweep):
            made = sweep(patch.kind, note.duration, frequency, rng, sample_rate=sample_rate)[:, : samples - start]
            out[:, start : start + made.shape[-1]] += made * np.float32(2 * amplitude)
            continue
        voice = _inflected(patch, note, before if patch.mono else None)
        if wobbles is not None:
            speed = bpm / 60 * float(wobbles[int(note.start * bpm / 120) % 64])
            shape = voice.shape._replace(motion_rate=speed, motion_phase=0.75 - speed * start / sample_rate % 1)
            voice = replace(voice, shape=shape)
        total = gate + round(1.7 * voice.shape.release * sample_rate)
        kernel = _voice(voice, note.velocity / 127, rng, cycles)
        _sound(voice, kernel, out, start, gate, total, float(sample_rate), frequency, amplitude)
        before = note
    return _finish(patch, out, rng, sample_rate=sample_rate)


def _gate(patch: Patch, note: Note, follower: Note | None, sample_rate: int) -> int:
    """Samples for which the key is held."""
    seconds = min(note.duration, MUTED_SECONDS) if note.muted else note.duration
    gate = max(round(seconds * sample_rate), sample_rate // 50)
    if patch.mono and follower is not None and follower.start > note.start + 0.02:
        gate = min(gate, round((follower.start - max(note.start, 0.0)) * sample_rate))
    return max(gate, 1)


def _sound(
    patch: Patch, kernel: Callable[..., None], out: np.ndarray, start: int, gate: int, total: int, rate: float,
    frequency: float, amplitude: float,
) -> None:  # fmt: skip
    """Strings and bodies have no pitch to move while they ring: a bent one is made apart and read along the bend."""
    moved = patch.shape.glide_cents or patch.shape.vibrato_cents
    if not moved or not isinstance(patch, Plucked | Additive):
        kernel(out, start, gate, total, rate, frequency, amplitude)
        return
    reach = 2.0 ** (max(patch.shape.glide_cents, 0.0) / 1200) - 1.0
    length = min(total, out.shape[1] - start) + int(rate * patch.shape.glide_seconds * reach) + int(0.1 * rate)
    note = np.zeros((2, length), np.float32)
    kernel(note, 0, gate, length, rate, frequency, amplitude)
    oscillators.bent(note, out, start, rate, patch.shape)


def _finish(patch: Patch, out: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """Vowels, drive, body and chorus over the whole part."""
    if patch.vowels:
        out = formants.sing(out, patch.vowels, rng, sample_rate=sample_rate)
    if patch.drive:
        peak = float(np.abs(out).max()) or 1.0
        out = saturate(out / np.float32(peak), drive=patch.drive) * np.float32(0.3 * max(patch.drive, 1.0))
    if patch.bands:
        out = equalise(out, patch.bands, sample_rate=sample_rate)
    if patch.chorus:
        speed = float(rng.uniform(0.4, 1.0))
        out = chorus(out, amount=patch.chorus, speed=speed, sample_rate=sample_rate, phase=rng.random())
    return out


__all__ = ["PATCHES", "play", "vary"]
