"""How near is a decoding step to what the machine can do? One core, batch 1 (or more), every stage of a weights folder.

    python benchmarks/decode_step.py [--weights FOLDER] [--batch 1 2 4 8] [--rounds 12] [-o figures.json]

Engines: ONNX Runtime (the default) and the hand-written kernel (``engine.kernel``), where numba and the processor allow it.
They take turns in rounds of a whole window of steps on the same inputs, so that a busy machine slows both alike; times are
the thread's own, the best and the median round are shown.

The bound: bytes that a step must read (matrices with their scales, output heads, keys and values at half a window) over the
bandwidth of reading as many bytes again and again. Matrices of this size stay in the processor's cache, so that is the
bound that holds; the bandwidth of memory, from a buffer far larger than any cache, is shown beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from libretto.config import STAGES, StageSpec
from libretto.engine.kernel import KernelSteps, read_weights
from libretto.engine.onnx import OnnxSteps
from libretto.errors import LibrettoError
from libretto.stages.layout import StageLayout
from libretto.stages.vectors import random_vectors
from libretto.weights import WeightsFolder, open_weights

LARGE = 512_000_000  # bytes; far more than any cache


def bandwidth(size: int, *, rounds: int = 20) -> float:
    """Bytes a second of reading ``size`` bytes again and again with one core, the best of ``rounds``."""
    numbers = np.ones(size // 8, np.int64)
    numbers.sum()
    best = float("inf")
    for _ in range(rounds):
        started = time.thread_time()
        numbers.sum()
        best = min(best, time.thread_time() - started)
    return size / best


def bytes_read(path: Path, spec: StageSpec, steps: int) -> dict[str, int]:
    """What one step reads at half a window: matrices, heads (as each engine keeps them), keys and values."""
    found = read_weights(path, spec.transformer)
    shape = spec.transformer
    return {
        "matrices": sum(packed.nbytes + scales.nbytes for packed, scales in found.matrices),
        "heads, onnx": 3 * found.codes.size * 4,  # float32: table, codes and their squares
        "heads, kernel": 2 * found.codes.nbytes,  # float16: table and codes
        "keys and values": 2 * shape.layers * shape.width * 4 * steps // 2,
    }


def a_window(engine: OnnxSteps, spec: StageSpec, *, batch: int, steps: int) -> Callable[[], None]:
    """A function that runs ``steps`` single steps on random inputs."""
    layout = StageLayout(spec, random_vectors(spec, seed=0))
    rng = np.random.default_rng(0)
    levels, width = spec.target.levels, spec.token_width
    ids = rng.integers(0, layout.rows, (steps, batch, 1, layout.slots))
    guess = rng.standard_normal((steps, batch, 1, levels, width)).astype(np.float32)
    known = np.ones((batch, 1, levels), np.float32)
    cache = engine.open(batch, steps)

    def run() -> None:
        for position in range(steps):
            engine.run(cache, ids[position], guess[position], known, position=position)

    run()
    return run


def measure(weights: WeightsFolder, name: str, *, batch: int, rounds: int) -> dict[str, Any]:
    """Figures of one stage."""
    spec, path = weights.config.stage(name), weights.path / f"stage_{name}.onnx"
    steps = min(spec.crop_frames, 500)
    work = {"onnx": a_window(OnnxSteps(path, spec.transformer, threads=1), spec, batch=batch, steps=steps)}
    try:
        work["kernel"] = a_window(KernelSteps(path, spec.transformer, threads=1), spec, batch=batch, steps=steps)
    except LibrettoError as error:
        print(f"# no kernel: {error}")
    seconds: dict[str, list[float]] = {engine: [] for engine in work}
    for _ in range(rounds):
        for engine, run in work.items():
            started = time.thread_time()
            run()
            seconds[engine].append((time.thread_time() - started) / steps)
    read = bytes_read(path, spec, steps)
    report: dict[str, Any] = {"stage": name, "batch": batch, "steps": steps, "bytes": read, "engines": {}}
    for engine, times in seconds.items():
        size = read["matrices"] + batch * (read[f"heads, {engine}"] + read["keys and values"])
        bound = size / bandwidth(size)
        report["engines"][engine] = {
            "best": min(times), "median": statistics.median(times), "steps_per_second": batch / min(times),
            "bytes": size, "bound": bound, "share_of_bound": bound / min(times),
        }
    return report


def table(cases: list[dict[str, Any]]) -> str:
    lines = [f"{'stage':9} {'batch':>5} {'engine':7} {'best us':>8} {'median':>7} {'steps/s':>8} {'MB a step':>9} {'GB/s':>6} "
             f"{'bound us':>8} {'share':>6} {'onnx / it':>9}"]
    for case in cases:
        first = case["engines"]["onnx"]["best"]
        for engine, got in case["engines"].items():
            lines.append(
                f"{case['stage']:9} {case['batch']:>5} {engine:7} {got['best'] * 1e6:>8.0f} {got['median'] * 1e6:>7.0f} "
                f"{got['steps_per_second']:>8.0f} {got['bytes'] / 1e6:>9.2f} {got['bytes'] / got['best'] / 1e9:>6.1f} "
                f"{got['bound'] * 1e6:>8.0f} {got['share_of_bound']:>6.0%} {first / got['best']:>9.2f}"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, help="a weights folder other than the bundled one")
    parser.add_argument("--stages", nargs="+", default=list(STAGES))
    parser.add_argument("--batch", type=int, nargs="+", default=[1])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("-o", "--output", type=Path, help="also write the figures here as JSON")
    options = parser.parse_args()
    weights = open_weights(options.weights)
    cases = [
        measure(weights, name, batch=batch, rounds=options.rounds) for batch in options.batch for name in options.stages
    ]
    memory = bandwidth(LARGE, rounds=4)
    print(table(cases))
    print(f"memory ({LARGE / 1e6:.0f} MB read): {memory / 1e9:.1f} GB/s; cache of the size of a step: "
          + ", ".join(f"{size / 1e6:g} MB {bandwidth(size) / 1e9:.0f} GB/s" for size in (1_000_000, 4_000_000, 8_000_000, 16_000_000)))
    if options.output is not None:
        report = {"load": os.getloadavg(), "memory_bytes_per_second": memory, "cases": cases}
        options.output.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
