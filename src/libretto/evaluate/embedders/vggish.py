"""VGGish (1609.09430), the embedder FAD was published with, from the state dictionary that torchvggish publishes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...errors import WeightsError, require
from . import vggish_mel
from .base import Embedder, weights_folder

FILES = ("vggish-10086976.pth", "vggish.pth", "vggish.safetensors")
_TOGETHER = 32


class Vggish(Embedder):
    """[128] of each 0.96 s, before the last ReLU and without PCA."""

    name, sample_rate, dimension = "vggish", vggish_mel.SAMPLE_RATE, 128
    window_seconds = vggish_mel.FRAMES * vggish_mel.HOP / vggish_mel.SAMPLE_RATE

    def __init__(self, folder: Path | None) -> None:
        folder = weights_folder(folder, name=self.name, files=FILES, source="the release of harritaylor/torchvggish")
        self._torch = require("torch", extra="evaluate")
        from .vggish_net import VggishNetwork

        path = next(folder / file for file in FILES if (folder / file).is_file())
        self._network = VggishNetwork()
        try:
            if path.suffix == ".safetensors":
                from safetensors.torch import load_file

                state = load_file(path)
            else:
                state = self._torch.load(path, map_location="cpu", weights_only=True)
            self._network.load_state_dict({key: value for key, value in state.items() if not key.startswith("pproc.")})
        except Exception as error:  # a pickle can be broken in a dozen ways
            raise WeightsError(f"{path} is no VGGish state dictionary ({' '.join(str(error).split())[:200]}); download it again") from error
        self._network.eval()

    def windows(self, samples: np.ndarray) -> np.ndarray:
        told = self._torch.from_numpy(vggish_mel.examples(samples))[:, None]
        with self._torch.inference_mode():
            parts = [self._network(told[start : start + _TOGETHER]) for start in range(0, len(told), _TOGETHER)]
        return self._torch.cat(parts).numpy()
