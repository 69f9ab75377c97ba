"""What is measured of a fit: errors against the truth, energy, reprojection, overlapping capsules."""

from functools import lru_cache

import numpy as np

from lib.body.kinematics import pose_body
from lib.capsule_body import CAPSULE_JOINTS
from lib.outputs.metrics import joint_error, posed_points, reprojection_error
from lib.sphere_collisions import CAPSULE_PAIRS
from tests.evaluation.people import N_BETAS

#: The columns of ``measure``: errors in mm, reprojection error in enlarged px, energy, deepest overlap in mm.
MEASURES = ('pa_joints', 'joints', 'vertices', 'shape', 'reprojection', 'energy', 'overlap')
#: Capsules that overlap by more than this, mm, count as overlapping.
OVERLAPPING = 10.


class Measure:
    """Measures fits on the bodies of a ModelSet."""

    def __init__(self, models):
        self.models = models
        self.tracked = lru_cache(maxsize=None)(lambda gender: models.body(gender).tracked(N_BETAS))
        self._true_meshes = {}
        self.capsules = lru_cache(maxsize=None)(lambda gender: models.capsules(gender, self.tracked(gender)))

    def __call__(self, person, problem, fit):
        """The MEASURES (7,) of a Fit of a Person's Problem."""
        body, model = self.tracked(person.gender), self.models.body(person.gender)
        truth, found = ({'betas': it.betas, 'pose': it.pose} for it in (person, fit))
        (joints, points), (true_joints, _) = posed_points(body, found), posed_points(body, truth)
        return np.array([1e3 * joint_error(joints, true_joints, aligned=True),
                         1e3 * joint_error(joints, true_joints, aligned=False),
                         1e3 * vertex_error(vertices_at_pelvis(model, found), self._true_mesh(person, truth)),
                         1e3 * shape_error(model, fit.betas, person.betas),
                         reprojection_error(points, fit.cam_t, problem), sum(fit.final.energies.values()),
                         1e3 * self.overlap(person.gender, fit.betas, fit.pose)])

    def _true_mesh(self, person, truth):
        """The mesh of a Person, worked out once."""
        if id(person) not in self._true_meshes:
            self._true_meshes[id(person)] = vertices_at_pelvis(self.models.body(person.gender), truth)
        return self._true_meshes[id(person)]

    def mean_shape_error(self, person):
        """Shape error in mm of guessing the mean shape."""
        return 1e3 * shape_error(self.models.body(person.gender), np.zeros(N_BETAS), person.betas)

    def overlap(self, gender, betas, pose):
        """How deep, in metres, the two capsules go into each other that do so most; negative where none meet."""
        body, capsules = self.tracked(gender), self.capsules(gender)
        posed = pose_body(body, betas[None], pose[None])
        arms = capsules.axes(betas[None])[0] - body.rest_joints[CAPSULE_JOINTS, None, :, 0]
        turned = arms @ posed.world[0, CAPSULE_JOINTS].transpose(0, 2, 1)
        ends = turned + posed.mean_joints[0, CAPSULE_JOINTS, None]
        radii = capsules.measures(betas[None])[1][0]
        first, second = CAPSULE_PAIRS.T
        return float((radii[first] + radii[second] - segment_distances(ends[first], ends[second])).max())


def segment_distances(a, b):
    """Shortest distance (P,) between the segments ``a`` and ``b`` (P, 2, 3), each given by its ends.

    Ericson, Real-Time Collision Detection, section 5.1.9: the nearest points of the lines, each clamped to its
    segment in turn.
    """
    along_a, along_b, between = a[:, 1] - a[:, 0], b[:, 1] - b[:, 0], a[:, 0] - b[:, 0]
    aa, bb, ab = (np.einsum('pi,pi->p', *pair) for pair in ((along_a, along_a), (along_b, along_b), (along_a, along_b)))
    ac, bc = np.einsum('pi,pi->p', along_a, between), np.einsum('pi,pi->p', along_b, between)
    area = aa * bb - ab * ab
    s = np.clip(np.where(area > 0, ab * bc - ac * bb, 0.) / np.where(area > 0, area, 1.), 0., 1.)
    t = np.clip((ab * s + bc) / bb, 0., 1.)
    s = np.clip((ab * t - ac) / aa, 0., 1.)
    return np.linalg.norm(between + s[:, None] * along_a - t[:, None] * along_b, axis=1)


def vertices_at_pelvis(model, result):
    """The posed mesh (V, 3) in metres of a result (betas, pose) on a BodyModel, seen from its pelvis."""
    pelvis = (model.joint_regressor @ model.rest_shape(result['betas']))[0]  # its own rotation leaves it there
    return model.vertices(result['betas'], result['pose']) - pelvis


def vertex_error(vertices, target):
    """Mean distance in metres between two meshes (V, 3)."""
    return float(np.linalg.norm(vertices - target, axis=1).mean())


def shape_error(model, betas, true_betas):
    """Mean distance in metres between the vertices of two shapes (n_betas,) of a BodyModel in its rest pose."""
    return vertex_error(model.rest_shape(betas), model.rest_shape(true_betas))
