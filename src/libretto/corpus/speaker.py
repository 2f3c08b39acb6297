"""The wording of single attributes of a sheet: each in one of many ways, or "" where it is unknown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import wording
from .score import Sheet

_BEAT_WORDS = ("beat", "beats")
_DRUM_WORDS = [
    "drum",
    "percussion",
    "timpani",
    "cymbal",
    "conga",
    "bongo",
    "tambourine",
    "snare",
    "taiko",
    "hi-hat",
    "shaker",
]
_VOICE_WORDS = [
    "voice",
    "voices",
    "choir",
    "vocal",
    "vocals",
    "singer",
    "soprano",
    "alto",
    "tenor",
    "baritone",
    "chorus",
]


class Speaker:
    """One caption's choices. Each method gives a wording of one attribute, or "" when it is unknown."""

    def __init__(self, sheet: Sheet, rng: np.random.Generator) -> None:
        self.sheet = sheet
        self.rng = rng

    def pick(self, options: Sequence[str]) -> str:
        return options[int(self.rng.integers(len(options)))] if options else ""

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def style(self) -> str:
        name = self.sheet.style
        words = wording.STYLES.get(name, [name] if name else [])
        if not self.sheet.drums:
            words = [word for word in words if word.split()[-1] not in _BEAT_WORDS]
        return words[0] if words and self.chance(0.3) else self.pick(words)

    def mood(self) -> str:
        name = self.sheet.mood
        return self.pick(wording.MOODS.get(name, [name])) if name else ""

    def moods(self) -> str:
        """One or two wordings of the mood."""
        first, second = self.mood(), self.mood()
        return f"{first} and {second}" if first and second != first and self.chance(0.3) else first

    def tempo(self) -> str:
        return _banded(self, wording.TEMPI, self.sheet.bpm) if self.sheet.bpm > 0 else ""

    def bpm(self) -> str:
        bpm = round(self.sheet.bpm)
        if bpm <= 0:
            return ""
        near = 5 * round(self.sheet.bpm / 5)
        return self.pick(
            [
                f"{bpm} bpm",
                f"{bpm} BPM",
                f"{bpm}bpm",
                f"at {bpm} bpm",
                f"{bpm} beats per minute",
                f"around {near} bpm",
                f"at a tempo of {bpm} bpm",
            ]
        )

    def key(self) -> str:
        key, mode = self.sheet.key, self.sheet.mode
        options = []
        if mode in wording.MINOR_MODES:
            options += ["in a minor key", "minor key", "in minor"]
        if mode in wording.MAJOR_MODES:
            options += ["in a major key", "major key", "in major"]
        if mode == "blues":
            return self.pick(["with blue notes", "on the blues scale", f"in {key}" if key else "bluesy"])
        if key and mode:
            short = key.replace(" sharp", "#").replace(" flat", "b")
            options += [
                f"in {key} {mode}",
                f"in {short} {mode}",
                f"in the key of {key} {mode}",
                f"{short} {mode}",
            ]
            if mode in ("minor", "harmonic minor"):
                options.append(f"in {short}m")
        if mode and mode not in ("major", "minor"):
            options.append(f"in the {mode} mode")
        return self.pick(options)

    def instrument_list(self, count: int) -> list[str]:
        """Up to ``count`` different instruments; the louder ones are named more often."""
        names = list(dict.fromkeys(name for name in self.sheet.instruments if name))
        if not names:
            return []
        weights = 0.6 ** np.arange(len(names))
        chosen = self.rng.choice(
            len(names), size=min(count, len(names)), replace=False, p=weights / weights.sum()
        )
        words = (self.pick(wording.INSTRUMENTS.get(names[index], [names[index]])) for index in chosen)
        return list(dict.fromkeys(words))

    def instruments(self, count: int) -> str:
        return listed(self.instrument_list(count))

    def drums(self) -> str:
        """The kit, or the words for no drums where none play."""
        return (
            self.pick([self.sheet.drums, self.sheet.drums, _plain_drums(self.sheet.drums)])
            if self.sheet.drums
            else self.no_drums()
        )

    def no_drums(self) -> str:
        return self.pick(wording.NO_DRUMS) if _surely_without_drums(self.sheet) else ""

    def solo(self) -> str:
        names = set(self.sheet.instruments)
        if len(names) != 1 or not _surely_without_drums(self.sheet):
            return ""
        name = self.instruments(1)
        return self.pick([f"solo {name}", f"{name} solo", f"{name} only", f"just {name}", f"{name} alone"])

    def instrumental(self) -> str:
        return self.pick(wording.INSTRUMENTAL) if _surely_instrumental(self.sheet) else ""

    def density(self) -> str:
        return _banded(self, wording.DENSITY, self.sheet.density) if self.sheet.density >= 0 else ""

    def dynamics(self) -> str:
        return _banded(self, wording.DYNAMICS, self.sheet.intensity) if self.sheet.intensity >= 0 else ""

    def metre(self) -> str:
        if self.sheet.metre in ("3/4", "3/8"):
            return self.pick(
                [f"in {self.sheet.metre}", "in waltz time", "in triple metre", f"{self.sheet.metre} time"]
            )
        if self.sheet.metre not in ("", "4/4"):
            return self.pick([f"in {self.sheet.metre}", f"{self.sheet.metre} time"])
        return "common time" if self.sheet.metre and self.chance(0.1) else ""

    def swing(self) -> str:
        return (
            self.pick(["swinging", "with a swing feel", "swung rhythm", "shuffled"])
            if self.sheet.swing >= 0.58
            else ""
        )

    def era(self) -> str:
        name = self.sheet.era
        return self.pick(wording.ERAS.get(name, [name])) if name else ""

    def composer(self) -> str:
        return (
            self.pick(
                [
                    f"by {self.sheet.composer}",
                    f"in the style of {self.sheet.composer}",
                    f"like {self.sheet.composer}",
                ]
            )
            if self.sheet.composer
            else ""
        )

    def use(self) -> str:
        return self.pick(wording.USES.get(self.sheet.style, []))

    def extra(self) -> str:
        return self.pick(
            [value for key, value in sorted(self.sheet.extra.items()) if value and not key.startswith("_")]
        )


def _banded(speaker: Speaker, table: list[tuple[float, list[str]]], value: float) -> str:
    return speaker.pick(next(words for bound, words in table if value < bound))


def _plain_drums(drums: str) -> str:
    return "percussion" if "percussion" in drums else "drum machine" if "machine" in drums else "drums"


def _has(names: Sequence[str], words: Sequence[str]) -> bool:
    return any(
        word in name.lower().replace("-", " ").split() or (len(word) > 5 and word in name.lower())
        for name in names
        for word in words
    )


def _surely_without_drums(sheet: Sheet) -> bool:
    return not sheet.drums and bool(sheet.instruments) and not _has(sheet.instruments, _DRUM_WORDS)


def _surely_instrumental(sheet: Sheet) -> bool:
    return bool(sheet.instruments) and not any(
        word in _VOICE_WORDS
        for name in sheet.instruments
        if "sax" not in name
        for word in name.lower().split()
    )


def listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
