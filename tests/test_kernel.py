"""The hand-written kernel against ONNX Runtime, and the reader of ONNX files against the onnx package."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytest.importorskip("numba")

from libretto.config import STAGES, TransformerSpec, preset  # noqa: E402
from libretto.engine import vnni  # noqa: E402
from libretto.engine.kernel import KernelSteps, read_weights  # noqa: E402
from libretto.engine.onnx import OnnxSteps  # noqa: E402
from libretto.engine.onnx_file import OnnxFile  # noqa: E402
from libretto.errors import RequestError, WeightsError  # noqa: E402
from libretto.stages.export import export  # noqa: E402
from libretto.stages.model import TokenLM  # noqa: E402
from libretto.stages.runtime import StageRuntime  # noqa: E402

SHAPE = TransformerSpec(layers=2, heads=2, width=128, feedforward=192)
SPEC = dataclasses.replace(preset("tiny"), transformers=dict.fromkeys(STAGES, SHAPE)).stage("coarse")
needs_vnni = pytest.mark.skipif(not vnni.supported(), reason="this processor has no AVX-512 VNNI")


def model(spec=SPEC) -> TokenLM:
    torch.manual_seed(0)
    made = TokenLM(spec).eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn(parameter.shape))
    return made


@pytest.fixture(scope="module", params=["int8", "int4"])
def exported(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    return folder / "stage_coarse.onnx", export(model(), folder, precision=request.param)


def inputs(batch: int, steps: int):
    rng, width, made = np.random.default_rng(3), SPEC.token_width, model()
    ids = rng.integers(0, made.layout.rows, (batch, steps, made.layout.slots))
    guess = rng.standard_normal((batch, steps, SPEC.target.levels, width)).astype(np.float32)
    return ids, guess, (rng.random((batch, steps, SPEC.target.levels)) < 0.8).astype(np.float32)


@needs_vnni
@pytest.mark.parametrize("batch", [1, 3])
def test_a_step_is_onnxruntime_s(exported, batch):
    """From what it has read itself, and after a window that ONNX Runtime opened, whose keys and values it shares."""
    path, _ = exported
    ids, guess, known = inputs(batch, 9)
    reference, kernel = OnnxSteps(path, SHAPE, threads=1), KernelSteps(path, SHAPE, threads=1)
    for opening in (1, 5):
        caches = [engine.open(batch, 12) for engine in (reference, kernel)]
        for start, stop in [(0, opening), *((at, at + 1) for at in range(opening, 9))]:
            expected, got = (
                engine.run(cache, ids[:, start:stop], guess[:, start:stop], known[:, start:stop], position=start)
                for engine, cache in zip((reference, kernel), caches, strict=True)
            )
            assert got.shape == expected.shape == (batch, stop - start, SPEC.target.levels, SPEC.target.codebook_size)
            # a rounded activation may fall to the other side now and then: near, and mostly the same
            assert np.abs(got - expected).max() < 0.05 * expected.std() and np.abs(got - expected).mean() < 6e-3 * expected.std()
        assert np.abs(caches[0].memory[..., :9, :] - caches[1].memory[..., :9, :]).max() < 0.05
        kept = kernel.copy(caches[1])
        last = slice(8, 9)
        again = kernel.run(kept, ids[:, last], guess[:, last], known[:, last], position=8)
        assert np.array_equal(again, got)


@needs_vnni
def test_a_take_is_the_same_alone_and_in_a_batch(exported):
    path, tables = exported
    runtime = StageRuntime(SPEC, path.parent, tables, engine=KernelSteps(path, SHAPE))
    plain = StageRuntime(SPEC, path.parent, tables)
    told = {token.name: np.tile(np.arange(30) % token.codebook_size, (token.levels, 1)) for token in SPEC.aligned}
    together, _ = runtime.advance(runtime.start(seed=4, take=[0, 1, 2]), told, 20)
    alone, _ = runtime.advance(runtime.start(seed=4, take=1), told, 20)
    assert np.array_equal(together[1], alone)
    same, _ = plain.advance(plain.start(seed=4, take=1), told, 20)
    assert (same == alone).mean() > 0.9


@needs_vnni
@pytest.mark.parametrize(("bits", "block"), [(8, 64), (4, 32)])
def test_tiles_hold_every_weight_once(bits, block):
    rng = np.random.default_rng(0)
    matrices = [
        (rng.integers(0, 256, (rows, blocks, block * bits // 8)).astype(np.uint8), rng.random((rows, blocks), np.float32))
        for rows, blocks in ((128, 2), (64, 3))
    ]
    weights, scales, places = vnni.tiles(matrices, bits=bits)
    assert places.tolist() == [[0, 0, 2], [matrices[0][0].size, matrices[0][1].size, 1]] and weights.ctypes.data % 64 == 0
    for (packed, steps), (byte, number, _) in zip(matrices, places, strict=True):
        def nibbles(array):
            return np.sort(array if bits == 8 else np.concatenate([array & 15, array >> 4]))

        assert np.array_equal(nibbles(weights[byte : byte + packed.size]), nibbles(packed.ravel()))
        first = scales[number : number + vnni.TILE * steps.shape[1]].reshape(steps.shape[1], vnni.TILE)
        assert np.array_equal(first.T, steps[: vnni.TILE])


def test_files_are_read_as_onnx_reads_them(exported):
    path, _ = exported
    graph, file = onnx.load(path).graph, OnnxFile.read(path)
    assert [(node.op_type, tuple(node.input), tuple(node.output)) for node in graph.node] == [
        (node.kind, node.inputs, node.outputs) for node in file.nodes
    ]
    assert {constant.name for constant in graph.initializer} == set(file.constants)
    for constant in graph.initializer:
        expected = onnx.numpy_helper.to_array(constant)
        assert np.array_equal(file.constants[constant.name], expected) and file.constants[constant.name].dtype == expected.dtype
    assert read_weights(path, SHAPE).epsilon == pytest.approx(1e-5)


def test_what_it_cannot_run_is_told(tmp_path, exported, monkeypatch):
    export(model(), tmp_path, precision="float32")
    with pytest.raises(WeightsError, match="8 or 4 bits"):
        read_weights(tmp_path / "stage_coarse.onnx", SHAPE)
    for damaged in (b"", b"no graph at all", (tmp_path / "stage_coarse.onnx").read_bytes()[:-1000]):
        (tmp_path / "damaged.onnx").write_bytes(damaged)
        with pytest.raises(WeightsError, match=r"damaged\.onnx cannot be read"):
            OnnxFile.read(tmp_path / "damaged.onnx")
    monkeypatch.setattr(vnni, "supported", lambda: False)
    with pytest.raises(RequestError, match="AVX-512 VNNI; use engine 'onnx'"):
        KernelSteps(exported[0], SHAPE)
