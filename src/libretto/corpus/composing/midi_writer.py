"""A score as a standard MIDI file: tempo map, keys, metre, sections, chords and one track for every part.

Times come back within a tick (1/960 of a quarter) of the score's. Two things a MIDI channel cannot say are settled:
a key struck again before its release is released first, and notes of one key, part and tick become one. A slide is a
pitch bend of its channel, vibrato its modulation wheel, so both also reach other notes that sound there.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from libretto.corpus.composing.plan import METRES
from libretto.corpus.composing.theory import KEYS, MODES
from libretto.corpus.playing.midi import DRUM_CHANNEL
from libretto.corpus.score import Note, Part, Score
from libretto.corpus.sound.instruments import INSTRUMENTS, KITS
from libretto.errors import CorpusError, require
from libretto.files import atomic

TICKS_PER_QUARTER = 960
SLIDE_SECONDS = 0.1  # as score.Note promises
SLIDE_STEPS = 12
WHEEL_CENTS = 50.0  # depth of vibrato of a full modulation wheel (General MIDI leaves it open); ours
TEMPO_SLACK = 0.0015  # seconds a beat may lie off the running tempo before it is changed; ours
ELECTRONIC_KIT = 25  # drum program of kits that General MIDI does not have (Roland GS: TR-808)
# Programs of synthesised instruments: the nearest by name, else by family.
PROGRAMS = {
    "sub_bass": 39, "bass_808": 39, "triangle_bass": 39, "supersaw": 90, "square_lead": 80, "pulse_lead": 80, "thin_pulse": 80,
    "dark_pad": 95, "glass_pad": 92, "choir_pad": 91, "string_pad": 50, "pluck": 84, "fm_stab": 5, "bell": 98, "acid": 87,
}  # fmt: skip
FAMILIES = {
    "keys": 4, "mallets": 11, "organ": 17, "guitar": 25, "bass": 38, "strings": 50, "voice": 54, "brass": 62, "reeds": 65,
    "flutes": 73, "lead": 81, "pad": 89, "fx": 98,
}  # fmt: skip
_MAJOR = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")


def save_midi(score: Score, path: Path | str) -> None:
    """Write ``score`` as a type 1 file. The same score gives the same bytes."""
    mido = require("mido", extra="corpus")
    clock = TempoMap(score)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER)
    file.tracks.append(_track(mido, score.sheet.title or score.sheet.style, _conductor(mido, score, clock)))
    for part, channel in zip(score.parts, _channels(score.parts)):
        file.tracks.append(_track(mido, f"{part.role}: {spoken(part)}", _messages(mido, part, channel, clock)))
    with atomic(path) as temporary:
        file.save(str(temporary))


def spoken(part: Part) -> str:
    """What a listener calls the part's instrument."""
    return KITS[part.instrument].name if part.drums else INSTRUMENTS[part.instrument].name


def program(part: Part) -> int:
    """The General MIDI program that stands for the part's instrument, 0..127."""
    if part.drums:
        kit = KITS[part.instrument].gm_kit
        return ELECTRONIC_KIT if kit is None else kit
    instrument = INSTRUMENTS[part.instrument]
    if instrument.program is not None:
        return instrument.program
    return PROGRAMS.get(part.instrument, FAMILIES.get(instrument.family, 0))


class TempoMap:
    """Seconds to ticks: beats lie on whole ticks, and the tempo changes where the beats leave it."""

    def __init__(self, score: Score) -> None:
        unit = int(score.sheet.metre.split("/")[1])
        felt = METRES[score.sheet.metre].beat if score.sheet.metre in METRES else 4 / unit  # quarters a beat
        start = 60.0 / (score.sheet.bpm * felt) if score.sheet.bpm > 0 else 0.5
        self.ticks, self.seconds, self.micros = [0], [0.0], [round(start * 1e6)]
        step = round(felt * TICKS_PER_QUARTER)
        beats = [beat for beat in score.beats if beat > 0]
        # music that begins between two beats begins that much before a whole tick of the first one
        tick = 0 if not beats or score.beats[0] <= 0 else round(self._tick(beats[0])) - step
        for beat in beats:
            tick += step
            if abs(self._at(tick) - beat) <= TEMPO_SLACK:
                continue
            previous = max(tick - step, 0)
            now, quarters = self._at(previous), (tick - previous) / TICKS_PER_QUARTER
            self._change(previous, now, round(max(beat - now, 1e-3) / quarters * 1e6))

    def _change(self, tick: int, now: float, micros: int) -> None:
        if self.ticks[-1] == tick:
            self.micros[-1] = micros
        else:
            self.ticks.append(tick)
            self.seconds.append(now)
            self.micros.append(micros)

    def _at(self, tick: float) -> float:
        """Seconds of a tick from the last tempo change on."""
        return self.seconds[-1] + (tick - self.ticks[-1]) / TICKS_PER_QUARTER * self.micros[-1] * 1e-6

    def _tick(self, seconds: float) -> float:
        place = max(0, int(np.searchsorted(self.seconds, seconds, side="right")) - 1)
        since = (seconds - self.seconds[place]) / (self.micros[place] * 1e-6)
        return self.ticks[place] + since * TICKS_PER_QUARTER

    def tick(self, seconds: float) -> int:
        """The tick nearest to a time from 0 on."""
        return max(0, round(self._tick(seconds)))


def key_signature(key: str, mode: str) -> str:
    """The tonic with ``m`` where the mode's third is minor, as MIDI writes it; "" where there is no key."""
    if key not in KEYS:
        return ""
    scale = MODES.get(mode, MODES["major"])
    return (_MINOR if 3 in scale and 4 not in scale else _MAJOR)[KEYS.index(key)]


def _conductor(mido: Any, score: Score, clock: TempoMap) -> list[tuple[int, Any]]:
    """Tempo, key, metre and chords as messages with absolute ticks."""
    count, unit = map(int, score.sheet.metre.split("/"))
    timed = [(0, mido.MetaMessage("time_signature", numerator=count, denominator=unit))]
    timed += [(clock.tick(at), mido.MetaMessage("key_signature", key=key)) for at, key in _keys(score)]
    timed += [(tick, mido.MetaMessage("set_tempo", tempo=micros)) for tick, micros in zip(clock.ticks, clock.micros)]
    timed += [(clock.tick(section.start), mido.MetaMessage("marker", text=section.name)) for section in score.sections]
    timed += [(clock.tick(at), mido.MetaMessage("text", text=symbol)) for at, symbol in score.chords]
    return timed


def _keys(score: Score) -> list[tuple[float, str]]:
    """(seconds, key signature) of the key at the beginning and of every later one."""
    names = [(harmony.start, KEYS[harmony.tonic]) for harmony in score.harmony] or [(0.0, score.sheet.key)]
    found: list[tuple[float, str]] = []
    for at, name in names:
        key = key_signature(name, score.sheet.mode)
        if key and (not found or found[-1][1] != key):
            found.append((at if found else 0.0, key))
    return found


def _channels(parts: list[Part]) -> list[int]:
    """A channel for every pitched part; where 15 do not suffice, parts of one program share one."""
    keys: list[object] = [index for index, part in enumerate(parts) if not part.drums]
    if len(keys) > 15:
        keys = list(dict.fromkeys(program(part) for part in parts if not part.drums))
        if len(keys) > 15:
            raise CorpusError(f"a MIDI file has 15 channels for pitched parts, this score needs {len(keys)}; leave parts out")
        owner: list[object] = [program(part) for part in parts]
    else:
        owner = list(range(len(parts)))
    free = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    place = dict(zip(keys, free))
    return [DRUM_CHANNEL if part.drums else place[owner[index]] for index, part in enumerate(parts)]


def one_voice_a_key(notes: list[tuple[int, int, Note]]) -> list[tuple[int, int, Note]]:
    """(start, end, note) in ticks so that no two notes of one pitch overlap: the later one cuts the earlier."""
    last: dict[int, int] = {}  # pitch -> place of its last note
    kept: list[tuple[int, int, Note]] = []
    for start, end, note in sorted(notes, key=lambda item: (item[0], item[2].pitch)):
        before = last.get(note.pitch)
        if before is not None:
            first, until, earlier = kept[before]
            if first == start:
                louder = replace(earlier, velocity=max(earlier.velocity, note.velocity))
                kept[before] = (first, max(until, end), louder)
                continue
            kept[before] = (first, min(until, start), earlier)
        last[note.pitch] = len(kept)
        kept.append((start, end, note))
    return kept


def _messages(mido: Any, part: Part, channel: int, clock: TempoMap) -> list[tuple[int, Any]]:
    """The part's set-up, notes, bends and vibrato with absolute ticks; releases stand before attacks."""

    def message(kind: str, **values: int) -> Any:
        return mido.Message(kind, channel=channel, **values)

    pan = round(64 + 63 * min(max(part.pan, -1.0), 1.0))
    timed = [(0, message("program_change", program=program(part))), (0, message("control_change", control=10, value=pan))]
    inside = [(clock.tick(note.start), clock.tick(note.start + note.duration), note) for note in part.notes]
    notes = one_voice_a_key([(start, max(end, start + 1), note) for start, end, note in inside])
    reach = 0 if part.drums else int(np.ceil(max((abs(note.slide) for _, _, note in notes), default=0.0)))
    if reach:
        values = ((101, 0), (100, 0), (6, max(reach, 2)), (38, 0), (101, 127), (100, 127))  # the range of the bends
        timed += [(0, message("control_change", control=control, value=value)) for control, value in values]
    offs = [(end, message("note_off", note=note.pitch, velocity=64)) for _, end, note in notes]
    ons: list[tuple[int, Any]] = []
    wheel, bent = 0, False
    onsets = sorted({start for start, _, _ in notes})
    for start, end, note in notes:
        depth = 0 if part.drums else round(min(note.vibrato / WHEEL_CENTS, 1.0) * 127)
        if depth != wheel:
            ons.append((start, message("control_change", control=1, value=depth)))
            wheel = depth
        if note.slide and reach:
            place = int(np.searchsorted(onsets, start, side="right"))
            until = min(onsets[place], end) if place < len(onsets) else end
            ons += [(at, message("pitchwheel", pitch=value)) for at, value in _glide(note, max(reach, 2), start, until, clock)]
            bent = True
        elif bent:
            ons.append((start, message("pitchwheel", pitch=0)))
            bent = False
        ons.append((start, message("note_on", note=note.pitch, velocity=min(max(note.velocity, 1), 127))))
    order = {"note_off": 0, "note_on": 2}
    return sorted(timed + offs + ons, key=lambda item: (item[0], order.get(item[1].type, 1)))


def _glide(note: Note, reach: int, start: int, until: int, clock: TempoMap) -> list[tuple[int, int]]:
    """(tick, wheel -8192..8191) from the pitch the note begins at to its own, at most to tick ``until``."""
    length = max(1, min(clock.tick(note.start + SLIDE_SECONDS) - start, until - start - 1))
    steps = max(1, min(SLIDE_STEPS, length))
    shares = [step / steps for step in range(steps + 1)]
    return [
        (start + round(share * length), max(-8192, min(8191, round(note.slide * (1 - share) / reach * 8192))))
        for share in shares
    ]


def _track(mido: Any, name: str, timed: list[tuple[int, Any]]) -> Any:
    """A track of messages with absolute ticks."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name.encode("ascii", "replace").decode())])
    now = 0
    for tick, message in sorted(timed, key=lambda item: item[0]):
        track.append(message.copy(time=tick - now))
        now = tick
    return track
