"""The causal SEANet encoder and decoder of SoundStream (2107.03312, figure 3), whole or as a stream.

Published: channels doubled at every stride, convolutions of kernel 7, twice the stride and 3, residual units of dilation
1, 3 and 9, ELU, no future. Not stated there: the activation stands before every convolution but the first, and weights
are normalised (both as SEANet 2009.02095 and EnCodec 2210.13438 do).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import weight_norm

from ..config import CodecSpec
from .conv import CausalConv, CausalConvTranspose

DILATIONS = (1, 3, 9)
State = list[Tensor]  # what every convolution in time still needs of the past, in the order they run


class ResidualUnit(nn.Module):
    """Dilated convolution of kernel 7, pointwise convolution, sum; [B, C, N] -> [B, C, N]."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.conv = CausalConv(channels, channels, 7, dilation=dilation)
        self.mix = weight_norm(nn.Conv1d(channels, channels, 1))

    def step(self, signal: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The next samples and the state after them."""
        inner, state = self.conv.step(functional.elu(signal), state)
        return signal + self.mix(functional.elu(inner)), state

    def start(self, batch: int) -> Tensor:
        """State before the first sample."""
        return self.conv.start(batch)


class Activated(nn.Module):
    """ELU, then a causal convolution or its transpose."""

    def __init__(self, conv: CausalConv | CausalConvTranspose) -> None:
        super().__init__()
        self.conv = conv

    def step(self, signal: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The next samples and the state after them."""
        return self.conv.step(functional.elu(signal), state)

    def start(self, batch: int) -> Tensor:
        """State before the first sample."""
        return self.conv.start(batch)


class _Stream(nn.Module):
    """Causal layers in a row on [B, C, N]. Its state holds one tensor for each layer."""

    def __init__(self, layers: Iterable[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)
        _initialise(self)

    def start(self, batch: int) -> State:
        """State before the first sample: silence."""
        return [layer.start(batch) for layer in self.layers]

    def _run(self, signal: Tensor, state: State) -> tuple[Tensor, State]:
        after = []
        for layer, before in zip(self.layers, state, strict=True):
            signal, kept = layer.step(signal, before)
            after.append(kept)
        return signal, after


@torch.no_grad()
def _initialise(net: nn.Module) -> None:
    """Weights that keep the size of what flows, no biases, residual branches at half (ours).

    torch's own start shrinks it at every layer: behind twenty of them the input moves the output by a ten-thousandth, and
    the codes of a young codec are all alike.
    """
    for part in net.modules():
        if isinstance(part, (nn.Conv1d, nn.ConvTranspose1d)):
            heard = part.in_channels * (part.kernel_size[0] if isinstance(part, nn.Conv1d) else 2)  # inputs of an output
            part.weight = torch.randn_like(part.weight) * heard**-0.5
            if part.bias is not None:
                part.bias.zero_()
    for part in net.modules():
        if isinstance(part, ResidualUnit):
            part.mix.weight = part.mix.weight / 2


def _units(channels: int) -> Iterator[nn.Module]:
    return (ResidualUnit(channels, dilation) for dilation in DILATIONS)


class SeanetEncoder(_Stream):
    """Samples [B, N] -> latent [B, T, D], T = N // hop; frame t has heard no sample after its own."""

    def __init__(self, spec: CodecSpec) -> None:
        self.hop, channels = spec.hop, spec.channels
        layers: list[nn.Module] = [CausalConv(1, channels, 7)]
        for stride in spec.strides:
            layers += [*_units(channels), Activated(CausalConv(channels, 2 * channels, 2 * stride, stride=stride))]
            channels *= 2
        super().__init__([*layers, Activated(CausalConv(channels, spec.latent, 3))])

    def step(self, samples: Tensor, state: State) -> tuple[Tensor, State]:
        """The next samples [B, T * hop] -> their latent [B, T, D] and the state after them."""
        latent, state = self._run(samples[:, None], state)
        return latent.transpose(1, 2), state

    def forward(self, samples: Tensor) -> Tensor:
        """Samples [B, N] -> latent [B, T, D]; what is left of the last frame is dropped."""
        whole = samples[:, : samples.shape[1] // self.hop * self.hop]
        return self.step(whole, self.start(len(samples)))[0]


class SeanetDecoder(_Stream):
    """Latent [B, T, D] -> samples [B, T * hop]; the samples of frame t follow from frames up to t."""

    def __init__(self, spec: CodecSpec) -> None:
        channels = spec.channels * 2 ** len(spec.strides)
        layers: list[nn.Module] = [CausalConv(spec.latent, channels, 7)]
        for stride in reversed(spec.strides):
            channels //= 2
            layers += [Activated(CausalConvTranspose(2 * channels, channels, stride)), *_units(channels)]
        super().__init__([*layers, Activated(CausalConv(channels, 1, 7))])

    def step(self, latent: Tensor, state: State) -> tuple[Tensor, State]:
        """The next frames [B, T, D] -> their samples [B, T * hop] and the state after them."""
        samples, state = self._run(latent.transpose(1, 2), state)
        return samples[:, 0], state

    def forward(self, latent: Tensor) -> Tensor:
        """Latent [B, T, D] -> samples [B, T * hop]."""
        return self.step(latent, self.start(len(latent)))[0]


def plain_weights(module: nn.Module) -> nn.Module:
    """``module`` with its weight norms folded into ordinary weights, in place: for inference and export.

    Not for a deep copy: it shares its classes with the original, which would lose its weights too (torch 2.13).
    """
    for part in list(module.modules()):
        if parametrize.is_parametrized(part, "weight"):
            parametrize.remove_parametrizations(part, "weight")
    return module
