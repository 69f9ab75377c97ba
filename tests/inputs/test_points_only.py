"""3D points without photographs as Samples, and which way up they are shown."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.inputs.fingerprint import input_checksums
from lib.inputs.points_only import PointsOnly
from lib.inputs.sample import NO_PHOTOGRAPH, make_problem
from lib.outputs.drawn.points_pictures import turned_to_front

#: From y up to x, z and downward y up.
TURNS = {'y': np.eye(3), 'z': np.array([[1., 0., 0.], [0., 0., -1.], [0., 1., 0.]]),
         'x': np.array([[0., 1., 0.], [0., 0., 1.], [1., 0., 0.]]), '-y': np.diag([1., -1., -1.])}


@pytest.fixture(scope='module')
def joints(models):
    """SMPL's joints (2, 24, 3), y up, looking along z."""
    return pose_body(models.body('neutral').tracked(10), np.zeros((2, 10)), np.zeros((2, 72))).joints + [1., 2., 3.]


@pytest.fixture
def of(tmp_path):
    """``of(joints, **more)``: the PointsOnly of a file walk.npz of them."""
    def of(joints, **more):
        np.savez(tmp_path / 'walk.npz', joints3d=joints, frame_rate=50.)
        return PointsOnly(str(tmp_path / 'walk.npz'), **more)
    return of


def test_samples(of, joints):
    data = of(joints, gender='female')
    assert data.images == ['walk_000000', 'walk_000001'] and data.frame_rate == 50. and len(data) == 2
    sample = data[1]
    assert (sample.index, sample.frame, sample.gender, sample.photographed) == (1, 1, 'female', False)
    assert data.read(sample) == b''
    problem = make_problem(sample, NO_PHOTOGRAPH)
    np.testing.assert_allclose(problem.points3d[:24, :3], joints[1])
    assert not problem.confidence.any()
    assert of(joints[0]).images == ['walk'] and of(joints[0])[0].frame is None


def test_a_frame_of_too_few_points_fails_alone(of, joints):
    joints = joints.copy()
    joints[1, 3:] = np.nan
    data = of(joints)
    assert data[0].error is None and data[1].error.startswith('3 of its points are known')


def test_frames_do_not_depend_on_each_other(of, joints):
    changed = joints.copy()
    changed[0] += .01
    before, after = input_checksums(of(joints)), input_checksums(of(changed))
    assert before[0] != after[0] and before[1] == after[1]


@pytest.mark.parametrize('up', TURNS)
@pytest.mark.parametrize('heading', [0., 1., 3.])
def test_bodies_are_shown_upright_from_the_front(of, joints, up, heading):
    c, s = np.cos(heading), np.sin(heading)
    about_y = np.array([[c, 0., s], [0., 1., 0.], [-s, 0., c]])
    turn = TURNS[up] @ about_y
    data = of(joints @ turn.T)
    assert f'having {up} up' in data.notes[-1] and data[0].world.up == up
    world = data[0].world
    assert np.linalg.det(world.upright) == pytest.approx(1.) and set(np.abs(world.upright).ravel()) == {0., 1.}
    to_front = turned_to_front(world) @ turn
    np.testing.assert_allclose(to_front @ [0., 1., 0.], [0., -1., 0.], atol=1e-6)  # up
    assert (to_front @ [0., 0., 1.])[2] < -.99  # to the camera
    assert (to_front @ [1., 0., 0.])[0] > .99  # the left hand is on the right


def test_what_is_y_up_stays_as_it_is(of, joints):
    np.testing.assert_array_equal(np.diag([1., -1., -1.]) @ of(joints)[0].world.upright, np.eye(3))


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match='no such file'):
        PointsOnly(str(tmp_path / 'a.trc'))
