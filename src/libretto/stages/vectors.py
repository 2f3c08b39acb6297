"""The codebook vectors a stage starts from, brought to one width. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..config import LibrettoConfig, StageSpec
from ..errors import WeightsError
from ..tokens import TokenSpec

CODEC_CODEBOOKS = "codec.codebooks"
_ARRAYS = {"acoustic": CODEC_CODEBOOKS, "semantic": "semantic.centroids", "style": "mulan.codebooks"}
CONTINUED = {"fine": "coarse"}  # the stage's target adds detail to the latent of this condition


@dataclass(frozen=True)
class StageVectors:
    """``target`` [K, V, W] and one [levels, V, W] per condition, float32 with values exact in float16.

    The vectors of coarse and fine tokens share one basis and one scale, so that they add up to the codec's latent.
    """

    target: np.ndarray
    conditions: dict[str, np.ndarray]


def fit_width(vectors: np.ndarray, *, width: int) -> np.ndarray:
    """[K, V, D] to [K, V, width]: zeros appended, or the directions of largest variance kept (one basis for all)."""
    levels, size, dimension = vectors.shape
    if dimension <= width:
        return np.pad(vectors, ((0, 0), (0, 0), (0, width - dimension)))
    flat = vectors.reshape(-1, dimension).astype(np.float64)
    values, directions = np.linalg.eigh(flat.T @ flat)
    basis = directions[:, np.argsort(values)[::-1][:width]]
    return (flat @ basis).reshape(levels, size, width)


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Scaled so that the first level's components have mean square 1, rounded to float16."""
    scale = 1.0 / max(float(np.sqrt(np.mean(np.square(vectors[0], dtype=np.float64)))), 1e-8)
    return (vectors * scale).astype(np.float16).astype(np.float32)


def stage_vectors(config: LibrettoConfig, name: str, arrays: dict[str, np.ndarray]) -> StageVectors:
    """The vectors of stage ``name`` from the codebooks of the parts, as stored in ``tables.safetensors``.

    Args:
        arrays: "codec.codebooks" [K, V, D], "semantic.centroids" [V, D], "mulan.codebooks" [levels, V, D].

    Raises:
        WeightsError: an array is missing or has another shape than the configuration says.
    """
    spec = config.stage(name)
    split = config.coarse_levels
    acoustic = config.codec.tokens
    wanted = {"semantic": config.semantic.tokens, "acoustic": acoustic, "style": config.mulan.tokens}
    used = {_family(token.name) for token in (spec.target, *spec.prefix, *spec.aligned) if token not in spec.controls}
    fitted: dict[str, np.ndarray] = {}
    for family in sorted(used):
        array = arrays.get(_ARRAYS[family])
        if array is None:
            raise WeightsError(f"stage {name} needs {_ARRAYS[family]}; got {', '.join(sorted(arrays)) or 'no array'}")
        array = array[None] if array.ndim == 2 else array
        expected = (wanted[family].levels, wanted[family].codebook_size)
        if array.shape[:2] != expected:
            raise WeightsError(f"{_ARRAYS[family]} is {array.shape}, expected {expected} vectors: another preset's?")
        fitted[family] = _unit(fit_width(np.asarray(array, np.float32), width=spec.token_width))
    if "acoustic" in fitted:
        fitted["coarse"], fitted["fine"] = fitted["acoustic"][:split], fitted["acoustic"][split:]
    fitted |= {token.name: _control_vectors(token, fitted[spec.target.name], width=spec.token_width) for token in spec.controls}
    conditions = {token.name: fitted[token.name] for token in (*spec.prefix, *spec.aligned)}
    return StageVectors(fitted[spec.target.name], conditions)


def acoustic_vectors(codebooks: np.ndarray, *, width: int) -> np.ndarray | None:
    """What ``stage_vectors`` makes of the codec's codebooks [K, V, D], coarse levels before fine ones; None where that is a choice
    of directions, which rounds in its own way on every machine and is therefore stored."""
    if codebooks.shape[2] > width:
        return None
    return _unit(fit_width(np.asarray(codebooks, np.float32), width=width))


def _control_vectors(token: TokenSpec, target: np.ndarray, *, width: int) -> np.ndarray:
    """Directions at random, the same ones always; a landing's tokens are the target's own, after the level of distances."""
    shape = (token.levels, token.codebook_size, width)
    drawn = np.random.default_rng([token.levels, token.codebook_size]).standard_normal(shape).astype(np.float16)
    if token.name == "landing":
        drawn[1:] = target[0]
    return drawn.astype(np.float32)


def _family(name: str) -> str:
    return "acoustic" if name in ("coarse", "fine") else name


def random_vectors(spec: StageSpec, *, seed: int) -> StageVectors:
    """Vectors drawn at random, for tests and for stages without codebooks."""
    rng = np.random.default_rng(seed)

    def draw(levels: int, size: int) -> np.ndarray:
        fading = 0.7 ** np.arange(levels)[:, None, None]
        drawn = rng.standard_normal((levels, size, spec.token_width)) * fading
        return drawn.astype(np.float16).astype(np.float32)

    conditions = {token.name: draw(token.levels, token.codebook_size) for token in (*spec.prefix, *spec.aligned)}
    return StageVectors(draw(spec.target.levels, spec.target.codebook_size), conditions)
