"""People across views: who goes together, who is left out."""

from dataclasses import replace

import numpy as np
import pytest

from lib.inputs.cameras.gathering import gather, straightened
from tests import rigs

CAMERAS = rigs.rig(4)


def seen(body, people, noise=0., swapped=()):
    """Of each camera the Detections of ``people``, tracked points, straightened; of cameras ``swapped`` another order.
    """
    rng, out = np.random.default_rng(0), []
    for view, own in enumerate(CAMERAS):
        order = people[::-1] if view in swapped else people
        found = [rigs.detection(own, points, number) for number, points in enumerate(order)]
        found = [replace(one, joints=one.joints + rng.normal(0., noise, (14, 2))) for one in found]
        out.append(straightened(found, own))
    return out


def numbers(groups):
    return [dict(sorted((view, one.number) for view, one in group.seen.items())) for group in groups]


@pytest.fixture
def people(body):
    return [rigs.points_of(body, rigs.standing(turn), place)
            for turn, place in ((.4, (0., 0., 1.)), (2., (.7, .5, 1.)), (4., (-.8, .2, 1.)))]


def test_people_are_told_apart_whatever_their_order(body, people):
    groups = gather(seen(body, people, noise=2., swapped=(1, 2)), CAMERAS)
    assert sorted(numbers(groups), key=str) == [{0: i, 1: 2 - i, 2: 2 - i, 3: i} for i in range(3)]
    assert [group.number for group in groups] == [0, 1, 2]
    assert groups[0].stature >= groups[1].stature >= groups[2].stature > 100.


def test_who_is_seen_by_fewer_comes_later(body, people):
    views = seen(body, people[:2])
    views[3] = views[3][1:]
    assert numbers(gather(views, CAMERAS)) == [{0: 1, 1: 1, 2: 1, 3: 1}, {0: 0, 1: 0, 2: 0}]


def test_a_view_that_disagrees_is_not_in_the_group(body, people):
    views = seen(body, people[:1])
    moved = views[2][0]
    views[2] = [replace(moved, joints=moved.joints + (60., 0.))]
    together, alone = gather(views, CAMERAS)
    assert sorted(together.seen) == [0, 1, 3] and sorted(alone.seen) == [2]


def test_who_is_found_twice_is_once(body, people):
    views = seen(body, people[:1])
    whole = views[0][0]
    upper = np.arange(14) >= 6
    parts = [replace(whole, confidence=np.where(chosen, 1., 0.)) for chosen in (upper, ~upper)]
    views[0] = parts
    assert len(gather(views, CAMERAS)) == 1


def test_nobody_and_too_few_joints(body, people):
    assert gather([[], [], [], []], CAMERAS) == []
    views = seen(body, people[:1])
    few = replace(views[0][0], confidence=np.where(np.arange(14) < 3, 1., 0.))
    groups = gather([[few], views[1], [], []], CAMERAS)
    assert [sorted(group.seen) for group in groups] == [[1], [0]] or [sorted(group.seen) for group in groups] == [[0],
                                                                                                                  [1]]


def test_joints_that_the_lens_does_not_show_are_missing(body, people):
    own = replace(CAMERAS[0], distortion=np.array([-.5, 0., 0., 0.]))
    found = rigs.detection(CAMERAS[0], people[0])
    joints = found.joints.copy()
    joints[0] = 9000., 9000.
    straight, = straightened([replace(found, joints=joints)], own)
    assert straight.confidence[0] == 0. and straight.confidence[1:].all() and not straight.joints[0].any()
