"""Whom to fit, and for whom only files are made, from a result that is there."""

from functools import partial

import cv2
import numpy as np
import pytest

from lib.run import worker
from lib.run.plan import Samples
from tests.helpers import read_summary
from tests.program import OUT, DataSet, contents, fitted_in

COUNT = 3
ALL = ['--views', '90', '--save_mesh', 'obj', '--save_joints', '--save_params', '--save_amass', '--save_camera']


@pytest.fixture
def data(tmp_path):
    """A DataSet of COUNT images."""
    return DataSet(tmp_path / 'data', COUNT)


@pytest.fixture
def fit_data(fit_by_one, data):
    """``fit_data(*options, out=OUT)``: fit ``data`` by one process."""
    return partial(fit_by_one, data)


def assert_same_files(out, wanted):
    """But for the page and the summary, which tell of the seconds that pictures took."""
    out, wanted = contents(out), contents(wanted)
    assert sorted(out) == sorted(wanted)
    assert [name for name in wanted if out[name] != wanted[name] and name not in ('index.html', 'run.json')] == []


def test_samples_are_made_when_they_are_asked_for():
    asked = []

    class Data:
        def __getitem__(self, index):
            asked.append(index)
            return f'sample {index}'
    samples = Samples(Data(), [3, 5, 8])
    assert len(samples) == 3 and asked == []
    assert samples[1] == 'sample 5' and list(samples) == ['sample 3', 'sample 5', 'sample 8']
    assert list(samples[1:]) == ['sample 5', 'sample 8']


def test_pictures_and_exports_on_a_later_run(fit_data, out, tmp_path, monkeypatch):
    """To the byte what a run with the options at once has, without a fit."""
    fit_data('--no_render')
    row = (out / 'summary.csv').read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(worker, 'fit_many', lambda problems, *_: iter(()) if not problems else 1 / 0)
        answer = fit_data(*ALL)
    assert answer.code == 0
    assert answer.printed.startswith(f'0 fitted, 0 doubtful, 0 skipped and {COUNT} given files only (had results), 0 ')
    assert (out / 'summary.csv').read_bytes() == row
    fit_data(*ALL, out=tmp_path / 'whole' / OUT)
    assert_same_files(out, tmp_path / 'whole' / OUT)
    assert f'{COUNT} skipped (had results), 0 failed' in fit_data(*ALL).printed


@pytest.mark.slow
def test_by_workers(run, data, model_dir, out, fit_data, tmp_path):
    command = [data.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 2]
    run(*command, '--no_render', '--subset', '0-1')
    answer = run(*command, *ALL)
    assert '1 fitted' in answer.printed and '2 given files only' in answer.printed
    fit_data(*ALL, out=tmp_path / 'whole' / OUT)
    assert_same_files(out, tmp_path / 'whole' / OUT)


def test_what_is_there_is_not_made_again(fit_data, out):
    fit_data()
    marked = [out / '0001_overlay.png', out / 'gallery' / '0001.jpg', out / '0001.pkl']
    (out / '0001.png').unlink()
    for path in marked:
        path.write_bytes(path.read_bytes() + b'\0')
    before = {path: path.stat().st_mtime_ns for path in marked}
    assert f'{COUNT} given files only' in fit_data('--save_joints').printed
    assert {path: path.stat().st_mtime_ns for path in marked} == before
    assert (out / '0001.png').exists() and (out / '0001_joints.csv').exists()


def test_pictures_are_drawn_only_where_some_are_missing(fit_data, out, monkeypatch):
    fit_data()
    monkeypatch.setattr(worker, 'resized', lambda *_: 1 / 0)
    assert fit_data('--save_camera').code == 0 and (out / '0002_camera.json').exists()


def test_either_kind_of_overlay_will_do(fit_data, out):
    fit_data('--overlay', 'png')
    assert f'{COUNT} skipped' in fit_data().printed
    (out / '0000_overlay.png').rename(out / '0000_overlay.jpg')
    assert f'{COUNT} skipped' in fit_data().printed
    assert '1 given files only' in fit_data('--overlay', 'png').printed


@pytest.mark.parametrize('words, others, changed', [
    (('--save_mesh', 'ply'), ('--mesh_origin', 'feet'), ['{}.ply']),
    ((), ('--overlay_opacity', '1'), ['{}_overlay.png', 'gallery/{}.jpg'])], ids=['mesh', 'overlay'])
def test_files_that_would_look_otherwise_are_made_again(fit_data, out, tmp_path, words, others, changed):
    """Those that are asked for, as often as it takes, to the byte what a run with the options at once has."""
    def times():
        return {str(path.relative_to(out)): path.stat().st_mtime_ns for path in out.rglob('*.*')
                if path.suffix in ('.ply', '.png', '.jpg', '.js', '.pkl')}
    fit_data(*words)
    before = times()
    assert '1 given files only' in fit_data(*words, *others, '--subset', '1').printed
    assert {name for name, time in times().items() if time != before[name]} == {name.format('0001') for name in changed}
    assert f'1 skipped and {COUNT - 1} given files only' in fit_data(*words, *others).printed
    assert f'{COUNT} skipped' in fit_data(*words, *others).printed
    fit_data(*words, *others, out=tmp_path / 'whole' / OUT)
    assert_same_files(out, tmp_path / 'whole' / OUT)
    unasked = ('--no_render',) if not words else ()
    assert f'{COUNT} skipped' in fit_data(*unasked).printed, 'files that are not asked for stay as they are'
    assert f'{COUNT} given files only' in fit_data(*words).printed
    assert all(time != before[name] for name, time in times().items()
               if name in {pattern.format(f'{i:04d}') for pattern in changed for i in range(COUNT)})


def test_an_overlay_of_another_kind_does_not_stay(fit_data, data, out):
    for path in data.images:
        cv2.imwrite(str(path), cv2.resize(cv2.imread(str(path)), (481, 641)))
    fit_data('--overlay', 'png')
    assert f'{COUNT} given files only' in fit_data('--overlay_opacity', '.5').printed
    assert sorted(path.name for path in out.glob('*_overlay.*')) == [f'{i:04d}_overlay.jpg' for i in range(COUNT)]


def test_what_cannot_be_made_again_stays(fit_data, data, out):
    fit_data()
    before = (out / '0001_overlay.png').read_bytes()
    data.images[1].write_bytes(b'')
    assert fit_data('-q', '--overlay_opacity', '.5').code == 1
    assert (out / '0001_overlay.png').read_bytes() == before != (out / '0000_overlay.png').read_bytes()


def test_a_photograph_that_is_gone_costs_the_pictures_and_no_more(fit_data, data, out):
    fit_data('--no_render')
    before = read_summary(out / 'summary.csv')
    data.images[1].write_bytes(b'')
    answer = fit_data('-q')
    answer.assert_one_line('failed: 0001', 'its result stays')
    assert answer.code == 1 and len(fitted_in(out)) == COUNT and read_summary(out / 'summary.csv') == before
    assert (out / '0000.png').exists() and not (out / '0001.png').exists()


def test_a_folder_where_a_picture_belongs(fit_data, out):
    fit_data('--no_render')
    (out / '0001_joints.csv' / 'mine').mkdir(parents=True)
    assert fit_data('-q', '--save_joints', '--no_render').code == 0
    assert len(fitted_in(out)) == COUNT and (out / '0001_joints.csv' / 'mine').exists()


def test_a_result_that_was_spoilt_without_a_trace_is_fitted(fit_data, out):
    """Its time and size are those that the row says."""
    import os
    fit_data('--no_render')
    path = out / '0001.pkl'
    content, old = path.read_bytes(), path.stat()
    path.write_bytes(bytes(len(content)))
    os.utime(path, ns=(old.st_mtime_ns, old.st_mtime_ns))
    answer = fit_data('--save_camera', '--no_render')
    assert '1 fitted' in answer.printed and '2 given files only' in answer.printed
    assert path.read_bytes() == content and (out / '0001_camera.json').exists()


def test_watched_fits_are_not_made_again(fit_data, out, monkeypatch):
    """How a body was found is not in its result."""
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    fit_data('--no_render')
    assert f'{COUNT} given files only' in fit_data('--viz').printed and not (out / 'viz').exists()


def test_truth_is_compared_with_fits_only(fit_data, data):
    np.savez(data.joints_path.with_name('ground_truth.npz'), joints3d=np.random.default_rng(0).normal(size=(3, 24, 3)))
    assert 'ground truth' in fit_data('--no_render').printed
    assert 'ground truth' not in fit_data().printed
