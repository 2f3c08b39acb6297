"""Which frame rate and how many levels? Feature distance and bits per second of the phase-free codec's tokens.

    python benchmarks/codec_rates.py --data DATASET

25 Hz (12 and 24 levels) against 50 Hz (6 and 12 levels); at either rate all that is heard and rebuilt is the same: the
stacked log-mels of 20 ms frames, in pairs for 25 Hz. "PCA" is principal components and k-means codebooks alone, "network"
is that after a short training. Codebooks have 1024 codes. Bits are those of a unigram and of an interpolated bigram
counted on the training tokens, per second of held-out music; the distance is in tens of dB, as the mel distance.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from libretto.codec.features import FEATURES, stacked_log_mel, weights
from libretto.codec.tokens import TokenModel, _Stack
from libretto.config import CodecSpec, preset
from libretto.corpus.shards.dataset import Dataset
from libretto.evaluate.stages import baselines
from libretto.train.threads import use_threads

CASES = ((25, 12), (25, 24), (50, 6), (50, 12))  # frame rate in Hz, levels
CROP_SECONDS = 4.0


class PairedTokens(TokenModel):
    """A ``TokenModel`` whose frames are ``stack`` frames of features side by side."""

    def __init__(self, spec: CodecSpec, stack: int) -> None:
        super().__init__(spec)
        self.encoder = _Stack(FEATURES * stack, spec.encoder_width, spec.encoder_layers, spec.latent)
        self.decoder = _Stack(spec.latent, spec.encoder_width, spec.encoder_layers, FEATURES * stack)
        self.register_buffer("mean", torch.zeros(FEATURES * stack))


def features(dataset: Dataset, split: str, spec: CodecSpec, *, seconds: float, seed: int) -> Tensor:
    """Stacked log-mels at 50 Hz of random crops: [crops, T, F]."""
    random, samples = np.random.default_rng(seed), int(CROP_SECONDS * spec.sample_rate)
    clips = [index for index in dataset.split(split) if dataset.clips[index].samples >= samples]
    rows = []
    for index in random.choice(clips, max(4, round(seconds / CROP_SECONDS))):
        start = int(random.integers(0, dataset.clips[index].samples - samples + 1))
        rows.append(stacked_log_mel(dataset.audio(int(index), start, samples), spec))
    return torch.from_numpy(np.stack(rows))


def learn(model: TokenModel, pool: Tensor, *, steps: int, batch: int = 8) -> None:
    """A few steps of phase "tokens": L1 of the features, commitment, quantizer dropout."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-4, betas=(0.9, 0.99))
    random = torch.Generator().manual_seed(0)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 5e-4 * min(1.0, (step + 1) / 10, 2 * (steps - step) / steps)
        centred = pool[torch.randint(len(pool), (batch,), generator=random)] - model.mean
        levels = model.spec.levels
        kept = torch.where(torch.rand(batch, generator=random) < 0.5, levels, torch.randint(1, levels + 1, (batch,), generator=random))
        made, quantised = model(centred, kept, random)
        loss = (made - centred).abs().mean() + 0.1 * quantised.commitment
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


@torch.no_grad()
def measure(model: TokenModel, pool: Tensor, held_out: Tensor) -> dict[str, float]:
    """Distance, and bits per second of the tokens."""
    scale = torch.from_numpy(np.tile(weights(), held_out.shape[2] // FEATURES))
    tokens = {name: model.quantize(model.encoder(values - model.mean)) for name, values in (("train", pool), ("held", held_out))}
    made = model.features(model.quantizer.decode(tokens["held"])) + model.mean
    counted = baselines(list(tokens["train"].numpy()), list(tokens["held"].numpy()), size=model.spec.codebook_size)
    rate = model.spec.frame_rate
    return {"distance": 2 * float(((made - held_out).abs() / scale).mean()), "raw": rate * model.spec.levels * 10.0,
            "unigram": rate * float(counted.unigram.sum()), "bigram": rate * float(counted.bigram.sum())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a dataset folder")
    parser.add_argument("--seconds", type=float, default=1600.0, help="of music learnt from and counted on")
    parser.add_argument("--steps", type=int, default=120, help="of training the network")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    use_threads(options.threads)
    dataset, plain = Dataset.open(options.data), preset("small").codec
    pool = features(dataset, "train", plain, seconds=options.seconds, seed=0)
    held_out = features(dataset, "valid", plain, seconds=options.seconds / 5, seed=1)
    print("| rate | levels | tokens | distance | bits/s raw | unigram | bigram | seconds |\n|---|---|---|---|---|---|---|---|")
    for rate, levels in CASES:
        torch.manual_seed(0)
        stack, began = plain.frame_rate // rate, time.perf_counter()
        spec = dataclasses.replace(plain, hop=plain.sample_rate // rate, levels=levels)
        model = PairedTokens(spec, stack)
        paired, held = (values.reshape(len(values), -1, FEATURES * stack) for values in (pool, held_out))
        model.start(paired.flatten(0, 1), seed=0, iterations=4)
        for name, steps in (("PCA", 0), ("network", options.steps)):
            if steps:
                learn(model.train(), paired, steps=steps)
            found = measure(model.eval(), paired, held)
            print(f"| {rate} Hz | {levels} | {name} | {found['distance']:.3f} | {found['raw']:.0f} | {found['unigram']:.0f} | "
                  f"{found['bigram']:.0f} | {time.perf_counter() - began:.0f} |", flush=True)


if __name__ == "__main__":
    main()
