"""A camera: distortion undone, sizes of pictures, numbers that are none."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from tests import rigs

OWN = rigs.camera('one', 30.)


def test_points_are_straightened_as_opencv_bends_them():
    points = np.random.default_rng(0).uniform(-1., 1., (50, 3)) + (0., 0., 1.)
    straight = OWN.straighten_points(OWN.project(points))
    seen = points @ OWN.rotation.T + OWN.translation
    assert straight == pytest.approx(OWN.focal * seen[:, :2] / seen[:, 2:] + OWN.centre, abs=1e-6)
    assert np.abs(straight - OWN.project(points)).max() > 1.  # it does bend


def test_strong_distortion_is_undone_too():
    own = replace(OWN, distortion=np.array([-.35, .12, .002, -.001, -.01]))
    corners = np.array([[0., 0.], [479., 639.], [0., 639.]])
    straight = own.straighten_points(corners)
    assert own.bend_points(straight) == pytest.approx(corners, abs=1e-3)


def test_what_cannot_be_seen_through_the_lens_is_nowhere():
    own = replace(OWN, distortion=np.array([-.5, 0., 0., 0.]))
    far = own.straighten_points(np.array([[240., 320.], [5000., 5000.]]))
    assert np.isfinite(far[0]).all() and np.isnan(far[1]).all()
    assert own.straighten_points(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize('share', [1., .5])
def test_a_straightened_picture_shows_what_straightened_points_say(share):
    """A dot where a point is seen comes to lie where the straightened point is, also in a smaller copy."""
    own = replace(OWN, distortion=np.array([-.3, .1, .002, -.001]))
    place = np.array([60., 90.])
    picture = np.zeros((640, 480, 3), np.uint8)
    cv2.circle(picture, tuple(place.astype(int).tolist()), 6, (255, 255, 255), -1)
    picture = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(own.straighten_picture(picture)[..., 0] > 200)
    wanted = share * own.straighten_points(place[None])[0]
    assert [columns.mean(), rows.mean()] == pytest.approx(wanted, abs=1.)
    assert np.linalg.norm(wanted - share * place) > 2.


def test_without_distortion_a_picture_stays():
    own = replace(OWN, distortion=np.zeros(4), matrix=np.array([[700., 0., 240.], [0., 700., 320.], [0., 0., 1.]]))
    picture = np.zeros((640, 480, 3), np.uint8)
    assert own.straighten_picture(picture) is picture


def test_pictures_of_other_sizes():
    half = OWN.of_pictures((240, 320))
    points = np.array([[0., 0., 1.], [.3, -.2, 1.4]])
    assert half.project(points) == pytest.approx(OWN.project(points) / 2.)
    cut = OWN.of_pictures((476, 640))
    assert cut.size == (476, 640) and cut.project(points) == pytest.approx(OWN.project(points))
    assert replace(OWN, size=None).of_pictures((470, 630)).size == (470, 630)
    with pytest.raises(InputError, match='640 x 480 px, and it is calibrated for 480 x 640'):
        OWN.of_pictures((640, 480))


def test_units_and_place():
    assert OWN.in_metres(.001).place == pytest.approx(.001 * OWN.place)
    assert np.linalg.norm(OWN.place[:2]) == pytest.approx(4.)


@pytest.mark.parametrize('changed, said', [
    ({'rotation': np.diag([1., 1., -1.])}, 'it mirrors'), ({'rotation': 2. * np.eye(3)}, 'off the identity'),
    ({'rotation': np.full((3, 3), np.nan)}, 'NaN'), ({'matrix': np.eye(3)}, 'focal lengths'),
    ({'matrix': OWN.matrix.T}, 'no camera matrix'), ({'matrix': OWN.matrix + [[0., 5., 0.]] * 1}, 'wanted rows'),
    ({'distortion': np.zeros(15)}, 'at most 14'), ({'translation': [1e9, 0., 0.]}, 'long'),
    ({'size': (0, 5)}, '0 x 5'), ({'matrix': OWN.matrix + np.array([[0., 5., 0.], [0.] * 3, [0.] * 3])}, 'skew')])
def test_numbers_that_no_camera_has(changed, said):
    with pytest.raises(InputError, match=said):
        replace(OWN, **changed)


def test_rounded_rotations_are_rotations():
    rounded = replace(OWN, rotation=OWN.rotation.round(3))
    assert rounded.rotation @ rounded.rotation.T == pytest.approx(np.eye(3), abs=1e-12)


@pytest.mark.parametrize('count, wanted', [(0, 4), (2, 4), (4, 4), (5, 5), (6, 8), (12, 12)])
def test_distortion_has_as_many_numbers_as_opencv_takes(count, wanted):
    assert len(replace(OWN, distortion=np.zeros(count)).distortion) == wanted
