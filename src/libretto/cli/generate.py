"""``libretto generate``: a sentence to music."""

from __future__ import annotations

import argparse
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LibrettoError
from ..request import Request
from .progress import Progress

if TYPE_CHECKING:
    from ..pipeline import Libretto


def add_to(commands: argparse._SubParsersAction) -> None:
    sub = commands.add_parser("generate", help="text in, music out")
    sub.add_argument("prompt", help="what to play, e.g. 'slow melancholic solo piano, minor key'")
    sub.add_argument("--seconds", type=float, default=10.0, help="length (default 10)")
    sub.add_argument("--seed", type=int, help="same seed, same music; drawn and printed when not given")
    sub.add_argument("--takes", type=int, default=1, help="how many versions (default 1)")
    sub.add_argument("--guidance", type=float, help="how strictly to follow the text; 1 is off")
    sub.add_argument("--temperature", type=float, help="multiplies every stage's temperature (default 1)")
    sub.add_argument("--top-k", type=int, help="draw from the k likeliest tokens; 0 keeps all")
    sub.add_argument("-o", "--output", type=Path, default=Path("out.wav"), help=".wav, .flac, .ogg or .mp3 (default out.wav)")
    sub.add_argument("--spectrogram", type=Path, help="also draw the log-mel spectrogram to this .png")
    sub.add_argument("--tokens", type=Path, help="also keep the tokens in this .npz")
    sub.add_argument("--weights", type=Path, help="a weights folder other than the bundled one")
    sub.add_argument("--device", help="run the stages on torch there: cpu, cuda or cuda:NUMBER (default: ONNX Runtime, no torch)")
    sub.add_argument("--threads", type=int, help="threads of each model step (default: cores, at most 4)")
    sub.set_defaults(run=run)


def _engine(device: str | None) -> dict[str, str]:
    return {} if device is None else {"engine": "torch", "device": device}


def numbered(path: Path, take: int, takes: int) -> Path:
    """``out.wav`` for a single take, ``out-1.wav``, ``out-2.wav`` ... for several."""
    return path if takes == 1 else path.with_name(f"{path.stem}-{take + 1}{path.suffix}")


def run(options: argparse.Namespace) -> None:
    from ..audio import check_writable
    from ..pipeline import Libretto

    seed = options.seed if options.seed is not None else secrets.randbelow(2**31)
    request = Request(
        prompt=options.prompt, seconds=options.seconds, seed=seed, takes=options.takes,
        guidance=options.guidance, temperature=options.temperature, top_k=options.top_k,
    )
    wanted = [path for path in (options.output, options.spectrogram, options.tokens) if path is not None]
    for index in range(request.takes):
        for path in wanted:
            check_writable(numbered(path, index, request.takes), audio=path is options.output)
    if len(set(wanted)) < len(wanted):
        raise LibrettoError(f"two outputs have the same name {options.output}; give each its own")
    if options.spectrogram is not None and options.spectrogram.suffix.lower() != ".png":
        raise LibrettoError(f"{options.spectrogram} has suffix {options.spectrogram.suffix!r}, a spectrogram is a .png")

    started = time.perf_counter()
    model = Libretto.load(options.weights, threads=options.threads, **_engine(options.device))
    loaded = time.perf_counter() - started
    for index in range(request.takes):
        _one(model, request, index, options, loaded)


def _one(model: Libretto, request: Request, index: int, options: argparse.Namespace, loaded: float) -> None:
    started = time.perf_counter()
    with Progress(f"take {index + 1} of {request.takes}", request.seconds) as bar:
        take = model.perform(request, take=index, progress=bar.update)
    elapsed = time.perf_counter() - started
    output = numbered(options.output, index, request.takes)
    take.audio.save(output)
    if options.spectrogram is not None:
        from ..spectrogram import save_spectrogram

        save_spectrogram(take.audio, numbered(options.spectrogram, index, request.takes))
    if options.tokens is not None:
        take.save(numbered(options.tokens, index, request.takes))
    parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in take.timing.items())
    ratio = take.audio.seconds / elapsed
    print(f"{output}: {take.audio.seconds:g} s, seed {request.seed}, take {index + 1}")
    print(f"  made in {elapsed:.2f} s, {ratio:.2f} x real time ({parts}); model read in {loaded:.2f} s")
