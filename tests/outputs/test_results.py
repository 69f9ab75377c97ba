"""Comparing two folders of results, from the command line and from Python."""

import shutil
import subprocess
import sys

import numpy as np
import pytest

from lib import results
from lib.base.errors import InputError
from lib.base.pickles import dump_pickle
from lib.body.kinematics import rotation_matrices
from lib.outputs.result_file import read_result
from tests.program import ROOT

RNG_SEED = 7


@pytest.fixture
def compared(tmp_path, capsys):
    """``compared(*options)``: exit code and output of comparing the folders a and b."""
    def compared(*options):
        capsys.readouterr()
        code = results.main([str(tmp_path / 'a'), str(tmp_path / 'b'), *options])
        return code, *capsys.readouterr()
    return compared


@pytest.fixture
def folders(tmp_path):
    """Two folders, a and b, that hold the same three results."""
    rng = np.random.default_rng(RNG_SEED)
    (tmp_path / 'a').mkdir()
    for index in 0, 4, 12:
        save(tmp_path / 'a', index, {'cam_t': rng.normal(size=3), 'f': np.full(2, 5000.), 'pose': rng.normal(size=72),
                                     'betas': rng.normal(size=10), 'body': 'a body'})
    return tmp_path / 'a', shutil.copytree(tmp_path / 'a', tmp_path / 'b')


def save(folder, index, result):
    (folder / f'{index:04d}.pkl').write_bytes(dump_pickle(result))


def change(folder, index, key, by):
    """Add to the array ``key`` of a result."""
    result = read_result(folder / f'{index:04d}.pkl')
    result[key] = result[key] + by
    save(folder, index, result)


def test_equal_folders(folders, compared):
    assert compared() == (0, '3 the same within 1e-06, 0 different\n', '')


@pytest.mark.parametrize('key', ['cam_t', 'f', 'pose', 'betas'])
def test_a_changed_number(folders, compared, key):
    change(folders[1], 4, key, np.eye(1, len(read_result(folders[1] / '0004.pkl')[key]), 1)[0] * 1e-3)
    code, printed, _ = compared()
    assert code == 1
    first, last = printed.splitlines()
    assert first.startswith('0004: ') and f'{key} by ' in first
    assert last == '2 the same within 1e-06, 1 different'
    assert compared('--tolerance', '2e-3')[0] == 0
    assert compared('--tolerance', '1e-5')[0] == 1


def test_a_number_that_is_none(folders, compared):
    change(folders[1], 0, 'betas', np.nan)
    code, printed, _ = compared('--tolerance', '1e9')
    assert code == 1 and printed.startswith('0000: ') and 'NaN' in printed


@pytest.mark.filterwarnings('error')
def test_absurd_numbers(folders, compared):
    """No warnings, and never the same as sensible ones."""
    for index, key, by in (0, 'cam_t', 1e308), (4, 'pose', 1e308), (12, 'pose', 1e11):
        change(folders[1], index, key, by)
    code, printed, errors = compared('--tolerance', '1e-3')
    assert code == 1 and [line[:5] for line in printed.splitlines()[:3]] == ['0000:', '0004:', '0012:'] and errors == ''


def test_the_same_rotation_after_other_turns(folders, compared):
    result = read_result(folders[1] / '0000.pkl')
    axis = result['pose'][:3] / np.linalg.norm(result['pose'][:3])
    result['pose'][:3] += 2 * np.pi * 6 * axis
    save(folders[1], 0, result)
    assert compared()[0] == 0
    change(folders[1], 0, 'pose', np.concatenate([0.1 * axis, np.zeros(69)]))
    code, printed, _ = compared()
    assert code == 1 and printed.startswith('0000: pose by 0.')


def test_the_difference_of_rotations_is_that_of_their_matrices(folders):
    a, b = (read_result(folders[0] / name) for name in ('0000.pkl', '0004.pkl'))
    wanted = rotation_matrices(a['pose'].reshape(24, 3)) - rotation_matrices(b['pose'].reshape(24, 3))
    assert results.difference(a, b)['pose'] == np.abs(wanted).max()


def test_folders_of_a_thousand(folders, compared):
    """Against another such, or one whose files stand side by side; as its record says."""
    for index in 0, 4, 12:
        path = folders[1] / f'{index:04d}.pkl'
        (folders[1] / '00000').mkdir(exist_ok=True)
        path.rename(folders[1] / '00000' / f'{index:08d}.pkl')
    assert 'only in' in compared()[1]
    (folders[1] / 'run.json').write_text('{"layout": "thousands"}')
    assert compared() == (0, '3 the same within 1e-06, 0 different\n', '')
    (folders[1] / '00000' / '00000004.pkl').unlink()
    assert compared()[1].startswith(f'0004: only in {folders[0]}')


def test_many_results(folders, compared, monkeypatch):
    """They are compared some at a time; each is told in its place."""
    monkeypatch.setattr(results, '_AT_ONCE', 2)
    a = read_result(folders[0] / '0000.pkl')
    for index in range(20, 29):
        for folder in folders:
            save(folder, index, {**a, 'betas': a['betas'][:1 + index % 3]})
    change(folders[1], 22, 'betas', 1.)
    change(folders[1], 27, 'cam_t', 2.)
    (folders[1] / '0024.pkl').write_bytes(b'spoilt')
    (folders[0] / '0025.pkl').unlink()
    code, printed, _ = compared()
    assert code == 1 and [line.split(' ')[:3] for line in printed.splitlines()[:-1]] == [
        ['0022:', 'betas', 'by'], ['0024:', str(folders[1] / '0024.pkl') + ':', 'not'], ['0025:', 'only', 'in'],
        ['0027:', 'cam_t', 'by']]
    assert printed.endswith('8 the same within 1e-06, 4 different\n')


def test_a_missing_result(folders, compared):
    (folders[1] / '0012.pkl').unlink()
    code, printed, _ = compared()
    assert code == 1 and printed.startswith(f'0012: only in {folders[0]}\n')


@pytest.mark.parametrize('content', [b'', b'abc', dump_pickle({'pose': np.zeros(72)}), dump_pickle([1])],
                         ids=['empty', 'text', 'incomplete', 'list'])
def test_a_damaged_result(folders, compared, content):
    (folders[1] / '0004.pkl').write_bytes(content)
    code, printed, errors = compared()
    assert code == 1 and errors == ''
    assert printed.startswith('0004: ') and str(folders[1] / '0004.pkl') in printed
    assert printed.endswith('2 the same within 1e-06, 1 different\n')


def test_other_numbers_of_betas(folders, compared):
    result = read_result(folders[1] / '0004.pkl')
    result['betas'] = result['betas'][:4]
    save(folders[1], 4, result)
    code, printed, _ = compared()
    assert code == 1 and printed.startswith('0004: ') and 'betas' in printed


def test_other_files_in_the_folder_do_not_matter(folders, compared):
    (folders[1] / 'notes.txt').write_text('mine')
    (folders[1] / '0000.png').write_bytes(b'picture')
    (folders[1] / 'summary.pkl').write_bytes(b'not named as a result')
    assert compared()[0] == 0


def test_other_numbers_of_joints(folders):
    a = read_result(folders[0] / '0000.pkl')
    with pytest.raises(InputError, match='pose: 72 numbers against 69'):
        results.difference(a, {**a, 'pose': a['pose'][:69]})


def assert_one_line(compared, *words):
    code, printed, errors = compared
    assert code == 2 and printed == '' and len(errors.splitlines()) == 1 and errors.startswith('error: ')
    for word in words:
        assert str(word) in errors


def test_nothing_to_compare(tmp_path, compared):
    assert_one_line(compared(), tmp_path / 'a', 'no such folder')
    for name in 'ab':
        (tmp_path / name).mkdir()
    (tmp_path / 'a' / 'notes.txt').write_text('mine')
    assert_one_line(compared(), tmp_path / 'a', tmp_path / 'b', 'hold no results')


def test_a_file_in_place_of_a_folder(folders, compared, tmp_path):
    shutil.rmtree(folders[1])
    folders[1].write_text('mine')
    assert_one_line(compared(), folders[1], 'no such folder')


def test_results_in_one_folder_only(folders, compared):
    for path in folders[1].iterdir():
        path.unlink()
    code, printed, _ = compared()
    assert code == 1 and printed.count(f'only in {folders[0]}') == 3


@pytest.mark.parametrize('arguments, word', [
    ([], 'required'), (['a'], 'b'), (['a', 'b', 'c'], 'c'), (['a', 'b', '--tolerance', 'x'], "'x' is no number"),
    (['a', 'b', '--tolerance', '-1'], "'-1' given"), (['a', 'b', '--tolerance', 'nan'], "'nan' given"),
    (['a', 'b', '--nonsense'], '--nonsense'), (['a', 'b', '--no\x1b[2Jn\nsense'], '--no')])
def test_bad_arguments_end_in_one_line(capsys, arguments, word):
    assert results.main(arguments) == 2
    printed, errors = capsys.readouterr()
    assert printed == '' and len(errors.splitlines()) == 1 and word in errors
    assert errors.startswith('error: ') and errors[:-1].isprintable()


def test_from_the_command_line(folders):
    change(folders[1], 4, 'betas', 1.)
    answer = subprocess.run([sys.executable, '-m', 'lib.results', *folders], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 1 and answer.stdout == '0004: betas by 1\n2 the same within 1e-06, 1 different\n'


def test_help_names_the_command(capsys):
    with pytest.raises(SystemExit) as end:
        results.main(['--help'])
    assert end.value.code == 0 and capsys.readouterr().out.startswith('usage: python -m lib.results ')
