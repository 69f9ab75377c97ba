"""The sample data set: its files agree with each other, and its truth with the pictures and detections."""
from pathlib import Path

import cv2
import numpy as np
import pytest

from data.make.fits_picture import make_picture
from lib.body.body_model import load_body_model
from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_SHOULDERS, TRACKED_LSP
from lib.model_files import ModelSet

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / 'data' / 'results' / 'lsp'
PICTURES = sorted((ROOT / 'data' / 'images' / 'lsp').glob('*[0-9].jpg'))


@pytest.fixture(scope='module')
def truth():
    with np.load(RESULTS / 'ground_truth.npz') as data:
        return dict(data)


@pytest.fixture(scope='module')
def detections():
    with np.load(RESULTS / 'est_joints.npz') as data:
        return data['est_joints']


@pytest.fixture(scope='module')
def bodies():
    return [load_body_model(ROOT / 'models' / 'open' / f'{gender}.pkl') for gender in ('male', 'female')]


@pytest.fixture(scope='module')
def posed(truth, bodies):
    """The PosedBody of each person."""
    return [pose_body(bodies[gender].tracked(10), betas[None], pose[None])
            for gender, betas, pose in zip(truth['gender'], truth['betas'], truth['pose'])]


def test_files_agree(truth, detections):
    assert [path.name for path in PICTURES] == [f'im{i:04d}.jpg' for i in range(1, 25)]
    assert detections.shape == (3, 14, 24)
    genders = [int(line) for line in (RESULTS / 'lsp_gender.csv').read_text().split()]
    assert genders == truth['gender'].tolist() and set(genders) == {0, 1}
    sizes = [cv2.imread(str(path)).shape[1::-1] for path in PICTURES]
    np.testing.assert_array_equal(truth['size'], sizes)
    assert sum(path.stat().st_size for path in (ROOT / 'data').rglob('*') if path.is_file()) < 3e6


def test_truth_projects_to_its_joints(truth, posed):
    for i, body in enumerate(posed):
        np.testing.assert_allclose(body.joints[0], truth['joints3d'][i], atol=1e-4,
                                   err_msg='made with another body: run data/make/sample.py')
        seen = body.points[0] + truth['cam_t'][i]
        pixels = truth['focal_length'] / 2 * seen[:, :2] / seen[:, 2:] + truth['size'][i] / 2
        np.testing.assert_allclose(pixels, truth['joints2d'][i, TRACKED_LSP], atol=0.05)


def test_detections_are_near_the_truth_but_for_a_few(truth, detections):
    error = np.linalg.norm(detections[:2].T - truth['joints2d'], axis=2)
    assert 0.5 < np.median(error) < 4
    assert 3 <= np.count_nonzero(error > 15) < 0.1 * error.size
    confidence = detections[2].T
    assert confidence.min() >= 0 and confidence.max() <= 1
    assert confidence[error > 15].mean() < confidence[error < 5].mean()


def test_people_stand_upright_inside_the_picture(truth, posed):
    for i, body in enumerate(posed):
        joints = truth['joints2d'][i]
        assert (joints >= 0).all() and (joints <= truth['size'][i]).all()
        assert joints[[0, 5], 1].max() > joints[[2, 3], 1].max(), 'feet below hips'
        assert body.joints[0][0, 1] < body.joints[0][[7, 8], 1].max(), 'y points down'


def test_people_differ(truth, detections):
    assert len({pose.tobytes() for pose in truth['pose']}) == 24 and len(set(truth['clip'])) >= 4
    shoulders = 2 * np.linalg.norm(np.subtract(*detections[:2, LSP_SHOULDERS].transpose(1, 0, 2)), axis=0)
    assert np.count_nonzero(shoulders < 25) >= 3, 'side views'
    # left shoulder to the right of the right one: the person faces the camera
    facing = truth['joints2d'][:, 9, 0] > truth['joints2d'][:, 8, 0]
    assert 6 <= facing.sum() <= 18


def test_pictures_show_the_person_where_the_joints_are(truth):
    """Knees lie on the body: around a joint that is not hidden, the picture differs from the strip at its edge."""
    distances = []
    for i, path in enumerate(PICTURES):
        picture = cv2.GaussianBlur(cv2.imread(str(path)), (0, 0), 1.0).astype(float)
        for joint in (8, 9, 2, 3):
            column, row = np.round(truth['joints2d'][i, joint]).astype(int)
            distances.append(np.linalg.norm(picture[row, column] - picture[row, [2, -3]].mean(axis=0)))
    assert np.median(distances) > 30


def test_the_readme_shows_todays_fits():
    """But for a JPEG's losses, and what another processor's last digits make of a fit."""
    shown, made = cv2.imread(str(ROOT / 'data' / 'fits.jpg')), make_picture(ModelSet(str(ROOT / 'models')))
    height, width = made.shape[:2]
    assert shown.shape[0] == height and abs(shown.shape[1] - width) <= 4
    assert np.abs(cv2.resize(shown, (width, height)).astype(float) - made).mean() < 3.
