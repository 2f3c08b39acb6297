"""A stage read back from its graph is the stage that was exported."""

from __future__ import annotations

import dataclasses

import pytest

torch = pytest.importorskip("torch")

from libretto.config import STAGES, TransformerSpec, preset  # noqa: E402
from libretto.errors import WeightsError  # noqa: E402
from libretto.stages.export import export  # noqa: E402
from libretto.stages.from_graph import read_model  # noqa: E402
from libretto.stages.model import TokenLM  # noqa: E402

SPEC = TransformerSpec(layers=2, heads=2, width=32, feedforward=48)
FAMILIES = {
    "delay": preset("tiny"),
    "paper": dataclasses.replace(preset("tiny"), pattern="flat", alignment="prefix", controls=(),
                                 transformers=dict.fromkeys(STAGES, dataclasses.replace(SPEC, positions="t5", gated=False))),
    "parallel": dataclasses.replace(preset("tiny"), patterns={"coarse": "parallel", "fine": "parallel"}),
}


def stirred(spec) -> TokenLM:
    model = TokenLM(spec).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("name", STAGES)
def test_float32_comes_back_as_it_was(family, name, tmp_path):
    model = stirred(FAMILIES[family].stage(name))
    export(model, tmp_path, precision="float32")
    again = read_model(tmp_path / f"stage_{name}.onnx", model.spec, model.layout.vectors)
    for key, value in model.state_dict().items():
        assert torch.equal(value, again.state_dict()[key]), key


@pytest.mark.parametrize(("precision", "bound"), [("int8", 0.02), ("int4", 0.15)])
@pytest.mark.parametrize("family", ["delay", "parallel"])
def test_few_bits_come_back_near(family, precision, bound, tmp_path):
    model = stirred(FAMILIES[family].stage("coarse"))
    export(model, tmp_path, precision=precision)
    again = read_model(tmp_path / "stage_coarse.onnx", model.spec, model.layout.vectors).state_dict()
    for key, value in model.state_dict().items():
        assert (again[key] - value).abs().max() <= bound * value.abs().max(), key


def test_another_stage_is_refused(tmp_path):
    model = stirred(FAMILIES["delay"].stage("coarse"))
    export(model, tmp_path, precision="float32")
    other = stirred(FAMILIES["parallel"].stage("fine"))
    with pytest.raises(WeightsError, match="stage fine in pattern 'parallel'"):
        read_model(tmp_path / "stage_coarse.onnx", other.spec, other.layout.vectors)
    with pytest.raises(WeightsError, match="does not exist"):
        read_model(tmp_path / "stage_fine.onnx", other.spec, other.layout.vectors)
