"""What became of a folder of scores: ``scores.json`` and ``scores.md`` beside the shards, with the attributions due."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from libretto.corpus.shards.dataset import Dataset
from libretto.corpus.sources.licences import UNSTATED
from libretto.files import atomic

if TYPE_CHECKING:
    from libretto.corpus.playing.scores import Scores

JSON, SUMMARY = "scores.json", "scores.md"


def write(folder: Path, source: Scores) -> dict[str, Any]:
    """Write both files and return what the JSON holds."""
    facts = report(source, Dataset.open(folder))
    with atomic(folder / JSON) as path:
        path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with atomic(folder / SUMMARY) as path:
        path.write_text(summary(facts), encoding="utf-8")
    return facts


def report(source: Scores, dataset: Dataset) -> dict[str, Any]:
    """Files, works, clips and hours by set and licence; what was left out and why; attributions of what was used."""
    clips = Counter(clip.sheet["file"] for clip in dataset.clips)
    rows = {row["path"]: row for row in source.files}
    sets: dict[str, dict[str, Any]] = {}
    due: set[str] = set()
    for file, row in rows.items():
        name = f"{row.get('set') or '(no set)'}, {row.get('licence') or UNSTATED}"
        entry = sets.setdefault(name, {"files": 0, "used": 0, "clips": 0})
        entry["files"] += 1
        entry["used"] += file in clips
        entry["clips"] += clips[file]
        if clips[file] and str(row.get("licence") or "").upper().startswith(("CC-BY", "CC BY", "BSD", "MIT", "APACHE")):
            stated = row.get("attribution") or f"{row.get('source') or row.get('set') or file}, {row['licence']}"
            due.add(str(stated))
    return {
        "folder": str(source.folder),
        "files": len(rows),
        "used": sum(file in clips for file in rows),
        "clips": len(dataset),
        "hours": round(dataset.seconds / 3600, 4),
        "arranged_clips": sum("arrangement" in clip.sheet.get("extra", {}) for clip in dataset.clips),
        "left_out": dict(sorted(source.left_out.items())),
        "sets": dict(sorted(sets.items())),
        "attributions": sorted(due),
    }


def summary(facts: dict[str, Any]) -> str:
    """The report as a page of Markdown."""
    lines = [
        "# Scores",
        "",
        f"{facts['used']} of {facts['files']} files of {facts['folder']} became {facts['clips']} clips, "
        f"{facts['hours']:.2f} h; {facts['arranged_clips']} of them arranged for other players.",
        "",
        "| set, licence | files | used | clips |",
        "|---|---|---|---|",
        *(f"| {name} | {one['files']} | {one['used']} | {one['clips']} |" for name, one in facts["sets"].items()),
    ]
    if facts["left_out"]:
        lines += ["", "## Left out", "", *(f"- {count} files: {reason}" for reason, count in facts["left_out"].items())]
    if facts["attributions"]:
        lines += ["", "## Attribution due", "", *(f"- {text}" for text in facts["attributions"])]
    return "\n".join(lines) + "\n"
