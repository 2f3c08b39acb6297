"""Whether captions are true, measured from the sound: tempo, key, no drums, instruments.

What a caption may say stands on the sheet; each claim is checked by means that do not know the composer. "A beat" has
a clip in which drums are heard, or whose comping keeps time without rubato. Drum-only clips have no key. A key is
relative that has the same notes: the question of which of seven modes a vamp is in has more than one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.composing.styles import STYLES
from libretto.corpus.composing.theory import parse_key
from libretto.corpus.language.captions import captions
from libretto.corpus.sound.instruments import INSTRUMENTS

from ... import key as keys
from ... import tempo as tempi
from ...corpus.score import Score, Sheet
from . import claims as reader
from .clips import SAMPLE_RATE, Made, Wish, corpus_wishes, make, measured
from .percussion import percussiveness
from .report import Bar, Report, Row

TEMPO, KEY, ALL = 90.0, 85.0, 100.0  # per cent
PRESENT_DB = -30.0  # an instrument's stem beside the loudest stem
_CAPTIONS = 6


@dataclass(frozen=True)
class Truth:
    """Of one clip; None where the question does not arise."""

    wish: Wish
    stated_bpm: float
    measured_bpm: float
    stated_key: str
    measured_key: str
    tempo: bool | None
    key: bool | None
    relative: bool = False
    plain: bool = False  # right or relative where only major and minor keys are thought of
    said_no_drums: bool = False
    no_drums: bool | None = None
    percussive: float = 0.0
    drums: bool = False
    missing: tuple[str, ...] = ()  # instruments named without sounding
    foreign: tuple[str, ...] = ()  # words of captions that name nothing on the sheet
    claims: dict[str, bool] = field(default_factory=dict)


def has_beat(sheet: Sheet, score: Score) -> bool:
    """Drums, or comping that keeps time: a style without rubato and a part that plays at least once a beat."""
    if sheet.drums:
        return True
    if sheet.rubato or STYLES[sheet.style].rubato > 0:
        return False
    steady = [part for part in score.parts if part.role in ("chords", "bass", "arpeggio") and not part.drums]
    beats = max(1, len(score.beats))
    return any(len({round(note.start, 1) for note in part.notes}) >= beats for part in steady)


def _sounding(made: Made) -> set[str]:
    """Spoken names of instruments whose stem can be heard."""
    power = {role: float(np.square(stem, dtype=np.float64).mean()) for role, stem in made.rendered.stems.items()}
    loudest = max(power.values(), default=0.0)
    heard = {role for role, value in power.items() if value > loudest * 10 ** (PRESENT_DB / 10) > 0}
    return {
        INSTRUMENTS[part.instrument].name for part in made.score.parts if not part.drums and part.role in heard and part.notes
    }


def check(made: Made, said: Sequence[str]) -> Truth:
    """Everything captions ``said`` of a clip, beside what is measured. ``made`` has its stems."""
    sheet, score, samples = made.rendered.sheet, made.score, made.mono
    drums = any(part.drums for part in score.parts)
    pitched = any(not part.drums for part in score.parts)
    measured_bpm = tempi.tempo(samples, sample_rate=SAMPLE_RATE)
    rings = keys.rings(samples, sample_rate=SAMPLE_RATE)
    key = keys.key_of(rings) if pitched else None
    plain = keys.key_of(rings, modes=("major", "minor")) if pitched else None
    tonic = parse_key(sheet.key)
    read = [reader.read(caption) for caption in said]
    no_drums = any(claims.no_drums for claims in read)
    drum_power = float(np.square(made.rendered.stems.get("drums", np.zeros(1))).mean())
    sounding = _sounding(made)
    on_sheet = set(sheet.instruments)
    foreign = {phrase for claims in read for phrase in reader.foreign(claims, sheet.instruments, sheet.drums)}
    return Truth(
        made.wish, sheet.bpm, round(measured_bpm, 2), f"{sheet.key} {sheet.mode}", str(key or ""),
        tempo=tempi.agrees(measured_bpm, sheet.bpm) if has_beat(sheet, score) else None,
        key=keys.right(key, tonic, sheet.mode) if key else None,
        relative=keys.relative(key, tonic, sheet.mode) if key else False,
        plain=keys.right(plain, tonic, sheet.mode) or keys.relative(plain, tonic, sheet.mode) if plain else False,
        said_no_drums=no_drums,
        no_drums=not drums and drum_power == 0.0 if no_drums else None,
        percussive=percussiveness(samples, sample_rate=SAMPLE_RATE),
        drums=bool(sheet.drums),
        missing=tuple(sorted(on_sheet - sounding)),
        foreign=tuple(sorted(foreign)),
        claims={
            "tempo": all(reader.tempo_holds(claims, sheet.bpm) for claims in read),
            "key": all(reader.key_holds(claims, sheet.key, sheet.mode) for claims in read),
        },
    )  # fmt: skip


def of_wish(wish: Wish, fonts: Sequence[Path] | None) -> Truth:
    """Compose, render, caption and check one piece."""
    made = make(wish, fonts=fonts, stems=True)
    return check(made, captions(made.rendered.sheet, np.random.default_rng([wish.seed, 3, wish.item or 0]), _CAPTIONS))


def evaluate(
    *,
    clips: int = 500,
    seconds: float = 20.0,
    seed: int = 0,
    styles: Sequence[str] | None = None,
    fonts: Sequence[Path] | None = None,
    workers: int = 1,
    **_: Any,
) -> Report:
    """Caption truth on ``clips`` composed clips."""
    asked = corpus_wishes(clips, seconds=seconds, seed=seed, styles=styles)
    found = list(measured(asked, of_wish, fonts=fonts, workers=workers))
    return report(found, {"clips": clips, "seconds": seconds, "seed": seed})


def _share(answers: Sequence[bool]) -> float:
    return 100 * float(np.mean(answers)) if answers else float("nan")


def report(found: Sequence[Truth], settings: Row) -> Report:
    """Figures, bars, and the clips that fail one."""
    beats = [clip for clip in found if clip.tempo is not None]
    keyed = [clip for clip in found if clip.key is not None]
    drumless = [clip for clip in found if clip.no_drums is not None]
    with_drums = np.array([clip.percussive for clip in found if clip.drums])
    without = np.array([clip.percussive for clip in drumless])
    bars = [
        Bar("clips with a beat", len(beats)),
        Bar("tempo within 4 % or a factor of two, %", _share([bool(clip.tempo) for clip in beats]), TEMPO),
        Bar("clips with a key", len(keyed)),
        Bar("tonic and mode right, %", _share([bool(clip.key) for clip in keyed])),
        Bar("tonic and mode right or relative, %", _share([bool(clip.key) or clip.relative for clip in keyed]), KEY),
        Bar("the same where major and minor are the only keys thought of, %", _share([clip.plain for clip in keyed])),
        Bar('clips said to have "no drums"', len(drumless)),
        Bar('"no drums" true by the stems, %', _share([bool(clip.no_drums) for clip in drumless]), ALL),
        Bar("named instruments sounding by stem energy, % of clips", _share([not clip.missing for clip in found]), ALL),
        Bar("captions name only what is on the sheet, % of clips", _share([not clip.foreign for clip in found]), ALL),
        Bar("tempi in captions are the sheet's, % of clips", _share([clip.claims["tempo"] for clip in found]), ALL),
        Bar("keys in captions are the sheet's, % of clips", _share([clip.claims["key"] for clip in found]), ALL),
    ]
    if len(with_drums) and len(without):
        above = float((without[:, None] < with_drums[None]).mean())
        bars.append(Bar('"no drums" clips less percussive than clips with drums, % of pairs', 100 * above))
    tables = {"By style": _by_style(found), "Tempo wrong": _wrong_tempo(beats), "Key wrong": _wrong_key(keyed),
              "Instruments and words": _wrong_words(found)}  # fmt: skip
    return Report("Caption truth, from sound", settings, bars, tables)


def _by_style(found: Sequence[Truth]) -> list[Row]:
    rows: list[Row] = []
    for style in sorted({clip.wish.style for clip in found}):
        of = [clip for clip in found if clip.wish.style == style]
        rows.append({
            "style": style, "clips": len(of), "beat": sum(clip.tempo is not None for clip in of),
            "tempo %": _share([bool(clip.tempo) for clip in of if clip.tempo is not None]),
            "key %": _share([bool(clip.key) or clip.relative for clip in of if clip.key is not None]),
            "key exact %": _share([bool(clip.key) for clip in of if clip.key is not None]),
        })  # fmt: skip
    return rows


def _wrong_tempo(beats: Sequence[Truth]) -> list[Row]:
    return [
        {"clip": c.wish.name, "stated": c.stated_bpm, "measured": c.measured_bpm} for c in beats if not c.tempo
    ][:40]


def _wrong_key(keyed: Sequence[Truth]) -> list[Row]:
    return [
        {"clip": c.wish.name, "stated": c.stated_key, "measured": c.measured_key}
        for c in keyed
        if not (c.key or c.relative)
    ][:80]


def _wrong_words(found: Sequence[Truth]) -> list[Row]:
    return [
        {"clip": c.wish.name, "named, not sounding": ", ".join(c.missing), "not on the sheet": ", ".join(c.foreign),
         "tempo said": "" if c.claims["tempo"] else "wrong", "key said": "" if c.claims["key"] else "wrong",
         "drums": "there" if c.no_drums is False else ""}
        for c in found
        if c.missing or c.foreign or not all(c.claims.values()) or c.no_drums is False
    ][:40]  # fmt: skip
