"""Evidence: the 2D joints of one photograph, the published image term; the translation is the camera's."""

import numpy as np

from ..body.kinematics import Axes, points_by_betas, rows_by_pose
from ..body.projection import project, projection_slopes
from ..body.skeleton import N_POSE
from ..objective import PULLING, SIGMA
from ..robustifiers import geman_mcclure, geman_mcclure_slope
from .objective import Placed


class Photograph:
    """The tracked joints (N, 13, 2) of N problems, enlarged px, how much each counts (N, 13), and their cameras:
    ``focal`` (N,), ``centre`` (N, 2), px."""

    name = 'j2d'

    def __init__(self, joints: np.ndarray, confidence: np.ndarray, focal: np.ndarray, centre: np.ndarray) -> None:
        self.joints, self.confidence = joints[:, PULLING], confidence[:, PULLING]
        self.focal, self.centre = focal, centre
        self.strength = 2. * np.square(self.confidence).sum(axis=1)

    def at(self, placed: Placed, rows: np.ndarray) -> 'PhotographResiduals':
        """The residuals of the problems ``rows`` (B,) with their bodies as ``placed``."""
        return PhotographResiduals(self, placed, rows)


class PhotographResiduals:
    """The image term of a batch: residual (B, 22)."""

    def __init__(self, term: Photograph, placed: Placed, rows: np.ndarray) -> None:
        self.focal, self.confidence = term.focal[rows], term.confidence[rows]
        points = placed.posed.points.take(PULLING, axis=1)
        self.error = term.joints[rows] - project(points, placed.translation, self.focal, term.centre[rows])
        robust = self.confidence[..., None] * geman_mcclure(self.error, SIGMA)
        self.residual = robust.reshape(len(rows), -1)

    def put_rows(self, keep: np.ndarray, placed: Placed, axes: Axes, out: np.ndarray) -> None:
        """As objective.Residuals has it."""
        n_betas = placed.body.n_betas
        slopes = projection_slopes(placed.posed.points.take(PULLING, axis=1), placed.translation, self.focal[keep])
        slopes *= -(self.confidence[keep][..., None] * geman_mcclure_slope(self.error[keep], SIGMA))[..., None]
        by_betas = slopes @ points_by_betas(placed.posed).take(PULLING, axis=1)
        out[..., :n_betas] = by_betas.reshape(out.shape[:2] + (-1,))
        rows_by_pose(placed.body, placed.posed, axes, slopes, PULLING, out[..., n_betas:n_betas + N_POSE])
        out[..., -3:] = slopes.reshape(out.shape[:2] + (3,))
