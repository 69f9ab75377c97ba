"""MediaPipe Pose itself, where it is installed, and what is said where it is not."""

import importlib.util
import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.skeleton import LSP_NAMES
from lib.detecting import mediapipe_pose
from lib.detecting.detector import Detector, NobodyFound
from lib.detecting.mediapipe_pose import LAYOUT, VERSION, MediaPipePose, check_installed
from tests.detecting import needs_detector
from tests.program import ROOT, SAMPLE

LIMBS = [LAYOUT.joints.index(joint) for joint in LSP_NAMES[:12]]


@pytest.fixture
def photograph():
    return cv2.imread(str(SAMPLE / 'images' / 'lsp' / 'im0006.jpg'))


@pytest.fixture
def wanted():
    """LSP's limbs (12, 2) in it, within 3 px."""
    with np.load(SAMPLE / 'results' / 'lsp' / 'ground_truth.npz') as data:
        return data['joints2d'][5, :12]


def off(keypoints, wanted):
    return np.median(np.linalg.norm(keypoints[LIMBS, :2] - wanted, axis=1))


@needs_detector
def test_a_person(photograph, wanted, capfd):
    found = MediaPipePose().find(photograph)
    assert found.shape == (33, 3) and off(found, wanted) < 6. and 0. <= found[:, 2].min() and found[:, 2].max() <= 1.
    assert capfd.readouterr() == ('', '')


@needs_detector
def test_the_same_again(photograph):
    """It keeps nothing of what it saw before."""
    pose = MediaPipePose()
    first = pose.find(photograph)
    pose.find(photograph[::-1])
    np.testing.assert_array_equal(pose.find(photograph), first)


@needs_detector
def test_nobody():
    assert MediaPipePose().find(np.zeros((100, 80, 3), np.uint8)) is None
    with pytest.raises(NobodyFound):
        Detector().detect(np.full((100, 80, 3), 90, np.uint8))


@needs_detector
def test_whichever_way_the_photograph_is_held(photograph, wanted):
    """Turned, enlarged, mirrored: the same person."""
    detector = Detector()
    height, width = photograph.shape[:2]
    upside_down = detector.detect(np.ascontiguousarray(photograph[::-1, ::-1]))
    assert off(upside_down.keypoints, [width, height] - wanted) < 6. and not upside_down.doubt
    large = detector.detect(cv2.resize(photograph, None, fx=9, fy=9))
    assert off(large.keypoints / 9., wanted) < 6.
    mirrored = detector.detect(np.ascontiguousarray(photograph[:, ::-1]))
    swapped = [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6]
    assert off(mirrored.keypoints, ([width, 0.] + wanted * [-1., 1.])[swapped]) < 6.


def missing(monkeypatch, version):
    monkeypatch.setattr(importlib.util, 'find_spec', lambda _: None)
    monkeypatch.setattr(mediapipe_pose, 'sys', SimpleNamespace(version_info=version))
    with pytest.raises(InputError) as raised:
        check_installed()
    return str(raised.value)


def test_where_it_is_not_installed(monkeypatch):
    said = missing(monkeypatch, (3, 11, 7))
    assert 'make detector' in said and '--keypoints' in said and 'Python' not in said


@pytest.mark.parametrize('version', [(3, 13, 1), (3, 8, 0)])
def test_where_there_is_none_for_this_python(monkeypatch, version):
    said = missing(monkeypatch, version)
    assert f'Python {version[0]}.{version[1]}' in said and 'PYTHON=python3.12' in said and '--keypoints' in said


def test_a_version_without_models(monkeypatch, tmp_path):
    spec = SimpleNamespace(origin=str(tmp_path / '__init__.py'))
    monkeypatch.setattr(importlib.util, 'find_spec', lambda _: spec)
    with pytest.raises(InputError, match=f'not {VERSION}, and holds no models: run "make detector"'):
        check_installed()


def test_a_broken_installation(monkeypatch):
    monkeypatch.setattr(mediapipe_pose, 'check_installed', lambda: None)
    monkeypatch.setitem(sys.modules, 'mediapipe.python.solutions.pose', None)  # importing it fails
    with pytest.raises(InputError, match='cannot be used .*make detector.*--keypoints'):
        MediaPipePose()


def test_its_version_is_the_same_everywhere():
    assert f'mediapipe=={VERSION}' in (ROOT / 'Makefile').read_text()
