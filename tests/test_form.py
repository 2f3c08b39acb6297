"""Songs: sections that fit, players that come and go, endings, modulations, windows cut out of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from libretto.corpus.composing.compose import compose
from libretto.corpus.composing.excerpt import excerpt
from libretto.corpus.composing.form import SONGS, short, song
from libretto.corpus.composing.moods import FAMILIES, MOODS
from libretto.corpus.composing.plan import METRES, SECTIONS, adapted
from libretto.corpus.composing.styles import STYLES
from libretto.corpus.composing.theory import KEYS, parse_key
from libretto.corpus.score import Score
from libretto.corpus.sources.composed import Composed
from libretto.errors import CorpusError


@pytest.mark.parametrize("name", SONGS)
def test_a_song_fills_its_bars(name: str) -> None:
    for bars in range(20, 160, 7):
        form = song(name, bars)
        assert [s.start for s in form] == list(np.cumsum([0, *(s.bars for s in form[:-1])]))
        assert sum(s.bars for s in form) == bars and all(s.bars > 0 and s.kind in SECTIONS for s in form)
        doubled = any((a.kind, a.letter) == (b.kind, b.letter) for a, b in pairwise(form))
        assert not doubled or len(form) == len(SONGS[name])
    assert {s.kind for s in song(name, 150)} == {kind for kind, _, _ in SONGS[name]}


def test_short_forms_are_one_texture_of_phrases() -> None:
    form = short(10, np.random.default_rng(0))
    assert [s.bars for s in form] == [4, 4, 2] and {s.kind for s in form} == {""}


def notes_between(score: Score, start: float, end: float) -> int:
    return sum(start <= n.start < end for p in score.parts for n in p.notes)


def test_choruses_are_fuller_than_intros_and_breaks() -> None:
    fuller = []
    for style in ("rock", "trance", "soul", "disco"):
        for seed in range(4):
            score = compose(style, seed=seed, seconds=150)
            rates: dict[str, list[float]] = {}
            for s in score.sections:
                end = min(s.end, score.seconds)
                if end - s.start > 4:
                    rates.setdefault(s.name, []).append(notes_between(score, s.start, end) / (end - s.start))
            full = [r for kind in ("chorus", "drop") for r in rates.get(kind, [])]
            thin = [r for kind in ("intro", "break") for r in rates.get(kind, [])]
            if full and thin:
                fuller.append(np.mean(full) > np.mean(thin))
    assert len(fuller) >= 12 and np.mean(fuller) > 0.85


def test_a_section_that_returns_brings_its_motif() -> None:
    found = 0
    for seed in range(6):
        score = compose("chiptune", seed=seed, seconds=120)
        melody = next((p for p in score.parts if p.role == "melody"), None)
        choruses = [s for s in score.sections if s.name == "chorus"]
        if melody is None or len(choruses) < 2:
            continue
        step = 15 / score.sheet.bpm
        rhythms = [
            {round((n.start - s.start) / step) for n in melody.notes if s.start <= n.start < s.start + 16 * step}
            for s in choruses
        ]
        common = len(rhythms[0] & rhythms[1]) / max(1, len(rhythms[0] | rhythms[1]))
        found += common > 0.6
    assert found >= 2


def test_a_modulation_lifts_chords_and_notes_together() -> None:
    lifted = 0
    for seed in range(30):
        score = compose("soul", seed=seed, seconds=140)
        tonics = [h.tonic for h in score.harmony]
        if len(set(tonics)) == 1:
            continue
        lifted += 1
        assert tonics[0] == parse_key(score.sheet.key) or score.sheet.key in KEYS
        late = next(h.start for h in score.harmony if h.tonic != tonics[0])
        window = excerpt(score, late, min(15.0, score.seconds - late))
        assert window.sheet.key == KEYS[tonics[-1]]
        hits = [
            n.pitch % 12 in {(h.tonic + t) % 12 for t in h.chord.tones}
            for p in window.parts if p.role in ("chords", "pad")
            for h, end in zip(window.harmony, [h.start for h in window.harmony[1:]] + [window.seconds])
            for n in p.notes if h.start + 0.03 <= n.start < end - 0.03
        ]  # fmt: skip
        assert not hits or np.mean(hits) > 0.9
    assert not STYLES["soul"].modulations or lifted >= 3


@pytest.mark.parametrize("metre", ["3/4", "6/8", "12/8", "5/4"])
def test_any_style_in_any_metre(metre: str) -> None:
    for style in ("rock", "jazz swing", "classical piano", "ambient"):
        score = compose(style, seed=2, seconds=16, metre=metre)
        assert score.sheet.metre == metre
        per_bar = METRES[metre].quarters / METRES[metre].beat
        bars = np.diff(score.downbeats)
        assert np.median(bars) == pytest.approx(per_bar * 60 / score.sheet.bpm, rel=0.06)
    with pytest.raises(CorpusError, match="metre"):
        compose("rock", seed=0, metre="7/9")


def test_rows_adapt() -> None:
    assert adapted("x...x...x...x...", 24) == "x.....x.....x.....x....."
    assert adapted("x-x-", 12) == "x-x-x-x-x-x-"
    assert adapted("x...o...g...o...", 20) == "x...o...g...o...x..."
    assert adapted("x...o...g...o...", 12) == "x...o...g..."


def test_an_excerpt_is_the_same_music() -> None:
    score = compose("synthwave", seed=4, seconds=90)
    window = excerpt(score, 30.0, 12.0)
    assert window.seconds == 12.0 and all(0 <= b < 12 for b in window.beats)
    inside = {(round(n.start - 30, 4), n.pitch) for p in score.parts for n in p.notes if 30 <= n.start < 41.9}
    cut = {(n.start, n.pitch) for p in window.parts for n in p.notes}
    assert inside and inside <= cut
    assert all(n.start >= 0 and n.start + n.duration <= 12.001 for p in window.parts for n in p.notes)
    assert window.sheet.sections and set(window.sheet.sections) <= set(SECTIONS)
    for start, seconds in ((-1.0, 5.0), (85.0, 10.0), (0.0, 0.0)):
        with pytest.raises(CorpusError, match="window"):
            excerpt(score, start, seconds)


def test_every_mood_has_a_family_and_families_differ_in_what_is_played() -> None:
    assert len(FAMILIES) == 10 and {m.family.name for m in MOODS.values()} == set(FAMILIES)
    figures = {}
    for family in ("calm", "energetic", "dark", "playful"):
        mood = next(name for name, m in MOODS.items() if m.family.name == family)
        scores = [compose(s, seed=k, mood=mood) for s in ("house", "rock", "classical piano") for k in range(4)]
        pitch = np.mean([n.pitch for s in scores for p in s.parts if p.role == "melody" for n in p.notes])
        figures[family] = (
            pitch, np.mean([s.sheet.bpm for s in scores]), np.mean([s.mix.brightness for s in scores])
        )  # fmt: skip
    assert figures["playful"][0] > figures["dark"][0] + 7
    assert figures["energetic"][1] > figures["calm"][1] + 8
    assert figures["energetic"][2] > figures["dark"][2] + 5


def test_the_corpus_holds_pieces_and_windows_of_songs() -> None:
    source = Composed(seed=3, styles=["rock", "house", "soul"])
    scores = [source.score(item, seconds=10.0) for item in range(24)]
    assert all(score.seconds == 10.0 and score.parts for score in scores)
    songs = [score for score in scores if score.sections and score.sections[0].name]
    assert 6 <= len(songs) <= 18
    assert source.score(5, seconds=10.0) == scores[5]
