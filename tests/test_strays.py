"""Pasts that have gone astray, which training gives the stages to come back from."""

from __future__ import annotations

import numpy as np

from libretto.stages.strays import LEAST_SHARE, counted, strayed


def test_stretches_are_anothers_and_the_rest_is_as_it_was():
    tokens = np.arange(4 * 2 * 200).reshape(4, 2, 200)
    past, astray = strayed(tokens, np.random.default_rng(1), share=1.0, frame_rate=25)
    assert (astray.mean(axis=1) >= LEAST_SHARE).all() and astray.mean() < 0.95
    for row in range(4):
        assert np.array_equal(past[row][:, ~astray[row]], tokens[row][:, ~astray[row]])
        owners = {int(owner) for owner in np.unique(past[row][:, astray[row]] // 400)}
        assert len(owners) == 1 and owners != {row}
    assert np.array_equal(past[..., 1] % 200, tokens[..., 1] % 200)  # what was elsewhere at the same time
    none, kept = strayed(tokens, np.random.default_rng(1), share=0.0, frame_rate=25)
    assert np.array_equal(none, tokens) and not kept.any() and none is not tokens


def test_a_row_alone_strays_to_its_other_half():
    tokens = np.arange(100).reshape(1, 1, 100)
    past, astray = strayed(tokens, np.random.default_rng(2), share=1.0, frame_rate=25)
    assert np.array_equal(past[0, 0, astray[0]], (tokens[0, 0, astray[0]] + 50) % 100)


def test_finer_levels_of_strayed_frames_do_not_count():
    astray = np.array([[False, True], [True, False]])
    assert counted(astray, levels=3).tolist() == [[True] * 4, *[[True, False, False, True]] * 2]
