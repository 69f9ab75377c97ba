"""Rotations, posed joints and the tracked points: against the published program, and their derivatives."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg

from lib.base.compat import chumpy as ch
from lib.body.kinematics import Rotations, TrackedPoints, cross, joint_axes, points_by_betas, pose_body, rows_by_pose
from lib.body.skeleton import N_JOINTS, TRACKED_SMPL
from tests.derivatives import ANGLES, check_derivative, vectors
from tests.helpers import relative_error

INPUTS = range(6)


@pytest.fixture(scope='module')
def posed(body, units):
    """The six published inputs, posed as one batch."""
    return pose_body(body, units['betas'], units['pose'])


def check(got, wanted):
    """Every quantity agrees to 5e-14; other builds of NumPy and BLAS round in other places."""
    assert relative_error(got, wanted) < 1e-12


# Rotations


def axial(v):
    return np.array([[0., -v[2], v[1]], [v[2], 0., -v[0]], [-v[1], v[0], 0.]])


@pytest.mark.parametrize('angle', [0., 1e-12, 1e-6, 1e-3, .0999, .1001, 1., 3.1, 2. * np.pi, 21.])
def test_rotations_and_left_jacobians(angle):
    """Against matrix exponentials: R = exp [v]x, and Jl its integral, the corner of a larger exponential."""
    v = angle * np.array([2., -1., 2.]) / 3.
    block = np.zeros((6, 6))
    block[:3, :3], block[:3, 3:] = axial(v), np.eye(3)
    exponential = scipy.linalg.expm(block)
    rotations = Rotations(v[None])
    np.testing.assert_allclose(rotations.matrices()[0], exponential[:3, :3], rtol=0., atol=1e-13)
    np.testing.assert_allclose(rotations.left_jacobians()[0], exponential[:3, 3:], rtol=0., atol=1e-13)


def test_cross_product():
    a, b = np.random.default_rng(0).normal(size=(2, 4, 5, 3))
    np.testing.assert_allclose(cross(a, b[:1]), np.cross(a, b[:1]), rtol=0., atol=1e-15)


# Posed joints, against the published program


def tracked_points(body, units, i):
    """The chumpy tracked points of input ``i``."""
    return TrackedPoints(betas=ch.array(units['betas'][i]), pose=ch.array(units['pose'][i]), body=body)


def published_rows(units, variable, i):
    """Published derivatives (13 * 3, n) of the tracked points of input ``i`` by ``variable``."""
    joints = units[f'joints_d{variable}'][i]
    joints = joints.reshape(24, 3, -1)[TRACKED_SMPL].reshape(36, -1)
    return np.concatenate([joints, units[f'head_d{variable}'][i]])


def test_posed_joints(posed, units):
    check(posed.joints, units['joints'])


def test_tracked_points_are_the_joints_and_the_head_top(models, posed, units):
    head_top = units['vertices'][:, models.body('neutral').head_top]
    check(posed.points, np.concatenate([units['joints'][:, TRACKED_SMPL], head_top[:, None]], axis=1))


def test_joints_by_betas(posed, units):
    check(posed.joint_basis[..., 1:].reshape(6, 72, 10), units['joints_dbetas'])


@pytest.mark.parametrize('i', INPUTS)
@pytest.mark.parametrize('variable', ['pose', 'betas'])
def test_derivatives_of_the_tracked_points(body, units, variable, i):
    points = tracked_points(body, units, i)
    rows, wanted = points.dr_wrt(getattr(points, variable)), published_rows(units, variable, i)
    check(rows[:-3], wanted[:-3])
    check(rows[-3:], wanted[-3:])  # the head top, on its own scale


# Derivatives


@pytest.mark.parametrize('wrt', ['pose', 'betas'])
@pytest.mark.parametrize('angle', ANGLES)
def test_tracked_points(body, angle, wrt):
    betas = np.random.default_rng(1).standard_normal(10)
    variables = {'pose': vectors(angle, N_JOINTS).ravel(), 'betas': betas}
    check_derivative(lambda **inputs: TrackedPoints(body=body, **inputs), variables, wrt)


@pytest.mark.parametrize('wrt', ['pose', 'betas'])
def test_head_top_on_several_bones(models, wrt):
    """The reference models' head top hangs on one bone; an official model's vertex may hang on more."""
    model = models.body('neutral')
    vertex = int(np.argmax((model.weights > 0).sum(axis=1)))
    assert (model.weights[vertex] > 0).sum() >= 2
    body = replace(model, head_top=vertex).tracked(10)
    rng = np.random.default_rng(6)
    variables = {'pose': rng.normal(0., .5, 72), 'betas': rng.standard_normal(10)}
    points = TrackedPoints(body=body, **{name: ch.array(value) for name, value in variables.items()})
    assert relative_error(points.r[-1], model.vertices(variables['betas'], variables['pose'])[vertex]) < 1e-13
    check_derivative(lambda **inputs: TrackedPoints(body=body, **inputs)[-1], variables, wrt)


@pytest.mark.parametrize('chosen', [np.arange(13), np.array([0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12]), np.array([12])])
def test_rows_of_a_batch_are_those_of_each_problem(body, units, chosen):
    """R linear forms per point pulled back to pose, apart by point, in some columns of a larger array."""
    rng = np.random.default_rng(8)
    posed = pose_body(body, units['betas'], units['pose'])
    rows = rng.normal(size=(6, len(chosen), 2, 3))
    array = np.zeros((6, 2 * len(chosen) + 1, 10 + 72))
    rows_by_pose(body, posed, joint_axes(posed), rows, chosen, array[:, :-1, 10:])
    assert not array[:, -1].any() and not array[..., :10].any()
    for i in INPUTS:
        points = tracked_points(body, units, i)
        slopes = points.dr_wrt(points.pose).reshape(13, 3, 72)[chosen]
        np.testing.assert_allclose(array[i, :-1, 10:].reshape(-1, 2, 72), rows[i] @ slopes, rtol=0., atol=1e-12)
        np.testing.assert_allclose(points_by_betas(posed)[i].reshape(39, 10), points.dr_wrt(points.betas), atol=1e-12)


def test_taking_some_of_a_batch(body, posed, units):
    keep = np.array([4, 1])
    taken, alone = posed.take(keep), pose_body(body, units['betas'][keep], units['pose'][keep])
    np.testing.assert_array_equal(taken.points, posed.points[keep])
    np.testing.assert_allclose(taken.points, alone.points, rtol=0., atol=1e-13)
    np.testing.assert_array_equal(joint_axes(taken).world, joint_axes(posed).world[keep])
    np.testing.assert_array_equal(taken.mean_joints, posed.mean_joints[keep])
