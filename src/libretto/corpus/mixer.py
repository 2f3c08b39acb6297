"""From stems to a mix: levels and tone by role, sends, sidechain, bus compression, loudness of the style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from libretto.corpus.dynamics import compress, limit, loudness, saturate
from libretto.corpus.equaliser import Band, equalise
from libretto.corpus.modulation import chorus, delay
from libretto.corpus.rooms import convolve, impulse_response
from libretto.corpus.score import Part, Score, Sheet
from libretto.corpus.tape import tape

REFERENCE = 0.1  # level of a stem at 0 dB
AUDIBLE_DB = -26.0  # a part quieter than this beside the loudest one is not named on the sheet
KNEE, CEILING = 0.72, 0.97  # of the soft limiter
WIDEST = 0.4  # of a part: side energy beside middle energy
EDGE_SECONDS = 0.35  # fade at the end
KICKS = (35, 36)


@dataclass(frozen=True)
class Role:
    """How a role stands in the mix: level in dB, sends 0..1, tone, and how far the kick pushes it down."""

    level_db: float
    reverb: float
    delay: float
    chorus: float
    ducking: float
    bands: tuple[Band, ...]


ROLES: dict[str, Role] = {
    "drums": Role(-0.5, 0.3, 0.0, 0.0, 0.0, (Band("high_pass", 26),)),
    "bass": Role(-1.5, 0.03, 0.0, 0.0, 1.0, (Band("high_pass", 28), Band("peak", 700, 1.5, 0.8))),
    "chords": Role(-3.0, 0.8, 0.5, 0.5, 1.0, (Band("high_pass", 95), Band("peak", 300, -1.5, 0.8))),
    "pad": Role(-6.0, 1.2, 0.2, 0.6, 1.0, (Band("high_pass", 140), Band("peak", 2500, -2, 0.8))),
    "arpeggio": Role(-5.5, 1.0, 0.8, 0.3, 0.8, (Band("high_pass", 160),)),
    "melody": Role(-1.5, 1.0, 0.8, 0.3, 0.4, (Band("high_pass", 120), Band("peak", 2600, 1.5, 0.8))),
    "counter": Role(-5.0, 1.1, 0.6, 0.3, 0.6, (Band("high_pass", 120),)),
}
# By style or, where the style has no entry, by family: drums beside the rest, and loudness in LUFS.
DRUMS_DB = {
    "electronic": 1.0, "metal": 1.5, "rock": 1.0, "punk": 1.0, "band": 0.5, "hip hop": 1.0, "jazz": -5.0,
    "classical": -4.0, "ambient": -5.0, "folk": -4.0, "country": -1.0, "latin": 0.0, "bossa nova": -3.5,
    "world": -2.0, "african": 0.5, "samba": 1.5, "march": 0.5, "big band": -2.0,
}  # fmt: skip
LOUDNESS = {
    "electronic": -13.0, "metal": -12.5, "punk": -12.5, "classical": -17.5, "ambient": -17.0, "jazz": -16.0,
    "bossa nova": -16.0, "folk": -16.0, "country": -14.5, "big band": -14.5, "gypsy jazz": -15.0, "march": -15.0,
}  # fmt: skip
ACOUSTIC = ("classical", "jazz", "folk", "tango")


def by_style(table: dict[str, float], sheet: Sheet, default: float) -> float:
    """The table's entry for the style, else for its family."""
    return table.get(sheet.style, table.get(sheet.family, default))


def level(samples: np.ndarray, *, sample_rate: int) -> float:
    """Root mean square of [2, N] over the 50 ms frames in which it sounds."""
    frame = sample_rate // 20
    power = (samples**2).mean(0)
    frames = power[: power.size // frame * frame].reshape(-1, frame).mean(1) if power.size >= frame else power
    sounding = frames[frames > 2e-3 * frames.max(initial=0.0)]
    return float(np.sqrt(sounding.mean(dtype=np.float64))) if sounding.size else 0.0


def narrow(samples: np.ndarray) -> np.ndarray:
    """The part with its sides at most ``WIDEST`` of its middle in energy, so that mono keeps its body."""
    middle, side = 0.5 * (samples[0] + samples[1]), 0.5 * (samples[0] - samples[1])
    inside, outside = (float(np.dot(signal, signal)) for signal in (middle, side))
    if outside <= WIDEST * inside or inside == 0.0:
        return samples
    side *= np.float32(np.sqrt(WIDEST * inside / outside))
    return np.stack([middle + side, middle - side])


def ducking(score: Score, samples: int, *, sample_rate: int) -> np.ndarray | None:
    """[samples] gain that dips at every kick, None without kicks."""
    kicks = sorted(
        {note.start for part in score.parts if part.drums for note in part.notes if note.pitch in KICKS}
    )
    if not kicks or score.mix.sidechain <= 0:
        return None
    time = np.arange(samples, dtype=np.float32) / sample_rate
    place = np.searchsorted(np.array(kicks, np.float32), time, side="right") - 1
    since = np.where(place >= 0, time - np.array(kicks, np.float32)[np.maximum(place, 0)], 9.0)
    length = min(0.3, 45.0 / max(score.sheet.bpm, 40.0))
    dip = np.clip(1 - since / length, 0, 1) ** 1.3 * np.clip(since / 0.004, 0, 1)
    return (1 - score.mix.sidechain * dip).astype(np.float32)


class Mixer:
    """Sums parts and sends, then masters. One mixer per clip; draws its taste from ``rng``."""

    def __init__(self, score: Score, samples: int, rng: np.random.Generator, *, sample_rate: int) -> None:
        self.score, self.rng, self.rate = score, rng, sample_rate
        self.dry = np.zeros((2, samples), np.float32)
        self.room = np.zeros_like(self.dry)
        self.echo = np.zeros_like(self.dry)
        self.duck = ducking(score, samples, sample_rate=sample_rate)

    def add(self, part: Part, samples: np.ndarray) -> np.ndarray:
        """Place one stem in the mix; returns it as it stands there, without reverb and delay."""
        role, mix, family = ROLES.get(part.role, ROLES["chords"]), self.score.mix, self.score.sheet.family
        tilt = float(self.rng.normal(0, 1.2))
        bands = [*role.bands, Band("high_shelf", 3500, tilt)]
        if family == "classical" and part.role != "drums":
            bands = [Band("high_pass", 30), Band("high_shelf", 3500, tilt)]
        stem = narrow(equalise(samples, bands, sample_rate=self.rate))
        if mix.chorus * role.chorus > 0.05:
            amount = min(1.0, mix.chorus * role.chorus * 1.5)
            speed = float(self.rng.uniform(0.4, 0.9))
            stem = chorus(stem, amount=amount, speed=speed, sample_rate=self.rate)
        sound = level(stem, sample_rate=self.rate)
        decibels = role.level_db + part.gain_db + float(self.rng.normal(0, 1.0))
        if part.role == "drums":
            decibels += by_style(DRUMS_DB, self.score.sheet, 0.0) + 4.0 * (self.score.sheet.intensity - 0.5)
        gain = REFERENCE * 10 ** (decibels / 20) / sound if sound > 1e-6 else 0.0
        pan = float(np.clip(part.pan, -0.9, 0.9))
        sides = gain * np.sqrt(np.array([[1 - pan], [1 + pan]]))
        stem *= sides.astype(np.float32)
        if self.duck is not None and role.ducking:
            stem *= 1 - role.ducking * (1 - self.duck)
        self.dry += stem
        self.room += stem * np.float32(role.reverb * (1.6 if part.drums and mix.gated_reverb else 1.0))
        if mix.delay > 0 and role.delay:
            self.echo += stem * np.float32(role.delay)
        return stem

    def master(self) -> np.ndarray:
        """float32 [2, N]: sends, bus compression, colour, loudness, limiter and the fade at the end."""
        score, mix, rng, rate = self.score, self.score.mix, self.rng, self.rate
        total = self.dry
        if mix.delay > 0:
            beat = 60.0 / max(score.sheet.bpm, 30.0)
            seconds = beat * float(rng.choice([0.5, 0.75, 0.75]))
            echoes = delay(self.echo, seconds=seconds, feedback=0.42, sample_rate=rate)
            total = total + echoes * np.float32(mix.delay)
            self.room += echoes * np.float32(0.3 * mix.delay)
        if mix.reverb > 0:
            total = total + self._reverb() * np.float32(mix.reverb)
        total = equalise(total, [Band("high_pass", 24), Band("high_pass", 24)], sample_rate=rate)
        total = total * np.float32(0.16 / (level(total, sample_rate=rate) + 1e-9))
        acoustic = score.sheet.family in ACOUSTIC or score.sheet.style in ACOUSTIC
        threshold, ratio = (0.5, 2.0) if acoustic else (0.3, 3.0)
        total = compress(
            total, threshold=threshold, ratio=ratio, attack=0.01, release=0.16, sample_rate=rate
        )
        if mix.saturation > 0:
            total = saturate(total, drive=0.5 + 2.5 * mix.saturation)
        if mix.lofi:
            total = tape(total, rng, sample_rate=rate)
        if mix.lowpass_hz > 0:
            total = equalise(total, [Band("low_pass", mix.lowpass_hz)], sample_rate=rate)
        target = by_style(LOUDNESS, score.sheet, -14.0) + float(np.clip(rng.normal(0, 0.8), -1.6, 1.6))
        return self._finish(total, target)

    def _reverb(self) -> np.ndarray:
        mix, rate = self.score.mix, self.rate
        send = equalise(self.room, [Band("high_pass", 180), Band("low_pass", 7500)], sample_rate=rate)
        response = impulse_response(
            self.rng, seconds=max(mix.reverb_seconds, 0.2), sample_rate=rate, gated=mix.gated_reverb
        )
        return convolve(send, response, lag=int(self.rng.uniform(0.008, 0.028) * rate))

    def _finish(self, total: np.ndarray, target: float) -> np.ndarray:
        """Loudness, in a second pass where limiting took some away; then the fade."""
        for _ in range(2):
            loud = loudness(total, sample_rate=self.rate)
            gain = float(np.clip(10 ** ((target - loud) / 20), 1e-3, 8.0)) if loud > -90 else 1.0
            total = total * np.float32(gain)
            if np.abs(total).max(initial=0.0) <= KNEE:
                break
            total = limit(total, knee=KNEE, ceiling=CEILING)
        total = total - total.mean(-1, keepdims=True)
        edge = min(int(EDGE_SECONDS * self.rate), total.shape[-1] // 2)
        if edge:
            total[:, -edge:] *= np.cos(np.linspace(0, np.pi / 2, edge, dtype=np.float32)) ** 2
        return total


def audible(levels: Sequence[float]) -> list[bool]:
    """Which of the parts, by summed energy over the clip, are loud enough to be named."""
    loudest = max(levels, default=0.0)
    return [value > 0 and 20 * np.log10(value / loudest) > AUDIBLE_DB for value in levels]
