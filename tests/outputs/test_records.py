"""summary.csv and run.json: what a stored run says about itself, and which runs may share a folder."""

import csv
import hashlib
import json

import numpy as np
import pytest

from lib.objective import TERMS
from lib.outputs.folder import result_path
from lib.outputs.metrics import reprojection_error
from lib.outputs.summary import COLUMNS, Summary, failed_row, read_summary
from tests.program import OUT, ROOT, DataSet, fitted_in


@pytest.fixture
def out(tmp_path):
    return tmp_path / OUT


@pytest.fixture
def data_set(tmp_path):
    """A woman, and a man whose photograph is no photograph."""
    data_set = DataSet(tmp_path / 'data', 2)
    data_set.genders_path.write_text('1\n0\n')
    data_set.images[1].write_text('no "photograph", but text\n')
    return data_set


def rows_of(out):
    with open(out / 'summary.csv', newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


# summary.csv


def test_row_of_a_fit(fit, out, monkeypatch):
    fits = []
    monkeypatch.setattr('lib.run.worker.reprojection_error', lambda *a: fits.append(a) or reprojection_error(*a))
    fit()
    row = rows_of(out)[0]
    assert tuple(row) == COLUMNS
    assert (row['index'], row['file'], row['gender'], row['status']) == ('0', 'im0001.jpg', 'female', 'fitted')
    assert row['body'] and row['message'] == ''
    energies = [float(row[f'energy_{term}']) for term in TERMS]
    assert all(value >= 0. for value in energies) and energies[0] > 0.
    assert float(row['energy']) == pytest.approx(sum(energies), rel=1e-14)
    assert all(int(row[f'steps_{stage}']) >= 1 for stage in range(1, 5)) and int(row['steps_camera']) >= 1
    assert int(row['orientation']) in range(1, int(row['orientations']) + 1)
    assert float(row['seconds']) > 0.
    (points, translation, *rest), = fits
    assert float(row['reprojection_px']) == pytest.approx(reprojection_error(points, translation, *rest) / 2., abs=1e-4), \
        'in pixels of the photograph, which is half as large as what is fitted'


def test_row_of_a_failure(fit, out):
    assert fit().code == 1
    row = rows_of(out)[1]
    assert (row['index'], row['file'], row['gender'], row['status']) == ('1', 'im0002.jpg', 'male', 'failed')
    assert 'im0002.jpg' in row['message'] and 'no image' in row['message']
    assert row['energy'] == row['steps_1'] == row['reprojection_px'] == ''


def test_terms_that_are_left_out_have_no_energy(fit, out):
    fit('--no_interpenetration')
    row = rows_of(out)[0]
    assert row['energy_sph_coll'] == ''
    assert float(row['energy']) == pytest.approx(sum(float(row[f'energy_{term}']) for term in TERMS[:4]), rel=1e-14)


def test_both_orientations_are_told(fit, out):
    fit('--side_view_thsh', '1e6')
    assert rows_of(out)[0]['orientations'] == '2'
    fit('--side_view_thsh', '0', '--overwrite')
    assert rows_of(out)[0]['orientations'] == '1' and rows_of(out)[0]['orientation'] == '1'


def test_rows_are_sorted_and_kept_when_a_run_goes_on(fit, data_set, out):
    fit('--subset', '1')
    data_set.images[1].write_bytes(data_set.images[0].read_bytes())
    fit('--subset', '1')
    second, = rows_of(out)
    assert second['status'] == 'fitted', 'the newer row replaces the older'
    fit('--subset', '0')
    assert [row['index'] for row in rows_of(out)] == ['0', '1']
    assert rows_of(out)[1] == second, 'seconds and all'
    fit()
    assert rows_of(out)[1] == second, 'also where there was nothing left to do'


@pytest.fixture
def summary(tmp_path):
    """A Summary with rows for two failed images, 3 and 1, and the path of its file."""
    summary = Summary(tmp_path)
    summary.begin()
    summary.add(failed_row(3, 'c.jpg', 'male', 'a "quoted", reason'))
    summary.add(failed_row(1, 'a,b\n1.jpg', 'female', '\udcff über'))
    return summary, tmp_path / 'summary.csv'


def test_rows_are_there_at_once_and_sorted_at_the_end(summary):
    summary, path = summary
    assert list(read_summary(path)) == [3, 1]
    summary.finish()
    assert list(read_summary(path)) == [1, 3]
    assert read_summary(path)[3]['message'] == 'a "quoted", reason' and read_summary(path)[1]['file'] == 'a,b\n1.jpg'


def test_a_last_line_may_end_anywhere(summary):
    """A killed run leaves what it had written of the last row: nothing, some of it, all but the line's end."""
    _, path = summary
    whole = path.read_bytes()
    last = whole.index(b'1,"a,b')
    for end in range(last, len(whole) + 1):
        path.write_bytes(whole[:end])
        rows = read_summary(path)
        assert list(rows)[:1] == [3]
        resumed = Summary(path.parent)
        resumed.begin()
        resumed.add(failed_row(2, 'b.jpg', 'male', 'x'))
        assert resumed.rows.keys() - {1} == read_summary(path).keys() - {1} == {2, 3}
        resumed.finish()


def test_a_row_without_its_result_does_not_count(fit, data_set, out):
    """The row is written before the pickle; a run may be killed between them."""
    fit('--subset', '0')
    (out / '0000.pkl').unlink()
    fit('--subset', '1')
    assert [row['index'] for row in rows_of(out)] == ['1']


@pytest.mark.parametrize('content', [b'\xff\xfe', b'index,file\n0,a\n', b'a letter\n1\n'])
def test_something_else_that_is_called_summary(fit, out, content):
    out.mkdir()
    (out / 'summary.csv').write_bytes(content)
    fit().assert_one_line(out / 'summary.csv', 'not a summary')
    assert (out / 'summary.csv').read_bytes() == content


# run.json


def test_record(fit, data_set, model_dir, out):
    fit('--n_betas', 4, '--flength', 3000)
    record = json.loads((out / 'run.json').read_text())
    assert record['options'].items() >= {
        'n_betas': 4, 'flength': 3000., 'side_view_threshold': 25., 'interpenetration': True, 'gradient': 'published',
        'init': 'published', 'optimizer': 'dogleg', 'gender_neutral': False}.items()

    def checksum(path):
        return 'sha256:' + hashlib.sha256(path.read_bytes()).hexdigest()
    assert record['data'] == {'est_joints': checksum(data_set.joints_path),
                              'genders': checksum(data_set.genders_path)}
    files = {checksum(path) for path in model_dir.iterdir()}
    assert set(record['models']) == {'pose prior', 'male body', 'male capsules', 'female body', 'female capsules'}
    assert set(record['models'].values()) <= files and len(set(record['models'].values())) > 1
    assert {'python', 'numpy', 'scipy', 'chumpy', 'opendr', 'smplify'} <= set(record['versions'])
    assert record['versions']['numpy'] == np.__version__
    assert record['base_dir'] == str(data_set.base)


@pytest.mark.parametrize('options, word', [
    (['--n_betas', 4], 'n_betas 10 there, 4 here'), (['--flength', 3000], 'flength'),
    (['--no_interpenetration'], 'interpenetration True there, False here'), (['--gender_neutral'], 'gender_neutral'),
    (['--side_view_thsh', 0], 'side_view_threshold'), (['--gradient', 'exact'], 'gradient'), (['--init', 'mean'], 'init'),
    (['--optimizer', 'chumpy'], 'optimizer')])
def test_other_options_are_refused(fit, out, options, word):
    fit()
    before = {path: path.read_bytes() for path in out.rglob('*') if path.is_file()}
    answer = fit(*options)
    answer.assert_one_line(out, 'made in another way', word, '--overwrite')
    assert answer.code == 2
    assert {path: path.read_bytes() for path in out.rglob('*') if path.is_file()} == before


def test_other_models_and_data_are_refused(fit, data_set, model_dir, out):
    fit()
    fit('--model_dir', ROOT / 'models').assert_one_line('another female body', 'another pose prior')
    data_set.joints[0, 0, 0] += 1.
    data_set.write_joints()
    fit().assert_one_line('another est_joints')


@pytest.mark.parametrize('options', [['--workers', 2], ['-v'], ['--subset', '0']])
def test_options_that_change_no_result_are_allowed(run, data_set, model_dir, out, options):
    command = [data_set.base, '--out_dir', out, '--model_dir', model_dir, '--no_render']
    run(*command, '--workers', 1)
    answer = run(*command, *options)
    assert answer.code in (0, 1) and '1 skipped' in answer.printed


def test_overwrite_makes_results_anew(fit, data_set, out):
    data_set.images[1].write_bytes(data_set.images[0].read_bytes())
    fit()
    before = (out / '0000.pkl').read_bytes()
    assert fit('--n_betas', 4, '--overwrite').code == 0
    assert (out / '0000.pkl').read_bytes() != before
    assert json.loads((out / 'run.json').read_text())['options']['n_betas'] == 4
    fit('--n_betas', 5, '--overwrite', '--subset', '0').assert_one_line(out / '0001.pkl', 'would stay', 'n_betas')
    assert json.loads((out / 'run.json').read_text())['options']['n_betas'] == 4
    assert fit('--n_betas', 4, '--overwrite', '--subset', '0').code == 0, 'the same options leave nothing odd'


def test_old_results_do_not_outlive_an_overwriting_run_that_is_stopped(fit, data_set, out, monkeypatch):
    """The next run, without --overwrite, would take them for its own."""
    data_set.images[1].write_bytes(data_set.images[0].read_bytes())
    fit()
    (out / 'gallery' / '0000.jpg').write_bytes(b'')
    (out / '0000.png').write_bytes(b'')

    def stopped(*arguments):
        raise KeyboardInterrupt
        yield
    with monkeypatch.context() as patch:
        patch.setattr('lib.run.batch.outcomes', stopped)
        assert fit('--n_betas', 4, '--overwrite').code == 130
    assert fitted_in(out) == [] and rows_of(out) == []
    assert not (out / 'gallery' / '0000.jpg').exists() and not (out / '0000.png').exists()
    assert fit('--n_betas', 4).code == 0
    assert fitted_in(out) == ['0000.pkl', '0001.pkl']


@pytest.mark.parametrize('content', ['', '[1]', '{"options": {}}', 'a letter', '{"options": 1, "data": {}, "models": {}}'])
def test_something_else_that_is_called_run(fit, out, content):
    out.mkdir()
    (out / 'run.json').write_text(content)
    fit().assert_one_line(out / 'run.json', 'not the record')
    assert (out / 'run.json').read_text() == content


def test_result_names():
    assert result_path(OUT, 7).endswith('0007.pkl') and result_path(OUT, 12345).endswith('12345.pkl')
