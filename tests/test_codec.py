"""The phase-free codec: training, export, runtime, streams, distances, figures."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import onnx  # noqa: E402

from libretto.audio import Waveform  # noqa: E402
from libretto.codec import runtime as runtimes  # noqa: E402
from libretto.codec.codebooks import TABLE  # noqa: E402
from libretto.codec.decoder import Synthesis  # noqa: E402
from libretto.codec.export import export_encoder, export_runs, load_decoder, load_tokens  # noqa: E402
from libretto.codec.features import FEATURES, stacked_log_mel  # noqa: E402
from libretto.codec.losses import MelLoss  # noqa: E402
from libretto.codec.runtime import DECODER, ENCODER, CodecRuntime  # noqa: E402
from libretto.config import preset  # noqa: E402
from libretto.corpus.shards.dataset import DatasetWriter  # noqa: E402
from libretto.engine.compact import store_bytes, store_half, store_nibbles  # noqa: E402
from libretto.errors import AudioError, ConfigError, RequestError, TrainingError, WeightsError  # noqa: E402
from libretto.evaluate import codec as figures  # noqa: E402
from libretto.evaluate import mel_distance as distance  # noqa: E402
from libretto.evaluate import sounds  # noqa: E402
from libretto.evaluate.griffin_lim import griffin_lim  # noqa: E402
from libretto.train import codec as training  # noqa: E402
from libretto.train import loop  # noqa: E402

CONFIG = preset("tiny")
SPEC = CONFIG.codec
RATE, HOP = SPEC.sample_rate, SPEC.hop


def music(seed: int, *, seconds: float) -> np.ndarray:
    """Plucked notes over a little noise: float32 [N]."""
    random = np.random.default_rng(seed)
    time = np.arange(RATE // 5) / RATE
    notes = [np.exp(-time * 6) * np.sin(2 * np.pi * 220 * 2 ** (random.integers(24) / 12) * time) for _ in range(int(seconds * 5))]
    samples = 0.3 * np.concatenate(notes)
    return (samples + 0.003 * random.standard_normal(len(samples))).astype(np.float32)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    np.save(folder / "audio.npy", np.stack([music(seed, seconds=4) for seed in range(8)]))
    tokens = training.build(CONFIG, data=folder / "audio.npy", seed=0, phase="tokens", batch=4, crop_seconds=1.0, pool_seconds=24)
    loop.train(tokens, out=folder / "tokens", steps=3, warmup=1, validate_every=0)
    decoder = training.build(CONFIG, data=folder / "audio.npy", seed=0, phase="decoder", tokens_run=folder / "tokens", batch=2,
                             crop_seconds=0.4, adversarial_from=1)
    loop.train(decoder, out=folder / "decoder", steps=3, warmup=1, validate_every=0)
    return folder


@pytest.fixture(scope="module")
def models(runs):
    return load_tokens(runs / "tokens"), load_decoder(runs / "decoder")


@pytest.fixture(scope="module")
def codec(runs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    tables = export_runs(runs / "tokens", runs / "decoder", folder, precision="float32")
    return CodecRuntime(SPEC, folder, tables, threads=1)


@pytest.fixture(scope="module")
def tokens(codec):
    return codec.encode(music(20, seconds=1.2))


def test_the_parts_state_their_rates(codec):
    assert (codec.sample_rate, codec.hop, codec.frame_rate, codec.levels) == (24_000, 480, 50, 4)


@pytest.mark.parametrize("samples", [0, 1, HOP, HOP + 1, 7 * HOP - 1])
def test_a_last_frame_is_completed_with_silence(codec, samples):
    tokens = codec.encode(music(1, seconds=1)[:samples])
    assert tokens.shape == (4, -(-samples // HOP))
    assert tokens.dtype == np.int64
    assert codec.decode(tokens).shape == (tokens.shape[1] * HOP,)


def test_encoding_does_not_depend_on_the_cut_into_windows(codec, monkeypatch):
    samples = music(2, seconds=1.2)
    whole = codec.encode(samples)
    monkeypatch.setattr(runtimes, "_WINDOW", 7)
    assert np.array_equal(codec.encode(samples), whole)


def test_onnx_encodes_what_torch_encodes(codec, models):
    samples = music(3, seconds=1)
    latent = models[0].encode(torch.from_numpy(samples)[None])[0].numpy()
    assert np.abs(codec._encoded(samples, 0, 50, 50) - latent).max() < 2e-3 * np.abs(latent).max()


def test_onnx_decodes_what_torch_decodes(codec, models, tokens):
    model, decoder = models
    with torch.no_grad():
        latent = torch.from_numpy(codec.latent(tokens))[None]
        features = model.features(latent)
        spectrum = decoder(latent, features)
        start = torch.from_numpy(codec.decoder_stream(seed=3).cycles)[None].float()
        samples = Synthesis(SPEC)(spectrum, start)[0].numpy()
    assert np.abs(codec.features(tokens) - (features + decoder.mean)[0].numpy()).max() < 1e-4
    made = codec.decode(tokens, seed=3)
    assert np.abs(made - samples).max() < 2e-3 * np.abs(samples).max()
    assert np.abs(codec.decode(tokens, seed=4) - samples).max() > 1e-2 * np.abs(samples).max()


@pytest.mark.parametrize("levels", [1, 4])
@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_a_stream_is_the_whole_however_it_is_cut(codec, tokens, levels, seed):
    total = tokens.shape[1]
    inner = range(1, total) if seed is None else np.sort(np.random.default_rng(seed).integers(0, total + 1, 7))
    borders = [0, *map(int, inner), total]
    state, pieces = codec.decoder_stream(seed=5), []
    for first, end in itertools.pairwise(borders):
        samples, state = codec.decode_chunk(state, tokens[:levels, first:end], last=len(pieces) == len(borders) - 2)
        pieces.append(samples)
    streamed, whole = np.concatenate(pieces), codec.decode(tokens[:levels], seed=5)
    assert streamed.shape == whole.shape == (total * HOP,)
    assert np.abs(streamed - whole).max() < 1e-5


def test_a_long_decoding_is_cut_into_windows_unheard(codec, tokens, monkeypatch):
    whole, features = codec.decode(tokens), codec.features(tokens)
    monkeypatch.setattr(runtimes, "_WINDOW", 7)
    assert np.abs(codec.decode(tokens) - whole).max() < 1e-5
    assert np.abs(codec.features(tokens) - features).max() < 1e-5


def test_an_old_state_can_be_taken_up_again(codec, tokens):
    _, state = codec.decode_chunk(codec.decoder_stream(), tokens[:, :30])
    once, _ = codec.decode_chunk(state, tokens[:, 30:], last=True)
    again, ended = codec.decode_chunk(state, tokens[:, 30:], last=True)
    assert np.array_equal(once, again)
    with pytest.raises(RequestError, match="last chunk"):
        codec.decode_chunk(ended, tokens)


def test_a_stream_waits_no_longer_than_it_must(codec, tokens):
    samples, _ = codec.decode_chunk(codec.decoder_stream(), tokens[:, :30])
    assert len(samples) == (30 - codec.context) * HOP - (SPEC.synthesis_window - SPEC.synthesis_hop) // 2


def test_the_samples_held_out_are_independent_of_what_follows(codec, tokens):
    other = tokens.copy()
    other[:, 30:] = (other[:, 30:] + 1) % SPEC.codebook_size
    a, _ = codec.decode_chunk(codec.decoder_stream(), tokens[:, :30])
    assert np.abs(codec.decode(other)[: len(a)] - a).max() < 1e-5


def test_phases_stay_exact_over_a_long_stream():
    synthesis = runtimes._Synthesis(dataclasses.replace(SPEC, synthesis_window=480))
    frames, rate = 10_000, 0.3137
    cycles, tail = np.zeros(synthesis.bins), np.zeros(synthesis.window - synthesis.hop, np.float32)
    detuning = np.full((500, synthesis.bins), rate, np.float32)
    flat = np.full_like(detuning, -20.0)
    for _ in range(frames // 500):
        _, cycles, tail = synthesis.step([flat, detuning, flat, flat], cycles, tail)
    bins = np.arange(synthesis.bins)
    expected = frames * (float(np.float32(rate)) + bins * synthesis.hop / synthesis.window)
    error = cycles - expected
    assert np.abs(error - np.round(error)).max() < 1e-6


@pytest.mark.parametrize(("store", "most"), [
    (store_half, 0.01), (store_bytes, 0.03), (lambda graph: store_half(store_bytes(graph)), 0.03),
    (lambda graph: store_nibbles(graph, [(FEATURES, 1026)]), 0.4), (store_nibbles, 0.4),
])
def test_compact_graphs_say_nearly_the_same(codec, tokens, tmp_path, store, most):
    small = store(onnx.load(codec.folder / DECODER))
    onnx.save(small, tmp_path / DECODER)
    other = CodecRuntime(SPEC, tmp_path, {TABLE: codec.codebooks.codes}, threads=1)
    size = [(folder / DECODER).stat().st_size for folder in (tmp_path, codec.folder)]
    assert size[0] < 0.6 * size[1]
    magnitude = [each._spectrum(each.latent(tokens), 0, 20)[0] for each in (other, codec)]
    assert 0 < np.abs(magnitude[0] - magnitude[1]).mean() < most


def test_the_encoder_can_be_exported_before_the_decoder_is_trained(models, tmp_path, codec, tokens):
    tables = export_encoder(models[0], tmp_path)
    alone = CodecRuntime(SPEC, tmp_path, tables, threads=1)
    assert (alone.encode(music(20, seconds=1.2))[0] == tokens[0]).mean() > 0.9
    assert (tmp_path / ENCODER).stat().st_size < (codec.folder / ENCODER).stat().st_size
    with pytest.raises(WeightsError, match=DECODER):
        alone.decode(tokens)


def test_bad_input_is_told_in_one_line(codec, tokens, tmp_path):
    tables = {TABLE: codec.codebooks.codes}
    with pytest.raises(AudioError, match="mix down"):
        codec.encode(np.zeros((2, 100), np.float32))
    with pytest.raises(AudioError, match="not finite"):
        codec.encode(np.full(1000, np.nan, np.float32))
    for wrong in (tokens[0], np.concatenate([tokens, tokens]), tokens[:0], tokens.astype(np.float32)):
        with pytest.raises(RequestError, match="expected whole numbers"):
            codec.decode(wrong)
    for wrong in (tokens - 100, tokens + SPEC.codebook_size):
        with pytest.raises(RequestError, match="expected 0 to 31"):
            codec.decode(wrong)
    with pytest.raises(WeightsError, match="lack"):
        CodecRuntime(SPEC, tmp_path, {})
    with pytest.raises(WeightsError, match="shape"):
        CodecRuntime(SPEC, tmp_path, {TABLE: codec.codebooks.codes[:2]})
    with pytest.raises(ConfigError, match="seanet"):
        CodecRuntime(dataclasses.replace(SPEC, kind="seanet"), tmp_path, tables)
    with pytest.raises(TrainingError, match="no checkpoint"):
        load_tokens(tmp_path)


def test_features_do_not_depend_on_torch(models):
    samples = music(5, seconds=1)
    assert np.abs(stacked_log_mel(samples, SPEC) - models[0].front(torch.from_numpy(samples)[None])[0].numpy()).max() < 2e-3


# distances


def reference_distance(made: np.ndarray, true: np.ndarray) -> float:
    """The mel distance once more, from torch.stft and triangles drawn here."""
    def hertz(mel: np.ndarray) -> np.ndarray:
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))

    top = 15 + 27 * np.log(RATE / 2 / 1000) / np.log(6.4)
    total = []
    for window, bands in ((2048, 160), (1024, 80), (512, 64), (256, 32), (128, 16)):
        edges, bins = hertz(np.linspace(0, top, bands + 2)), np.arange(window // 2 + 1) * RATE / window
        filters = np.stack([np.interp(bins, edges[k : k + 3], [0, 1, 0]) for k in range(bands)])
        for band in np.flatnonzero(filters.sum(1) == 0):
            filters[band, np.abs(bins - edges[band + 1]).argmin()] = 1
        filters /= filters.sum(1, keepdims=True)
        levels = []
        for samples in (made, true):
            spectrum = torch.stft(torch.tensor(samples, dtype=torch.float64), window, window // 4, return_complex=True,
                                  window=torch.hann_window(window, dtype=torch.float64), center=True, pad_mode="reflect")
            amplitude = spectrum.abs().numpy()[:, : len(samples) // (window // 4)] / (window / 4)
            levels.append(np.log10(np.maximum(filters @ amplitude, 1e-5)))
        total.append(2 * np.abs(levels[0] - levels[1]).mean())
    return float(np.mean(total))


def test_the_mel_distance_is_that_of_an_independent_computation():
    a, b = music(6, seconds=1), music(7, seconds=1)
    found = distance.mel_distance(a, b)
    assert found == pytest.approx(reference_distance(a, b), rel=1e-3)
    loss = MelLoss(RATE)
    assert found == pytest.approx(float(loss.distance(*(loss.views(torch.from_numpy(x)[None]) for x in (a, b)))), rel=1e-3)


def test_the_mel_distance_is_a_distance():
    a, b = music(6, seconds=1), music(7, seconds=1)
    assert distance.mel_distance(a, a) == 0
    assert distance.mel_distance(a, b) == distance.mel_distance(b, a) > 0.1
    noise = 0.1 * np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    assert distance.mel_distance(noise * 10**0.05, noise) == pytest.approx(0.1, rel=1e-3)  # 1 dB
    with pytest.raises(AudioError, match="one length"):
        distance.mel_distance(a, b[:-1])


def test_other_distances():
    a, b = music(6, seconds=1), music(7, seconds=1)
    assert distance.stft_distance(a, a) == 0 < distance.stft_distance(b, a)
    assert distance.si_sdr(3 * a, a) > 60 > distance.si_sdr(a + 0.1 * b, a) > 10


def test_griffin_lim_finds_a_signal_of_the_given_spectrum():
    samples = music(8, seconds=1)
    padded = np.pad(samples, (392, 1024 - 240 - 392))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 1024)[::240]
    amplitude = np.abs(np.fft.rfft(frames * np.hanning(1025)[:-1])) / 256
    few, many = (griffin_lim(amplitude, window=1024, hop=240, iterations=count) for count in (0, 32))
    assert many.shape == samples.shape
    assert distance.mel_distance(many, samples) < 0.75 * distance.mel_distance(few, samples)


# sounds of known truth


def test_steadiness_hears_tremolo_and_vibrato():
    note = sounds.held_note(330.0, sample_rate=RATE)
    time = np.arange(len(note)) / RATE
    still = sounds.steadiness(note, 330.0, sample_rate=RATE)
    assert still.modulation < 2e-3 and still.cents < 0.5
    tremolo = sounds.steadiness(note * (1 + 0.2 * np.sin(2 * np.pi * 4 * time)), 330.0, sample_rate=RATE)
    assert tremolo.modulation == pytest.approx(0.2 / np.sqrt(2), rel=0.15)
    vibrato = np.sin(2 * np.pi * 330 * time + 0.5 * np.sin(2 * np.pi * 4 * time))  # 2 Hz either way
    assert sounds.steadiness(vibrato, 330.0, sample_rate=RATE).cents == pytest.approx(1200 * np.log2(1 + 2 / np.sqrt(2) / 330), rel=0.2)


def test_sharpness_hears_smeared_attacks():
    samples, onsets = sounds.drum_hits(sample_rate=RATE)
    kernel = np.hanning(240) / np.hanning(240).sum()
    sharp = [sounds.sharpness(samples, int(onset), sample_rate=RATE) for onset in onsets]
    signs = np.random.default_rng(0).choice([-1.0, 1.0], len(samples))
    blurred = np.sqrt(np.convolve(samples**2, kernel, mode="same")) * signs
    blunt = [sounds.sharpness(blurred, int(onset), sample_rate=RATE) for onset in onsets]
    assert min(hit.contrast for hit in sharp) > 30 > max(hit.contrast for hit in blunt)
    assert np.mean([hit.rise for hit in blunt]) > np.mean([hit.rise for hit in sharp])


# the report


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    with DatasetWriter(folder, sample_rate=RATE) as writer:
        for index in range(6):
            split = "test" if index < 2 else "train"
            writer.add(music(index, seconds=1.2), id=f"clip{index}", split=split, captions=["music"])
    return folder


def test_the_report_holds_every_figure(codec, dataset, tmp_path):
    for name in ("one.wav", "two.flac"):
        Waveform(music(9, seconds=1)[None], RATE).save(tmp_path / name)
    model = SimpleNamespace(codec=codec)
    report = figures.evaluate(model, data=dataset, split="test", recordings=tmp_path)
    assert report["clips"] == 2
    assert set(report["mel"]) == set(report["stft"]) == {"1", "2", "4"}
    assert "si_sdr" not in report
    assert len(report["levels"]) == 4
    assert all(0 <= level["used"] <= 5 for level in report["levels"])
    assert report["bits_per_second"]["available"] == 50 * 4 * 5
    assert report["decoder_mel"] > 0 and report["griffin_lim_mel"] > 0
    assert report["tones"]["sine_modulation"]["original"] < 0.01
    assert report["attacks"]["contrast_db"]["original"] > 30
    assert set(report["recordings"]["files"]) == {"one.wav", "two.flac"}
