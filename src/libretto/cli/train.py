"""``libretto train``: one loop, one recipe a part."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

from ..config import preset
from ..errors import LibrettoError, did_you_mean, require
from ..weights import BUNDLED

PARTS = ("codec-tokens", "codec", "semantic", "mulan", "melody", "tokens", "stage", "judge")


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser(
        "train", help="train codec-tokens, codec, semantic, mulan, melody, a stage, or the judge; `tokens` writes the token store between",
        description="The order: codec-tokens, codec (may go on while the rest trains), semantic, mulan, tokens, then stage "
        "semantic | coarse | fine. The same command resumes a run. The judge is no part of a model: it listens to what comes out.",
    )
    sub.add_argument("part", choices=PARTS)
    sub.add_argument("stage", nargs="?", choices=("semantic", "coarse", "fine"), help="with `stage`: which")
    sub.add_argument("--data", type=Path, nargs="+", required=True,
                     help="dataset folder of `libretto corpus build`, for every part; `judge` takes several")
    sub.add_argument("--runs", type=Path, default=Path("runs"), help="where runs lie, one folder a part (default runs)")
    sub.add_argument("--preset", default="small")
    sub.add_argument("--steps", type=int, help="optimiser steps in all (default: the recipe's)")
    sub.add_argument("--minutes", type=float, help="stop after this long, with a checkpoint; the same command goes on")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--threads", type=int, default=1, help="CPU threads; with `tokens`: clips at once (default 1)")
    sub.add_argument("--device", default="cpu", help="cpu, cuda or cuda:NUMBER (default cpu); `tokens` runs on the CPU")
    sub.add_argument("--weights", type=Path, nargs="?", const=BUNDLED,
                     help="with `tokens`: the tokenizers of this weights folder (without a folder: the bundled one), not of --runs; "
                     "with `judge`: the codec that clips pass a second time (default the bundled one)")
    sub.add_argument("--set", nargs="+", action="extend", default=[], metavar="NAME=VALUE",
                     help="settings of the recipe, e.g. batch=16; with `tokens`: hours=2 for the first two hours")
    sub.set_defaults(run=run)


def settings(pairs: list[str]) -> dict[str, Any]:
    """``["batch=16", "kind=a"]`` as a dictionary; values are JSON where they can be."""
    parsed: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise LibrettoError(f"--set {pair!r} is not NAME=VALUE")
        try:
            parsed[name] = json.loads(value)
        except ValueError:
            parsed[name] = value
    return parsed


def run(options: argparse.Namespace) -> None:
    if (options.part == "stage") != (options.stage is not None):
        raise LibrettoError("`libretto train stage` needs one of semantic, coarse, fine; the other parts take no stage")
    if options.weights is not None and options.part not in ("tokens", "judge"):
        raise LibrettoError(f"--weights is for `libretto train tokens` and judge, not for {options.part}; the stages learn from its tokens")
    if len(options.data) > 1 and options.part != "judge":
        raise LibrettoError(f"--data has {len(options.data)} folders, expected one; only `libretto train judge` takes several")
    given = settings(options.set)
    preset(options.preset)
    for folder in options.data:
        if not folder.is_dir():
            raise LibrettoError(f"--data {folder} is no folder; `libretto corpus build FOLDER` makes one")
    from ..train.threads import use_threads, wait_passively

    wait_passively()
    use_threads(options.threads)
    require("torch", extra="train")
    logging.getLogger("libretto").setLevel(logging.INFO)  # a training tells where it stands, whatever --verbose says
    if options.part == "judge":
        print(f"{_judge(options, given)}: done")
        return
    from ..train.run import train_part

    folder = train_part(
        options.part, stage=options.stage, preset_name=options.preset, data=options.data[0], runs=options.runs, steps=options.steps,
        minutes=options.minutes, seed=options.seed, threads=options.threads, device=options.device, weights=options.weights,
        settings=given,
    )
    print(f"{folder}: done")


def _judge(options: argparse.Namespace, given: dict[str, Any]) -> Path:
    """The judge's folder. ``--set codec=false`` keeps clips from passing the codec; ``--steps`` and ``--minutes`` are not its own."""
    from ..pipeline import Libretto
    from ..train.judge import SETTINGS, train_judge

    if options.steps is not None or options.minutes is not None or options.device != "cpu":
        raise LibrettoError("`libretto train judge` has no --steps, --minutes and --device; say --set epochs=NUMBER")
    for name in given:
        if name not in (*SETTINGS, "codec"):
            raise LibrettoError(f"judge has no setting {name!r}; {did_you_mean(name, [*SETTINGS, 'codec'])}")
        if name != "codec" and (isinstance(given[name], bool) or not isinstance(given[name], SETTINGS[name]) or given[name] < 0):
            raise LibrettoError(f"setting {name} is {given[name]!r}, expected a number of at least 0")
    model = Libretto.load(options.weights, threads=1) if given.pop("codec", True) else None
    return train_judge(options.data, runs=options.runs, model=model, seed=options.seed, threads=options.threads, **given)
