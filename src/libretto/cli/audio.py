"""``libretto encode``, ``decode``, ``embed``: audio to tokens, tokens to audio, text or audio to a style embedding."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from ..errors import LibrettoError

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


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
    from ..files import atomic
    from ..pipeline import Libretto

    check_writable(options.output)
    audio = Waveform.load(options.input)
    model = Libretto.load(options.weights)
    acoustic, semantic = model.encode(audio)
    with atomic(options.output) as temporary, open(temporary, "wb") as stream:
        np.savez_compressed(stream, tokens=acoustic.astype(np.uint16), semantic=semantic.astype(np.uint16))
    levels, frames = acoustic.shape
    print(f"{options.output}: {levels} levels, {frames} frames, {audio.seconds:.2f} s, {model.config.codec.tokens.bits_per_second / 1000:g} kbps")


def decode(options: argparse.Namespace) -> None:
    from ..audio import check_writable
    from ..pipeline import Libretto

    check_writable(options.output, audio=True)
    tokens = read_tokens(options.input)
    model = Libretto.load(options.weights)
    if options.levels is not None:
        if not 1 <= options.levels <= len(tokens):
            raise LibrettoError(f"--levels is {options.levels}, the file has 1 to {len(tokens)}")
        tokens = tokens[: options.levels]
    audio = model.decode(tokens)
    audio.save(options.output)
    print(f"{options.output}: {audio.seconds:.2f} s from {len(tokens)} levels")


def read_tokens(path: Path) -> np.ndarray:
    """Acoustic tokens [K, T] of an .npz written by ``encode`` or ``generate --tokens``."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            tokens = archive["tokens"]
    except FileNotFoundError as error:
        raise LibrettoError(f"no such file: {path}") from error
    except Exception as error:
        raise LibrettoError(f"{path} is not a tokens file (.npz with an array 'tokens' [K, T]); write one with `libretto encode`") from error
    if tokens.ndim != 2 or tokens.dtype.kind not in "ui" or tokens.shape[1] == 0:
        raise LibrettoError(f"{path} holds tokens of shape {tokens.shape} and type {tokens.dtype}, expected whole numbers [K, T]")
    return tokens.astype(np.int64)


def embed(options: argparse.Namespace) -> None:
    from ..audio import Waveform
    from ..pipeline import Libretto

    path = Path(options.input)
    is_audio = path.suffix.lower() in AUDIO_SUFFIXES and " " not in path.suffix
    audio = Waveform.load(path) if is_audio else None
    model = Libretto.load(options.weights)
    embedding = model.embed(audio if audio is not None else options.input)
    tokens = model.mulan.tokenize(embedding)
    print(json.dumps({"input": options.input, "embedding": [round(float(x), 5) for x in embedding], "style": tokens.tolist()}))
