"""From what is said to where sounds of such words lie: a linear prior. numpy only.

A text and its sound lie apart in the joint embedding: the contrastive loss cares which sound is nearest to a text, not how near, and
texts that learn on towards a fixed audio tower drift into directions where no sound lies. Style tokens are those of sounds, so a text
is told in them by the sound that is expected of it. DALL-E 2 (2204.06125) draws that from a diffusion model; ours is its mean, by ridge
regression (docs/design.md, "What is expected of a text").
"""

from __future__ import annotations

import numpy as np

RIDGE = 1e-3  # of the pairs' number, beside a mean square of 1 / D in each direction


def fit(texts: np.ndarray, sounds: np.ndarray) -> np.ndarray:
    """The prior float32 [D + 1, D] (matrix, then offset) of unit vectors ``texts`` and ``sounds`` [N, D], row by row a pair."""
    said, heard = texts.astype(np.float64), sounds.astype(np.float64)
    middle, goal = said.mean(axis=0), heard.mean(axis=0)
    centred = said - middle
    matrix = np.linalg.solve(centred.T @ centred + RIDGE * len(said) * np.eye(said.shape[1]), centred.T @ (heard - goal))
    return np.concatenate([matrix, (goal - middle @ matrix)[None]]).astype(np.float32)


def expected(prior: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Unit vectors float32 [..., D] at which sounds of ``texts`` [..., D] lie on average."""
    vectors = texts @ prior[:-1] + prior[-1]
    return (vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)).astype(np.float32)
