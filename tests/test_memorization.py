"""Does the semantic stage recite? Stores whose answer is known, and the command."""

from __future__ import annotations

import json

import numpy as np
import pytest

from libretto import Libretto
from libretto.errors import CorpusError, RequestError
from libretto.evaluate.memorization import calibrated, continued, evaluate, matches
from libretto.evaluate.recital import semantic_of, standing
from libretto.evaluate.token_transport import TokenTransport
from libretto.request import save_tokens

FRAMES = 60


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


@pytest.fixture(scope="module")
def written(model):
    """What the tiny model writes most likely after an opening of eight tokens: [4, 40], and its openings."""
    rng = np.random.default_rng(0)
    size, levels = model.config.semantic.codebook_size, model.config.mulan.levels
    stage = model.stages["semantic"]
    openings = rng.integers(size, size=(4, 1, 8))
    styles = rng.integers(model.config.mulan.codebook_size, size=(4, levels))
    state = stage.start({"style": styles}, seed=0, take=range(4), temperature=0.0, guidance=1.0)
    tokens, _ = stage.advance(stage.prompt(state, openings), frames=FRAMES - 8)
    return np.concatenate([openings, tokens], axis=2)[:, 0], styles


@pytest.fixture(scope="module")
def store(model, written, tmp_path_factory):
    """Four training clips that are the model's own words, four that are not, and three held-out ones."""
    from libretto.train.tokenize import ClipTokens, TokenStore, TokenWriter

    folder, config = tmp_path_factory.mktemp("tokens"), model.config
    rng = np.random.default_rng(1)
    rows, styles = written
    names = ("codec.codebooks", "semantic.centroids", "mulan.codebooks")
    writer = TokenWriter(folder, config, tables={name: model.weights.tables[name] for name in names if name in model.weights.tables})
    acoustic = np.zeros((config.codec.levels, 2 * FRAMES), np.int64)
    levels = {token.name: token.levels for token in config.control_tokens}
    blank = {token.name: token.blank for token in config.control_tokens}
    for number in range(11):
        own = number < 4
        semantic = rows[number] if own else rng.integers(config.semantic.codebook_size, size=FRAMES)
        style = styles[number] if own else rng.integers(config.mulan.codebook_size, size=config.mulan.levels)
        controls = {name: np.full((levels[name], FRAMES), blank[name]) for name in config.controls if name != "landing"}
        writer.add(ClipTokens(str(number), "train" if number < 8 else "test", semantic, acoustic, style[None], style[None], controls))
    writer.close(complete=True)
    return TokenStore.open(folder)


def test_recited_clips_are_exact_matches(model, store):
    report = evaluate(model, tokens=store.folder, prompt_seconds=(8 / model.config.semantic.frame_rate,), continuation=20)
    own, other = report["train"], report["test"]
    length = f"{8 / model.config.semantic.frame_rate:g} s"
    assert own["clips"] == 8 and own[length]["exact"] == pytest.approx(0.5) and own[length]["approximate"] >= 0.5
    assert other["clips"] == 3 and other[length]["exact"] == 0
    assert report["negative_pairs"] == 28 and report["false_positive_share"] == 0


def test_continuations_are_those_of_the_openings(model, store, written):
    found, true = continued(model, store, [0, 2, 5], prompt=8, length=30)
    assert np.array_equal(found[:2], written[0][[0, 2], 8:38]) and np.array_equal(true[1], written[0][2, 8:38])
    assert not np.array_equal(found[2], true[2])
    untold, _ = continued(model, store, [0], prompt=0, length=10)
    assert untold.shape == (1, 10)


def test_matches_by_hand():
    transport = TokenTransport(np.array([[0.0], [0.01], [9.0]]))
    written, true = np.array([[0, 1, 2], [0, 0, 0], [0, 0, 0]]), np.array([[0, 1, 2], [1, 1, 1], [2, 2, 2]])
    found = matches(transport, written, true, threshold=0.1)
    assert found["exact"] == pytest.approx(1 / 3) and found["approximate"] == pytest.approx(2 / 3)
    assert found["bits_of_approximate"] == pytest.approx(np.log2(3) / 2)
    assert matches(transport, written[2:], true[2:], threshold=0.1)["bits_of_approximate"] is None


def test_the_threshold_lies_under_unrelated_pairs(model, store):
    transport = TokenTransport(model.semantic.centroids)
    threshold, pairs, share = calibrated(transport, store, list(range(8)), 20, np.random.default_rng(0))
    rows = np.stack([store.semantic(index)[-20:] for index in range(8)]).astype(np.int64)
    first, second = np.triu_indices(8, 1)
    assert pairs == 28 and share == 0 and threshold == pytest.approx(transport.costs(rows[first], rows[second]).min())


def test_takes_are_found_wherever_they_stand(model, store, tmp_path):
    rows = np.stack([store.semantic(1)[13:33], store.semantic(9)[:20]]).astype(np.int64)
    assert standing(store, rows) == [True, False]
    acoustic = np.zeros((2, 40), np.int64)
    save_tokens(tmp_path / "a.npz", acoustic, np.asarray(store.semantic(1))[None, 13:33])
    save_tokens(tmp_path / "b.npz", acoustic, np.random.default_rng(7).integers(model.config.semantic.codebook_size, size=(1, 20)))
    report = evaluate(model, tokens=store.folder, generated=tmp_path, continuation=20)["takes"]
    assert report["generated"] == {"clips": 2, "stretches": 2, "exact": 0.5, "approximate": report["generated"]["approximate"]}
    assert report["held_out"]["stretches"] == 9 and report["held_out"]["exact"] == 0
    assert len(semantic_of(tmp_path / "a.npz")) == 20


def test_the_command(store, tiny_weights, capsys):
    from libretto.cli import main

    command = ["evaluate", "memorization", "--tokens", str(store.folder), "--weights", str(tiny_weights), "--continuation", "10",
               "--prompt-seconds", "0", "0.4", "--limit", "3"]
    assert main(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["continuation_tokens"] == 10 and report["train"]["clips"] == 3 and set(report["train"]) == {"clips", "0 s", "0.4 s"}


def test_refused(model, store, tmp_path):
    with pytest.raises(CorpusError, match="training clips of"):
        evaluate(model, tokens=store.folder)
    with pytest.raises(RequestError, match="continuation 1"):
        evaluate(model, tokens=store.folder, continuation=1)
    with pytest.raises(CorpusError, match=r"holds 0 takes \(\.npz\)"):
        evaluate(model, tokens=store.folder, generated=tmp_path, continuation=20)
    (tmp_path / "x.npz").write_bytes(b"PK")
    with pytest.raises(RequestError, match="holds no array 'semantic'"):
        evaluate(model, tokens=store.folder, generated=tmp_path, continuation=20)
