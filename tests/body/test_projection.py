"""Perspective projection: against its formula, and its derivatives."""

import numpy as np
import pytest

from lib.body.projection import FOCAL, ProjectPoints, project, projection_slopes
from tests.derivatives import check_derivative


def test_the_published_focal_length():
    assert FOCAL == 5000.


def test_a_point_by_hand():
    """1 m to the right and 2 m down at 10 m, 20 m before the camera's start: a quarter of the way."""
    seen = project(np.array([[[1., 2., -10.]]]), np.array([[0., .5, 30.]]), np.array([1000.]), np.array([[200., 300.]]))
    np.testing.assert_array_equal(seen, [[[250., 425.]]])


def test_every_problem_of_a_batch_has_its_own_camera():
    rng = np.random.default_rng(0)
    points, translation = rng.normal(size=(3, 5, 3)), rng.normal(size=(3, 3)) + [0., 0., 20.]
    focal, centre = np.array([1000., 2000., 5000.]), rng.uniform(100., 300., (3, 2))
    together, slopes = project(points, translation, focal, centre), projection_slopes(points, translation, focal)
    for i in range(3):
        moved = points[i] + translation[i]
        np.testing.assert_allclose(together[i], focal[i] * moved[:, :2] / moved[:, 2:] + centre[i], rtol=1e-14)
        one = slice(i, i + 1)
        np.testing.assert_array_equal(slopes[one], projection_slopes(points[one], translation[one], focal[one]))


@pytest.mark.parametrize('wrt', ['points', 'translation'])
def test_projection(wrt):
    variables = {'points': np.random.default_rng(2).standard_normal((13, 3)), 'translation': np.array([.3, -.2, 20.])}
    centre = np.array([200., 300.])
    check_derivative(lambda **inputs: ProjectPoints(focal=FOCAL, centre=centre, **inputs), variables, wrt)
