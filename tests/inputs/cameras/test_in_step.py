"""Frames out of step."""

import numpy as np
import pytest

from lib.inputs.cameras.in_step import shifts
from tests import rigs

CAMERAS = rigs.rig(3)
COUNT = 60


@pytest.fixture(scope='module')
def joints(body):
    """What the cameras see of somebody who waves and turns: (3, COUNT, 14, 2), with noise of 2 px."""
    rng = np.random.default_rng(0)
    out = np.full((3, COUNT, 14, 2), np.nan)
    for frame in range(COUNT):
        pose = rigs.standing(turn=.02 * frame, bend=.6 + .5 * np.sin(.3 * frame))
        pose[[50, 53]] += .4 * np.cos(.3 * frame)
        pose[[3, 6]] += .4 * np.sin(.21 * frame)
        points = rigs.points_of(body, pose)
        for view, own in enumerate(CAMERAS):
            seen = rigs.joints_seen(own, points)[:, :2] + rng.normal(0., 2., (14, 2))
            out[view, frame] = own.straighten_points(seen)
    return out


def moved(joints, *starts):
    """Clips that begin at these frames."""
    length = COUNT - max(starts)
    return np.array([own[start:start + length] for own, start in zip(joints, starts)])


@pytest.mark.parametrize('starts, wanted', [((0, 0, 0), (0, 0, 0)), ((0, 0, 6), (0, 0, -6)), ((5, 0, 0), (-5, 0, 0)),
                                            ((7, 7, 0), (0, 0, 7))])
def test_a_clip_that_begins_elsewhere_is_found(joints, starts, wanted):
    found = shifts(moved(joints, *starts), np.ones(3), CAMERAS)
    assert np.abs(found - wanted).max() <= 1 and (found == 0).sum() == wanted.count(0)


def test_of_two_the_second_is_said_to_be_off(joints):
    found = shifts(moved(joints, 0, 8)[:2], np.ones(2), CAMERAS[:2])
    assert found[0] == 0 and abs(found[1] + 8) <= 1


def test_who_stands_still_or_is_hardly_seen_tells_nothing(joints):
    still = np.repeat(joints[:, :1], COUNT, axis=1)
    assert not shifts(still, np.ones(3), CAMERAS).any()
    hardly = joints.copy()
    hardly[:, 5:] = np.nan
    assert not shifts(hardly, np.ones(3), CAMERAS).any()
    assert not shifts(joints[:1], np.ones(1), CAMERAS[:1]).any()


@pytest.mark.filterwarnings('error')
def test_cameras_in_one_place_tell_nothing(joints):
    assert not shifts(joints, np.ones(3), [CAMERAS[0]] * 3).any()
