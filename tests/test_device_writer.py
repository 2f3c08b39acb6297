"""The loop on the device writes what the ONNX engine writes. Rehearsed on the CPU with the step that CUDA graphs replay."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from contract import assert_pieces_equal_whole

torch = pytest.importorskip("torch")

from libretto import Libretto  # noqa: E402
from libretto.config import STAGES, TransformerSpec, preset  # noqa: E402
from libretto.engine.device_loop import sample as sample_on_device  # noqa: E402
from libretto.errors import RequestError  # noqa: E402
from libretto.nn.transformer import StaticCache, Transformer  # noqa: E402
from libretto.sampling import sample  # noqa: E402
from libretto.stages.device_writer import DeviceRuntime  # noqa: E402
from libretto.stages.export import export  # noqa: E402
from libretto.stages.model import TokenLM  # noqa: E402
from libretto.stages.patience import patience_name  # noqa: E402
from libretto.stages.runtime import StageRuntime  # noqa: E402

CONFIG = dataclasses.replace(preset("tiny"), crops={"semantic": 1.6, "coarse": 0.8, "fine": 0.4})


@pytest.fixture(scope="module", params=STAGES)
def pair(request, tmp_path_factory):
    """One stage on ONNX Runtime and on the device, with a patience that is soon lost."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(1)  # a transformer starts from torch's own generator
    model = TokenLM(CONFIG.stage(request.param)).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        model.start.fill_(0.01)
        for parameter in model.parameters():
            parameter.add_(0.03 * torch.randn(parameter.shape, generator=generator))
    tables = export(model, folder, precision="float32")
    tables[patience_name(request.param)] = np.full(model.spec.target.levels, 1)
    return StageRuntime(model.spec, folder, tables), DeviceRuntime(model, tables)


def told(runtime, frames: int):
    rng = np.random.default_rng(5)
    prefix = {token.name: rng.integers(0, token.codebook_size, token.levels) for token in runtime.spec.prefix}
    aligned = {
        token.name: rng.integers(0, token.codebook_size, (token.levels, runtime.layout.condition_frames(token, frames + runtime.lead)))
        for token in runtime.spec.aligned
    }
    return prefix, aligned


@pytest.mark.parametrize("settings", [{}, {"guidance": 2.5, "top_k": 9}, {"temperature": 0.0}, {"top_p": 0.8, "temperature": 0.7}])
def test_tokens_are_those_of_the_default_engine(pair, settings):
    """Over two windows and a half, several takes at once."""
    reference, device = pair
    frames = 2 * reference.spec.crop_frames + 5
    prefix, aligned = told(reference, frames)
    expected, _ = reference.advance(reference.start(prefix, seed=3, take=[0, 4], **settings), aligned, frames)
    got, state = device.advance(device.start(prefix, seed=3, take=[0, 4], **settings), aligned, frames)
    assert np.array_equal(got, expected) and state.frames == frames
    assert state.window is not None and state.window.step == state.step


def test_pieces_equal_the_whole_and_prompts_stay(pair):
    reference, device = pair
    crop = device.spec.crop_frames
    length = 2 * crop + 3
    prefix, aligned = told(device, length)
    given = np.random.default_rng(1).integers(0, 32, (device.levels, 5))

    def start():
        return device.prompt(device.start(prefix, seed=3), given, aligned)

    def advance(state, frames):
        return device.advance(state, {}, frames)

    assert_pieces_equal_whole(advance, start, length=length - 5, cuts=[(1, 2, crop, length - crop - 8), (crop + 1, crop - 3)])
    expected, _ = reference.advance(reference.prompt(reference.start(prefix, seed=3), given, aligned), {}, length - 5)
    assert np.array_equal(advance(start(), length - 5)[0], expected)


def test_a_state_of_before_is_still_good_after_its_memory_went_on(pair):
    _, device = pair
    prefix, aligned = told(device, 90)
    _, early = device.advance(device.start(prefix, seed=3), aligned, 10)
    expected, _ = device.advance(early, {}, 80)  # its window slides, and the memory serves again
    again, _ = device.advance(early, {}, 80)
    assert np.array_equal(again, expected)


def test_drawing_is_the_same_on_both_sides():
    rng = np.random.default_rng(0)
    logits, draws = rng.standard_normal((200, 40)).astype(np.float32), rng.random(200)
    draws[:2] = 0.0, 1 - 2.0**-53
    for settings in ({}, {"temperature": 0.4}, {"temperature": 0.0}, {"top_k": 5}, {"top_p": 0.6}, {"top_k": 12, "top_p": 0.9}):
        drawn = sample_on_device(torch.from_numpy(logits), torch.from_numpy(draws), **settings)
        assert np.array_equal(drawn.numpy(), sample(logits, draws, **settings)), settings


@pytest.mark.parametrize("positions", ["rotary", "t5"])
def test_static_steps_equal_the_whole_forward(positions):
    spec = TransformerSpec(layers=2, heads=2, width=32, feedforward=48, positions=positions)
    model = Transformer(spec).eval()
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3, generator=generator)
    x = torch.randn(2, 12, 32, generator=generator)
    cache, pieces, start = StaticCache(spec, batch=2, capacity=15), [], 0
    memory = [tensor.data_ptr() for pair in cache.pairs for tensor in pair]
    with torch.no_grad():
        for size in (5, 1, 1, 4, 1):
            pieces.append(model.step_static(x[:, start : start + size], cache, torch.arange(start, start + size)))
            start += size
        assert torch.allclose(torch.cat(pieces, dim=1), model(x), atol=1e-5)
    assert memory == [tensor.data_ptr() for pair in cache.pairs for tensor in pair]


def test_the_public_way(tiny_weights):
    plain, device = (Libretto.load(tiny_weights, threads=1, engine=name) for name in ("onnx", "torch"))
    assert all(type(stage) is DeviceRuntime for stage in device.stages.values())
    expected, got = (model.generate("slow sad piano", seconds=1.0, seed=7) for model in (plain, device))
    assert got.acoustic.shape == expected.acoustic.shape  # weights of 8 bits: rounding differs, and with it some draws
    chunks = [chunk.samples for chunk in device.stream("slow sad piano", seconds=1.0, seed=7, chunk_seconds=0.3)]
    assert np.concatenate(chunks, axis=1).tobytes() == got.audio.samples.tobytes()
    for name, words in (("cuda:99", "CUDA devices"), ("gpu", "expected cpu, cuda")):
        with pytest.raises(RequestError, match=words):
            _ = Libretto.load(tiny_weights, engine="torch", device=name).stages


def test_kept_tokens_turned_styles_and_what_to_avoid(pair):
    reference, device = pair
    prefix, aligned = told(device, 90)
    other = {name: (values + 5) % 16 for name, values in prefix.items()}
    kept = np.full((device.levels, 70), -1)
    kept[0, 10:30], kept[:, 60:70] = 3, 4
    results = []
    for runtime in (reference, device):
        state = runtime.keep(runtime.start(prefix, seed=3, guidance=2.0, against=other), kept)
        first, state = runtime.advance(state, aligned, 40)
        second, _ = runtime.advance(runtime.turn(state, other), {}, 50)
        results.append(np.concatenate([first, second], axis=1))
    assert np.array_equal(*results) and (results[1][0, 10:30] == 3).all() and (results[1][:, 60:70] == 4).all()
