"""Listening tests: a static page from folders of sound, and what its results say.

``build`` makes the page and a key that listeners do not get; ``score`` reads the key and the files that listeners send back.
"""

from __future__ import annotations

KINDS = ("ab", "mushra")
VERSION = 1  # of page, key and results
REFERENCE = "reference"  # names of conditions that are no systems
ANCHOR = "anchor {:g} Hz"
