"""Recipe of the three stages: prediction of stored tokens, the next or (pattern "parallel") hidden ones, one TokenLM a stage.

Batch, rates, style mixing and dropout of conditions are ours; crops and roles are MusicLM's (2301.11325).
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..config import LibrettoConfig
from ..config_file import to_dict
from ..controls import CONTROLS
from ..errors import TrainingError
from ..evaluate.stages import Baselines, evaluate_stage, held_out_crops, store_baselines
from ..stages.crops import Crop, CropReader, blanked, parted
from ..stages.from_graph import read_model
from ..stages.masked import order_generator, order_nats
from ..stages.model import Nats, TokenLM
from ..stages.runtime import graph_name
from ..stages.strays import counted, strayed
from ..stages.vectors import stage_vectors
from ..weights import open_weights
from .loop import autocast, generator, numpy_generator, optimise
from .masked import hidden_nats, masked_loss
from .memory import keep_freed_memory
from .tokenize import TokenStore

logger = logging.getLogger("libretto.train")
_BATCH_SECONDS = {"semantic": 80.0, "coarse": 40.0, "fine": 32.0}  # of audio a step
_CALIBRATION_CLIPS = 16
# of the specification, no matter of training
_SAMPLING = ("temperature", "top_k", "guidance", "remembers", "iterations", "choice_temperature")
_FORCED = 0.4  # largest share of a row's past that the model's own draws replace


class StageRecipe:
    """Trains one stage. ``modules["stage"]`` is the TokenLM that ``stages.export`` takes.

    From step ``forced_from`` on, part of the past that the model reads is its own draw (scheduled sampling 1506.03099, in
    two parallel passes as in 1906.07651; shares ours), so that it learns to mend what it will write: a stage trained on
    true pasts alone copies its first slip for seconds. The step is no part of the configuration and may change on resume.

    ``compiled`` lets torch make one program of a step (torch.compile; a C++ compiler is needed on a CPU, and a minute or two before
    the first step): the same sums rounded otherwise, in two thirds of the time on a CPU.
    """

    name = "stage"

    def __init__(self, config: LibrettoConfig, *, data: Path, seed: int, stage: str, learning_rate: float = 2e-3,
                 weight_decay: float = 0.1, batch_seconds: float | None = None, text_styles: float = 0.5,
                 style_truncation: float = 0.2, held_out: int = 32,
                 control_dropout: float = 0.4, gaps: float = 0.3, strays: float = 0.0, forced_from: int | None = None,
                 start: str | None = None, compiled: bool = False, device: str = "cpu") -> None:
        spec = config.stage(stage)
        if compiled and spec.pattern == "parallel":
            raise TrainingError("compiled is for stages that read their own past; leave it out with pattern 'parallel'")
        if forced_from is not None and spec.pattern == "parallel":
            raise TrainingError("forced_from is for stages that read their own past; pattern 'parallel' has none: leave it out")
        self.spec, self.seed = spec, seed  # ``start``: a weights folder whose stage is learned on from, or "bundled"
        self.control_dropout, self.gaps = control_dropout, gaps  # shares of rows; see ``crops.parted``
        self.strays = strays  # a share of rows; see ``strays``
        self.text_styles, self.style_truncation, self.forced_from = text_styles, style_truncation, forced_from
        store = TokenStore.open(data)
        store.check(config)
        keep_freed_memory()
        torch.manual_seed(seed)
        self.model = TokenLM(spec, stage_vectors(config, stage, store.tables), seed=seed)
        self.reader = CropReader(store, self.model.layout, coarse_levels=config.coarse_levels)
        self.clips = self.reader.clips("train", frames=spec.crop_frames)
        seconds = _BATCH_SECONDS[stage] if batch_seconds is None else batch_seconds
        self.rows = max(1, round(seconds / spec.crop_seconds))
        self._calibrate()
        if start is not None:
            begun_from(self.model, config, None if start == "bundled" else start)
        self.model.to(device)
        self.config: dict[str, Any] = {
            "stage": {key: value for key, value in to_dict(spec).items() if key not in _SAMPLING},
            "seed": seed, "learning_rate": learning_rate, "weight_decay": weight_decay,
            "rows": self.rows, "text_styles": text_styles, "style_truncation": style_truncation, "clips": len(self.clips),
        }
        if spec.controls:
            self.config |= {"control_dropout": control_dropout, "gaps": gaps}
        if start is not None:
            self.config["start"] = start
        self._compiled: Nats | None = None
        if compiled:
            self.config["compiled"] = True
            self._compiled = torch.compile(self.model.nats, dynamic=False)
        self.modules: dict[str, nn.Module] = {"stage": self.model}
        self.optimizers = {"stage": _adamw(self.model, learning_rate=learning_rate, weight_decay=weight_decay)}
        self._limit = held_out
        self._measured: tuple[list[Crop], Baselines] | None = None

    def _calibrate(self) -> None:
        rng = numpy_generator(self.seed, 0, 1)
        chosen = rng.choice(self.clips, min(_CALIBRATION_CLIPS, len(self.clips)), replace=False)
        crop = self._read(chosen, rng)
        guess = self.model.layout.guesses(crop.tokens, crop.aligned)
        by_level = crop.tokens[:, :, 1:].transpose(1, 0, 2).reshape(self.spec.target.levels, -1)
        self.model.calibrate(by_level, guess.transpose(1, 0, 2, 3).reshape(*by_level.shape, -1))

    def _read(self, clips: np.ndarray, rng: np.random.Generator) -> Crop:
        frames = self.spec.crop_frames
        starts = [self.reader.start(int(index), rng.random(), frames=frames) for index in clips]
        styles = []
        for index in clips:
            style = self.reader.style(int(index), rng.random(), text=rng.random() < self.text_styles).astype(np.int64)
            keep = rng.integers(1, len(style) + 1) if rng.random() < self.style_truncation else len(style)
            styles.append(np.where(np.arange(len(style)) < keep, style, self._style_blank))
        return self.reader.read([int(index) for index in clips], starts, styles, frames=frames)

    @property
    def _style_blank(self) -> int:
        return self.spec.prefix[0].blank if self.spec.prefix else 0

    def batch(self, step: int) -> Crop:
        """Crops of ``step`` with some conditions blank."""
        rng = numpy_generator(self.seed, step)
        crop = self._read(rng.choice(self.clips, self.rows, replace=len(self.clips) < self.rows), rng)
        crop = blanked(crop, rng.random(self.rows) < self.spec.condition_dropout, self.spec)
        return parted(crop, rng, self.spec, dropout=self.control_dropout, gaps=self.gaps)

    def _nats(self, crop: Crop, past: np.ndarray | None = None, *, nats: Nats | None = None) -> torch.Tensor:
        """[K, B * T]; the model reads the tokens ``past`` [B, K, T] where given, the crop's otherwise."""
        inputs, context = self.model.layout.whole(crop.tokens if past is None else past, crop.prefix, crop.aligned)
        with autocast(self.model.rows.device):
            return self.model.losses(inputs, crop.tokens, context, nats=nats)

    def _forced(self, crop: Crop, step: int) -> np.ndarray:
        """The crop's tokens with some of them, to another share in every row, replaced by the model's own draws."""
        inputs, context = self.model.layout.whole(crop.tokens, crop.prefix, crop.aligned)
        with autocast(self.model.rows.device):
            drawn = self.model.draw(inputs, context, crop.tokens.shape[2], generator(self.seed, step, 2))
        rng = numpy_generator(self.seed, step, 3)
        share = rng.uniform(0, _FORCED, (len(drawn), 1, 1))
        return np.where(rng.random(drawn.shape) < share, drawn, crop.tokens)

    def _masked(self, crop: Crop, step: int) -> torch.Tensor:
        """Nats of the hidden tokens that ``step`` draws (pattern "parallel")."""
        with autocast(self.model.rows.device):
            return masked_loss(self.model, crop, numpy_generator(self.seed, step, 4))

    def _score(self, crop: Crop) -> np.ndarray:
        """Nats of held-out tokens, [K, B * T], or of the rows of pattern "parallel", [K, B]."""
        if self.spec.pattern != "parallel":
            return self._nats(crop).float().cpu().numpy()
        return order_nats(crop.tokens, order_generator(crop.tokens), partial(self._hidden, crop), blank=self.spec.target.blank)

    def _hidden(self, crop: Crop, told: np.ndarray, asked: np.ndarray) -> np.ndarray:
        with autocast(self.model.rows.device):
            return hidden_nats(self.model, crop, told, asked).float().cpu().numpy()

    def step(self, batch: Crop, step: int, rate: float) -> dict[str, float]:
        if self.spec.pattern == "parallel":
            loss = self._masked(batch, step).mean()
        else:
            forced = self.forced_from is not None and step >= self.forced_from
            past = self._forced(batch, step) if forced else batch.tokens
            past, astray = strayed(past, numpy_generator(self.seed, step, 5), share=self.strays, frame_rate=self.spec.target.frame_rate)
            learned = torch.from_numpy(counted(astray, levels=self.spec.target.levels))
            nats = self._nats(batch, past, nats=self._compiled)
            loss = nats[learned.to(nats.device)].mean()
        norm = optimise(loss, self.optimizers["stage"], clip=1.0, rate=rate)
        nats = float(loss.detach())
        return {"loss": nats, "bits": nats / float(np.log(2)), "norm": norm}

    def validate(self) -> dict[str, float]:
        """Held-out bits per token of every level, against unigram and bigram, and with shuffled conditions."""
        if self._measured is None:
            self._measured = held_out_crops(self.reader, limit=self._limit), store_baselines(self.reader)
        return self.report(*self._measured)

    def report(self, crops: list[Crop], counted: Baselines) -> dict[str, float]:
        return evaluate_stage(self._score, crops, counted, self.spec).figures()


def begun_from(model: TokenLM, config: LibrettoConfig, weights: str | None) -> None:
    """Give ``model`` the parameters of the same stage of a weights folder, whatever its pattern.

    Controls that the folder's stage does not know keep their start, which says nothing; those that ``model`` has not are left.

    Raises:
        TrainingError: that stage has other sizes or other codebooks.
    """
    opened = open_weights(weights)
    name = model.spec.name
    theirs = opened.config.stage(name)
    vectors = stage_vectors(opened.config, name, opened.tables)
    same = ("target", "prefix", "transformer", "alignment", "token_width")
    found = [key for key in same if getattr(theirs, key) != getattr(model.spec, key)]
    if any(token.name not in CONTROLS for token in set(model.spec.aligned) ^ set(theirs.aligned)):
        found.append("aligned")
    if found or not np.array_equal(vectors.target, model.codes.numpy()):
        raise TrainingError(f"stage {name} of {opened.path} differs from that of preset {config.name!r} in "
                            f"{', '.join(found) or 'its codebooks'}; a stage begins from one of its own sizes and tokens")
    read = read_model(opened.path / graph_name(theirs), theirs, vectors)
    state = read.state_dict() | widened(model, read)
    kept = {"codes", "spread"}  # rounded in the graph
    model.load_state_dict({key: value for key, value in state.items() if key not in kept}, strict=False)


def widened(model: TokenLM, known: TokenLM) -> dict[str, torch.Tensor]:
    """``rows`` and ``inlet.weight`` of ``known`` in the places they have in ``model``, which hears other controls; the rest as it is."""
    rows, inlet = model.rows.detach().clone(), model.inlet.weight.detach().clone()
    rows[0] = known.rows[0]  # where nothing is
    places = model.layout.row_ranges()
    for name, (start, count) in known.layout.row_ranges().items():
        if name in places:
            ours = places[name][0]
            rows[ours : ours + count] = known.rows[start : start + count]
    width = model.spec.token_width
    families = [*model.layout.slot_families(), *["guess"] * model.spec.target.levels]
    blocks: dict[str, list[int]] = {}
    for place, family in enumerate(families):
        blocks.setdefault(family, []).append(place)
    for place, family in enumerate([*known.layout.slot_families(), *["guess"] * model.spec.target.levels]):
        if family in blocks:
            ours = blocks[family].pop(0)
            inlet[:, ours * width : (ours + 1) * width] = known.inlet.weight[:, place * width : (place + 1) * width]
    return {"rows": rows, "inlet.weight": inlet}


def _adamw(model: TokenLM, *, learning_rate: float, weight_decay: float) -> torch.optim.AdamW:
    """Token rows and heads run at twice the rate; weight decay on the transformer's matrices alone."""
    tables = [model.rows, model.table, model.bias]
    matrices = [parameter for parameter in model.transformer.parameters() if parameter.ndim == 2]
    special = {id(parameter) for parameter in (*tables, *matrices)}
    others = [parameter for parameter in model.parameters() if id(parameter) not in special]
    groups = [
        {"params": matrices, "lr": learning_rate, "weight_decay": weight_decay},
        {"params": others, "lr": learning_rate, "weight_decay": 0.0},
        {"params": tables, "lr": 2 * learning_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.95), fused=True)


def build(config: LibrettoConfig, *, data: Path, seed: int, stage: str, **settings: Any) -> StageRecipe:
    """The recipe of ``stage`` "semantic", "coarse" or "fine" on the token store ``data``."""
    if stage not in config.transformers:
        raise TrainingError(f"unknown stage {stage!r}; valid: {', '.join(config.transformers)}")
    return StageRecipe(config, data=Path(data), seed=seed, stage=stage, **settings)
