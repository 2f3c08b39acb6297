"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _beside(path: Path, role: str) -> Path:
    """A hidden name in the same folder (renames stay on one disk), with the same suffix (writers look at it)."""
    return path.with_name(f".{path.stem}.{role}{path.suffix}")


@contextmanager
def atomic(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it onto ``path`` on success, remove it on error.

    The folder is made where it is missing. The temporary name keeps the suffix.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(target, f"partial-{os.getpid()}")
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path | str) -> Iterator[Path]:
    """Yield an empty temporary folder; it takes the place of the folder ``path`` on success, is removed on error.

    A folder cannot be renamed onto a full one, so the old one steps aside first. A process that dies between the
    two renames leaves it there: ``recover_folder`` brings it back.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    recover_folder(target)
    temporary, previous = _beside(target, "partial"), _beside(target, "previous")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        if target.exists():
            os.replace(target, previous)
        os.replace(temporary, target)
        shutil.rmtree(previous, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def recover_folder(path: Path | str) -> None:
    """Undo what a death in the middle of ``atomic_folder`` left: the previous folder returns where none stands."""
    target = Path(path)
    previous = _beside(target, "previous")
    if not previous.exists():
        return
    if target.exists():
        shutil.rmtree(previous, ignore_errors=True)
    else:
        os.replace(previous, target)
