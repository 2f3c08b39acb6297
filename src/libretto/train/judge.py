"""``libretto train judge``: the independent judge, on clips as they are and as they come out of the codec."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from libretto.corpus.shards.dataset import Dataset

from ..corpus.labels import INSTRUMENT_CLASSES
from ..errors import TrainingError
from ..judge.gather import Clips, gather, joined
from ..judge.labels import TASKS, classes, present, targets
from ..judge.learning import Training, augmented, choice_loss, learn
from ..judge.network import Network, arrays
from ..judge.tagger import Judge
from .memory import keep_freed_memory
from .threads import use_threads

if TYPE_CHECKING:
    from ..pipeline import Libretto

logger = logging.getLogger("libretto.train")
OUT, KEPT = "judge", "judge-heard"  # folders among the runs: the judge, and what it heard
SETTINGS: dict[str, Any] = {  # of the recipe, and what each is
    "seconds": (int, float), "every": int, "epochs": int, "batch": int, "rate": (int, float), "width": int, "least": int,
}  # fmt: skip
_WEIGHTS = (1.0, 1.0, 1.0, 0.5)  # of the tasks
_INSTRUMENTS = 2.0  # of the instruments, a mean over classes
_PROGRESS_SECONDS = 30.0


def train_judge(
    data: Sequence[Path], *, runs: Path, model: Libretto | None = None, seconds: float = 10.0, every: int = 1, epochs: int = 16,
    batch: int = 48, rate: float = 3e-3, width: int = 16, least: int = 20, seed: int = 0, threads: int = 1,
) -> Path:
    """Train on the training clips of every dataset, note in the card what is right on their test clips, write ``runs/judge``.

    Args:
        model: whose codec clips pass a second time; None for clips as they are.
        seconds: of each clip, from its start.
        every: one clip of so many passes the codec, and then counts as often as that.
        width: of the convolutions, 0 for none.
        least: training clips that a class needs.
        threads: of the arithmetic, and clips heard at once.

    Raises:
        TrainingError: the clips say nothing of a task, or a setting is out of range.
        CorpusError: a dataset is missing or has no clip that long.
    """
    if min(every, epochs, batch) < 1:
        raise TrainingError(f"every {every}, epochs {epochs}, batch {batch}: expected at least 1 of each")
    use_threads(threads)
    datasets, started = [Dataset.open(folder) for folder in data], time.monotonic()
    ways: dict[str, tuple[Libretto | None, int]] = {"as_they_are": (None, 1)}
    if model is not None:
        ways["through_codec"] = (model, every)
    given: dict[str, Any] = {"seconds": seconds, "runs": runs, "threads": threads}
    keep_freed_memory()
    fit = joined([part for through, step in ways.values() for part in [_heard(datasets, "train", through, every=step, **given)] * step])
    names = {task: classes(fit.labels, task, least=min(least, max(1, len(fit) // 8))) for task in TASKS}
    for task, known in names.items():
        if len(known) < 2:
            raise TrainingError(f"{', '.join(map(str, data))}: {len(known)} classes of {task} with {least} clips, expected 2 or more; "
                                "build a larger dataset")
    training = Training(epochs=epochs, batch=min(batch, len(fit)), rate=rate, width=width, seed=seed, threads=threads)
    network = fitted(fit, names, training)
    card: dict[str, Any] = {
        "seconds": seconds, "clips": len(fit), "through_codec": 0 if model is None else round(1 / every, 3), "epochs": epochs, "seed": seed,
        "data": [dataset.settings for dataset in datasets],
    }  # fmt: skip
    judge = Judge(arrays(network), names=names, instruments=INSTRUMENT_CLASSES, card=card)
    held = [dataset for dataset in datasets if dataset.split("test")]
    for way, (through, step) in ways.items() if held else ():
        test = _heard(held, "test", through, every=step, **given)
        shares = {task: round(value, 4) for task, value in right(judge, test).items()}
        card.setdefault("held_out", {})[way] = {"clips": len(test), **shares}
    Judge(judge.tables, names=names, instruments=INSTRUMENT_CLASSES, card=card).save(runs / OUT)
    logger.info("judge: %.1f minutes; held out: %s", (time.monotonic() - started) / 60, card.get("held_out"))
    return runs / OUT


def _heard(
    datasets: Sequence[Dataset], split: str, model: Libretto | None, *, seconds: float, every: int, runs: Path, threads: int
) -> Clips:
    """One of ``every`` clips of all datasets, through the codec of ``model`` where one is given."""
    name = ""
    if model is not None:
        from ..weights import digest

        name = "/".join(digest(path)[:16] for path in sorted(model.weights.path.glob("codec_*.onnx")))
    parts, last = [], time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _PROGRESS_SECONDS:
            last = time.monotonic()
            logger.info("judge: %d of %d clips heard", done, total)

    for dataset in datasets:
        parts.append(gather(dataset, split=split, seconds=seconds, every=every, codec=None if model is None else model.codec,
                            codec_name=name, keep=runs / KEPT, workers=threads, progress=tell))
    return joined(parts)


def fitted(clips: Clips, names: dict[str, list[str]], training: Training) -> Network:
    """A network trained on ``clips``, whose classes are ``names``."""
    torch.set_num_threads(training.threads)
    torch.manual_seed(training.seed)
    patch, pulse, shape, chroma = (torch.from_numpy(array) for array in (clips.patch, clips.pulse, clips.shape, clips.chroma))
    wanted = torch.from_numpy(np.stack([targets(clips.labels, task, names[task]) for task in TASKS], 1))
    sounding = torch.from_numpy(present(clips.labels, INSTRUMENT_CLASSES)).float()
    network = Network([len(names[task]) for task in TASKS], len(INSTRUMENT_CLASSES), width=training.width)
    some = patch[:: max(1, len(patch) // 500)].float()
    network.mean.copy_(some.mean((0, 1)))
    network.deviation.copy_(some.std((0, 1)).clamp(min=8.0))

    def loss(chosen: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        logits, heard = network(augmented(patch[chosen], generator), pulse[chosen], shape[chosen], chroma[chosen])
        several: torch.Tensor = functional.binary_cross_entropy_with_logits(heard, sounding[chosen])
        return choice_loss(logits, wanted[chosen], _WEIGHTS) + _INSTRUMENTS * several

    def tell(epoch: int, value: float) -> None:
        logger.info("judge: epoch %d of %d, loss %.3f", epoch + 1, training.epochs, value)

    learn(network, len(clips), loss, training, progress=tell)
    return network


def right(judge: Judge, clips: Clips) -> dict[str, float]:
    """The share of clips of which each task is answered rightly, among those that say something of it."""
    verdicts = [judge.answer(clips[index]) for index in range(len(clips))]
    found = {}
    for task in TASKS:
        known = [verdict[task] == getattr(label, task) for verdict, label in zip(verdicts, clips.labels) if getattr(label, task)]
        if known:
            found[task] = float(np.mean(known))
    return found
