"""Arrays with their axes in any order."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.readers.array_shapes import people_of
from tests.keypoints.helpers import rows


def keypoints(name, count=3, width=3):
    return np.array([rows(name, i)[:, :width] for i in range(count)])


@pytest.mark.parametrize('order', [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1), (1, 0, 2), (2, 0, 1)])
@pytest.mark.parametrize('count', [2, 3, 14])
@pytest.mark.parametrize('name, width', [('lsp', 3), ('coco17', 3), ('lsp', 2), ('body25', 2)])
def test_axes_in_any_order(order, count, name, width):
    usual = keypoints(name, count, width)
    np.testing.assert_array_equal(people_of(usual.transpose(order))[:, 0], usual)


@pytest.mark.parametrize('order', [(0, 1, 2), (2, 1, 0)])
def test_small_photographs(order):
    """All of whose positions could be per cent."""
    usual = keypoints('lsp')
    usual[..., :2] *= .4
    np.testing.assert_array_equal(people_of(usual.transpose(order))[:, 0], usual)


@pytest.mark.parametrize('name, width', [('coco17', 3), ('lsp', 3), ('body25', 2)])
def test_rows_of_numbers(name, width):
    usual = keypoints(name, 5, width)
    np.testing.assert_array_equal(people_of(usual.reshape(5, -1))[:, 0], usual)


def test_one_person():
    for turned in (rows('coco17'), rows('coco17').T):
        np.testing.assert_array_equal(people_of(turned)[0, 0], rows('coco17'))


def test_axes_between():
    usual = keypoints('coco17')
    np.testing.assert_array_equal(people_of(usual[:, None, None])[:, 0], usual)
    np.testing.assert_array_equal(people_of(np.stack([usual, usual + 1], axis=1))[:, 1], usual + 1)


@pytest.mark.parametrize('shape', [(), (5,), (5, 13, 4), (3, 48), (2, 2, 2, 17, 3), (2, 13, 5)])
def test_other_shapes(shape):
    with pytest.raises(InputError, match='keypoints have shape'):
        people_of(np.ones(shape))


def test_axes_that_do_not_tell():
    """Two images, and x and y: the other way round, nobody is much more likely."""
    usual = np.array([rows('coco17', i)[:, :2] for i in (10, 11)])
    with pytest.raises(InputError, match='not clear'):
        people_of(usual)


def test_a_number_of_joints_that_is_known():
    assert people_of(np.ones((3, 14, 5)), 14).shape == (5, 1, 14, 3)
    with pytest.raises(InputError):
        people_of(np.ones((3, 17, 3)), 14)
