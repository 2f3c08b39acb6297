"""``libretto again`` and ``libretto refine``: music from its own record."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from .making import add_outputs, check_outputs, load, one, tell_unheard


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("again", help="make the music of a file again, or that of a request written by hand")
    sub.add_argument("input", type=Path, help="audio or tokens (.npz) made here, their .json, or a .json or .toml of your own")
    add_outputs(sub)
    sub.set_defaults(run=again)

    sub = commands.add_parser("refine", help="add the fine levels to a draft")
    sub.add_argument("input", type=Path, help="take.npz of `generate --draft --tokens take.npz`")
    add_outputs(sub)
    sub.set_defaults(run=refine)


def again(options: argparse.Namespace) -> None:
    import time

    from .. import record

    found = record.read(options.input)
    request = dataclasses.replace(found.request, takes=1)
    check_outputs(options, 1)
    started = time.perf_counter()
    model = load(options)
    found.check(model)
    tell_unheard(model, request)
    one(model, request, 0, options, loaded=time.perf_counter() - started, take=found.take)


def refine(options: argparse.Namespace) -> None:
    from .. import record
    from ..ways.refine import open_draft, refined

    draft = open_draft(options.input)
    check_outputs(options, 1)
    model = load(options)
    take = refined(model, draft)
    record.save(take, options.output, model=model)
    if options.tokens is not None:
        take.save(options.tokens)
    if options.spectrogram is not None:
        from ..spectrogram import save_spectrogram

        save_spectrogram(take.audio, options.spectrogram)
    print(f"{options.output}: {take.audio.seconds:g} s, seed {take.seed}, take {take.take + 1}, refined")
