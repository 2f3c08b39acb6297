"""Recipe of the melody encoder: versions of one tune near each other, other tunes far (MusicLM 2301.11325 section 4.5)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor

from .. import residual
from ..config import LibrettoConfig, MelodySpec
from ..config_file import from_dict, to_dict
from ..errors import TrainingError
from ..files import atomic
from ..melody.model import MARGIN, MelodyEncoder, semi_hard_triplet
from ..melody.pitch import scaled
from ..melody.store import SECONDS, TuneStore
from ..melody.store import build as build_store
from ..melody.versions import KINDS
from .checkpoint import load_weights, read_config
from .loop import autocast, numpy_generator, optimise

logger = logging.getLogger("libretto.train")
STORE = Path("cache") / "melody"  # inside a dataset folder
CODEBOOKS_FILE = "codebooks.safetensors"  # what ``fit_tokens`` adds to a run folder
_VALID = 0.1  # share of tunes held out
_ARRANGED = (KINDS.index("arranged"), KINDS.index("band"))


class MelodyRecipe:
    """Pairs of versions of as many tunes as a batch holds; one side always has accompaniment."""

    name = "melody"

    def __init__(self, spec: MelodySpec, store: TuneStore, *, seed: int, batch: int, lr: float, margin: float, device: str) -> None:
        self.spec, self.store, self.seed, self.margin, self.device = spec, store, seed, margin, device
        self.config: dict[str, Any] = {"melody": to_dict(spec), "seed": seed, "batch": batch, "lr": lr, "margin": margin,
                                       "tunes": store.tunes}
        held = max(2, round(_VALID * store.tunes))
        self.train_tunes, self.valid_tunes = np.arange(held, store.tunes), np.arange(held)
        if len(self.train_tunes) < 2:
            raise TrainingError(f"{store.folder} has {store.tunes} tunes, expected at least 4; set tunes=...")
        self.size = min(batch, len(self.train_tunes))
        torch.manual_seed(seed)
        self.model = MelodyEncoder(spec).to(device)
        self.modules = {"model": self.model}
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        plain = [p for p in self.model.parameters() if p.ndim <= 1]
        self.optimizers = {"adam": torch.optim.AdamW(
            [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}], lr=lr, betas=(0.9, 0.98))}

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Windows [B, frames, bins] of two versions of the same stretch of B tunes."""
        rng = numpy_generator(self.seed, step)
        tunes = rng.choice(self.train_tunes, self.size, replace=False)
        last = self.store.seconds - self.spec.window_seconds
        sides: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        for tune in tunes:
            start = float(rng.uniform(0, last))
            first = int(rng.choice(_ARRANGED))
            second = int(rng.choice([kind for kind in range(len(KINDS)) if kind != first]))
            for side, kind in zip(sides, (first, second)):
                side.append(self.store.window(int(tune), kind, max(0.0, start + float(rng.normal(0, 0.06)))))
        return self._tensor(sides[0], rng), self._tensor(sides[1], rng)

    def _tensor(self, windows: Sequence[np.ndarray], rng: np.random.Generator | None = None) -> Tensor:
        """Scaled windows; with a generator, bent in spectrum and partly masked, as rooms and microphones do."""
        frames = self.spec.frames
        whole = np.stack([np.pad(window, ((0, frames - len(window)), (0, 0))) for window in windows])
        values = scaled(whole)
        if rng is not None:
            line = np.linspace(-1, 1, values.shape[2], dtype=np.float32)
            bend = rng.normal(0, 0.4, (len(values), 1)) * line + rng.normal(0, 0.25, (len(values), 1)) * np.cos(
                np.pi * line * rng.integers(1, 5, (len(values), 1)))
            values += bend[:, None].astype(np.float32)
            values += rng.normal(0, 0.1, values.shape).astype(np.float32)
            for row in values:
                width = int(rng.integers(0, frames // 6))
                first = int(rng.integers(0, frames - width + 1))
                row[first : first + width] = 0.0
        return torch.from_numpy(values).to(self.device)

    def step(self, batch: tuple[Tensor, Tensor], step: int, rate: float) -> dict[str, float]:
        with autocast(self.device):
            first, second = self.model(batch[0]), self.model(batch[1])
        first, second = first.float(), second.float()
        loss = semi_hard_triplet(first, second, margin=self.margin)
        norm = optimise(loss, self.optimizers["adam"], clip=1.0, rate=rate)
        with torch.no_grad():
            right = (first @ second.T).argmax(dim=1) == torch.arange(len(first), device=first.device)
        return {"loss": float(loss.detach()), "right": float(right.float().mean()), "gradient": norm}

    def validate(self) -> dict[str, float]:
        """Recall@1 of the arranged version for each other kind of version, among the held-out tunes."""
        vectors = tune_vectors(self.model, self.store, self.valid_tunes, device=self.device)
        return {f"recall_1_{kind}": recall(vectors[:, index], vectors[:, 0]) for index, kind in enumerate(KINDS) if index}


def tune_vectors(model: MelodyEncoder, store: TuneStore, tunes: np.ndarray, *, device: str = "cpu") -> np.ndarray:
    """float32 [tunes, kinds, windows, D]: every window of each version, ``hop_seconds`` apart."""
    spec = model.spec
    starts = np.arange(0, store.seconds - spec.window_seconds + 1e-6, spec.hop_seconds)
    found = []
    with torch.no_grad(), autocast(device):
        for tune in tunes:
            windows = [store.window(int(tune), kind, float(start)) for kind in range(len(KINDS)) for start in starts]
            whole = np.stack([np.pad(window, ((0, spec.frames - len(window)), (0, 0))) for window in windows])
            vectors = model(torch.from_numpy(scaled(whole)).to(device)).float().cpu().numpy()
            found.append(vectors.reshape(len(KINDS), len(starts), -1))
    return np.stack(found)


def recall(queries: np.ndarray, targets: np.ndarray) -> float:
    """Share of queries [N, windows, D] whose own target is the nearest of all N by mean cosine of their windows."""
    scores = np.einsum("qwd,twd->qt", queries, targets)
    own = np.diag(scores)[:, None]
    return float(((scores >= own).sum(axis=1) == 1).mean())


def build(
    config: LibrettoConfig, *, data: Path, seed: int, tunes: int = 2000, batch: int = 96, lr: float = 1e-3, margin: float = MARGIN,
    workers: int = 1, device: str = "cpu",
) -> MelodyRecipe:
    """The recipe for ``train.loop.train``.

    Args:
        data: a dataset folder; the tunes, which are composed anew, are kept in ``data``/cache/melody.
        tunes: how many; workers: processes that make them.
    """

    def tell(done: int, total: int) -> None:
        logger.info("melody: %d of %d tunes", done, total)

    store = build_store(data / STORE, config.melody, tunes=tunes, seed=seed, workers=workers, seconds=SECONDS, progress=tell)
    return MelodyRecipe(config.melody, store, seed=seed, batch=batch, lr=lr, margin=margin, device=device)


def load(run: Path) -> MelodyEncoder:
    """The trained encoder of run folder ``run``, in evaluation mode."""
    stored = read_config(run)
    if stored is None or stored.get("recipe") != MelodyRecipe.name:
        raise TrainingError(f"{run} holds no melody run; train one: libretto train melody")
    model = MelodyEncoder(from_dict(MelodySpec, stored["config"]["melody"], where="melody"))
    model.load_state_dict(load_weights(run, "model"))
    return model.eval()


def fit_tokens(run: Path, data: Path, *, seed: int = 0) -> np.ndarray:
    """RVQ codebooks float32 [levels, V, D] of all windows of the training tunes, kept in the run folder."""
    model = load(run)
    store, spec = TuneStore(data / STORE, model.spec), model.spec
    vectors = tune_vectors(model, store, np.arange(round(_VALID * store.tunes), store.tunes))
    codebooks = residual.fit(
        vectors.reshape(-1, spec.dimension), levels=spec.levels, codebook_size=spec.codebook_size, seed=seed
    )
    with atomic(run / CODEBOOKS_FILE) as path:
        save_file({"codebooks": codebooks}, path)
    return codebooks
