"""Stages for a finished model: they learn from the tokens of a weights folder and take their place in a copy of it.

    libretto train tokens --weights --data DATA --runs RUNS     its tokenizers into RUNS/parts, DATA in its tokens
    libretto train stage coarse --data DATA --runs RUNS
    libretto export --runs RUNS --weights -o FOLDER             the stages trained in RUNS, everything else as it was
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

from .config import CONFIGURED, STAGES, LibrettoConfig, preset
from .config_file import save_config, to_dict
from .errors import TrainingError, WeightsError, require
from .export import (
    CARD,
    CONFIG,
    SOURCES,
    STAGE_PRECISIONS,
    check_store,
    finish,
    load_stage,
    patience,
    usual_tables,
    write_tables,
)
from .files import atomic_folder, recover_folder
from .stages.runtime import graph_name
from .weights import WeightsFolder, digest

_KEPT = "weights"  # the source of adopted parts: the digest of the folder's manifest


def adopt_parts(weights: WeightsFolder, folder: Path, *, config: LibrettoConfig) -> Path:
    """The tokenizers of ``weights`` into ``folder``, as ``export.export_parts`` makes them of runs; returns it.

    Raises:
        TrainingError: ``config`` has other tokenizers, or ``folder`` holds others already.
    """
    _check_parts(weights, config)
    recover_folder(folder)
    source = {_KEPT: digest(weights.path / "manifest.json")}
    if folder.exists():
        if not (folder / SOURCES).is_file() or json.loads((folder / SOURCES).read_text()) != source:
            raise TrainingError(f"{folder} holds other tokenizers than those of {weights.path}; choose other runs")
        return folder
    stages = {graph_name(config.stage(name)) for name in STAGES}
    with atomic_folder(folder) as temporary:
        for item in weights.path.iterdir():
            if item.suffix in (".onnx", ".txt") and item.name not in stages:
                shutil.copyfile(item, temporary / item.name)
        write_tables(temporary, {name: array for name, array in weights.tables.items() if not name.startswith("stage_")})
        save_config(config, temporary / CONFIG)
        (temporary / SOURCES).write_text(json.dumps(source, indent=2) + "\n")
    return folder


def export_onto(weights: WeightsFolder, runs: Path, output: Path, *, preset_name: str, int8: bool = True) -> Path:
    """A copy of ``weights`` as ``output`` with the stages that were trained in ``runs`` on its tokens.

    Raises:
        TrainingError, WeightsError: ``runs`` holds no stage, or one of another preset or other tokens.
    """
    require("torch", extra="train")
    from .stages.export import export as export_stage
    from .stages.patience import patience_name

    asked = preset(preset_name)
    _check_parts(weights, asked)
    trained = [name for name in STAGES if (runs / f"stage-{name}").exists()]
    if not trained:
        raise TrainingError(f"{runs} holds no trained stage; train one: libretto train stage coarse --data DATA --runs {runs}")
    if output.exists() and not output.is_dir():
        raise WeightsError(f"{output} is a file, expected a folder to write")
    check_store(runs / "tokens", weights.tables)
    config, tables = mixed(weights.config, asked, trained), dict(weights.tables)
    with atomic_folder(output) as folder:
        for item in weights.path.iterdir():
            if item.suffix in (".onnx", ".txt"):
                shutil.copyfile(item, folder / item.name)
        for name in trained:
            model = load_stage(runs / f"stage-{name}", asked, name, tables)
            tables[patience_name(name)] = patience(runs / "tokens", config, name)
            tables |= export_stage(model, folder, precision=STAGE_PRECISIONS[name] if int8 else "float32")
        if "semantic" in trained:
            tables |= usual_tables(runs / "tokens", config)
        finish(folder, config, tables, card=output / CARD)
    return output


def mixed(base: LibrettoConfig, asked: LibrettoConfig, trained: list[str]) -> LibrettoConfig:
    """``base`` with the ``trained`` stages as ``asked`` has them."""
    fields: dict[str, Any] = {}
    for field in CONFIGURED:
        tables = {name: getattr(asked if name in trained else base, field) for name in STAGES}
        fields[field] = {name: table[name] for name, table in tables.items() if name in table}
    fields["patterns"] |= {name: asked.stage(name).pattern for name in trained if asked.stage(name).pattern != base.pattern}
    fields["controls"] = (asked if "semantic" in trained else base).controls
    config = dataclasses.replace(base, **fields)
    for name in trained:
        if config.stage(name) != asked.stage(name):
            raise WeightsError(f"stage {name} of preset {asked.name!r} lies otherwise before its conditions than the stages of "
                               f"{base.name!r} (alignment {asked.alignment!r}, {base.alignment!r}); they cannot share a folder")
    return config


def _check_parts(weights: WeightsFolder, config: LibrettoConfig) -> None:
    for part in ("codec", "semantic", "mulan", "coarse_levels"):
        if to_dict(weights.config)[part] != to_dict(config)[part]:
            raise TrainingError(f"{weights.path} holds the tokenizers of preset {weights.config.name!r}, not those of {config.name!r}: "
                                f"{part} differs")
