"""The text tower: BERT (1810.04805) as all-MiniLM-L6-v2 has it (mean pooling), then a projection.

The module's own parameter names are short; ``load_minilm`` translates the published ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..config import MulanSpec
from ..errors import ConfigError, WeightsError

_EPSILON = 1e-12  # of BERT's layer norms


class TextLayer(nn.Module):
    """One post-norm transformer layer."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.attend = nn.Linear(width, 3 * width)  # query, key, value
        self.merge = nn.Linear(width, width)
        self.attend_norm = nn.LayerNorm(width, eps=_EPSILON)
        self.expand = nn.Linear(width, 4 * width)
        self.contract = nn.Linear(4 * width, width)
        self.expand_norm = nn.LayerNorm(width, eps=_EPSILON)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x [B, S, D], mask [B, 1, 1, S] (0 is kept, a large negative number is not) -> [B, S, D]."""
        batch, steps, width = x.shape
        query, key, value = self.attend(x).reshape(batch, steps, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = (query @ key.transpose(2, 3) * (width // self.heads) ** -0.5 + mask).softmax(dim=-1)  # torch's fused one is slower here
        heard = (weights @ value).transpose(1, 2).reshape(batch, steps, width)
        x = self.attend_norm(x + self.merge(heard))
        return self.expand_norm(x + self.contract(functional.gelu(self.expand(x))))


class TextTower(nn.Module):
    """Word pieces to a joint-space vector, not yet normalised.

    ``frozen`` layers from below, and the embeddings when it is above zero, are left as they were loaded.
    """

    def __init__(self, spec: MulanSpec, *, frozen: int = 0) -> None:
        super().__init__()
        width = spec.text_width
        self.length, self.frozen = spec.text_length, frozen
        self.pieces = nn.Embedding(spec.text_vocabulary, width)
        self.positions = nn.Embedding(spec.text_length, width)
        self.norm = nn.LayerNorm(width, eps=_EPSILON)
        self.layers = nn.ModuleList(TextLayer(width, spec.text_heads) for _ in range(spec.text_layers))
        self.project = nn.Linear(width, spec.dimension)
        nn.init.normal_(self.pieces.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)
        if frozen:
            for module in (self.pieces, self.positions, self.norm, *self.layers[:frozen]):
                module.requires_grad_(False)

    def sentence(self, ids: Tensor) -> Tensor:
        """The mean over pieces of the last layer, as sentence-transformers pools: ids int64 [B, S], 0 pads -> [B, D]."""
        kept = ids != 0
        mask = (kept[:, None, None, :].to(self.norm.weight.dtype) - 1) * 1e4
        x = self.norm(self.pieces(ids) + self.positions(torch.arange(ids.shape[1], device=ids.device)))
        for layer in self.layers:
            x = layer(x, mask)
        weight = kept[..., None].to(x.dtype)
        return (x * weight).sum(1) / weight.sum(1)

    def forward(self, ids: Tensor) -> Tensor:
        """ids int64 [B, S], 0 pads -> [B, dimension]."""
        return self.project(self.sentence(ids))


def load_minilm(tower: TextTower, folder: Path, kept: Sequence[int]) -> None:
    """Fill ``tower`` from a folder with all-MiniLM-L6-v2's ``model.safetensors``; ``kept`` are the source ids of its pieces."""
    from safetensors.torch import load_file

    path = folder / "model.safetensors"
    if not path.is_file():
        raise WeightsError(f"no {path}; expected the files of sentence-transformers/all-MiniLM-L6-v2")
    source = load_file(path)
    words = source["embeddings.word_embeddings.weight"]
    if words.shape[1] != tower.pieces.embedding_dim:
        raise ConfigError(f"{path} has width {words.shape[1]}, the tower {tower.pieces.embedding_dim}; set text_width")
    pieces = tower.pieces.weight.detach().clone()
    pieces[: len(kept)] = words[torch.as_tensor(np.asarray(kept))]
    state = {
        "pieces.weight": pieces,
        "positions.weight": source["embeddings.position_embeddings.weight"][: tower.length]
        + source["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": source["embeddings.LayerNorm.weight"],
        "norm.bias": source["embeddings.LayerNorm.bias"],
        "project.weight": tower.project.weight.detach(),
        "project.bias": tower.project.bias.detach(),
    }
    names = {"merge": "attention.output.dense", "attend_norm": "attention.output.LayerNorm", "expand": "intermediate.dense",
             "contract": "output.dense", "expand_norm": "output.LayerNorm"}
    for index in range(len(tower.layers)):
        lead = f"encoder.layer.{index}"
        for kind in ("weight", "bias"):
            parts = [source[f"{lead}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            state[f"layers.{index}.attend.{kind}"] = torch.cat(parts)
            for ours, theirs in names.items():
                state[f"layers.{index}.{ours}.{kind}"] = source[f"{lead}.{theirs}.{kind}"]
    tower.load_state_dict(state)


def read_vocabulary(folder: Path) -> list[str]:
    """The published vocabulary, most frequent pieces first after characters."""
    path = folder / "vocab.txt"
    if not path.is_file():
        raise WeightsError(f"no {path}; expected the files of sentence-transformers/all-MiniLM-L6-v2")
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")
