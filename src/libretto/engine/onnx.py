"""ONNX Runtime sessions, and the step engine the stages run on by default. onnxruntime is imported at first use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import TransformerSpec
from ..errors import WeightsError
from ..nn.positions import relative_buckets

if TYPE_CHECKING:
    import onnxruntime

MOST_THREADS = 4  # by default: the steps of small models gain nothing from more; ours
BUCKETS_INPUT = "buckets"  # present in graphs with T5 positions


def session(path: Path | str, *, threads: int | None = None) -> onnxruntime.InferenceSession:
    """A CPU session of the graph at ``path``.

    Args:
        threads: threads of one operator, ``default_threads`` when None. Idle threads sleep: spinning ones collapse
            when another process takes a core.

    Raises:
        WeightsError: the file is missing, corrupted, or not a graph this onnxruntime can run.
    """
    import onnxruntime as runtime

    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"{path} does not exist; export or install the weights again")
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = default_threads() if threads is None else max(1, threads)
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a dozen classes of its own
        line = " ".join(str(error).split())[:200]
        raise WeightsError(f"{path} is not a graph that onnxruntime {runtime.__version__} can run ({line}); "
                           "export or install the weights again") from error


def default_threads() -> int:
    """OMP_NUM_THREADS where it is set, else the cores this process may use, at most ``MOST_THREADS``."""
    stated = os.environ.get("OMP_NUM_THREADS", "")
    if stated.isdigit() and int(stated) > 0:
        return int(stated)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_THREADS, cores)


@dataclass
class OnnxCache:
    """Keys and values of every layer, [B, H, capacity, D] each; the graph writes into them in place."""

    keys: list[Any]
    values: list[Any]
    step: _BoundStep | None = None  # made at the first single step


@dataclass
class _BoundStep:
    """A binding for single steps: its inputs are overwritten, nothing is allocated."""

    binding: Any
    inputs: dict[str, Any]
    logits: Any


class OnnxSteps:
    """The step graph of one stage: N steps in, logits out, the cache updated."""

    def __init__(self, path: Path | str, spec: TransformerSpec, *, threads: int | None = None) -> None:
        self.spec = spec
        self._session = session(path, threads=threads)
        names = {value.name for value in self._session.get_inputs()}
        missing = {"ids", "guess", "known", f"past_key_{spec.layers - 1}"} - names
        if missing or f"past_key_{spec.layers}" in names:
            raise WeightsError(f"{path} is no step graph of {spec.layers} layers; export the weights again")
        self._relative = BUCKETS_INPUT in names
        self._logits = next(value.shape[2:] for value in self._session.get_outputs() if value.name == "logits")  # K, V

    def open(self, batch: int, capacity: int) -> OnnxCache:
        """An empty cache for ``batch`` rows and ``capacity`` steps."""
        from onnxruntime import OrtValue

        shape = (batch, self.spec.heads, capacity, self.spec.head_width)

        def empty() -> list[Any]:
            return [OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32)) for _ in range(self.spec.layers)]

        return OnnxCache(empty(), empty())

    def copy(self, cache: OnnxCache) -> OnnxCache:
        """An independent copy."""
        from onnxruntime import OrtValue

        def copied(group: list[Any]) -> list[Any]:
            return [OrtValue.ortvalue_from_numpy(value.numpy().copy()) for value in group]

        return OnnxCache(copied(cache.keys), copied(cache.values))

    def run(self, cache: OnnxCache, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, position: int) -> np.ndarray:
        """Steps ``position`` on (all of a fresh cache, or one): ids [B, N, J] ... to logits float32 [B, N, K, V]."""
        batch, steps = ids.shape[:2]
        total = position + steps
        feeds = {
            "ids": ids, "guess": guess, "known": known,
            "last": np.full(batch, total - 1, np.int32), "total": np.array([total], np.int32),
        }
        if self._relative:  # the buckets grow with every step, so nothing can stay bound
            feeds[BUCKETS_INPUT] = relative_buckets(steps, total)
        elif steps == 1:
            return self._single(cache, feeds)
        binding = self._bound(cache)
        for name, array in feeds.items():
            binding.bind_cpu_input(name, np.ascontiguousarray(array))
        binding.bind_output("logits")
        self._session.run_with_iobinding(binding)
        return binding.get_outputs()[-1].numpy()

    def _bound(self, cache: OnnxCache) -> Any:
        """A binding whose present keys and values are the past ones."""
        binding = self._session.io_binding()
        for layer in range(self.spec.layers):
            for role, group in (("key", cache.keys), ("value", cache.values)):
                binding.bind_ortvalue_input(f"past_{role}_{layer}", group[layer])
                binding.bind_ortvalue_output(f"present_{role}_{layer}", group[layer])
        return binding

    def _single(self, cache: OnnxCache, feeds: dict[str, np.ndarray]) -> np.ndarray:
        from onnxruntime import OrtValue

        if cache.step is None:
            binding = self._bound(cache)
            inputs = {name: OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array)) for name, array in feeds.items()}
            for name, value in inputs.items():
                binding.bind_ortvalue_input(name, value)
            logits = OrtValue.ortvalue_from_shape_and_type([len(feeds["ids"]), 1, *self._logits], np.float32)
            binding.bind_ortvalue_output("logits", logits)
            cache.step = _BoundStep(binding, inputs, logits)
        for name, array in feeds.items():
            cache.step.inputs[name].update_inplace(np.ascontiguousarray(array))
        self._session.run_with_iobinding(cache.step.binding)
        return cache.step.logits.numpy()
