"""Kullback-Leibler divergence between what a tagger hears in generated and in real music (MusicLM 2301.11325).

MusicLM takes pairs: a clip generated from a caption beside the clip the caption was written for. Sets without pairs are compared
by their mean class probabilities (ours): it says whether the shares of classes are right, not whether each clip is.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..audio import Waveform
from ..errors import RequestError

_LEAST = 1e-6  # a probability below counts as this (ours)


class Classifier(Protocol):
    """Whatever gives the probabilities of its classes for audio: float [C], summing to 1."""

    def classes(self, audio: Waveform) -> np.ndarray: ...


def divergence(reference: np.ndarray, generated: np.ndarray) -> np.ndarray:
    """KL(reference || generated) in nats of rows of probabilities [..., C]: float64 [...].

    Raises:
        RequestError: the shapes differ, or rows are no probabilities.
    """
    if np.shape(reference) != np.shape(generated):
        raise RequestError(f"probabilities have shapes {list(np.shape(reference))} and {list(np.shape(generated))}, expected the same")
    p, q = (np.asarray(rows, dtype=np.float64) for rows in (reference, generated))
    for rows in (p, q):
        if not (rows >= 0).all() or not np.allclose(rows.sum(axis=-1), 1, atol=1e-3):
            raise RequestError("class probabilities must not be negative and must sum to 1; take a softmax of the tagger's outputs first")
    return np.where(p > 0, p * (np.log(np.maximum(p, _LEAST)) - np.log(np.maximum(q, _LEAST))), 0.0).sum(axis=-1)


def paired_divergence(reference: np.ndarray, generated: np.ndarray) -> float:
    """The mean over pairs of clips [N, C], as MusicLM quotes it."""
    return float(divergence(reference, generated).mean())


def mean_divergence(reference: np.ndarray, generated: np.ndarray) -> float:
    """Of the mean probabilities of two sets [N, C] and [M, C] without pairs."""
    return float(divergence(np.mean(reference, axis=0), np.mean(generated, axis=0)))
