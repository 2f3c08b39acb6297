"""The command line: a thin shell over the public objects. Bad input ends in one line and exit code 2."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from ..errors import LibrettoError
from . import audio, corpus, evaluate, generate, info, train

COMMANDS = (generate, audio, corpus, train, evaluate, info)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise LibrettoError(f"{message} (see `{self.prog} --help`)")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    root = _Parser(prog="libretto", description="Text in, music out: the open MusicLM.")
    root.add_argument("--verbose", action="store_true", help="log what happens")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for module in COMMANDS:
        module.add_to(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 good, 2 bad input, 130 interrupted)."""
    try:
        options = parser().parse_args(arguments)
        logging.basicConfig(
            level=logging.INFO if options.verbose else logging.WARNING, stream=sys.stderr, format="%(message)s"
        )
        options.run(options)
    except LibrettoError as error:
        print(f"libretto: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("libretto: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
    return 0
