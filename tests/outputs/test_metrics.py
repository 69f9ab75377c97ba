"""Errors of a fit against detections and against the truth."""

from dataclasses import replace

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_HIPS, TRACKED_LSP
from lib.fitting import Problem
from lib.fitting.problem import Estimate
from lib.outputs.metrics import (
    Judged,
    Shape,
    extent,
    joint_error,
    judge,
    judge_alone,
    judge_estimate,
    load_true_joints,
    posed_points,
    reprojection_error,
    shape_of,
)

FOCAL, CENTRE = 1000., (100., 200.)
USUAL = Shape(1.75, .5)
JUDGED = Judged(1., .01, USUAL)


@pytest.fixture
def seen():
    """Tracked points (13, 3), a camera translation, and the Problem that sees just these; hips are seen elsewhere."""
    points = np.random.default_rng(4).normal(size=(13, 3))
    cam_t = np.array([.1, -.2, 10.])
    joints = np.zeros((14, 2))
    joints[TRACKED_LSP] = FOCAL * (points + cam_t)[:, :2] / (points + cam_t)[:, 2:] + CENTRE
    joints[list(LSP_HIPS)] += 1000.
    return points, cam_t, Problem(joints, np.ones(14), CENTRE, 'male', FOCAL)


def test_reprojection_error_is_the_mean_distance_without_hips(seen):
    points, cam_t, problem = seen
    assert reprojection_error(points, cam_t, problem) == pytest.approx(0., abs=1e-9)
    limb = next(joint for joint in TRACKED_LSP if joint not in LSP_HIPS)
    problem.joints[limb] += (3., 4.)
    judged = len(TRACKED_LSP) - len(LSP_HIPS)
    assert reprojection_error(points, cam_t, problem) == pytest.approx(5. / judged)


def test_joints_that_are_hardly_believed_in_are_not_judged(seen):
    points, cam_t, problem = seen
    problem.joints[0] += 100.
    problem.confidence[0] = .49
    assert reprojection_error(points, cam_t, problem) == pytest.approx(0., abs=1e-9)
    problem.confidence[0] = .5
    assert reprojection_error(points, cam_t, problem) > 1.
    problem.confidence[:] = .1
    assert np.isnan(reprojection_error(points, cam_t, problem))


def test_extent_is_the_larger_side_of_the_box_around_confident_joints(seen):
    _, _, problem = seen
    problem.joints[:] = 50.
    problem.joints[0], problem.joints[1], problem.joints[2] = (10., 20.), (110., 320.), (5000., 5000.)
    problem.confidence[2] = .3
    assert extent(problem) == 300.
    problem.confidence[:] = 0.
    assert extent(problem) == 0.


def test_judge(seen):
    """Pixels are those of the photograph, the share has no unit."""
    points, cam_t, problem = seen
    problem.joints += (6., 8.)
    judged = judge(points, cam_t, problem, 2., USUAL)
    assert judged.reprojection == pytest.approx(5.) and judged.share == pytest.approx(10. / extent(problem))
    problem.confidence[:] = .1
    judged = judge(points, cam_t, problem, 2., USUAL)
    assert np.isnan(judged[:2]).all() and 'no joint is sure enough' in judged.doubts[-1]


def test_sound_fits_are_not_doubted(fitted, models):
    for sample, _, problem, fit in fitted:
        points = posed_points(models.body(sample.gender).tracked(10), {'betas': fit.betas, 'pose': fit.pose})[1]
        judged = judge(points, fit.cam_t, problem, sample.scale, shape_of(models.body(sample.gender), fit.betas))
        assert judged.doubts == () and judged.share < .05
        wrong = judge(points, fit.cam_t * [1., 1., 3.], problem, 2., USUAL)
        assert any('off its joints' in doubt for doubt in wrong.doubts)


def test_an_estimate_of_somebody_else_is_doubted(fitted, models):
    """Another pose, put where it is best, is far from the joints; one a little off is not."""
    small = np.random.default_rng(0).normal(0., .05, 72)
    for sample, _, problem, fit in fitted:
        body, upright = models.body(sample.gender).tracked(10), fit.pose * np.repeat([1., 0.], [3, 69])
        bent = upright + np.eye(72)[[3, 6, 12, 15]].sum(axis=0) * -2.  # squatting
        for pose, doubted in (fit.pose, False), (fit.pose + small, False), (bent, True):
            found = judge_estimate(JUDGED, body, replace(problem, estimate=Estimate(pose, fit.betas[:3])))
            assert any('the estimate of --init is off' in doubt for doubt in found.doubts) is doubted
            assert found[:3] == JUDGED[:3]


def test_shape(models):
    """A body at rest stands: heel to head top."""
    model, betas = models.body('male'), np.array([0., 3., -4.])
    rest = model.rest_shape(betas)
    stature, largest = shape_of(model, betas)
    assert stature == pytest.approx(np.ptp(rest[:, 1])) and 1.5 < stature < 2. and largest == 4.
    assert stature == pytest.approx(rest[model.head_top, 1] - rest[:, 1].min(), abs=.01)


def test_a_giant_is_doubted(seen):
    points, cam_t, problem = seen
    judged = judge(points, cam_t, problem, 1., Shape(2.23, 6.4))
    assert judged.shape == (2.23, 6.4) and 'the body is 2.23 m tall' in judged.doubts[-1]
    alone = judge_alone(Shape(1.2, 6.4))
    assert np.isnan(alone[:2]).all() and 'the body is 1.20 m tall' in alone.doubts[0]
    assert judge_alone(Shape(1.7, 6.4)).doubts == ()


def test_posed_points(body):
    rng = np.random.default_rng(1)
    betas, pose = rng.normal(size=10), .3 * rng.normal(size=72)
    joints, points = posed_points(body, {'betas': betas, 'pose': pose})
    posed = pose_body(body, betas[None], pose[None])
    np.testing.assert_array_equal(joints, posed.joints[0])
    np.testing.assert_array_equal(points, posed.points[0])
    assert joints.shape == (24, 3) and points.shape == (13, 3)


def test_joint_error_at_the_pelvis_and_aligned():
    target = np.random.default_rng(2).normal(size=(24, 3))
    assert joint_error(target + [1., 2., 3.], target, aligned=False) == pytest.approx(0., abs=1e-12)
    turned = 1.5 * target[:, [1, 2, 0]] + 4.
    assert joint_error(turned, target, aligned=True) == pytest.approx(0., abs=1e-12)
    assert joint_error(turned, target, aligned=False) > .1
    moved = target.copy()
    moved[5] += [.3, .4, 0.]
    assert joint_error(moved, target, aligned=False) == pytest.approx(.5 / 24)


# The truth


def test_true_joints(tmp_path):
    path = tmp_path / 'ground_truth.npz'
    np.savez(path, joints3d=np.ones((3, 24, 3), dtype=np.float32))
    assert load_true_joints(path, 3).shape == (3, 24, 3) and load_true_joints(path, 2).dtype == float


@pytest.mark.parametrize('joints', [np.zeros((1, 24, 3)), np.zeros((2, 23, 3)), np.zeros((2, 24)),
                                    np.full((2, 24, 3), 'a'), np.zeros(())], ids=lambda joints: str(joints.shape))
def test_what_are_no_true_joints(tmp_path, joints):
    path = tmp_path / 'ground_truth.npz'
    np.savez(path, joints3d=joints)
    with pytest.raises(InputError, match=r'wanted \(2, 24, 3\) numbers'):
        load_true_joints(path, 2)
