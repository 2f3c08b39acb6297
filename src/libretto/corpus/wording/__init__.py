"""The words people use for music: tables of paraphrases that captions draw from. All of it ours."""

from __future__ import annotations

from .attributes import (
    ABSENT,
    ALONE,
    ARTICULATION,
    BLUES_SCALE,
    DENSITY,
    DENSITY_BOUNDS,
    DYNAMICS,
    ERAS,
    HAPPENINGS,
    INSTRUMENTAL,
    MAJOR,
    MAJOR_MODES,
    METRES,
    MINOR,
    MINOR_MODES,
    NO_BASS,
    NO_DRUMS,
    REGISTER,
    RUBATO,
    SECTIONS,
    SKILLS,
    SWING,
    TEMPI,
    TEMPO_BOUNDS,
)
from .instruments import DRUMS, INSTRUMENTS, LINES, TIMBRES, plain_drums
from .moods import FEELINGS, MOODS, URGES
from .places import FROM, PLACES
from .styles import MASS, SCORE_STYLES, STYLES
from .uses import USES

__all__ = [
    "ABSENT", "ALONE", "ARTICULATION", "BLUES_SCALE", "DENSITY", "DENSITY_BOUNDS", "DRUMS", "DYNAMICS", "ERAS", "FEELINGS", "FROM",
    "HAPPENINGS", "INSTRUMENTAL", "INSTRUMENTS", "LINES", "MAJOR", "MAJOR_MODES", "MASS", "METRES", "MINOR", "MINOR_MODES", "MOODS",
    "NO_BASS", "NO_DRUMS", "PLACES", "REGISTER", "RUBATO", "SCORE_STYLES", "SECTIONS", "SKILLS", "STYLES", "SWING", "TEMPI",
    "TEMPO_BOUNDS", "TIMBRES",
    "URGES", "USES", "plain_drums",
]
