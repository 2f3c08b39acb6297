"""Who plays a score: as written, or arranged for other players; the caption is told which.

As written, General MIDI programs become our instruments; a score that leaves its instruments open gets one that suits
its genre, the singer of a song may be replaced by an instrument. An arrangement gives the lines to an ensemble from
high to low: a string quartet to a brass choir, a piano piece to a music box. Chords that one player cannot hold are
divided. All choices are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from libretto.corpus.playing.midi import Line, Midi, TickNote
from libretto.corpus.playing.perform import Window
from libretto.corpus.sound.instruments import INSTRUMENTS

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
_TIMPANI, _VOICES = 47, (52, 53, 54)
# Where the score does not say who plays: instruments that suit the genre.
_FREE = {
    "folk": ("fiddle", "flute", "accordion", "steel_guitar", "harp", "recorder", "banjo", "nylon_guitar", "piano", "harmonica"),
    "hymn": ("piano", "church_organ", "choir", "strings"),
    "choral": ("choir", "church_organ", "strings"),
    "jazz age": ("piano", "clarinet", "vibraphone", "jazz_guitar", "muted_trumpet", "tenor_sax"),
}
_SINGERS = ("violin", "cello", "flute", "oboe", "clarinet", "viola", "french_horn", "trumpet", "alto_sax")  # play what was sung
_KITS = {
    "drum groove": ("standard", "room", "power"),
    "hip hop": ("standard", "808", "lofi", "breakbeat"), "jazz": ("jazz", "brushes", "standard"), "dance": ("909", "eighties"),
    "funk": ("standard", "room", "breakbeat", "909"), "pop": ("standard", "eighties", "room"),
    "metal": ("power", "room"), "rock": ("standard", "room", "power"), "orchestral": ("orchestral",),
}
# fmt: on


@dataclass(frozen=True)
class Ensemble:
    """``seats`` from high to low. ``style`` replaces styles that name other instruments; ``words`` go into captions;
    ``dated``: it may still be told from what era the music is."""

    seats: tuple[str, ...]
    style: str
    words: str
    family: str = "classical"
    weight: float = 1.0
    dated: bool = True


ENSEMBLES: dict[str, Ensemble] = {
    "brass choir": Ensemble(("trumpet", "trumpet", "french_horn", "trombone"), "classical brass music", "an arrangement for brass"),
    "woodwinds": Ensemble(("flute", "oboe", "clarinet", "bassoon"), "classical woodwind music", "an arrangement for woodwinds"),
    "strings": Ensemble(("violin", "violin", "viola", "cello"), "classical chamber music", "an arrangement for strings"),
    "string orchestra": Ensemble(("strings", "strings", "strings", "contrabass"), "classical string music", "a string arrangement"),
    "saxophones": Ensemble(
        ("alto_sax", "alto_sax", "tenor_sax", "tenor_sax"), "saxophone music", "an arrangement for saxophones", dated=False,
    ),
    "choir": Ensemble(("choir",), "choral music", "a choir arrangement"),
    "organ": Ensemble(("church_organ",), "classical organ music", "an organ arrangement"),
    "piano": Ensemble(("piano",), "classical piano", "a piano arrangement", weight=1.5),
    "harpsichord": Ensemble(("harpsichord",), "harpsichord music", "a harpsichord arrangement", dated=False),
    "guitar": Ensemble(("nylon_guitar",), "classical guitar music", "a guitar arrangement", weight=1.5),
    "harp": Ensemble(("harp",), "harp music", "an arrangement for harp"),
    "music box": Ensemble(("music_box",), "music box", "a music box version", dated=False),
    "celesta": Ensemble(("celesta",), "celesta music", "an arrangement for celesta", weight=0.6),
    "mallets": Ensemble(("vibraphone", "marimba", "marimba"), "mallet percussion", "an arrangement for mallets", dated=False),
    "kalimba": Ensemble(("kalimba",), "kalimba music", "a kalimba version", weight=0.6, dated=False),
    "electric piano": Ensemble(("electric_piano",), "electric piano music", "an electric piano version", weight=0.7, dated=False),
    "accordion": Ensemble(("accordion",), "accordion music", "an accordion version", weight=0.7, dated=False),
    "chiptune": Ensemble(
        ("square_lead", "pulse_lead", "thin_pulse", "triangle_bass"), "chiptune", "an 8-bit version of a classical piece",
        family="game", weight=1.5, dated=False,
    ),
    "synthesizers": Ensemble(
        ("lead_saw", "warm_pad", "string_pad", "saw_bass"), "classical music on synthesizers", "a synthesizer version",
        family="electronic", dated=False,
    ),
    "flute and harp": Ensemble(("flute", "harp", "harp"), "classical chamber music", "an arrangement for flute and harp"),
    "jazz trio": Ensemble(
        ("jazz_guitar", "piano", "upright_bass"), "classical chamber music", "an arrangement for jazz guitar trio", weight=0.6, dated=False,
    ),
}  # fmt: skip
_ARRANGED = {"drum groove": 0.0, "metal": 0.1, "rock": 0.1, "game": 0.3, "folk": 0.3, "jazz age": 0.3}  # shares; others 0.4


@dataclass(frozen=True)
class Cast:
    """The lines as they are played and an instrument (or kit) for each. ``ensemble`` names an arrangement,
    ``replaced_voice`` says that an instrument plays what was sung."""

    lines: list[Line]
    instruments: list[str]
    ensemble: str = ""
    replaced_voice: bool = False


def cast(midi: Midi, row: dict[str, Any], window: Window, rng: np.random.Generator, *, faithful: bool = False) -> Cast:
    """Choose the players of a window. ``faithful`` never arranges."""
    lines = [
        Line(line.program, line.drums, [note for note in line.notes if window.ticks <= note.start < window.end])
        for line in midi.lines
    ]
    lines = [line for line in lines if line.notes]
    genre = str(row.get("genre"))
    arranged = not faithful and rng.random() < _ARRANGED.get(genre, 0.4)
    if arranged and not any(line.drums or line.program == _TIMPANI for line in lines) and lines:
        written = [_faithful(line, "") for line in lines]
        names = [name for name, one in ENSEMBLES.items() if not set(one.seats) <= set(written)]
        weights = np.array([ENSEMBLES[name].weight for name in names])
        name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
        return _arrange(lines, name)
    free = _FREE.get(genre, ()) if not row.get("instruments_known", not row) else ()
    voice = free[int(rng.integers(len(free)))] if free else ""
    styles = row.get("styles") or [""]
    kits = _KITS.get(genre if genre != "drum groove" or styles[0] not in _KITS else styles[0], ("standard", "room"))
    kit = kits[int(rng.integers(len(kits)))]
    singer = _SINGERS[int(rng.integers(len(_SINGERS)))] if genre == "art song" and rng.random() < 0.5 else ""
    instruments = []
    for line in lines:
        if line.drums:
            instruments.append(kit)
        elif line.program == _TIMPANI:
            instruments.append("orchestral")
        elif singer and line.program in _VOICES:
            instruments.append(singer)
        else:
            instruments.append(_faithful(line, voice))
    lines = [
        Line(line.program, True, _timpani(line.notes)) if line.program == _TIMPANI and not line.drums
        else line if line.drums or INSTRUMENTS[instrument].program == line.program
        else Line(line.program, False, fit([line.notes], instrument)[0])
        for line, instrument in zip(lines, instruments, strict=True)
    ]  # fmt: skip
    return Cast(lines, instruments, replaced_voice=bool(singer) and singer in instruments)


def _faithful(line: Line, voice: str) -> str:
    """The instrument of a line's program; ``voice`` where the score leaves it open."""
    if voice and line.program in (0, 110):
        return voice
    return _EXACT.get(line.program) or _PROGRAMS.get(line.program) or _FAMILIES[line.program // 8]


def _timpani(notes: list[TickNote]) -> list[TickNote]:
    """Kettledrums are drum notes 41 to 53 of the orchestral kit."""
    return [TickNote(note.start, note.end, 41 + (note.pitch - 41) % 13, note.velocity) for note in notes]


def _arrange(lines: list[Line], name: str) -> Cast:
    """Lines to seats from high to low; lines with chords are divided where a seat plays one note at a time."""
    seats = ENSEMBLES[name].seats
    if len(seats) > 1:
        voices = [voice for line in lines for voice in _voices(line, len(seats))]
    else:
        voices = [line.notes for line in lines]
    voices.sort(key=lambda notes: -float(np.mean([note.pitch for note in notes])))
    chosen = [seats[round(rank * (len(seats) - 1) / max(1, len(voices) - 1))] for rank in range(len(voices))]
    if len(voices) == 1:
        chosen = [seats[0]]
    fitted: list[list[TickNote]] = []
    for seat in dict.fromkeys(chosen):  # the lines of one instrument move together
        fitted += fit([voices[index] for index, one in enumerate(chosen) if one == seat], seat)
    order = [index for seat in dict.fromkeys(chosen) for index, one in enumerate(chosen) if one == seat]
    places = sorted(range(len(order)), key=lambda place: order[place])
    return Cast([Line(0, False, fitted[place]) for place in places], chosen, name)


def _voices(line: Line, most: int) -> list[list[TickNote]]:
    """A line of single notes as it is; one with chords as its top notes, its lowest, and what is between."""
    groups: dict[int, list[TickNote]] = {}
    for note in line.notes:
        groups.setdefault(note.start, []).append(note)
    sizes = [len(group) for group in groups.values()]
    if np.mean(sizes) < 1.15 or most < 2:
        return [line.notes]
    count = min(most, max(2, round(float(np.quantile(sizes, 0.9)))))
    voices: list[list[TickNote]] = [[] for _ in range(count)]
    middle = float(np.median([note.pitch for note in line.notes]))
    for group in groups.values():
        group = sorted(group, key=lambda note: -note.pitch)
        if len(group) == 1:
            voices[0 if group[0].pitch >= middle else -1].append(group[0])
            continue
        for rank, note in enumerate(group):
            voices[round(rank * (count - 1) / (len(group) - 1))].append(note)
    return [voice for voice in voices if voice]


def fit(voices: list[list[TickNote]], instrument: str) -> list[list[TickNote]]:
    """Voices moved by whole octaves, together, to where ``instrument`` plays; what is still outside is folded in."""
    low, high = INSTRUMENTS[instrument].low, INSTRUMENTS[instrument].high
    pitches = np.array([note.pitch for notes in voices for note in notes])
    if pitches.min() >= low and pitches.max() <= high:
        return voices
    outside = {
        shift: int(np.sum((pitches + shift < low) | (pitches + shift > high))) for shift in (0, 12, -12, 24, -24, 36, -36)
    }
    shift = min(outside, key=lambda octave: (outside[octave], abs(octave)))
    moved = []
    for notes in voices:
        seen: set[tuple[int, int]] = set()
        voice = []
        for note in notes:
            pitch = _fold(note.pitch + shift, low, high)
            if (note.start, pitch) not in seen:
                seen.add((note.start, pitch))
                voice.append(TickNote(note.start, note.end, pitch, note.velocity))
        moved.append(voice)
    return moved


def _fold(pitch: int, low: int, high: int) -> int:
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch
