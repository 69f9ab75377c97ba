"""Evidence: a pose that another program estimated, to stay near.

The distance is robust, as some joints of an estimate may be far off, and the rest right.
"""

import numpy as np

from ..body.kinematics import Axes
from ..body.skeleton import N_POSE
from ..robustifiers import geman_mcclure, geman_mcclure_slope
from .objective import Placed

#: Geman-McClure's sigma, radians (tests/evaluation/NOTES.md).
SIGMA_RADIANS = 0.5


class Anchor:
    """Poses (N, 72) of N problems, radians, and what a radian of each element counts, ``weight`` (N,)."""

    name = 'anchor'

    def __init__(self, pose: np.ndarray, weight: np.ndarray) -> None:
        self.pose, self.weight = pose, weight
        self.strength = N_POSE * np.square(weight)

    def at(self, placed: Placed, rows: np.ndarray) -> 'AnchorResiduals':
        """The residuals of the problems ``rows`` (B,) with their bodies as ``placed``."""
        return AnchorResiduals(self, placed, rows)


class AnchorResiduals:
    """Residual (B, 72) of a batch: from the anchor to the pose, element by element."""

    def __init__(self, term: Anchor, placed: Placed, rows: np.ndarray) -> None:
        self.weight = term.weight[rows, None]
        self.away = placed.pose - term.pose[rows]
        self.residual = self.weight * geman_mcclure(self.away, SIGMA_RADIANS)

    def put_rows(self, keep: np.ndarray, placed: Placed, axes: Axes, out: np.ndarray) -> None:
        """As objective.Residuals has it."""
        element = np.arange(N_POSE)
        slope = np.where(self.away[keep] == 0., 1., geman_mcclure_slope(self.away[keep], SIGMA_RADIANS))
        out[:, element, placed.body.n_betas + element] = self.weight[keep] * slope
