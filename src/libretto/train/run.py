"""``libretto train PART``: which recipe, which run folder, which schedule, and what follows when a part is trained.

    runs/codec-tokens  runs/codec  runs/semantic  runs/mulan  runs/melody   one run folder a part
    runs/parts         the tokenizers as the weights folder will hold them
    runs/tokens        the dataset in their tokens, which the stages learn from
    runs/stage-semantic  runs/stage-coarse  runs/stage-fine
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from libretto.corpus.sources.source import SAMPLE_RATE

from ..adopt import adopt_parts
from ..config import STAGES, LibrettoConfig, preset
from ..errors import TrainingError, did_you_mean
from ..weights import open_weights
from . import build, checkpoint
from .loop import train
from .threads import use_threads

logger = logging.getLogger("libretto.train")
_PROGRESS_SECONDS = 30.0
_VALIDATIONS = 20  # of a run at most: one takes as long as dozens of steps of a stage


@dataclass(frozen=True)
class Schedule:
    """Steps in all, steps of warm-up, the share at the end over which the rate falls; ours."""

    steps: int
    warmup: int
    decay: float
    validate_every: int


SCHEDULES = {
    "codec-tokens": Schedule(600, 30, 0.3, 200),
    "codec": Schedule(4000, 100, 0.3, 250),
    "semantic": Schedule(1600, 100, 0.3, 200),
    "mulan": Schedule(2000, 100, 0.4, 200),
    "melody": Schedule(3000, 100, 0.4, 250),
    "stage-semantic": Schedule(1200, 100, 0.4, 200),
    "stage-coarse": Schedule(1200, 100, 0.4, 200),
    "stage-fine": Schedule(1200, 100, 0.4, 200),
}
PARTS = ("codec-tokens", "codec", "semantic", "mulan", "melody", "tokens", "stage")


def train_part(
    part: str, *, stage: str | None = None, preset_name: str, data: Path, runs: Path, steps: int | None = None,
    minutes: float | None = None, seed: int = 0, threads: int = 1, device: str = "cpu", weights: Path | None = None,
    settings: dict[str, Any] | None = None,
) -> Path:
    """Train one part into ``runs/<part>`` (``runs/stage-<stage>``), or tokenize ``data`` into ``runs/tokens``.

    Args:
        data: the dataset folder, for every part; the stages read ``runs/tokens``.
        steps, minutes: when to stop; the default number of steps is the schedule's. See ``loop.train``.
        threads: CPU threads; for "tokens" the clips tokenized at once.
        device: "cpu" or "cuda", where the part computes. It may change on resume.
        weights: for "tokens": a weights folder whose tokenizers are taken, instead of those trained in ``runs``;
            a MuLan trained there takes its place.
        settings: of the part's recipe, or ``hours`` and ``stride_seconds`` of "tokens".

    Returns:
        The run folder.

    Raises:
        TrainingError: an earlier part is missing, the device is not there, or the run folder holds another run.
        KeyboardInterrupt: a signal stopped it, checkpointed, before its steps or minutes were over.
    """
    config, settings = preset(preset_name), dict(settings or {})
    runs, data = Path(runs), Path(data)
    check_device(device)
    if part == "tokens":
        if weights is not None:
            adopt_parts(open_weights(weights), runs / "parts", config=config, runs=runs, data=data)
        return _with_settings(part, partial(tokenize, config, data=data, runs=runs, workers=threads), **settings)
    name = _run_name(part, stage)
    given = _given(name, config, runs=runs, data=data)
    recipe = _with_settings(name, partial(build, part.split("-")[0], config, seed=seed, device=device, **given), **settings)
    schedule, out = SCHEDULES[name], runs / name
    total, started = schedule.steps if steps is None else steps, time.monotonic()
    train(recipe, out=out, steps=total, minutes=minutes, validate_every=max(schedule.validate_every, total // _VALIDATIONS),
          warmup=min(schedule.warmup, total // 10), decay=schedule.decay, threads=threads)
    finished, spent = trained_steps(out) >= total, time.monotonic() - started
    if not finished and (minutes is None or spent < 60 * minutes):
        raise KeyboardInterrupt(f"stopped at step {trained_steps(out)} of {total}; the same command goes on from there")
    if part == "semantic" and finished:
        cluster(out, data, device=device)
    if part == "melody" and finished:
        from .melody import fit_tokens

        fit_tokens(out, data)
    return out


def check_device(name: str) -> None:
    """Raise TrainingError unless torch computes on ``name``: "cpu", "cuda" or "cuda:<number>"."""
    if not re.fullmatch(r"cpu|cuda(:\d+)?", name):
        raise TrainingError(f"device is {name!r}, expected cpu, cuda or cuda:<number>")
    if name.startswith("cuda") and int(name.partition(":")[2] or 0) >= torch.cuda.device_count():
        raise TrainingError(f"device {name} is not there: torch {torch.__version__} sees {torch.cuda.device_count()} CUDA "
                            "devices; train with --device cpu, or install a torch built for CUDA")


def trained_steps(out: Path) -> int:
    """Steps that run folder ``out`` stands at; 0 where there is none."""
    stored = checkpoint.read_config(out)
    return int(stored["step"]) if stored is not None else 0


def needed(runs: Path, part: str, data: Path | str | None = None) -> Path:
    """The folder of the trained part ``part`` (or "tokens") in ``runs``.

    Raises:
        TrainingError: it is missing; the message holds the command that makes it.
    """
    out = runs / part
    there = (out / "index.jsonl").is_file() if part == "tokens" else trained_steps(out) > 0
    if not there:
        command = f"libretto train {part.replace('stage-', 'stage ')} --data {data or 'DATA'} --runs {runs}"
        raise TrainingError(f"{out} holds no trained {part}; run it first: {command}")
    return out


def _run_name(part: str, stage: str | None) -> str:
    if part not in PARTS:
        raise TrainingError(f"unknown part {part!r}; {did_you_mean(part, list(PARTS))}")
    if (part == "stage") != (stage is not None) or (stage is not None and stage not in STAGES):
        raise TrainingError(f"part {part!r} with stage {stage!r}; expected stage and one of {', '.join(STAGES)}, or another part alone")
    return part if stage is None else f"stage-{stage}"


def _given(name: str, config: LibrettoConfig, *, runs: Path, data: Path) -> dict[str, Any]:
    """The settings that follow from the part itself."""
    if name.startswith("stage-"):
        return {"stage": name.removeprefix("stage-"), "data": needed(runs, "tokens", data)}
    if name == "codec-tokens" and config.codec.kind == "seanet":
        raise TrainingError(f"the codec of preset {config.name!r} learns in one phase: libretto train codec")
    if name == "codec-tokens":
        return {"phase": "tokens", "data": data}
    if name == "codec" and config.codec.kind == "mel":
        return {"phase": "decoder", "data": data, "tokens_run": needed(runs, "codec-tokens", data)}
    return {"data": data}


def _with_settings(part: str, call: Any, *arguments: Any, **settings: Any) -> Any:
    """``call``, with a clear error for a setting that it does not have."""
    try:
        return call(*arguments, **settings)
    except TypeError as error:
        unknown = re.search(r"unexpected keyword argument '(\w+)'|multiple values for (?:keyword )?argument '(\w+)'", str(error))
        if unknown is None:
            raise
        raise TrainingError(f"{part} has no setting {unknown[1] or unknown[2]!r}; see the recipe in train/") from error


def cluster(run: Path, data: Path, *, device: str = "cpu") -> None:
    """Fit the semantic tokens of a trained run, unless they belong to its checkpoint already."""
    from ..semantic.data import open_clips
    from .semantic import TOKENS, fit_tokens

    weights = run / checkpoint.FOLDER / "model.safetensors"
    if (run / TOKENS).is_file() and (run / TOKENS).stat().st_mtime >= weights.stat().st_mtime:
        return
    clips = open_clips(data)
    lengths = [clips.length(clip) / SAMPLE_RATE for clip in clips.train]
    found = fit_tokens(run, data, seconds=min(8000.0, 2 * sum(lengths)), crop_seconds=min(10.0, *lengths), device=device)
    logger.info("%s: tokens clustered, %.2f bits used", run, found.entropy_bits)


def tokenize(config: LibrettoConfig, *, data: Path, runs: Path, workers: int = 1, hours: float | None = None,
             stride_seconds: float = 5.0, reuse: Path | str | None = None) -> Path:
    """The tokenizers into ``runs/parts``, then the dataset ``data`` in tokens into ``runs/tokens``; goes on where it stopped.

    Args:
        workers: clips tokenized at once, each on one thread.
        hours: only the first so many hours; the rest may follow later.
        reuse: a token store of ``data`` by the same codec and semantic model, say before MuLan learned on.
    """
    from libretto.corpus.shards.dataset import Dataset

    from ..codec import open_codec
    from ..export import export_parts, read_tables
    from ..mulan.runtime import MulanRuntime
    from ..semantic.runtime import SemanticRuntime
    from .tokenize import TokenStore, tokenize_dataset

    dataset = Dataset.open(data)
    parts = export_parts(runs, runs / "parts", config=config, data=data)
    tables = read_tables(parts)
    use_threads(1)  # of each clip; the clips run side by side
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _PROGRESS_SECONDS or done == total:
            last = time.monotonic()
            logger.info("%s: %d of %d clips", runs / "tokens", done, total)

    tokenize_dataset(
        dataset, runs / "tokens", config=config, codec=open_codec(config.codec, parts, tables),
        semantic=SemanticRuntime(config.semantic, parts, tables), mulan=MulanRuntime(config.mulan, parts, tables),
        tables=tables, stride_seconds=stride_seconds, workers=workers, hours=hours, progress=tell,
        reuse=None if reuse is None else TokenStore.open(reuse),
    )
    return runs / "tokens"
