"""Run folders: a checkpoint is a folder of text and safetensors, and appears whole or not at all.

``<out>/checkpoint/`` holds ``config.json`` (recipe, config, step), ``<module>.safetensors`` for every module and
``trainer.pt`` (optimizers, step, seconds). The loop adds ``<out>/log.jsonl`` and ``<out>/curve.png``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ..errors import TrainingError
from ..files import atomic_folder, recover_folder

FOLDER = "checkpoint"


def plain(config: Mapping[str, Any]) -> dict[str, Any]:
    """``config`` as JSON gives it back: tuples are lists."""
    return json.loads(json.dumps(config))


def differences(stored: Any, asked: Any, *, where: str = "") -> list[str]:
    """What differs between two plain configurations, one clause each: "codec.levels is 12 there, 8 asked"."""
    if isinstance(stored, dict) and isinstance(asked, dict):
        found = []
        for key in sorted(stored.keys() | asked.keys()):
            name = f"{where}.{key}" if where else key
            if key not in stored:
                found.append(f"{name} is absent there, {asked[key]!r} asked")
            elif key not in asked:
                found.append(f"{name} is {stored[key]!r} there, absent here")
            else:
                found += differences(stored[key], asked[key], where=name)
        return found
    return [] if stored == asked else [f"{where} is {stored!r} there, {asked!r} asked"]


def save(
    out: Path,
    *,
    name: str,
    config: Mapping[str, Any],
    modules: Mapping[str, nn.Module],
    optimizers: Mapping[str, torch.optim.Optimizer],
    progress: Mapping[str, Any],
) -> Path:
    """Write ``out/checkpoint`` in one rename and return it. ``progress`` holds plain numbers, "step" among them."""
    target = out / FOLDER
    with atomic_folder(target) as folder:
        for key, module in modules.items():
            state = {k: v.detach().cpu().contiguous().clone() for k, v in module.state_dict().items()}
            save_file(state, folder / f"{key}.safetensors")
        states = {key: optimizer.state_dict() for key, optimizer in optimizers.items()}
        torch.save({"optimizers": states, "progress": dict(progress)}, folder / "trainer.pt")
        text = json.dumps({"recipe": name, "step": progress["step"], "config": plain(config)}, indent=2)
        (folder / "config.json").write_text(text + "\n")
    return target


def read_config(out: Path) -> dict[str, Any] | None:
    """The stored {"recipe", "step", "config"} of run folder ``out``; None where no checkpoint stands.

    Raises:
        TrainingError: it is not readable.
    """
    recover_folder(out / FOLDER)
    path = out / FOLDER / "config.json"
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} is not readable JSON ({error}); choose another run folder") from error


def check_same(out: Path, *, name: str, config: Mapping[str, Any]) -> bool:
    """True when ``out`` holds this very run, False when it holds none.

    Raises:
        TrainingError: it holds another run; the message names what differs.
    """
    stored = read_config(out)
    if stored is None:
        return False
    if stored.get("recipe") != name:
        raise TrainingError(f"{out} holds a run of recipe {stored.get('recipe')!r}, not {name!r}; choose another folder")
    found = differences(stored.get("config"), plain(config))
    if found:
        more = f"; and {len(found) - 4} more" if len(found) > 4 else ""
        raise TrainingError(f"{out} holds a run of another config: {'; '.join(found[:4])}{more}; choose another folder")
    return True


def load_weights(out: Path, module: str) -> dict[str, Tensor]:
    """The state dict of ``module`` in run folder ``out`` (or in a checkpoint folder itself), on the CPU.

    Raises:
        TrainingError: there is no such file, or it is damaged.
    """
    folder = out if (out / "trainer.pt").exists() else out / FOLDER
    recover_folder(folder)
    path = folder / f"{module}.safetensors"
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"{path} cannot be read: {error}; train the part first or name its run folder") from error


def load(
    out: Path, *, modules: Mapping[str, nn.Module], optimizers: Mapping[str, torch.optim.Optimizer]
) -> dict[str, Any]:
    """Put everything back in place and return ``progress``.

    Raises:
        TrainingError: a file is missing, damaged or of another shape.
    """
    path = out / FOLDER / "trainer.pt"
    try:
        trainer = torch.load(path, map_location="cpu", weights_only=True)
        for key, module in modules.items():
            module.load_state_dict(load_weights(out, key))
        for key, optimizer in optimizers.items():
            optimizer.load_state_dict(trainer["optimizers"][key])
    except (OSError, RuntimeError, KeyError, ValueError, EOFError) as error:
        line = " ".join(str(error).split())[:300]
        raise TrainingError(f"{out / FOLDER} does not fit this recipe: {line}; choose another folder") from error
    return trainer["progress"]


@contextmanager
def only_writer(out: Path) -> Iterator[None]:
    """Hold ``out`` for this process; a second training of the same folder is refused. No lock where fcntl is absent."""
    try:
        import fcntl
    except ImportError:  # not a Unix
        yield
        return
    with open(out / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TrainingError(f"another training is writing to {out}; wait for it or choose another folder") from error
        lock.write(str(os.getpid()))
        lock.flush()
        yield
