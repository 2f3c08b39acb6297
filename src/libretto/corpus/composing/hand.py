"""A pair of hands that plays chords: its register, its rhythm of the moment and its last voicing."""

from __future__ import annotations

from libretto.corpus.composing.harmony import voice
from libretto.corpus.composing.plan import Onset, Plan, fitting, onsets
from libretto.corpus.composing.styles.style import Layer
from libretto.corpus.sound.instruments import INSTRUMENTS

ORDERS = ((0, 1, 2, 3), (0, 1, 2, 3, 2, 1), (3, 2, 1, 0), (0, 2, 1, 3), (0, 2, 3, 1), (0, 1, 2, 1))


class Hand:
    """One pair of hands: remembers the last voicing and the register it may use."""

    def __init__(self, layer: Layer, instrument: str, plan: Plan, voices: int = 4) -> None:
        spec = INSTRUMENTS[instrument]
        shift = round(2.5 * plan.mood.valence)
        self.layer, self.plan, self.voices = layer, plan, voices
        self.bottom, self.top = spec.low, spec.high
        self.low = max(spec.low, (layer.low if layer.low is not None else 52) + shift)
        self.high = max(self.low + 15, min(spec.high, (layer.high if layer.high is not None else 76) + shift))
        self.previous: tuple[int, ...] | None = None
        choices = (
            fitting(layer.rows, plan.metre.steps) if layer.rows else ["x" + "-" * (plan.metre.steps - 1)]
        )
        self.main, self.other = plan.row(choices), plan.row(choices)
        self.order = plan.choose(ORDERS)

    def strokes(self, bar: int) -> tuple[Onset, ...]:
        """The rhythm of this bar."""
        row = self.main if self.plan.sections[bar] == "A" else self.other
        return onsets(row, self.plan.metre.steps, bar)

    def voicing(self, quarter: float) -> tuple[int, ...]:
        """The chord at that time, led from the last one."""
        chord = self.plan.chord_at(quarter)
        self.previous = voice(
            chord, self.plan.tonic, low=self.low, high=self.high, voices=self.voices, previous=self.previous
        )
        return self.previous

    def root(self, quarter: float, low: int = 40) -> int:
        """The chord's root in the octave above ``low`` and inside the instrument."""
        low = max(low, self.bottom)
        return low + (self.plan.tonic + self.plan.chord_at(quarter).root - low) % 12


def fold(pitch: int, top: int) -> int:
    """The pitch, an octave or two lower where the instrument does not reach it."""
    return pitch if pitch <= top else pitch - 12 * (-(-(pitch - top) // 12))
