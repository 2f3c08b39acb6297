"""MuLan (2208.12415): a text and an audio tower, one joint space, a contrastive loss."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..config import MulanSpec
from .audio import AudioTower
from .text import TextTower
from .tokenizer import Tokenizer

_MOMENTUM = 0.98  # of a tower's mean
_FIRST_SCALE, _LAST_SCALE = 10.0, 30.0  # inverse temperature. The low ceiling is ours: it asks for near pairs, not merely ranked ones


class Centre(nn.Module):
    """Unit vectors around the origin: normalise, subtract the tower's running mean, normalise again.

    Contrastive towers sit on two separate cones (2203.02053, "modality gap"); taking each tower's mean away puts both
    around the origin, so that codebooks fitted on one also serve the other (ours).
    """

    mean: Tensor

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimension))

    def forward(self, x: Tensor) -> Tensor:
        """[B, D] -> unit vectors [B, D] in float32."""
        unit = functional.normalize(x.float(), dim=-1)
        if self.training:
            with torch.no_grad():
                self.mean.lerp_(unit.mean(dim=0), 1 - _MOMENTUM)
        return functional.normalize(unit - self.mean, dim=-1)


class Mulan(nn.Module):
    """Both towers. The vocabulary travels with the weights, as bytes, so that a checkpoint explains itself."""

    vocabulary: Tensor

    def __init__(self, spec: MulanSpec, vocabulary: Sequence[str], *, frozen: int = 0) -> None:
        super().__init__()
        self.spec = spec
        self.text = TextTower(spec, frozen=frozen)
        self.audio = AudioTower(spec)
        self.text_centre, self.audio_centre = Centre(spec.dimension), Centre(spec.dimension)
        self.scale = nn.Parameter(torch.tensor(math.log(_FIRST_SCALE)))
        encoded = bytearray("\n".join(vocabulary), "utf-8")
        self.register_buffer("vocabulary", torch.frombuffer(encoded, dtype=torch.uint8).clone())

    @property
    def tokenizer(self) -> Tokenizer:
        return Tokenizer(decode_vocabulary(self.vocabulary), length=self.spec.text_length)

    def embed_text(self, ids: Tensor) -> Tensor:
        """Word pieces int64 [B, S], 0 pads -> unit vectors [B, D]."""
        return self.text_centre(self.text(ids))

    def embed_audio(self, mel: Tensor, described: Tensor) -> Tensor:
        """log10 mel [B, T, bands] and descriptors [B, F] -> unit vectors [B, D]."""
        return self.audio_centre(self.audio(mel, described))

    @property
    def inverse_temperature(self) -> Tensor:
        return self.scale.exp().clamp(1.0, _LAST_SCALE)


def decode_vocabulary(stored: Tensor) -> list[str]:
    """The pieces behind a checkpoint's ``vocabulary``."""
    return bytes(stored.tolist()).decode("utf-8").split("\n")


def contrastive_loss(text: Tensor, audio: Tensor, scale: Tensor) -> Tensor:
    """Symmetric InfoNCE (2103.00020; MuLan section 3.3): unit vectors [B, D] twice -> scalar; chance is ln B."""
    logits = scale * text @ audio.T
    target = torch.arange(len(text), device=text.device)
    return (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2


def placed_loss(text: Tensor, audio: Tensor, places: Tensor, scale: Tensor) -> Tensor:
    """As ``contrastive_loss`` where every text [B, D] is told apart from all of audio [N, D], and its own is row ``places`` [B]."""
    logits = scale * text @ audio.T
    target = torch.arange(len(text), device=text.device)
    return (functional.cross_entropy(logits, places) + functional.cross_entropy(logits[:, places].T, target)) / 2
