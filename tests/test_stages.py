"""The language model of the stages: layout, causality, geometry, counting, token store and recipe."""

from __future__ import annotations

import dataclasses
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from libretto.config import STAGES, TransformerSpec, preset  # noqa: E402
from libretto.errors import CorpusError, TrainingError, WeightsError  # noqa: E402
from libretto.evaluate.stages import baselines  # noqa: E402
from libretto.nn.positions import relative_buckets  # noqa: E402
from libretto.nn.transformer import Transformer, attend, rotary_tables, rotate  # noqa: E402
from libretto.nn.transformer import count_parameters as count_transformer  # noqa: E402
from libretto.stages.crops import CropReader, blanked, shuffled  # noqa: E402
from libretto.stages.layout import StageLayout  # noqa: E402
from libretto.stages.model import TokenLM, count_parameters  # noqa: E402
from libretto.stages.vectors import fit_width, random_vectors, stage_vectors  # noqa: E402
from libretto.train import build  # noqa: E402
from libretto.train.loop import evaluating, train  # noqa: E402
from libretto.train.tokenize import ClipTokens, TokenStore, TokenWriter, tokenize_dataset  # noqa: E402

TINY = dataclasses.replace(preset("tiny"), controls=())
VARIANTS = [(p, a, r) for p in ("delay", "flat") for a, r in (("added", "rotary"), ("prefix", "t5"))]


def variant(pattern: str, alignment: str, positions: str):
    spec = TransformerSpec(layers=2, heads=2, width=32, feedforward=48, positions=positions)
    controls = preset("tiny").controls if alignment == "added" else ()
    return dataclasses.replace(TINY, pattern=pattern, alignment=alignment, controls=controls, transformers=dict.fromkeys(STAGES, spec))


def stirred(spec, seed: int = 0) -> TokenLM:
    """A model whose every weight matters."""
    model = TokenLM(spec, seed=seed).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model


def conditions(layout: StageLayout, frames: int, *, batch: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    prefix = {t.name: rng.integers(0, t.codebook_size, (batch, t.levels)) for t in layout.spec.prefix}
    more = frames + layout.lead
    aligned = {
        t.name: rng.integers(0, t.codebook_size, (batch, t.levels, layout.condition_frames(t, more)))
        for t in layout.spec.aligned
    }
    return prefix, aligned


def logits(model: TokenLM, inputs) -> torch.Tensor:
    with torch.no_grad():
        return model(*(torch.from_numpy(array) for array in (inputs.ids, inputs.guess, inputs.known)))


def test_attention_agrees_with_torch_and_rotation_keeps_distances():
    query, key, value = (torch.randn(2, 3, 9, 8, generator=torch.Generator().manual_seed(i)) for i in range(3))
    reference = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    assert torch.allclose(attend(query, key, value, bias=None), reference, atol=1e-6)
    half = attend(query.bfloat16(), key.bfloat16(), value.bfloat16(), bias=None)
    assert (half.float() - reference).abs().max() < 0.05
    cosine, sine = (torch.from_numpy(table) for table in rotary_tables(8, 9))
    turned, other = rotate(query, cosine, sine), rotate(key, cosine, sine)
    moved, beside = rotate(query[:, :, :5], cosine[4:], sine[4:]), rotate(key[:, :, :5], cosine[4:], sine[4:])
    assert torch.allclose(turned[:, :, :5] @ other[:, :, :5].mT, moved @ beside.mT, atol=1e-4)


def test_t5_buckets_are_exact_near_and_capped_far():
    buckets = relative_buckets(1, 400)[0][::-1]
    assert buckets[:16].tolist() == list(range(16))
    assert buckets[-1] == 31 and (np.diff(buckets) >= 0).all()
    assert np.array_equal(relative_buckets(3, 10), relative_buckets(10, 10)[-3:])


@pytest.mark.parametrize("positions", ["rotary", "t5"])
def test_cached_steps_equal_the_whole_forward(positions):
    torch.manual_seed(0)
    model = Transformer(TransformerSpec(layers=2, heads=2, width=32, feedforward=48, positions=positions)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    x = torch.randn(2, 12, 32)
    whole, cache, pieces, start = model(x), None, [], 0
    for size in (1, 4, 1, 1, 5):
        piece, cache = model.step(x[:, start : start + size], cache)
        pieces.append(piece)
        start += size
    assert torch.allclose(torch.cat(pieces, dim=1), whole, atol=1e-5)


def test_parameters_are_counted_without_building():
    for config in (TINY, variant("flat", "prefix", "t5")):
        for name in STAGES:
            spec = config.stage(name)
            assert count_parameters(spec) == sum(p.numel() for p in TokenLM(spec).parameters())
    paper = preset("paper").stage("coarse")
    matrices = 24 * (4 * 1024**2 + 3 * 1024 * 4096)
    assert matrices == 402_653_184
    assert count_transformer(paper.transformer) == matrices + 49 * 1024 + 32 * 16
    assert 400e6 < count_parameters(paper) < 440e6
    assert count_parameters(preset("small").stage("coarse")) == 6_404_800


@pytest.mark.parametrize(("pattern", "alignment", "positions"), VARIANTS)
@pytest.mark.parametrize("name", STAGES)
def test_no_step_sees_what_it_writes(name, pattern, alignment, positions):
    """A changed token changes no logits of its own step or before it; some after it do change."""
    model = stirred(variant(pattern, alignment, positions).stage(name))
    layout, frames = model.layout, 8
    prefix, aligned = conditions(layout, frames, batch=1)
    rng = np.random.default_rng(1)
    tokens = rng.integers(0, 32, (1, layout.spec.target.levels, frames))
    inputs, context = layout.whole(tokens, prefix, aligned)
    reference = logits(model, inputs)[:, context:]
    for level in range(layout.spec.target.levels):
        changed = tokens.copy()
        changed[0, level, 4] = (changed[0, level, 4] + 7) % 32
        moved = logits(model, layout.whole(changed, prefix, aligned)[0])[:, context:]
        step = int(layout.pattern.index(frames)[level, 4])
        assert torch.allclose(moved[:, : step + 1], reference[:, : step + 1], atol=1e-5)
        assert not torch.allclose(moved[:, step + 1], reference[:, step + 1], atol=1e-3)


def test_guess_is_the_frame_before_less_what_is_said():
    spec = TINY.stage("fine")
    vectors = random_vectors(spec, seed=0)
    layout = StageLayout(spec, vectors)
    _, aligned = conditions(layout, 5, batch=1)
    tokens = np.random.default_rng(3).integers(0, 32, (1, 2, 5))
    inputs, context = layout.whole(tokens, {}, aligned)

    def latent(frame: int, levels: int) -> np.ndarray:
        coarse = sum(vectors.conditions["coarse"][k, aligned["coarse"][0, k, frame]] for k in range(2))
        return coarse + sum((vectors.target[k, tokens[0, k, frame]] for k in range(levels)), np.zeros(64))

    for level in range(2):
        step = context + layout.pattern.index(5)[level, 3]
        expected = latent(2, level + 1) - latent(3, level)
        assert np.allclose(inputs.guess[0, step, level], expected, atol=1e-5)
        assert inputs.known[0, step, level] == 1 and inputs.known[0, context + level, level] == 0


def test_training_starts_at_the_copy_prior():
    """Untrained but calibrated, the model already finds slow tokens easier than their frequencies alone."""
    spec = TINY.stage("coarse")
    model = TokenLM(spec, random_vectors(spec, seed=0)).eval()
    rng = np.random.default_rng(0)
    tokens = np.repeat(rng.integers(0, 32, (4, 2, 10)), 5, axis=2)
    prefix, aligned = conditions(model.layout, 50, batch=4)
    guess = model.layout.guesses(tokens, aligned)
    model.calibrate(tokens[:, :, 1:].transpose(1, 0, 2).reshape(2, -1), guess.transpose(1, 0, 2, 3).reshape(2, -1, 64))
    inputs, context = model.layout.whole(tokens, prefix, aligned)
    with torch.no_grad():
        nats = model.losses(inputs, tokens, context).mean()
    inputs.known[:] = 0.0
    with torch.no_grad():
        assert nats < 0.6 * model.losses(inputs, tokens, context).mean()


def test_vectors_keep_one_basis_and_one_scale():
    rng = np.random.default_rng(0)
    wide = rng.standard_normal((3, 20, 80)) * np.linspace(2, 0.01, 80)
    narrow = fit_width(wide, width=64)
    assert np.allclose(narrow[0] @ narrow[2].T, wide[0] @ wide[2].T, atol=0.5)
    assert fit_width(wide[..., :8], width=64).shape == (3, 20, 64)
    arrays = tables()
    coarse, fine = stage_vectors(TINY, "coarse", arrays), stage_vectors(TINY, "fine", arrays)
    assert np.array_equal(coarse.target, fine.conditions["coarse"])
    with pytest.raises(WeightsError, match=r"codec\.codebooks"):
        stage_vectors(TINY, "fine", {})
    with pytest.raises(WeightsError, match="another preset"):
        stage_vectors(TINY, "fine", {"codec.codebooks": np.zeros((12, 1024, 64))})


def tables() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    shapes = {"codec.codebooks": (4, 32, 8), "semantic.centroids": (32, 16), "mulan.codebooks": (3, 16, 16)}
    return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


def clip(number: int, *, split: str) -> ClipTokens:
    """Acoustic tokens that follow from the semantic ones, which follow nothing."""
    rng = np.random.default_rng(number)
    style = rng.integers(0, 16, 3)
    semantic = rng.integers(0, 32, 120)
    acoustic = (7 * np.repeat(semantic, 2)[None] + np.arange(4)[:, None]) % 32
    return ClipTokens(f"clip-{number}", split, semantic, acoustic, np.repeat(style[None], 2, 0), style[None])


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokens")
    writer = TokenWriter(folder, TINY, tables=tables())
    for number in range(12):
        writer.add(clip(number, split="train" if number < 8 else "valid"))
    writer.close(complete=True)
    return folder


def test_store_gives_back_what_was_written(store):
    opened = TokenStore.open(store)
    expected = clip(9, split="valid")
    assert opened.split("valid") == [8, 9, 10, 11]
    assert np.array_equal(opened.acoustic(9), expected.acoustic) and np.array_equal(opened.semantic(9), expected.semantic)
    assert np.array_equal(opened.style_audio(9), expected.style_audio) and opened.style_text(9).shape == (1, 3)
    with pytest.raises(CorpusError, match="preset small"):
        opened.check(preset("small"))


def test_unfinished_store_is_refused_and_continued(tmp_path):
    writer = TokenWriter(tmp_path, TINY, tables=tables())
    writer.add(clip(0, split="train"))
    writer.close(complete=False)
    with (tmp_path / "journal.jsonl").open("a") as stream:
        stream.write('{"id": "torn')
    with (tmp_path / "acoustic.u16").open("ab") as stream:
        stream.write(b"torn")
    with pytest.raises(CorpusError, match="unfinished"):
        TokenStore.open(tmp_path)
    writer = TokenWriter(tmp_path, TINY, tables=tables())
    assert writer.done == {"clip-0"}
    writer.add(clip(1, split="train"))
    with pytest.raises(CorpusError, match="do not fit"):
        writer.add(dataclasses.replace(clip(2, split="train"), semantic=np.array([99])))
    writer.close(complete=True)
    assert np.array_equal(TokenStore.open(tmp_path).acoustic(1), clip(1, split="train").acoustic)
    with pytest.raises(CorpusError, match="other codebooks"):
        TokenWriter(tmp_path, TINY, tables={name: array + 1 for name, array in tables().items()})


CONTROLLED = dataclasses.replace(TINY, controls=("clock", "key", "tune", "landing"))


def controlled(number: int) -> ClipTokens:
    """A clip with controls, some of them blank."""
    rng = np.random.default_rng(number)
    told = {token.name: rng.integers(0, token.vocabulary, (token.levels, 120)) for token in CONTROLLED.control_tokens}
    del told["landing"]
    return dataclasses.replace(clip(number, split="train"), controls=told)


def test_controls_are_stored_in_step_and_serve_presets_without_them(tmp_path, store):
    writer = TokenWriter(tmp_path, CONTROLLED, tables=tables())
    for number in range(3):
        writer.add(controlled(number))
    with pytest.raises(CorpusError, match="no clock tokens"):
        writer.add(clip(3, split="train"))
    broken = controlled(3)
    for wrong, message in ((broken.controls["key"][:, 1:], "119 frames of key"), (broken.controls["key"] + 13, "do not fit"),
                           (broken.controls["key"] - 13, "do not fit"), (broken.controls["clock"], "do not fit")):
        with pytest.raises(CorpusError, match=message):
            writer.add(dataclasses.replace(broken, controls={**broken.controls, "key": wrong}))
    writer.close(complete=True)
    opened = TokenStore.open(tmp_path)
    assert opened.controls == ("clock", "key", "tune") and opened.control("clock", 2).dtype == np.uint16
    for name, values in controlled(2).controls.items():
        assert np.array_equal(opened.control(name, 2), values) and (tmp_path / f"{name}.u16").is_file()
    assert np.array_equal(opened.acoustic(2), controlled(2).acoustic)
    opened.check(CONTROLLED)
    opened.check(TINY)
    opened.check(dataclasses.replace(TINY, controls=("key",)))
    old = TokenStore.open(store)
    assert old.controls == ()
    with pytest.raises(CorpusError, match="lacks clock, key, tune, which preset tiny expects"):
        old.check(CONTROLLED)
    with pytest.raises(CorpusError, match="no tune tokens"):
        old.control("tune", 0)
    with pytest.raises(CorpusError, match="other tokens"):
        TokenWriter(tmp_path, TINY, tables=tables())


class FakeParts:
    """Codec, semantic and style parts in one: tokens that tell how much they heard."""

    def encode(self, samples):
        return np.full((4, len(samples) // 480), len(samples) % 32)

    def tokenize_text(self, text):
        return self.tokenize(np.array([len(text)]))

    def embed_audio(self, samples):
        return np.array([len(samples)])

    def tokenize(self, given):
        return np.zeros(len(given) // 960, np.int64) if len(given) > 1 else np.full(3, given[0] % 16)


def test_a_dataset_becomes_a_store(tmp_path):
    from libretto.corpus.shards.dataset import Dataset, DatasetWriter

    with DatasetWriter(tmp_path / "data", sample_rate=24_000) as writer:
        for number in range(3):
            writer.add(np.zeros(96_000, np.float32), id=str(number), split="train", captions=["a", "bb"], item=number)
    parts, done = FakeParts(), []
    opened = tokenize_dataset(Dataset.open(tmp_path / "data"), tmp_path / "store", config=TINY, codec=parts,
                              semantic=parts, mulan=parts, tables=tables(), progress=lambda i, n: done.append((i, n)))
    assert done == [(1, 3), (2, 3), (3, 3)]
    assert opened.acoustic(2).shape == (4, 200) and opened.semantic(2).shape == (100,)
    assert opened.style_audio(0).shape == (1, 3) and opened.style_text(0)[:, 0].tolist() == [1, 2]
    deaf = SimpleNamespace(tokenize_text=parts.tokenize_text, embed_audio=parts.embed_audio, tokenize=lambda given: np.full(3, 7))
    again = tokenize_dataset(Dataset.open(tmp_path / "data"), tmp_path / "again", config=TINY, codec=None, semantic=None,
                             mulan=deaf, tables=tables(), reuse=opened)
    assert np.array_equal(again.acoustic(1), opened.acoustic(1)) and again.style_audio(1).tolist() == [[7, 7, 7]]
    other = tables() | {"semantic.centroids": tables()["semantic.centroids"] + 1}
    with pytest.raises(CorpusError, match=r"another semantic\.centroids"):
        tokenize_dataset(Dataset.open(tmp_path / "data"), tmp_path / "other", config=TINY, codec=parts, semantic=parts, mulan=parts,
                         tables=other, reuse=opened)


def test_timelines_of_a_dataset_become_controls(tmp_path):
    from libretto.corpus.shards.dataset import Dataset, DatasetWriter

    beats = [0.5 * beat for beat in range(8)]
    line = {"beats": beats, "downbeats": beats[::4], "keys": [[0.0, 9, "minor"]], "tune": [[1.0, 2.0, 62]], "tuned": True}
    broken = {**line, "tuned": None}
    for name, sheets in (("good", ({"timeline": line}, {})), ("bad", ({"timeline": broken},))):
        with DatasetWriter(tmp_path / name, sample_rate=24_000) as writer:
            for number, sheet in enumerate(sheets):
                writer.add(np.zeros(96_000, np.float32), id=str(number), split="train", captions=["a"], item=number, sheet=sheet)

    def tokenized(name):
        parts = FakeParts()
        return tokenize_dataset(Dataset.open(tmp_path / name), tmp_path / f"{name} tokens", config=CONTROLLED, codec=parts,
                                semantic=parts, mulan=parts, tables=tables())

    opened = tokenized("good")
    opened.check(CONTROLLED)
    assert opened.control("clock", 0)[0, [0, 13, 26, 38, 51]].tolist() == [6, 7, 8, 9, 6], "beats of bars of four"
    assert opened.control("key", 0)[:, 99].tolist() == [9, 1]
    assert opened.control("tune", 0)[:, 24:27].tolist() == [[12, 2, 2], [0, 1, 0]]
    for token in CONTROLLED.control_tokens[:3]:
        assert opened.control(token.name, 1).shape == (token.levels, 100), "as many frames as semantic tokens"
        assert (opened.control(token.name, 1) == token.blank).all(), "nothing is known of a recording"
    with pytest.raises(CorpusError, match="clip 0: the tuned"):
        tokenized("bad")


def test_crops_keep_conditions_in_step(store):
    layout = StageLayout(TINY.stage("coarse"), random_vectors(TINY.stage("coarse"), seed=0))
    reader = CropReader(TokenStore.open(store), layout, coarse_levels=2)
    crop = reader.read([0, 1], [10, 40], [np.zeros(3), np.ones(3)], frames=20)
    for row, (index, start) in enumerate(((0, 10), (1, 40))):
        expected = clip(index, split="train")
        assert np.array_equal(crop.tokens[row], expected.acoustic[:2, start : start + 20])
        assert np.array_equal(crop.aligned["semantic"][row, 0, :10], expected.semantic[start // 2 : start // 2 + 10])
    assert np.array_equal(shuffled(crop, ["semantic"]).aligned["semantic"][0], crop.aligned["semantic"][1])
    assert (blanked(crop, np.array([True, False]), layout.spec).prefix["style"] == [[16] * 3, [1] * 3]).all()
    with pytest.raises(CorpusError, match="shorter crop"):
        reader.clips("train", frames=10_000)


def test_bigram_is_the_true_entropy_on_a_chain():
    rng = np.random.default_rng(0)
    chain = [np.cumsum(rng.integers(0, 4, 4000))[None] % 16 for _ in range(6)]
    counted = baselines(chain[:4], chain[4:], size=16)
    assert abs(counted.bigram[0] - 2.0) < 0.02 and abs(counted.unigram[0] - 4.0) < 0.02


def test_training_beats_its_baselines_and_uses_its_condition(store, tmp_path):
    recipe = build("stage", TINY, data=store, seed=0, stage="coarse", learning_rate=1e-2, batch_seconds=16.0)
    first = recipe.batch(3)
    assert np.array_equal(first.tokens, recipe.batch(3).tokens) and not np.array_equal(first.tokens, recipe.batch(4).tokens)
    train(recipe, out=tmp_path / "run", steps=40, validate_every=0, warmup=5, checkpoint_minutes=60)
    with evaluating(recipe.modules.values()):
        figures = recipe.validate()
    assert figures["gain"] > 0.1 and figures["condition"] > 0.05 and figures["passed"] == 1.0
    assert figures["bits_1"] < figures["bigram_1"] and {"bits_2", "unigram", "shuffled"} <= figures.keys()
    with pytest.raises(TrainingError, match="valid: semantic"):
        build("stage", TINY, data=store, seed=0, stage="medium")


def test_forced_steps_read_draws_and_predict_the_truth(store):
    recipe = build("stage", TINY, data=store, seed=0, stage="coarse", batch_seconds=16.0, forced_from=1)
    batch = recipe.batch(1)
    past = recipe._forced(batch, 1)
    changed = (past != batch.tokens).mean(axis=(1, 2))
    assert past.shape == batch.tokens.shape and 0 < changed.mean() < 0.4 and np.ptp(changed) > 0.02
    assert np.array_equal(past, recipe._forced(batch, 1)) and not np.array_equal(past, recipe._forced(batch, 2))
    assert not torch.equal(recipe._nats(batch), recipe._nats(batch, past))
    assert recipe.step(recipe.batch(0), 0, 1.0)["loss"] > 0 and recipe.step(batch, 1, 1.0)["loss"] > 0


def test_a_compiled_step_is_the_same_step(store):
    pytest.importorskip("torch._inductor")
    if shutil.which("g++") is None and shutil.which("clang++") is None:
        pytest.skip("compiling on a CPU needs a C++ compiler")
    plain, compiled = (
        build("stage", TINY, data=store, seed=0, stage="coarse", batch_seconds=16.0, compiled=flag) for flag in (False, True)
    )
    losses = [[recipe.step(recipe.batch(step), step, 1.0)["loss"] for step in range(3)] for recipe in (plain, compiled)]
    assert np.allclose(*losses, rtol=1e-3) and losses[0][2] < losses[0][0]
    assert compiled.config["compiled"] and "compiled" not in plain.config


def test_codes_that_the_codec_gives_are_not_stored_again():
    from libretto.export import _needed_tables
    from libretto.stages.runtime import codes_name, vectors_of

    config, rng = preset("tiny"), np.random.default_rng(3)
    spec = config.codec
    tables = {
        "codec.codebooks": rng.standard_normal((spec.levels, spec.codebook_size, spec.latent)).astype(np.float16),
        "semantic.centroids": rng.standard_normal((config.semantic.codebook_size, 16)),
        "mulan.codebooks": rng.standard_normal((config.mulan.levels, config.mulan.codebook_size, config.mulan.dimension)),
    }
    made = {name: stage_vectors(config, name, tables) for name in ("semantic", "coarse", "fine")}
    whole = tables | {codes_name(name): vectors.target.astype(np.float16) for name, vectors in made.items()}
    kept = _needed_tables(config, whole)
    assert codes_name("semantic") in kept and codes_name("coarse") not in kept and codes_name("fine") not in kept
    for name in ("coarse", "fine"):
        assert np.array_equal(vectors_of(config.stage(name), kept).target, made[name].target)
    assert np.array_equal(vectors_of(config.stage("fine"), kept).conditions["coarse"], made["coarse"].target)
    other = whole | {codes_name("fine"): whole[codes_name("fine")] + np.float16(1)}
    assert codes_name("fine") in _needed_tables(config, other)


def test_patience_counts_runs_and_wears_what_outlasts_it():
    from libretto.stages.patience import LOOK_BACK, Repeats, count_patience, runs

    assert runs(np.array([5, 5, 5, 2, 7, 7])).tolist() == [2, 0, 1]
    assert count_patience([np.array([[1, 1, 1, 1], [1, 2, 3, 4]])]).tolist() == [3, 1]
    past = np.array([[[3, 3, 3, 3, 3, 3], [5] * 6], [[3, 3, 3, 4, 4, 4], [5] * 6]])  # two takes, two levels
    patience, levels, logits = np.array([3, 6]), np.arange(2), np.zeros((2, 2, 8), np.float32)
    repeats = Repeats(patience, past, np.array([6, 6]))
    worn = repeats.worn(logits, levels)
    assert worn[0, 0].tolist() == [0, 0, 0, -1.5, 0, 0, 0, 0] and not worn[0, 1].any() and not worn[1].any() and not logits.any()
    assert not repeats.worn(logits, np.array([1])).any()
    for _ in range(2 * LOOK_BACK):
        repeats.wrote(levels, np.array([[3, 5], [1, 4]]))
    assert repeats.worn(logits, levels)[:, [0, 0, 1, 1], [3, 1, 5, 4]].tolist() == [[-32, 0, -32, 0], [0, -32, 0, -32]]
    repeats.wrote(np.array([0]), np.array([[6], [6]]))
    assert not repeats.worn(logits, levels)[:, 0].any()
    carried = Repeats(patience, past[..., :2], np.array([2, 2]))
    for frame in range(2, 6):
        carried.wrote(levels, past[..., frame])
    assert np.array_equal(carried.worn(logits, levels), worn)
