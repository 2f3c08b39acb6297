"""What may be said of a played score: from its metadata, and from the notes that are really played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from libretto.corpus.composing.moods import MOODS
from libretto.corpus.playing import listening
from libretto.corpus.playing.casting import ENSEMBLES, Cast
from libretto.corpus.playing.midi import Midi
from libretto.corpus.score import Part, Sheet
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS

# fmt: off
_STYLES = {  # form or genre -> style
    "lullaby": "lullaby", "waltz": "waltz", "string quartet": "string quartet", "classical piano": "classical piano",
    "metal": "metal", "rock": "rock", "game": "video game music", "jazz age": "jazz age song", "rag": "ragtime", "march": "march",
    "orchestral": "classical orchestral", "chamber": "classical chamber music", "choral": "choral music",
    "organ": "classical organ music", "guitar": "classical guitar music", "harpsichord": "harpsichord music",
    "koto/shamisen": "japanese folk", "dance": "classical dance music", "opera": "opera music",
}
_ANY_PLAYERS = ("lullaby", "waltz", "ragtime", "march", "hymn", "classical dance music", "jazz age song", "video game music")
_FORMS = (  # said beside the style
    "sonata", "mazurka", "polonaise", "prelude", "minuet", "etude", "rondo", "nocturne", "fugue", "chorale", "fantasia", "scherzo",
    "gavotte", "impromptu", "ballade", "romance", "serenade", "polka", "march", "waltz", "hymn", "sarabande", "bourree", "gigue",
)
_FAMILY = {"folk": "folk", "jazz age": "jazz", "metal": "metal", "rock": "rock", "game": "game", "drum groove": "band"}
_TEMPO_MOODS = {  # part of a tempo text -> mood
    "maestoso": "stately", "majestät": "stately", "pomposo": "stately", "grazios": "graceful", "dolce": "tender", "zart": "tender",
    "innig": "heartfelt", "agitato": "tense", "bewegt und unruhig": "tense", "tranquill": "calm", "ruhig": "calm", "calm": "calm",
    "scherz": "playful", "giocos": "playful", "lustig": "cheerful", "vivac": "lively", "lebhaft": "lively", "munter": "cheerful",
    "con fuoco": "passionate", "appassionat": "passionate", "leidenschaft": "passionate", "mesto": "sad", "lamento": "sad",
    "traurig": "sad", "dolente": "sad", "grave": "sombre", "funebre": "sombre", "con brio": "energetic", "animato": "lively",
    "misterios": "mysterious", "triste": "sad", "allegramente": "cheerful", "eroic": "heroic", "trionf": "triumphant",
}
_POLISH = ("mazurka", "polonaise", "krakowiak", "polka mazurka", "kujawiak", "oberek")
_NAMELESS = ("drummer", "contributors", "traditional", "anonym", "unknown", "arr.", "trad", ",")
# fmt: on


def write(
    midi: Midi,
    row: dict[str, Any],
    cast: Cast,
    parts: Sequence[Part],
    rng: np.random.Generator,
    *,
    seconds: float,
    tick: int,
    pace: float,
    rubato: bool,
    slows_down: bool,
) -> Sheet:
    """The sheet of ``parts`` played from ``tick`` on, at ``pace`` times the written tempo."""
    bpm = midi.bpm(tick) * pace
    pitched = [part for part in parts if not part.drums]
    tonic, mode = listening.key([note for part in pitched for note in part.notes], str(row.get("key") or ""))
    lead = next((part for part in parts if part.role == "melody"), None)
    touch = listening.articulation(lead) if lead else ""
    loudness, place = listening.dynamics(parts, seconds=seconds), listening.register(parts)
    mood = _asked(str(row.get("tempo_text") or "")) or listening.mood(
        parts, mode, touch, loudness, place, rng, seconds=seconds
    )
    style, family = _style(row, cast)
    kits = [part.instrument for part in parts if part.drums]
    count = sum(len(part.notes) for part in parts)
    bar = min(len(midi.metres) - 1, max(0, int(np.searchsorted(midi.bars, tick, side="right")) - 1))
    return Sheet(
        style=style,
        family=family,
        bpm=float(bpm) if 40 <= bpm <= 260 else 0.0,
        key=tonic,
        mode=mode,
        metre=midi.metres[bar],
        mood=mood,
        mood_family=MOODS[mood].family.name if mood else "",
        intensity=-1.0,
        density=float(min(1.0, count / seconds / 20)),
        instruments=list(dict.fromkeys(INSTRUMENTS[part.instrument].name for part in pitched)),
        drums=KITS[kits[0]].name if kits else "",
        composer=_composer(row),
        title=str(row.get("title") or ""),
        era=_era(str(row.get("composer_years") or "")) if not cast.ensemble or ENSEMBLES[cast.ensemble].dated else "",
        extra=_extra(row, cast),
        lead=INSTRUMENTS[lead.instrument].name if lead and len({part.instrument for part in pitched}) > 1 else "",
        articulation=touch,
        dynamics=loudness,
        register=place,
        happenings=["slows down at the end"] if slows_down else [],
        place=_place(row),
        skill=listening.skill(parts, seconds=seconds),
        rubato=rubato,
    )


def _style(row: dict[str, Any], cast: Cast) -> tuple[str, str]:
    """(style, family): the score's own, or the ensemble's where that names other players."""
    genre, form = str(row.get("genre") or ""), str(row.get("form") or "")
    styles = row.get("styles") or []
    if genre == "drum groove":
        return f"{styles[0] if styles else ''} drum {'fill' if form == 'fill' else 'groove'}".strip(), "band"
    style = _STYLES.get(form) or (form if genre == "folk" and form else "") or _STYLES.get(genre) or genre
    family = _FAMILY.get(genre, "classical" if genre else "")
    if cast.ensemble:
        ensemble = ENSEMBLES[cast.ensemble]
        kept = style in _ANY_PLAYERS or genre == "folk"
        return (style if kept and ensemble.family == "classical" else ensemble.style), ensemble.family
    if cast.replaced_voice and style not in _ANY_PLAYERS:
        return "classical chamber music", family
    if style in ("classical organ music", "harpsichord music", "classical guitar music", "string quartet") and not _fits(style, cast):
        return "classical chamber music", family
    return style, family


def _fits(style: str, cast: Cast) -> bool:
    """Whether the players are those that the style names."""
    families = {INSTRUMENTS[name].family for name in cast.instruments if name in INSTRUMENTS}
    if style == "string quartet":
        return families == {"strings"} and 2 <= len(cast.instruments) <= 6
    wanted = {"classical organ music": "church_organ", "harpsichord music": "harpsichord", "classical guitar music": "nylon_guitar"}
    return wanted[style] in cast.instruments


def _extra(row: dict[str, Any], cast: Cast) -> dict[str, str]:
    extra = {}
    form = str(row.get("form") or "")
    if form in _FORMS:
        extra["form"] = f"{'an' if form[0] in 'aeiou' else 'a'} {form}"
    if cast.ensemble:
        extra["arrangement"] = ENSEMBLES[cast.ensemble].words
        if cast.ensemble == "chiptune" and row.get("genre") not in ("folk", "hymn", "jazz age"):
            return extra
        extra["arrangement"] = extra["arrangement"].replace("of a classical piece", "of an old tune")
    return extra


def _place(row: dict[str, Any]) -> str:
    if "irish" in str(row.get("set") or "").lower():
        return "Ireland"
    return "Poland" if row.get("form") in _POLISH else ""


def _composer(row: dict[str, Any]) -> str:
    composer = str(row.get("composer") or "")
    nameless = len(composer.split()) > 4 or any(word in composer.lower() for word in _NAMELESS)
    return "" if nameless else composer


def _asked(tempo_text: str) -> str:
    """The mood that an Italian, German or French tempo text asks for, "" where it names none."""
    return next((mood for word, mood in _TEMPO_MOODS.items() if word in tempo_text.lower()), "")


def _era(years: str) -> str:
    """The era of a composer born and dead in ``years`` ("1685-1750")."""
    born = years.strip()[:4]
    if not born.isdigit():
        return ""
    bounds = ((1570, ""), (1715, "baroque"), (1780, "classical"), (1870, "romantic"))
    return next((era for bound, era in bounds if int(born) < bound), "")
