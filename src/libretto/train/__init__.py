"""Training: one loop, one recipe for each part. Importing this package imports no torch."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..config import LibrettoConfig
from ..errors import TrainingError, did_you_mean, require

if TYPE_CHECKING:
    from .loop import Recipe

__all__ = ["RECIPES", "build"]


class Builder(Protocol):
    """What every ``train/<part>.py`` offers under the name ``build``."""

    def __call__(self, config: LibrettoConfig, *, data: Path, seed: int, **settings: Any) -> Recipe: ...


def _later(part: str) -> Builder:
    """The builder of ``train/<part>.py``, imported when it is first called."""

    def builder(config: LibrettoConfig, *, data: Path, seed: int, **settings: Any) -> Recipe:
        require("torch", extra="train")
        return import_module(f".{part}", __name__).build(config, data=data, seed=seed, **settings)

    return builder


RECIPES: dict[str, Builder] = {part: _later(part) for part in ("codec", "semantic", "mulan", "melody", "stage")}


def build(name: str, config: LibrettoConfig, *, data: Path, seed: int, **settings: Any) -> Recipe:
    """Build the recipe ``name`` of ``RECIPES``.

    Raises:
        TrainingError: no recipe has this name.
        MissingExtra: torch is not installed.
    """
    if name not in RECIPES:
        raise TrainingError(f"unknown recipe {name!r}; {did_you_mean(name, list(RECIPES))}")
    return RECIPES[name](config, data=data, seed=seed, **settings)
