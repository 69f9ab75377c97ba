"""Derivatives: all points of the body against central differences, the normal equations against chumpy's terms."""

import numpy as np
import pytest

from lib.base.compat import chumpy as ch
from lib.body.all_points import AllPoints
from lib.body.kinematics import rotation_matrices
from lib.body.skeleton import N_JOINTS, N_POINTS
from lib.evidence.anchor import Anchor
from lib.evidence.objective import EvidenceObjective, chumpy_terms
from lib.evidence.photograph import Photograph
from lib.evidence.points3d import Points3d
from lib.evidence.views import Views
from lib.objective import STAGES, detections_of
from tests.derivatives import ANGLES, STEP, TOLERANCE, check_derivative, vectors
from tests.helpers import Case, central_differences, relative_error
from tests.terms.test_derivatives import check_normal_equations, jacobian_of, normal_equations

NAMES = 'collide', 'noisy', 'side'


@pytest.mark.parametrize('wrt', ['betas', 'pose'])
@pytest.mark.parametrize('angle', ANGLES)
def test_all_points(body, angle, wrt):
    variables = {'betas': np.random.default_rng(1).standard_normal(10), 'pose': vectors(angle, N_JOINTS).ravel()}
    check_derivative(lambda **inputs: AllPoints(body=body, **inputs), variables, wrt)


def two_views(cases, joints, confidence):
    """The photographs as one of two views, in a world that is turned; of the last problem there is no other."""
    rotation = np.array([rotation_matrices(np.array(turn)) for turn in ([.2, -.1, .3], [.1, 1.2, -.2])])
    shift = np.array([[0., 0., 0.], [-30., .3, 20.]])
    second = joints[:, ::-1] + 3.
    second_confidence = np.where(np.arange(3)[:, None] < 2, confidence[:, ::-1], 0.)
    centre = np.array([case.problem.centre for case in cases])
    return Views(np.stack([joints, second], axis=1), np.stack([confidence, second_confidence], axis=1),
                 np.tile([5000., 2000.], (3, 1)), np.stack([centre, centre[::-1]], axis=1),
                 np.tile(rotation, (3, 1, 1, 1)), np.tile(shift, (3, 1, 1)))


def setting(models, golden_fits, *kinds, **changed):
    """An EvidenceObjective of three problems, in its last stage, and an x (3, 85) near where their fits went."""
    cases, rng = [Case(golden_fits, name) for name in NAMES], np.random.default_rng(2)
    joints, confidence = zip(*(detections_of(case.problem) for case in cases))
    pose, cam_t, betas = (np.array([case[key] for case in cases]) for key in ('pose', 'cam_t', 'betas'))
    weight = rng.uniform(0., 1., (3, N_POINTS))
    weight[0, 3:7] = 0.
    evidence = {
        'photograph': Photograph(np.array(joints), np.array(confidence), np.array([5000., 2000., 3000.]),
                                 np.array([case.problem.centre for case in cases])),
        'views': two_views(cases, np.array(joints), np.array(confidence)),
        'points3d': Points3d(rng.normal(0., .5, (3, N_POINTS, 3)) + cam_t[:, None], weight),
        'anchor': Anchor(pose + .1, np.array([10., 20., 0.5]))}
    model = cases[0].energy_model(models, gradient='exact', **changed)
    x = np.concatenate([betas, pose, cam_t], axis=1)
    return EvidenceObjective(model, [evidence[kind] for kind in kinds], STAGES[-1]), x + rng.normal(0., .1, x.shape)


@pytest.mark.parametrize('kinds', [('photograph',), ('points3d', 'anchor'), ('photograph', 'points3d', 'anchor'),
                                   ('views', 'anchor')])
def test_normal_equations(models, golden_fits, kinds):
    objective, x = setting(models, golden_fits, *kinds)
    evaluation = objective.evaluate(x, np.arange(3))
    g, a = normal_equations(evaluation, np.array([2, 0]))  # not all, and not in order
    for position, row in enumerate((2, 0)):
        betas, pose, translation = variables = [ch.array(part) for part in np.split(x[row], [10, 82])]
        terms = chumpy_terms(objective, row, betas, pose, translation)
        check_normal_equations(g[position], a[position], *jacobian_of(terms, variables))
        assert list(terms) == list(objective.terms)
        for squares, term in zip(evaluation.squares[:, row], terms.values()):
            assert squares == pytest.approx(np.square(term.r).sum(), rel=1e-12)


@pytest.mark.parametrize('kind', ['photograph', 'views', 'points3d', 'anchor'])
def test_the_gradient_is_that_of_the_energy(models, golden_fits, kind):
    """-2 g is the sum of squares' derivative, by every variable."""
    objective, x = setting(models, golden_fits, kind, interpenetration=False)
    row = np.array([1])
    g = objective.evaluate(x[row], row).normal_equations(np.array([0]))[0][0]
    numeric = central_differences(lambda at: objective.evaluate(at[None], row).squares.sum(), x[1], STEP)[0]
    for part in (slice(10), slice(10, 82), slice(82, 85)) if kind != 'anchor' else (slice(82),):
        assert relative_error(-2. * g[part], numeric[part]) < TOLERANCE


def test_an_anchor_holds_where_it_begins(models, golden_fits):
    """Its derivative there is the weight, though a robust error as published has none at 0."""
    objective, x = setting(models, golden_fits, 'anchor', interpenetration=False)
    anchor, = objective.evidence
    x[:, 10:82] = anchor.pose
    _, held = normal_equations(objective.evaluate(x, np.arange(3)), np.arange(3))
    free = EvidenceObjective(objective.model, [Anchor(anchor.pose, np.zeros(3))], objective.weights)
    _, loose = normal_equations(free.evaluate(x, np.arange(3)), np.arange(3))
    for row, weight in enumerate(anchor.weight):
        np.testing.assert_allclose(np.diag(held[row] - loose[row])[10:82], weight ** 2, rtol=1e-6)
