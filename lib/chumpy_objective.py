"""The objective of one problem as terms of chumpy; lib.objective offers it."""

import numpy as np

from .base.compat import chumpy as ch
from .body.chumpy_faces import ProjectPoints, TrackedPoints
from .chumpy_faces import AnglePrior, GMOf, PosePrior, SphereCollisions
from .objective import COLLISION_WEIGHT, SIGMA, Detected, EnergyModel, Weights, detections_of


def chumpy_terms(model: EnergyModel, problem: Detected, translation: np.ndarray, weights: Weights, betas: ch.Ch,
                 pose: ch.Ch) -> dict[str, ch.Ch]:
    """The objective of one problem as a dict of chumpy modules, for ``ch.minimize(terms, x0=[betas, pose], ...)``.

    ``problem`` is a fitting.Problem, ``translation`` (3,).
    """
    detections, confidence = detections_of(problem)
    projected = ProjectPoints(points=TrackedPoints(betas=betas, pose=pose, body=model.body),
                              translation=translation, focal=problem.focal, centre=problem.centre)
    return {'j2d': confidence[:, None] * GMOf(x=detections - projected, sigma=SIGMA),
            **body_terms(model, weights, betas, pose)}


def body_terms(model: EnergyModel, weights: Weights, betas: ch.Ch, pose: ch.Ch) -> dict[str, ch.Ch]:
    """Those of its terms that the body alone decides."""
    terms = {'pose': weights.pose * PosePrior(pose=pose, prior=model.prior, gradient=model.gradient),
             'pose_exp': weights.angle_share * weights.pose * AnglePrior(pose=pose),
             'betas': weights.betas * betas}
    if model.capsules is not None:
        terms['sph_coll'] = COLLISION_WEIGHT * SphereCollisions(betas=betas, pose=pose, body=model.body,
                                                                capsules=model.capsules)
    return terms
