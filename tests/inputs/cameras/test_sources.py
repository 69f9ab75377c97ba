"""Frames of each camera: which keypoints are of which, and whether there are as many."""

import json

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs.cameras.reading import read_rig
from lib.inputs.cameras.sources import Frames
from lib.inputs.sample import STILL_FRAME_RATE
from tests import rigs

CAMERAS = rigs.rig(2)
PERSON = np.column_stack([np.random.default_rng(0).uniform(50., 400., (14, 2)), np.ones(14)])


@pytest.fixture
def rig(tmp_path):
    return read_rig(str(rigs.write_json(tmp_path / 'calib.json', CAMERAS)))


def write(tmp_path, *counts, people=1):
    """Keypoints of so many frames for each camera."""
    for own, count in zip(CAMERAS, counts):
        rigs.write_openpose(tmp_path / 'poses' / own.name, [[PERSON] * people] * count)
    return str(tmp_path / 'poses')


def pictures(folder, count):
    folder.mkdir(parents=True)
    for number in range(count):
        cv2.imwrite(str(folder / f'{folder.name}_{number:012d}.png'), np.full((640, 480, 3), number, np.uint8))


def test_keypoints_alone(rig, tmp_path):
    poses = write(tmp_path, 3, 3)
    frames = Frames(rig, poses, None, None)
    assert frames.count == 3 and frames.base_dir == poses and frames.frame_rate == STILL_FRAME_RATE
    assert {name: sorted(records) for name, records in frames.records.items()} == {'cam_01': [0, 1, 2],
                                                                                  'cam_02': [0, 1, 2]}
    assert frames.paths == {'cameras': rig.path, 'keypoints': poses} and frames.read(0, ['cam_01']) == ()


def test_folders_count_their_frames_each_from_its_first(rig, tmp_path):
    poses = write(tmp_path, 2, 2)
    for path in sorted((tmp_path / 'poses' / 'cam_02').iterdir(), reverse=True):
        path.rename(path.with_name(path.name.replace('00000000000', '00000000001')))  # 10, 11
    assert sorted(Frames(rig, poses, None, None).records['cam_02']) == [0, 1]


def test_one_file_for_each_camera_may_leave_frames_out(rig, tmp_path):
    folder = tmp_path / 'poses'
    folder.mkdir()
    for own, numbers in zip(CAMERAS, ([5, 6, 8], [6, 7])):
        entries = [{'image_id': f'{own.name}_{number:04d}.jpg', 'keypoints': [100., 90., 1.] * 17,
                    'score': 1.} for number in numbers]
        (folder / f'{own.name}.json').write_text(json.dumps(entries))
    frames = Frames(rig, str(folder), None, 'coco17')
    assert frames.count == 4
    assert {name: sorted(records) for name, records in frames.records.items()} == {'cam_01': [0, 1, 3],
                                                                                  'cam_02': [1, 2]}


def test_other_numbers_of_frames(rig, tmp_path):
    with pytest.raises(InputError, match='cam_02: has 4 frames, and .*cam_01 has 3'):
        Frames(rig, write(tmp_path, 3, 4), None, None)


def test_images_of_each_camera(rig, tmp_path):
    poses = write(tmp_path, 2, 2)
    for own in CAMERAS:
        pictures(tmp_path / 'images' / own.name, 2)
    frames = Frames(rig, poses, str(tmp_path / 'images'), None)
    assert frames.count == 2 and frames.base_dir == str(tmp_path / 'images')
    second = [cv2.imdecode(np.frombuffer(image, np.uint8), 1) for image in frames.read(1, ['cam_02', 'cam_01'])]
    assert len(second) == 2 and (second[0] == 1).all()
    assert frames.paths['images of cam_01'] == str(tmp_path / 'images' / 'cam_01')


def test_keypoints_of_more_frames_per_second_are_told(rig, tmp_path):
    poses = write(tmp_path, 24, 24)
    (tmp_path / 'films').mkdir()
    for own in CAMERAS:
        path, kind = str(tmp_path / 'films' / f'{own.name}.avi'), cv2.VideoWriter_fourcc(*'MJPG')
        writer = cv2.VideoWriter(path, kind, 10., (64, 64))
        for _ in range(12):
            writer.write(np.zeros((64, 64, 3), dtype=np.uint8))
        writer.release()
    doubts = Frames(rig, poses, str(tmp_path / 'films'), None).doubts
    assert len(doubts) == 2 and all('it may be one in 2' in doubt and 'cam_0' in doubt for doubt in doubts)


def test_a_camera_without_images_or_keypoints(rig, tmp_path):
    poses = write(tmp_path, 2, 2)
    pictures(tmp_path / 'images' / 'cam_01', 2)
    with pytest.raises(InputError, match='has no clip or folder of images of cam_02'):
        Frames(rig, poses, str(tmp_path / 'images'), None)
    alone = Frames(rig, write(tmp_path / 'other', 2), None, None)
    assert len(alone.notes) == 1 and 'cameras without keypoints' in alone.notes[0] and 'cam_02' in alone.notes[0]


def test_images_are_as_many(rig, tmp_path):
    poses = write(tmp_path, 2, 2)
    pictures(tmp_path / 'images' / 'cam_01', 2)
    pictures(tmp_path / 'images' / 'cam_02', 3)
    with pytest.raises(InputError, match='cam_02: has 3 frames, and .*cam_01 has 2'):
        Frames(rig, poses, str(tmp_path / 'images'), None)


def test_keypoints_without_a_number(rig, tmp_path):
    poses = write(tmp_path, 1, 1)
    path, = (tmp_path / 'poses' / 'cam_01').iterdir()
    path.rename(path.with_name('first_keypoints.json'))
    with pytest.raises(InputError, match="cam_01: its 'first' has no number"):
        Frames(rig, poses, None, None)
