"""Several calibrated cameras on the command line: files, pictures, exports, and what is wrong in one line."""

import csv
import json

import cv2
import numpy as np
import pytest

from lib.body.kinematics import rotation_matrices
from lib.inputs.cameras.reading import read_rig
from lib.outputs.result_file import read_result
from tests import rigs
from tests.program import OUT, ROOT

CAMERAS = rigs.rig(2)
COUNT = 2


@pytest.fixture
def scene(tmp_path, body):
    """A calibration, keypoints and images of two cameras, in ``tmp_path``."""
    rigs.write_json(tmp_path / 'calib.json', CAMERAS)
    for own in CAMERAS:
        frames = [rigs.points_of(body, rigs.standing(bend=.5 + .1 * frame), (.1, .2, 1.)) for frame in range(COUNT)]
        rigs.write_openpose(tmp_path / 'poses' / own.name, [[rigs.joints_seen(own, points)] for points in frames])
        folder = tmp_path / 'images' / own.name
        folder.mkdir(parents=True)
        for frame, points in enumerate(frames):
            picture = np.full((640, 480, 3), 90, np.uint8)
            for place in own.project(points):
                cv2.circle(picture, tuple(np.rint(place).astype(int).tolist()), 12, (0, 0, 255), -1)
            cv2.circle(picture, (15, 15), 9, (255, 0, 0), -1)  # where the lens bends it
            cv2.imwrite(str(folder / f'{own.name}_{frame:012d}.png'), picture)
    return tmp_path


@pytest.fixture
def fit(run, scene, model_dir):
    """``fit(*options)``: fit the scene, quietly."""
    def fit(*options, calibration='calib.json', poses='poses'):
        return run('--cameras', scene / calibration, '--keypoints', scene / poses, '--out_dir', scene / OUT,
                   '--model_dir', model_dir, '--workers', 1, '-q', *options)
    return fit


def rows(scene):
    with open(scene / OUT / 'summary.csv', newline='') as file:
        return list(csv.DictReader(file))


def test_one_body_for_all_views(fit, scene, body):
    answer = fit(scene / 'images', '--save_joints', '--save_camera', '--save_params', '--save_mesh', 'obj', '--views',
                 '90')
    assert (answer.code, answer.errors) == (0, '')
    out = scene / OUT
    names = {path.name for path in out.iterdir()}
    assert {'0000.pkl', '0001_overlay_01.png', '0001_overlay_02.png', '0000_view090.png', 'frame_000001.obj'} <= names
    assert not {'0000.png', '0000_overlay.png'} & names
    assert (out / 'gallery' / '0001.jpg').exists() and (out / 'gallery' / '0000.js').exists()
    with np.load(out / 'frame_000001_joints.npz') as found:
        places, seen, cameras = found['joints3d'], found['joints2d'], found['cameras']
    truth = rigs.points_of(body, rigs.standing(bend=.6), (.1, .2, 1.))
    assert np.linalg.norm(places[[8, 5, 2, 1, 4, 7, 21, 19, 17, 16, 18, 20]] - truth[:12], axis=1).mean() < .05
    assert cameras.tolist() == ['cam_01', 'cam_02']
    for own, pixels in zip(read_rig(str(out / 'frame_000001_camera.json')).cameras, seen):
        assert pixels == pytest.approx(own.project(places), abs=1e-6)
    result = read_result(str(out / '0001.pkl'))
    with np.load(out / 'frame_000001_params.npz') as params:
        assert params['trans'][0] == pytest.approx(result['cam_t'])
    for row in rows(scene):
        assert row['status'] == 'fitted' and row['views'].count(' px (') == 2 and row['views'].startswith('cam_01 ')
        assert float(row['reprojection_px']) < 8.
    assert 'cam_02' in (out / 'index.html').read_text()


def test_meshes_are_stood_up(fit, scene):
    """Of a world with z up: (x, y, z) is at (x, z, -y), as Blender turns it back; AMASS has z up."""
    fit('--no_render', '--save_mesh', 'obj', '--save_amass', '--save_joints', '--save_params')
    with np.load(scene / OUT / 'frame_000000_joints.npz') as found:
        places = found['joints3d']
    lines = [line.split()[1:4] for line in (scene / OUT / 'frame_000000.obj').read_text().splitlines()
             if line.startswith('v ')]
    stood = np.array(lines, dtype=float)
    back = stood[:, [0, 2, 1]] * (1., -1., 1.)
    assert np.linalg.norm(back.mean(axis=0) - places.mean(axis=0)) < .25
    assert np.ptp(stood[:, 1]) == pytest.approx(np.ptp(places[:, 2]), abs=.35)
    with np.load(scene / OUT / 'frame_000000_params.npz') as world, np.load(
            scene / OUT / 'frame_000000_amass.npz') as amass:
        assert str(world['up_axis']) == 'z'
        assert amass['trans'] == pytest.approx(world['trans'], abs=1e-9)
        turns = [rotation_matrices(poses['poses'][0, :3]) for poses in (amass, world)]
        assert turns[0] == pytest.approx(turns[1], abs=1e-9)


def test_overlays_lie_on_the_straightened_pictures(fit, scene):
    """The body covers most of the dots at its joints."""
    fit(scene / 'images', '--overlay_opacity', '1', '--model_dir', ROOT / 'models')
    for number, own in enumerate(CAMERAS, start=1):
        overlay = cv2.imread(str(scene / OUT / f'0000_overlay_{number:02d}.png'))
        picture = own.straighten_picture(cv2.imread(str(scene / 'images' / own.name / f'{own.name}_{0:012d}.png')))
        assert overlay.shape == picture.shape
        red, left = ((image[..., 2] > 200) & (image[..., 0] < 60) for image in (picture, overlay))
        assert left.sum() < .5 * red.sum()
        assert (overlay[:40] == picture[:40]).all() and (picture[:40, :40, 0] == 255).any()


def test_pictures_are_grey_where_none_are_given(fit, scene):
    assert fit().code == 0
    overlay = cv2.imread(str(scene / OUT / '0001_overlay_02.png'))
    assert overlay.shape == (640, 480, 3) and (overlay[0, 0] == 128).all() and (overlay != 128).any()


def test_a_run_goes_on_and_makes_what_is_missing(fit, scene):
    fit(scene / 'images', '--no_render')
    before = (scene / OUT / '0000.pkl').read_bytes()
    assert not (scene / OUT / '0000_overlay_01.png').exists()
    assert fit(scene / 'images', '--save_joints').code == 0
    assert (scene / OUT / '0000.pkl').read_bytes() == before
    assert (scene / OUT / '0000_overlay_02.png').exists() and (scene / OUT / 'frame_000000_joints.csv').exists()
    (scene / OUT / 'summary.csv').unlink()
    assert fit(scene / 'images', '--save_joints').code == 0
    assert [row['file'] for row in rows(scene)] == ['frame_000000', 'frame_000001']


def test_one_calibrated_camera(fit, scene):
    rigs.write_json(scene / 'one.json', CAMERAS[:1])
    answer = fit(scene / 'images' / 'cam_01', calibration='one.json', poses='poses/cam_01')
    assert (answer.code, answer.errors) == (0, '')
    assert [row['views'].count('px') for row in rows(scene)] == [1, 1]


def test_two_workers_do_the_same(run, fit, scene, model_dir):
    fit('--no_render')
    one = (scene / OUT / '0001.pkl').read_bytes()
    run('--cameras', scene / 'calib.json', '--keypoints', scene / 'poses', '--out_dir', scene / 'two', '--model_dir',
        model_dir, '--workers', 2, '-q', '--no_render')
    assert read_result(str(scene / 'two' / '0001.pkl'))['pose'] == pytest.approx(
        read_result(str(scene / OUT / '0001.pkl'))['pose'], abs=1e-9) and one


def spoil_rotation(scene):
    change(scene, lambda camera: camera.update(R=(1.2 * np.array(camera['R'])).tolist()))


def spoil_unit(scene):
    change(scene, lambda camera: camera.update(t=(30. * np.array(camera['t'])).tolist()))


def spoil_name(scene):
    change(scene, lambda camera: camera.update(name=camera['name'].replace('01', '07')))


def spoil_count(scene):
    sorted((scene / 'poses' / 'cam_02').iterdir())[-1].unlink()


def spoil_size(scene):
    change(scene, lambda camera: camera.update(size=[640, 480], K=[[700, 0, 320], [0, 700, 240], [0, 0, 1]]))


def change(scene, edit):
    path = scene / 'calib.json'
    told = json.loads(path.read_text())
    for camera in told['cameras']:
        edit(camera)
    path.write_text(json.dumps(told))


@pytest.mark.parametrize('spoil, words', [
    (spoil_rotation, ('calib.json: camera cam_01: its R is no rotation matrix',)),
    (spoil_unit, ('calib.json: by it people are', 'wanted a calibration in metres')),
    (spoil_name, ('cam_01: is of no camera of', 'cam_07, cam_02')),
    (spoil_count, ('cam_02: has 1 frame,', 'cam_01 has 2')),
    (spoil_size, ('480 x 640 px, and it is calibrated for 640 x 480',))])
def test_what_is_wrong_is_said_in_one_line(fit, scene, spoil, words):
    spoil(scene)
    answer = fit(scene / 'images') if spoil is spoil_size else fit()
    assert answer.code == 2 and not (scene / OUT).exists()
    answer.assert_one_line(*words)
