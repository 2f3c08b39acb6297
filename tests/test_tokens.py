"""Token specifications and patterns."""

from __future__ import annotations

import numpy as np
import pytest

from libretto.config import preset
from libretto.errors import ConfigError
from libretto.tokens import Pattern, TokenSpec


def test_rates_follow_from_the_specification():
    acoustic = preset("paper").codec.tokens
    assert (acoustic.tokens_per_second, acoustic.bits_per_second) == (600, 6000.0)
    assert (acoustic.blank, acoustic.vocabulary) == (1024, 1025)
    with pytest.raises(ConfigError, match="levels 0"):
        TokenSpec("acoustic", 0, 1024, 50)


def test_delay_is_laid_out_as_published():
    tokens = np.array([[[0, 1, 2], [10, 11, 12]]])
    grid = Pattern("delay", 2).lay(tokens, fill=-1)
    assert grid[0].tolist() == [[0, -1], [1, 10], [2, 11], [-1, 12]]


def test_flat_writes_frame_by_frame():
    tokens = np.array([[[0, 1], [10, 11]]])
    grid = Pattern("flat", 2).lay(tokens, fill=-1)
    assert grid[0].tolist() == [[0, -1], [-1, 10], [1, -1], [-1, 11]]


@pytest.mark.parametrize("name", ["flat", "delay"])
@pytest.mark.parametrize("levels", [1, 2, 5])
def test_layout_is_undone_and_agrees_with_what_steps_write(name, levels):
    pattern, frames = Pattern(name, levels), 7
    tokens = np.random.default_rng(0).integers(0, 9, (3, levels, frames))
    grid = pattern.lay(tokens, fill=-1)
    assert grid.shape == (3, pattern.steps(frames), levels)
    assert np.array_equal(pattern.gather(grid, frames), tokens)
    for step in range(pattern.steps(frames)):
        written, at = pattern.written(step, frames)
        assert np.array_equal(np.nonzero(grid[0, step] >= 0)[0], written)
        assert np.array_equal(grid[:, step, written], tokens[:, written, at])
    assert [pattern.frame(pattern.first_step(frame)) for frame in range(frames)] == list(range(frames))


@pytest.mark.parametrize("name", ["flat", "delay"])
def test_a_token_follows_the_lower_levels_and_the_frame_before(name):
    index = Pattern(name, 4).index(6)
    assert (np.diff(index, axis=0) > 0).all()
    assert (np.diff(index, axis=1) > 0).all()


def test_unknown_pattern_names_the_nearest():
    with pytest.raises(ConfigError, match="'delay'"):
        Pattern("dealy", 2)
