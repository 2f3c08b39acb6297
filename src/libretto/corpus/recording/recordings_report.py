"""What became of a folder of recordings: ``recordings.json`` and ``recordings.md`` beside the shards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from libretto.corpus.shards.dataset import SPLITS, Dataset
from libretto.corpus.sources.source import SAMPLE_RATE
from libretto.files import atomic

if TYPE_CHECKING:
    from libretto.corpus.recording.recordings import Recordings

JSON, SUMMARY = "recordings.json", "recordings.md"
_SHOWN = 50  # lines of each list in the summary; the JSON has all


def write(folder: Path, source: Recordings) -> dict[str, Any]:
    """Write both files and return what the JSON holds."""
    facts = report(source, Dataset.open(folder))
    with atomic(folder / JSON) as path:
        path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with atomic(folder / SUMMARY) as path:
        path.write_text(summary(facts), encoding="utf-8")
    return facts


def report(source: Recordings, dataset: Dataset) -> dict[str, Any]:
    """Every file of the source, with its fate; lengths in seconds or hours, loudness in LUFS."""
    clips: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    sides: dict[str, str] = {}
    for clip in dataset.clips:
        file = clip.sheet["file"]
        clips[file] += 1
        seconds[file] += clip.samples / SAMPLE_RATE  # type: ignore[assignment]
        sides[file] = clip.split
    copies = {copy.file: copy for copy in source.copies}
    files: list[dict[str, Any]] = [
        {"file": one.file, "fate": "barred", "reason": f"licence {one.licence}", "seconds": 0.0} for one in source.barred
    ]
    for found in source.findings.values():
        copy = copies.get(found.file)
        fate = "refused" if found.refused else "copy" if copy else "used" if clips[found.file] else "no clip"
        row: dict[str, Any] = {"file": found.file, "fate": fate, "seconds": round(found.seconds, 3)}
        if found.refused:
            row["reason"] = found.refused
        if found.seconds:
            row |= {"sample_rate": found.sample_rate, "channels": found.channels, "format": found.format}
        if found.loudness:
            row |= {
                "loudness_before": round(found.loudness, 2),
                "loudness_after": round(found.loudness + found.gain_db, 2),
                "silence": round(found.silence, 2),
            }
        if found.notes:
            row["notes"] = list(found.notes)
        if copy:
            row["copy"] = asdict(copy)
        if clips[found.file]:
            row |= {"work": source.work(found.file), "split": sides[found.file], "clips": clips[found.file]}
            row["clip_seconds"] = round(seconds[found.file], 3)
        files.append(row)
    used = [row for row in files if row["fate"] == "used"]
    return {
        "folder": str(source.folder),
        "files": len(files),
        "hours": _hours(row["seconds"] for row in files),
        "fates": dict(Counter(row["fate"] for row in files)),
        "clips": len(dataset),
        "clip_hours": round(dataset.seconds / 3600, 4),
        "captioned_clips": sum(bool(clip.captions) for clip in dataset.clips),
        "silence_hours": _hours(row.get("silence", 0.0) for row in used),
        "loudness_before": _spread([row["loudness_before"] for row in used]),
        "loudness_after": _spread([row["loudness_after"] for row in used]),
        "splits": {side: _side(used, side) for side in SPLITS},
        "items": sorted(files, key=lambda row: row["file"]),
    }


def _hours(seconds: Any) -> float:
    return round(sum(seconds) / 3600, 4)


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    named = {"lowest": np.min(values), "mean": np.mean(values), "highest": np.max(values)}
    return {name: round(float(value), 2) for name, value in named.items()}


def _side(used: Sequence[dict[str, Any]], side: str) -> dict[str, float]:
    rows = [row for row in used if row["split"] == side]
    return {
        "works": len({row["work"] for row in rows}),
        "files": len(rows),
        "clips": sum(row["clips"] for row in rows),
        "hours": _hours(row["clip_seconds"] for row in rows),
    }


def summary(facts: dict[str, Any]) -> str:
    """The report as a page of Markdown."""
    fates = ", ".join(f"{count} {fate}" for fate, count in sorted(facts["fates"].items(), key=lambda item: -item[1]))
    lines = [
        "# Recordings",
        "",
        f"{facts['files']} files, {facts['hours']:.2f} h, read from {facts['folder']}: {fates}.",
        f"{facts['clips']} clips, {facts['clip_hours']:.2f} h, {facts['captioned_clips']} of them with captions.",
        f"Silence left out of the files that were used: {facts['silence_hours'] * 3600:.0f} s.",
    ]
    if facts["loudness_before"]:
        before, after = facts["loudness_before"], facts["loudness_after"]
        lines.append(
            f"Loudness {before['lowest']:.1f} to {before['highest']:.1f} LUFS before (mean {before['mean']:.1f}), "
            f"{after['lowest']:.1f} to {after['highest']:.1f} after (mean {after['mean']:.1f})."
        )
    lines += ["", "| split | works | files | clips | hours |", "|---|---|---|---|---|"]
    for name, side in facts["splits"].items():
        lines.append(f"| {name} | {side['works']} | {side['files']} | {side['clips']} | {side['hours']:.3f} |")
    items = facts["items"]
    lines += _list("Refused", [f"{row['file']}: {row['reason']}" for row in items if row["fate"] == "refused"])
    lines += _list("Barred", [f"{row['file']}: {row['reason']}" for row in items if row["fate"] == "barred"])
    lines += _list("Copies left out", [_copy_line(row["copy"]) for row in items if row["fate"] == "copy"])
    silent = [row["file"] for row in items if row["fate"] == "no clip"]
    lines += _list("Without a clip (not reached, or silent once cut)", silent)
    lines += _list("Notes", [f"{row['file']}: {'; '.join(row['notes'])}" for row in items if row.get("notes")])
    return "\n".join(lines) + "\n"


def _copy_line(copy: dict[str, Any]) -> str:
    if copy["kind"] == "exact":
        return f"{copy['file']}: the same bytes as {copy['of']}"
    where = f", {copy['shift']:+.2f} s into it" if abs(copy["shift"]) >= 0.05 else ""
    return f"{copy['file']}: the sound of {copy['of']} (distance {copy['distance']:.3f}{where})"


def _list(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    more = [f"- and {len(rows) - _SHOWN} more, in {JSON}"] if len(rows) > _SHOWN else []
    return ["", f"## {title} ({len(rows)})", "", *(f"- {row}" for row in rows[:_SHOWN]), *more]
