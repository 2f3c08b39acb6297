"""``libretto evaluate``: every part on held-out data, beside what chance or a baseline gives."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..errors import LibrettoError
from . import evaluate_corpus, evaluate_sets

_OWN = ("run", "command", "part", "output", "verbose")  # options that are not the evaluation's
_DATA = {"stages": "a token store of `libretto train tokens`"}
LEAST_SECONDS = 2.0  # that the judge hears


def add_to(commands: argparse._SubParsersAction) -> None:
    parts = commands.add_parser("evaluate", help="measure a part on held-out data").add_subparsers(
        dest="part", metavar="PART", required=True
    )
    for name, text in (
        ("codec", "mel and STFT distance, bits used per level, Griffin-Lim beside it"),
        ("semantic", "linear probes of chroma, onset, style and instruments"),
        ("mulan", "retrieval among held-out clips, styles found by free-form prompts, opposite words"),
        ("melody", "a hummed tune looked for among 500 arranged ones"),
        ("stages", "bits per token against unigram, bigram and a shuffled condition"),
        ("written", "clips decoded from true tokens, and with their levels written again stage by stage"),
        ("end-to-end", "ten styles' prompts: silence, clipping, loudness, style similarity"),
        ("prompts", "a file of prompts played once each: failed, silent, noise-like, clipped, off centre; a contact sheet"),
        ("judge", "what the independent judge hears in held-out clips: style, mood, lead, drums, tempo, key"),
        ("adherence", "what the independent judge hears of what prompts ask for, beside the same in real clips"),
    ):
        sub = parts.add_parser(name, help=text)
        if name not in ("end-to-end", "melody", "prompts"):
            sub.add_argument("--data", type=Path, required=True, help=_DATA.get(name, "a dataset folder"))
        if name in ("codec", "mulan", "stages", "written", "judge", "adherence"):
            sub.add_argument("--split", default="test", choices=("train", "valid", "test"), help="default test")
        sub.add_argument("--limit", type=int, help="at most so many clips")
        sub.add_argument("--weights", type=Path)
        sub.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")
        if name == "melody":
            sub.add_argument("--soundfonts", dest="fonts", type=Path, nargs="+", help="as of `libretto corpus build`")
        if name == "codec":
            sub.add_argument("--recordings", type=Path, help="also a folder of real recordings")
        if name in ("written", "end-to-end", "prompts", "judge", "adherence"):
            sub.add_argument("--seconds", type=float, default=10.0)
        if name in ("judge", "adherence"):
            sub.add_argument("--judge", type=Path, required=True, help="a folder of `libretto train judge`")
            sub.add_argument("--threads", type=int, default=1, help="clips heard at once (default 1)")
        if name == "judge":
            sub.add_argument("--codec", action="store_true", help="also of clips put through the codec")
        if name == "adherence":
            sub.add_argument("--seeds", type=int, default=1, help="takes a prompt (default 1)")
            sub.add_argument("--first-seed", type=int, default=5000, help="the seeds count from here (default 5000)")
            sub.add_argument("--keep", type=Path, help="keep the takes here; an interrupted run goes on there")
            sub.add_argument("--takes", type=Path, help="judge the takes that an earlier run kept here, and make none")
        if name in ("written", "prompts"):
            sub.add_argument("--seed", type=int, default=0)
        if name == "end-to-end":
            sub.add_argument("--seeds", type=int, default=3, help="takes a prompt (default 3)")
            sub.add_argument("--first-seed", type=int, default=1000, help="the seeds count from here (default 1000)")
            sub.add_argument("--keep", type=Path, help="keep the audio and spectrograms here")
        if name == "prompts":
            sub.add_argument("file", type=Path, metavar="FILE", help="one prompt a line, or .jsonl with a field text, caption or prompt")
            sub.add_argument("--keep", type=Path, help="keep takes and figures here; an interrupted run goes on there")
            sub.add_argument("--sheet", type=Path, help="draw spectrograms of takes, evenly over all, to this .png")
            sub.add_argument("--sheet-count", type=int, default=40, help="how many (default 40)")
        sub.set_defaults(run=run)
    evaluate_sets.add_to(parts, run)
    evaluate_corpus.add_to(parts)


def run(options: argparse.Namespace) -> None:
    from ..audio import check_writable
    from ..evaluate import evaluate_part
    from ..files import atomic

    given = {name: value for name, value in vars(options).items() if name not in _OWN}
    for name in ("data", "recordings", "takes", *evaluate_sets.FOLDERS):
        folder = given.get(name)
        if folder is not None and not folder.is_dir():
            others = {"takes": "one that --keep filled", **evaluate_sets.FOLDERS}
            expected = others.get(name) or _DATA.get(options.part, "a dataset folder")
            raise LibrettoError(f"--{name.replace('_', '-')} {folder} is no folder; expected {expected}")
    if getattr(options, "threads", 1) < 1:
        raise LibrettoError(f"--threads is {options.threads}, expected 1 or more")
    if options.part in ("judge", "adherence") and not LEAST_SECONDS <= options.seconds <= 600:
        raise LibrettoError(f"--seconds is {options.seconds:g}, expected {LEAST_SECONDS:g} to 600")
    if options.limit is not None and options.limit < 1:
        raise LibrettoError(f"--limit is {options.limit}, expected 1 or more")
    if options.output is not None:
        check_writable(options.output)
    text = json.dumps(evaluate_part(options.part, **given), indent=2)
    if options.output is not None:
        with atomic(options.output) as temporary:
            temporary.write_text(text + "\n")
    print(text)
