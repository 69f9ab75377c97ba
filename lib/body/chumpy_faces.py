"""The body's points and their projection as modules of chumpy, for those who build on its graphs."""

import numpy as np

from ..base.compat import chumpy as ch
from .all_points import all_points, all_points_by_betas, all_rows_by_pose
from .kinematics import PosedBody, joint_axes, points_by_betas, pose_body, rows_by_pose
from .projection import project, projection_slopes
from .skeleton import N_POINTS, N_POSE


class TrackedPoints(ch.Ch):
    """chumpy face of the tracked points: betas (n_betas,), pose (72,), term body (a TrackedBody); (13, 3)."""

    dterms = 'betas', 'pose'
    terms = 'body'

    def _posed(self) -> PosedBody:
        return pose_body(self.body, self.betas.r[None], self.pose.r[None])

    def compute_r(self) -> np.ndarray:
        return self._posed().points[0]

    def compute_dr_wrt(self, wrt: ch.Ch) -> np.ndarray | None:
        if wrt is self.betas:
            return points_by_betas(self._posed())[0].reshape(-1, self.betas.size)
        if wrt is self.pose:
            posed = self._posed()
            identity = np.broadcast_to(np.eye(3), posed.points.shape + (3,))
            out = np.zeros((1, posed.points.size, N_POSE))
            rows_by_pose(self.body, posed, joint_axes(posed), identity, np.arange(len(posed.points[0])), out)
            return out[0]
        return None


class AllPoints(ch.Ch):
    """chumpy face of all_points: betas (n_betas,), pose (72,), term body (a TrackedBody); (25, 3)."""

    dterms = 'betas', 'pose'
    terms = 'body'

    def _posed(self) -> PosedBody:
        return pose_body(self.body, self.betas.r[None], self.pose.r[None])

    def compute_r(self) -> np.ndarray:
        return all_points(self._posed())[0]

    def compute_dr_wrt(self, wrt: ch.Ch) -> np.ndarray | None:
        if wrt is self.betas:
            return all_points_by_betas(self._posed())[0].reshape(-1, self.betas.size)
        if wrt is self.pose:
            posed = self._posed()
            identity = np.broadcast_to(np.eye(3), (1, N_POINTS, 3, 3))
            return all_rows_by_pose(self.body, posed, joint_axes(posed), identity).reshape(-1, N_POSE)
        return None


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
