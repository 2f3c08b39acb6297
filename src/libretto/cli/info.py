"""``libretto info`` and ``libretto export``: what the model is, and how a trained one becomes a weights folder."""

from __future__ import annotations

import argparse
import platform
from pathlib import Path

from ..weights import BUNDLED


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("info", help="versions, weights, rates and sizes")
    sub.add_argument("--weights", type=Path)
    sub.set_defaults(run=info)

    sub = commands.add_parser("export", help="training runs to a weights folder")
    sub.add_argument("--runs", type=Path, required=True, help="folder with codec, semantic, mulan, stage-* runs")
    sub.add_argument("--preset", default="small")
    sub.add_argument("-o", "--output", type=Path, required=True)
    sub.add_argument("--weights", type=Path, nargs="?", const=BUNDLED,
                     help="only replace the stages of this weights folder (without a folder: the bundled one) by those trained in --runs")
    sub.add_argument("--float32", action="store_true", help="no int8: larger, for comparison")
    sub.set_defaults(run=export)


def info(options: argparse.Namespace) -> None:
    from .. import __version__
    from ..config import STAGES
    from ..weights import open_weights

    folder = open_weights(options.weights)
    config = folder.config
    print(f"libretto {__version__}, Python {platform.python_version()}")
    print(f"weights   {folder.path} ({folder.megabytes:.1f} MB), preset {config.name}")
    acoustic, semantic, style = config.codec.tokens, config.semantic.tokens, config.mulan.tokens
    print(f"codec     {config.codec.kind}, {config.sample_rate} Hz, {acoustic.levels} x {acoustic.codebook_size} at "
          f"{acoustic.frame_rate} Hz, {acoustic.bits_per_second / 1000:g} kbps")
    print(f"semantic  {semantic.codebook_size} clusters at {semantic.frame_rate} Hz")
    print(f"style     {style.levels} x {style.codebook_size}, {config.mulan.dimension} dimensions")
    for name in STAGES:
        stage = config.stage(name)
        shape = stage.transformer
        print(f"{name:9} {shape.layers} layers, width {shape.width}, {shape.heads} heads, pattern {stage.pattern}, "
              f"{stage.steps_per_second} steps a second of audio, temperature {stage.temperature:g}, guidance {stage.guidance:g}")


def export(options: argparse.Namespace) -> None:
    from ..export import export_weights

    given = {"preset_name": options.preset, "int8": not options.float32}
    if options.weights is None:
        folder = export_weights(options.runs, options.output, **given)
    else:
        from ..adopt import export_onto
        from ..weights import open_weights

        folder = export_onto(open_weights(options.weights), options.runs, options.output, **given)
    print(f"{folder}: {sum(item.stat().st_size for item in folder.iterdir()) / 1e6:.1f} MB")
