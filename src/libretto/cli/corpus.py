"""``libretto corpus``: datasets to learn from."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LibrettoError, require
from .progress import Progress

if TYPE_CHECKING:
    from libretto.corpus.sources.source import Source

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
    sub.add_argument(
        "--licences", nargs="+", metavar="NAME",
        help="of scores or listed recordings that may enter (default: public domain, CC0, CC-BY, BSD, MIT and their like)",
    )
    sub.add_argument("--without", nargs="+", default=(), metavar="SET", help="sets of the scores' index to leave out")
    sub.add_argument("--faithful", action="store_true", help="never arrange scores for other players than they name")
    sub.add_argument("--captions", type=int, default=6, help="captions a clip (default 6)")
    sub.add_argument("--valid", type=float, default=0.03, help="share of clips held out for validation (default 0.03)")
    sub.add_argument("--test", type=float, default=0.03, help="share of clips held out for tests (default 0.03)")
    sub.add_argument("--stereo", action="store_true", help="keep both channels (composed music only)")
    sub.add_argument("--workers", type=int, default=2, help="processes of this machine (default 2)")
    sub.add_argument(
        "--ray", nargs="?", const="local", metavar="ADDRESS",
        help="make the clips on the Ray cluster at ADDRESS ('auto': this machine's; default: one of --workers cores here)",
    )
    add_fonts(sub)
    sub.set_defaults(run=build)

    sub = corpus.add_parser("report", help="count and measure a dataset folder")
    sub.add_argument("folder", type=Path)
    sub.set_defaults(run=report)

    sub = corpus.add_parser("export", help="a dataset folder as tar files of FLAC and JSON (webdataset)")
    sub.add_argument("folder", type=Path)
    sub.add_argument("--tar", type=Path, required=True, metavar="OUT", help="a new folder for the tar files")
    sub.add_argument("--clips", type=int, default=500, help="a tar file (default 500)")
    sub.add_argument("--split", nargs="+", choices=("train", "valid", "test"), help="only these (default all)")
    sub.set_defaults(run=export)


def add_fonts(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--soundfonts", type=Path, nargs="+",
        help="soundfonts or folders of them (default: LIBRETTO_SOUNDFONTS, else built-in synthesis)",
    )


def within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise LibrettoError(f"--{name} is {value:g}, expected {low:g} to {high:g}")


def build(options: argparse.Namespace) -> None:
    from libretto.corpus.shards import build as corpus_build
    from libretto.corpus.shards.report import summary

    composed = options.scores is None and options.recordings is None
    hours = options.hours if options.hours is not None else 1.0 if composed else math.inf
    if options.hours is not None:
        within("hours", hours, 1e-4, 1e5)
    within("seconds", options.seconds, 1, 600)
    within("seed", options.seed, 0, SEED_LIMIT)
    if options.folder.exists() and not options.folder.is_dir():
        raise LibrettoError(f"{options.folder} is a file, expected a folder to build")
    if options.stereo and not composed:
        raise LibrettoError("--stereo is for composed music; scores and recordings are kept in mono")
    if options.ray is not None:
        require("ray", extra="ray")
    source: Source | None = None
    if options.recordings is not None:
        from libretto.corpus.recording.recordings import Recordings

        source = Recordings(options.recordings, seed=options.seed, licences=options.licences)
    else:
        require("numba", extra="corpus")
    if options.scores is not None:
        from libretto.corpus.playing.scores import Scores

        source = Scores(
            options.scores, seed=options.seed, fonts=options.soundfonts,
            licences=options.licences, without=options.without, faithful=options.faithful,
        )
    if composed:
        from libretto.corpus.sources.composed import Composed

        source = Composed(options.seed, options.styles, options.soundfonts, channels=2 if options.stereo else 1)
    with Progress("corpus", hours, unit="h") as bar:
        done = corpus_build.build(
            options.folder, hours=hours, seconds=options.seconds, workers=options.workers, captions_per_clip=options.captions,
            valid=options.valid, test=options.test, source=source, ray=options.ray, progress=lambda done, _: bar.update(done),
        )
    print(summary(done))


def report(options: argparse.Namespace) -> None:
    from libretto.corpus.shards.dataset import Dataset
    from libretto.corpus.shards.report import lines, survey

    print(f"{options.folder}: " + "\n".join(lines(survey(Dataset.open(options.folder)))))


def export(options: argparse.Namespace) -> None:
    from libretto.corpus.shards.dataset import SPLITS, Dataset
    from libretto.corpus.shards.tar import export_tar

    dataset = Dataset.open(options.folder)
    splits = tuple(name for name in SPLITS if options.split is None or name in options.split)
    total = sum(len(dataset.split(name)) for name in splits)
    with Progress("export", total, unit="clips") as bar:
        done = export_tar(dataset, options.tar, clips=options.clips, splits=splits, progress=bar.update)
    for name in splits:
        print(f"{options.tar}: {name}, {done.clips[name]} clips in {done.shards[name]} tar files")
