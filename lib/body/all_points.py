"""All points of a posed body that evidence in 3D may name: SMPL's 24 joints and the head top, with their derivatives.

The objective's own are the thirteen that LSP's detections follow, kinematics.PosedBody.points.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..base.deferred import deferred
from .kinematics import Axes, PosedBody, TrackedBody, cross, head_rows
from .skeleton import ANCESTORS, N_JOINTS

if TYPE_CHECKING:
    from .chumpy_faces import AllPoints as AllPoints
else:
    __getattr__ = deferred(__name__, {'AllPoints': '.chumpy_faces'})

_ABOVE = ANCESTORS & ~np.eye(N_JOINTS, dtype=bool)  # a joint's own rotation does not move it


def all_points(posed: PosedBody) -> np.ndarray:
    """The points (B, 25, 3), metres, in the order of skeleton.POINT_NAMES."""
    return np.concatenate([posed.joints, posed.points[:, -1:]], axis=1)


def all_points_by_betas(posed: PosedBody) -> np.ndarray:
    """Their derivative (B, 25, 3, n_betas) by betas."""
    return np.concatenate([posed.joint_basis[..., 1:], posed.head_basis[:, None, :, 1:]], axis=1)


def all_rows_by_pose(body: TrackedBody, posed: PosedBody, axes: Axes, rows: np.ndarray) -> np.ndarray:
    """Rows on the points pulled back to pose: w . dx/dpose (B, 25, R, 72) for R linear forms w of each, ``rows`` (B,
    25, R, 3); ``axes`` from joint_axes."""
    out = np.zeros(rows.shape[:3] + (N_JOINTS, 3))
    point, joint = np.nonzero(_ABOVE)
    arms = posed.joints.take(point, axis=1) - posed.joints.take(joint, axis=1)
    turning = cross(arms[:, :, None, :], rows.take(point, axis=1)) @ axes.world.take(joint, axis=1)
    out[:, point, :, joint] = turning.swapaxes(0, 1)
    out[:, -1] = head_rows(body, posed, axes, rows[:, -1]).swapaxes(1, 2)
    return out.reshape(rows.shape[:3] + (-1,))
