"""Elbows and knees: the exponential penalty on unnatural bending (Bogo et al., section 3.2, E_a)."""

from typing import TYPE_CHECKING

import numpy as np

from .base.deferred import deferred
from .body.skeleton import BEND_POSE_IDS, BEND_SIGNS

if TYPE_CHECKING:
    from .chumpy_faces import AnglePrior as AnglePrior
else:
    __getattr__ = deferred(__name__, {'AnglePrior': '.chumpy_faces'})

_SCALE = 10.


def bending(pose: np.ndarray) -> np.ndarray:
    """Penalty (B, 4) of left elbow, right elbow, left knee, right knee for ``pose`` (B, 72) in radians."""
    return _SCALE * np.exp(BEND_SIGNS * pose[:, BEND_POSE_IDS])


def bending_slopes(penalty: np.ndarray) -> np.ndarray:
    """Derivative (B, 4) of ``bending`` by the pose's elements BEND_POSE_IDS, of which each penalty depends on its own.

    ``penalty`` (B, 4) is the value of ``bending``, or it times a weight: d/dx exp(s x) = s exp(s x).
    """
    return BEND_SIGNS * penalty
