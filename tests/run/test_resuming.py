"""What a run finds in its folder: what is done, what is stale, and what does not go with it."""

import json
import os
from functools import partial

import numpy as np
import pytest

from lib.outputs.result_file import is_result
from lib.run import resuming
from tests.detector_files import named_joints, write_kind
from tests.helpers import read_summary
from tests.program import OUT, DataSet, assert_same, contents, fitted_in

COUNT = 4


@pytest.fixture
def data(tmp_path):
    """A DataSet of COUNT images."""
    return DataSet(tmp_path / 'data', COUNT)


@pytest.fixture
def fit_data(fit_by_one, data):
    """``fit_data(*options, out=OUT)``: fit ``data`` without pictures by one process."""
    return partial(fit_by_one, data, '--no_render')


def mend(data, *indices):
    for index in indices:
        data.joints[0, 0, index] += 1.
    data.write_joints()


def times(out):
    return {path.name: path.stat().st_mtime_ns for path in out.glob('*.pkl')}


def age(out):
    """Let all results, and what the rows say of them, be of another day."""
    text = (out / 'summary.csv').read_text()
    for path in out.glob('*.pkl'):
        old = path.stat()
        os.utime(path, ns=(old.st_mtime_ns - 10 ** 14,) * 2)
        text = text.replace(f'{old.st_mtime_ns}/{old.st_size}', f'{path.stat().st_mtime_ns}/{old.st_size}')
    (out / 'summary.csv').write_text(text, newline='')


# What is done


def read_paths(monkeypatch):
    """The names of the pickles that are read to see whether they are whole, as they are."""
    read = []
    monkeypatch.setattr(resuming, 'is_result', lambda path: read.append(os.path.basename(path)) or is_result(path))
    return read


def test_results_that_are_as_they_were_written_need_not_be_read(fit_data, out, monkeypatch):
    fit_data()
    read = read_paths(monkeypatch)
    assert f'{COUNT} skipped' in fit_data().printed and read == []


@pytest.mark.parametrize('spoil', ['time', 'size', 'row', 'untold'])
def test_what_is_not_sure_is_read(fit_data, out, monkeypatch, spoil):
    """And counts all the same where it is whole: of a copied folder all times are others."""
    fit_data()
    path, row = out / '0002.pkl', read_summary(out / 'summary.csv')[2]
    if spoil == 'time':
        os.utime(path)
    elif spoil == 'size':
        path.write_bytes(path.read_bytes()[:-1])
        os.utime(path, ns=(int(row['written'].split('/')[0]),) * 2)
    else:
        text = (out / 'summary.csv').read_text()
        (out / 'summary.csv').write_text(text.replace(f"{row['written']},", ',') if spoil == 'untold' else
                                         '\n'.join(line for line in text.split('\n') if line[:2] != '2,'), newline='')
    read = read_paths(monkeypatch)
    answer = fit_data()
    assert answer.code == 0 and read == ['0002.pkl']
    assert f"{COUNT - (spoil == 'size')} skipped" in answer.printed
    assert len(fitted_in(out)) == len(read_summary(out / 'summary.csv')) == COUNT


@pytest.mark.parametrize('content', [b'', b'spoilt', 'half', 'folder'])
def test_what_is_no_whole_result_is_made_anew(fit_data, out, content):
    fit_data()
    whole, path = (out / '0001.pkl').read_bytes(), out / '0001.pkl'
    if content == 'folder':
        path.unlink()
        path.mkdir()
        fit_data('-q').assert_one_line('failed: 0001', 'is a folder')
        path.rmdir()
    else:
        path.write_bytes(whole[:len(whole) // 2] if content == 'half' else content)
    assert '1 fitted' in fit_data().printed and path.read_bytes() == whole


def test_a_row_of_a_result_that_is_spoilt_does_not_outlive_a_run_on_others(fit_data, out):
    fit_data()
    (out / '0001.pkl').write_bytes(b'spoilt')
    fit_data('--subset', '0')
    assert list(read_summary(out / 'summary.csv')) == [0, 2, 3]


# Mended data


def test_only_what_was_mended_is_fitted_again(fit_data, data, out, tmp_path):
    fit_data()
    age(out)
    before = times(out)
    mend(data, 2)
    answer = fit_data()
    assert f'1 fitted, 0 doubtful, {COUNT - 1} skipped' in answer.printed
    assert f'are given now: 1 of {COUNT} results; made anew: 1, not among the images asked for: 0' in answer.errors
    assert [name for name, time in times(out).items() if time != before[name]] == ['0002.pkl']
    fit_data('-q', out=tmp_path / 'whole' / OUT)
    answer = fit_data()
    assert f'{COUNT} skipped' in answer.printed and 'other joints' not in answer.errors
    assert_same(out, tmp_path / 'whole' / OUT)


def test_a_changed_gender(fit_data, data, out, tmp_path):
    fit_data()
    genders = data.genders_path.read_text().split()
    genders[3] = '01'[genders[3] == '0']
    data.genders_path.write_text('\n'.join(genders))
    assert '1 fitted' in fit_data().printed and read_summary(out / 'summary.csv')[3]['gender'] != ''
    for folder in tmp_path / 'whole' / OUT, out:
        fit_data('-q', out=folder)
    assert_same(out, tmp_path / 'whole' / OUT)


def test_mended_images_that_are_not_asked_for_stay_and_are_remembered(fit_data, data, out):
    fit_data()
    mend(data, 1, 3)
    answer = fit_data('--subset', '0-1')
    assert '1 fitted' in answer.printed and 'made anew: 1, not among the images asked for: 1' in answer.errors
    assert json.loads((out / 'run.json').read_text())['data']['est_joints'] == 'other files for some results'
    assert f'1 fitted, 0 doubtful, {COUNT - 1} skipped' in fit_data().printed
    fit_data()
    assert json.loads((out / 'run.json').read_text())['data']['est_joints'].startswith('sha256:')


def test_a_run_that_was_stopped_amid_mending(fit_data, data, out, monkeypatch):
    """Even where the rows are lost: what is not sure to be of today's joints is fitted."""
    fit_data()
    mend(data, 1, 3)
    fit_data('--subset', '0-1')
    (out / 'summary.csv').unlink()
    assert f'{COUNT} fitted' in fit_data().printed


def test_rows_that_are_lost_are_of_the_same_data_where_the_files_are(fit_data, data, out):
    fit_data()
    (out / 'summary.csv').unlink()
    assert f'{COUNT} skipped' in fit_data().printed
    mend(data, 0)
    assert '1 fitted' in fit_data().printed, 'and their rows tell it again'


def test_most_of_many_results_are_not_thrown_away_for_another_file(fit_data, data, out, monkeypatch):
    """A wrong file is likelier than so many mended images."""
    monkeypatch.setattr(resuming, '_FEW', 2)
    fit_data()
    before = contents(out)
    mend(data, 0, 1, 2)
    fit_data('-q').assert_one_line(out, 'made in another way (another est_joints: 3 of 4 are of other', '--overwrite')
    assert contents(out) == before
    fit_data('-q', '--overwrite', '--subset', '0-1').assert_one_line(out / '0002.pkl', 'would stay', 'est_joints')
    assert fit_data('--overwrite').printed.startswith(f'{COUNT} fitted')
    mend(data, 0, 1)
    assert '2 fitted' in fit_data().printed, 'half of them may be mended'


# Photographs


@pytest.fixture
def photos(tmp_path, data, run, model_dir):
    """``photos(names, *options, moved=())``: fit photographs with letters for names, the joints of ``moved`` elsewhere.

    Each letter is an image of ``data``.
    """
    folder = tmp_path / 'photos'

    def photos(names, *options, moved=()):
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        people = {}
        for name in names:
            index = 'bcde'.find(name)
            (folder / f'{name}.jpg').write_bytes(data.images[index].read_bytes())
            joints = data.joints[:, :, index].T + np.array([2. * (name in moved), 0., 0.])
            people[f'{name}.jpg'] = [named_joints(joints)]
        found = write_kind('LSP NPZ', tmp_path / 'found', people, {})
        return run(folder, '--keypoints', found, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 1,
                   '--no_render', *options)
    return photos


def test_photographs_that_come_behind_the_others(photos, out):
    photos('bc')
    answer = photos('bcd')
    assert '1 fitted, 0 doubtful, 2 skipped' in answer.printed
    assert fitted_in(out) == ['0000.pkl', '0001.pkl', '0002.pkl']


def test_photographs_that_come_between_are_refused(photos, out):
    """Numbers would be those of other images."""
    photos('bd')
    before = contents(out)
    photos('bcd', '-q').assert_one_line(out, "of other images: 0001 was 'd.jpg', and here it is 'c.jpg'", '--overwrite')
    assert contents(out) == before
    assert photos('bcd', '--overwrite').printed.startswith('3 fitted')


def test_photographs_that_come_between_where_rows_are_lost(photos, out, tmp_path):
    """Nothing says of which image a result is: all are fitted."""
    photos('bd')
    (out / 'summary.csv').unlink()
    (tmp_path / 'photos' / 'c.jpg').write_bytes((tmp_path / 'photos' / 'b.jpg').read_bytes())
    assert photos('bcd').printed.startswith('3 fitted')


def test_mended_keypoints_of_a_photograph(photos, out):
    photos('bcd')
    assert '1 fitted, 0 doubtful, 2 skipped' in photos('bcd', moved='c').printed


def test_a_folder_without_checksums_goes_on(fit_data, data, out):
    """Of a version before these: whole files tell whether results are of today's joints."""
    fit_data()
    record = json.loads((out / 'run.json').read_text())
    del record['layout'], record['data']['names of images']
    record['format'] = 2
    (out / 'run.json').write_text(json.dumps(record))
    rows = [line.split(',') for line in (out / 'summary.csv').read_text().splitlines()]
    gone = [rows[0].index(name) for name in ('stature_m', 'largest_beta', 'input', 'written')]
    (out / 'summary.csv').write_text(''.join(','.join(cell for i, cell in enumerate(row) if i not in gone) + '\r\n'
                                             for row in rows), newline='')
    assert f'{COUNT} skipped' in fit_data().printed and 'input' in (out / 'summary.csv').read_text()
    mend(data, 0)
    assert f'{COUNT} fitted' in fit_data().printed
