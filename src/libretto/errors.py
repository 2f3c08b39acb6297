"""The errors a user can meet. Each message says what was got, what was expected and what to do."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from types import ModuleType


class LibrettoError(Exception):
    """Base of every error that bad input can cause; the command line prints it in one line, exit code 2."""


class AudioError(LibrettoError):
    """Audio that cannot be read, written or used."""


class ConfigError(LibrettoError):
    """A specification that cannot be built."""


class RequestError(LibrettoError):
    """A generation request out of range."""


class WeightsError(LibrettoError):
    """A weights folder that is missing, corrupted or foreign."""


class CorpusError(LibrettoError):
    """A style, score, recording or shard that cannot be used."""


class TrainingError(LibrettoError):
    """A training run that cannot start or resume."""


class MissingExtra(LibrettoError):
    """An optional dependency that is not installed."""


def did_you_mean(name: str, valid: list[str]) -> str:
    """One clause naming the nearest valid name, or all of them when none is near."""
    near = get_close_matches(name, valid, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(sorted(valid))}"


def require(module: str, *, extra: str) -> ModuleType:
    """Import an optional dependency, or raise MissingExtra with the command that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        name = module.split(".")[0]
        raise MissingExtra(
            f"{name} is not installed and this needs it: pip install 'libretto[{extra}]'"
        ) from error
