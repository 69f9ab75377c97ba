"""Evidence: points of the body in 3D, as motion capture, triangulation or another program's estimate gives them."""

import numpy as np

from ..body.all_points import all_points, all_points_by_betas, all_rows_by_pose
from ..body.kinematics import Axes
from ..body.skeleton import N_POSE
from ..robustifiers import geman_mcclure, geman_mcclure_slope
from .objective import Placed

#: What a metre counts, px of the enlarged image: a person of 300 px has 176 to the metre, but 3D points are off by less
#: than detections are (tests/evaluation/NOTES.md).
PER_METRE = 250.
#: Geman-McClure's sigma, metres.
SIGMA_METRES = 0.5


class Points3d:
    """Points (N, 25, 3) of N problems, metres, in the order of skeleton.POINT_NAMES, and how much each counts (N,
    25): 0 where it is not known."""

    name = 'j3d'

    def __init__(self, points: np.ndarray, weight: np.ndarray) -> None:
        self.points, self.weight = points, PER_METRE * weight[..., None]
        self.strength = 3. * np.square(weight).sum(axis=1)

    def at(self, placed: Placed, rows: np.ndarray) -> 'PointResiduals':
        """The residuals of the problems ``rows`` (B,) with their bodies as ``placed``."""
        return PointResiduals(self, placed, rows)


class PointResiduals:
    """Residual (B, 75) of a batch."""

    def __init__(self, term: Points3d, placed: Placed, rows: np.ndarray) -> None:
        self.weight = term.weight[rows]
        self.error = term.points[rows] - all_points(placed.posed) - placed.translation[:, None]
        self.residual = (self.weight * geman_mcclure(self.error, SIGMA_METRES)).reshape(len(rows), -1)

    def put_rows(self, keep: np.ndarray, placed: Placed, axes: Axes, out: np.ndarray) -> None:
        """As objective.Residuals has it."""
        n_betas = placed.body.n_betas
        slopes = (-self.weight[keep] * geman_mcclure_slope(self.error[keep], SIGMA_METRES))[..., None] * np.eye(3)
        by_pose = all_rows_by_pose(placed.body, placed.posed, axes, slopes)
        out[..., :n_betas] = (slopes @ all_points_by_betas(placed.posed)).reshape(out.shape[:2] + (-1,))
        out[..., n_betas:n_betas + N_POSE] = by_pose.reshape(out.shape[:2] + (-1,))
        out[..., -3:] = slopes.reshape(out.shape[:2] + (3,))
