"""Embedders that set-against-set figures are taken in. Only ``ours`` needs nothing else; weights of the others are the user's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RequestError, did_you_mean
from .base import Embedder

if TYPE_CHECKING:
    from ...pipeline import Libretto

__all__ = ["EMBEDDERS", "Embedder", "open_embedder"]

EMBEDDERS = ("ours", "clap", "vggish", "mert")


def open_embedder(name: str, model: Libretto, *, weights: Path | str | None = None) -> Embedder:
    """The embedder called ``name``.

    Args:
        model: whose audio tower ``ours`` is.
        weights: a local folder of the others' weights; nothing is ever fetched.

    Raises:
        RequestError: there is no such embedder, or ``ours`` is given weights.
        WeightsError: the folder is missing, or does not hold what is expected.
        MissingExtra: torch or transformers is not installed.
    """
    folder = None if weights is None else Path(weights)
    if name == "ours":
        from .ours import Ours

        if folder is not None:
            raise RequestError("embedder ours is the model's own tower; its weights come with --weights, not --embedder-weights")
        return Ours(model)
    if name == "clap":
        from .clap import Clap

        return Clap(folder)
    if name == "vggish":
        from .vggish import Vggish

        return Vggish(folder)
    if name == "mert":
        from .mert import Mert

        return Mert(folder)
    raise RequestError(f"unknown embedder {name!r}; {did_you_mean(name, list(EMBEDDERS))}")
