"""Perspective projection: u = f X / Z + c with (X, Y, Z) = point + t.

The camera's rotation is the identity, pixels are square (Bogo et al., section 3.2).
"""

from typing import TYPE_CHECKING

import numpy as np

from ..base.deferred import deferred

if TYPE_CHECKING:
    from .chumpy_faces import ProjectPoints as ProjectPoints
else:
    __getattr__ = deferred(__name__, {'ProjectPoints': '.chumpy_faces'})

#: The published focal length, pixels of the enlarged image.
FOCAL = 5000.


def project(points: np.ndarray, translation: np.ndarray, focal: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Image positions (B, P, 2), px, of ``points`` (B, P, 3), metres.

    ``translation`` (B, 3) metres, ``focal`` (B,) and ``centre`` (B, 2) px.
    """
    moved = points + translation[:, None, :]
    return focal[:, None, None] * moved[..., :2] / moved[..., 2:] + centre[:, None, :]


def projection_slopes(points: np.ndarray, translation: np.ndarray, focal: np.ndarray) -> np.ndarray:
    """Derivative (B, P, 2, 3) of project by the points, and as well by the translation."""
    moved = points + translation[:, None, :]
    out = np.zeros(points.shape[:2] + (2, 3))
    scale = focal[:, None] / moved[..., 2]
    out[..., 0, 0] = out[..., 1, 1] = scale
    out[..., :, 2] = -scale[..., None] * moved[..., :2] / moved[..., 2:]
    return out
