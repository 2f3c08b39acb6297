"""Which recordings are copies of others: the same bytes, or the same sound encoded, levelled or cut otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from libretto.corpus.recording.fingerprint import RATE, Index
from libretto.corpus.recording.survey import Finding

_WHOLE = 0.9  # of the longer one's length: a copy at least this long is a copy of all of it


@dataclass(frozen=True)
class Copy:
    """``file`` is left out, ``of`` stays. ``distance`` is that of their fingerprints, 0 for equal bytes."""

    file: str
    of: str
    kind: str  # "exact", "near"
    distance: float = 0.0
    shift: float = 0.0  # seconds into ``of`` at which ``file`` begins; negative where it begins before
    whole: bool = True  # as long as ``of``, or nearly


def find_copies(findings: Sequence[Finding], captioned: AbstractSet[str], *, near: float) -> list[Copy]:
    """The copies among usable ``findings``. Of several the one with captions stays, then the longest, then the one
    with the highest sample rate. A recording is left out only for one that stays, never for a copy of a copy."""
    ranked = sorted(
        findings,
        key=lambda one: (one.file not in captioned, -one.seconds, -one.sample_rate, one.file),
    )
    copies: list[Copy] = []
    first: dict[str, Finding] = {}
    for finding in ranked:
        if finding.digest in first:
            copies.append(Copy(finding.file, first[finding.digest].file, "exact"))
        else:
            first[finding.digest] = finding
    single = list(first.values())
    rivals: dict[int, list[tuple[float, int, int]]] = {}
    for pair in Index([finding.words for finding in single]).pairs(near) if near > 0 else []:
        rivals.setdefault(pair.second, []).append((pair.distance, pair.first, pair.offset))
    left = set()
    for second in range(len(single)):
        better = [rival for rival in rivals.get(second, []) if rival[1] not in left]
        if better:
            distance, number, offset = min(better)
            one, other = single[second], single[number]
            whole = one.seconds >= _WHOLE * other.seconds
            copies.append(Copy(one.file, other.file, "near", round(distance, 4), -offset / RATE + 0.0, whole))
            left.add(second)
    gone = {copy.file: copy.of for copy in copies if copy.kind == "near"}
    return [
        Copy(copy.file, gone.get(copy.of, copy.of), copy.kind, copy.distance, copy.shift, copy.whole)
        for copy in copies
    ]
