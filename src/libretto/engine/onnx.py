"""ONNX Runtime sessions, and the step engine the stages run on by default. onnxruntime is imported at first use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import TransformerSpec
from ..errors import RequestError, WeightsError, did_you_mean
from ..nn.positions import relative_buckets

if TYPE_CHECKING:
    import onnxruntime

MOST_THREADS = 4  # by default: the steps of small models gain nothing from more; ours
BUCKETS_INPUT = "buckets"  # present in graphs with T5 positions
PROVIDERS = {
    "cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider", "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
}
_WHEELS = {"cuda": "onnxruntime-gpu", "directml": "onnxruntime-directml"}


def session(path: Path | str, *, threads: int | None = None, provider: str = "cpu") -> onnxruntime.InferenceSession:
    """A session of the graph at ``path``.

    Args:
        threads: threads of one operator, ``default_threads`` when None. Idle threads sleep: spinning ones collapse
            when another process takes a core.
        provider: one of ``PROVIDERS``; operators it lacks run on the processor.

    Raises:
        WeightsError: the file is missing, corrupted, or not a graph this onnxruntime can run.
        RequestError: this onnxruntime does not offer ``provider``.
    """
    import onnxruntime as runtime

    providers = [check_provider(provider), PROVIDERS["cpu"]][: 1 if provider == "cpu" else 2]
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
        return runtime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:  # onnxruntime raises a dozen classes of its own
        line = " ".join(str(error).split())[:200]
        raise WeightsError(f"{path} is not a graph that onnxruntime {runtime.__version__} can run ({line}); "
                           "export or install the weights again") from error


def check_provider(provider: str) -> str:
    """The onnxruntime class of ``provider``.

    Raises:
        RequestError: there is no such provider, or this onnxruntime does not offer it.
    """
    import onnxruntime as runtime

    if provider not in PROVIDERS:
        raise RequestError(f"unknown provider {provider!r}; {did_you_mean(str(provider), list(PROVIDERS))}")
    offered = runtime.get_available_providers()
    if PROVIDERS[provider] not in offered:
        have = ", ".join(name for name, kind in PROVIDERS.items() if kind in offered)
        wheel = _WHEELS.get(provider)
        hint = f"pip install {wheel} in place of onnxruntime" if wheel else "an onnxruntime built with it is needed"
        raise RequestError(f"provider {provider!r} is not in this onnxruntime {runtime.__version__}, which offers {have}; {hint}")
    return PROVIDERS[provider]


def default_threads() -> int:
    """OMP_NUM_THREADS where it is set, else the cores this process may use, at most ``MOST_THREADS``."""
    stated = os.environ.get("OMP_NUM_THREADS", "")
    if stated.isdigit() and int(stated) > 0:
        return int(stated)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_THREADS, cores)


@dataclass
class OnnxCache:
    """Keys and values of every layer, float32 [2, L, B, H, capacity, D]; the graph writes into them in place."""

    memory: np.ndarray
    single: Any = None  # what an engine prepares at the first single step


@dataclass
class _BoundStep:
    """A binding for single steps whose inputs and logits lie in numpy's own memory: nothing is allocated or copied out."""

    binding: Any
    feeds: dict[str, np.ndarray]
    logits: np.ndarray
    values: list[Any]  # onnxruntime's views of the arrays, kept alive with them


class OnnxSteps:
    """The step graph of one stage: N steps in, logits out, the cache updated."""

    def __init__(self, path: Path | str, spec: TransformerSpec, *, threads: int | None = None, provider: str = "cpu") -> None:
        self.spec = spec
        self._session = session(path, threads=threads, provider=provider)
        names = {value.name for value in self._session.get_inputs()}
        missing = {"ids", "guess", "known", f"past_key_{spec.layers - 1}"} - names
        if missing or f"past_key_{spec.layers}" in names:
            raise WeightsError(f"{path} is no step graph of {spec.layers} layers; export the weights again")
        self._relative = BUCKETS_INPUT in names
        self._logits = next(value.shape[2:] for value in self._session.get_outputs() if value.name == "logits")  # K, V

    def open(self, batch: int, capacity: int) -> OnnxCache:
        """An empty cache for ``batch`` rows and ``capacity`` steps."""
        spec = self.spec
        return OnnxCache(np.zeros((2, spec.layers, batch, spec.heads, capacity, spec.head_width), np.float32))

    def copy(self, cache: OnnxCache) -> OnnxCache:
        """An independent copy."""
        return OnnxCache(cache.memory.copy())

    def run(self, cache: OnnxCache, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, *, position: int) -> np.ndarray:
        """Steps ``position`` on (all of a fresh cache, or one): ids [B, N, J] ... to logits float32 [B, N, K, V].

        The logits of a single step lie in memory that the cache's next step overwrites.
        """
        batch, steps = ids.shape[:2]
        if steps == 1 and not self._relative:  # T5's buckets grow with every step, so nothing could stay bound
            return self._single(cache, ids, guess, known, position)
        total = position + steps
        feeds = {
            "ids": ids, "guess": guess, "known": known,
            "last": np.full(batch, total - 1, np.int32), "total": np.array([total], np.int32),
        }
        if self._relative:
            feeds[BUCKETS_INPUT] = relative_buckets(steps, total)
        binding = self._bound(cache)
        for name, array in feeds.items():
            binding.bind_cpu_input(name, np.ascontiguousarray(array))
        binding.bind_output("logits")
        self._session.run_with_iobinding(binding)
        return binding.get_outputs()[-1].numpy()

    def _bound(self, cache: OnnxCache) -> Any:
        """A binding whose present keys and values are the past ones."""
        binding = self._session.io_binding()
        for role, layers in zip(("key", "value"), cache.memory, strict=True):
            for layer, array in enumerate(layers):
                shared = _shared(array)
                binding.bind_ortvalue_input(f"past_{role}_{layer}", shared)
                binding.bind_ortvalue_output(f"present_{role}_{layer}", shared)
        return binding

    def _single(self, cache: OnnxCache, ids: np.ndarray, guess: np.ndarray, known: np.ndarray, position: int) -> np.ndarray:
        if cache.single is None:
            cache.single = self._bound_step(cache, ids, guess, known)
        step: _BoundStep = cache.single
        feeds = step.feeds
        feeds["ids"][...] = ids
        feeds["guess"][...] = guess
        feeds["known"][...] = known
        feeds["last"][:] = position
        feeds["total"][0] = position + 1
        self._session.run_with_iobinding(step.binding)
        return step.logits

    def _bound_step(self, cache: OnnxCache, ids: np.ndarray, guess: np.ndarray, known: np.ndarray) -> _BoundStep:
        batch = len(ids)
        feeds: dict[str, np.ndarray] = {
            "ids": np.zeros(ids.shape, np.int64), "guess": np.zeros(guess.shape, np.float32),
            "known": np.zeros(known.shape, np.float32), "last": np.zeros(batch, np.int32), "total": np.zeros(1, np.int32),
        }
        logits = np.zeros((batch, 1, *self._logits), np.float32)
        values = {name: _shared(array) for name, array in feeds.items()}
        output = _shared(logits)
        binding = self._bound(cache)
        for name, value in values.items():
            binding.bind_ortvalue_input(name, value)
        binding.bind_ortvalue_output("logits", output)
        return _BoundStep(binding, feeds, logits, [*values.values(), output])


def _shared(array: np.ndarray) -> Any:
    """onnxruntime's view of ``array`` [contiguous, on the processor]: what the one writes the other reads."""
    from onnxruntime import OrtValue

    return OrtValue.ortvalue_from_numpy(array)
