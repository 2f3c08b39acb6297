"""How fast is the road? Real-time factor, time to first sound, steps per second of each stage, memory, cold start.

    python benchmarks/generate.py [--weights FOLDER] [--threads 1 2 4] [--seconds 10 30] [-o figures.json]

Every case runs in a process of its own. "cold" is from the start of that process to its first half second of sound;
everything else is measured when the model has played two seconds before. Real-time factor: seconds of music per second
of work. Memory is the largest resident set of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PROMPT = "groovy house music with a four on the floor kick and offbeat hi-hats"
CHUNK_SECONDS = 0.5


def measure(weights: str | None, *, seconds: float, threads: int, repeats: int) -> dict[str, Any]:
    """One case, in this process."""
    import resource

    from libretto.config import STAGES
    from libretto.pipeline import Libretto, Performance
    from libretto.request import Request
    from libretto.tokens import Pattern

    model = Libretto.load(weights, threads=threads)

    def play(length: float, seed: int) -> tuple[Performance, float, float]:
        started, first = time.perf_counter(), 0.0
        performance = Performance(model, Request(PROMPT, seconds=length, seed=seed), chunk_seconds=CHUNK_SECONDS)
        for _ in performance:
            first = first or time.perf_counter() - started
        return performance, first, time.perf_counter() - started

    next(iter(Performance(model, Request(PROMPT, seconds=2.0), chunk_seconds=CHUNK_SECONDS)))
    sounded = time.time()
    play(2.0, 0)
    runs = [play(seconds, seed) for seed in range(1, repeats + 1)]
    report: dict[str, Any] = {
        "seconds": seconds,
        "threads": threads,
        "real_time_factor": seconds / statistics.median(total for _, _, total in runs),
        "first_sound_seconds": statistics.median(first for _, first, _ in runs),
        "sounded_at": sounded,
        "share": {name: statistics.median(run.timing[name] / total for run, _, total in runs) for name in runs[0][0].timing},
        "steps_per_second": {},
    }
    for name in STAGES:
        spec = model.config.stage(name)
        rates = [
            Pattern(spec.pattern, spec.target.levels).steps(run.tokens[name].shape[1]) / run.timing[name] for run, _, _ in runs
        ]
        report["steps_per_second"][name] = statistics.median(rates)
    scale = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    report["memory_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6
    return report


def in_a_process(options: argparse.Namespace, *, seconds: float, threads: int) -> dict[str, Any]:
    """``measure`` in a process of its own, and how long that took to sound first."""
    command = [sys.executable, __file__, "--case", "--seconds", str(seconds), "--threads", str(threads), "--repeats", str(options.repeats)]
    if options.weights is not None:
        command += ["--weights", options.weights]
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    started = time.time()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    report = json.loads(done.stdout)
    report["cold_seconds"] = report.pop("sounded_at") - started
    return report


def table(cases: list[dict[str, Any]]) -> str:
    """The figures as lines of text."""
    stages = list(cases[0]["steps_per_second"])
    heads = f"{'seconds':>7} {'threads':>7} {'x real time':>11} {'first sound':>11} {'cold':>7} {'memory':>8}"
    lines = [f"{heads}   steps a second: {', '.join(stages)}"]
    for case in cases:
        rates = ", ".join(f"{case['steps_per_second'][name]:.0f}" for name in stages)
        lines.append(
            f"{case['seconds']:>7g} {case['threads']:>7} {case['real_time_factor']:>11.2f} {case['first_sound_seconds']:>9.2f} s "
            f"{case['cold_seconds']:>5.2f} s {case['memory_megabytes']:>5.0f} MB   {rates}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", help="a weights folder other than the bundled one")
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0, 30.0])
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--repeats", type=int, default=1, help="takes of each case; medians are shown")
    parser.add_argument("-o", "--output", type=Path, help="also write the JSON here")
    parser.add_argument("--case", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        case = measure(options.weights, seconds=options.seconds[0], threads=options.threads[0], repeats=options.repeats)
        print(json.dumps(case))
        return
    import onnxruntime

    cases = [
        in_a_process(options, seconds=seconds, threads=threads) for threads in options.threads for seconds in options.seconds
    ]
    report = {
        "machine": platform.machine(), "processor": _processor(), "cores": os.cpu_count(), "python": platform.python_version(),
        "onnxruntime": onnxruntime.__version__, "cases": cases,
    }
    text = json.dumps(report, indent=2)
    if options.output is not None:
        options.output.write_text(text + "\n")
    print(text)
    print(table(cases))


def _processor() -> str:
    """The processor's name, where the system tells it."""
    place = Path("/proc/cpuinfo")
    lines = place.read_text().splitlines() if place.is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
