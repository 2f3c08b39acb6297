"""Presets, rates, vocabularies, and configurations that are refused."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest

from libretto.config import STAGES, CodecSpec, LibrettoConfig, MelSpec, SemanticSpec, TransformerSpec, preset
from libretto.config_file import from_dict, load_config, save_config, to_dict
from libretto.errors import ConfigError, MissingExtra, did_you_mean, require
from libretto.tokens import TokenSpec

PRESETS = ("tiny", "small", "base", "paper")


@pytest.mark.parametrize("name", PRESETS)
def test_rates_of_every_preset(name: str) -> None:
    config = preset(name)
    assert config.name == name
    assert config.sample_rate == 24_000
    assert (config.semantic.frame_rate, config.codec.frame_rate) == (25, 50)
    for stage in STAGES:
        spec = config.stage(stage)
        assert spec.crop_frames == spec.crop_seconds * spec.target.frame_rate
        assert spec.target.vocabulary == spec.target.codebook_size + 1
        assert spec.target.blank == spec.target.codebook_size


def test_paper_rates() -> None:
    """MusicLM 2301.11325: 25 semantic tokens a second, 200 coarse, 400 fine, 600 acoustic tokens = 6 kbps."""
    config = preset("paper")
    rates = {name: config.stage(name).target.tokens_per_second for name in STAGES}
    assert rates == {"semantic": 25, "coarse": 200, "fine": 400}
    assert {name: config.stage(name).steps_per_second for name in STAGES} == rates  # flat: one step a token
    assert config.codec.tokens.tokens_per_second == 600
    assert config.codec.tokens.bits_per_second == 6000
    assert config.semantic.codebook_size == config.codec.codebook_size == 1024
    assert (config.mulan.levels, config.mulan.codebook_size, config.mulan.dimension) == (12, 1024, 128)
    assert [config.stage(name).crop_seconds for name in STAGES] == [30, 10, 3]
    assert [config.stage(name).temperature for name in STAGES] == [1.0, 0.95, 0.4]


def test_paper_transformer() -> None:
    spec = preset("paper").stage("coarse").transformer
    assert (spec.layers, spec.heads, spec.width, spec.feedforward, spec.positions) == (24, 16, 1024, 4096, "t5")
    assert spec.dropout == 0.1 and spec.head_width == 64


def test_delay_costs_a_step_a_frame() -> None:
    config = preset("small")
    assert {name: config.stage(name).steps_per_second for name in STAGES} == {"semantic": 25, "coarse": 50, "fine": 50}


def test_stage_conditions() -> None:
    config = preset("small")
    names = {
        name: ([spec.name for spec in config.stage(name).prefix], [spec.name for spec in config.stage(name).aligned])
        for name in STAGES
    }
    controls = ["clock", "key", "tune", "landing", "chord", "mood", "lead", "drums"]
    told = ["semantic", "clock", "key", "tune", "chord", "mood", "lead", "drums"]
    assert names == {"semantic": (["style"], controls), "coarse": (["style"], told), "fine": ([], ["coarse"])}
    coarse, fine = config.stage("coarse").target, config.stage("fine").target
    assert coarse.levels + fine.levels == config.codec.levels


def test_token_arithmetic() -> None:
    spec = TokenSpec("x", 3, 1000, 40)
    assert spec.tokens_per_second == 120
    assert spec.bits_per_second == pytest.approx(120 * math.log2(1000))
    for bad in ((0, 2, 1), (1, 1, 1), (1, 2, -1)):
        with pytest.raises(ConfigError):
            TokenSpec("x", *bad)


@pytest.mark.parametrize("name", PRESETS)
def test_json_round_trip(name: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    save_config(preset(name), path)
    assert load_config(path) == preset(name)


def test_configs_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        preset("tiny").name = "other"  # type: ignore[misc]


# refusals


def changed(**changes: object) -> dict:
    """The tiny preset as plain values, with dotted names changed: ``codec__levels=5``."""
    values = json.loads(json.dumps(to_dict(preset("tiny"))))
    for name, value in changes.items():
        *parents, last = name.split("__")
        table = values
        for parent in parents:
            table = table[parent]
        table[last] = value
    return values


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (changed(codec__levles=5), "codec has unknown key 'levles'; did you mean 'levels'"),
        (changed(semantics={}), "did you mean 'semantic'"),
        (changed(codec__levels="five"), "codec.levels is 'five', expected int"),
        (changed(codec__levels=True), "expected int"),
        (changed(codec__kind="mell"), "'mell', expected one of 'mel', 'seanet'"),
        (changed(codec=3), "codec is int, expected a table of CodecSpec"),
        (changed(transformers__coarse__widht=3), "transformers.coarse has unknown key 'widht'; did you mean 'width'"),
        (changed(coarse_levels=4), "coarse_levels 4 is not in 1..3"),
        ({"name": "x"}, "lacks codec"),
    ],
)
def test_strict_errors(values: dict, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        from_dict(LibrettoConfig, values)
    assert message in str(error.value)


def test_divisibility() -> None:
    for build in (
        lambda: MelSpec(hop=241),
        lambda: MelSpec(window=100),
        lambda: CodecSpec(hop=490),
        lambda: CodecSpec(kind="seanet", strides=(2, 4, 5, 8)),
        lambda: TransformerSpec(heads=7),
        lambda: SemanticSpec(tap=9),
        lambda: SemanticSpec(stack=3),
    ):
        with pytest.raises(ConfigError):
            build()


def test_unreadable_config(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    with pytest.raises(ConfigError, match="not readable"):
        load_config(path)
    path.write_text("{")
    with pytest.raises(ConfigError, match="not readable"):
        load_config(path)


def test_unknown_names() -> None:
    with pytest.raises(ConfigError, match="did you mean 'small'"):
        preset("smal")
    with pytest.raises(ConfigError, match="did you mean 'coarse'"):
        preset("tiny").stage("course")


def test_helpers() -> None:
    assert did_you_mean("zzz", ["b", "a"]) == "valid: a, b"
    with pytest.raises(MissingExtra, match=r"pip install 'libretto\[corpus\]'"):
        require("a_module_that_is_not_there", extra="corpus")
