"""Do opposite words move the text embedding towards the right audio? Pairs of prompts that differ in one word, ours.

For two prompts and two clips, one clip of each side, the step from the first prompt to the second must point more towards
the second clip than towards the first. The share of such (wording, clip pair) is the area under the ROC curve, averaged
over wordings; 0.5 is chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from libretto.corpus.shards.dataset import ClipInfo

ASKED = ("tempo", "mode", "mood")  # the kinds that a bar is set for
_MINOR = {"minor", "harmonic minor", "melodic minor", "aeolian", "dorian", "phrygian"}
_MAJOR = {"major", "ionian", "lydian", "mixolydian"}
_DARK = {"dark", "sad", "melancholic", "ominous", "tense"}
_BRIGHT = {"happy", "joyful", "cheerful", "uplifting", "playful"}
_SAD = {"sad", "melancholic", "sombre", "lonely", "wistful"}
_GLAD = {"happy", "joyful", "cheerful", "upbeat", "sunny", "bouncy", "playful"}
_CALM = {"calm", "peaceful", "gentle", "relaxed", "mellow", "tender", "sleepy", "meditative", "laid-back"}
_WILD = {"energetic", "driving", "intense", "aggressive", "lively", "euphoric", "heavy"}


@dataclass(frozen=True)
class Opposite:
    """One thing that has two sides, and ways to word them.

    ``side`` says which side a clip's sheet is on: 0, 1 or None for neither. In a wording, "[a|b]" stands for a at the
    first side and b at the second. ``bare`` wordings say nothing else; ``sentences`` say other things too.
    """

    kind: str
    side: Callable[[Mapping[str, Any]], int | None]
    bare: tuple[str, ...]
    sentences: tuple[str, ...] = ()


def pair(wording: str) -> tuple[str, str]:
    """The two prompts of a wording: "[slow|fast] music" gives "slow music" and "fast music"."""
    first, second = (re.sub(r"\[([^|\]]*)\|([^|\]]*)\]", rf"\{group}", wording) for group in (1, 2))
    return " ".join(first.split()), " ".join(second.split())


def _side(value: float | None, *, below: float, above: float) -> int | None:
    if value is None or value < 0:
        return None
    return 0 if value < below else 1 if value > above else None


def _member(value: str, first: set[str], second: set[str]) -> int | None:
    return 0 if value in first else 1 if value in second else None


# A kind's first bare wording is the one that ``single`` reports.
OPPOSITES = (
    Opposite(
        "tempo", lambda sheet: _side(sheet.get("bpm") or None, below=85, above=135),
        ("[slow|fast] music", "music at [70|160] bpm", "[slow|fast]", "[very slow|very fast] tempo", "[adagio|presto]",
         "[60|170] beats per minute", "a [leisurely|hurried] pace", "[sluggish|racing]"),
        ("a [slow|fast] piano piece", "guitar music that is really [slow|fast], for a video", "a [slow|quick] dance with a clear beat",
         "something with strings, [taking its time|at breakneck speed]", "a melody with bass and chords at [72|155] bpm",
         "I want an instrumental, [slow|fast], nothing else matters"),
    ),
    Opposite(
        "mode", lambda sheet: _member(sheet.get("mode", ""), _MINOR, _MAJOR),
        ("music in a [minor|major] key", "in a [minor|major] key", "[minor|major] chords", "[A minor|C major]", "[D minor|D major]",
         "in [minor|major]", "a [minor|major] scale melody", "[E minor|G major]"),
        ("a piano piece in a [minor|major] key", "guitar music in [E minor|E major] for a film", "a tune in [minor|major], with strings",
         "write a melody over [minor|major] chords", "an instrumental in [C minor|C major] with a steady beat",
         "a theme for flute and harp, [minor|major] key"),
    ),
    Opposite(
        "mood", lambda sheet: _member(sheet.get("mood", ""), _DARK, _BRIGHT),
        ("[dark|happy] music", "a [dark|bright] mood", "[gloomy|cheerful]", "[ominous|joyful]"),
        ("a [dark|happy] piano piece", "[tense|playful] guitar music for a video", "strings with a [gloomy|cheerful] feeling"),
    ),
    Opposite(
        "mood", lambda sheet: _member(sheet.get("mood", ""), _SAD, _GLAD),
        ("[sad|happy] music", "[sad|happy]", "music that makes me [cry|smile]", "[melancholic|joyful]"),
        ("a [sad|happy] piano piece", "guitar music for a [funeral|birthday party]", "an instrumental that sounds [lonely|sunny]"),
    ),
    Opposite(
        "mood", lambda sheet: _member(sheet.get("mood", ""), _CALM, _WILD),
        ("[calm|energetic] music", "[relaxing|intense]", "[peaceful|wild]", "music to [fall asleep|work out] to"),
        ("a [calm|energetic] piano piece", "[gentle|driving] guitar music for a video", "strings that sound [peaceful|furious]"),
    ),
    Opposite(
        "drums", lambda sheet: int(bool(sheet["drums"])) if "drums" in sheet else None,
        ("music [without|with] drums", "[no drums|drums]", "[no|strong] percussion", "[without a|with a drum] beat", "[beatless|drum kit]"),
        ("a melody with strings, [no drums|with drums]", "piano and bass [without|with] a drummer", "guitar music, [drumless|heavy drums]"),
    ),
    Opposite(
        "density", lambda sheet: _side(sheet.get("density"), below=0.3, above=0.7),
        ("[sparse|dense, busy] music", "[few|many] notes", "[sparse|busy]", "[minimal arrangement|full arrangement]"),
        ("a [sparse|busy] piano piece", "guitar music with [lots of space|something going on all the time]"),
    ),
)  # fmt: skip


def share(scores: np.ndarray, labels: np.ndarray, groups: Sequence[str] | None = None) -> tuple[float, int]:
    """How often a clip of label 1 scores above one of label 0, equal scores counting half, and of how many pairs.

    Args:
        scores, labels: [B].
        groups: [B]; only pairs within a group count, and none of the group "".

    Returns:
        The share (nan without pairs) and the number of pairs.
    """
    first, second = labels == 0, labels == 1
    counted = np.ones((int(second.sum()), int(first.sum())), dtype=bool)
    if groups is not None:
        names = np.array(groups)
        counted = (names[second][:, None] == names[first][None]) & (names[first] != "")[None]
    apart = scores[second][:, None] - scores[first][None]
    won = ((apart > 0) + 0.5 * (apart == 0))[counted]
    return (float(won.mean()) if len(won) else float("nan")), len(won)


def single(model: Any, clips: list[ClipInfo], audio: np.ndarray) -> dict[str, float]:
    """One wording a kind, its share over all clip pairs: the first bare one of the kind's first entry with clips on both sides.

    ``model`` has ``embed_text``; audio is [B, D], the clips' unit vectors.
    """
    figures: dict[str, float] = {}
    for opposite in OPPOSITES:
        kept, labels = _labelled(opposite, clips)
        if opposite.kind not in figures and len(kept):
            figures[opposite.kind] = share(audio[kept] @ _direction(model, opposite.bare[0]), labels)[0]
    return figures


def opposites(model: Any, clips: list[ClipInfo], audio: np.ndarray) -> dict[str, Any]:
    """Every wording, summed up.

    Args:
        model: has ``embed_text``.
        audio: unit vectors [B, D] of the clips.

    Returns:
        ``kinds``, each with the share of all its (wording, clip pair), entries of a kind counting alike, that of ``bare``
        wordings and of those in ``sentences``, that over pairs of one style (where a wording cannot win by naming the style
        that is usually so), the share of wordings at 0.85 or above, and the worst wording; ``asked``, the mean of kinds in
        ``ASKED``; ``all``, the mean of all kinds. Kinds without clips on both sides are left out, and so is a mean of none.
    """
    rows = _measured(model, clips, audio)
    kinds = {kind: _summary([row for row in rows if row["kind"] == kind]) for kind in dict.fromkeys(row["kind"] for row in rows)}
    report: dict[str, Any] = {}
    for name, members in (("asked", [kind for kind in ASKED if kind in kinds]), ("all", list(kinds))):
        if members:
            report[name] = {part: _mean(kinds[kind][part] for kind in members) for part in ("share", "bare", "sentences", "within_style")}
    return report | {"kinds": kinds}


def _labelled(opposite: Opposite, clips: list[ClipInfo]) -> tuple[np.ndarray, np.ndarray]:
    """Places of the clips that have a side, and which; both empty where one side has no clips."""
    sides = [opposite.side(clip.sheet) for clip in clips]
    kept = np.array([index for index, side in enumerate(sides) if side is not None], dtype=int)
    labels = np.array([side for side in sides if side is not None], dtype=int)
    return (kept, labels) if len(np.unique(labels)) == 2 else (kept[:0], labels[:0])


def _direction(model: Any, wording: str) -> np.ndarray:
    first, second = pair(wording)
    return np.asarray(model.embed_text(second) - model.embed_text(first))


def _measured(model: Any, clips: list[ClipInfo], audio: np.ndarray) -> list[dict[str, Any]]:
    """Of every entry with clips on both sides: its kind, sizes of the sides, and the shares of its wordings."""
    rows = []
    for opposite in OPPOSITES:
        kept, labels = _labelled(opposite, clips)
        if not len(kept):
            continue
        styles = [str(clips[index].sheet.get("style", "")) for index in kept]
        wordings = []
        for wording in (*opposite.bare, *opposite.sentences):
            scores = audio[kept] @ _direction(model, wording)
            within, pairs = share(scores, labels, styles)
            wordings.append({"wording": wording, "bare": wording in opposite.bare, "share": share(scores, labels)[0],
                             "within_style": within, "pairs_within_style": pairs})
        rows.append({"kind": opposite.kind, "sides": np.bincount(labels, minlength=2).tolist(), "wordings": wordings})
    return rows


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    wordings = [wording for row in rows for wording in row["wordings"]]
    worst = min(wordings, key=lambda wording: wording["share"])
    return {
        "share": _mean(_mean(wording["share"] for wording in row["wordings"]) for row in rows),
        "bare": _mean(wording["share"] for wording in wordings if wording["bare"]),
        "sentences": _mean(wording["share"] for wording in wordings if not wording["bare"]),
        "within_style": _mean(wording["within_style"] for wording in wordings),
        "wordings_met": _mean(float(wording["share"] >= 0.85) for wording in wordings),
        "wordings": len(wordings),
        "clips": [row["sides"] for row in rows],
        "pairs_within_style": sum(row["wordings"][0]["pairs_within_style"] for row in rows),
        "worst": {"wording": worst["wording"], "share": round(worst["share"], 4)},
    }


def _mean(values: Any) -> float | None:
    """The mean of the numbers among values, to four digits; None of none, which JSON can say and nan it cannot."""
    known = [value for value in values if value is not None and not np.isnan(value)]
    return round(float(np.mean(known)), 4) if known else None
