"""``libretto compose`` and ``libretto corpus``: music made by code, and datasets to learn from."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import LibrettoError
from .progress import Progress


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("compose", help="music made by code, no model")
    sub.add_argument("--list-styles", action="store_true", help="print the styles and stop")
    sub.add_argument("--style")
    sub.add_argument("--seconds", type=float, default=20.0)
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--bpm", type=float)
    sub.add_argument("--key", help="tonic, e.g. 'A' or 'F sharp'")
    sub.add_argument("--mood")
    _fonts(sub)
    sub.add_argument("-o", "--output", type=Path, default=Path("clip.wav"))
    sub.set_defaults(run=compose)

    corpus = commands.add_parser("corpus", help="datasets to train on").add_subparsers(dest="action", metavar="ACTION", required=True)
    sub = corpus.add_parser("build", help="compose, or read scores or recordings, into a dataset folder")
    sub.add_argument("folder", type=Path)
    sub.add_argument("--hours", type=float, default=1.0, help="of composed music (default 1); scores and recordings are read whole")
    sub.add_argument("--seconds", type=float, default=20.0, help="a clip's length (default 20)")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--styles", nargs="+", help="only these styles")
    sub.add_argument("--scores", type=Path, help="a folder of MIDI files instead of the composer")
    sub.add_argument("--recordings", type=Path, help="a folder of audio (with .txt beside) or a JSONL manifest instead of the composer")
    sub.add_argument("--captions", type=int, default=6, help="captions a clip (default 6)")
    sub.add_argument("--valid", type=float, default=0.03, help="share of clips held out for validation")
    sub.add_argument("--test", type=float, default=0.03, help="share of clips held out for tests")
    sub.add_argument("--workers", type=int, default=2)
    _fonts(sub)
    sub.set_defaults(run=build)


def _fonts(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--soundfonts", type=Path, nargs="+", help="soundfonts or folders of them (default: LIBRETTO_SOUNDFONTS, else built-in synthesis)")


def compose(options: argparse.Namespace) -> None:
    from ..corpus.styles import list_styles

    if options.list_styles:
        print("\n".join(list_styles()))
        return
    if options.style is None:
        raise LibrettoError("compose needs --style NAME; `libretto compose --list-styles` prints the names")
    if not 1.0 <= options.seconds <= 600.0:
        raise LibrettoError(f"--seconds is {options.seconds:g}, expected 1 to 600")
    if options.seed < 0:
        raise LibrettoError(f"--seed is {options.seed}, expected 0 or more")
    import numpy as np

    from ..audio import check_writable
    from ..corpus.captions import captions
    from ..corpus.compose import compose as write
    from ..corpus.render import render

    check_writable(options.output, audio=True)
    chosen = {name: value for name in ("bpm", "key", "mood") if (value := getattr(options, name)) is not None}
    score = write(options.style, seed=options.seed, seconds=options.seconds, **chosen)
    rendered = render(score, fonts=options.soundfonts)
    rendered.audio.save(options.output)
    sheet = rendered.sheet
    print(f"{options.output}: {rendered.audio.seconds:.1f} s, {sheet.style}, {sheet.bpm:.0f} bpm, {sheet.key} {sheet.mode}, {sheet.metre}, {sheet.mood}")
    print(f"  {captions(sheet, np.random.default_rng(options.seed), 1)[0]}")


def build(options: argparse.Namespace) -> None:
    from ..corpus import build as corpus_build

    if options.scores is not None and options.recordings is not None:
        raise LibrettoError("--scores and --recordings are two sources; build one folder from each")
    source = None
    if options.scores is not None:
        from ..corpus.scores import Scores

        source = Scores(options.scores, seed=options.seed, fonts=options.soundfonts)
    elif options.recordings is not None:
        from ..corpus.recordings import Recordings

        source = Recordings(options.recordings, seed=options.seed)
    bar = Progress("corpus", 1.0, unit="h")

    def show(done: float, wanted: float) -> None:
        bar.total = wanted
        bar.update(done)

    report = corpus_build.build(
        options.folder, hours=options.hours, seconds=options.seconds, seed=options.seed, styles=options.styles,
        fonts=options.soundfonts, workers=options.workers, captions_per_clip=options.captions, valid=options.valid,
        test=options.test, source=source, progress=show,
    )
    bar.close()
    print(corpus_build.main_summary(report))
