"""From stems to a mix: levels and tone by role, sends, sidechain, bus compression, loudness of the style."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from libretto.corpus.score import Part, Score
from libretto.corpus.sound import media
from libretto.corpus.sound.desk import ACOUSTIC, DRUMS_DB, LOUDNESS, ROLES, by_style, room_kinds
from libretto.corpus.sound.dynamics import compress, level, limit, loudness, saturate
from libretto.corpus.sound.equaliser import Band, equalise
from libretto.corpus.sound.modulation import chorus, delay
from libretto.corpus.sound.rooms import convolve, impulse_response
from libretto.errors import require

njit = require("numba", extra="corpus").njit

REFERENCE = 0.1  # level of a stem at 0 dB
AUDIBLE_DB = -26.0  # a part quieter than this beside the loudest thing that sounds is not named on the sheet
KNEE, CEILING = 0.72, 0.97  # of the soft limiter
HANDS = 0.4  # of the differences in level between roles, when one instrument plays them all
WIDEST = 0.4  # of a part: side energy beside middle energy
EDGE_SECONDS, ONSET_SECONDS = 0.35, 0.002  # fades at the end and at the start
KICKS = (35, 36)
NOTHING = np.zeros(1, np.float32)  # an envelope for parts that yield to nobody


@njit(cache=True, nogil=True, fastmath=True)
def _sides(samples):
    """Energy of the middle and of the sides."""
    inside = outside = 0.0
    for i in range(samples.shape[1]):
        middle = samples[0, i] + samples[1, i]
        side = samples[0, i] - samples[1, i]
        inside += middle * middle
        outside += side * side
    return inside, outside


@njit(cache=True, nogil=True, fastmath=True)
def _place(stem, left, right, width, dips, dip, hushes, hush, dry, room, send, echo, echo_send):
    """A stem narrowed to ``width``, levelled, pushed down where ``dips`` and ``hushes`` say, and sent; in place."""
    for i in range(stem.shape[1]):
        middle = 0.5 * (stem[0, i] + stem[1, i])
        side = 0.5 * width * (stem[0, i] - stem[1, i])
        gain = (1.0 - dip * dips[i % len(dips)]) * (1.0 - hush * hushes[i % len(hushes)])
        one = left * gain * (middle + side)
        two = right * gain * (middle - side)
        stem[0, i] = one
        stem[1, i] = two
        dry[0, i] += one
        dry[1, i] += two
        room[0, i] += send * one
        room[1, i] += send * two
        echo[0, i] += echo_send * one
        echo[1, i] += echo_send * two


def width(samples: np.ndarray) -> float:
    """By how much the sides of [2, N] go down to be at most ``WIDEST`` of the middle in energy: mono keeps its body."""
    inside, outside = _sides(samples)
    return 1.0 if outside <= WIDEST * inside or inside == 0.0 else float(np.sqrt(WIDEST * inside / outside))


@njit(cache=True, nogil=True, fastmath=True)
def _dips(kicks, length, samples, rate, result):
    for place in range(len(kicks)):
        first = max(int(np.ceil(kicks[place] * rate)), 0)
        last = samples if place + 1 == len(kicks) else min(samples, int(np.ceil(kicks[place + 1] * rate)))
        for i in range(first, min(last, first + int(length * rate) + 1)):
            since = i / rate - kicks[place]
            result[i] = max(1.0 - since / length, 0.0) ** 1.3 * min(since / 0.004, 1.0)


def ducking(score: Score, samples: int, *, sample_rate: int) -> np.ndarray | None:
    """[samples] 0..1: how deep the dip after a kick is by then; None where nothing is ducked."""
    kicks = sorted(
        {note.start for part in score.parts if part.drums for note in part.notes if note.pitch in KICKS}
    )
    if not kicks or score.mix.sidechain <= 0:
        return None
    result = np.zeros(samples, np.float32)
    _dips(np.array(kicks), min(0.3, 45.0 / max(score.sheet.bpm, 40.0)), samples, float(sample_rate), result)
    return result


def presence(score: Score, samples: int, *, sample_rate: int) -> np.ndarray | None:
    """[samples] 0..1: where the tune sounds, with soft edges; None without one."""
    notes = [note for part in score.parts if part.role == "melody" and not part.drums for note in part.notes]
    if not notes:
        return None
    hop = sample_rate // 100
    grid = np.zeros(samples // hop + 2, np.float32)
    for note in notes:
        first, last = (int(max(at, 0.0) * sample_rate) // hop for at in (note.start, note.start + note.duration))
        grid[first : last + 1] = 1.0
    kernel = np.hanning(27)[1:-1]
    soft = np.convolve(grid, kernel / kernel.sum(), "same").astype(np.float32)
    slope = np.diff(soft, append=soft[-1:])[:, None] * (np.arange(hop, dtype=np.float32) / hop)
    return (soft[:, None] + slope).ravel()[:samples]


class Mixer:
    """Sums parts and sends, then masters. One mixer per clip; draws its taste from ``rng``."""

    def __init__(self, score: Score, samples: int, rng: np.random.Generator, *, sample_rate: int) -> None:
        self.score, self.rng, self.rate = score, rng, sample_rate
        self.dry = np.zeros((2, samples), np.float32)
        self.room = np.zeros_like(self.dry)
        self.echo = np.zeros_like(self.dry)
        self.bus = self.dry  # once mastered: parts and sends before the bus is treated
        self.dips = ducking(score, samples, sample_rate=sample_rate)
        self.alone = len({part.instrument for part in score.parts}) == 1
        self.tune = presence(score, samples, sample_rate=sample_rate)

    def add(self, part: Part, samples: np.ndarray) -> np.ndarray:
        """Place one stem in the mix; returns it as it stands there, without reverb and delay."""
        role, mix, rng = ROLES.get(part.role, ROLES["chords"]), self.score.mix, self.rng
        stem = equalise(samples, self._tone(part), sample_rate=self.rate)
        if mix.chorus * role.chorus > 0.05:
            amount = min(1.0, mix.chorus * role.chorus * 1.5)
            stem = chorus(stem, amount=amount, speed=float(rng.uniform(0.4, 0.9)), sample_rate=self.rate)
        gain = self._gain(part, stem)
        pan = float(np.clip(part.pan + (rng.normal(0, 0.06) if part.pan else 0.0), -0.9, 0.9))
        send = role.reverb * float(rng.uniform(0.75, 1.3)) * (1.6 if part.drums and mix.gated_reverb else 1.0)
        _place(
            stem, gain * np.sqrt(1 - pan), gain * np.sqrt(1 + pan), width(stem),
            self.dips if self.dips is not None else NOTHING, mix.sidechain * role.ducking,
            self.tune if self.tune is not None else NOTHING, 1 - 10 ** (-(0.0 if self.alone else role.yielding) / 20),
            self.dry, self.room, send, self.echo, role.delay if mix.delay > 0 else 0.0,
        )  # fmt: skip
        return stem

    def _tone(self, part: Part) -> list[Band]:
        """The role's equaliser, tilted, and one broad rise or dip of this clip's own."""
        role, rng = ROLES.get(part.role, ROLES["chords"]), self.rng
        tilt = Band("high_shelf", 3500, float(rng.normal(0, 1.4)))
        colour = Band("peak", float(np.exp(rng.uniform(np.log(250), np.log(3500)))), float(rng.normal(0, 1.6)), 0.8)
        if self.score.sheet.family == "classical" and part.role != "drums":
            return [Band("high_pass", 30), tilt, colour._replace(gain_db=0.6 * colour.gain_db)]
        return [*role.bands, tilt, colour]

    def _gain(self, part: Part, stem: np.ndarray) -> float:
        """What brings the stem to its level: by ear, but for drums and basses, whose weight is not in the ear."""
        role, sheet = ROLES.get(part.role, ROLES["chords"]), self.score.sheet
        sound = level(stem, sample_rate=self.rate, heard=not part.drums and part.role != "bass")
        weight = HANDS if self.alone else 1.0  # the hands of one player are closer than the players of a band
        decibels = weight * role.level_db + part.gain_db + float(self.rng.normal(0, 1.0 if part.role != "melody" else 0.7))
        if part.role == "drums":
            decibels += by_style(DRUMS_DB, sheet, 0.0) + 4.0 * (sheet.intensity - 0.5)
        return REFERENCE * 10 ** (decibels / 20) / sound if sound > 1e-6 else 0.0

    def master(self) -> np.ndarray:
        """float32 [2, N]: sends, bus compression, colour, loudness, limiter and the fade at the end."""
        score, mix, rng, rate = self.score, self.score.mix, self.rng, self.rate
        total = self.dry
        if mix.delay > 0:
            beat = 60.0 / max(score.sheet.bpm, 30.0)
            seconds = beat * float(rng.choice([0.5, 0.75, 0.75, 1 / 3]))
            feedback = float(rng.uniform(0.3, 0.52))
            echoes = delay(self.echo, seconds=seconds, feedback=feedback, sample_rate=rate)
            total = total + echoes * np.float32(mix.delay)
            self.room += echoes * np.float32(0.3 * mix.delay)
        if mix.reverb > 0:
            total = total + self._reverb() * np.float32(mix.reverb * rng.uniform(0.75, 1.25))
        self.bus = total
        total = self._colour(total)
        target = by_style(LOUDNESS, score.sheet, -14.0) + mix.loudness
        return self._finish(total, target + float(np.clip(rng.normal(0, 0.6), -1.2, 1.2)))

    def _colour(self, total: np.ndarray) -> np.ndarray:
        """Tilt and bus compression, then what the recording has been through."""
        score, mix, rng, rate = self.score, self.score.mix, self.rng, self.rate
        tilt = mix.brightness + float(rng.normal(0, 0.9))
        bands = [Band("high_pass", 24), Band("high_pass", 24), Band("high_shelf", 1900, 0.6 * tilt, 0.5)]
        bands.append(Band("low_shelf", 260, -0.4 * tilt, 0.5))
        total = equalise(total, bands, sample_rate=rate)
        total = total * np.float32(0.16 / (level(total, sample_rate=rate) + 1e-9))
        acoustic = score.sheet.family in ACOUSTIC or score.sheet.style in ACOUSTIC
        threshold, ratio = (0.5, 2.0) if acoustic else (0.3, float(rng.uniform(2.2, 3.8)))
        release = float(rng.uniform(0.1, 0.22))
        total = compress(total, threshold=threshold, ratio=ratio, attack=0.01, release=release, sample_rate=rate)
        total = media.widen(total, float(rng.uniform(0.75, 1.25)))
        if mix.saturation > 0:
            total = saturate(total, drive=0.5 + 2.5 * mix.saturation)
        total = media.aged(total, score.sheet.era, rng, sample_rate=rate)
        if mix.lofi:
            total = media.lofi(total, rng, sample_rate=rate)
        if mix.lowpass_hz > 0:
            hertz = mix.lowpass_hz * float(np.exp(rng.normal(0, 0.12)))
            total = equalise(total, [Band("low_pass", hertz)], sample_rate=rate)
        return total

    def _reverb(self) -> np.ndarray:
        mix, rate, rng = self.score.mix, self.rate, self.rng
        kinds = room_kinds(self.score.sheet)
        send = equalise(self.room, [Band("high_pass", 180), Band("low_pass", 7500)], sample_rate=rate)
        response = impulse_response(
            rng, seconds=max(mix.reverb_seconds, 0.2), sample_rate=rate, kind=kinds[int(rng.integers(len(kinds)))],
            gated=mix.gated_reverb,
        )  # fmt: skip
        send = 0.5 * (send[:1] + send[1:])  # into a room from one place, out of it from everywhere
        return convolve(send, response, lag=int(rng.uniform(0.004, 0.03) * rate))

    def _finish(self, total: np.ndarray, target: float) -> np.ndarray:
        """Loudness, in a second pass where limiting took some away; then the fades."""
        for _ in range(2):
            loud = loudness(total, sample_rate=self.rate)
            gain = float(np.clip(10 ** ((target - loud) / 20), 1e-3, 8.0)) if loud > -90 else 1.0
            total = total * np.float32(gain)
            if np.abs(total).max(initial=0.0) <= KNEE:
                break
            total = limit(total, knee=KNEE, ceiling=CEILING)
        total = total - total.mean(-1, keepdims=True)
        edge = min(int(EDGE_SECONDS * self.rate), total.shape[-1] // 2)
        onset = min(int(ONSET_SECONDS * self.rate), edge)
        if edge:
            total[:, -edge:] *= np.cos(np.linspace(0, np.pi / 2, edge, dtype=np.float32)) ** 2
            total[:, :onset] *= np.linspace(0, 1, onset, dtype=np.float32)
        return total


def audible(levels: Sequence[float], others: Sequence[float] = ()) -> list[bool]:
    """Which of the parts, by their levels over the clip, are loud enough to be named.

    ``others`` are levels of what else covers a part: sections of several parts, the reverb and echo of all.
    """
    loudest = max((*levels, *others), default=0.0)
    return [value > 0 and 20 * np.log10(value / loudest) > AUDIBLE_DB for value in levels]
