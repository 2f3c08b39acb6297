"""Composing a piece: decide tempo, mode, form and players, let each play, and put the notes into seconds."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

import numpy as np

from libretto.corpus.composing import bass, comping, melody, rhythm
from libretto.corpus.composing.arrange import arrange, fills
from libretto.corpus.composing.describe import PROMINENCE, describe
from libretto.corpus.composing.expression import rest_at_the_end, shape
from libretto.corpus.composing.form import SONG_BARS, SONG_SECONDS, short, song
from libretto.corpus.composing.harmony import choose_mode, lay_out, progressions_for
from libretto.corpus.composing.moods import MOODS, Mood
from libretto.corpus.composing.plan import METRES, Event, Metre, Plan
from libretto.corpus.composing.players import hire
from libretto.corpus.composing.styles import STYLES, find_style
from libretto.corpus.composing.styles.style import Layer, Style
from libretto.corpus.composing.theory import KEYS, parse_key
from libretto.corpus.composing.transitions import transitions
from libretto.corpus.score import Harmony, Mix, Note, Part, Score, Sheet, Stretch
from libretto.errors import CorpusError, did_you_mean

__all__ = ["STYLES", "compose"]

LATE = {
    "melody": 0.007,
    "chords": 0.003,
    "counter": 0.005,
}  # seconds behind the beat, for players of flesh and blood
SLOWEST, FASTEST = 30.0, 300.0  # beats per minute
LEAST_RING = 1.2  # seconds the last chord of a finished piece has
ENDING_SECONDS = 20.0  # clips shorter than this end less often: an ending would be too much of them
RUBATO = 0.025  # from this depth on a listener hears the tempo breathe


def compose(
    style: str,
    *,
    seed: int,
    seconds: float = 20.0,
    bpm: float | None = None,
    key: str | None = None,
    mode: str | None = None,
    mood: str | None = None,
    metre: str | None = None,
) -> Score:
    """A piece of exactly ``seconds``, the same for the same arguments. CorpusError for what is not known.

    Up to ``SONG_SECONDS`` it is a short piece of a few phrases, from there on a song with sections.
    """
    spec = find_style(style)
    if not 1.0 <= seconds <= 3600.0:
        raise CorpusError(f"seconds is {seconds}: expected 1 to 3600")
    if bpm is not None and not SLOWEST <= bpm <= FASTEST:
        raise CorpusError(f"bpm is {bpm}: expected {SLOWEST:.0f} to {FASTEST:.0f} beats per minute")
    if metre is not None and metre not in METRES:
        raise CorpusError(f"metre {metre!r} is not known; {did_you_mean(metre, list(METRES))}")
    digest = hashlib.sha256(f"{style}/{seed}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
    feeling = _mood(spec, mood, rng)
    plan = _plan(spec, feeling, rng, seconds, bpm, key, mode, metre)
    clock = rhythm.Clock(plan)
    parts, kit_bars = _perform(plan, clock, seconds)
    _cover(parts, seconds)
    score = Score(
        seed, seconds, parts, _sheet(plan), _mix(spec.mix, feeling),
        _times(plan, clock, plan.metre.beat, seconds),
        _times(plan, clock, plan.metre.quarters, seconds),
        _harmony(plan, clock, seconds), _sections(plan, clock), _happenings(plan, clock, kit_bars),
    )  # fmt: skip
    return replace(score, sheet=describe(score))


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
    metre_name: str | None,
) -> Plan:
    """Tempo and loudness from the mood's energy, mode from its valence, then form and harmony."""
    low, high = style.tempo
    drawn = low + (high - low) * float(np.clip(0.75 * mood.energy + 0.25 * rng.random(), 0, 1))
    tonic = int(rng.integers(12))
    tonic = parse_key(key) if key is not None else tonic
    chosen = choose_mode(style, mood, rng)
    mode = mode or chosen
    progressions_for(style, mode)
    drawn_metre = style.metres[int(rng.integers(len(style.metres)))]
    metre: Metre = METRES[metre_name or drawn_metre]
    ends = bool(style.cadences or style.ritardando) and rng.random() < (0.4 if seconds < ENDING_SECONDS else 0.8)
    if bpm is None:
        bpm = _ending_tempo(style, metre, round(drawn), seconds) if ends else float(round(drawn))
    bars, ends = _bars(style, metre, float(bpm), seconds, ends=ends)
    long = seconds >= SONG_SECONDS and bars >= SONG_BARS
    form = song(style.song[int(rng.integers(len(style.song)))], bars) if long else short(bars, rng)
    density = 0.2 + 0.65 * mood.energy + mood.family.density + rng.uniform(-0.12, 0.12)
    intensity = float(np.clip(0.2 + 0.75 * mood.energy + rng.uniform(-0.1, 0.1), 0.1, 1.0))
    chords = lay_out(style, mode, form, metre, rng, ends=ends, stretch=mood.family.stretch)
    density = float(np.clip(density, 0.08, 1.0))
    plan = Plan(style, rng, float(bpm), tonic, mode, mood, metre, bars, density, intensity, chords, form, ends=ends)
    plan.fills = fills(plan)
    plan.octaves, plan.tremolo = plan.chance(mood.family.octaves), plan.chance(mood.family.tremolo)
    if long and style.modulations and plan.chance(0.4):
        plan.shifts = _modulation(plan)
    elif not long and not style.risers:
        plan.shape = ("growing", "fading", "")[int(rng.choice(3, p=(0.12, 0.06, 0.82)))]
    return plan


def _bars(style: Style, metre: Metre, bpm: float, seconds: float, *, ends: bool) -> tuple[int, bool]:
    """Enough bars to fill the time; where the piece comes to rest, the last one starts inside it with room to ring."""
    bar_seconds = metre.quarters / metre.beat * 60 / bpm
    slowed = 1.5 * style.ritardando * bar_seconds
    whole = int((seconds - LEAST_RING - slowed) / (bar_seconds * (1 + 0.1 * style.rubato))) + 1
    if ends and whole >= 4:
        return whole, True
    return max(1, math.ceil(seconds * (1 + 1.5 * style.rubato) / bar_seconds)), False


def _ending_tempo(style: Style, metre: Metre, drawn: int, seconds: float) -> float:
    """The whole number of beats a minute near ``drawn``, inside the style's, at which the last chord rings shortest."""
    low, high = max(style.tempo[0], math.ceil(0.96 * drawn)), min(style.tempo[1], int(1.04 * drawn))

    def ring(bpm: int) -> float:
        bar_seconds = metre.quarters / metre.beat * 60 / bpm
        bars, _ = _bars(style, metre, bpm, seconds, ends=True)
        return seconds - (bars - 1) * bar_seconds

    return float(min(range(low, high + 1), key=ring, default=drawn))


def _modulation(plan: Plan) -> list[tuple[int, int]]:
    """The last chorus (or trio) of a song lifted by one of the style's steps."""
    last = max((s for s in plan.form if s.kind in ("chorus", "drop")), key=lambda s: s.start, default=None)
    if last is None or last.start < plan.bars // 2:
        return []
    return [(last.start, plan.choose(plan.style.modulations))]


def _mix(mix: Mix, mood: Mood) -> Mix:
    """The style's mix in the light of the mood."""
    family = mood.family
    return replace(
        mix,
        reverb=min(0.65, mix.reverb * family.reverb),
        reverb_seconds=mix.reverb_seconds * family.reverb**0.7,
        delay=max(0.0, min(0.6, mix.delay + family.echo)),
        chorus=max(0.0, min(0.8, mix.chorus + family.echo)),
        saturation=min(1.0, mix.saturation + family.saturation),
        brightness=mix.brightness + family.brightness,
        loudness=mix.loudness + family.loudness,
    )


def _perform(plan: Plan, clock: rhythm.Clock, seconds: float) -> tuple[list[Part], list[int]]:
    """Every hired player's part in seconds, and the bars the drums play in."""
    style = plan.style
    kit = plan.choose(style.kits) if style.kits and plan.chance(style.drums_chance) else ""
    hired = hire(plan)
    active, kit_bars = arrange(plan, [layer for layer, _ in hired], bool(kit))
    played: list[tuple[Layer, str, list[Event]]] = []
    for (layer, instrument), bars in zip(hired, active):
        played.append((layer, instrument, _play(layer, instrument, plan, bars)))
    guitars = next((events for layer, _, events in played if layer.manner == "power"), [])
    parts = []
    for layer, instrument, events in played:
        if layer.manner == "double":
            events = bass.double(guitars, instrument)
        events = shape(events, layer.role, instrument, plan)
        notes = _to_seconds(events, plan, clock, layer, seconds)
        if notes:
            parts.append(Part(layer.role, instrument, notes, False, layer.pan, layer.gain_db))
        if layer.manner == "power" and notes and plan.chance(0.7):
            twin = _to_seconds(events, plan, clock, layer, seconds)
            parts.append(Part(layer.role, instrument, twin, False, -layer.pan, layer.gain_db))
    if kit and kit_bars:
        strokes = rhythm.drums(plan, kit_bars)
        notes = _to_seconds(rest_at_the_end(strokes, plan) if plan.ends else strokes, plan, clock, None, seconds)
        if notes:
            parts.append(Part("drums", kit, notes, True))
    if style.risers:
        for instrument, events in transitions(plan, kit_bars).items():
            notes = _to_seconds(events, plan, clock, None, seconds)
            if notes:
                parts.append(Part("effect", instrument, notes))
    return parts, kit_bars if any(part.drums for part in parts) else []


def _play(layer: Layer, instrument: str, plan: Plan, bars: list[int]) -> list[Event]:
    if not bars or layer.manner == "double":
        return []
    if layer.manner in melody.MANNERS and layer.role in ("melody", "counter"):
        return melody.play(layer, instrument, plan, bars)
    if layer.role == "bass":
        return bass.play(layer, instrument, plan, bars)
    return comping.play(layer, instrument, plan, bars)


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
        rolled = plan.mood.family.rolled if layer.role in ("chords", "pad") else 0.0
        begin += _strum(start, stroke, max(rolled, comping.STRUMMED.get(layer.manner, 0.0)) * (human > 0.004))
    begin = np.where(start == 0, np.clip(begin, 0.0, 0.08), np.maximum(begin, 0.0))
    level = np.array([plan.level_at(at) for at in start])
    loud = np.array([event.velocity for event in events]) * (48 + 64 * plan.intensity) * level
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


def _harmony(plan: Plan, clock: rhythm.Clock, seconds: float) -> list[Harmony]:
    """The chords in seconds, cut at modulations too."""
    changes = sorted({start for start, _ in plan.chords} | {bar * plan.metre.quarters for bar, _ in plan.shifts})
    spans = [
        Harmony(round(float(clock.seconds(at)), 4), plan.chord_at(at), (plan.tonic + plan.shift_at(at)) % 12)
        for at in changes
    ]
    return [span for span in spans if span.start < seconds]


def _sections(plan: Plan, clock: rhythm.Clock) -> list[Stretch]:
    width = plan.metre.quarters
    return [
        Stretch(float(clock.seconds(s.start * width)), float(clock.seconds(s.end * width)), s.kind) for s in plan.form
    ]


def _happenings(plan: Plan, clock: rhythm.Clock, kit_bars: list[int]) -> list[Stretch]:
    """What a listener would point at."""
    width, found = plan.metre.quarters, []

    def at(start: float, bars: float, name: str) -> None:
        found.append(
            Stretch(float(clock.seconds(start * width)), float(clock.seconds((start + bars) * width)), name)
        )

    for section in plan.form:
        if section.kind in ("drop", "solo"):
            at(section.start, section.bars, section.kind)
    for bar, _ in plan.shifts:
        at(bar, 0.5, "key change")
    if plan.style.fills:
        for bar in sorted(plan.fills & set(kit_bars)):
            at(bar + 1 - 1 / width, 1 / width, "drum fills")
    for event in transitions(plan, kit_bars)["riser"] if plan.style.risers else ():
        at(event.start / width, event.duration / width, "riser")
    if plan.ends and plan.style.ritardando >= 0.08:
        at(plan.bars - 2, 2, "slows down at the end")
    return found


def _sheet(plan: Plan) -> Sheet:
    """What was decided; `describe` adds what was really played."""
    style = plan.style
    era = plan.choose(style.eras) if style.eras else ""
    return Sheet(
        style=style.name,
        family=style.family,
        bpm=plan.bpm,
        key=KEYS[plan.tonic],
        mode=plan.mode,
        metre=plan.metre.name,
        mood=plan.mood.name,
        intensity=round(plan.intensity, 3),
        density=round(plan.density, 3),
        instruments=[],
        drums="",
        swing=style.swing,
        era=era,
        mood_family=plan.mood.family.name,
        place=style.place,
        rubato=style.rubato >= RUBATO,
    )
