"""Residual codebooks in numpy: latents to tokens and back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..config import CodecSpec
from ..errors import RequestError, WeightsError

TABLE = "codec.codebooks"
_BLOCK = 4096  # vectors compared with a codebook at once


class Codebooks:
    """K levels of V codes of width D, from ``tables["codec.codebooks"]``."""

    def __init__(self, spec: CodecSpec, tables: Mapping[str, np.ndarray]) -> None:
        if TABLE not in tables:
            raise WeightsError(f"the tables lack {TABLE}; export the weights again")
        expected = (spec.levels, spec.codebook_size, spec.latent)
        if tables[TABLE].shape != expected:
            raise WeightsError(f"{TABLE} has shape {list(tables[TABLE].shape)}, expected {list(expected)}; export the weights again")
        self.codes = np.ascontiguousarray(tables[TABLE], dtype=np.float32)
        self._norms = np.square(self.codes).sum(-1) / 2

    def quantize(self, latent: np.ndarray) -> np.ndarray:
        """latent [T, D] -> tokens int64 [K, T]: the nearest code of every level to what the levels before leave."""
        tokens = np.empty((len(self.codes), len(latent)), np.int64)
        for start in range(0, len(latent), _BLOCK):
            residual = latent[start : start + _BLOCK].astype(np.float32)
            for level, (codes, norms) in enumerate(zip(self.codes, self._norms, strict=True)):
                chosen = (norms - residual @ codes.T).argmin(1)
                tokens[level, start : start + _BLOCK] = chosen
                residual = residual - codes[chosen]
        return tokens

    def latent(self, tokens: np.ndarray) -> np.ndarray:
        """tokens [K', T], 1 <= K' <= K -> latent float32 [T, D]: the sum of their codes.

        Raises:
            RequestError: the tokens are of another shape, or out of range.
        """
        levels, size, width = self.codes.shape
        tokens = np.asarray(tokens)
        if tokens.ndim != 2 or not 1 <= len(tokens) <= levels or tokens.dtype.kind not in "iu":
            raise RequestError(f"the codec got {tokens.dtype} tokens of shape {list(tokens.shape)}, expected whole numbers "
                               f"[1 to {levels} levels, frames]")
        if tokens.size and not 0 <= tokens.min() <= tokens.max() < size:
            raise RequestError(f"acoustic tokens go from {tokens.min()} to {tokens.max()}, expected 0 to {size - 1}")
        total = np.zeros((tokens.shape[1], width), np.float32)
        for codes, ids in zip(self.codes, tokens, strict=False):
            total += codes[ids]
        return total
