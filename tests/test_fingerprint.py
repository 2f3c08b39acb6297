"""Fingerprints: copies are near, different music is far, and the index finds what a full comparison finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soxr

from libretto.audio import Waveform
from libretto.corpus.recording.fingerprint import DUPLICATE, RATE, Index, _aligned, distance, fingerprint
from libretto.corpus.sources.source import SAMPLE_RATE
from libretto.errors import CorpusError


def music(seed: int, *, seconds: float = 6.0) -> np.ndarray:
    """Plucked notes at random places and pitches over soft noise: float32 [N]."""
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, 1e-3, round(seconds * SAMPLE_RATE))
    for start in np.arange(0, seconds - 0.1, 0.2):
        time = np.arange(round(min(0.8, seconds - start) * SAMPLE_RATE)) / SAMPLE_RATE
        hertz = 220 * 2 ** (rng.integers(0, 30) / 12)
        tone = sum(np.sin(2 * np.pi * hertz * part * time) / part for part in range(1, 6))
        first = round(start * SAMPLE_RATE)
        samples[first : first + len(time)] += 0.1 * np.exp(-4 * time) * tone
    return samples.astype(np.float32)


def through(samples: np.ndarray, path: Path) -> np.ndarray:
    """After a trip through an encoder."""
    Waveform(samples, SAMPLE_RATE).save(path)
    return Waveform.load(path, partial=True).samples[0]


CHANGES: dict[str, Callable[[np.ndarray, Path], np.ndarray]] = {
    "gain": lambda samples, _: 0.05 * samples,
    "turned over": lambda samples, _: -samples,
    "shifted": lambda samples, _: samples[round(0.513 * SAMPLE_RATE) :],
    "longer": lambda samples, _: np.concatenate([music(99, seconds=2.0), samples]),
    "resampled": lambda samples, _: soxr.resample(soxr.resample(samples, SAMPLE_RATE, 11_025), 11_025, SAMPLE_RATE),
    "mp3": lambda samples, folder: through(samples, folder / "a.mp3"),
    "ogg": lambda samples, folder: through(samples[480:], folder / "a.ogg"),
    "silence around": lambda samples, _: np.pad(samples, (30_000, 50_000)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_copies_are_near(change: str, tmp_path: Path) -> None:
    samples = music(1)
    copy = CHANGES[change](samples, tmp_path)
    assert distance(fingerprint(samples), fingerprint(copy)) < DUPLICATE / 2


def test_different_music_is_far_and_the_rate_is_what_it_says() -> None:
    prints = [fingerprint(music(seed)) for seed in range(6)]
    gaps = [distance(prints[a], prints[b]) for a in range(6) for b in range(a)]
    assert min(gaps) > 0.38
    assert distance(prints[0], prints[0]) == 0.0
    assert distance(prints[0], prints[1]) == pytest.approx(distance(prints[1], prints[0]))
    assert prints[0].dtype == np.uint32 and abs(len(prints[0]) - 6 * RATE) <= 4


def test_another_sample_rate_gives_the_same_words() -> None:
    samples = music(2)
    at_48 = fingerprint(soxr.resample(samples, SAMPLE_RATE, 48_000), 48_000)
    assert distance(fingerprint(samples), at_48) < 0.02


def test_silence_and_scraps_resemble_nothing() -> None:
    quiet, scrap = fingerprint(np.zeros(3 * SAMPLE_RATE)), fingerprint(music(1, seconds=0.3))
    assert not quiet.any() and len(quiet)
    assert distance(quiet, quiet) == distance(scrap, scrap) == distance(quiet, fingerprint(music(1))) == 0.5
    assert len(fingerprint(np.zeros(0))) == 0
    assert Index([quiet, quiet, scrap, scrap, fingerprint(np.zeros(0))]).pairs() == []
    assert Index([]).pairs() == []
    with pytest.raises(CorpusError, match="finite"):
        fingerprint(np.array([0.0, np.nan]))
    with pytest.raises(CorpusError, match="mono"):
        fingerprint(np.zeros((2, 100)))


def test_the_fast_comparison_is_the_slow_one() -> None:
    samples = np.concatenate([np.zeros(SAMPLE_RATE, np.float32), music(3), np.zeros(SAMPLE_RATE, np.float32)])
    first, second = fingerprint(samples), fingerprint(music(4))
    slow = min(_aligned(first, second, offset) for offset in range(-len(first), len(second)))
    assert distance(first, second) == pytest.approx(slow, abs=1e-9)


def test_the_index_finds_every_copy_and_nothing_else(tmp_path: Path) -> None:
    originals = [music(seed, seconds=4.0) for seed in range(20)]
    copies = [0.3 * originals[3], originals[7][7_000:], through(originals[11], tmp_path / "a.ogg")]
    prints = [fingerprint(samples) for samples in (*originals, *copies)]
    pairs = Index(prints).pairs()
    assert {(pair.first, pair.second) for pair in pairs} == {(3, 20), (7, 21), (11, 22)}
    shift = next(pair for pair in pairs if pair.first == 7)
    assert shift.offset == pytest.approx(-7_000 / SAMPLE_RATE * RATE, abs=1)
    for pair in pairs:
        assert pair.distance == pytest.approx(distance(prints[pair.first], prints[pair.second]), abs=0.01)
    assert [number for number, _ in Index(prints[:20]).near(prints[21])] == [7]
    assert Index(prints[:20]).near(fingerprint(music(50))) == []


def test_many_copies_of_one_sound_lead_to_the_first() -> None:
    words = fingerprint(music(5, seconds=2.0))
    others = [fingerprint(music(seed, seconds=2.0)) for seed in range(10, 13)]
    near = dict(Index([others[0], *[words] * 250, *others[1:]]).near(words))
    assert near[1] == 0.0 and set(near) <= set(range(1, 251))
