"""Ways to look at a picture, and back."""

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.detecting.detector import _FIRST, _MORE
from lib.detecting.looks import Look, parts_of, reduced
from lib.detecting.mediapipe_pose import LAYOUT

LEFT, RIGHT, NOSE = (LAYOUT.joints.index(joint) for joint in ('left_wrist', 'right_wrist', 'nose'))
#: The middle of a dot in a picture of 60 x 90 px, from its corner.
PLACE = np.array([41., 23.])


@pytest.fixture
def picture():
    """Black, with one white dot."""
    out = np.zeros((90, 60, 3), np.uint8)
    cv2.circle(out, (164, 92), 12, (255, 255, 255), -1, shift=2, lineType=cv2.LINE_AA)  # from the corner: + 0.5
    return np.roll(out, 0)


def middle(seen):
    """The middle of what is white, px from the corner."""
    weight = seen[..., 0].astype(float)
    rows, columns = np.indices(weight.shape)
    return np.array([(weight * (columns + .5)).sum(), (weight * (rows + .5)).sum()]) / weight.sum()


@pytest.mark.parametrize('look', [*_FIRST, *_MORE, Look(turn=90., border=.2, mirrored=True)])
def test_what_is_found_is_brought_back(picture, look):
    seen, there = look.at(picture)
    keypoints = np.zeros((33, 3))
    keypoints[[LEFT, RIGHT, NOSE]] = np.array([*middle(seen), .7]), [0., 0., .2], [0., 0., .3]
    back = look.back(keypoints, there)
    np.testing.assert_allclose(back[RIGHT if look.mirrored else LEFT, :2], middle(picture), atol=.3)
    assert back[RIGHT if look.mirrored else LEFT, 2] == .7 and back[NOSE, 2] == .3
    assert keypoints[LEFT, 2] == .7, 'what was found is not changed'


@pytest.mark.parametrize('look, size', [
    (Look(), (60, 90)), (Look(turn=90.), (90, 60)), (Look(turn=180.), (60, 90)), (Look(border=.5), (150, 180)),
    (Look(turn=30.), (97, 108))])
def test_all_of_it_is_seen(picture, look, size):
    seen, _ = look.at(picture)
    assert seen.shape[1::-1] == size and abs(seen.sum() / picture.sum() - 1.) < .01


def test_turned_clockwise(picture):
    seen, _ = Look(turn=90.).at(picture)
    np.testing.assert_allclose(middle(seen), [90. - middle(picture)[1], middle(picture)[0]], atol=.05)


def test_a_large_picture_is_reduced():
    small, factor = reduced(np.zeros((512, 4096, 3), np.uint8))
    assert small.shape == (128, 1024, 3) and factor == .25
    picture = np.zeros((30, 40, 3), np.uint8)
    assert reduced(picture) == (picture, 1.)
    with pytest.raises(InputError, match='strip'):
        reduced(np.zeros((1, 5000, 3), np.uint8))


def test_parts_overlap_and_hold_all():
    picture = np.arange(60 * 90 * 3).reshape(60, 90, 3)
    seen = np.zeros((60, 90), int)
    parts = list(parts_of(picture, 3))
    for part, (x, y) in parts:
        height, width = part.shape[:2]
        np.testing.assert_array_equal(part, picture[int(y):int(y) + height, int(x):int(x) + width])
        seen[int(y):int(y) + height, int(x):int(x) + width] += 1
    assert seen.min() >= 1 and seen.max() >= 4 and len(parts) == 9
    assert {part.shape[:2] for part, _ in parts} == {(45, 45)}
    assert {part.shape[:2] for part, _ in parts_of(picture, 5)} == {(30, 30)}
    assert len(list(parts_of(np.zeros((20, 90, 3)), 3))) == 3, 'a strip has parts in a row only'
