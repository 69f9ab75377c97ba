"""Smoothness: the joints' accelerations from frame to frame.

Joints, in metres and where they are in front of the camera, are what is seen to jitter; rotations follow from them.
"""

import numpy as np

from ..body.all_points import all_points, all_points_by_betas, all_rows_by_pose
from ..body.kinematics import PosedBody, TrackedBody, joint_axes
from ..body.skeleton import N_POINTS, N_POSE
from .banded import System

#: Enlarged px, as much as which an acceleration of 1 m/s^2 counts. Chosen on training clips
#: (tests/benchmarks/video.py): there fitted joints accelerate as much as those captured.
WEIGHT = 0.2
_STENCIL = (1., -2., 1.)
_N_ROWS = 3 * N_POINTS


class Smoothness:
    """Second differences over F bodies; ``together`` (F - 2,): whether three of them are frames in a row."""

    def __init__(self, together: np.ndarray, frame_rate: float) -> None:
        self._weight = WEIGHT * frame_rate ** 2 * together.astype(float)[:, None]  # (F - 2, 1)

    def residual(self, posed: PosedBody, translation: np.ndarray) -> np.ndarray:
        """Weighted accelerations (F - 2, 75) of the points of a PosedBody at ``translation`` (F, 3)."""
        points = all_points(posed) + translation[:, None]
        return self._weight * np.diff(points, 2, axis=0).reshape(len(self._weight), _N_ROWS)

    def add_to(self, system: System, body: TrackedBody, posed: PosedBody, residual: np.ndarray) -> None:
        """Add what ``residual`` says to the normal equations of [pose, translation], and of betas as the border."""
        slopes = _slopes(body, posed)
        own, shared = slopes[..., body.n_betas:], slopes[..., :body.n_betas]
        count, square, transposed = len(residual), np.square(self._weight), own.transpose(0, 2, 1)
        weights = np.zeros((len(own), 1)), np.zeros((max(0, len(own) - 1), 1))
        pull = np.zeros((len(own), _N_ROWS, 1 + body.n_betas))  # what each frame's points are told
        turning = _second(shared) * square[..., None]
        told = np.concatenate([(self._weight * -residual)[..., None], turning], axis=2)
        for i, a in enumerate(_STENCIL):
            weights[0][i:i + count] += a * a * square
            pull[i:i + count] += a * told
            if i < 2:
                weights[1][i:i + count] += a * _STENCIL[i + 1] * square
        system.diagonal[:] += weights[0][..., None] * (transposed @ own)
        system.next[:] += weights[1][..., None] * (transposed[1:] @ own[:-1])
        system.second[:] += square[..., None] * (transposed[2:] @ own[:-2])
        pulled = transposed @ pull
        system.right[:] += pulled[..., 0]
        if len(system.corner):
            system.border[:] += pulled[..., 1:]
            system.corner[:] += np.einsum('fri,frj->ij', _second(shared), turning)
            system.right_shared[:] -= np.einsum('fri,fr->i', _second(shared), self._weight * residual)


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
