"""Moods, and what each one changes in the music: mode, tempo, register, density, articulation, loudness.

Valence and energy are the two axes of Russell's circumplex model of affect (1980); the figures are ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mood:
    """``valence`` -1 dark .. 1 bright, ``energy`` 0 still .. 1 fierce, ``legato`` 0 detached .. 1 connected."""

    name: str
    valence: float
    energy: float
    legato: float = 0.6

    @property
    def register(self) -> int:
        """Semitones by which melodies sit higher or lower."""
        return round(5 * self.valence)


_TABLE = (
    # still and bright
    ("calm", 0.4, 0.15, 0.9),
    ("peaceful", 0.6, 0.1, 0.95),
    ("dreamy", 0.35, 0.2, 0.95),
    ("meditative", 0.1, 0.05, 1.0),
    ("tender", 0.4, 0.2, 0.9),
    ("romantic", 0.4, 0.35, 0.9),
    ("warm", 0.5, 0.3, 0.8),
    ("relaxed", 0.45, 0.25, 0.75),
    ("mellow", 0.25, 0.25, 0.8),
    ("sleepy", 0.3, 0.05, 0.95),
    ("spacious", 0.0, 0.15, 1.0),
    ("gentle", 0.5, 0.15, 0.9),
    ("laid-back", 0.35, 0.3, 0.65),
    ("elegant", 0.4, 0.4, 0.65),
    ("heartfelt", 0.3, 0.4, 0.8),
    # still and dark
    ("melancholic", -0.6, 0.2, 0.9),
    ("sad", -0.8, 0.12, 0.95),
    ("wistful", -0.35, 0.22, 0.9),
    ("lonely", -0.6, 0.12, 0.9),
    ("nostalgic", -0.05, 0.3, 0.8),
    ("mysterious", -0.5, 0.3, 0.75),
    ("eerie", -0.8, 0.25, 0.8),
    ("moody", -0.5, 0.35, 0.7),
    ("sombre", -0.75, 0.2, 0.95),
    # fierce and dark
    ("dark", -0.8, 0.55, 0.6),
    ("ominous", -0.9, 0.45, 0.7),
    ("tense", -0.7, 0.65, 0.4),
    ("dramatic", -0.4, 0.7, 0.7),
    ("aggressive", -0.7, 0.95, 0.35),
    ("heavy", -0.6, 0.8, 0.5),
    ("menacing", -0.85, 0.7, 0.5),
    ("hypnotic", -0.3, 0.5, 0.5),
    ("intense", -0.35, 0.9, 0.45),
    ("gritty", -0.2, 0.65, 0.5),
    ("rebellious", 0.1, 0.9, 0.4),
    ("driving", -0.15, 0.8, 0.45),
    # fierce and bright
    ("groovy", 0.3, 0.6, 0.4),
    ("playful", 0.75, 0.6, 0.25),
    ("happy", 0.85, 0.65, 0.45),
    ("cheerful", 0.8, 0.6, 0.4),
    ("joyful", 0.9, 0.75, 0.45),
    ("uplifting", 0.75, 0.7, 0.65),
    ("euphoric", 0.7, 0.9, 0.6),
    ("energetic", 0.35, 0.9, 0.4),
    ("upbeat", 0.7, 0.75, 0.4),
    ("epic", 0.05, 0.85, 0.75),
    ("heroic", 0.6, 0.8, 0.65),
    ("triumphant", 0.8, 0.85, 0.65),
    ("adventurous", 0.55, 0.7, 0.5),
    ("confident", 0.4, 0.7, 0.5),
    ("soulful", 0.05, 0.45, 0.75),
    ("funky", 0.3, 0.7, 0.25),
    ("bouncy", 0.7, 0.7, 0.2),
    ("stately", 0.2, 0.4, 0.6),
    ("graceful", 0.5, 0.35, 0.75),
    ("passionate", -0.3, 0.7, 0.75),
    ("sophisticated", 0.2, 0.4, 0.65),
    ("lively", 0.65, 0.75, 0.35),
    ("sunny", 0.8, 0.45, 0.5),
)

MOODS: dict[str, Mood] = {name: Mood(name, *figures) for name, *figures in _TABLE}
