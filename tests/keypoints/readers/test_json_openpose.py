"""OpenPose's JSON, AlphaPose's like it, EasyMocap's."""

import json

import pytest

from lib.keypoints.choice import choose_people, detections_of
from lib.keypoints.reading import read_keypoints
from tests.keypoints.helpers import SIZE, assert_limbs, flat, read, refused, rows


def body(*people):
    return {'version': 1.3, 'people': [{'pose_keypoints_2d': numbers} for numbers in people]}


def test_an_empty_slot_keeps_its_number(tmp_path):
    for nothing in ([], None):
        record, = read(tmp_path / 'a_keypoints.json', body(nothing, flat('body25'), flat('body25', 1)))
        assert record.image == 'a' and record.by_file_name
        people = detections_of(record, SIZE)
        assert [person.number for person in choose_people(people, 'all')] == [1, 2]
        assert_limbs(record, person=1)
    data = body(flat('body25'))
    data['people'].insert(0, None)
    assert_limbs(read(tmp_path / 'a.json', data)[0], person=1)


def test_body_25b_is_told_from_body_25(tmp_path):
    """In a single person as in many; --format decides against it."""
    for name in ('body25', 'body25b'):
        record, = read(tmp_path / 'a.json', body(flat(name)))
        assert record.people[0].layout.name == name
        (tmp_path / name).mkdir()
        for i in range(12):
            (tmp_path / name / f'{i}_keypoints.json').write_text(json.dumps(body(flat(name, i))))
        records = read_keypoints(str(tmp_path / name))
        assert {record.people[0].layout.name for record in records} == {name}
    assert read(tmp_path / 'a.json', body(flat('body25b')), 'body25')[0].people[0].layout.name == 'body25'


def test_version_1_0(tmp_path):
    assert_limbs(read(tmp_path / 'a.json', {'people': [{'pose_keypoints': flat('coco18')}]})[0])


def test_nobody(tmp_path):
    record, = read(tmp_path / 'a.json', body())
    assert record.people == () and record.error is None


@pytest.mark.parametrize('data, words', [
    ({'people': 3}, 'a list was wanted where a number stands'),
    ({'people': [7]}, 'people[0]: an object was wanted'),
    ({'people': [{}]}, 'people[0]: a person without pose_keypoints_2d'),
    (body([1, 2]), 'people[0]: 2 keypoint numbers'),
    (body(['a', 'b', 'c']), 'no list of numbers'),
    (body([1.] * 48), '16 joints per person, whose order OpenPose JSON does not tell: say --format mpii16'),
    (body([1.] * 60), '20 joints per person; wanted 15 (mpi15), 18 (coco18), 25 (body25)'),
    (body([[[1]]]), 'wanted 3 for each joint')])
def test_what_is_wrong(tmp_path, data, words):
    refused(tmp_path / 'a.json', data, words)


def test_alphapose_by_image(tmp_path):
    data = {'a.jpg': body(flat('coco18')), 'b.jpg': {'bodies': [{'joints': flat('coco18', 1)}]}, 'c.jpg': {'people': 7}}
    first, second, third = read(tmp_path / 'alphapose-results.json', data)
    assert (first.image, second.image) == ('a.jpg', 'b.jpg') and 'a list was wanted' in third.error
    assert_limbs(first), assert_limbs(second, 1)


def test_easymocap_names_its_image(tmp_path):
    data = {'filename': 'images/a.jpg', 'annots': [{'keypoints': rows('body25').tolist(), 'personID': 0},
                                                   {'keypoints': []}]}
    record, = read(tmp_path / '000000.json', data)
    assert record.image == 'images/a.jpg' and len(record.people) == 2
    assert_limbs(record)
    assert read(tmp_path / '000000.json', {**data, 'filename': 7})[0].image == '000000'
    refused(tmp_path / 'a.json', {**data, 'annots': [{}]}, 'annots[0]: a person without keypoints')
