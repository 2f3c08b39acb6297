"""Worker processes: they inherit no lock, compute on one thread, and end with their parent however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from libretto.processes import THREAD_VARIABLES, worker_pool

LOCK = threading.Lock()
HERE = Path(__file__).parent
_started = []


def locked() -> bool:
    return LOCK.locked()


def begin(value: int) -> None:
    _started.append(value)


def begun() -> tuple[list[int], dict[str, str | None]]:
    return _started, {name: os.environ.get(name) for name in THREAD_VARIABLES}


def own_number(folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(300)


def fail() -> None:
    raise ValueError("no")


def test_a_lock_that_is_held_is_not_inherited() -> None:
    with LOCK, worker_pool(1) as pool:
        assert not pool.submit(locked).result(timeout=60)


def test_workers_are_set_up_and_use_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with worker_pool(2, begin, 3) as pool:
        started, threads = pool.submit(begun).result(timeout=60)
        with pytest.raises(ValueError, match="no"):
            pool.submit(fail).result(timeout=60)
    assert started == [3] and threads == dict.fromkeys(THREAD_VARIABLES, "1")
    assert os.environ["OMP_NUM_THREADS"] == "7" and "MKL_NUM_THREADS" not in os.environ


def test_work_that_nobody_wants_any_more_is_given_up(tmp_path: Path) -> None:
    with worker_pool(1) as pool:
        pool.submit(own_number, str(tmp_path))
        deadline = time.monotonic() + 60
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.01)
    (worker,) = (int(path.name) for path in tmp_path.iterdir())  # it would sleep for five minutes
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(worker)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    paths = [str(HERE), *filter(None, sys.path)]
    code = (f"import sys; sys.path[:0] = {paths!r}\nimport test_processes as t\n"
            f"with t.worker_pool(2) as pool:\n    list(pool.map(t.own_number, [{str(tmp_path)!r}] * 2))")
    parent = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert len(workers) == 2 and all(map(_runs, workers))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    while any(map(_runs, workers)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(_runs, workers))


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{number}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
