"""Residual vector quantisation with moving-average codebooks.

SoundStream 2107.03312 section III-C: k-means start, exponential moving averages, replacement of dead codes, quantizer
dropout. The large k-means pool and the share-based (batch-size free) averages are ours.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

_BLOCK = 16_384  # vectors compared with a codebook at once: bounds the memory of the distances


class Quantized(NamedTuple):
    """What the quantizer returns. ``latent`` [B, T, D] carries the straight-through gradient."""

    latent: Tensor
    tokens: Tensor  # int64 [B, K, T]
    commitment: Tensor  # scalar: mean squared distance of every level's residual to its code


def nearest(vectors: Tensor, codebook: Tensor) -> Tensor:
    """Indices of the nearest codes: vectors [S, D], codebook [V, D] -> int64 [S]."""
    half = codebook.square().sum(1) / 2
    blocks = [torch.addmm(half, block, codebook.T, alpha=-1).argmin(1) for block in vectors.split(_BLOCK)]
    return torch.cat(blocks) if blocks else vectors.new_zeros(0, dtype=torch.long)


def _moments(vectors: Tensor, tokens: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Share of the vectors per code [V] and their sum per code over the number of vectors [V, D]."""
    count = max(1, vectors.shape[0])
    shares = torch.bincount(tokens, minlength=size).to(vectors) / count
    sums = vectors.new_zeros(size, vectors.shape[1]).index_add_(0, tokens, vectors) / count
    return shares, sums


def kmeans(vectors: Tensor, size: int, *, iterations: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Lloyd's k-means; an empty code moves onto a random vector.

    Returns:
        Codes [V, D] and the share of the vectors of each [V].
    """
    order = torch.randperm(vectors.shape[0], generator=generator)
    codes = vectors[order[torch.arange(size) % len(order)]].clone()
    shares = vectors.new_zeros(size)
    for _ in range(iterations):
        shares, sums = _moments(vectors, nearest(vectors, codes), size)
        codes = sums / shares.clamp_min(1e-9)[:, None]
        empty = (shares == 0).nonzero()[:, 0]
        if len(empty):
            codes[empty] = vectors[torch.randint(vectors.shape[0], (len(empty),), generator=generator)]
    return codes, shares


class ResidualQuantizer(nn.Module):
    """K levels of V codes of width D. All state is in buffers; nothing here has a gradient."""

    codebooks: Tensor
    shares: Tensor
    sums: Tensor

    def __init__(self, levels: int, size: int, dimension: int, *, decay: float = 0.99, dead: float = 0.05) -> None:
        """``decay`` of the averages per step; a code used less than ``dead`` times the even share is replaced."""
        super().__init__()
        self.levels, self.size, self.dimension, self.decay, self.dead = levels, size, dimension, decay, dead
        self.register_buffer("codebooks", torch.zeros(levels, size, dimension))
        self.register_buffer("shares", torch.full((levels, size), 1 / size))
        self.register_buffer("sums", torch.zeros(levels, size, dimension))

    @torch.no_grad()
    def start(self, vectors: Tensor, *, seed: int, iterations: int = 10) -> None:
        """Set every level's codes by k-means over what the levels before leave of ``vectors`` [S, D]."""
        generator = torch.Generator().manual_seed(seed)
        residual = vectors.clone()
        for level in range(self.levels):
            codes, shares = kmeans(residual, self.size, iterations=iterations, generator=generator)
            self.codebooks[level], self.shares[level] = codes, shares.clamp_min(self.dead / self.size)
            self.sums[level] = codes * self.shares[level][:, None]
            residual -= codes[nearest(residual, codes)]

    @torch.no_grad()
    def encode(self, latent: Tensor, levels: int | None = None) -> Tensor:
        """latent [B, T, D] -> int64 [B, K, T]."""
        batch, frames, _ = latent.shape
        residual = latent.reshape(-1, self.dimension).float().clone()
        tokens = []
        for codes in self.codebooks[:levels]:
            tokens.append(nearest(residual, codes))
            residual -= codes[tokens[-1]]
        return torch.stack(tokens).reshape(-1, batch, frames).transpose(0, 1)

    def decode(self, tokens: Tensor) -> Tensor:
        """int64 [B, K', T], K' <= K levels -> latent [B, T, D]: the sum of the codes."""
        return sum(self.codebooks[level][tokens[:, level]] for level in range(tokens.shape[1]))  # type: ignore[return-value]

    def forward(self, latent: Tensor, kept: Tensor, generator: torch.Generator | None = None) -> Quantized:
        """Quantise with quantizer dropout; in training mode the codebooks move.

        Args:
            latent: [B, T, D].
            kept: int64 [B], levels kept of every example, from 1 to K.
            generator: draws the vectors that replace dead codes.
        """
        batch, frames, dimension = latent.shape
        exact = latent.detach().reshape(-1, dimension).float()
        residual, total, commitment, tokens = exact.clone(), torch.zeros_like(exact), 0.0, []
        keeps = kept.repeat_interleave(frames)
        for level in range(self.levels):
            active = keeps > level
            chosen = nearest(residual, self.codebooks[level])
            codes = self.codebooks[level][chosen] * active[:, None]
            if self.training:
                self._move(level, residual[active], chosen[active], generator)
            total, residual = total + codes, residual - codes
            target = total.reshape(batch, frames, dimension)
            commitment = commitment + (latent - target).square().mean() / self.levels
            tokens.append(chosen.reshape(batch, frames))
        quantised = latent + (total.reshape(batch, frames, dimension) - latent).detach()
        return Quantized(quantised, torch.stack(tokens, 1), torch.as_tensor(commitment))

    @torch.no_grad()
    def _move(self, level: int, vectors: Tensor, tokens: Tensor, generator: torch.Generator | None) -> None:
        """One moving-average step of a level from the vectors it saw, then replacement of its dead codes."""
        if not len(vectors):
            return
        shares, sums = _moments(vectors, tokens, self.size)
        self.shares[level].lerp_(shares, 1 - self.decay)
        self.sums[level].lerp_(sums, 1 - self.decay)
        dead = (self.shares[level] < self.dead / self.size).nonzero()[:, 0]
        if len(dead):
            fresh = vectors[torch.randint(len(vectors), (len(dead),), generator=generator)]
            self.shares[level][dead] = 1 / self.size
            self.sums[level][dead] = fresh / self.size
        self.codebooks[level] = self.sums[level] / self.shares[level][:, None]
