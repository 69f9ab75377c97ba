"""3D joints and other programs' estimates on the command line: what is fitted, what is written, what is refused."""

import csv

import cv2
import numpy as np
import pytest

from lib.body.kinematics import pose_body
from lib.body.skeleton import SMPL_NAMES
from lib.outputs.metrics import joint_error
from lib.outputs.result_file import read_result
from tests.program import DataSet

COUNT = 2
Z_UP = np.array([[1., 0., 0.], [0., 0., -1.], [0., 1., 0.]])


@pytest.fixture(scope='module')
def body(models):
    return models.body('neutral').tracked(10)


@pytest.fixture(scope='module')
def joints(body):
    """SMPL's joints (2, 24, 3), m, z up, away from the origin."""
    poses = np.random.default_rng(0).normal(0., .15, (COUNT, 72))
    return pose_body(body, np.zeros((COUNT, 10)), poses).joints @ Z_UP.T + [2., 3., 1.]


@pytest.fixture
def points_file(tmp_path, joints):
    path = tmp_path / 'walk.npz'
    np.savez(path, joints3d=1e3 * joints, joint_names=np.array(SMPL_NAMES), units='mm')
    return path


def rows_of(out):
    with open(out / 'summary.csv', newline='') as file:
        return list(csv.DictReader(file))


@pytest.fixture
def fit_points(run, model_dir, out, points_file):
    def fit_points(*options):
        return run('--joints3d', points_file, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, *options)
    return fit_points


def test_points_alone(fit_points, out, joints, body):
    """Results, pictures and exports without a photograph: joints where the points are, meshes stood up."""
    answer = fit_points('--views', '90', '--save_joints', '--save_params', '--save_mesh', 'obj')
    assert answer.code == 0, answer.errors
    for index, row in enumerate(rows_of(out)):
        assert row['status'] == 'fitted' and row['file'] == f'walk_{index:06d}'
        assert float(row['points_mm']) < 30. and float(row['energy_j3d']) > 0. and row['energy_j2d'] == ''
        with np.load(out / f'walk_{index:06d}_joints.npz') as data:
            assert joint_error(data['joints3d'], joints[index], aligned=False) < .03
            assert np.abs(data['joints3d'] - joints[index]).max() < .1 and np.isnan(data['joints2d']).all()
        with np.load(out / f'walk_{index:06d}_params.npz') as data:
            posed = pose_body(body, data['betas'][None], data['poses']).joints[0] + data['trans']
        assert np.abs(posed - joints[index] @ Z_UP).max() < .1  # y up
        heights = [float(line.split()[2]) for line in open(out / f'walk_{index:06d}.obj') if line.startswith('v ')]
        assert 1. < np.ptp(heights)
        picture = cv2.imread(str(out / f'{index:04d}.png'), cv2.IMREAD_UNCHANGED)
        assert picture.shape == (640, 480, 4) and picture[..., 3].any()
        assert (out / f'{index:04d}_view090.png').exists() and (out / 'gallery' / f'{index:04d}.jpg').exists()
    assert not list(out.glob('*overlay*'))


def test_a_second_run_has_nothing_to_do(fit_points, out, points_file, joints):
    assert fit_points().code == 0
    assert '2 skipped' in fit_points().printed
    (out / 'summary.csv').unlink()
    assert '2 skipped' in fit_points().printed
    assert all(float(row['points_mm']) < 30. and row['stature_m'] for row in rows_of(out))
    assert '2 given files only' in fit_points('--save_joints').printed
    joints = joints.copy()
    joints[1] += .01
    np.savez(points_file, joints3d=joints)
    assert '1 fitted' in fit_points().printed


def test_a_frame_that_cannot_be_fitted(fit_points, out, points_file, joints):
    joints = joints.copy()
    joints[0, 3:] = np.nan
    np.savez(points_file, joints3d=joints)
    answer = fit_points()
    assert answer.code == 1 and 'walk_000000: 3 of its points are known' in answer.errors
    assert [row['status'] for row in rows_of(out)] == ['failed', 'fitted']


@pytest.mark.parametrize('change, words', [
    ({'units': 'm'}, ['says that it is in m', 'are they mm?']),
    ({'joint_names': np.array([f'M{i}' for i in range(24)])}, ['fewer than 4'])])
def test_files_that_are_refused(fit_points, points_file, joints, change, words):
    np.savez(points_file, **{'joints3d': 1e3 * joints, **change})
    fit_points().assert_one_line(points_file, *words)


def test_mirrored_points_are_doubtful(fit_points, out, points_file, body):
    poses = np.zeros((COUNT, 72))
    poses[:, [12, 15]] = 1.
    joints = pose_body(body, np.zeros((COUNT, 10)), poses).joints
    np.savez(points_file, joints3d=joints * [-1., 1., 1.])
    answer = fit_points()
    assert answer.code == 0 and all('bend backwards' in row['message'] for row in rows_of(out))


@pytest.fixture(scope='module')
def photographs(tmp_path_factory):
    return DataSet(tmp_path_factory.mktemp('evidence') / 'data', COUNT)


@pytest.fixture
def results(fit_by_one, photographs, tmp_path):
    """A folder of results of the photographs, and their joints (2, 24, 3) in the cameras' frame."""
    out = tmp_path / 'first'
    assert fit_by_one(photographs, '--no_render', '--gender_neutral', out=out).code == 0
    return out, [read_result(str(out / f'{index:04d}.pkl')) for index in range(COUNT)]


def test_an_estimate(fit_by_one, photographs, out, results, tmp_path):
    """Results of this program serve as well, and are better or near after it."""
    folder, fits = results
    answer = fit_by_one(photographs, '--init', folder, '--gender_neutral', '--no_render')
    assert answer.code == 0, answer.errors
    rows = rows_of(out)
    assert all(float(row['energy_anchor']) >= 0. and row['steps_camera'] == '0' for row in rows)
    far = np.array([fit['pose'] for fit in fits]) + .2
    np.savez(tmp_path / 'far.npz', pose=far)
    moved = {}
    for near in '0', '1000':
        other = tmp_path / near
        answer = fit_by_one(photographs, '--init', tmp_path / 'far.npz', '--stay_near', near, '--gender_neutral',
                            '--no_render', out=other)
        assert answer.code == 0, answer.errors
        moved[near] = np.abs(read_result(str(other / '0000.pkl'))['pose'] - far[0]).max()
    assert moved['1000'] < .15 < .3 < moved['0']


def test_estimates_of_some_images(fit_by_one, photographs, out, results):
    """A folder of results of some of the images serves these; the others are fitted without."""
    folder, _ = results
    (folder / '0000.pkl').unlink()
    answer = fit_by_one(photographs, '--init', folder, '--gender_neutral', '--no_render')
    assert answer.code == 0 and 'has no estimates of im0001.jpg' in answer.errors, answer.errors
    assert [row['steps_camera'] == '0' for row in rows_of(out)] == [False, True]


def test_points_with_photographs(fit_by_one, photographs, out, results, body, tmp_path):
    """In any frame: the fit is in the camera's, and has its overlay."""
    joints = np.array([pose_body(body, fit['betas'][None], fit['pose'][None]).joints[0] for fit in results[1]])
    np.savez(tmp_path / 'j.npz', joints3d=joints @ Z_UP + 5.)
    answer = fit_by_one(photographs, '--joints3d', tmp_path / 'j.npz', '--gender_neutral')
    assert answer.code == 0, answer.errors
    for index, row in enumerate(rows_of(out)):
        found = read_result(str(out / f'{index:04d}.pkl'))
        posed = pose_body(body, found['betas'][None], found['pose'][None]).joints[0]
        assert joint_error(posed, joints[index], aligned=True) < .03 and float(row['points_mm']) < 40.
        assert float(row['reprojection_px']) < 8. and (out / f'{index:04d}_overlay.png').exists()


@pytest.mark.parametrize('option, content, words', [
    ('--joints3d', {'joints3d': np.random.default_rng(0).normal(0., .5, (3, 24, 3))}, ['is not clear']),
    ('--joints3d', {'joints3d': np.zeros((3, 24, 3)), 'joint_names': np.array(SMPL_NAMES)}, ['people span 0']),
    ('--init', {'pose': np.zeros((3, 72))}, ['estimates of 3 images or frames, wanted those of 2']),
    ('--init', {'pose': np.zeros((2, 70))}, ['shape (2, 70)']),
    ('--init', {'betas': np.zeros((2, 10))}, ['lacks pose'])])
def test_what_is_refused_with_photographs(fit_by_one, photographs, tmp_path, option, content, words):
    np.savez(tmp_path / 'given.npz', **content)
    fit_by_one(photographs, option, tmp_path / 'given.npz').assert_one_line('given.npz', *words)


def test_a_start_that_is_none(fit_by_one, photographs):
    fit_by_one(photographs, '--init', 'meen').assert_one_line('--init meen: wanted published, mean, or')
