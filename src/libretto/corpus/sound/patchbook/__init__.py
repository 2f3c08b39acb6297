"""Recipes of the built-in patches, a module per kind. `patches` varies and plays them."""

from __future__ import annotations

from libretto.corpus.sound.patch import Patch
from libretto.corpus.sound.patchbook import basses, keys, leads, pads, strings, sweeps, voices, winds

PATCHES: dict[str, Patch] = {
    **basses.PATCHES,
    **pads.PATCHES,
    **leads.PATCHES,
    **keys.PATCHES,
    **strings.PATCHES,
    **winds.PATCHES,
    **voices.PATCHES,
    **sweeps.PATCHES,
}
