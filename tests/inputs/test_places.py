"""Where people stand in their photographs, as a file as a whole has them."""

import numpy as np
import pytest

from lib.inputs.places import place_doubts
from lib.keypoints.choice import Detection
from tests.keypoints.helpers import sample_person

SIZE = np.array([120., 190.])  # all of the sample's people are inside


def photographs(count, change=lambda joints: joints, confidence=None):
    out = []
    for i in range(count):
        person = sample_person(i)
        sure = person[:, 2] if confidence is None else np.full(14, confidence)
        out.append((SIZE, [Detection(change(person[:, :2]), sure)]))
    return out


@pytest.mark.parametrize('count', [0, 1, 3, 16])
def test_sound_people(count):
    assert place_doubts(photographs(count)) == []
    assert place_doubts([(SIZE, [])] * count) == []


@pytest.mark.parametrize('change', [lambda joints: 2. * joints, lambda joints: joints - [60., 0.],
                                    lambda joints: joints + [0., 120.]])
@pytest.mark.parametrize('count', [1, 3, 16])
def test_people_outside(change, count):
    (doubt,) = place_doubts(photographs(count, change))
    assert doubt.startswith('in ') and f'of {count} images joints are outside of the picture' in doubt


def test_a_joint_outside_or_a_few_cut_people_say_nothing():
    one = photographs(1)
    one[0][1][0].joints[3] = -20.
    assert place_doubts(one) == []
    assert place_doubts(photographs(5) + photographs(3, lambda joints: 2. * joints)) == []
    assert place_doubts(photographs(4, lambda joints: 2. * joints, confidence=.4)) == []  # guessed at


@pytest.mark.parametrize('count, factor', [(16, .45), (10, .45), (3, .45), (1, .1)])
def test_smaller_copies(count, factor):
    (doubt,) = place_doubts(photographs(count, lambda joints: factor * joints))
    assert 'in the upper left' in doubt and 'smaller copies' in doubt


def test_few_people_in_the_upper_left_may_stand_there():
    assert place_doubts(photographs(9, lambda joints: .6 * joints)) == []
    assert place_doubts(photographs(2, lambda joints: .45 * joints)) == []
    assert place_doubts(photographs(16, lambda joints: .4 * joints), one_scene=True) == []
    assert place_doubts(photographs(16, lambda joints: .1 * joints), one_scene=True)
