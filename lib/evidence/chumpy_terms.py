"""The objective of one problem with its evidence as terms of chumpy; evidence.objective offers it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..base.compat import chumpy as ch
from ..body.chumpy_faces import AllPoints, ProjectPoints, TrackedPoints
from ..body.kinematics import TrackedBody
from ..chumpy_faces import GMOf
from ..chumpy_objective import body_terms
from ..objective import PULLING, SIGMA
from .anchor import SIGMA_RADIANS, Anchor
from .objective import EvidenceObjective
from .photograph import Photograph
from .points3d import SIGMA_METRES, Points3d
from .views import Views

#: From the evidence, the position of a problem in it, a TrackedBody, betas, pose and translation.
Face = Callable[[Any, int, TrackedBody, ch.Ch, ch.Ch, ch.Ch], ch.Ch]


def chumpy_terms(objective: EvidenceObjective, row: int, betas: ch.Ch, pose: ch.Ch,
                 translation: ch.Ch) -> dict[str, ch.Ch]:
    """The objective of its problem ``row``, for ``ch.minimize(terms, x0=[betas, pose, translation], ...)``."""
    body = objective.model.body
    evidence = {term.name: FACES[type(term)](term, row, body, betas, pose, translation) for term in objective.evidence}
    return {**evidence, **body_terms(objective.model, objective.weights, betas, pose)}


def views(term: Views, row: int, body: TrackedBody, betas: ch.Ch, pose: ch.Ch, translation: ch.Ch) -> ch.Ch:
    """The residuals (V * 11, 2) of the views, one after the other."""
    moved = TrackedPoints(betas=betas, pose=pose, body=body)[PULLING] + translation
    cameras = zip(term.joints[row], term.confidence[row], term.rotation[row], term.shift[row], term.focal[row],
                  term.centre[row])
    return ch.vstack([
        confidence[:, None] * GMOf(x=joints - ProjectPoints(points=moved.dot(rotation.T), translation=shift,
                                                            focal=focal, centre=centre), sigma=SIGMA)
        for joints, confidence, rotation, shift, focal, centre in cameras])


def points3d(term: Points3d, row: int, body: TrackedBody, betas: ch.Ch, pose: ch.Ch, translation: ch.Ch) -> ch.Ch:
    """The residuals (25, 3) of points."""
    moved = AllPoints(betas=betas, pose=pose, body=body) + translation
    return np.tile(term.weight[row], 3) * GMOf(x=term.points[row] - moved, sigma=SIGMA_METRES)


def anchor(term: Anchor, row: int, body: TrackedBody, betas: ch.Ch, pose: ch.Ch, translation: ch.Ch) -> ch.Ch:
    """The residuals (72,) of an estimate."""
    return term.weight[row] * GMOf(x=pose - term.pose[row], sigma=SIGMA_RADIANS)


FACES: Mapping[type, Face] = {Views: views, Photograph: views, Points3d: points3d, Anchor: anchor}
