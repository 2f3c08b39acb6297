"""A stage of pattern "delay" or "flat" whose blocks are written each by itself, as if nothing had come before. No torch.

A stage that reads its own past copies its slips on. Where conditions say nearly everything, as coarse tokens do of fine
ones, little is lost by forgetting, and a slip goes no further than its block (ours; figures in docs/evaluation.md). A
block does not depend on how it is asked for: its place gives its seed, and conditions are read as far as its end.
"""

from __future__ import annotations

import numpy as np

from .blocks import BlockRuntime
from .layout import StageInputs
from .runtime import StageRuntime, StageState


class ForgetfulRuntime(BlockRuntime):
    """``writer``, a runtime of the same stage, on blocks of one crop."""

    def __init__(self, writer: StageRuntime) -> None:
        self.spec, self.layout, self.writer = writer.spec, writer.layout, writer

    def score(self, inputs: StageInputs) -> np.ndarray:
        return self.writer.score(inputs)

    def _written(self, state: StageState) -> np.ndarray:
        start = state.origin + state.tokens.shape[2]
        begin = start // self.block * self.block
        told = {
            token.name: values[:, :, :: self.spec.target.frame_rate // token.frame_rate]
            for token, values in zip(self.spec.aligned, self._conditions(state, begin, self.block + self.layout.lead).values(), strict=True)
        }
        fresh = StageState(
            state.prefix, told, _seed(state.seed, begin // self.block), state.takes, state.sampling,
            np.full((len(state.takes), self.levels, 0), self.spec.target.blank), against=state.against, single=False,
        )
        if start > begin:
            fresh = self.writer.prompt(fresh, state.tokens[:, :, begin - state.origin :])
        if state.kept is not None:
            fresh = self.writer.keep(fresh, state.kept[:, begin : begin + self.block])
        tokens, _ = self.writer.advance(fresh, {}, begin + self.block - start)
        return tokens


def _seed(seed: int, block: int) -> int:
    """The seed of a block of a piece of ``seed``: 63 well-mixed bits."""
    return int(np.random.SeedSequence([seed, block]).generate_state(1, np.uint64)[0] >> 1)


def as_specified(runtime: StageRuntime) -> StageRuntime:
    """``runtime``, or what makes it forget where its specification says so."""
    return runtime if runtime.spec.remembers or isinstance(runtime, BlockRuntime) else ForgetfulRuntime(runtime)
