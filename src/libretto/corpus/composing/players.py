"""Who plays a piece: the style's players, and the one a mood brings along."""

from __future__ import annotations

from dataclasses import replace

from libretto.corpus.composing.plan import Plan
from libretto.corpus.composing.styles.style import Layer
from libretto.corpus.sound.instruments import INSTRUMENTS

UNACCOMPANIED = ("classical", "game")  # families of style whose scoring is part of what they are
COMPANY = Layer("pad", "sustain", (), gain_db=-1.0)
TUNE = 4.5  # decibels by which the tune stands before its role's usual level
SOFT = {"mallets": 2.5, "keys": 1.5, "organ": 1.5, "voice": 1.5}  # and more where its sound dies away or blends


def hire(plan: Plan) -> list[tuple[Layer, str]]:
    """Layers and their instruments, in the style's order. Where there is a choice, nobody else plays the kind of instrument
    that has the tune, so that it is heard."""
    family = plan.mood.family
    layers = [layer for layer in plan.style.layers if plan.chance(_chance(layer, plan.density, family.players))]
    tune = next((plan.choose(layer.instruments) for layer in layers if layer.role == "melody"), "")
    hired = []
    for layer in layers:
        if layer.role == "melody":
            lift = TUNE + SOFT.get(INSTRUMENTS[tune].family, 0.0)
            hired.append((replace(layer, gain_db=layer.gain_db + lift), tune))
        else:
            others = [name for name in layer.instruments if not tune or INSTRUMENTS[name].family != INSTRUMENTS[tune].family]
            hired.append((layer, plan.choose(others or layer.instruments)))
    if family.company and plan.style.family not in UNACCOMPANIED:
        name, low = plan.choose(family.company), family.company_low
        if name not in [instrument for _, instrument in hired]:
            hired.append((replace(COMPANY, instruments=(name,), low=low, high=low + 24), name))
    return hired


def _chance(layer: Layer, density: float, players: float) -> float:
    if layer.chance == 1 or layer.role == "melody":
        return layer.chance
    return layer.chance * (0.7 + 0.5 * density) * players
