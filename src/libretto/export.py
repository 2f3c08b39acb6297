"""Training runs to a weights folder: ONNX graphs, tables, configuration, manifest, written whole or not at all.

The stages learn from tokens, so the tokenizers are fixed first: ``export_parts`` writes their graphs and codebooks once,
the dataset is tokenized with them, and ``export_weights`` ships these very files.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file, save

from .config import STAGES, LibrettoConfig, preset
from .config_file import save_config, to_dict
from .errors import TrainingError, WeightsError, require
from .files import atomic_folder, recover_folder
from .weights import digest, write_manifest

if TYPE_CHECKING:
    from .engine.graph import Precision
    from .stages.model import TokenLM

TABLES, CONFIG, CARD = "tables.safetensors", "config.json", "CARD.md"
SOURCES = "sources.json"
_DECIDING = {  # what of each run decides the tokens
    "codec-tokens": ("checkpoint/tokens.safetensors",),
    "codec": ("checkpoint/codec.safetensors",),
    "semantic": ("checkpoint/model.safetensors", "tokens.safetensors"),
    "mulan": ("checkpoint/mulan.safetensors",),
}
_CODEBOOKS = ("codec.codebooks", "semantic.centroids", "mulan.codebooks")
STAGE_PRECISIONS: dict[str, Precision] = {"semantic": "int8", "coarse": "int8", "fine": "int4"}  # measured: docs/evaluation.md
_SAMPLING = (  # of a stage: free to change after training
    "temperature", "top_k", "guidance", "condition_dropout", "remembers", "iterations", "choice_temperature",
)

_PATIENCE_CLIPS = 300

Tables = dict[str, np.ndarray]


def read_tables(folder: Path) -> Tables:
    """The arrays of ``tables.safetensors`` in ``folder``."""
    try:
        return load_file(folder / TABLES)
    except Exception as error:  # safetensors raises classes of its own
        raise WeightsError(f"{folder / TABLES} cannot be read: {error}; export again") from error


def write_tables(folder: Path, tables: Tables) -> None:
    """Write ``tables.safetensors`` into ``folder``, arrays in alphabetical order."""
    (folder / TABLES).write_bytes(save({key: np.ascontiguousarray(tables[key]) for key in sorted(tables)}))


def export_parts(runs: Path | str, folder: Path | str, *, config: LibrettoConfig, data: Path | str | None) -> Path:
    """The tokenizers of ``runs`` (codec encoder, semantic, MuLan with style codebooks) into ``folder``; returns it.

    A folder that was made from these very runs is left as it is.

    Args:
        data: the dataset that style codebooks, and semantic clusters where they are missing, are fitted on.

    Raises:
        TrainingError: a run is missing or of another preset, or tokens were made with other runs already.
    """
    require("torch", extra="train")
    runs, folder = Path(runs), Path(folder)
    recover_folder(folder)
    stored, tokenizers = _sources(folder), _tokenizers(config)
    found = {part: run_digest(runs / part, part) for part in tokenizers if (runs / part).exists()}
    changed = [part for part, value in found.items() if stored.get(part, value) != value]
    if stored and not changed:
        _check_preset(folder, config)
        return folder
    if stored and (runs / "tokens").exists():
        raise TrainingError(f"{', '.join(changed)} changed since {runs / 'tokens'} was made; put the old run back, or remove "
                            f"{runs / 'tokens'}, {folder} and the stage runs to begin them anew")
    from .train.run import needed

    for part in tokenizers:
        needed(runs, part, data)
        _check_spec(runs / part, part.split("-")[0], config)
    if data is None:
        raise TrainingError(f"{folder} does not exist yet; make it with: libretto train tokens --data DATA --runs {runs}")
    with atomic_folder(folder) as temporary:
        write_tables(temporary, _write_parts(runs, temporary, config, data=Path(data)))
        save_config(config, temporary / CONFIG)
        sources = {part: run_digest(runs / part, part) for part in tokenizers}
        (temporary / SOURCES).write_text(json.dumps(sources, indent=2) + "\n")
    return folder


def _write_parts(runs: Path, folder: Path, config: LibrettoConfig, *, data: Path) -> Tables:
    from .codec import export as codec
    from .codec import waveform_export
    from .mulan import export as mulan
    from .semantic import export as semantic
    from .train.run import cluster
    from .train.semantic import load_tokenizer

    cluster(runs / "semantic", data)
    if config.codec.kind == "seanet":  # it learns as a whole, so its decoder is fixed with its tokens
        tables = waveform_export.export_run(runs / "codec", folder)
    else:
        tables = codec.export_encoder(codec.load_tokens(runs / "codec-tokens"), folder)
    tables |= semantic.export(load_tokenizer(runs / "semantic"), folder)
    return tables | mulan.export_run(runs / "mulan", data, folder)


def export_weights(runs: Path | str, output: Path | str, *, preset_name: str, int8: bool = True, data: Path | str | None = None) -> Path:
    """The whole model of ``runs`` as the weights folder ``output``; a CARD.md that lies there stays.

    Args:
        int8: keep the matrices of codec decoder and stages in 8 bits or less; else in float32. The tokenizers are those
            the stages learned from in any case.
        data: only needed where ``runs/parts`` is missing, see ``export_parts``.

    Raises:
        TrainingError, WeightsError: a run is missing, or the runs do not belong together.
    """
    require("torch", extra="train")
    from .codec.export import export_runs
    from .stages.export import export as export_stage
    from .stages.patience import patience_name
    from .train.run import needed

    runs, output, config = Path(runs), Path(output), preset(preset_name)
    if output.exists() and not output.is_dir():
        raise WeightsError(f"{output} is a file, expected a folder to write")
    for part in ("codec", *(f"stage-{name}" for name in STAGES)):
        needed(runs, part, data)
    parts = export_parts(runs, runs / "parts", config=config, data=data)
    fixed = read_tables(parts)
    check_store(runs / "tokens", fixed)
    _check_spec(runs / "codec", "codec", config)
    with atomic_folder(output) as folder:
        tables: Tables = {}
        if config.codec.kind == "mel":
            tables = export_runs(runs / "codec-tokens", runs / "codec", folder, precision="int4" if int8 else "float32")
        for name in STAGES:
            model = load_stage(runs / f"stage-{name}", config, name, fixed)
            tables[patience_name(name)] = patience(runs / "tokens", config, name)
            tables |= export_stage(model, folder, precision=STAGE_PRECISIONS[name] if int8 else "float32")
        tables |= usual_tables(runs / "tokens", config)
        if (runs / "melody").exists():
            tables |= write_melody(runs / "melody", folder, config, int8=int8)
        for source in sorted(parts.iterdir()):
            if source.name not in (SOURCES, TABLES, CONFIG):
                shutil.copyfile(source, folder / source.name)
        finish(folder, config, tables | fixed, card=output / CARD)
    return output


def write_melody(run: Path, folder: Path, config: LibrettoConfig, *, int8: bool) -> Tables:
    """The melody encoder, which no stage needs to play; its codebooks were fitted when it was trained."""
    from .melody.export import export
    from .train.melody import CODEBOOKS_FILE, load

    _check_spec(run, "melody", config)
    codebooks = load_file(run / CODEBOOKS_FILE)["codebooks"]
    return export(load(run), codebooks, folder, small=int8)


def patience(store: Path, config: LibrettoConfig, name: str) -> np.ndarray:
    """The longest runs of the stage's tokens in the training clips of the token store, int64 [K]."""
    from .stages.patience import count_patience
    from .train.tokenize import TokenStore

    tokens = TokenStore.open(store)
    clips = tokens.split("train")[:_PATIENCE_CLIPS]
    if name == "semantic":
        return count_patience(tokens.semantic(clip)[None] for clip in clips)
    levels = slice(0, config.coarse_levels) if name == "coarse" else slice(config.coarse_levels, None)
    return count_patience(tokens.acoustic(clip)[levels] for clip in clips)


def usual_tables(store: Path, config: LibrettoConfig) -> Tables:
    """What styles usually have, by the token store, for a stage that hears a clock (``usual``)."""
    from . import usual
    from .train.tokenize import TokenStore

    return usual.fit(TokenStore.open(store)) if "clock" in config.controls else {}


def finish(folder: Path, config: LibrettoConfig, tables: Tables, *, card: Path | None = None) -> None:
    """What makes a folder of graphs a weights folder: tables, configuration, card, manifest."""
    write_tables(folder, _needed_tables(config, tables))
    save_config(config, folder / CONFIG)
    if card is not None and card.is_file():
        shutil.copyfile(card, folder / CARD)
    write_manifest(folder)


def _needed_tables(config: LibrettoConfig, tables: Tables) -> Tables:
    """``tables`` without the codes of stages that follow from the codec's codebooks."""
    from .stages.runtime import codes_name, derived_codes

    kept = dict(tables)
    for name in ("coarse", "fine"):
        spec = config.stage(name)
        codes, derived = kept.get(codes_name(name)), derived_codes(name, tables, levels=spec.target.levels, width=spec.token_width)
        if codes is not None and derived is not None and np.array_equal(codes, derived):
            del kept[codes_name(name)]
    return kept


def load_stage(run: Path, config: LibrettoConfig, name: str, tables: Tables) -> TokenLM:
    """The model of stage ``name`` trained in ``run``, in evaluation mode, on the CPU.

    Raises:
        TrainingError: the run is of another preset, or was trained on other codebooks than those of ``tables``.
    """
    from .stages.model import TokenLM
    from .stages.vectors import stage_vectors
    from .train.checkpoint import load_weights

    _check_spec(run, "stage", config, stage=name)
    vectors = stage_vectors(config, name, tables)
    model = TokenLM(config.stage(name), vectors)
    model.load_state_dict(load_weights(run, "stage"))
    if not np.array_equal(model.codes.numpy(), vectors.target):
        raise TrainingError(f"{run} was trained on other codebooks than those of {run.parent / 'parts'}; train it again on "
                            f"{run.parent / 'tokens'}")
    return model.eval()


def _tokenizers(config: LibrettoConfig) -> tuple[str, ...]:
    """The runs that decide the tokens."""
    return "codec" if config.codec.kind == "seanet" else "codec-tokens", "semantic", "mulan"


def _sources(folder: Path) -> dict[str, str]:
    path = folder / SOURCES
    try:
        return json.loads(path.read_text()) if path.is_file() else {}
    except ValueError as error:
        raise TrainingError(f"{path} is not readable JSON ({error}); remove {folder} to make it again") from error


def run_digest(run: Path, part: str) -> str:
    """Of the files of ``run`` that decide the tokens; those that are missing count as empty."""
    return "+".join(digest(run / name) if (run / name).is_file() else "none" for name in _DECIDING[part])


def _check_preset(folder: Path, config: LibrettoConfig) -> None:
    """The tokenizers in ``folder`` must be those of ``config``."""
    from .train.checkpoint import differences, plain

    try:
        stored = json.loads((folder / CONFIG).read_text())
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder / CONFIG} is not readable ({error}); remove {folder} to make it again") from error
    asked = plain(to_dict(config))
    found = [line for part in ("codec", "semantic", "mulan") for line in differences(stored.get(part), asked[part], where=part)]
    if found:
        raise TrainingError(f"{folder} holds the tokenizers of preset {stored.get('name')!r}, not {config.name!r}: {'; '.join(found[:3])}")


def _check_spec(run: Path, part: str, config: LibrettoConfig, *, stage: str | None = None) -> None:
    """The run's stored specification must be that of ``config``, how it samples aside."""
    from .train.checkpoint import differences, plain, read_config

    spec = config.stage(stage) if stage is not None else getattr(config, part)
    asked = plain(dataclasses.asdict(spec))
    stored = dict((read_config(run) or {}).get("config", {}).get(part) or {})
    if stage is not None:
        for key in _SAMPLING:
            stored[key] = asked[key]
    found = differences(stored, asked, where=part)
    if found:
        raise TrainingError(f"{run} is not of preset {config.name!r}: {'; '.join(found[:3])}; name its preset or other runs")


def check_store(store: Path, tables: Tables) -> None:
    """The tokens that the stages learned from, where they are still there, must be those of the tokenizers."""
    if not (store / TABLES).is_file():
        return
    stored = read_tables(store)
    for name in _CODEBOOKS:
        if not np.array_equal(stored[name], tables[name]):
            raise WeightsError(f"{store} was made with another {name} than the tokenizers have; tokenize again and train the stages on it")


