"""Recipes of the codec: phase "tokens" fixes the tokens in minutes, phase "decoder" learns the waveform from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ..codec.decoder import SpectralDecoder, Synthesis
from ..codec.discriminators import SpectrogramDiscriminators
from ..codec.losses import (
    MelLoss,
    View,
    detuning_loss,
    feature_matching,
    hinge_discriminator,
    hinge_generator,
)
from ..codec.tokens import TokenModel
from ..config import CodecSpec, LibrettoConfig
from ..config_file import to_dict
from ..errors import TrainingError
from .ema import MovingAverage
from .loop import Recipe, autocast, generator, numpy_generator, optimise


class Clips:
    """Audio to learn from: a dataset folder, or an array [clips, N] in a .npy file (the last eighth is held out)."""

    def __init__(self, path: Path | str, spec: CodecSpec) -> None:
        self.path = Path(path)
        if self.path.suffix == ".npy":
            array = np.load(self.path, mmap_mode="r")
            held = max(1, len(array) // 8)
            self.lengths = [array.shape[1]] * len(array)
            self.splits = {"train": list(range(len(array) - held)), "valid": list(range(len(array) - held, len(array)))}
            self._read = lambda clip, start, samples: array[clip, start: start + samples].astype(np.float32)
        else:
            from libretto.corpus.shards.dataset import Dataset

            data = Dataset.open(self.path)
            if data.sample_rate != spec.sample_rate:
                raise TrainingError(f"{path} is at {data.sample_rate} Hz, the codec at {spec.sample_rate} Hz; build it again")
            self.lengths = [clip.samples for clip in data.clips]
            self.splits = {split: data.split(split) for split in ("train", "valid")}
            self._read = data.audio

    def crop(self, split: str, samples: int, random: np.random.Generator) -> np.ndarray:
        """A random stretch, float32 [samples]; a clip that is too short is followed by silence."""
        clip = int(random.choice(self.splits[split]))
        start = int(random.integers(0, max(1, self.lengths[clip] - samples + 1)))
        piece = self._read(clip, start, min(samples, self.lengths[clip]))
        return np.pad(piece, (0, samples - len(piece)))

    def crops(self, split: str, count: int, samples: int, random: np.random.Generator) -> Tensor:
        """float32 [count, samples]."""
        return torch.from_numpy(np.stack([self.crop(split, samples, random) for _ in range(count)]))


def _adamw(module: nn.Module, rate: float, betas: tuple[float, float] = (0.8, 0.95)) -> torch.optim.AdamW:
    matrices = [p for p in module.parameters() if p.requires_grad and p.ndim > 1]
    vectors = [p for p in module.parameters() if p.requires_grad and p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=betas)


class TokenRecipe:
    """Phase "tokens": features -> codes -> features, L1. Audio is read once, into a pool of features."""

    name = "codec-tokens"

    def __init__(self, config: LibrettoConfig, *, data: Path, seed: int, batch: int = 16, crop_seconds: float = 4.0,
                 pool_seconds: float = 4000.0, learning_rate: float = 5e-4, commitment: float = 0.1, device: str = "cpu") -> None:
        spec = self.spec = config.codec
        self.seed, self.size, self.commitment, self.device = seed, batch, commitment, device
        self.config = {"codec": to_dict(spec), "seed": seed, "batch": batch, "crop_seconds": crop_seconds,
                       "pool_seconds": pool_seconds, "learning_rate": learning_rate, "commitment": commitment}
        torch.manual_seed(seed)
        self.model = TokenModel(spec).to(device)
        self.modules = {"tokens": self.model}
        self.optimizers = {"tokens": _adamw(self.model, learning_rate, (0.9, 0.99))}
        self.clips = Clips(data, spec)
        self.samples = int(crop_seconds * spec.frame_rate) * spec.hop
        self.pool = self._features("train", max(batch, round(pool_seconds / crop_seconds)))
        self.held_out = self._features("valid", max(2, round(200 / crop_seconds)))

    @torch.no_grad()
    def _features(self, split: str, count: int) -> Tensor:
        random, parts = numpy_generator(self.seed, 0, 7 + (split == "valid")), []
        for start in range(0, count, 8):
            crops = self.clips.crops(split, min(8, count - start), self.samples, random)
            parts.append(self.model.front(crops.to(self.device)).half())
        return torch.cat(parts)

    def batch(self, step: int) -> Tensor:
        """Features [B, T, F] of ``step``."""
        chosen = numpy_generator(self.seed, step).integers(0, len(self.pool), self.size)
        return self.pool[torch.from_numpy(chosen)].float()

    def _errors(self, made: Tensor, true: Tensor) -> list[Tensor]:
        """Mean absolute error of each resolution."""
        return [part.mean() for part in (made - true).abs().split(self.model.groups, -1)]

    def step(self, batch: Tensor, step: int, rate: float) -> dict[str, float]:
        model, random = self.model, generator(self.seed, step)
        if not int(model.started):
            model.start(self.pool.flatten(0, 1).float(), seed=self.seed, iterations=6)
        levels = self.spec.levels
        kept = torch.where(torch.rand(len(batch), generator=random) < 0.5, levels,
                           torch.randint(1, levels + 1, (len(batch),), generator=random)).to(self.device)
        centred = batch - model.mean
        with autocast(self.device):
            made, quantised = model(centred, kept, random)
        error = torch.stack(self._errors(made.float(), centred)).mean()
        loss = error + self.commitment * quantised.commitment
        norm = optimise(loss, self.optimizers["tokens"], clip=1.0, rate=rate)
        return {"loss": float(loss.detach()), "error": float(error.detach()), "norm": norm,
                "commitment": float(quantised.commitment.detach())}

    def validate(self) -> dict[str, float]:
        model, figures = self.model, {}
        centred = self.held_out.float() - model.mean
        tokens = model.quantize(model.encoder(centred))
        groups = sorted({1, *range(4, self.spec.levels + 1, 4), self.spec.levels})
        for levels in groups:
            made = model.features(model.quantizer.decode(tokens[:, :levels]))
            errors = [2 * float(part) / weight for part, weight in zip(self._errors(made, centred), model.front.scales, strict=True)]
            figures[f"distance_{levels}"] = sum(errors) / len(errors)
        for level in (0, self.spec.levels - 1):
            share = torch.bincount(tokens[:, level].flatten(), minlength=self.spec.codebook_size) / tokens[:, level].numel()
            figures[f"bits_{level + 1}"] = -float((share * share.clamp_min(1e-12).log2()).sum())
        return figures


class DecoderRecipe:
    """Phase "decoder": frozen tokens -> waveform, by the mel distance itself and a little else.

    From step ``adversarial_from`` on, spectrogram discriminators judge half of each batch; their weights rise over
    ``RISE`` steps. That step, like the number of steps, is no part of the config: it may change on resume.
    """

    RISE = 200
    JUDGED = (0, 2, 4)  # scales of the mel loss whose amplitudes the discriminators see

    name = "codec-decoder"

    def __init__(self, config: LibrettoConfig, *, data: Path, seed: int, tokens_run: Path, batch: int = 32,
                 crop_seconds: float = 0.5, learning_rate: float = 2e-3, convergence: float = 0.1, detuning: float = 1.0,
                 adversarial_from: int = 3000, adversarial: float = 0.03, matching: float = 0.1, device: str = "cpu") -> None:
        spec = self.spec = config.codec
        self.seed, self.size, self.weights, self.device = seed, batch, (convergence, detuning), device
        self.adversarial_from, self.adversarial, self.matching = adversarial_from, adversarial, matching
        self.config = {"codec": to_dict(spec), "seed": seed, "batch": batch, "crop_seconds": crop_seconds,
                       "learning_rate": learning_rate, "convergence": convergence, "detuning": detuning,
                       "adversarial": adversarial, "matching": matching}
        torch.manual_seed(seed)
        self.tokens = TokenModel(spec)
        self.tokens.load_state_dict(load_file(Path(tokens_run) / "checkpoint" / "tokens.safetensors"))
        self.tokens.to(device).requires_grad_(False).eval()
        self.decoder = SpectralDecoder(spec).to(device)
        self.decoder.mean.copy_(self.tokens.mean)
        self.synthesis, self.mel = Synthesis(spec).to(device), MelLoss(spec.sample_rate).to(device)
        self.average = MovingAverage(self.decoder)
        self.judges = SpectrogramDiscriminators(len(self.JUDGED)).to(device)
        self.modules = {"decoder": self.decoder, "average": self.average, "judges": self.judges}
        self.optimizers = {"decoder": _adamw(self.decoder, learning_rate), "judges": _adamw(self.judges, 5e-4, (0.5, 0.9))}
        self.clips = Clips(data, spec)
        self.samples = int(crop_seconds * spec.frame_rate) * spec.hop
        length = 2 * spec.sample_rate // spec.hop * spec.hop
        self.held_out = self.clips.crops("valid", 32, length, numpy_generator(seed, 0, 9)).to(device)

    def batch(self, step: int) -> Tensor:
        """Waveforms [B, N] of ``step``."""
        return self.clips.crops("train", self.size, self.samples, numpy_generator(self.seed, step)).to(self.device)

    def _kept(self, random: torch.Generator) -> int:
        """Levels decoded in a step: mostly all, sometimes a third or two thirds."""
        levels = self.spec.levels
        draw = float(torch.rand((), generator=random))
        return levels if draw < 0.7 else max(1, levels * (1 if draw < 0.85 else 2) // 3)

    def make(self, decoder: nn.Module, samples: Tensor, levels: int, random: torch.Generator) -> tuple[Tensor, Any]:
        """Waveforms [B, N] through the tokens and back."""
        with torch.no_grad(), autocast(self.device):
            tokens = self.tokens.quantize(self.tokens.encode(samples))
            latent = self.tokens.quantizer.decode(tokens[:, :levels])
            features = self.tokens.features(latent).float()
        with autocast(self.device):
            spectrum = decoder(latent, features)
        start = torch.rand(len(samples), spectrum.magnitude.shape[2], generator=random).to(self.device)
        return self.synthesis(spectrum, start), spectrum

    def step(self, batch: Tensor, step: int, rate: float) -> dict[str, float]:
        random = generator(self.seed, step)
        made, spectrum = self.make(self.decoder, batch, self._kept(random), random)
        with torch.no_grad():
            true = self.mel.views(batch)
        views = self.mel.views(made)
        mel, spread = self.mel.distance(views, true), self.mel.convergence(views, true)
        detuning = detuning_loss(spectrum.detuning, batch, self.spec)
        loss = mel + self.weights[0] * spread + self.weights[1] * detuning
        figures = {"mel": mel, "convergence": spread, "detuning": detuning}
        if step >= self.adversarial_from:
            loss = loss + min(1.0, (step - self.adversarial_from + 1) / self.RISE) * self._judge(views, true, rate, figures)
        norm = optimise(loss, self.optimizers["decoder"], clip=1.0, rate=rate)
        self.average.update(self.decoder, step)
        return {"loss": float(loss.detach()), "norm": norm, **{key: float(value.detach()) for key, value in figures.items()}}

    def _judge(self, made: Sequence[View], true: Sequence[View], rate: float, figures: dict[str, Tensor]) -> Tensor:
        """One step of the discriminators, then what they add to the decoder's loss."""
        count = max(1, self.size // 2)
        fake, real = ([views[scale].amplitude[:count] for scale in self.JUDGED] for views in (made, true))
        with autocast(self.device):
            before = self.judges([picture.detach() for picture in fake]), self.judges(real)
            figures["judges"] = hinge_discriminator(before[1].scores, before[0].scores)
        optimise(figures["judges"], self.optimizers["judges"], clip=5.0, rate=rate)
        self.judges.requires_grad_(False)
        with autocast(self.device):
            judged = self.judges(fake)
            figures["adversarial"] = hinge_generator(judged.scores)
            figures["matching"] = feature_matching(before[1].inner, judged.inner)
        self.judges.requires_grad_(True)
        return self.adversarial * figures["adversarial"] + self.matching * figures["matching"]

    def validate(self) -> dict[str, float]:
        figures = {}
        for levels in sorted({max(1, self.spec.levels * part // 3) for part in (1, 2, 3)}):
            distances = []
            for piece in self.held_out.split(16):
                made, _ = self.make(self.average, piece, levels, generator(self.seed, 0, 3))
                distances.append(float(self.mel.distance(self.mel.views(made), self.mel.views(piece))))
            figures[f"mel_{levels}"] = sum(distances) / len(distances)
        return figures


def build(config: LibrettoConfig, *, data: Path, seed: int, phase: str | None = None, **settings: Any) -> Recipe:
    """The recipe of ``phase`` "tokens" (the default) or "decoder" (which needs ``tokens_run``, the run folder of the first).

    A codec of kind "seanet" learns in one phase, None or "codec".
    """
    if config.codec.kind == "seanet":
        from .seanet import SeanetRecipe

        if phase not in (None, "codec"):
            raise TrainingError(f"codec phase is {phase!r}, but a SEANet codec learns in one phase; expected 'codec'")
        return SeanetRecipe(config, data=data, seed=seed, **settings)
    recipes = {"tokens": TokenRecipe, "decoder": DecoderRecipe}
    phase = phase or "tokens"
    if phase not in recipes:
        raise TrainingError(f"codec phase is {phase!r}, expected one of {', '.join(recipes)}")
    return recipes[phase](config, data=data, seed=seed, **settings)
