"""Evidence: the 2D joints of several calibrated cameras at one moment, an image term for each; the translation is the
place of the body's frame in the world that the cameras share."""

import numpy as np

from ..body.kinematics import Axes, points_by_betas, rows_by_pose
from ..body.projection import project, projection_slopes
from ..body.skeleton import N_POSE
from ..objective import PULLING, SIGMA
from ..robustifiers import geman_mcclure, geman_mcclure_slope
from .objective import Placed


class Views:
    """The tracked joints (N, V, 13, 2) of N problems in V views, enlarged px, how much each counts (N, V, 13), and
    their cameras, which are known: ``focal`` (N, V) and ``centre`` (N, V, 2), px, ``rotation`` (N, V, 3, 3) and
    ``shift`` (N, V, 3), metres, from the world to the camera. Problems of fewer views have some that count 0.
    """

    name = 'j2d'

    def __init__(self, joints: np.ndarray, confidence: np.ndarray, focal: np.ndarray, centre: np.ndarray,
                 rotation: np.ndarray, shift: np.ndarray) -> None:
        self.joints, self.confidence = joints[:, :, PULLING], confidence[:, :, PULLING]
        self.focal, self.centre, self.rotation, self.shift = focal, centre, rotation, shift
        self.strength = 2. * np.square(self.confidence).sum(axis=(1, 2))

    def at(self, placed: Placed, rows: np.ndarray) -> 'ViewResiduals':
        """The residuals of the problems ``rows`` (B,) with their bodies as ``placed``."""
        return ViewResiduals(self, placed, rows)


class ViewResiduals:
    """The image terms of a batch: residual (B, 22 V), of a joint in all views, then of the next."""

    def __init__(self, term: Views, placed: Placed, rows: np.ndarray) -> None:
        self.confidence, self.rotation = term.confidence[rows], term.rotation[rows]
        self.shape, n_points = self.confidence.shape, len(PULLING)  # (B, V, 11)
        self.focal = term.focal[rows].reshape(-1)
        points = placed.posed.points.take(PULLING, axis=1) + placed.translation[:, None]
        turned = points[:, None] @ self.rotation.swapaxes(2, 3)
        self.seen, self.shift = turned.reshape(-1, n_points, 3), term.shift[rows].reshape(-1, 3)
        projected = project(self.seen, self.shift, self.focal, term.centre[rows].reshape(-1, 2))
        self.error = term.joints[rows] - projected.reshape(*self.shape, 2)
        robust = self.confidence[..., None] * geman_mcclure(self.error, SIGMA)
        self.residual = robust.swapaxes(1, 2).reshape(len(rows), -1)

    def put_rows(self, keep: np.ndarray, placed: Placed, axes: Axes, out: np.ndarray) -> None:
        """As objective.Residuals has it."""
        n_betas, (_, n_views, n_points) = placed.body.n_betas, self.shape
        slopes = projection_slopes(self.seen, self.shift, self.focal).reshape(*self.shape, 2, 3)[keep]
        slopes *= -(self.confidence[keep][..., None] * geman_mcclure_slope(self.error[keep], SIGMA))[..., None]
        slopes = (slopes @ self.rotation[keep, :, None]).swapaxes(1, 2).reshape(len(keep), n_points, 2 * n_views, 3)
        by_betas = slopes @ points_by_betas(placed.posed).take(PULLING, axis=1)
        out[..., :n_betas] = by_betas.reshape(out.shape[:2] + (-1,))
        rows_by_pose(placed.body, placed.posed, axes, slopes, PULLING, out[..., n_betas:n_betas + N_POSE])
        out[..., -3:] = slopes.reshape(out.shape[:2] + (3,))
