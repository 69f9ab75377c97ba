"""The tables of joints agree with each other."""

import numpy as np

from lib.body.skeleton import (
    ANCESTORS,
    BEND_POSE_IDS,
    BEND_SIGNS,
    LEVELS,
    LSP_BONES,
    LSP_HEAD_TOP,
    LSP_HIPS,
    LSP_NAMES,
    LSP_SHOULDERS,
    N_JOINTS,
    PARENTS,
    SMPL_NAMES,
    TORSO_LSP,
    TORSO_SIDES,
    TORSO_SMPL,
    TRACKED_LSP,
    TRACKED_SMPL,
)


def test_tracked_joints_have_the_same_names_in_both():
    assert [SMPL_NAMES[i] for i in TRACKED_SMPL] == [LSP_NAMES[i] for i in TRACKED_LSP[:-1]]
    assert LSP_NAMES[TRACKED_LSP[-1]] == LSP_NAMES[LSP_HEAD_TOP] == 'head_top'
    assert [SMPL_NAMES[i] for i in TORSO_SMPL] == [LSP_NAMES[i] for i in TORSO_LSP]


def test_sides_of_the_torso():
    for side, (shoulder, hip) in zip(('left', 'right'), TORSO_SIDES):
        assert (LSP_NAMES[TORSO_LSP[shoulder]], LSP_NAMES[TORSO_LSP[hip]]) == (f'{side}_shoulder', f'{side}_hip')
    assert [LSP_NAMES[i] for i in LSP_HIPS] == ['right_hip', 'left_hip']
    assert [LSP_NAMES[i] for i in LSP_SHOULDERS] == ['right_shoulder', 'left_shoulder']


def test_bones_join_neighbours():
    parts = {frozenset(name.split('_')[1] for name in (LSP_NAMES[a], LSP_NAMES[b])) for a, b in LSP_BONES[:-1]}
    assert parts == {frozenset(pair) for pair in (('ankle', 'knee'), ('knee', 'hip'), ('wrist', 'elbow'),
                                                  ('elbow', 'shoulder'))}
    assert all(LSP_NAMES[a].split('_')[0] == LSP_NAMES[b].split('_')[0] for a, b in LSP_BONES[:-1])


def test_ancestors_follow_the_parents():
    for joint in range(N_JOINTS):
        chain, above = {joint}, joint
        while above:
            above = PARENTS[above]
            chain.add(int(above))
        assert set(np.flatnonzero(ANCESTORS[joint])) == chain


def test_levels_hold_every_joint_after_its_parent():
    seen = [0]
    for level, parents in LEVELS:
        joints = np.arange(N_JOINTS)[level]
        np.testing.assert_array_equal(np.arange(N_JOINTS)[parents], PARENTS[joints])
        assert set(PARENTS[joints]) <= set(seen)
        seen += joints.tolist()
    assert seen == list(range(N_JOINTS))


def test_bending_elements_of_pose():
    joints, elements = np.divmod(BEND_POSE_IDS, 3)
    assert [SMPL_NAMES[joint] for joint in joints] == ['left_elbow', 'right_elbow', 'left_knee', 'right_knee']
    assert elements.tolist() == [1, 1, 0, 0] and BEND_SIGNS.tolist() == [1., -1., -1., -1.]
