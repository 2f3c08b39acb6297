"""A folder of scores (MIDI files) as a source: real music, played by our instruments.

A piece is a window cut at a bar line (``perform``), given to the players that the score names or arranged for others
(``casting``), played in a manner of its own (``manners``) where it is written rather than performed. What may be said
comes from an optional index (one JSON object a line: ``path``, and any of licence, attribution, set, composer,
composer_years, genre, form, styles, instruments_known, tempo_text, key, seconds, split, work or work_cluster) and from
the notes that are really played (``listening``). All choices are ours unless a paper is named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.language.captions import captions as write_captions
from libretto.corpus.playing import casting, manners, perform, score_sheet
from libretto.corpus.playing.midi import Midi, read
from libretto.corpus.recording.splits import split_works
from libretto.corpus.score import Mix, Part, Score
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS
from libretto.corpus.sources import licences
from libretto.corpus.sources.source import SAMPLE_RATE, Piece, fit, font_names
from libretto.corpus.timeline import KEY, timeline_of
from libretto.errors import CorpusError

SUFFIXES = (".mid", ".midi")
INDEX = "index.jsonl"  # taken from the folder itself where no other is named
_LONG = 90.0  # seconds of music for each further place in a pass
_PLACES = 4  # at most
_CHORDAL = ("keys", "guitar", "mallets")  # families of instruments whose player rolls chords


@dataclass
class Scores:
    """Item i is one window of one file; every file comes once in each of ``passes``, long ones up to four times.

    ``licences`` are those that may enter (None: ``licences.FREE``), ``without`` names sets of the index to leave out,
    ``faithful`` never arranges for other players. ``left_out`` counts the files that may not enter, by reason.
    """

    folder: Path | str
    index: Path | str | None = None
    seed: int = 0
    fonts: Any = None
    passes: int = 4
    keep: Callable[[dict[str, Any]], bool] | None = None  # of an index row; must pickle
    licences: Sequence[str] | None = None
    without: Sequence[str] = ()
    faithful: bool = False
    name: str = "scores"
    files: list[dict[str, Any]] = field(default_factory=list, init=False, repr=False)
    left_out: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder)
        if not self.folder.is_dir():
            raise CorpusError(f"{self.folder} is no folder; expected one of MIDI files")
        if self.index is None and (self.folder / INDEX).is_file():
            self.index = self.folder / INDEX
        rows = _read_index(Path(self.index)) if self.index is not None else {}
        found = sorted(path for path in self.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        if not found:
            raise CorpusError(f"{self.folder} holds no MIDI file; expected {', '.join(SUFFIXES)}")
        for path in found:
            name = path.relative_to(self.folder).as_posix()
            reason = self._refusal(rows.get(name))
            if reason:
                self.left_out[reason] = self.left_out.get(reason, 0) + 1
            else:
                self.files.append({**rows.get(name, {}), "path": name})
        if not self.files:
            reasons = ", ".join(f"{count} {reason}" for reason, count in self.left_out.items())
            raise CorpusError(f"none of the {len(found)} MIDI files of {self.folder} may be used ({reasons})")
        places = [
            number
            for number, row in enumerate(self.files)
            for _ in range(1 + min(_PLACES - 1, int(float(row.get("seconds") or 0) // _LONG)))
        ]
        self._places = np.array(places, np.int64)
        self._splits: dict[tuple[float, float], dict[str, str]] = {}

    def _refusal(self, row: dict[str, Any] | None) -> str:
        """Why a file of this index row may not enter, "" where it may."""
        if self.index is None:
            return ""
        if row is None:
            return "not in the index"
        if str(row.get("set")) in self.without:
            return f"set {row['set']} left out"
        if not licences.allowed(row.get("licence"), self.licences if self.licences is not None else licences.FREE):
            return f"licence {row['licence']}"
        return "" if self.keep is None or self.keep(row) else "not chosen"

    def settings(self) -> dict[str, Any]:
        digest = hashlib.sha256("\n".join(row["path"] for row in self.files).encode()).hexdigest()[:16]
        return {
            "source": self.name,
            "seed": self.seed,
            "files": len(self.files),
            "digest": digest,
            "faithful": self.faithful,
            "fonts": font_names(self.fonts),
        }

    def count(self) -> int | None:
        return self.passes * len(self._places)

    def row(self, item: int) -> tuple[dict[str, Any], np.random.Generator]:
        """The file of an item, and the item's random numbers."""
        turn, place = divmod(item, len(self._places))
        order = np.random.default_rng([self.seed, 6, turn]).permutation(len(self._places))
        return self.files[self._places[order[place]]], np.random.default_rng([self.seed, 4, item])

    def split(self, item: int, *, valid: float, test: float) -> str:
        """The index's own split where it has one, else shares of the works."""
        row, _ = self.row(item)
        if (valid, test) not in self._splits:
            sizes: dict[str, float] = {}
            stated: dict[str, str] = {}
            for place in self._places:
                work = _work(self.files[place])
                sizes[work] = sizes.get(work, 0.0) + 1.0
                if self.files[place].get("split"):
                    stated.setdefault(work, str(self.files[place]["split"]))
            self._splits[valid, test] = split_works(sizes, seed=self.seed, valid=valid, test=test, stated=stated)
        return self._splits[valid, test][_work(row)]

    def make(self, item: int, *, seconds: float, captions: int) -> list[Piece]:
        from libretto.corpus.sound.render import render

        row, rng = self.row(item)
        score = arrange(read(Path(self.folder) / row["path"]), row, rng, seconds=seconds, faithful=self.faithful)
        rendered = render(score, sample_rate=SAMPLE_RATE, fonts=self.fonts)
        samples = fit(rendered.audio.mono().samples[0], round(seconds * SAMPLE_RATE))
        sheet = rendered.sheet
        if sheet.lead not in sheet.instruments:
            sheet = replace(sheet, lead="")
        told = {**asdict(sheet), "file": row["path"], "work": _work(row), KEY: timeline_of(score, sheet)}
        texts = write_captions(sheet, rng, captions)
        return [Piece(f"{self.name}-{self.seed}-{item:06d}", samples, texts, told)]

    def conclude(self, folder: Path) -> None:
        """Write what was used and under which licence beside the shards."""
        from libretto.corpus.playing.scores_report import write

        write(folder, self)


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


def arrange(
    midi: Midi, row: dict[str, Any], rng: np.random.Generator, *, seconds: float, faithful: bool = False
) -> Score:
    """A window of ``seconds`` of a score, ready to render. Music shorter than that is repeated from its first bar."""
    steady = any(line.drums for line in midi.lines)
    manner = manners.draw(row, rng, steady=steady) if midi.quantised else perform.Manner()
    window = perform.cut(midi, rng, seconds=seconds * manner.pace)
    cast = casting.cast(midi, row, window, rng, faithful=faithful)
    performance = perform.Performance(midi, window, manner, rng, seconds=seconds)
    parts = _parts(cast, performance)
    if not parts:
        raise CorpusError(f"{row.get('path', 'score')} has no note in its window; leave it out")
    sheet = score_sheet.write(
        midi,
        row,
        cast,
        parts,
        rng,
        seconds=seconds,
        tick=window.ticks,
        pace=manner.pace,
        rubato=manner.breath > manners.RUBATO,
        slows_down=performance.slows_down(),
    )
    beats = performance.beats() if sheet.bpm else []  # none that nobody taps
    mix = Mix(
        reverb=float(rng.uniform(0.12, 0.35)),
        reverb_seconds=float(rng.uniform(1.0, 2.4)),
        loudness={"soft": -2.5, "loud": 1.0}.get(sheet.dynamics, 0.0),
    )
    return Score(int(rng.integers(2**31)), seconds, parts, sheet, mix, beats, performance.bars())


def _parts(cast: casting.Cast, performance: perform.Performance) -> list[Part]:
    """A part for every line that plays, spread over the stage."""
    parts = []
    for number, (line, instrument, role) in enumerate(
        zip(cast.lines, cast.instruments, perform.roles(cast.lines), strict=True)
    ):
        drums = instrument in KITS
        chordal = not drums and (INSTRUMENTS[instrument].family in _CHORDAL or instrument == "harp")
        notes = performance.notes(line, role, chordal=chordal)
        if notes:
            side = 0.6 * (number / max(1, len(cast.lines) - 1) - 0.5)
            pan = 0.0 if role in ("bass", "drums") else float(np.clip(side, -0.5, 0.5))
            parts.append(Part(role, instrument, notes, drums=drums, pan=pan))
    return parts
