"""The objective: five weighted terms of betas and pose (Bogo et al., section 3.2, equation 1).

``Objective`` evaluates them for many problems at once; ``chumpy_terms`` states the same as a dict of chumpy
modules for one problem. Both call the functions of the terms' own files.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from .angle_prior import bending, bending_slopes
from .base.deferred import deferred
from .body.kinematics import Axes, PosedBody, TrackedBody, joint_axes, points_by_betas, pose_body, rows_by_pose
from .body.projection import project, projection_slopes
from .body.skeleton import BEND_POSE_IDS, LSP_HIPS, N_LSP, N_POSE, TRACKED_LSP
from .capsule_body import CapsuleBody
from .max_mixture_prior import GRADIENT_COUNTS, MaxMixturePrior
from .robustifiers import geman_mcclure, geman_mcclure_slope
from .sphere_collisions import Overlap

if TYPE_CHECKING:
    from .chumpy_objective import chumpy_terms as chumpy_terms
else:
    __getattr__ = deferred(__name__, {'chumpy_terms': '.chumpy_objective'})

TERMS = ('j2d', 'pose', 'pose_exp', 'betas', 'sph_coll')
#: Geman-McClure's sigma, pixels.
SIGMA = 100.
#: Weight of the elbow and knee penalty as a share of the pose prior's, as published.
ANGLE_SHARE = 0.317
COLLISION_WEIGHT = 1000.
#: Hips follow the skin, not the joint: their detections do not count (section 3.2, w_i).
JOINT_WEIGHTS = np.where(np.isin(np.arange(N_LSP), LSP_HIPS), 0., 1.)[TRACKED_LSP]
#: Positions among the tracked joints of those that count.
PULLING = np.flatnonzero(JOINT_WEIGHTS)


class Weights(NamedTuple):
    """What a stage weighs the pose prior and betas by, and elbows and knees, as a share of the pose prior."""

    pose: float
    betas: float
    angle_share: float = ANGLE_SHARE


#: The published stages.
STAGES = (Weights(404., 100.), Weights(404., 50.), Weights(57.4, 10.), Weights(4.78, 5.))


class Detected(Protocol):
    """What the objective asks of a fitting.Problem."""

    joints: np.ndarray
    confidence: np.ndarray
    centre: np.ndarray
    focal: float


@dataclass(frozen=True, eq=False)
class EnergyModel:
    """What the problems of an objective share: all that the terms know of bodies.

    ``capsules`` is None without the interpenetration term; ``gradient`` is one of max_mixture_prior.GRADIENT_COUNTS.
    """

    body: TrackedBody
    prior: MaxMixturePrior
    capsules: CapsuleBody | None
    gradient: str


@lru_cache(maxsize=64)  # a stage of a model has as many as the prior has Gaussians
def _constant_block(model: EnergyModel, component: int, pose_weight: float, betas_weight: float) -> np.ndarray:
    """The part of J'J (n, n) that the prior's component and betas add wherever x is."""
    n_betas = model.body.n_betas
    out = np.zeros((n_betas + N_POSE, n_betas + N_POSE))
    betas = np.arange(n_betas)
    out[betas, betas] = betas_weight ** 2
    scale = (GRADIENT_COUNTS[model.gradient] * pose_weight) ** 2
    out[n_betas + 3:, n_betas + 3:] = scale * model.prior.information[component]
    return out


def _matrices(jacobian: np.ndarray, blocks: Iterable[np.ndarray], diagonal: np.ndarray,
              squares: np.ndarray) -> Iterator[np.ndarray]:
    """J'J (n, n) of every J of ``jacobian`` (K, R, n), plus its block of the first variables, with ``squares`` (K, D)
    added at ``diagonal`` (D,), positions in the flat matrix; each in the place of the last."""
    n = jacobian.shape[2]
    out = np.empty((n, n))
    flat = out.reshape(-1)
    for rows, block, square in zip(jacobian, blocks, squares):
        np.matmul(rows.T, rows, out=out)
        out[:len(block), :len(block)] += block
        flat[diagonal] += square
        yield out


def detections_of(problem: Detected) -> tuple[np.ndarray, np.ndarray]:
    """The tracked joints (13, 2) of a Problem, 0 where missing, and how much each counts (13,)."""
    return np.nan_to_num(problem.joints[TRACKED_LSP]), problem.confidence[TRACKED_LSP] * JOINT_WEIGHTS


class Objective:
    """The terms for ``size`` slots of problems; x = [betas, pose] (B, n_betas + 72)."""

    def __init__(self, model: EnergyModel, size: int) -> None:
        self.model = model
        self.n_variables = model.body.n_betas + N_POSE
        self.terms = TERMS if model.capsules is not None else TERMS[:-1]
        self.n_terms = len(self.terms)
        self._detections = np.zeros((size, len(TRACKED_LSP), 2))
        self._confidence = np.zeros((size, len(TRACKED_LSP)))
        self._focal = np.zeros(size)
        self._centre = np.zeros((size, 2))
        self._translation = np.zeros((size, 3))
        self._weights = np.zeros((size, len(Weights._fields)))

    def place(self, row: int, problem: Detected, translation: np.ndarray) -> None:
        """Put a fitting.Problem, with its camera translation (3,), into slot ``row``."""
        self._detections[row], self._confidence[row] = detections_of(problem)
        self._focal[row], self._centre[row], self._translation[row] = problem.focal, problem.centre, translation

    def set_weights(self, row: int, weights: Weights) -> None:
        """Take the Weights of a stage for slot ``row``."""
        self._weights[row] = weights

    def evaluate(self, x: np.ndarray, rows: np.ndarray) -> 'Evaluation':
        """The Evaluation of the problems in slots ``rows`` at ``x`` (len(rows), n)."""
        return Evaluation(self.model, x, self._detections[rows], self._confidence[rows], self._focal[rows],
                          self._centre[rows], self._translation[rows], self._weights[rows])


class BodyTerms:
    """The residuals that the body alone decides, of a batch of bodies: prior, bending, betas, overlap.

    ``betas`` (B, n_betas), ``pose`` (B, 72), ``weights`` (B, 3) as in Weights. Those of evidence, which has dense rows,
    are a subclass's.
    """

    def __init__(self, model: EnergyModel, betas: np.ndarray, pose: np.ndarray, weights: np.ndarray) -> None:
        self.model, self.betas, self.weights = model, betas, weights
        self.posed = pose_body(model.body, betas, pose)
        prior_residual, self.component = model.prior.residual(pose[:, 3:])
        self.prior_residual = weights[:, :1] * prior_residual
        self.bending = weights[:, 2:] * weights[:, :1] * bending(pose)
        self.betas_residual = weights[:, 1:2] * betas
        self.overlap = None
        if model.capsules is not None:
            self.overlap = Overlap(model.capsules, model.body, self.posed, betas)

    def body_squares(self) -> list[np.ndarray]:
        """Sum of squares (B,) of each term, as TERMS has them after 'j2d'."""
        out = [np.square(self.prior_residual).sum(axis=1), np.square(self.bending).sum(axis=1),
               np.square(self.betas_residual).sum(axis=1)]
        if self.overlap is not None:
            out.append(np.square(COLLISION_WEIGHT * self.overlap.residual))
        return out

    def evidence_rows(self, keep: np.ndarray, posed: PosedBody, axes: Axes,
                      n_more: int) -> tuple[np.ndarray, np.ndarray]:
        """Jacobian (K, R + n_more, n), of which the last ``n_more`` rows are 0, and residual (K, R) of the evidence.

        ``posed`` and ``axes`` are of the bodies at the positions ``keep`` (K,) only.
        """
        raise NotImplementedError

    def normal_equations(self, keep: np.ndarray) -> tuple[np.ndarray, Iterator[np.ndarray]]:
        """Descent direction g = -J'r (K, n) of the problems at positions ``keep`` (K,), and A = J'J (n, n) of each.

        All A are made in one place, one by one, which stays in the cache.

        Only evidence and the overlap have dense rows. The others' blocks are added in closed form: the prior's is
        constant for its component, betas and bending are diagonal.
        """
        model, n_betas = self.model, self.model.body.n_betas
        jacobian, residual = self._dense_rows(keep)
        weights, component = self.weights[keep], self.component[keep]
        g = -(jacobian.transpose(0, 2, 1) @ residual[..., None])[..., 0]
        g[:, :n_betas] -= weights[:, 1:2] * self.betas_residual[keep]
        bent, slopes = n_betas + BEND_POSE_IDS, bending_slopes(self.bending[keep])
        g[:, bent] -= slopes * self.bending[keep]
        pull = model.prior.pull_back(component, self.prior_residual[keep])
        g[:, n_betas + 3:n_betas + N_POSE] -= GRADIENT_COUNTS[model.gradient] * weights[:, :1] * pull
        blocks = (_constant_block(model, *key) for key in zip(component.tolist(), *weights[:, :2].T.tolist()))
        return g, _matrices(jacobian, blocks, bent * (g.shape[1] + 1), slopes ** 2)

    def _dense_rows(self, keep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Jacobian (K, R, n) and residual (K, R) of the evidence, and of the overlap if any."""
        n_betas = self.model.body.n_betas
        posed = self.posed if len(keep) == len(self.betas) else self.posed.take(keep)
        axes = joint_axes(posed)
        jacobian, residual = self.evidence_rows(keep, posed, axes, int(self.overlap is not None))
        if self.overlap is not None:
            jacobian[:, -1, n_betas:n_betas + N_POSE] = COLLISION_WEIGHT * self.overlap.by_pose(axes.world, keep)
            overlap = COLLISION_WEIGHT * self.overlap.residual[keep, None]
            residual = np.concatenate([residual, overlap], axis=1)
        return jacobian, residual


class Evaluation(BodyTerms):
    """All residuals of a batch of problems at x, and, when asked, their normal equations."""

    def __init__(self, model: EnergyModel, x: np.ndarray, detections: np.ndarray, confidence: np.ndarray,
                 focal: np.ndarray, centre: np.ndarray, translation: np.ndarray, weights: np.ndarray) -> None:
        n_betas = model.body.n_betas
        super().__init__(model, x[:, :n_betas], x[:, n_betas:], weights)
        self.confidence, self.focal, self.translation = confidence, focal, translation
        self.error = detections - project(self.posed.points, translation, focal, centre)
        self.robust = confidence[..., None] * geman_mcclure(self.error, SIGMA)

    def energies(self) -> dict[str, np.ndarray]:
        """Sum of squares of each term, {name: (B,)}."""
        return dict(zip(TERMS, self.squares))

    @cached_property
    def squares(self) -> np.ndarray:
        """The same in one array (T, B)."""
        return np.array([np.square(self.robust).sum(axis=(1, 2)), *self.body_squares()])

    def evidence_rows(self, keep: np.ndarray, posed: PosedBody, axes: Axes,
                      n_more: int) -> tuple[np.ndarray, np.ndarray]:
        """Of the image term, without hips: 22 rows."""
        body, n_betas = self.model.body, self.model.body.n_betas
        pulling = np.ix_(keep, PULLING)
        slopes = projection_slopes(posed.points.take(PULLING, axis=1), self.translation[keep], self.focal[keep])
        slopes *= -(self.confidence[pulling][..., None] * geman_mcclure_slope(self.error[pulling], SIGMA))[..., None]
        n_rows = 2 * len(PULLING)
        jacobian = np.zeros((len(keep), n_rows + n_more, n_betas + N_POSE))
        by_betas = slopes @ points_by_betas(posed).take(PULLING, axis=1)
        jacobian[:, :n_rows, :n_betas] = by_betas.reshape(len(keep), n_rows, -1)
        rows_by_pose(body, posed, axes, slopes, PULLING, jacobian[:, :n_rows, n_betas:])
        return jacobian, self.robust[pulling].reshape(len(keep), -1)
