"""MediaPipe's landmarks, wherever they stand."""

import numpy as np
import pytest

from lib.keypoints.choice import detections_of
from lib.keypoints.found import Place
from tests.detector_files import NAMES
from tests.keypoints.helpers import SIZE, read, refused, rows


def landmarks(shift=0.):
    """33 landmarks; number i at share .01 i + shift of the width."""
    return [{'x': .01 * i + shift, 'y': .5, 'z': -.1, 'visibility': .9} for i in range(33)]


def left_ankle(record, person=0):
    return detections_of(record, SIZE)[person].joints[5]


@pytest.mark.parametrize('data, image', [
    (landmarks(), 'found'), ({'landmarks': landmarks()}, 'found'), ({'a.jpg': landmarks()}, 'a.jpg'),
    ({'image': 'a.jpg', 'pose_landmarks': [landmarks()]}, 'a.jpg'), ([{'frame': 3, 'landmark': landmarks()}], 3),
    ({'filename': 'a.jpg', 'landmarks': landmarks()}, 'a.jpg'), ({'frame_id': 3, 'landmarks': landmarks()}, 3),
    ({'a.jpg': {'image': None, 'landmarks': landmarks()}}, 'a.jpg'),
    ({'a.jpg': {'poseLandmarks': landmarks(), 'pose_world_landmarks': landmarks()}}, 'a.jpg')])
def test_where_they_stand(tmp_path, data, image):
    record, = read(tmp_path / 'found.json', data)
    assert record.image == image and record.people[0].shares
    np.testing.assert_allclose(left_ankle(record), [.27 * SIZE[0], .5 * SIZE[1]])


def test_people_and_nobody(tmp_path):
    first, second = read(tmp_path / 'found.json', {'a.jpg': {'landmarks': [landmarks(), landmarks(.1)]},
                                                   'b.jpg': {'landmarks': []}})
    assert len(first.people) == 2 and second.people == () and second.error is None
    np.testing.assert_allclose(left_ankle(first, 1)[0], .37 * SIZE[0])


def test_names_go_before_order(tmp_path):
    people = [{'name': name, 'x': x, 'y': y, 'score': c} for name, (x, y, c) in zip(
        NAMES['coco17'].split(), rows('coco17').tolist())][::-1]
    record, = read(tmp_path / 'found.json', {'a.jpg': people})
    np.testing.assert_allclose(left_ankle(record), rows('coco17')[15, :2])


@pytest.mark.parametrize('data, words', [
    ([{'x': 1, 'y': 'b'}], 'no list of numbers'), ([{'x': [1], 'y': [2]}], 'no list of numbers'),
    ({'image': ['a'], 'landmarks': landmarks()}, 'image is a list'), ({'a': landmarks()[:21]}, '21 joints per person'),
    ([{'x': 1e400, 'y': 2}], '1 joint per'), ({'a': {'b': [1]}}, 'no known kind')])
def test_what_is_wrong(tmp_path, data, words):
    refused(tmp_path / 'found.json', data, words)


def test_depth(tmp_path):
    for depth in (25, 900):
        refused(tmp_path / 'found.json', '{"a":' * depth + '[]' + '}' * depth, '20 deep')
    refused(tmp_path / 'found.json', '[' * 100000, 'not a complete JSON')
    refused(tmp_path / 'found.json', f'[{"1" * 5000}]', '(a number of too many digits)')


def test_frames_that_name_no_image(tmp_path):
    """They are in the order of the images, and no people of one."""
    people = [[{'x': .01 * i, 'y': .02 * i, 'visibility': 1.} for i in range(k, k + 33)] for k in (1, 2)]
    frames = [{'landmarks': person} for person in people]
    for data in (frames, {'frames': frames}, {'fps': 30, 'results': frames}):
        records = read(tmp_path / 'a.json', data)
        assert [(record.image, type(record.image), len(record.people)) for record in records] == [
            (0, Place, 1), (1, Place, 1)]
    assert [len(record.people) for record in read(tmp_path / 'a.json', people)] == [2]


@pytest.mark.parametrize('key', ['index', 'id', 'landmark_id'])
@pytest.mark.parametrize('first', [0, 1])
def test_their_own_numbers_go_before_their_order(tmp_path, key, first):
    """In another order, bodies would be in knots."""
    numbered = [{key: i + first, **landmark} for i, landmark in enumerate(landmarks())]
    order = np.random.default_rng(4).permutation(33)
    record, = read(tmp_path / 'a.json', {'a.jpg': [numbered[i] for i in order]})
    np.testing.assert_allclose(left_ankle(record), left_ankle(read(tmp_path / 'b.json', {'a.jpg': landmarks()})[0]))


def test_landmarks_that_are_left_out(tmp_path):
    numbered = [{'id': i, **landmark} for i, landmark in enumerate(landmarks()) if i not in (0, 7, 12)]
    record, = read(tmp_path / 'a.json', {'a.jpg': numbered})
    assert np.flatnonzero(record.people[0].keypoints[:, 2] == 0).tolist() == [0, 7, 12]
    same = [{'id': 1, **landmark} for landmark in landmarks()]
    assert len(read(tmp_path / 'a.json', {'a.jpg': same})[0].people[0].keypoints) == 33
