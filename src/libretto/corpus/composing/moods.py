"""Moods, and what each one changes in the music: mode, tempo, register, density, articulation, loudness, tone and space.

Valence and energy are the two axes of Russell's circumplex model of affect (1980); the figures are ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """A mood as a listener tells it from nine others: how far it pulls a piece away from its style's middle, and one sign
    of its own that no neighbour has."""

    name: str
    register: int = 0  # semitones by which melodies and chords sit higher
    brightness: float = 0.0  # decibels of tilt in the mix
    reverb: float = 1.0  # times the style's
    echo: float = 0.0  # added to the style's delay and chorus, 0..1
    saturation: float = 0.0  # added to the style's
    loudness: float = 0.0  # loudness units beside the style's
    vibrato: float = 0.0  # cents on held melody notes
    density: float = 0.0  # added to what the energy gives, -1..1
    players: float = 1.0  # times the chance that a player who may be missing is there
    stretch: float = 1.0  # times as long a chord lasts
    octaves: float = 0.0  # chance that the melody is doubled an octave above
    thirds: float = 0.0  # chance that it is doubled a third below
    tremolo: float = 0.0  # chance that held chords are repeated in short strokes
    grace: float = 0.0  # chance of a grace note before a melody note
    rolled: float = 0.0  # seconds from voice to voice by which chords are spread
    company: tuple[str, ...] = ()  # one of these joins as a pad
    company_low: int = 52  # the lowest note of its chords, MIDI
    strokes: tuple[tuple[str, str], ...] = ()  # drum and row of sixteenths that join the kit


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("calm", -2, -2.0, 0.9, -1.0, loudness=-2.5, density=-0.3, players=0.5),
        Family("dreamy", 9, 0.0, 2.6, 0.45, loudness=-2.0, stretch=2.0, company=("glass_pad", "choir_pad"), company_low=67),
        Family("romantic", 2, -1.0, 1.4, loudness=-1.0, vibrato=38.0, thirds=0.85, grace=0.05, rolled=0.035,
               company=("strings",), company_low=55),
        Family("sad", -5, -4.5, 1.5, -1.0, loudness=-3.0, vibrato=18.0, density=-0.25, players=0.3),
        Family("dark", -10, -6.0, 1.5, 0.0, 0.1, company=("dark_pad",), company_low=38),
        Family("fierce", -5, 3.0, 0.4, -1.0, 0.65, loudness=1.5, density=0.15, tremolo=0.7,
               strokes=(("crash", "x...............x.......x......."),)),
        Family("epic", 1, 0.5, 2.2, 0.0, 0.1, loudness=1.0, vibrato=14.0, stretch=2.0, octaves=0.9, players=1.4,
               company=("brass_section", "french_horn", "choir_aah"), company_low=46,
               strokes=(("low_tom", "x.....x.x......."), ("floor", "....x.......x.oo"))),
        Family("playful", 11, 2.5, 0.4, -1.0, loudness=-1.0, grace=0.25),
        Family("happy", 4, 2.5, 0.6, -0.5, players=1.2, strokes=(("tambourine", "o.o.x.o.o.o.x.o."), ("clap", "....x.......x..."))),
        Family("energetic", 2, 5.0, 0.5, -0.5, 0.25, loudness=1.5, density=0.25, players=1.3,
               strokes=(("shaker", "xoxoxoxoxoxoxoxo"), ("open", "..x...x...x...x."))),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Mood:
    """``valence`` -1 dark .. 1 bright, ``energy`` 0 still .. 1 fierce, ``legato`` 0 detached .. 1 connected."""

    name: str
    family: Family
    valence: float
    energy: float
    legato: float = 0.6

    @property
    def register(self) -> int:
        """Semitones by which melodies sit higher or lower."""
        return self.family.register


_TABLE: dict[str, tuple[tuple[str, float, float, float], ...]] = {
    "calm": (
        ("calm", 0.5, 0.1, 0.9),
        ("peaceful", 0.6, 0.1, 0.95),
        ("meditative", 0.3, 0.05, 1.0),
        ("relaxed", 0.5, 0.2, 0.8),
        ("mellow", 0.4, 0.2, 0.85),
        ("sleepy", 0.45, 0.05, 0.95),
        ("gentle", 0.55, 0.12, 0.9),
        ("laid-back", 0.45, 0.25, 0.75),
    ),
    "dreamy": (
        ("dreamy", 0.4, 0.25, 1.0),
        ("spacious", 0.25, 0.18, 1.0),
        ("ethereal", 0.35, 0.18, 1.0),
        ("nostalgic", 0.2, 0.3, 0.95),
        ("hypnotic", 0.1, 0.4, 0.9),
    ),
    "romantic": (
        ("romantic", 0.45, 0.38, 0.95),
        ("tender", 0.5, 0.28, 0.95),
        ("warm", 0.5, 0.35, 0.9),
        ("heartfelt", 0.4, 0.4, 0.9),
        ("elegant", 0.45, 0.42, 0.85),
        ("graceful", 0.5, 0.38, 0.9),
        ("soulful", 0.2, 0.42, 0.85),
        ("passionate", 0.1, 0.5, 0.9),
        ("sophisticated", 0.35, 0.42, 0.85),
    ),
    "sad": (
        ("sad", -0.8, 0.05, 0.95),
        ("melancholic", -0.7, 0.12, 0.95),
        ("wistful", -0.55, 0.15, 0.9),
        ("lonely", -0.7, 0.05, 0.9),
        ("sombre", -0.8, 0.1, 0.95),
    ),
    "dark": (
        ("dark", -0.9, 0.45, 0.6),
        ("ominous", -0.95, 0.4, 0.7),
        ("mysterious", -0.75, 0.3, 0.7),
        ("eerie", -0.9, 0.25, 0.75),
        ("moody", -0.75, 0.35, 0.7),
        ("menacing", -0.95, 0.55, 0.5),
        ("tense", -0.85, 0.55, 0.35),
    ),
    "fierce": (
        ("aggressive", -0.8, 0.97, 0.3),
        ("heavy", -0.75, 0.85, 0.4),
        ("intense", -0.6, 0.95, 0.35),
        ("gritty", -0.5, 0.8, 0.4),
        ("rebellious", -0.3, 0.95, 0.35),
    ),
    "epic": (
        ("epic", 0.3, 0.75, 0.9),
        ("heroic", 0.6, 0.75, 0.85),
        ("triumphant", 0.75, 0.8, 0.85),
        ("dramatic", -0.1, 0.7, 0.85),
        ("adventurous", 0.55, 0.68, 0.75),
        ("stately", 0.4, 0.5, 0.8),
    ),
    "playful": (
        ("playful", 0.8, 0.6, 0.1),
        ("bouncy", 0.75, 0.65, 0.1),
        ("cheeky", 0.7, 0.6, 0.12),
        ("quirky", 0.6, 0.58, 0.15),
    ),
    "happy": (
        ("happy", 0.9, 0.62, 0.5),
        ("cheerful", 0.9, 0.6, 0.45),
        ("joyful", 0.95, 0.7, 0.5),
        ("uplifting", 0.85, 0.65, 0.6),
        ("upbeat", 0.8, 0.7, 0.45),
        ("sunny", 0.9, 0.55, 0.55),
        ("lively", 0.8, 0.72, 0.4),
        ("confident", 0.6, 0.62, 0.5),
    ),
    "energetic": (
        ("energetic", 0.3, 0.95, 0.35),
        ("driving", 0.0, 0.88, 0.35),
        ("euphoric", 0.55, 0.92, 0.5),
        ("groovy", 0.3, 0.78, 0.35),
        ("funky", 0.3, 0.8, 0.25),
    ),
}

MOODS: dict[str, Mood] = {
    name: Mood(name, FAMILIES[family], *figures) for family, rows in _TABLE.items() for name, *figures in rows
}


def family_name(mood: str, otherwise: str = "") -> str:
    """The family of a mood of ``MOODS``, of any other ``otherwise``."""
    return MOODS[mood].family.name if mood in MOODS else otherwise
