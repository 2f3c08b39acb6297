"""What a composer hands to a renderer: notes in seconds, parts, and the sheet of attributes captions are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from libretto.corpus.composing.theory import Chord


@dataclass(frozen=True)
class Note:
    """One note. Times in seconds, pitch in MIDI numbers, velocity 1..127."""

    start: float
    duration: float
    pitch: int
    velocity: int
    slide: float = 0.0  # semitones off the pitch at which it begins; it arrives within about a tenth of a second
    vibrato: float = 0.0  # cents of depth, setting in after the attack
    muted: bool = False  # damped by the hand: palm mutes, dead strokes


@dataclass
class Part:
    """One instrument's line.

    ``instrument`` names an entry of ``instruments.INSTRUMENTS`` (sampled or synthesised);
    drum parts have ``drums=True``, General MIDI drum pitches, and a kit name as instrument.
    """

    role: str  # drums, bass, chords, pad, arpeggio, melody, counter, effect
    instrument: str
    notes: list[Note]
    drums: bool = False
    pan: float = 0.0  # -1 left .. 1 right
    gain_db: float = 0.0


@dataclass(frozen=True)
class Mix:
    """How a style is mixed. Defaults are a plain room."""

    reverb: float = 0.2  # send, 0..1
    reverb_seconds: float = 1.4
    delay: float = 0.0
    chorus: float = 0.0
    sidechain: float = 0.0  # ducking by the kick, 0..1
    saturation: float = 0.0
    lowpass_hz: float = 0.0  # 0: none
    lofi: bool = False  # wow, flutter, crackle
    gated_reverb: bool = False
    brightness: float = 0.0  # decibels of tilt: over 0 brighter, under 0 darker
    loudness: float = 0.0  # loudness units beside what is usual for the style


@dataclass
class Sheet:
    """The attributes really used; captions may name only what stands here and is audible."""

    style: str
    family: str  # electronic, band, jazz, classical, ambient, game, ...
    bpm: float
    key: str  # tonic, e.g. "F sharp"
    mode: str  # of the chords really played: major, minor, dorian, ...
    metre: str  # "4/4"
    mood: str
    intensity: float  # 0..1
    density: float  # 0..1
    instruments: list[str]  # spoken names, loudest first; the renderer removes the inaudible
    drums: str  # spoken description of the kit, "" without drums
    swing: float = 0.5
    composer: str = ""
    title: str = ""
    era: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    mood_family: str = ""  # one of moods.FAMILIES
    lead: str = ""  # spoken name of the instrument with the tune, "" when there is none or it cannot be heard
    articulation: str = ""  # staccato, legato
    dynamics: str = ""  # soft, loud, growing, fading
    register: str = ""  # low, high
    sections: list[str] = field(default_factory=list)  # heard, in order: intro, verse, chorus, bridge, solo, build, drop, break, outro
    happenings: list[str] = field(default_factory=list)  # key change, slows down at the end, riser, drum fills, solo, call and response
    place: str = ""  # Brazil, Cuba, Jamaica, ...: where a style is at home
    skill: str = ""  # beginner, advanced: what playing the one solo instrument takes
    rubato: bool = False  # the tempo breathes
    faint: list[str] = field(default_factory=list)  # instruments and kits that play too quietly to be named, or to be denied


def sheet_of(kept: Mapping[str, Any]) -> Sheet:
    """The sheet as datasets keep it: what it lacks is unknown, entries of other kinds, such as the timeline, are left out."""
    blank: dict[str, Any] = {
        "style": "", "family": "", "bpm": 0.0, "key": "", "mode": "", "metre": "", "mood": "", "intensity": -1.0, "density": -1.0,
        "instruments": [], "drums": "",
    }  # fmt: skip
    known = {field.name for field in fields(Sheet)}
    return Sheet(**{**blank, **{name: value for name, value in kept.items() if name in known}})


@dataclass(frozen=True)
class Harmony:
    """A chord from ``start`` seconds on, and the key (pitch class) it is heard in."""

    start: float
    chord: Chord
    tonic: int

    @property
    def symbol(self) -> str:
        """The written name, e.g. ``Am7``."""
        return self.chord.symbol(self.tonic)


@dataclass(frozen=True)
class Stretch:
    """A section, or something that happens, from ``start`` to ``end`` seconds."""

    start: float
    end: float
    name: str


@dataclass
class Score:
    """A whole piece, ready to render."""

    seed: int
    seconds: float
    parts: list[Part]
    sheet: Sheet
    mix: Mix = field(default_factory=Mix)
    beats: list[float] = field(default_factory=list)  # beat times in seconds
    downbeats: list[float] = field(default_factory=list)
    harmony: list[Harmony] = field(default_factory=list)
    sections: list[Stretch] = field(default_factory=list)
    happenings: list[Stretch] = field(default_factory=list)

    @property
    def chords(self) -> list[tuple[float, str]]:
        """(start in seconds, symbol)."""
        return [(harmony.start, harmony.symbol) for harmony in self.harmony]
