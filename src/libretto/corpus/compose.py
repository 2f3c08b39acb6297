"""Composing a piece: decide tempo, mode, form and players, let each play, and put the notes into seconds."""

from __future__ import annotations

import hashlib
import math

import numpy as np

from libretto.corpus import bass, comping, melody, rhythm
from libretto.corpus.arrange import arrange, fills, sections
from libretto.corpus.harmony import choose_mode, lay_out, progressions_for
from libretto.corpus.instruments import INSTRUMENTS, KITS
from libretto.corpus.moods import MOODS, Mood
from libretto.corpus.plan import METRES, Event, Metre, Plan
from libretto.corpus.score import Note, Part, Score, Sheet
from libretto.corpus.styles import STYLES, find_style
from libretto.corpus.styles.style import Layer, Style
from libretto.corpus.theory import KEYS, mode_of, parse_key
from libretto.errors import CorpusError, did_you_mean

__all__ = ["STYLES", "compose"]

PROMINENCE = {"melody": 0, "chords": 1, "arpeggio": 2, "bass": 3, "counter": 4, "pad": 5, "drums": 6}
LATE = {
    "melody": 0.007,
    "chords": 0.003,
    "counter": 0.005,
}  # seconds behind the beat, for players of flesh and blood
SLOWEST, FASTEST = 30.0, 300.0  # beats per minute


def compose(
    style: str,
    *,
    seed: int,
    seconds: float = 20.0,
    bpm: float | None = None,
    key: str | None = None,
    mode: str | None = None,
    mood: str | None = None,
) -> Score:
    """A piece of exactly ``seconds``, the same for the same arguments. CorpusError for what is not known."""
    spec = find_style(style)
    if not 1.0 <= seconds <= 3600.0:
        raise CorpusError(f"seconds is {seconds}: expected 1 to 3600")
    if bpm is not None and not SLOWEST <= bpm <= FASTEST:
        raise CorpusError(f"bpm is {bpm}: expected {SLOWEST:.0f} to {FASTEST:.0f} beats per minute")
    digest = hashlib.sha256(f"{style}/{seed}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
    feeling = _mood(spec, mood, rng)
    plan = _plan(spec, feeling, rng, seconds, bpm, key, mode)
    clock = rhythm.Clock(plan)
    parts, kit = _perform(plan, clock, seconds)
    _cover(parts, seconds)
    sheet = _sheet(plan, clock, parts, kit, seconds)
    beats = _times(plan, clock, plan.metre.beat, seconds)
    downbeats = _times(plan, clock, plan.metre.quarters, seconds)
    chords = [(float(clock.seconds(at)), chord.symbol(plan.tonic)) for at, chord in plan.chords]
    chords = [(at, symbol) for at, symbol in chords if at < seconds]
    return Score(seed, seconds, parts, sheet, spec.mix, beats, downbeats, chords)


def _mood(style: Style, name: str | None, rng: np.random.Generator) -> Mood:
    """The mood asked for (any of MOODS), else one of the style's."""
    if name is None:
        name = style.moods[int(rng.integers(len(style.moods)))]
    if name not in MOODS:
        raise CorpusError(f"mood {name!r} is not known; {did_you_mean(name, list(MOODS))}")
    return MOODS[name]


def _plan(
    style: Style,
    mood: Mood,
    rng: np.random.Generator,
    seconds: float,
    bpm: float | None,
    key: str | None,
    mode: str | None,
) -> Plan:
    """Tempo and loudness from the mood's energy, mode from its valence, then form and harmony."""
    low, high = style.tempo
    drawn = low + (high - low) * float(np.clip(0.75 * mood.energy + 0.25 * rng.random(), 0, 1))
    bpm = float(bpm) if bpm is not None else float(round(drawn))
    tonic = int(rng.integers(12))
    tonic = parse_key(key) if key is not None else tonic
    chosen = choose_mode(style, mood, rng)
    mode = mode or chosen
    progressions_for(style, mode)
    metre: Metre = METRES[style.metres[int(rng.integers(len(style.metres)))]]
    bar_seconds = metre.quarters / metre.beat * 60 / bpm
    bars = max(1, math.ceil(seconds * (1 + 1.5 * style.rubato) / bar_seconds))
    letters = sections(bars, rng)
    density = float(np.clip(0.2 + 0.65 * mood.energy + rng.uniform(-0.12, 0.12), 0.1, 1.0))
    intensity = float(np.clip(0.25 + 0.65 * mood.energy + rng.uniform(-0.1, 0.1), 0.15, 1.0))
    chords = lay_out(style, mode, letters, metre, rng)
    plan = Plan(style, rng, bpm, tonic, mode, mood, metre, bars, density, intensity, chords, letters)
    plan.fills = fills(plan)
    return plan


def _perform(plan: Plan, clock: rhythm.Clock, seconds: float) -> tuple[list[Part], str]:
    """Every hired player's part in seconds, and the kit ("" without drums)."""
    style = plan.style
    kit = plan.choose(style.kits) if style.kits and plan.chance(style.drums_chance) else ""
    hired = [
        (layer, plan.choose(layer.instruments))
        for layer in style.layers
        if plan.chance(layer.chance if layer.chance == 1 else layer.chance * (0.7 + 0.5 * plan.density))
    ]
    active, kit_bars = arrange(plan, [layer.role for layer, _ in hired], bool(kit))
    played: list[tuple[Layer, str, list[Event]]] = []
    for (layer, instrument), bars in zip(hired, active):
        played.append((layer, instrument, _play(layer, instrument, plan, bars)))
    guitars = next((events for layer, _, events in played if layer.manner == "power"), [])
    parts = []
    for layer, instrument, events in played:
        if layer.manner == "double":
            events = bass.double(guitars, instrument)
        notes = _to_seconds(_in_range(events, instrument), plan, clock, layer, seconds)
        if notes:
            parts.append(Part(layer.role, instrument, notes, False, layer.pan, layer.gain_db))
        if layer.manner == "power" and notes and plan.chance(0.7):
            twin = _to_seconds(_in_range(events, instrument), plan, clock, layer, seconds)
            parts.append(Part(layer.role, instrument, twin, False, -layer.pan, layer.gain_db))
    if kit and kit_bars:
        notes = _to_seconds(rhythm.drums(plan, kit_bars), plan, clock, None, seconds)
        if notes:
            parts.append(Part("drums", kit, notes, True))
    return parts, kit if any(part.drums for part in parts) else ""


def _play(layer: Layer, instrument: str, plan: Plan, bars: list[int]) -> list[Event]:
    if not bars or layer.manner == "double":
        return []
    if layer.manner in melody.MANNERS and layer.role in ("melody", "counter"):
        return melody.play(layer, instrument, plan, bars)
    if layer.role == "bass":
        return bass.play(layer, instrument, plan, bars)
    return comping.play(layer, instrument, plan, bars)


def _in_range(events: list[Event], instrument: str) -> list[Event]:
    """Notes outside the instrument's range moved by octaves."""
    spec = INSTRUMENTS[instrument]
    moved = []
    for event in events:
        pitch = event.pitch
        while pitch < spec.low:
            pitch += 12
        while pitch > spec.high:
            pitch -= 12
        moved.append(event if pitch == event.pitch else event._replace(pitch=pitch))
    return moved


def _to_seconds(
    events: list[Event], plan: Plan, clock: rhythm.Clock, layer: Layer | None, seconds: float
) -> list[Note]:
    """Swing, tempo map, human timing, strums and loudness; nothing starts after or sounds past ``seconds``."""
    if not events:
        return []
    events = sorted(events, key=lambda event: (event.start, event.pitch))
    rng, human = plan.rng, plan.style.humanise
    start = np.array([event.start for event in events])
    end = clock.seconds(start + np.array([event.duration for event in events]))
    begin = clock.seconds(start)
    length = np.maximum(end - begin, 0.04)
    stroke = np.concatenate([[0], np.cumsum(np.diff(start) > 1e-6)]).astype(int)
    together = rng.normal(0, human, stroke[-1] + 1)[stroke] + rng.normal(0, human * 0.3, len(events))
    late = LATE.get(layer.role, 0.0) * (human > 0.004) if layer else 0.0
    begin = begin + together + late
    if layer is not None:
        begin += _strum(start, stroke, comping.STRUMMED.get(layer.manner, 0.0) * (human > 0.004))
    begin = np.where(start == 0, np.clip(begin, 0.0, 0.08), np.maximum(begin, 0.0))
    loud = np.array([event.velocity for event in events]) * (52 + 58 * plan.intensity)
    loud = np.clip(loud + rng.normal(0, 2.5 if human else 0.5, len(events)), 10, 127).round().astype(int)
    length = np.minimum(length, seconds - begin)
    return [
        Note(round(float(b), 4), round(float(d), 4), event.pitch, int(v), event.slide, event.vibrato, event.muted)
        for b, d, v, event in zip(begin, length, loud, events)
        if d > 0.03
    ]


def _strum(start: np.ndarray, stroke: np.ndarray, spread: float) -> np.ndarray:
    """Delay from string to string, downward on the beat and upward off it, in seconds per event."""
    if not spread:
        return np.zeros(len(start))
    first = np.searchsorted(stroke, stroke, side="left")
    last = np.searchsorted(stroke, stroke, side="right") - 1
    index = np.arange(len(start))
    upward = start % 1 > 0.3
    return np.where(upward, last - index, index - first) * spread


def _cover(parts: list[Part], seconds: float) -> None:
    """Sound from the very start to the very end: the first and last chord of a pitched part reach the edges."""
    pitched = [part for part in parts if not part.drums]
    if not pitched:
        return
    if min(note.start for part in parts for note in part.notes) > 0.15:
        part = min(pitched, key=lambda p: (p.notes[0].start, PROMINENCE[p.role]))
        edge = part.notes[0].start + 0.06
        part.notes[:] = [
            Note(0.0, n.duration + n.start, n.pitch, n.velocity) if n.start <= edge else n for n in part.notes
        ]
    if max(note.start + note.duration for part in parts for note in part.notes) < seconds - 0.05:
        part = max(pitched, key=lambda p: max(n.start for n in p.notes))
        edge = max(note.start for note in part.notes) - 0.06
        part.notes[:] = [
            Note(n.start, round(seconds - n.start, 4), n.pitch, n.velocity) if n.start >= edge else n
            for n in part.notes
        ]


def _times(plan: Plan, clock: rhythm.Clock, every: float, seconds: float) -> list[float]:
    times = clock.seconds(np.arange(0, plan.quarters, every))
    return [round(float(at), 4) for at in times if at < seconds]


def _sheet(plan: Plan, clock: rhythm.Clock, parts: list[Part], kit: str, seconds: float) -> Sheet:
    """What was really played."""
    style = plan.style
    heard = [chord for at, chord in plan.chords if float(clock.seconds(at)) < seconds - 0.3]
    names: list[str] = []
    for part in sorted(parts, key=lambda p: PROMINENCE[p.role]):
        if not part.drums and INSTRUMENTS[part.instrument].name not in names:
            names.append(INSTRUMENTS[part.instrument].name)
    era = plan.choose(style.eras) if style.eras else ""
    return Sheet(
        style=style.name,
        family=style.family,
        bpm=plan.bpm,
        key=KEYS[plan.tonic],
        mode=mode_of(heard or [plan.chords[0][1]]),
        metre=plan.metre.name,
        mood=plan.mood.name,
        intensity=round(plan.intensity, 3),
        density=round(plan.density, 3),
        instruments=names,
        drums=KITS[kit].name if kit else "",
        swing=style.swing,
        era=era,
    )
