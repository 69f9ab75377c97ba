"""Videos: frames, fits that start from the last frame's, and runs that are stopped and go on."""

import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from lib.run import batch, command, pool
from lib.run.batch import outcomes_of_frames
from lib.run.stopping import Stopped
from lib.run.worker_process import work
from tests.detector_files import named_joints, write_kind
from tests.program import OUT, assert_same, fitted_in
from tests.run.clips import FRAMES, RATE, STEP, keypoints_of, summary


@pytest.fixture
def fit_video(run, video, model_dir, tmp_path):
    def fit_video(keypoints, *options, out=tmp_path / OUT):
        return run('--video', video, '--keypoints', keypoints, '--out_dir', out, '--model_dir', model_dir, '-q',
                   '--frame_by_frame', *options)
    return fit_video


def test_frames_start_from_the_last(fit_video, lsp, tmp_path):
    assert fit_video(keypoints_of(tmp_path, lsp), '--no_render', '--save_params', '--save_camera').code == 0
    rows = summary(tmp_path / OUT)
    assert len(fitted_in(tmp_path / OUT)) == FRAMES
    assert int(rows[0]['steps_camera']) > 0 and int(rows[0]['steps_1']) > 0
    later = [(row['steps_camera'], row['steps_1'], row['steps_3']) for row in rows[1:]]
    assert later == [('0', '0', '0')] * (FRAMES - 1)
    assert max(float(row['reprojection_px']) for row in rows) < 1.5 * float(rows[0]['reprojection_px'])
    trans = []
    for i in range(FRAMES):
        with np.load(tmp_path / OUT / f'clip_{i:06d}_params.npz') as data:
            trans.append(data['trans'][0])
            assert float(data['mocap_framerate']) == RATE
    cameras = {(tmp_path / OUT / f'clip_{i:06d}_camera.json').read_text().replace(f'clip_{i:06d}', '')
               for i in range(FRAMES)}
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


def test_workers_that_cannot_be_begun_change_nothing(fit_video, lsp, tmp_path, monkeypatch):
    """Then this process makes the pictures of what it fitted."""
    def outcomes(options, chunks, count, held):
        raise pool.NoProcesses('no worker process can be started (none)')
    monkeypatch.setattr(pool, 'outcomes', outcomes)
    monkeypatch.setattr(batch, 'worker_count', lambda asked, images: asked)
    keypoints = keypoints_of(tmp_path, lsp, [0, 1])
    assert fit_video(keypoints, '--workers', 1, '--subset', '0-2', out=tmp_path / 'whole' / OUT).code == 1
    fit_video(keypoints, '--workers', 2, '--subset', '0-2').assert_one_line('failed: 0002', 'clip_000002')
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


@pytest.mark.slow
@pytest.mark.parametrize('person', ['0', 'all'])
def test_pictures_made_beside_the_fits_are_the_same(fit_video, lsp, tmp_path, person):
    """Whoever makes them; a frame that fails is told in its place."""
    keypoints = keypoints_of(tmp_path, lsp, [0, 1, 3, 4], others=[(4., 3., 0.)])
    options = ['--person', person, '--save_mesh', 'glb', '--save_joints']
    for workers, out in ((1, tmp_path / 'whole' / OUT), (2, tmp_path / OUT)):
        fit_video(keypoints, *options, '--workers', workers, out=out).assert_one_line('failed: 000', 'clip_000002')
    assert len(list((tmp_path / OUT).glob('*_overlay.png'))) == (8 if person == 'all' else 4)
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


def mortal(connection, options):
    """A worker that dies when it gets frame 1: once, or always."""
    class Pipe:
        send = connection.send

        def recv(self):
            tasks, mark = connection.recv(), Path(os.environ['MARK'])
            if any(task.sample.index == 1 for task in tasks) and not mark.exists():
                if mark.parent.exists():
                    mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return tasks
    work(Pipe(), options)


@pytest.mark.slow
@pytest.mark.parametrize('once', [True, False])
def test_a_worker_that_dies_costs_one_frame_at_most(fit_video, lsp, tmp_path, monkeypatch, once):
    """Later frames start from its fit all the same; a later run makes what is missing."""
    keypoints = keypoints_of(tmp_path, lsp)
    assert fit_video(keypoints, '--workers', '1', out=tmp_path / 'whole' / OUT).code == 0
    monkeypatch.setenv('MARK', str(tmp_path / 'died' if once else tmp_path / 'nowhere' / 'died'))
    monkeypatch.setattr(pool, 'outcomes', partial(pool.outcomes, target=mortal))
    answer = fit_video(keypoints, '--workers', '2')
    monkeypatch.undo()
    if not once:
        answer.assert_one_line('failed: 0001', 'a worker process died at work on it (SIGKILL)')
        answer = fit_video(keypoints, '--workers', '2')
    assert answer.code == 0
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


@pytest.mark.slow
def test_a_run_that_is_stopped_while_others_make_its_pictures(fit_video, lsp, tmp_path, stopped, monkeypatch):
    """Frames may be done in another order than they follow on each other."""
    keypoints, options = keypoints_of(tmp_path, lsp), ['--workers', '2']
    assert fit_video(keypoints, '--workers', '1', out=tmp_path / 'whole' / OUT).code == 0
    assert go_on(fit_video, stopped, monkeypatch, keypoints, [1, 2], *options, out=tmp_path / OUT).code == 0
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


def test_viz_of_frames(fit_video, lsp, tmp_path, monkeypatch):
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    assert fit_video(keypoints_of(tmp_path, lsp), '--subset', '0-1', '--viz').code == 0
    assert (tmp_path / OUT / 'viz' / '0001.gif').exists()


# Stopped, and gone on with


@pytest.fixture
def stopped(monkeypatch):
    """``stopped(count)``: the next run ends as on Ctrl-C when it has so many Outcomes."""
    def stopped(count):
        def work(*arguments):
            for number, outcome in enumerate(outcomes_of_frames(*arguments)):
                if number == count:
                    raise Stopped(signal.SIGINT)
                yield outcome
        monkeypatch.setattr(command, 'outcomes_of_frames', work)
    return stopped


def go_on(fit_video, stopped, monkeypatch, keypoints, stops, *options, out):
    """Run, stopped after so many Outcomes in each of ``stops``, until nothing is left to do; the last Answer."""
    for count in stops:
        stopped(count)
        assert fit_video(keypoints, *options, out=out).code == 130
        monkeypatch.undo()
    return fit_video(keypoints, *options, out=out)


@pytest.mark.parametrize('stops', [[1], [2], [4], [1, 1, 1]], ids=str)
def test_a_resumed_video_is_that_of_one_run(fit_video, lsp, tmp_path, stopped, monkeypatch, stops):
    keypoints, options = keypoints_of(tmp_path, lsp), ['--no_render', '--save_params']
    assert fit_video(keypoints, *options, out=tmp_path / 'whole' / OUT).code == 0
    assert go_on(fit_video, stopped, monkeypatch, keypoints, stops, *options, out=tmp_path / OUT).code == 0
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


def test_a_mended_frame_and_those_behind_it(fit_video, lsp, tmp_path):
    """Each starts from the last; those before stay."""
    keypoints = keypoints_of(tmp_path, lsp)
    assert fit_video(keypoints, '--no_render').code == 0
    before = {name: (tmp_path / OUT / name).stat().st_mtime_ns for name in fitted_in(tmp_path / OUT)}
    mended = {f'clip_{frame:012d}.png': [named_joints(lsp + (STEP * frame, (frame == 2) * 1., 0.))]
              for frame in range(FRAMES)}
    keypoints = write_kind('OpenPose BODY_25', tmp_path / 'mended', mended, {})
    for out in tmp_path / OUT, tmp_path / 'whole' / OUT, tmp_path / OUT:
        assert fit_video(keypoints, '--no_render', out=out).code == 0
    after = {name: (tmp_path / OUT / name).stat().st_mtime_ns for name in before}
    assert [before[name] == after[name] for name in sorted(before)] == [True, True] + [False] * (FRAMES - 2)
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


@pytest.mark.parametrize('workers', [1, pytest.param(2, marks=pytest.mark.slow)])
def test_pictures_of_frames_on_a_later_run(fit_video, lsp, tmp_path, workers):
    """Some of which are fitted only then, from those before."""
    keypoints = keypoints_of(tmp_path, lsp)
    assert fit_video(keypoints, '--no_render', '--subset', f'0-{FRAMES - 2}').code == 0
    assert fit_video(keypoints, '--workers', workers, '--save_params').code == 0
    assert fit_video(keypoints, '--workers', 1, '--save_params', out=tmp_path / 'whole' / OUT).code == 0
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


@pytest.mark.parametrize('stops', [[1], [2], [3], [5], [7]], ids=str)
def test_stopped_between_the_people_of_a_frame_and_after_a_gap(fit_video, lsp, tmp_path, stopped, monkeypatch, stops):
    """Two people in the frames 0, 1, 3 and 4; frame 2 fails, each time anew."""
    keypoints = keypoints_of(tmp_path, lsp, [0, 1, 3, 4], others=[(4., 3., 0.)])
    options = ['--no_render', '--person', 'all']
    fit_video(keypoints, *options, out=tmp_path / 'whole' / OUT).assert_one_line('failed: 0004', 'clip_000002')
    go_on(fit_video, stopped, monkeypatch, keypoints, stops, *options, out=tmp_path / OUT)
    assert len(fitted_in(tmp_path / OUT)) == 8
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


def test_parts_one_after_the_other_are_the_whole(fit_video, lsp, tmp_path):
    keypoints = keypoints_of(tmp_path, lsp)
    fit_video(keypoints, '--no_render', out=tmp_path / 'whole' / OUT)
    for part in ('0-1', '2', '3-4'):
        assert fit_video(keypoints, '--no_render', '--subset', part).code == 0
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)


def test_overwriting_a_part_goes_on_from_the_frame_before(fit_video, lsp, tmp_path):
    keypoints = keypoints_of(tmp_path, lsp)
    fit_video(keypoints, '--no_render', out=tmp_path / 'whole' / OUT)
    fit_video(keypoints, '--no_render')
    for part in ('0-4', '2-3', '3'):
        assert fit_video(keypoints, '--no_render', '--overwrite', '--subset', part).code == 0
    assert_same(tmp_path / OUT, tmp_path / 'whole' / OUT)
