"""Semantic tokens: Conformer, k-means, losses, recipe, export, runtime, probes."""

from __future__ import annotations

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from libretto.config import preset  # noqa: E402
from libretto.errors import AudioError, CorpusError, TrainingError, WeightsError  # noqa: E402
from libretto.evaluate import semantic as probes  # noqa: E402
from libretto.nn.conformer import Conformer, rotary_tables, rotate  # noqa: E402
from libretto.semantic import kmeans, runtime  # noqa: E402
from libretto.semantic.data import open_clips  # noqa: E402
from libretto.semantic.export import export  # noqa: E402
from libretto.semantic.model import contrastive_loss, span_mask  # noqa: E402
from libretto.semantic.runtime import SemanticRuntime  # noqa: E402
from libretto.train import loop  # noqa: E402
from libretto.train import semantic as training  # noqa: E402

RATE = 24_000
TINY = preset("tiny")


def melody(seed: int, *, seconds: float) -> np.ndarray:
    """Decaying tones of random pitch, five a second: float32 [N]."""
    generator = np.random.default_rng(seed)
    time = np.arange(RATE // 5) / RATE
    notes = [
        np.exp(-time * 8) * sum(np.sin(2 * np.pi * k * 220 * 2 ** (generator.integers(24) / 12) * time) / k for k in (1, 2, 3))
        for _ in range(int(seconds * 5))
    ]
    return (0.2 * np.concatenate(notes)).astype(np.float32)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    np.save(folder / "audio.npy", np.stack([melody(seed, seconds=6) for seed in range(16)]))
    (folder / "styles.json").write_text(json.dumps(["low", "high"] * 8))
    return folder / "audio.npy"


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "semantic"
    recipe = training.build(TINY, data=data, seed=1, batch=4, crop_seconds=3.0, lr=3e-3)
    loop.train(recipe, out=out, steps=60, warmup=5, log_every=10, validate_every=0)
    training.fit_tokens(out, data, seconds=80, crop_seconds=4, iterations=5)
    return out


@pytest.fixture(scope="module")
def tokenizer(run):
    return training.load_tokenizer(run)


@pytest.fixture(scope="module")
def exported(tokenizer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    return folder, export(tokenizer, folder, precision="float16")


def test_a_frame_depends_on_the_stated_number_of_frames():
    torch.manual_seed(0)
    stack = Conformer(2, 16, 2, 5, reach=3).eval()
    x = torch.randn(1, 60, 16)
    other = x.clone()
    other[:, 45:] += torch.randn(1, 15, 16)
    changed = (stack(x) - stack(other)).detach().abs().amax(-1)[0] > 1e-6
    assert not changed[: 45 - 2 * (3 + 2)].any()
    assert changed[45 - 2 * (3 + 2)]


def test_rotary_products_depend_on_distance_alone():
    cosines, sines = rotary_tables(30, 8)
    query, key = (torch.randn(8).expand(1, 1, 30, 8) for _ in range(2))
    products = (rotate(query, cosines, sines) @ rotate(key, cosines, sines).transpose(-1, -2))[0, 0]
    assert torch.allclose(products[3, 7], products[20, 24], atol=1e-5)
    assert not torch.allclose(products[3, 7], products[3, 8], atol=1e-3)


def test_k_means_finds_separate_clusters_and_leaves_none_dead():
    generator = torch.Generator().manual_seed(0)
    centres = torch.randn(12, 6, generator=generator) * 20
    truth = torch.arange(1200) % 12
    points = centres[truth] + torch.randn(1200, 6, generator=generator)
    found = kmeans.fit(points, 12, seed=3)
    ids, distances = kmeans.assign(points, found.centroids)
    assert len({(int(a), int(b)) for a, b in zip(truth, ids, strict=True)}) == 12
    assert found.distortion == pytest.approx(6.0, rel=0.1)
    assert torch.equal(ids, torch.cdist(points, found.centroids).argmin(1))
    assert torch.allclose(distances, torch.cdist(points, found.centroids).amin(1) ** 2, atol=1e-2)
    doubled = torch.cat((points[:50], points[:1].expand(500, 6)))
    assert kmeans.fit(doubled, 40, seed=0).entropy_bits > 0.5
    assert torch.bincount(kmeans.assign(doubled, kmeans.fit(doubled, 40, seed=0).centroids)[0], minlength=40).min() > 0


def test_k_means_refuses_bad_points():
    with pytest.raises(TrainingError, match="3 points for 4 clusters"):
        kmeans.fit(torch.zeros(3, 2), 4, seed=0)
    with pytest.raises(TrainingError, match="not finite"):
        kmeans.fit(torch.full((9, 2), torch.nan), 4, seed=0)


def test_masks_are_spans_and_cover_about_half():
    mask = span_mask(64, 200, torch.Generator().manual_seed(0))
    assert 0.4 < mask.float().mean() < 0.6
    row = span_mask(1, 200, torch.Generator().manual_seed(2), start=0.0)[0]
    assert row.sum() == 10 and (row[1:] != row[:-1]).sum() <= 2


def test_contrastive_loss_equals_explicit_pairs():
    torch.manual_seed(1)
    predicted, candidates = torch.randn(2, 12, 8), torch.randn(5, 8)
    ids, mask = torch.randint(5, (2, 12)), torch.rand(2, 12) < 0.6
    expected = []
    for clip, frame in mask.nonzero().tolist():
        others = [ids[clip, f] for f in mask[clip].nonzero()[:, 0].tolist() if ids[clip, f] != ids[clip, frame]]
        targets = candidates[torch.stack([ids[clip, frame], *others])]
        similarity = torch.cosine_similarity(predicted[clip, frame][None], targets) / 0.1
        expected.append(-similarity.log_softmax(0)[0])
    assert torch.allclose(contrastive_loss(predicted, candidates, ids, mask), torch.stack(expected).mean(), atol=1e-5)


def test_recipe_learns_and_is_deterministic(data, run):
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    losses = [row["loss"] for row in rows if "loss" in row]
    assert losses[-1] < losses[0] - 0.3
    assert rows[-1]["valid/perplexity"] > 4
    first, second = (training.build(TINY, data=data, seed=1, batch=2, crop_seconds=2.0) for _ in range(2))
    assert torch.equal(first.batch(7), second.batch(7)) and not torch.equal(first.batch(7), first.batch(8))
    assert first.step(first.batch(0), 0, 1.0) == second.step(second.batch(0), 0, 1.0)
    used = torch.bincount(first.model.quantizer(first.model.quantizer.standardise(first.model.frames(first.batch(0)))).flatten())
    assert (used > 0).sum() > TINY.semantic.targets / 3


def test_training_refuses_what_it_cannot_use(data, tmp_path):
    with pytest.raises(TrainingError, match=r"crop_seconds 0\.1"):
        training.build(TINY, data=data, crop_seconds=0.1)
    with pytest.raises(TrainingError, match="no semantic run"):
        training.load_tokenizer(tmp_path)
    with pytest.raises(CorpusError, match="does not exist"):
        open_clips(tmp_path / "nothing.npy")


def test_runtime_equals_torch(exported, tokenizer):
    folder, tables = exported
    engine = SemanticRuntime(TINY.semantic, folder, tables)
    samples = melody(99, seconds=7.0)
    with torch.no_grad():
        expected = tokenizer(tokenizer.model.frames(torch.from_numpy(samples)[None]))[0].numpy()
    points = engine.embed(samples)
    assert points.shape == expected.shape == (7 * 25, len(tables["semantic.centroids"][0]))
    assert np.abs(points - expected).max() < 0.03 * expected.std() + 0.01
    tokens = engine.tokenize(samples)
    assert tokens.dtype == np.int64
    assert (tokens == tokenizer.tokenize(torch.from_numpy(samples)[None])[0].numpy()).mean() > 0.97
    assert len(np.unique(tokens)) > 8


def test_windows_change_nothing(exported, monkeypatch):
    engine = SemanticRuntime(TINY.semantic, *exported)
    samples = melody(5, seconds=13.0)[: 13 * RATE - 100]
    whole = engine.embed(samples)
    monkeypatch.setattr(runtime, "_WINDOW_SECONDS", 1.2)
    assert np.allclose(engine.embed(samples), whole, atol=2e-4)
    assert len(whole) == len(samples) // 960


def test_runtime_refuses_bad_input(exported):
    folder, tables = exported
    engine = SemanticRuntime(TINY.semantic, folder, tables)
    assert engine.tokenize(np.zeros(100, np.float32)).shape == (0,)
    with pytest.raises(AudioError, match=r"expected \[N\]"):
        engine.tokenize(np.zeros((2, 4800), np.float32))
    with pytest.raises(AudioError, match="not finite"):
        engine.tokenize(np.full(4800, np.nan, np.float32))
    with pytest.raises(WeightsError, match=r"lack semantic\.centroids"):
        SemanticRuntime(TINY.semantic, folder, {})


def test_chroma_and_onsets_hear_what_was_played():
    time = np.arange(2 * RATE) / RATE
    tone = np.sin(2 * np.pi * 440 * time).astype(np.float32)
    pitches = probes.chroma(tone, sample_rate=RATE, frame_rate=25)
    assert pitches.shape == (50, 12) and (pitches.argmax(1) == 9).all()
    strokes = np.zeros(2 * RATE, np.float32)
    for start in (0.41, 1.01, 1.61):
        begin = int(start * RATE)
        strokes[begin : begin + 2400] = np.random.default_rng(0).normal(size=2400) * np.exp(-np.arange(2400) / 400)
    assert np.abs(np.flatnonzero(probes.onsets(strokes, sample_rate=RATE, frame_rate=25)) - [10, 25, 40]).max() <= 1


def test_probe_arithmetic():
    generator = np.random.default_rng(0)
    ids, targets = generator.integers(0, 7, size=(50, 3)), generator.normal(size=(50, 2))
    dense = np.concatenate([np.eye(7)[ids[:, column]] for column in range(3)], axis=1)
    for counted, laid_out in zip(probes.one_hot_sums(ids, targets, 7), probes.dense_sums(dense, targets), strict=True):
        assert np.allclose(counted, laid_out, atol=1e-4)
    scores, positive = generator.integers(0, 9, size=80).astype(float), generator.random(80) < 0.3
    pairs = [(a > b) + 0.5 * (a == b) for a in scores[positive] for b in scores[~positive]]
    assert probes.area_under_curve(scores, positive) == pytest.approx(np.mean(pairs))


def test_probe_tells_speaking_tokens_from_noise(data):
    clips = open_clips(data)

    def pitch_tokens(samples):
        return probes.chroma(samples, sample_rate=RATE, frame_rate=25).argmax(1)

    def noise(samples):
        return np.random.default_rng(len(samples)).integers(0, 12, size=len(samples) // 960)

    speaking, silent = (
        probes.probe(tokens, clips, vocabulary=12, frame_rate=25, seconds=6.0) for tokens in (pitch_tokens, noise)
    )
    assert speaking.probes["chroma"].recovered > 0.7 > 0.2 > silent.probes["chroma"].recovered
    assert set(speaking.probes) == {"chroma", "onset", "style"}
    assert 3 < silent.entropy_bits < 3.6 and "chroma" in speaking.table()


def test_bytes_stay_near_halves(exported, tokenizer, tmp_path):
    whole = SemanticRuntime(TINY.semantic, *exported)
    small = SemanticRuntime(TINY.semantic, tmp_path, export(tokenizer, tmp_path))
    samples = melody(99, seconds=4.0)
    expected, found = whole.embed(samples), small.embed(samples)
    assert np.abs(found - expected).max() > 0 and np.abs(found - expected).mean() < 0.05 * expected.std()
