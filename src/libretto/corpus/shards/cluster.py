"""Items of a source made on the machines of a Ray cluster, and given out in order.

Every machine needs the same libretto, the same versions of what it renders with, and the same soundfonts and scores
at the same paths. Then the dataset is byte for byte the one that this machine would have built alone.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np

from libretto.corpus.composing.handout import versions
from libretto.corpus.shards.workers import Answers, Made, make
from libretto.corpus.sources.source import Source
from libretto.errors import CorpusError, require
from libretto.processes import THREAD_VARIABLES

LOCAL = "local"  # a cluster of this machine alone
ITEMS_A_BLOCK = 8
ITEMS_A_WAVE = 65_536  # planned at once: Ray keeps a record of every block


class Maker:
    """Turns a block of item numbers into what they gave. It is sent to the machines of the cluster."""

    def __init__(self, source: Source, seconds: float, captions: int, first: int) -> None:
        self.source, self.seconds, self.captions, self.first = source, seconds, captions, first

    def __call__(self, block: dict[str, np.ndarray]) -> Iterator[dict[str, Any]]:
        """``id`` int64 [items] -> for each, a row of item, who made it and the pickled answer."""
        maker = json.dumps(versions())
        for number in block["id"]:
            item = self.first + int(number)
            made = make(self.source, item, self.seconds, self.captions)
            yield {"item": np.array([item]), "made_with": [maker], "made": [pickle.dumps(made)]}


def answers(
    source: Source,
    start: int,
    *,
    seconds: float,
    captions: int,
    address: str,
    cores: int,
    ahead: int | None,
) -> Answers:
    """Items from ``start`` on, in order, made by the cluster at ``address``.

    "local" starts one of ``cores`` here, "auto" joins the one this machine belongs to. ``ahead`` is how many items are
    likely to be needed: no more are begun until they have been given out. A cluster that was already joined is left
    running.
    """
    ray = _import_ray()
    joined = ray.is_initialized()
    if not joined:
        _join(ray, address, cores)
    try:
        end, item = source.count(), start
        wave = ITEMS_A_WAVE if ahead is None else min(max(ahead, 1), ITEMS_A_WAVE)
        while end is None or item < end:
            count = wave if end is None else min(wave, end - item)
            yield from _wave(ray, Maker(source, seconds, captions, item), count)
            item += count
            wave = max(2 * ITEMS_A_BLOCK, wave // 16) if ahead is not None else wave  # for clips that turned out silent
    finally:
        if not joined:
            ray.shutdown()


def _import_ray() -> Any:
    """Ray with its telemetry off: nothing of this is anybody else's business."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
    require("ray.data", extra="ray")
    return require("ray", extra="ray")


def _join(ray: Any, address: str, cores: int) -> None:
    here = {"num_cpus": cores, "include_dashboard": False} if address == LOCAL else {}
    threads = dict.fromkeys(THREAD_VARIABLES, "1")
    try:
        ray.init(
            address, log_to_driver=False, logging_level=logging.ERROR, runtime_env={"env_vars": threads}, **here
        )
    except Exception as error:  # Ray raises what its parts raise
        raise CorpusError(
            f"no Ray cluster at {address!r} ({error}); start one with `ray start --head`, "
            f'or use "{LOCAL}" for one of this machine alone'
        ) from error


def _wave(ray: Any, maker: Maker, count: int) -> Iterator[tuple[int, Made]]:
    """The first ``count`` items of a maker, in order."""
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    blocks = -(-count // ITEMS_A_BLOCK)
    rows = ray.data.range(count, override_num_blocks=blocks).map_batches(
        maker.__call__, batch_size=None, batch_format="numpy", num_cpus=1
    )
    here = json.dumps(versions())
    try:
        for number, row in enumerate(rows.iter_rows()):
            if row["made_with"] != here:
                raise CorpusError(f"the cluster renders with {row['made_with']}, this machine with {here}; make them the same")
            if row["item"] != maker.first + number:
                raise CorpusError(f"Ray gave item {row['item']} where {maker.first + number} was due; report this")
            yield int(row["item"]), pickle.loads(row["made"])
    except ray.exceptions.RayError as error:
        reason = str(error).strip().splitlines()[-1]  # the lines before are a trace of Ray's own
        raise CorpusError(f"the Ray cluster failed ({reason}); call the build again to go on") from error
