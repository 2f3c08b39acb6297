"""What a user asks for, checked once at the edge, and what comes back."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .audio import Waveform
from .errors import RequestError
from .files import atomic

PROMPT_LIMIT = 2_000  # characters; the text tower reads about a hundred word pieces
SECONDS_LIMIT = 3_600.0
TAKES_LIMIT = 64
SEED_LIMIT = 2**63


@dataclass(frozen=True)
class Request:
    """One wish: a sentence, a length, a seed. Fields left at None take the model's own defaults."""

    prompt: str
    seconds: float = 10.0
    seed: int = 0
    takes: int = 1
    guidance: float | None = None  # classifier-free guidance of the stages that hear the style; 1 is off
    temperature: float | None = None  # multiplies each stage's own temperature
    top_k: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.prompt, str) or not self.prompt.strip():
            raise RequestError("the prompt is empty; describe the music in a few words, e.g. 'calm piano, slow'")
        if len(self.prompt) > PROMPT_LIMIT:
            raise RequestError(f"the prompt has {len(self.prompt):,} characters, at most {PROMPT_LIMIT:,} are read; shorten it")
        self._number("seconds", self.seconds, 0.1, SECONDS_LIMIT)
        self._whole("seed", self.seed, 0, SEED_LIMIT - 1)
        self._whole("takes", self.takes, 1, TAKES_LIMIT)
        if self.guidance is not None:
            self._number("guidance", self.guidance, 0.0, 20.0)
        if self.temperature is not None:
            self._number("temperature", self.temperature, 0.01, 5.0)
        if self.top_k is not None:
            self._whole("top_k", self.top_k, 0, 1_000_000)

    @staticmethod
    def _number(name: str, value: float, low: float, high: float) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or not low <= value <= high:
            raise RequestError(f"{name} is {value!r}, expected a number from {low:g} to {high:g}")

    @staticmethod
    def _whole(name: str, value: int, low: int, high: int) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
            raise RequestError(f"{name} is {value!r}, expected a whole number from {low} to {high}")


@dataclass
class Take:
    """One piece of music and everything it was made from.

    ``style`` [K], ``semantic`` [1, T25] and ``acoustic`` [K, T] are token ids; ``take`` counts from 0 within the request.
    """

    request: Request
    take: int
    style: np.ndarray
    semantic: np.ndarray
    acoustic: np.ndarray
    audio: Waveform
    timing: dict[str, float] = field(default_factory=dict)  # seconds spent in each part

    @property
    def seed(self) -> int:
        return self.request.seed

    def save(self, path: str | Path) -> None:
        """Write request and tokens (no audio: ``libretto decode`` brings it back) as .npz, atomically."""
        with atomic(Path(path)) as temporary, open(temporary, "wb") as stream:
            np.savez_compressed(
                stream,
                tokens=self.acoustic.astype(np.uint16),
                semantic=self.semantic.astype(np.uint16),
                style=self.style.astype(np.uint16),
                request=json.dumps(dataclasses.asdict(self.request) | {"take": self.take}),
            )
