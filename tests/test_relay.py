"""Makers in threads: what is made, how far ahead, and how it ends."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

import libretto
from libretto.relay import Chain, Maker, Relay, Stopped

KINDS = (Chain, Relay)


class Two:
    """Squares of numbers made from numbers, both noted as they are made."""

    def __init__(self, kind, *, whole: int = 100, piece: int = 7, ahead: int = 20, fail_at: int | None = None) -> None:
        self.rows: dict[str, list[int]] = {"numbers": [], "squares": []}
        self.fail_at = fail_at
        self.line = kind({
            name: Maker(partial(self.make, name), whole=whole, piece=piece, ahead=ahead) for name in self.rows
        })

    def make(self, name: str, stop: int) -> None:
        row = self.rows[name]
        if self.fail_at is not None and name == "numbers" and stop > self.fail_at:
            raise ValueError("out of numbers")
        if name == "squares":
            self.line.reach("numbers", stop)
        row += [n if name == "numbers" else self.rows["numbers"][n] ** 2 for n in range(len(row), stop)]


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("libretto")}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_for_is_there(kind):
    two = Two(kind)
    for stop in (1, 1, 30, 100):
        two.line.reach("squares", stop)
        assert two.rows["squares"][:stop] == [n * n for n in range(stop)]
    two.line.stop()
    assert len(two.rows["squares"]) == 100 and not threads()


def test_nobody_runs_further_ahead_than_the_bound():
    two = Two(Relay, whole=1000)
    two.line.reach("squares", 5)
    two.line.reach("squares", 50)
    two.line.stop()
    assert 50 <= len(two.rows["squares"]) <= 50 + 20  # what was asked for and the bound
    assert len(two.rows["numbers"]) <= 50 + 20 + 20


@pytest.mark.parametrize("kind", KINDS)
def test_errors_reach_whoever_asks(kind):
    two = Two(kind, fail_at=40)
    two.line.reach("squares", 10)
    for _ in range(2):  # and again: it does not wait for what will never come
        with pytest.raises(ValueError, match="out of numbers"):
            two.line.reach("squares", 90)
    two.line.stop()
    assert not threads()


def test_stopping_while_others_wait_ends_all_threads():
    gate, entered = threading.Event(), threading.Event()

    def slow(stop: int) -> None:
        entered.set()
        gate.wait(10)

    relay = Relay({
        "slow": Maker(slow, whole=10, piece=10, ahead=0),
        "waiting": Maker(lambda stop: relay.reach("slow", stop), whole=10, piece=10, ahead=0),
    })

    def ask() -> None:
        with pytest.raises(Stopped):
            relay.reach("waiting", 10)

    asking = threading.Thread(target=ask)
    asking.start()
    assert entered.wait(10) and len(threads()) == 2
    stopping = threading.Thread(target=relay.stop)
    stopping.start()
    asking.join(10)  # whoever waits is let go at once
    assert not asking.is_alive()
    gate.set()
    stopping.join(10)
    assert not threads()
    relay.stop()  # again: nothing happens


@pytest.mark.parametrize("how", ["closed", "left", "dropped", "failed"])
def test_a_stream_left_early_leaves_no_threads(tiny_weights, monkeypatch, how):
    model = libretto.load(tiny_weights, threads=2)
    stream = model.stream("slow sad piano", seconds=60.0, seed=1, chunk_seconds=0.5)
    assert not threads()  # nothing is made before the first chunk is asked for
    next(stream)
    assert threads() == {"libretto semantic", "libretto coarse", "libretto fine"}
    if how == "closed":
        stream.close()
        assert next(stream, None) is None
    elif how == "left":
        with stream:
            next(stream)
    elif how == "dropped":
        del stream
        gc.collect()
    else:
        monkeypatch.setattr(model.stages["semantic"], "advance", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            list(stream)
    assert not threads()


def test_an_interpreter_ends_in_the_middle_of_a_stream(tiny_weights):
    code = "import sys, libretto; s = libretto.load(sys.argv[1], threads=2).stream('piano', seconds=60); print(next(s).seconds)"
    done = subprocess.run([sys.executable, "-c", code, str(tiny_weights)], capture_output=True, text=True, timeout=120,
                          env={"PYTHONPATH": str(Path(libretto.__file__).parents[1])})
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1.0", "")
