"""Elbows and knees: the exponential penalty on unnatural bending (Bogo et al., section 3.2, E_a)."""

from typing import Any

import numpy as np

from .base.compat import chumpy as ch
from .body.skeleton import BEND_POSE_IDS, BEND_SIGNS, N_POSE

_SCALE = 10.


def bending(pose: np.ndarray) -> np.ndarray:
    """Penalty (B, 4) of left elbow, right elbow, left knee, right knee for ``pose`` (B, 72) in radians."""
    return _SCALE * np.exp(BEND_SIGNS * pose[:, BEND_POSE_IDS])


def bending_slopes(penalty: np.ndarray) -> np.ndarray:
    """Derivative (B, 4) of ``bending`` by the pose's elements BEND_POSE_IDS, of which each penalty depends on its own.

    ``penalty`` (B, 4) is the value of ``bending``, or it times a weight: d/dx exp(s x) = s exp(s x).
    """
    return BEND_SIGNS * penalty


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
