"""models/make/mocap.py: the ASF/AMC reader and the retargeting to SMPL, on a skeleton small enough to check by hand."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lib.base.errors import InputError
from lib.body.skeleton import PARENTS
from models.make import clips, mocap
from models.make.mocap_files import Bone, read_amc, read_asf, world_rotations

LEG = 0.34202, -0.939693  # CMU's legs rest 20 degrees away from the vertical


def _limbs(side, sign):
    """Bones of one side as CMU has them: (name, direction, axis, dof, parent)."""
    leg, arm = f'{sign * LEG[0]} {LEG[1]} 0', f'{sign} 0 0'
    leg_axis, arm_axis = f'0 0 {20 * sign} XYZ', f'-180 {-30 * sign} {-90 * sign} XYZ'
    hand_axis = f'0 {90 * sign} {90 * sign} XYZ'
    return [(side + 'femur', leg, leg_axis, 'rx ry rz', 'root'), (side + 'tibia', leg, leg_axis, 'rx', side + 'femur'),
            (side + 'foot', '0 -0.2 0.98', f'-90 0 {20 * sign} XYZ', 'rx rz', side + 'tibia'),
            (side + 'toes', '0 0 1', f'-90 0 {20 * sign} XYZ', 'rx', side + 'foot'),
            (side + 'clavicle', arm, '0 0 0 XYZ', 'ry rz', 'thorax'),
            (side + 'humerus', arm, arm_axis, 'rx ry rz', side + 'clavicle'),
            (side + 'radius', arm, arm_axis, 'rx', side + 'humerus'),
            (side + 'wrist', arm, hand_axis, 'ry', side + 'radius'),
            (side + 'hand', arm, hand_axis, 'rx rz', side + 'wrist'),
            (side + 'fingers', arm, hand_axis, 'rx', side + 'hand')]


SPINE = ('root', 'lowerback', 'upperback', 'thorax', 'lowerneck', 'upperneck', 'head')
BONES = [(name, '0 1 0', '0 0 0 XYZ', 'rx ry rz', parent) for parent, name in zip(SPINE, SPINE[1:])]
BONES += _limbs('l', 1) + _limbs('r', -1)
DOF = dict({name: len(dof.split()) for name, _, _, dof, _ in BONES}, root=6)


def write_asf(path, bones=BONES):
    lines = ['# a comment', ':version 1.10', ':units', '  angle deg', ':root', '  order TX TY TZ RX RY RZ',
             '  axis XYZ', ':bonedata']
    for name, direction, axis, dof, _ in bones:
        lines += ['begin', f'name {name}', f'direction {direction}', 'length 1', f'axis {axis}', f'dof {dof}', 'end']
    lines += [':hierarchy', 'begin'] + [f'{parent} {name}' for name, _, _, _, parent in bones] + ['end']
    path.write_text('\n'.join(lines))


def write_amc(path, frames):
    """`frames`: a list of {bone: angles}; the other bones are at zero."""
    lines = [':FULLY-SPECIFIED', ':DEGREES']
    for number, frame in enumerate(frames, 1):
        lines.append(str(number))
        lines += [' '.join([name, *map(str, frame.get(name, [0] * count))]) for name, count in DOF.items()]
    path.write_text('\n'.join(lines))


@pytest.fixture
def clip(tmp_path):
    """A function: frames -> retargeted rotation vectors (F, 24, 3), through the files."""
    def load(*frames):
        folder = tmp_path / 'subjects' / '07'
        folder.mkdir(parents=True, exist_ok=True)
        write_asf(folder / '07.asf')
        write_amc(folder / '07_01.amc', frames)
        return clips.load_clips(tmp_path)['07_01'].poses.reshape(-1, 24, 3)
    return load


def test_rest_pose_brings_the_legs_straight_down(clip):
    pose = clip({})[0]
    np.testing.assert_allclose(pose[1], [0, 0, np.radians(20)], atol=1e-5)
    np.testing.assert_allclose(pose[2], [0, 0, np.radians(-20)], atol=1e-5)
    np.testing.assert_allclose(np.delete(pose, [1, 2], axis=0), 0, atol=1e-9)


def test_knees_and_elbows_bend_to_their_side(clip):
    straight, bent = clip({}, {'ltibia': [50], 'rtibia': [50], 'lradius': [60], 'rradius': [60]})
    for knee in (4, 5):
        np.testing.assert_allclose(bent[knee], [np.radians(50), 0, 0], atol=1e-5)
    assert bent[18, 1] < -0.8 and bent[19, 1] > 0.8        # forearms come forward: the angle prior's signs
    np.testing.assert_allclose(np.linalg.norm(bent[[18, 19]], axis=1), np.radians(60), atol=1e-6)
    np.testing.assert_allclose(mocap.mirror(bent.reshape(72)), bent.reshape(72), atol=1e-6)
    others = np.delete(np.arange(24), [4, 5, 18, 19])
    np.testing.assert_allclose(bent[others], straight[others], atol=1e-9)


def test_limbs_point_where_the_skeleton_points_them(clip, tmp_path):
    rng = np.random.default_rng(0)
    frame = {name: rng.uniform(-40, 40, count) for name, count in DOF.items()}
    pose = clip(frame)[0]
    bones = read_asf(tmp_path / 'subjects' / '07' / '07.asf')
    world = world_rotations(bones, read_amc(tmp_path / 'subjects' / '07' / '07_01.amc', bones))
    posed = [Rotation.from_rotvec(pose[0])]
    for joint in range(1, 24):
        posed.append(posed[PARENTS[joint]] * Rotation.from_rotvec(pose[joint]))
    smpl_rest = {'lfemur': (0, -1, 0), 'rtibia': (0, -1, 0), 'lhumerus': (1, 0, 0), 'rradius': (-1, 0, 0),
                 'rhand': (-1, 0, 0), 'thorax': (0, 1, 0)}
    for name, direction in smpl_rest.items():
        joint = mocap.SMPL_BONES.index(name)
        wanted = world[name].apply(bones[name].direction)[0]
        np.testing.assert_allclose(posed[joint].apply(direction), wanted, atol=1e-4, err_msg=name)


def test_collars_follow_arms_that_the_rig_moves_alone(clip, tmp_path):
    frames = [{'lhumerus': [0, 0, angle], 'rhumerus': [0, 0, -angle]} for angle in (80, -80)]
    poses = clip(*frames)
    bones = read_asf(tmp_path / 'subjects' / '07' / '07.asf')
    world = world_rotations(bones, read_amc(tmp_path / 'subjects' / '07' / '07_01.amc', bones))
    for pose, arm in zip(poses, world['lhumerus'].apply([1, 0, 0])):
        collar, shoulder = Rotation.from_rotvec(pose[13]), Rotation.from_rotvec(pose[16])
        np.testing.assert_allclose((collar * shoulder).apply([1, 0, 0]), arm, atol=1e-9)
        assert np.sign(pose[13, 2]) == np.sign(arm[1]), 'up with the arm, down with the arm'
        assert np.linalg.norm(pose[13]) == pytest.approx(0.2 * np.arccos(arm[0]))
        np.testing.assert_allclose(mocap.mirror(pose.reshape(72)), pose.reshape(72), atol=1e-6)


def test_root_turns_x_first(clip):
    pose = clip({'root': [9, 9, 9, 30, 40, 50]})[0]
    expected = [Rotation.from_euler(axis, angle, degrees=True) for axis, angle in zip('zyx', (50, 40, 30))]
    np.testing.assert_allclose(pose[0], (expected[0] * expected[1] * expected[2]).as_rotvec(), atol=1e-9)


def test_repair_mends_spinning_ankles_and_drops_impossible_hips():
    poses = np.zeros((4, 72))
    poses[1, 21] = 3.0   # left ankle
    poses[2, 3] = 3.0    # left hip
    poses[:, 60] = 0.5
    mended = mocap.repair(poses, np.random.default_rng(0))
    assert mended.shape == (3, 72)
    assert np.abs(mended[:, 21]).max() == 0 and np.all(mended[:, 60] == 0.5)


@pytest.mark.parametrize('line, message', [
    ('lradius twelve', 'numbers expected'), ('lradius 1 2', 'needs 1 values'), ('ltail 3', 'no moving bone')])
def test_malformed_amc_names_file_and_line(tmp_path, line, message):
    write_asf(tmp_path / '01.asf')
    write_amc(tmp_path / '01_01.amc', [{}])
    lines = (tmp_path / '01_01.amc').read_text().splitlines()
    lines[6] = line
    (tmp_path / '01_01.amc').write_text('\n'.join(lines))
    with pytest.raises(InputError, match=rf'01_01\.amc:7: .*{message}'):
        clips.load_clips(tmp_path)


def test_incomplete_input_is_told_in_a_line(tmp_path):
    with pytest.raises(InputError, match='no such folder'):
        clips.find_clips(tmp_path / 'nowhere')
    with pytest.raises(InputError, match='no .amc files'):
        clips.find_clips(tmp_path)
    write_amc(tmp_path / '01_01.amc', [{}])
    with pytest.raises(InputError, match='no .asf beside it'):
        clips.find_clips(tmp_path)
    write_asf(tmp_path / '01.asf', BONES[:6])
    with pytest.raises(InputError, match='no moving bone'):
        clips.load_clips(tmp_path)
    (tmp_path / '01.asf').write_text(':bonedata\nbegin\nname leg\nend\n')
    with pytest.raises(InputError, match=r'01\.asf:4: bone "leg" lacks'):
        clips.load_clips(tmp_path)


def test_frame_cut_short_is_noticed(tmp_path):
    write_asf(tmp_path / '01.asf')
    write_amc(tmp_path / '01_01.amc', [{}, {}])
    lines = (tmp_path / '01_01.amc').read_text().splitlines()
    (tmp_path / '01_01.amc').write_text('\n'.join(lines[:-3]))
    with pytest.raises(InputError, match='frame 2 gives bone'):
        clips.load_clips(tmp_path)


def test_a_bone_does_not_inherit_from_the_one_before(tmp_path):
    write_asf(tmp_path / '01.asf')
    text = (tmp_path / '01.asf').read_text().replace('begin\nname upperback\n', 'begin\n', 1)
    (tmp_path / '01.asf').write_text(text)
    with pytest.raises(InputError, match='bone "None" lacks its name'):
        read_asf(tmp_path / '01.asf')


def test_a_bone_turns_within_its_parent():
    """The child turns about x, then the parent turns it about z: up becomes forward, and stays so."""
    free = ('rx', 'ry', 'rz')
    bones = {'root': Bone(np.zeros(3), Rotation.identity(), free),
             'child': Bone(np.array([0., 1., 0.]), Rotation.identity(), free, 'root')}
    motion = {'root': np.array([[0., 0., 90.]]), 'child': np.array([[90., 0., 0.]])}
    turned = world_rotations(bones, motion)['child'].apply([0., 1., 0.])[0]
    np.testing.assert_allclose(turned, [0., 0., 1.], atol=1e-12)


def test_a_bone_without_a_direction(tmp_path):
    write_asf(tmp_path / '01.asf')
    (tmp_path / '01.asf').write_text((tmp_path / '01.asf').read_text().replace('direction 0 1 0\n', '', 1))
    with pytest.raises(InputError, match='lacks its name, direction or axis'):
        read_asf(tmp_path / '01.asf')
