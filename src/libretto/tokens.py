"""Token specifications and how levels are laid out in time. The only place that knows an offset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TokenSpec:
    """``levels`` codebooks of ``codebook_size`` tokens each, ``frame_rate`` frames a second (0: one frame a clip)."""

    name: str
    levels: int
    codebook_size: int
    frame_rate: int

    def __post_init__(self) -> None:
        from .errors import ConfigError

        if self.levels < 1 or self.codebook_size < 2 or self.frame_rate < 0:
            raise ConfigError(
                f"{self.name} tokens have levels {self.levels}, codebook_size {self.codebook_size}, frame_rate "
                f"{self.frame_rate}; expected at least 1, 2 and 0"
            )

    @property
    def tokens_per_second(self) -> int:
        return self.levels * self.frame_rate

    @property
    def bits_per_second(self) -> float:
        return self.tokens_per_second * float(np.log2(self.codebook_size))

    @property
    def blank(self) -> int:
        """The id that stands for "no token": start, outside the pattern, dropped condition."""
        return self.codebook_size

    @property
    def vocabulary(self) -> int:
        """Ids of one level, the blank included."""
        return self.codebook_size + 1


PATTERNS = ("flat", "delay", "parallel")


@dataclass(frozen=True)
class Pattern:
    """How ``levels`` tokens a frame are laid out in decoding steps.

    ``flat``: one token a step, frame by frame (AudioLM 2209.03143). ``delay``: one token of every level a step, level
    k of frame t at step t + k (MusicGen 2306.05284). In both, a token is written after the levels below it of its
    frame and after all levels up to its own of the frame before. ``parallel``: a step is a frame, and a whole block of
    frames is written level by level in a few passes (SoundStorm 2305.09636; see ``stages.masked``).
    """

    name: str
    levels: int

    def __post_init__(self) -> None:
        from .errors import ConfigError, did_you_mean

        if self.name not in PATTERNS:
            raise ConfigError(f"unknown pattern {self.name!r}; {did_you_mean(self.name, list(PATTERNS))}")

    @property
    def lag(self) -> int:
        """Steps between the first and the last token of one frame."""
        return 0 if self.name == "parallel" else self.levels - 1

    def steps(self, frames: int) -> int:
        """Steps S that ``frames`` whole frames take."""
        if frames == 0:
            return 0
        return frames * self.levels if self.name == "flat" else frames + self.lag

    def first_step(self, frame: int) -> int:
        """The step of level 0 of ``frame``."""
        return frame * self.levels if self.name == "flat" else frame

    def frame(self, step: int | np.ndarray) -> int | np.ndarray:
        """The frame whose condition belongs to ``step``: that of the lowest level written there."""
        return step // self.levels if self.name == "flat" else step

    def index(self, frames: int) -> np.ndarray:
        """The step of every token: int64 [K, T]."""
        levels, times = np.arange(self.levels)[:, None], np.arange(frames)[None, :]
        if self.name == "flat":
            return times * self.levels + levels
        return times + levels if self.name == "delay" else np.repeat(times, self.levels, axis=0)

    def written(self, step: int, frames: int) -> tuple[np.ndarray, np.ndarray]:
        """Levels and frames [n], [n] of the tokens that ``step`` writes, frames outside 0..frames - 1 left out."""
        if self.name == "flat":
            levels = np.array([step % self.levels])
            times = np.array([step // self.levels])
        else:
            levels = np.arange(self.levels)
            times = step - levels if self.name == "delay" else np.full(self.levels, step)
        inside = (times >= 0) & (times < frames)
        return levels[inside], times[inside]

    def lay(self, tokens: np.ndarray, *, fill: float) -> np.ndarray:
        """[B, K, T, ...] to steps [B, S, K, ...]; what no token fills is ``fill``."""
        batch, levels, frames = tokens.shape[:3]
        grid = np.full((batch, self.steps(frames), levels, *tokens.shape[3:]), fill, tokens.dtype)
        for level, steps in enumerate(self.index(frames)):
            grid[:, steps, level] = tokens[:, level]
        return grid

    def gather(self, grid: np.ndarray, frames: int) -> np.ndarray:
        """The inverse of ``lay``: steps [B, S, K, ...] to [B, K, T, ...]."""
        return np.stack([grid[:, steps, level] for level, steps in enumerate(self.index(frames))], axis=1)
