"""How a style is written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from libretto.corpus.score import Mix

Grid = dict[str, str]  # drum name -> row of sixteenths


@dataclass(frozen=True)
class Layer:
    """One player. ``manner`` names a way of playing in bass.py, comping.py, idioms.py or melody.py; ``rows`` are its rhythms."""

    role: str  # bass, chords, pad, arpeggio, melody, counter
    manner: str
    instruments: tuple[str, ...]
    rows: tuple[str, ...] = ()
    chance: float = 1.0  # how often the player is hired
    pan: float = 0.0
    gain_db: float = 0.0
    low: int | None = None  # register, MIDI; None: the manner's own
    high: int | None = None
    sections: tuple[str, ...] = ()  # kinds of section it plays in (plan.SECTIONS); (): all that the form gives its role


@dataclass(frozen=True)
class Style:
    """A style as a musician would explain it."""

    name: str
    family: str
    tempo: tuple[int, int]  # beats per minute
    moods: tuple[str, ...]
    progressions: dict[str, tuple[str, ...]]  # by the mode they imply
    layers: tuple[Layer, ...]
    grids: tuple[Grid, ...] = ()
    kits: tuple[str, ...] = ()
    drums_chance: float = 1.0
    fills: bool = True
    metres: tuple[str, ...] = ("4/4",)
    bars_per_chord: tuple[float, ...] = (1,)
    swing: float = 0.5  # share of a pair the first note takes: 0.5 straight, 0.67 triplet
    swing_unit: float = 0.5  # quarters: 0.5 swings eighths, 0.25 sixteenths
    humanise: float = 0.008  # seconds, standard deviation of each stroke
    rubato: float = 0.0  # depth of the tempo's breathing, share of the tempo
    pentatonic: float = 0.0  # chance that melodies keep to five notes
    forms: tuple[str, ...] = ("full", "build", "break")  # of a short piece: arrange.FORMS
    song: tuple[str, ...] = ("pop",)  # of a long one: form.SONGS
    cadences: tuple[str, ...] = ()  # roman numerals that close a section before the next, e.g. "V7", "iim7 V7"; (): it loops
    modulations: tuple[int, ...] = ()  # semitones a late chorus may rise by, e.g. (1, 2)
    drift: float = 0.0  # share of the tempo by which a band's time wanders; 0 is a machine
    ritardando: float = 0.0  # share of the tempo lost over the last two bars of a finished piece
    risers: bool = False  # noise sweeps and snare rolls before a drop
    eras: tuple[str, ...] = ()
    place: str = ""
    character: str = ""  # what makes the style, in a musician's words: harmony, bass, drums, comping, melody, form, mix
    mix: Mix = field(default_factory=Mix)
