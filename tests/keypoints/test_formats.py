"""The table of formats."""

import pytest

from lib.base.errors import InputError
from lib.body.skeleton import LSP_NAMES, SMPL_NAMES
from lib.keypoints.formats import FORMATS, format_named, same_count
from tests.detector_files import NAMES

ENDS = {
    'lsp': {0: 'right_ankle', 8: 'right_shoulder', 11: 'left_wrist', 13: 'head_top'},
    'coco17': {0: 'nose', 1: 'left_eye', 5: 'left_shoulder', 9: 'left_wrist', 16: 'right_ankle'},
    'coco18': {1: 'neck', 4: 'right_wrist', 8: 'right_hip', 10: 'right_ankle', 13: 'left_ankle', 17: 'left_ear'},
    'body25': {1: 'neck', 4: 'right_wrist', 8: 'mid_hip', 11: 'right_ankle', 14: 'left_ankle', 18: 'left_ear',
               24: 'right_heel'},
    'body25b': {4: 'right_ear', 9: 'left_wrist', 12: 'right_hip', 16: 'right_ankle', 17: 'neck', 18: 'head_top',
                19: 'left_big_toe', 24: 'right_heel'},
    'mpi15': {0: 'head_top', 1: 'neck', 4: 'right_wrist', 8: 'right_hip', 13: 'left_ankle', 14: 'chest'},
    'halpe26': {16: 'right_ankle', 17: 'head_top', 18: 'neck', 19: 'mid_hip', 20: 'left_big_toe', 21: 'right_big_toe',
                25: 'right_heel'},
    'halpe136': {17: 'head_top', 25: 'right_heel', 26: 'face_0', 94: 'left_hand_0', 135: 'right_hand_20'},
    'wholebody133': {16: 'right_ankle', 17: 'left_big_toe', 19: 'left_heel', 22: 'right_heel', 23: 'face_0',
                     91: 'left_hand_0', 132: 'right_hand_20'},
    'mpii16': {0: 'right_ankle', 6: 'mid_hip', 8: 'neck', 9: 'head_top', 10: 'right_wrist', 15: 'left_wrist'},
    'h36m17': {1: 'right_hip', 3: 'right_ankle', 6: 'left_ankle', 10: 'head_top', 11: 'left_shoulder',
               16: 'right_wrist'},
    'crowdpose14': {0: 'left_shoulder', 1: 'right_shoulder', 5: 'right_wrist', 11: 'right_ankle', 12: 'head_top'},
    'aic14': {0: 'right_shoulder', 2: 'right_wrist', 3: 'left_shoulder', 8: 'right_ankle', 11: 'left_ankle',
              12: 'head_top'},
    'posetrack18': {0: 'nose', 1: 'neck', 2: 'head_top', 3: 'left_ear', 5: 'left_shoulder', 16: 'right_ankle'},
    'smpl24': {0: 'mid_hip', 1: 'left_hip', 10: 'left_foot', 15: 'head', 16: 'left_shoulder', 21: 'right_wrist'},
    'mediapipe33': {0: 'nose', 2: 'left_eye', 7: 'left_ear', 11: 'left_shoulder', 16: 'right_wrist', 28: 'right_ankle',
                    32: 'right_foot_index'},
    'kinect25': {0: 'mid_hip', 3: 'head', 4: 'left_shoulder', 6: 'left_wrist', 11: 'right_hand', 14: 'left_ankle',
                 19: 'right_foot', 20: 'spine3', 21: 'left_hand_tip', 24: 'right_thumb'}}


@pytest.mark.parametrize('name', FORMATS)
def test_corners_of_every_order(name):
    """As the source that the entry names shows them."""
    joints = FORMATS[name].joints
    assert {i: joints[i] for i in ENDS[name]} == ENDS[name] and FORMATS[name].source


@pytest.mark.parametrize('name', FORMATS)
def test_formats_have_left_and_right_of_everything(name):
    joints = FORMATS[name].joints
    assert len(set(joints)) == len(joints)
    assert {joint.replace('left', 'right') for joint in joints} == {joint for joint in joints if 'left' not in joint}
    assert set(LSP_NAMES[:12]) <= set(joints)


@pytest.mark.parametrize('name', FORMATS)
def test_edges_join_the_limbs(name):
    entry = FORMATS[name]
    assert {('left_shoulder', 'left_elbow'), ('right_knee', 'right_ankle'), ('left_hip',
                                                                             'right_hip')} <= set(entry.edges)
    assert all({a, b} <= set(entry.joints) for a, b in entry.edges)


def test_names_written_by_tools_are_as_many_as_the_joints():
    assert all(len(names.split()) == len(FORMATS[name].joints) for name, names in NAMES.items())
    assert tuple(NAMES['smpl24'].split()) == SMPL_NAMES


def test_same_count():
    assert {entry.name for entry in same_count(FORMATS['lsp'])} == {'crowdpose14', 'aic14'}
    assert {entry.name for entry in same_count(FORMATS['coco17'])} == {'h36m17', 'posetrack18'}
    assert [entry.name for entry in same_count(FORMATS['body25'])] == ['body25b', 'kinect25']
    assert same_count(FORMATS['halpe26']) == ()


@pytest.mark.parametrize('text, name', [('BODY_25B', 'body25b'), ('coco', 'coco17'), ('COCO-WholeBody', 'wholebody133'),
                                        ('mediapipe', 'mediapipe33'), ('h36m', 'h36m17'), ('halpe26', 'halpe26')])
def test_format_named(text, name):
    assert format_named(text) is FORMATS[name]


def test_no_other_words_are_formats():
    assert len({alias for entry in FORMATS.values() for alias in (entry.name, *entry.also)}) == len(
        [alias for entry in FORMATS.values() for alias in (entry.name, *entry.also)])
    with pytest.raises(InputError, match='lsp, coco17'):
        format_named('body')
