"""Files of a clip as a whole: parameters, gaps, films."""

import io
import resource
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.outputs.drawn import overlay_film
from lib.outputs.drawn.overlay_film import write_film
from lib.outputs.exported.clip_files import ClipExports, ClipResult, clip_files, file_names
from lib.outputs.exported.exports import smpl_parameters
from lib.outputs.exported.meshes import Lens
from lib.outputs.exported.rig import rest_joints

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


@pytest.fixture(params=['mpeg4', 'h264'])
def codec(request, monkeypatch):
    """Each kind of film that can be written here, by what OpenCV calls it."""
    if request.param == 'h264':
        pytest.importorskip('av')
        return 'h264'
    monkeypatch.setitem(sys.modules, 'av', None)
    return 'FMP4'


def test_a_film_has_all_pictures(tmp_path, codec):
    pictures = [np.full((61, 83, 3), 20 * i, np.uint8) for i in range(5)] + [np.full((40, 83, 3), 100, np.uint8)]
    write_film(str(tmp_path / 'clip.mp4'), pictures, 12.)
    capture = cv2.VideoCapture(str(tmp_path / 'clip.mp4'))
    assert int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, 'little') == codec.encode()
    assert [capture.get(key) for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)] == [
        82., 60., 12.]
    for wanted in (*range(0, 100, 20), 100):
        good, picture = capture.read()
        assert good and abs(float(picture.mean()) - wanted) < 6
    assert not capture.read()[0]
    for none in ([], [np.zeros((1, 9, 3), np.uint8)]):
        with pytest.raises(InputError, match='the video cannot be written'):
            write_film(str(tmp_path / 'none.mp4'), none, 12.)
    assert not (tmp_path / 'none.mp4').exists()


@pytest.mark.parametrize('there, name', [(False, '_record_mpeg4'), (True, '_record_h264')])
def test_films_are_as_browsers_want_them_where_they_can_be(tmp_path, monkeypatch, there, name):
    package, called = ModuleType('av'), []
    package.__spec__ = ModuleSpec('av', None)
    monkeypatch.setitem(sys.modules, 'av', package if there else None)
    monkeypatch.setattr(overlay_film, name, lambda *_: called.append(name) or 0)
    with pytest.raises(InputError):
        write_film(str(tmp_path / 'clip.mp4'), [np.zeros((8, 8, 3), np.uint8)], 12.)
    assert called == [name]


def test_a_film_for_browsers(tmp_path):
    """It plays while it loads, in the pictures' colours, and is the same when made again."""
    pytest.importorskip('av')
    colours = (255, 0, 0), (0, 255, 0), (0, 0, 255), (40, 120, 200)
    for name in ('a.mp4', 'b.mp4'):
        write_film(str(tmp_path / name), [np.full((64, 48, 3), colour, np.uint8) for colour in colours], 30000 / 1001)
    content = (tmp_path / 'a.mp4').read_bytes()
    assert content == (tmp_path / 'b.mp4').read_bytes()
    assert 0 < content.find(b'moov') < content.find(b'mdat')
    assert b'colrnclx' + bytes([0, 1] * 3) in content  # ISO/IEC 14496-12: BT.709
    capture = cv2.VideoCapture(str(tmp_path / 'a.mp4'))
    assert capture.get(cv2.CAP_PROP_FPS) == 30000 / 1001
    for colour in colours:
        assert np.abs(capture.read()[1].astype(float) - colour).mean() < 4


def test_a_film_for_which_there_is_no_room_is_none(tmp_path, codec, capfd):
    pictures = np.random.default_rng(0).integers(0, 255, (5, 64, 64, 3), dtype=np.uint8)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9000, before[1]))
    try:
        with pytest.raises(InputError, match='or there is no room for it in'):
            write_film(str(tmp_path / 'clip.mp4'), pictures, 12.)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert capfd.readouterr() == ('', '')
    assert not (tmp_path / 'clip.mp4').exists()
