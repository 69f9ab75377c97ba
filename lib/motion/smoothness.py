"""Smoothness: the joints' accelerations from frame to frame.

Joints, in metres and where they are in front of the camera, are what is seen to jitter; rotations follow from them.
"""

import numpy as np

from ..body.all_points import all_points, all_points_by_betas, all_rows_by_pose
from ..body.kinematics import PosedBody, TrackedBody, joint_axes
from ..body.skeleton import N_POINTS, N_POSE
from .banded import System

#: Enlarged px, as much as which an acceleration of 1 m/s^2 counts, and m/s^2 from which on it counts by its size, not
#: its square: bodies rest, and now and then hit something. Chosen on training clips (tests/evaluation/NOTES.md).
WEIGHT, STEADY = 0.6, 2.
_STENCIL = (1., -2., 1.)
_N_ROWS = 3 * N_POINTS


class Smoothness:
    """Accelerations over F bodies, robust (pseudo-Huber); ``together`` (F - 2,): whether three of them are frames in a
    row."""

    def __init__(self, together: np.ndarray, frame_rate: float) -> None:
        self._rate = frame_rate ** 2 * together.astype(float)[:, None, None]  # (F - 2, 1, 1)

    def accelerations(self, posed: PosedBody, translation: np.ndarray) -> np.ndarray:
        """Of the points of a PosedBody at ``translation`` (F, 3): (F - 2, 25, 3), m/s^2."""
        return self._rate * np.diff(all_points(posed) + translation[:, None], 2, axis=0)

    def energy(self, accelerations: np.ndarray) -> float:
        """What they add to the objective."""
        return float(2. * (WEIGHT * STEADY) ** 2 * (_growth(accelerations) - 1.).sum())

    def add_to(self, system: System, body: TrackedBody, posed: PosedBody, accelerations: np.ndarray) -> None:
        """Add what they say to the normal equations of [pose, translation], and of betas as the border; each by the
        weight that it has where it is."""
        slopes = _slopes(body, posed)
        own, shared = slopes[..., body.n_betas:], slopes[..., :body.n_betas]
        count, transposed = len(accelerations), own.transpose(0, 2, 1)
        weight = np.broadcast_to(WEIGHT ** 2 / _growth(accelerations), accelerations.shape) * self._rate
        told = -(weight * accelerations).reshape(count, _N_ROWS)  # of raw second differences
        square = (weight * self._rate).reshape(count, _N_ROWS)
        weights = np.zeros((len(own), _N_ROWS)), np.zeros((max(0, len(own) - 1), _N_ROWS))
        pull = np.zeros((len(own), _N_ROWS, 1 + body.n_betas))  # what each frame's points are told
        turning = _second(shared) * square[..., None]
        whole = np.concatenate([told[..., None], turning], axis=2)
        for i, a in enumerate(_STENCIL):
            weights[0][i:i + count] += a * a * square
            pull[i:i + count] += a * whole
            if i < 2:
                weights[1][i:i + count] += a * _STENCIL[i + 1] * square
        system.diagonal[:] += transposed @ (weights[0][..., None] * own)
        system.next[:] += transposed[1:] @ (weights[1][..., None] * own[:-1])
        system.second[:] += transposed[2:] @ (square[..., None] * own[:-2])
        pulled = transposed @ pull
        system.right[:] += pulled[..., 0]
        if len(system.corner):
            system.border[:] += pulled[..., 1:]
            system.corner[:] += np.einsum('fri,frj->ij', _second(shared), turning)
            system.right_shared[:] += np.einsum('fri,fr->i', _second(shared), told)


def _growth(accelerations: np.ndarray) -> np.ndarray:
    """By how much less than its square each (F - 2, 25, 1) counts."""
    return np.sqrt(1. + np.square(accelerations).sum(axis=2, keepdims=True) / STEADY ** 2)


def _second(values: np.ndarray) -> np.ndarray:
    return np.diff(values, 2, axis=0) if len(values) > 2 else values[:0]


def _slopes(body: TrackedBody, posed: PosedBody) -> np.ndarray:
    """Derivative (F, 75, n_betas + 75) of the points by [betas, pose, translation]."""
    count, n_betas = len(posed.joints), body.n_betas
    out = np.empty((count, N_POINTS, 3, n_betas + N_POSE + 3))
    axis = np.broadcast_to(np.eye(3), (count, N_POINTS, 3, 3))
    out[..., :n_betas] = all_points_by_betas(posed)
    out[..., n_betas:-3] = all_rows_by_pose(body, posed, joint_axes(posed), axis)
    out[..., -3:] = axis
    return out.reshape(count, _N_ROWS, -1)
