"""A trained TokenLM as a step graph and the tables its runtime needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto

from ..engine.graph import GraphBuilder, Precision
from ..engine.onnx import BUCKETS_INPUT
from ..files import atomic
from ..nn.positions import rotary_tables
from ..nn.transformer import EPSILON
from .layout import StageLayout
from .model import TokenLM
from .parallel_export import build_pass
from .runtime import codes_name, graph_name

_DOMAIN = "com.microsoft"


def export(model: TokenLM, folder: Path | str, *, precision: Precision = "int8") -> dict[str, np.ndarray]:
    """Write ``stage_<name>.onnx`` into ``folder`` and return the stage's arrays for ``tables.safetensors``.

    Args:
        precision: of the transformer's matrices; tables and heads are stored as float16 unless it is "float32".
    """
    build = build_pass if model.spec.pattern == "parallel" else build_graph
    graph = build(model, precision=precision)
    with atomic(Path(folder) / graph_name(model.spec)) as path:
        onnx.save(graph, path)
    arrays = {codes_name(model.spec.name): model.codes.numpy().astype(np.float16)}
    base = model.layout.base_name
    if base is not None:
        arrays[codes_name(base)] = model.layout.vectors.conditions[base].astype(np.float16)
    return arrays


@torch.no_grad()
def build_graph(model: TokenLM, *, precision: Precision) -> onnx.ModelProto:
    """ids [B, N, J], guess [B, N, K, W], known [B, N, K] and a cache to logits [B, N, K, V] and the cache."""
    spec, layout = model.spec, model.layout
    levels, width = spec.target.levels, spec.token_width
    weights = {name: value.detach().float().cpu().numpy() for name, value in model.state_dict().items()}
    graph = GraphBuilder(precision=precision)
    graph.input("ids", TensorProto.INT64, ["B", "N", layout.slots])
    graph.input("guess", TensorProto.FLOAT, ["B", "N", levels, width])
    graph.input("known", TensorProto.FLOAT, ["B", "N", levels])
    told = graph.node("Gather", [graph.constant(weights["rows"]), "ids"])
    told = graph.node("Reshape", [told, graph.integers(0, 0, layout.slots * width)])
    spread = weights["spread"].reshape(1, 1, levels, 1)
    scaled = graph.node("Reshape", [graph.node("Div", ["guess", graph.constant(spread)]), graph.integers(0, 0, levels * width)])
    x = graph.node("Concat", [told, scaled], axis=-1)
    x = graph.linear(x, weights["inlet.weight"], weights["inlet.bias"])
    hidden = _transformer(graph, x, model, weights)
    _heads(graph, hidden, layout, weights)
    return graph.model()


def _transformer(graph: GraphBuilder, x: str, model: TokenLM, weights: dict[str, np.ndarray]) -> str:
    spec = model.spec.transformer
    attention, extra = _positions(graph, model, weights)
    for layer in range(spec.layers):
        name = f"transformer.blocks.{layer}"
        shape = ["B", spec.heads, "C", spec.head_width]
        past = [graph.input(f"past_{role}_{layer}", TensorProto.FLOAT, shape) for role in ("key", "value")]
        present = [graph.output(f"present_{role}_{layer}", TensorProto.FLOAT, shape) for role in ("key", "value")]
        normed = graph.norm(x, weights[f"{name}.norm1.weight"], epsilon=EPSILON)
        packed = graph.linear(normed, weights[f"{name}.qkv.weight"])
        inputs = [packed, "", "", *past, "last", "total", *extra]
        mixed = graph.nodes("GroupQueryAttention", inputs, [f"mixed_{layer}", *present], domain=_DOMAIN,
                            num_heads=spec.heads, kv_num_heads=spec.heads, **attention)[0]
        x = graph.node("Add", [x, graph.linear(mixed, weights[f"{name}.out.weight"])])
        hidden = graph.linear(graph.norm(x, weights[f"{name}.norm2.weight"], epsilon=EPSILON), weights[f"{name}.up.weight"])
        gate = hidden
        if spec.gated:
            gate, hidden = graph.nodes("Split", [hidden], [f"gate_{layer}", f"up_{layer}"], axis=-1, num_outputs=2)
        gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
        inner = graph.node("Mul", [gate, hidden]) if spec.gated else gate
        x = graph.node("Add", [x, graph.linear(inner, weights[f"{name}.down.weight"])])
    return graph.norm(x, weights["transformer.norm.weight"], epsilon=EPSILON)


def _positions(graph: GraphBuilder, model: TokenLM, weights: dict[str, np.ndarray]) -> tuple[dict[str, Any], list[str]]:
    """Attributes and trailing inputs of the attention nodes."""
    graph.input("last", TensorProto.INT32, ["B"])  # index of the last step, past included
    graph.input("total", TensorProto.INT32, [1])
    spec = model.spec.transformer
    if spec.positions == "rotary":
        tables = rotary_tables(spec.head_width, longest(model.layout))
        return {"do_rotary": 1}, [graph.constant(table, exact=True) for table in tables]
    graph.input(BUCKETS_INPUT, TensorProto.INT64, ["N", "total_steps"])
    bias = graph.node("Gather", [graph.constant(weights["transformer.relative"]), BUCKETS_INPUT])
    bias = graph.node("Unsqueeze", [graph.node("Transpose", [bias], perm=[2, 0, 1]), graph.integers(0)])
    return {"do_rotary": 0}, ["", "", "", bias]


def _heads(graph: GraphBuilder, hidden: str, layout: StageLayout, weights: dict[str, np.ndarray]) -> None:
    """The Gaussian heads of ``TokenLM.features`` and ``TokenLM.score``."""
    levels, width = layout.spec.target.levels, layout.spec.token_width
    grid = graph.integers(0, 0, levels, width)
    query = graph.node("Reshape", [graph.linear(hidden, weights["query.weight"], weights["query.bias"]), grid])
    sharp = graph.linear(hidden, weights["sharpness.weight"], weights["sharpness.bias"])
    beta = graph.node("Softplus", [graph.node("Reshape", [sharp, grid])])
    start = graph.constant(weights["start"].reshape(1, 1, levels, 1))
    known = graph.node("Unsqueeze", ["known", graph.integers(3)])
    beta = graph.node("Mul", [beta, graph.node("Mul", [known, start])])
    drawn = graph.node("Mul", [graph.node("Mul", [beta, "guess"]), graph.constant(np.array(2.0, np.float32))])
    features = graph.node("Concat", [query, drawn, graph.node("Neg", [beta])], axis=-1)  # [B, N, K, 3 W]
    features = graph.node("Transpose", [features], perm=[0, 2, 1, 3])  # [B, K, N, 3 W]
    codes = graph.constant(np.ascontiguousarray(weights["codes"].transpose(0, 2, 1)))
    table = graph.constant(np.ascontiguousarray(weights["table"].transpose(0, 2, 1)))
    matrix = graph.node("Concat", [table, codes, graph.node("Mul", [codes, codes])], axis=1)  # [K, 3 W, V]
    logits = graph.node("MatMul", [features, matrix])
    logits = graph.node("Add", [logits, graph.constant(weights["bias"][:, None])])
    size = layout.spec.target.codebook_size
    graph.output("logits", TensorProto.FLOAT, ["B", "N", levels, size])
    graph.node("Transpose", [logits], output="logits", perm=[0, 2, 1, 3])


def longest(layout: StageLayout) -> int:
    """Steps of one window: the context and a crop."""
    return layout.context_length + layout.pattern.steps(layout.spec.crop_frames)
