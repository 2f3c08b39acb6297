"""Worker processes, started afresh: a forked one has the locks that threads of its parent happened to hold, and may wait for ever."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
WHY_DIED = "out of memory? or a script without `if __name__ == \"__main__\":`?"  # for errors where a pool is broken
_PATIENCE = 5.0  # seconds that workers have to end once nobody wants their work


@contextmanager
def worker_pool(workers: int, setup: Callable[..., None] | None = None, *arguments: Any) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes that compute on one thread each and end when this process does, however it ends.

    Work that is not done is given up when the body is left. A script that calls this needs ``if __name__ == "__main__":``,
    as everywhere where processes are not forked.

    Args:
        setup: a function of a module, called with ``arguments`` in every worker before its first work.
    """
    context = multiprocessing.get_context("spawn")
    with (
        _one_thread(),
        ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(setup, arguments)) as pool,
    ):
        try:
            yield pool
        finally:
            started = list((pool._processes or {}).values())  # there is no public name for them
            pool.shutdown(wait=False, cancel_futures=True)
            _see_off(started)


def _see_off(started: list[Any]) -> None:
    """Wait until processes have ended, and kill those that do not: the interpreter would wait for them at its own end."""
    deadline = time.monotonic() + _PATIENCE
    left = {process.sentinel: process for process in started}
    while left and (seconds := deadline - time.monotonic()) > 0:
        for sentinel in wait(list(left), seconds):
            del left[sentinel]  # type: ignore[arg-type]
    for process in left.values():
        process.kill()


def _begin(setup: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if setup is not None:
        setup(*arguments)


def _leave_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started inside use one thread each."""
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
