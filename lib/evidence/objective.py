"""The objective where more is known than a photograph tells: x = [betas, pose, translation], the place found along.

The terms of the body are the published ones, with the exact gradient of the prior where the EnergyModel says so; in
place of the image term there is any number of terms of evidence. ``translation`` is where the origin of the body's
frame lies in the frame of the evidence: a camera's, or the world that several cameras or 3D points share.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from ..base.deferred import deferred
from ..body.kinematics import Axes, PosedBody, TrackedBody
from ..body.skeleton import N_POSE
from ..objective import TERMS, BodyTerms, EnergyModel, Weights

if TYPE_CHECKING:
    from .chumpy_terms import chumpy_terms as chumpy_terms
else:
    __getattr__ = deferred(__name__, {'chumpy_terms': '.chumpy_terms'})


class Placed(NamedTuple):
    """A batch of bodies in a pose and a place."""

    body: TrackedBody
    posed: PosedBody
    betas: np.ndarray  # (B, n_betas)
    pose: np.ndarray  # (B, 72)
    translation: np.ndarray  # (B, 3) metres

    def take(self, keep: np.ndarray, posed: PosedBody) -> 'Placed':
        """The bodies at the positions ``keep``, of which ``posed`` is known."""
        return Placed(self.body, posed, self.betas[keep], self.pose[keep], self.translation[keep])


class Residuals(Protocol):
    """A term's residual (B, R) for a batch of bodies, and its derivative."""

    residual: np.ndarray

    def put_rows(self, keep: np.ndarray, placed: Placed, axes: Axes, out: np.ndarray) -> None:
        """The derivative by x of the problems at positions ``keep`` (K,) of the batch, into ``out`` (K, R, n), all 0.

        ``placed`` and ``axes`` (kinematics.joint_axes) are of these only. x = [betas, pose, translation].
        """


class Evidence(Protocol):
    """One kind of evidence of some problems. ``name`` is its term's; ``strength`` (N,): of each problem, what residuals
    of one px each would sum up to, squared and by their weights. What a problem lacks of it has weight 0."""

    name: str
    strength: np.ndarray

    def at(self, placed: Placed, rows: np.ndarray) -> Residuals:
        """The residuals of the problems ``rows`` (B,) with their bodies as ``placed``."""


def split(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Betas (..., n_betas), pose (..., 72) and translation (..., 3) of x (..., n_betas + 75)."""
    return x[..., :-N_POSE - 3], x[..., -N_POSE - 3:-3], x[..., -3:]


class EvidenceObjective:
    """The problems that ``evidence`` is of, all under the same weights: a dogleg.LeastSquares."""

    def __init__(self, model: EnergyModel, evidence: Sequence[Evidence], weights: Weights) -> None:
        self.model, self.evidence, self.weights = model, evidence, weights
        self.n_variables = model.body.n_betas + N_POSE + 3
        self.terms = (*(term.name for term in evidence), *(TERMS[1:] if model.capsules is not None else TERMS[1:-1]))
        self.n_terms = len(self.terms)

    def evaluate(self, x: np.ndarray, rows: np.ndarray) -> 'EvidenceEvaluation':
        """The problems ``rows`` (B,) at ``x`` (B, n_betas + 75)."""
        return EvidenceEvaluation(self.model, self.evidence, self.weights, x, rows)


class EvidenceEvaluation(BodyTerms):
    """All residuals of a batch of problems at x, and, when asked, their normal equations."""

    def __init__(self, model: EnergyModel, evidence: Sequence[Evidence], weights: Weights, x: np.ndarray,
                 rows: np.ndarray) -> None:
        betas, pose, translation = split(x)
        super().__init__(model, betas, pose, np.tile(weights, (len(x), 1)))
        self._placed = Placed(model.body, self.posed, betas, pose, translation)
        self._residuals = [term.at(self._placed, rows) for term in evidence]

    @cached_property
    def squares(self) -> np.ndarray:
        """Sum of squares of each of the objective's terms (T, B)."""
        return np.array([*(np.square(term.residual).sum(axis=1) for term in self._residuals), *self.body_squares()])

    def evidence_rows(self, keep: np.ndarray, posed: PosedBody, axes: Axes,
                      n_more: int) -> tuple[np.ndarray, np.ndarray]:
        """The evidence's Jacobian, ``n_more`` empty rows below it, and its residuals, of the problems ``keep``."""
        placed = self._placed.take(keep, posed)
        residual = np.concatenate([term.residual[keep] for term in self._residuals], axis=1)
        n_variables = placed.betas.shape[1] + N_POSE + 3
        jacobian, first = np.zeros((len(keep), residual.shape[1] + n_more, n_variables)), 0
        for term in self._residuals:
            last = first + term.residual.shape[1]
            term.put_rows(keep, placed, axes, jacobian[:, first:last])
            first = last
        return jacobian, residual
