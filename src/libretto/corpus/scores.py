"""A folder of scores (MIDI files) as a source: real music, played by our instruments.

A piece is a window cut at a bar line. Written scores are played with expression: phrases swell, strong beats and
the melody stand out, time breathes. What may be said comes from an optional index (one JSON object a line:
``path``, and any of composer, composer_years, genre, form, instruments_known, tempo_text, key, split, work)
and from analysis of the window that is really played. All choices are ours unless a paper is named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CorpusError
from . import perform
from .captions import captions as write_captions
from .instruments import INSTRUMENTS, KITS
from .midi import Midi, read
from .score import Mix, Note, Part, Score, Sheet
from .source import SAMPLE_RATE, Piece, fit, font_names, interleaved_split

SUFFIXES = (".mid", ".midi")
# General MIDI families of eight programs -> an instrument we have; PROGRAMS names better neighbours.
# fmt: off
_FAMILIES = (
    "piano", "vibraphone", "hammond", "nylon_guitar", "electric_bass", "strings", "choir", "brass_section", "clarinet", "flute",
    "lead_saw", "warm_pad", "sweep_pad", "steel_guitar", "marimba", "sweep_pad",
)
_PROGRAMS = {
    1: "piano", 2: "electric_piano", 13: "marimba", 15: "harp", 20: "accordion", 23: "accordion", 31: "clean_guitar",
    37: "slap_bass", 39: "synth_bass", 49: "strings", 51: "synth_strings", 53: "choir", 55: "brass_section", 58: "trombone",
    62: "brass_section", 63: "brass_section", 64: "alto_sax", 67: "tenor_sax", 69: "oboe", 72: "flute", 77: "pan_flute",
    80: "square_lead", 87: "lead_saw", 88: "bell", 91: "choir_pad", 94: "glass_pad", 98: "bell", 104: "sitar", 106: "banjo",
    107: "harp", 109: "oboe", 111: "oboe",
}
_EXACT = {item.program: name for name, item in reversed(INSTRUMENTS.items()) if item.program is not None}
_TIMPANI = 47
# Where the score does not say who plays: instruments that suit the genre.
_FREE = {
    "folk": ("fiddle", "flute", "accordion", "steel_guitar", "harp", "recorder", "banjo", "nylon_guitar", "piano", "harmonica"),
    "hymn": ("piano", "church_organ", "choir", "strings"),
    "choral": ("choir", "church_organ", "strings"),
    "jazz age": ("piano", "clarinet", "vibraphone", "jazz_guitar", "muted_trumpet", "tenor_sax"),
}
_STYLES = {  # form or genre -> style
    "lullaby": "lullaby", "waltz": "waltz", "string quartet": "string quartet", "classical piano": "classical piano",
    "metal": "metal", "rock": "rock", "game": "video game music", "jazz age": "jazz age song",
    "orchestral": "classical orchestral", "chamber": "classical chamber music", "choral": "choral music",
    "organ": "classical organ music", "guitar": "classical guitar music", "harpsichord": "harpsichord music",
    "koto/shamisen": "japanese folk", "dance": "classical dance music", "opera": "opera music",
}
_FAMILY = {"folk": "folk", "jazz age": "jazz", "metal": "metal", "rock": "rock", "game": "game", "drum groove": "band"}
_TEMPO_MOODS = {  # part of a tempo text -> mood
    "maestoso": "majestic", "grazios": "graceful", "dolce": "tender", "agitato": "agitated", "tranquill": "calm",
    "scherz": "playful", "giocos": "playful", "vivac": "lively", "lebhaft": "lively", "con fuoco": "passionate",
    "appassionat": "passionate", "mesto": "sad", "lamentos": "mournful", "espressiv": "expressive", "cantabile": "lyrical",
    "grave": "solemn", "religios": "solemn", "con brio": "spirited", "animato": "lively", "misterios": "mysterious",
}
# fmt: on
_NAMELESS = ("drummer", "contributors", "traditional", "anonym", "unknown", "arr.", "trad", ",")


@dataclass
class Scores:
    """Item i is one window of one file; every file comes once in each of ``passes``, in an order of its own."""

    folder: Path | str
    index: Path | str | None = None
    seed: int = 0
    fonts: Any = None
    passes: int = 4
    keep: Callable[[dict[str, Any]], bool] | None = None  # of an index row; must pickle
    name: str = "scores"
    files: list[dict[str, Any]] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder)
        if not self.folder.is_dir():
            raise CorpusError(f"{self.folder} is no folder; expected one of MIDI files")
        rows = _read_index(Path(self.index)) if self.index is not None else {}
        found = sorted(path for path in self.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        names = [path.relative_to(self.folder).as_posix() for path in found]
        files = [{**rows.get(name, {}), "path": name} for name in names if name in rows or self.index is None]
        self.files = [row for row in files if self.keep is None or self.keep(row)]
        if not self.files:
            raise CorpusError(
                f"{self.folder} holds no MIDI file{' that the index names' if rows else ''}; expected {', '.join(SUFFIXES)}"
            )
        works = sorted({_work(row) for row in self.files})
        order = np.random.default_rng([self.seed, 5]).permutation(len(works))
        self._places = {works[index]: place for place, index in enumerate(order)}

    def settings(self) -> dict[str, Any]:
        digest = hashlib.sha256("\n".join(row["path"] for row in self.files).encode()).hexdigest()[:16]
        return {
            "source": self.name,
            "seed": self.seed,
            "files": len(self.files),
            "digest": digest,
            "fonts": font_names(self.fonts),
        }

    def count(self) -> int | None:
        return self.passes * len(self.files)

    def row(self, item: int) -> tuple[dict[str, Any], np.random.Generator]:
        """The file of an item, and the item's random numbers."""
        turn, place = divmod(item, len(self.files))
        order = np.random.default_rng([self.seed, 6, turn]).permutation(len(self.files))
        return self.files[int(order[place])], np.random.default_rng([self.seed, 4, item])

    def split(self, item: int, *, valid: float, test: float) -> str:
        """The index's own split where it has one, else shares of the works."""
        row, _ = self.row(item)
        return row.get("split") or interleaved_split(self._places[_work(row)], valid=valid, test=test)

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        from .render import render

        row, rng = self.row(item)
        score = arrange(read(Path(self.folder) / row["path"]), row, rng, seconds=seconds)
        rendered = render(score, sample_rate=SAMPLE_RATE, fonts=self.fonts)
        samples = fit(rendered.audio.mono().samples[0], round(seconds * SAMPLE_RATE))
        sheet = rendered.sheet
        return [
            Piece(
                f"{self.name}-{self.seed}-{item:06d}",
                samples,
                write_captions(sheet, rng, captions),
                asdict(sheet),
            )
        ]


def _read_index(path: Path) -> dict[str, dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return {row["path"]: row for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f'{path} is no score index ({error!r}); expected one JSON object with "path" a line'
        ) from error


def _work(row: dict[str, Any]) -> str:
    return str(row.get("work_cluster") or row.get("work") or row["path"])


def arrange(midi: Midi, row: dict[str, Any], rng: np.random.Generator, *, seconds: float) -> Score:
    """A window of ``seconds`` of a score, ready to render. Music shorter than that is repeated from its first bar."""
    pace = float(rng.uniform(0.92, 1.08)) if midi.quantised else 1.0
    window = perform.cut(midi, rng, seconds=seconds * pace)
    instruments = _cast(midi, row, rng)
    roles = perform.roles(midi)
    performance = perform.Performance(
        midi, window, rng, pace=pace, steady=any(line.drums for line in midi.lines)
    )
    parts: list[Part] = []
    for number, (line, instrument, role) in enumerate(zip(midi.lines, instruments, roles, strict=True)):
        notes = [note for note in performance.notes(line, role) if note.start < seconds - 0.02]
        if line.program == _TIMPANI and not line.drums:
            notes = [
                Note(note.start, note.duration, 41 + (note.pitch - 41) % 13, note.velocity) for note in notes
            ]
        if notes:
            pan = (
                0.0
                if role in ("bass", "drums")
                else float(np.clip(0.6 * (number / max(1, len(instruments) - 1) - 0.5), -0.5, 0.5))
            )
            parts.append(Part(role, instrument, notes, drums=instrument in KITS, pan=pan))
    if not parts:
        raise CorpusError(f"{row.get('path', 'score')} has no note in its window; leave it out")
    family = _FAMILY.get(str(row.get("genre")), "classical")
    mix = Mix(reverb=float(rng.uniform(0.12, 0.35)), reverb_seconds=float(rng.uniform(1.0, 2.4)))
    sheet = _sheet(midi, row, parts, family, seconds=seconds, tick=window.ticks, pace=pace)
    bars = [time for time in performance.bars() if 0 <= time < seconds]
    return Score(int(rng.integers(2**31)), seconds, parts, sheet, mix, downbeats=bars)


def _cast(midi: Midi, row: dict[str, Any], rng: np.random.Generator) -> list[str]:
    """An instrument or kit for every line; one choice for all lines where the score leaves it open."""
    genre = str(row.get("genre"))
    kit = {
        "drum groove": ("standard", "room", "power"),
        "metal": ("power", "room"),
        "rock": ("standard", "room", "power"),
        "orchestral": ("orchestral",),
    }.get(genre, ("standard", "room"))
    chosen_kit = kit[int(rng.integers(len(kit)))]
    free = _FREE.get(genre, ()) if row.get("instruments_known") is False else ()
    voice = free[int(rng.integers(len(free)))] if free else ""
    names: list[str] = []
    for line in midi.lines:
        if line.drums:
            names.append(chosen_kit)
        elif line.program == _TIMPANI:
            names.append("orchestral")
        elif voice and line.program in (0, 110):
            names.append(voice)
        else:
            names.append(
                _EXACT.get(line.program) or _PROGRAMS.get(line.program) or _FAMILIES[line.program // 8]
            )
    return names


def _sheet(
    midi: Midi, row: dict[str, Any], parts: list[Part], family: str, *, seconds: float, tick: int, pace: float
) -> Sheet:
    bpm = midi.bpm(tick) * pace
    tonic, mode = perform.key(
        [note for part in parts if not part.drums for note in part.notes], row.get("key") or ""
    )
    genre, form = str(row.get("genre") or ""), str(row.get("form") or "")
    style = _STYLES.get(form) or (form if genre == "folk" and form else "") or _STYLES.get(genre) or genre
    styles = row.get("styles") or []
    if genre == "drum groove":
        style = f"{styles[0] if styles else ''} drum {'fill' if form == 'fill' else 'groove'}".strip()
    kits = [part.instrument for part in parts if part.drums]
    composer = str(row.get("composer") or "")
    nameless = len(composer.split()) > 4 or any(word in composer.lower() for word in _NAMELESS)
    count = sum(len(part.notes) for part in parts)
    names = list(dict.fromkeys(INSTRUMENTS[part.instrument].name for part in parts if not part.drums))
    return Sheet(
        style=style,
        family=family,
        bpm=float(bpm) if 40 <= bpm <= 260 else 0.0,
        key=tonic,
        mode=mode,
        metre=midi.metres[
            min(len(midi.metres) - 1, max(0, int(np.searchsorted(midi.bars, tick, side="right")) - 1))
        ],
        mood=_mood(str(row.get("tempo_text") or "")),
        intensity=-1.0,
        density=float(min(1.0, count / seconds / 20)),
        instruments=names,
        drums=KITS[kits[0]].name if kits else "",
        composer="" if nameless else composer,
        title=str(row.get("title") or ""),
        era=_era(str(row.get("composer_years") or "")),
    )


def _mood(tempo_text: str) -> str:
    """The mood an Italian or German tempo text asks for, "" where it names none."""
    return next((mood for word, mood in _TEMPO_MOODS.items() if word in tempo_text.lower()), "")


def _era(years: str) -> str:
    """The era of a composer born and dead in ``years`` ("1685-1750")."""
    born = years.strip()[:4]
    if not born.isdigit():
        return ""
    bounds = ((1570, ""), (1715, "baroque"), (1780, "classical"), (1870, "romantic"))
    return next((era for bound, era in bounds if int(born) < bound), "")
