"""The log-mel front end: numpy against torch, and against what a sine and the definition say."""

from __future__ import annotations

import numpy as np
import pytest

from libretto.config import MelSpec
from libretto.errors import AudioError, ConfigError
from libretto.features import hann, hertz_to_mel, log_mel, mel_filters, mel_to_hertz

SPECS = [MelSpec(), MelSpec(window=480, bands=16), MelSpec(window=2048, bands=128)]


def sine(hertz: float, seconds: float = 1.0, rate: int = 24_000) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("length", [0, 5, 240, 479, 513, 12_345, 24_000])
def test_twins_agree(spec: MelSpec, length: int) -> None:
    torch = pytest.importorskip("torch")
    from libretto.nn.features import LogMel

    samples = np.random.default_rng(length).normal(0, 0.1, (2, 3, length)).astype(np.float32)
    ours, twin = log_mel(samples, spec), LogMel(spec)(torch.from_numpy(samples)).numpy()
    assert ours.shape == twin.shape == (2, 3, length // spec.hop, spec.bands)
    assert ours.dtype == twin.dtype == np.float32
    np.testing.assert_allclose(ours, twin, atol=1e-4)


def test_blocks_leave_no_seam() -> None:
    spec = MelSpec(window=480, bands=16)
    samples = np.random.default_rng(0).normal(0, 0.1, 240 * 1100).astype(np.float32)
    late = log_mel(samples[240 * 1000 :], spec)
    np.testing.assert_allclose(log_mel(samples, spec)[1010:], late[10:], atol=1e-5)


def test_full_scale_sine_has_amplitude_one() -> None:
    spectrum = np.abs(np.fft.rfft(sine(64 * 24_000 / 1024)[:1024] * hann(1024)))
    assert spectrum.argmax() == 64
    assert spectrum.max() == pytest.approx(1.0, abs=1e-4)


def test_frames_are_centred() -> None:
    spec = MelSpec()
    samples = np.zeros(24_000, dtype=np.float32)
    samples[50 * spec.hop] = 1.0
    assert log_mel(samples, spec).mean(axis=1).argmax() == 50


def test_sine_lands_in_its_band() -> None:
    spec = MelSpec()
    for hertz in (440.0, 3000.0):
        band = log_mel(sine(hertz), spec)[50].argmax()
        centres = mel_to_hertz(np.linspace(0, hertz_to_mel(12_000), spec.bands + 2))[1:-1]
        assert abs(band - np.abs(centres - hertz).argmin()) <= 1


def test_silence_is_the_floor() -> None:
    spec = MelSpec(floor=1e-5)
    assert np.allclose(log_mel(np.zeros(2400), spec), -5)


def test_filters_are_weighted_means() -> None:
    for spec in SPECS:
        filters = mel_filters(spec.sample_rate, spec.window, spec.bands)
        assert filters.shape == (spec.bands, spec.window // 2 + 1)
        np.testing.assert_allclose(filters.sum(axis=1), 1, atol=1e-6)
        assert filters.min() >= 0
    assert mel_filters(24_000, 1024, 80) is mel_filters(24_000, 1024, 80)
    narrow = mel_filters(24_000, 128, 80)  # bands narrower than bins are not empty
    np.testing.assert_allclose(narrow.sum(axis=1), 1, atol=1e-6)


def test_mel_scale_is_slaneys() -> None:
    assert float(hertz_to_mel(1000.0)) == pytest.approx(15.0)
    assert float(hertz_to_mel(6400.0)) == pytest.approx(42.0)
    hertz = np.linspace(0, 12_000, 50)
    np.testing.assert_allclose(mel_to_hertz(hertz_to_mel(hertz)), hertz, atol=1e-6)


def test_bad_input() -> None:
    with pytest.raises(AudioError, match="single number"):
        log_mel(np.float32(1.0), MelSpec())
    with pytest.raises(ConfigError):
        mel_filters(24_000, 1024, 0)


def test_gradient_reaches_the_samples() -> None:
    torch = pytest.importorskip("torch")
    from libretto.nn.features import LogMel

    samples = torch.from_numpy(sine(440.0, 0.1)).requires_grad_()
    LogMel(MelSpec())(samples).sum().backward()
    assert torch.isfinite(samples.grad).all()
    assert samples.grad.abs().max() > 0
    assert not LogMel(MelSpec()).state_dict()
