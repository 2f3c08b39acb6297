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
