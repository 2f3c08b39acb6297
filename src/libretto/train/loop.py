"""The one training loop.

A recipe holds modules, optimizers and a step; the loop owns time: the rate schedule, checkpoints, validation, the log,
signals and resuming. A run killed at any moment goes on bit-equal from its last checkpoint, because a batch and all
random numbers of a step follow from (seed, step) alone. Everything here is ours.
"""

from __future__ import annotations

import contextlib
import logging
import math
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from ..errors import TrainingError
from . import checkpoint
from .log import Log
from .threads import use_threads

logger = logging.getLogger("libretto.train")
_SKIPS = 20  # non-finite steps in a row that end a run


class Recipe(Protocol):
    """What a part brings to be trained."""

    name: str
    config: dict[str, Any]  # a run folder of another config is refused; "seed" belongs in it
    modules: dict[str, nn.Module]  # saved, buffers included
    optimizers: dict[str, torch.optim.Optimizer]

    def batch(self, step: int) -> Any:
        """The batch of ``step``, from (seed, step) alone."""
        ...

    def step(self, batch: Any, step: int, rate: float) -> dict[str, float]:
        """Forward, backward and optimizer steps (see ``optimise``); returns figures, "loss" among them."""
        ...

    def validate(self) -> dict[str, float]:
        """Held-out figures. Called in evaluation mode, without gradients."""
        ...


class NonFiniteLoss(ArithmeticError):
    """A loss or a gradient is not finite; the loop skips the step."""


def _mix(*numbers: int) -> int:
    """63 well-mixed bits of ``numbers``."""
    return int(np.random.SeedSequence([number & 0xFFFFFFFF for number in numbers]).generate_state(1, np.uint64)[0] >> 1)


def generator(seed: int, step: int, stream: int = 0, *, device: torch.device | str = "cpu") -> torch.Generator:
    """The torch generator of (seed, step). ``stream`` tells several uses in one step apart."""
    return torch.Generator(device).manual_seed(_mix(seed, step, stream))


def numpy_generator(seed: int, step: int, stream: int = 0) -> np.random.Generator:
    """The numpy generator of (seed, step), for batches."""
    return np.random.default_rng([seed, step, stream])


def autocast(device: torch.device | str = "cpu", *, enabled: bool = True) -> contextlib.AbstractContextManager[Any]:
    """bfloat16 autocast where the device computes in it (CUDA, or a CPU with AVX-512 BF16 or AMX), else nothing."""
    kind = torch.device(device).type
    if kind == "cuda":
        supported = torch.cuda.is_bf16_supported()
    else:
        names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
        supported = kind == "cpu" and any(getattr(torch.cpu, name, lambda: False)() for name in names)
    return torch.autocast(kind, torch.bfloat16) if supported and enabled else contextlib.nullcontext()


def optimise(
    loss: Tensor,
    optimizer: torch.optim.Optimizer,
    parameters: Iterable[Tensor] | None = None,
    *,
    clip: float | None,
    rate: float,
) -> float:
    """Backward and one optimizer step at ``base_lr * rate``.

    Args:
        parameters: whose gradients are clipped together; the optimizer's by default.
        clip: largest norm of the gradient; None does not clip.

    Returns:
        The norm of the gradient before clipping.

    Raises:
        NonFiniteLoss: the loss or the norm is not finite; nothing has been changed.
    """
    if not torch.isfinite(loss).all():
        raise NonFiniteLoss("the loss is not finite")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    clipped = list(parameters) if parameters is not None else [p for g in optimizer.param_groups for p in g["params"]]
    norm = float(nn.utils.clip_grad_norm_(clipped, math.inf if clip is None else clip))
    if not math.isfinite(norm):
        optimizer.zero_grad(set_to_none=True)
        raise NonFiniteLoss("the gradient is not finite")
    for group in optimizer.param_groups:
        group["lr"] = group.setdefault("base_lr", group["lr"]) * rate
    optimizer.step()
    return norm


def rate_at(step: int, *, steps: int, warmup: int, decay: float) -> float:
    """The multiplier of the learning rate: linear warm-up, 1, then a half cosine to 0 over the last ``decay`` share."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    tail = decay * steps
    progress = (step - (steps - tail)) / tail if tail > 0 else 0.0
    return rise * 0.5 * (1 + math.cos(math.pi * min(1.0, max(0.0, progress))))


@contextlib.contextmanager
def evaluating(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Evaluation mode without gradients; every module returns to the mode it had."""
    modes = [(part, part.training) for module in modules for part in module.modules()]
    try:
        for part, _ in modes:
            part.training = False
        with torch.no_grad():
            yield
    finally:
        for part, mode in modes:
            part.training = mode


class _StopRequest:
    """Set by the first SIGTERM or SIGINT; a second SIGINT interrupts at once."""

    def __init__(self) -> None:
        self.name: str | None = None

    def _note(self, number: int, frame: Any) -> None:
        if self.name is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.name = signal.Signals(number).name
        logger.warning("%s: stopping after this step", self.name)

    @contextlib.contextmanager
    def listening(self) -> Iterator[_StopRequest]:
        """Catch the signals here (only the main thread can), and put the old handlers back."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        old = {number: signal.signal(number, self._note) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield self
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)


class _Run:
    """The state of one run: what a checkpoint stores, and the folder it goes to."""

    def __init__(self, recipe: Recipe, out: Path) -> None:
        self.recipe, self.out = recipe, out
        self.progress: dict[str, Any] = {"step": 0, "seconds": 0.0, "skipped": 0, "skipped_in_a_row": 0}
        self.seed = int(recipe.config.get("seed", 0))
        for optimizer in recipe.optimizers.values():
            for group in optimizer.param_groups:
                group.setdefault("base_lr", group["lr"])
        if checkpoint.check_same(out, name=recipe.name, config=recipe.config):
            self.progress.update(checkpoint.load(out, modules=recipe.modules, optimizers=recipe.optimizers))
            logger.info("resuming %s from step %d", out, self.step)
        else:
            self.save()
        self.log = Log(out, step=self.step)
        self._since, self._saved, self._before = time.monotonic(), time.monotonic(), self.progress["seconds"]

    @property
    def step(self) -> int:
        return self.progress["step"]

    @property
    def here(self) -> float:
        """Seconds since this process took the run up."""
        return time.monotonic() - self._since

    def save(self) -> None:
        recipe = self.recipe
        checkpoint.save(self.out, name=recipe.name, config=recipe.config, modules=recipe.modules,
                        optimizers=recipe.optimizers, progress=self.progress)
        self._saved = time.monotonic()

    def advance(self, rate: float) -> None:
        """One step of the recipe; a non-finite one is skipped and counted."""
        step = self.step
        torch.manual_seed(_mix(self.seed, step, 1 << 20))  # dropout and whatever else draws from torch's own generator
        try:
            metrics = self.recipe.step(self.recipe.batch(step), step, rate)
            if not math.isfinite(metrics.get("loss", 0.0)):
                raise NonFiniteLoss("the loss is not finite")
        except NonFiniteLoss as error:
            self.progress["skipped"] += 1
            self.progress["skipped_in_a_row"] += 1
            logger.warning("step %d skipped: %s", step, error)
            if self.progress["skipped_in_a_row"] >= _SKIPS:
                raise TrainingError(f"{_SKIPS} steps in a row up to step {step} were not finite ({error}); lower the "
                                    f"learning rate, or resume from {self.out / checkpoint.FOLDER}") from error
        else:
            self.progress["skipped_in_a_row"] = 0
            self.log.add(metrics)
        self.progress["step"] = step + 1
        self.progress["seconds"] = self._before + self.here

    def flush(self, rate: float) -> None:
        self.log.flush(step=self.step, seconds=self.progress["seconds"], rate=rate, skipped=self.progress["skipped"])

    def validate(self) -> None:
        torch.manual_seed(_mix(self.seed, 0, 1 << 21))  # the same draws at every validation
        with evaluating(self.recipe.modules.values()):
            figures = self.recipe.validate()
        if figures:
            row = {f"valid/{key}": float(value) for key, value in figures.items()}
            self.log.write({"step": self.step, "seconds": round(self._before + self.here, 2), **row})
            self.log.draw()

    def checkpoint_due(self, minutes: float) -> bool:
        return time.monotonic() - self._saved >= 60 * minutes


def train(
    recipe: Recipe,
    *,
    out: Path,
    steps: int,
    minutes: float | None = None,
    checkpoint_minutes: float = 3.0,
    validate_every: int = 500,
    log_every: int = 20,
    warmup: int = 100,
    decay: float = 0.2,
    threads: int = 1,
) -> Path:
    """Train ``recipe`` in the run folder ``out``, from its checkpoint if it has one, and return the checkpoint folder.

    Args:
        steps: the step to reach, counted from the start of the run; may differ on resume.
        minutes: stop (checkpointed, resumable) after this much time of this process.
        checkpoint_minutes: time between checkpoints; 0 saves after every step.
        validate_every: steps between validations; 0 validates at the end alone.
        log_every: steps a log line averages over.
        warmup: steps of linear warm-up of the learning rate.
        decay: share of ``steps`` at the end over which the rate falls to 0.
        threads: CPU threads torch computes on.

    Raises:
        TrainingError: ``out`` holds another run or is being written to, a setting is out of range, or 20 steps in a
            row were not finite.
    """
    if steps < 1 or warmup < 0 or not 0 <= decay <= 1 or log_every < 1 or validate_every < 0:
        raise TrainingError(f"steps {steps}, warmup {warmup}, decay {decay}, log_every {log_every}, validate_every "
                            f"{validate_every}; expected at least 1, 0, 0 to 1, 1, 0")
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise TrainingError(f"{out} is a file, expected a run folder or a new name")
    out.mkdir(parents=True, exist_ok=True)
    use_threads(threads)
    torch.set_flush_denormal(True)
    for module in recipe.modules.values():
        module.train()
    with checkpoint.only_writer(out), _StopRequest().listening() as stop:
        run = _Run(recipe, out)
        start = run.step
        while run.step < steps and stop.name is None and (minutes is None or run.here < 60 * minutes):
            rate = rate_at(run.step, steps=steps, warmup=warmup, decay=decay)
            run.advance(rate)
            if run.step % log_every == 0 or run.step == start + 1:
                run.flush(rate)
            if validate_every and run.step % validate_every == 0 and run.step < steps:
                run.validate()
            if run.checkpoint_due(checkpoint_minutes):
                run.flush(rate)
                run.log.draw()
                run.save()
        if run.step > start:
            _finish(run, rate, interrupted=stop.name is not None)
        logger.info("%s stands at step %d of %d, %d skipped", out, run.step, steps, run.progress["skipped"])
    return out / checkpoint.FOLDER


def _finish(run: _Run, rate: float, *, interrupted: bool) -> None:
    """Leave the run checkpointed, and validated unless somebody is waiting for the process to end."""
    run.flush(rate)
    run.save()
    if not interrupted:
        run.validate()
    run.log.draw()
