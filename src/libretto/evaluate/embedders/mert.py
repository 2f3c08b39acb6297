"""MERT (2306.00107) from a local folder such as that of ``m-a-p/MERT-v1-95M``.

The folder's own Python code is not run: MERT-v1 is transformers' HuBERT under other names (its "relaxed" attention is the
same softmax, shifted), so its weights are read into that. Variants that are more than that (a CQT front end, deep norm) are refused.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ...errors import WeightsError, require
from .base import Embedder, looped_windows, weights_folder
from .clap import complete

_WINDOW_SECONDS = 5.0  # what MERT was trained on; the mean over a window's frames is taken (ours: fadtk takes every frame)
_OWN = ("model_type", "auto_map", "architectures")  # what the configuration says of the folder's own code


class Mert(Embedder):
    """The mean of the last layer over windows of 5 s. ``folder`` holds config.json, preprocessor_config.json and weights."""

    name = "mert"

    def __init__(self, folder: Path | None) -> None:
        folder = weights_folder(folder, name=self.name, files=("config.json",), source="as downloaded from m-a-p/MERT-v1-95M")
        transformers = require("transformers", extra="evaluate")
        self._torch = require("torch", extra="evaluate")
        try:
            told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            if told.get("feature_extractor_cqt") or told.get("deepnorm"):
                raise ValueError("it has a CQT front end or deep norm, which no HuBERT has; take a MERT-v1")
            config = transformers.HubertConfig(**{key: value for key, value in told.items() if key not in _OWN})
            self._front = transformers.Wav2Vec2FeatureExtractor.from_pretrained(folder, local_files_only=True)
            self._model, loading = transformers.HubertModel.from_pretrained(
                folder, config=config, local_files_only=True, output_loading_info=True
            )
        except (OSError, ValueError, RuntimeError, TypeError) as error:
            raise WeightsError(f"{folder} cannot be read as MERT ({' '.join(str(error).split())})") from error
        complete(loading, folder)
        self._model.eval()
        self.sample_rate, self.dimension = int(self._front.sampling_rate), int(config.hidden_size)
        self.window_seconds = _WINDOW_SECONDS
        self._folder = folder.name

    @property
    def described(self) -> str:
        return f"mert ({self._folder}, last layer)"

    def windows(self, samples: np.ndarray) -> np.ndarray:
        length = round(_WINDOW_SECONDS * self.sample_rate)
        found = []
        for clip in looped_windows(samples, length, length):
            told = self._front(clip, sampling_rate=self.sample_rate, return_tensors="pt")
            with self._torch.inference_mode():
                frames = self._model(told["input_values"]).last_hidden_state
            found.append(frames[0].mean(dim=0).numpy())
        return np.stack(found)
