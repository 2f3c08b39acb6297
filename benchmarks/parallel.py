"""The coarse stage step by step and in parallel passes, in one run: speed, and what its writing sounds like.

    python benchmarks/parallel.py --parallel WEIGHTS [--delay WEIGHTS] [--data DATASET] [--passes 16 8 4 1] [-o figures.json]

Speed is seconds of music per second of processor time on one thread (wall time with --device cuda), best of --repeats,
for --batch takes side by side; other processes disturb it little. Every parallel case writes the first level in so many
passes and each other level in one. With --data, every case writes the coarse tokens of held-out clips from their true
semantic tokens, one fine stage (that of --delay) writes the rest, and `libretto evaluate written` compares.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from libretto import Libretto
from libretto.evaluate.written import evaluate
from libretto.stages.parallel_runtime import ParallelRuntime
from libretto.stages.runtime import StageRuntime

FIGURES = ("similarity", "mel", "repetition", "spectrum_db", "movement", "level_db")


def cases(delay: Libretto, parallel: Libretto, passes: list[int], device: str | None) -> dict[str, StageRuntime]:
    """Coarse runtimes by name."""
    spec = parallel.config.stage("coarse")
    found = {"delay": delay.stages["coarse"]}
    for count in passes:
        wanted = (count, *[1] * (spec.target.levels - 1))
        found[f"parallel {count}"] = ParallelRuntime(spec, parallel.weights.path, parallel.weights.tables, threads=1, iterations=wanted)
    if device is not None:
        from libretto.stages.device_writer import open_torch_stage

        for name, model in (("delay", delay), ("parallel", parallel)):
            found[f"{name} torch {device}"] = open_torch_stage(model.weights, model.config.stage("coarse"), device=device)
    return found


def speed(runtime: StageRuntime, *, seconds: float, batch: int, repeats: int, clock: Callable[[], float]) -> float:
    """Seconds of music, all takes together, per second of ``clock``."""
    rng, frames = np.random.default_rng(0), round(seconds * runtime.frame_rate)
    aligned = {
        token.name: rng.integers(0, token.codebook_size, (token.levels, runtime.layout.condition_frames(token, frames + runtime.lead)))
        for token in runtime.spec.aligned
    }
    best = float("inf")
    for seed in range(repeats + 1):  # the first warms up
        state = runtime.start({token.name: rng.integers(0, token.codebook_size, token.levels) for token in runtime.spec.prefix},
                              seed=seed, take=range(batch))
        started = clock()
        runtime.advance(state, aligned, frames)
        best = min(best, clock() - started) if seed else best
    return batch * seconds / best


def quality(model: Libretto, runtime: StageRuntime, options: argparse.Namespace) -> dict[str, Any]:
    """``evaluate written`` of ``model`` with another coarse stage."""
    config = dataclasses.replace(model.config, patterns=model.config.patterns | {"coarse": runtime.spec.pattern})
    other = Libretto(dataclasses.replace(model.weights, config=config), threads=1)
    other.__dict__["stages"] = model.stages | {"coarse": runtime}
    return evaluate(other, data=options.data, limit=options.limit, seconds=options.seconds, roads=["coarse_and_fine"])["coarse_and_fine"]


def table(report: dict[str, dict[str, Any]], batches: list[int]) -> str:
    heard = any("quality" in case for case in report.values())
    names = ["coarse stage", *(f"x real time, batch {batch}" for batch in batches), *(FIGURES if heard else ())]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for name, case in report.items():
        cells = [name, *(f"{case['speed'][batch]:.1f}" for batch in batches)]
        if heard:
            cells += [f"{case['quality'][key]['mean']:.3f} +- {case['quality'][key]['error']:.3f}" for key in FIGURES]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--parallel", type=Path, required=True, help="weights folder whose coarse stage is of pattern parallel")
    parser.add_argument("--delay", type=Path, help="weights folder of pattern delay (default: the bundled one)")
    parser.add_argument("--data", type=Path, help="a dataset folder, to compare what is written")
    parser.add_argument("--passes", type=int, nargs="+", default=[16, 8, 4, 1])
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--limit", type=int, default=12, help="clips")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--device", help="also on torch, there: cpu or cuda")
    parser.add_argument("-o", "--output", type=Path)
    options = parser.parse_args()
    delay, parallel = (Libretto.load(folder, threads=1) for folder in (options.delay, options.parallel))
    report: dict[str, dict[str, Any]] = {}
    for name, runtime in cases(delay, parallel, options.passes, options.device).items():
        clock = time.perf_counter if "cuda" in name else time.process_time
        report[name] = {"speed": {batch: speed(runtime, seconds=options.seconds, batch=batch, repeats=options.repeats, clock=clock)
                                  for batch in options.batch}}
        if options.data is not None:
            report[name]["quality"] = quality(delay, runtime, options)
        print(name, json.dumps(report[name]), flush=True)
    print(f"\n{platform.processor() or platform.machine()}, {time.strftime('%Y-%m-%d')}, one thread\n")
    print(table(report, options.batch))
    if options.output is not None:
        options.output.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
