"""How far a fit of one photograph can be trusted: a covariance of its parameters, carried to the joints.

The fit minimises a sum of squares R'R of residuals R(x), x = [betas, pose], under a camera translation t that another
step found. Near its end x moves by -inv(H) J'e where the residuals are off by e, with J = dR/dx and H = J'J, and by
-inv(H) H_t dt where the translation is (Gauss and Newton; White, Econometrica 1982, for the covariance of who minimises
a sum that is not quite the likelihood):

    cov(x) = inv(H) (sum of s^2 J'J over residuals) inv(H) + K cov(t) K',   K = inv(H) H_t

At the true body residuals are off by s: of a joint in the image that is the detector's noise, px; of the pose prior,
weighed w, w sqrt(1/2), as its residual is sqrt(1/2) times a vector of unit normal numbers, and counts once in J; of
betas their weight. What the terms without a distribution (bending, overlap) hold back, they hold back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..base.constraints import Interval, check
from ..base.errors import InputError
from ..body.all_points import all_points_by_betas, all_rows_by_pose
from ..body.kinematics import joint_axes
from ..body.skeleton import N_JOINTS, N_POSE
from ..evidence.objective import EvidenceEvaluation, EvidenceObjective
from ..evidence.photograph import Photograph
from ..model_files import ModelSet
from ..objective import EnergyModel, Weights, detections_of
from .problem import Fit, FitOptions, Problem, stack
from .schedule import SCHEDULES, SLOTS

#: How far off a detector's joints are, enlarged px in each direction, where nobody says, and with that how far SMPL's
#: joints are from what detectors call so; found on a recording of several cameras (docs/uncertainty.md).
NOISE = 5.
NOISE_RANGE = Interval(0., 1000.)
#: The camera step's translation is off by this share of the distance, along the ray, and by so many metres, beside the
#: detector's noise; measured on training people (docs/uncertainty.md).
DEPTH_SHARE, ASIDE = .1, .02
_TORSO = .5  # metres from shoulders to hips, by which the distance is told
_ANY_TURN = 1.8  # radians; no less is known of an orientation of which nothing is


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Covariances (24, 3, 3), m^2, of SMPL's joints in the camera's frame, x right, y down, z away.

    Of the pelvis, the first, that is of its place before the camera, of the others of their places from the pelvis.
    """

    covariance: np.ndarray

    @property
    def sigma(self) -> np.ndarray:
        """Standard deviations (24, 3), m, of each coordinate."""
        return np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))

    @property
    def typical(self) -> float:
        """Root mean square, m, of the standard deviations of all coordinates as seen from the pelvis."""
        return float(np.sqrt(np.square(self.sigma[1:]).mean()))

    @property
    def depth(self) -> float:
        """Standard deviation, m, of the person's distance."""
        return float(self.sigma[0, 2])


class Trust:
    """Tells the Uncertainty of fits that were made with a ModelSet and FitOptions."""

    def __init__(self, models: ModelSet, options: FitOptions) -> None:
        self._models, self._options = models, options
        self._energy = lru_cache(maxsize=None)(self._make_energy)

    def _make_energy(self, gender: str, n_betas: int) -> EnergyModel:
        body = self._models.body(gender).tracked(n_betas)
        capsules = self._models.capsules(gender, body) if self._options.interpenetration else None
        return EnergyModel(body, self._models.prior, capsules, 'exact')

    def of(self, problems: Sequence[Problem], fits: Sequence[Fit], noise: Sequence[float]) -> list[Uncertainty]:
        """The Uncertainty of each of ``fits``; ``noise`` and errors as ``uncertainty`` has them."""
        groups: dict[EnergyModel, list[int]] = {}
        for i, (problem, fit) in enumerate(zip(problems, fits)):
            check('noise', noise[i], [NOISE_RANGE])
            if problem.more_evidence:
                raise InputError('uncertainty: of fits of one photograph alone, without 3D points or an estimate')
            groups.setdefault(self._energy(problem.gender, len(fit.betas)), []).append(i)
        out: dict[int, Uncertainty] = {}
        for energy, indices in groups.items():
            for first in range(0, len(indices), SLOTS):
                part = indices[first:first + SLOTS]
                found = _covariances([problems[i] for i in part], [fits[i] for i in part], energy,
                                     SCHEDULES[self._options.weights][-1], np.array([float(noise[i]) for i in part]))
                out |= dict(zip(part, map(Uncertainty, found)))
        return [out[i] for i in range(len(problems))]


def uncertainty(problem: Problem, fit: Fit, models: ModelSet, options: FitOptions | None = None,
                noise: float = NOISE) -> Uncertainty:
    """How far the ``fit`` of a Problem, with these models and FitOptions, can be trusted.

    ``noise`` is how far detected joints are off, enlarged px in each direction. Raises InputError where it is no such
    number, or the problem has more than a photograph.
    """
    return Trust(models, options or FitOptions()).of([problem], [fit], [noise])[0]


def _covariances(problems: Sequence[Problem], fits: Sequence[Fit], model: EnergyModel, weights: Weights,
                 noise: np.ndarray) -> np.ndarray:
    """Covariances (B, 24, 3, 3) of joints, as an Uncertainty has them, of problems that share a ``model``."""
    joints, confidence = zip(*map(detections_of, problems))
    focal = stack(problems, 'focal')
    photograph = Photograph(np.array(joints), np.array(confidence), focal, stack(problems, 'centre'))
    x = np.array([np.concatenate([fit.betas, fit.pose, fit.cam_t]) for fit in fits])
    evaluation = EvidenceObjective(model, [photograph], weights).evaluate(x, np.arange(len(x)))
    curvature, spread = _curvature(evaluation, weights, noise)
    translation = x[:, -3:]
    off = noise * translation[:, 2] / focal  # metres at the person's distance
    along, aside = DEPTH_SHARE ** 2 + np.square(off / _TORSO) / 2., ASIDE ** 2 + np.square(off)
    place = (along[:, None, None] * translation[:, :, None] * translation[:, None, :]
             + aside[:, None, None] * np.eye(3))
    inverse = np.linalg.inv(curvature[:, :-3, :-3])
    follows = np.concatenate([-inverse @ curvature[:, :-3, -3:], np.tile(np.eye(3), (len(x), 1, 1))], axis=1)
    of_joints = _by_x(evaluation)
    with_place = of_joints @ follows[:, None]
    own = of_joints[..., :-3] @ inverse[:, None]
    return (own @ spread[:, None, :-3, :-3] @ own.swapaxes(2, 3) + with_place @ place[:, None]
            @ with_place.swapaxes(2, 3))


def _curvature(evaluation: EvidenceEvaluation, weights: Weights, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """J'J (B, n, n) of all residuals at x = [betas, pose, translation], and the same of each times s^2."""
    rows, n_betas = np.arange(len(noise)), evaluation.betas.shape[1]
    curvature = np.array([matrix.copy() for matrix in evaluation.normal_equations(rows)[1]])
    axes = joint_axes(evaluation.posed)
    seen, _ = evaluation.evidence_rows(rows, evaluation.posed, axes, 0)
    spread = np.square(noise)[:, None, None] * (seen.swapaxes(1, 2) @ seen)
    betas, body, root = np.arange(n_betas), slice(n_betas + 3, n_betas + N_POSE), np.arange(n_betas, n_betas + 3)
    spread[:, betas, betas] += weights.betas ** 4
    spread[:, body, body] += weights.pose ** 4 / 2. * evaluation.model.prior.information[evaluation.component]
    for matrix in (curvature, spread):
        matrix[:, root, root] += _ANY_TURN ** -2
    return curvature, spread


def _by_x(evaluation: EvidenceEvaluation) -> np.ndarray:
    """Derivative (B, 24, 3, n) by x: of the pelvis before the camera, of the other joints as seen from it."""
    body, posed = evaluation.model.body, evaluation.posed
    n_betas, batch = body.n_betas, len(evaluation.betas)
    out = np.zeros((batch, N_JOINTS, 3, n_betas + N_POSE + 3))
    rows = np.broadcast_to(np.eye(3), (batch, N_JOINTS + 1, 3, 3))
    out[..., :n_betas] = all_points_by_betas(posed)[:, :N_JOINTS]
    out[..., n_betas:-3] = all_rows_by_pose(body, posed, joint_axes(posed), rows)[:, :N_JOINTS]
    out[:, 1:] -= out[:, :1]
    out[:, 0, :, -3:] = np.eye(3)
    return out
