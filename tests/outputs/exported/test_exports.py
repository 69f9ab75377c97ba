"""Exports: everything that is written for other programs is seen where the joints were detected."""

import csv
import importlib.util
import json
import shutil

import cv2
import numpy as np
import pytest
import trimesh

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_NAMES, SMPL_NAMES, TRACKED_LSP, TRACKED_SMPL
from lib.model_files import ModelSet
from lib.outputs.exported.exports import Exports
from lib.outputs.exported.meshes import MESH_KINDS
from lib.outputs.result_file import read_result
from lib.results import difference
from lib.run import command
from tests.detector_files import named_joints, write_kind
from tests.program import OUT, ROOT, SAMPLE, fitted_in

GENDER = 'female'
CAMERA_KEYS = ('K', 'R', 't')


@pytest.fixture(scope='module')
def exported(tmp_path_factory, model_dir):
    """A folder with every export of the sample's first photographs, enlarged 1.5 times; and the joints (2, 14, 3)."""
    base = tmp_path_factory.mktemp('exports')
    (base / 'photos').mkdir()
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        joints = data['est_joints'][:3, :, :2].transpose(2, 1, 0) * (1.5, 1.5, 1.)
    names = []
    for path in sorted((SAMPLE / 'images' / 'lsp').glob('*.jpg'))[:2]:
        cv2.imwrite(str(base / 'photos' / path.name), cv2.resize(cv2.imread(str(path)), None, fx=1.5, fy=1.5))
        names.append(path.name)
    found = write_kind('LSP NPZ', base / 'found', {name: [named_joints(lsp)] for name, lsp in zip(names, joints)}, {})
    for kind in MESH_KINDS:
        assert command.main([str(base / 'photos'), '--keypoints', str(found), '--out_dir', str(base / kind),
                             '--model_dir', str(model_dir), '--gender', GENDER, '--workers', '1', '-q', '--no_render',
                             '--save_mesh', kind, '--save_joints', '--save_params', '--save_camera']) == 0
        shutil.copytree(base / kind, base / OUT, dirs_exist_ok=True)
    return base / OUT, joints


def export(out, i, suffix):
    """The path of an export of the sample's photograph ``i``."""
    return out / f'{sorted((SAMPLE / "images" / "lsp").glob("*.jpg"))[i].stem}{suffix}'


def camera_of(path):
    return json.loads(path.read_text())


def seen(camera, points):
    """Pixels (P, 2) of points (P, 3), as any viewer has them: K (R X + t)."""
    matrix, rotation, translation = (np.array(camera[key]) for key in CAMERA_KEYS)
    pixels = (points @ rotation.T + translation) @ matrix.T
    return pixels[:, :2] / pixels[:, 2:]


def expected_mesh(out, i, model):
    """Vertices as the result pickle places them before its own camera, which is the enlarged photograph's."""
    result = read_result(out / f'{i:04d}.pkl')
    return model.vertices(result['betas'], result['pose']) + result['cam_t'], result['f'][0]


@pytest.mark.parametrize('i', [0, 1])
@pytest.mark.parametrize('kind', MESH_KINDS)
def test_mesh_reprojects(exported, models, kind, i):
    out, _ = exported
    camera, model = camera_of(export(out, i, '_camera.json')), models.body(GENDER)
    mesh = trimesh.load(export(out, i, f'.{kind}'), process=False, force='mesh')
    np.testing.assert_array_equal(mesh.faces, model.faces)
    placed, focal = expected_mesh(out, i, model)
    centre = np.array([camera['width'], camera['height']]) / 2
    wanted = focal * placed[:, :2] / placed[:, 2:] / camera['fit_scale'] + centre
    used = model.faces.ravel()  # trimesh drops other vertices of .obj files when it reads them
    np.testing.assert_allclose(seen(camera, mesh.vertices[used]), wanted[used], atol=1e-2)


@pytest.mark.parametrize('i', [0, 1])
def test_mesh_stands_upright_before_the_camera(exported, i):
    out, _ = exported
    with np.load(export(out, i, '_joints.npz')) as data:
        joints = dict(zip(data['names'], data['joints3d']))
    assert joints['head'][1] > joints['pelvis'][1] > joints['left_ankle'][1] and joints['pelvis'][2] < -5


@pytest.mark.parametrize('i', [0, 1])
def test_joints_reproject_to_the_detections(exported, i):
    out, detected = exported
    with np.load(export(out, i, '_joints.npz')) as data:
        assert tuple(data['names']) == SMPL_NAMES
        joints, pixels = data['joints3d'], data['joints2d']
    np.testing.assert_allclose(seen(camera_of(export(out, i, '_camera.json')), joints), pixels, atol=1e-6)
    limbs = [k for k, lsp in enumerate(TRACKED_LSP[:12]) if 'hip' not in LSP_NAMES[lsp]]
    distances = np.linalg.norm(pixels[TRACKED_SMPL[limbs]] - detected[i][TRACKED_LSP[limbs], :2], axis=1)
    assert distances.mean() < 15
    with open(export(out, i, '_joints.csv'), newline='') as file:
        rows = list(csv.DictReader(file))
    assert [row['name'] for row in rows] == list(SMPL_NAMES)
    np.testing.assert_array_equal([[float(row[key]) for key in ('x_m', 'y_m', 'z_m')] for row in rows], joints)
    np.testing.assert_array_equal([[float(row[key]) for key in ('u_px', 'v_px')] for row in rows], pixels)


@pytest.mark.parametrize('i', [0, 1])
def test_parameters_pose_smpl_into_the_mesh(exported, models, i):
    """SMPL's own forward function on poses and betas, plus trans: no camera, no other frame."""
    out, _ = exported
    model = models.body(GENDER)
    with np.load(export(out, i, '_params.npz'), allow_pickle=False) as data:
        poses, betas, trans = data['poses'], data['betas'], data['trans']
        assert str(data['gender']) == GENDER and float(data['mocap_framerate']) == 30. and str(data['up_axis']) == 'y'
        assert str(data['body']) == model.name
        assert str(data['body_checksum']) == json.loads((out / 'run.json').read_text())['models'][f'{GENDER} body']
    assert poses.shape == (1, 72) and betas.shape == (10,) and trans.shape == (1, 3)
    mesh = trimesh.load(export(out, i, '.ply'), process=False)
    np.testing.assert_allclose(model.vertices(betas, poses[0]) + trans[0], mesh.vertices, atol=1e-4)
    with np.load(export(out, i, '_joints.npz')) as data:
        joints = pose_body(model.tracked(10), betas[None], poses).joints[0]
        np.testing.assert_allclose(joints + trans[0], data['joints3d'], atol=1e-8)


def test_exports_of_lsps_data(fit, data_set, tmp_path):
    """The camera is that of the photograph, not of the enlarged one."""
    assert fit('--save_camera', '--save_mesh', 'ply').code == 0
    camera = camera_of(tmp_path / OUT / '0000_camera.json')
    height, width = cv2.imread(str(data_set.images[0])).shape[:2]
    assert camera['K'] == [[2500., 0., width / 2], [0., 2500., height / 2], [0., 0., 1.]]
    assert (camera['width'], camera['height'], camera['fit_scale']) == (width, height, 2.)
    assert (tmp_path / OUT / '0001.ply').exists() and not list((tmp_path / OUT).glob('*_joints.*'))


@pytest.mark.parametrize('origin', ['pelvis', 'feet'])
def test_a_mesh_turns_about_its_origin(fit, models, data_set, tmp_path, origin):
    """The node says where the body stands; names and camera are the photograph's."""
    wanted = '--save_mesh', 'glb', '--mesh_origin', origin, '--save_camera'
    assert fit(*wanted, '--subset', '1', '--gender_neutral').code == 0
    scene = trimesh.load(tmp_path / OUT / '0001.glb', process=False)
    (name, mesh), = scene.geometry.items()
    place = scene.graph[name][0][:3, 3]
    placed, _ = expected_mesh(tmp_path / OUT, 1, models.body('neutral'))
    np.testing.assert_allclose(mesh.vertices + place, placed * (1., -1., -1.), atol=1e-5)
    assert name == data_set.images[1].stem and np.abs(mesh.vertices[:, [0, 2]].mean(axis=0)).max() < 1.
    assert np.isclose(mesh.vertices[:, 1].min(), 0., atol=1e-6) if origin == 'feet' else mesh.vertices[:, 1].min() < -.1
    camera = camera_of(tmp_path / OUT / '0001_camera.json')
    focal, height = camera['K'][1][1], camera['height']
    assert np.isclose(np.tan(np.deg2rad(scene.camera.fov[1]) / 2), height / 2 / focal, rtol=1e-6)


# From Python


@pytest.mark.parametrize('wrong', [{'mesh': 'stl'}, {'mesh': 3}, {'joints': 'yes'}, {'params': 1}, {'amass': 'yes'},
                                   {'camera': None}, {'frame_rate': 0.}, {'frame_rate': float('nan')},
                                   {'frame_rate': '30'}])
def test_what_exports_cannot_be(wrong):
    with pytest.raises(InputError, match=f'{next(iter(wrong))}: .* given, wanted'):
        Exports(**wrong)


def test_example_gives_the_command_lines_result(run, tmp_path):
    spec = importlib.util.spec_from_file_location('fit_one', ROOT / 'data' / 'fit_one.py')
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    result = example.main(1, tmp_path / 'person.obj')
    assert run(SAMPLE, '--gender_neutral', '--out_dir', tmp_path / OUT, '--workers', 1, '-q', '--no_render',
               '--subset', '0-2', '--save_mesh', 'obj').code == 0
    assert fitted_in(tmp_path / OUT)[1] == '0001.pkl'
    assert max(difference(vars(result), read_result(tmp_path / OUT / '0001.pkl')).values()) < 1e-7
    paths = tmp_path / 'person.obj', tmp_path / OUT / '0001.obj'
    meshes = [trimesh.load(path, process=False).vertices for path in paths]
    np.testing.assert_allclose(*meshes, atol=1e-6)
    assert len(meshes[0]) == len(ModelSet(str(ROOT / 'models')).body('neutral').v_template)
