"""How near do distinct tunes come? The fingerprints of a score folder, every file played with one plain sound.

    python benchmarks/tunes.py SCORES --index SCORES/index.jsonl

Each file's first seconds are played at their written tempo, each note a decaying tone of six harmonics, drums left out.
Two files are the same tune when the index says so (one work or work cluster, or one title by one composer), or when
their melodies (the highest notes) share more than a tenth of their figures: runs of five intervals, whatever the key.
Everything else is distinct. The closest distinct pair is the mark that no two clips of a made corpus should undercut.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from libretto.corpus.playing.midi import Midi, read
from libretto.corpus.recording.fingerprint import Index, distance, fingerprint
from libretto.errors import LibrettoError

RATE = 6_000  # Hz, all that a fingerprint hears
FIGURE = 5  # intervals
SHARED = 0.1  # of the smaller set of figures


def tone(pitch: int) -> np.ndarray:
    """Four seconds of six harmonics: [N]."""
    seconds = np.arange(4 * RATE) / RATE
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    parts = [number for number in range(1, 7) if number * hertz < RATE / 2]
    wave = sum(np.sin(2 * np.pi * number * hertz * seconds) / number for number in parts)
    return (np.exp(-2.5 * seconds) * np.minimum(1, seconds * 100) * wave).astype(np.float32)


def play(midi: Midi, tones: dict[int, np.ndarray], *, seconds: float) -> tuple[np.ndarray, list[int]]:
    """Samples [N] from the first note on, and the pitches of the melody (the highest note of each onset)."""
    notes = sorted((note.start, note.end, note.pitch) for line in midi.lines if not line.drums for note in line.notes)
    samples = np.zeros(round(seconds * RATE), np.float32)
    if not notes:
        return samples, []
    times = midi.seconds(np.array([note[:2] for note in notes])) - float(midi.seconds(notes[0][0]))
    top: dict[int, int] = {}
    for (tick, _, pitch), (start, end) in zip(notes, times, strict=True):
        first = round(start * RATE)
        if first >= len(samples):
            break
        if pitch not in tones:
            tones[pitch] = tone(pitch)
        sound = tones[pitch][: max(1, round((end - start) * RATE))]
        samples[first : first + len(sound)] += sound[: len(samples) - first]
        top[tick] = max(top.get(tick, 0), pitch)
    return samples, [top[tick] for tick in sorted(top)]


def figures(pitches: list[int]) -> set[tuple[int, ...]]:
    steps = np.diff(pitches).tolist()
    return {tuple(steps[place : place + FIGURE]) for place in range(len(steps) - FIGURE + 1)}


def relation(one: dict, two: dict) -> tuple[str, float]:
    """("same work", "same title", "shared melody" or "distinct", share of common figures)."""
    smaller = min(len(one["figures"]), len(two["figures"]))
    shared = len(one["figures"] & two["figures"]) / smaller if smaller else 1.0
    for name, keys in (("same work", ("work",)), ("same work", ("work_cluster",)), ("same title", ("title", "composer"))):
        if all(one.get(key) and one.get(key) == two.get(key) for key in keys):
            return name, shared
    return ("shared melody" if shared > SHARED else "distinct"), shared


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scores", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--closer-than", type=float, default=0.36)
    parser.add_argument("--files", type=int, help="only so many, spread over the index")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.index.read_text(encoding="utf-8").splitlines()]
    if options.files:
        rows = rows[:: max(1, len(rows) // options.files)]
    started, tunes, prints, tones = time.monotonic(), [], [], {}
    for row in rows:
        try:
            samples, melody = play(read(options.scores / row["path"]), tones, seconds=options.seconds)
        except LibrettoError:
            continue
        if len(melody) > FIGURE and row.get("genre") != "drum groove":
            tunes.append({**row, "figures": figures(melody)})
            prints.append(fingerprint(samples, RATE))
    print(f"{len(tunes)} tunes of {options.seconds:g} s played in {time.monotonic() - started:.0f} s")
    started = time.monotonic()
    pairs = Index(prints).pairs(options.closer_than)
    print(f"{len(pairs)} pairs closer than {options.closer_than} found in {time.monotonic() - started:.0f} s")
    kinds: dict[str, list] = {}
    for pair in pairs:
        kind, shared = relation(tunes[pair.first], tunes[pair.second])
        kinds.setdefault(kind, []).append((pair, shared))
    for kind, found in sorted(kinds.items()):
        print(f"{kind}: {len(found)} pairs, closest:")
        for pair, shared in found[: 12 if kind == "distinct" else 3]:
            names = " | ".join(f"{tunes[one]['path']} {tunes[one].get('title')!r}" for one in (pair.first, pair.second))
            print(f"  {pair.distance:.3f}  figures shared {shared:.2f}  {names}")
    rng = np.random.default_rng(0)
    chosen = [rng.integers(len(tunes), size=2) for _ in range(20_000)]
    gaps = [distance(prints[a], prints[b]) for a, b in chosen if relation(tunes[a], tunes[b])[0] == "distinct"]
    quantiles = ", ".join(f"{share:.2%} {np.quantile(gaps, share):.3f}" for share in (0.0, 0.001, 0.01, 0.5))
    print(f"{len(gaps)} random distinct pairs, every alignment: {quantiles}")


if __name__ == "__main__":
    main()
