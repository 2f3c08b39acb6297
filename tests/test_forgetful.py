"""A stage that forgets: its blocks are its writer's own, piece by piece the same, and nothing crosses their borders."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from contract import assert_pieces_equal_whole
from libretto import Libretto
from libretto.config import preset
from libretto.config_file import save_config
from libretto.errors import ConfigError
from libretto.stages.forgetful import ForgetfulRuntime
from libretto.stages.opening import open_stage
from libretto.weights import open_weights, write_manifest

TINY = preset("tiny")
SPEC = dataclasses.replace(TINY, forgetful=("fine",), crops=TINY.crops | {"fine": 0.24}).stage("fine")
BLOCK = 12


@pytest.fixture(scope="module")
def runtime(tiny_weights):
    opened = open_weights(tiny_weights)
    made = open_stage(SPEC, opened.path, opened.tables)
    assert isinstance(made, ForgetfulRuntime) and made.block == BLOCK
    return made


def coarse(frames: int, *, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 32, (2, frames))


def written(runtime, told, frames, **start):
    return runtime.advance(runtime.start(**{"seed": 3, **start}), {"coarse": told}, frames)[0]


def test_pieces_equal_the_whole(runtime):
    length = 5 * BLOCK + 5
    told = coarse(length + runtime.lead)

    def start():
        return runtime.prompt(runtime.start(seed=3), np.zeros((2, 0)), {"coarse": told})

    assert_pieces_equal_whole(lambda state, frames: runtime.advance(state, {}, frames), start, length=length,
                              cuts=[(1, 2, BLOCK, length - BLOCK - 3), (BLOCK + 1, length - BLOCK - 1)])


def test_a_block_depends_on_its_own_conditions_alone(runtime):
    told = coarse(4 * BLOCK + runtime.lead)
    other = np.concatenate([coarse(2 * BLOCK, seed=6), told[:, 2 * BLOCK :]], axis=1)
    first, second = written(runtime, told, 4 * BLOCK), written(runtime, other, 4 * BLOCK)
    assert not np.array_equal(first[:, :BLOCK], second[:, :BLOCK])
    assert np.array_equal(first[:, 2 * BLOCK :], second[:, 2 * BLOCK :])  # a stage that remembers would differ
    remembering = runtime.writer.advance(runtime.writer.start(seed=3), {"coarse": told}, 4 * BLOCK)[0]
    assert not np.array_equal(remembering[:, 2 * BLOCK :], first[:, 2 * BLOCK :])


def test_blocks_have_seeds_of_their_own(runtime):
    """The same conditions in every block do not make the same tokens."""
    told = np.tile(coarse(BLOCK), (1, 4))
    tokens = written(runtime, told, 3 * BLOCK)
    assert not np.array_equal(tokens[:, :BLOCK], tokens[:, BLOCK : 2 * BLOCK])


def test_takes_side_by_side_are_those_made_alone(runtime):
    told = coarse(3 * BLOCK + runtime.lead)
    together = written(runtime, told, 3 * BLOCK, take=range(3))
    for take in range(3):
        assert np.array_equal(together[take], written(runtime, told, 3 * BLOCK, take=take))


def test_prompts_and_kept_tokens_stay(runtime):
    told, given = coarse(3 * BLOCK + runtime.lead), np.full((2, BLOCK + 5), 7)
    state = runtime.prompt(runtime.start(seed=3), given, {"coarse": told})
    rest, state = runtime.advance(state, {}, 2 * BLOCK - 5)
    assert rest.shape == (2, 2 * BLOCK - 5) and state.frames == 3 * BLOCK
    free = written(runtime, told, 3 * BLOCK)
    assert np.array_equal(rest[:, -BLOCK:], free[:, -BLOCK:])  # the prompt ended in the block before
    kept = np.full((2, 2 * BLOCK), -1)
    kept[:, BLOCK - 2 : BLOCK + 3] = 9
    tokens, _ = runtime.advance(runtime.keep(runtime.start(seed=3), kept), {"coarse": told}, 3 * BLOCK)
    assert (tokens[:, BLOCK - 2 : BLOCK + 3] == 9).all() and not (tokens == 9).all()


def test_a_state_does_not_grow_with_the_music(runtime):
    length = 12 * BLOCK
    told, state, sizes = coarse(length + runtime.lead), runtime.start(seed=3), []
    whole, pieces, given = written(runtime, told, length), [], 0
    while state.frames < length:
        upto = min(told.shape[1], state.frames + 7 + runtime.lead)
        piece, state = runtime.advance(state, {"coarse": told[:, given:upto]}, min(7, length - state.frames))
        pieces.append(piece)
        sizes.append(state.tokens.shape[2] + state.aligned["coarse"].shape[2])
        given = upto
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)
    assert max(sizes[len(sizes) // 2 :]) <= max(sizes[: len(sizes) // 2]) + 7 < length


def test_the_whole_road(tiny_weights, tmp_path):
    import shutil

    folder = tmp_path / "weights"
    shutil.copytree(tiny_weights, folder)
    config = dataclasses.replace(open_weights(tiny_weights).config, forgetful=("fine",))
    save_config(config, folder / "config.json")
    write_manifest(folder)
    one, two = (Libretto.load(folder, threads=threads) for threads in (1, 2))
    assert isinstance(one.stages["fine"], ForgetfulRuntime) and one.config == config
    take = one.generate("slow piano", seconds=2.345, seed=7, draft=False)
    assert take.acoustic.shape == (4, 118)
    assert two.generate("slow piano", seconds=2.345, seed=7, draft=False).audio.samples.tobytes() == take.audio.samples.tobytes()
    chunks = [chunk.samples for chunk in one.stream("slow piano", seconds=2.345, seed=7, chunk_seconds=0.3, draft=False)]
    assert np.concatenate(chunks, axis=1).tobytes() == take.audio.samples.tobytes()
    old = Libretto.load(tiny_weights).generate("slow piano", seconds=2.345, seed=7, draft=False)
    assert np.array_equal(old.acoustic[:2], take.acoustic[:2]) and not np.array_equal(old.acoustic, take.acoustic)


def test_what_cannot_forget_is_refused():
    with pytest.raises(ConfigError, match="can only forget"):
        dataclasses.replace(TINY, forgetful=("semantic",), controls=()).stage("semantic")
    with pytest.raises(ConfigError, match="can only forget"):
        dataclasses.replace(TINY, forgetful=("fine",), patterns={"fine": "parallel"}).stage("fine")
    with pytest.raises(ConfigError, match="forgetful are given for loud"):
        dataclasses.replace(TINY, forgetful=("loud",))
