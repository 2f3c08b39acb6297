"""``libretto evaluate distance`` and ``memorization``: generated music against a corpus, set with set and token with token."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

FOLDERS = {  # options that name a folder, and what is expected there
    "generated": "a folder of sound files; with memorization, of takes (.npz)",
    "reference": "a dataset, or a folder of sound files",
    "embedder_weights": "a local folder of the embedder's weights",
    "tokens": "a token store of `libretto train tokens`",
}


def add_to(parts: argparse._SubParsersAction, run: Callable[[argparse.Namespace], None]) -> None:
    text = "generated clips against real ones: FAD, KAD, nearest neighbours, and what the codec alone costs"
    sub = parts.add_parser("distance", help=text, description=text)
    sub.add_argument("--generated", type=Path, required=True, help=FOLDERS["generated"].split(";")[0])
    sub.add_argument("--reference", type=Path, required=True, help=FOLDERS["reference"] + ", held out from training")
    sub.add_argument("--embedder", default="ours", choices=("ours", "clap", "vggish", "mert"), help="default ours")
    sub.add_argument("--embedder-weights", type=Path, help=FOLDERS["embedder_weights"] + "; nothing is fetched")
    sub.add_argument("--split", choices=("train", "valid", "test"), help="of a dataset (default: all of it)")
    sub.add_argument("--seconds", type=float, default=10.0, help="the first so many of every clip (default 10)")
    sub.add_argument("--codec", action="store_true",
                     help="also: half of the reference against the other half, resynthesised by the codec, and against the generated clips")
    sub.add_argument("--limit", type=int, help="at most so many clips of each set")
    _common(sub, run)

    text = "does the semantic stage recite its training clips? Continuations of their openings, or finished takes"
    sub = parts.add_parser("memorization", help=text, description=text)
    sub.add_argument("--tokens", type=Path, required=True, help=FOLDERS["tokens"] + ", the one the stage was trained on")
    sub.add_argument("--generated", type=Path, help="takes (.npz) of `libretto generate --tokens` to look for, instead of continuations")
    sub.add_argument("--prompt-seconds", type=float, nargs="+", default=[0.0, 2.5, 5.0], help="lengths of openings (default 0 2.5 5)")
    sub.add_argument("--continuation", type=int, default=125, help="tokens compared (default 125, five seconds)")
    sub.add_argument("--held-out", default="test", choices=("valid", "test"), help="the split beside it (default test)")
    sub.add_argument("--seed", type=int, default=0, help="of the clips drawn (default 0)")
    sub.add_argument("--limit", type=int, help="so many clips of each split (default 200), or at most so many takes")
    _common(sub, run)


def _common(sub: argparse.ArgumentParser, run: Callable[[argparse.Namespace], None]) -> None:
    sub.add_argument("--weights", type=Path)
    sub.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")
    sub.set_defaults(run=run)
