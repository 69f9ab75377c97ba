"""Where a clip's fit starts: the frames that are fitted, the way through their fits, and what lies in between."""

import numpy as np
import pytest

from lib.motion.start import Path, _between, _calmed, _Candidates, _chosen, _shortest, _unwrapped, translations
from tests.motion.clips import RATE, clip_of


def candidates(energies, places):
    """Fits of one frame, whose joints are all at ``places``."""
    joints = np.tile(np.array(places, dtype=float)[:, None, None], (1, 24, 3))
    return _Candidates(np.array(energies, dtype=float), np.zeros((len(energies), 82)), joints)


def test_the_way_goes_by_energies_and_distances():
    ways = [candidates([10., 0.], [0., .5]), candidates([0., 0.], [0., .5]), candidates([0., 50.], [0., .5])]
    assert _shortest(ways, np.array([0, 8, 16]), 30.) == [0, 0, 0], 'one frame alone is the other way round'
    assert _shortest(ways, np.array([0, 3000, 6000]), 30.) == [1, 0, 0], 'within minutes people turn round'
    ways[0] = candidates([900., 0.], [0., .5])
    assert _shortest(ways, np.array([0, 8, 16]), 30.)[0] == 1


def test_frames_with_most_joints_are_chosen(body):
    problems, _ = clip_of(body, 30)
    for i, problem in enumerate(problems):
        problem.confidence[:] = 1. if i % 5 == 3 else [1.] * 7 + [0.] * 7
    chosen = _chosen(problems, np.arange(30), RATE)
    assert 3 <= len(chosen) <= 6 and all(i % 5 == 3 for i in chosen[:-1])
    for problem in problems:
        problem.confidence[3:] = 0.
    assert len(_chosen(problems, np.arange(30), RATE)) == 1


def test_joints_are_calmed_before_frames_are_fitted(body):
    """Noise is less, what leaps comes back, and what is seen in two frames stays as it is."""
    count = 40
    (noisy, _), (clean, _) = (clip_of(body, count, noise) for noise in (4., 0.))
    noisy[20].joints[5] += 300.
    for i, problem in enumerate(noisy):
        problem.confidence[10] = i in (3, 30)
    noisy[7].confidence[0], noisy[7].joints[0] = 0., np.nan
    before = np.array([problem.joints for problem in noisy])
    after = np.array([problem.joints for problem in _calmed(noisy, np.arange(count), RATE)])
    np.testing.assert_array_equal(np.array([problem.joints for problem in noisy]), before)
    off = np.linalg.norm(after - [problem.joints for problem in clean], axis=2)
    assert np.sqrt(np.square(off[:, 1:5]).mean()) < .7 * 4. * np.sqrt(2.) and off[20, 5] < 10.
    np.testing.assert_array_equal(after[[3, 30], 10], before[[3, 30], 10])
    assert np.isnan(after[7, 0]).all() and np.isfinite(after[8, 0]).all()


def test_joints_turn_the_short_way_in_between():
    poses = np.zeros((2, 72))
    poses[0, 1], poses[1, 1] = np.pi - .1, -np.pi + .1
    found = _between(np.array([0, 10]), poses, np.arange(-2, 13))
    np.testing.assert_allclose(found[:, 1], np.r_[[np.pi - .1] * 2, np.linspace(np.pi - .1, np.pi + .1, 11),
                                                  [np.pi + .1] * 2], atol=1e-6)
    assert np.abs(np.diff(_unwrapped(found.reshape(-1, 24, 3)), axis=0)).max() < .03


def test_bodies_come_to_where_they_were_detected(body):
    problems, true = clip_of(body, 5)
    pose = np.zeros((5, 72))
    pose[:, 0] = np.pi
    problems[2].confidence[:] = 0.
    problems[2].joints[:] = np.nan
    found = translations(problems, body, Path(np.zeros(10), pose), np.full(5, 28.))
    np.testing.assert_allclose(found[:, :2], 0., atol=.12)
    np.testing.assert_allclose(found[2], (found[1] + found[3]) / 2., atol=1e-9)
    assert found[:, 2].tolist() == [28.] * 5


@pytest.mark.parametrize('rate', [1., 1000.])
def test_any_frame_rate_has_frames_to_start_from(body, rate):
    problems, _ = clip_of(body, 6)
    assert len(_chosen(problems, np.arange(6), rate)) == (6 if rate == 1. else 1)
