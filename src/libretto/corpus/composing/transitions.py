"""What leads from one stretch to the next in electronic music: risers before the drums come in, the impact, the fall."""

from __future__ import annotations

from libretto.corpus.composing.plan import Event, Plan

RISER_BARS = 2
PITCH = 60  # the sounds are noise; it does not matter
MANNERS = ("riser", "impact", "sweep_down")


def transitions(plan: Plan, kit_bars: list[int]) -> dict[str, list[Event]]:
    """Instrument -> its events: a riser into every return of the drums, an impact there, a fall where they leave."""
    width, playing = plan.metre.quarters, set(kit_bars)
    events: dict[str, list[Event]] = {name: [] for name in MANNERS}
    for bar in range(1, plan.bars):
        section = plan.section_at(bar)
        returns = bar in playing and bar - 1 not in playing
        drops = section.kind == "drop" and bar == section.start
        if (returns and bar > 1) or drops:
            length = min(RISER_BARS, bar)
            events["riser"].append(Event((bar - length) * width, length * width, PITCH, 0.8))
            events["impact"].append(Event(bar * width, width, PITCH, 0.9))
        if bar - 1 in playing and bar not in playing:
            events["sweep_down"].append(Event(bar * width, 2 * width, PITCH, 0.7))
    return events
