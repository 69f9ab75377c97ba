"""Left and right in a clip."""

import numpy as np
import pytest

from lib.detecting.mediapipe_pose import OTHER_SIDES
from lib.detecting.sides import other_way_round
from tests.detecting.test_agreement import find


def walk(count=12, noise=.5):
    """Somebody who moves 2 px from frame to frame."""
    return [find(2. * frame, noise=noise, seed=frame) for frame in range(count)]


def swapped(frames, which):
    return [found[OTHER_SIDES] if frame in which else found for frame, found in enumerate(frames)]


@pytest.mark.parametrize('which', [[], [0], [11], [3], [2, 3, 4, 9], [5, 6, 7, 8, 9]])
def test_frames_that_are_otherwise_than_those_around_them(which):
    assert other_way_round(swapped(walk(), which)) == which


def test_the_fewest_change(which=(0, 1, 2, 3, 4, 5, 6, 7)):
    assert other_way_round(swapped(walk(), which)) == [8, 9, 10, 11]


def test_nobody_and_one_frame():
    assert other_way_round([]) == other_way_round(walk(1)) == []


def test_a_profile_stays_as_it_was_found():
    """Where left and right lie on each other, noise does not decide."""
    def profile(seed):
        found = find(noise=.5, seed=seed)
        found[:, :2] = .5 * (found[:, :2] + found[OTHER_SIDES, :2]) + np.random.default_rng(seed).normal(size=(33, 2))
        return found
    assert other_way_round([profile(seed) for seed in range(30)]) == []


def test_nothing_is_changed_in_place():
    frames = swapped(walk(), [3])
    copies = [found.copy() for found in frames]
    other_way_round(frames)
    np.testing.assert_array_equal(frames, copies)
