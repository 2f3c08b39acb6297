"""What the ways in ask of a stage: tokens that are kept, a style that changes, a style to keep away from."""

from __future__ import annotations

import numpy as np
import pytest

from libretto import Libretto
from libretto.errors import RequestError
from libretto.stages.writer import doubled

LENGTH = 120  # frames: longer than a crop of the coarse stage


@pytest.fixture(scope="module")
def stages(tiny_weights):
    return Libretto.load(tiny_weights, threads=1).stages


def told(stage, frames: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    prefix = {token.name: rng.integers(0, token.codebook_size, token.levels) for token in stage.spec.prefix}
    aligned = {
        token.name: rng.integers(0, token.codebook_size, (token.levels, stage.layout.condition_frames(token, frames + stage.lead)))
        for token in stage.spec.aligned
    }
    return prefix, aligned


@pytest.mark.parametrize(("name", "temperature"), [("semantic", 3.0), ("coarse", 1.0), ("fine", 0.4)])
def test_kept_tokens_are_written_and_the_others_follow_from_them(stages, name, temperature):
    stage = stages[name]
    prefix, aligned = told(stage, LENGTH)
    free, _ = stage.advance(stage.start(prefix, seed=3, temperature=temperature), aligned, LENGTH)
    kept = np.full((stage.levels, LENGTH - 20), -1)
    kept[:, 40:60] = (free[:, 40:60] + 1) % stage.spec.target.codebook_size
    kept[0, 70:80] = free[0, 20:30]
    state = stage.keep(stage.start(prefix, seed=3, temperature=temperature), kept)
    tokens, _ = stage.advance(state, aligned, LENGTH)
    known = kept >= 0
    assert np.array_equal(tokens[:, : LENGTH - 20][known], kept[known])
    assert np.array_equal(tokens[:, :40], free[:, :40])
    assert (tokens[:, 60:] != free[:, 60:])[~np.pad(known, ((0, 0), (0, 20)))[:, 60:]].any()
    pieces = []
    for frames in (13, 50, LENGTH - 63):
        piece, state = stage.advance(state, aligned if not pieces else {}, frames)
        pieces.append(piece)
    assert np.array_equal(np.concatenate(pieces, axis=1), tokens)
    everything = np.random.default_rng(1).integers(0, stage.spec.target.codebook_size, (stage.levels, LENGTH))
    state = stage.keep(stage.start(prefix, seed=3), everything)
    assert np.array_equal(stage.advance(state, aligned, LENGTH)[0], everything)


def test_kept_tokens_are_checked(stages):
    state = stages["semantic"].start(seed=1)
    for wrong in (np.full((2, 4), 1), np.full((1, 4), 32), np.full((1, 4), -2)):
        with pytest.raises(RequestError, match="kept"):
            stages["semantic"].keep(state, wrong)


@pytest.mark.parametrize("name", ["semantic", "coarse"])
def test_a_style_turns_at_its_frame(stages, name):
    stage = stages[name]
    prefix, aligned = told(stage, LENGTH)
    other = told(stage, 1, seed=9)[0]
    free, _ = stage.advance(stage.start(prefix, seed=5, temperature=4.0), aligned, LENGTH)
    first, state = stage.advance(stage.start(prefix, seed=5, temperature=4.0), aligned, 50)
    turned, _ = stage.advance(stage.turn(state, other), {}, LENGTH - 50)
    stayed, _ = stage.advance(state, {}, LENGTH - 50)
    assert np.array_equal(first, free[:, :50]) and np.array_equal(stayed, free[:, 50:])
    assert not np.array_equal(turned, stayed)
    assert np.array_equal(state.prefix["style"][0], prefix["style"])  # a state is a value


def test_a_turn_can_lead_away_from_the_style_before(stages):
    stage = stages["semantic"]
    prefix, aligned = told(stage, LENGTH)
    other = told(stage, 1, seed=9)[0]
    _, state = stage.advance(stage.start(prefix, seed=5, temperature=4.0, guidance=3.0), aligned, 50)
    turned, away, back = (stage.turn(state, other, **more) for more in ({}, {"against": prefix}, {"against": other}))
    later = [stage.advance(each, {}, LENGTH - 50)[0] for each in (turned, away, stage.turn(away, other), back)]
    assert not np.array_equal(later[0], later[1])
    assert np.array_equal(later[0], later[2])  # the next turn leads away from nothing again
    assert not np.array_equal(later[1], later[3])


def test_guidance_leads_towards_controls_but_not_clock_and_mood_of_the_coarse_stage(stages):
    for name in ("semantic", "coarse"):
        spec = stages[name].spec
        said = {token.name: np.ones((1, token.levels, 5), np.int64) for token in spec.aligned}
        for control, rows in doubled(spec, said, {}).items():
            kept = control == "semantic" or (name, control) in (("coarse", "clock"), ("coarse", "mood"))
            blank = next(token.blank for token in spec.aligned if token.name == control)
            assert (rows[0] == 1).all() and (rows[1] == (1 if kept else blank)).all()


def test_guidance_leads_away_from_what_is_told(stages):
    stage = stages["semantic"]
    prefix, other = told(stage, 1)[0], told(stage, 1, seed=9)[0]

    def tokens(**settings):
        return stage.advance(stage.start(prefix, seed=2, temperature=4.0, **settings), {}, LENGTH)[0]

    blank = {"style": np.full(len(prefix["style"]), stage.spec.prefix[0].blank)}
    assert np.array_equal(tokens(guidance=3.0), tokens(guidance=3.0, against=blank))  # away from nothing said, as ever
    assert not np.array_equal(tokens(guidance=3.0), tokens(guidance=3.0, against=other))
    assert np.array_equal(tokens(), tokens(against=other))  # guidance 1 is off
    assert np.array_equal(tokens(guidance=4.0, against=prefix), tokens())  # away from itself is nowhere
    with pytest.raises(RequestError, match="no condition 'mood'"):
        stage.start(prefix, seed=2, against={"mood": np.zeros(3)})
