"""What a recording has been through: tape, cassette, worn record, old sampler, and the sound of earlier decades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from libretto.corpus.sound.dynamics import saturate
from libretto.corpus.sound.equaliser import Band, equalise
from libretto.errors import require

njit = require("numba", extra="corpus").njit


@njit(cache=True, nogil=True, fastmath=True)
def _warp(samples, result, rate, wow, depth, flutter, ripple, drift):
    """Read along a wavering path: wow, flutter and a slow ``drift`` at once; depths in samples."""
    count = samples.shape[1]
    offset = depth + ripple + drift
    place = 0.0
    step = 0.0
    for i in range(count):
        if i % 16 == 0:
            slow = depth * np.sin(6.28318531 * wow * i / rate) + drift * np.sin(6.28318531 * 0.11 * i / rate + 1.0)
            here = i - offset + slow + ripple * np.sin(6.28318531 * flutter * i / rate)
            if i == 0:
                place = here
            step = 1.0 + (here - place) / 64.0  # follow smoothly
        place += step
        whole = int(np.floor(place))
        part = place - whole
        for channel in range(samples.shape[0]):
            value = 0.0
            if 0 <= whole < count - 1:
                value = samples[channel, whole] * (1.0 - part) + samples[channel, whole + 1] * part
            result[channel, i] = value


def waver(
    samples: np.ndarray, *, wow: float, cents: float, flutter: float, flutter_cents: float, sample_rate: int
) -> np.ndarray:
    """Pitch that sways by ``cents`` at ``wow`` hertz, and faster by ``flutter_cents`` at ``flutter`` hertz."""
    result = np.empty_like(samples)
    depth, ripple = (
        (2 ** (size / 1200) - 1) / (2 * np.pi * speed) * sample_rate
        for size, speed in ((cents, wow), (flutter_cents, flutter))
    )
    _warp(samples, result, float(sample_rate), wow, depth, flutter, ripple, 0.3 * depth)
    return result


def _noise(
    rng: np.random.Generator, count: int, *, hiss: float, clicks: float, size: float, sample_rate: int
) -> np.ndarray:
    """[2, N] of hiss (level) and dust (``clicks`` a second, of ``size``)."""
    dust = rng.standard_normal((2, count), dtype=np.float32) * np.float32(hiss)
    places = rng.integers(0, max(count, 1), rng.poisson(clicks * count / sample_rate))
    sizes = size * rng.standard_normal(len(places)) * rng.uniform(0.2, 1.0, len(places)) ** 2
    dust[:, places] += sizes.astype(np.float32)
    return equalise(dust, [Band("high_pass", 500.0), Band("low_pass", 5500.0)], sample_rate=sample_rate)


def cassette(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """Wow and flutter, hiss, a soft top and a round saturation."""
    made = waver(
        samples, wow=rng.uniform(0.4, 1.1), cents=rng.uniform(3, 11), flutter=rng.uniform(5, 9),
        flutter_cents=rng.uniform(1, 4), sample_rate=sample_rate,
    )  # fmt: skip
    made = saturate(made, drive=float(rng.uniform(1.0, 2.6)))
    bands = [Band("low_pass", rng.uniform(4800, 8500)), Band("high_pass", rng.uniform(40, 80)), Band("peak", 90, 2.0)]
    hiss = _noise(rng, made.shape[-1], hiss=rng.uniform(0.001, 0.003), clicks=0.0, size=0.0, sample_rate=sample_rate)
    return equalise(made, bands, sample_rate=sample_rate) + hiss


def record(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """A worn record: wow of 33 turns a minute, crackle, a dull top."""
    made = waver(
        samples, wow=0.556, cents=rng.uniform(2, 9), flutter=rng.uniform(4, 7), flutter_cents=rng.uniform(0.3, 1.5),
        sample_rate=sample_rate,
    )  # fmt: skip
    dust = _noise(
        rng, made.shape[-1], hiss=rng.uniform(0.0004, 0.0014), clicks=rng.uniform(3, 16), size=rng.uniform(0.02, 0.09),
        sample_rate=sample_rate,
    )  # fmt: skip
    bands = [Band("low_pass", rng.uniform(4500, 8000)), Band("high_pass", rng.uniform(45, 110))]
    return equalise(made, bands, sample_rate=sample_rate) + dust


@njit(cache=True, nogil=True, fastmath=True)
def _hold(samples, result, step, levels):
    for channel in range(samples.shape[0]):
        clock = 1.0
        value = 0.0
        for i in range(samples.shape[1]):
            clock += step
            if clock >= 1.0:
                clock -= 1.0
                value = np.floor(samples[channel, i] * levels + 0.5) / levels
            result[channel, i] = value


def sampler(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """An early sampler: fewer bits and a lower rate, its folded treble dulled again."""
    result = np.empty_like(samples)
    step = min(rng.uniform(11_000, 19_000) / sample_rate, 1.0)
    _hold(samples, result, step, float(2 ** (rng.uniform(7.5, 10.5) - 1)))
    return equalise(result, [Band("low_pass", rng.uniform(5500, 9000))], sample_rate=sample_rate)


@dataclass(frozen=True)
class Decade:
    """Ranges the seed draws from: width of the stereo, drive, band in hertz, hiss (level), clicks a second."""

    width: tuple[float, float]
    drive: tuple[float, float]
    low: tuple[float, float]
    high: tuple[float, float]
    hiss: tuple[float, float] | None = None
    clicks: tuple[float, float] = (0.0, 0.0)


DECADES = {
    "40s": Decade((0.0, 0.0), (1.0, 2.0), (90, 160), (4300, 6000), (0.001, 0.003), (3, 14)),
    "50s": Decade((0.0, 0.4), (0.9, 1.8), (60, 90), (6000, 8500), (0.0004, 0.0012)),
    "60s": Decade((0.2, 1.0), (0.8, 1.7), (45, 75), (7000, 9500), (0.0003, 0.001)),
    "70s": Decade((0.7, 1.1), (0.6, 1.4), (30, 45), (8500, 10500), (0.0002, 0.0006)),
}
OLD = 0.4  # share of pieces of a decade that sound as recorded then
LOFI = ((record,), (cassette,), (sampler, record), (sampler, cassette), (cassette, record))


def lofi(samples: np.ndarray, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """One of the chains of worn media, its wear drawn from the seed."""
    for medium in LOFI[int(rng.integers(len(LOFI)))]:
        samples = medium(samples, rng, sample_rate=sample_rate)
    return samples


def widen(samples: np.ndarray, width: float) -> np.ndarray:
    """The sides at ``width`` of what they were; 0 is mono."""
    own, other = np.float32(0.5 + 0.5 * width), np.float32(0.5 - 0.5 * width)
    return own * samples + other * samples[::-1]


def aged(samples: np.ndarray, era: str, rng: np.random.Generator, *, sample_rate: int) -> np.ndarray:
    """How a decade recorded: nearly mono and narrow at first, then wider and cleaner.

    Not every piece in an old style is an old recording: two in five are. Eras without a sound of their own: as is.
    """
    if era not in DECADES or rng.random() >= OLD:
        return samples
    decade = DECADES[era]
    made = saturate(widen(samples, rng.uniform(*decade.width)), drive=float(rng.uniform(*decade.drive)))
    bands = [Band("high_pass", rng.uniform(*decade.low)), Band("low_pass", rng.uniform(*decade.high))]
    made = equalise(made, bands, sample_rate=sample_rate)
    if decade.hiss:
        hiss, clicks = rng.uniform(*decade.hiss), rng.uniform(*decade.clicks)
        made += _noise(rng, made.shape[-1], hiss=hiss, clicks=clicks, size=0.05, sample_rate=sample_rate)
    return made
