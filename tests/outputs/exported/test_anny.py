"""--save_anny: the open body in Anny's parameters, checked without Anny, whose chain of bones is written out here."""

import io

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.body_model import load_body_model
from lib.body.kinematics import pose_body
from lib.body.skeleton import SMPL_NAMES
from lib.outputs.exported.anny import GRID, anny_parameters, interpolate
from lib.outputs.exported.anny_t_pose import joint_places_among_heads, t_pose_motions
from tests.program import ROOT

OPEN = ROOT / 'models' / 'open'
CAM_T = np.array([.3, -.2, 20.])
#: Bones whose heads are joints of the open body as they are.
SAME = {'foot.L': 'left_ankle', 'lowerarm01.R': 'right_elbow', 'wrist.L': 'left_wrist', 'head': 'head',
        'neck01': 'neck', 'spine02': 'spine2', 'finger3-1.R': 'right_hand'}
TO_ANNY = np.array([[1., 0., 0.], [0., 0., -1.], [0., 1., 0.]]) @ np.diag([1., -1., -1.])


@pytest.fixture(scope='module', params=('female', 'male', 'neutral'))
def gender(request):
    return request.param


@pytest.fixture(scope='module')
def body(gender):
    return load_body_model(OPEN / f'{gender}.pkl')


@pytest.fixture(scope='module')
def known():
    with np.load(OPEN / 'anny.npz') as data:
        return dict(data)


def written(body, gender, betas, pose):
    with np.load(io.BytesIO(anny_parameters(body, gender, betas, pose, CAM_T, str(OPEN)))) as data:
        return dict(data)


def poses():
    rng = np.random.default_rng(4)
    pose = rng.normal(0., .3, 72)
    pose[:3] = np.pi, 0., 0.
    return pose, rng.normal(0., .7, 10)


def posed_heads(file, known):
    """Places (104, 3) of the bones' heads, by Anny's chain for 'local-ref': W = W_p [U_p' | 0] [D U | offset + d]."""
    numbers = np.append(1., interpolate(known['grid'], file['phenotypes']))
    heads = (numbers @ known['heads']).reshape(-1, 3)
    u, _, vt = np.linalg.svd((numbers @ known['directions']).reshape(-1, 3, 3))
    rest, reference = u @ vt, known['reference']
    out, turns = np.empty((len(heads), 3)), np.empty((len(heads), 3, 3))
    for bone, parent in enumerate(known['parents']):
        turn, shift = file['pose_parameters'][bone, :3, :3] @ reference[bone], file['pose_parameters'][bone, :3, 3]
        if parent < 0:
            turns[bone], out[bone] = reference[bone].T @ turn, reference[bone].T @ shift
            continue
        frame = turns[parent] @ reference[parent].T
        offset = heads[bone] - heads[parent]
        if known['parents'][parent] >= 0:
            offset = reference[parent] @ rest[parent].T @ offset
        turns[bone], out[bone] = frame @ turn, out[parent] + frame @ (offset + shift)
    return out


def test_bones_are_where_the_joints_are(body, gender, known):
    pose, betas = poses()
    file = written(body, gender, betas, pose)
    joints = pose_body(body.tracked(10), betas[None], pose[None]).joints[0] + CAM_T
    bones = list(file['bone_names'])
    heads = posed_heads(file, known)[[bones.index(bone) for bone in SAME]]
    off = np.linalg.norm(heads - joints[[SMPL_NAMES.index(joint) for joint in SAME.values()]] @ TO_ANNY.T, axis=1)
    assert off.max() < .03 and off.mean() < .015


def test_hands_are_where_the_bodys_are_however_tall_it_is(body, gender, known):
    """Anny's own person, who has not quite the body's limbs, would have a neutral body's off by 5 to 8 mm."""
    betas = 4. * np.eye(10)[0]
    file = written(body, gender, betas, np.zeros(72))
    joints = body.joint_regressor @ body.rest_shape(betas) + CAM_T
    ends = {bone: SAME[bone] for bone in ('wrist.L', 'finger3-1.R')}
    heads = posed_heads(file, known)[[list(file['bone_names']).index(bone) for bone in ends]]
    off = heads - joints[[SMPL_NAMES.index(joint) for joint in ends.values()]] @ TO_ANNY.T
    assert np.linalg.norm(off, axis=1).max() < .004


def test_bones_come_into_the_t_pose(known):
    """Arms along x with level palms, legs nearly upright, the mean person's."""
    heads = known['carried'][0].reshape(-1, 3)
    rotations, translations, joints = t_pose_motions(heads, known['bones'].tolist(), known['parents'].tolist())
    places = joint_places_among_heads(known['bones'].tolist())
    moved = (rotations @ heads[..., None])[..., 0] + translations
    np.testing.assert_allclose(places @ moved, joints, atol=1e-9)
    at = dict(zip(SMPL_NAMES, joints))
    for side, sign in (('left', 1.), ('right', -1.)):
        arm = np.array([at[f'{side}_{name}'] for name in ('shoulder', 'elbow', 'wrist')])
        assert (sign * np.diff(arm[:, 0]) > .2).all() and np.ptp(arm[:, 1]) < .02
        leg = at[f'{side}_ankle'] - at[f'{side}_hip']
        assert 0. < sign * leg[0] < .05 and leg[1] < -.7
    assert np.abs(joints[[1, 2, 16, 17]].mean(0)).max() < 1e-12


def test_motions_are_rigid_and_phenotypes_people(body, gender):
    file = written(body, gender, poses()[1], poses()[0])
    turns = file['pose_parameters'][:, :3, :3]
    np.testing.assert_allclose(turns @ turns.swapaxes(1, 2), np.broadcast_to(np.eye(3), turns.shape), atol=1e-6)
    np.testing.assert_allclose(np.linalg.det(turns), 1., atol=1e-6)
    assert list(file['phenotype_names']) == list(GRID)
    values = dict(zip(GRID, file['phenotypes']))
    assert GRID['age'][0] <= values['age'] <= GRID['age'][-1] and all(-1. <= value <= 2. for value in values.values())
    assert gender == 'neutral' or file['phenotypes'][0] == ('male', 'female').index(gender)
    assert len(np.unique(file['vertices'])) == len(body.weights)


def test_taller_and_stouter_people_are_annys_too(body, gender):
    taller, stouter = (dict(zip(GRID, np.subtract(*(written(body, gender, sign * np.eye(10)[i], np.zeros(72))[
        'phenotypes'] for sign in (1., -1.))))) for i in range(2))
    assert taller['height'] > .05 and stouter['weight'] > .1


def test_between_and_beyond_their_corners_people_change_evenly(known):
    """What Anny does with extrapolate_phenotypes."""
    grid = known['grid'].astype(float)

    def at(name, value):
        return interpolate(grid, [value if name == other else .75 for other in GRID])
    for name, corners in GRID.items():
        for low, high in zip(corners, corners[1:]):
            np.testing.assert_allclose(at(name, (low + high) / 2), (at(name, low) + at(name, high)) / 2, atol=1e-6)
        for end, inner, beyond in ((0, 1, corners[0] - .5), (-1, -2, corners[-1] + .5)):
            slope = (at(name, corners[end]) - at(name, corners[inner])) / (corners[end] - corners[inner])
            wanted = at(name, corners[end]) + slope * (beyond - corners[end])
            np.testing.assert_allclose(at(name, beyond), wanted, atol=1e-6)


def test_the_neutral_body_has_no_breasts_in_anny_either(known):
    """Between a man and a woman, with the smallest breasts."""
    body = load_body_model(OPEN / 'neutral.pkl')
    values = dict(zip(GRID, written(body, 'neutral', np.zeros(10), np.zeros(72))['phenotypes']))
    assert .2 < values['gender'] < .8 and values['cupsize'] < .25


def test_of_other_bodies_anny_has_no_like(models):
    pose, betas = poses()
    with pytest.raises(InputError, match='--save_anny: .* is not the open body'):
        anny_parameters(models.body('male'), 'male', betas, pose, CAM_T, str(OPEN))
