"""The judge of the composed corpus: what is measured of it, by means of their own, beside what it has to reach.

Nothing here uses the composer's knowledge of a piece except as the claim to be checked: tempo, key and drums are
measured from the sound, harmony and rhythm are read from the finished score, style, mood and lead are what a small
listener trained on other seeds hears.
"""

from __future__ import annotations

from .report import Bar, Report

PARTS = ("health", "truth", "listen", "music", "sheet")

__all__ = ["PARTS", "Bar", "Report"]
