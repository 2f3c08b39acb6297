"""``libretto listening-test``: pages to compare systems by ear, and what the answers say."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..errors import LibrettoError


def add_to(commands: argparse._SubParsersAction) -> None:
    actions = commands.add_parser("listening-test", help="compare systems by ear: A/B and MUSHRA pages, scores").add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    for name, text in (
        ("ab", "a page that asks which of two systems, sound by sound"),
        ("mushra", "a page that asks for ratings beside a reference, with hidden reference and anchors (ITU-R BS.1534)"),
    ):
        sub = actions.add_parser(name, help=text, description=text)
        sub.add_argument("systems", type=Path, nargs="+", metavar="FOLDER", help="sounds of a system; the same file names in each")
        sub.add_argument("-o", "--output", type=Path, required=True, help="the folder of the page")
        if name == "mushra":
            sub.add_argument("--reference", type=Path, required=True, help="the folder of references")
            sub.add_argument("--anchors", dest="cutoffs", type=float, nargs="*", default=[3500.0, 7000.0], metavar="HZ",
                             help="low-passed references (default 3500 7000)")  # fmt: skip
        sub.add_argument("--title", default="Listening test")
        sub.add_argument("--question", help="what is asked, e.g. 'Which fits the words better?'")
        sub.add_argument("--per-listener", type=int, help="so many trials, drawn for each listener (default: all)")
        sub.add_argument("--limit", type=int, help="at most so many file names, evenly over all")
        sub.add_argument("--lufs", type=float, default=-23.0, help="loudness of all sounds (default -23)")
        sub.add_argument("--embed", action="store_true", help="sounds in the page itself: one file")
        sub.add_argument("--key", type=Path, help="where to write which sound is whose (default: OUTPUT-key.json, beside the folder)")
        sub.add_argument("--seed", type=int, help="of the neutral file names (default: drawn)")
        sub.set_defaults(run=make, kind=name)
    sub = actions.add_parser("score", help="win rates, mean ratings, intervals")
    sub.add_argument("results", type=Path, nargs="+", help="files that listeners saved")
    sub.add_argument("--key", type=Path, required=True, help="the key that was written with the page")
    sub.add_argument("-o", "--output", type=Path, help="also write the figures as JSON")
    sub.set_defaults(run=score)


def make(options: argparse.Namespace) -> None:
    from ..evaluate.listening.build import build

    if not -60 <= options.lufs <= -5:
        raise LibrettoError(f"--lufs is {options.lufs:g}, expected -60 to -5")
    if options.seed is not None and options.seed < 0:
        raise LibrettoError(f"--seed is {options.seed}, expected 0 or more")
    names = ("reference", "cutoffs", "title", "question", "per_listener", "limit", "lufs", "seed", "embed", "key")
    given = {name: getattr(options, name) for name in names if hasattr(options, name)}
    built = build(options.kind, options.systems, options.output, **given)
    left = f"; {built.left_out} names left out, some system lacks them" if built.left_out else ""
    print(f"{built.page}: {built.trials} trials of {built.items} names, {built.per_listener} a listener{left}")
    print(f"{built.key}: which sound is whose; keep it from listeners")


def score(options: argparse.Namespace) -> None:
    from ..audio import check_writable
    from ..evaluate.corpus.report import table
    from ..evaluate.listening.score import score as scored
    from ..files import atomic

    if options.output is not None:
        check_writable(options.output)
    report = scored(options.results, options.key)
    if options.output is not None:
        with atomic(options.output) as temporary:
            temporary.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{report['question']} {report['listeners']} listeners, {report['answers']} answers")
    for aside in report.get("set_aside", ()):
        share = 100 * aside["reference_below_90_share"]
        print(f"set aside: {aside['listener'] or 'no name'} (seed {aside['seed']}), hidden reference under 90 in {share:.0f} % of items")
    rows = report["pairs"] if report["kind"] == "ab" else report["conditions"]
    print(table([_row(row) for row in rows]) if rows else "nothing is left to count")


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of figures with its interval in one cell."""
    low, high = row["interval"]
    digits = 3 if "win_rate" in row else 1
    return {("95 %" if name == "interval" else name): (f"{low:.{digits}f} to {high:.{digits}f}" if name == "interval" else value)
            for name, value in row.items()}  # fmt: skip
