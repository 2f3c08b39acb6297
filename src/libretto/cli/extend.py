"""``libretto extend``: any sound goes on."""

from __future__ import annotations

import argparse

from .making import add_notation, add_options, add_story, asked, make


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("extend", help="let any sound go on, with or without words for what comes")
    sub.add_argument("source", help="a sound file")
    sub.add_argument("prompt", nargs="?", default="", help="the style to go on in (default: the sound's own)")
    sub.add_argument("--seconds", type=float, help="length of what is added (default 10)")
    sub.add_argument("--blank", action="store_true", help="tell no style at all, only the sound")
    add_notation(sub)
    add_story(sub)
    sub.add_argument("--draft", action="store_true", help="a quick preview without the fine levels")
    add_options(sub)
    sub.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from ..ways.extend import Extend

    make(options, Extend(options.prompt, source=options.source, blank=options.blank, **asked(options)))
