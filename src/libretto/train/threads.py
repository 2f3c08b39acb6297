"""Thread settings for trainings that share a machine. Imports no torch: call these before torch is imported."""

from __future__ import annotations

import os
import sys

from ..errors import TrainingError
from ..processes import THREAD_VARIABLES

_PASSIVE = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0", "GOMP_SPINCOUNT": "0"}


def wait_passively() -> None:
    """Make idle OpenMP threads sleep instead of spin; spinning collapses when another process takes a core (ours).

    Works only before the first import of torch: the OpenMP runtimes read these variables once. Values the user has
    set stay.
    """
    for name, value in _PASSIVE.items():
        os.environ.setdefault(name, value)


def use_threads(count: int) -> None:
    """Compute on ``count`` threads, in libraries loaded later and in torch where it is loaded already."""
    if count < 1:
        raise TrainingError(f"threads is {count}, expected at least 1")
    for name in THREAD_VARIABLES:
        os.environ[name] = str(count)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(count)


def passive_threads(count: int) -> None:
    """``wait_passively`` and ``use_threads`` in one call, for the command line."""
    wait_passively()
    use_threads(count)
