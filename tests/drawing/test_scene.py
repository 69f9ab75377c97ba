"""Cameras of the pictures."""

import numpy as np
import pytest

from lib.drawing.scene import front_view, turned_view

BOX = np.array([[x, y, z] for x in (0., .5) for y in (1., 3.) for z in (4., 4.2)])  # metres


def projected(vertices, view):
    position = vertices + view.translation
    return position[:, :2] / position[:, 2:] * view.focal + view.centre


def test_the_fitted_camera_sees_what_it_is_told():
    view = front_view(BOX, np.array([.1, .2, 30.]), 5000, [100, 150], np.int64(200), np.int64(300))
    assert (view.focal, view.width, view.height) == (5000., 200, 300)
    assert view.far == pytest.approx(20. + 30. - 4.1)
    np.testing.assert_array_equal(view.centre, [100., 150.])


@pytest.mark.parametrize('degrees', [0., 90., 200.])
def test_turned_views_fill_the_frame(degrees):
    vertices, view = turned_view(BOX, degrees)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    np.testing.assert_allclose((low + high)[:2], 0., atol=1e-12)
    shares = (high - low)[:2] * view.focal / view.translation[2] / [view.width, view.height]
    assert shares.max() == pytest.approx(.92)
    assert (np.abs(projected(vertices, view) - view.centre) < view.centre).all()


def test_turning_is_about_the_vertical_axis_as_the_published_programs_lights_turn():
    front, _ = turned_view(BOX, 0.)
    turned, _ = turned_view(BOX, 90.)
    np.testing.assert_allclose(turned[:, 1], front[:, 1], atol=1e-12)
    np.testing.assert_allclose(turned[:, 0], -front[:, 2], atol=1e-12)
    np.testing.assert_allclose(turned[:, 2], front[:, 0], atol=1e-12)
