"""The words people use for music: tables of paraphrases that captions draw from. All of it ours."""

from __future__ import annotations

from libretto.corpus.language.wording.attributes import (
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
from libretto.corpus.language.wording.instruments import DRUMS, INSTRUMENTS, LINES, TIMBRES, plain_drums
from libretto.corpus.language.wording.moods import FEELINGS, MOODS, URGES
from libretto.corpus.language.wording.places import FROM, PLACES
from libretto.corpus.language.wording.styles import MASS, SCORE_STYLES, STYLES
from libretto.corpus.language.wording.uses import USES

__all__ = [
    "ABSENT", "ALONE", "ARTICULATION", "BLUES_SCALE", "DENSITY", "DENSITY_BOUNDS", "DRUMS", "DYNAMICS", "ERAS", "FEELINGS", "FROM",
    "HAPPENINGS", "INSTRUMENTAL", "INSTRUMENTS", "LINES", "MAJOR", "MAJOR_MODES", "MASS", "METRES", "MINOR", "MINOR_MODES", "MOODS",
    "NO_BASS", "NO_DRUMS", "PLACES", "REGISTER", "RUBATO", "SCORE_STYLES", "SECTIONS", "SKILLS", "STYLES", "SWING", "TEMPI",
    "TEMPO_BOUNDS", "TIMBRES",
    "URGES", "USES", "plain_drums",
]
