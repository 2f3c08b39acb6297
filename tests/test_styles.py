"""The style sheets are sound, and every way of playing does what its name promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from libretto.corpus.composing import bass, comping, melody
from libretto.corpus.composing.form import SONGS
from libretto.corpus.composing.moods import MOODS
from libretto.corpus.composing.plan import METRES, Event, Plan, Section
from libretto.corpus.composing.rhythm import DRUMS, Clock
from libretto.corpus.composing.styles import STYLES, families, list_styles
from libretto.corpus.composing.styles.style import Layer
from libretto.corpus.composing.theory import Chord, mode_of, progression
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS

SYMBOLS = set("xogr-.35678avns")
BARS = 8


def plan(metre: str = "4/4", chords: str = "i iv V7 i", style: str = "salsa", seed: int = 0) -> Plan:
    """Eight bars in C, a chord to the bar."""
    quarters = METRES[metre].quarters
    row = progression(chords)
    spans: list[tuple[float, Chord]] = [(bar * quarters, row[bar % len(row)]) for bar in range(BARS)]
    made = Plan(
        STYLES[style], np.random.default_rng(seed), 120.0, 0, "harmonic minor", MOODS["lively"], METRES[metre], BARS, 0.6, 0.7, spans,
        [Section("", "A", 0, BARS, 0.0)],
    )  # fmt: skip
    return made


def played(manner: str, rows: tuple[str, ...], instrument: str = "piano", **kinds: str) -> tuple[Plan, list[Event]]:
    made = plan(**kinds)
    layer = Layer("chords", manner, (instrument,), rows)
    return made, comping.play(layer, instrument, made, list(range(BARS)))


def test_the_asked_styles_are_there() -> None:
    asked = """ambient, lo-fi hip hop, house, deep house, techno, trance, drum and bass, dubstep, synthwave, trap, breakbeat,
    downtempo, IDM, rock, indie rock, metal, punk, blues, country, folk, soul, funk, disco, gospel, reggae, ska, surf rock,
    jazz swing, big band, jazz ballad, bossa nova, bebop, gypsy jazz, salsa, samba, tango, afrobeat, cumbia,
    classical piano, romantic piano, string quartet, orchestral, baroque, choral, waltz, march, minimalism,
    orchestral cinematic, horror, chiptune, adventure game, lullaby, meditation"""
    assert {" ".join(name.split()) for name in asked.split(",")} == set(list_styles())
    assert set(families()) == set(list_styles()) and all(families().values())


@pytest.mark.parametrize("name", list_styles())
def test_style_sheets_are_sound(name: str) -> None:
    style = STYLES[name]
    assert set(style.moods) <= set(MOODS) and set(style.kits) <= set(KITS)
    assert len({MOODS[mood].family.name for mood in style.moods}) >= 4
    assert set(style.metres) <= set(METRES) and set(style.song) <= set(SONGS)
    for mode, rows in style.progressions.items():
        assert {mode_of(progression(row)) for row in rows} == {mode}
    assert all(progression(cadence) for cadence in style.cadences)
    for layer in style.layers:
        assert set(layer.instruments) <= set(INSTRUMENTS)
        assert all(len(row) in (8, 12, 16, 20, 24, 32) and set(row) <= SYMBOLS for row in layer.rows)
        manners = bass.MANNERS if layer.role == "bass" else {**comping.MANNERS, **melody.MANNERS}
        assert layer.manner in manners or layer.manner == "double"
        assert set(layer.sections) <= {kind for form in style.song for kind, _, _ in SONGS[form]}
    for grid in style.grids:
        assert set(grid) <= set(DRUMS) and len({len(row) for row in grid.values()}) == 1
        assert all(set(row) <= set("xogr.") for row in grid.values())


@pytest.mark.parametrize("name", list_styles())
def test_a_musician_can_read_what_makes_the_style(name: str) -> None:
    text = STYLES[name].character
    sentences = [part for part in text.replace("; ", ". ").split(". ") if part]
    assert 250 < len(text) < 700 and len(sentences) >= 3 and text.endswith(".")


def test_no_two_styles_share_their_drums_or_their_words() -> None:
    grids: dict[str, str] = {}
    for name, style in STYLES.items():
        for grid in style.grids:
            key = repr(sorted(grid.items()))
            assert grids.setdefault(key, name) == name, f"{name} and {grids[key]} play the same grid"
    assert len({style.character for style in STYLES.values()}) == len(STYLES)


def test_tumbao_sounds_the_next_chord_before_the_bar_line() -> None:
    made = plan()
    layer = Layer("bass", "rows", ("upright_bass",), ("......5-----n---",))
    events = bass.play(layer, "upright_bass", made, list(range(BARS)))
    ahead = [event for event in events if event.start % 4 == 3]
    assert len(ahead) == BARS and not [event for event in events if event.start % 4 == 0]
    for event in ahead[:-1]:
        assert event.pitch % 12 == made.chord_at(event.start + 1).root


def test_a_slid_bass_note_starts_below_and_a_ghost_is_dead() -> None:
    layer = Layer("bass", "rows", ("electric_bass",), ("x...s...g.......",))
    events = bass.play(layer, "electric_bass", plan(), [0])
    assert [(event.slide, event.muted) for event in events] == [(0.0, False), (-2.0, False), (0.0, True)]


@pytest.mark.parametrize(("metre", "beats"), [("4/4", 4), ("3/4", 3), ("12/8", 4), ("6/8", 2), ("5/4", 5)])
def test_a_walking_bass_steps_on_every_beat(metre: str, beats: int) -> None:
    made = plan(metre)
    events = bass.play(Layer("bass", "walk", ("upright_bass",)), "upright_bass", made, list(range(BARS)))
    on_beats = {round(event.start / made.metre.beat, 6) for event in events}
    assert set(range(BARS * beats)) <= on_beats


def test_la_pompe_is_long_short_long_short() -> None:
    _, events = played("pompe", (), "gypsy_guitar")
    lengths = {beat: {round(e.duration, 2) for e in events if e.start % 4 == beat} for beat in range(4)}
    assert max(lengths[1] | lengths[3]) < min(lengths[0] | lengths[2])
    assert sum(event.start % 4 == 1 for event in events) == sum(event.start % 4 == 3 for event in events) >= 4 * BARS


def test_palm_mutes_and_dead_strokes_are_marked() -> None:
    _, metal = played("power", ("x.o.o.o.x.o.o.o.",), "distorted_guitar")
    assert {event.muted for event in metal if event.start % 2 == 0} == {False}
    assert {event.muted for event in metal if event.start % 2} == {True}
    for manner in ("strum", "skank", "ostinato"):
        _, events = played(manner, ("x.g.x.g.x.g.x.g.",), "clean_guitar")
        assert all(event.muted == (event.start % 1 == 0.5) for event in events)


def test_phasing_cells_do_not_fit_the_bar() -> None:
    wandering = 0
    for seed in range(12):
        made = plan(seed=seed, chords="i i i i")
        layer = Layer("arpeggio", "phase", ("marimba",))
        events = comping.play(layer, "marimba", made, list(range(BARS)))
        accents = np.array([event.start for event in events if event.velocity > 0.8])
        gaps = np.diff(accents)
        assert np.allclose(gaps, gaps[0])  # the cell never changes its length
        wandering += len({round(at % 4, 3) for at in accents}) > 4
    assert wandering >= 5


def test_chorale_has_four_voices_that_move_little_over_a_leaping_bass() -> None:
    _, events = played("chorale", ("x-------x-------",), "choir", chords="i iv V7 i")
    chords = [sorted(e.pitch for e in events if e.start == at) for at in sorted({e.start for e in events})]
    assert all(3 <= len(voices) <= 4 and voices[0] <= 59 and voices[-1] <= 77 for voices in chords)
    upper = [abs(b[-1] - a[-1]) for a, b in pairwise(chords)]
    assert max(upper) <= 5 and np.mean(upper) < 3


def test_soli_and_shouts_are_chords_under_one_line() -> None:
    made, events = played("soli", ("x-x-x-x-x-------",), "alto_sax")
    for at in {event.start for event in events}:
        voices = sorted(event.pitch for event in events if event.start == at)
        assert len(voices) == 4 and voices[-1] - voices[0] <= 12
        assert all((pitch - made.tonic) % 12 in made.chord_at(at).tones for pitch in voices[:-1])
    _, shouts = played("shout", ("x.x.....x-------",), "brass_section")
    assert all(event.duration < 0.3 for event in shouts if event.start % 4 < 1)
    assert {event.slide for event in shouts if event.start % 4 == 2} <= {-1.0, 0.0}


def test_montuno_and_comping_anticipate_the_bar_line() -> None:
    made, events = played("montuno", ("..x-x-x-..x-x-x-",))
    late = [event for event in events if event.start % 4 == 3.5 and event.start < 4 * (BARS - 1)]
    assert late and all(event.pitch % 12 in made.chord_at(event.start + 0.5).tones for event in late)


def test_gospel_runs_close_the_phrases() -> None:
    _, events = played("gospel", ("x---x---x---x---",))
    busy = [sum(bar * 4 + 3 <= event.start < bar * 4 + 4 for event in events) for bar in range(BARS)]
    assert max(busy[3], busy[7]) > 1.2 * np.mean([busy[0], busy[1], busy[2]])


def test_stride_and_shuffle_in_compound_metres() -> None:
    _, six = played("stride", (), metre="6/8")
    assert {event.start % 3 for event in six} == {0.0, 1.0, 1.5, 2.5}
    _, twelve = played("shuffle", (), "clean_guitar", metre="12/8")
    assert {event.start % 1.5 for event in twelve} == {0.0, 1.0}


def test_swing_leaves_compound_metres_alone() -> None:
    style = replace(STYLES["blues"], rubato=0.0, drift=0.0, ritardando=0.0)
    for metre, swung in (("4/4", True), ("12/8", False)):
        made = plan(metre)
        made.style = style
        assert (float(Clock(made).swung(np.array([0.5]))[0]) != 0.5) is swung
