"""Files of a clip as a whole: parameters, gaps, films."""

import io
import os

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.outputs import overlay_film
from lib.outputs.clip_files import ClipExports, ClipResult, clip_files, file_names
from lib.outputs.exports import smpl_parameters
from lib.outputs.meshes import Lens
from lib.outputs.overlay_film import write_film
from lib.outputs.rig import rest_joints

LENS = Lens((640, 480), np.array([900., 900.]))


@pytest.fixture
def clip():
    rng = np.random.default_rng(0)
    return ClipResult(np.array([3, 4, 7, 8]), rng.normal(size=(4, 72)) * .3, rng.normal(size=(4, 3)) + [0, 0, 20.],
                      rng.normal(size=10), np.array([True, True, True, False]), 'male')


def files_of(clip, models, motion=None, amass=False):
    return clip_files(ClipExports(False, motion, amass), 'clip', clip, models, 25., LENS)


def test_parameters_are_those_of_each_frame(clip, models):
    with np.load(io.BytesIO(files_of(clip, models)['_params.npz'])) as data:
        found = dict(data)
    assert found['frames'].tolist() == [3, 4, 5, 6, 7, 8]
    assert found['seen'].tolist() == [True, True, False, False, True, False]
    assert found['poses'].shape == (6, 72) and found['trans'].shape == (6, 3)
    assert (float(found['mocap_framerate']), str(found['gender']), str(found['up_axis'])) == (25., 'male', 'y')
    pelvis = rest_joints(models.body('male'), clip.betas)[0]
    for row, frame in ((0, 0), (1, 1), (4, 2), (5, 3)):
        fit = type('Fit', (), {'pose': clip.poses[frame], 'cam_t': clip.cam_t[frame], 'betas': clip.betas})
        wanted = smpl_parameters(fit, pelvis)
        np.testing.assert_allclose(found['poses'][row], wanted['poses'][0], atol=1e-12)
        np.testing.assert_allclose(found['trans'][row], wanted['trans'][0], atol=1e-12)
    np.testing.assert_allclose(found['trans'][2:4], found['trans'][1] + np.outer([1, 2], found['trans'][4]
                                                                                - found['trans'][1]) / 3., atol=.05)


def test_files_are_those_asked_for(clip, models):
    assert set(files_of(clip, models)) == {'_params.npz'}
    files = files_of(clip, models, 'glb', amass=True)
    assert set(files) == {'_params.npz', '_amass.npz', '.glb'} and files['.glb'][:4] == b'glTF'
    with np.load(io.BytesIO(files['_amass.npz'])) as data:
        assert data['poses'].shape == (6, 156)
    assert files_of(clip, models, 'bvh')['.bvh'].startswith(b'HIERARCHY')
    names = file_names('clip', ClipExports(True, 'bvh', True))
    assert sorted(names.values()) == ['clip.bvh', 'clip.mp4', 'clip_amass.npz', 'clip_params.npz']
    assert list(file_names('clip', ClipExports(False, None, False)).values()) == ['clip_params.npz']


def test_a_film_has_all_pictures(tmp_path):
    pictures = [np.full((61, 83, 3), 20 * i, np.uint8) for i in range(5)] + [np.full((40, 83, 3), 100, np.uint8)]
    write_film(str(tmp_path / 'clip.mp4'), pictures, 12.)
    capture = cv2.VideoCapture(str(tmp_path / 'clip.mp4'))
    assert [capture.get(key) for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)] == [
        82., 60., 12.]
    for wanted in (*range(0, 100, 20), 100):
        good, picture = capture.read()
        assert good and abs(float(picture.mean()) - wanted) < 6
    assert not capture.read()[0]
    with pytest.raises(InputError, match='the video cannot be written'):
        write_film(str(tmp_path / 'none.mp4'), [], 12.)
    assert not (tmp_path / 'none.mp4').exists()


def test_a_film_for_which_there_was_no_room_is_none(tmp_path, monkeypatch):
    record = overlay_film._record

    def cut(film, *rest):
        count = record(film, *rest)
        os.truncate(film, os.path.getsize(film) // 2)
        return count
    monkeypatch.setattr(overlay_film, '_record', cut)
    with pytest.raises(InputError, match='or there is no room for it in'):
        write_film(str(tmp_path / 'clip.mp4'), [np.zeros((64, 64, 3), np.uint8)] * 5, 12.)
    assert not (tmp_path / 'clip.mp4').exists()
