"""Recipe of the semantic tokenizer: w2v-BERT on crops of audio, then k-means over the tapped layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ..config import LibrettoConfig, SemanticSpec
from ..config_file import from_dict, to_dict
from ..errors import TrainingError
from ..files import atomic
from ..semantic import kmeans
from ..semantic.data import Clips, open_clips
from ..semantic.model import SemanticModel, span_mask
from ..semantic.tokens import Tokenizer, TokenSpace
from . import checkpoint, loop

_QUANTIZER_SECONDS = 1600.0  # audio the target codebook is clustered from
TOKENS = "tokens.safetensors"  # what ``fit_tokens`` adds to a run folder


def crops(clips: Clips, chosen: Any, generator: np.random.Generator, *, count: int, samples: int) -> np.ndarray:
    """Random crops of random clips among ``chosen``: float32 [count, samples], short clips followed by silence."""
    result = np.zeros((count, samples), dtype=np.float32)
    for row in result:
        clip = int(chosen[int(generator.integers(len(chosen)))])
        start = int(generator.integers(max(0, clips.length(clip) - samples) + 1))
        audio = clips.audio(clip, start, samples)
        row[: len(audio)] = audio
    return result


class SemanticRecipe:
    """Trains ``SemanticModel``; see ``loop.Recipe``."""

    name = "semantic"

    def __init__(self, config: LibrettoConfig, clips: Clips, *, seed: int, batch: int, crop_seconds: float, lr: float,
                 gain_decibels: float, device: str) -> None:
        spec = config.semantic
        self.clips, self.seed, self.count, self.device = clips, seed, batch, device
        self.gain_decibels = gain_decibels
        step = spec.mel.hop * spec.stack
        self.samples = int(crop_seconds * spec.mel.sample_rate) // step * step
        if batch < 1 or self.samples < 20 * step:
            raise TrainingError(f"batch {batch}, crop_seconds {crop_seconds}; expected at least 1 and {20 * step / spec.mel.sample_rate}")
        self.config: dict[str, Any] = {"semantic": to_dict(spec), "seed": seed, "batch": batch, "crop_seconds": crop_seconds,
                                       "lr": lr, "gain_decibels": gain_decibels}
        torch.manual_seed(seed)
        self.model = SemanticModel(spec).to(device)
        self._fit_quantizer()
        self.modules = {"model": self.model}
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        plain = [p for p in self.model.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
        self.optimizers = {"adam": torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98))}

    def _fit_quantizer(self) -> None:
        """Cluster the targets from random crops of the training clips."""
        generator = loop.numpy_generator(self.seed, 0, 1)
        heard = 2 * sum(self.clips.length(clip) for clip in self.clips.train)
        wanted = min(heard, int(_QUANTIZER_SECONDS * self.model.spec.mel.sample_rate))
        rounds = max(1, wanted // (self.samples * self.count))
        frames = []
        with torch.no_grad():
            for _ in range(rounds):
                audio = crops(self.clips, self.clips.train, generator, count=self.count, samples=self.samples)
                frames.append(self.model.frames(torch.from_numpy(audio).to(self.device)).flatten(0, 1))
            self.model.quantizer.fit(torch.cat(frames), seed=self.seed)

    def batch(self, step: int) -> Tensor:
        """samples [B, N] of ``step``, each crop at a random gain."""
        generator = loop.numpy_generator(self.seed, step)
        audio = crops(self.clips, self.clips.train, generator, count=self.count, samples=self.samples)
        gains = 10 ** (generator.uniform(-self.gain_decibels, self.gain_decibels, size=(self.count, 1)) / 20)
        return torch.from_numpy(audio * gains.astype(np.float32)).to(self.device)

    def step(self, batch: Tensor, step: int, rate: float) -> dict[str, float]:
        with torch.no_grad():
            frames = self.model.frames(batch)
        mask = span_mask(len(frames), frames.shape[1], loop.generator(self.seed, step)).to(self.device)
        with loop.autocast(self.device):
            losses = self.model.losses(frames, mask)
        norm = loop.optimise(losses.total, self.optimizers["adam"], clip=1.0, rate=rate)
        return {"loss": losses.total.item(), "contrastive": losses.contrastive.item(), "prediction": losses.prediction.item(),
                "accuracy": losses.accuracy.item(), "perplexity": losses.perplexity.item(), "gradient": norm}

    def validate(self) -> dict[str, float]:
        """Losses on held-out crops, the same ones every time."""
        audio = crops(self.clips, self.clips.held_out, loop.numpy_generator(self.seed, 0, 2), count=16, samples=self.samples)
        frames = self.model.frames(torch.from_numpy(audio).to(self.device))
        mask = span_mask(len(frames), frames.shape[1], loop.generator(self.seed, 0, 2)).to(self.device)
        with torch.no_grad(), loop.autocast(self.device):
            losses = self.model.losses(frames, mask)
        return {"contrastive": losses.contrastive.item(), "prediction": losses.prediction.item(),
                "accuracy": losses.accuracy.item(), "perplexity": losses.perplexity.item()}


def build(config: LibrettoConfig, *, data: Path | str, seed: int = 0, batch: int = 12, crop_seconds: float = 8.0,
          lr: float = 1e-3, gain_decibels: float = 4.0, device: str = "cpu") -> SemanticRecipe:
    """The recipe for a dataset folder, or for a .npy array of clips."""
    return SemanticRecipe(config, open_clips(data), seed=seed, batch=batch, crop_seconds=crop_seconds, lr=lr,
                          gain_decibels=gain_decibels, device=device)


def load_tokenizer(run: Path | str) -> Tokenizer:
    """The trained tokenizer of run folder ``run``; its token space is empty before ``fit_tokens``.

    Raises:
        TrainingError: there is no checkpoint, or it is of another recipe.
    """
    run = Path(run)
    stored = checkpoint.read_config(run)
    if stored is None or stored.get("recipe") != SemanticRecipe.name:
        raise TrainingError(f"{run} holds no semantic run; train one there first")
    spec = from_dict(SemanticSpec, stored["config"]["semantic"])
    tokenizer = Tokenizer(SemanticModel(spec), TokenSpace(spec))
    tokenizer.model.load_state_dict(checkpoint.load_weights(run, "model"))
    if (run / TOKENS).is_file():
        tokenizer.space.load_state_dict(load_file(run / TOKENS))
    return tokenizer.eval()


def fit_tokens(run: Path | str, data: Path | str, *, seconds: float = 8000.0, crop_seconds: float = 10.0, skip: float = 2.0,
               iterations: int = 15, seed: int = 0, device: str = "cpu") -> kmeans.Clusters:
    """Cluster the tokens of a trained run on ``seconds`` of crops of its training data; writes ``run/tokens.safetensors``.

    Args:
        skip: weight of the input components beside the tapped layer, see ``semantic.tokens``; 0 is the published form.
    """
    run, clips = Path(run), open_clips(data)
    tokenizer = load_tokenizer(run).to(device)
    spec = tokenizer.model.spec
    generator = loop.numpy_generator(seed, 0, 3)
    samples = int(crop_seconds * spec.mel.sample_rate)
    tapped, components = [], []
    with torch.no_grad(), loop.autocast(device):
        for _ in range(max(1, round(seconds / crop_seconds / 8))):
            audio = crops(clips, clips.train, generator, count=8, samples=samples)
            above, below = tokenizer.features(tokenizer.model.frames(torch.from_numpy(audio).to(device)))
            tapped.append(above.float().flatten(0, 1))
            components.append(below.float().flatten(0, 1))
    found = tokenizer.space.fit(torch.cat(tapped), torch.cat(components), skip=skip, seed=seed, iterations=iterations)
    with atomic(run / TOKENS) as path:
        save_file({key: value.cpu().contiguous() for key, value in tokenizer.space.state_dict().items()}, path)
    return found
