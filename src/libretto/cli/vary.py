"""``libretto vary``, ``inpaint`` and ``morph``: music made from music."""

from __future__ import annotations

import argparse

from .making import add_notation, add_options, asked, make


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("vary", help="a sound or a take, played otherwise")
    sub.add_argument("source", help="a sound file, or tokens (.npz) of `generate --tokens` or `encode`")
    sub.add_argument("prompt", nargs="?", default="", help="a style for what changes (default: the sound's own)")
    sub.add_argument("--strength", type=float, help="from 0 (what the codec makes of it) to 1 (all anew)")
    sub.add_argument("--keep", choices=("semantic", "acoustic"), help="keep the idea and change the sound, or the reverse")
    _add_length(sub)
    sub.set_defaults(run=vary)

    sub = commands.add_parser("inpaint", help="new music for a part of a sound")
    sub.add_argument("source", help="a sound file")
    sub.add_argument("prompt", nargs="?", default="", help="a style for the part (default: the sound's own)")
    sub.add_argument("--from", type=float, required=True, dest="start", metavar="SECONDS", help="where the part begins")
    sub.add_argument("--to", type=float, required=True, dest="stop", metavar="SECONDS", help="where it ends")
    sub.add_argument("--tries", type=int, default=4, help="fillings to choose from (default 4)")
    _add_length(sub)
    sub.set_defaults(run=inpaint)

    sub = commands.add_parser("morph", help="a journey from one style to another")
    sub.add_argument("begin", help="words, or a sound file")
    sub.add_argument("end", help="words, or a sound file")
    sub.add_argument("--seconds", type=float, help="length (default 30)")
    add_notation(sub)
    sub.add_argument("--draft", action=argparse.BooleanOptionalAction, help="without the fine levels (default: as the weights say)")
    add_options(sub)
    sub.set_defaults(run=morph)


def _add_length(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--seconds", type=float, help="take only so much of the sound, from its beginning")
    add_notation(sub, bars=False, melody=False)
    add_options(sub)


def vary(options: argparse.Namespace) -> None:
    from ..ways.vary import Vary

    make(options, Vary(options.prompt, source=options.source, strength=options.strength, keep=options.keep, **asked(options)))


def inpaint(options: argparse.Namespace) -> None:
    from ..ways.inpaint import Inpaint

    gap = {"start": options.start, "stop": options.stop, "tries": options.tries}
    make(options, Inpaint(options.prompt, source=options.source, **gap, **asked(options)))


def morph(options: argparse.Namespace) -> None:
    from ..ways.morph import Morph

    if options.seconds is None and options.bars is None:
        options.seconds = 30.0
    make(options, Morph(begin=options.begin, end=options.end, **asked(options)))
