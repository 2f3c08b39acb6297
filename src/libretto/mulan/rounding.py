"""Matrices of the text tower rounded to 4 bits so that what flows through them changes least (GPTQ, 2210.17323).

Plain rounding takes back whatever a training from rounded weights has learned: updates are smaller than half a step, and all of
them are lost together. Here each row's error is made good by the rows that are still to be rounded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ..engine.compact import nibble_scale
from .model import Mulan

CAPTIONS = 512  # that calibrate; ours
_DAMPING = 0.01  # of the mean curvature


@torch.no_grad()
def round_text(model: Mulan, captions: Sequence[str], *, block: int = 32) -> None:
    """In place: every matrix of the text tower's layers on the grid that ``store_nibbles`` keeps, layer after layer."""
    model.eval()
    ids = torch.from_numpy(model.tokenizer.batch(list(captions[:CAPTIONS])))
    kept = (ids != 0).reshape(-1)
    for layer in model.text.layers:
        for name in ("attend", "merge", "expand", "contract"):
            linear: nn.Linear = getattr(layer, name)
            rows = torch.cat(_heard(model, linear, ids))[kept].double().numpy()
            matrix = linear.weight.double().numpy().T  # [in, out]
            linear.weight.copy_(torch.from_numpy(rounded(matrix, rows.T @ rows, block=block).T.astype(np.float32)))


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
