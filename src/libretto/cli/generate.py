"""``libretto generate``: a sentence to music."""

from __future__ import annotations

import argparse

from ..request import Request
from .making import add_options, add_story, asked, make


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("generate", help="text in, music out")
    sub.add_argument("prompt", nargs="?", default="", help="what to play, e.g. 'slow melancholic solo piano, minor key'")
    sub.add_argument("--seconds", type=float, default=10.0, help="length (default 10)")
    add_story(sub)
    sub.add_argument("--draft", action="store_true", help="a quick preview without the fine levels, for `refine`")
    add_options(sub)
    sub.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    make(options, Request(options.prompt, **asked(options)))
