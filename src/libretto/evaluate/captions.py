"""Do our captions read like people's? Distinct four-word phrases, and how well a classifier tells the two apart (both ours).

The classifier is a logistic regression on n-grams of words and of letters, trained and tested in turns. It is shown pairs of equal
length, since length alone would give ours away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import CorpusError, require

_WORD = re.compile(r"[a-z0-9#♯♭&'’/-]+|[.,!?;:]")
_FOLDS = 5
_STRENGTH = 3e-3  # of the L2 penalty, per caption
# What our sheets cannot know and human captions often tell: singers, speech and how a clip was recorded.
_BEYOND = re.compile(
        r"low[- ]quality|recording|record(ed|ing)|nois[ey]|vocal|\bsing(s|er|ers|ing)?\b|\bvoices?\b|rapp|talk|speak|speech|narrat|"
        "audio quality|"
    r"\b(wo)?m[ae]n\b|\b(fe)?male\b|lyric|choir|crowd|applau|\bmono\b|people|audience|birds?\b|laugh|cheer(s|ing)\b",
    re.IGNORECASE,
)
_NONE = re.compile(r"(there (is|are) )?\b(no|without( any)?) (other )?(voices?|singers?|vocals?|singing|lyrics)", re.IGNORECASE)


def words(text: str) -> list[str]:
    """Small words and signs in order."""
    return _WORD.findall(text.lower())


def about_music(text: str) -> bool:
    """Whether a caption keeps to what a sheet may know: no singer, no speech, nothing about the recording."""
    return not _BEYOND.search(_NONE.sub("", text))


def distinct(texts: Sequence[str], length: int = 4) -> int:
    """How many different runs of ``length`` words there are in all texts together; runs do not cross texts."""
    return len({tuple(run) for text in texts for run in _runs([word for word in words(text) if word[0].isalnum()], length)})


def _runs(items: Sequence[str], length: int) -> Iterable[Sequence[str]]:
    return (items[at : at + length] for at in range(len(items) - length + 1))


def framed(ours: Sequence[str], theirs: Sequence[str], *, common: int = 150) -> tuple[list[str], list[str]]:
    """Both sets with every word but the ``common`` most usual ones of ``theirs`` made a blank: how things are said, not what."""
    usual = {word for word, _ in Counter(word for text in theirs for word in words(text)).most_common(common)}

    def frame(text: str) -> str:
        return " ".join(word if word in usual else "x" for word in words(text))

    return [frame(text) for text in ours], [frame(text) for text in theirs]


def matched(
    ours: Sequence[str], theirs: Sequence[str], count: int, rng: np.random.Generator, *, fewer: bool = False
) -> tuple[list[str], list[str]]:
    """``count`` captions of each, pair by pair within a twentieth of the same number of words; ``fewer`` takes what there is.

    Raises:
        CorpusError: there are fewer such pairs.
    """
    by_length: dict[int, list[str]] = {}
    for index in rng.permutation(len(ours)):
        by_length.setdefault(len(ours[index].split()), []).append(ours[index])
    first: list[str] = []
    second: list[str] = []
    for index in rng.permutation(len(theirs)):
        size = len(theirs[index].split())
        near = sorted(range(size - size // 20, size + size // 20 + 1), key=lambda other: abs(other - size))
        pool = next((by_length[other] for other in near if by_length.get(other)), None)
        if pool:
            first.append(pool.pop())
            second.append(theirs[index])
        if len(first) == count:
            return first, second
    if fewer:
        return first, second
    raise CorpusError(
        f"{len(first)} pairs of equal length among {len(ours)} and {len(theirs)} captions, expected {count}; give more of ours"
    )


@dataclass(frozen=True)
class Separation:
    """How well two sets of texts are told apart on texts held out: 0.5 is chance, 1 is always."""

    accuracy: float
    auc: float
    tells: dict[str, list[tuple[str, float]]]  # n-grams that give each side away, strongest first, with their weight


def separation(ours: Sequence[str], theirs: Sequence[str], *, rng: np.random.Generator, tells: int = 40) -> Separation:
    """Five-fold cross-validated logistic regression on runs of one to three words and three to five letters."""
    texts, labels = [*ours, *theirs], np.array([1] * len(ours) + [0] * len(theirs))
    features = [_features(text) for text in texts]
    fold = rng.permutation(len(texts)) % _FOLDS
    scores = np.zeros(len(texts))
    weights: dict[str, float] = {}
    for number in range(_FOLDS):
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        vocabulary, inverse = _vocabulary([features[index] for index in train])
        matrix = _matrix(features, vocabulary, inverse)
        coefficients = _fit(matrix[train], labels[train])
        scores[test] = matrix[test] @ coefficients[:-1] + coefficients[-1]
        for name, place in vocabulary.items():
            weights[name] = weights.get(name, 0.0) + float(coefficients[place]) / _FOLDS
    ranked = sorted(((name, weight) for name, weight in weights.items() if name[0] != "~"), key=lambda pair: -pair[1])
    return Separation(
        accuracy=float(((scores > 0) == labels).mean()),
        auc=_auc(scores[labels == 1], scores[labels == 0]),
        tells={"ours": ranked[:tells], "theirs": [(name, -weight) for name, weight in ranked[: -tells - 1 : -1]]},
    )


def _features(text: str) -> set[str]:
    tokens = ["^", *words(text), "$"]
    found = {" ".join(run) for length in (1, 2, 3) for run in _runs(tokens, length)}
    flat = " ".join(text.split())
    return found | {"~" + flat[at : at + length] for length in (3, 4, 5) for at in range(len(flat) - length + 1)}


def _vocabulary(features: Sequence[set[str]]) -> tuple[dict[str, int], np.ndarray]:
    """N-grams found in three texts or more, and the logarithm of how rare each is."""
    counts = Counter(name for found in features for name in found)
    kept = sorted(name for name, count in counts.items() if count >= 3)
    inverse = np.log(len(features) / np.array([counts[name] for name in kept], dtype=float)) + 1
    return {name: place for place, name in enumerate(kept)}, inverse


def _matrix(features: Sequence[set[str]], vocabulary: dict[str, int], inverse: np.ndarray):  # type: ignore[no-untyped-def]
    """Sparse rows of unit length."""
    sparse = require("scipy.sparse", extra="corpus")
    columns = [np.array(sorted(vocabulary[name] for name in found if name in vocabulary), dtype=np.int64) for found in features]
    values = [inverse[places] / (np.linalg.norm(inverse[places]) + 1e-9) for places in columns]
    ends = np.cumsum([0, *(len(places) for places in columns)])
    return sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=(len(features), len(vocabulary)))


def _fit(matrix, labels: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Weights and offset of the logistic regression."""
    optimize = require("scipy.optimize", extra="corpus")
    signs = 2.0 * labels - 1.0

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        margin = signs * (matrix @ point[:-1] + point[-1])
        slope = -signs / (1 + np.exp(np.clip(margin, -500, 500))) / len(signs)
        value = float(np.logaddexp(0, -margin).mean() + 0.5 * _STRENGTH * (point[:-1] ** 2).sum())
        return value, np.concatenate([matrix.T @ slope + _STRENGTH * point[:-1], [slope.sum()]])

    return np.asarray(optimize.minimize(loss, np.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x)


def _auc(above: np.ndarray, below: np.ndarray) -> float:
    """How often one of ``above`` scores higher than one of ``below``."""
    order = np.sort(below)
    lower, upper = np.searchsorted(order, above, "left"), np.searchsorted(order, above, "right")
    return float((lower + upper).mean() / 2 / len(below))
