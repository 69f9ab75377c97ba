"""models/make/clips.py: an archive of rotations retargets as ASF/AMC does; what is held out."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lib.base.errors import InputError
from lib.body.skeleton import PARENTS, SMPL_NAMES
from models.make import clips
from models.make.clips import Clip
from models.make.mocap_rotations import action_of

SIDES = [(side, parent, x) for side, x in (('Left', 1.), ('Right', -1.)) for parent in ('Hips', 'Spine1')]
LIMBS = {'Hips': ('UpLeg', 'Leg', 'Foot', 'ToeBase', 'ToeEnd'),
         'Spine1': ('Shoulder', 'Arm', 'ForeArm', 'Hand', 'FingerBase', 'HandIndex1', 'HandEnd')}
DOWN, OUT = (.342, -.94, 0.), (1., 0., 0.)  # CMU's legs rest 20 degrees from the vertical, its arms along x


def skeleton():
    """Names, parents and offsets of an archive, as the database's BVH conversion has them."""
    rows = [('Hips', -1, (0, 0, 0))]
    for name in ('LowerBack', 'Spine', 'Spine1', 'Neck', 'Neck1', 'Head', 'HeadEnd'):
        rows.append((name, len(rows) - 1, (0, 1, 0)))
    for side, root, x in SIDES:
        parent = [row[0] for row in rows].index(root)
        for limb in LIMBS[root]:
            rows.append((side + limb, parent, np.array(DOWN if root == 'Hips' else OUT) * (x, 1, 1)))
            parent = len(rows) - 1
    names, parents, offsets = zip(*rows)
    return {'names': np.array(names), 'parents': np.array(parents), 'offsets': np.array(offsets, dtype=float)}


@pytest.fixture
def archive(tmp_path):
    """A function: {clip: {joint: rotation vector}} -> the Clips of its archive, one frame each."""
    def load(**poses):
        bones = skeleton()
        arrays = {}
        for key, pose in poses.items():
            arrays[key] = np.zeros((1, len(bones['names']), 3), np.float32)
            for joint, vector in pose.items():
                arrays[key][0, list(bones['names']).index(joint)] = vector
        np.savez(tmp_path / 'motions.npz', **bones, **arrays)
        return clips.load_clips(tmp_path)
    return load


def joint(clip, name):
    return clip.poses[0].reshape(24, 3)[SMPL_NAMES.index(name)]


def test_rest_pose_brings_the_legs_straight_down(archive):
    pose = archive(soccer_soccer_1={})['soccer_soccer_1'].poses[0].reshape(24, 3)
    np.testing.assert_allclose(pose[1], [0, 0, np.radians(20)], atol=1e-3)
    np.testing.assert_allclose(pose[2], [0, 0, np.radians(-20)], atol=1e-3)
    np.testing.assert_allclose(np.delete(pose, [1, 2], axis=0), 0, atol=1e-6)


def test_bends_reach_smpls_joints(archive):
    clip = archive(walk_1={'LeftLeg': (.8, 0, 0), 'RightForeArm': (0, 1., 0), 'Neck1': (.3, 0, 0), 'Spine': (0, .2, 0),
                           'Hips': (0, .5, 0), 'LeftFingerBase': (0, 0, .4)})['walk_1']
    assert np.linalg.norm(joint(clip, 'left_knee')) == pytest.approx(.8, abs=1e-6)
    np.testing.assert_allclose(joint(clip, 'right_elbow'), [0, 1., 0], atol=1e-6)
    np.testing.assert_allclose(joint(clip, 'neck'), [.3, 0, 0], atol=1e-6)
    np.testing.assert_allclose(joint(clip, 'spine2'), [0, .2, 0], atol=1e-6)
    np.testing.assert_allclose(joint(clip, 'pelvis'), [0, .5, 0], atol=1e-6)
    np.testing.assert_allclose(joint(clip, 'left_wrist'), [0, 0, .4], atol=1e-6)


def test_limbs_point_where_the_archive_points_them(archive):
    rng = np.random.default_rng(0)
    bones = skeleton()
    turns = {name: rng.normal(0, .3, 3) for name in bones['names'] if not name.endswith('End')}
    pose = archive(walk_1=turns)['walk_1'].poses[0].reshape(24, 3)
    world = []
    for name, parent in zip(bones['names'], bones['parents']):
        local = Rotation.from_rotvec(turns.get(name, np.zeros(3)))
        world.append(local if parent < 0 else world[parent] * local)
    posed = [Rotation.from_rotvec(pose[0])]
    for number in range(1, 24):
        posed.append(posed[PARENTS[number]] * Rotation.from_rotvec(pose[number]))
    for smpl, name, rest, bone in (('left_hip', 'LeftUpLeg', (0, -1, 0), DOWN),
                                   ('left_elbow', 'LeftForeArm', (1, 0, 0), OUT)):
        wanted = world[list(bones['names']).index(name)].apply(np.array(bone) / np.linalg.norm(bone))
        np.testing.assert_allclose(posed[SMPL_NAMES.index(smpl)].apply(rest), wanted, atol=1e-4)


def test_actions_and_rates(archive):
    found = archive(soccer_soccer_1={}, walking_extra_walking_13={}, basketball_signal_basketball_signal_2={})
    assert [clip.action for clip in found.values()] == ['soccer', 'walking', 'basketball_signal']
    assert {clip.rate for clip in found.values()} == {30}
    assert action_of('dance_07') == 'dance'


def test_poses_are_thinned_by_time():
    poses = np.tile(np.linspace(0, .1, 120)[:, None], 72)
    for rate, step in ((120, 12), (30, 3)):
        np.testing.assert_array_equal(Clip(poses, rate).sound(np.random.default_rng(0), 10), poses[::step])


def clips_named(names, action=''):
    return {name: Clip(np.zeros((1, 72)), 120, action) for name in names}


def test_single_clips_are_drawn_and_repeatable():
    names = [f'{subject:02d}_{clip:02d}' for subject in range(3) for clip in range(10)]
    split = clips.split_clips(clips_named(names), seed=3)
    assert len(split.held_out_clips) == 6 and sorted(split.training + split.held_out_clips) == names
    assert clips.split_clips(clips_named(names[::-1]), seed=3) == split
    assert clips.split_clips(clips_named(names), seed=4) != split


def test_actions_are_held_out_as_a_whole_and_leave_the_draw_as_it_is():
    single = clips_named([f'01_{clip:02d}' for clip in range(10)])
    known = {**clips_named(['soccer_1', 'soccer_2'], 'soccer'), **clips_named(['run_1', 'run_2'], 'running')}
    split = clips.split_clips({**known, **single})
    assert split.held_out_actions == ['soccer_1', 'soccer_2']
    assert {'run_1', 'run_2'} < set(split.training) and not {'soccer_1', 'soccer_2'} & set(split.training)
    assert split.held_out_clips == clips.split_clips(single).held_out_clips


@pytest.mark.parametrize('spoil, message', [
    (lambda arrays: arrays.pop('parents'), 'parents'),
    (lambda arrays: arrays.update(walk_1=np.zeros((2, 5, 3))), 'walk_1'),
    (lambda arrays: arrays.update(walk_1=np.full((1, len(arrays['names']), 3), np.nan)), 'walk_1'),
    (lambda arrays: arrays.update(names=np.char.replace(arrays['names'], 'LeftLeg', 'LeftShin')), 'ltibia')])
def test_a_wrong_archive_is_told_in_a_line(tmp_path, spoil, message):
    arrays = skeleton()
    arrays['walk_1'] = np.zeros((1, len(arrays['names']), 3))
    spoil(arrays)
    np.savez(tmp_path / 'motions.npz', **arrays)
    with pytest.raises(InputError, match=rf'motions\.npz: .*{message}'):
        clips.load_clips(tmp_path)


@pytest.mark.parametrize('content', [b'', b'no archive', b'PK\x03\x04 but nothing else'])
def test_a_file_that_is_no_archive(tmp_path, content):
    (tmp_path / 'motions.npz').write_bytes(content)
    with pytest.raises(InputError, match=r'motions\.npz'):
        clips.load_clips(tmp_path)
