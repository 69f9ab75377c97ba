"""Derivatives: every chumpy module against central differences, and the batched normal equations against both."""

from dataclasses import replace

import numpy as np
import pytest

from lib.angle_prior import AnglePrior
from lib.base.compat import chumpy as ch
from lib.body.skeleton import N_JOINTS
from lib.capsule_body import CapsuleBody, load_regressors
from lib.fitting.camera_step import CameraObjective, Torso, TorsoJoints, camera_terms
from lib.fitting.schedule import SCHEDULES
from lib.max_mixture_prior import PosePrior
from lib.objective import STAGES, Objective, chumpy_terms
from lib.robustifiers import GMOf
from lib.sphere_collisions import SphereCollisions
from tests.derivatives import ANGLES, STEP, TOLERANCE, check_derivative, dense, vectors
from tests.helpers import Case, central_differences, relative_error

#: Spheres are 2 cm wide and swing on arms of 1 m: their overlap changes within hundredths of a radian.
SPHERE_STEP = 5e-5


@pytest.fixture(scope='module')
def torso(models, body):
    return Torso(body, models.prior.mean)


@pytest.mark.parametrize('angle', ANGLES)
def test_torso_joints(torso, angle):
    variables = {'orientation': vectors(angle, 1)[0]}
    check_derivative(lambda **inputs: TorsoJoints(torso=torso, **inputs), variables, 'orientation')


def test_geman_mcclure():
    variables = {'x': np.array([[-3e3, -150.], [-1., 1e-3], [40., 100.], [99., 3e4]])}
    check_derivative(lambda **inputs: GMOf(sigma=100., **inputs), variables, 'x')


def test_geman_mcclure_has_no_slope_at_zero():
    """As published: the sign of the error, which is 0 there, is a factor."""
    x = ch.array(np.zeros((2, 2)))
    assert not dense(GMOf(x=x, sigma=100.).dr_wrt(x)).any()


@pytest.mark.parametrize('angle', ANGLES)
@pytest.mark.parametrize('gradient, count', [('exact', 1.), ('published', 2.)])
def test_pose_prior(models, angle, gradient, count):
    """The exact gradient is the derivative, the published one twice that."""
    pose = vectors(angle, N_JOINTS).ravel()
    variable = ch.array(pose)
    rows = PosePrior(pose=variable, prior=models.prior, gradient=gradient).dr_wrt(variable)
    numeric = central_differences(lambda x: models.prior.residual(x[None, 3:])[0], pose, STEP)
    assert relative_error(rows, count * numeric) < TOLERANCE


@pytest.mark.parametrize('angle', ANGLES)
def test_angle_prior(angle):
    check_derivative(AnglePrior, {'pose': vectors(angle, N_JOINTS).ravel()}, 'pose')


#: Arms down and legs together, so that hands meet the hips and the calves each other.
FOLDED = np.zeros(72)
FOLDED[[5, 8, 50, 53]] = -.3, .3, -1.3, 1.3


@pytest.fixture(scope='module')
def capsules_of(models, body):
    """``capsules_of(thickness)``: the neutral capsules with that many times their radii."""
    lengths, radii = load_regressors(models.regressor_path('neutral'))
    return lambda thickness: CapsuleBody(body, (lengths, thickness * radii))


@pytest.mark.parametrize('turns', [0, 3])
@pytest.mark.parametrize('thickness, fold, smallest, largest', [
    (3., 1., .3, 5.), (1., 1., .01, .1), (1., .5, 1e-8, 1e-4), (1., -.5, 0., 1e-6)])
def test_sphere_collisions(body, capsules_of, thickness, fold, smallest, largest, turns):
    """By pose, from deep overlap to none to speak of; betas have no derivative, as published."""
    pose = fold * FOLDED + np.random.default_rng(4).normal(0., .1, 72)
    pose[:3] *= 1. + turns * 2. * np.pi / np.linalg.norm(pose[:3])
    capsules = capsules_of(thickness)
    variables = {'betas': np.random.default_rng(3).standard_normal(10), 'pose': pose}
    collisions = SphereCollisions(body=body, capsules=capsules, **{k: ch.array(v) for k, v in variables.items()})
    assert smallest < collisions.r[0] < largest
    assert collisions.dr_wrt(collisions.betas) is None
    check_derivative(lambda **inputs: SphereCollisions(body=body, capsules=capsules, **inputs), variables, 'pose',
                     step=SPHERE_STEP)


def test_no_overlap_has_no_slope(body, capsules_of):
    """Where not one digit of overlap is left the square root has no derivative: 0 is taken, not NaN."""
    collisions = SphereCollisions(body=body, capsules=capsules_of(.3), betas=ch.zeros(10), pose=ch.zeros(72))
    np.testing.assert_array_equal(collisions.r, [0.])
    np.testing.assert_array_equal(dense(collisions.dr_wrt(collisions.pose)), np.zeros((1, 72)))


def without(problem, *joints):
    """``problem`` where these LSP joints are missing."""
    confidence = problem.confidence.copy()
    confidence[list(joints)] = 0.
    return replace(problem, confidence=confidence)


def jacobian_of(terms, variables):
    """Jacobian and residual of a dict of chumpy terms by a list of variables, as ``ch.minimize`` stacks them."""
    rows, residual = [], []
    for term in terms.values():
        blocks = [term.dr_wrt(variable) for variable in variables]
        rows.append(np.hstack([np.zeros((term.size, variable.size)) if block is None else dense(block)
                               for block, variable in zip(blocks, variables)]))
        residual.append(term.r.ravel())
    return np.vstack(rows), np.concatenate(residual)


def normal_equations(evaluation, keep):
    """g (K, n) and all A (K, n, n), which are made one in the place of the other."""
    g, matrices = evaluation.normal_equations(keep)
    return g, np.array([a.copy() for a in matrices])


def check_normal_equations(g, a, jacobian, residual):
    """Every element to the size that its columns of the Jacobian could give it."""
    columns = np.linalg.norm(jacobian, axis=0)
    assert (columns > 0).all()
    assert (np.abs(a - jacobian.T @ jacobian) / np.outer(columns, columns)).max() < 1e-12
    assert (np.abs(g + jacobian.T @ residual) / (columns * np.linalg.norm(residual))).max() < 1e-12


@pytest.mark.parametrize('weights', [*STAGES, SCHEDULES['tuned'][-1]])
@pytest.mark.parametrize('changed', [
    {}, *(pytest.param(changed, marks=pytest.mark.slow) for changed in (
        {'gradient': 'exact'}, {'interpenetration': False}, {'n_betas': 4},
        {'n_betas': 4, 'interpenetration': False}))], ids=str)
def test_normal_equations(models, golden_fits, weights, changed):
    """A = J'J and g = -J'r of a batch against the chumpy terms, near where the published fits went.

    `flength` has another focal length than the others, and one problem misses a wrist and the head top.
    """
    cases = [Case(golden_fits, name) for name in ('collide', 'noisy', 'side', 'flength')]
    problems = [case.problem for case in cases]
    problems[1] = without(problems[1], 6, 13)
    setting = cases[0].energy_model(models, **changed)
    n_betas, rng, rows = setting.body.n_betas, np.random.default_rng(0), np.arange(len(cases))
    objective = Objective(setting, len(cases))
    x = np.array([np.concatenate([case['betas'][:n_betas], case['pose']]) for case in cases])
    x += rng.normal(0., .1, x.shape)
    for row, case in enumerate(cases):
        objective.place(row, problems[row], case['cam_t'])
        objective.set_weights(row, weights)
    evaluation = objective.evaluate(x, rows)
    keep = np.array([3, 0, 1])  # not all, and not in order
    g, a = normal_equations(evaluation, keep)
    whole_g, whole_a = normal_equations(evaluation, rows)
    np.testing.assert_array_equal(g, whole_g[keep])
    np.testing.assert_array_equal(a, whole_a[keep])
    for row, case in enumerate(cases):
        betas, pose = ch.array(x[row, :n_betas]), ch.array(x[row, n_betas:])
        terms = chumpy_terms(setting, problems[row], case['cam_t'], weights, betas, pose)
        check_normal_equations(whole_g[row], whole_a[row], *jacobian_of(terms, [betas, pose]))
        for name, energies in evaluation.energies().items():
            assert energies[row] == pytest.approx(np.square(terms[name].r).sum(), rel=1e-12)


@pytest.mark.parametrize('stage', range(4))
def test_exact_gradient_is_that_of_the_energy(models, golden_fits, stage):
    """With ``gradient='exact'``, -2 g is the sum of squares' derivative, but for spheres that follow betas."""
    case = Case(golden_fits, 'collide')
    objective = Objective(case.energy_model(models, gradient='exact'), 1)
    objective.place(0, case.problem, case['cam_t'])
    objective.set_weights(0, STAGES[stage])
    rng, row = np.random.default_rng(stage), np.array([0])
    x = np.concatenate([case['betas'], case['pose']]) + rng.normal(0., .05, 82)

    def by(x, without_spheres):
        energies = objective.evaluate(x[None], row).energies()
        return sum(energies.values()) - without_spheres * energies['sph_coll']

    g = objective.evaluate(x[None], row).normal_equations(row)[0][0]
    betas = central_differences(lambda betas: by(np.concatenate([betas, x[10:]]), 1), x[:10], STEP)[0]
    pose = central_differences(lambda pose: by(np.concatenate([x[:10], pose]), 0), x[10:], SPHERE_STEP)[0]
    assert relative_error(-2. * g[:10], betas) < TOLERANCE
    assert relative_error(-2. * g[10:], pose) < TOLERANCE


@pytest.mark.parametrize('angle', ANGLES)
def test_normal_equations_of_the_camera_step(models, golden_fits, angle):
    """One problem misses a hip; all have focal lengths of their own."""
    problems = [Case(golden_fits, name).problem for name in ('frontal', 'back', 'lowconf')]
    problems[1] = without(problems[1], 2)
    torso, rows = Torso(models.body('female').tracked(10), models.prior.mean), np.arange(3)
    joints = np.array([problem.joints for problem in problems])
    centre = np.array([problem.centre for problem in problems])
    focal = np.array([5000., 2000., 3000.])
    guess = torso.guess_translation(joints, focal)
    x = np.concatenate([guess + np.random.default_rng(5).normal(0., .3, (3, 3)), vectors(angle, 3)], axis=1)
    g, a = CameraObjective(torso, joints, focal, centre, guess).evaluate(x, rows).normal_equations(rows[::-1])
    for row in rows:
        translation, orientation = ch.array(x[row, :3]), ch.array(x[row, 3:])
        terms = camera_terms(torso, joints[row], focal[row], centre[row], guess[row], translation, orientation)
        check_normal_equations(g[2 - row], a[2 - row], *jacobian_of(terms, [translation, orientation]))
