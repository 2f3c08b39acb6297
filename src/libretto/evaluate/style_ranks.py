"""Does a prompt in a person's own words find the style it means, with no style named? Ranks among the styles of a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from libretto.corpus.shards.dataset import ClipInfo

from .free_prompts import FREE_PROMPTS

_FIRST = 5
_WORST = 5


def style_points(clips: Sequence[ClipInfo], audio: np.ndarray) -> dict[str, np.ndarray]:
    """The normalised mean of the audio embeddings [B, D] of each style's clips: [D] by style; clips of no style are left out."""
    members: dict[str, list[int]] = {}
    for index, clip in enumerate(clips):
        if clip.sheet.get("style"):
            members.setdefault(clip.sheet["style"], []).append(index)
    means = {style: audio[members[style]].mean(axis=0) for style in sorted(members)}
    return {style: mean / max(float(np.linalg.norm(mean)), 1e-12) for style, mean in means.items()}


def style_ranks(
    model: Any, clips: Sequence[ClipInfo], audio: np.ndarray, *, prompts: Mapping[str, Sequence[str]] = FREE_PROMPTS
) -> dict[str, Any]:
    """Where each prompt's own style ranks among the styles that have both prompts and clips.

    Args:
        model: has ``embed_text``.
        audio: unit vectors [B, D] of the clips.
        prompts: by the style they mean.

    Returns:
        Shares of prompts whose style is first (``top_1``) and among five (``top_5``), the median rank (1 is best), what chance
        gives, how many prompts and styles there are, how many styles are left out for want of clips or of prompts, the
        five styles whose prompts do worst, and by family how often the first style is of the same family and which other
        family is heard instead. Empty where fewer than two styles have both.
    """
    points = style_points(clips, audio)
    styles = [style for style in points if style in prompts]
    if len(styles) < 2:
        return {}
    families = {clip.sheet.get("style", ""): str(clip.sheet.get("family") or "none") for clip in clips}
    table = np.stack([points[style] for style in styles])
    rows = []
    for own, style in enumerate(styles):
        for prompt in prompts[style]:
            scores = table @ model.embed_text(prompt)
            rank = int((scores > scores[own]).sum() + (scores == scores[own]).sum())  # a collapsed embedding ranks last
            rows.append((style, rank, styles[int(scores.argmax())]))
    ranks = np.array([rank for _, rank, _ in rows])
    return {
        "top_1": round(float((ranks == 1).mean()), 4), f"top_{_FIRST}": round(float((ranks <= _FIRST).mean()), 4),
        "median_rank": float(np.median(ranks)),
        "chance_1": round(1 / len(styles), 4), f"chance_{_FIRST}": round(min(1.0, _FIRST / len(styles)), 4),
        "prompts": len(rows), "styles": len(styles),
        "styles_without_clips": len(set(prompts) - set(points)), "styles_without_prompts": len(set(points) - set(prompts)),
        "worst": _worst(rows), "families": _by_family(rows, families),
    }


def _worst(rows: list[tuple[str, int, str]]) -> list[dict[str, Any]]:
    """The styles with the fewest prompts among the first five, then with the highest mean rank, and what they are taken for."""
    found: list[dict[str, Any]] = []
    for style in dict.fromkeys(style for style, _, _ in rows):
        ranks = np.array([rank for name, rank, _ in rows if name == style])
        taken = Counter(first for name, _, first in rows if name == style and first != style)
        found.append({"style": style, f"top_{_FIRST}": round(float((ranks <= _FIRST).mean()), 4),
                      "mean_rank": round(float(ranks.mean()), 2), "taken_for": [name for name, _ in taken.most_common(2)]})
    return sorted(found, key=lambda row: (row[f"top_{_FIRST}"], -row["mean_rank"]))[:_WORST]


def _by_family(rows: list[tuple[str, int, str]], families: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """By family: how many prompts, how often the first style is of it, and the other family that is first most often."""
    report = {}
    for family in sorted({families[style] for style, _, _ in rows}):
        heard = [families[first] for style, _, first in rows if families[style] == family]
        other = Counter(name for name in heard if name != family).most_common(1)
        report[family] = {"prompts": len(heard), "own": round(heard.count(family) / len(heard), 4),
                          "taken_for": {name: round(count / len(heard), 4) for name, count in other}}
    return report
