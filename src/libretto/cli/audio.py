"""``libretto encode``, ``decode``, ``embed``: audio to tokens, tokens to audio, text or audio to a style embedding."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ..errors import LibrettoError


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("encode", help="audio to acoustic and semantic tokens")
    sub.add_argument("input", type=Path)
    sub.add_argument("-o", "--output", type=Path, required=True, help="tokens.npz")
    sub.add_argument("--weights", type=Path)
    sub.set_defaults(run=encode)

    sub = commands.add_parser("decode", help="acoustic tokens to audio")
    sub.add_argument("input", type=Path, help="tokens.npz of `encode` or `generate --tokens`")
    sub.add_argument("-o", "--output", type=Path, required=True)
    sub.add_argument("--levels", type=int, help="use only the first levels")
    sub.add_argument("--weights", type=Path)
    sub.set_defaults(run=decode)

    sub = commands.add_parser("embed", help="the style embedding and tokens of a text or a sound file, as JSON")
    sub.add_argument("input", help="a sentence, or a path of audio")
    sub.add_argument("--weights", type=Path)
    sub.set_defaults(run=embed)


def encode(options: argparse.Namespace) -> None:
    from ..audio import Waveform, check_writable
    from ..pipeline import Libretto
    from ..request import save_tokens

    check_writable(options.output)
    audio = Waveform.load(options.input)
    model = Libretto.load(options.weights)
    acoustic, semantic = model.encode(audio)
    save_tokens(options.output, acoustic, semantic)
    levels, frames = acoustic.shape
    rate = model.config.codec.tokens.bits_per_second / 1000
    print(f"{options.output}: {levels} levels, {frames} frames, {audio.seconds:.2f} s, {rate:g} kbps")


def decode(options: argparse.Namespace) -> None:
    from ..audio import check_writable
    from ..pipeline import Libretto
    from ..request import load_tokens

    check_writable(options.output, audio=True)
    tokens = load_tokens(options.input)
    model = Libretto.load(options.weights)
    if options.levels is not None:
        if not 1 <= options.levels <= len(tokens):
            raise LibrettoError(f"--levels is {options.levels}, the file has 1 to {len(tokens)}")
        tokens = tokens[: options.levels]
    audio = model.decode(tokens)
    audio.save(options.output)
    print(f"{options.output}: {audio.seconds:.2f} s from {len(tokens)} levels")


def embed(options: argparse.Namespace) -> None:
    from ..audio import Waveform
    from ..pipeline import Libretto

    item = Waveform.load(options.input) if _is_file(options.input) else options.input
    model = Libretto.load(options.weights)
    embedding = model.embed(item)
    style = model.mulan.tokenize(embedding).tolist()
    print(json.dumps({"input": options.input, "embedding": [round(float(x), 5) for x in embedding], "style": style}))


def _is_file(text: str) -> bool:
    """Whether ``text`` is meant as a path of audio: a file that is there, or the name of one that is not."""
    from ..audio import FORMATS

    try:
        return Path(text).suffix.lower() in FORMATS or Path(text).is_file()
    except (OSError, ValueError):  # too long for a path, or with a zero byte
        return False
