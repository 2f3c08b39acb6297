"""Drum machines synthesised per seed: a one-shot per General MIDI drum pitch, parts with hi-hat choke."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from libretto.corpus.score import Note
from libretto.corpus.sound import percussion
from libretto.corpus.sound.drum_table import ALIASES, ALIKE, LEVELS, MACHINES, PANS, RIM, TOMS
from libretto.corpus.sound.oscillators import filtered
from libretto.errors import CorpusError, did_you_mean

LOW, BAND, HIGH = range(3)


class Kit:
    """The one-shots of one machine for one seed, made when first hit. Each is float32 [N]."""

    def __init__(self, machine: str, rng: np.random.Generator, *, sample_rate: int) -> None:
        if machine not in MACHINES:
            raise CorpusError(
                f"drum machine {machine!r} does not exist: {did_you_mean(machine, list(MACHINES))}"
            )
        self.name, self.machine, self.rate = machine, MACHINES[machine], sample_rate
        self.tune = float(rng.uniform(0.92, 1.1))
        self.seed = int(rng.integers(1 << 30))
        self.metals = np.array([2.0, 3.0, 4.16, 5.43, 6.79, 8.21]) * rng.uniform(180, 260)
        self._shots: dict[tuple[int, int], np.ndarray] = {}

    def shot(self, pitch: int, take: int = 0) -> np.ndarray | None:
        """The one-shot of a General MIDI drum pitch, None where there is none. Players have two takes of each."""
        timpani = self.name == "orchestral" and 41 <= pitch <= 53 and pitch not in (42, 44, 46, 49, 51)
        pitch = pitch if timpani else ALIASES.get(pitch, pitch)
        take = 0 if self.name in ALIKE else take % 2
        if (pitch, take) not in self._shots:
            rng = np.random.default_rng([self.seed, pitch, take])
            make = self._timpano if timpani else self._maker(pitch)
            if make is None:
                return None
            self._shots[pitch, take] = self._colour(make(rng, pitch))
        return self._shots[pitch, take]

    def _maker(self, pitch: int) -> Callable[[np.random.Generator, int], np.ndarray] | None:
        made = percussion.KITS.get(self.name, {}).get(pitch) or percussion.HAND.get(pitch)
        if made is not None:
            return lambda rng, pitch: made(rng, float(self.rate), self.tune)
        named = {
            36: self._kick, 37: self._rim, 38: self._snare, 39: self._clap, 42: self._hat, 44: self._hat,
            46: self._hat, 49: self._cymbal, 51: self._cymbal, 53: self._cymbal, 55: self._cymbal,
        }  # fmt: skip
        return self._tom if pitch in TOMS else named.get(pitch)

    def _time(self, seconds: float) -> np.ndarray:
        return np.arange(int(seconds * self.rate)) / self.rate

    def _filter(self, samples: np.ndarray, hertz: float, resonance: float, mode: int) -> np.ndarray:
        return filtered(
            samples, np.full(len(samples), float(hertz)), float(resonance), float(self.rate), mode
        )

    def _noise(self, rng: np.random.Generator, count: int) -> np.ndarray:
        if self.name != "chip":
            return rng.standard_normal(count)
        hold = 2
        return np.repeat(rng.choice([-1.0, 1.0], count // hold + 1), hold)[:count]

    def _colour(self, samples: np.ndarray) -> np.ndarray:
        machine = self.machine
        if machine.dull_hz:
            samples = self._filter(samples, machine.dull_hz, 0.7, LOW)
        if machine.bits:
            steps = 2.0 ** (machine.bits - 1)
            samples = np.round(samples * steps) / steps
        fade = min(len(samples), self.rate // 100)
        samples[-fade:] *= np.linspace(1, 0, fade)
        return samples.astype(np.float32)

    def _kick(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        m = self.machine
        decay = rng.uniform(*m.kick_decay)
        t = self._time(min(1.4, 5 * decay + 0.1))
        base, top = rng.uniform(*m.kick_base), rng.uniform(*m.kick_top)
        sweep = base + (top - base) * np.exp(-t / m.kick_sweep) + 4 * base * np.exp(-t / 0.004)
        body = (
            np.sin(2 * np.pi * np.cumsum(sweep) / self.rate) * np.exp(-t / decay) * np.clip(t / 0.0008, 0, 1)
        )
        if self.name == "chip":
            return 0.8 * np.sign(body) * np.abs(body)
        click = self._filter(self._noise(rng, len(t)), 2500, 0.7, BAND) * np.exp(-t / 0.004)
        return np.tanh(m.drive * (body + 1.5 * rng.uniform(*m.kick_click) * click))

    def _snare(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        m = self.machine
        decay = rng.uniform(*m.snare_decay)
        t = self._time(max(0.3, 5 * decay))
        tone = rng.uniform(*m.snare_tone) * (1 + 0.25 * np.exp(-t / 0.008))
        angle = 2 * np.pi * np.cumsum(tone) / self.rate
        body = (np.sin(angle) + 0.45 * np.sin(1.59 * angle)) * np.exp(-t / m.snare_ring)
        noise = self._noise(rng, len(t))
        wires = self._filter(noise, rng.uniform(900, 2000), 0.7, HIGH) * np.exp(-t / decay)
        attack = noise * np.exp(-t / 0.004)
        if self.name == "brushes":
            wires *= np.clip(t / 0.012, 0, 1)
            attack *= 0.2
        return np.tanh(m.drive * ((1 - m.snare_noise) * body + 0.75 * m.snare_noise * wires + 0.3 * attack))

    def _clap(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        t = self._time(0.45)
        gaps = np.cumsum(rng.uniform(0.008, 0.013, 3))
        envelope = sum(np.where(t >= at, np.exp(-(t - at) / 0.005), 0) for at in (0.0, gaps[0], gaps[1]))
        envelope = envelope + np.where(t >= gaps[2], np.exp(-(t - gaps[2]) / rng.uniform(0.06, 0.12)), 0)
        return 1.6 * self._filter(self._noise(rng, len(t)), rng.uniform(1000, 1600), 1.2, BAND) * envelope

    def _metal(self, rng: np.random.Generator, t: np.ndarray, scale: float) -> np.ndarray:
        phases = rng.random(len(self.metals))
        turns = np.outer(self.metals * scale, t) + phases[:, None]
        squares = np.where(turns - np.floor(turns) < 0.5, 1.0, -1.0).mean(0)
        return 1.2 * self.machine.metal * squares + (1 - 0.6 * self.machine.metal) * 0.7 * self._noise(
            rng, len(t)
        )

    def _hat(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        decay = rng.uniform(*(self.machine.open_decay if pitch == 46 else self.machine.hat_decay))
        t = self._time(min(1.2, 6 * decay + 0.02))
        source = self._metal(np.random.default_rng(self.seed), t, 1.0)
        source = self._filter(self._filter(source, 6800, 0.9, HIGH), 6000, 0.7, HIGH)
        return 1.6 * source * np.exp(-t / decay) * np.clip(t / 0.0006, 0, 1)

    def _cymbal(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        ride = pitch in (51, 53)
        decay = rng.uniform(0.3, 0.5) if ride else rng.uniform(0.5, 0.9) * (0.5 if pitch == 55 else 1.0)
        t = self._time(min(2.4, 5 * decay))
        wash = self._filter(self._metal(rng, t, 1.3 if ride else 0.9), 4800 if ride else 3200, 0.7, HIGH)
        envelope = 0.75 * np.exp(-t / decay) + 0.5 * np.exp(-t / 0.05)
        if not ride:
            return 1.2 * wash * envelope
        ping = sum(np.sin(2 * np.pi * f * t) for f in self.metals[2:] * rng.uniform(2.2, 2.8)) / 4
        return 0.5 * wash * envelope + (0.9 if pitch == 53 else 0.45) * ping * np.exp(-t / 0.16)

    def _tom(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        t = self._time(0.7)
        turns = np.cumsum(self.tune * TOMS[pitch] * (1 + 0.45 * np.exp(-t / 0.03))) / self.rate
        body = np.sin(2 * np.pi * turns) * np.exp(-t / 0.2)
        body += 0.3 * np.sin(2 * np.pi * 1.52 * turns) * np.exp(-t / 0.08)
        skin = self._filter(self._noise(rng, len(t)), 1800, 0.8, BAND) * np.exp(-t / 0.012)
        return np.tanh(0.9 * self.machine.drive * (body + 0.4 * skin))

    def _rim(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        t = self._time(0.11)
        base = RIM * self.tune
        body = np.sin(2 * np.pi * base * t) + 0.6 * np.sin(2 * np.pi * 1.48 * base * t)
        body += 0.5 * self._noise(rng, len(t)) * np.exp(-t / 0.004)
        return 0.7 * body * np.exp(-t / 0.018) * np.clip(t / 0.0005, 0, 1)

    def _timpano(self, rng: np.random.Generator, pitch: int) -> np.ndarray:
        t = self._time(1.8)
        base = 440.0 * 2 ** ((pitch - 69) / 12)
        modes = ((1.0, 1.0, 0.55), (1.5, 0.6, 0.4), (1.98, 0.4, 0.3), (2.44, 0.2, 0.2), (0.6, 0.4, 0.08))
        body = sum(
            level * np.sin(2 * np.pi * base * ratio * t) * np.exp(-t / decay) for ratio, level, decay in modes
        )
        skin = self._filter(self._noise(rng, len(t)), 700, 0.7, LOW) * np.exp(-t / 0.02)
        return 0.6 * (body + 0.5 * skin) * np.clip(t / 0.002, 0, 1)


def play(
    machine: str, notes: Sequence[Note], samples: int, rng: np.random.Generator, *, sample_rate: int
) -> np.ndarray:
    """float32 [2, samples] of a drum part. Pitches no machine has are left out."""
    kit = Kit(machine, rng, sample_rate=sample_rate)
    out = np.zeros((2, samples), np.float32)
    ordered = sorted(notes, key=lambda note: (note.start, note.pitch))
    stops = _chokes(ordered)
    for place, note in enumerate(ordered):
        shot = kit.shot(note.pitch, place)
        start = max(0, round(note.start * sample_rate))
        if shot is None or start >= samples:
            continue
        gain = LEVELS.get(ALIASES.get(note.pitch, note.pitch), 0.6) * (note.velocity / 110) ** 1.4
        shot = shot[: samples - start] * np.float32(gain * rng.uniform(0.94, 1.06))
        if place in stops:
            length = round((stops[place] - note.start) * sample_rate)
            fade = np.clip(
                (length + sample_rate * 0.012 - np.arange(len(shot))) / (sample_rate * 0.012), 0, 1
            )
            shot = shot * fade.astype(np.float32)
        pan = PANS.get(note.pitch, 0.0) * 0.8
        out[0, start : start + len(shot)] += np.float32(np.sqrt(1 - pan)) * shot
        out[1, start : start + len(shot)] += np.float32(np.sqrt(1 + pan)) * shot
    return out


def _chokes(ordered: Sequence[Note]) -> dict[int, float]:
    """Place of an open hi-hat to the time at which a closed one stops it."""
    stops: dict[int, float] = {}
    ringing: int | None = None
    for place, note in enumerate(ordered):
        if note.pitch in (42, 44, 46) and ringing is not None and note.start > ordered[ringing].start:
            stops[ringing] = note.start
            ringing = None
        if note.pitch == 46:
            ringing = place
    return stops
