"""summary.csv: its rows, that none is lost, and that nothing in it is taken for a formula or a status."""

import csv
import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base.errors import InputError
from lib.objective import TERMS
from lib.outputs.folder import OutFolder
from lib.outputs.lock import AtWork
from lib.outputs.metrics import Judged, Shape, reprojection_error
from lib.outputs.stored_rows import failed_in, known_rows
from lib.outputs.summary import COLUMNS, failed_row, fitted_row, reasons_of, stored_row
from lib.outputs.summary_file import Summary
from tests.helpers import read_summary
from tests.program import DataSet

USUAL = Shape(1.75, .5)
GOOD = Judged(1.5, .01, USUAL)


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


# Rows


def test_row_of_a_fit(fit, out, monkeypatch):
    fits = []
    monkeypatch.setattr('lib.outputs.metrics.reprojection_error', lambda *a: fits.append(a) or reprojection_error(*a))
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
    (points, translation, problem), = fits
    error = reprojection_error(points, translation, problem)
    assert float(row['reprojection_px']) == pytest.approx(error / 2., abs=1e-4), \
        'in pixels of the photograph, which is half as large as what is fitted'
    box = problem.joints.max(axis=0) - problem.joints.min(axis=0)
    assert float(row['error_share']) == pytest.approx(error / box.max(), abs=1e-5)
    assert 1.3 < float(row['stature_m']) < 2.15 and 0. < float(row['largest_beta']) < 5.


def test_row_of_a_failure(fit, out):
    assert fit().code == 1
    row = rows_of(out)[1]
    assert (row['index'], row['file'], row['gender'], row['status']) == ('1', 'im0002.jpg', 'male', 'failed')
    assert 'im0002.jpg' in row['message'] and 'no image' in row['message']
    assert row['energy'] == row['steps_1'] == row['reprojection_px'] == row['error_share'] == ''


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


def test_a_doubtful_fit(fitted):
    sample, _, _, fit = fitted[0]
    row = fitted_row(sample, fit, Judged(20., .1, USUAL, ('one reason', 'another')), 1.)
    assert row['status'] == 'doubtful' and row['message'] == 'one reason; another' and row['error_share'] == '0.10000'
    assert reasons_of(row) == (['one reason', 'another'], [])
    row = fitted_row(sample, fit, GOOD, 1.)
    assert row['status'] == 'fitted' and row['message'] == '' and reasons_of(row) == ([], [])


def test_a_fit_that_began_at_a_later_stage(fitted):
    """The stages before had no steps."""
    from dataclasses import replace
    sample, _, _, fit = fitted[0]
    row = fitted_row(sample, replace(fit, runs=(fit.runs[0][-1:],), chosen=0), GOOD, 1.)
    assert [row[f'steps_{stage}'] for stage in range(1, 5)] == ['0', '0', '0', str(fit.runs[0][-1].steps)]


# While a run goes on


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
def summary(here, make_sample):
    """A Summary with rows for two failed images, 3 and 1, and the path of its file."""
    summary = Summary(here, OutFolder(here.out_dir))
    summary.add(failed_row(make_sample(3, 'c.jpg'), 'a "quoted", reason'))
    summary.add(failed_row(make_sample(1, 'a,b\n1.jpg', 'female'), '\udcff über'))
    return summary, f'{here.out_dir}/summary.csv'


def test_rows_are_there_at_once_and_sorted_at_the_end(summary):
    summary, path = summary
    assert list(read_summary(path)) == [3, 1]
    rows = summary.finish()
    assert list(read_summary(path)) == list(rows) == [1, 3] and read_summary(path) == rows
    assert rows[3]['message'] == 'a "quoted", reason' and rows[1]['file'] == 'a,b\n1.jpg'
    assert rows[1]['message'] == '\udcff über'


def test_a_last_line_may_end_anywhere(summary, here, make_sample):
    """A killed run leaves what it had written of the last row: nothing, some of it, all but the line's end."""
    _, path = summary
    with open(path, 'rb') as file:
        whole = file.read()
    last = whole.index(b'1,"a,b')
    for end in range(last, len(whole) + 1):
        with open(path, 'wb') as file:
            file.write(whole[:end])
        assert list(read_summary(path))[:1] == [3]
        resumed = Summary(here, OutFolder(here.out_dir))
        resumed.add(failed_row(make_sample(2, 'b.jpg'), 'x'))
        assert read_summary(path).keys() - {1} == {2, 3}
        assert resumed.finish().keys() - {1} == {2, 3}


def test_a_row_after_a_half_written_one_is_not_lost(here, out, summary, make_sample):
    """Another run was killed while it wrote its row, this one goes on."""
    summary, path = summary
    with open(path, 'ab') as file:
        file.write(b'7,im00')
    summary.add(failed_row(make_sample(8), 'x'))
    assert list(read_summary(path)) == [3, 1, 8]
    with open(path, 'ab') as file:
        file.write(b'9,"im00')
    summary.add(failed_row(make_sample(10), 'x'))
    assert list(summary.finish()) == [1, 3, 8, 10]


def test_a_summary_that_is_removed_while_a_run_goes_on(summary, make_sample):
    summary, path = summary
    os.remove(path)
    summary.add(failed_row(make_sample(2), 'x'))
    assert list(read_summary(path)) == [3, 1, 2]
    os.remove(path)
    assert list(summary.finish()) == [1, 2, 3]


def test_rows_of_another_run_are_kept(out, summary, make_sample):
    """It begins later, ends earlier, and writes the file anew both times."""
    summary, path = summary
    with AtWork(str(out)) as there:
        other = Summary(there, OutFolder(there.out_dir))
        other.add(failed_row(make_sample(4), 'theirs'))
        summary.add(failed_row(make_sample(5), 'ours'))
        assert list(other.finish()) == [1, 3, 4, 5]
    summary.add(failed_row(make_sample(6), 'ours'))
    assert list(summary.finish()) == [1, 3, 4, 5, 6]


def test_a_summary_that_is_as_it_should_be_is_not_written_again(summary):
    summary, path = summary
    summary.finish()
    before = os.stat(path).st_ino, os.stat(path).st_mtime_ns
    assert list(summary.finish()) == [1, 3]
    Summary(summary.here, OutFolder(summary.here.out_dir)).finish()
    assert (os.stat(path).st_ino, os.stat(path).st_mtime_ns) == before
    summary.finish(lambda rows: ['all odd'])
    assert os.stat(path).st_ino == before[0], 'failed rows do not change by it'


def test_a_turn_may_span_the_end(summary):
    """The page is written before another run's rows come."""
    summary, path = summary
    with summary.here.turn():
        rows = summary.finish()
        assert list(rows) == [1, 3]
    with summary.here.turn():
        assert read_summary(path) == rows


def test_a_row_without_its_result_does_not_count(fit, out):
    """The row is written before the pickle; a run may be killed between them."""
    fit('--subset', '0')
    (out / '0000.pkl').unlink()
    fit('--subset', '1')
    assert [row['index'] for row in rows_of(out)] == ['1']


def test_a_row_whose_result_another_run_is_writing_is_left_alone(out, here, make_sample):
    own = Summary(here, OutFolder(here.out_dir))
    own.add(stored_row(make_sample(0), 'SMPL', {}, GOOD))
    with AtWork(str(out)) as there:
        other = Summary(there, OutFolder(there.out_dir))
        other.leave_out({0})
        assert list(other.finish()) == [0]
    (out / '0000.pkl').write_bytes(b'')
    assert list(own.finish()) == [0]


def test_a_row_whose_result_was_never_written_goes_at_the_end(here, make_sample):
    summary = Summary(here, OutFolder(here.out_dir))
    summary.add(stored_row(make_sample(0), 'SMPL', {}, GOOD))
    assert summary.finish() == {} and read_summary(f'{here.out_dir}/summary.csv') == {}


def test_what_rows_of_earlier_runs_tell(here, make_sample):
    summary = Summary(here, OutFolder(here.out_dir))
    summary.add(failed_row(make_sample(3, 'c.jpg'), 'x'))
    summary.add({**stored_row(make_sample(7, 'd.jpg'), 'SMPL', {}, GOOD), 'input': 'x12', 'written': '5/7',
                 'sigma_m': '0.05'})
    assert known_rows(here.out_dir) == {
        3: (True, 'c.jpg', '', '', ''), 7: (False, 'd.jpg', 'x12', '5/7', '0.05')}


def test_rows_are_appended_quickly(summary, make_sample):
    """0.15 ms each were measured."""
    summary, _ = summary
    begin = time.perf_counter()
    for index in range(100):
        summary.add(failed_row(make_sample(index), 'x'))
    assert time.perf_counter() - begin < 1.5


# Doubts of the whole file


def test_doubts_of_the_whole_file(here, out, make_sample):
    for index in 0, 1:
        (out / f'{index:04d}.pkl').write_bytes(b'')
    summary = Summary(here, OutFolder(here.out_dir))
    summary.add(stored_row(make_sample(0), 'SMPL', {}, GOOD))
    summary.add(stored_row(make_sample(1), 'SMPL', {}, Judged(20., .1, USUAL, ('far from its joints',))))
    summary.add(failed_row(make_sample(2), 'no image'))
    rows = summary.finish(lambda rows: [f'{len(rows)} rows; all odd'])
    assert [row['status'] for row in rows.values()] == ['doubtful', 'doubtful', 'failed']
    assert reasons_of(rows[0]) == ([], ['3 rows, all odd']) and reasons_of(rows[2]) == ([], [])
    assert reasons_of(rows[1]) == (['far from its joints'], ['3 rows, all odd']) and rows[2]['message'] == 'no image'
    assert read_summary(out / 'summary.csv') == rows

    again = Summary(here, OutFolder(here.out_dir)).finish()
    assert [row['status'] for row in again.values()] == ['fitted', 'doubtful', 'failed'], 'a later run judges anew'
    assert again[1]['message'] == 'far from its joints'


# What is no summary, and what is written so that nothing is taken for another thing


@pytest.mark.parametrize('content', [b'', b'\xff\xfe', b'index,file\n0,a\n', b'a letter\n1\n', b'[1]', b'\x00' * 100,
                                     b'index;file;gender\n', b'"' + b'a' * 200000],
                         ids=lambda content: str(content[:12]))
def test_something_else_that_is_called_summary(fit, out, content):
    fit()
    (out / 'summary.csv').write_bytes(content)
    fit().assert_one_line(out / 'summary.csv', 'not a summary', 'remove it')
    assert (out / 'summary.csv').read_bytes() == content
    (out / 'summary.csv').unlink()
    fit()
    assert len(rows_of(out)) == 2


def test_a_folder_that_is_called_summary(fit, out):
    fit()
    (out / 'summary.csv').unlink()
    (out / 'summary.csv').mkdir()
    fit().assert_one_line(out / 'summary.csv', 'folder')


def test_a_link_that_is_called_summary_is_not_followed(fit, out, tmp_path):
    fit()
    (out / 'summary.csv').rename(tmp_path / 'victim')
    before = (tmp_path / 'victim').read_bytes()
    (out / 'summary.csv').symlink_to(tmp_path / 'victim')
    fit('--overwrite')
    assert (tmp_path / 'victim').read_bytes() == before and len(rows_of(out)) == 2


def test_a_summary_that_excel_has_saved_with_a_byte_order_mark(summary):
    summary, path = summary
    rows = dict(summary.finish())
    with open(path, 'rb') as file:
        content = file.read()
    with open(path, 'wb') as file:
        file.write(b'\xef\xbb\xbf' + content)
    assert read_summary(path) == rows


@pytest.mark.parametrize('column, value', [
    ('status', '<script>alert(1)</script>'), ('status', ''), ('status', 'FITTED'), ('index', '-1'), ('index', '1e3'),
    ('index', '\u0661'), ('energy', '<b>'), ('energy', '1_0'), ('reprojection_px', 'infinity'), ('error_share', '"'),
    ('steps_1', '-1'), ('orientation', '\u00b2'), ('seconds', '1e9999')])
def test_tampered_rows_do_not_count(summary, column, value):
    summary, path = summary
    rows = dict(summary.finish())
    rows[3][column] = value
    with open(path, 'w', newline='', encoding='utf-8', errors='surrogateescape') as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows.values())
    assert list(read_summary(path)) == [1]


FORMULAS = ['=1+1', '+1', '-1', '@SUM(1)', '\tx', '\rx', '\n=1', "'=1", "''", '\uff1d1', '=cmd|"/c calc"!A1']


@pytest.mark.parametrize('name', FORMULAS)
def test_no_cell_is_a_formula(here, make_sample, name):
    summary = Summary(here, OutFolder(here.out_dir))
    summary.add(failed_row(make_sample(0, name, name), name))
    summary.finish()
    with open(f'{here.out_dir}/summary.csv', newline='', encoding='utf-8') as file:
        cells = list(csv.reader(file))[1]
    assert not any(cell.startswith(tuple('=+-@\t\r\n\uff1d')) for cell in cells)
    row = read_summary(f'{here.out_dir}/summary.csv')[0]
    assert row['file'] == row['message'] == row['gender'] == name, 'and it is read back as it was'


def test_numbers_stay_numbers(fit, out):
    """Only text is guarded."""
    fit()
    assert not any(cell.startswith("'") for row in rows_of(out) for cell in row.values())


def test_failed_in(summary, here, tmp_path):
    summary[0].finish()
    assert failed_in(here.out_dir) == {1: 'a,b\n1.jpg', 3: 'c.jpg'}
    with pytest.raises(InputError, match='--failed .*holds no summary.csv'):
        failed_in(str(tmp_path))


HEADER = ','.join(COLUMNS).encode() + b'\r\n'
ROW = b'0,a.jpg,male,SMPL,fitted,1.0,1.0,1.0,1.0,1.0,5.0,3,4,5,6,7,1,1,2.5,0.01,0.1,\r\n'
PIECES = st.integers(0, len(ROW)).map(lambda end: ROW[:end])
LINES = st.lists(st.binary(max_size=60) | st.just(ROW) | PIECES, max_size=5)


@pytest.fixture(scope='module')
def fuzzed(tmp_path_factory):
    return tmp_path_factory.mktemp('fuzzed') / 'summary.csv'


@settings(max_examples=150, deadline=2000)
@given(content=st.binary(max_size=200) | LINES.map(lambda lines: HEADER + b''.join(lines)))
def test_any_bytes_are_rows_or_one_line(fuzzed, content):
    fuzzed.write_bytes(content)
    try:
        rows = read_summary(fuzzed)
    except InputError as error:
        assert str(error).isprintable() and len(str(error)) < 500
    else:
        for index, row in rows.items():
            assert tuple(row) == COLUMNS and row['index'].isascii() and int(row['index']) == index
            assert row['status'] in ('fitted', 'doubtful', 'failed')
            float(row['energy'] or 0), float(row['reprojection_px'] or 0), int(row['steps_1'] or 0)


@settings(max_examples=40, deadline=2000)
@given(name=st.binary(min_size=1, max_size=30).map(lambda name: os.fsdecode(name.replace(b'\0', b'='))),
       message=st.text(st.characters(exclude_categories=['Cs']), max_size=30))
def test_any_file_name_is_read_back(fuzzed, make_sample, name, message):
    with AtWork(str(fuzzed.parent / 'out')) as here:
        summary = Summary(here, OutFolder(here.out_dir))
        summary.add(failed_row(make_sample(5, name), message))
        assert read_summary(f'{here.out_dir}/summary.csv')[5] == summary.finish()[5] == failed_row(
            make_sample(5, name), message)
