"""The traits that a sentence asks for: linear classifiers over the word pieces it holds (fastText, 1607.01759). numpy only.

A joint embedding keeps of a mood what sounds keep of it, which is little; the words themselves leave little doubt. The classes are those
of ``controls.TRAITS``. That negated words do not count for mood and lead, and count as words of their own for drums, is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .tokenizer import Tokenizer, words

SURE = {"mood": 0.5, "lead": 0.6, "drums": 0.9}  # probability from which a trait is told; ours: docs/design.md, "Traits"
NEGATED = ("drums",)  # traits that negated words tell of
_NEGATIONS = {"not", "no", "never", "without", "nothing", "hardly", "isn", "don", "less", "non"}
_REACH = 3  # words after one of these, up to the next comma, are negated
_LACKING = {"drumless": "drums", "beatless": "beat"}
_EPOCHS, _LEAST, _BATCH = 12, 1_000, 256  # at least so many steps
_RATE, _SPARE = 1e-2, 1e-5  # Adam (1412.6980), its rate falling to 0, and the price of a weight


def pieces(tokenizer: Tokenizer, text: str) -> np.ndarray:
    """The word pieces of a text, int64 [N], each once, special ones left out; negated ones follow a vocabulary further on."""
    kept: list[str] = []
    negated: list[str] = []
    reach = 0
    for word in words(text):
        if word in _NEGATIONS:
            reach = _REACH
        elif not word[0].isalnum() and word not in "'-":
            reach = 0
        elif word in _LACKING:
            negated.append(_LACKING[word])
            reach = max(0, reach - 1)
        else:
            (negated if reach else kept).append(word)
            reach = max(0, reach - 1)
    plain, other = (np.unique(tokenizer.encode(" ".join(some))[1:-1]) for some in (kept, negated))
    return np.concatenate([plain, other + len(tokenizer)]).astype(np.int64)


def fit(rows: Sequence[np.ndarray], values: np.ndarray, *, vocabulary: int, classes: int, seed: int = 0) -> np.ndarray:
    """The table float32 [V + 1, C] (a row a piece, then the offset) of texts, ``rows`` of ``pieces``, and their values int64 [N].

    Pieces from ``vocabulary`` on do not count: with the tokenizer's length, negated ones.
    """
    rng = np.random.default_rng(seed)
    table = np.zeros((vocabulary + 1, classes))
    first, second = np.zeros_like(table), np.zeros_like(table)
    rows = [np.append(row[row < vocabulary], vocabulary) for row in rows]
    batches = -(-len(rows) // _BATCH)
    epochs, step = max(_EPOCHS, -(-_LEAST // batches)), 0
    for _ in range(epochs):
        order = rng.permutation(len(rows))
        for begin in range(0, len(order), _BATCH):
            some = order[begin : begin + _BATCH]
            lengths = np.array([len(rows[index]) for index in some])
            ids = np.concatenate([rows[index] for index in some])
            wrong = _softmax(np.add.reduceat(table[ids], np.cumsum(lengths) - lengths))
            wrong[np.arange(len(some)), values[some]] -= 1.0
            slope = _SPARE * np.sign(table)
            np.add.at(slope, ids, np.repeat(wrong / len(some), lengths, axis=0))
            step += 1
            first += 0.1 * (slope - first)
            second += 0.001 * (slope * slope - second)
            steady = np.sqrt(second / (1 - 0.999**step)) + 1e-8
            table -= _RATE * (1 - (step - 1) / (epochs * batches)) * first / (1 - 0.9**step) / steady
    return table.astype(np.float32)


def said(table: np.ndarray, ids: np.ndarray, *, sure: float) -> int | None:
    """The value that a text of ``pieces`` asks for with a probability of ``sure``, None where there is none."""
    chances = _softmax(table[ids[ids < len(table) - 1]].sum(axis=0) + table[-1])
    best = int(chances.argmax())
    return best if chances[best] >= sure else None


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)
