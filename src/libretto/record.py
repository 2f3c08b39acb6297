"""Requests as text: beside the audio, in its tags, in a tokens file, written by hand; and back again.

A record is one JSON object: the way in, every field of the request that is not its default, which take it is, the versions,
and the sha256 of each file that the music is made from.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import __version__
from .audio import FORMATS, read_comment
from .errors import LibrettoError, RequestError, did_you_mean
from .files import atomic
from .request import Request, Take
from .weights import digest

if TYPE_CHECKING:
    from .pipeline import Libretto

logger = logging.getLogger(__name__)

WAYS = {  # way: (module, class)
    "generate": ("request", "Request"), "extend": ("ways.extend", "Extend"), "vary": ("ways.vary", "Vary"),
    "inpaint": ("ways.inpaint", "Inpaint"), "morph": ("ways.morph", "Morph"), "loop": ("ways.loop", "Loop"),
    "form": ("ways.form", "Form"),
}
_ABOUT = ("libretto", "way", "take", "weights", "files")  # keys of a record that are no fields of a request
_LONGEST = 1 << 20  # characters of a request file


@dataclass(frozen=True)
class Record:
    """A request and what it was made with. ``files`` maps each file it is made from to its sha256."""

    request: Request
    take: int = 0
    weights: str = ""  # the first half of the manifest's sha256
    files: dict[str, str] = field(default_factory=dict)

    def check(self, model: Libretto) -> None:
        """Refuse files that are others than they were; warn of another model.

        Raises:
            RequestError: a file is missing or has changed.
        """
        for path, expected in self.files.items():
            if not Path(path).is_file():
                raise RequestError(f"{path} is not there, and the music is made from it; run this where the file lies")
            if digest(Path(path)) != expected:
                raise RequestError(f"{path} is another file than the music was made from; bring back the old one")
        if self.weights and self.weights != model_digest(model):
            logger.warning("these are other weights than the music was made with; it will sound otherwise")


def model_digest(model: Libretto) -> str:
    return digest(model.weights.path / "manifest.json")[:32]


def to_json(request: Request, *, take: int = 0, model: Libretto | None = None, indent: int | None = None) -> str:
    """The record as text; ``model`` adds which weights were used, and files are read for their sha256."""
    values: dict[str, Any] = {"libretto": __version__, "way": request.way}
    for spec in dataclasses.fields(request):
        value = getattr(request, spec.name)
        if spec.name != "takes" and value != spec.default:  # a record is of one take
            values[spec.name] = value
    values["take"] = take
    if model is not None:
        values["weights"] = model_digest(model)
    files = {path: digest(Path(path)) for path in request.files() if Path(path).is_file()}
    if files:
        values["files"] = files
    return json.dumps(values, ensure_ascii=False, indent=indent)


def from_values(values: dict[str, Any], *, where: str) -> Record:
    """A record from its object, checked strictly.

    Raises:
        RequestError: a key is unknown or a value out of range.
    """
    if not isinstance(values, dict):
        raise RequestError(f"{where} holds {type(values).__name__}, expected the fields of a request")
    kind = way_class(values.get("way", "generate"))
    names = [spec.name for spec in dataclasses.fields(kind)]
    for key in values:
        if key not in (*names, *_ABOUT):
            raise RequestError(f"{where} has unknown key {key!r}; {did_you_mean(key, names)}")
    take, files = values.get("take", 0), values.get("files", {})
    if isinstance(take, bool) or not isinstance(take, int) or take < 0 or not isinstance(files, dict):
        raise RequestError(f"{where} has take {take!r} and files {files!r}, expected a whole number and an object")
    try:
        request = kind(**{key: value for key, value in values.items() if key in names})
    except TypeError as error:
        raise RequestError(f"{where} does not describe a {kind.way}: {error}") from error
    return Record(request, take, str(values.get("weights", "")), files)


def way_class(name: object) -> type[Request]:
    """The class of requests of a way in."""
    if name not in WAYS:
        raise RequestError(f"unknown way {name!r}; {did_you_mean(str(name), list(WAYS))}")
    module, kind = WAYS[str(name)]
    return getattr(import_module(f".{module}", __package__), kind)


def read(path: Path | str) -> Record:
    """The record in audio made here, in a tokens file, or in a .json or .toml that may be written by hand.

    Raises:
        LibrettoError: there is none.
    """
    path = Path(path)
    if not path.is_file():
        raise RequestError(f"{path} is {'a folder' if path.is_dir() else 'not there'}, expected audio, .npz, .json or .toml")
    suffix = path.suffix.lower()
    if suffix in FORMATS:
        text, beside = read_comment(path), path.with_suffix(".json")
        if not text and beside.is_file():
            return read(beside)
        if not text:
            raise RequestError(f"{path} holds no request: it was not made here, or its tags were taken away")
    elif suffix == ".npz":
        text = _in_tokens(path)
    else:
        text = _text(path)
    if suffix == ".toml":
        return from_values(_toml(text, path), where=path.name)
    try:
        values = json.loads(text)
    except ValueError as error:
        raise RequestError(f"{path} holds no request ({error})") from error
    return from_values(values, where=path.name)


def _text(path: Path) -> str:
    if path.stat().st_size > _LONGEST:
        raise RequestError(f"{path} has {path.stat().st_size:,} bytes, expected a request of a few lines")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} is not readable text: {error}") from error


def _in_tokens(path: Path) -> str:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return str(archive["request"])
    except Exception as error:  # a zip can be broken in a dozen ways
        raise RequestError(f"{path} holds no request; make one with `libretto generate --tokens`") from error


def _toml(text: str, path: Path) -> dict[str, Any]:
    if sys.version_info < (3, 11):
        raise RequestError(f"{path}: TOML needs Python 3.11; write the same fields as .json")
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"{path} is not readable TOML: {error}") from error


def save(take: Take, path: Path | str, *, model: Libretto) -> None:
    """Write the take's audio, with the record in its tags and beside it as .json.

    A WAV's tag holds short records only; the .json is always there.

    Raises:
        LibrettoError: a place cannot be written to.
    """
    path = Path(path)
    take.audio.save(path, comment=to_json(take.request, take=take.take, model=model))
    beside = path.with_suffix(".json")
    try:
        with atomic(beside) as temporary:
            temporary.write_text(to_json(take.request, take=take.take, model=model, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise LibrettoError(f"{beside} cannot be written: {error.strerror or error}") from error
