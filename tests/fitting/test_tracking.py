"""Frames of a video: who moved little is known, and results of an earlier run do as well as fits."""

from dataclasses import dataclass

import numpy as np
import pytest

from lib.body.projection import FOCAL, project
from lib.fitting import Problem, fit
from lib.fitting.tracking import DEPTH_FRAMES, MOVED_LITTLE, Tracker, moved
from lib.outputs.metrics import posed_points
from tests.program import SAMPLE

TRACKED = [*range(12), 13]


@dataclass
class Person:
    """What a Tracker asks of a Sample."""

    frame: int | None
    index: int = 0
    gender: str = 'neutral'


@pytest.fixture(scope='module')
def lsp():
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        return data['est_joints'][:3, :, 0].T.copy()


def problem_of(lsp, shift=0., confidence=None):
    confidence = np.ones(14) if confidence is None else confidence
    return Problem(2. * lsp[:, :2] + shift, confidence, np.array([200., 200.]), 'neutral', FOCAL)


@pytest.fixture(scope='module')
def first(models, lsp):
    """The fit of ``lsp``, and its tracked points."""
    result = fit(problem_of(lsp), models)
    return result, posed_points(models.body('neutral').tracked(10), vars(result))[1]


@pytest.fixture
def remembering(first):
    """``remembering(*people)``: a Tracker that has seen these people fitted, all as ``first``."""
    def remembering(*people):
        tracker, (result, points) = Tracker(), first
        for person in people:
            tracker.remember(person, points, result.cam_t, result.betas, result.pose)
        return tracker
    return remembering


# Moving a body to new detections


def some_points(seed=0):
    rng = np.random.default_rng(seed)
    points, translation = rng.normal(size=(13, 3)) * .4, np.array([.3, -.2, 25.])
    problem = problem_of(np.zeros((14, 3)))
    seen = project(points[None], translation[None], np.array([FOCAL]), problem.centre[None])[0]
    problem.joints[TRACKED] = seen
    return points, translation, problem


def test_moved_finds_the_translation():
    points, translation, problem = some_points()
    found, distance = moved(points, 25., problem)
    np.testing.assert_allclose(found, translation, atol=1e-9)
    assert distance < 1e-9


def test_depth_moves_slowly():
    points, translation, problem = some_points()
    found, _ = moved(points, 20., problem)
    assert found[2] == pytest.approx(20. + (translation[2] - 20.) / DEPTH_FRAMES)


def test_joints_count_by_their_confidence():
    points, translation, problem = some_points()
    problem.joints[0] += 500.
    problem.confidence[0] = 1e-9
    assert moved(points, 25., problem)[1] < .1
    problem.confidence[0] = 1.
    assert moved(points, 25., problem)[1] > 10.


@pytest.mark.parametrize('seen, known', [(3, False), (4, True)])
def test_too_few_joints_tell_nothing(seen, known):
    points, _, problem = some_points()
    problem.confidence[seen:] = 0.
    problem.joints[seen:] = np.nan
    assert np.isfinite(moved(points, 25., problem)[1]) == known


# Tracker


def test_who_moved_little_is_known(models, lsp, first, remembering):
    assert Tracker().start(Person(0), problem_of(lsp)).known is None
    again = remembering(Person(0)).start(Person(1), problem_of(lsp, 8.))
    np.testing.assert_array_equal(again.known.x, np.concatenate([first[0].betas, first[0].pose]))
    later = fit(again, models)
    assert len(later.runs) == 1 and len(later.runs[0]) == 1 and later.camera_steps == 0
    assert later.final.energies['j2d'] < 1.05 * first[0].final.energies['j2d']


@pytest.mark.parametrize('frame, change', [
    (2, lambda lsp: lsp), (0, lambda lsp: lsp), (1, lambda lsp: lsp * (1, -1, 1)),
    (1, lambda lsp: lsp + np.array([0., 2 * MOVED_LITTLE, 0.]) * (np.arange(14) % 2)[:, None])],
    ids=['a frame is missing', 'the same frame', 'upside down', 'limbs elsewhere'])
def test_others_start_anew(lsp, remembering, frame, change):
    assert remembering(Person(0)).start(Person(frame), problem_of(change(lsp))).known is None


def test_another_gender_is_somebody_else(lsp, remembering):
    assert remembering(Person(0, gender='male')).start(Person(1), problem_of(lsp)).known is None


def test_photographs_do_not_follow_on_each_other(lsp, remembering):
    tracker = remembering(Person(None))
    assert tracker.start(Person(None), problem_of(lsp)).known is None
    assert tracker.start(Person(0), problem_of(lsp)).known is None


def test_everybody_of_the_last_frame_is_remembered(lsp, first, remembering):
    """Also those who are remembered late, and whatever the order: the first of equals by index is taken."""
    result, points = first
    tracker = remembering(Person(0, index=1))
    tracker.remember(Person(0, index=0), points, result.cam_t, result.betas + 1., result.pose)
    known = tracker.start(Person(1, index=2), problem_of(lsp)).known
    np.testing.assert_array_equal(known.x[:10], result.betas + 1.)


def test_the_nearest_is_taken(lsp, first, remembering):
    result, points = first
    tracker = remembering(Person(0, index=1))
    tracker.remember(Person(0, index=0), points + 10., result.cam_t, result.betas + 1., result.pose)
    known = tracker.start(Person(1, index=2), problem_of(lsp)).known
    np.testing.assert_array_equal(known.x[:10], result.betas)


def test_older_frames_are_forgotten(lsp, remembering):
    tracker = remembering(Person(0), Person(1))
    tracker.start(Person(2), problem_of(lsp))
    assert sorted(tracker._seen) == [1, 2]
