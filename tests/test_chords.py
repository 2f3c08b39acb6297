"""Chords as tokens, over bars, and as people write them; what a model is told of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from libretto import Libretto, Request, residual, usual
from libretto.asked import controls_of
from libretto.chords import BLANK, Progression, chord, chord_token, moved, tones, written
from libretto.controls import Timeline, key, tokens_of
from libretto.corpus.composing.theory import QUALITIES
from libretto.course import Turn
from libretto.errors import RequestError
from libretto.weights import WeightsFolder

PROMPT = "slow sad piano"


def test_tokens_say_root_third_and_colour():
    assert chord_token(9, QUALITIES["m7"]) == (9 * 3 + 1, 2) and chord_token(0, QUALITIES["maj9"]) == (2, 3)
    assert chord_token(2, QUALITIES["5"]) == (6, 0) and chord_token(2, QUALITIES["sus4"]) == (6, 7)
    tokens = {chord_token(0, tones) for tones in QUALITIES.values()}
    assert len(tokens) >= 12 and chord_token(11, QUALITIES["m7b5"]) == (34, 4) == chord_token(11, QUALITIES["dim7"])


def test_tokens_have_tones():
    for quality in ("maj", "m7", "maj7", "sus4", "dim", "aug", "5"):
        assert set(tones(*chord_token(9, QUALITIES[quality]))) == {(9 + size) % 12 for size in QUALITIES[quality]}


def test_a_timeline_becomes_a_track():
    told = chord([(0.4, 9, "min"), (1.0, 5, "maj7")], frames=50, rate=25)
    assert told[:, [0, 10, 24, 25, 49]].tolist() == [[28, 28, 28, 17, 17], [0, 0, 0, 3, 3]]
    assert (chord([], frames=5, rate=25)[0] == BLANK).all()
    assert (tokens_of(Timeline(chords=[(0.0, 9, "min")]), frames=5, rate=25)["chord"][0] == 28).all()


def test_moved_as_keys_are():
    told = np.array([[0, 35, BLANK], [0, 2, BLANK]])
    assert moved(told, 1).tolist() == [[3, 2, BLANK], [0, 2, BLANK]] and (moved(moved(told, 5), -5) == told).all()


@pytest.mark.parametrize(("text", "roots", "bars"), [
    ("Am F C G", [9, 9, 5, 5, 0, 0, 7, 7], 4), ("| Dm7 G7 | Cmaj7 |", [2, 7, 0, 0], 2), ("F#m7b5", [6, 6], 1),
    ("Bb/D E\u266d", [10, 10, 3, 3], 2),
])  # fmt: skip
def test_written_chords(text, roots, bars):
    found = written(text)
    assert (found.chords[0] // 3).tolist() == roots and found.bars == bars and found.mode == ""


@pytest.mark.parametrize(("text", "words"), [
    ("", "chords are ''"), ("| |", "expected a bar each"), ("H", "'H' is no chord"), ("Cfoo", "unknown quality"),
    ("| C F G |", "has 3 chords"),
])  # fmt: skip
def test_no_chords(text, words):
    with pytest.raises(RequestError, match=words):
        Request(PROMPT, chords=text, bpm=120)


def test_a_progression_comes_round_on_bar_lines():
    told = written("Am F").track(tonic=0, bar_seconds=2.0, start=0.5, frames=250, rate=25)
    assert [int(told[0, round(second * 25)]) // 3 for second in (0.2, 0.6, 2.4, 2.6, 4.4, 4.6)] == [5, 9, 9, 5, 5, 9]


@pytest.fixture(scope="module")
def model(tiny_weights):
    return Libretto.load(tiny_weights, threads=1)


def test_a_model_is_told_written_chords(model):
    told = controls_of(model, Request(PROMPT, seconds=8.0, bpm=120, chords="Am  F C G"), seconds=8.0)
    assert "key" not in told and (told["chord"][0, ::50] // 3).tolist() == [9, 5, 0, 7]
    begun = controls_of(model, Request(PROMPT, seconds=8.0, bpm=120, chords="Am F"), seconds=8.0, begin=3.0)
    assert (begun["chord"][0, :75] == BLANK).all() and (begun["chord"][0, [75, 124, 125]] // 3).tolist() == [9, 9, 5]
    with pytest.raises(RequestError, match="no tempo is given; add bpm"):
        controls_of(model, Request(PROMPT, chords="Am F"), seconds=8.0)
    with pytest.raises(RequestError, match="weights with the control 'chord'"):
        controls_of(Deaf(model), Request(PROMPT, chords="Am F", bpm=90), seconds=8.0)


class Deaf:
    """What ``asked`` reads of a model, here one that hears a clock alone."""

    def __init__(self, model):
        self.config, self.weights = dataclasses.replace(model.config, controls=("clock",)), model.weights


def test_chords_that_nobody_asked_for_are_usual_ones_in_the_key_asked_for(model, monkeypatch):
    books, style = model.weights.tables["mulan.codebooks"], np.zeros(model.config.mulan.levels, np.int64)
    far = residual.tokenize(-usual.vectors(books, style[None]), books)[0]
    chords = np.zeros((2, 2, 16), np.uint8)
    chords[0, :, :4], chords[1, :, :4] = written("Cm Ab").chords, written("C F").chords
    tables = {usual.STYLES: np.stack([style, far]), usual.TEMPI: np.full(2, 120.0, np.float32), usual.BEATS: np.array([4, 4]),
              usual.MODES_OF: np.array([1, 0], np.uint8), usual.BARS_OF: np.array([2, 2], np.uint8), usual.CHORDS: chords}
    told = WeightsFolder(model.weights.path, model.weights.config, {**model.weights.tables, **tables})
    monkeypatch.setattr(model, "weights", told)
    asked = controls_of(model, Request(PROMPT, key="D minor"), seconds=4.0, turns=[Turn(0.0, style)])
    assert (asked["chord"][0, [0, 49, 50]] // 3).tolist() == [2, 2, 10]
    assert (asked["key"] == key([(0.0, 2, "minor")], frames=100, rate=25)).all()
    bright = controls_of(model, Request(PROMPT, key="D major"), seconds=4.0, turns=[Turn(0.0, style)])
    assert (bright["chord"][0, [0, 50]] // 3).tolist() == [2, 7]
    free = [controls_of(model, Request(PROMPT, seed=seed), seconds=4.0, turns=[Turn(0.0, style)]) for seed in range(8)]
    tonics = {int(each["key"][0, 0]) for each in free}
    assert len(tonics) > 3 and all(int(each["chord"][0, 0]) // 3 == int(each["key"][0, 0]) for each in free)
    changed = controls_of(model, Request("piano in D minor", at=[(4.0, "piano in E major")]), seconds=10.0, turns=[Turn(0.0, style)])
    assert (changed["chord"][0, [0, 50, 100, 150]] // 3).tolist() == [2, 10, 4, 9]
    assert "chord" not in controls_of(model, Request(PROMPT, key="D minor"), seconds=4.0)  # after a sound nothing is made up


def test_a_progression_is_brought_home():
    away, home = Progression("minor", written("Am F C G").chords), Progression("minor", written("Cm Cm Cm Ab").chords)
    assert (away.homeward().chords[0, ::2] // 3).tolist() == [0, 5, 0, 7] and away.homeward().at_home == 0.5
    assert away.homeward().chords[0, 0] % 3 == 1 and Progression("lydian", away.chords).homeward().chords[0, 0] % 3 == 2
    assert home.homeward() is home


def test_a_key_that_is_asked_for_gets_chords_that_say_it():
    clear, vague = Progression("major", written("C F G C").chords), Progression("major", written("C Ebmaj7 Bbm Abm").chords)
    assert clear.homeward().clarity > usual.CLEAR_KEY > 0 > vague.clarity
    plain, led = (Progression("minor", written(text).chords).clarity for text in ("Cm Fm Gm Cm", "Cm Cm G7 Cm"))
    assert led > plain > 0 > Progression("minor", written("Cm Ab Eb Bb").chords).clarity  # that is E flat major
    books = np.eye(16, dtype=np.float32)[None] * 0.9
    tables = {"mulan.codebooks": books, usual.STYLES: np.array([[1], [1]]), usual.MODES_OF: np.zeros(2, np.uint8),
              usual.BARS_OF: np.full(2, 4, np.uint8), usual.CHORDS: np.zeros((2, 2, 16), np.uint8)}
    for row, each in enumerate((vague, clear)):
        tables[usual.CHORDS][row, :, :8] = each.chords
    drawn = [usual.usual_chords(tables, np.array([1]), mode="major", seed=seed) for seed in range(6)]
    assert all(np.array_equal(each.chords, clear.homeward().chords) for each in drawn)
