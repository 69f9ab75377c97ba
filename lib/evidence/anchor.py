"""Evidence: a pose that another program estimated, to stay near."""

import numpy as np

from ..body.kinematics import Axes
from ..body.skeleton import N_POSE
from .objective import Placed


class Anchor:
    """Poses (N, 72) of N problems, radians, and what a radian of each element counts, ``weight`` (N,)."""

    name = 'anchor'
    n_residuals = N_POSE

    def __init__(self, pose: np.ndarray, weight: np.ndarray) -> None:
        self.pose, self.weight = pose, weight

    def at(self, placed: Placed, rows: np.ndarray) -> 'AnchorResiduals':
        """The residuals of the problems ``rows`` (B,) with their bodies as ``placed``."""
        return AnchorResiduals(self, placed, rows)


class AnchorResiduals:
    """Residual (B, 72) of a batch: from the anchor to the pose, element by element."""

    def __init__(self, term: Anchor, placed: Placed, rows: np.ndarray) -> None:
        self.weight = term.weight[rows, None]
        self.residual = self.weight * (placed.pose - term.pose[rows])

    def put_rows(self, keep: np.ndarray, placed: Placed, axes: Axes, out: np.ndarray) -> None:
        """As objective.Residuals has it."""
        element = np.arange(N_POSE)
        out[:, element, placed.body.n_betas + element] = self.weight[keep]
