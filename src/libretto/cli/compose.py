"""``libretto compose``: music made by code, with its stems, its notes and its sheet on request."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LibrettoError, require
from .corpus import SEED_LIMIT, add_fonts, within
from .making import numbered

if TYPE_CHECKING:
    from libretto.corpus.sound.render import Rendered

    from ..corpus.score import Score

_ASKED = ("bpm", "key", "mode", "mood", "metre")
_CAPTIONS = 6


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("compose", help="music made by code, no model")
    sub.add_argument("--list-styles", action="store_true", help="print the styles and stop")
    sub.add_argument("--style", help="drawn from the seed when not given")
    length = sub.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=float, default=20.0, help="length (default 20)")
    length.add_argument("--bars", type=int, help="length in bars of the piece's tempo and metre")
    sub.add_argument("--seed", type=int, default=0, help="take n is composed from seed + n - 1")
    sub.add_argument("--takes", type=int, default=1, help="how many pieces (default 1)")
    sub.add_argument("--bpm", type=float)
    sub.add_argument("--key", help="tonic, e.g. 'A' or 'F sharp'")
    sub.add_argument("--mode", help="e.g. minor or dorian, where the style has it")
    sub.add_argument("--mood")
    sub.add_argument("--metre", help="e.g. 4/4, 3/4 or 6/8")
    add_fonts(sub)
    sub.add_argument("-o", "--output", type=Path, default=Path("clip.wav"), help="default clip.wav")
    sub.add_argument("--stems", action="store_true", help="also a WAV for every role and one of the sends, in the folder clip-stems")
    sub.add_argument("--midi", action="store_true", help="also the notes, in clip.mid")
    sub.add_argument("--sheet", action="store_true", help="also all that is known of the piece, in clip.json")
    sub.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    from libretto.corpus.composing.styles import find_style, list_styles

    if options.list_styles:
        print("\n".join(list_styles()))
        return
    if options.style is not None:
        find_style(options.style)
    within("seconds", options.seconds, 1, 600)
    within("takes", options.takes, 1, 10_000)
    within("seed", options.seed, 0, SEED_LIMIT - options.takes + 1)
    if options.bars is not None:
        within("bars", options.bars, 1, 10_000)

    from ..audio import check_writable

    for take in range(options.takes):
        for path in _outputs(options, numbered(options.output, take, options.takes)):
            check_writable(path, audio=path.suffix not in (".mid", ".json"))
    require("numba", extra="corpus")
    if options.midi:
        require("mido", extra="corpus")
    for take in range(options.takes):
        _one(options, options.seed + take, numbered(options.output, take, options.takes))


def _outputs(options: argparse.Namespace, output: Path) -> list[Path]:
    """The files of a take; the folder of stems is no file."""
    beside = {".mid": options.midi, ".json": options.sheet}
    return [output, *(output.with_suffix(suffix) for suffix, wanted in beside.items() if wanted)]


def _one(options: argparse.Namespace, seed: int, output: Path) -> None:
    import numpy as np

    from libretto.corpus.composing.compose import compose
    from libretto.corpus.composing.styles import list_styles
    from libretto.corpus.language.captions import captions
    from libretto.corpus.sound.render import render

    style = options.style or str(np.random.default_rng([seed, 9]).choice(list_styles()))
    asked: dict[str, Any] = {"style": style, "seed": seed}
    asked |= {name: value for name in _ASKED if (value := getattr(options, name)) is not None}
    asked["seconds"] = options.seconds if options.bars is None else _bars(compose, options.bars, asked)
    score = compose(**asked)
    rendered = render(score, fonts=options.soundfonts, stems=options.stems)
    rendered.audio.save(output)
    sheet = rendered.sheet
    texts = captions(sheet, np.random.default_rng(seed), _CAPTIONS)
    facts = f"{sheet.style}, {sheet.bpm:.0f} bpm, {sheet.key} {sheet.mode}, {sheet.metre}, {sheet.mood}"
    print(f"{output}: {rendered.audio.seconds:.1f} s, seed {seed}, {facts}")
    print(f"  {texts[0]}")
    for path, what in _handouts(options, output, score, rendered, asked, texts):
        print(f"  {path}: {what}")


def _bars(compose: Callable[..., Score], bars: int, asked: dict[str, Any]) -> float:
    """Seconds of that many bars at the tempo and metre the piece will have."""
    from libretto.corpus.composing.plan import METRES

    sheet = compose(**asked, seconds=20.0).sheet
    metre = METRES[sheet.metre]
    seconds = bars * metre.quarters / metre.beat * 60 / sheet.bpm
    if not 1 <= seconds <= 600:
        raise LibrettoError(f"{bars} bars of {sheet.metre} at {sheet.bpm:g} bpm last {seconds:.1f} s, expected 1 to 600 s")
    return seconds


def _handouts(
    options: argparse.Namespace, output: Path, score: Score, rendered: Rendered, asked: dict[str, Any], texts: list[str]
) -> list[tuple[Path, str]]:
    """Write what was asked for beside the audio; (path, what it is) of each."""
    from libretto.corpus.composing import handout
    from libretto.corpus.composing.midi_writer import save_midi
    from libretto.corpus.sources.source import font_names

    written = []
    if options.stems:
        folder = output.with_name(f"{output.stem}-stems")
        written.append((folder, ", ".join(handout.save_stems(folder, rendered.audio, rendered.stems))))
    if options.midi:
        save_midi(score, output.with_suffix(".mid"))
        written.append((output.with_suffix(".mid"), f"{sum(len(part.notes) for part in score.parts)} notes, {len(score.parts)} parts"))
    if options.sheet:
        names = font_names(options.soundfonts)
        sheet = handout.describe(
            score, rendered.sheet, asked=asked, fonts=names, sample_rate=rendered.audio.sample_rate, captions=texts
        )
        handout.save_json(sheet, output.with_suffix(".json"))
        written.append((output.with_suffix(".json"), "the sheet"))
    return written
