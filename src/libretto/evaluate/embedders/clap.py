"""LAION-CLAP (2211.06687) through transformers, from a local folder such as that of ``laion/larger_clap_music``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...errors import WeightsError, require
from .base import Embedder, looped_windows, weights_folder

_HOP_SECONDS = 1.0  # of windows of 10 s, as fadtk takes them (2311.01616)
_TOGETHER = 8


class Clap(Embedder):
    """Unit vectors of the joint space. Windows are whole, so the front end's random crops of long audio never come into play.

    ``folder`` holds config.json, preprocessor_config.json and the weights as transformers writes them.
    """

    name = "clap"

    def __init__(self, folder: Path | None) -> None:
        folder = weights_folder(folder, name=self.name, files=("config.json",), source="as transformers saves a ClapModel")
        transformers = require("transformers", extra="evaluate")
        self._torch = require("torch", extra="evaluate")
        try:
            self._front = transformers.ClapFeatureExtractor.from_pretrained(folder, local_files_only=True)
            self._model, loading = transformers.ClapAudioModelWithProjection.from_pretrained(
                folder, local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise WeightsError(f"{folder} cannot be read as CLAP ({' '.join(str(error).split())}); save a ClapModel there") from error
        complete(loading, folder)
        self._model.eval()
        self.sample_rate = int(self._front.sampling_rate)
        self.dimension = int(self._model.config.projection_dim)
        self.window_seconds = float(self._front.max_length_s)
        self._folder = folder.name

    @property
    def described(self) -> str:
        return f"clap ({self._folder})"

    def windows(self, samples: np.ndarray) -> np.ndarray:
        length = int(self._front.nb_max_samples)
        clips = looped_windows(samples, length, round(_HOP_SECONDS * self.sample_rate))
        parts = []
        for start in range(0, len(clips), _TOGETHER):
            told = self._front(clips[start : start + _TOGETHER], sampling_rate=self.sample_rate, return_tensors="pt")
            whole = self._torch.zeros((len(told["input_features"]), 1), dtype=self._torch.bool)  # no window is longer than 10 s
            with self._torch.inference_mode():
                vectors = self._model(input_features=told["input_features"].float(), is_longer=whole).audio_embeds
            parts.append(self._torch.nn.functional.normalize(vectors, dim=-1).numpy())
        return np.concatenate(parts)


def complete(loading: dict[str, object], folder: Path) -> None:
    """Raise WeightsError where weights are missing or of other shapes; those of other parts may be there."""
    missing = sorted(str(name) for name in loading.get("missing_keys") or ())  # type: ignore[attr-defined]
    if missing or loading.get("mismatched_keys"):
        names = ', '.join(missing[:2]) or 'shapes differ'
        raise WeightsError(f"{folder} lacks {len(missing)} weights ({names}); download the folder again")
