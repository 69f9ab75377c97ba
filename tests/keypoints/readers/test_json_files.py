"""Which kind of JSON a file is, by its content alone."""

import json

import pytest

from lib.base.errors import InputError
from lib.keypoints.containers import (
    COCO,
    EASYMOCAP,
    MEDIAPIPE,
    MMPOSE,
    MMPOSE_DEMO,
    OPENPIFPAF,
    OPENPOSE,
    ULTRALYTICS,
    VITPOSE,
)
from lib.keypoints.readers.json_files import read_json
from tests.keypoints.helpers import flat, rows

MMPOSE_PERSON = {'keypoints': rows('coco17')[:, :2].tolist(), 'keypoint_scores': [1.] * 17}
ULTRALYTICS_PERSON = {'keypoints': {'x': [1.] * 17, 'y': [2.] * 17, 'visible': [1.] * 17}}
LANDMARKS = [{'x': .5, 'y': .5, 'visibility': 1.}] * 33
PIFPAF = {'keypoints': flat('coco17'), 'score': .9}
KINDS = [
    ('people', {'people': [{'pose_keypoints_2d': flat('body25')}]}, OPENPOSE),
    ('bodies', {'bodies': [{'joints': flat('body25')}]}, OPENPOSE),
    ('OpenPose by image', {'a.jpg': {'people': [{'pose_keypoints_2d': flat('coco18')}]}}, OPENPOSE),
    ('annots', {'filename': 'a.jpg', 'annots': [{'keypoints': rows('body25').tolist()}]}, EASYMOCAP),
    ('results', [{'image_id': 1, 'keypoints': flat('coco17')}], COCO),
    ('results as predictions', {'predictions': [{'image_id': 1, 'keypoints': flat('coco17')}]}, COCO),
    ('annotations', {'annotations': [{'image_id': 1, 'keypoints': flat('coco17')}]}, COCO),
    ('nobody', [], COCO),
    ('mmpose', [MMPOSE_PERSON], MMPOSE),
    ('a demo', {'meta_info': {}, 'instance_info': [{'frame_id': 1, 'instances': [MMPOSE_PERSON]}]}, MMPOSE_DEMO),
    ('a demo from 0', {'instance_info': [{'frame_id': 0, 'instances': [MMPOSE_PERSON]}]}, MMPOSE),
    ('Ultralytics', [ULTRALYTICS_PERSON], ULTRALYTICS),
    ('one person', ULTRALYTICS_PERSON, ULTRALYTICS),
    ('OpenPifPaf', [PIFPAF], OPENPIFPAF),
    ('a frame', {'frame': 1, 'predictions': [PIFPAF]}, OPENPIFPAF),
    ('people by image', {'a.jpg': [PIFPAF]}, OPENPIFPAF),
    ('easy_ViTPose', {'skeleton': {str(i): name for i, name in enumerate(
        'nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist '
        'right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle'.split())},
        'keypoints': [{'0': rows('coco17').tolist()}]}, VITPOSE),
    ('landmarks', LANDMARKS, MEDIAPIPE), ('landmarks by image', {'a.jpg': LANDMARKS}, MEDIAPIPE)]


def read(tmp_path, text, format_name=None):
    path = tmp_path / 'a.json'
    path.write_text(text)
    return read_json(str(path), format_name)


@pytest.mark.parametrize('data, container', [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_kinds(tmp_path, data, container):
    found = read(tmp_path, json.dumps(data))
    assert found.container is container
    people = [entry for _, entry in found.entries if entry is not None]
    assert not any(isinstance(entry, InputError) for entry in people)
    assert len(people) == (0 if data == [] else 1)


def test_lines_of_frames(tmp_path):
    text = '\n\n'.join(json.dumps({'frame': i, 'predictions': [PIFPAF]}) for i in (1, 2)) + '\n'
    found = read(tmp_path, text)
    assert found.container is OPENPIFPAF
    assert [image for image, entry in found.entries if entry is not None] == [1, 2]


def test_a_frame_keeps_its_number(tmp_path):
    found = read(tmp_path, json.dumps({'frame': 7, 'predictions': [PIFPAF]}))
    assert [image for image, entry in found.entries if entry is not None] == [7]


def test_a_byte_order_mark(tmp_path):
    assert read(tmp_path, '\ufeff' + json.dumps([PIFPAF])).container is OPENPIFPAF


@pytest.mark.parametrize('text, words', [
    ('', 'not a complete JSON file'), ('[{', 'not a complete JSON file'), ('{"a": 1}', 'JSON of no known kind'),
    ('3', 'JSON of no known kind'), ('null', 'JSON of no known kind'), ('{"a": 1}\n{"b": }', 'not complete JSON lines'),
    ('{"a": 1}\nx', 'not a complete JSON file'), ('[' + '1' * 5000 + ']', 'a number of too many digits'),
    ('[' * 100000, 'not a complete JSON file')])
def test_what_is_none(tmp_path, text, words):
    with pytest.raises(InputError) as raised:
        read(tmp_path, text)
    assert words in str(raised.value)


def test_format_is_handed_on(tmp_path):
    """Names in categories that are not understood do not matter where --format says the order."""
    data = {'annotations': [{'image_id': 1, 'category_id': 1, 'keypoints': flat('coco17')}],
            'categories': [{'id': 1, 'keypoints': [f'point {i}' for i in range(17)]}]}
    assert isinstance(read(tmp_path, json.dumps(data)).entries[0][1], InputError)
    assert not isinstance(read(tmp_path, json.dumps(data), 'coco17').entries[0][1], InputError)
