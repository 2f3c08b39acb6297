"""k-means on the CPU or a GPU: k-means++ start, Lloyd iterations over minibatches or everything, dead clusters repaired."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..errors import TrainingError

_BLOCK = 16_384  # rows compared with all centroids at once


@dataclass(frozen=True)
class Clusters:
    """centroids [V, D], the mean squared distance to them, and the entropy of their use in bits."""

    centroids: Tensor
    distortion: float
    entropy_bits: float


def assign(points: Tensor, centroids: Tensor) -> tuple[Tensor, Tensor]:
    """points [S, D], centroids [V, D] -> (ids int64 [S] of the nearest centroid, squared distances [S])."""
    norms = centroids.square().sum(1)
    ids, distances = [], []
    for block in points.split(_BLOCK):
        scores = torch.addmm(norms, block, centroids.T, alpha=-2)
        nearest, index = scores.min(1)
        ids.append(index)
        distances.append((nearest + block.square().sum(1)).clamp_min(0))
    return torch.cat(ids), torch.cat(distances)


def plus_plus(points: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """k-means++ (Arthur and Vassilvitskii 2007): points [S, D] -> centroids [count, D], drawn by squared distance."""
    centroids = torch.empty(count, points.shape[1], device=points.device, dtype=points.dtype)
    first = torch.randint(len(points), (1,), generator=generator).item()
    centroids[0] = points[first]
    norms = points.square().sum(1)
    nearest = torch.full_like(norms, float("inf"))
    for index in range(1, count):
        last = centroids[index - 1]
        distance = torch.addmv(norms + last.square().sum(), points, last, alpha=-2).clamp_min(0)
        nearest = torch.minimum(nearest, distance)
        cumulative = nearest.double().cumsum(0)
        draw = torch.rand((), generator=generator).item() * cumulative[-1].item()
        chosen = torch.searchsorted(cumulative, torch.tensor(draw, dtype=cumulative.dtype, device=points.device))
        centroids[index] = points[min(int(chosen), len(points) - 1)]
    return centroids


def fit(points: Tensor, count: int, *, seed: int, iterations: int = 20, start_points: int = 16_384) -> Clusters:
    """Cluster points [S, D] into ``count`` centroids.

    The k-means++ start looks at ``start_points`` random points, the iterations at all of them. A cluster that
    caught no point moves to one of the points farthest from their centroids.

    Raises:
        TrainingError: fewer points than clusters, or points that are not finite.
    """
    if len(points) < count:
        raise TrainingError(f"k-means got {len(points)} points for {count} clusters; give it at least {count}")
    if not torch.isfinite(points).all():
        raise TrainingError("k-means got points that are not finite; check the features")
    generator = torch.Generator().manual_seed(seed)
    subset = torch.randperm(len(points), generator=generator)[: max(start_points, count)].to(points.device)
    centroids = plus_plus(points[subset], count, generator)
    for _ in range(iterations):
        ids, distances = assign(points, centroids)
        used = torch.bincount(ids, minlength=count)
        sums = torch.zeros_like(centroids).index_add_(0, ids, points)
        centroids = sums / used.clamp_min(1)[:, None]
        dead = (used == 0).nonzero()[:, 0]
        if len(dead):
            far = distances.topk(min(len(points), 8 * len(dead))).indices
            pick = torch.randperm(len(far), generator=generator)[: len(dead)].to(points.device)
            centroids[dead] = points[far[pick]]
    ids, distances = assign(points, centroids)
    return Clusters(centroids, distances.mean().item(), entropy_bits(ids, count))


def entropy_bits(ids: Tensor, count: int) -> float:
    """Entropy in bits of how often each of ``count`` ids is used: ids int64 [S]."""
    share = torch.bincount(ids.flatten(), minlength=count).double()
    share = share[share > 0] / share.sum()
    return float(-(share * share.log2()).sum())
