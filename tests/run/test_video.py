"""Videos: frames, and fits that start from the last frame's."""

import cv2
import numpy as np
import pytest

from lib.body.projection import FOCAL, project
from lib.fitting import Problem, fit
from lib.fitting.tracking import MOVED_LITTLE, Tracker, moved
from lib.outputs.metrics import posed_points
from tests.detector_files import named_joints, write_kind
from tests.program import OUT, SAMPLE, fitted_in

FRAMES, RATE, STEP = 5, 12., 1.5


class Frame:
    """What a Tracker asks of a worker.Task."""

    gender = 'neutral'

    def __init__(self, frame):
        self.frame = frame


@pytest.fixture
def lsp():
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        return data['est_joints'][:3, :, 0].T.copy()


@pytest.fixture
def video(tmp_path):
    """A clip in which the sample's first photograph slides to the right, STEP px from frame to frame."""
    picture = cv2.imread(str(sorted((SAMPLE / 'images' / 'lsp').glob('*.jpg'))[0]))
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    writer = cv2.VideoWriter(str(tmp_path / 'clip.avi'), cv2.VideoWriter_fourcc(*'MJPG'), RATE, (width, height))
    for frame in range(FRAMES):
        shift = np.array([[1., 0., STEP * frame], [0., 1., 0.]])
        writer.write(cv2.warpAffine(picture, shift, (width, height)))
    writer.release()
    return tmp_path / 'clip.avi'


def keypoints_of(folder, lsp, frames=range(FRAMES)):
    images = {f'clip_{frame:012d}.png': [named_joints(lsp + (STEP * frame, 0., 0.))] for frame in frames}
    return write_kind('OpenPose BODY_25', folder / 'found', images, {})


@pytest.fixture
def fit_video(run, video, model_dir, tmp_path):
    def fit_video(keypoints, *options):
        return run('--video', video, '--keypoints', keypoints, '--out_dir', tmp_path / OUT, '--model_dir', model_dir,
                   '-q', *options)
    return fit_video


def summary(out):
    header, *rows = [line.split(',') for line in (out / 'summary.csv').read_text().splitlines()]
    return [dict(zip(header, row)) for row in rows]


def test_frames_start_from_the_last(fit_video, lsp, tmp_path):
    assert fit_video(keypoints_of(tmp_path, lsp), '--no_render', '--save_params', '--save_camera').code == 0
    rows = summary(tmp_path / OUT)
    assert len(fitted_in(tmp_path / OUT)) == FRAMES
    assert int(rows[0]['steps_camera']) > 0 and int(rows[0]['steps_1']) > 0
    assert [(row['steps_camera'], row['steps_1'], row['steps_3']) for row in rows[1:]] == [('0', '0',
                                                                                            '0')] * (FRAMES - 1)
    assert max(float(row['reprojection_px']) for row in rows) < 1.5 * float(rows[0]['reprojection_px'])
    trans = []
    for i in range(FRAMES):
        with np.load(tmp_path / OUT / f'{i:04d}_params.npz') as data:
            trans.append(data['trans'][0])
            assert float(data['mocap_framerate']) == RATE
    cameras = {(tmp_path / OUT / f'{i:04d}_camera.json').read_text().replace(f'clip_{i:06d}',
    '') for i in range(FRAMES)}
    assert len(cameras) == 1, 'the camera stands still'
    assert (np.diff(np.array(trans)[:, 0]) > 0).all(), 'the person moves to the right'


def test_a_frame_without_keypoints(fit_video, lsp, tmp_path):
    answer = fit_video(keypoints_of(tmp_path, lsp, [0, 1, 3, 4]), '--no_render')
    answer.assert_one_line('failed: 0002', 'clip_000002')
    rows = [row for row in summary(tmp_path / OUT) if row['status'] == 'fitted']
    assert [row['steps_camera'] == '0' for row in rows] == [False, True, False, True]


def test_pictures_of_frames(fit_video, lsp, tmp_path):
    assert fit_video(keypoints_of(tmp_path, lsp, [0]), '--subset', '0').code == 0
    assert (tmp_path / OUT / '0000_overlay.png').exists()


def test_viz_of_frames(fit_video, lsp, tmp_path, monkeypatch):
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    assert fit_video(keypoints_of(tmp_path, lsp), '--subset', '0-1', '--viz').code == 0
    assert (tmp_path / OUT / 'viz' / '0001.gif').exists()


# Tracking


def problem_of(lsp, shift=0.):
    return Problem(2. * lsp[:, :2] + shift, np.ones(14), np.array([200., 200.]), 'neutral', FOCAL)


def test_moved_finds_the_translation():
    rng = np.random.default_rng(0)
    points, translation = rng.normal(size=(13, 3)) * .4, np.array([.3, -.2, 25.])
    problem = problem_of(np.zeros((14, 3)))
    problem.joints[[*range(12), 13]] = project(points[None], translation[None], np.array([FOCAL]),
                                               problem.centre[None])[0]
    found, distance = moved(points, 25., problem)
    np.testing.assert_allclose(found, translation, atol=1e-9)
    assert distance < 1e-9


def test_tracker_knows_who_moved_little(models, body, lsp):
    tracker = Tracker()
    problem = tracker.start(Frame(0), problem_of(lsp))
    assert problem.known is None
    first = fit(problem, models)
    tracker.remember(Frame(0), first, posed_points(body, vars(first))[1])
    again = tracker.start(Frame(1), problem_of(lsp, 8.))
    assert again.known is not None
    later = fit(again, models)
    assert len(later.runs) == 1 and len(later.runs[0]) == 1 and later.camera_steps == 0
    assert later.final.energies['j2d'] < 1.05 * first.final.energies['j2d']


@pytest.mark.parametrize('frame, change', [
    (2, lambda lsp: lsp), (1, lambda lsp: lsp * (1, -1, 1)),
    (1, lambda lsp: lsp + np.array([0., 2 * MOVED_LITTLE, 0.]) * (np.arange(14) % 2)[:, None])],
    ids=['a frame is missing', 'upside down', 'limbs elsewhere'])
def test_tracker_starts_anew(models, body, lsp, frame, change):
    tracker = Tracker()
    first = fit(tracker.start(Frame(0), problem_of(lsp)), models)
    tracker.remember(Frame(0), first, posed_points(body, vars(first))[1])
    assert tracker.start(Frame(frame), problem_of(change(lsp))).known is None
