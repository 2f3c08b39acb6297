"""The tokenizer as ``semantic.onnx`` (layers up to the tap) and its centroids."""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ..files import atomic
from .runtime import CENTROIDS, FILE
from .tokens import Tokenizer

Precision = Literal["float32", "float16", "int8"]


def store_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Keep large float32 constants as float16 and cast them back at load: half the size, arithmetic in float32."""
    casts = []
    for constant in model.graph.initializer:
        if constant.data_type != TensorProto.FLOAT or np.prod(constant.dims) < 256:
            continue
        values = numpy_helper.to_array(constant).astype(np.float16)
        name = constant.name
        constant.CopyFrom(numpy_helper.from_array(values, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for node in reversed(casts):
        model.graph.node.insert(0, node)
    del model.graph.value_info[:]
    return model


def _trace(tokenizer: Tokenizer) -> onnx.ModelProto:
    """The float32 graph: frames [1, T, F] -> points [1, T, E] for any T."""
    spec = tokenizer.model.spec
    example = torch.zeros(1, 40, spec.mel.bands * spec.stack)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            tokenizer.eval(), (example,), input_names=["frames"], output_names=["points"], dynamo=True, verbose=False,
            dynamic_shapes={"frames": {1: torch.export.Dim("T", min=2, max=100_000)}},
        )
    return program.model_proto


def export(tokenizer: Tokenizer, folder: Path | str, *, precision: Precision = "float16") -> dict[str, np.ndarray]:
    """Write ``semantic.onnx`` into ``folder`` and return the arrays for ``tables.safetensors``.

    Args:
        precision: how the weights are stored. "int8" also computes in 8 bits: a third smaller still, but its scales
            follow each window's loudest value, so the cut of long audio into windows is no longer exact.
    """
    model = _trace(tokenizer)
    with atomic(Path(folder) / FILE) as path:
        if precision == "float16":
            onnx.save(store_half(model), path)
        elif precision == "int8":
            from onnxruntime.quantization import QuantType, quantize_dynamic

            with tempfile.TemporaryDirectory() as scratch:
                onnx.save(model, Path(scratch) / FILE)
                quantize_dynamic(Path(scratch) / FILE, path, per_channel=True, weight_type=QuantType.QInt8,
                                 op_types_to_quantize=["MatMul", "Gemm"])
        else:
            onnx.save(model, path)
    return {CENTROIDS: tokenizer.space.centroids.cpu().numpy().astype(np.float32)}
