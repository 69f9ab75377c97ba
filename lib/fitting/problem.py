"""What is fitted, how, and what comes of it."""

from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP

#: Pixels; a detection farther out is a mistake of the file's.
_FARTHEST = 1e6


@dataclass(frozen=True)
class Problem:
    """What is fitted: LSP joints (14, 2), their confidence (14,), the image centre (2,), focal length; enlarged px.

    A joint of confidence 0 is missing: it pulls nothing, wherever it is said to be. ``gender`` is 'male', 'female'
    or 'neutral'. ``known``, a tracking.Known, is where the fit starts if the last frame of a video tells: then there
    is no camera step, and of the schedule only the last stage.
    """

    joints: np.ndarray
    confidence: np.ndarray
    centre: np.ndarray
    gender: str
    focal: float = FOCAL
    known: object = None

    def __post_init__(self):
        missing = np.asarray(self.confidence) == 0
        if np.shape(self.joints) == (N_LSP, 2) and np.shape(missing) == (N_LSP,):
            object.__setattr__(self, 'joints', np.where(missing[:, None], np.nan, self.joints))


@dataclass(frozen=True)
class FitOptions:
    """The published program's options, the two quirks that can be left (README, How it differs), and what goes beyond."""

    n_betas: int = 10
    side_view_threshold: float = 25.
    interpenetration: bool = True
    gradient: str = 'published'  # or 'exact'
    init: str = 'published'  # or 'mean'
    optimizer: str = 'dogleg'  # or 'chumpy'
    restarts: str = 'none'  # or 'gmm': start from every Gaussian of the pose prior, too, and keep the lowest energy
    weights: str = 'published'  # or 'tuned' (schedule.WEIGHTS)


@dataclass(frozen=True)
class Fit:
    """A fitted body: camera translation (3,), focal length (2,) px, pose (72,) rad, betas (n_betas,).

    ``runs`` holds the StageResults of each orientation and restart tried, the published schedule's first, ``chosen``
    which of them was kept, ``camera_steps`` the accepted steps of its camera step.
    """

    cam_t: np.ndarray
    f: np.ndarray
    pose: np.ndarray
    betas: np.ndarray
    body: str
    runs: tuple
    chosen: int
    camera_steps: int

    @property
    def final(self):
        """The StageResult that was kept."""
        return self.runs[self.chosen][-1]


def check_problem(problem):
    for name, array, wanted in (('confidence', problem.confidence, (N_LSP,)), ('joints', problem.joints, (N_LSP, 2)),
                                ('centre', problem.centre, (2,)), ('focal length', problem.focal, ())):
        if np.shape(array) != wanted:
            raise InputError(f'{name} has shape {np.shape(array)}, wanted {wanted}')
        present = problem.confidence != 0 if name == 'joints' else slice(None)
        if not np.isfinite(np.atleast_1d(array)[present]).all():
            raise InputError(f'{name} holds NaN or infinite numbers')
        if name == 'joints' and (np.abs(array[present]) > _FARTHEST).any():
            raise InputError(f'joints are said to be more than {_FARTHEST:.0e} pixels away')
    if (problem.confidence < 0).any():
        raise InputError('confidence holds negative numbers')


def stack(problems, name):
    """The attribute ``name`` of all Problems in one array, first axis the problem."""
    return np.array([getattr(problem, name) for problem in problems], dtype=float)
