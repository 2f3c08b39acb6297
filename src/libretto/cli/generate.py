"""``libretto generate``: a sentence to music; in seconds, or in bars that go round or come back."""

from __future__ import annotations

import argparse

from ..errors import LibrettoError
from ..request import Request
from .making import add_notation, add_options, add_story, asked, make


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("generate", help="text in, music out")
    sub.add_argument("prompt", nargs="?", default="", help="what to play, e.g. 'slow melancholic solo piano, minor key'")
    sub.add_argument("--seconds", type=float, help="length (default 10)")
    add_story(sub)
    add_notation(sub)
    sub.add_argument("--loop", action="store_true", help="make a seamless loop of --bars (default 4) at --bpm (default 120)")
    sub.add_argument("--form", metavar="PARTS", help="parts that come back, in bars at --bpm (default 120), e.g. 'A8 B8 A8'")
    sub.add_argument("--draft", action=argparse.BooleanOptionalAction, help="without fine levels, for `refine` (default: by the weights)")
    add_options(sub)
    sub.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    make(options, _request(options))


def _request(options: argparse.Namespace) -> Request:
    if not options.loop and options.form is None:
        return Request(options.prompt, **asked(options))
    if options.loop and options.form is not None:
        raise LibrettoError("--loop and --form do not go together; choose one")
    if options.seconds is not None:
        raise LibrettoError("--seconds is given, but bars and tempo say the length; leave it out")
    if options.loop:
        from ..ways.loop import Loop

        return Loop(options.prompt, **asked(options))
    from ..ways.form import Form

    if options.bars is not None:
        raise LibrettoError("--bars is given, but the form says how many; leave it out")
    return Form(options.prompt, form=options.form, **asked(options))
