"""Problems with calibrated views, from Python: where they begin, what comes of them, what is wrong with them."""

from dataclasses import replace

import numpy as np
import pytest

from lib import FitOptions, InputError, Problem, View, fit, fit_many
from lib.body.kinematics import rotation_matrices
from lib.body.skeleton import LSP_NAMES, N_LSP, TORSO_LSP
from lib.fitting.problem import Estimate
from lib.fitting.view_starts import into_views
from lib.outputs.metrics import posed_points
from tests import rigs

POSE, PLACE = rigs.standing(), np.array([.3, -.2, 1.])
SCALE = 1.02
CENTRE = np.array([240., 320.])


def views_of(points, count=4, noise=0., only=None):
    """The Views of so many cameras; ``only``: joints that are seen."""
    rng, out = np.random.default_rng(3), []
    for own in rigs.rig(4)[:count]:
        seen = rigs.joints_seen(own, points)
        joints = SCALE * (own.straighten_points(seen[:, :2]) + rng.normal(0., noise, (N_LSP, 2)))
        confidence = seen[:, 2] if only is None else np.where(np.isin(np.arange(N_LSP), only), seen[:, 2], 0.)
        out.append(View(joints, confidence, SCALE * own.centre, SCALE * own.focal, own.rotation, own.translation))
    return out


@pytest.fixture
def points(body):
    return rigs.points_of(body, POSE, PLACE)


def placed(body, found):
    """The tracked points of a Fit in the world."""
    return posed_points(body, {'betas': found.betas, 'pose': found.pose})[1] + found.cam_t


@pytest.mark.parametrize('count, most', [(2, .03), (4, .025)])
def test_a_body_is_found_in_the_world(models, body, points, count, most):
    found = fit(Problem.of_views(views_of(points, count)), models)
    assert np.linalg.norm(placed(body, found) - points, axis=1).mean() < most
    assert list(found.final.energies)[0] == 'j2d' and len(found.runs) == 1 and found.camera_steps == 0
    assert found.f == pytest.approx(SCALE * 701., abs=1.)


def test_one_view_is_a_photograph_put_into_the_world(models, body, points):
    view = views_of(points, 1)[0]
    found = fit(Problem.of_views([view]), models)
    photograph = fit(Problem(np.nan_to_num(view.joints), view.confidence, view.centre, 'neutral', view.focal), models)
    there = placed(body, photograph)
    assert placed(body, found) @ view.rotation.T + view.translation == pytest.approx(there, abs=1e-9)
    assert rotation_matrices(found.final.x[10:13]) == pytest.approx(rotation_matrices(found.pose[:3]))
    assert found.betas.tolist() == photograph.betas.tolist()
    blind = replace(view, confidence=np.zeros(N_LSP), joints=np.zeros((N_LSP, 2)))
    assert fit(Problem.of_views([blind, view]), models).pose.tolist() == found.pose.tolist()


def test_many_with_and_without_views_side_by_side(models, points):
    views = views_of(points)
    photograph = Problem(np.nan_to_num(views[0].joints), views[0].confidence, views[0].centre, 'neutral')
    problems = [Problem.of_views(views), photograph, Problem.of_views(views[:2]), Problem.of_views(views[1:2])]
    together = dict(fit_many(problems, models))
    for position, problem in enumerate(problems):
        assert together[position].pose == pytest.approx(fit(problem, models).pose, abs=1e-9)


def test_too_few_joints_in_common_begin_from_a_view(models, body, points):
    """One sees the torso, the other arms and legs: nothing is triangulated."""
    limbs = [joint for joint in range(12) if joint not in TORSO_LSP]
    views = [views_of(points, only=range(14))[0], views_of(points, only=limbs[:2])[1]]
    views[0].joints[limbs[:2]], views[0].confidence[limbs[:2]] = np.nan, 0.
    found = fit(Problem.of_views(views), models)
    assert np.linalg.norm(placed(body, found) - points, axis=1).mean() < .4
    assert len(found.runs) == 1


def test_a_side_view_begins_both_ways_round(body, points):
    views = views_of(points, 2)
    views[1].confidence[:] = 0.
    views[1].joints[:] = np.nan
    starts = [into_views(body, np.zeros(10), rigs.standing(), views, False, threshold) for threshold in (0., 1e4)]
    assert [len(own) for own in starts] == [1, 2]
    one, other = (rotation_matrices(pose[:3]) for pose, _ in starts[1])
    assert one.T @ other == pytest.approx(np.diag([-1., 1., -1.]), abs=1e-9)


def test_the_start_lies_on_the_torso(body, points):
    (pose, translation), = into_views(body, np.zeros(10), np.zeros(72), views_of(points), False, 0.)
    torso = [LSP_NAMES.index(name) for name in ('right_hip', 'left_hip', 'right_shoulder', 'left_shoulder')]
    start = posed_points(body, {'betas': np.zeros(10), 'pose': pose})[1] + translation
    assert np.linalg.norm(start[torso] - points[torso], axis=1).max() < .08


def test_restarts_keep_the_lowest_energy(models, points):
    views = views_of(points, 2, noise=4.)
    one, more = (fit(Problem.of_views(views), models, FitOptions(restarts=name)) for name in ('none', 'gmm'))
    ends = [sum(run[-1].energies.values()) for run in more.runs]
    assert more.final.x[10:] == pytest.approx(more.pose)
    assert len(ends) > 4 and more.chosen == int(np.argmin(ends)) and min(ends) <= sum(one.final.energies.values())


def test_steps_are_told(models, points):
    moments = []
    found = fit(Problem.of_views(views_of(points)), models, on_moment=moments.append)
    assert {moment.stage for moment in moments} == {0, 1, 2, 3} and {moment.run for moment in moments} == {0}
    assert len(moments) == sum(stage.steps for stage in found.runs[0]) + 4


def test_an_estimate_is_put_where_the_views_see_it(models, body, points):
    near = POSE.copy()
    near[3:] += np.random.default_rng(0).normal(0., .05, 69)
    near[:3] = 0.  # however it was turned
    problem = replace(Problem.of_views(views_of(points)), estimate=Estimate(near, np.zeros(10)))
    found = fit(problem, models)
    assert len(found.runs[0]) == 1 and np.linalg.norm(placed(body, found) - points, axis=1).mean() < .03


VIEW = {'joints': np.zeros((14, 2)), 'confidence': np.ones(14), 'centre': CENTRE, 'focal': 900.,
        'rotation': np.eye(3), 'translation': np.zeros(3)}


@pytest.mark.parametrize('changed, said', [
    ({'joints': np.zeros((13, 2))}, 'joints has shape'), ({'confidence': np.full(14, 3.)}, 'confidence holds 3'),
    ({'rotation': np.diag([1., 1., -1.])}, 'rotation is no rotation matrix'),
    ({'rotation': .9 * np.eye(3)}, 'rotation is no rotation matrix'), ({'focal': 1.}, 'focal'),
    ({'translation': np.full(3, np.nan)}, 'translation holds NaN')])
def test_views_that_are_none(changed, said):
    with pytest.raises(InputError, match=said):
        View(**{**VIEW, **changed})


def test_what_cannot_be_fitted(models, points):
    with pytest.raises(InputError, match='views: none given'):
        Problem.of_views([])
    blind = views_of(points, 2, only=[0])
    blind[1].confidence[:] = 0.
    with pytest.raises(InputError, match='no two joints'):
        fit(Problem.of_views(blind), models)
    with pytest.raises(InputError, match='no view shows two joints of the torso'):
        fit(Problem.of_views(views_of(points, 2, only=[0])), models)
    with pytest.raises(InputError, match='dogleg only'):
        fit(Problem.of_views(views_of(points, 2)), models, FitOptions(optimizer='chumpy'))
