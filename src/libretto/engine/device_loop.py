"""The decoding loop of a delay-pattern stage on its own device: no number leaves it until a piece is written.

Every step is the same work on the same memory: what is told is looked up at a counter, tokens are drawn from uniforms
laid there beforehand (the very ones of ``sampling.uniforms``) and fed to the next step. On CUDA the step is captured
as a graph once and replayed; elsewhere it is called. ``stages.feed`` says what is computed here, in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..nn.transformer import StaticCache

if TYPE_CHECKING:
    from ..stages.model import TokenLM
    from ..stages.runtime import Sampling

FREE = -1  # in ``Told.forced``: the token is drawn


@dataclass
class Told:
    """What S steps are told, as tensors of any device.

    added [S, R, A]: row ids of conditions; base [S, R, W]: the condition's latent of the frame level 0 writes; draws
    [S, B, K]: uniforms in float64; forced [S, B, K]: tokens that stand already, ``FREE`` where they are drawn.
    """

    added: Tensor
    base: Tensor
    draws: Tensor
    forced: Tensor


@dataclass
class Standing:
    """Where the takes stand: last [B, K] tokens written (blank: none), latents [R, K, W] of their frames, run [B, K]."""

    last: Tensor
    latents: Tensor
    repeated: Tensor  # what the patience counts as last, -1 where nothing is
    run: Tensor


class DeviceLoop:
    """Memory and step for B takes in R rows (twice as many with guidance), for one window of ``capacity`` steps."""

    def __init__(
        self, model: TokenLM, *, takes: int, capacity: int, sampling: Sampling, patience: Tensor | None, strength: float,
        look_back: int,
    ) -> None:
        self.model, self.sampling, self.capacity = model, sampling, capacity
        self._device = model.rows.device
        spec, layout = model.spec, model.layout
        self.guided = sampling.guidance != 1.0
        rows, levels = takes * (1 + self.guided), spec.target.levels
        self.cache = StaticCache(
            spec.transformer, batch=rows, capacity=layout.context_length + capacity, device=self._device)

        def whole(*shape: int) -> Tensor:
            return torch.zeros(shape, dtype=torch.int64, device=self._device)

        slots = layout.slots - levels - 1
        self._told = Told(
            whole(capacity, rows, slots), torch.zeros(capacity, rows, spec.token_width, device=self._device),
            torch.zeros(capacity, takes, levels, dtype=torch.float64, device=self._device), whole(capacity, takes, levels),
        )
        self._standing = Standing(whole(takes, levels), torch.zeros(rows, levels, spec.token_width, device=self._device),
                                  whole(takes, levels), whole(takes, levels))
        self._written = whole(capacity, takes, levels)
        self._at, self._place = whole(1), whole(1)  # step of the window; step of the cache
        self._level = torch.arange(levels, device=self._device)
        self._offsets = torch.from_numpy(layout.target_ids(0 * self._level.cpu().numpy())).to(self._device)
        self._codes = torch.cat([model.codes, torch.zeros_like(model.codes[:, :1])], dim=1)  # the blank adds nothing
        self._patience, self._strength, self._look_back = patience, strength, look_back
        self._graph: torch.cuda.CUDAGraph | None = None

    @torch.no_grad()
    def read(self, ids: Tensor, guess: Tensor, known: Tensor) -> None:
        """The steps at the start of a window that stand already, context first: ids [R, N, J] ..."""
        if ids.shape[1]:
            ids, guess, known = (array.to(self._device) for array in (ids, guess, known))
            self.model.step_static(ids, guess, known, self.cache, torch.arange(ids.shape[1], device=self._device))

    def begin(self, standing: Standing, *, step: int, place: int) -> None:
        """Where the window's step ``step`` begins, ``place`` steps being in the cache."""
        for name in ("last", "latents", "repeated", "run"):
            getattr(self._standing, name).copy_(getattr(standing, name))
        self._at.fill_(step)
        self._place.fill_(place)

    @torch.no_grad()
    def write(self, told: Told, *, step: int) -> Tensor:
        """Write the next steps: tokens int64 [S, B, K] on the CPU."""
        count = len(told.draws)
        for name in ("added", "base", "draws", "forced"):
            getattr(self._told, name)[step : step + count].copy_(getattr(told, name))
        if self._device.type == "cuda":
            self._graph = self._graph or self._captured()
            for _ in range(count):
                self._graph.replay()
        else:
            for _ in range(count):
                self._step()
        return self._written[step : step + count].cpu()

    def _step(self) -> None:
        """One step, from ``_at`` to the next. Nothing here may depend on a value: a graph replays it."""
        standing, at = self._standing, self._at
        base, added = (table.index_select(0, at)[0] for table in (self._told.base, self._told.added))
        lower = torch.cat([base[:, None], standing.latents[:, :-1]], dim=1)
        known = (at - self._level > 0).to(torch.float32)  # [K]: level k writes frame at - k of the window
        guess = (standing.latents - lower) * known[:, None]
        before = torch.where(at - 1 - self._level >= 0, standing.last, self.model.spec.target.blank)  # [B, K]
        repeats = 1 + self.guided
        ids = torch.cat([(before + self._offsets).repeat(repeats, 1), added, torch.zeros_like(added[:, :1])], dim=1)
        rows = len(ids)
        logits = self.model.step_static(ids[:, None], guess[:, None], known.expand(rows, 1, -1), self.cache, self._place)[:, 0]
        tokens = self._drawn(logits)
        self._written.index_copy_(0, at, tokens[None])
        codes = self._codes[self._level, tokens].repeat(repeats, 1, 1)
        standing.latents.copy_(lower + codes)
        standing.run.copy_(torch.where(tokens == standing.repeated, standing.run + 1, 1))
        standing.repeated.copy_(torch.where(tokens < self.model.spec.target.blank, tokens, -1))
        standing.last.copy_(tokens)
        self._at += 1
        self._place += 1

    def _drawn(self, logits: Tensor) -> Tensor:
        """Tokens [B, K] from logits [R, K, V]."""
        standing, chosen = self._standing, self.sampling
        if self.guided:
            told, blank = logits.chunk(2)
            logits = blank + chosen.guidance * (told - blank)
        if self._patience is not None:
            outlasted = (standing.run - self._patience).clamp(0, self._look_back)
            worn = torch.where(standing.repeated >= 0, self._strength * outlasted, 0.0).to(logits.dtype)
            logits = logits.scatter_add(2, standing.repeated.clamp(0, logits.shape[2] - 1)[..., None], -worn[..., None])
        draws, forced = (table.index_select(0, self._at)[0] for table in (self._told.draws, self._told.forced))
        drawn = sample(logits, draws, temperature=chosen.temperature, top_k=chosen.top_k, top_p=chosen.top_p)
        return torch.where(forced == FREE, drawn, forced)

    def _captured(self) -> torch.cuda.CUDAGraph:
        """The step as a CUDA graph. Warming up writes to the memory, which is put back."""
        changing = [self._at, self._place, *vars(self._standing).values()]
        kept = [tensor.clone() for tensor in changing]
        stream = torch.cuda.Stream(self._device)
        stream.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(stream):
            for _ in range(2):
                self._step()
                for tensor, value in zip(changing, kept, strict=True):
                    tensor.copy_(value)
        torch.cuda.current_stream(self._device).wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):  # stages work in threads of their own
            self._step()
        return graph


def sample(logits: Tensor, draws: Tensor, *, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Tensor:
    """``sampling.sample`` in torch: logits [..., V] and draws [...] in float64 to tokens int64 [...]."""
    if temperature == 0:
        return logits.argmax(dim=-1)
    scaled = logits.double() / temperature
    if 0 < top_k < scaled.shape[-1]:
        least = scaled.topk(top_k, dim=-1).values[..., -1:]
        scaled = scaled.masked_fill(scaled < least, float("-inf"))
    weights = (scaled - scaled.amax(dim=-1, keepdim=True)).exp()
    if top_p < 1:
        ranked, order = weights.sort(dim=-1, descending=True, stable=True)
        before = ranked.cumsum(dim=-1) - ranked
        ranked = ranked.masked_fill(before >= top_p * ranked.sum(dim=-1, keepdim=True), 0.0)
        weights = torch.zeros_like(weights).scatter(-1, order, ranked)
    cumulated = weights.cumsum(dim=-1)
    beyond = cumulated <= draws[..., None] * cumulated[..., -1:]
    return beyond.sum(dim=-1).clamp(max=logits.shape[-1] - 1)
