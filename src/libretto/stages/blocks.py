"""Stages that write whole blocks on a fixed grid, whatever pieces are asked for. No torch."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from ..errors import RequestError
from .layout import Tokens
from .runtime import StageRuntime, StageState


class BlockRuntime(StageRuntime):
    """The verbs of ``StageRuntime`` over ``_written``, which writes the rest of a block.

    ``advance`` writes whole blocks and keeps what was not asked for yet; a piece that ends within a block is the
    beginning of that block, whose conditions hold their last frame from there on.
    """

    @property
    def block(self) -> int:
        """Frames written at once."""
        return self.spec.block_frames

    @property
    def lead(self) -> int:
        """Target frames of conditions to give beyond the frames asked for: to the end of their block, and its lookahead."""
        return self.block - 1 + self.layout.lead

    def prompt(self, state: StageState, tokens: np.ndarray, aligned: Tokens | None = None) -> StageState:
        given = self._prompted(state, tokens)
        state = self._told(state, aligned or {})
        state.tokens, state.frames, state.given = given, given.shape[2], given.shape[2]
        return state

    def advance(
        self, state: StageState, aligned: Tokens | None = None, frames: int = 0
    ) -> tuple[np.ndarray, StageState]:
        """Write the next ``frames`` frames; see ``StageRuntime.advance``."""
        if frames < 0:
            raise RequestError(f"frames is {frames}, expected 0 or more")
        state = self._told(state, aligned or {})
        for token in self.spec.aligned:
            if frames and not state.aligned[token.name].shape[2]:
                raise RequestError(f"stage {self.spec.name} needs {token.name} tokens; give them to advance")
        goal = state.frames + frames
        while state.origin + state.tokens.shape[2] < goal:
            state.tokens = np.concatenate([state.tokens, self._written(state)], axis=2)
        written = state.tokens[:, :, state.frames - state.origin : goal - state.origin].copy()
        state.frames = goal
        self._trim(state)
        return (written[0] if state.single else written), state

    @abstractmethod
    def _written(self, state: StageState) -> np.ndarray:
        """The rest of the block that the first unwritten frame lies in: int64 [B, K, N]."""

    def _first(self, stop: int) -> int:
        """The first frame that the block before frame ``stop`` looks at."""
        return max(0, stop - self.spec.crop_frames) // self.block * self.block

    def _conditions(self, state: StageState, start: int, frames: int) -> Tokens:
        """The aligned conditions of ``frames`` frames from ``start`` on, at the target's rate; past their end the last frame holds."""
        told = {}
        for token in self.spec.aligned:
            values = state.aligned[token.name]
            at = (start - state.origin + np.arange(frames)) // (self.spec.target.frame_rate // token.frame_rate)
            told[token.name] = values[:, :, np.minimum(at, values.shape[2] - 1)]
        return told

    def _trim(self, state: StageState) -> None:
        """Drop what neither the frames still to be handed out nor a later block looks at."""
        written = state.origin + state.tokens.shape[2]
        origin = min(state.frames // self.block * self.block, self._first((written // self.block + 1) * self.block))
        gone = max(0, origin - state.origin)
        if gone:
            state.origin += gone
            state.tokens = state.tokens[:, :, gone:].copy()
            for token in self.spec.aligned:
                first = gone * token.frame_rate // self.spec.target.frame_rate
                state.aligned[token.name] = state.aligned[token.name][:, :, first:].copy()
