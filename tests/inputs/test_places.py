"""Where people stand in their photographs, as a file as a whole has them."""

import json

import numpy as np
import pytest

from lib.inputs.places import place_doubts, size_doubts
from lib.keypoints.choice import Detection
from lib.keypoints.reading import read_keypoints
from tests.detector_files import in_format, named_joints
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


def on_their_side(count, width=120., confidence=None):
    """People in pictures of SIZE's, as they are before these are turned."""
    return photographs(count, lambda joints: np.stack([joints[:, 1], width - joints[:, 0]], axis=1), confidence)


@pytest.mark.parametrize('count', [3, 16])
def test_people_of_pictures_before_they_are_turned(count):
    for there in (on_their_side(count), photographs(count, lambda joints: joints[:, ::-1])):
        (doubt,) = place_doubts(there, one_scene=True)
        assert f'of {count} images joints are outside of the picture: they may be those of the picture before' in doubt
    upright = photographs(count, lambda joints: .6 * joints + [95., 0.])  # inside of a picture on its side, too
    (doubt,) = place_doubts(upright)
    assert 'those of a larger copy' in doubt
    (doubt,) = place_doubts(on_their_side(count, width=400.))
    assert 'those of a larger copy' in doubt


def test_people_who_lie_within_the_picture_say_nothing():
    lying = photographs(16, lambda joints: .6 * np.stack([joints[:, 1], 120. - joints[:, 0]], axis=1))
    assert place_doubts(lying) == [] == place_doubts(on_their_side(16, confidence=.4))


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
    assert place_doubts(photographs(16, lambda joints: .48 * joints), one_scene=True) == []


@pytest.mark.parametrize('factor', [.4, 1 / 3, .1])
def test_a_clip_of_half_the_size(factor):
    (doubt,) = place_doubts(photographs(16, lambda joints: factor * joints), one_scene=True)
    assert 'smaller copies' in doubt
    assert place_doubts([(SIZE, [])], one_scene=True) == place_doubts([], one_scene=True) == []


def annotations(size):
    width, height = size
    return {'images': [{'id': i, 'file_name': f'{i}.jpg', 'width': width, 'height': height} for i in range(3)],
            'annotations': [{'image_id': i, 'keypoints': in_format(
                named_joints(sample_person(i)), 'coco17').ravel().tolist()} for i in range(3)]}


def easymocap(size):
    return {'filename': 'images/0.jpg', 'width': size[0], 'height': size[1], 'annots': [
        {'keypoints': in_format(named_joints(sample_person()), 'body25').tolist()}]}


@pytest.mark.parametrize('content', [annotations, easymocap])
@pytest.mark.parametrize('stated, odd', [
    ((120, 190), False), ((190, 120), False), ((200, 300), True), ((120, 191), True), ((9, 9), False),
    ((None, 190), False), (('120', True), False)])
def test_sizes_that_the_file_says(tmp_path, content, stated, odd):
    (tmp_path / 'a.json').write_text(json.dumps(content(stated)))
    doubts = size_doubts(((120, 190), record) for record in read_keypoints(str(tmp_path / 'a.json')))
    assert len(doubts) == odd
    if odd:
        assert f'pictures have {stated[0]} x {stated[1]} px and the like, and these have 120 x 190' in doubts[0]


def test_pictures_on_their_side_have_the_same_size(tmp_path):
    (tmp_path / 'a.json').write_text(json.dumps(annotations((195, 190))))
    records = read_keypoints(str(tmp_path / 'a.json'))
    assert size_doubts(((190, 195), record) for record in records) == []
    assert size_doubts(((190, 196), record) for record in records)
