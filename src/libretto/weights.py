"""The weights folder: what lies in it, and how a corrupted or foreign one is told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .config import LibrettoConfig, load_config
from .errors import ConfigError, WeightsError

FORMAT = "libretto-weights-1"
BUNDLED = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class WeightsFolder:
    """A checked folder: its configuration and its tables (codebooks, centroids) by name."""

    path: Path
    config: LibrettoConfig
    tables: dict[str, np.ndarray]

    @property
    def megabytes(self) -> float:
        return sum(item.stat().st_size for item in self.path.iterdir()) / 1e6


def digest(path: Path) -> str:
    """The file's sha256 in hexadecimal."""
    with open(path, "rb") as stream:
        checksum = hashlib.sha256()
        while block := stream.read(1 << 20):
            checksum.update(block)
    return checksum.hexdigest()


def write_manifest(folder: Path) -> None:
    """Record every file of ``folder`` with its sha256; the last step of an export."""
    names = sorted(item.name for item in folder.iterdir() if item.name not in ("manifest.json", "CARD.md"))
    manifest = {"format": FORMAT, "files": {name: digest(folder / name) for name in names}}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def open_weights(folder: str | Path | None = None) -> WeightsFolder:
    """Check ``folder`` (the bundled model when None) against its manifest and read its configuration and tables.

    Raises WeightsError when it is missing, foreign, incomplete or corrupted.
    """
    path = Path(folder) if folder is not None else BUNDLED
    if not path.is_dir():
        raise WeightsError(f"no weights folder at {path}; expected one written by `libretto export`")
    manifest = _manifest(path)
    for name, expected in manifest["files"].items():
        if not (path / name).is_file():
            raise WeightsError(f"{path} lacks {name}; export or install the weights again")
        if digest(path / name) != expected:
            raise WeightsError(f"{path / name} is corrupted (its sha256 is not the manifest's); export or install the weights again")
    try:
        config = load_config(path / "config.json")
    except ConfigError as error:
        raise WeightsError(f"{path}: {error}") from error
    from safetensors.numpy import load_file

    return WeightsFolder(path, config, load_file(path / "tables.safetensors"))


def _manifest(path: Path) -> dict:
    try:
        manifest = json.loads((path / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} has no readable manifest.json; it is not a Libretto weights folder") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise WeightsError(f"{path / 'manifest.json'} is not of format {FORMAT}; it is not a Libretto weights folder")
    if "config.json" not in manifest["files"] or "tables.safetensors" not in manifest["files"]:
        raise WeightsError(f"{path / 'manifest.json'} does not list config.json and tables.safetensors; export the weights again")
    return manifest
