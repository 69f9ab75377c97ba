"""Elbows and knees: the exponential penalty on unnatural bending (Bogo et al., section 3.2, E_a)."""

import numpy as np

from .base.compat import chumpy as ch
from .body.skeleton import BEND_POSE_IDS, BEND_SIGNS, N_POSE

_SCALE = 10.


def bending(pose):
    """Penalty (B, 4) of left elbow, right elbow, left knee, right knee for ``pose`` (B, 72) in radians.

    Each is also its own derivative but for BEND_SIGNS: d/dx exp(s x) = s exp(s x).
    """
    return _SCALE * np.exp(BEND_SIGNS * pose[:, BEND_POSE_IDS])


class AnglePrior(ch.Ch):
    """chumpy face of the elbow and knee penalty: dterm pose (72,); (4,)."""

    dterms = 'pose'

    def compute_r(self):
        return bending(self.pose.r[None])[0]

    def compute_dr_wrt(self, wrt):
        if wrt is self.pose:
            jacobian = np.zeros((len(BEND_POSE_IDS), N_POSE))
            jacobian[np.arange(len(BEND_POSE_IDS)), BEND_POSE_IDS] = BEND_SIGNS * self.r
            return jacobian
        return None
