"""Embedders: ours, and foreign ones from tiny random weights written as their publishers write them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from conftest import tones
from libretto import Libretto, Waveform
from libretto.errors import RequestError, WeightsError
from libretto.evaluate.embedders import EMBEDDERS, open_embedder, vggish_mel
from libretto.evaluate.embedders.base import looped_windows

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


def test_ours_is_the_model_s_tower(model):
    audio = Waveform(tones(12.0), 24_000)
    ours = open_embedder("ours", model)
    found = ours.embed(audio)
    assert found.shape == (len(model.mulan.embed_windows(audio.samples[0])), ours.dimension)
    mean = found.mean(axis=0)
    assert mean / np.linalg.norm(mean) == pytest.approx(model.embed(audio), abs=1e-5)
    both = Waveform(np.stack([audio.samples[0], audio.samples[0]]), 24_000)
    assert np.allclose(ours.embed(both), found, atol=1e-6) and "preset tiny" in ours.described


def test_refused(model, tmp_path):
    with pytest.raises(RequestError, match="did you mean 'vggish'"):
        open_embedder("vgish", model)
    with pytest.raises(RequestError, match="come with --weights"):
        open_embedder("ours", model, weights=tmp_path)
    for name in EMBEDDERS[1:]:
        with pytest.raises(WeightsError, match=f"embedder {name} needs weights.*--embedder-weights"):
            open_embedder(name, model)
        with pytest.raises(WeightsError, match="holds no weights of"):
            open_embedder(name, model, weights=tmp_path)


def test_windows_are_whole():
    assert [window.tolist() for window in looped_windows(np.arange(7.0), 3, 2)] == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert [window.tolist() for window in looped_windows(np.arange(2.0), 5, 2)] == [[0, 1, 0, 1, 0]]


class TestVggish:
    def test_front_end_by_its_formula(self):
        """Frame by frame and band by band from the published text, with scipy's windows and transform where it is there."""
        signal = pytest.importorskip("scipy.signal")
        fft = pytest.importorskip("scipy.fft")
        samples = 0.3 * np.random.default_rng(0).standard_normal(16_000)
        found = vggish_mel.log_mel(samples)
        assert found.shape == (1 + (16_000 - 400) // 160, 64)

        def mel(hertz):
            return 1127.0 * np.log(1.0 + hertz / 700.0)

        edges = np.linspace(mel(125.0), mel(7500.0), 66)
        window = signal.get_window("hann", 400, fftbins=True)
        for frame in (0, 17, 97):
            spectrum = np.abs(fft.rfft(samples[160 * frame : 160 * frame + 400] * window, 512))
            for band in (0, 5, 40, 63):
                total = 0.0
                for index in range(1, 257):
                    at = mel(index * 16_000 / 512)
                    if edges[band] < at < edges[band + 2]:
                        rising = (at - edges[band]) / (edges[band + 1] - edges[band])
                        falling = (edges[band + 2] - at) / (edges[band + 2] - edges[band + 1])
                        total += spectrum[index] * min(rising, falling)
                assert found[frame, band] == pytest.approx(np.log(total + 0.01), abs=1e-9)

    def test_examples_are_96_frames_side_by_side(self):
        samples = tones(4.0)[: 3 * 16_000]
        found = vggish_mel.examples(samples)
        assert found.shape == (3, 96, 64) and np.allclose(found[1], vggish_mel.log_mel(samples)[96:192], atol=1e-5)
        assert vggish_mel.examples(samples[:1000]).shape == (1, 96, 64)
        assert (vggish_mel.log_mel(np.zeros(400)) == np.log(0.01)).all()

    def test_has_the_published_shapes(self):
        from libretto.evaluate.embedders.vggish_net import VggishNetwork

        with torch.device("meta"):
            state = VggishNetwork().state_dict()
        assert {key.removesuffix(".weight"): tuple(value.shape) for key, value in state.items() if key.endswith("weight")} == self.SHAPES

    SHAPES = {  # noqa: RUF012
        "features.0": (64, 1, 3, 3), "features.3": (128, 64, 3, 3), "features.6": (256, 128, 3, 3), "features.8": (256, 256, 3, 3),
        "features.11": (512, 256, 3, 3), "features.13": (512, 512, 3, 3),
        "embeddings.0": (4096, 12288), "embeddings.2": (4096, 4096), "embeddings.4": (128, 4096),
    }

    def test_reads_torchvggish_s_state(self, tmp_path, model, monkeypatch):
        """Random weights under torchvggish's keys, narrow in the middle, and its forward pass written out again."""
        monkeypatch.setattr("libretto.evaluate.embedders.vggish_net._HIDDEN", 32)
        functional = torch.nn.functional
        generator = torch.Generator().manual_seed(0)
        shapes = self.SHAPES | {"embeddings.0": (32, 12288), "embeddings.2": (32, 32), "embeddings.4": (128, 32)}
        state = {}
        for name, shape in shapes.items():
            state[f"{name}.weight"] = torch.randn(shape, generator=generator) * (2 / np.prod(shape[1:])) ** 0.5
            state[f"{name}.bias"] = 0.1 * torch.randn(shape[0], generator=generator)
        state["pproc.pca_means"] = torch.zeros(128, 1)
        torch.save(state, tmp_path / "vggish-10086976.pth")
        embedder = open_embedder("vggish", model, weights=tmp_path)
        audio = Waveform(tones(2.5), 24_000)
        found = embedder.embed(audio)

        x = torch.from_numpy(vggish_mel.examples(audio.resample(16_000).samples[0]))[:, None]
        for group in (("features.0",), ("features.3",), ("features.6", "features.8"), ("features.11", "features.13")):
            for name in group:
                x = functional.relu(functional.conv2d(x, state[f"{name}.weight"], state[f"{name}.bias"], padding=1))
            x = functional.max_pool2d(x, 2)
        x = torch.transpose(torch.transpose(x, 1, 3), 1, 2).reshape(len(x), -1)
        for name in ("embeddings.0", "embeddings.2"):
            x = functional.relu(functional.linear(x, state[f"{name}.weight"], state[f"{name}.bias"]))
        x = functional.linear(x, state["embeddings.4.weight"], state["embeddings.4.bias"])
        assert found.shape == (2, 128) and np.allclose(found, x.numpy(), atol=1e-4)

        del state["features.0.bias"]
        torch.save(state, tmp_path / "vggish-10086976.pth")
        with pytest.raises(WeightsError, match=r"no VGGish state dictionary .*features\.0\.bias"):
            open_embedder("vggish", model, weights=tmp_path)


@pytest.fixture(scope="module")
def transformers():
    return pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def clap_folder(transformers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clap")
    config = transformers.ClapConfig(
        text_config={"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 20},
        audio_config={"hidden_size": 32, "patch_embeds_hidden_size": 8, "depths": [1, 1], "num_attention_heads": [2, 2],
                      "num_hidden_layers": 2, "spec_size": 64, "num_mel_bins": 16, "window_size": 4, "patch_size": 4,
                      "patch_stride": [4, 4], "enable_fusion": False},
        projection_dim=12,
    )
    config.audio_config.hidden_size = 16
    torch.manual_seed(0)
    transformers.ClapModel(config).save_pretrained(folder)
    front = transformers.ClapFeatureExtractor(feature_size=16, truncation="rand_trunc", max_length_s=1)
    front.save_pretrained(folder)
    return folder


class TestClap:
    def test_is_what_the_whole_model_says(self, transformers, clap_folder, model):
        embedder = open_embedder("clap", model, weights=clap_folder)
        audio = Waveform(tones(2.5), 24_000)
        found = embedder.embed(audio)
        assert found.shape == (2, 12) and np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
        assert np.array_equal(found, embedder.embed(audio))  # no random crop
        whole = transformers.ClapModel.from_pretrained(clap_folder).eval()
        front = transformers.ClapFeatureExtractor.from_pretrained(clap_folder)
        second = audio.resample(48_000).samples[0][48_000:96_000]
        told = front(second, sampling_rate=48_000, return_tensors="pt")
        with torch.no_grad():
            expected = whole.get_audio_features(**told)
        expected = getattr(expected, "pooler_output", expected)
        assert np.allclose(found[1], torch.nn.functional.normalize(expected, dim=-1)[0].numpy(), atol=1e-5)

    def test_missing_weights_are_refused(self, clap_folder, model, tmp_path):
        from safetensors.torch import load_file, save_file

        for path in clap_folder.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        state = {key: value for key, value in load_file(clap_folder / "model.safetensors").items() if "audio_projection" not in key}
        save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
        with pytest.raises(WeightsError, match="lacks 4 weights"):
            open_embedder("clap", model, weights=tmp_path)


@pytest.fixture(scope="module")
def mert_folder(transformers, tmp_path_factory):
    """A tiny HuBERT under MERT's configuration: another model type and code of its own, which must not be run."""
    folder = tmp_path_factory.mktemp("mert")
    config = transformers.HubertConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, conv_dim=(8, 8), conv_kernel=(10, 8),
        conv_stride=(5, 4), num_feat_extract_layers=2, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
    )
    torch.manual_seed(0)
    transformers.HubertModel(config).save_pretrained(folder)
    told = json.loads((folder / "config.json").read_text())
    told |= {"model_type": "mert_model", "architectures": ["MERTModel"], "feature_extractor_cqt": False, "deepnorm": False,
             "attention_relax": -1.0, "auto_map": {"AutoConfig": "configuration_MERT.MERTConfig", "AutoModel": "modeling_MERT.MERTModel"}}
    (folder / "config.json").write_text(json.dumps(told))
    (folder / "modeling_MERT.py").write_text("raise SystemExit('code of a weights folder was run')")
    front = transformers.Wav2Vec2FeatureExtractor(sampling_rate=24_000, do_normalize=True)
    front.save_pretrained(folder)
    return folder


class TestMert:
    def test_is_the_mean_of_the_last_layer(self, transformers, mert_folder, model):
        embedder = open_embedder("mert", model, weights=mert_folder)
        audio = Waveform(tones(11.0), 24_000)
        found = embedder.embed(audio)
        assert found.shape == (2, 16)
        told = json.loads((mert_folder / "config.json").read_text()) | {"model_type": "hubert"}
        whole = transformers.HubertModel(transformers.HubertConfig(**told)).eval()
        from safetensors.torch import load_file

        state = load_file(mert_folder / "model.safetensors")
        missing, unexpected = whole.load_state_dict(state, strict=False)
        assert not missing and not unexpected
        part = audio.samples[0][120_000:240_000].astype(np.float64)
        part = (part - part.mean()) / np.sqrt(part.var() + 1e-7)
        with torch.no_grad():
            expected = whole(torch.from_numpy(part.astype(np.float32))[None]).last_hidden_state[0].mean(dim=0)
        assert np.allclose(found[1], expected.numpy(), atol=1e-4)

    def test_other_front_ends_are_refused(self, mert_folder, model, tmp_path):
        for path in mert_folder.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        told = json.loads((tmp_path / "config.json").read_text()) | {"feature_extractor_cqt": True}
        (tmp_path / "config.json").write_text(json.dumps(told))
        with pytest.raises(WeightsError, match="CQT"):
            open_embedder("mert", model, weights=tmp_path)
