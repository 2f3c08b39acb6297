"""What is true of a sheet, attribute by attribute: every phrase that holds, none where the attribute is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from libretto.corpus.composing.moods import family_name
from libretto.corpus.language import wording
from libretto.corpus.score import Sheet

# fmt: off
_DRUM_WORDS = ("drum", "drums", "percussion", "timpani", "cymbal", "conga", "bongo", "tambourine", "snare", "taiko", "hi-hat", "shaker")
_VOICE_WORDS = ("voice", "voices", "choir", "vocal", "vocals", "singer", "soprano", "alto", "tenor", "baritone", "chorus", "voiced",
    "singing")
_BASS_WORDS = ("bass", "sub", "808", "tuba", "cello", "bassoon", "organ", "reese", "contrabass")
_BEAT_WORDS = ("beat", "beats", "groove", "riddim", "stomper")
# fmt: on


class Facts:
    """The true phrases of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def phrases(self, attribute: str) -> Sequence[str]:
        """Every true phrase of an attribute; none when it is unknown."""
        finder = getattr(self, f"{attribute}_words", None)
        if finder is None:
            raise KeyError(f"no attribute or rule {attribute!r}")
        return self.true(finder())

    def true(self, words: Sequence[str]) -> list[str]:
        """The words whose conditions hold, without them."""
        return [word.partition("~")[0] for word in words if self._holds(word.partition("~")[2])]

    def _holds(self, condition: str) -> bool:
        """Whether what stands after ``~`` is true of the sheet."""
        if not condition:
            return True
        if condition == "drums":
            return bool(self.sheet.drums)
        if condition == "no drums":
            return surely_without_drums(self.sheet)
        if condition == "swing":
            return self.sheet.swing >= 0.58
        if condition in wording.ERAS:
            return self.sheet.era == condition
        if condition in wording.STYLES:
            return self.sheet.style == condition
        return any(condition in name for name in self.sheet.instruments)

    def _called(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names and things of the style; a style without a row is called what it is."""
        style = self.sheet.style
        row = wording.STYLES.get(style) or wording.SCORE_STYLES.get(style)
        names, things = row if row is not None else ((style,) if style else (), ())
        if not self.sheet.drums:
            names, things = (tuple(w for w in ws if w.split("~")[0].split()[-1] not in _BEAT_WORDS) for ws in (names, things))
        return names, things

    def name_words(self) -> Sequence[str]:
        """Names of the style, such as "techno"; they take a noun."""
        return self._called()[0]

    def mass_words(self) -> Sequence[str]:
        """Names of the style that need no noun."""
        return [word for word in self.name_words() if word.split("~")[0].split()[-1] in wording.MASS]

    def thing_words(self) -> Sequence[str]:
        """Whole things of the style, such as "techno workout"."""
        return self._called()[1]

    def tempo_words(self) -> Sequence[str]:
        if self.sheet.bpm <= 0:
            return ()
        band = next(index for index, bound in enumerate(wording.TEMPO_BOUNDS) if self.sheet.bpm < bound)
        return wording.TEMPI[band][0] + wording.TEMPI[band][1]

    def bpm_words(self) -> Sequence[str]:
        bpm = round(self.sheet.bpm)
        if bpm <= 0:
            return ()
        near = 5 * round(self.sheet.bpm / 5)
        return (
            f"{bpm} bpm", f"{bpm} BPM", f"{bpm}bpm", f"{bpm} beats per minute", f"around {near} bpm", f"about {near} BPM",
            f"roughly {near} beats per minute", f"BPM {bpm}", f"tempo {bpm}", f"{bpm} beats a minute",
        )  # fmt: skip

    def density_words(self) -> Sequence[str]:
        return _banded(wording.DENSITY_BOUNDS, wording.DENSITY, self.sheet.density)

    def dynamics_words(self) -> Sequence[str]:
        known = wording.DYNAMICS.get(self.sheet.dynamics)
        if self.sheet.dynamics:
            return known or (self.sheet.dynamics,)
        if self.sheet.intensity < 0:
            return ()
        return wording.DYNAMICS["soft"] if self.sheet.intensity < 0.35 else wording.DYNAMICS["loud"] if self.sheet.intensity > 0.8 else ()

    def articulation_words(self) -> Sequence[str]:
        return _known(wording.ARTICULATION, self.sheet.articulation)

    def register_words(self) -> Sequence[str]:
        return _known(wording.REGISTER, self.sheet.register)

    def swing_words(self) -> Sequence[str]:
        return wording.SWING if self.sheet.swing >= 0.58 else ()

    def rubato_words(self) -> Sequence[str]:
        return wording.RUBATO if self.sheet.rubato else ()

    def metre_words(self) -> Sequence[str]:
        return _known(wording.METRES, self.sheet.metre)

    def mode_words(self) -> Sequence[str]:
        mode = self.sheet.mode
        return (
            wording.MINOR if mode in wording.MINOR_MODES
            else wording.MAJOR if mode in wording.MAJOR_MODES
            else wording.BLUES_SCALE if mode == "blues" else ()
        )  # fmt: skip

    def key_words(self) -> Sequence[str]:
        """The key as a name: "A minor", "Am", "the key of A minor"."""
        key, mode = self.sheet.key, self.sheet.mode
        if not key:
            return ()
        short = key.replace(" sharp", "#").replace(" flat", "b")
        sign = key.replace(" sharp", "♯").replace(" flat", "♭")
        hyphened = key.replace(" ", "-")
        if mode == "blues":
            return (f"{short} blues scale", f"{key} blues scale", f"the {short} blues scale", f"the key of {key}", f"a bluesy {short}")
        if not mode:
            return ()
        words = [f"{key} {mode}", f"{short} {mode}", f"the key of {key} {mode}", f"the key of {short} {mode}", f"{hyphened} {mode}",
            f"{sign} {mode}"]
        if mode in ("minor", "harmonic minor", "natural minor", "melodic minor"):
            words += [f"{short}m", f"{short} min", f"{short}-minor", f"the key of {short}m"]
        elif mode == "major":
            words += [f"{short} maj", f"{short}-major", f"the key of {short}", f"{short} major"]
        else:
            words += [f"{short} {mode} mode", f"the {mode} mode on {short}", f"{mode} mode"]
        return words

    def era_words(self) -> Sequence[str]:
        era = self.sheet.era
        return sum(wording.ERAS[era], ()) if era in wording.ERAS else (era,) if era else ()

    def place_words(self) -> Sequence[str]:
        place = self.sheet.place
        return (*wording.PLACES.get(place, (f"{place}-style",)), *(remark.format(place) for remark in wording.FROM)) if place else ()

    def skill_words(self) -> Sequence[str]:
        skill = self.sheet.skill
        return sum(wording.SKILLS[skill], ()) if skill in wording.SKILLS else (skill,) if skill else ()

    def happening_words(self) -> Sequence[str]:
        """What happens, as sentences."""
        return [words for name in self.sheet.happenings if name for words in wording.HAPPENINGS.get(name, (f"there is {name}",))]

    def drums_words(self) -> Sequence[str]:
        """The kit by its own names and by what any of its kind is called."""
        kit = self.sheet.drums
        plain = wording.plain_drums(kit) if kit else ()
        return (*wording.DRUMS.get(kit, (kit,)), *plain, *plain) if kit else ()

    def programmed_words(self) -> Sequence[str]:
        """Known only of drum machines."""
        return ("programmed",) if "machine" in self.sheet.drums else ()

    def drumless_words(self) -> Sequence[str]:
        return wording.NO_DRUMS if surely_without_drums(self.sheet) else ()

    def instrumental_words(self) -> Sequence[str]:
        return wording.INSTRUMENTAL if surely_instrumental(self.sheet) else ()

    def bassless_words(self) -> Sequence[str]:
        names = [*self.sheet.instruments, *self.sheet.faint, self.sheet.drums]
        return wording.NO_BASS if self.sheet.instruments and not _has(names, _BASS_WORDS) else ()

    def alone_words(self) -> Sequence[str]:
        return wording.ALONE if surely_alone(self.sheet) else ()

    def absent_words(self) -> Sequence[str]:
        """Instruments that are surely not there, as "no guitar"."""
        if not self.sheet.instruments:
            return ()
        names = " ".join((*self.sheet.instruments, *self.sheet.faint)).lower()
        gone = [word for word, signs in wording.ABSENT.items() if not any(sign in names for sign in signs)]
        return [f"{no} {word}" for word in gone for no in ("no", "without")]

    def use_words(self) -> Sequence[str]:
        return wording.USES[self.sheet.style][0] if self.sheet.style in wording.USES else ()

    def where_words(self) -> Sequence[str]:
        return wording.USES[self.sheet.style][1] if self.sheet.style in wording.USES else ()

    def feeling_words(self) -> Sequence[str]:
        return _known(wording.FEELINGS, self._family())

    def urge_words(self) -> Sequence[str]:
        return _known(wording.URGES, self._family())

    def composer_words(self) -> Sequence[str]:
        return (self.sheet.composer,) if self.sheet.composer else ()

    def extra_words(self) -> Sequence[str]:
        return [value for key, value in sorted(self.sheet.extra.items()) if value and not key.startswith("_")]

    def _family(self) -> str:
        return self.sheet.mood_family or family_name(self.sheet.mood)


def _known(table: dict[str, tuple[str, ...]], value: str) -> Sequence[str]:
    return table.get(value, (value,)) if value else ()


def _banded(bounds: Sequence[float], table: Sequence[tuple[str, ...]], value: float) -> Sequence[str]:
    return next(words for bound, words in zip(bounds, table, strict=True) if value < bound) if value >= 0 else ()


def _has(names: Sequence[str], words: Sequence[str]) -> bool:
    return any(
        word in name.lower().replace("-", " ").split() or (len(word) > 5 and word in name.lower()) for name in names for word in words
    )


def surely_without_drums(sheet: Sheet) -> bool:
    """No kit, and no drum among instruments that are known."""
    faint_kit = any(name in wording.DRUMS for name in sheet.faint)
    return not sheet.drums and bool(sheet.instruments) and not faint_kit and not _has([*sheet.instruments, *sheet.faint], _DRUM_WORDS)


def surely_alone(sheet: Sheet) -> bool:
    """One instrument, and nothing else however quiet."""
    return len({*sheet.instruments, *sheet.faint}) == 1 and surely_without_drums(sheet)


def surely_instrumental(sheet: Sheet) -> bool:
    """No voice among instruments that are known."""
    return bool(sheet.instruments) and not any(
        word in _VOICE_WORDS for name in (*sheet.instruments, *sheet.faint) if "sax" not in name for word in name.lower().split()
    )
