"""Rounding to 4 bits that minds what flows through a matrix."""

from __future__ import annotations

import copy
import dataclasses

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from libretto.config import preset
from libretto.engine.compact import on_nibbles
from libretto.mulan import rounding
from libretto.mulan.model import Mulan
from libretto.mulan.rounding import rounded
from libretto.mulan.tokenizer import prune


def test_small_changes_to_a_rounded_matrix_are_not_taken_back():
    rng = np.random.default_rng(0)
    start = on_nibbles(rng.standard_normal((64, 48)) * 0.05)
    rows = rng.standard_normal((400, 64)) @ rng.standard_normal((64, 64)) * 0.3 + rng.standard_normal((400, 1))
    learned = start + 0.004 * np.sign(rng.standard_normal((1, 48)))  # under half a step, all of a column the same way
    made = rounded(learned, rows.T @ rows, block=32)
    lost = [np.linalg.norm(rows @ (each - learned)) / np.linalg.norm(rows @ (learned - start)) for each in (on_nibbles(learned), made)]
    assert lost[1] < 0.5 * lost[0]
    assert np.array_equal(on_nibbles(made), made.astype(np.float32))  # what is stored is what was made


def test_a_rounded_tower_says_what_it_said_before(monkeypatch):
    torch.manual_seed(0)
    words = ["slow", "sad", "piano", "fast", "happy", "drums", "and", "bass", "calm", "warm", "pad"]
    spec = dataclasses.replace(preset("tiny").mulan, text_width=32, text_layers=2, text_vocabulary=512)
    model = Mulan(spec, prune([], [" ".join(words)], size=spec.text_vocabulary)).eval()
    with torch.no_grad():
        for parameter in model.text.parameters():
            if parameter.ndim == 2:
                torch.nn.init.normal_(parameter, std=0.3)
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(words, rng.integers(2, 7))) for _ in range(400)]
    ids = torch.from_numpy(model.tokenizer.batch(texts[300:]))

    def off(fitted: int) -> float:
        tower = copy.deepcopy(model)
        monkeypatch.setattr(rounding, "FITTED", fitted)
        with torch.no_grad():
            before = tower.embed_text(ids)
            rounding.round_text(tower, texts[:300])
            after = tower.embed_text(ids)
        pieces = tower.text.pieces.weight.detach().numpy()
        assert np.array_equal(on_nibbles(pieces), pieces) and not np.array_equal(pieces, model.text.pieces.weight.detach().numpy())
        return float((1 - (before * after).sum(dim=1)).mean())

    assert off(300) < 0.8 * off(1)  # of one caption nothing is learned
