"""Worker processes, started afresh: a forked one has the locks that threads of its parent happened to hold, and may wait for ever."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
WHY_DIED = "out of memory? or a script without `if __name__ == \"__main__\":`?"  # for errors where a pool is broken


@contextmanager
def worker_pool(workers: int, setup: Callable[..., None] | None = None, *arguments: Any) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes that compute on one thread each and end when this process does, however it ends.

    Work that is not begun is given up when the body is left. A script that calls this needs ``if __name__ == "__main__":``,
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
            pool.shutdown(wait=False, cancel_futures=True)


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
