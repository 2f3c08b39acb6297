"""``libretto evaluate corpus``: the judge of composed music, a table of figures beside the bars they must reach."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LibrettoError, require

if TYPE_CHECKING:
    from ..evaluate.corpus import Report

# part -> what it does, clips, seconds
_PARTS: dict[str, tuple[str, int, float]] = {
    "health": ("NaN, clipping, offset, silence, loudness, near-duplicates", 1000, 10.0),
    "truth": ("tempo, key, no drums and instruments of captions, measured from sound", 500, 20.0),
    "listen": ("a small classifier trained on some seeds, tested on others: style, mood, lead; spread", 4000, 10.0),
    "music": ("chord tones, scale and rhythm of melodies, from scores", 500, 20.0),
    "sheet": ("one spectrogram a style in a picture", 0, 10.0),
}


def add_to(parts: argparse._SubParsersAction) -> None:
    corpus = parts.add_parser("corpus", help="judge the composer: health, truth of captions, what is heard, musicality")
    actions = corpus.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, (text, clips, seconds) in _PARTS.items():
        sub = actions.add_parser(name, help=text, description=text)
        if name != "sheet":
            sub.add_argument("--clips", type=int, default=clips, help=f"how many (default {clips})")
        sub.add_argument("--seconds", type=float, default=seconds, help=f"a clip's length (default {seconds:g})")
        sub.add_argument("--seed", type=int, default=0, help="of all that is drawn (default 0)")
        sub.add_argument("--styles", nargs="+", help="only these styles")
        if name != "music":
            sub.add_argument("--workers", type=int, default=1, help="processes that render (default 1)")
            sub.add_argument("--soundfonts", type=Path, nargs="+", help="soundfonts or folders of them (default: LIBRETTO_SOUNDFONTS)")
        if name == "health":
            sub.add_argument("--data", type=Path, help="clips of a dataset folder instead of new ones")
            sub.add_argument("--scores", type=Path, help="no two clips closer than the closest distinct tunes of this MIDI folder")
        if name == "listen":
            sub.add_argument("--test-clips", type=int, default=1000, help="clips to answer for (default 1000)")
        sub.add_argument("-o", "--output", type=Path, required=name == "sheet",
                         help="the picture, a .png" if name == "sheet" else "also write the figures as JSON")  # fmt: skip
        sub.set_defaults(run=run)


def _checked(options: argparse.Namespace) -> None:
    if not 1 <= options.seconds <= 600:
        raise LibrettoError(f"--seconds is {options.seconds:g}, expected 1 to 600")
    if options.seed < 0:
        raise LibrettoError(f"--seed is {options.seed}, expected 0 or more")
    for name in ("clips", "test_clips", "workers"):
        value = getattr(options, name, 1)
        if value < (name != "workers"):
            raise LibrettoError(f"--{name.replace('_', '-')} is {value}, expected {int(name != 'workers')} or more")
    for name in ("data", "scores"):
        folder = getattr(options, name, None)
        if folder is not None and not folder.is_dir():
            raise LibrettoError(f"--{name} {folder} is no folder")


def run(options: argparse.Namespace) -> None:
    from libretto.corpus.composing.styles import find_style

    from ..audio import check_writable
    from ..files import atomic

    _checked(options)
    for style in options.styles or ():
        find_style(style)
    if options.output is not None:
        check_writable(options.output)
    if options.action != "music":
        require("numba", extra="corpus")
    if options.action == "sheet":
        from ..evaluate.corpus import contact

        count = contact.draw(
            options.output, seconds=options.seconds, seed=options.seed, styles=options.styles, fonts=options.soundfonts,
            workers=options.workers,
        )
        print(f"{options.output}: {count} styles")
        return
    report = _report(options)
    print(report.text())
    if options.output is not None:
        with atomic(options.output) as temporary:
            temporary.write_text(json.dumps(report.data(), indent=2) + "\n")


def _report(options: argparse.Namespace) -> Report:
    from ..evaluate.corpus import health, listen, music, truth

    common = {"clips": options.clips, "seconds": options.seconds, "seed": options.seed, "styles": options.styles}
    if options.action == "music":
        return music.evaluate(**common)
    common |= {"fonts": options.soundfonts, "workers": options.workers}
    if options.action == "truth":
        return truth.evaluate(**common)
    if options.action == "listen":
        return listen.evaluate(test_clips=options.test_clips, **common)
    return health.evaluate(data=options.data, scores=options.scores, **common)
