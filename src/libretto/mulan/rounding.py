"""Matrices of the text tower rounded to 4 bits so that what flows through them changes least (GPTQ, 2210.17323).

Plain rounding takes back whatever a training from rounded weights has learned: updates are smaller than half a step, and all of
them are lost together. Here each row's error is made good by the rows that are still to be rounded, those of the word pieces by the layers
above them, and what is left in the end by norms, biases and the projection, which stay finer and learn to say what the tower said before
(distillation, 1503.02531; that it is these that learn is ours).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ..engine.compact import nibble_scale, on_nibbles
from .model import Mulan

CAPTIONS, FITTED = 512, 4_096  # that calibrate, and that the rest is fitted on; ours
_ROUNDS, _BATCH, _RATE = 2, 64, 1e-3  # over the latter; Adam's rate falls to 0
_DAMPING, _RIDGE = 0.01, 1e-3  # of the mean curvature


@torch.no_grad()
def round_text(model: Mulan, captions: Sequence[str], *, block: int = 32) -> None:
    """In place: word pieces and every matrix of the text tower's layers on the grid that ``store_nibbles`` keeps, from below, and the
    others fitted to what came out before."""
    model.eval()
    fitted = sorted(captions[:FITTED], key=lambda text: len(model.tokenizer.encode(text)))  # those of a length together
    wanted, placed = _said(model, fitted, model.text), _said(model, fitted, model.embed_text)
    pieces = model.text.pieces.weight
    pieces.copy_(torch.from_numpy(on_nibbles(pieces.numpy(), block=block)))
    ids = torch.from_numpy(model.tokenizer.batch(list(captions[:CAPTIONS])))
    kept = (ids != 0).reshape(-1)
    for layer in model.text.layers:
        for name in ("attend", "merge", "expand", "contract"):
            linear: nn.Linear = getattr(layer, name)
            rows = torch.cat(_heard(model, linear, ids))[kept].double().numpy()
            matrix = linear.weight.double().numpy().T  # [in, out]
            linear.weight.copy_(torch.from_numpy(rounded(matrix, rows.T @ rows, block=block).T.astype(np.float32)))
    _fit(model.text.project, _said(model, fitted, model.text.sentence), wanted)
    _distil(model, fitted, placed)


def _said(model: Mulan, captions: Sequence[str], part: Callable[[Tensor], Tensor]) -> np.ndarray:
    """What ``part`` makes of captions, float64 [N, D]."""
    made = [part(_ids(model, captions[start : start + _BATCH])) for start in range(0, len(captions), _BATCH)]
    return torch.cat(made).double().numpy()


def _ids(model: Mulan, captions: Sequence[str]) -> Tensor:
    return torch.from_numpy(model.tokenizer.batch(captions))


def _fit(linear: nn.Linear, given: np.ndarray, wanted: np.ndarray) -> None:
    """Move ``linear`` towards making ``wanted`` [N, out] of ``given`` [N, in]: ridge regression of what is missing."""
    weight, bias = linear.weight.double().numpy().T, linear.bias.double().numpy()
    length = np.linalg.norm(wanted, axis=1, keepdims=True)  # every caption counts the same
    rows = np.concatenate([given, np.ones((len(given), 1))], axis=1) / length
    missing = (wanted - given @ weight - bias) / length
    curvature = rows.T @ rows
    moved = np.linalg.solve(curvature + np.eye(len(curvature)) * _RIDGE * np.diag(curvature).mean(), rows.T @ missing)
    linear.weight.copy_(torch.from_numpy((weight + moved[:-1]).T.astype(np.float32)))
    linear.bias.copy_(torch.from_numpy((bias + moved[-1]).astype(np.float32)))


def _distil(model: Mulan, captions: Sequence[str], wanted: np.ndarray, *, seed: int = 0) -> None:
    """Norms, biases and projection learn to put ``captions`` where they lay, unit vectors [N, D]; no matrix on the grid moves."""
    tower, rng = model.text, np.random.default_rng(seed)
    finer = [*tower.project.parameters(), *(value for value in tower.layers.parameters() if value.ndim == 1)]
    optimizer = torch.optim.Adam(finer, lr=_RATE)
    starts = list(range(0, len(captions), _BATCH))
    steps = _ROUNDS * len(starts)
    asked = [(parameter, parameter.requires_grad) for parameter in model.parameters()]
    for parameter, _ in asked:
        parameter.requires_grad_(any(parameter is each for each in finer))
    with torch.enable_grad():
        for step in range(steps):
            if step % len(starts) == 0:
                rng.shuffle(starts)
            start = starts[step % len(starts)]
            goal = torch.from_numpy(wanted[start : start + _BATCH].astype(np.float32))
            loss = 1 - (model.embed_text(_ids(model, captions[start : start + _BATCH])) * goal).sum(dim=-1).mean()
            optimizer.param_groups[0]["lr"] = _RATE * (1 - step / steps)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    for parameter, before in asked:
        parameter.requires_grad_(before)


def _heard(model: Mulan, linear: nn.Linear, ids: Tensor) -> list[Tensor]:
    """What flows into ``linear`` when the tower reads ``ids``: rows [N, in]."""
    heard: list[Tensor] = []
    hook = linear.register_forward_pre_hook(lambda _, given: heard.append(given[0].reshape(-1, given[0].shape[-1])))
    for some in ids.split(64):
        model.text(some)
    hook.remove()
    return heard


def rounded(matrix: np.ndarray, curvature: np.ndarray, *, block: int) -> np.ndarray:
    """``matrix`` float64 [in, out] in 4 bits with a scale for every ``block`` rows of a column; ``curvature`` is X^T X [in, in]."""
    count = len(matrix)
    damped = curvature + np.eye(count) * _DAMPING * max(float(np.diag(curvature).mean()), 1e-12)
    factor = np.linalg.cholesky(np.linalg.inv(damped)).T  # upper triangular
    left, done = matrix.copy(), np.zeros_like(matrix)
    scale = np.ones(matrix.shape[1])
    for row in range(count):
        if row % block == 0:
            scale = nibble_scale(left[row : row + block].astype(np.float32)[None])[0, 0].astype(np.float64)
        done[row] = np.clip(np.rint(left[row] / scale), -8, 7) * scale
        left[row + 1 :] -= np.outer(factor[row, row + 1 :], (left[row] - done[row]) / factor[row, row])
    return done
