"""Parts for a finished model: stages learn from the tokens of a weights folder and take their place in a copy of it.

    libretto train mulan --set start=bundled --data DATA --runs RUNS     (if the joint embedding is to learn on too;
                                                                        fixed_audio=true: its text tower alone)
    libretto train tokens --weights --data DATA --runs RUNS     its tokenizers (and that MuLan) into RUNS/parts, DATA in their tokens
    libretto train stage coarse --data DATA --runs RUNS
    libretto export --runs RUNS --weights -o FOLDER             what was trained in RUNS, everything else as it was
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from .config import CONFIGURED, STAGES, LibrettoConfig, preset
from .config_file import save_config, to_dict
from .controls import TRAITS
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
    read_tables,
    run_digest,
    usual_tables,
    write_melody,
    write_tables,
)
from .files import atomic_folder, recover_folder
from .mulan.runtime import AUDIO, TEXT, TRAIT_TABLES, VOCABULARY
from .mulan.tokenizer import Tokenizer
from .stages.runtime import graph_name
from .weights import WeightsFolder, digest

_KEPT = "weights"  # the source of adopted parts: the digest of the folder's manifest


def adopt_parts(
    weights: WeightsFolder, folder: Path, *, config: LibrettoConfig, runs: Path | None = None, data: Path | None = None
) -> Path:
    """The tokenizers of ``weights`` into ``folder``, as ``export.export_parts`` makes them of runs; returns it.

    Args:
        runs: a MuLan trained there takes the place of the folder's, with codebooks fitted on the dataset ``data``.
        data: also tells words of traits that ``config`` has and the folder has not.

    Raises:
        TrainingError: ``config`` has other tokenizers, or ``folder`` holds others already.
    """
    _check_parts(weights, config)
    recover_folder(folder)
    source = {_KEPT: digest(weights.path / "manifest.json")}
    learned = None if runs is None or data is None or not (runs / "mulan").exists() else (runs / "mulan", data)
    if learned is not None:
        source["mulan"] = run_digest(learned[0], "mulan")
    if folder.exists():
        if not (folder / SOURCES).is_file() or json.loads((folder / SOURCES).read_text()) != source:
            raise TrainingError(f"{folder} holds other tokenizers than those of {weights.path}; choose other runs")
        return folder
    stages = {graph_name(config.stage(name)) for name in STAGES}
    with atomic_folder(folder) as temporary:
        for item in weights.path.iterdir():
            if item.suffix in (".onnx", ".txt") and item.name not in stages:
                shutil.copyfile(item, temporary / item.name)
        tables = {name: array for name, array in weights.tables.items() if not name.startswith("stage_")}
        if learned is not None:
            from .mulan.export import export_run

            tables |= export_run(*learned, temporary, start=weights.tables["mulan.codebooks"].astype(np.float32))
        if data is not None:
            tables |= words_of_traits(weights.config, config, temporary / VOCABULARY, data)
        write_tables(temporary, tables)
        save_config(config, temporary / CONFIG)
        (temporary / SOURCES).write_text(json.dumps(source, indent=2) + "\n")
    return folder


def export_onto(weights: WeightsFolder, runs: Path, output: Path, *, preset_name: str, int8: bool = True) -> Path:
    """A copy of ``weights`` as ``output`` with what was trained in ``runs``: stages on its tokens, MuLan, a melody encoder.

    Raises:
        TrainingError, WeightsError: ``runs`` holds no stage, or one of another preset or other tokens, or a MuLan without
            the stages that hear its styles (a text tower that learned alone needs none).
    """
    require("torch", extra="train")
    from .mulan.export import alone
    from .stages.export import export as export_stage
    from .stages.patience import patience_name

    asked = preset(preset_name)
    _check_parts(weights, asked)
    trained = [name for name in STAGES if (runs / f"stage-{name}").exists()]
    learned = (runs / "mulan").exists()
    kept = learned and alone(runs / "mulan")  # codebooks and styles of sounds are as they were
    if not trained and not kept:
        raise TrainingError(f"{runs} holds no trained stage; train one: libretto train stage coarse --data DATA --runs {runs}")
    if output.exists() and not output.is_dir():
        raise WeightsError(f"{output} is a file, expected a folder to write")
    config, tables = mixed(weights.config, asked, trained), dict(weights.tables)
    if learned:
        deaf = [name for name in STAGES if config.stage(name).prefix and name not in trained and not kept]
        if deaf:
            raise TrainingError(f"{runs} holds a MuLan but no stage {' and '.join(deaf)}, which hears its styles; train it on its tokens")
        tables |= {name: array for name, array in read_tables(runs / "parts").items() if name.startswith("mulan.")}
    else:
        known = read_tables(runs / "parts")
        told = [TRAIT_TABLES[name] for name in _new_traits(weights.config, config)]
        tables |= {name: known[name] for name in told if name in known}
    check_store(runs / "tokens", tables)
    with atomic_folder(output) as folder:
        for item in weights.path.iterdir():
            if item.suffix in (".onnx", ".txt"):
                shutil.copyfile(item, folder / item.name)
        if learned:
            for name in (TEXT, AUDIO, VOCABULARY):
                shutil.copyfile(runs / "parts" / name, folder / name)
        if (runs / "melody").exists():
            tables |= write_melody(runs / "melody", folder, asked, int8=int8)
            config = dataclasses.replace(config, melody=asked.melody)
        for name in trained:
            model = load_stage(runs / f"stage-{name}", asked, name, tables)
            tables[patience_name(name)] = patience(runs / "tokens", config, name)
            tables |= export_stage(model, folder, precision=STAGE_PRECISIONS[name] if int8 else "float32")
        if "semantic" in trained or kept:
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
    fields["forgetful"] = tuple(name for name in STAGES if name in (asked if name in trained else base).forgetful)
    fields["draft"] = asked.draft
    fields["controls"] = (asked if "semantic" in trained else base).controls
    fields["coarse_controls"] = (asked if "coarse" in trained else base).coarse_controls
    config = dataclasses.replace(base, **fields)
    for name in trained:
        if config.stage(name) != asked.stage(name):
            raise WeightsError(f"stage {name} of preset {asked.name!r} lies otherwise before its conditions than the stages of "
                               f"{base.name!r} (alignment {asked.alignment!r}, {base.alignment!r}); they cannot share a folder")
    return config


def words_of_traits(base: LibrettoConfig, asked: LibrettoConfig, vocabulary: Path, data: Path) -> dict[str, np.ndarray]:
    """Tables, fitted on the dataset ``data``, of the traits that stages of ``asked`` are told and those of ``base`` are not."""
    names = _new_traits(base, asked)
    if not names:
        return {}
    from libretto.corpus.shards.dataset import Dataset

    from .mulan.export import trait_tables

    return trait_tables(Tokenizer.load(vocabulary, length=asked.mulan.text_length), Dataset.open(data), names=names)


def _new_traits(base: LibrettoConfig, asked: LibrettoConfig) -> list[str]:
    return [name for name in TRAITS if name in asked.controls and name not in base.controls]


def _check_parts(weights: WeightsFolder, config: LibrettoConfig) -> None:
    for part in ("codec", "semantic", "mulan", "coarse_levels"):
        if to_dict(weights.config)[part] != to_dict(config)[part]:
            raise TrainingError(f"{weights.path} holds the tokenizers of preset {weights.config.name!r}, not those of {config.name!r}: "
                                f"{part} differs")
