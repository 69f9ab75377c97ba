"""How files spell the names of joints."""

import pytest

from lib.base.errors import InputError
from lib.keypoints.formats import FORMATS
from lib.keypoints.names import joint_named, layout_of_names
from tests.detector_files import NAMES


@pytest.mark.parametrize('text', [
    'left_shoulder', 'l_shoulder', 'lshoulder', 'LShoulder', 'left shoulder', 'Left-Shoulder', 'shoulder_left',
    'ShoulderLeft',
    'shoulder.L', 'LEFT_SHOULDER', 'leftShoulder', 'LSHOULDER', 'L. Shoulder', 'LSho', 'PoseLandmark.LEFT_SHOULDER',
    'keypoint_left_shoulder'])
def test_one_joint_in_many_spellings(text):
    assert joint_named(text) == 'left_shoulder'


@pytest.mark.parametrize('text, joint', [
    ('rear', 'right_ear'), ('lear', 'left_ear'), ('REye', 'right_eye'), ('RBigToe', 'right_big_toe'),
    ('MidHip', 'mid_hip'),
    ('pelvis', 'mid_hip'), ('root', 'mid_hip'), ('upper_neck', 'neck'), ('head_bottom', 'neck'), ('top_head',
                                                                                                  'head_top'),
    ('Top of the head', 'head_top'), ('NOSE', 'nose'), ('left_eye_(inner)', 'left_eye_inner'), ('mouth_left',
                                                                                                'left_mouth'),
    ('lip', None), ('leg', None), ('ring', None), ('left', None), ('left_right_hip', None), ('3', None), ('', None),
    ('left_nose', None)])
def test_other_joints(text, joint):
    assert joint_named(text) == joint


@pytest.mark.parametrize('name', NAMES)
def test_tools_own_names_give_their_order(name):
    joints = layout_of_names(NAMES[name].split()).joints
    assert joints == FORMATS[name].joints


def test_head_is_what_the_rest_says():
    limbs = NAMES['crowdpose14'].split()[:12]
    assert layout_of_names([*limbs, 'neck', 'head']).joints[13] == 'head_top'  # CrowdPose's, in another order
    assert layout_of_names([*limbs, 'head']).joints[12] == ''  # CrowdPose's or SMPL's
    assert layout_of_names([*limbs, 'left_eye', 'right_eye', 'head']).joints[14] == 'head_top'  # Halpe's


def test_a_foot_is_the_ankle_only_where_it_must_be():
    names = NAMES['h36m17'].replace('Spine ', '').split()
    assert layout_of_names(names).joints.count('left_ankle') == 1
    with pytest.raises(InputError, match='left_ankle'):
        layout_of_names([*(name for name in NAMES['coco17'].split() if 'ankle' not in name), 'left_foot', 'right_foot'])


def test_some_joints_are_enough_and_others_do_no_harm():
    assert layout_of_names(['nose', 'left_hip', 'right_hip']).joints == ('nose', 'left_hip', 'right_hip')
    joints = layout_of_names([*NAMES['coco17'].split(), 'bag', 'left_thumb_tip']).joints
    assert joints == (*FORMATS['coco17'].joints, '', '')


@pytest.mark.parametrize('names, words', [
    (['kp0', 'kp1', 'kp2'], "'kp0', 'kp1'"), (['left_hip', 'lhip'], 'named twice'),
    (NAMES['coco17'].replace('left_knee', 'left_bend').split(), 'left_bend'), (['Schulter links'] * 2, 'Schulter')])
def test_names_that_are_not_understood(names, words):
    with pytest.raises(InputError) as raised:
        layout_of_names(names)
    assert words in str(raised.value)
