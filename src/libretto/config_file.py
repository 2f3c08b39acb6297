"""Configurations as JSON, read strictly: an unknown key is an error that names the nearest valid one."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Literal, get_type_hints

from .config import LibrettoConfig
from .errors import ConfigError, did_you_mean


def to_dict(config: Any) -> dict[str, Any]:
    """A plain dictionary, ready for JSON."""
    return dataclasses.asdict(config)


def from_dict(cls: type, values: dict[str, Any], *, where: str = "config") -> Any:
    """Build the frozen dataclass ``cls`` strictly: an unknown key is an error that names the nearest valid one."""
    if not isinstance(values, dict):
        raise ConfigError(f"{where} is {type(values).__name__}, expected a table of {cls.__name__}")
    hints = get_type_hints(cls)
    names = [f.name for f in dataclasses.fields(cls)]
    for key in values:
        if key not in names:
            raise ConfigError(f"{where} has unknown key {key!r}; {did_you_mean(key, names)}")
    built = {key: _value(hints[key], value, where=f"{where}.{key}") for key, value in values.items()}
    missing = [f.name for f in dataclasses.fields(cls) if f.name not in built
               and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING]
    if missing:
        raise ConfigError(f"{where} lacks {', '.join(missing)}")
    try:
        return cls(**built)
    except ArithmeticError as error:  # a rate of zero
        raise ConfigError(f"{where} cannot be built: {error}") from error


def _value(hint: Any, value: Any, *, where: str) -> Any:
    origin: Any = getattr(hint, "__origin__", None)
    arguments: tuple[Any, ...] = getattr(hint, "__args__", ())
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return from_dict(hint, value, where=where)
    if origin in (tuple, dict) and not isinstance(value, (list, tuple) if origin is tuple else dict):
        raise ConfigError(f"{where} is {value!r}, expected a {'list' if origin is tuple else 'table'}")
    if origin is tuple:
        return tuple(_value(arguments[0], item, where=where) for item in value)
    if origin is dict:
        return {key: _value(arguments[1], item, where=f"{where}.{key}") for key, item in value.items()}
    if origin is Literal and value not in arguments:
        raise ConfigError(f"{where} is {value!r}, expected one of {', '.join(map(repr, arguments))}")
    if hint in (int, float, str, bool):
        accepted = (int, float) if hint is float else (hint,)
        if not isinstance(value, accepted) or (isinstance(value, bool) and hint is not bool):
            raise ConfigError(f"{where} is {value!r}, expected {hint.__name__}")
        return hint(value)
    return value


def save_config(config: Any, path: Path) -> None:
    """Write ``config`` as JSON."""
    path.write_text(json.dumps(to_dict(config), indent=2) + "\n")


def load_config(path: Path) -> LibrettoConfig:
    """Read and check a family's configuration."""
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} is not readable JSON: {error}") from error
    return from_dict(LibrettoConfig, values, where=path.name)
