"""How far away a person is in the frames of a clip: what single frames tell badly, all of them tell together.

A photograph hardly tells depth from stature and bent limbs: left to itself, a clip's fit ends nearer than the person,
with knees bent. The camera step holds the depth near a first guess; here the guess is a smooth curve through those of
all frames.
"""

import warnings
from collections.abc import Sequence

import numpy as np

from ..base.errors import InputError
from ..body.kinematics import Axes
from ..evidence.objective import Placed
from ..fitting.camera_step import Torso
from ..fitting.problem import Problem, stack
from .curve import smooth_curve

#: Enlarged px, as much as which a metre off the guess counts; softer than the camera step's, as the guess is better.
WEIGHT = 30.
#: Seconds over which the curve bends: it follows whoever comes nearer, and not a single frame.
_SECONDS = 1.
#: Guesses farther off than this share count by their distance, not its square.
_ROBUST_SHARE = 0.02


class Depth:
    """Evidence: the depths (N,), metres, that N problems' bodies are near."""

    name = 'depth'

    def __init__(self, depth: np.ndarray) -> None:
        self.depth = depth
        self.strength = np.full(len(depth), WEIGHT ** 2)

    def at(self, placed: Placed, rows: np.ndarray) -> 'DepthResiduals':
        """The residuals of the problems ``rows`` (B,) with their bodies as ``placed``."""
        return DepthResiduals(WEIGHT * (placed.translation[:, 2:] - self.depth[rows, None]))


class DepthResiduals:
    """Residual (B, 1) of a batch."""

    def __init__(self, residual: np.ndarray) -> None:
        self.residual = residual

    def put_rows(self, keep: np.ndarray, placed: Placed, axes: Axes, out: np.ndarray) -> None:
        """As objective.Residuals has it."""
        out[:, 0, -1] = WEIGHT


def depths(problems: Sequence[Problem], torso: Torso, numbers: np.ndarray, frame_rate: float) -> np.ndarray:
    """The depth t_z (F,) of each of ``problems``, frames ``numbers`` (F,). Raises InputError where none tells."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', RuntimeWarning)  # of frames without a limb
        guesses = torso.bone_translation(stack(problems, 'joints'), stack(problems, 'focal'))[:, 2]
    known = np.isfinite(guesses) & (guesses > 0)
    if not known.any():
        raise InputError('no two joints of a limb or the torso are detected apart from each other in any frame, so the '
                         'depth cannot be guessed')
    first = numbers[0]
    values, there = np.zeros(numbers[-1] - first + 1), np.zeros(numbers[-1] - first + 1)
    values[numbers[known] - first], there[numbers[known] - first] = np.log(guesses[known]), 1.
    curve = smooth_curve(values[:, None], there, (_SECONDS * frame_rate) ** 4, _ROBUST_SHARE)
    return np.exp(curve[numbers - first, 0])
