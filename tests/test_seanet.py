"""SoundStream: parameter counts, causality, streams in torch and ONNX Runtime, losses, the recipe and its resume."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from conftest import tones  # noqa: E402
from contract import assert_pieces_equal_whole  # noqa: E402
from libretto.codec import open_codec, waveform_export  # noqa: E402
from libretto.codec.discriminators import WaveformDiscriminators  # noqa: E402
from libretto.codec.losses import PAPER_SCALES, MelLoss, feature_distance  # noqa: E402
from libretto.codec.model import PhaseFreeCodec, WaveformCodec, build_codec, count_parameters  # noqa: E402
from libretto.codec.waveform_export import export, load_codec  # noqa: E402
from libretto.codec.waveform_runtime import WaveformRuntime  # noqa: E402
from libretto.config import preset  # noqa: E402
from libretto.errors import AudioError, ConfigError, RequestError, TrainingError, WeightsError  # noqa: E402
from libretto.nn.seanet import SeanetDecoder, SeanetEncoder, plain_weights  # noqa: E402
from libretto.train import build  # noqa: E402
from libretto.train.loop import train  # noqa: E402

TINY = dataclasses.replace(preset("tiny"), codec=dataclasses.replace(preset("tiny").codec, kind="seanet", strides=(20, 24)))
SPEC = TINY.codec
FRAMES = 9
CUTS = ([1] * FRAMES, [4, 5], [2, 6, 1], [1, 8])


@pytest.fixture(scope="module")
def codec() -> WaveformCodec:
    torch.manual_seed(0)
    made = build_codec(SPEC)
    assert isinstance(made, WaveformCodec)
    made.start(torch.from_numpy(tones(4.0)).reshape(4, -1), seed=0, iterations=3)
    return made.requires_grad_(False).eval()


@pytest.fixture(scope="module")
def runtime(codec: WaveformCodec, tmp_path_factory: pytest.TempPathFactory) -> WaveformRuntime:
    folder = tmp_path_factory.mktemp("codec")
    opened = open_codec(SPEC, folder, export(codec, folder, precision="float32"))
    assert isinstance(opened, WaveformRuntime)
    return opened


def samples(frames: int = FRAMES) -> np.ndarray:
    return tones(1.0, seed=1)[: frames * SPEC.hop]


def positioned(step: Callable[[int, int, Any], tuple[Any, Any]]) -> Callable[[Any, int], tuple[np.ndarray, Any]]:
    """``step(first, end, state)`` as the contract's ``advance(state, n)``: the position travels with the state."""

    def advance(state: tuple[int, Any], count: int) -> tuple[np.ndarray, tuple[int, Any]]:
        first, inner = state
        made, inner = step(first, first + count, inner)
        return np.asarray(made), (first + count, inner)

    return advance


def test_parameters_of_the_paper_preset() -> None:
    spec = preset("paper").codec
    assert (spec.channels, spec.strides, spec.latent) == (32, (2, 4, 5, 12), 64)
    encoder, decoder = (sum(weight.numel() for weight in plain_weights(net(spec)).parameters()) for net in (SeanetEncoder, SeanetDecoder))
    assert (encoder, decoder) == (5_738_560, 5_869_569)
    assert count_parameters(spec) == encoder + decoder + 12 * 1024 * 64


def test_verbs_of_both_kinds() -> None:
    wave = torch.from_numpy(tones(1.0)[None, : 8 * SPEC.hop + 17])
    for config in (preset("tiny"), TINY):
        codec = build_codec(config.codec).eval()
        assert isinstance(codec, WaveformCodec if config is TINY else PhaseFreeCodec)
        with torch.no_grad():
            latent = codec.encode(wave)
            tokens = codec.quantize(latent)
            assert latent.shape == (1, 8, SPEC.latent) and tokens.shape == (1, SPEC.levels, 8)
            assert codec.decode(tokens[:, :1]).shape == (1, 8 * SPEC.hop)
            assert torch.equal(codec.decode(tokens), codec.decode(tokens))


def test_no_future_and_all_of_the_past(codec: WaveformCodec) -> None:
    torch.manual_seed(1)
    wave, latent = torch.randn(1, FRAMES * SPEC.hop), torch.randn(1, FRAMES, SPEC.latent)
    for net, signal, at, out in ((codec.encoder, wave, 5 * SPEC.hop, 5), (codec.decoder, latent, 5, 5 * SPEC.hop)):
        changed = signal.clone()
        changed[:, at] += 1.0
        difference = (net(changed) - net(signal)).abs().flatten(2) if net is codec.encoder else (net(changed) - net(signal)).abs()
        assert float(difference[:, :out].max()) == 0.0
        assert float(difference[:, out:].max()) > 0.0


def test_torch_streams(codec: WaveformCodec) -> None:
    wave = torch.from_numpy(samples())[None]
    latent = codec.encode(wave)

    def encode(first: int, end: int, state: Any) -> Any:
        made, state = codec.encoder.step(wave[:, first * SPEC.hop : end * SPEC.hop], state)
        return made[0].T, state

    def decode(first: int, end: int, state: Any) -> Any:
        made, state = codec.decoder.step(latent[:, first:end], state)
        return made.reshape(-1, SPEC.hop).T, state

    for step, net in ((encode, codec.encoder), (decode, codec.decoder)):
        assert_pieces_equal_whole(positioned(step), lambda net=net: (0, net.start(1)), length=FRAMES, cuts=CUTS, tolerance=1e-5)


def test_runtime_streams_and_is_torch(codec: WaveformCodec, runtime: WaveformRuntime) -> None:
    wave = samples()
    tokens = runtime.encode(wave)
    expected = codec.quantize(codec.encode(torch.from_numpy(wave)[None]))
    assert np.array_equal(tokens, expected[0].numpy())
    assert len(np.unique(tokens[0])) > 1
    assert np.abs(runtime.decode(tokens) - codec.decode(expected)[0].numpy()).max() < 1e-5
    assert np.abs(runtime.decode(tokens[:2]) - runtime.decode(tokens)).max() > 1e-3

    def encode(first: int, end: int, state: Any) -> Any:
        return runtime.encode_chunk(state, wave[first * SPEC.hop : end * SPEC.hop])

    def decode(first: int, end: int, state: Any) -> Any:
        made, state = runtime.decode_chunk(state, tokens[:, first:end], last=end == FRAMES)
        return made.reshape(-1, SPEC.hop).T, state

    assert_pieces_equal_whole(positioned(encode), lambda: (0, runtime.encoder_stream()), length=FRAMES, cuts=CUTS)
    assert_pieces_equal_whole(positioned(decode), lambda: (0, runtime.decoder_stream()), length=FRAMES, cuts=CUTS, tolerance=1e-5)


def test_runtime_windows_and_edges(runtime: WaveformRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, wave = runtime.encode(samples()), runtime.decode(runtime.encode(samples()))
    monkeypatch.setattr("libretto.codec.waveform_runtime._WINDOW", 4)
    assert np.array_equal(runtime.encode(samples()), tokens)
    assert np.abs(runtime.decode(tokens) - wave).max() < 1e-5
    assert runtime.encode(samples()[: SPEC.hop + 1]).shape == (SPEC.levels, 2)
    assert runtime.encode(np.zeros(0)).shape == (SPEC.levels, 0) and runtime.decode(tokens[:, :0]).shape == (0,)
    assert (runtime.levels, runtime.frame_rate, runtime.sample_rate, runtime.context) == (SPEC.levels, 50, 24_000, 0)
    _, state = runtime.decode_chunk(runtime.decoder_stream(), tokens, last=True)
    for wrong, error in (
        (lambda: runtime.encode(np.zeros((2, 960))), AudioError),
        (lambda: runtime.encode(np.full(960, np.nan)), AudioError),
        (lambda: runtime.encode_chunk(runtime.encoder_stream(), np.zeros(481)), AudioError),
        (lambda: runtime.decode(tokens + SPEC.codebook_size), RequestError),
        (lambda: runtime.decode(tokens.astype(np.float32)), RequestError),
        (lambda: runtime.decode_chunk(state, tokens), RequestError),
        (lambda: WaveformRuntime(preset("tiny").codec, runtime.folder, {}), ConfigError),
        (lambda: WaveformRuntime(SPEC, runtime.folder, {}), WeightsError),
    ):
        with pytest.raises(error):
            wrong()


def test_half_precision_is_near(
    codec: WaveformCodec, runtime: WaveformRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graphs = {name: onnx.load(runtime.folder / f"codec_{part}.onnx") for name, part in (("samples", "encoder"), ("latent", "decoder"))}
    monkeypatch.setattr(waveform_export, "trace", lambda *given, inputs, **named: graphs[inputs[0]])  # tracing is slow
    half = open_codec(SPEC, tmp_path, export(codec, tmp_path))
    tokens = runtime.encode(samples())
    whole = runtime.decode(tokens)
    assert 0.0 < np.abs(half.decode(tokens) - whole).max() < 0.01 * np.abs(whole).max()


def test_reconstruction_loss_and_discriminators() -> None:
    torch.manual_seed(0)
    mel, wave = MelLoss(24_000, PAPER_SCALES), torch.from_numpy(tones(0.5))[None]
    noisy = wave + 0.01 * torch.randn_like(wave)
    louder = wave + 0.1 * torch.randn_like(wave)
    same, near, far = (float(mel.reconstruction(mel.views(other), mel.views(wave))) for other in (wave, noisy, louder))
    assert same < 0.01 < near < far
    assert [window for window, _ in mel.scales] == [2048, 1024, 512, 256, 128, 64]
    judges = WaveformDiscriminators(width=2).requires_grad_(False)
    real, fake = judges(wave), judges(noisy)
    assert len(real.scores) == 4 and [len(inner) for inner in real.inner] == [6, 6, 6, 7]
    assert real.scores[-1].shape[3] == 1  # the last kernel spans every frequency
    assert float(feature_distance(real.inner, real.inner)) == 0.0 < float(feature_distance(real.inner, fake.inner))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "audio.npy"
    np.save(path, np.stack([tones(3.0, seed=seed) for seed in range(8)]))
    return path


def recipe(data: Path, **settings: Any) -> Any:
    return build("codec", TINY, data=data, seed=0, **{"batch": 2, "crop_seconds": 0.1, "judges_width": 1, "start_crops": 4,
                                                      "learning_rate": 2e-3, **settings})


def test_the_reconstruction_falls(data: Path) -> None:
    learner = recipe(data, adversarial_from=1000)
    batch = learner.batch(0)
    learner.codec.train()
    losses = [learner.step(batch, step, 1.0)["reconstruction"] for step in range(24)]
    assert np.isfinite(losses).all() and np.mean(losses[-3:]) < 0.75 * np.mean(losses[:3]), losses


def test_training_resumes_bit_equal(data: Path, tmp_path: Path) -> None:
    settings: dict[str, Any] = {"validate_every": 0, "warmup": 2, "decay": 0.0, "log_every": 1}
    whole = recipe(data)
    train(whole, out=tmp_path / "whole", steps=8, **settings)
    train(recipe(data), out=tmp_path / "parts", steps=3, **settings)
    resumed = recipe(data)
    train(resumed, out=tmp_path / "parts", steps=8, **settings)
    for name, module in whole.modules.items():
        for key, value in module.state_dict().items():
            assert torch.equal(value, resumed.modules[name].state_dict()[key]), f"{name}.{key}"
    loaded = load_codec(tmp_path / "whole")
    assert int(loaded.started) == 1 and torch.equal(loaded.quantizer.codebooks, whole.codec.quantizer.codebooks)


def test_judges_wait_and_phases_are_checked(data: Path) -> None:
    waiting = recipe(data, adversarial_from=1)
    assert "judges" not in waiting.step(waiting.batch(0), 0, 1.0)
    assert {"judges", "adversarial", "matching"} <= waiting.step(waiting.batch(1), 1, 1.0).keys()
    assert "adversarial_from" not in waiting.config
    with pytest.raises(TrainingError, match="one phase"):
        recipe(data, phase="decoder")
