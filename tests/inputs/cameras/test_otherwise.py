"""Calibrations in another convention, and cameras that are taken for each other: what is said."""

from dataclasses import replace

import numpy as np
import pytest

from lib.inputs.cameras.gathering import straightened
from lib.inputs.cameras.otherwise import otherwise
from tests import rigs

BACK = np.diag([1., -1., -1.])
#: At unlike distances, so that no exchange looks like a turn of the world.
CAMERAS = [rigs.camera(f'cam_{i}', degrees, distance) for i, (degrees, distance) in enumerate(
    [(20., 4.), (95., 5.), (200., 3.5), (310., 4.5)])]


@pytest.fixture
def seen(body):
    """People before the cameras in three frames, straightened; noise of 2 px."""
    rng = np.random.default_rng(0)
    frames = []
    for turn in (.4, 1.5, 3.):
        points = rigs.points_of(body, rigs.standing(turn), (.3, -.2, 1.))
        frames.append([straightened([_noisy(rigs.detection(own, points), rng)], own) for own in CAMERAS])
    return frames


def _noisy(person, rng):
    return replace(person, joints=person.joints + rng.normal(0., 2., (14, 2)))


def inverse(own):
    return replace(own, rotation=own.rotation.T, translation=own.place)


def back(own):
    return replace(own, rotation=BACK @ own.rotation, translation=BACK @ own.translation)


def test_what_is_right_and_what_nobody_is_in(seen):
    assert otherwise(seen, CAMERAS) == ''
    assert otherwise([[[] for _ in CAMERAS]], CAMERAS) == ''
    assert otherwise([[own if view == 1 else [] for view, own in enumerate(views)] for views in seen], CAMERAS) == ''


@pytest.mark.parametrize('way, said', [
    (inverse, "R and t seem to lead from the camera to the world: give R' and -R' t"),
    (back, 'axes seem to be x right, y up, z back'), (lambda own: inverse(back(own)), 'to the world'),
    (lambda own: inverse(back(own)), 'y up, z back'),
    (lambda own: replace(own, translation=own.place), 'its t seems to be where the camera stands: give -R t')])
def test_other_conventions(seen, way, said):
    assert said in otherwise(seen, [way(own) for own in CAMERAS])


@pytest.mark.parametrize('order, said', [
    ((1, 0, 2, 3), 'those of cam_0 are of cam_1, those of cam_1 are of cam_0'),
    ((1, 2, 0, 3), 'those of cam_0 are of cam_1, those of cam_1 are of cam_2, those of cam_2 are of cam_0')])
def test_cameras_that_are_exchanged(seen, order, said):
    exchanged = [[views[place] for place in order] for views in seen]
    assert otherwise(exchanged, CAMERAS).endswith(said)
    if order[2] == 2:  # of many, two are looked for
        more = [*CAMERAS, replace(CAMERAS[2], name='cam_4')]
        assert otherwise([[*views, views[2]] for views in exchanged], more).endswith(said)


def test_what_no_way_explains(seen):
    wrong = [[[replace(one, joints=one.joints * [1., -1.] + [0., 640.]) for one in own] if view in (0, 2) else own
              for view, own in enumerate(views)] for views in seen]
    assert otherwise(wrong, CAMERAS) == ''
