"""Clips as motions: one shape, gaps that are carried over, files of the whole, and runs that go on."""

import os
import sys

import cv2
import numpy as np
import pytest

from lib.motion import WAY
from lib.outputs.result_file import read_result
from tests.program import OUT, assert_same, fitted_in
from tests.run.clips import FRAMES, RATE, STEP, keypoints_of, summary


@pytest.fixture
def move(run, video, model_dir, tmp_path):
    def move(keypoints, *options, out=tmp_path / OUT):
        return run('--video', video, '--keypoints', keypoints, '--out_dir', out, '--model_dir', model_dir, '-q',
                   '--no_render', *options)
    return move


def params(out, name='clip_params.npz'):
    with np.load(out / name) as data:
        return dict(data)


def test_a_clip_is_one_motion(move, lsp, tmp_path):
    assert move(keypoints_of(tmp_path, lsp), '--save_motion', 'bvh', '--save_params').code == 0
    out = tmp_path / OUT
    results = [read_result(str(out / name)) for name in fitted_in(out)]
    assert len(results) == FRAMES
    assert all((result['betas'] == results[0]['betas']).all() for result in results)
    whole = params(out)
    assert whole['poses'].shape == (FRAMES, 72) and whole['seen'].all() and float(whole['mocap_framerate']) == RATE
    np.testing.assert_array_equal(whole['betas'], results[0]['betas'])
    np.testing.assert_allclose(whole['poses'][:, 3:], [result['pose'][3:] for result in results])
    moved = np.diff(whole['trans'][:, 0])
    assert (moved > 0).all() and np.ptp(moved) < .2 * moved.mean(), 'the person slides evenly to the right'
    assert f'Frames: {FRAMES}' in (out / 'clip.bvh').read_text()
    assert sorted(path.name for path in out.glob('clip*')) == ['clip.bvh', 'clip_params.npz']


def test_frames_without_the_person_are_carried_over_and_marked(move, lsp, tmp_path):
    answer = move(keypoints_of(tmp_path, lsp, [0, 1, 3, 4]), '-q')
    assert answer.code == 0
    rows = summary(tmp_path / OUT)
    assert rows[2]['status'] == 'doubtful'
    assert 'holds no keypoints for it: carried on from the frames around it' in rows[2]['message']
    assert params(tmp_path / OUT)['seen'].tolist() == [True, True, False, True, True]
    places = [read_result(str(tmp_path / OUT / f'000{i}.pkl'))['cam_t'][0] for i in (1, 2, 3)]
    assert places[0] < places[1] < places[2]


def test_what_is_bridged_is_said(run, video, lsp, model_dir, tmp_path):
    answer = run('--video', video, '--keypoints', keypoints_of(tmp_path, lsp, [0, 1, 3, 4]), '--out_dir',
                 tmp_path / OUT, '--model_dir', model_dir, '--no_render')
    assert 'frames in which nobody was seen, carried on from those around them: 2' in answer.printed + answer.errors


@pytest.mark.parametrize('rate, doubted', [(1000., True), (4., True), (240., False)])
def test_a_rate_that_few_cameras_have_is_told(run, lsp, model_dir, tmp_path, rate, doubted):
    clip, blank = tmp_path / 'clip.avi', np.zeros((480, 640, 3), np.uint8)
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter_fourcc(*'MJPG'), rate, (640, 480))
    for _ in range(FRAMES):
        writer.write(blank)
    writer.release()
    command = ['--video', clip, '--keypoints', keypoints_of(tmp_path, lsp), '--model_dir', model_dir, '--no_render']
    told = f'clip.avi: says that it has {rate:g} frames per second'
    assert (told in run(*command, '--out_dir', tmp_path / 'a').errors) == doubted
    assert told not in run(*command, '--out_dir', tmp_path / 'b', '--frame_rate', '30').errors


def test_the_ends_of_a_clip_are_not_made_up(move, lsp, tmp_path):
    answer = move(keypoints_of(tmp_path, lsp, [1, 2, 3]))
    assert answer.code == 1 and 'failed: 0000' in answer.errors and 'failed: 0004' in answer.errors
    assert params(tmp_path / OUT)['frames'].tolist() == [1, 2, 3]


@pytest.mark.parametrize('first', [['--subset', '1-2'], ['--subset', '4']])
def test_a_run_that_goes_on_ends_as_one_run(move, lsp, tmp_path, first):
    """Whichever frames were done: the motion is that of the whole clip."""
    keypoints = keypoints_of(tmp_path, lsp, [0, 1, 3, 4])
    assert move(keypoints, out=tmp_path / 'whole' / OUT).code == 0
    assert move(keypoints, *first).code == 0
    before = {name: os.stat(tmp_path / OUT / name).st_mtime_ns for name in fitted_in(tmp_path / OUT)}
    assert move(keypoints).code == 0
    assert all(os.stat(tmp_path / OUT / name).st_mtime_ns == moment for name, moment in before.items())
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


def test_mended_joints_change_the_whole_motion(move, lsp, tmp_path):
    first, second = tmp_path / 'first', tmp_path / 'second'
    first.mkdir()
    second.mkdir()
    assert move(keypoints_of(first, lsp)).code == 0
    before = [read_result(str(tmp_path / OUT / name))['pose'] for name in fitted_in(tmp_path / OUT)]
    assert move(keypoints_of(second, lsp, range(FRAMES - 1))).code == 1
    after = [read_result(str(tmp_path / OUT / name))['pose'] for name in fitted_in(tmp_path / OUT)]
    assert len(after) >= FRAMES - 1 and all((a != b).any() for a, b in zip(before, after[:FRAMES - 1]))


def test_everybody_has_a_motion(move, lsp, tmp_path):
    keypoints = keypoints_of(tmp_path, lsp, others=[(40., 3., 0.)])
    assert move(keypoints, '--person', 'all', '--save_motion', 'glb').code == 0
    out = tmp_path / OUT
    assert len(fitted_in(out)) == 2 * FRAMES
    assert sorted(path.name for path in out.glob('clip#*')) == [
        'clip#0.glb', 'clip#0_params.npz', 'clip#1.glb', 'clip#1_params.npz']
    assert params(out, 'clip#1_params.npz')['trans'][0, 0] > params(out, 'clip#0_params.npz')['trans'][0, 0] + .1


def test_one_of_several_is_not_seen_for_a_frame(move, lsp, tmp_path):
    keypoints = keypoints_of(tmp_path, lsp, others=[(40., 3., 0.)])
    assert move(keypoints, '--person', 'all', out=tmp_path / 'whole').code == 0
    (tmp_path / 'one').mkdir()
    (alone := next(keypoints_of(tmp_path / 'one', lsp, [2]).iterdir())).replace(keypoints / alone.name)
    assert move(keypoints, '--person', 'all').code == 0
    assert len(fitted_in(tmp_path / OUT)) == 2 * FRAMES - 1
    whole, gap = params(tmp_path / 'whole', 'clip#1_params.npz'), params(tmp_path / OUT, 'clip#1_params.npz')
    assert gap['seen'].tolist() == [True, True, False, True, True] and gap['frames'].tolist() == list(range(FRAMES))
    assert np.abs(gap['trans'] - whole['trans'])[:, :2].max() < .05


def test_the_files_of_the_clip_are_told(run, video, lsp, model_dir, tmp_path):
    command = ['--video', video, '--keypoints', keypoints_of(tmp_path, lsp), '--out_dir', tmp_path / OUT,
               '--model_dir', model_dir, '--no_render']
    assert 'of the whole clip: clip_params.npz\n' in run(*command).printed
    assert 'of the whole clip: clip_params.npz, clip.bvh\n' in run(*command, '--save_motion', 'bvh').printed
    answer = run(*command, '--frame_by_frame')
    assert answer.code == 2 and f"motion '12 frames per second, way {WAY}' there only" in answer.errors


def test_frames_of_another_versions_motion_are_not_gone_on_with(run, video, lsp, model_dir, tmp_path):
    """Their shape is another's, and nothing leads from one to the other."""
    command = ['--video', video, '--keypoints', keypoints_of(tmp_path, lsp), '--out_dir', tmp_path / OUT,
               '--model_dir', model_dir, '--no_render']
    assert run(*command, '--subset', '0-1').code == 0
    path = tmp_path / OUT / 'run.json'
    path.write_text(path.read_text().replace(f', way {WAY}', ''))  # as it was before ways were counted
    answer = run(*command)
    assert answer.code == 2 and "motion '12 frames per second' there, '12 frames per second, way" in answer.errors


def test_pictures_and_their_film(run, video, lsp, model_dir, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'av', None)
    answer = run('--video', video, '--keypoints', keypoints_of(tmp_path, lsp, [0, 2]), '--out_dir', tmp_path / OUT,
                 '--model_dir', model_dir, '--subset', '0-2', '--workers', '1')
    assert answer.code == 0
    assert 'clip.mp4: MPEG-4, which browsers do not play; with PyAV (pip install av)' in answer.printed
    assert all((tmp_path / OUT / f'000{i}_overlay.png').exists() for i in range(3))
    capture = cv2.VideoCapture(str(tmp_path / OUT / 'clip.mp4'))
    frames = [capture.read() for _ in range(4)]
    assert [good for good, _ in frames] == [True, True, True, False]
    overlay = cv2.imread(str(tmp_path / OUT / '0001_overlay.png'))
    assert np.abs(frames[1][1].astype(float) - overlay[:frames[1][1].shape[0], :frames[1][1].shape[1]]).mean() < 8


def test_frame_by_frame_is_another_way(move, lsp, tmp_path):
    keypoints = keypoints_of(tmp_path, lsp)
    assert move(keypoints, '--frame_by_frame').code == 0
    move(keypoints).assert_one_line('error', 'motion')
    assert not (tmp_path / OUT / 'clip_params.npz').exists()


@pytest.mark.parametrize('then, left', [(['--frame_by_frame'], []), (['--gradient', 'exact'], ['clip_params.npz'])])
def test_files_of_a_motion_that_is_no_more_go(move, lsp, tmp_path, then, left):
    keypoints = keypoints_of(tmp_path, lsp)
    assert move(keypoints, '--save_motion', 'bvh', '--save_amass').code == 0
    (tmp_path / OUT / 'clip.mp4').write_bytes(b'a film of then')
    assert move(keypoints, '--overwrite', *then).code == 0
    assert sorted(path.name for path in (tmp_path / OUT).glob('clip[._]*[!0-9]')) == left


def test_files_of_a_motion_stay_where_no_frame_is_fitted(move, lsp, tmp_path):
    """Those without the person fail again."""
    keypoints = keypoints_of(tmp_path, lsp, [1, 2, 3])
    assert move(keypoints, '--save_motion', 'bvh').code == 1
    (tmp_path / OUT / 'clip.mp4').write_bytes(b'a film of then')
    assert move(keypoints, '--save_amass', '--save_joints').code == 1
    assert {'clip.bvh', 'clip_amass.npz', 'clip.mp4'} <= set(os.listdir(tmp_path / OUT))


def test_a_film_of_other_pictures_goes(move, lsp, tmp_path, run, video, model_dir, monkeypatch):
    """Where the run ends before there is a new one, too."""
    options = ('--video', video, '--keypoints', keypoints_of(tmp_path, lsp), '--out_dir', tmp_path / OUT, '--model_dir',
               model_dir, '-q', '--workers', '1')
    assert run(*options).code == 0
    monkeypatch.setattr('lib.run.clips.write_clips', lambda *_, **__: None)
    assert run(*options, '--overlay_opacity', '1').code == 0
    assert not (tmp_path / OUT / 'clip.mp4').exists()


def test_a_file_of_somebody_elses_stays(move, lsp, tmp_path):
    (tmp_path / OUT).mkdir()
    (tmp_path / OUT / 'clip_params.npz').write_bytes(b'mine')
    move(keypoints_of(tmp_path, lsp)).assert_one_line('error', 'clip_params.npz: a run would replace it')
    assert (tmp_path / OUT / 'clip_params.npz').read_bytes() == b'mine'


def test_a_clip_of_one_frame_and_frames_far_apart(move, lsp, tmp_path):
    assert move(keypoints_of(tmp_path, lsp, [2]), '--subset', '2').code == 0
    assert params(tmp_path / OUT)['poses'].shape == (1, 72)


def test_one_who_jumps_is_followed_not_smoothed_away(move, lsp, tmp_path):
    """STEP px a frame are 18 px a second here; the fits follow the joints as single ones do."""
    assert move(keypoints_of(tmp_path, lsp)).code == 0
    errors = [float(row['reprojection_px']) for row in summary(tmp_path / OUT)]
    assert np.ptp(errors) < 2. * STEP


def test_a_folder_of_frames_is_a_clip(move, run, video, lsp, model_dir, tmp_path):
    frames, capture = tmp_path / 'clip', cv2.VideoCapture(str(video))
    frames.mkdir()
    for frame in range(FRAMES):
        cv2.imwrite(str(frames / f'clip_{frame:012d}.png'), capture.read()[1])
    keypoints = keypoints_of(tmp_path, lsp)
    assert move(keypoints, out=tmp_path / 'file' / OUT).code == 0
    assert run('--video', frames, '--frame_rate', RATE, '--keypoints', keypoints, '--out_dir', tmp_path / OUT,
               '--model_dir', model_dir, '-q', '--no_render').code == 0
    both = [params(out) for out in (tmp_path / OUT, tmp_path / 'file' / OUT)]
    np.testing.assert_allclose(both[0]['poses'], both[1]['poses'], atol=1e-9)
    assert float(both[0]['mocap_framerate']) == RATE


def test_a_frame_called_as_its_clip(run, lsp, model_dir, tmp_path):
    """The mesh of the one would be the motion of the other."""
    frames = tmp_path / 'Clip_000000000004'
    frames.mkdir()
    for frame in range(FRAMES):
        cv2.imwrite(str(frames / f'clip_{frame:012d}.png'), np.zeros((480, 640, 3), np.uint8))
    command = ['--video', frames, '--keypoints', keypoints_of(tmp_path, lsp), '--model_dir', model_dir, '--no_render',
               '--out_dir', tmp_path / OUT, '--save_motion', 'glb', '--save_mesh']
    answer = run(*command, 'glb')
    assert answer.code == 2 and "Clip_000000000004.glb would be a frame's mesh and the clip's motion" in answer.errors
    assert not (tmp_path / OUT).exists()
    assert run(*command, 'ply').code == 0
