"""Problems of which more is known than a photograph: what 3D points and another program's estimate give."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.all_points import all_points
from lib.body.kinematics import pose_body
from lib.body.projection import project
from lib.body.skeleton import N_POINTS, TRACKED_LSP
from lib.fitting import Estimate, FitOptions, Problem, fit, fit_many
from lib.fitting.attempts import CAMERA
from lib.fitting.evidenced import NEAR_BOUNDS
from lib.fitting.first_places import into_view, onto_points, rigid
from lib.outputs.metrics import joint_error
from tests.helpers import Case

TURN = cv2.Rodrigues(np.array([.4, 2., -1.]))[0]


@pytest.fixture(scope='module')
def true(golden_fits):
    """A fit of the published program, taken for the truth."""
    case = Case(golden_fits, 'frontal')
    return {key: case[key] for key in ('betas', 'pose', 'cam_t')}


@pytest.fixture(scope='module')
def body(models):
    return models.body('neutral').tracked(10)


def posed(body, betas, pose):
    return pose_body(body, betas[None], pose[None])


@pytest.fixture(scope='module')
def points(body, true):
    """The truth's points (25, 4) as its camera has them, all of weight 1."""
    places = all_points(posed(body, true['betas'], true['pose']))[0] + true['cam_t']
    return np.column_stack([places, np.ones(N_POINTS)])


@pytest.fixture(scope='module')
def photograph(body, true):
    """The Problem of a photograph of the truth."""
    joints, centre = np.zeros((14, 2)), np.array([200., 220.])
    tracked = posed(body, true['betas'], true['pose']).points
    joints[TRACKED_LSP] = project(tracked, true['cam_t'][None], np.array([5000.]), centre[None])[0]
    return Problem(joints, np.ones(14), centre, 'neutral')


def off(body, found, true, aligned=True):
    """Joint error in mm."""
    joints, wanted = (posed(body, betas, pose).joints[0] for betas, pose in (
        (found.betas, found.pose), (true['betas'], true['pose'])))
    return 1e3 * joint_error(joints, wanted, aligned=aligned)


def turned(points):
    return np.column_stack([points[:, :3] @ TURN.T + [10., 20., -3.], points[:, 3]])


def test_points_alone(models, body, true, points):
    """Where the points are, in their own frame, however it is turned."""
    found = fit(Problem.without_photograph(turned(points)), models)
    assert off(body, found, true) < 12.
    places = all_points(posed(body, found.betas, found.pose))[0] + found.cam_t
    assert np.linalg.norm(places - turned(points)[:, :3], axis=1).mean() < .015
    assert len(found.runs) == 1 and len(found.runs[0]) == 4 and found.body == models.body('neutral').name


def test_points_of_limbs_alone(models, body, true, points):
    """Without a torso all points tell how the body lies."""
    few = points.copy()
    few[:, 3] = np.isin(np.arange(N_POINTS), [4, 5, 7, 8, 18, 19, 20, 21])
    assert off(body, fit(Problem.without_photograph(few), models), true) < 60.


def test_weights_of_points(models, body, true, points):
    """A point of no weight may be anywhere, one of little weight hardly pulls."""
    wrong = points.copy()
    wrong[20] = [np.nan, 0., 0., 0.]
    assert off(body, fit(Problem.without_photograph(wrong), models), true) < 15.
    wrong[20] = [*(points[20, :3] + .3), 1.]
    light = wrong.copy()
    light[20, 3] = .05
    heavy, light = (off(body, fit(Problem.without_photograph(it), models), true) for it in (wrong, light))
    assert heavy > 1.5 * light


def test_points_and_photograph(models, body, true, points, photograph):
    """The camera's frame, whatever the points' own is."""
    found = fit(replace(photograph, points3d=turned(points)), models)
    assert off(body, found, true, aligned=False) < 15.
    assert np.abs(found.cam_t - true['cam_t'])[:2].max() < .03 and abs(found.cam_t[2] / true['cam_t'][2] - 1.) < .01


@pytest.mark.parametrize('where', ['photograph', 'points', 'both'])
def test_an_estimate_gets_better(models, body, true, points, photograph, where):
    start = true['pose'] + np.random.default_rng(1).normal(0., .2, 72)
    estimate = Estimate(start, np.zeros(3))
    problem = {'photograph': replace(photograph, estimate=estimate),
               'points': Problem.without_photograph(turned(points), estimate=estimate),
               'both': replace(photograph, points3d=turned(points), estimate=estimate)}[where]
    before = off(body, Fitted(np.zeros(10), start), true)
    found = fit(problem, models)
    assert before > 45. and off(body, found, true) < {'photograph': .8, 'points': .35, 'both': .35}[where] * before
    assert len(found.runs[0]) == 1  # the last stage


class Fitted:
    def __init__(self, betas, pose):
        self.betas, self.pose = betas, pose


@pytest.mark.parametrize('stay_near', [None, 0., NEAR_BOUNDS[1]])
def test_how_near_an_estimate_the_fit_stays(models, body, true, photograph, stay_near):
    """A perfect one is kept where nobody says otherwise; without the anchor the fit goes its own way."""
    estimate = Estimate(true['pose'], true['betas'])
    found = fit(replace(photograph, estimate=estimate), models, FitOptions(stay_near=stay_near))
    near = np.abs(found.pose - true['pose']).max()
    assert near > .1 if stay_near == 0. else near < .02


def test_all_kinds_side_by_side(models, points, photograph):
    """Results do not depend on what else is fitted, and come with their positions."""
    problems = [photograph, Problem.without_photograph(points), replace(photograph, points3d=points),
                Problem.without_photograph(turned(points))]
    together = dict(fit_many(problems, models))
    for position, problem in enumerate(problems):
        alone = fit(problem, models)
        np.testing.assert_array_equal(alone.pose, together[position].pose)
        np.testing.assert_array_equal(alone.cam_t, together[position].cam_t)


def test_every_step_is_told(models, points, photograph, true):
    """Of points all stages, of an estimate the last; the translation moves."""
    moments = []
    problems = [Problem.without_photograph(points), replace(photograph, estimate=Estimate(true['pose'] + .1, [0.]))]
    found = dict(fit_many(problems, models, on_moment=moments.append))
    for position, stages in ((0, [0, 1, 2, 3]), (1, [3])):
        own = [moment for moment in moments if moment.position == position]
        assert sorted({moment.stage for moment in own}) == stages and CAMERA not in stages
        np.testing.assert_array_equal(own[-1].x[-72:], found[position].pose)
        np.testing.assert_array_equal(own[-1].translation, found[position].cam_t)
        assert own[-1].energy == pytest.approx(sum(found[position].final.energies.values()))


def test_what_is_of_another_photograph_is_refused(models, points, photograph):
    for wrong, message in ((points[np.random.default_rng(0).permutation(25)], 'another order'),
                           (points * [1., 1., 1., 0.] + np.eye(25)[[7, 8, 20, 21]].sum(axis=0)[:, None] * [0, 0, 0, 1],
                            '4 of the 3D points')):
        with pytest.raises(InputError, match=message):
            fit(replace(photograph, points3d=wrong), models)


def test_an_estimate_that_cannot_be_seen_is_refused(models, photograph, true):
    few = replace(photograph, confidence=np.where(np.arange(14) < 2, 1., 0.), estimate=Estimate(true['pose'], [0.]))
    with pytest.raises(InputError, match='where the estimated body is'):
        fit(few, models)


def test_chumpy_does_not_fit_them(models, points):
    with pytest.raises(InputError, match='dogleg only'):
        fit(Problem.without_photograph(points), models, FitOptions(optimizer='chumpy'))


@pytest.mark.parametrize('change, message', [
    (lambda points: 1e3 * points, '[0-9]+ m, which no person does; wanted metres'),
    (lambda points: 1e-3 * points, 'm, which no person does; wanted metres'),
    (lambda points: points[:24], r'shape \(24, 3\), wanted \(25, 4\)'),
    (lambda points: points + np.eye(25, 3) * np.nan, 'NaN')])
def test_points_that_are_none(points, change, message):
    changed = change(points[:, :3])
    weighted = np.column_stack([changed, np.ones(25)]) if len(changed) == 25 else changed
    with pytest.raises(InputError, match=message):
        Problem.without_photograph(weighted)


@pytest.mark.parametrize('pose, betas, message', [
    (np.zeros(69), np.zeros(10), r'pose has shape \(69,\)'), (np.full(72, np.nan), np.zeros(10), 'pose holds NaN'),
    (np.zeros(72), np.full(10, 1e3), 'betas holds 1000')])
def test_estimates_that_are_none(pose, betas, message):
    with pytest.raises(InputError, match=message):
        Estimate(pose, betas)


def test_how_near_follows_from_how_far_the_joints_are_missed(models, body, true, photograph):
    estimate = Estimate(true['pose'] + np.random.default_rng(1).normal(0., .1, 72), np.zeros(10))
    place = into_view(body, estimate.betas, estimate.pose, photograph)
    counted = [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 12]  # no hips
    points = posed(body, estimate.betas, estimate.pose).points[:, counted]
    seen = project(points, place[None], np.array([5000.]), photograph.centre[None])[0]
    away = seen - photograph.joints[TRACKED_LSP][counted]
    miss = np.square(100. * away / np.sqrt(1e4 + away ** 2)).mean()
    near = 700. / np.sqrt(miss - 3.5 ** 2)
    problem = replace(photograph, estimate=estimate)
    by_itself, told = (fit(problem, models, FitOptions(stay_near=stay_near)) for stay_near in (None, near))
    assert NEAR_BOUNDS[0] < near < NEAR_BOUNDS[1]
    np.testing.assert_allclose(by_itself.pose, told.pose, atol=1e-6)


@pytest.mark.parametrize('whole', [False, True])
def test_where_a_body_is_laid_first(body, points, true, whole):
    """On the torso, whatever the limbs do; or, where the pose is known, on all points, of which one may be wrong."""
    betas, pose = true['betas'], true['pose'].copy()
    if not whole:
        pose[12:18], pose[48:54] = 1., 1.
    target = turned(points)
    target[20] = [0., 0., 0., 0.]
    if not whole:
        target[[4, 5, 7, 8, 18, 19, 21], :3] += 1.  # limbs are elsewhere
    laid, place = onto_points(body, betas, pose, target, whole)
    there = all_points(posed(body, betas, laid))[0] + place
    trunk = [0, 1, 2, 3, 6, 9, 12, 16, 17] if not whole else np.flatnonzero(target[:, 3])
    np.testing.assert_allclose(there[trunk], target[trunk, :3], atol=1e-9)


def test_rigid_takes_no_mirror_image():
    points = np.random.default_rng(0).normal(size=(6, 3))
    rotation, translation = rigid(points, points @ TURN.T + 3., np.ones(6))
    np.testing.assert_allclose(rotation, TURN, atol=1e-12)
    np.testing.assert_allclose(translation, 3., atol=1e-12)
    assert np.linalg.det(rigid(points, points * [-1., 1., 1.], np.ones(6))[0]) == pytest.approx(1.)
