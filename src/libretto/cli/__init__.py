"""The command line: a thin shell over the public objects. Bad input ends in one line and exit code 2."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .. import __version__
from ..errors import LibrettoError
from . import (
    again,
    audio,
    compose,
    corpus,
    evaluate,
    extend,
    generate,
    info,
    listening_test,
    train,
    transcribe,
    vary,
)

COMMANDS = (generate, extend, vary, again, transcribe, audio, compose, corpus, train, evaluate, listening_test, info)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise LibrettoError(f"{message} (see `{self.prog} --help`)")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    root = _Parser(prog="libretto", description="Text in, music out: the open MusicLM.")
    root.add_argument("--version", action="version", version=f"libretto {__version__}")
    root.add_argument("--verbose", action="store_true", help="log what happens")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for module in COMMANDS:
        module.add_to(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 good, 2 bad input, 130 interrupted)."""
    try:
        options = parser().parse_args(arguments)
        level = logging.INFO if options.verbose else logging.WARNING
        logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s")
        options.run(options)
        sys.stdout.flush()
    except LibrettoError as error:
        return _refused(str(error))
    except BrokenPipeError:  # the reader of a pipe has left: nobody is to be told, not even at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # a full disk, a file that vanished
        if error.filename is None and error.strerror is None:
            raise
        return _refused(f"{error.filename or 'a file'}: {error.strerror or error}")
    except KeyboardInterrupt:
        print("libretto: interrupted", file=sys.stderr)
        return 130
    return 0


def _refused(reason: str) -> int:
    print(f"libretto: {' '.join(reason.split())}", file=sys.stderr)
    return 2
