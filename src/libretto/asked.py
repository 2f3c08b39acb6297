"""What a request settles of tempo, metre, key, chords and tune: in its fields, in the words of its prompts, or by a sound it goes on from.

A model that has the control is told frame by frame (``controls``); one that has not is told in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .audio import Waveform
from .chords import Progression, written
from .controls import REST, mode_token, steady_clock, tune
from .errors import RequestError
from .key import PROFILES, key_of, rings
from .notation import beats_of, key_and_mode, said
from .tempo import bar_line, beat_grid
from .usual import STYLES, Usual, usual_chords, usual_time, usual_tonic

if TYPE_CHECKING:
    from .course import Turn
    from .pipeline import Libretto
    from .request import Request

# ``Grid.clarity`` from which a beat is told; ours: steady real recordings have 0.43 to 0.56, free ones 0.16 to 0.19, but solo voices 0.38
CLEAR_BEAT = 0.3
CLEAR_KEY = 0.75  # correlation with the key's profile from which a key is told


@dataclass(frozen=True)
class Heard:
    """Of a sound: a steady tempo with a bar line at ``bar`` seconds, and the key; None where they are not clear.

    ``beats`` of the bar, where they are known.
    """

    bpm: float | None = None
    bar: float = 0.0
    key: tuple[int, str] | None = None
    beats: int | None = None


@dataclass(frozen=True)
class _Stretch:
    """From ``seconds`` on: a tempo whose bars of ``beats`` begin at ``bar``, a key and chords over its tonic; None says nothing."""

    seconds: float
    bpm: float | None
    beats: int
    bar: float
    key: tuple[int, str] | None
    chords: Progression | None = None

    @property
    def bar_seconds(self) -> float:
        return self.beats * 60.0 / self.bpm if self.bpm is not None else 0.0

    def line_after(self, seconds: float) -> float:
        """The first bar line from ``seconds`` on, ``seconds`` itself without a tempo."""
        if self.bpm is None:
            return seconds
        return self.bar + self.bar_seconds * float(np.ceil((seconds - self.bar) / self.bar_seconds - 1e-6))


def hear(model: Libretto, request: Request, sound: Waveform, *, start: float = 0.0) -> Heard:
    """What ``sound`` goes by, where the model can be told; its first sample lies at ``start`` seconds of the performance."""
    controls, samples, rate = model.config.controls, sound.samples[0], sound.sample_rate
    bpm, bar, key = None, 0.0, None
    if "clock" in controls:
        grid = beat_grid(samples, rate)
        if grid.clarity >= CLEAR_BEAT:
            bpm, bar = grid.bpm, start + bar_line(samples, rate, grid, beats=request.beats)
    if "key" in controls:
        sounding = rings(samples, sample_rate=rate)
        found = key_of(sounding)
        if found is not None and np.corrcoef(sounding.whole, np.roll(PROFILES[found.mode], found.tonic))[0, 1] >= CLEAR_KEY:
            key = (found.tonic, found.mode)
    return Heard(bpm, bar, key)


def controls_of(
    model: Libretto, request: Request, *, seconds: float, begin: float = 0.0, heard: Heard | None = None,
    turns: Sequence[Turn] = (),
) -> dict[str, np.ndarray]:
    """What the model is told of ``request`` frame by frame, over ``seconds``: {name: int64 [levels, T]}, only what says something.

    Args:
        begin: seconds of the performance at which the request's own time begins, after a past.
        heard: what the sound goes by that is the past, or lies around; it holds where the request says nothing else.
        turns: of music that begins from nothing: the first one's usual tempo and chords are told where nothing else is, and what is usual
            for the others counts where their prompts come.

    Raises:
        RequestError: a melody or chords are given that the model cannot be told, or chords without a tempo.
    """
    rate, names = model.config.semantic.frame_rate, model.config.controls
    frames = int(np.ceil(seconds * rate - 1e-6))
    usual = [_usual(model, request, turn) for turn in turns[: 1 + len(request.at)]]
    stretches = _stretches(request, begin, heard or _begun(request, usual), usual[1:])
    stretches, told = _harmonised(model, request, stretches, begin, turns[0] if turns else None), {}
    if "clock" in names and any(stretch.bpm for stretch in stretches):
        told["clock"] = _clock(stretches, frames=frames, rate=rate, blank=_blank(model, "clock"))
    if "key" in names and any(stretch.key for stretch in stretches):
        told["key"] = _key(stretches, frames=frames, rate=rate, blank=_blank(model, "key"))
    if any(stretch.chords for stretch in stretches):
        told["chord"] = _chord(stretches, frames=frames, rate=rate, blank=_blank(model, "chord"))
    if request.melody is not None:
        if "tune" not in names:
            raise RequestError("these weights cannot be told a melody; leave melody out, or load weights with the control 'tune'")
        told["tune"] = _tune(request.melody, frames=frames, rate=rate, first=round(begin * rate))
    return told


def _usual(model: Libretto, request: Request, turn: Turn) -> Usual | None:
    """What music of ``turn`` usually goes at."""
    return usual_time(model.weights.tables, turn.style, seed=request.seed, mood=turn.traits.get("mood"))


def _begun(request: Request, usual: Sequence[Usual | None]) -> Heard:
    """What music that begins from nothing goes by; nothing where a tempo is asked for or a tune has a time of its own."""
    if not usual or usual[0] is None or request.melody is not None or request.settled.bpm is not None:
        return Heard()
    return Heard(usual[0].bpm, beats=usual[0].beats)


def _stretches(request: Request, begin: float, heard: Heard, tempi: Sequence[Usual | None]) -> list[_Stretch]:
    """What holds from when on, the first from 0; changes come on bar lines. A tempo that nobody asked for may halve or double where that is
    nearer to one of ``tempi``, what is usual for the prompts that follow: a lullaby's pulse is not that of the techno after it."""
    asked = request.settled
    beats = heard.beats if heard.beats is not None and asked.metre is None else request.beats
    past = _Stretch(0.0, heard.bpm, beats, heard.bar, heard.key)
    key = key_and_mode(asked.key) if asked.key is not None else heard.key
    found = [past] if begin else []
    if asked.bpm is None:
        found.append(_Stretch(begin, heard.bpm, beats, heard.bar, key))
    else:
        goes_on = heard.bpm is not None and abs(asked.bpm / heard.bpm - 1) < 0.04
        found.append(_Stretch(begin, asked.bpm, beats, past.line_after(begin) if goes_on else begin, key))
    for number, (moment, prompt) in enumerate(request.at[: len(request.at) - request.steered]):
        before, new = found[-1], said(prompt)
        usual = tempi[number] if number < len(tempi) and asked.bpm is None else None
        bpm = new.bpm or _in_step(before.bpm, usual)
        if bpm == before.bpm and new.bpm is None and new.key is None and new.metre is None:
            continue
        line = before.line_after(begin + moment)
        beats = before.beats if new.metre is None else beats_of(new.metre)
        key = before.key if new.key is None else key_and_mode(new.key)
        found.append(_Stretch(line, bpm, beats, line, key))
    return found


def _in_step(bpm: float | None, usual: Usual | None) -> float | None:
    """``bpm``, its half or its double: what is nearest to what is usual."""
    if bpm is None or usual is None:
        return bpm
    return min((bpm, bpm / 2, 2 * bpm), key=lambda other: abs(np.log(other / usual.bpm)))


def _harmonised(
    model: Libretto, request: Request, stretches: list[_Stretch], begin: float, first: Turn | None
) -> list[_Stretch]:
    """``stretches`` with chords from ``begin`` on: those asked for, or else some usual for ``first``, in the key asked for or any."""
    asked = None if request.chords is None else written(request.chords)
    if asked is not None and "chord" not in model.config.controls:
        raise RequestError("these weights cannot be told chords; leave chords out, or load weights with the control 'chord'")
    if asked is not None and stretches[-1].bpm is None:
        raise RequestError(f"chords are {request.chords!r}, a bar each, but no tempo is given; add bpm")
    if "chord" not in model.config.controls or (asked is None and (first is None or request.melody is not None)):
        return stretches
    found, before = [], None
    for stretch in stretches:
        if stretch.bpm is None or stretch.seconds < begin:
            found.append(stretch)
        elif asked is not None:
            found.append(replace(stretch, chords=asked))
        elif first is not None:
            if before is None or (stretch.key is not None and stretch.key[1] != before.mode):
                mode = None if stretch.key is None else stretch.key[1]
                before = usual_chords(model.weights.tables, first.style, mode=mode, seed=request.seed, mood=first.traits.get("mood"))
            key = stretch.key if stretch.key is not None or before is None else (usual_tonic(seed=request.seed), before.mode)
            found.append(replace(stretch, key=key, chords=before))
    return found


def _blank(model: Libretto, name: str) -> int:
    return next(token.blank for token in model.config.control_tokens if token.name == name)


def _clock(stretches: list[_Stretch], *, frames: int, rate: int, blank: int) -> np.ndarray:
    told = np.full((3, frames), blank)
    for stretch in stretches:
        first = round(stretch.seconds * rate)
        if stretch.bpm is None:
            told[:, first:] = blank
        else:
            told[:, first:] = steady_clock(stretch.bpm, stretch.beats, frames=frames, rate=rate, start=stretch.bar)[:, first:]
    return told


def _key(stretches: list[_Stretch], *, frames: int, rate: int, blank: int) -> np.ndarray:
    told = np.full((2, frames), blank)
    for stretch in stretches:
        values = (blank, blank) if stretch.key is None else (stretch.key[0], mode_token(stretch.key[1]))
        told[:, round(stretch.seconds * rate) :] = np.array(values)[:, None]
    return told


def _chord(stretches: list[_Stretch], *, frames: int, rate: int, blank: int) -> np.ndarray:
    """Written chords say their roots themselves; usual ones stand over the tonic."""
    told = np.full((2, frames), blank)
    for stretch in stretches:
        first = round(stretch.seconds * rate)
        told[:, first:] = blank
        if stretch.chords is not None:
            tonic = stretch.key[0] if stretch.key is not None and stretch.chords.mode else 0
            track = stretch.chords.track(tonic=tonic, bar_seconds=stretch.bar_seconds, start=stretch.bar, frames=frames, rate=rate)
            told[:, first:] = track[:, first:]
    return told


def _tune(path: str, *, frames: int, rate: int, first: int) -> np.ndarray:
    """The tune of a sound file from frame ``first`` on, as long as it lasts; blank before and after."""
    from .transcribe import tune_of

    notes, seconds = tune_of(Waveform.load(path))
    if not notes:
        raise RequestError(f"no tune is heard in {path}; hum, whistle or play one voice, near the microphone")
    told = np.full((2, frames), REST + 1)
    length = max(0, min(round(seconds * rate), frames - first))
    told[:, first : first + length] = tune(notes, frames=length, rate=rate)
    return told


def timed(model: Libretto, request: Request) -> bool:
    """Whether a clock is told to music of ``request`` that begins from nothing."""
    known = request.settled.bpm is not None or (STYLES in model.weights.tables and request.melody is None)
    return known and "clock" in model.config.controls


def in_words(model: Libretto, request: Request, prompt: str) -> str:
    """``prompt`` with what the request's fields settle and no control tells; an empty one stays empty."""
    if not prompt.strip():
        return prompt
    spoken, more, controls = said(prompt), [], model.config.controls
    if request.bpm is not None and "clock" not in controls and "bpm" not in prompt.lower():
        more.append(f"{request.bpm:g} bpm")
    if request.key is not None and "key" not in controls and spoken.key is None:
        more.append(f"in {request.key}")
    if request.metre is not None and not timed(model, request) and spoken.metre is None:
        more.append(f"in {request.metre} time")
    return ", ".join([prompt, *more])


def unheard(model: Libretto, request: Request) -> str | None:
    """One line on the fields that these weights are told in words alone, None where there are none."""
    controls, fields = model.config.controls, []
    if request.bpm is not None and "clock" not in controls and request.way != "loop":  # a loop is brought to its tempo
        fields.append("bpm")
    if request.key is not None and "key" not in controls:
        fields.append("key")
    if request.metre is not None and not timed(model, request):
        fields.append("metre")
    if not fields:
        return None
    reason = "no tempo is given" if fields == ["metre"] and "clock" in controls else "these weights have no control for it"
    return f"{' and '.join(fields)} asked for in words alone, which may not be kept: {reason}"
