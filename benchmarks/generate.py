"""How fast is the road? Real-time factor, first sound, steps per second of each stage, memory, cold start; and a peer.

    python benchmarks/generate.py [--weights FOLDER] [--rounds 3] [--quick] [--peer PYTHON] [-o figures.json]

Cases take turns, round after round, each time in a process of its own; medians of the rounds are shown. "cold" is from the
start of that process to its first half second of sound; everything else is measured after two seconds have been played.
Real-time factor: seconds of music (of all takes) per second, and per second of CPU time, which holds on a busy machine too.
Steps a second: of the time that the stage itself worked. Memory is the largest resident set of the process. "busy" means
that another process keeps one core busy meanwhile.

``--peer`` names a Python that has transformers (see requirements.txt): MusicGen of as many parameters then takes its turn.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PROMPT = "groovy house music with a four on the floor kick and offbeat hi-hats"
CHUNK_SECONDS = 0.5
PEER_SECONDS = 5.0


@dataclass(frozen=True)
class Case:
    """One way to play."""

    seconds: float
    threads: int = 1
    batch: int = 1
    guidance: float | None = None  # None is the model's own, 3 at the stage that hears the style
    engine: str = "onnx"
    busy: bool = False


def measure(weights: str | None, case: Case) -> dict[str, Any]:
    """One case, in this process."""
    import resource

    from libretto.config import STAGES
    from libretto.performance import Performance
    from libretto.pipeline import Libretto
    from libretto.request import Request
    from libretto.tokens import Pattern

    model = Libretto.load(weights, threads=case.threads, engine=case.engine)

    def play(seconds: float, seed: int) -> tuple[Performance, float, float]:
        started, first = time.perf_counter(), 0.0
        request = Request(PROMPT, seconds=seconds, seed=seed, guidance=case.guidance)
        performance = Performance(model, request, takes=range(case.batch), chunk_seconds=CHUNK_SECONDS)
        for _ in performance:
            first = first or time.perf_counter() - started
        return performance, first, time.perf_counter() - started

    play(CHUNK_SECONDS, 0)
    sounded = time.time()
    play(2.0, 0)
    before = time.process_time()
    performance, first, total = play(case.seconds, 1)
    spent = time.process_time() - before
    report: dict[str, Any] = {
        "real_time_factor": case.batch * case.seconds / total, "cpu_factor": case.batch * case.seconds / spent,
        "first_sound_seconds": first, "sounded_at": sounded,
        "share": {name: seconds / total for name, seconds in performance.timing.items()}, "steps_per_second": {},
    }
    for name in STAGES:
        target = model.config.stage(name).target
        steps = Pattern(model.config.stage(name).pattern, target.levels).steps(performance.tokens[name].shape[2])
        report["steps_per_second"][name] = case.batch * steps / performance.timing[name]
    scale = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    report["memory_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6
    return report


def in_a_process(weights: str | None, case: Case) -> dict[str, Any]:
    """``measure`` in a process of its own, and how long that took to sound first."""
    command = [sys.executable, __file__, "--case", json.dumps(asdict(case))]
    if weights is not None:
        command += ["--weights", weights]
    environment = os.environ | {"OMP_NUM_THREADS": str(case.threads), "OPENBLAS_NUM_THREADS": str(case.threads)}
    rival = _rival() if case.busy else None
    try:
        started = time.time()
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    finally:
        if rival is not None:
            rival.kill()
            rival.wait()
    report = json.loads(done.stdout)
    report["cold_seconds"] = report.pop("sounded_at") - started
    return report


def _rival() -> subprocess.Popen[bytes]:
    """A process that keeps the last core busy."""
    code = "import os\nif hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})\nwhile True: pass"
    return subprocess.Popen([sys.executable, "-c", code])


def command_line(weights: str | None) -> float:
    """Seconds from the start of ``libretto generate --seconds 10`` to its file."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "out.wav"
        command = [sys.executable, "-m", "libretto", "generate", PROMPT, "--seconds", "10", "--seed", "1", "-o", str(output)]
        if weights is not None:
            command += ["--weights", weights]
        environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        elapsed = time.perf_counter() - started
        if not output.is_file():
            raise FileNotFoundError(output)
        return elapsed


class Peer:
    """MusicGen in a process of its own."""

    def __init__(self, python: str, *, threads: int, filters: int) -> None:
        script = str(Path(__file__).with_name("musicgen.py"))
        environment = os.environ | {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
        environment.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            [python, script, "--threads", str(threads), "--codec-filters", str(filters)], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.told = self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer ended with status {self._process.wait()}")
        return json.loads(line)

    def factors(self, seconds: float, guidance: float) -> tuple[float, float]:
        """Seconds of its audio per second, and per second of CPU time."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"seconds": seconds, "guidance": guidance}) + "\n")
        self._process.stdin.flush()
        answer = self._line()
        return answer["seconds"] / answer["elapsed"], answer["seconds"] / answer["cpu"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def chosen_cases(*, quick: bool, cores: int, kernel: bool) -> list[Case]:
    """The cases of a run."""
    most = min(4, cores)
    if quick:
        return [Case(5.0, threads) for threads in sorted({1, most})]
    cases = [Case(seconds, threads) for seconds in (10.0, 30.0, 120.0) for threads in sorted({1, most})]
    cases += [Case(30.0, threads, guidance=1.0) for threads in sorted({1, most})]
    cases += [Case(30.0, threads, batch=batch) for batch in (2, 4, 8) for threads in sorted({1, most})]
    cases += [Case(30.0, threads, busy=True) for threads in sorted({1, most})]
    cases += [Case(600.0, most)]
    if kernel:
        cases += [Case(30.0, threads, engine="kernel") for threads in sorted({1, most})]
    return cases


def median_of(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of every figure; of memory the largest."""
    first = reports[0]
    merged: dict[str, Any] = {}
    for key, value in first.items():
        if isinstance(value, dict):
            merged[key] = median_of([report[key] for report in reports])
        else:
            merged[key] = (max if key == "memory_megabytes" else statistics.median)(report[key] for report in reports)
    return merged


def table(cases: list[dict[str, Any]]) -> str:
    """The figures as lines of text."""
    stages = list(cases[0]["steps_per_second"])
    lines = [f"{'seconds':>7} {'threads':>7} {'takes':>5} {'guidance':>8} {'engine':>6} {'busy':>4} "
             f"{'x real time':>11} {'a CPU second':>12} "
             f"{'first sound':>11} {'cold':>7} {'memory':>8}   steps a second: {', '.join(stages)}"]
    for case in cases:
        rates = ", ".join(f"{case['steps_per_second'][name]:.0f}" for name in stages)
        guidance = "own" if case["guidance"] is None else f"{case['guidance']:g}"
        lines.append(
            f"{case['seconds']:>7g} {case['threads']:>7} {case['batch']:>5} {guidance:>8} {case['engine']:>6} "
            f"{'yes' if case['busy'] else 'no':>4} {case['real_time_factor']:>11.2f} {case['cpu_factor']:>12.2f} "
            f"{case['first_sound_seconds']:>9.2f} s "
            f"{case['cold_seconds']:>5.2f} s {case['memory_megabytes']:>5.0f} MB   {rates}"
        )
    return "\n".join(lines)


def our_parameters(weights: str | None) -> dict[str, int]:
    """Numbers of the parts that generation runs: constants of the graphs, packed ones counted by weight."""
    from libretto.config import STAGES
    from libretto.engine.onnx_file import OnnxFile
    from libretto.weights import open_weights

    folder = open_weights(weights).path

    def count(name: str) -> int:
        total = 0
        for constant, array in OnnxFile.read(folder / f"{name}.onnx").constants.items():
            in_nibbles = constant.endswith(".int4") or (array.dtype == "uint8" and array.shape[2:] == (16,))
            total += 0 if "scale" in constant else array.size * (2 if in_nibbles else 1)
        return total

    return {"text": count("mulan_text"), "stages": sum(count(f"stage_{name}") for name in STAGES), "codec": count("codec_decoder")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", help="a weights folder other than the bundled one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="five seconds, the default way alone")
    parser.add_argument("--kernel", action="store_true", help="also the hand-written kernel, where it runs")
    parser.add_argument("--peer", help="a Python with transformers, to run MusicGen")
    parser.add_argument("-o", "--output", type=Path, help="write the figures here as JSON")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case is not None:
        print(json.dumps(measure(options.weights, Case(**json.loads(options.case)))))
        return
    run(options)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All rounds; the report, also written and shown as a table."""
    import onnxruntime

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cases = chosen_cases(quick=options.quick, cores=cores, kernel=options.kernel)
    peers = {} if options.peer is None else {
        name: Peer(options.peer, threads=cores, filters=filters) for name, filters in (("equal", 38), ("own codec", 64))
    }
    found: dict[Case, list[dict[str, Any]]] = {case: [] for case in cases}
    theirs: dict[tuple[str, float], list[tuple[float, float]]] = {}
    cold: list[float] = []
    loads = []
    for _ in range(options.rounds):
        loads.append(os.getloadavg()[0])
        for case in cases:
            found[case].append(in_a_process(options.weights, case))
        cold.append(command_line(options.weights))
        for name, peer in peers.items():
            for guidance in (3.0, 1.0):
                theirs.setdefault((name, guidance), []).append(peer.factors(PEER_SECONDS, guidance))
    for rival in peers.values():
        rival.close()
    report: dict[str, Any] = {
        "machine": platform.machine(), "processor": _processor(), "cores": cores, "python": platform.python_version(),
        "onnxruntime": onnxruntime.__version__, "date": time.strftime("%Y-%m-%d"), "load": loads,
        "cases": [asdict(case) | median_of(reports) for case, reports in found.items()],
        "command_line_seconds": statistics.median(cold), "parameters": our_parameters(options.weights),
        "peers": [
            {"name": name, "guidance": guidance, "real_time_factor": statistics.median(wall for wall, _ in factors),
             "cpu_factor": statistics.median(cpu for _, cpu in factors), **peers[name].told}
            for (name, guidance), factors in theirs.items()
        ],
    }
    print(table(report["cases"]))
    print(f"libretto generate --seconds 10, from process start to file: {report['command_line_seconds']:.2f} s")
    print(f"parameters of ours: {_sizes(report['parameters'])}")
    for peer in report["peers"]:
        print(f"MusicGen ({peer['name']}, {_sizes(peer['parameters'])}), guidance {peer['guidance']:g}: "
              f"{peer['real_time_factor']:.3f} x real time, {peer['cpu_factor']:.3f} a CPU second")
    if options.output is not None:
        options.output.write_text(json.dumps(report, indent=2) + "\n")
    return report


def _sizes(parameters: dict[str, int]) -> str:
    parts = ", ".join(f"{name} {count / 1e6:.1f}M" for name, count in parameters.items())
    return f"{parts}, in all {sum(parameters.values()) / 1e6:.1f}M"


def _processor() -> str:
    """The processor's name, where the system tells it."""
    place = Path("/proc/cpuinfo")
    lines = place.read_text().splitlines() if place.is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
