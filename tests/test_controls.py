"""Controls as tokens: the clock of any bar, keys, tunes, and what a gap leads to."""

from __future__ import annotations

import numpy as np
import pytest

from libretto import controls
from libretto.controls import LANDMARKS, PACES, PHASES, REST, Timeline
from libretto.errors import ConfigError, RequestError
from libretto.tokens import TokenSpec

RATE = 25


def beats_of(tokens: np.ndarray) -> list[tuple[int, int]]:
    """(beats in the bar, which one) at every frame where the first level changes."""
    names = {length * (length - 1) // 2 + place: (length, place) for length in range(1, 9) for place in range(length)}
    changes = np.flatnonzero(np.diff(tokens[0], prepend=-1))
    return [names[int(tokens[0, frame])] for frame in changes if tokens[0, frame] < PACES]


def test_a_bar_of_four_counts_to_four_and_tells_its_pace():
    beats = np.arange(0, 8.01, 0.5)
    tokens = controls.clock(beats, beats[::4], frames=200, rate=RATE)
    assert beats_of(tokens)[:5] == [(4, 0), (4, 1), (4, 2), (4, 3), (4, 0)]
    assert set(tokens[2]) == {16 * 2}, "120 beats a minute are two octaves above the slowest"
    assert tokens[1, :12].tolist() == [int((frame + 0.5) / 12.5 * PHASES) for frame in range(12)]
    for level, token in zip(tokens, (64, 16, 64), strict=True):
        assert level.min() >= 0 and level.max() < token


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8])
def test_bars_of_other_lengths(length):
    beats = np.arange(0, 12.0, 0.4)
    told = beats_of(controls.clock(beats, beats[::length], frames=290, rate=RATE))
    assert told[: 2 * length] == ([(length, place) for place in range(length)] * 2 if length > 1 else [(1, 0)])


def test_a_pickup_is_counted_back_from_the_first_bar_and_a_cut_bar_is_taken_for_whole():
    beats = np.arange(0.3, 6.0, 0.5)
    told = beats_of(controls.clock(beats, beats[1::3], frames=150, rate=RATE))
    assert told[:5] == [(3, 1), (3, 2), (3, 0), (3, 1), (3, 2)], "the clip begins inside the beat before the first"
    assert told[-1][0] == 3


def test_bars_that_change_are_told_each_with_its_own_length():
    beats = np.arange(0, 10.0, 0.5)
    told = beats_of(controls.clock(beats, beats[[0, 4, 7, 10, 14]], frames=250, rate=RATE))
    assert told[:7] == [(4, 0), (4, 1), (4, 2), (4, 3), (3, 0), (3, 1), (3, 2)]
    assert told[-7:] == [(4, 3), (3, 0), (3, 1), (3, 2), (3, 0), (3, 1), (3, 2)], "after the last downbeat bars go on as usual"


def test_the_pace_follows_a_ritardando_and_silence_after_the_end_is_blank():
    beats = np.cumsum([0.0, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8])
    tokens = controls.clock(beats, beats[::4], frames=250, rate=RATE)
    paces = [int(tokens[2, int((beat + 0.1) * RATE)]) for beat in beats[:-1]]
    assert paces[0] == 32 and paces == sorted(paces, reverse=True) and paces[-1] == round(16 * np.log2(75 / 30))
    assert (tokens[:, int((beats[-1] + 0.85) * RATE) + 1 :] == PACES).all()


def test_without_bars_nothing_is_told():
    blank = np.full((3, 10), PACES)
    for beats, downbeats in (((), ()), ((1.0,), (1.0,)), ((0.0, 0.5, 1.0), ()), ((0.0, 0.5, 1.0), (0.25,))):
        assert (controls.clock(beats, downbeats, frames=10, rate=RATE) == blank).all()
    nine = np.arange(0, 20, 0.1)
    assert (controls.clock(nine, nine[::9], frames=10, rate=RATE) == blank).all(), "a bar holds eight beats at most"


@pytest.mark.parametrize("start", [0.0011, 0.3011, 3.7011])  # no frame's middle on an edge
def test_a_steady_clock_is_that_of_its_beats(start):
    beats = start + 0.5 * np.arange(-12, 60)
    told = controls.steady_clock(120, 3, frames=300, rate=RATE, start=start)
    assert np.array_equal(told, controls.clock(beats, beats[::3], frames=300, rate=RATE))
    assert told[0, int(start * RATE) + 1] == 3 and (told < PACES).all()


def test_a_key_holds_from_the_beginning_until_the_next():
    told = controls.key([(2.0, 14, "minor"), (0.5, 0, "major")], frames=100, rate=RATE)
    assert told[:, 0].tolist() == [0, 0] and told[:, 49].tolist() == [0, 0] and told[:, 50].tolist() == [2, 1]
    assert (controls.key([], frames=4, rate=RATE) == 12).all()
    with pytest.raises(RequestError, match="'dorian'"):
        controls.key([(0.0, 0, "dorien")], frames=4, rate=RATE)


def test_a_tune_has_classes_onsets_and_rests():
    told = controls.tune([(0.4, 0.8, 61), (0.8, 1.2, 61), (-1.0, -0.5, 40), (-0.5, 0.12, 65)], frames=40, rate=RATE)
    assert told[0, :5].tolist() == [5, 5, 5, REST, REST] and not told[1, :10].any(), "a note that goes on does not begin"
    assert set(told[0, 10:30]) == {1} and np.flatnonzero(told[1]).tolist() == [10, 20]
    assert set(told[0, 30:]) == {REST}


def test_an_unknown_tune_is_blank_and_a_known_one_rests():
    known = controls.tokens_of(Timeline(tuned=True), frames=6, rate=RATE)
    unknown = controls.tokens_of(Timeline(), frames=6, rate=RATE)
    assert (known["tune"][0] == REST).all() and (known["tune"][1] == 0).all()
    semantic = TokenSpec("semantic", 1, 1024, RATE)
    for name, values in unknown.items():
        token = controls.control_token(name, semantic=semantic)
        assert values.shape == (token.levels, 6) and (values == token.blank).all()


def test_tokens_fit_their_specification():
    beats = np.arange(0, 30, 0.11)
    line = Timeline(beats.tolist(), beats[::8].tolist(), [(0.0, 11, "blues")], [(0.0, 9.0, 71)], True)
    for name, values in controls.tokens_of(line, frames=700, rate=RATE).items():
        token = controls.control_token(name, semantic=TokenSpec("semantic", 1, 1024, RATE))
        assert values.shape == (token.levels, 700) and values.min() >= 0 and values.max() <= token.blank
    with pytest.raises(ConfigError, match="'clock'"):
        controls.control_token("clok", semantic=TokenSpec("semantic", 1, 1024, RATE))


def test_a_landing_tells_how_far_and_what_follows():
    tokens = np.arange(100, 140)
    told = controls.landing(tokens, (10, 31), frames=40, blank=1024)
    assert (told[:, :10] == 1024).all() and (told[:, 31:] == 1024).all()
    assert told[0, 23:31].tolist() == [8, 7, 6, 5, 4, 3, 2, 1] and (np.diff(told[0, 10:31]) <= 0).all()
    assert [told[level, 20] for level in range(1, 5)] == [131 + ahead for ahead in LANDMARKS]
    assert told[4, 20] == 139 and controls.landing(tokens, (10, 36), frames=40, blank=1024)[4, 20] == 1024
