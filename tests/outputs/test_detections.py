"""What the detector found: kept in the folder line by line, and as JSON that --keypoints takes."""

import json
import os

import numpy as np
import pytest

from lib.inputs.image_folder import PhotoFolder
from lib.keypoints.belief import OF_WHAT_IS_SEEN
from lib.keypoints.choice import detections_of
from lib.keypoints.reading import read_keypoints
from lib.outputs.detections import DetectionLog, Seen, coco_json
from lib.outputs.folder import DETECTED
from lib.outputs.lock import AtWork
from tests.program import OUT

SIZE = 90, 120


def seen(name, seed=0, doubt=''):
    rng = np.random.default_rng(seed)
    return Seen(name, SIZE, np.column_stack([rng.uniform(1., 90., (33, 2)), rng.uniform(.01, 1., 33)]), doubt)


@pytest.fixture
def source(tmp_path):
    (tmp_path / 'photos').mkdir()
    for name in ('a.jpg', 'b.jpg', 'c.jpg'):
        (tmp_path / 'photos' / name).write_bytes(name.encode())
    return PhotoFolder(str(tmp_path / 'photos'))


@pytest.fixture
def here(tmp_path):
    with AtWork(str(tmp_path / OUT)) as here:
        (tmp_path / OUT / 'run.json').write_text('{}')
        yield here


@pytest.fixture
def log(here, source):
    return DetectionLog(here, source)


def test_what_is_kept_is_read_again(log, here, source):
    assert log.read() == {}
    log.add(1, seen('b.jpg', doubt='odd'))
    log.add(0, Seen('a.jpg', SIZE, None, 'nobody'))
    found = DetectionLog(here, source).read()
    assert sorted(found) == [0, 1] and found[1].doubt == 'odd' and found[1].size == SIZE
    np.testing.assert_array_equal(found[1].keypoints, seen('b.jpg').keypoints)
    assert found[0].keypoints is None and found[0].record.error == 'nobody'


def test_what_no_longer_counts(log, source, tmp_path):
    for position, name in enumerate(source.names):
        log.add(position, seen(name))
    os.utime(tmp_path / 'photos' / 'a.jpg', ns=(0, 0))
    (tmp_path / 'photos' / 'b.jpg').write_bytes(b'another')
    assert sorted(log.read()) == [2]
    path = tmp_path / OUT / DETECTED
    lines = path.read_text().splitlines()
    path.write_text(lines[2].replace('MediaPipe', 'Other') + '\n')
    assert log.read() == {}
    for spoilt in (lines[2][:-9], '[]', '{}', '"', lines[2].replace('"size"', '"sizes"'), '[' * 10 ** 5,
                   lines[2].replace('"keypoints": [[', '"keypoints": [[NaN], ['), lines[2].replace('c.jpg', 'd.jpg')):
        path.write_text(f'{spoilt}\n{lines[2]}\n')
        assert sorted(log.read()) == [2], spoilt[:40]
        path.write_text(f'{spoilt}\n')
        assert log.read() == {}, spoilt[:40]


def test_of_an_image_that_was_removed_nothing_is_kept(log, tmp_path):
    log.add(0, seen('a.jpg'))
    (tmp_path / 'photos' / 'b.jpg').unlink()
    log.add(1, seen('b.jpg'))
    assert len((tmp_path / OUT / DETECTED).read_text().splitlines()) == 1


def test_after_a_line_that_is_half_written(log, tmp_path):
    log.add(0, seen('a.jpg'))
    with open(tmp_path / OUT / DETECTED, 'a') as file:
        file.write('{"image": "b.j')
    log.add(2, seen('c.jpg'))
    assert sorted(log.read()) == [0, 2]


def test_the_same_records_from_the_file(tmp_path):
    """To the last bit."""
    path = tmp_path / 'keypoints.json'
    path.write_bytes(coco_json({0: seen('a.jpg'), 2: Seen('c.jpg', SIZE, None, 'nobody'), 7: seen('b.jpg', 5)}))
    records = {record.image: record for record in read_keypoints(str(path))}
    assert sorted(records) == ['a.jpg', 'b.jpg', 'c.jpg'] and not records['c.jpg'].people
    size = np.array(SIZE, dtype=float)
    for name, seed in (('a.jpg', 0), ('b.jpg', 5)):
        read, = detections_of(records[name], size)
        direct, = detections_of(seen(name, seed).record, size)
        np.testing.assert_array_equal(read.joints, direct.joints)
        np.testing.assert_array_equal(read.confidence, direct.confidence)
        assert read.belief == direct.belief == OF_WHAT_IS_SEEN
        assert records[name].people[0].size == seen(name).record.people[0].size


def test_the_file_is_cocos():
    data = json.loads(coco_json({3: seen('a.jpg')}))
    assert data['images'] == [{'id': 3, 'file_name': 'a.jpg', 'width': 90, 'height': 120}]
    person, = data['annotations']
    assert person['image_id'] == 3 and len(person['keypoints']) == 99 and person['category_id'] == 1
    category, = data['categories']
    assert category['keypoints'][:2] == ['nose', 'left_eye_inner'] and [12, 14] in category['skeleton']
