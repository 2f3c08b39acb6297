"""``libretto corpus``: datasets to learn from."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LibrettoError, require
from .progress import Progress

if TYPE_CHECKING:
    from ..corpus.source import Source

SEED_LIMIT = 2**63 - 1


def add_to(commands: argparse._SubParsersAction) -> None:
    corpus = commands.add_parser("corpus", help="datasets to train on").add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    sub = corpus.add_parser("build", help="compose, or read scores or recordings, into a dataset folder")
    sub.add_argument("folder", type=Path)
    sub.add_argument("--hours", type=float, help="of music (default: 1 when composed; scores and recordings are read whole)")
    sub.add_argument("--seconds", type=float, default=20.0, help="a clip's length (default 20)")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--styles", nargs="+", help="only these styles")
    source = sub.add_mutually_exclusive_group()
    source.add_argument("--scores", type=Path, help="a folder of MIDI files instead of the composer")
    source.add_argument("--recordings", type=Path, help="a folder of audio (.txt beside) or a JSONL manifest instead of the composer")
    sub.add_argument("--captions", type=int, default=6, help="captions a clip (default 6)")
    sub.add_argument("--valid", type=float, default=0.03, help="share of clips held out for validation (default 0.03)")
    sub.add_argument("--test", type=float, default=0.03, help="share of clips held out for tests (default 0.03)")
    sub.add_argument("--workers", type=int, default=2)
    add_fonts(sub)
    sub.set_defaults(run=build)


def add_fonts(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--soundfonts", type=Path, nargs="+",
        help="soundfonts or folders of them (default: LIBRETTO_SOUNDFONTS, else built-in synthesis)",
    )


def within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise LibrettoError(f"--{name} is {value:g}, expected {low:g} to {high:g}")


def build(options: argparse.Namespace) -> None:
    from ..corpus import build as corpus_build

    composed = options.scores is None and options.recordings is None
    hours = options.hours if options.hours is not None else 1.0 if composed else math.inf
    if options.hours is not None:
        within("hours", hours, 1e-4, 1e5)
    within("seconds", options.seconds, 1, 600)
    within("seed", options.seed, 0, SEED_LIMIT)
    if options.folder.exists() and not options.folder.is_dir():
        raise LibrettoError(f"{options.folder} is a file, expected a folder to build")
    source: Source | None = None
    if options.recordings is not None:
        from ..corpus.recordings import Recordings

        source = Recordings(options.recordings, seed=options.seed)
    else:
        require("numba", extra="corpus")
    if options.scores is not None:
        from ..corpus.scores import Scores

        source = Scores(options.scores, seed=options.seed, fonts=options.soundfonts)
    with Progress("corpus", hours, unit="h") as bar:
        report = corpus_build.build(
            options.folder, hours=hours, seconds=options.seconds, seed=options.seed, styles=options.styles,
            fonts=options.soundfonts, workers=options.workers, captions_per_clip=options.captions,
            valid=options.valid, test=options.test, source=source, progress=lambda done, _: bar.update(done),
        )
    print(corpus_build.main_summary(report))
