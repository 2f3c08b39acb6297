"""The weights folder: what lies in it, and how a corrupted or foreign one is told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .config import STAGES, LibrettoConfig
from .config_file import load_config
from .errors import ConfigError, WeightsError

FORMAT = "libretto-weights-1"
BUNDLED = Path(__file__).parent / "weights"
FILES = (
    "config.json", "tables.safetensors", "vocabulary.txt", "codec_encoder.onnx", "codec_decoder.onnx", "semantic.onnx",
    "mulan_text.onnx", "mulan_audio.onnx", *(f"stage_{name}.onnx" for name in STAGES),
)  # what every model has
_AGAIN = "export or install the weights again"


@dataclass(frozen=True)
class WeightsFolder:
    """A checked folder: its configuration and its tables (codebooks, centroids) by name."""

    path: Path
    config: LibrettoConfig
    tables: dict[str, np.ndarray]

    @property
    def megabytes(self) -> float:
        return sum(item.stat().st_size for item in self.path.iterdir() if item.is_file()) / 1e6


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

    Raises:
        WeightsError: it is missing, foreign, incomplete or corrupted.
    """
    path = Path(folder) if folder is not None else BUNDLED
    if not path.is_dir():
        raise WeightsError(f"no weights folder at {path}; expected one written by `libretto export`")
    files = _manifest(path)
    for name in files:
        if not (path / name).is_file():
            raise WeightsError(f"{path} lacks {name}; {_AGAIN}")
    try:
        config = load_config(path / "config.json")
    except ConfigError as error:
        raise WeightsError(f"{path}: {error}") from error
    for name, expected in files.items():
        if digest(path / name) != expected:
            raise WeightsError(f"{path / name} is corrupted: its sha256 is not the manifest's; {_AGAIN}")
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return WeightsFolder(path, config, load_file(path / "tables.safetensors"))
    except SafetensorError as error:
        raise WeightsError(f"{path / 'tables.safetensors'} cannot be read ({error}); {_AGAIN}") from error


def _manifest(path: Path) -> dict[str, str]:
    """The files of the folder and their sha256.

    Raises:
        WeightsError: there is no manifest of this format, or it leaves out a file that a model needs.
    """
    place = path / "manifest.json"
    try:
        manifest = json.loads(place.read_text())
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} has no readable manifest.json; expected a folder written by `libretto export`") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        got = manifest.get("format") if isinstance(manifest, dict) else type(manifest).__name__
        raise WeightsError(f"{place} is of format {got!r}, expected {FORMAT!r}; export the weights with this version of libretto")
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(Path(name).name == name for name in files):
        raise WeightsError(f"{place} lists no files by name; {_AGAIN}")
    missing = [name for name in FILES if name not in files]
    if missing:
        raise WeightsError(f"{place} does not list {', '.join(missing)}; {_AGAIN}")
    return files
