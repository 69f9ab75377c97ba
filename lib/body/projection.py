"""Perspective projection: u = f X / Z + c with (X, Y, Z) = point + t.

The camera's rotation is the identity, pixels are square (Bogo et al., section 3.2).
"""

import numpy as np

from ..base.compat import chumpy as ch

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


class ProjectPoints(ch.Ch):
    """chumpy face of the projection: dterms points (P, 3), translation (3,); terms focal, centre (2,); (P, 2)."""

    dterms = 'points', 'translation'
    terms = 'focal', 'centre'

    def compute_r(self) -> np.ndarray:
        focal = np.array([self.focal])
        return project(self.points.r[None], self.translation.r[None], focal, self.centre[None])[0]

    def compute_dr_wrt(self, wrt: ch.Ch) -> np.ndarray | None:
        if wrt is not self.points and wrt is not self.translation:
            return None
        slopes = projection_slopes(self.points.r[None], self.translation.r[None], np.array([self.focal]))[0]
        if wrt is self.translation:
            return slopes.reshape(-1, 3)
        out = np.zeros((len(slopes), 2, len(slopes), 3))
        diagonal = np.arange(len(slopes))
        out[diagonal, :, diagonal] = slopes
        return out.reshape(2 * len(slopes), -1)
