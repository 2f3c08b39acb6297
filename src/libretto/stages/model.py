"""One decoder-only language model for the semantic, coarse and fine stages (torch; training and export)."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..config import StageSpec
from ..controls import CONTROLS
from ..nn.transformer import Cache, StaticCache, Transformer
from ..nn.transformer import count_parameters as count_transformer
from .layout import StageInputs, StageLayout
from .vectors import StageVectors, random_vectors

Nats = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor, int], Tensor]

_SOFTPLUS_ONE = math.log(math.e - 1)  # softplus of it is 1


def count_parameters(spec: StageSpec) -> int:
    """Parameters of ``TokenLM(spec)``, without building it."""
    width, tokens, levels = spec.transformer.width, spec.token_width, spec.target.levels
    layout = StageLayout(spec, _shapes(spec))
    inlet = (layout.slots + levels) * tokens * width + width
    heads = levels * spec.target.codebook_size * (tokens + 1) + (width + 1) * levels * (2 * tokens)
    return layout.rows * tokens + inlet + heads + count_transformer(spec.transformer)


def _shapes(spec: StageSpec) -> StageVectors:
    """Vectors without memory, for counting."""

    def empty(levels: int, size: int) -> np.ndarray:
        return np.broadcast_to(np.float32(0), (levels, 1, spec.token_width))

    return StageVectors(
        empty(spec.target.levels, 0), {token.name: empty(token.levels, 0) for token in (*spec.prefix, *spec.aligned)}
    )


class TokenLM(nn.Module):
    """Steps in, logits out.

    Token rows and output heads start from the codebook vectors, the inlet from fixed random orthogonal matrices
    (ours); what controls say counts for nothing at first. The head of level k reads the hidden state h and the residual
    guess g (see ``layout``) as a Gaussian in the codec's latent space: logits = q(h) . table + sum over dimensions of
    beta(h) (2 g c - c^2) + bias, with beta = start * softplus(linear(h)); q and the linear start at zero, so training
    starts at the copy prior (ours).
    """

    def __init__(self, spec: StageSpec, vectors: StageVectors | None = None, *, seed: int = 0) -> None:
        super().__init__()
        vectors = random_vectors(spec, seed=seed) if vectors is None else vectors
        self.spec, self.layout = spec, StageLayout(spec, vectors)
        levels, width, inner = spec.target.levels, spec.token_width, spec.transformer.width
        self.rows = nn.Parameter(torch.from_numpy(self.layout.start_rows()))
        self.inlet = nn.Linear((self.layout.slots + levels) * width, inner)
        self.transformer = Transformer(spec.transformer, causal=spec.pattern != "parallel")
        self.query = nn.Linear(inner, levels * width)
        self.sharpness = nn.Linear(inner, levels * width)
        codes = torch.from_numpy(vectors.target)
        spread = codes.square().mean(dim=(1, 2)).sqrt().clamp_min(1e-6)  # [K]
        self.table = nn.Parameter(codes / spread[:, None, None])
        self.bias = nn.Parameter(torch.zeros(levels, spec.target.codebook_size))
        self.register_buffer("codes", codes.clone())
        self.register_buffer("spread", spread)
        self.register_buffer("start", torch.full((levels,), 0.1))
        self._start(torch.Generator().manual_seed(seed))

    @torch.no_grad()
    def _start(self, generator: torch.Generator) -> None:
        width, inner = self.spec.token_width, self.spec.transformer.width
        whole = {token.name for token in self.layout.everywhere}  # their levels add up: one matrix, shared out
        families = [*self.layout.slot_families(), *["guess"] * self.spec.target.levels]
        shared: dict[str, Tensor] = {}
        for name, block in zip(families, self.inlet.weight.split(width, dim=1), strict=True):  # [inner, W] a slot
            if name in CONTROLS:
                block.zero_()
                continue
            drawn = torch.randn(inner, width, generator=generator)
            start = torch.linalg.qr(drawn)[0] if inner >= width else torch.linalg.qr(drawn.T)[0].T
            block.copy_(shared.setdefault(name, start) if name in whole else start)
        nn.init.zeros_(self.inlet.bias)
        for layer in (self.query, self.sharpness):
            nn.init.zeros_(layer.weight)
        nn.init.zeros_(self.query.bias)
        nn.init.constant_(self.sharpness.bias, _SOFTPLUS_ONE)

    def embed(self, ids: Tensor, guess: Tensor) -> Tensor:
        """ids [B, S, J], guess [B, S, K, W] to the transformer's input [B, S, D]."""
        told = F.embedding(ids, self.rows).flatten(2)
        scaled = (guess / self.spread[:, None]).flatten(2)
        return self.inlet(torch.cat([told, scaled], dim=-1))

    def features(self, hidden: Tensor, guess: Tensor, known: Tensor) -> Tensor:
        """What the heads multiply: hidden [B, S, D], guess [B, S, K, W], known [B, S, K] to [B, S, K, 3 W]."""
        batch, steps = hidden.shape[:2]
        shape = (batch, steps, self.spec.target.levels, self.spec.token_width)
        query = self.query(hidden).view(shape)
        beta = F.softplus(self.sharpness(hidden).view(shape)) * (self.start[:, None] * known[..., None])
        return torch.cat([query, 2.0 * beta * guess, -beta], dim=-1)

    def heads(self) -> Tensor:
        """What the features are multiplied with: [K, 3 W, V]."""
        return torch.cat([self.table, self.codes, self.codes.square()], dim=-1).transpose(1, 2)

    def score(self, features: Tensor) -> Tensor:
        """Features [K, R, 3 W] to logits [K, R, V]."""
        return torch.baddbmm(self.bias[:, None], features, self.heads().to(features.dtype))

    def forward(self, ids: Tensor, guess: Tensor, known: Tensor) -> Tensor:
        """Logits of every step: [B, S, K, V]."""
        hidden = self.transformer(self.embed(ids, guess))
        return self._logits(hidden, guess, known)

    def step(self, ids: Tensor, guess: Tensor, known: Tensor, cache: Cache | None) -> tuple[Tensor, Cache]:
        """The next N steps after those in ``cache``: logits [B, N, K, V] and the new cache."""
        hidden, cache = self.transformer.step(self.embed(ids, guess), cache)
        return self._logits(hidden, guess, known), cache

    def step_static(self, ids: Tensor, guess: Tensor, known: Tensor, cache: StaticCache, places: Tensor) -> Tensor:
        """Logits [B, N, K, V] of the steps at ``places`` [N] of a static cache, which is written to."""
        hidden = self.transformer.step_static(self.embed(ids, guess), cache, places)
        return self._logits(hidden, guess, known)

    def fill(self, ids: Tensor, guess: Tensor, known: Tensor, cache: Cache | None, *, level: int) -> Tensor:
        """Logits [B, N, V] of one level of a block of N frames after ``cache`` (pattern "parallel")."""
        hidden, _ = self.transformer.step(self.embed(ids, guess), cache)
        features = self.features(hidden, guess, known)[:, :, level]
        return features @ self.heads()[level].to(features.dtype) + self.bias[level]

    def _logits(self, hidden: Tensor, guess: Tensor, known: Tensor) -> Tensor:
        features = self.features(hidden, guess, known)
        batch, steps, levels, size = features.shape
        flat = features.permute(2, 0, 1, 3).reshape(levels, batch * steps, size)
        return self.score(flat).view(levels, batch, steps, -1).permute(1, 2, 0, 3)

    def losses(self, inputs: StageInputs, tokens: np.ndarray, context: int, *, nats: Nats | None = None) -> Tensor:
        """Nats of every target token: inputs of [B, S] steps and tokens [B, K, T] to float32 [K, B * T].

        Args:
            nats: what computes them; ``self.nats``, compiled or not.
        """
        ids, guess, known, index = self._placed(inputs, tokens.shape[2])
        targets = torch.from_numpy(tokens.astype(np.int64)).transpose(0, 1).flatten(1).to(ids.device)
        return (self.nats if nats is None else nats)(ids, guess, known, targets, index, context)

    def nats(self, ids: Tensor, guess: Tensor, known: Tensor, targets: Tensor, index: Tensor, context: int) -> Tensor:
        """``losses`` on tensors alone, for ``torch.compile``: targets [K, B * T], and the step [K, T] that writes each of them."""
        logits = self._picked_logits(ids, guess, known, index, context)
        return torch.stack([
            F.cross_entropy(logits[level].float(), targets[level], reduction="none") for level in range(len(targets))
        ])

    def masked_losses(self, inputs: StageInputs, tokens: np.ndarray, asked: np.ndarray, *, known: int) -> Tensor:
        """Nats of the hidden tokens under pattern "parallel": float32 [tokens asked for], row by row.

        Args:
            inputs: of ``masked.masked_whole``.
            tokens: the true ones [B, K, T].
            asked: of ``masked.hide``: the level [B, T] asked for, -1 where none.
            known: steps at the start, context included, that do not see the others.
        """
        device = self.rows.device
        ids, guess, trust = (torch.from_numpy(a).to(device) for a in (inputs.ids, inputs.guess, inputs.known))
        x, cache = self.embed(ids, guess), None
        if known:
            _, cache = self.transformer.step(x[:, :known], None)
        hidden, _ = self.transformer.step(x[:, known:], cache)
        features = self.features(hidden, guess[:, known:], trust[:, known:])  # [B, S, K, 3 W]
        skipped = tokens.shape[2] - hidden.shape[1]  # known frames
        row, frame = np.nonzero(asked >= 0)
        wanted = asked[row, frame]
        picked = features[torch.from_numpy(row), torch.from_numpy(frame - skipped), torch.from_numpy(wanted)]
        targets = torch.from_numpy(tokens[row, wanted, frame]).to(device)
        heads, nats = self.heads(), torch.empty(len(row), device=device)
        for level in np.unique(wanted):
            chosen = torch.from_numpy(np.flatnonzero(wanted == level)).to(device)
            logits = picked[chosen] @ heads[level].to(picked.dtype) + self.bias[level]
            nats = nats.index_put((chosen,), F.cross_entropy(logits.float(), targets[chosen], reduction="none"))
        return nats

    @torch.no_grad()
    def draw(self, inputs: StageInputs, context: int, frames: int, generator: torch.Generator) -> np.ndarray:
        """What the model would write in place of every token, each given all true ones before it: int64 [B, K, T]."""
        logits = self._target_logits(inputs, context, frames)
        drawn = [torch.multinomial(level.float().softmax(-1).cpu(), 1, generator=generator) for level in logits]
        return torch.stack(drawn).reshape(len(drawn), -1, frames).transpose(0, 1).numpy()

    def _target_logits(self, inputs: StageInputs, context: int, frames: int) -> Tensor:
        """Logits [K, B * T, V] of the target tokens."""
        return self._picked_logits(*self._placed(inputs, frames), context)

    def _placed(self, inputs: StageInputs, frames: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """``inputs`` on the model's device, and the steps [K, T] that write the tokens of ``frames`` frames."""
        arrays = (inputs.ids, inputs.guess, inputs.known, self.layout.pattern.index(frames))
        ids, guess, known, index = (torch.from_numpy(array).to(self.rows.device) for array in arrays)
        return ids, guess, known, index

    def _picked_logits(self, ids: Tensor, guess: Tensor, known: Tensor, index: Tensor, context: int) -> Tensor:
        hidden = self.transformer(self.embed(ids, guess))[:, context:]
        features = self.features(hidden, guess[:, context:], known[:, context:])
        picked = torch.stack([features[:, steps, level] for level, steps in enumerate(index)])  # [K, B, T, 3 W]
        return self.score(picked.flatten(1, 2))

    @torch.no_grad()
    def calibrate(self, tokens: np.ndarray, guess: np.ndarray) -> None:
        """Fit the start of bias (unigram) and beta (one number a level) to tokens [K, N] and their guesses [K, N, W]."""
        for level, (written, guessed) in enumerate(zip(tokens, guess, strict=True)):
            size = self.spec.target.codebook_size
            counts = torch.bincount(torch.from_numpy(written.astype(np.int64)), minlength=size).float()
            self.bias[level] = ((counts + 0.5) / (counts.sum() + 0.5 * size)).log()
            chosen = slice(0, 4096)
            targets = torch.from_numpy(written[chosen].astype(np.int64))
            codes = self.codes[level]
            affinity = 2.0 * torch.from_numpy(guessed[chosen]) @ codes.T - codes.square().sum(1)
            scales = torch.logspace(-2.5, 1.5, 25) / (self.spread[level] ** 2 * self.spec.token_width)
            worth = [F.cross_entropy(affinity * scale + self.bias[level], targets) for scale in scales]
            self.start[level] = scales[int(torch.stack(worth).argmin())]
