"""Triangulation: exact rays, wrong ones, and those that do not meet."""

import numpy as np
import pytest

from lib.fitting.triangulation import Rays, distances, triangulate
from tests import rigs

CAMERAS = rigs.rig(4, distortion=(0.,) * 4)
POINTS = np.random.default_rng(0).uniform(-.6, .6, (14, 3)) + (0., 0., 1.)


def rays(cameras=CAMERAS, points=POINTS, noise=0.):
    rng = np.random.default_rng(1)
    joints = np.array([own.straighten_points(own.project(points)) for own in cameras])
    return Rays(joints + rng.normal(0., noise, joints.shape), np.ones(joints.shape[:2]),
                np.array([own.focal for own in cameras]), np.array([own.centre for own in cameras]),
                np.array([own.rotation for own in cameras]), np.array([own.translation for own in cameras]))


@pytest.mark.parametrize('count', [2, 3, 4])
def test_rays_that_meet(count):
    own = rays(CAMERAS[:count])
    assert triangulate(own) == pytest.approx(POINTS, abs=1e-7)
    assert distances(own, POINTS) == pytest.approx(np.zeros((count, 14)), abs=1e-6)


def test_a_batch_is_as_its_members():
    batch = Rays(*(np.stack([one, other]) for one, other in zip(rays(), rays(noise=3.))))
    for found, alone in zip(triangulate(batch), (rays(), rays(noise=3.))):
        assert found == pytest.approx(triangulate(alone), abs=1e-12)


def test_one_wrong_view_of_four_hardly_counts():
    own = rays(noise=1.)
    own.joints[2, 5] += 80.
    assert np.linalg.norm(triangulate(own)[5] - POINTS[5]) < .02
    assert distances(own, triangulate(own))[2, 5] > 70.


def test_of_two_views_that_disagree_both_are_off():
    own = rays(CAMERAS[:2])
    own.joints[1, :, 1] += 40.
    assert (np.abs(distances(own, triangulate(own)) - 20.) < 5.).all()


def test_weights_count():
    own = rays()
    own.joints[0, 3] += 6.
    own.weight[0, 3] = .1
    lightly = np.linalg.norm(triangulate(own)[3] - POINTS[3])
    own.weight[0, 3] = 1.
    assert lightly < .3 * np.linalg.norm(triangulate(own)[3] - POINTS[3])


def test_who_is_seen_by_one_or_none_is_nowhere():
    own = rays()
    own.weight[1:, 0], own.weight[:, 1] = 0., 0.
    own.joints[1:, 0] = np.nan
    found = triangulate(own)
    assert np.isnan(found[:2]).all() and np.isfinite(found[2:]).all()
    off = distances(own, found)
    assert np.isnan(off[:, :2]).all() and np.isfinite(off[:, 2:]).all()


def test_rays_that_hardly_meet_tell_nothing():
    beside = [rigs.camera('a', 0., distortion=()), rigs.camera('b', 1., distortion=())]
    assert np.isnan(triangulate(rays(beside))).all()
    apart = [rigs.camera('a', 0., distortion=()), rigs.camera('b', 10., distortion=())]
    assert triangulate(rays(apart)) == pytest.approx(POINTS, abs=1e-6)


def test_what_would_be_behind_a_camera_is_nowhere():
    own = rays(CAMERAS[:2])
    turned = own._replace(joints=2. * own.centre[:, None] - own.joints, rotation=own.rotation * [[[-1.], [-1.], [1.]]],
                          shift=own.shift * [-1., -1., 1.])
    assert triangulate(turned) == pytest.approx(POINTS, abs=1e-6)  # the same, upside down
    behind = own._replace(rotation=own.rotation * [[[-1.], [1.], [-1.]]], shift=own.shift * [-1., 1., -1.],
                          joints=own.joints * [-1., 1.] + [2. * own.centre[0, 0], 0.])
    found = triangulate(behind)
    assert np.isnan(found).all() or np.isnan(distances(behind, found)).all()
