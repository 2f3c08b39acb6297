"""Which licences may enter a corpus whose weights are given away: by default nothing share-alike, copyleft,
non-commercial or without derivatives."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Patterns of SPDX-like names, matched whole and without regard to case.
FREE = (
    r"pd|pdm.*|public[ -]domain.*|cc0.*",
    r"cc[ -]by([ -]\d(\.\d)?([ -](?!nc|nd|sa)[a-z]{2})?)?",
    r"0?bsd([ -]\d[ -]clause)?|mit(-0)?|isc|zlib|apache.*|unlicense|bsl-1\.0",
)
UNSTATED = "unstated"  # how a score without a licence is called


def allowed(licence: str | None, patterns: Sequence[str] = FREE) -> bool:
    """Whether ``licence`` is among ``patterns`` (regular expressions, or names as they stand).

    A licence that is not stated is allowed: whoever points at a folder of their own answers for it.
    """
    name = (licence or "").strip()
    if not name or name.lower() == UNSTATED:
        return True
    return any(name.lower() == pattern.lower() or re.fullmatch(pattern, name, re.IGNORECASE) for pattern in patterns)
