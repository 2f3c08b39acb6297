"""Do fingerprints find copies, and nothing else? Recall by kind of copy, false alarms, and the time it takes.

    python benchmarks/fingerprints.py DATASET [--clips 400]

Clips of a dataset folder and copies of them: through mp3 and Vorbis at several qualities, at another gain, begun
later, resampled, cut to their middle half, with noise. The distance of each copy is measured directly, then all
originals and copies go into one index and what it finds below the threshold is counted. Clips of one work (of one
recording or score) are no false alarms: music repeats itself.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
import soxr

from libretto.corpus.recording.fingerprint import DUPLICATE, Index, distance, fingerprint
from libretto.corpus.shards.dataset import Dataset

RATE = 24_000


def coded(samples: np.ndarray, kind: str, compression: float, rate: int = RATE) -> np.ndarray:
    """Through libsndfile's encoder: ``compression`` 0 is its best quality, 1 its smallest file."""
    buffer = io.BytesIO()
    soundfile.write(buffer, np.clip(samples, -1, 1), rate, format=kind, compression_level=compression)
    buffer.seek(0)
    return soundfile.read(buffer, dtype="float32")[0]


def at(samples: np.ndarray, rate: int) -> np.ndarray:
    return soxr.resample(samples, RATE, rate)


def noisy(samples: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 1, len(samples)).astype(np.float32)
    return samples + noise * np.float32(0.1 * np.sqrt(np.mean(samples**2)))


COPIES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "gain -20 dB": lambda x: 0.1 * x,
    "begun 7 ms later": lambda x: x[168:],
    "begun 20 ms later (worst case)": lambda x: x[480:],
    "begun 1.3 s later": lambda x: x[31_608:],
    "middle half": lambda x: x[len(x) // 4 : 3 * len(x) // 4],
    "11,025 Hz and back": lambda x: soxr.resample(at(x, 11_025), 11_025, RATE),
    "mp3, medium": lambda x: coded(x, "MP3", 0.5),
    "mp3, smallest": lambda x: coded(x, "MP3", 0.99),
    "Vorbis, medium": lambda x: coded(x, "OGG", 0.5),
    "Vorbis, smallest": lambda x: coded(x, "OGG", 1.0),
    "48 kHz, mp3, gain, begun 30 ms later": lambda x: soxr.resample(
        coded(at(0.5 * x[720:], 48_000), "MP3", 0.8, 48_000), 48_000, RATE
    ),
    "mp3, then Vorbis": lambda x: coded(coded(x, "MP3", 0.8), "OGG", 0.8),
    "noise at 20 dB": noisy,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--clips", type=int, default=400)
    options = parser.parse_args()
    data = Dataset.open(options.dataset)
    chosen = np.linspace(0, len(data) - 1, min(options.clips, len(data))).astype(int)
    originals = [data.audio(index) for index in chosen]
    sheets = [data.clips[index].sheet for index in chosen]
    works = [str(sheet.get("work") or sheet.get("file") or number) for number, sheet in enumerate(sheets)]
    started = time.process_time()
    prints = [fingerprint(samples) for samples in originals]
    seconds = sum(map(len, originals)) / RATE
    print(f"{len(prints)} clips, {seconds / len(prints):.1f} s on average; ", end="")
    print(f"{(time.process_time() - started) / len(prints) * 1e3:.1f} ms a clip")
    owners, everything = list(range(len(prints))), list(prints)
    for name, change in COPIES.items():
        copies = [fingerprint(change(samples)) for samples in originals]
        gaps = [distance(one, other) for one, other in zip(prints, copies, strict=True)]
        missed = sum(gap >= DUPLICATE for gap in gaps)
        print(f"{name:40} mean {np.mean(gaps):.3f}  99 % {np.quantile(gaps, 0.99):.3f}  most {max(gaps):.3f}  missed {missed}")
        owners += range(len(copies))
        everything += copies
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(prints), size=(20_000, 2))
    others = [distance(prints[a], prints[b]) for a, b in drawn if works[a] != works[b]]
    quantiles = ", ".join(f"{share:.2%} {np.quantile(others, share):.3f}" for share in (0.0, 0.001, 0.01, 0.5))
    print(f"{len(others)} random pairs of clips of different works: {quantiles}")
    started = time.process_time()
    pairs = Index(everything).pairs()
    took = time.process_time() - started
    false = [pair for pair in pairs if works[owners[pair.first]] != works[owners[pair.second]]]
    with_original = sum(pair.first < len(prints) <= pair.second and owners[pair.second] == pair.first for pair in pairs)
    wanted = len(everything) - len(prints)
    print(f"index of {len(everything)}: {took:.1f} s, {with_original} of {wanted} copies found with their original")
    for pair in false[:10]:
        print(f"  other pair at {pair.distance:.3f}: clips {chosen[owners[pair.first]]} and {chosen[owners[pair.second]]}")
    print(f"{len(false)} pairs of different works below {DUPLICATE}")


if __name__ == "__main__":
    main()
