"""Which folder is whose."""

import os

import pytest

from lib.base.errors import InputError
from lib.inputs.cameras.naming import entries_of
from lib.inputs.cameras.reading import Rig
from tests import rigs


def named(*names):
    return Rig('calib.toml', ('calib.toml',), tuple(rigs.camera(name, 0.) for name in names), True)


def found(folder, names, entries):
    for entry in entries:
        (folder / entry).mkdir()
    return {camera: os.path.basename(path) for camera, path in
            entries_of(named(*names), str(folder), os.path.isdir, 'keypoints').items()}


@pytest.mark.parametrize('names, entries', [
    (('cam_01', 'cam_02'), ('cam01_json', 'cam02_json')), (('1', '2'), ('view 01', 'view 02')),
    (('A', 'B'), ('a', 'b')), (('Int_cam1', 'Int_cam11'), ('int_cam1_img', 'int_cam11_img')),
    (('cam_10', 'cam_1'), ('pose-Cam10', 'pose-Cam001')),
    (('int_cam1_img', 'int_cam2_img'), ('cam01_json', 'cam02_json')), (('img', 'int'), ('img', 'int'))])
def test_names_are_told_by_words_and_numbers(tmp_path, names, entries):
    assert found(tmp_path, names, entries) == dict(zip(names, entries))


def test_a_camera_may_lack_a_folder(tmp_path):
    assert found(tmp_path, ('cam1', 'cam2'), ('cam2',)) == {'cam2': 'cam2'}


@pytest.mark.parametrize('names, entries, said', [
    (('cam1', 'cam2'), ('cam1', 'cam3'), 'cam3: is of no camera of calib.toml, which has cam1, cam2'),
    (('cam1', '1'), ('cam1',), 'may be of cam1 or 1'), (('cam1', 'cam2'), ('cam1', 'cam01'), 'may both be of cam1'),
    (('cam1', 'cam2'), (), 'wanted a folder with keypoints of each camera of calib.toml: cam1, cam2')])
def test_what_is_of_no_camera_or_of_two(tmp_path, names, entries, said):
    with pytest.raises(InputError, match=said):
        found(tmp_path, names, entries)


def test_one_camera_takes_the_path_itself(tmp_path):
    (tmp_path / 'other').mkdir()
    assert entries_of(named('cam1'), str(tmp_path), os.path.isdir, 'x') == {'cam1': str(tmp_path)}
    (tmp_path / 'cam1').mkdir()
    (tmp_path / 'other').rmdir()
    assert entries_of(named('cam1'), str(tmp_path), os.path.isdir, 'x') == {'cam1': str(tmp_path / 'cam1')}
