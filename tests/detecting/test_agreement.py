"""Which of several finds is right."""

import numpy as np
import pytest

from lib.detecting.agreement import agreed

SHAPE = np.random.default_rng(0).uniform(0., 100., (33, 2))


def find(shift=0., confidence=.9, noise=0., seed=1):
    """A person at ``shift`` px to the right of another."""
    places = SHAPE + [shift, 0.] + noise * np.random.default_rng(seed).normal(size=SHAPE.shape)
    return np.column_stack([places, np.full(33, confidence)])


def test_most_are_right():
    keypoints, count = agreed([find(200.), find(1.), find(0.), find(2.), find(400.), find(402.)])
    assert count == 3
    np.testing.assert_allclose(keypoints[:, :2], SHAPE + [1., 0.])


def test_a_limb_that_one_mistakes_does_not_count():
    spoilt = find()
    spoilt[15] += [30., 0., -.8]
    keypoints, count = agreed([find(), spoilt, find()])
    assert count == 3
    np.testing.assert_array_equal(keypoints, find())


def test_one_alone_is_taken_as_it_is():
    keypoints, count = agreed([find(5.)])
    assert count == 1
    np.testing.assert_array_equal(keypoints, find(5.))


def test_of_equally_many_the_nearest_to_each_other():
    keypoints, count = agreed([find(0.), find(6.), find(300.), find(301.)])
    assert count == 2 and keypoints[:, 0].min() > 250.


@pytest.mark.parametrize('size', [.01, 1., 30.])
def test_whatever_the_size(size):
    def scaled(shift):
        return find(shift) * [size, size, 1.]
    assert agreed([scaled(0.), scaled(4.), scaled(70.)])[1] == 2
    assert agreed([scaled(0.), scaled(12.)])[1] == 1


def test_all_in_one_point():
    points = np.zeros((33, 3))
    keypoints, count = agreed([points, points + [5., 0., 0.], points])
    assert count == 2 and not keypoints.any()
