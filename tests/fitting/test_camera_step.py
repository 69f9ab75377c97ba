"""The camera step: first guesses from similar triangles, derivatives, and what is known of missing joints."""

import numpy as np
import pytest

from lib.body.projection import project
from lib.body.skeleton import TORSO_LSP, TRACKED_LSP, TRACKED_SMPL
from lib.fitting.camera_step import DEPTH_WEIGHT, CameraObjective, Torso, camera_dogleg
from lib.fitting.problem import Problem
from lib.fitting.restarts import UPRIGHT
from tests.helpers import central_differences, relative_error

FOCAL, CENTRE, DEPTH = 4000., np.array([300., 250.]), 24.


@pytest.fixture(scope='module')
def torso(models, body):
    return Torso(body, models.prior.mean)


@pytest.fixture(scope='module')
def joints(models, body):
    """The mean shape in the prior's mean pose, upright before the camera: SMPL joints (24, 3) and LSP's (14, 2)."""
    from lib.body.kinematics import pose_body
    pose = np.concatenate([UPRIGHT, models.prior.mean])
    posed = pose_body(body, np.zeros((1, 10)), pose[None])
    flat = posed.points[0].copy()
    flat[:, 2] = 0.  # in the image plane, so that lengths are those of the body's shadow
    seen = project(flat[None], np.array([[.1, .2, DEPTH]]), np.array([FOCAL]), CENTRE[None])[0]
    out = np.zeros((14, 2))
    out[TRACKED_LSP] = seen
    return posed.joints[0], out


def test_depth_from_the_torso(torso, joints):
    """f metres / pixels: of a torso in the image plane, the depth itself but for the leaning out of the plane."""
    detections = np.stack([joints[1], joints[1] * 2.])
    guess = torso.guess_translation(detections, np.array([FOCAL, FOCAL]))
    np.testing.assert_array_equal(guess[:, :2], 0.)
    assert guess[0, 2] == pytest.approx(DEPTH, rel=.1)
    assert guess[1, 2] == pytest.approx(guess[0, 2] / 2.)
    assert torso.guess_translation(detections[:1], np.array([2. * FOCAL]))[0, 2] == pytest.approx(2. * guess[0, 2])


def test_both_sides_of_the_torso_count(torso, joints):
    guess = torso.guess_translation(joints[1][None], np.array([FOCAL]))[0, 2]
    for hip, shoulder in ((2, 8), (3, 9)):
        longer = joints[1].copy()
        longer[hip] += longer[hip] - longer[shoulder]
        assert torso.guess_translation(longer[None], np.array([FOCAL]))[0, 2] == pytest.approx(guess / 1.5, rel=.1)


def test_the_bone_that_looks_second_longest_stands_for_a_torso_that_is_not_seen(torso, joints):
    whole = torso.guess_translation(joints[1][None], np.array([FOCAL]))[0, 2]
    partial = joints[1].copy()
    partial[2] = np.nan
    guess = torso.guess_translation(partial[None], np.array([FOCAL]))[0, 2]
    assert guess == pytest.approx(whole, rel=.15)
    wrist, elbow = partial.copy(), partial.copy()
    wrist[11] += 300.  # one bone
    elbow[10] += 300.  # two
    assert torso.guess_translation(wrist[None], np.array([FOCAL]))[0, 2] == pytest.approx(guess, rel=.15)
    assert torso.guess_translation(elbow[None], np.array([FOCAL]))[0, 2] < .5 * guess
    assert not np.isfinite(torso.guess_translation(np.full((1, 14, 2), np.nan), np.array([FOCAL]))[0, 2])


def test_the_quantile_of_all_bones(torso, joints):
    """One detection that is far off changes the guess from all bones little, that from the torso much."""
    wrong = joints[1].copy()
    wrong[5] += [500., 0.]
    both = torso.bone_translation(np.stack([joints[1], wrong]), np.array([FOCAL, FOCAL]))[:, 2]
    assert both[0] == pytest.approx(DEPTH, rel=.15) and both[1] == pytest.approx(both[0], rel=.2)


def test_torso_joints_turn_about_the_pelvis(torso, models, body):
    from lib.body.kinematics import pose_body
    orientation = np.array([.3, -1.2, .5])
    posed = pose_body(body, np.zeros((1, 10)), np.concatenate([orientation, models.prior.mean])[None])
    wanted = posed.joints[0][TRACKED_SMPL[TORSO_LSP]]
    np.testing.assert_allclose(torso.joints(orientation[None])[0], wanted, atol=1e-12)


def objective(torso, joints, missing=()):
    detections = joints[1].copy()
    detections[list(missing)] = np.nan
    return CameraObjective(torso, detections[None], np.array([FOCAL]), CENTRE[None], np.array([[0., 0., DEPTH]]))


@pytest.mark.parametrize('missing', [(), (3, 8)])
def test_normal_equations(torso, joints, missing):
    camera, row = objective(torso, joints, missing), np.array([0])
    x = np.array([.2, -.1, DEPTH + .3, 2.9, .2, -.3])
    jacobian = central_differences(lambda x: camera.evaluate(x[None], row).residuals[0], x, 1e-4)
    evaluation = camera.evaluate(x[None], row)
    g, a = evaluation.normal_equations(row)
    assert relative_error(g[0], -jacobian.T @ evaluation.residuals[0]) < 1e-6
    assert relative_error(a[0], jacobian.T @ jacobian) < 1e-6


def test_residuals(torso, joints):
    camera = objective(torso, joints, (3,))
    residuals = camera.evaluate(np.array([[0., 0., DEPTH + .5, *UPRIGHT]]), np.array([0])).residuals[0]
    np.testing.assert_array_equal(residuals[2:4], 0.)  # the left hip is missing
    assert residuals[8] == DEPTH_WEIGHT * .5 and np.abs(residuals[[0, 1, 4, 5, 6, 7]]).min() > 0


def test_the_camera_is_found(torso, joints):
    problem = Problem(joints[1], np.ones(14), CENTRE, 'neutral', FOCAL)
    (camera,) = camera_dogleg([problem], torso, torso.guess_translation, [UPRIGHT])
    left = torso.joints(camera.orientation[None])
    error = project(left, camera.translation[None], np.array([FOCAL]), CENTRE[None])[0] - joints[1][TORSO_LSP]
    assert camera.steps > 0 and np.abs(error).max() < 12.
    assert camera_dogleg([], torso, torso.guess_translation, []) == []
