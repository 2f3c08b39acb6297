"""One advance of a delay-pattern stage whose loop stays on the device of a torch model (``engine.device_loop``).

The same tokens as ``writer.Writer`` writes, up to rounding of logits: what is told is gathered here in numpy for a
whole piece, laid on the device at once, and its tokens come back at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..config import StageSpec
from ..engine.device_loop import FREE, DeviceLoop, Standing, Told
from ..engine.torch import TorchPasses, TorchSteps
from ..errors import RequestError, require
from .forgetful import as_specified
from .from_graph import read_model
from .parallel_runtime import ParallelRuntime
from .patience import LOOK_BACK, STRENGTH, Repeats
from .runtime import StageRuntime, StageState, graph_name
from .vectors import stage_vectors
from .writer import Window, Writer, settled, slid

if TYPE_CHECKING:
    from ..weights import WeightsFolder
    from .model import TokenLM


class DeviceRuntime(StageRuntime):
    """A stage of pattern "delay" on a torch model, wherever its parameters lie."""

    def __init__(self, model: TokenLM, tables: dict[str, np.ndarray]) -> None:
        super().__init__(model.spec, "", tables, engine=TorchSteps(model))
        self._model = model

    def _write(self, state: StageState, last: int) -> None:
        _DeviceWriter(self._model, self, state, last).write()


class _DeviceWriter(Writer):
    def __init__(self, model: TokenLM, runtime: DeviceRuntime, state: StageState, last: int) -> None:
        super().__init__(runtime._engine, runtime.layout, state, last, capacity=runtime._capacity, patience=runtime._patience)
        self._model, self._steps = model, self._pattern.steps(self._spec.crop_frames)
        self._patience = runtime._patience
        self._worn = None if self._patience is None else torch.from_numpy(self._patience).to(model.rows.device)

    def write(self) -> None:
        state = self._state
        while state.step < self._moved + self._last:
            frame, spare = state.step, None
            if frame - state.first >= self._spec.crop_frames:
                spare, state.first, state.window = state.window, slid(self._spec, state.first, frame), None
            step, first = state.step - self._moved, state.first - state.origin
            if state.window is None:
                state.window = self._opened(step, spare)
            stop = min(self._last, first + self._spec.crop_frames)
            told = self._told(step, stop)
            written = state.window.cache.write(told, step=step - first).numpy()
            for level in range(len(self._level)):
                skipped = max(0, level - step)  # steps before the level's first frame
                state.tokens[:, level, step - level + skipped : stop - level] = written[skipped:, :, level].T
            state.step += stop - step
            state.window.step, state.window.position = state.step, state.window.position + stop - step

    def _opened(self, step: int, spare: Window | None) -> Window:
        """A window whose steps before ``step`` are read; ``spare``'s memory serves again where there is one."""
        state, first = self._state, self._state.first - self._state.origin
        if spare is not None:
            loop, spare.step = spare.cache, -1  # states of before open theirs anew
        else:
            loop = DeviceLoop(
                self._model, takes=len(state.takes), capacity=self._steps, sampling=state.sampling, patience=self._worn,
                strength=STRENGTH, look_back=LOOK_BACK,
            )
        inputs = self._opening(step)
        before = inputs.slice(0, inputs.ids.shape[1] - 1)
        loop.read(*(torch.from_numpy(np.ascontiguousarray(array)) for array in (before.ids, before.guess, before.known)))
        loop.begin(self._standing(step, first), step=step - first, place=before.ids.shape[1])
        return Window(loop, state.step, before.ids.shape[1])

    def _standing(self, step: int, first: int) -> Standing:
        """What the steps before ``step`` have left: the tokens last written, their latents, and how long they last."""
        state, layout = self._state, self._layout
        frames = step - 1 - self._level
        seen = np.maximum(frames, 0)
        last = np.where(frames >= first, state.tokens[:, self._level, seen], self._spec.target.blank)
        start = max(0, step - 1 - len(self._level))
        tokens = np.tile(state.tokens[:, :, start : step + 1], (1 + self._guided, 1, 1))
        told = {name: values[..., start:] for name, values in self._conditions.items()}
        latents = layout.partial_latents(tokens, told)[:, self._level + 1, np.maximum(frames - start, 0)]
        repeated, run = np.full_like(last, -1), np.zeros_like(last)
        if self._patience is not None:
            counted = Repeats(self._patience, state.tokens, step - self._level)
            repeated, run = counted.last, counted.counts
        return Standing(*(torch.from_numpy(np.ascontiguousarray(array)) for array in (last, latents, repeated, run)))

    def _told(self, step: int, stop: int) -> Told:
        state, layout, count = self._state, self._layout, stop - step
        steps = np.arange(step, stop)
        rows = len(state.takes) * (1 + self._guided)
        added = layout.added_ids(self._prefix, self._conditions, steps)
        added = np.broadcast_to(added, (rows, *added.shape[1:])).transpose(1, 0, 2)
        told = {name: values[..., step:stop] for name, values in self._conditions.items()}
        blank = np.full((rows, len(self._level), count), self._spec.target.blank)
        base = layout.partial_latents(blank, told)[:, 0].transpose(1, 0, 2)
        draws = np.array([[uniforms.draw(self._moved + at, len(self._level)) for uniforms in self._uniforms] for at in steps])
        frames = steps[:, None] - self._level  # [S, K]
        stand = state.tokens[:, self._level, np.maximum(frames, 0)].transpose(1, 0, 2)  # [S, B, K]
        stands = np.broadcast_to((frames < max(self._given, 0))[:, None], stand.shape)
        forced = np.where(stands, np.where(frames[:, None] < 0, self._spec.target.blank, stand), FREE)
        if state.kept is not None:
            forced = settled(state.kept, self._level, frames[:, None] + state.origin, otherwise=forced)
        return Told(*(torch.from_numpy(np.array(array)) for array in (added, base, draws, forced)))


def open_torch_stage(weights: WeightsFolder, spec: StageSpec, *, device: str) -> StageRuntime:
    """The runtime of a stage of a weights folder on torch; the graph's matrices are read back into float32.

    Raises:
        RequestError: torch sees no such device.
        MissingExtra: torch or onnx is not installed.
    """
    require("onnx", extra="train")
    if not re.fullmatch(r"cpu|cuda(:\d+)?", device):
        raise RequestError(f"device is {device!r}, expected cpu, cuda or cuda:<number>")
    kind = torch.device(device)
    if kind.type == "cuda" and (kind.index or 0) >= torch.cuda.device_count():
        raise RequestError(f"device {device!r} is not there: torch {torch.__version__} sees {torch.cuda.device_count()} CUDA devices; "
                           "use device 'cpu', or install a torch built for CUDA")
    vectors = stage_vectors(weights.config, spec.name, weights.tables)
    model = read_model(weights.path / graph_name(spec), spec, vectors).to(kind)
    if spec.pattern == "parallel":
        return ParallelRuntime(spec, "", weights.tables, engine=TorchPasses(model))
    if spec.pattern == "delay" and not model.layout.flattened:
        return as_specified(DeviceRuntime(model, weights.tables))
    return as_specified(StageRuntime(spec, "", weights.tables, engine=TorchSteps(model)))
