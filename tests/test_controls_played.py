"""Controls on their way from a course to the semantic stage."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

pytest.importorskip("torch")

import libretto
from libretto.controls import steady_clock, tune
from libretto.course import course_of
from libretto.performance import TOLD_GUIDANCE, Performance, begun, played
from libretto.request import Request
from libretto.stages.device_writer import open_torch_stage
from libretto.weights import open_weights

REQUEST = Request("slow sad piano", seconds=9.0, seed=5, temperature=2.0, guidance=3.0)  # two windows of the semantic stage and more


def course(model, clock):
    return dataclasses.replace(course_of(model, REQUEST), controls={"clock": clock})


@pytest.mark.parametrize("threads", [1, 2])
def test_a_clock_is_heard_from_where_it_is_told(tiny_weights, threads):
    model = libretto.load(tiny_weights, threads=threads)
    blank = np.full((3, 100), 64)
    half = np.concatenate([blank, steady_clock(90.0, 3, frames=125, rate=25)], axis=1)
    plain = played(Performance(model, REQUEST))[0]
    untold = played(Performance(model, REQUEST, course=course(model, blank)))[0]
    told = played(Performance(model, REQUEST, course=course(model, half)))[0]
    assert np.array_equal(plain.semantic, untold.semantic)
    assert np.array_equal(plain.semantic[:, :99], told.semantic[:, :99])  # a frame is told of the next one
    assert not np.array_equal(plain.semantic[:, 100:], told.semantic[:, 100:])


def test_pieces_and_engines_hear_the_same(tiny_weights):
    weights = open_weights(tiny_weights)
    stage = libretto.load(tiny_weights, threads=1).stages["semantic"]
    clock = steady_clock(133.0, 4, frames=160, rate=25, start=0.3)
    begin = {"style": np.arange(3)}
    whole, _ = stage.advance(stage.start(begin, seed=1, guidance=2.0), {"clock": clock}, 150)
    state, pieces = stage.start(begin, seed=1, guidance=2.0), []
    for start, stop in ((0, 1), (1, 60), (60, 150)):
        known = state.origin + state.aligned["clock"].shape[2]
        piece, state = stage.advance(state, {"clock": clock[:, known : stop + stage.lead]}, stop - start)
        pieces.append(piece)
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)
    other = open_torch_stage(weights, stage.spec, device="cpu")
    theirs, _ = other.advance(other.start(begin, seed=1, guidance=2.0), {"clock": clock}, 150)
    assert (theirs == whole).mean() > 0.9


@pytest.mark.parametrize("threads", [1, 2])
def test_a_tune_reaches_the_coarse_stage_at_its_own_rate(tiny_weights, threads):
    model = libretto.load(tiny_weights, threads=threads)
    begun = course_of(model, REQUEST)
    written = played(Performance(model, REQUEST))[0]
    same = {"semantic": written.semantic}
    late = np.full((2, 225), 13)
    late[:, 100:] = tune([(0.0, 5.0, 69.0)], frames=125, rate=25)
    told = played(Performance(model, REQUEST, course=dataclasses.replace(begun, known=same, controls={"tune": late})))[0]
    coarse = model.config.coarse_levels
    lag = model.stages["coarse"].layout.pattern.lag
    assert np.array_equal(told.semantic, written.semantic)
    assert np.array_equal(told.acoustic[:coarse, : 198 - lag], written.acoustic[:coarse, : 198 - lag])
    assert not np.array_equal(told.acoustic[:coarse, 200:], written.acoustic[:coarse, 200:])


def test_a_stage_is_led_towards_what_it_is_told_unless_the_request_says_how(tiny_weights):
    model = libretto.load(tiny_weights, threads=1)
    plain = dataclasses.replace(REQUEST, guidance=None)
    clock = {"clock": steady_clock(90.0, 3, frames=225, rate=25)}

    def guidances(request, controls):
        begun_with = dataclasses.replace(course_of(model, request), controls=controls)
        return {name: begun(model, request, begun_with, name, takes=[0]).sampling.guidance for name in ("semantic", "coarse", "fine")}

    assert guidances(plain, {}) == {"semantic": 1.0, "coarse": 1.0, "fine": 1.0}
    assert guidances(plain, {"landing": np.zeros((5, 225), np.int64)}) == {"semantic": TOLD_GUIDANCE, "coarse": 1.0, "fine": 1.0}
    assert guidances(plain, clock) == {"semantic": TOLD_GUIDANCE, "coarse": TOLD_GUIDANCE, "fine": 1.0}
    assert guidances(dataclasses.replace(plain, guidance=1.5), clock) == {"semantic": 1.5, "coarse": 1.5, "fine": 1.0}
