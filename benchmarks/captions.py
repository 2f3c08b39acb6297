"""How much our captions read like people's: distinct phrases, and a classifier that tries to tell them apart.

python benchmarks/captions.py captions.jsonl [--sheets 1200] [--ours other.json] [--show 40]

``captions.jsonl`` holds captions that people wrote, one JSON object with "caption" a line (for example the training part of MusicCaps).
Ours are written for sheets of freshly composed pieces, or read from ``--ours``, a JSON list of texts of another version.
Descriptions are compared with descriptions of the same number of words, on all captions and on those that keep to the music.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from libretto.corpus.composing.compose import compose
from libretto.corpus.composing.styles import STYLES
from libretto.corpus.language import wording
from libretto.corpus.language.captions import captions, describe
from libretto.corpus.score import Sheet
from libretto.evaluate.captions import about_music, distinct, framed, matched, separation

_LONG_SECONDS, _SHORT_SECONDS = 60.0, 10.0  # one piece in four is long enough to have sections


def sheets(count: int, seed: int) -> list[Sheet]:
    """Sheets of composed pieces, the styles in turn."""
    names = list(STYLES)
    return [
        compose(
            names[index % len(names)], seed=seed + index, seconds=_SHORT_SECONDS if index % 4 else _LONG_SECONDS
        ).sheet
        for index in range(count)
    ]


def compare(ours: list[str], theirs: list[str], name: str, tells: int, seed: int) -> None:
    """Print the figures of one pool of human captions, for as many pairs of equal length as there are, 1,000 at most."""
    rng = np.random.default_rng(seed)
    first, second = matched(ours, theirs, min(1000, len(theirs)), rng, fewer=True)
    words = np.mean([len(text.split()) for text in second])
    print(f"{name}: {len(first)} pairs, {words:.1f} words")
    for who, texts in (("ours", first), ("theirs", second)):
        print(f"  distinct 4-grams, {who}: {1000 * distinct(texts) / len(texts):.0f} per 1,000 captions")
    for what, pair in (("all words", (first, second)), ("frames only", framed(first, second))):
        found = separation(*pair, rng=rng, tells=tells)
        print(f"  classifier on {what}: accuracy {found.accuracy:.3f}, area under the curve {found.auc:.4f}")
        for who, ngrams in found.tells.items():
            print(f"    tells {who}: {', '.join(repr(ngram) for ngram, _ in ngrams)}")


def counts() -> None:
    """Print the fewest and the middle number of wordings a value has, table by table."""
    tables = {
        "styles": [len(names + things) for names, things in wording.STYLES.values()],
        "uses": [len(uses + places) for uses, places in wording.USES.values()],
        **{
            name.lower(): [len(words) for words in getattr(wording, name).values()]
            for name in ["MOODS", "FEELINGS", "URGES", "DYNAMICS", "ARTICULATION", "REGISTER", "METRES", "SECTIONS", "HAPPENINGS",
                "INSTRUMENTS"]
        },
        "eras": [len(first + second) for first, second in wording.ERAS.values()],
        "skills": [len(first + second) for first, second in wording.SKILLS.values()],
        "tempi": [len(first + second) for first, second in wording.TEMPI],
    }
    for name, sizes in tables.items():
        print(f"{name}: {len(sizes)} values, {min(sizes)} to {max(sizes)} wordings, {np.median(sizes):.0f} in the middle")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=Path)
    parser.add_argument("--sheets", type=int, default=1200)
    parser.add_argument("--each", type=int, default=12, help="descriptions of a sheet")
    parser.add_argument("--ours", type=Path, help="a JSON list of texts instead of this version's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tells", type=int, default=15)
    parser.add_argument("--show", type=int, default=0, help="print so many captions of all forms")
    options = parser.parse_args()
    theirs = [json.loads(line)["caption"] for line in options.people.read_text(encoding="utf-8").splitlines()]
    rng = np.random.default_rng(options.seed)
    if options.ours is not None:
        ours = json.loads(options.ours.read_text(encoding="utf-8"))
    else:
        composed = sheets(options.sheets, options.seed)
        ours = [text for sheet in composed for _ in range(options.each) if (text := describe(sheet, rng))]
        for sheet in composed[: options.show]:
            print(f"- {captions(sheet, rng, 1)[0]}")
        counts()
    compare(ours, theirs, "all captions", options.tells, options.seed)
    compare(ours, [text for text in theirs if about_music(text)], "captions about the music alone", options.tells, options.seed)


if __name__ == "__main__":
    main()
