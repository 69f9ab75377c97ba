"""The terms as modules of chumpy, for those who build on its graphs; each term's own module offers its face."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from .angle_prior import bending, bending_slopes
from .base.compat import chumpy as ch
from .body.kinematics import PosedBody, joint_axes, pose_body
from .body.skeleton import BEND_POSE_IDS, N_POSE
from .max_mixture_prior import GRADIENT_COUNTS
from .robustifiers import geman_mcclure, geman_mcclure_slope
from .sphere_collisions import Overlap


class GMOf(ch.Ch):
    """chumpy face of Geman-McClure: dterm x, term sigma."""

    dterms = 'x'
    terms = 'sigma'

    def compute_r(self) -> np.ndarray:
        return geman_mcclure(self.x.r, self.sigma)

    def compute_dr_wrt(self, wrt: Any) -> sp.spmatrix | None:
        if wrt is self.x:
            return sp.diags([geman_mcclure_slope(self.x.r, self.sigma).ravel()], [0], format='csc')
        return None


class PosePrior(ch.Ch):
    """chumpy face of the pose prior: dterm pose (72,), terms prior, gradient ('published' or 'exact'); (70,)."""

    dterms = 'pose'
    terms = 'prior', 'gradient'

    def compute_r(self) -> np.ndarray:
        return self.prior.residual(self.pose.r[None, 3:])[0][0]

    def compute_dr_wrt(self, wrt: Any) -> np.ndarray | None:
        if wrt is self.pose:
            component = self.prior.residual(self.pose.r[None, 3:])[1][0]
            body = GRADIENT_COUNTS[self.gradient] * self.prior.jacobian(component)
            return np.hstack([np.zeros((len(body), 3)), body])
        return None


class AnglePrior(ch.Ch):
    """chumpy face of the elbow and knee penalty: dterm pose (72,); (4,)."""

    dterms = 'pose'

    def compute_r(self) -> np.ndarray:
        return bending(self.pose.r[None])[0]

    def compute_dr_wrt(self, wrt: Any) -> np.ndarray | None:
        if wrt is self.pose:
            jacobian = np.zeros((len(BEND_POSE_IDS), N_POSE))
            jacobian[np.arange(len(BEND_POSE_IDS)), BEND_POSE_IDS] = bending_slopes(self.r)
            return jacobian
        return None


class SphereCollisions(ch.Ch):
    """chumpy face of the overlap: dterms betas (n_betas,), pose (72,); terms body, capsules; (1,)."""

    dterms = 'betas', 'pose'
    terms = 'body', 'capsules'

    def _overlap(self) -> tuple[Overlap, PosedBody]:
        posed = pose_body(self.body, self.betas.r[None], self.pose.r[None])
        return Overlap(self.capsules, self.body, posed, self.betas.r[None]), posed

    def compute_r(self) -> np.ndarray:
        return self._overlap()[0].residual

    def compute_dr_wrt(self, wrt: Any) -> np.ndarray | None:
        if wrt is self.pose:
            overlap, posed = self._overlap()
            return overlap.by_pose(joint_axes(posed).world, np.array([0]))
        return None  # centres follow betas without a derivative, as published
