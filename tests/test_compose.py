"""The composer: deterministic, in range, in its mode, moved by the mood."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from libretto.corpus.composing.compose import compose
from libretto.corpus.composing.plan import nearest, onsets
from libretto.corpus.composing.styles import STYLES, list_styles
from libretto.corpus.composing.theory import (
    MODES,
    QUALITIES,
    chord_scale,
    mode_of,
    parse_key,
    progression,
    roman,
)
from libretto.corpus.score import Score
from libretto.corpus.sound.instruments import INSTRUMENTS
from libretto.errors import CorpusError

BRIGHT = ("major", "lydian", "mixolydian")
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def chord_tones(symbol: str) -> set[int]:
    """Pitch classes of a written chord, read independently of the composer."""
    root = symbol[:2] if symbol[1:2] in ("#", "b") and symbol[:2] in NAMES else symbol[:1]
    quality = {"": "maj", "m": "min"}.get(symbol[len(root) :], symbol[len(root) :])
    return {(NAMES.index(root) + interval) % 12 for interval in QUALITIES[quality]}


def melodic(score: Score) -> list[int]:
    return [note.pitch for part in score.parts if part.role == "melody" for note in part.notes]


def mean_pitch(scores: list[Score]) -> float:
    return float(np.mean([pitch for score in scores for pitch in melodic(score)]))


def notes_per_second(score: Score) -> float:
    return sum(len(part.notes) for part in score.parts) / score.seconds


@pytest.fixture(scope="module")
def scores() -> dict[str, list[Score]]:
    return {style: [compose(style, seed=seed) for seed in range(4)] for style in list_styles()}


def test_same_arguments_same_score_and_other_seed_other_score() -> None:
    for style in ("house", "classical piano", "jazz swing"):
        assert compose(style, seed=5) == compose(style, seed=5)
        assert compose(style, seed=5).parts != compose(style, seed=6).parts


def test_notes_stay_in_their_instruments_range(scores: dict[str, list[Score]]) -> None:
    for score in (score for several in scores.values() for score in several):
        for part in score.parts:
            low, high = (
                (27, 87)
                if part.drums
                else (INSTRUMENTS[part.instrument].low, INSTRUMENTS[part.instrument].high)
            )
            assert all(low <= note.pitch <= high and 1 <= note.velocity <= 127 for note in part.notes)


def test_sound_from_the_start_to_the_end(scores: dict[str, list[Score]]) -> None:
    for style, several in scores.items():
        for score in several:
            spans = sorted((n.start, n.start + n.duration) for part in score.parts for n in part.notes)
            heard, silence = 0.0, 0.0
            for start, end in spans:
                silence, heard = max(silence, start - heard), max(heard, end)
            assert spans[0][0] <= 0.2, style
            assert score.seconds - 0.1 <= heard <= score.seconds + 0.01, style
            assert silence < 1.0, style


@pytest.mark.parametrize("seconds", [2.0, 5.5, 64.0])
def test_other_lengths(seconds: float) -> None:
    for style in ("ambient", "techno", "waltz", "metal"):
        score = compose(style, seed=1, seconds=seconds)
        assert max(n.start + n.duration for part in score.parts for n in part.notes) == pytest.approx(
            seconds, abs=0.1
        )
        assert all(beat < seconds for beat in score.beats) and set(score.downbeats) <= set(score.beats)


def test_strong_melody_notes_are_mostly_chord_tones(scores: dict[str, list[Score]]) -> None:
    hits: list[bool] = []
    for score in (score for several in scores.values() for score in several):
        times, symbols = zip(*score.chords)
        for part in score.parts:
            for note in part.notes if part.role == "melody" else ():
                bar = min(score.downbeats, key=lambda beat: abs(beat - note.start))
                if abs(bar - note.start) < 0.05 and note.duration > 0.15:
                    symbol = symbols[int(np.searchsorted(times, bar + 0.02, side="right")) - 1]
                    hits.append(note.pitch % 12 in chord_tones(symbol))
    assert len(hits) > 200 and np.mean(hits) > 0.9


def test_the_sheet_names_the_mode_of_the_chords(scores: dict[str, list[Score]]) -> None:
    for score in (score for several in scores.values() for score in several):
        tonic = parse_key(score.sheet.key)
        thirds = [
            {(tone - tonic) % 12 for tone in chord_tones(symbol)} & {3, 4}
            for _, symbol in score.chords
            if NAMES.index(symbol[:2] if symbol[:2] in NAMES else symbol[:1]) == tonic
        ]
        third = 4 if score.sheet.mode in (*BRIGHT, "blues") else 3
        assert all(found in ({third}, set()) for found in thirds), (
            score.sheet.style,
            score.sheet.mode,
            score.chords,
        )
    assert compose("rock", seed=0, mode="dorian").sheet.mode == "dorian"
    assert compose("house", seed=0, mode="lydian", key="Eb").sheet.key == "E flat"


def test_tempo_keeps_to_the_style_unless_asked(scores: dict[str, list[Score]]) -> None:
    for style, several in scores.items():
        low, high = STYLES[style].tempo
        assert all(low <= score.sheet.bpm <= high for score in several)
    score = compose("techno", seed=3, bpm=100)
    assert score.sheet.bpm == 100
    assert np.diff(score.beats).mean() == pytest.approx(0.6, abs=0.005)


def test_the_sheet_names_what_plays(scores: dict[str, list[Score]]) -> None:
    for score in (score for several in scores.values() for score in several):
        played = {INSTRUMENTS[p.instrument].name for p in score.parts if not p.drums and p.role != "effect"}
        assert set(score.sheet.instruments) == played and len(score.sheet.instruments) == len(played)
        assert bool(score.sheet.drums) == any(part.drums for part in score.parts)


def test_mood_changes_mode_register_tempo_density_and_loudness() -> None:
    styles = ("synthwave", "rock", "classical piano", "adventure game", "soul")
    happy = [compose(style, seed=seed, mood="joyful") for style in styles for seed in range(6)]
    sad = [compose(style, seed=seed, mood="sad") for style in styles for seed in range(6)]
    assert (
        np.mean([s.sheet.mode in BRIGHT for s in happy])
        > 0.8
        > 0.2
        > np.mean([s.sheet.mode in BRIGHT for s in sad])
    )
    assert mean_pitch(happy) > mean_pitch(sad) + 3
    assert np.mean([s.sheet.bpm for s in happy]) > np.mean([s.sheet.bpm for s in sad]) + 10
    assert np.mean([*map(notes_per_second, happy)]) > 1.3 * np.mean([*map(notes_per_second, sad)])
    loudness = [
        np.mean([n.velocity for s in group for p in s.parts for n in p.notes]) for group in (happy, sad)
    ]
    assert loudness[0] > loudness[1] + 15


def test_texture_changes_and_motifs_return() -> None:
    changing, repeated = 0, 0
    for seed in range(10):
        score = compose("synthwave", seed=seed, seconds=40)
        bars = np.array([*score.downbeats, 1e9])
        textures = [
            frozenset(i for i, p in enumerate(score.parts) if any(a <= n.start + 0.02 < b for n in p.notes))
            for a, b in pairwise(bars)
        ]
        changing += len(set(textures)) > 1
        rhythms: dict[tuple[int, ...], int] = {}
        beat = 60 / score.sheet.bpm / 4
        for a, b in pairwise(bars):
            notes = [
                n
                for p in score.parts
                if p.role == "melody"
                for n in p.notes
                if a - 0.02 <= n.start < b - 0.02
            ]
            if notes:
                key = tuple(sorted({round((n.start - a) / beat) for n in notes}))
                rhythms[key] = rhythms.get(key, 0) + 1
        repeated += not rhythms or max(rhythms.values()) >= 3
    assert changing >= 8 and repeated >= 9


def test_errors_name_the_nearest() -> None:
    with pytest.raises(CorpusError, match="techno"):
        compose("tekno", seed=0)
    with pytest.raises(CorpusError, match="melancholic"):
        compose("house", seed=0, mood="melancolic")
    with pytest.raises(CorpusError, match="dorian"):
        compose("house", seed=0, mode="dorien")
    with pytest.raises(CorpusError, match="H"):
        compose("house", seed=0, key="H")
    for wrong in ({"seconds": 0.0}, {"bpm": 9.0}):
        with pytest.raises(CorpusError, match="expected"):
            compose("house", seed=0, **wrong)


def test_theory() -> None:
    assert roman("bVImaj7").tones == (8, 0, 3, 7)
    assert roman("iim7b5").tones == (2, 5, 8, 0) and roman("ii9").quality == "m9"
    assert roman("V7").symbol(9) == "E7" and roman("vi").symbol(0) == "Am"
    cases = {
        "I II": "lydian",
        "I bVII": "mixolydian",
        "i IV": "dorian",
        "i bII": "phrygian",
        "i V iv": "harmonic minor",
    }
    assert {row: mode_of(progression(row)) for row in cases} == cases
    assert chord_scale("minor", roman("V7")) == (0, 2, 3, 5, 7, 8, 11)
    assert all(set(roman("I7").tones) <= set(chord_scale(mode, roman("I7"))) for mode in MODES)
    with pytest.raises(CorpusError, match="roman"):
        roman("H7")


def test_rows() -> None:
    assert [(o.offset, o.length, o.symbol) for o in onsets("x--.o-..", 8)] == [(0, 0.75, "x"), (1, 0.5, "o")]
    assert onsets("x......." + "....x...", 8, 1)[0].offset == 1
    assert nearest(0, 65, 40, 90) == 60 and nearest(0, 67, 40, 71) == 60
