"""Calibrations in every layout, and what is no calibration."""

import json

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs.cameras.camera import MOST
from lib.inputs.cameras.reading import read_rig
from tests import rigs

CAMERAS = rigs.rig(3)
WRITERS = {
    'Qualisys': lambda folder: rigs.write_qca(folder / 'Calib.qca.txt', CAMERAS),
    'Pose2Sim': lambda folder: rigs.write_toml(folder / 'calib.toml', CAMERAS),
    'Anipose': lambda folder: rigs.write_toml(folder / 'calib.toml', CAMERAS, fisheye=''),
    'EasyMocap': lambda folder: rigs.write_easymocap(folder / 'calib', CAMERAS),
    'EasyMocap, one of both': lambda folder: rigs.write_easymocap(folder / 'calib', CAMERAS) / 'extri.yml',
    'OpenCV': lambda folder: rigs.write_opencv(folder / 'calib', CAMERAS),
    'own': lambda folder: rigs.write_json(folder / 'calib.json', CAMERAS)}


@pytest.mark.parametrize('kind', WRITERS)
def test_every_layout_says_the_same(tmp_path, kind):
    found = read_rig(str(WRITERS[kind](tmp_path)))
    assert [own.name for own in found.cameras] == [own.name for own in CAMERAS]
    assert found.metric == (kind not in ('Anipose', 'OpenCV', 'own'))
    for own, wanted in zip(found.cameras, CAMERAS):
        assert own.size == wanted.size
        for field in ('matrix', 'rotation', 'translation'):
            assert getattr(own, field) == pytest.approx(getattr(wanted, field), abs=1e-9), field
        assert own.distortion[:4] == pytest.approx(wanted.distortion[:4])
        assert not own.distortion[4:].any()


def test_files_of_a_pair_are_told(tmp_path):
    folder = rigs.write_easymocap(tmp_path / 'calib', CAMERAS)
    assert read_rig(str(folder)).files == tuple(str(folder / name) for name in ('intri.yml', 'extri.yml'))


def test_stereo_pair_of_opencv(tmp_path):
    first, second = CAMERAS[:2]
    rotation = second.rotation @ first.rotation.T
    files = {'intrinsics.yml': {'M1': first.matrix, 'D1': first.distortion[None], 'M2': second.matrix,
                                'D2': second.distortion[None]},
             'extrinsics.yml': {'R': rotation, 'T': (second.translation - rotation @ first.translation)[:, None]}}
    for name, values in files.items():
        file = cv2.FileStorage(str(tmp_path / name), cv2.FILE_STORAGE_WRITE)
        for key, value in values.items():
            file.write(key, value)
        file.release()
    found = read_rig(str(tmp_path / 'extrinsics.yml'))
    assert [own.name for own in found.cameras] == ['1', '2'] and not found.metric
    assert found.cameras[0].rotation == pytest.approx(np.eye(3)) and not found.cameras[0].translation.any()
    assert found.cameras[1].rotation == pytest.approx(rotation, abs=1e-9)


def test_a_camera_without_a_pose_is_the_world(tmp_path):
    file = cv2.FileStorage(str(tmp_path / 'webcam.yml'), cv2.FILE_STORAGE_WRITE)
    file.write('camera_matrix', CAMERAS[0].matrix)
    file.release()
    own, = read_rig(str(tmp_path / 'webcam.yml')).cameras
    assert own.name == 'webcam' and own.size is None
    assert own.rotation == pytest.approx(np.eye(3)) and not own.translation.any()


SPOILT = {
    'no such file': ('calib.toml', None, 'calib.toml'),
    'not TOML': ('calib.toml', '[cam', 'no TOML'),
    'no JSON': ('calib.json', '{', 'no JSON'),
    'other JSON': ('calib.json', '[1]', 'wanted {"cameras"'),
    'no cameras': ('calib.json', '{"cameras": []}', 'holds no cameras'),
    'entries that are none': ('calib.json', '{"cameras": [1]}', 'wanted {"cameras"'),
    'not XML': ('calib.txt', '<calibration', 'no XML'),
    'other text': ('calib.txt', 'hello', 'wanted a calibration'),
    'not YAML': ('calib.yml', 'hello', 'calib.yml'),
    'empty folder': ('folder/nothing.md', '', 'holds no calibration')}


@pytest.mark.parametrize('kind', SPOILT)
def test_what_is_no_calibration(tmp_path, kind):
    name, text, said = SPOILT[kind]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError) as error:
        read_rig(str(path.parent if '/' in name else path))
    assert said in str(error.value) and str(path.parent) in str(error.value) and '\n' not in str(error.value)


CHANGES = {
    'not a rotation': (('"R": [[', '"R": [[5'), 'camera cam_01: its R is no rotation matrix'),
    'no number': (('"t": [', '"t": ["x", '), 'camera cam_01: its translation'),
    'too few': (('"K": [[', '"K": [[1.0], ['), 'camera cam_01: its matrix'),
    'a part missing': (('"K"', '"k"'), 'camera cam_01: lacks K'),
    'twice': (('cam_02', 'cam_01'), 'two of its cameras are called cam_01'),
    'nameless': (('"cam_01"', '""'), 'one of its cameras has no name'),
    'size': (('"size": [480, 640]', '"size": [480]'), 'camera cam_01: its size'),
    'size of others': (('"size": [480, 640]', '"size": [100, 640]'), 'principal point')}


@pytest.mark.parametrize('kind', CHANGES)
def test_numbers_that_are_wrong(tmp_path, kind):
    change, said = CHANGES[kind]
    path = rigs.write_json(tmp_path / 'calib.json', CAMERAS)
    path.write_text(path.read_text().replace(*change, 1))
    with pytest.raises(InputError, match='calib.json: ') as error:
        read_rig(str(path))
    assert said in str(error.value)


@pytest.mark.parametrize('names', [
    {'size': 'resolution', 'distortion': 'distCoef'}, {'K': 'matrix', 'distortion': 'dist_coeffs', 'R': 'rotation',
                                                       't': 'tvec', 'size': 'image_size'}])
@pytest.mark.parametrize('around', ['cameras', 'by name', 'list'])
def test_json_of_people_s_own(tmp_path, names, around):
    """Names as CMU Panoptic, OpenCV and TOML have them; a distortion is never passed over."""
    path = rigs.write_json(tmp_path / 'calib.json', CAMERAS)
    entries = [{names.get(key, key): value for key, value in entry.items()}
               for entry in json.loads(path.read_text())['cameras']]
    by_name = {entry['name']: {key: entry[key] for key in entry if key != 'name'} for entry in entries}
    path.write_text(json.dumps({'cameras': {'cameras': entries}, 'by name': by_name, 'list': entries}[around]))
    for own, wanted in zip(read_rig(str(path)).cameras, CAMERAS):
        assert own.name == wanted.name and own.size == wanted.size
        for field in ('matrix', 'rotation', 'translation'):
            assert getattr(own, field) == pytest.approx(getattr(wanted, field), abs=1e-9), field
        assert own.distortion[:4] == pytest.approx(wanted.distortion[:4])
    path.write_text(path.read_text().replace(names['distortion'], 'distorted_by'))
    with pytest.raises(InputError, match="cam_01: 'distorted_by' is not known; call the distortion distortion"):
        read_rig(str(path))


def test_arrays_are_no_calibration(tmp_path):
    np.savez(tmp_path / 'calib.npz', K=CAMERAS[0].matrix)
    with pytest.raises(InputError, match='calib.npz: wanted a calibration'):
        read_rig(str(tmp_path / 'calib.npz'))


def test_fisheye_and_too_many(tmp_path):
    with pytest.raises(InputError, match='cam_01: is fisheye'):
        read_rig(str(rigs.write_toml(tmp_path / 'a.toml', CAMERAS, fisheye='fisheye = true\n')))
    with pytest.raises(InputError, match=f'wanted at most {MOST}'):
        read_rig(str(rigs.write_json(tmp_path / 'b.json', rigs.rig(MOST + 1))))


@pytest.mark.parametrize('spoil, said', [
    (('serial="cam_02"', 'serial="cam_02" '), None), (('focalLengthU="', 'focalLengthU="x'), 'focalLengthU'),
    (('<fov_video', '<fov_other'), 'lacks <fov_video>'), (('<calibration', '<other'), 'wanted a calibration')])
def test_qualisys_with_parts_missing(tmp_path, spoil, said):
    path = rigs.write_qca(tmp_path / 'Calib.qca.txt', CAMERAS)
    path.write_text(path.read_text().replace(*spoil))
    if said is None:
        assert len(read_rig(str(path)).cameras) == 3
    else:
        with pytest.raises(InputError, match=said):
            read_rig(str(path))


def test_a_file_of_a_pair_alone(tmp_path):
    folder = rigs.write_easymocap(tmp_path / 'calib', CAMERAS)
    (folder / 'extri.yml').unlink()
    for path in (folder, folder / 'intri.yml'):
        with pytest.raises(InputError, match='wanted intri.yml and extri.yml beside each other'):
            read_rig(str(path))


def test_several_cameras_without_a_pose(tmp_path):
    for name in 'ab':
        file = cv2.FileStorage(str(tmp_path / f'{name}.yml'), cv2.FILE_STORAGE_WRITE)
        file.write('camera_matrix', CAMERAS[0].matrix)
        file.release()
    with pytest.raises(InputError, match='its files lack R and T'):
        read_rig(str(tmp_path))
