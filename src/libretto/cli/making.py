"""What every command that makes music shares: its options, and how takes are made, written and told of."""

from __future__ import annotations

import argparse
import math
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LibrettoError
from ..request import SECONDS_LIMIT
from .progress import Progress

if TYPE_CHECKING:
    from ..pipeline import Libretto
    from ..request import Request


NOTATION = ("bpm", "key", "chords", "metre", "bars", "melody")  # options that are fields of the same name


def add_options(sub: argparse.ArgumentParser, *, takes: bool = True) -> None:
    """Options of sampling, of style beyond the words, and of outputs."""
    sub.add_argument("--seed", type=int, help="same seed, same music; drawn and printed when not given")
    if takes:
        sub.add_argument("--takes", type=int, default=1, help="how many versions (default 1)")
        sub.add_argument("--best-of", type=int, default=1, metavar="N", help="make N takes, keep the one nearest to the words")
    sub.add_argument("--like", type=weighted, action="append", default=[], metavar="SOUND[:WEIGHT]",
                     help="take style from this sound file too; the words weigh 1 (may be given again)")  # fmt: skip
    sub.add_argument("--avoid", metavar="TEXT", help="what to keep away from, by guidance")
    sub.add_argument("--guidance", type=float, help="how strictly to follow the style; 1 is off")
    sub.add_argument("--temperature", type=float, help="multiplies every stage's temperature (default 1)")
    sub.add_argument("--top-k", type=int, help="draw from the k likeliest tokens; 0 keeps all")
    add_outputs(sub)


def add_outputs(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("-o", "--output", type=Path, default=Path("out.wav"), help=".wav, .flac, .ogg or .mp3 (default out.wav)")
    sub.add_argument("--spectrogram", type=Path, help="also draw the log-mel spectrogram to this .png")
    sub.add_argument("--tokens", type=Path, help="also keep the tokens in this .npz")
    sub.add_argument("--weights", type=Path, help="a weights folder other than the bundled one")
    sub.add_argument("--device", help="run the stages on torch there: cpu, cuda or cuda:NUMBER (default: ONNX Runtime, no torch)")
    sub.add_argument("--threads", type=int, help="threads of each model step (default: cores, at most 4)")


def add_notation(sub: argparse.ArgumentParser, *, bars: bool = True, melody: bool = True) -> None:
    """Options of tempo, key, chords, metre and tune."""
    sub.add_argument("--bpm", type=float, help="exact tempo in felt beats a minute, 30 to 300 (default: one usual for the style)")
    sub.add_argument("--key", help="key, e.g. 'A minor', 'F sharp major', 'Bb dorian', Em")
    sub.add_argument("--chords", help="a bar each, round and round: 'Am F C G', '| Dm7 G7 | Cmaj7 |' (default: some usual for the style)")
    sub.add_argument("--metre", help="beats of the bar, e.g. 3/4, 6/8 (default 4/4, or with no tempo asked for what is usual)")
    if bars:
        sub.add_argument("--bars", type=int, help="length in bars at --bpm, instead of --seconds")
    if melody:
        sub.add_argument("--melody", metavar="SOUND", help="play the tune of this sound file: hummed, whistled, played")


def add_story(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--at", nargs=2, action="append", default=[], metavar=("SECONDS", "TEXT"),
                     help="from then on, play this (may be given again)")  # fmt: skip


def weighted(text: str) -> tuple[str, float]:
    """``ref.wav:0.7`` as a pair; the weight is 1 when not given."""
    name, colon, weight = text.rpartition(":")
    try:
        return (name, float(weight)) if colon and name else (text, 1.0)
    except ValueError:  # the colon belongs to the name
        return text, 1.0


def asked(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of a request that ``add_options``, ``add_notation`` and ``add_story`` gave."""
    if getattr(options, "bars", None) is not None and getattr(options, "seconds", None) is not None:
        raise LibrettoError("--seconds is given, but bars and tempo say the length; leave it out")
    names = ("takes", "best_of", "avoid", "guidance", "temperature", "top_k", "seconds", "draft", *NOTATION)
    fields = {name: value for name in names if (value := getattr(options, name, None)) is not None}
    fields["seed"] = options.seed if options.seed is not None else secrets.randbelow(2**31)
    fields["like"] = options.like
    fields["at"] = [(moment(seconds), text) for seconds, text in getattr(options, "at", [])]
    return fields


def moment(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise LibrettoError(f"--at is given {text!r}, expected seconds and then the words") from error


def numbered(path: Path, take: int, takes: int) -> Path:
    """``out.wav`` for a single take, ``out-1.wav``, ``out-2.wav`` ... for several."""
    return path if takes == 1 else path.with_name(f"{path.stem}-{take + 1}{path.suffix}")


def check_outputs(options: argparse.Namespace, takes: int) -> None:
    """Refuse outputs that could not be written later."""
    from ..audio import check_writable

    wanted = [path for path in (options.output, options.spectrogram, options.tokens) if path is not None]
    for index in range(takes):
        for path in (*wanted, options.output.with_suffix(".json")):
            check_writable(numbered(path, index, takes), audio=path is options.output)
    if len(set(wanted)) < len(wanted):
        raise LibrettoError(f"two outputs have the same name {options.output}; give each its own")
    if options.spectrogram is not None and options.spectrogram.suffix.lower() != ".png":
        raise LibrettoError(f"{options.spectrogram} has suffix {options.spectrogram.suffix!r}, a spectrogram is a .png")


def load(options: argparse.Namespace) -> Libretto:
    """The model that ``add_outputs`` names."""
    from ..pipeline import Libretto

    engine = {} if options.device is None else {"engine": "torch", "device": options.device}
    return Libretto.load(options.weights, threads=options.threads, **engine)


def make(options: argparse.Namespace, request: Request, *, first: int = 0) -> None:
    """All takes of ``request`` from ``first`` on, one after the other, each written when it is done."""
    check_outputs(options, request.takes)
    started = time.perf_counter()
    model = load(options)
    loaded = time.perf_counter() - started
    tell_unheard(model, request)
    for index in range(request.takes):
        one(model, request, index, options, loaded=loaded, take=first + index)


def tell_unheard(model: Libretto, request: Request) -> None:
    """One line on standard error, where the model does not hear all that is asked."""
    from ..asked import unheard

    line = unheard(model, request)
    if line is not None:
        print(f"libretto: {line}", file=sys.stderr)


def one(model: Libretto, request: Request, index: int, options: argparse.Namespace, *, loaded: float, take: int) -> None:
    """The take of number ``take``, written as the one of number ``index`` of this command."""
    from .. import record

    started = time.perf_counter()
    length = math.inf if request.seconds == SECONDS_LIMIT else request.seconds  # as long as its source is
    with Progress(f"take {index + 1} of {request.takes}", length) as bar:
        done = model.perform(request, take=take, progress=bar.update)
    elapsed = time.perf_counter() - started
    output = numbered(options.output, index, request.takes)
    record.save(done, output, model=model)
    if options.spectrogram is not None:
        from ..spectrogram import save_spectrogram

        save_spectrogram(done.audio, numbered(options.spectrogram, index, request.takes))
    if options.tokens is not None:
        done.save(numbered(options.tokens, index, request.takes))
    parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in done.timing.items())
    ratio = done.audio.seconds / elapsed
    print(f"{output}: {done.audio.seconds:g} s, seed {request.seed}, take {done.take + 1}")
    print(f"  made in {elapsed:.2f} s, {ratio:.2f} x real time ({parts}); model read in {loaded:.2f} s")
