"""Waveforms, loudness, files that appear whole, and spectrograms."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from libretto.audio import FORMATS, Waveform, check_writable
from libretto.errors import AudioError
from libretto.files import atomic, atomic_folder, recover_folder
from libretto.spectrogram import colours, save_spectrogram, tick_step


def tone(seconds: float = 1.0, *, rate: int = 24_000, hertz: float = 440.0, level: float = 0.5) -> Waveform:
    phase = 2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate
    return Waveform(np.stack([np.sin(phase), np.cos(phase)]) * level, rate)


def music(rate: int, seconds: float, seed: int = 0) -> Waveform:
    """Stereo noise that swells, with a quiet second, so that both gates have something to do."""
    random = np.random.default_rng(seed)
    samples = random.normal(size=(2, round(rate * seconds))) * np.linspace(0.01, 0.2, round(rate * seconds))
    samples[:, rate : 2 * rate] *= 1e-4
    return Waveform(samples, rate)


# waveforms


def test_properties() -> None:
    audio = tone(1.5)
    assert (audio.channels, audio.seconds, audio.samples.dtype) == (2, 1.5, np.float32)
    assert audio.peak == pytest.approx(0.5, abs=1e-4)
    assert Waveform(np.zeros(10), 8000).samples.shape == (1, 10)


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        (np.array([0.0, np.nan]), 24_000, "not finite"),
        (np.array([0.0, np.inf]), 24_000, "not finite"),
        (np.zeros((1, 0)), 24_000, "empty"),
        (np.zeros((0, 5)), 24_000, "shape"),
        (np.zeros((1, 2, 3)), 24_000, "shape"),
        (np.zeros(5, dtype=np.int16), 24_000, "int16"),
        (np.zeros(5), 0, "sample_rate"),
        (np.zeros(5), 2.5, "sample_rate"),
    ],
)
def test_bad_samples(samples: np.ndarray, rate: int, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        Waveform(samples, rate)


def test_resample_keeps_tone_and_length() -> None:
    audio = tone(1.0, rate=44_100).resample(24_000)
    assert audio.samples.shape == (2, 24_000)
    np.testing.assert_allclose(audio.samples[:, 2000:-2000], tone(1.0).samples[:, 2000:-2000], atol=1e-3)
    assert tone().resample(24_000).samples.shape == (2, 24_000)
    with pytest.raises(AudioError):
        tone().resample(0)


def test_mono_trim() -> None:
    audio = tone()
    np.testing.assert_allclose(audio.mono().samples[0], audio.samples.mean(axis=0))
    part = audio.trim(start=0.25, seconds=0.5)
    np.testing.assert_array_equal(part.samples, audio.samples[:, 6000:18_000])
    assert audio.trim(start=0.25).seconds == 0.75
    for bad in ({"start": -0.1}, {"start": 1.0}, {"seconds": 2.0}, {"seconds": 0.0}):
        with pytest.raises(AudioError):
            audio.trim(**bad)


def test_crossfade_keeps_the_power_of_unlike_sounds() -> None:
    random = np.random.default_rng(0)
    one, two = (Waveform(random.normal(0, 0.1, 48_000), 24_000) for _ in range(2))
    joined = one.crossfade(two, seconds=1.0)
    assert joined.seconds == 3.0
    np.testing.assert_array_equal(joined.samples[:, :24_000], one.samples[:, :24_000])
    np.testing.assert_array_equal(joined.samples[:, -24_000:], two.samples[:, -24_000:])
    assert joined.samples[:, 24_000:48_000].std() == pytest.approx(0.1, rel=0.03)
    assert one.crossfade(two, seconds=0.0).seconds == 4.0
    with pytest.raises(AudioError, match="does not fit"):
        one.crossfade(two, seconds=2.5)
    with pytest.raises(AudioError, match="cannot join"):
        one.crossfade(tone(), seconds=0.1)


# loudness


def test_reference_sine() -> None:
    """BS.1770-4: a full-scale 997 Hz sine in one channel reads -3.01 LUFS."""
    phase = 2 * np.pi * 997 * np.arange(5 * 48_000) / 48_000
    assert Waveform(np.sin(phase), 48_000).loudness() == pytest.approx(-3.01, abs=0.01)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [0.4, 3.0, 14.37])
def test_loudness_against_pyloudnorm(rate: int, seconds: float) -> None:
    meter = pytest.importorskip("pyloudnorm").Meter(rate, filter_class="DeMan")
    audio = music(rate, seconds)
    assert audio.loudness() == pytest.approx(meter.integrated_loudness(audio.samples.T.astype(float)), abs=0.1)


def test_normalise() -> None:
    audio = music(24_000, 5.0)
    assert audio.normalise(lufs=-30).loudness() == pytest.approx(-30, abs=0.01)
    assert audio.normalise(lufs=0, peak=0.9).peak == pytest.approx(0.9, abs=1e-5)
    silence = Waveform(np.zeros((2, 24_000)), 24_000)
    assert silence.loudness() == -math.inf
    assert silence.normalise() is silence


def test_short_audio_has_a_loudness() -> None:
    assert tone(0.1).loudness() == pytest.approx(tone(2.0).loudness(), abs=1.0)


# files


@pytest.mark.parametrize(("suffix", "error"), [(".wav", 4e-5), (".flac", 4e-5), (".ogg", 0.05), (".mp3", 0.1)])
def test_round_trip(tmp_path: Path, suffix: str, error: float) -> None:
    audio, path = tone(2.0), tmp_path / f"tone{suffix}"
    audio.save(path)
    read = Waveform.load(path)
    assert (read.sample_rate, read.samples.shape) == (24_000, audio.samples.shape)
    assert np.abs(read.samples - audio.samples).mean() < error
    assert Waveform.load(path, sample_rate=16_000, mono=True).samples.shape == (1, 32_000)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", list(FORMATS))
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.8])
def test_cut_file(tmp_path: Path, suffix: str, share: float) -> None:
    whole, cut = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
    music(24_000, 3.0).save(whole)
    data = whole.read_bytes()
    cut.write_bytes(data[: int(share * len(data))])
    with pytest.raises(AudioError, match=f"cut{suffix}"):
        Waveform.load(cut)


def test_partial_takes_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    tone(2.0).save(path)
    path.write_bytes(path.read_bytes()[:48_000])
    assert Waveform.load(path, partial=True).seconds == pytest.approx(0.5, abs=0.01)


def test_bad_files(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("not audio")
    soundfile.write(tmp_path / "nan.wav", np.array([0.0, np.nan, 0.0]), 24_000, subtype="FLOAT")
    soundfile.write(tmp_path / "none.wav", np.zeros(0), 24_000)
    for name, message in (
        ("text.wav", "not readable"), ("nan.wav", "not finite"), ("none.wav", "no samples"), ("away.wav", "not there"), (".", "a folder"),
    ):
        with pytest.raises(AudioError, match=message):
            Waveform.load(tmp_path / name)


def test_save_refuses(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"'\.wav'"):
        tone().save(tmp_path / "tone.wave")
    with pytest.raises(AudioError, match="cannot be written"):
        tone(rate=1234).save(tmp_path / "tone.mp3")
    assert not list(tmp_path.iterdir())


def test_clipping_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tone(level=2.0).save(tmp_path / "loud.wav")
    assert "clipped" in caplog.text
    assert Waveform.load(tmp_path / "loud.wav").peak == pytest.approx(1.0, abs=1e-4)


def test_check_writable(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.wav", audio=True)
    check_writable(tmp_path / "a.npz")
    for path in (tmp_path, tmp_path / "away" / "a.wav"):
        with pytest.raises(AudioError):
            check_writable(path)
    with pytest.raises(AudioError, match="suffix"):
        check_writable(tmp_path / "a.npz", audio=True)


def test_atomic(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.txt"
    with atomic(path) as temporary:
        temporary.write_text("old")
        assert not path.exists()
    with pytest.raises(KeyError), atomic(path) as temporary:
        temporary.write_text("half")
        raise KeyError
    assert path.read_text() == "old"
    assert [item.name for item in path.parent.iterdir()] == ["a.txt"]


def test_atomic_folder(tmp_path: Path) -> None:
    target = tmp_path / "run"
    for text in ("one", "two"):
        with atomic_folder(target) as folder:
            (folder / f"{text}.txt").write_text(text)
    assert [item.name for item in target.iterdir()] == ["two.txt"]
    with pytest.raises(KeyError), atomic_folder(target):
        raise KeyError
    assert [item.name for item in tmp_path.iterdir()] == ["run"]
    target.rename(tmp_path / ".run.previous")  # a death between the two renames
    recover_folder(target)
    assert (target / "two.txt").read_text() == "two"


# spectrograms


def test_spectrogram(tmp_path: Path) -> None:
    path = tmp_path / "tone.png"
    save_spectrogram(tone(2.0, hertz=1000.0), path, width=600, height=240)
    first = path.read_bytes()
    pixels = np.asarray(Image.open(path).convert("L")).astype(int)
    assert pixels.shape == (240, 600)
    column = pixels[30:200, 300]
    mel = 15.0 / (15 + 27 * math.log(12) / math.log(6.4))  # 1 kHz of 12 kHz
    assert abs((30 + column.argmax()) - (206 - mel * (206 - 22))) < 6
    save_spectrogram(tone(2.0, hertz=1000.0), path, width=600, height=240)
    assert path.read_bytes() == first
    save_spectrogram([tone(), tone(0.001)], path, titles=["a", "b"], width=300, height=150)
    assert Image.open(path).size == (300, 300)


def test_spectrogram_refuses(tmp_path: Path) -> None:
    for bad in ({"path": tmp_path / "a.jpg"}, {"width": 20}, {"titles": ["a", "b"]}):
        with pytest.raises(AudioError):
            save_spectrogram(tone(), **{"path": tmp_path / "a.png", **bad})


def test_colours_rise_in_lightness() -> None:
    grey = colours().astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(grey) > -0.5).all()
    assert grey[-1] > 200 > 20 > grey[0]


@pytest.mark.parametrize(("seconds", "step"), [(10, 1), (37, 5), (0.3, 0.05), (300, 50)])
def test_tick_step(seconds: float, step: float) -> None:
    assert tick_step(seconds, most=10) == pytest.approx(step)
