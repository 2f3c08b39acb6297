"""Whether a dataset's timelines can be heard: onsets on the beats, the tune's pitches while its notes last.

python benchmarks/timeline.py DATA [--clips 30]

For the first clips with drums: onset strength (``libretto.tempo``) within 30 ms of a beat over what it is elsewhere, and the
same with all beats moved by 0.37 of a beat. For the first clips in which the lead plays alone: the share of tune notes of
0.15 s or more whose pitch class is the strongest of the chroma while they last, and of the same notes a tritone off.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from libretto.config import MelodySpec
from libretto.controls import Timeline
from libretto.corpus.shards.dataset import ClipInfo, Dataset
from libretto.corpus.timeline import read_timeline
from libretto.melody.pitch import hear
from libretto.tempo import RATE, onset_strength

_NEAR = 0.03  # seconds
_MOVED = 0.37  # of a beat
_HELD = 0.15  # seconds
_SPEC = MelodySpec()


def on_beats(samples: np.ndarray, timeline: Timeline, *, sample_rate: int, moved: float = 0.0) -> float:
    """The greatest onset strength near a beat, on average, over that of moments spread evenly: 1 is chance."""
    strength = onset_strength(samples, sample_rate=sample_rate).sum(0)
    reach = round(_NEAR * RATE)
    nearby = np.lib.stride_tricks.sliding_window_view(np.pad(strength, reach), 2 * reach + 1).max(-1)
    beats = np.asarray(timeline.beats)
    beats = beats + moved * np.median(np.diff(beats))
    frames = np.unique(np.round(beats * RATE).astype(int))
    frames = frames[frames < len(nearby)]
    return float(nearby[frames].mean() / max(np.delete(nearby, frames).mean(), 1e-9))


def tune_hits(samples: np.ndarray, timeline: Timeline, *, off: int = 0) -> tuple[int, int]:
    """(notes of the tune whose pitch class, ``off`` semitones away, is the strongest while they last, notes)."""
    level = 10.0 ** (hear(samples, _SPEC).astype(np.float64) / 40.0)  # amplitude
    semitones = level.reshape(len(level), -1, _SPEC.bins_per_octave // 12).sum(-1)
    chroma = semitones.reshape(len(level), _SPEC.octaves, 12).sum(1)  # its lowest band is a C
    hits = notes = 0
    for start, stop, pitch in timeline.tune:
        if stop - start < _HELD:
            continue
        heard = chroma[round(start * _SPEC.frame_rate) + 1 : max(round(stop * _SPEC.frame_rate), round(start * _SPEC.frame_rate) + 2)]
        if len(heard):
            notes += 1
            hits += int(heard.mean(0).argmax() == (round(pitch) + off) % 12)
    return hits, notes


def alone(clip: ClipInfo) -> bool:
    """Whether the lead is all that plays."""
    return len(clip.sheet.get("instruments", ())) == 1 and not clip.sheet.get("drums")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--clips", type=int, default=30, help="of each kind")
    arguments = parser.parse_args()
    dataset = Dataset.open(arguments.data)
    told = [(index, clip, read_timeline(clip.sheet)) for index, clip in enumerate(dataset.clips)]
    drummed = [(index, line) for index, clip, line in told if clip.sheet.get("drums") and len(line.beats) > 2][: arguments.clips]
    if drummed:
        rows = np.array([
            [on_beats(dataset.audio(index), line, sample_rate=dataset.sample_rate, moved=moved) for moved in (0.0, _MOVED)]
            for index, line in drummed
        ])
        print(f"{len(rows)} clips with drums: onset strength at beats over elsewhere {rows[:, 0].mean():.2f} "
              f"(median {np.median(rows[:, 0]):.2f}, least {rows[:, 0].min():.2f}); moved by {_MOVED} of a beat {rows[:, 1].mean():.2f}")
    solo = [(index, line) for index, clip, line in told if alone(clip) and line.tune][: arguments.clips]
    for off, name in ((0, "as told"), (6, "a tritone off")):
        counts = np.array([tune_hits(dataset.audio(index), line, off=off) for index, line in solo]).reshape(-1, 2).sum(0)
        print(f"{len(solo)} clips of one instrument: {counts[0]} of {counts[1]} notes of the tune are the strongest pitch class, {name}")


if __name__ == "__main__":
    main()
