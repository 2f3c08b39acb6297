"""In which manner a score is played: drawn at random within what its genre and its tempo text ask for. Ours."""

from __future__ import annotations

from typing import Any

import numpy as np

from libretto.corpus.playing.perform import Manner

# fmt: off
_SOFT = ("dolce", "piano", "tranquill", "zart", "leise", "ruhig", "calm", "sotto", "lullaby", "teneramente", "innig", "sanft", "doux")
_LOUD = ("maestoso", "fuoco", "forte", "marcato", "pomposo", "feroce", "risoluto", "kräftig", "marziale", "energico", "majestät")
_JOINED = ("legato", "cantabile", "sostenuto", "espressiv", "dolce", "lento", "adagio", "langsam", "largo", "gesangvoll")
_SHORT = ("staccato", "pizz", "scherz", "leggier", "giocos", "grazios", "spiccato", "secco")
_FREE = ("rubato", "a piacere", "ad lib", "recit", "espressiv", "appassionat", "affett")
_FREE_FORMS = ("nocturne", "ballade", "prelude", "impromptu", "fantasia", "mazurka", "romance", "elegy", "lied", "melodie")
_STRICT = {"folk": 0.012, "march": 0.01, "dance": 0.02, "hymn": 0.025, "jazz age": 0.02, "harpsichord": 0.03, "orchestral": 0.03}
# fmt: on
RUBATO = 0.055  # share of tempo variation from which a listener hears a free tempo


def draw(row: dict[str, Any], rng: np.random.Generator, *, steady: bool) -> Manner:
    """``steady`` music keeps its tempo (drums play). ``row`` is the score's metadata."""
    text, genre, form = str(row.get("tempo_text") or "").lower(), str(row.get("genre")), str(row.get("form"))

    def asks(words: tuple[str, ...]) -> bool:
        return any(word in text for word in words)

    breath = _STRICT.get(genre, 0.045)
    if asks(_FREE) or form in _FREE_FORMS:
        breath = 0.1
    soft, loud = 0.25 + 0.5 * asks(_SOFT), 0.25 + 0.5 * asks(_LOUD)
    kind = rng.random() * max(1.0, soft + loud)
    level = -rng.uniform(16, 26) if kind < soft else rng.uniform(14, 24) if kind < soft + loud else rng.uniform(-6, 6)
    joined, short = 0.3 + 0.4 * asks(_JOINED), 0.12 + 0.5 * asks(_SHORT)
    kind = rng.random() * max(1.0, joined + short)
    length = rng.uniform(1.01, 1.06) if kind < joined else rng.uniform(0.38, 0.5) if kind < joined + short else rng.uniform(0.82, 0.97)
    swells = rng.random() < 0.15
    return Manner(
        pace=float(rng.uniform(0.92, 1.08)),
        breath=0.0 if steady else float(rng.uniform(0.2, 1.0) * breath),
        phrase_bars=int(rng.choice([2, 4, 4])),
        ritardando=1.0 if steady or rng.random() < 0.15 else float(rng.uniform(0.45, 0.75)),
        level=float(level),
        swell=float(rng.choice([-1, 1]) * rng.uniform(26, 40)) if swells else 0.0,
        length=float(length),
        lead=0.0 if steady else float(rng.uniform(0.0, 0.022)),
        roll=float(rng.uniform(0.2, 0.7)) if rng.random() < 0.5 else 0.0,
        looseness=float(rng.uniform(0.003, 0.009)),
    )
