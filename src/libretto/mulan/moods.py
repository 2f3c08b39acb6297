"""The mood that a sentence asks for: a linear classifier over the word pieces it holds (fastText, 1607.01759). numpy only.

A joint embedding keeps of a mood what sounds keep of it, which is little; the words themselves leave little doubt. Few sentences that name
no mood are given one. The classes are ``controls.MOODS``; that negated words do not count is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .tokenizer import Tokenizer, words

SURE = 0.5  # probability from which a mood is told; ours: docs/design.md, "Moods"
_NEGATIONS = {"not", "no", "never", "without", "nothing", "hardly", "isn", "don", "less", "non"}
_NEGATED = 3  # words after one of these, up to the next comma, do not count
_EPOCHS, _LEAST, _BATCH = 12, 1_000, 256  # at least so many steps
_RATE, _SPARE = 1e-2, 1e-5  # Adam (1412.6980), its rate falling to 0, and the price of a weight


def pieces(tokenizer: Tokenizer, text: str) -> np.ndarray:
    """The word pieces that count, int64 [N], each once, special ones left out."""
    kept, hidden = [], 0
    for word in words(text):
        if word in _NEGATIONS:
            hidden = _NEGATED
        elif not word[0].isalnum() and word not in "'-":
            hidden = 0
        elif hidden:
            hidden -= 1
        else:
            kept.append(word)
    return np.unique(tokenizer.encode(" ".join(kept))[1:-1])


def fit(rows: Sequence[np.ndarray], moods: np.ndarray, *, vocabulary: int, classes: int, seed: int = 0) -> np.ndarray:
    """The table float32 [V + 1, M] (a row a piece, then the offset) of texts, ``rows`` of ``pieces``, and their moods int64 [N]."""
    rng = np.random.default_rng(seed)
    table = np.zeros((vocabulary + 1, classes))
    first, second = np.zeros_like(table), np.zeros_like(table)
    rows = [np.append(row, vocabulary) for row in rows]
    batches = -(-len(rows) // _BATCH)
    epochs, step = max(_EPOCHS, -(-_LEAST // batches)), 0
    for _ in range(epochs):
        order = rng.permutation(len(rows))
        for begin in range(0, len(order), _BATCH):
            some = order[begin : begin + _BATCH]
            lengths = np.array([len(rows[index]) for index in some])
            ids = np.concatenate([rows[index] for index in some])
            wrong = _softmax(np.add.reduceat(table[ids], np.cumsum(lengths) - lengths))
            wrong[np.arange(len(some)), moods[some]] -= 1.0
            slope = _SPARE * np.sign(table)
            np.add.at(slope, ids, np.repeat(wrong / len(some), lengths, axis=0))
            step += 1
            first += 0.1 * (slope - first)
            second += 0.001 * (slope * slope - second)
            steady = np.sqrt(second / (1 - 0.999**step)) + 1e-8
            table -= _RATE * (1 - (step - 1) / (epochs * batches)) * first / (1 - 0.9**step) / steady
    return table.astype(np.float32)


def said(table: np.ndarray, ids: np.ndarray) -> int | None:
    """The mood that a text of ``pieces`` surely asks for, None where it names none."""
    chances = _softmax(table[ids].sum(axis=0) + table[-1])
    best = int(chances.argmax())
    return best if chances[best] >= SURE else None


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)
