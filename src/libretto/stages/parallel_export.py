"""A trained TokenLM of pattern "parallel" as the graph of one pass (export only: needs torch and onnx).

The frames of a block see each other and the steps before them, whose keys and values go in and, with the block's own,
come out: the steps before a block are read once, the block as often as it has passes.
"""

from __future__ import annotations

import numpy as np
import onnx
import torch
from onnx import TensorProto

from ..engine.graph import GraphBuilder, Precision
from ..nn.positions import rotary_tables
from ..nn.transformer import EPSILON
from .model import TokenLM

_DOMAIN = "com.microsoft"


@torch.no_grad()
def build_pass(model: TokenLM, *, precision: Precision) -> onnx.ModelProto:
    """ids [B, N, J], guess [B, N, K, W], known [B, N, K], level [], past keys and values [B, H, P, D] of every layer to
    logits [B, N, V] of that level, and keys and values [B, H, P + N, D].
    """
    spec, layout = model.spec, model.layout
    levels, width = spec.target.levels, spec.token_width
    weights = {name: value.detach().float().cpu().numpy() for name, value in model.state_dict().items()}
    graph = GraphBuilder(precision=precision)
    graph.input("ids", TensorProto.INT64, ["B", "N", layout.slots])
    graph.input("guess", TensorProto.FLOAT, ["B", "N", levels, width])
    graph.input("known", TensorProto.FLOAT, ["B", "N", levels])
    graph.input("level", TensorProto.INT64, [])
    told = graph.node("Gather", [graph.constant(weights["rows"]), "ids"])
    told = graph.node("Reshape", [told, graph.integers(0, 0, layout.slots * width)])
    spread = graph.constant(weights["spread"].reshape(1, 1, levels, 1))
    scaled = graph.node("Reshape", [graph.node("Div", ["guess", spread]), graph.integers(0, 0, levels * width)])
    x = graph.linear_of_many(graph.node("Concat", [told, scaled], axis=-1), weights["inlet.weight"], weights["inlet.bias"])
    hidden = _transformer(graph, x, model, weights)
    _head(graph, hidden, model, weights)
    return graph.model()


def _transformer(graph: GraphBuilder, x: str, model: TokenLM, weights: dict[str, np.ndarray]) -> str:
    spec = model.spec.transformer
    shape = ["B", spec.heads, "P", spec.head_width]
    for layer in range(spec.layers):
        for role in ("key", "value"):
            graph.input(f"past_{role}_{layer}", TensorProto.FLOAT, shape)
    longest = model.layout.context_length + model.spec.crop_frames
    begin = graph.node("Gather", [graph.node("Shape", ["past_key_0"]), graph.integers(2)])
    count = graph.node("Gather", [graph.node("Shape", ["ids"]), graph.integers(1)])
    ends = [graph.node("Squeeze", [value]) for value in (begin, graph.node("Add", [begin, count]))]
    positions = graph.node("Range", [*ends, graph.constant(np.array(1, np.int64))])
    turns = []
    for table in rotary_tables(spec.head_width, longest):  # [N, 1, D / 2] of this pass
        rows = graph.node("Gather", [graph.constant(table, exact=True), positions])
        turns.append(graph.node("Unsqueeze", [rows, graph.integers(1)]))
    for layer in range(spec.layers):
        name = f"transformer.blocks.{layer}"
        normed = graph.norm(x, weights[f"{name}.norm1.weight"], epsilon=EPSILON)
        mixed = _attention(graph, normed, layer, model, weights, turns)
        x = graph.node("Add", [x, graph.linear_of_many(mixed, weights[f"{name}.out.weight"])])
        hidden = graph.linear_of_many(graph.norm(x, weights[f"{name}.norm2.weight"], epsilon=EPSILON), weights[f"{name}.up.weight"])
        gate = hidden
        if spec.gated:
            gate, hidden = graph.nodes("Split", [hidden], [f"gate_{layer}", f"up_{layer}"], axis=-1, num_outputs=2)
        gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
        inner = graph.node("Mul", [gate, hidden]) if spec.gated else gate
        x = graph.node("Add", [x, graph.linear_of_many(inner, weights[f"{name}.down.weight"])])
    return graph.norm(x, weights["transformer.norm.weight"], epsilon=EPSILON)


def _attention(graph: GraphBuilder, x: str, layer: int, model: TokenLM, weights: dict[str, np.ndarray], turns: list[str]) -> str:
    """Rotary attention of x [B, N, D] to the past and to itself, both ways."""
    spec = model.spec.transformer
    packed = graph.linear_of_many(x, weights[f"transformer.blocks.{layer}.qkv.weight"])
    parts = graph.nodes("Split", [packed], [f"{role}_{layer}" for role in ("query", "key", "value")], axis=-1, num_outputs=3)
    query, key, value = (graph.node("Reshape", [part, graph.integers(0, 0, spec.heads, spec.head_width)]) for part in parts)
    query, key = _rotated(graph, query, turns), _rotated(graph, key, turns)
    grown = []
    for role, new in (("key", key), ("value", value)):
        new = graph.node("Transpose", [new], perm=[0, 2, 1, 3])
        grown.append(graph.output(f"present_{role}_{layer}", TensorProto.FLOAT, ["B", spec.heads, "S", spec.head_width]))
        graph.node("Concat", [f"past_{role}_{layer}", new], output=grown[-1], axis=2)
    query = graph.node("Reshape", [query, graph.integers(0, 0, spec.width)])
    return graph.node("MultiHeadAttention", [query, *grown], domain=_DOMAIN, num_heads=spec.heads)


def _rotated(graph: GraphBuilder, x: str, turns: list[str]) -> str:
    """``nn.transformer.rotate`` on [B, N, H, D]."""
    cosine, sine = turns
    first, second = graph.nodes("Split", [x], [f"{x}_first", f"{x}_second"], axis=-1, num_outputs=2)

    def times(left: str, right: str) -> str:
        return graph.node("Mul", [left, right])

    real = graph.node("Sub", [times(first, cosine), times(second, sine)])
    return graph.node("Concat", [real, graph.node("Add", [times(second, cosine), times(first, sine)])], axis=-1)


def _head(graph: GraphBuilder, hidden: str, model: TokenLM, weights: dict[str, np.ndarray]) -> None:
    """The Gaussian head (``TokenLM.features``, ``TokenLM.score``) of the level asked for."""
    levels, width, size = model.spec.target.levels, model.spec.token_width, model.spec.target.codebook_size

    def of_level(value: str, axis: int) -> str:
        return graph.node("Gather", [value, "level"], axis=axis)

    def of_hidden(name: str) -> str:
        """Row block of the level of a linear map to [K * W]: float32 [B, N, W]."""
        matrix = graph.constant(np.ascontiguousarray(weights[f"{name}.weight"].reshape(levels, width, -1).transpose(0, 2, 1)))
        bias = graph.constant(weights[f"{name}.bias"].reshape(levels, width))
        return graph.node("Add", [graph.node("MatMul", [hidden, of_level(matrix, 0)]), of_level(bias, 0)])

    trust = graph.node("Mul", [of_level("known", 2), of_level(graph.constant(weights["start"]), 0)])
    beta = graph.node("Mul", [graph.node("Softplus", [of_hidden("sharpness")]), graph.node("Unsqueeze", [trust, graph.integers(2)])])
    drawn = graph.node("Mul", [graph.node("Mul", [beta, of_level("guess", 2)]), graph.constant(np.array(2.0, np.float32))])
    features = graph.node("Concat", [of_hidden("query"), drawn, graph.node("Neg", [beta])], axis=-1)  # [B, N, 3 W]
    codes = graph.constant(np.ascontiguousarray(weights["codes"].transpose(0, 2, 1)))
    table = graph.constant(np.ascontiguousarray(weights["table"].transpose(0, 2, 1)))
    matrix = graph.node("Concat", [table, codes, graph.node("Mul", [codes, codes])], axis=1)  # [K, 3 W, V]
    logits = graph.node("MatMul", [features, of_level(matrix, 0)])
    graph.output("logits", TensorProto.FLOAT, ["B", "N", size])
    graph.node("Add", [logits, of_level(graph.constant(weights["bias"]), 0)], output="logits")
