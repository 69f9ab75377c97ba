"""JSON in shapes that people make of tools' results."""

import json

import numpy as np
import pytest

from lib.keypoints.found import Place
from lib.keypoints.readers.json_files import read_json
from tests.detector_files import NAMES
from tests.keypoints.helpers import assert_limbs, flat, read, refused, rows

JOINTS = NAMES['coco17'].split()
ROWS = [rows('coco17', i).tolist() for i in range(2)]
PAIRS, SURE = ([np.array(row)[:, cut].tolist() for row in ROWS] for cut in (slice(0, 2), 2))
#: What stands for a person ``i``.
PEOPLE = {
    'rows': lambda i: ROWS[i], 'rows of people': lambda i: [ROWS[i]], 'flat': lambda i: flat('coco17', i),
    'names': lambda i: dict(zip(JOINTS[::-1], ROWS[i][::-1])),
    'names of objects': lambda i: {name: {'x': x, 'y': y, 'score': c} for name, (x, y, c) in zip(JOINTS, ROWS[i])},
    'torchvision': lambda i: {'boxes': [[1, 2, 3, 4]], 'labels': [1], 'keypoints': [ROWS[i]],
                              'keypoints_scores': [[9.] * 17]},
    'Detectron2': lambda i: {'scores': [.9], 'pred_keypoints': [ROWS[i]]},
    'RTMLib': lambda i: {'keypoints': [PAIRS[i]], 'scores': [SURE[i]]},
    'text': lambda i: json.dumps([{'name': 'person', 'keypoints': dict(zip(('x', 'y', 'visible'),
                                                                           np.transpose(ROWS[i]).tolist()))}]),
    'results': lambda i: {'results': [{'keypoints': flat('coco17', i)}]},
    'MPII as mmpose has it': lambda i: {'joints': PAIRS[i], 'joints_vis': SURE[i], 'scale': 1.},
    'pairs': lambda i: {'persons': [{'kpts': PAIRS[i], 'conf': SURE[i]}]}}


@pytest.mark.parametrize('kind', PEOPLE)
def test_by_image(tmp_path, kind):
    first, second = read(tmp_path / 'a.json', {'b.jpg': PEOPLE[kind](1), 'a.jpg': PEOPLE[kind](0)})
    assert (first.image, second.image, first.error) == ('b.jpg', 'a.jpg', None)
    assert_limbs(first, 1), assert_limbs(second)


@pytest.mark.parametrize('kind', PEOPLE)
def test_by_a_frames_name_or_place(tmp_path, kind):
    for around in (lambda frames: frames, lambda frames: {'version': 1, 'frames': frames}):
        frames = [{'image_path': name, 'people': PEOPLE[kind](i)} for i, name in enumerate(('b.jpg', 'a.jpg'))]
        first, second = read(tmp_path / 'a.json', around(frames))
        assert (first.image, second.image) == ('b.jpg', 'a.jpg')
        assert_limbs(first), assert_limbs(second, 1)
    records = read(tmp_path / 'a.json', [{'people': PEOPLE[kind](i)} for i in range(2)])
    assert [(record.image, type(record.image)) for record in records] == [(0, Place), (1, Place)]
    assert_limbs(records[1], 1)


@pytest.mark.parametrize('kind', ['rows', 'flat', 'names', 'names of objects', 'torchvision', 'text', 'results'])
def test_of_one_image(tmp_path, kind):
    record, = read(tmp_path / 'a.json', PEOPLE[kind](1))
    assert record.image == 'a'
    assert_limbs(record, 1)


def test_openposes_in_a_list(tmp_path):
    frames = [{'people': [{'pose_keypoints_2d': flat('coco18', i)}], 'canvas_width': 9} for i in range(2)]
    assert_limbs(read(tmp_path / 'a.json', frames[1:])[0], 1)
    assert [record.image for record in read(tmp_path / 'a.json', frames)] == [0, 1]


def test_columns(tmp_path):
    first, second = read(tmp_path / 'a.json', {'keypoints': ROWS, 'images': ['b.jpg', 'a.jpg']})
    assert (first.image, second.image) == ('b.jpg', 'a.jpg')
    assert_limbs(second, 1)


def test_several_people_and_nobody(tmp_path):
    first, second = read(tmp_path / 'a.json', {'a.jpg': {'keypoints': ROWS, 'scores': [.9, .8]}, 'b.jpg': []})
    assert_limbs(first, 1, person=1)
    assert second.people == ()


def test_x_and_y_alone_in_a_row(tmp_path):
    record, = read(tmp_path / 'a.json', [{'image_id': 'a.jpg', 'keypoints': np.ravel(PAIRS[0]).tolist()}])
    assert_limbs(record)


@pytest.mark.parametrize('data', [{}, [], {'a': {}}, {'a': [1, 2, 3]}, [[1, 2], [3, 4]], {'frames': {'data': {}}}, 'x',
                                  3, {'a': {'keypoints': 'x'}}, [[[['x']]]], {'a.jpg': {'x': [1], 'y': [2, 3]}}])
def test_nothing_of_the_kind(tmp_path, data):
    if data == []:
        (tmp_path / 'a.json').write_text('[]')
        assert read_json(str(tmp_path / 'a.json')).entries == []
        return
    refused(tmp_path / 'a.json', json.dumps(data), '')
