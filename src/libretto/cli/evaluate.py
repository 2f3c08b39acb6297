"""``libretto evaluate``: every part on held-out data, beside what chance or a baseline gives."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..errors import LibrettoError
from . import evaluate_corpus, evaluate_sets

_OWN = ("run", "command", "part", "output", "verbose")  # options that are not the evaluation's
_DATA = {"stages": "a token store of `libretto train tokens`"}


def add_to(commands: argparse._SubParsersAction) -> None:
    parts = commands.add_parser("evaluate", help="measure a part on held-out data").add_subparsers(
        dest="part", metavar="PART", required=True
    )
    for name, text in (
        ("codec", "mel and STFT distance, bits used per level, Griffin-Lim beside it"),
        ("semantic", "linear probes of chroma, onset, style and instruments"),
        ("mulan", "retrieval among held-out clips"),
        ("melody", "a hummed tune looked for among 500 arranged ones"),
        ("stages", "bits per token against unigram, bigram and a shuffled condition"),
        ("written", "clips decoded from true tokens, and with their levels written again stage by stage"),
        ("end-to-end", "ten styles' prompts: silence, clipping, loudness, style similarity"),
    ):
        sub = parts.add_parser(name, help=text)
        if name not in ("end-to-end", "melody"):
            sub.add_argument("--data", type=Path, required=True, help=_DATA.get(name, "a dataset folder"))
        if name in ("codec", "mulan", "stages", "written"):
            sub.add_argument("--split", default="test", choices=("train", "valid", "test"), help="default test")
        sub.add_argument("--limit", type=int, help="at most so many clips")
        sub.add_argument("--weights", type=Path)
        sub.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")
        if name == "melody":
            sub.add_argument("--soundfonts", dest="fonts", type=Path, nargs="+", help="as of `libretto corpus build`")
        if name == "codec":
            sub.add_argument("--recordings", type=Path, help="also a folder of real recordings")
        if name in ("written", "end-to-end"):
            sub.add_argument("--seconds", type=float, default=10.0)
        if name == "written":
            sub.add_argument("--seed", type=int, default=0)
        if name == "end-to-end":
            sub.add_argument("--seeds", type=int, default=3, help="takes a prompt (default 3)")
            sub.add_argument("--first-seed", type=int, default=1000, help="the seeds count from here (default 1000)")
            sub.add_argument("--keep", type=Path, help="keep the audio and spectrograms here")
        sub.set_defaults(run=run)
    evaluate_sets.add_to(parts, run)
    evaluate_corpus.add_to(parts)


def run(options: argparse.Namespace) -> None:
    from ..audio import check_writable
    from ..evaluate import evaluate_part
    from ..files import atomic

    given = {name: value for name, value in vars(options).items() if name not in _OWN}
    for name in ("data", "recordings", *evaluate_sets.FOLDERS):
        folder = given.get(name)
        if folder is not None and not folder.is_dir():
            expected = evaluate_sets.FOLDERS.get(name) or _DATA.get(options.part, "a dataset folder")
            raise LibrettoError(f"--{name.replace('_', '-')} {folder} is no folder; expected {expected}")
    if options.limit is not None and options.limit < 1:
        raise LibrettoError(f"--limit is {options.limit}, expected 1 or more")
    if options.output is not None:
        check_writable(options.output)
    text = json.dumps(evaluate_part(options.part, **given), indent=2)
    if options.output is not None:
        with atomic(options.output) as temporary:
            temporary.write_text(text + "\n")
    print(text)
