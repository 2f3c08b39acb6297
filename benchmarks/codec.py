"""How fast are the codecs? Seconds of audio that one core encodes and decodes in a second.

    python benchmarks/codec.py [--weights FOLDER] [--seconds 10] [--channels 16 32] [--threads 1]

The codec of the weights folder (the bundled one by default; with untrained weights where there is none) against SoundStream
with untrained weights, hop 480, 12 levels. Noise in, the best of three runs. Factors are per second of CPU time, so they
hold on a busy machine; "streamed" decodes half a second at a time.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from libretto.codec import open_codec, waveform_export
from libretto.codec.model import PhaseFreeCodec, WaveformCodec, build_codec, count_parameters
from libretto.config import CodecSpec, preset
from libretto.errors import WeightsError
from libretto.weights import open_weights


def untrained(spec: CodecSpec, folder: Path, *, threads: int) -> Any:
    """The runtime of ``spec`` with fresh weights and random codebooks, exported into ``folder``."""
    torch.manual_seed(0)
    folder.mkdir()
    codec = build_codec(spec).eval()
    if isinstance(codec, WaveformCodec):
        codec.quantizer.codebooks.normal_()
        return open_codec(spec, folder, waveform_export.export(codec, folder), threads=threads)
    assert isinstance(codec, PhaseFreeCodec)
    from libretto.codec import export as phase_free_export

    codec.tokens.quantizer.codebooks.normal_()
    return open_codec(spec, folder, phase_free_export.export(codec.tokens, codec.decoder, folder), threads=threads)


def factor(work: Callable[[], Any], *, seconds: float, repeats: int = 3) -> float:
    """Seconds of audio per second of CPU time, best of ``repeats`` after one run to warm up."""
    best = float("inf")
    for turn in range(repeats + 1):
        started = time.process_time()
        work()
        if turn:
            best = min(best, time.process_time() - started)
    return seconds / best


def stream(codec: Any, tokens: np.ndarray) -> None:
    """Decode ``tokens`` [K, T] half a second at a time."""
    state, step = codec.decoder_stream(), codec.frame_rate // 2
    for start in range(0, tokens.shape[1], step):
        _, state = codec.decode_chunk(state, tokens[:, start : start + step], last=start + step >= tokens.shape[1])


def measure(codec: Any, *, seconds: float) -> dict[str, float]:
    """Factors of encode, decode and streamed decode."""
    samples = (0.1 * np.random.default_rng(0).standard_normal(round(seconds * codec.sample_rate))).astype(np.float32)
    tokens = codec.encode(samples)
    return {
        "encode": factor(lambda: codec.encode(samples), seconds=seconds),
        "decode": factor(lambda: codec.decode(tokens), seconds=seconds),
        "streamed": factor(lambda: stream(codec, tokens), seconds=seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="weights folder; the bundled one by default")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--channels", type=int, nargs="+", default=[16, 32], help="widths C of SoundStream")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as scratch:
        cases: list[tuple[str, CodecSpec, Any]] = []
        try:
            weights = open_weights(options.weights)
            spec = weights.config.codec
            cases.append((f"{spec.kind}, trained", spec, open_codec(spec, weights.path, weights.tables, threads=options.threads)))
        except WeightsError:
            if options.weights is not None:
                raise
            spec = preset("small").codec
            cases.append((f"{spec.kind}, untrained", spec, untrained(spec, Path(scratch) / "small", threads=options.threads)))
        for channels in options.channels:
            spec = dataclasses.replace(preset("paper").codec, channels=channels)
            cases.append((f"seanet C = {channels}", spec, untrained(spec, Path(scratch) / f"c{channels}", threads=options.threads)))
        print(f"{'codec':20} {'parameters':>10} {'encode':>8} {'decode':>8} {'streamed':>8}   times real time, {options.threads} thread(s)")
        first: dict[str, float] = {}
        for name, spec, codec in cases:
            figures = measure(codec, seconds=options.seconds)
            first = first or figures
            ratios = ", ".join(f"{first[key] / value:.1f}" for key, value in figures.items())
            print(f"{name:20} {count_parameters(spec) / 1e6:9.2f}M " + " ".join(f"{value:8.1f}" for value in figures.values())
                  + f"   the first is faster by {ratios}", flush=True)


if __name__ == "__main__":
    main()
