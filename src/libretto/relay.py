"""Makers that depend on one another, one after the other or each in a thread of its own. Knows nothing of music.

Every maker makes one growing row of frames. Whoever needs some of it calls ``reach``; a maker does so for what it is made
from. Nothing is made that was not asked for, but in a ``Relay`` each maker may run ahead by as much as was asked for so
far, at most ``ahead``: that is what lets stages work side by side, and what bounds their memory.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Maker:
    """``make(stop)`` brings the row to ``stop`` frames, in pieces of at most ``piece``, ``whole`` in all."""

    make: Callable[[int], None]
    whole: int
    piece: int
    ahead: int


class Chain:
    """Makers in the caller's thread: ``reach`` makes what is missing."""

    def __init__(self, makers: Mapping[str, Maker]) -> None:
        self._makers = makers
        self._done = dict.fromkeys(makers, 0)

    def reach(self, name: str, frames: int) -> None:
        """Return once ``frames`` frames of ``name`` are there."""
        if frames > self._done[name]:
            self._makers[name].make(frames)
            self._done[name] = frames

    def stop(self) -> None:
        """Nothing more will be asked for."""


class Relay:
    """Makers in threads of their own, which sleep until something is asked for."""

    def __init__(self, makers: Mapping[str, Maker]) -> None:
        self._makers = makers
        self._done = dict.fromkeys(makers, 0)
        self._wanted = dict.fromkeys(makers, 0)
        self._moved = threading.Condition()
        self._stopped = False
        self._error: BaseException | None = None
        # threads of a daemon's kind do not keep the interpreter alive, and none may run while it is taken down
        self._threads = [threading.Thread(target=self._run, args=(name,), name=f"libretto {name}", daemon=True) for name in makers]
        atexit.register(self.stop)
        for thread in self._threads:
            thread.start()

    def reach(self, name: str, frames: int) -> None:
        """Return once ``frames`` frames of ``name`` are there.

        Raises:
            whatever a maker raised, in any of the threads.
        """
        maker = self._makers[name]
        with self._moved:
            wanted = min(maker.whole, frames + min(frames, maker.ahead))
            if wanted > self._wanted[name]:
                self._wanted[name] = wanted
                self._moved.notify_all()
            self._moved.wait_for(lambda: self._over or self._done[name] >= frames)
            if self._error is not None:
                raise self._error
            if self._stopped:
                raise Stopped

    def stop(self) -> None:
        """End the threads, each after the piece it is at. May be called again."""
        with self._moved:
            self._stopped = True
            self._moved.notify_all()
        for thread in self._threads:
            thread.join()
        atexit.unregister(self.stop)

    @property
    def _over(self) -> bool:
        return self._stopped or self._error is not None

    def _run(self, name: str) -> None:
        maker = self._makers[name]
        try:
            while True:
                with self._moved:
                    self._moved.wait_for(lambda: self._over or self._wanted[name] > self._done[name])
                    if self._over:
                        return
                    stop = min(self._done[name] + maker.piece, self._wanted[name])
                maker.make(stop)
                with self._moved:
                    self._done[name] = stop
                    self._moved.notify_all()
        except Stopped:
            pass
        except BaseException as error:  # told to whoever waits, in every thread
            with self._moved:
                self._error = self._error or error
                self._moved.notify_all()


class Stopped(Exception):
    """What was being waited for will not come."""
