"""The network of VGGish (1609.09430, configuration A of VGG with four groups). Its keys are torchvggish's: "features.0.weight" ..."""

from __future__ import annotations

from torch import Tensor, nn

from . import vggish_mel

DIMENSION = 128
_CHANNELS = ((64,), (128,), (256, 256), (512, 512))  # of the convolutions, a pooling after each group
_HIDDEN = 4096


class VggishNetwork(nn.Module):
    """Log-mels [B, 1, 96, 64] to [B, 128], without the last ReLU, as fadtk (2311.01616) takes it."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        width = 1
        for group in _CHANNELS:
            for channels in group:
                layers += [nn.Conv2d(width, channels, 3, padding=1), nn.ReLU()]
                width = channels
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        rest = (vggish_mel.FRAMES // 16) * (vggish_mel.BANDS // 16) * width
        self.embeddings = nn.Sequential(
            nn.Linear(rest, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, DIMENSION), nn.ReLU()
        )

    def forward(self, mel: Tensor) -> Tensor:
        found = self.features(mel).permute(0, 2, 3, 1)  # TensorFlow's order: time, band, channel
        return self.embeddings[:-1](found.flatten(1))
