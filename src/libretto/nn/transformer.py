"""A decoder-only transformer whose cached steps equal its whole forward pass.

Pre-norm RMSNorm, SiLU feed-forward (gated by choice), rotary (2104.09864) or T5 relative positions (1910.10683).
Dropout acts on what each block adds to the stream.
Imported by training, export and the torch engine only.
"""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..config import TransformerSpec
from ..errors import ConfigError
from .positions import BUCKETS, relative_buckets, rotary_tables

EPSILON = 1e-5

Cache = tuple[tuple[Tensor, Tensor], ...]  # one (keys, values) [B, H, S, D] a layer; state in, state out


class StaticCache:
    """Keys and values [B, H, capacity, D] of every layer in memory that stays where it is, as CUDA graphs need it."""

    def __init__(self, spec: TransformerSpec, *, batch: int, capacity: int, device: torch.device | str = "cpu") -> None:
        shape = (batch, spec.heads, capacity, spec.head_width)
        self.pairs = [(torch.zeros(shape, device=device), torch.zeros(shape, device=device)) for _ in range(spec.layers)]
        self.columns = torch.arange(capacity, device=device)
        self.tables: tuple[Tensor, ...] = ()
        self.distances: Tensor | None = None
        if spec.positions == "rotary":
            self.tables = tuple(torch.from_numpy(table).to(device) for table in rotary_tables(spec.head_width, capacity))
        else:  # the bucket of every distance back
            self.distances = torch.from_numpy(relative_buckets(1, capacity)[0, ::-1].copy()).to(device)

    def copy(self) -> StaticCache:
        other = copy.copy(self)
        other.pairs = [(keys.clone(), values.clone()) for keys, values in self.pairs]
        return other


def count_parameters(spec: TransformerSpec) -> int:
    """Parameters of ``Transformer(spec)``, without building it."""
    matrices = 4 * spec.width**2 + (3 if spec.gated else 2) * spec.width * spec.feedforward
    positions = BUCKETS * spec.heads if spec.positions == "t5" else 0
    return spec.layers * (matrices + 2 * spec.width) + spec.width + positions


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary positions on [B, H, S, D], halves convention; ``cosine`` and ``sine`` are [S, D // 2]."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1)


class RMSNorm(nn.RMSNorm):
    """torch's, computed in the input's precision, so that autocast keeps the fused kernel."""

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.normalized_shape, self.weight.to(x.dtype), self.eps)


class Block(nn.Module):
    """Attention and feed-forward, each added to the stream after its norm."""

    def __init__(self, spec: TransformerSpec, *, causal: bool = True) -> None:
        super().__init__()
        self.causal = causal
        width, inner = spec.width, spec.feedforward
        self.heads, self.dropout, self.gated = spec.heads, spec.dropout, spec.gated
        self.norm1 = RMSNorm(width, eps=EPSILON)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.norm2 = RMSNorm(width, eps=EPSILON)
        self.up = nn.Linear(width, (2 if spec.gated else 1) * inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)
        for layer in (self.qkv, self.up):
            nn.init.normal_(layer.weight, std=width**-0.5)
        for layer in (self.out, self.down):  # every block starts as the identity (ours)
            nn.init.zeros_(layer.weight)

    def forward(
        self, x: Tensor, *, rotary: tuple[Tensor, Tensor] | None, bias: Tensor | None, past: tuple[Tensor, Tensor] | None,
        places: Tensor | None = None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """x [B, S, D] and the keys and values before it; returns the new x and all keys and values.

        With ``places`` [S], the new ones are put there among those of ``past`` instead of after them.
        """
        batch, steps, width = x.shape
        packed = self.qkv(self.norm1(x)).view(batch, steps, 3, self.heads, width // self.heads)
        query, key, value = packed.permute(2, 0, 3, 1, 4)
        if rotary is not None:
            query, key = rotate(query, *rotary).to(value.dtype), rotate(key, *rotary).to(value.dtype)
        if past is not None and places is not None:
            key, value = past[0].index_copy_(2, places, key), past[1].index_copy_(2, places, value)
        elif past is not None:
            key, value = torch.cat([past[0], key], dim=2), torch.cat([past[1], value], dim=2)
        mixed = attend(query, key, value, bias=bias, causal=self.causal)
        x = x + self._drop(self.out(mixed.transpose(1, 2).reshape(batch, steps, width)))
        hidden = self.up(self.norm2(x))
        if self.gated:
            gate, hidden = hidden.chunk(2, dim=-1)
            hidden = F.silu(gate) * hidden
        else:
            hidden = F.silu(hidden)
        return x + self._drop(self.down(hidden)), (key, value)

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training) if self.dropout > 0 else x


def attend(query: Tensor, key: Tensor, value: Tensor, *, bias: Tensor | None, causal: bool = True) -> Tensor:
    """Attention of the last ``queries`` of ``keys`` positions, to those before them or to all: [B, H, queries, D].

    ``bias`` [1, H, queries, keys] is added to the scores and carries its own mask. In bfloat16 on a CPU the plain
    products are 2.5 times faster than torch's fused kernel (measured, torch 2.13), so they are used there.
    """
    queries, keys = query.shape[2], key.shape[2]
    if query.device.type != "cpu" or query.dtype != torch.bfloat16:
        whole = bias is None and causal and queries == keys
        mask = bias.to(query.dtype) if bias is not None else None if whole or not causal else _reach(queries, keys, query.device)
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=whole)
    if bias is None:
        bias = torch.zeros(queries, keys)
        if causal:
            bias = bias.masked_fill(~_reach(queries, keys, query.device), float("-inf"))
    scores = bias.to(query.dtype).expand(*query.shape[:2], queries, keys).flatten(0, 1)
    scores = torch.baddbmm(scores, query.flatten(0, 1), key.flatten(0, 1).mT, alpha=query.shape[-1] ** -0.5)
    return (scores.softmax(-1, dtype=query.dtype) @ value.flatten(0, 1)).view(query.shape)


def _reach(queries: int, keys: int, device: torch.device) -> Tensor:
    """A mask [queries, keys] that is true where the last ``queries`` positions may look."""
    return torch.ones(queries, keys, dtype=torch.bool, device=device).tril(keys - queries)


class Transformer(nn.Module):
    """``spec.layers`` blocks and a final norm: [B, S, D] to [B, S, D].

    Not ``causal``, steps taken together see each other as well as the steps before them.
    """

    def __init__(self, spec: TransformerSpec, *, causal: bool = True) -> None:
        super().__init__()
        if not causal and spec.positions != "rotary":
            raise ConfigError(f"positions are {spec.positions}, expected rotary where a step sees those after it")
        self.spec = spec
        self.blocks = nn.ModuleList(Block(spec, causal=causal) for _ in range(spec.layers))
        self.norm = RMSNorm(spec.width, eps=EPSILON)
        self.relative = nn.Parameter(torch.zeros(BUCKETS, spec.heads)) if spec.positions == "t5" else None

    def forward(self, x: Tensor) -> Tensor:
        """The whole sequence at once: [B, S, D] to [B, S, D]."""
        return self._run(x, None)[0]

    def step(self, x: Tensor, cache: Cache | None) -> tuple[Tensor, Cache]:
        """The next N steps [B, N, D] after those in ``cache``; returns their outputs and the new cache."""
        return self._run(x, cache)

    def step_static(self, x: Tensor, cache: StaticCache, places: Tensor) -> Tensor:
        """``step`` for the steps at ``places`` [N] (int64, rising) of a static cache, which is written to."""
        reach = cache.columns[None] <= places[:, None]  # [N, capacity]
        bias, rotary = torch.zeros(reach.shape, device=x.device), None
        if self.relative is None:
            cosine, sine = (table.index_select(0, places) for table in cache.tables)
            rotary, bias = (cosine, sine), bias[None, None]
        else:
            assert cache.distances is not None
            back = (places[:, None] - cache.columns[None]).clamp_min(0)
            bias = self.relative[cache.distances[back]].permute(2, 0, 1)[None]
        bias = bias.masked_fill(~reach, float("-inf"))
        for block, pair in zip(self.blocks, cache.pairs, strict=True):
            x, _ = block(x, rotary=rotary, bias=bias, past=pair, places=places)
        return self.norm(x)

    def _run(self, x: Tensor, cache: Cache | None) -> tuple[Tensor, Cache]:
        steps = x.shape[1]
        before = 0 if cache is None else cache[0][0].shape[2]
        rotary, bias = self._positions(x, before, before + steps)
        grown = []
        for index, block in enumerate(self.blocks):
            x, pair = block(x, rotary=rotary, bias=bias, past=None if cache is None else cache[index])
            grown.append(pair)
        return self.norm(x), tuple(grown)

    def _positions(self, x: Tensor, start: int, stop: int) -> tuple[tuple[Tensor, Tensor] | None, Tensor | None]:
        if self.relative is None:
            tables = rotary_tables(self.spec.head_width, stop)
            cosine, sine = (torch.from_numpy(table[start:]).to(x.device) for table in tables)
            return (cosine, sine), None
        buckets = torch.from_numpy(relative_buckets(stop - start, stop)).to(x.device)
        bias = self.relative[buckets].permute(2, 0, 1)[None]
        reach = torch.ones(stop - start, stop, dtype=torch.bool, device=x.device).tril(start)
        return None, bias.masked_fill(~reach, float("-inf"))
