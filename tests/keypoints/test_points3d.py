"""What 3D points are: joints by name or order, units, and bodies that no right-handed frame holds."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.body.skeleton import POINT_NAMES, SMPL_NAMES
from lib.keypoints.formats import FORMATS
from lib.keypoints.points3d import facing, read_points3d

COLUMN = {name: i for i, name in enumerate(POINT_NAMES)}
PARTS = ('shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle')
LIMBS = [name for name in SMPL_NAMES if name.partition('_')[2] in PARTS]


@pytest.fixture(scope='module')
def joints(models):
    """SMPL's joints (3, 24, 3) of three people with bent knees, y up."""
    body, rng = models.body('neutral').tracked(10), np.random.default_rng(0)
    pose = rng.normal(0., .15, (3, 72))
    pose[:, :3], pose[:, [12, 15]], pose[:, [55]], pose[:, [58]] = 0., .8, -.5, .5
    return pose_body(body, np.zeros((3, 10)), pose).joints


@pytest.fixture
def read(tmp_path):
    """``read(array, format, **more)``: what an npz file of such arrays holds."""
    def read(array, format_name=None, **more):
        np.savez(tmp_path / 'a.npz', joints3d=array, **more)
        return read_points3d(str(tmp_path / 'a.npz'), format_name)
    return read


def as_format(joints, name):
    """Joints in a format's order; those that SMPL has not are at the head or the pelvis."""
    like = {'mid_hip': 'pelvis', 'neck': 'neck', 'spine': 'spine2', 'thorax': 'neck', 'head_top': 'head'}
    found = [like.get(joint, joint) for joint in FORMATS[name].joints]
    return joints[:, [SMPL_NAMES.index(joint if joint in SMPL_NAMES else 'head') for joint in found]]


def test_smpls_joints_by_order_and_by_name(read, joints):
    order = np.random.default_rng(1).permutation(24)
    for found in (read(joints), read(joints[:, order], joint_names=np.array(SMPL_NAMES)[order])):
        np.testing.assert_allclose(found.points[:, :24, :3], joints)
        assert (found.points[:, :24, 3] == 1.).all() and (found.points[:, 24] == 0.).all()
        assert not found.notes and not found.doubts


@pytest.mark.parametrize('name', ['lsp', 'coco17', 'h36m17', 'body25', 'mpii16', 'halpe26'])
def test_orders_without_names(read, joints, name):
    found = read(as_format(joints, name))
    for limb in LIMBS:
        np.testing.assert_allclose(found.points[:, COLUMN[limb], :3], joints[:, SMPL_NAMES.index(limb)])
        assert (found.points[:, COLUMN[limb], 3] == (.2 if 'hip' in limb else 1.)).all()
    assert (found.points[:, [COLUMN[name] for name in ('pelvis', 'neck', 'head', 'left_foot')], 3] == 0.).all()
    assert found.points[0, 24, 3] == ('head_top' in FORMATS[name].joints)


def test_an_order_that_is_not_clear(read):
    """Of points all on one line every order is as good."""
    line = np.linspace(0., 1.5, 17)[:, None] * [0., 1., 0.]
    with pytest.raises(InputError, match='the order of its 17 points is not clear; say it with --format'):
        read(line)
    assert read(line, 'h36m17').points[0, COLUMN['left_wrist'], 1] == pytest.approx(line[13, 1])
    with pytest.raises(InputError, match='no order of as many joints is known'):
        read(np.vstack([line, line]))
    with pytest.raises(InputError, match='--format lsp has 14 joints, and it has 17 points'):
        read(line, 'lsp')


def test_names_of_motion_capture(read, joints):
    """Joint centres among markers that are none."""
    called = {'LSJC': 'left_shoulder', 'RSJC': 'right_shoulder', 'LHJC': 'left_hip', 'RKJC': 'right_knee'}
    places = np.stack([joints[:, SMPL_NAMES.index(name)] for name in called.values()], axis=1)
    found = read(np.concatenate([places, joints[:, :2]], axis=1), joint_names=np.array([*called, 'T10', 'SACR']))
    for position, name in enumerate(called.values()):
        np.testing.assert_allclose(found.points[:, COLUMN[name], :3], places[:, position])
    assert (found.points[0, :, 3] > 0).sum() == 4


@pytest.mark.parametrize('names, message', [
    (['M1', 'M2', 'M3', 'M4', 'LHip', 'RHip'], "called .'M1', 'M2'.*fewer than 4"),
    (['LKNE', 'LKJC', 'RHip', 'LHip', 'RShoulder', 'LShoulder'], "'LKNE' and 'LKJC' both mean left_knee")])
def test_names_that_will_not_do(read, joints, names, message):
    with pytest.raises(InputError, match=message):
        read(joints[:, :6], joint_names=np.array(names))


@pytest.mark.parametrize('unit, times', [('m', 1.), ('cm', 100.), ('mm', 1000.), ('millimeters', 1000.), ('M', 1.)])
def test_units(read, joints, unit, times):
    told, guessed = read(times * joints, units=unit), read(times * joints)
    for found in (told, guessed):
        np.testing.assert_allclose(found.points[:, :24, :3], joints)
    assert not told.notes and len(guessed.notes) == (times > 1.)


@pytest.mark.parametrize('unit, times, message', [
    ('m', 1000., 'says that it is in m, and people would span 1.*e.03 m; are they mm?'),
    ('mm', 1., 'says that it is in mm, and people would span 0.001.* m; are they m?'),
    ('furlong', 1e5, 'does not tell its unit, and people span')])
def test_wrong_units(read, joints, unit, times, message):
    with pytest.raises(InputError, match=message):
        read(times * joints, units=unit)


def test_frames_without_points(read, joints):
    joints = joints.copy()
    joints[1] = np.nan
    assert (read(joints).points[1] == 0.).all()
    with pytest.raises(InputError, match='no frame has 4 points'):
        read(np.full((2, 24, 3), np.nan))


@pytest.mark.parametrize('turn', [np.eye(3), [[1, 0, 0], [0, 0, -1], [0, 1, 0]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]])
def test_mirrored_points_are_noticed_in_any_frame(read, joints, turn):
    turned = joints @ np.transpose(turn)
    assert not read(turned).doubts
    for axis in range(3):
        doubt, = read(turned * (1. - 2. * np.eye(3)[axis])).doubts
        assert 'knees' in doubt


def test_where_bodies_look(joints):
    """Forward is z where y is up."""
    points = np.dstack([np.concatenate([joints, joints[:, :1]], axis=1), np.ones((3, 25))])
    ahead, up = facing(points)
    assert (np.argmax(ahead, axis=1) == 2).all() and (np.argmax(up, axis=1) == 1).all()
    points[0, COLUMN['left_hip'], 3] = 0.
    assert np.isnan(facing(points)[0][0]).all()


def test_format_applies_over_names(read, joints):
    """--format says the order where the file's names would not do."""
    found = read(joints, 'smpl24', joint_names=np.array([f'J{i}' for i in range(24)]))
    np.testing.assert_allclose(found.points[:, :24, :3], joints)


def test_one_frame(read, joints):
    assert read(joints[0]).points.shape == (1, 25, 4)


def test_markers_on_the_skin_are_not_the_joints_that_they_are_called_after(read):
    places, skin = np.random.default_rng(0).random((2, 6, 3)), ['LASI', 'LKNE', 'RELB', 'LSHO', 'RANK', 'C7']
    with pytest.raises(InputError, match='markers on the skin being none'):
        read(places, joint_names=np.array(skin))
    joints = ['LHJC', 'LKJC', 'LAJC', 'LSJC']
    found = read(np.concatenate([places, places[:, [0, 1, 2, 3]]], axis=1), joint_names=np.array([*skin, *joints]))
    np.testing.assert_allclose(found.points[:, COLUMN['left_knee'], :3], places[:, 1])
    assert sorted(np.flatnonzero(found.points[0, :, 3])) == sorted(COLUMN[name] for name in (
        'left_hip', 'left_knee', 'left_ankle', 'left_shoulder'))


def test_a_unit_that_is_not_known(read, joints):
    note, = read(joints * 100., units=np.array('furlong')).notes
    assert "says that it is in 'furlong', and known are m, cm and mm" in note and 'taken for cm' in note
