"""What is fitted, how, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..base.constraints import Alternatives, Interval, OneOf, check_fields
from ..base.errors import InputError
from ..body.projection import FOCAL
from ..body.skeleton import N_LSP, N_POINTS, N_POSE
from ..model_files import GENDERS
from .values import FARTHEST, FOCAL_RANGE, array_of, check_range, joints_of, numbers
from .view import View

#: Radians and betas beyond which another program's estimate is none; metres beyond which no 3D point is, and metres
#: that a person's span at most and at least: millimetres taken for metres, and the reverse, are far outside.
_MOST_TURNED, _LARGEST_BETA = 1e3, 1e2
_FARTHEST_POINT, SPANS = 1e5, (0.1, 10.)
#: FitOptions.init: the published program's T pose, and the prior's mean pose.
INITS = ('published', 'mean')
#: How many 3D points a body needs at least.
FEWEST_POINTS = 4


@dataclass(frozen=True, eq=False)
class Known:
    """Where a fit may start: camera translation (3,), x = [betas, pose] (n_betas + 72,)."""

    translation: np.ndarray
    x: np.ndarray


@dataclass(eq=False)
class Estimate:
    """What another program found of a person: pose (72,) radians, betas (n,), as many as there are.

    The body stands as the camera sees it: x to the right, y down, z away (or in the frame of 3D points, if these are
    given). Arrays may be given as lists. Raises InputError where a shape is another, or a number is not finite or not
    sensible.
    """

    pose: np.ndarray
    betas: np.ndarray

    def __post_init__(self) -> None:
        self.pose = numbers('pose', self.pose, (N_POSE,), -_MOST_TURNED, _MOST_TURNED)
        self.betas = numbers('betas', self.betas, (np.size(self.betas),), -_LARGEST_BETA, _LARGEST_BETA)


@dataclass(eq=False)
class Problem:
    """What is fitted: LSP joints (14, 2), their confidence (14,), the image centre (2,), focal length; enlarged px.

    Arrays may be given as lists. A joint of confidence 0 is missing: it pulls nothing, wherever it is said to be, and
    becomes NaN. ``gender`` is 'male', 'female' or 'neutral'. ``known`` is where the fit starts if the last frame of a
    video tells: then there is no camera step, and of the schedule only the last stage.

    Where more is known, the body's place is found along with it: ``points3d`` (25, 4) are SMPL's 24 joints and the head
    top in any right-handed frame, metres, and how much each counts, 0 where it is not known; ``estimate`` is another
    program's, to start from and stay near (FitOptions.stay_near); ``views`` are what calibrated cameras see, and points
    and estimate are then in their world. ``without_photograph`` makes a Problem of 3D points alone, ``of_views`` one of
    views.

    Raises InputError where a shape is another, or a number is not finite or not sensible.
    """

    joints: np.ndarray
    confidence: np.ndarray
    centre: np.ndarray
    gender: str
    focal: float = FOCAL
    known: Known | None = None
    points3d: np.ndarray | None = None
    estimate: Estimate | None = None
    views: Sequence[View] = ()

    CONSTRAINTS: ClassVar[Mapping[str, Alternatives]] = {'gender': [OneOf(GENDERS)], 'focal': [FOCAL_RANGE]}

    def __post_init__(self) -> None:
        check_fields(self)
        self.joints, self.confidence = joints_of(self.joints, self.confidence)
        self.centre = numbers('centre', self.centre, (2,), -FARTHEST, FARTHEST)
        if self.points3d is not None:
            self.points3d = _points3d(self.points3d)

    @classmethod
    def without_photograph(cls, points3d: Any, gender: str = 'neutral', estimate: Estimate | None = None) -> 'Problem':
        """The Problem of 3D points (25, 4) that no photograph belongs to. Raises InputError as its class does."""
        return cls(np.zeros((N_LSP, 2)), np.zeros(N_LSP), np.zeros(2), gender, points3d=points3d, estimate=estimate)

    @classmethod
    def of_views(cls, views: Sequence[View], gender: str = 'neutral') -> 'Problem':
        """The Problem of one person in the Views of calibrated cameras. Raises InputError as its class does."""
        if not views:
            raise InputError('views: none given, wanted one or more')
        return cls(np.zeros((N_LSP, 2)), np.zeros(N_LSP), views[0].centre, gender, views[0].focal, views=tuple(views))

    @property
    def more_evidence(self) -> bool:
        """Whether more is known than a photograph, or the last frame, tells."""
        return self.points3d is not None or self.estimate is not None or len(self.views) > 0


@dataclass(frozen=True)
class FitOptions:
    """The published program's options, the two quirks that can be left (docs, differences), and what goes beyond.

    Raises InputError where a value is none of those wanted.
    """

    n_betas: int = 10
    side_view_threshold: float = 25.
    interpenetration: bool = True
    gradient: str = 'published'
    init: str = 'published'
    optimizer: str = 'dogleg'
    restarts: str = 'none'  # 'gmm': start from every Gaussian of the pose prior, too, and keep the lowest energy
    weights: str = 'published'  # 'tuned': schedule.SCHEDULES
    stay_near: float | None = None  # what a radian away from an Estimate counts; None: by how well it explains the rest

    CONSTRAINTS: ClassVar[Mapping[str, Alternatives]] = {
        'n_betas': [Interval(1, 300, whole=True)],  # as many as any SMPL model has
        'side_view_threshold': [Interval(0., FARTHEST)],
        'interpenetration': [OneOf((True, False))],
        'gradient': [OneOf(('published', 'exact'))],
        'init': [OneOf(INITS)],
        'optimizer': [OneOf(('dogleg', 'chumpy'))],
        'restarts': [OneOf(('none', 'gmm'))],
        'weights': [OneOf(('published', 'tuned'))],
        'stay_near': [OneOf((None,)), Interval(0., 1e6)]}

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, eq=False)
class StageResult:
    """The end of one stage: accepted steps, sum of squares of each term, x = [betas, pose]."""

    steps: int
    energies: dict[str, float]
    x: np.ndarray


@dataclass(frozen=True, eq=False)
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
    runs: tuple[tuple[StageResult, ...], ...]
    chosen: int
    camera_steps: int

    @property
    def final(self) -> StageResult:
        """The StageResult that was kept."""
        return self.runs[self.chosen][-1]


def possible_joints(people: np.ndarray) -> np.ndarray:
    """``people`` (N, K, 3), x, y, confidence, with 0, 0, 0 for joints that no Problem may have: NaN, too far out."""
    return np.where((np.abs(people[..., :2]) <= FARTHEST).all(axis=-1, keepdims=True), people, 0.)


def stack(problems: Sequence[Problem], name: str) -> np.ndarray:
    """The attribute ``name`` of all Problems in one array, first axis the problem."""
    return np.array([getattr(problem, name) for problem in problems], dtype=float)


def _points3d(values: Any) -> np.ndarray:
    """3D points (25, 4) and weights, points 0 where the weight is."""
    array = array_of('points3d', values, (N_POINTS, 4))
    check_range('weights of points3d', array[:, 3], 0., 1e6)
    known = array[:, 3] > 0
    array[~known] = 0.
    check_range('points3d', array[known, :3], -_FARTHEST_POINT, _FARTHEST_POINT)
    if known.sum() < FEWEST_POINTS:
        raise InputError(f'points3d: {known.sum()} points are known, wanted {FEWEST_POINTS} or more')
    span = float(np.ptp(array[known, :3], axis=0).max())
    if not SPANS[0] <= span <= SPANS[1]:
        raise InputError(f'points3d: they span {span:.4g} m, which no person does; wanted metres')
    return array
